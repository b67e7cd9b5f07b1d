package incident

import "time"

// ReportKind is the kind of a national report.
type ReportKind string

// HelpRequest is the request for help of a case that cannot be handled (SL 6.1.d). It is
// conditional, and never the same object as a statutory report.
const HelpRequest ReportKind = "help_request"

// ReportStatus is where a national report stands.
type ReportStatus string

// The statuses.
const (
	ReportCreated      ReportStatus = "created"
	ReportSent         ReportStatus = "sent"
	ReportAcknowledged ReportStatus = "acknowledged"
	ReportWithdrawn    ReportStatus = "withdrawn"
)

// NationalReport is what goes to the national coordinator or another competent agency.
type NationalReport struct {
	ID             string
	IncidentID     string
	Version        int64
	Kind           ReportKind
	Status         ReportStatus
	ToAgencyID     string
	Reason         string // the decision why the case cannot be handled
	CreatedByID    string
	CreatedAt      time.Time
	SentAt         *time.Time
	SentByID       string
	Channel        Channel
	Document       Document `gorm:"embedded;embeddedPrefix:document_"`
	AcknowledgedAt *time.Time
	AcknowledgedBy string
	Reference      string // the number under which the addressee keeps it
	Recorded       bool   // acknowledged on paper and entered by the team
	UpdatedAt      time.Time
}

// TableName is the table of the national reports.
func (NationalReport) TableName() string { return "national_reports" }
