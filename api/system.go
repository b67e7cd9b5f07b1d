package api

// SystemAccount is a machine account of an agency. It may do what its roles and its verbs both allow.
type SystemAccount struct {
	ID               string   `json:"id" format:"uuid"` // also the client_id of its keys
	Version          int64    `json:"version"`
	Username         string   `json:"username"`
	FullName         string   `json:"full_name"` // what timelines show
	Purpose          string   `json:"purpose"`
	AgencyID         string   `json:"agency_id" format:"uuid"`
	Verbs            []string `json:"verbs" enum:"verb"`
	Addresses        []string `json:"addresses"` // CIDR ranges that it calls from; none: from everywhere
	DisabledAt       *string  `json:"disabled_at" format:"date-time"`
	DisabledReason   *string  `json:"disabled_reason"`
	DisabledDocument *string  `json:"disabled_document"`

	Roles     []string `json:"roles" enum:"role"` // in force today
	Grants    []Grant  `json:"grants"`
	CreatedAt string   `json:"created_at" format:"date-time"`
}

// SystemAccountList is a page of systems.
type SystemAccountList struct {
	Items []SystemAccount `json:"items"`
	Paged
}

// SystemFilter narrows a list of systems.
type SystemFilter struct {
	AgencyID string `json:"agency_id" format:"uuid"`
	Disabled *bool  `json:"disabled"`
	Awaiting *bool  `json:"awaiting"` // with a grant that awaits its second person
	Paging
}

// NewSystem adds a system, which has no role until one is granted, and no key.
type NewSystem struct {
	Username  string   `json:"username" validate:"required"` // kept in lower case
	FullName  string   `json:"full_name" validate:"required"`
	Purpose   string   `json:"purpose" validate:"required"` // which program it is, and who runs it
	AgencyID  string   `json:"agency_id" validate:"required" format:"uuid"`
	Verbs     []string `json:"verbs" validate:"required" enum:"verb"` // every one but report needs read as well
	Addresses []string `json:"addresses,omitempty"`                   // addresses or CIDR ranges, IPv4 and IPv6
}

// SystemAccountPatch changes a system. More verbs put its grants that open cases before a second person
// again; another agency ends every grant and every key.
type SystemAccountPatch struct {
	FullName  Patch[string]   `json:"full_name,omitzero" nullable:"false"`
	Purpose   Patch[string]   `json:"purpose,omitzero" nullable:"false"`
	AgencyID  Patch[string]   `json:"agency_id,omitzero" format:"uuid" nullable:"false"`
	Verbs     Patch[[]string] `json:"verbs,omitzero" enum:"verb" nullable:"false"`
	Addresses Patch[[]string] `json:"addresses,omitzero"` // null: from everywhere
}

// DisableSystem locks a system: none of its keys opens anything.
type DisableSystem struct {
	Reason   string `json:"reason" validate:"required"`
	Document string `json:"document,omitempty"` // number and date of the decision
}

// EnableSystem opens it again, with the keys that still hold.
type EnableSystem struct {
	Reason string `json:"reason" validate:"required"`
}

// SystemKey is a key of a system. Its secret is shown once, when it is made.
type SystemKey struct {
	ID            string  `json:"id" format:"uuid"`
	SystemID      string  `json:"system_id" format:"uuid"`
	Name          string  `json:"name"`
	Prefix        string  `json:"prefix"` // how its secret begins, to find it in logs and code
	Live          bool    `json:"live"`   // neither expired nor revoked
	ExpiresAt     string  `json:"expires_at" format:"date-time"`
	ReplacesID    *string `json:"replaces_id" format:"uuid"` // the key that it follows
	RevokedAt     *string `json:"revoked_at" format:"date-time"`
	RevokedByID   *string `json:"revoked_by_id" format:"uuid"`
	RevokedReason *string `json:"revoked_reason"`
	LastUsedAt    *string `json:"last_used_at" format:"date-time"` // to the minute, a few seconds late
	CreatedAt     string  `json:"created_at" format:"date-time"`
	CreatedByID   string  `json:"created_by_id" format:"uuid"`
}

// SystemKeyList is a page of keys.
type SystemKeyList struct {
	Items []SystemKey `json:"items"`
	Paged
}

// SystemKeyFilter narrows a list of keys.
type SystemKeyFilter struct {
	SystemID string `json:"system_id" format:"uuid"`
	Live     *bool  `json:"live"`
	Paging
}

// NewAPIKey makes a key.
type NewAPIKey struct {
	Name      string  `json:"name" validate:"required"`                // where it is used
	ExpiresAt *string `json:"expires_at,omitempty" format:"date-time"` // in 365 days when not given, in 730 at most
}

// RotateAPIKey makes the key that follows another.
type RotateAPIKey struct {
	OldUntil  *string `json:"old_until,omitempty" format:"date-time"`  // how long the old one goes on: a day when not given, 7 at most
	ExpiresAt *string `json:"expires_at,omitempty" format:"date-time"` // as of a new key
}

// RevokeAPIKey ends a key, and the tokens given for it.
type RevokeAPIKey struct {
	Reason string `json:"reason" validate:"required"`
}

// SystemKeySecret is a key with its secret, which is shown this once: the value of X-API-Key, and
// the client_secret beside client_id at /api/v1/oauth/token.
type SystemKeySecret struct {
	Key      SystemKey `json:"key"`
	ClientID string    `json:"client_id" format:"uuid"`
	Secret   string    `json:"secret" format:"password"`
}

// OAuthToken is an access token for client credentials (RFC 6749 5.1).
type OAuthToken struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type" enum:"token_type"`
	ExpiresIn   int    `json:"expires_in"` // seconds
	Scope       string `json:"scope"`      // the verbs, separated by spaces
}

// OAuthError is a refusal of the token endpoint (RFC 6749 5.2).
type OAuthError struct {
	Error       string `json:"error" enum:"oauth_error"`
	Description string `json:"error_description"`
}

// OAuthRequest is the form of the token endpoint (RFC 6749 4.4.2). The client's id and secret come
// in Authorization: Basic or in the form, never in both.
type OAuthRequest struct {
	GrantType    string `json:"grant_type" validate:"required" enum:"oauth_grant"`
	Scope        string `json:"scope,omitempty"` // verbs separated by spaces; all of the system's when not given
	ClientID     string `json:"client_id,omitempty"`
	ClientSecret string `json:"client_secret,omitempty" format:"password"`
}
