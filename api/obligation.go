package api

// Obligation is what a legal rule says someone must do by when.
type Obligation struct {
	ID            string    `json:"id" format:"uuid"`
	IncidentID    *string   `json:"incident_id" format:"uuid"` // null: a duty of an agency by the calendar
	Rule          string    `json:"rule"`                      // e.g. SL-6.1.e
	Basis         string    `json:"basis"`                     // instrument and clause
	Title         string    `json:"title"`                     // what must be done, in Vietnamese
	OwedBy        string    `json:"owed_by" format:"uuid"`     // the agency that owes it
	To            *string   `json:"to" format:"uuid"`          // the agency that must be told
	ToRole        string    `json:"to_role"`                   // as what that agency is told; empty: nobody must be told
	Status        string    `json:"status" enum:"obligation_status"`
	Immediate     bool      `json:"immediate"`                       // "ngay": target_at is an internal target, not the law
	StartedAt     string    `json:"started_at" format:"date-time"`   // when its clock began; see start_event
	DueAt         *string   `json:"due_at" format:"date-time"`       // the time that the law gives; null: it gives none. Of an immediate one, when its debtor learned
	TargetAt      *string   `json:"target_at" format:"date-time"`    // internal target of an immediate one, not the law
	Overdue       bool      `json:"overdue"`                         // pending, and past target_at, or else due_at
	BlocksClosure bool      `json:"blocks_closure"`                  // while it is pending the incident cannot be closed
	FulfilledAt   *string   `json:"fulfilled_at" format:"date-time"` // when it was done; null until then
	HandoverID    *string   `json:"handover_id" format:"uuid"`       // the handover that fulfilled it, for who reads that
	Channel       *string   `json:"channel" enum:"channel"`
	Document      *Document `json:"document"` // of what fulfilled it, for who reads that
	Reason        *string   `json:"reason"`   // why waived or not applicable, or the note of the fulfilment

	Pack           *string        `json:"pack"`                           // id of the rule's pack
	RuleFrom       *string        `json:"rule_from"`                      // the day from which this version of the rule holds, YYYY-MM-DD
	Book           *string        `json:"book"`                           // version of all rules when it opened
	Confidence     *string        `json:"confidence"`                     // read, secondary, inferred: how sure the rule is
	OwedByPart     *string        `json:"owed_by_part"`                   // as what the agency owes it: a role, or owner, operator, reporter, provider of the case
	Occurrence     *string        `json:"occurrence"`                     // of a duty of the calendar: 2026, 2026-11; of one that starts with the resolution: 2, 3 when the case was reopened and resolved again; else null
	Form           *string        `json:"form"`                           // id of the form that the law prescribes
	Ways           []string       `json:"ways"`                           // what fulfils it, beside by hand: handover (acknowledged by its addressee), request (such a handover of any kind but notice), report:KIND (a national report that was sent), reported (the report of the incident itself), receipt (the answer to who reported)
	Channels       []string       `json:"channels"`                       // those the clause allows; empty: any
	Because        map[string]any `json:"because" nullable:"true"`        // the facts that called for it; null for who may not read them
	StartEvent     *string        `json:"start_event"`                    // what started its clock: detected, reported, learned, violation_found, decided, resolved, calendar
	WarnAt         *string        `json:"warn_at" format:"date-time"`     // when it is said to be due soon
	OverdueAt      *string        `json:"overdue_at" format:"date-time"`  // when it was said to be overdue; kept for ever
	Late           bool           `json:"late"`                           // fulfilled after its time; kept for ever
	ReportID       *string        `json:"report_id" format:"uuid"`        // the national report that fulfilled it, for who reads that
	SupersededByID *string        `json:"superseded_by_id" format:"uuid"` // the duty that took its place

	IncidentCode *string          `json:"incident_code"` // null: a duty of an agency by the calendar
	OwedByName   string           `json:"owed_by_name"`  // the name of the agency owed_by
	ToName       *string          `json:"to_name"`       // the name of the agency to
	Forms        []ObligationForm `json:"forms"`         // of today: of the reports that fulfil it, and the one that its rule names; empty where there is none
}

