package store

import (
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
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
	Late       *bool // fulfilled after its time
	DueBefore  *time.Time
	DueAfter   *time.Time // inclusive
	Rule       string
	OwedByID   string
	AgencyID   string // the same as OwedByID
	ToID       string // the agency that must be told
	Basis      string // instrument and clause begin with it
	OfCase     *bool  // of cases, or of agencies by the calendar
	Exercise   *bool  // of exercises; a duty without a case is of none
	Now        time.Time
	ByDue      bool      // by the due time instead, those without one last
	After      *Position // by the time the duty started; ByDue: was due
	Limit      int       // one more is returned when there is more; 0: all
}

// Duties returns a page of duties.
func (t *Tx) Duties(q DutyQuery) ([]incident.Duty, error) {
	if !q.ByDue {
		return many[incident.Duty](page(t.duties(q), "duties", "started_at", false, q.After, q.Limit))
	}
	// Two ranges, each in the order of an index: no database walks past a NULL to the end.
	list := []incident.Duty{}
	if q.After == nil || !q.After.Rest {
		var err error
		list, err = many[incident.Duty](t.dutiesDue(q))
		if err != nil || q.Limit > 0 && len(list) > q.Limit {
			return list, err
		}
		q.After = nil
	}
	db := t.duties(q).Where("duties.due_at IS NULL")
	if q.After != nil {
		last, ok := canonical(q.After.ID)
		if !ok {
			return list, nil
		}
		db = db.Where("duties.id > ?", last)
	}
	if q.Limit > 0 {
		db = db.Limit(q.Limit + 1 - len(list))
	}
	rest, err := many[incident.Duty](db.Order("duties.id"))
	return append(list, rest...), err
}

// dutiesDue is the page of those that have a due time, the earliest first.
func (t *Tx) dutiesDue(q DutyQuery) *gorm.DB {
	return page(t.duties(q).Where("duties.due_at IS NOT NULL"), "duties", "due_at", false, q.After, q.Limit)
}

// duties is the rows of a list, not yet ordered or cut.
func (t *Tx) duties(q DutyQuery) *gorm.DB {
	db := is(t.db.Where(visibleDuty(q.Sight)), "duties.incident_id", q.IncidentID)
	db = t.filter(db, "duties.status", q.Status)
	db = is(db, "duties.owed_by_id", q.OwedByID)
	db = is(db, "duties.owed_by_id", q.AgencyID)
	db = is(db, "duties.to_agency_id", q.ToID)
	if q.Rule != "" {
		db = db.Where("duties.rule = ?", q.Rule)
	}
	if q.Basis != "" {
		db = db.Where("substr(duties.basis, 1, ?) = ?", utf8.RuneCountInString(q.Basis), q.Basis)
	}
	if q.DueBefore != nil {
		db = db.Where("duties.due_at < ?", *q.DueBefore)
	}
	if q.DueAfter != nil {
		db = db.Where("duties.due_at >= ?", *q.DueAfter)
	}
	if q.Late != nil {
		db = db.Where("duties.late = ?", *q.Late)
	}
	if q.OfCase != nil {
		db = db.Where(map[bool]string{true: "duties.incident_id IS NOT NULL", false: "duties.incident_id IS NULL"}[*q.OfCase])
	}
	if q.Exercise != nil {
		exercise := "EXISTS (SELECT 1 FROM incidents x WHERE x.id = duties.incident_id AND x.exercise)"
		db = db.Where(map[bool]string{true: exercise, false: "NOT " + exercise}[*q.Exercise])
	}
	if q.Overdue != nil && *q.Overdue {
		db = db.Where("duties.status = 'pending' AND (duties.target_at < ? OR duties.target_at IS NULL AND duties.due_at < ?)", q.Now, q.Now)
	}
	if q.Overdue != nil && !*q.Overdue {
		db = db.Where("(duties.status <> 'pending' OR duties.target_at >= ?"+
			" OR duties.target_at IS NULL AND (duties.due_at IS NULL OR duties.due_at >= ?))", q.Now, q.Now)
	}
	return db
}

// CodesOf returns the codes of cases by their ids.
func (t *Tx) CodesOf(ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct{ ID, Code string }
	if err := scan(t.db.Raw("SELECT id, code FROM incidents WHERE id IN ?", ids), &rows); err != nil {
		return nil, err
	}
	for _, r := range rows {
		out[r.ID] = r.Code
	}
	return out, nil
}

// CreateDuty inserts a duty. A case, or without one the agency that owes it, has one of each
// incident.DutyKey beside those that were superseded.
func (t *Tx) CreateDuty(d *incident.Duty) error {
	return t.db.Create(d).Error
}

// SaveDuty writes every column of a duty. Its case, or without one the registry, is locked by
// whoever calls, so that no version is needed.
func (t *Tx) SaveDuty(d *incident.Duty) error {
	row := *d
	return changed(t.db.Model(&incident.Duty{}).Where("id = ?", d.ID).Select("*").Omit("id").Updates(&row))
}

// Everything is the sight of the desk's own workers.
var Everything = DutySight{Case: policy.Sight{All: true}, Whole: true}
