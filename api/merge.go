package api

// Merge ends the case in another, which goes on with its open work. The agency that reported
// the case reads the reason.
type Merge struct {
	IntoID string `json:"into_id" validate:"required" format:"uuid"`
	Reason string `json:"reason" validate:"required"`
}

// WithdrawReport takes a report back before triage.
type WithdrawReport struct {
	Reason string `json:"reason" validate:"required"`
}
