package incident

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
)

// DutyTold is one event about a duty, as a chain of the record keeps it. Payload is empty where
// a redaction has taken it away.
type DutyTold struct {
	DutyID  string
	Payload []byte
}

// Duty is the whole duty after the event, so that the last event of a chain about it says how it
// stands; nil when the event does not say: it was redacted, or is of a time when events did not
// carry the whole of it.
func (e DutyTold) Duty() (*Duty, error) {
	if len(e.Payload) == 0 {
		return nil, nil
	}
	var t struct {
		Whole bool `json:"whole"`
		dutyState
	}
	if err := json.Unmarshal(e.Payload, &t); err != nil {
		return nil, fmt.Errorf("incident: payload of duty %s: %w", e.DutyID, err)
	}
	if !t.Whole {
		return nil, nil
	}
	d := t.duty(e.DutyID)
	d.schedule() // which follows from the rest
	return d, nil
}

// Digest is what the record says of the duty, as one sum: two duties that differ in anything have
// two. Texts are left out where a redaction has left its mark in either, so that the sum of the
// one can be held against that of the other.
func (d *Duty) Digest(texts bool) [sha256.Size]byte {
	x := *d
	if !texts {
		x.Reason, x.Document = "", Document{}
	}
	state := x.state()
	state["watch_at"] = stamp(x.WatchAt)
	body, err := json.Marshal(state)
	if err != nil { // texts, times and booleans: cannot happen
		panic(err)
	}
	return sha256.Sum256(body)
}

// MarkedRedacted reports whether a redaction has left its mark in the texts of the duty.
func (d *Duty) MarkedRedacted() bool {
	for _, s := range []string{d.Reason, d.Document.Number, d.Document.Symbol, d.Document.Subject, d.Document.SignerName, d.Document.SignerPosition} {
		if Redacted(s) {
			return true
		}
	}
	return false
}

// dutyState is a duty in the payloads of its events.
type dutyState struct {
	IncidentID     *string    `json:"incident_id"`
	Rule           string     `json:"rule"`
	RuleFrom       string     `json:"rule_from"`
	Pack           string     `json:"pack"`
	Book           string     `json:"book"`
	Basis          string     `json:"basis"`
	Confidence     string     `json:"confidence"`
	Title          string     `json:"title"`
	OwedByID       string     `json:"owed_by_id"`
	OwedByPart     string     `json:"owed_by_part"`
	ToRole         string     `json:"to_role"`
	ToAgencyID     *string    `json:"to_agency_id"`
	Occurrence     string     `json:"occurrence"`
	Form           string     `json:"form"`
	Ways           string     `json:"ways"`
	Channels       string     `json:"channels"`
	Because        facts      `json:"because"`
	Status         DutyStatus `json:"status"`
	Immediate      bool       `json:"immediate"`
	StartEvent     string     `json:"start_event"`
	StartedAt      time.Time  `json:"started_at"`
	DueAt          *time.Time `json:"due_at"`
	TargetAt       *time.Time `json:"target_at"`
	WarnAt         *time.Time `json:"warn_at"`
	WarnedAt       *time.Time `json:"warned_at"`
	OverdueAt      *time.Time `json:"overdue_at"`
	Late           bool       `json:"late"`
	BlocksClosure  bool       `json:"blocks_closure"`
	FulfilledAt    *time.Time `json:"fulfilled_at"`
	Channel        Channel    `json:"channel"`
	Document       dutyPaper  `json:"document"`
	HandoverID     *string    `json:"handover_id"`
	ReportID       *string    `json:"report_id"`
	Reason         string     `json:"reason"`
	DecidedByID    *string    `json:"decided_by_id"`
	EndedBy        string     `json:"ended_by"`
	CarriedFromID  *string    `json:"carried_from_id"`
	SupersededByID *string    `json:"superseded_by_id"`
	CreatedAt      time.Time  `json:"created_at"`
	UpdatedAt      time.Time  `json:"updated_at"`
}

type dutyPaper struct {
	Number         string `json:"number"`
	Symbol         string `json:"symbol"`
	IssuedOn       string `json:"issued_on"`
	Subject        string `json:"subject"`
	SignerName     string `json:"signer_name"`
	SignerPosition string `json:"signer_position"`
}

