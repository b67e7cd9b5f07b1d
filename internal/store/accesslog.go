package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/policy"
)

// Journal is one of the tables of lines about requests.
type Journal string

// The journals: who read what, and what was refused.
const (
	AccessLog   Journal = "access_log"
	SecurityLog Journal = "security_log"
)

// Line sums up requests that are alike, from FirstAt to LastAt. Its ids have no foreign keys.
type Line struct {
	ID         string
	Kind       string
	ActorID    *string // who asked; nil: nobody known
	AgencyID   *string // for which agency
	Roles      string  // with which roles, separated by spaces
	SessionID  string
	Address    string
	IncidentID *string
	ObjectID   string
	Route      string // the name of the route
	Detail     string // of a list: its filters, by name; of a refusal: why
	Times      int64  // how often
	Shown      int64  // how many items all the answers held
	FirstAt    time.Time
	LastAt     time.Time
}

// lineSizes are how many lines one statement writes: few sizes, so that pgx's cache of
// prepared statements stays small.
var lineSizes = []int{100, 25, 5, 1}

// WriteLines writes lines in one transaction. A line that is there already gets the new figures,
// so that a write whose end nobody heard of may be tried again.
func (s *Store) WriteLines(ctx context.Context, j Journal, lines []Line) error {
	again := clause.OnConflict{
		Columns:   []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"times", "shown", "last_at"}),
	}
	return s.Write(ctx, func(_ context.Context, tx *Tx) error {
		for _, size := range lineSizes {
			for len(lines) >= size {
				some := lines[:size]
				lines = lines[size:]
				if err := tx.db.Table(string(j)).Clauses(again).Create(&some).Error; err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// DropLines forgets up to limit lines that ended before a moment, the oldest first, and returns
// how many.
func (s *Store) DropLines(ctx context.Context, j Journal, before time.Time, limit int) (int, error) {
	table, n := string(j), 0
	err := s.Write(ctx, func(_ context.Context, tx *Tx) error {
		db := tx.db.Exec("DELETE FROM "+table+" WHERE id IN (SELECT id FROM "+table+
			" WHERE first_at < ? AND last_at < ? ORDER BY first_at LIMIT ?)", before, before, limit)
		n = int(db.RowsAffected)
		return explain(db.Error)
	})
	return n, err
}

// LineQuery is a question for lines, the newest first. An empty filter narrows nothing.
type LineQuery struct {
	Sight      policy.Sight // only lines about these cases, by role or by name; All: every line
	Kind       []string
	ActorID    string
	AgencyID   string // for which the actor asked
	IncidentID string
	After      *time.Time // began then or later
	Before     *time.Time // began earlier
	Past       *Position  // where the page before ended
	Limit      int        // one more is returned when there is more
}

// Lines returns a page of a journal.
func (t *Tx) Lines(j Journal, q LineQuery) ([]Line, error) { return many[Line](t.lines(j, q)) }

func (t *Tx) lines(j Journal, q LineQuery) *gorm.DB {
	table := string(j)
	db := t.db.Table(table).Where(wholeCase(q.Sight, table))
	db = t.filter(db, table+".kind", q.Kind)
	db = is(db, table+".actor_id", q.ActorID)
	db = is(db, table+".agency_id", q.AgencyID)
	db = is(db, table+".incident_id", q.IncidentID)
	if q.After != nil {
		db = db.Where(table+".first_at >= ?", *q.After)
	}
	if q.Before != nil {
		db = db.Where(table+".first_at < ?", *q.Before)
	}
	return page(db, table, "first_at", true, q.Past, q.Limit).Select(columns(table, &Line{}))
}

// Existing says which of the ids are cases, whoever sees them.
func (t *Tx) Existing(incidentIDs []string) (map[string]bool, error) {
	return t.Visible(incidentIDs, policy.Sight{All: true})
}

// Account is whose a user name is.
type Account struct {
	ID       string
	Username string
	AgencyID string
}

// Accounts returns the accounts that have these user names, by name.
func (t *Tx) Accounts(names []string) (map[string]Account, error) {
	out := map[string]Account{}
	if len(names) == 0 {
		return out, nil
	}
	found, err := many[Account](t.db.Table("users").Select("id, username, agency_id").Where(t.among("username", names)))
	for _, a := range found {
		out[a.Username] = a
	}
	return out, err
}
