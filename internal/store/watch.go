package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// Watched is a duty at which the watch must look.
type Watched struct {
	ID         string
	IncidentID *string // nil: of an agency by the calendar
	WatchAt    time.Time
}

// DutiesToWatch returns at most limit duties at which the watch must look at now, the longest
// due first, behind after where that is given. It reads the index of what is still to be said,
// however many duties there are.
func (t *Tx) DutiesToWatch(now time.Time, after *Watched, limit int) ([]Watched, error) {
	return many[Watched](t.toWatch(now, after, limit))
}

func (t *Tx) toWatch(now time.Time, after *Watched, limit int) *gorm.DB {
	db := t.db.Table("duties").Select("duties.id, duties.incident_id, duties.watch_at").Where("duties.watch_at <= ?", now)
	if after != nil {
		db = db.Where("(duties.watch_at, duties.id) > (?, ?)", after.WatchAt, after.ID)
	}
	return db.Order("duties.watch_at, duties.id").Limit(limit)
}

// AgencyDuties returns the duties of the calendar with the ids, in the order of the ids.
func (t *Tx) AgencyDuties(list []string) ([]incident.Duty, error) {
	if len(list) == 0 {
		return []incident.Duty{}, nil
	}
	return many[incident.Duty](t.db.Where("incident_id IS NULL").Where(t.among("id", ids(list))).Order("id"))
}

// Occurrence returns every agency's duty of one occurrence of a rule.
func (t *Tx) Occurrence(rule, toRole, occurrence string) ([]incident.Duty, error) {
	return many[incident.Duty](t.occurrence(rule, toRole, occurrence))
}

func (t *Tx) occurrence(rule, toRole, occurrence string) *gorm.DB {
	return t.db.Model(&incident.Duty{}).Where("incident_id IS NULL AND rule = ? AND occurrence = ? AND to_role = ?", rule, occurrence, toRole).Order("id")
}

// PendingOf returns the pending duties of the calendar that the agency owes in the role.
func (t *Tx) PendingOf(agencyID string, role incident.AgencyRole) ([]incident.Duty, error) {
	return many[incident.Duty](t.pendingOf(agencyID, role))
}

func (t *Tx) pendingOf(agencyID string, role incident.AgencyRole) *gorm.DB {
	return t.db.Model(&incident.Duty{}).
		Where("incident_id IS NULL AND owed_by_id = ? AND owed_by_part = ? AND status = 'pending'", agencyID, role).Order("id")
}

// EndedWithRole returns the duties of the calendar that the agency owed in the role, and that
// ended when it lost it.
func (t *Tx) EndedWithRole(agencyID string, role incident.AgencyRole) ([]incident.Duty, error) {
	return many[incident.Duty](t.endedWithRole(agencyID, role))
}

func (t *Tx) endedWithRole(agencyID string, role incident.AgencyRole) *gorm.DB {
	return t.db.Model(&incident.Duty{}).
		Where("incident_id IS NULL AND owed_by_id = ? AND owed_by_part = ? AND ended_by = ?", agencyID, role, incident.EndedByRole).Order("id")
}

// RegistryNumber rises with every change of agencies, their roles and successors.
func (t *Tx) RegistryNumber() (int64, error) {
	var number int64
	err := scan(t.db.Raw("SELECT coalesce(max(value), 0) FROM counters WHERE name = ?", registryNumber), &number)
	return number, err
}

const calendarWatch = "calendar"

// CalendarLooked returns until when the watch has looked at the calendar. The first question
// ever sets it to now.
func (s *Store) CalendarLooked(ctx context.Context, now time.Time) (time.Time, error) {
	at, err := s.calendarLooked(ctx)
	if err != nil || at != nil {
		return deref(at), err
	}
	err = s.Write(ctx, func(_ context.Context, tx *Tx) error {
		return tx.db.Exec("INSERT INTO watch_state (name, looked_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", calendarWatch, now).Error
	})
	if err == nil {
		at, err = s.calendarLooked(ctx)
	}
	return deref(at), err
}

type watchState struct {
	Name     string
	LookedAt time.Time
}

// TableName is the table of how far the watch has looked.
func (watchState) TableName() string { return "watch_state" }

func (s *Store) calendarLooked(ctx context.Context) (*time.Time, error) {
	rows, err := many[watchState](s.Read(ctx).db.Where("name = ?", calendarWatch))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0].LookedAt, nil
}

func deref(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// LookedAtCalendar notes until when the watch has looked. A clock that was set back takes
// nothing away.
func (s *Store) LookedAtCalendar(ctx context.Context, at time.Time) error {
	return s.Write(ctx, func(_ context.Context, tx *Tx) error {
		return tx.db.Exec("UPDATE watch_state SET looked_at = ? WHERE name = ? AND looked_at < ?", at, calendarWatch, at).Error
	})
}
