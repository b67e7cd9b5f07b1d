package regulation

import "time"

// Pack is one file of rules: a national pack, the profile of a province, or what an operator
// lays over them.
type Pack struct {
	ID    string `yaml:"id"`
	Kind  string `yaml:"kind"` // national, province, forms, holidays, overlay
	Title Text   `yaml:"title"`
	// From and To are the days on which a national pack is the one in force; its rules have
	// days of their own.
	From  string  `yaml:"from"`
	To    string  `yaml:"to"`
	Rules []Rule  `yaml:"rules"`
	Class []Class `yaml:"classification"`
	// Off are rules of other packs that do not hold in this province.
	Off     []Off    `yaml:"off"`
	Forms   []Form   `yaml:"forms"`
	Profile *Profile `yaml:"province"`
	// Holidays and Swaps say which days are worked.
	Holidays []Holiday `yaml:"holidays"`
	Swaps    []Swap    `yaml:"swaps"`
}

// Text is what officers read, Vietnamese first.
type Text struct {
	VI string `yaml:"vi"`
	EN string `yaml:"en"`
}

// Off switches a rule off in a province, between two days of its start event.
type Off struct {
	Rule  string `yaml:"rule"`
	From  string `yaml:"from"`
	To    string `yaml:"to"`
	Basis string `yaml:"basis"` // why, with the clause
}

// Rule is one dated legal rule. Several may have the same id, each for days of its own.
type Rule struct {
	ID         string `yaml:"id"`         // e.g. SL-6.1.e
	Instrument string `yaml:"instrument"` // e.g. Quyết định 3063/QĐ-UBND (Sơn La)
	Clause     string `yaml:"clause"`     // e.g. Điều 6 khoản 1 điểm e
	Confidence string `yaml:"confidence"` // read, secondary, inferred
	// From and To are civil dates of the start event: from From until before To, empty for open.
	From  string `yaml:"from"`
	To    string `yaml:"to"`
	Title Text   `yaml:"title"`
	Note  string `yaml:"note"` // what a lawyer should know, e.g. why it is inferred
	// When is a CEL expression over the facts (see FactTable), of type bool. Empty for a duty of
	// the calendar.
	When string `yaml:"when"`
	// OwedBy is a role of an agency, or a part in the case: owner, operator, reporter, provider.
	OwedBy string `yaml:"owed_by"`
	// Told are the roles or parts that must be told: one duty for each. Empty: a duty to do something.
	Told  []string `yaml:"told"`
	Clock Clock    `yaml:"clock"`
	Form  string   `yaml:"form"` // id of a report form, if the law prescribes one
	Ways  []string `yaml:"fulfilled_by"`
	// Channels are those the clause allows; empty: any.
	Channels      []string `yaml:"channels"`
	BlocksClosure bool     `yaml:"blocks_closure"`
	Pack          string   `yaml:"-"` // id of its pack
}

// Basis is the instrument and the clause.
func (r *Rule) Basis() string { return r.Instrument + " " + r.Clause }

// The ways in which a duty is fulfilled by what happens; by hand it always may be.
const (
	WayHandover = "handover" // a handover from the debtor to the one who must be told, acknowledged or recorded
	WayRequest  = "request"  // such a handover that asks for something: any kind but a notice
	WayReported = "reported" // the report itself, when the debtor made it and the team is told
	WayReceipt  = "receipt"  // the answer to a report that came over the API, or a message to its agency
	WayNotice   = "report:notice"
	WayInitial  = "report:initial"
	WayProgress = "report:progress"
	WayPlan     = "report:plan"
	WayHelp     = "report:help_request"
	WayFinal    = "report:final" // each report: sent, to an agency of the role
)

// Clock says when a duty starts and when it is due.
type Clock struct {
	Start string `yaml:"start"` // a start event
	Unit  string `yaml:"unit"`  // immediate, hours, days, working_days, day_of_year, month, none
	Value int    `yaml:"value"` // of hours, days, working_days
	// Before is the day of the year before which it is due, MM-DD ("before 15/10" ends 14/10 24:00).
	// Empty for a duty of the calendar without a day: the end of its year or month.
	Before   string `yaml:"before"`
	Count    string `yaml:"count"`    // instant (default), or civil_day: first day excluded, ends 24:00
	Rollover string `yaml:"rollover"` // none (default), next_working_day
	Basis    string `yaml:"basis"`    // of value, count and rollover
	// Target is the internal target of an immediate duty, e.g. 1h. It is not the law.
	Target Span `yaml:"target"`
	// Warn is how long before its time the duty is due soon; empty: a quarter of its span, at most 14 days.
	Warn Span `yaml:"warn"`
	// Opens is how long before its time a duty of the calendar opens; empty: 60 days.
	Opens Span `yaml:"opens"`
}

