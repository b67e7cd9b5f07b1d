package incident

import "time"

// HandoverKind is what one agency asks of, or tells, another.
type HandoverKind string

// The kinds. Every kind but notice and direction is a request.
const (
	Notice           HandoverKind = "notice"
	Coordination     HandoverKind = "coordination"
	Mobilisation     HandoverKind = "mobilisation"
	Investigation    HandoverKind = "investigation"
	EvidenceTransfer HandoverKind = "evidence_transfer"
	SanctionReferral HandoverKind = "sanction_referral"
	Direction        HandoverKind = "direction"
)

// HandoverStatus is where a handover stands.
type HandoverStatus string

// The statuses.
const (
	Requested      HandoverStatus = "requested"
	Acknowledged   HandoverStatus = "acknowledged"
	Accepted       HandoverStatus = "accepted"
	PartlyAccepted HandoverStatus = "partly_accepted"
	Declined       HandoverStatus = "declined"
	Completed      HandoverStatus = "completed"
	Withdrawn      HandoverStatus = "withdrawn"
	Released       HandoverStatus = "released"
)

// Urgency is the độ khẩn of NĐ 30/2020/NĐ-CP.
type Urgency string

// The urgencies.
const (
	Normal     Urgency = "normal"
	Khan       Urgency = "khan"
	ThuongKhan Urgency = "thuong_khan"
	HoaToc     Urgency = "hoa_toc"
)

// Handover is a request or notice from one agency to another, with its own acknowledged
// life. Times are UTC.
type Handover struct {
	ID         string
	IncidentID string
	Version    int64
	Kind       HandoverKind
	Status     HandoverStatus

	FromAgencyID  string
	ToAgencyID    string
	Channel       Channel
	Urgency       Urgency
	TransfersLead bool
	LeadMoved     bool     // acceptance has moved the lead; ending returns it
	Document      Document `gorm:"embedded;embeddedPrefix:document_"`

	Message            string
	RequestedResources string

	AcknowledgeBy  *time.Time
	DueAt          *time.Time
	RequestedAt    time.Time
	RequestedByID  string
	AcknowledgedAt *time.Time
	AcknowledgedBy string // name and position of the officer who acknowledged; empty until then
	AnsweredAt     *time.Time
	Answer         Answer  `gorm:"embedded;embeddedPrefix:answer_"`
	Recorded       bool    // a step was entered by the team for a partner without a client
	Record         *Record `gorm:"serializer:json"`
	ContestedAt    *time.Time
	ContestReason  string
	EndReason      string // why it was withdrawn or released
	CompletedAt    *time.Time
	EndedAt        *time.Time
	Outcome        string
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// TableName is the table of the handovers.
func (Handover) TableName() string { return "handovers" }

// Answer is what the addressee said (SL 6.2.a, d; 6.3.c).
type Answer struct {
	Partly         bool
	Reason         string
	Resources      string
	LiaisonContact string
}

// Record says how a partner's step reached the team when it did not come through the API.
// It is stored as JSON and names the last recorded step.
type Record struct {
	Step            string
	OfficerName     string
	OfficerPosition string
	At              time.Time
	Channel         Channel
	Document        *Document
	RecordedByID    string
}
