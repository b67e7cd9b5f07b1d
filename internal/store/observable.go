package store

import (
	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// afterAnything sorts, byte by byte, behind every character of a value: the end of the range
// of a prefix.
const afterAnything = "\U0010FFFF"

// CreateObservables inserts observables, all of one case.
func (t *Tx) CreateObservables(list []incident.Observable) error {
	if err := createAll(t.db, list); err != nil || len(list) == 0 {
		return err
	}
	var texts []incident.Text
	for i := range list {
		texts = append(texts, list[i].Texts()...)
	}
	return t.addTexts(list[0].IncidentID, texts)
}

// RetractObservable writes that an observable was retracted.
func (t *Tx) RetractObservable(o *incident.Observable) error {
	return changed(t.db.Model(&incident.Observable{}).Where("id = ?", o.ID).
		Select("retracted_at", "retracted_by_id", "retract_reason").Updates(o))
}

// Observable reads an observable of the case that is in sight; fault.Absent otherwise.
func (t *Tx) Observable(incidentID, id string, sight MaterialSight) (*incident.Observable, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	return one[incident.Observable](is(t.db.Where("observables.id = ?", id), "observables.incident_id", incidentID).
		Where(t.visibleMaterial("observables", sight)))
}

// SeenObservable is an observable and in how many other cases, of those in which the reader
// sees it, the same value stands.
type SeenObservable struct {
	incident.Observable `gorm:"embedded"`
	SeenIn              int64 `gorm:"->;column:seen_in"`
}

// ObservableQuery is a list of observables, of a case the oldest first, of all cases the newest.
type ObservableQuery struct {
	Sight      MaterialSight
	IncidentID string
	Type       []string
	Values     []string // normalised; nil: any
	Prefix     string   // of the normalised value
	Active     bool     // without what was retracted
	IOC        *bool
	After      *Position // by the time it was added
	Limit      int       // one more is returned when there is more; 0: all
}

// Observables returns a page of observables.
func (t *Tx) Observables(q ObservableQuery) ([]SeenObservable, error) {
	return many[SeenObservable](t.observablePage(q))
}

func (t *Tx) observablePage(q ObservableQuery) *gorm.DB {
	v := t.visibleMaterial("o", q.Sight)
	seen := columns("observables", incident.Observable{}) + ", (SELECT count(DISTINCT o.incident_id) FROM observables o WHERE o.type = observables.type" +
		" AND o.value = observables.value AND o.incident_id <> observables.incident_id AND o.retracted_at IS NULL AND " + v.SQL + ") AS seen_in"
	db := t.db.Table("observables").Select(seen, v.Vars...).Where(t.visibleMaterial("observables", q.Sight))
	db = is(db, "observables.incident_id", q.IncidentID)
	db = t.filter(db, "observables.type", q.Type)
	if q.Values != nil {
		db = db.Where(t.among("observables.value", q.Values))
	}
	if q.Prefix != "" {
		db = db.Where("observables.value >= ? AND observables.value < ?", q.Prefix, q.Prefix+afterAnything)
	}
	if q.Active {
		db = db.Where("observables.retracted_at IS NULL")
	}
	if q.IOC != nil {
		db = db.Where("observables.is_ioc = ?", *q.IOC)
	}
	return page(db, "observables", "created_at", q.IncidentID == "", q.After, q.Limit)
}

// ActiveValues lists the observables of the case in sight that were not retracted and have
// one of the values.
func (t *Tx) ActiveValues(incidentID string, sight MaterialSight, values []string) ([]incident.Observable, error) {
	return many[incident.Observable](is(t.db.Where("observables.retracted_at IS NULL"), "observables.incident_id", incidentID).
		Where(t.among("observables.value", values)).Where(t.visibleMaterial("observables", sight)))
}

// Sighting is another case in which a value was seen.
type Sighting struct {
	incident.Observable `gorm:"embedded"`
	Code                string
	CaseTitle           string
	CaseStatus          incident.Status
}

// SightingsOf returns the other cases in which the reader sees the same value as o, the newest
// first: of each case the observable that was added first.
func (t *Tx) SightingsOf(o *incident.Observable, sight MaterialSight, after *Position, limit int) ([]Sighting, error) {
	v, first := t.visibleMaterial("observables", sight), t.visibleMaterial("o", sight)
	const same = "observables.type = ? AND observables.value = ? AND observables.incident_id <> ? AND observables.retracted_at IS NULL"
	earlier := "NOT EXISTS (SELECT 1 FROM observables o WHERE o.type = observables.type AND o.value = observables.value" +
		" AND o.incident_id = observables.incident_id AND o.retracted_at IS NULL AND (o.created_at, o.id) < (observables.created_at, observables.id) AND " + first.SQL + ")"
	db := t.db.Table("observables").Joins("JOIN incidents c ON c.id = observables.incident_id").
		Select(columns("observables", incident.Observable{})+", c.code, c.title AS case_title, c.status AS case_status").
		Where(same, o.Type, o.Value, o.IncidentID).Where(v).Where(earlier, first.Vars...)
	return many[Sighting](page(db, "observables", "created_at", true, after, limit))
}
