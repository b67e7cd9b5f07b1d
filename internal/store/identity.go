package store

import (
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Identity is who a person is at an identity provider. Confirmed says how, in the words of
// grants; without it the identity opens nothing.
type Identity struct {
	ID            string
	UserID        string
	Issuer        string // URL of the provider, as in its tokens
	Subject       string // the provider's own name for the person, never changed or given again
	Basis         string
	BoundByID     string
	BoundAt       time.Time
	Confirmed     string
	ConfirmedByID *string
	ConfirmedAt   *time.Time
	EndedAt       *time.Time
	EndReason     string
}

// TableName is the table of the identities.
func (Identity) TableName() string { return "identities" }

// CreateIdentity binds an identity; fault.Conflict while the subject is bound to anyone.
func (t *Tx) CreateIdentity(i *Identity) error {
	t.rights = true
	return taken(t.db.Create(i).Error, "Định danh này đang gắn với một tài khoản.", "This identity is bound to an account.")
}

// SaveIdentity writes who confirmed an identity, and its end.
func (t *Tx) SaveIdentity(i *Identity) error {
	t.rights = true
	row := *i
	return changed(t.db.Model(&Identity{}).Where("id = ?", i.ID).
		Select("confirmed", "confirmed_by_id", "confirmed_at", "ended_at", "end_reason").Updates(&row))
}

// IdentitiesOf lists the identities of a person, ended ones too, in the order of binding.
func (t *Tx) IdentitiesOf(userID string) ([]Identity, error) {
	id, ok := canonical(userID)
	if !ok {
		return []Identity{}, nil
	}
	return many[Identity](t.db.Where("user_id = ?", id).Order("bound_at, id"))
}

// Bound reads the identity in force of a subject, confirmed or not; fault.Absent when nobody
// is bound to it.
func (t *Tx) Bound(issuer, subject string) (*Identity, error) {
	return one[Identity](t.db.Where("issuer = ? AND subject = ? AND ended_at IS NULL", issuer, subject))
}

// Holder reads the person to whom a confirmed identity belongs; fault.Absent when there is
// none.
func (t *Tx) Holder(issuer, subject string) (*User, error) {
	i, err := t.Bound(issuer, subject)
	if err != nil {
		return nil, err
	}
	if i.Confirmed == GrantOpen {
		return nil, fault.Absent()
	}
	return t.User(i.UserID)
}
