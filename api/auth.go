package api

// Login asks for tokens.
type Login struct {
	Username string `json:"username" validate:"required"`
	Password string `json:"password" validate:"required" format:"password"`
	OTP      string `json:"otp,omitempty"` // a code of the authenticator or a recovery code, for accounts with a second factor
}

// Tokens is what a login or refresh answers.
type Tokens struct {
	AccessToken        string `json:"access_token"`
	TokenType          string `json:"token_type" enum:"token_type"`
	ExpiresIn          int    `json:"expires_in"` // seconds
	RefreshToken       string `json:"refresh_token"`
	MustChangePassword bool   `json:"must_change_password"` // nothing else is open until the password is changed
}

// Refresh trades a refresh token for new tokens; each is good for one use.
type Refresh struct {
	RefreshToken string `json:"refresh_token" validate:"required"`
}

// Logout ends the session of the access token; the refresh token ends with it and need not
// be sent.
type Logout struct {
	RefreshToken string `json:"refresh_token,omitempty"`
}

// ChangePassword changes the caller's password and ends their other sessions.
type ChangePassword struct {
	OldPassword string `json:"old_password" validate:"required" format:"password"`
	NewPassword string `json:"new_password" validate:"required" format:"password"`
}

// Me is the caller.
type Me struct {
	User   MeUser   `json:"user"`
	Agency MeAgency `json:"agency"`
}

// MeUser is the caller's account.
type MeUser struct {
	ID                 string   `json:"id" format:"uuid"`
	Username           string   `json:"username"`
	FullName           string   `json:"full_name"`
	Roles              []string `json:"roles" enum:"role"`
	MustChangePassword bool     `json:"must_change_password"`
	MustEnrol          bool     `json:"must_enrol_second_factor"` // nothing else is open until a second factor is confirmed
	Kind               string   `json:"kind" enum:"account_kind"`
	Verbs              []string `json:"verbs" enum:"verb" nullable:"true"` // of a system, as far as its key or token goes; null for a person
}

// MeAgency is the agency for which the caller acts.
type MeAgency struct {
	ID    string   `json:"id" format:"uuid"`
	Code  string   `json:"code"`
	Name  string   `json:"name"`
	Roles []string `json:"roles" enum:"agency_role"`
}
