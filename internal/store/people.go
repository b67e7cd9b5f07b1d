package store

import (
	"time"

	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// User is a person with an account, who acts for AgencyID.
type User struct {
	ID                 string
	Username           string
	FullName           string
	AgencyID           string
	HomeAgencyID       *string // the agency that employs a member of the team
	PasswordHash       string
	MustChangePassword bool
	DisabledAt         *time.Time
	Roles              []UserRole `gorm:"foreignKey:UserID"`
	CreatedAt          time.Time
}

// TableName is the table of the people.
func (User) TableName() string { return "users" }

// UserRole is one dated grant.
type UserRole struct {
	UserID string
	Role   policy.Role
	Valid  incident.Span `gorm:"embedded;embeddedPrefix:valid_"`
	Basis  string
}

// TableName is the table of the grants.
func (UserRole) TableName() string { return "user_roles" }

func (t *Tx) users(db *gorm.DB) ([]User, error) {
	return many[User](db.Preload("Roles", func(db *gorm.DB) *gorm.DB { return db.Order("valid_from, role") }))
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

// CreateUser inserts a person with the grants; fault.Conflict when the username is taken.
func (t *Tx) CreateUser(u *User) error {
	row := *u
	if err := t.db.Omit("Roles").Create(&row).Error; err != nil {
		return taken(err, "Tên đăng nhập này đã được dùng.", "This username is already in use.")
	}
	roles := append([]UserRole{}, u.Roles...)
	for i := range roles {
		roles[i].UserID = u.ID
	}
	return createAll(t.db, roles)
}

// SetPassword stores a new hash; fault.Absent when there is no such person.
func (t *Tx) SetPassword(userID, hash string, mustChange bool) error {
	id, ok := canonical(userID)
	if !ok {
		return fault.Absent()
	}
	return changed(t.db.Model(&User{}).Where("id = ?", id).
		Updates(map[string]any{"password_hash": hash, "must_change_password": mustChange}))
}
