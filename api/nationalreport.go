package api

// NationalReport goes to the national coordinator or another competent agency.
type NationalReport struct {
	ID             string    `json:"id" format:"uuid"`
	IncidentID     string    `json:"incident_id" format:"uuid"`
	Version        int64     `json:"version"`
	Kind           string    `json:"kind" enum:"national_report_kind"`
	Status         string    `json:"status" enum:"national_report_status"`
	ToAgencyID     string    `json:"to_agency_id" format:"uuid"`
	Reason         string    `json:"reason"` // the decision why the case cannot be handled
	CreatedBy      string    `json:"created_by" format:"uuid"`
	CreatedAt      string    `json:"created_at" format:"date-time"`
	SentAt         *string   `json:"sent_at" format:"date-time"`
	SentBy         *string   `json:"sent_by" format:"uuid"`
	Channel        *string   `json:"channel" enum:"channel"`
	Document       *Document `json:"document"`
	AcknowledgedAt *string   `json:"acknowledged_at" format:"date-time"`
	AcknowledgedBy *string   `json:"acknowledged_by"`
	Reference      *string   `json:"reference"` // the number under which the addressee keeps it
	Recorded       bool      `json:"recorded"`  // acknowledged on paper and entered by the team
	UpdatedAt      string    `json:"updated_at" format:"date-time"`
}

// NationalReportList is the national reports of a case.
type NationalReportList struct {
	Items []NationalReport `json:"items"`
	Paged
}

// SendReport says how a national report went out.
type SendReport struct {
	Channel  string    `json:"channel" validate:"required" enum:"channel"`
	Document *Document `json:"document,omitempty"`
	Note     string    `json:"note,omitempty"`
}

// AcknowledgeReport says who confirmed receipt.
type AcknowledgeReport struct {
	OfficerName string    `json:"officer_name,omitempty"` // the caller when not given
	Reference   string    `json:"reference,omitempty"`
	At          *string   `json:"at,omitempty" format:"date-time"` // now when not given
	Channel     string    `json:"channel,omitempty" enum:"channel"`
	Document    *Document `json:"document,omitempty"`
}