// Span is a length of time as rules write it: 90m, 4h, 14d.
type Span struct{ time.Duration }

// The units of clocks, their counts and rollovers.
const (
	UnitImmediate   = "immediate"
	UnitHours       = "hours"
	UnitDays        = "days"
	UnitWorkingDays = "working_days"
	UnitDayOfYear   = "day_of_year"
	UnitMonth       = "month"
	UnitNone        = "none"
	CountInstant    = "instant"
	CountCivilDay   = "civil_day"
	RolloverNone    = "none"
	RolloverWorking = "next_working_day"
)

// The kinds of packs.
const (
	KindNational = "national"
	KindProvince = "province"
	KindForms    = "forms"
	KindHolidays = "holidays"
	KindOverlay  = "overlay"
)

// The start events.
const (
	StartDetected = "detected" // detected_at of the case
	StartReported = "reported" // the desk got the report
	StartLearned  = "learned"  // the facts that call for the duty became known to the desk
	StartFound    = "violation_found"
	StartDecided  = "decided"  // the team decided that the case cannot be handled
	StartResolved = "resolved" // the case was resolved
	StartCalendar = "calendar"
)

// Class is one row of a classification table: the first that holds wins.
type Class struct {
	ID         string `yaml:"id"`
	Kind       string `yaml:"kind"`  // class, or situation (tình huống nguy hiểm)
	Value      string `yaml:"value"` // serious, ordinary; dangerous
	Instrument string `yaml:"instrument"`
	Clause     string `yaml:"clause"`
	Confidence string `yaml:"confidence"`
	From       string `yaml:"from"` // of detection
	To         string `yaml:"to"`
	When       string `yaml:"when"`
}

// Facts is what rules look at. A fact that is not known is false, a level 0, a text empty.
type Facts struct {
	Natures        []string        // see incident.Natures
	Stated         map[string]bool // see incident.FactNames
	Level          int             // cấp độ 1–5
	PriorityListed bool
	Category       string
	CategoryVN     string
	Severity       string
	Channel        string   // by which the report came in
	ReporterRoles  []string // roles of the reporting agency on the day it reported
	OwnerRoles     []string
	OperatorRoles  []string
	ByTeam         bool // the team itself made the report, or entered it
	// Start events; zero: has not happened.
	Detected, Reported, Learned, Found, Decided, Resolved time.Time
}

// Obligation is one duty that a rule calls for.
type Obligation struct {
	Rule       string // its id
	RuleFrom   string // which of the rule's dated versions
	Pack       string // id of its pack
	Book       string // version of the whole book
	Basis      string // instrument and clause
	Confidence string
	Title      string // Vietnamese
	OwedBy     string // role or part in the case
	ToRole     string // role or part; "" when nobody is told
	Occurrence string // of the calendar: 2026, 2026-11; else ""
	Form       string
	Ways       []string
	Channels   []string
	Start      string // which start event
	StartedAt  time.Time
	Immediate  bool
	DueAt      *time.Time
	TargetAt   *time.Time // of an immediate duty; not the law
	WarnAt     *time.Time // when it is due soon
	Blocks     bool
	// Because are the facts that its trigger reads, as they stood, and those of the case from
	// which the classification made some of them.
	Because map[string]any
}

// Classification is what the pack in force makes of the facts.
type Classification struct {
	Pack      string // the national pack in force on the day of detection; "" when none is
	Book      string
	Class     string // serious, ordinary; "" when no pack is in force
	Basis     string
	Dangerous bool // tình huống nguy hiểm về an ninh mạng
	// DangerBasis is the clause of the situation; "" when it is none.
	DangerBasis string
	Facts       map[string]bool // the facts the class rests on
}

// Outcome is what the book makes of a case.
type Outcome struct {
	Classification
	Duties []Obligation // in the order of the book
}

