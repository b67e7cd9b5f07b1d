package api

// Tags of the types of this package: validate:"required" marks what a request must carry;
// format names the form of a string; enum names a closed list, spelled out in the OpenAPI
// document. In answers every field is present unless it says omitempty; a pointer is null
// where there is no value. Times are RFC 3339 in UTC with six digits.

// NewIncident is a report.
type NewIncident struct {
	Title               string   `json:"title" validate:"required"`
	Description         string   `json:"description" validate:"required"`
	DetectedAt          string   `json:"detected_at" validate:"required" format:"date-time"`
	DetectedPrecision   string   `json:"detected_precision,omitempty" enum:"precision"` // minute when not given
	OccurredAt          *string  `json:"occurred_at,omitempty" format:"date-time"`
	ViolationFoundAt    *string  `json:"violation_found_at,omitempty" format:"date-time"` // of personal data
	Natures             []string `json:"natures,omitempty" enum:"nature"`
	TLP                 string   `json:"tlp,omitempty" enum:"tlp"`        // amber when not given
	Confidential        bool     `json:"confidential,omitempty"`          // the reporter's contact stays with the team
	Exercise            bool     `json:"exercise,omitempty"`              // a drill: told to nobody outside
	ContainsStateSecret bool     `json:"contains_state_secret,omitempty"` // true is refused: such content must not enter
	Report              *Report  `json:"report,omitempty"`
	System              System   `json:"system" validate:"required"`
	OwnerAgencyID       *string  `json:"owner_agency_id,omitempty" format:"uuid"`    // cơ quan chủ quản
	OperatorAgencyID    *string  `json:"operator_agency_id,omitempty" format:"uuid"` // đơn vị vận hành
}

// Incident is a case. A field that the reader may not see is null and named in withheld.
type Incident struct {
	ID                string          `json:"id" format:"uuid"`
	Code              string          `json:"code"` // SL-2026-000123: province, year of the report, number; never used twice
	Version           int64           `json:"version"`
	Status            string          `json:"status" enum:"status"`
	Title             string          `json:"title"`                          // what happened, in a line
	Description       *string         `json:"description"`                    // what happened, in full
	Category          *string         `json:"category" enum:"category"`       // RSIT, class.type
	CategoryVN        *string         `json:"category_vn" enum:"category_vn"` // the national type
	Severity          *string         `json:"severity" enum:"severity"`
	Natures           []string        `json:"natures" enum:"nature" nullable:"true"`
	Classification    *Classification `json:"classification"`
	TLP               string          `json:"tlp" enum:"tlp"` // TLP 2.0
	Confidential      bool            `json:"confidential"`   // the reporter's contact stays with the team
	Restricted        bool            `json:"restricted"`     // for named people only
	Exercise          bool            `json:"exercise"`       // a drill: told to nobody outside
	Imported          bool            `json:"imported"`       // a record of the past: no duties, no moves
	Report            *Report         `json:"report"`
	ReportingAgencyID string          `json:"reporting_agency_id" format:"uuid"` // the agency that reported
	OwnerAgencyID     *string         `json:"owner_agency_id" format:"uuid"`     // cơ quan chủ quản
	OperatorAgencyID  *string         `json:"operator_agency_id" format:"uuid"`  // đơn vị vận hành
	LeadAgencyID      string          `json:"lead_agency_id" format:"uuid"`      // cơ quan chủ trì
	System            *System         `json:"system"`
	AssigneeID        *string         `json:"assignee_id" format:"uuid"`             // the officer who works on it
	DetectedAt        string          `json:"detected_at" format:"date-time"`        // when the incident was detected; most clocks of the law start here
	DetectedPrecision string          `json:"detected_precision" enum:"precision"`   // how exactly detected_at is known
	OccurredAt        *string         `json:"occurred_at" format:"date-time"`        // when it began; null: not known
	ViolationFoundAt  *string         `json:"violation_found_at" format:"date-time"` // when the violation of personal data was found
	ReportedAt        string          `json:"reported_at" format:"date-time"`        // when the desk took the report
	TriagedAt         *string         `json:"triaged_at" format:"date-time"`         // null: not yet
	ResolvedAt        *string         `json:"resolved_at" format:"date-time"`        // null: not yet
	ClosedAt          *string         `json:"closed_at" format:"date-time"`          // null: not yet
	MergedIntoID      *string         `json:"merged_into_id" format:"uuid"`          // the incident that it was merged into
	Resolution        *Resolution     `json:"resolution"`
	Lessons           *string         `json:"lessons"`                                      // bài học kinh nghiệm, when it is closed
	NamedUserIDs      []string        `json:"named_user_ids" format:"uuid" nullable:"true"` // who may see a restricted case
	CreatedAt         string          `json:"created_at" format:"date-time"`
	UpdatedAt         string          `json:"updated_at" format:"date-time"`
	Withheld          []string        `json:"withheld"` // the fields that are null because the reader may not see them
}