// state is the whole duty as dutyState reads it. Times are RFC 3339 with microseconds.
func (d *Duty) state() map[string]any {
	return map[string]any{
		"whole": true, "incident_id": orNil(d.IncidentID), "rule": d.Rule, "rule_from": d.RuleFrom, "pack": d.Pack, "book": d.Book,
		"basis": d.Basis, "confidence": d.Confidence, "title": d.Title, "owed_by_id": d.OwedByID, "owed_by_part": d.OwedByPart,
		"to_role": d.ToRole, "to_agency_id": orNil(d.ToAgencyID), "occurrence": d.Occurrence, "form": d.Form, "ways": d.Ways,
		"channels": d.Channels, "because": factsOf(d.Because), "status": string(d.Status), "immediate": d.Immediate, "start_event": d.StartEvent,
		"started_at": stamp(&d.StartedAt), "due_at": stamp(d.DueAt), "target_at": stamp(d.TargetAt), "warn_at": stamp(d.WarnAt),
		"warned_at": stamp(d.WarnedAt), "overdue_at": stamp(d.OverdueAt), "late": d.Late,
		"blocks_closure": d.BlocksClosure, "fulfilled_at": stamp(d.FulfilledAt), "channel": string(d.Channel), "document": d.Document.payload(),
		"handover_id": orNil(d.HandoverID), "report_id": orNil(d.ReportID), "reason": d.Reason, "decided_by_id": orNil(d.DecidedByID),
		"ended_by": d.EndedBy, "carried_from_id": orNil(d.CarriedFromID), "superseded_by_id": orNil(d.SupersededByID),
		"created_at": stamp(&d.CreatedAt), "updated_at": stamp(&d.UpdatedAt),
	}
}

func (s dutyState) duty(id string) *Duty {
	return &Duty{
		ID: id, IncidentID: s.IncidentID, Rule: s.Rule, RuleFrom: s.RuleFrom, Pack: s.Pack, Book: s.Book, Basis: s.Basis,
		Confidence: s.Confidence, Title: s.Title, OwedByID: s.OwedByID, OwedByPart: s.OwedByPart, ToRole: s.ToRole,
		ToAgencyID: s.ToAgencyID, Occurrence: s.Occurrence, Form: s.Form, Ways: s.Ways, Channels: s.Channels, Because: s.Because.text(),
		Status: s.Status, Immediate: s.Immediate, StartEvent: s.StartEvent, StartedAt: s.StartedAt, DueAt: s.DueAt,
		TargetAt: s.TargetAt, WarnAt: s.WarnAt, WarnedAt: s.WarnedAt, OverdueAt: s.OverdueAt, Late: s.Late,
		BlocksClosure: s.BlocksClosure, FulfilledAt: s.FulfilledAt, Channel: s.Channel,
		Document: Document{
			Number: s.Document.Number, Symbol: s.Document.Symbol, IssuedOn: s.Document.IssuedOn, Subject: s.Document.Subject,
			SignerName: s.Document.SignerName, SignerPosition: s.Document.SignerPosition,
		},
		HandoverID: s.HandoverID, ReportID: s.ReportID, Reason: s.Reason, DecidedByID: s.DecidedByID, EndedBy: s.EndedBy,
		CarriedFromID: s.CarriedFromID, SupersededByID: s.SupersededByID, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt,
	}
}

// facts are those that called for a duty, by name.
type facts map[string]any

// factsOf reads the facts of a duty's row; nil where it names none.
func factsOf(because string) any {
	if because == "" {
		return nil
	}
	var f map[string]any
	if err := json.Unmarshal([]byte(because), &f); err != nil {
		return because // no row of ours; verify then finds that the record says otherwise
	}
	return f
}

// text is how the row has them.
func (f facts) text() string {
	if f == nil {
		return ""
	}
	body, err := json.Marshal(f)
	if err != nil { // texts, numbers and booleans: cannot happen
		panic(err)
	}
	return string(body)
}

func orNil(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}
