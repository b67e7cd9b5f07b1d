package api

// Obligation is what a legal rule says someone must do by when.
type Obligation struct {
	ID            string    `json:"id" format:"uuid"`
	IncidentID    *string   `json:"incident_id" format:"uuid"` // null: a duty of an agency by the calendar
	Rule          string    `json:"rule"`                      // e.g. SL-6.1.e
	Basis         string    `json:"basis"`                     // instrument and clause
	Title         string    `json:"title"`
	OwedBy        string    `json:"owed_by" format:"uuid"` // the agency that owes it
	To            *string   `json:"to" format:"uuid"`      // the agency that must be told
	ToRole        string    `json:"to_role"`
	Status        string    `json:"status" enum:"obligation_status"`
	Immediate     bool      `json:"immediate"` // "ngay": target_at is an internal target, not the law
	StartedAt     string    `json:"started_at" format:"date-time"`
	DueAt         *string   `json:"due_at" format:"date-time"`
	TargetAt      *string   `json:"target_at" format:"date-time"`
	Overdue       bool      `json:"overdue"`
	BlocksClosure bool      `json:"blocks_closure"`
	FulfilledAt   *string   `json:"fulfilled_at" format:"date-time"`
	HandoverID    *string   `json:"handover_id" format:"uuid"` // the handover that fulfilled it
	Channel       *string   `json:"channel" enum:"channel"`
	Document      *Document `json:"document"`
	Reason        *string   `json:"reason"` // why waived or not applicable, or the note of the fulfilment
}

// ObligationList is a page of obligations. For readers who see only how many there are,
// items is empty and counts says where they stand.
type ObligationList struct {
	Items  []Obligation   `json:"items"`
	Counts map[string]int `json:"counts,omitempty"`
	Paged
}

// ObligationFilter narrows a list of obligations.
type ObligationFilter struct {
	Status    []string `json:"status" enum:"obligation_status"`
	Overdue   *bool    `json:"overdue"`
	DueBefore string   `json:"due_before" format:"date-time"` // exclusive
	Rule      string   `json:"rule"`
	OwedBy    string   `json:"owed_by" format:"uuid"`
	Late      *bool    `json:"late"`                         // fulfilled after its time
	DueAfter  string   `json:"due_after" format:"date-time"` // inclusive
	AgencyID  string   `json:"agency_id" format:"uuid"`      // the agency that owes it, as owed_by
	To        string   `json:"to" format:"uuid"`             // the agency that must be told
	Basis     string   `json:"basis"`                        // instrument and clause begin with these characters
	Case      *bool    `json:"case"`                         // true: of cases; false: of agencies by the calendar
	Exercise  *bool    `json:"exercise"`                     // of exercises; a duty without a case is of none
	Sort      string   `json:"sort" enum:"obligation_order"` // started_at when not given; due_at: those without a due time come last
	Paging
}

// Fulfil fulfils an obligation by hand.
type Fulfil struct {
	At       string    `json:"at" validate:"required" format:"date-time"`
	Channel  string    `json:"channel" validate:"required" enum:"channel"`
	Document *Document `json:"document,omitempty"`
	Note     string    `json:"note,omitempty"`
}

// Waive frees from an obligation.
type Waive struct {
	Reason string `json:"reason" validate:"required"`
}
