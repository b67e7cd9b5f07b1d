package store

import (
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

// What was reset and awaits its second person.
const (
	ResetPassword = "password"
	ResetFactor   = "second_factor"
	ResetBoth     = "both"
)

// IdleLimit is how many days an account may be idle before it is locked (TCVN 14423:2026).
const IdleLimit = 45

// IdleDays is for how many days the account has not been used on the civil date day. One that
// was never used counts from its first day, one that was opened again from that day.
func (u User) IdleDays(day string) int {
	since := max(u.CreatedAt.In(regulation.Zone).Format(time.DateOnly), u.LastUsedOn, u.UnlockedOn)
	from, err := time.Parse(time.DateOnly, since)
	to, err2 := time.Parse(time.DateOnly, day)
	if err != nil || err2 != nil {
		return 0
	}
	return max(0, int(to.Sub(from).Hours()/24))
}

// Idle reports whether the account is locked on the day because nobody used it.
func (u User) Idle(day string) bool { return u.IdleDays(day) >= IdleLimit }

// Factor is the second factor of a person: the sealed secret of an authenticator, and the time
// step of the last code that was accepted. It is in force once it is confirmed.
type Factor struct {
	UserID      string `gorm:"primaryKey"`
	Secret      string
	LastStep    int64
	ConfirmedAt *time.Time
	CreatedAt   time.Time
}

// TableName is the table of the second factors.
func (Factor) TableName() string { return "second_factors" }

// RecoveryCode stands in for a second factor once.
type RecoveryCode struct {
	UserID string `gorm:"primaryKey"`
	Hash   string `gorm:"primaryKey"`
	UsedAt *time.Time
}

// TableName is the table of the recovery codes.
func (RecoveryCode) TableName() string { return "recovery_codes" }

// LockUser reads a person, without the grants, and holds the row until the transaction ends.
func (t *Tx) LockUser(id string) (*User, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	return one[User](t.db.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id))
}

