package store

import (
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// DutiesOf returns every duty of a case, the oldest first.
func (t *Tx) DutiesOf(incidentID string) ([]incident.Duty, error) {
	id, ok := canonical(incidentID)
	if !ok {
		return []incident.Duty{}, nil
	}
	return many[incident.Duty](t.db.Where("incident_id = ?", id).Order("started_at, id"))
}

// Duty reads a duty that lies in the case, or lay there before a merge (in any case when
// incidentID is empty), and is in sight; fault.Absent otherwise.
func (t *Tx) Duty(incidentID, id string, sight DutySight) (*incident.Duty, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	return one[incident.Duty](lies(t.db.Where("duties.id = ?", id), "duties", incidentID).Where(visibleDuty(sight)))
}

// DutyQuery is a list of duties, the oldest first.
type DutyQuery struct {
	Sight      DutySight
	IncidentID string
	Status     []string
	Overdue    *bool // pending, and past the target, or else the due time, at Now
	DueBefore  *time.Time
	Rule       string
	OwedByID   string
	Now        time.Time
	After      *Position // by the time the duty started
	Limit      int       // one more is returned when there is more; 0: all
}

// Duties returns a page of duties.
func (t *Tx) Duties(q DutyQuery) ([]incident.Duty, error) {
	db := is(t.db.Where(visibleDuty(q.Sight)), "duties.incident_id", q.IncidentID)
	db = t.filter(db, "duties.status", q.Status)
	db = is(db, "duties.owed_by_id", q.OwedByID)
	if q.Rule != "" {
		db = db.Where("duties.rule = ?", q.Rule)
	}
	if q.DueBefore != nil {
		db = db.Where("duties.due_at < ?", *q.DueBefore)
	}
	if q.Overdue != nil && *q.Overdue {
		db = db.Where("duties.status = 'pending' AND (duties.target_at < ? OR duties.target_at IS NULL AND duties.due_at < ?)", q.Now, q.Now)
	}
	if q.Overdue != nil && !*q.Overdue {
		db = db.Where("(duties.status <> 'pending' OR duties.target_at >= ?"+
			" OR duties.target_at IS NULL AND (duties.due_at IS NULL OR duties.due_at >= ?))", q.Now, q.Now)
	}
	return many[incident.Duty](page(db, "duties", "started_at", false, q.After, q.Limit))
}

// CreateDuty inserts a duty; a case has one of each rule.
func (t *Tx) CreateDuty(d *incident.Duty) error {
	return t.db.Create(d).Error
}

// SaveDuty writes every column of a duty. Its case is locked by whoever calls, so that no
// version is needed.
func (t *Tx) SaveDuty(d *incident.Duty) error {
	row := *d
	return changed(t.db.Model(&incident.Duty{}).Where("id = ?", d.ID).Select("*").Omit("id").Updates(&row))
}
