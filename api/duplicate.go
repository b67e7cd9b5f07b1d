package api

// Duplicate is a case that may tell of the same event.
type Duplicate struct {
	Incident          LinkedCase `json:"incident"`
	ReportedAt        string     `json:"reported_at" format:"date-time"`
	ReportingAgencyID string     `json:"reporting_agency_id" format:"uuid"`
	Reasons           []string   `json:"reasons" enum:"likeness"` // the heaviest first
}

// DuplicateList is at most 20 suggestions, the likeliest first.
type DuplicateList struct {
	Items []Duplicate `json:"items"`
	Paged
}
