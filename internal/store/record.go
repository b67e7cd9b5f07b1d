package store

import (
	"time"

	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/policy"
)

// Event is one sealed act in the chain of a case, or of an agency for what belongs to no
// case. Nothing in it is ever changed.
type Event struct {
	ID          string
	ChainID     string
	Seq         int64
	Type        string
	ObjectKind  string
	ObjectID    string
	ActorID     string
	AgencyID    string
	At          time.Time
	PayloadHash string
	SealVersion int
	PrevHash    string
	Hash        string

	// The payload: canonical JSON, and the salt of its hash. Both can be redacted together
	// without breaking the chain, and are then empty.
	Salt string `gorm:"-"`
	Body string `gorm:"-"`

	// The message for the broker.
	Subject string `gorm:"-"`
	Message string `gorm:"-"`
}

// TableName is the table of the record.
func (Event) TableName() string { return "events" }

type payloadRow struct {
	EventID string
	Salt    string
	Body    string
}

// TableName is the table of the payloads.
func (payloadRow) TableName() string { return "event_payloads" }

// AppendEvents writes events, their payloads and their messages, in this order; after the
// commit, Committed tells the relay. The owner of each chain is locked by whoever calls.
func (t *Tx) AppendEvents(events []Event) error {
	if len(events) == 0 {
		return nil
	}
	payloads := make([]payloadRow, len(events))
	messages := make([]OutboxRow, len(events))
	trace := traceparent(t.db.Statement.Context)
	for i, e := range events {
		payloads[i] = payloadRow{EventID: e.ID, Salt: e.Salt, Body: e.Body}
		messages[i] = OutboxRow{
			EventID: e.ID, ChainID: e.ChainID, Seq: e.Seq,
			Subject: e.Subject, Message: e.Message, CreatedAt: e.At, Traceparent: trace,
		}
	}
	if err := createAll(t.db, events); err != nil {
		return err
	}
	if err := createAll(t.db, payloads); err != nil {
		return err
	}
	if err := createAll(t.db, messages); err != nil {
		return err
	}
	t.appended = true
	return nil
}

// TimelineQuery is the events of a case that a reader may read, in their order.
type TimelineQuery struct {
	IncidentID    string
	Types         []string      // nil: all
	HandoversOf   string        // of events about handovers, only those from or to this agency; empty: all
	DutiesOf      string        // of events about duties, only those this agency owes; empty: all
	NoteAudiences []string      // of events about notes, only these audiences; nil: all
	NoteTLP       []string      // and only these labels; nil: all
	NoteAgencyID  string        // but always the notes of this agency
	LinkSight     *policy.Sight // of events about links, only those whose other case is in sight; nil: all
	TakingPartOf  string        // of events about invited participants, only those of this agency; empty: all
	AfterSeq      int64
	Limit         int // one more is returned when there is more; 0: all
}

// eventRow is an event with its payload, which may have been redacted.
type eventRow struct {
	Event       `gorm:"embedded"`
	PayloadSalt *string
	PayloadBody *string
}

// Timeline returns a page of events with their payloads.
func (t *Tx) Timeline(q TimelineQuery) ([]Event, error) {
	chain, ok := canonical(q.IncidentID)
	if !ok {
		return []Event{}, nil
	}
	db := t.db.Model(&eventRow{}).
		Select(columns("events", Event{})+", p.salt AS payload_salt, p.body AS payload_body").
		Joins("LEFT JOIN event_payloads p ON p.event_id = events.id").
		Where("events.chain_id = ? AND events.seq > ?", chain, q.AfterSeq)
	if q.Types != nil {
		db = db.Where(t.among("events.type", q.Types))
	}
	only := func(kind, table string, v clause.Expr) {
		db = db.Where("(events.object_kind <> '"+kind+"' OR EXISTS (SELECT 1 FROM "+table+
			" WHERE "+table+".id = events.object_id AND "+v.SQL+"))", v.Vars...)
	}
	if q.HandoversOf != "" {
		only("handover", "handovers", visibleHandover(HandoverSight{AgencyID: q.HandoversOf}))
	}
	if q.DutiesOf != "" {
		only("obligation", "duties", owedBy(q.DutiesOf))
	}
	if q.NoteAudiences != nil || q.NoteTLP != nil {
		only("note", "notes", t.visibleNote("notes", q.NoteAudiences, q.NoteTLP, q.NoteAgencyID))
	}
	if q.LinkSight != nil {
		v := visible(*q.LinkSight)
		db = db.Where("(events.object_kind <> 'link' OR EXISTS (SELECT 1 FROM case_links l JOIN incidents ON incidents.id ="+
			" CASE WHEN l.incident_id = events.chain_id THEN l.to_id ELSE l.incident_id END WHERE l.id = events.object_id AND "+v.SQL+"))", v.Vars...)
	}
	// Tasks and observables have a note's audience and label, and are cut like notes.
	if q.NoteAudiences != nil || q.NoteTLP != nil {
		only("task", "tasks", t.visibleNote("tasks", q.NoteAudiences, q.NoteTLP, q.NoteAgencyID))
		only("observable", "observables", t.visibleNote("observables", q.NoteAudiences, q.NoteTLP, q.NoteAgencyID))
	}
	if agency, ok := canonical(q.TakingPartOf); ok {
		only("participant", "participants", clause.Expr{SQL: "participants.agency_id = ?", Vars: []any{agency}})
	}
	if q.Limit > 0 {
		db = db.Limit(q.Limit + 1)
	}
	rows, err := many[eventRow](db.Order("events.seq"))
	if err != nil {
		return nil, err
	}
	out := make([]Event, len(rows))
	for i, r := range rows {
		out[i] = r.Event
		if r.PayloadSalt != nil && r.PayloadBody != nil {
			out[i].Salt, out[i].Body = *r.PayloadSalt, *r.PayloadBody
		}
	}
	return out, nil
}

// EventsOf returns the seals of a chain from one sequence number to another, both inclusive,
// without payloads.
func (t *Tx) EventsOf(chainID string, fromSeq, toSeq int64) ([]Event, error) {
	chain, ok := canonical(chainID)
	if !ok {
		return []Event{}, nil
	}
	return many[Event](t.db.Where("chain_id = ? AND seq BETWEEN ? AND ?", chain, fromSeq, toSeq).Order("seq"))
}
