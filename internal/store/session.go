package store

import (
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Session is one login and its refreshes. RefreshHash is that of the refresh token in force.
type Session struct {
	ID          string
	UserID      string
	RefreshHash string
	CreatedAt   time.Time
	ExpiresAt   time.Time
	EndedAt     *time.Time
}

// TableName is the table of the sessions.
func (Session) TableName() string { return "sessions" }

// CreateSession inserts a session.
func (t *Tx) CreateSession(s *Session) error { return t.db.Create(s).Error }

// Session reads a session; fault.Absent when there is none.
func (t *Tx) Session(id string) (*Session, error) { return t.session(t.db, id) }

// LockSession reads a session and holds its row until the transaction ends.
func (t *Tx) LockSession(id string) (*Session, error) {
	return t.session(t.db.Clauses(clause.Locking{Strength: "UPDATE"}), id)
}

func (t *Tx) session(db *gorm.DB, id string) (*Session, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	return one[Session](db.Where("id = ?", id))
}

// RotateSession stores the hash of the next refresh token, and remembers the one before as
// spent.
func (t *Tx) RotateSession(s *Session, refreshHash string, at time.Time) error {
	spent := spentRefresh{Hash: s.RefreshHash, SessionID: s.ID, SpentAt: at}
	if err := t.db.Create(&spent).Error; err != nil {
		return err
	}
	return changed(t.db.Model(&Session{}).Where("id = ?", s.ID).Update("refresh_hash", refreshHash))
}

// spentRefresh is a refresh token that was traded in.
type spentRefresh struct {
	Hash      string `gorm:"primaryKey"`
	SessionID string
	SpentAt   time.Time
}

// TableName is the table of the spent refresh tokens.
func (spentRefresh) TableName() string { return "spent_refreshes" }

// Spent reports whether a refresh token of the session was traded in before, and how many
// were.
func (t *Tx) Spent(sessionID, refreshHash string) (it bool, all int64, err error) {
	var n struct{ It, AllOfThem int64 }
	err = scan(t.db.Raw("SELECT count(*) AS all_of_them, count(CASE WHEN hash = ? THEN 1 END) AS it FROM spent_refreshes WHERE session_id = ?",
		refreshHash, sessionID), &n)
	return n.It > 0, n.AllOfThem, err
}

// DropSessions forgets the sessions that would have ended by themselves before that time.
func (t *Tx) DropSessions(before time.Time) error {
	err := t.db.Where("session_id IN (?)", t.db.Model(&Session{}).Select("id").Where("expires_at < ?", before)).Delete(&spentRefresh{}).Error
	if err != nil {
		return err
	}
	return t.db.Where("expires_at < ?", before).Delete(&Session{}).Error
}

// EndSession ends a session; ending it twice keeps the first time.
func (t *Tx) EndSession(id string, at time.Time) error {
	t.rights = true
	return t.db.Model(&Session{}).Where("id = ? AND ended_at IS NULL", id).Update("ended_at", at).Error
}

// EndSessionsOf ends every session of a person but the one named, if one is.
func (t *Tx) EndSessionsOf(userID, but string, at time.Time) error {
	t.rights = true
	db := t.db.Model(&Session{}).Where("user_id = ? AND ended_at IS NULL", userID)
	if but, ok := canonical(but); ok {
		db = db.Where("id <> ?", but)
	}
	return db.Update("ended_at", at).Error
}

// SetMark notes something about the whole database, once; fresh is false when it was noted
// before. Of several that note the same at once, one is fresh and the others wait for it.
func (t *Tx) SetMark(name string) (fresh bool, err error) {
	db := t.db.Exec("INSERT INTO counters (name, value) VALUES (?, 1) ON CONFLICT (name) DO NOTHING", "mark-"+name)
	return db.RowsAffected == 1, db.Error
}

// Mark reports whether SetMark was called for the name.
func (t *Tx) Mark(name string) (bool, error) {
	var n int64
	err := t.db.Table("counters").Where("name = ?", "mark-"+name).Count(&n).Error
	return n > 0, err
}

// MarkedAs is what follows prefix, in ASCII, in the name of the first mark that begins with it;
// "" when none does.
func (t *Tx) MarkedAs(prefix string) (string, error) {
	var names []string
	begin := "mark-" + prefix
	err := t.db.Table("counters").Where("substr(name, 1, ?) = ?", len(begin), begin).Order("name").Limit(1).Pluck("name", &names).Error
	if err != nil || len(names) == 0 {
		return "", err
	}
	return strings.TrimPrefix(names[0], begin), nil
}
