package api

// Move is one move of the lifecycle, and whether the caller can make it now.
type Move struct {
	Move    string   `json:"move" enum:"move"`
	Href    string   `json:"href"`    // where to POST it
	Allowed bool     `json:"allowed"` // the caller can make it now
	Reasons []Reason `json:"reasons"` // why not; empty when allowed
}

// MoveList is every move of the lifecycle.
type MoveList struct {
	Items []Move `json:"items"`
	Paged
}

// Triage classifies a case.
type Triage struct {
	Category   string          `json:"category" validate:"required" enum:"category"` // RSIT, class.type
	CategoryVN *string         `json:"category_vn,omitempty" enum:"category_vn"`     // the national type
	Severity   string          `json:"severity" validate:"required" enum:"severity"`
	Natures    []string        `json:"natures,omitzero" enum:"nature"`      // as reported when not given
	Facts      map[string]bool `json:"facts,omitempty"`                     // legal facts, each of its clause
	AssigneeID *string         `json:"assignee_id,omitempty" format:"uuid"` // the officer who works on it
	Note       string          `json:"note,omitempty"`                      // kept in the timeline
	// When the violation of personal data was found; as it is when not given.
	ViolationFoundAt *string `json:"violation_found_at,omitempty" format:"date-time"`
}

// Respond starts the work.
type Respond struct {
	Note string `json:"note,omitempty"`
}

// Escalate asks the police or the military; at least one handover must be a request to them.
type Escalate struct {
	Reason    string        `json:"reason" validate:"required"`
	Handovers []NewHandover `json:"handovers" validate:"required"`
}

// NotifyNational asks the national coordinator, or another competent agency, for help.
type NotifyNational struct {
	Reason     string  `json:"reason" validate:"required"`           // the decision why the case cannot be handled here; the reason of the request
	ToAgencyID *string `json:"to_agency_id,omitempty" format:"uuid"` // the national coordinator of the day when not given
}

// StandDown lowers the alert.
type StandDown struct {
	Reason string `json:"reason" validate:"required"`
}

// Resolve ends the technical work.
type Resolve struct {
	Reason          string `json:"reason" validate:"required" enum:"resolution"`
	Summary         string `json:"summary" validate:"required"`    // what was done
	Prevention      string `json:"prevention" validate:"required"` // what keeps it from happening again
	Handled         string `json:"handled" validate:"required" enum:"handled"`
	EstimatedDamage *int64 `json:"estimated_damage,omitempty" minimum:"0"` // VND, whole
}

// Close ends the case. Refused: 409 with obligation_pending, waived_by_closer, handover_open,
// national_report_unsent, final_report_without_initial or resolution_missing for each thing that is missing.
type Close struct {
	Lessons string `json:"lessons" validate:"required"`
}

// Reject refuses the case.
type Reject struct {
	Reason string `json:"reason" validate:"required" enum:"rejection"`
	Note   string `json:"note" validate:"required"`
}

// Reopen takes the case up again.
type Reopen struct {
	Reason string `json:"reason" validate:"required"`
}
