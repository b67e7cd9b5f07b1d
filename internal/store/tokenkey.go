package store

import "time"

// TokenKey is the public half of a key that signs access tokens. It signs from ValidFrom on,
// and its last token has ended at ValidUntil.
type TokenKey struct {
	KID        string `gorm:"column:kid;primaryKey"` // JWK thumbprint (RFC 7638)
	PublicKey  string // Ed25519, base64url without padding
	ValidFrom  time.Time
	ValidUntil time.Time
}

// TableName is the table of the keys.
func (TokenKey) TableName() string { return "token_keys" }

// AddTokenKey publishes a key to every instance that shares the database.
func (t *Tx) AddTokenKey(k *TokenKey) error { return t.db.Create(k).Error }

// TokenKeys returns the keys that are honoured at now, and those to come, the oldest first.
func (t *Tx) TokenKeys(now time.Time) ([]TokenKey, error) {
	return many[TokenKey](t.db.Where("valid_until > ?", now).Order("valid_from, kid"))
}

// DropTokenKeys forgets the keys whose last token had ended at that time.
func (t *Tx) DropTokenKeys(at time.Time) error {
	return t.db.Where("valid_until <= ?", at).Delete(&TokenKey{}).Error
}
