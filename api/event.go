// Package api is the wire contract: requests, answers, problems and events. It uses the
// standard library only, so that other programs can import it.
package api

// Event is a CloudEvents 1.0 message in structured JSON, as every state change goes out on
// NATS. It is thin: codes, ids, from and to; never free text, natures or TLP.
type Event struct {
	SpecVersion     string `json:"specversion"` // 1.0
	ID              string `json:"id"`          // the event's id, also the Nats-Msg-Id
	Source          string `json:"source"`      // /ungcuu/<province>
	Type            string `json:"type"`        // <object>.<fact>, as in the timeline
	Subject         string `json:"subject"`     // the id of the chain's owner: a case, or an agency for what belongs to no case
	Time            string `json:"time"`        // RFC 3339, UTC, microseconds
	DataContentType string `json:"datacontenttype"`
	Sequence        string `json:"sequence"`     // place in the chain, from 1, without gaps
	SequenceType    string `json:"sequencetype"` // Integer
	SealVersion     int    `json:"sealversion"`
	Seal            string `json:"seal"`     // the event's hash in the chain, hex
	PrevSeal        string `json:"prevseal"` // the hash before it, hex; 64 zeros for the first

	Data EventData `json:"data"`
}

// EventData is what an event says: EventTypes lists which fields go with which type, the
// others are absent. A reader must leave alone a field that it does not know.
type EventData struct {
	IncidentID   string `json:"incident_id,omitempty"` // absent where the event is of no case
	Code         string `json:"code,omitempty"`        // of the case, SL-2026-000123; absent likewise
	Exercise     *bool  `json:"exercise,omitempty"`    // of the case; absent likewise
	ObjectID     string `json:"object_id"`
	From         string `json:"from,omitempty"` // the status before
	To           string `json:"to,omitempty"`   // the status after
	Kind         string `json:"kind,omitempty"` // of a handover, national report, link or redaction
	FromAgencyID string `json:"from_agency_id,omitempty"`
	ToAgencyID   string `json:"to_agency_id,omitempty"`
	Rule         string `json:"rule,omitempty"` // of an obligation
	Urgency      string `json:"urgency,omitempty"`
	AgencyID     string `json:"agency_id,omitempty"` // whose act it was
	// The other case of a merge or a link; absent where that is restricted and this is not.
	OtherIncidentID string `json:"other_incident_id,omitempty"`
	UserID          string `json:"user_id,omitempty"` // of a grant
	Role            string `json:"role,omitempty"`    // of an agency or a grant

	FromAssigneeID string `json:"from_assignee_id,omitempty"` // of a task: who had it before
	ToAssigneeID   string `json:"to_assignee_id,omitempty"`   // and who has it now
	Direction      string `json:"direction,omitempty"`        // of a message: from_agency or to_agency
}
