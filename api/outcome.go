package api

// Outcome is what became of a report: where the case that goes on with its work stands. Of a
// merged case that is the one at the end of the merges, the case itself otherwise.
type Outcome struct {
	IncidentID string   `json:"incident_id" format:"uuid"`
	Status     string   `json:"status" enum:"status"` // of the case that was asked
	HandledIn  *Handled `json:"handled_in"`           // null where that is for named people and the reader is not one
}

// Handled says no more of the case than that.
type Handled struct {
	IncidentID *string `json:"incident_id" format:"uuid"` // null where the reader does not see that case
	Status     string  `json:"status" enum:"status"`
	ResolvedAt *string `json:"resolved_at" format:"date-time"`
	ClosedAt   *string `json:"closed_at" format:"date-time"`
}
