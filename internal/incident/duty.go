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

// Duty (nghĩa vụ) is what a rule says someone must do by when: in one case, or of an agency by
// the calendar. It keeps the rule as it stood when the duty opened. The API calls it an
// obligation. The struct is comparable: a case saves the duties that differ from what it loaded.
type Duty struct {
	ID            string
	IncidentID    *string // nil: a duty of an agency by the calendar
	Rule          string  // id of the rule, e.g. SL-6.1.e
	RuleFrom      string  // the day from which this version of the rule holds
	Pack          string  // id of the rule's pack
	Book          string  // version of the book that opened it
	Basis         string  // instrument and clause
	Confidence    string  // read, secondary, inferred
	Title         string  // what must be done, in Vietnamese
	OwedByID      string  // the agency that owes it
	OwedByPart    string  // as what: a role of agencies, or owner, operator, reporter, provider of the case
	ToRole        string  // the role that must be told; "" when nobody is
	ToAgencyID    *string // who plays it, as far as known
	Occurrence    string  // of the calendar: 2026, 2026-11; of a case that was resolved again: 2, 3
	Form          string  // id of the report form that the law prescribes
	Ways          string  // what fulfils it beside by hand, with blanks between: see regulation.Rule
	Channels      string  // the channels that the clause allows, with blanks between; "": any
	Because       string  // the facts that called for it, as JSON
	Status        DutyStatus
	Immediate     bool   // "ngay": due at once; TargetAt is an internal target, not the law
	StartEvent    string // detected, reported, learned, violation_found, decided, resolved, calendar
	StartedAt     time.Time
	DueAt         *time.Time
	TargetAt      *time.Time
	WarnAt        *time.Time // when it is due soon
	WatchAt       *time.Time // when the watch must look next; nil: never again
	WarnedAt      *time.Time // when it was said to be due soon
	OverdueAt     *time.Time // when it was said to be overdue; kept for ever
	Late          bool       // fulfilled after its time; kept for ever
	BlocksClosure bool
	FulfilledAt   *time.Time
	Channel       Channel
	Document      Document `gorm:"embedded;embeddedPrefix:document_"`
	HandoverID    *string  // the handover that fulfilled it, if one did
	ReportID      *string  // the national report that fulfilled it, if one did
	Reason        string   // why waived or not applicable, or the note of the fulfilment
	DecidedByID   *string  // who fulfilled by hand, or waived
	EndedBy       string   // what made it not applicable: rejected, facts, merged, superseded or role; empty otherwise
	CarriedFromID *string  // the case whose facts it rests on, if that was merged into this one

	SupersededByID *string // the duty that took its place
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// TableName is the table of the obligations.
func (Duty) TableName() string { return "duties" }
