package store

import (
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// handoverRow holds the record, which may be absent, in a column that is never NULL.
type handoverRow struct {
	incident.Handover `gorm:"embedded"`
	RecordJSON        jsonOf[*incident.Record] `gorm:"column:record"`
}

func (r *handoverRow) value() incident.Handover {
	h := r.Handover
	h.Record = r.RecordJSON.V
	if h.Record != nil {
		h.Record.At = h.Record.At.UTC()
	}
	return h
}

func handoverRowOf(h *incident.Handover) *handoverRow {
	return &handoverRow{Handover: *h, RecordJSON: jsonOf[*incident.Record]{h.Record}}
}

func handovers(rows []handoverRow, err error) ([]incident.Handover, error) {
	if err != nil {
		return nil, err
	}
	out := make([]incident.Handover, len(rows))
	for i := range rows {
		out[i] = rows[i].value()
	}
	return out, nil
}

// Handover reads a handover that lies in the case, or lay there before a merge (in any case
// when incidentID is empty), and is in sight; fault.Absent otherwise.
func (t *Tx) Handover(incidentID, id string, sight HandoverSight) (*incident.Handover, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	row, err := one[handoverRow](lies(t.db.Where("handovers.id = ?", id), "handovers", incidentID).
		Where(visibleHandover(sight)))
	if err != nil {
		return nil, err
	}
	h := row.value()
	return &h, nil
}

// HandoverQuery is a list of handovers, the newest first unless Ascending.
type HandoverQuery struct {
	Sight      HandoverSight
	IncidentID string
	Status     []string
	Kind       []string
	Direction  string // in, out: to or from Sight.AgencyID; empty: both
	DueBefore  *time.Time
	After      *Position // by the time of the request
	Ascending  bool
	Limit      int // one more is returned when there is more; 0: all
}

// Handovers returns a page of handovers.
func (t *Tx) Handovers(q HandoverQuery) ([]incident.Handover, error) {
	db := is(t.db.Where(visibleHandover(q.Sight)), "handovers.incident_id", q.IncidentID)
	db = t.filter(db, "handovers.status", q.Status)
	db = t.filter(db, "handovers.kind", q.Kind)
	if q.Direction != "" {
		agency, ok := canonical(q.Sight.AgencyID)
		column := map[string]string{"in": "handovers.to_agency_id", "out": "handovers.from_agency_id"}[q.Direction]
		if !ok || column == "" {
			return []incident.Handover{}, nil
		}
		db = db.Where(column+" = ?", agency)
	}
	if q.DueBefore != nil {
		db = db.Where("handovers.due_at < ?", *q.DueBefore)
	}
	return handovers(many[handoverRow](page(db, "handovers", "requested_at", !q.Ascending, q.After, q.Limit)))
}

// HandoversOf returns every handover of a case, the oldest first: what the rules look at.
func (t *Tx) HandoversOf(incidentID string) ([]incident.Handover, error) {
	id, ok := canonical(incidentID)
	if !ok {
		return []incident.Handover{}, nil
	}
	return handovers(many[handoverRow](t.db.Where("incident_id = ?", id).Order("requested_at, id")))
}

// CreateHandover inserts a handover.
func (t *Tx) CreateHandover(h *incident.Handover) error {
	return t.db.Create(handoverRowOf(h)).Error
}

// SaveHandover writes every column of a handover whose stored version is seen; fault.Stale
// when it is another.
func (t *Tx) SaveHandover(h *incident.Handover, seen int64) error {
	return guarded(t.db.Model(&handoverRow{}).Where("id = ? AND version = ?", h.ID, seen).
		Select("*").Omit("id").Updates(handoverRowOf(h)))
}
