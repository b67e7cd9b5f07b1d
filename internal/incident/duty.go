package incident

import "time"

// DutyStatus is where an obligation stands; overdue and late are facts beside it.
type DutyStatus string

// The statuses.
const (
	DutyPending       DutyStatus = "pending"
	DutyFulfilled     DutyStatus = "fulfilled"
	DutyWaived        DutyStatus = "waived"
	DutyNotApplicable DutyStatus = "not_applicable"
)

// Duty (nghĩa vụ) is what a rule says someone must do by when in one case.
// The API calls it an obligation.
type Duty struct {
	ID            string
	IncidentID    string
	Rule          string // id of the rule, e.g. SL-6.1.e
	Basis         string // instrument and clause
	Title         string // what must be done, in Vietnamese
	OwedByID      string // the agency that owes it
	ToRole        string // the role that must be told
	ToAgencyID    *string
	Status        DutyStatus
	Immediate     bool // "ngay": due at once; TargetAt is an internal target, not the law
	StartedAt     time.Time
	DueAt         *time.Time
	TargetAt      *time.Time
	BlocksClosure bool
	FulfilledAt   *time.Time
	Channel       Channel
	Document      Document `gorm:"embedded;embeddedPrefix:document_"`
	HandoverID    *string  // the handover that fulfilled it, if one did
	Reason        string   // why waived or not applicable, or the note of the fulfilment
	DecidedByID   *string  // who fulfilled by hand, or waived
	EndedBy       string   // what made it not applicable: rejected, facts or merged; empty otherwise
	CarriedFromID *string  // the case whose facts it rests on, if that was merged into this one
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// TableName is the table of the obligations.
func (Duty) TableName() string { return "duties" }
