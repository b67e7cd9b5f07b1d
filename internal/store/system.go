package store

import (
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// The kinds of accounts.
const (
	PersonKind = "person"
	SystemKind = "system"
)

// System is a machine account: a row of the people without a password, whose grants are a
// person's, with what it may do of that.
type System struct {
	User      User
	Purpose   string
	Verbs     []policy.Action
	Addresses []string // CIDR; none: from everywhere
}

type systemRow struct {
	UserID    string `gorm:"primaryKey"`
	Purpose   string
	Verbs     jsonOf[[]policy.Action]
	Addresses jsonOf[[]string]
}

// TableName is the table of what systems have beside an account.
func (systemRow) TableName() string { return "systems" }

func (s System) row() systemRow {
	return systemRow{
		UserID: s.User.ID, Purpose: s.Purpose, Verbs: jsonOf[[]policy.Action]{s.Verbs}, Addresses: jsonOf[[]string]{s.Addresses},
	}
}

// System reads a system; fault.Absent when there is none, or the id is a person's.
func (t *Tx) System(id string) (*System, error) {
	u, err := t.User(id)
	if err != nil {
		return nil, err
	}
	if u.Kind != SystemKind {
		return nil, fault.Absent()
	}
	row, err := one[systemRow](t.db.Where("user_id = ?", u.ID))
	if err != nil {
		return nil, err
	}
	return &System{User: *u, Purpose: row.Purpose, Verbs: row.Verbs.V, Addresses: row.Addresses.V}, nil
}

// Systems returns every system by username.
func (t *Tx) Systems() ([]System, error) {
	accounts, err := t.users(t.db.Where("kind = ?", SystemKind).Order("username"))
	if err != nil {
		return nil, err
	}
	rows, err := many[systemRow](t.db)
	if err != nil {
		return nil, err
	}
	of := map[string]systemRow{}
	for _, r := range rows {
		of[r.UserID] = r
	}
	out := make([]System, len(accounts))
	for i, u := range accounts {
		r := of[u.ID]
		out[i] = System{User: u, Purpose: r.Purpose, Verbs: r.Verbs.V, Addresses: r.Addresses.V}
	}
	return out, nil
}

// CreateSystem inserts a system with its account.
func (t *Tx) CreateSystem(s *System) error {
	s.User.Kind = SystemKind
	if err := t.CreateUser(&s.User); err != nil {
		return err
	}
	row := s.row()
	return t.db.Create(&row).Error
}

// SaveSystem writes what the registry says of a system; seen is the version that was read.
func (t *Tx) SaveSystem(s *System, seen int64) error {
	if err := t.SaveUser(&s.User, seen); err != nil {
		return err
	}
	row := s.row()
	return changed(t.db.Model(&systemRow{}).Where("user_id = ?", row.UserID).Select("purpose", "verbs", "addresses").Updates(&row))
}

// Key is one key of a system. Of its secret the hash alone is kept.
type Key struct {
	ID            string
	UserID        string // of the system
	Name          string
	Hash          string
	CreatedAt     time.Time
	CreatedByID   string
	ExpiresAt     time.Time
	ReplacesID    *string // the key that it was made to follow
	RevokedAt     *time.Time
	RevokedByID   *string
	RevokedReason string
	LastUsedAt    *time.Time // to the minute
}

// TableName is the table of the keys.
func (Key) TableName() string { return "api_keys" }

// Live reports whether the key opens anything at the moment.
func (k Key) Live(at time.Time) bool { return k.RevokedAt == nil && at.Before(k.ExpiresAt) }

// CreateKey inserts a key.
func (t *Tx) CreateKey(k *Key) error { return t.db.Create(k).Error }

// Key reads a key; fault.Absent when there is none.
func (t *Tx) Key(id string) (*Key, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	return one[Key](t.db.Where("id = ?", id))
}

// Keys returns the keys of a system, or of all where userID is empty, in the order they were made.
func (t *Tx) Keys(userID string) ([]Key, error) {
	db := t.db.Order("created_at, id")
	if userID != "" {
		db = db.Where("user_id = ?", userID)
	}
	return many[Key](db)
}

// SaveKey writes when a key ends, and by whom it was revoked.
func (t *Tx) SaveKey(k *Key) error {
	row := *k
	return changed(t.db.Model(&Key{}).Where("id = ?", k.ID).
		Select("expires_at", "revoked_at", "revoked_by_id", "revoked_reason").Updates(&row))
}

// KeepUse notes when a key was last used; an earlier moment than the one kept changes nothing.
func (t *Tx) KeepUse(id string, at time.Time) error {
	return t.db.Model(&Key{}).Where("id = ? AND (last_used_at IS NULL OR last_used_at < ?)", id, at).Update("last_used_at", at).Error
}