// Factor reads a person's second factor; nil when there is none.
func (t *Tx) Factor(userID string) (*Factor, error) {
	found, err := many[Factor](t.db.Where("user_id = ?", userID))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// RecoveryCodes reads the codes of a person that were not used.
func (t *Tx) RecoveryCodes(userID string) ([]RecoveryCode, error) {
	return many[RecoveryCode](t.db.Where("user_id = ? AND used_at IS NULL", userID).Order("hash"))
}

// DropFactor takes a person's second factor away, with its recovery codes.
func (t *Tx) DropFactor(userID string) error {
	if err := t.db.Where("user_id = ?", userID).Delete(&RecoveryCode{}).Error; err != nil {
		return err
	}
	return t.db.Where("user_id = ?", userID).Delete(&Factor{}).Error
}

// NewFactor stores a second factor in place of one before.
func (t *Tx) NewFactor(f *Factor) error {
	if err := t.DropFactor(f.UserID); err != nil {
		return err
	}
	return t.db.Create(f).Error
}

// ConfirmFactor puts a second factor into force with the time step of its first code.
func (t *Tx) ConfirmFactor(userID string, step int64, at time.Time) error {
	return changed(t.db.Model(&Factor{}).Where("user_id = ? AND confirmed_at IS NULL", userID).
		Updates(map[string]any{"last_step": step, "confirmed_at": at}))
}

// TakeStep notes that the code of a time step was accepted; fault.Absent when this one or a
// later one was before.
func (t *Tx) TakeStep(userID string, step int64) error {
	return changed(t.db.Model(&Factor{}).Where("user_id = ? AND confirmed_at IS NOT NULL AND last_step < ?", userID, step).Update("last_step", step))
}

// SetRecoveryCodes replaces a person's recovery codes.
func (t *Tx) SetRecoveryCodes(userID string, hashes []string) error {
	if err := t.db.Where("user_id = ?", userID).Delete(&RecoveryCode{}).Error; err != nil {
		return err
	}
	rows := make([]RecoveryCode, len(hashes))
	for i, h := range hashes {
		rows[i] = RecoveryCode{UserID: userID, Hash: h}
	}
	return createAll(t.db, rows)
}

// TakeRecoveryCode uses a code up; fault.Absent when it was used before.
func (t *Tx) TakeRecoveryCode(userID, hash string, at time.Time) error {
	return changed(t.db.Model(&RecoveryCode{}).Where("user_id = ? AND hash = ? AND used_at IS NULL", userID, hash).Update("used_at", at))
}

// ReplacePassword stores a new hash in place of was, and keeps was in the history, which holds
// keep hashes. fault.Stale when the hash in force is another by now.
func (t *Tx) ReplacePassword(userID, was, hash string, mustChange bool, keep int, at time.Time) error {
	t.rights = true
	if err := guarded(t.db.Model(&User{}).Where("id = ? AND password_hash = ?", userID, was).
		Updates(map[string]any{"password_hash": hash, "must_change_password": mustChange})); err != nil {
		return err
	}
	if err := t.db.Exec("INSERT INTO password_history (user_id, hash, replaced_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", userID, was, at).Error; err != nil {
		return explain(err)
	}
	return explain(t.db.Exec("DELETE FROM password_history WHERE user_id = ? AND hash NOT IN"+
		" (SELECT hash FROM password_history WHERE user_id = ? ORDER BY replaced_at DESC, hash LIMIT ?)", userID, userID, keep).Error)
}

// MustChange makes a person change the password before anything else.
func (t *Tx) MustChange(userID string) error {
	t.rights = true
	return changed(t.db.Model(&User{}).Where("id = ?", userID).Update("must_change_password", true))
}

// PasswordHistory returns the hashes of the passwords before the one in force, the last first.
func (t *Tx) PasswordHistory(userID string) ([]string, error) {
	var out []string
	err := scan(t.db.Raw("SELECT hash FROM password_history WHERE user_id = ? ORDER BY replaced_at DESC, hash", userID), &out)
	return out, err
}

// keptAddresses is how many addresses an account is known at.
const keptAddresses = 20

// NoteLogin notes that a person logged in, on which civil date, and from where.
func (t *Tx) NoteLogin(userID, address, day string, at time.Time) error {
	if err := changed(t.db.Model(&User{}).Where("id = ?", userID).Updates(map[string]any{"last_login_at": at, "last_used_on": day})); err != nil || address == "" {
		return err
	}
	if err := t.db.Exec("INSERT INTO login_addresses (user_id, address, last_on) VALUES (?, ?, ?)"+
		" ON CONFLICT (user_id, address) DO UPDATE SET last_on = excluded.last_on", userID, address, day).Error; err != nil {
		return explain(err)
	}
	return explain(t.db.Exec("DELETE FROM login_addresses WHERE user_id = ? AND address <> ? AND address NOT IN"+
		" (SELECT address FROM login_addresses WHERE user_id = ? ORDER BY last_on DESC, address LIMIT ?)", userID, address, userID, keptAddresses).Error)
}

// NoteUse notes on which civil date a person last used the account.
func (t *Tx) NoteUse(userID, day string) error {
	return changed(t.db.Model(&User{}).Where("id = ?", userID).Update("last_used_on", day))
}

// LoggedInFrom reports whether the account of that name has logged in from the address.
func (t *Tx) LoggedInFrom(username, address string) (bool, error) {
	var n int64
	err := t.db.Table("login_addresses").Joins("JOIN users ON users.id = login_addresses.user_id").
		Where("users.username = ? AND login_addresses.address = ?", strings.ToLower(username), address).Count(&n).Error
	return n > 0, err
}

// ForgetAddresses forgets from where an account has logged in.
func (t *Tx) ForgetAddresses(userID string) error {
	return explain(t.db.Exec("DELETE FROM login_addresses WHERE user_id = ?", userID).Error)
}
