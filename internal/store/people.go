package store

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// User is an account: of a person who acts for AgencyID, or of a system of that agency.
type User struct {
	ID                 string
	Version            int64
	Kind               string // PersonKind where it is made without one
	Username           string
	FullName           string
	Phone              string
	AgencyID           string
	HomeAgencyID       *string // the agency that employs a member of the team
	PasswordHash       string
	MustChangePassword bool
	DisabledAt         *time.Time
	DisabledReason     string
	DisabledDocument   string
	Grants             []Grant `gorm:"foreignKey:UserID"`
	CreatedAt          time.Time

	DisabledByID    *string
	DisabledByAdmin bool              // an agency's administrator does not open it again
	Notice          incident.Document `gorm:"embedded;embeddedPrefix:notice_"` // of the leaver (TH 4.3.b)
	SecondFactorAt  *time.Time        // in force since
	LastLoginAt     *time.Time
	LastUsedOn      string // civil date
	UnlockedOn      string // civil date from which idle days count anew
	ResetKind       string // what was reset and awaits a second person
	ResetByID       *string
	ResetAt         *time.Time
	ReviewedAt      *time.Time // in the half-yearly review
	ReviewedByID    *string
}

// TableName is the table of the people.
func (User) TableName() string { return "users" }

// The ways in which a grant was confirmed. Without one it gives nothing.
const (
	GrantOpen      = ""        // awaits a second person
	GrantNeedsNone = "none"    // the role opens no case
	GrantByPerson  = "person"  // by a second person
	GrantAtConsole = "console" // by whoever has the machine
	GrantBySeed    = "seed"    // of the first start
)

// Grant is one dated grant of a role in one agency.
type Grant struct {
	ID            string
	UserID        string
	AgencyID      string
	Role          policy.Role
	Valid         incident.Span `gorm:"embedded;embeddedPrefix:valid_"`
	Basis         string
	GrantedByID   *string
	GrantedAt     time.Time
	Confirmed     string
	ConfirmedByID *string
	ConfirmedAt   *time.Time
}

// TableName is the table of the grants.
func (Grant) TableName() string { return "grants" }

// RolesOn returns the roles that confirmed grants give the person on the civil date day, in
// the agency they act for. A disabled account has none.
func (u User) RolesOn(day string) []policy.Role {
	var out []policy.Role
	if u.DisabledAt != nil {
		return out
	}
	for _, g := range u.Grants {
		if g.Confirmed != GrantOpen && g.AgencyID == u.AgencyID && g.Valid.Holds(day) {
			out = append(out, g.Role)
		}
	}
	return out
}

// RolesIn is RolesOn for the agency the person acts for, as it stands that day: none once it
// has ended, and no role that it no longer carries.
func (u User) RolesIn(a *incident.Agency, day string) []policy.Role {
	if !a.Valid.Holds(day) {
		return nil
	}
	return slices.DeleteFunc(u.RolesOn(day), func(r policy.Role) bool { return !policy.Fits(r, a, day) })
}

func (t *Tx) users(db *gorm.DB) ([]User, error) {
	return many[User](db.Preload("Grants", func(db *gorm.DB) *gorm.DB { return db.Order("valid_from, role, id") }))
}

func (t *Tx) user(db *gorm.DB) (*User, error) {
	found, err := t.users(db)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.Absent()
	}
	return &found[0], nil
}

// UserByName reads a person by the exact username; fault.Absent when there is none.
func (t *Tx) UserByName(name string) (*User, error) {
	return t.user(t.db.Where("username = ?", name))
}

// User reads a person; fault.Absent when there is none.
func (t *Tx) User(id string) (*User, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	return t.user(t.db.Where("id = ?", id))
}

// Users reads people by id; who does not exist is missing.
func (t *Tx) Users(given []string) (map[string]User, error) {
	out := map[string]User{}
	wanted := ids(given)
	if len(wanted) == 0 {
		return out, nil
	}
	found, err := t.users(t.filter(t.db, "id", wanted))
	if err != nil {
		return nil, err
	}
	for _, u := range found {
		out[u.ID] = u
	}
	return out, nil
}

// AllUsers returns everyone by username, with their grants.
func (t *Tx) AllUsers() ([]User, error) { return t.users(t.db.Order("username")) }

// CreateUser inserts a person with the grants; fault.Conflict when the username is taken.
func (t *Tx) CreateUser(u *User) error {
	if u.Version == 0 {
		u.Version = 1
	}
	if u.Kind == "" {
		u.Kind = PersonKind
	}
	row := *u
	if err := t.db.Omit("Grants").Create(&row).Error; err != nil {
		return taken(err, "Tên đăng nhập này đã được dùng.", "This username is already in use.")
	}
	grants := append([]Grant{}, u.Grants...)
	for i := range grants {
		grants[i].UserID = u.ID
	}
	return createAll(t.db, grants)
}

// SaveUser writes what the registry says of a person, without password and grants; seen is the
// version that was read.
func (t *Tx) SaveUser(u *User, seen int64) error {
	t.rights = true
	row := *u
	return guarded(t.db.Model(&User{}).Where("id = ? AND version = ?", u.ID, seen).
		Select("version", "full_name", "phone", "agency_id", "home_agency_id", "disabled_at", "disabled_reason", "disabled_document",
			"disabled_by_id", "disabled_by_admin", "notice_number", "notice_symbol", "notice_issued_on", "notice_subject",
			"notice_signer_name", "notice_signer_position", "second_factor_at", "unlocked_on",
			"reset_kind", "reset_by_id", "reset_at", "reviewed_at", "reviewed_by_id").
		Updates(&row))
}

// CreateGrant inserts a grant.
func (t *Tx) CreateGrant(g *Grant) error {
	t.rights = true
	return t.db.Create(g).Error
}

// SaveGrant writes when a grant ends and who confirmed it.
func (t *Tx) SaveGrant(g *Grant) error {
	t.rights = true
	row := *g
	return changed(t.db.Model(&Grant{}).Where("id = ?", g.ID).
		Select("valid_to", "confirmed", "confirmed_by_id", "confirmed_at").Updates(&row))
}