// Classification is derived from the stored facts by the national rule pack in force on the day
// of detection; class and pack are null where none is, and in_force says so.
type Classification struct {
	Class       *string         `json:"class" enum:"class"`
	Pack        *string         `json:"pack"`         // id of the national pack
	Book        *string         `json:"book"`         // version of the rules that said so
	Basis       *string         `json:"basis"`        // instrument and clause of the class
	Dangerous   bool            `json:"dangerous"`    // tình huống nguy hiểm về an ninh mạng
	DangerBasis *string         `json:"danger_basis"` // its clause
	Facts       map[string]bool `json:"facts"`        // as stated
	InForce     bool            `json:"in_force"`     // a national pack was in force; false for imported cases too
}

// Resolution is how a case was resolved. Reason and who handled it are missing where an
// imported record does not say them.
type Resolution struct {
	Reason          string `json:"reason,omitempty" enum:"resolution"`
	Summary         string `json:"summary"`    // what was done
	Prevention      string `json:"prevention"` // what keeps it from happening again
	Handled         string `json:"handled,omitempty" enum:"handled"`
	EstimatedDamage *int64 `json:"estimated_damage"` // VND, whole
}

// IncidentList is a page of cases.
type IncidentList struct {
	Items []Incident `json:"items"`
	Paged
}

// IncidentFilter narrows a list of cases. Fields of one list are alternatives; different
// fields add up.
type IncidentFilter struct {
	Status         []string `json:"status" enum:"status"`
	Severity       []string `json:"severity" enum:"severity"`
	Category       []string `json:"category" enum:"category"`
	Nature         []string `json:"nature" enum:"nature"`
	AgencyID       string   `json:"agency_id" format:"uuid"` // reports, owns, operates or leads
	AssigneeID     string   `json:"assignee_id" format:"uuid"`
	ReportedAfter  string   `json:"reported_after" format:"date-time"`  // inclusive
	ReportedBefore string   `json:"reported_before" format:"date-time"` // exclusive
	UpdatedAfter   string   `json:"updated_after" format:"date-time"`   // inclusive
	Overdue        *bool    `json:"overdue"`                            // has an obligation past its time
	Exercise       *bool    `json:"exercise"`
	Q              string   `json:"q"`                          // all words, the last as a prefix; case and diacritics do not matter
	Sort           string   `json:"sort" enum:"incident_order"` // -reported_at when not given; relevance only with q
	Paging
}

// Paging is how much of a list is asked for.
type Paging struct {
	Limit  int    `json:"limit" minimum:"1" maximum:"200" default:"50"` // items of a page
	Cursor string `json:"cursor"`                                       // next_cursor of the page before, with the same filter and sort
	Count  bool   `json:"count"`                                        // adds total
}

// Paged is how a page of a list ends.
type Paged struct {
	NextCursor  *string `json:"next_cursor"`            // null at the end
	Total       *int    `json:"total,omitempty"`        // with count=true
	TotalCapped *bool   `json:"total_capped,omitempty"` // true: there are at least total
}