// ObligationForm is a form on which a report fulfils an obligation.
type ObligationForm struct {
	Kind  string    `json:"kind" enum:"form_kind"` // of the report to make; of the form alone where the desk does not write it
	ID    string    `json:"id"`
	Title LocalText `json:"title"`
	Basis string    `json:"basis"` // instrument and clause of the form
}

// Explained is a rule of the province, and why it calls for a duty in the case, or does not.
type Explained struct {
	Rule     string         `json:"rule"`      // e.g. SL-6.1.e
	RuleFrom *string        `json:"rule_from"` // the day from which this version of the rule holds
	Pack     string         `json:"pack"`      // id of the rule's pack
	Basis    string         `json:"basis"`     // instrument and clause
	Title    LocalText      `json:"title"`
	Holds    bool           `json:"holds"`                   // it calls for a duty in the case now
	Why      string         `json:"why"`                     // holds, facts, no_start, not_in_force, off, replaced, calendar
	Detail   LocalText      `json:"detail"`                  // the same in words
	Because  map[string]any `json:"because" nullable:"true"` // the facts of the case on which its trigger rests, as they stand; null where it was not asked
	Duties   []Obligation   `json:"duties"`                  // those of the case by this version of the rule
}

// LocalText is a text in two languages.
type LocalText struct {
	VI string `json:"vi"` // Vietnamese
	EN string `json:"en"` // English
}

// ExplainedList is every rule of the province, in the order of the book, and what the rules make
// of the case now. Duties whose rule is no longer in the book stand in unruled.
type ExplainedList struct {
	Book           string          `json:"book"` // version of the rules
	Classification *Classification `json:"classification"`
	Items          []Explained     `json:"items"`
	Unruled        []Obligation    `json:"unruled"`
}

// ObligationList is a page of obligations. For readers who see only how many there are,
// items is empty and counts says where they stand.
type ObligationList struct {
	Items  []Obligation   `json:"items"`
	Counts map[string]int `json:"counts,omitempty"` // how many there are, by status; for readers who see no more
	Paged
}

// ObligationFilter narrows a list of obligations.
type ObligationFilter struct {
	Status    []string `json:"status" enum:"obligation_status"` // any of these
	Overdue   *bool    `json:"overdue"`                         // pending, and past target_at, or else due_at
	DueBefore string   `json:"due_before" format:"date-time"`   // exclusive
	Rule      string   `json:"rule"`                            // of this rule, by its id
	OwedBy    string   `json:"owed_by" format:"uuid"`           // the agency that owes it
	Late      *bool    `json:"late"`                            // fulfilled after its time
	DueAfter  string   `json:"due_after" format:"date-time"`    // inclusive
	AgencyID  string   `json:"agency_id" format:"uuid"`         // the agency that owes it, as owed_by
	To        string   `json:"to" format:"uuid"`                // the agency that must be told
	Basis     string   `json:"basis"`                           // instrument and clause begin with these characters
	Case      *bool    `json:"case"`                            // true: of cases; false: of agencies by the calendar
	Exercise  *bool    `json:"exercise"`                        // of exercises; a duty without a case is of none
	Sort      string   `json:"sort" enum:"obligation_order"`    // due_at when not given: the earliest first, those without a due time last
	Paging
}

// Fulfil fulfils an obligation by hand. Refused: 409 not_pending; 422 /at out_of_range, /channel
// channel_not_allowed, where the clause names other channels.
type Fulfil struct {
	At       string    `json:"at" validate:"required" format:"date-time"` // when it was done: not ahead, nor more than a day before the duty began or its incident was detected; a year, of a duty without an incident
	Channel  string    `json:"channel" validate:"required" enum:"channel"`
	Document *Document `json:"document,omitempty"`
	Note     string    `json:"note,omitempty"` // kept as the reason of the obligation
}

// Waive frees from an obligation. Refused: 409 not_pending.
type Waive struct {
	Reason string `json:"reason" validate:"required"` // kept as the reason of the obligation
}

// ReopenObligation takes back what was entered by hand of an obligation, or its waiver. Refused: 409
// already_pending, not_applicable, not_open, fulfilled_by_handover, fulfilled_by_report,
// fulfilled_by_incident.
type ReopenObligation struct {
	Reason string `json:"reason" validate:"required"` // kept in the timeline
}
