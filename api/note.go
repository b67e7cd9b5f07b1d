package api

// NewNote adds working material to a case.
type NewNote struct {
	Text         string `json:"text" validate:"required"`
	Audience     string `json:"audience" validate:"required" enum:"audience"`
	TLP          string `json:"tlp,omitempty" enum:"tlp"` // amber when not given
	Confidential bool   `json:"confidential,omitempty"`   // for the team and the own agency alone (SL 3.4)
}

// Note is working material of a case.
type Note struct {
	ID           string  `json:"id" format:"uuid"`
	IncidentID   string  `json:"incident_id" format:"uuid"`
	Audience     string  `json:"audience" enum:"audience"`
	TLP          string  `json:"tlp" enum:"tlp"`
	Confidential bool    `json:"confidential"` // read by the team and the agency that wrote it
	Text         string  `json:"text"`
	AuthorID     string  `json:"author_id" format:"uuid"`
	Author       *string `json:"author"`
	AgencyID     string  `json:"agency_id" format:"uuid"`
	Agency       *string `json:"agency"`
	CreatedAt    string  `json:"created_at" format:"date-time"`
}

// NoteList is a page of notes.
type NoteList struct {
	Items []Note `json:"items"`
	Paged
}

// TimelineEntry is one event of a case. Gaps in seq are events the reader may not see.
type TimelineEntry struct {
	Seq   int64          `json:"seq"`
	Type  string         `json:"type"`
	At    string         `json:"at" format:"date-time"`
	Actor TimelineActor  `json:"actor"`
	Data  map[string]any `json:"data"`
}

// TimelineActor is who acted, and for which agency.
type TimelineActor struct {
	Name   string `json:"name"`
	Agency string `json:"agency"`
}

// Timeline is a page of events, in order.
type Timeline struct {
	Items []TimelineEntry `json:"items"`
	Paged
}

// Participant is an agency that takes part in a case.
type Participant struct {
	Agency     AgencyRef `json:"agency"`
	Lead       bool      `json:"lead"`
	AsReporter bool      `json:"as_reporter"` // reported it, or owns or operates the system
	AsPartner  bool      `json:"as_partner"`  // leads, has a handover that runs, or was invited
	By         []Taking  `json:"by"`          // how it takes part, as far as the reader may know
}

// ParticipantList is the agencies that take part.
type ParticipantList struct {
	Items []Participant `json:"items"`
	Paged
}