// Verdict is why a rule calls for a duty, or does not.
type Verdict struct {
	Rule, RuleFrom, Pack, Basis string
	Title                       Text
	Holds                       bool
	// Why is one of: holds, no_start (its start event has not happened), not_in_force, off,
	// facts (its trigger is false), replaced (by a later version), calendar (a duty of agencies,
	// not of cases).
	Why    string
	Detail Text // the same for officers
	// Because are the facts of the case on which the trigger rests: in place of serious and
	// dangerous, which another classification would make otherwise, those that it reads.
	Because map[string]any
}

// Occurrence is one duty of the calendar, for every agency that plays the debtor's role.
type Occurrence struct {
	Obligation           // StartedAt is when it opens
	DebtorRole string    // a role of agencies
	OpensAt    time.Time // from when it stands in the lists
}

// Form is what a report must say, as the law of its days has it.
type Form struct {
	ID         string      `yaml:"id"`   // e.g. TT20-mau-03
	Kind       string      `yaml:"kind"` // of the report: notice, initial, progress, plan, help_request, final; summary and personal_data are written elsewhere
	Instrument string      `yaml:"instrument"`
	Clause     string      `yaml:"clause"`
	Confidence string      `yaml:"confidence"`
	From       string      `yaml:"from"` // of the day on which the report is made
	To         string      `yaml:"to"`
	Title      Text        `yaml:"title"`
	Signer     bool        `yaml:"signer"`  // it must name who signed
	Initial    bool        `yaml:"initial"` // it must name the initial report
	Note       string      `yaml:"note"`    // what a lawyer should know, e.g. that it is inferred
	Fields     []FormField `yaml:"fields"`
}

// FormField is one field of a form.
type FormField struct {
	Name      string   `yaml:"name"` // snake_case
	Title     Text     `yaml:"title"`
	Type      string   `yaml:"type"` // text, time, day, choice, choices, number, yes_no, public_addresses, domains
	Choices   []Choice `yaml:"choices"`
	Mandatory bool     `yaml:"mandatory"`
	From      string   `yaml:"from_case"` // what of the case fills it at first; see FormSources
	Note      string   `yaml:"note"`      // e.g. that the choices are from memory
}

// Choice is one value of a choice.
type Choice struct {
	Value string `yaml:"value"`
	Title Text   `yaml:"title"`
}

// Profile is a province: its codes, and the agencies of its first start.
type Profile struct {
	Slug     string   `yaml:"slug"`   // son-la, as in subjects
	Prefix   string   `yaml:"prefix"` // SL, as in codes of cases
	Name     string   `yaml:"name"`
	Agencies []Node   `yaml:"agencies"`
	Demo     []Person `yaml:"demo_people"`
}

// Node is an agency of the first start.
type Node struct {
	Code       string    `yaml:"code"`
	Name       string    `yaml:"name"`
	NameEN     string    `yaml:"name_en"`
	Parent     string    `yaml:"parent"`
	From       string    `yaml:"from"`
	To         string    `yaml:"to"`
	Demo       bool      `yaml:"demo"`    // only for --demo
	Contact    string    `yaml:"contact"` // demo: the name of its duty desk
	Roles      []Role    `yaml:"roles"`
	Seats      []Seat    `yaml:"seats"`
	Successors []Heir    `yaml:"successors"`
	Names      []OldName `yaml:"former_names"`
}

// Role is a dated role of a node.
type Role struct {
	Role  string `yaml:"role"`
	From  string `yaml:"from"`
	To    string `yaml:"to"`
	Basis string `yaml:"basis"`
}

// Seat is which agency hosts the team.
type Seat struct {
	Code  string `yaml:"code"`
	From  string `yaml:"from"`
	To    string `yaml:"to"`
	Basis string `yaml:"basis"`
}

// Heir is who took over from a node, when and for what.
type Heir struct {
	Code   string `yaml:"code"`
	On     string `yaml:"on"`
	Matter string `yaml:"matter"`
	Basis  string `yaml:"basis"`
}

// OldName is a name that a node had until To.
type OldName struct {
	Name   string `yaml:"name"`
	NameEN string `yaml:"name_en"`
	To     string `yaml:"to"`
	Basis  string `yaml:"basis"`
}

// Person is a user of the demo.
type Person struct {
	Username string `yaml:"username"`
	Name     string `yaml:"name"`
	Agency   string `yaml:"agency"`
	Home     string `yaml:"home"`
	Role     string `yaml:"role"`
}
