package api

// User is a person with an account.
type User struct {
	ID                 string  `json:"id" format:"uuid"`
	Version            int64   `json:"version"`
	Username           string  `json:"username"`
	FullName           string  `json:"full_name"`
	Phone              *string `json:"phone"`
	AgencyID           string  `json:"agency_id" format:"uuid"`      // for which they act
	HomeAgencyID       *string `json:"home_agency_id" format:"uuid"` // that employs a member of the team
	MustChangePassword bool    `json:"must_change_password"`
	DisabledAt         *string `json:"disabled_at" format:"date-time"`
	DisabledReason     *string `json:"disabled_reason"`
	DisabledDocument   *string `json:"disabled_document"`

	DisabledNotice *Document `json:"disabled_notice"` // of the person's leaving
	SecondFactor   bool      `json:"second_factor"`   // in force
	Idle           bool      `json:"idle"`            // locked, because nobody used it for 45 days
	ResetAwaiting  *string   `json:"reset_awaiting" enum:"reset_kind"`
	ResetByID      *string   `json:"reset_by_id" format:"uuid"` // whose reset awaits a second person

	Roles     []string `json:"roles" enum:"role"` // in force today
	Grants    []Grant  `json:"grants"`
	CreatedAt string   `json:"created_at" format:"date-time"`
}

// Grant is a dated grant of a role in one agency. While confirmed is null it gives nothing.
type Grant struct {
	ID            string  `json:"id" format:"uuid"`
	AgencyID      string  `json:"agency_id" format:"uuid"`
	Role          string  `json:"role" enum:"role"`
	ValidFrom     *string `json:"valid_from" format:"date"`
	ValidTo       *string `json:"valid_to" format:"date"`
	Basis         string  `json:"basis"`
	GrantedByID   *string `json:"granted_by_id" format:"uuid"`
	GrantedAt     string  `json:"granted_at" format:"date-time"`
	Confirmed     *string `json:"confirmed" enum:"grant_confirmed"` // how
	ConfirmedByID *string `json:"confirmed_by_id" format:"uuid"`
	ConfirmedAt   *string `json:"confirmed_at" format:"date-time"`
}

// UserList is a page of people.
type UserList struct {
	Items []User `json:"items"`
	Paged
}

// UserFilter narrows a list of people.
type UserFilter struct {
	AgencyID string `json:"agency_id" format:"uuid"`
	Role     string `json:"role" enum:"role"` // in force today
	Disabled *bool  `json:"disabled"`
	Awaiting *bool  `json:"awaiting"` // with a grant that awaits its second person
	Paging
}

// NewUser adds a person, who has no right until one is granted.
type NewUser struct {
	Username     string `json:"username" validate:"required"` // kept in lower case
	FullName     string `json:"full_name" validate:"required"`
	Phone        string `json:"phone,omitempty"`
	AgencyID     string `json:"agency_id" validate:"required" format:"uuid"`
	HomeAgencyID string `json:"home_agency_id,omitempty" format:"uuid"` // of a member of the team
}

// UserPatch changes a person. Whoever moves to another agency leaves every grant behind.
type UserPatch struct {
	FullName     Patch[string] `json:"full_name,omitzero" nullable:"false"`
	Phone        Patch[string] `json:"phone,omitzero"`
	AgencyID     Patch[string] `json:"agency_id,omitzero" format:"uuid" nullable:"false"`
	HomeAgencyID Patch[string] `json:"home_agency_id,omitzero" format:"uuid"`
}

// UserPassword is a person and a random password, which is shown this once and must be changed
// at the first login.
type UserPassword struct {
	User     User   `json:"user"`
	Password string `json:"password" format:"password"`
}

// DisableUser locks an account.
type DisableUser struct {
	Reason   string `json:"reason" validate:"required"`
	Document string `json:"document,omitempty"` // another basis, as free text

	Notice *Document `json:"notice,omitempty"` // of the person's leaving; number and issued_on are needed
}

// EnableUser opens it again.
type EnableUser struct {
	Reason string `json:"reason" validate:"required"`
}

// NewGrant gives a role from a day (today when not given) to a day (exclusive), in the agency
// for which the person acts.
type NewGrant struct {
	Role  string `json:"role" validate:"required" enum:"role"`
	From  string `json:"from,omitempty" format:"date"`
	To    string `json:"to,omitempty" format:"date"`
	Basis string `json:"basis" validate:"required"`
}

// EndGrant ends a grant; on is the first day without it, today when not given.
type EndGrant struct {
	On     string `json:"on,omitempty" format:"date"`
	Reason string `json:"reason" validate:"required"`
}
