package api

// RuleText is a text in both languages of the rules.
type RuleText struct {
	VI string `json:"vi"` // Vietnamese
	EN string `json:"en"` // English
}

// Rule is a legal rule as it is in force on a day.
type Rule struct {
	ID            string    `json:"id"`                 // says the duty, not its figure; of all versions
	From          *string   `json:"from" format:"date"` // of its start event; null: since ever
	To            *string   `json:"to" format:"date"`   // exclusive; null: open
	Pack          string    `json:"pack"`               // in which it stands
	Instrument    string    `json:"instrument"`         // e.g. Nghị định 331/2026/NĐ-CP
	Clause        string    `json:"clause"`             // of the instrument
	Confidence    string    `json:"confidence"`         // read, secondary or inferred: how the text of the clause is known
	Title         RuleText  `json:"title"`
	Note          *string   `json:"note"`    // how the clause is read, in Vietnamese
	Trigger       *string   `json:"trigger"` // an expression over the facts (CEL); null: a duty of the calendar
	OwedBy        string    `json:"owed_by"` // a role of agencies, or owner, operator, reporter, provider of the case
	Told          []string  `json:"told"`    // who must be told, a duty for each; empty: something must be done
	Clock         RuleClock `json:"clock"`
	Form          *string   `json:"form"`           // the report form that is prescribed
	FulfilledBy   []string  `json:"fulfilled_by"`   // beside by hand
	Channels      []string  `json:"channels"`       // that the clause allows; empty: any
	BlocksClosure bool      `json:"blocks_closure"` // while its duty is pending the incident cannot be closed
}

// RuleClock says when a duty starts and when it is due.
type RuleClock struct {
	Start    string  `json:"start"`    // detected, reported, learned, violation_found, decided, resolved or calendar
	Unit     string  `json:"unit"`     // immediate, hours, days, working_days, day_of_year, month or none
	Value    *int    `json:"value"`    // of hours, days and working_days
	Before   *string `json:"before"`   // MM-DD: it ends the day before, at 24:00
	Count    *string `json:"count"`    // civil_day: the first day does not count, the last ends at 24:00; null: to the second
	Rollover *string `json:"rollover"` // next_working_day; null: none
	Basis    *string `json:"basis"`    // the clause of value, count and rollover
	Target   *string `json:"target"`   // the desk's own target of an immediate duty, e.g. 1h; not the law
	Warn     *string `json:"warn"`     // how long before its time it is due soon; null: a quarter of its span
	Opens    *string `json:"opens"`    // how long before its time a duty of the calendar opens
}

// RuleFilter narrows the rules.
type RuleFilter struct {
	On    string `json:"on" format:"date"` // the day of the start event; today when not given
	ID    string `json:"id"`               // of the rule
	Basis string `json:"basis"`            // words of instrument and clause, ignoring case and diacritics
	Paging
}

// RuleList is the rules in force on a day, by id.
type RuleList struct {
	On       string       `json:"on" format:"date"` // the day that was asked for
	Book     string       `json:"book"`             // the version of the book of rules
	Pack     *string      `json:"pack"`             // the national pack in force that day; null when none is
	PackNote *RuleText    `json:"pack_note"`        // what it means that none is
	Refusal  *RuleRefusal `json:"refusal"`          // for administrators: what lies in UNGCUU_RULES and does not hold; null otherwise
	Items    []Rule       `json:"items"`
	Paged
}

// RuleRefusal is why what an operator has laid over the packs does not come into force.
type RuleRefusal struct {
	At       string        `json:"at" format:"date-time"` // when it was refused
	Problems []RuleProblem `json:"problems"`
}

// RuleProblem is one mistake in a file of rules; line and column count from 1.
type RuleProblem struct {
	File    string `json:"file"`    // of UNGCUU_RULES
	Line    int    `json:"line"`    // of the file
	Column  int    `json:"column"`  // of the line, in characters
	Message string `json:"message"` // Vietnamese / English
}

// RuleFact is one name that the trigger of a rule may ask for.
type RuleFact struct {
	Name      string   `json:"name"` // as a trigger writes it
	Type      string   `json:"type"` // of CEL: bool, int, string or list(string)
	Title     RuleText `json:"title"`
	Source    string   `json:"source"`     // where it comes from
	Values    []string `json:"values"`     // what a text may be; empty: anything
	RulesOnly bool     `json:"rules_only"` // the rows of a classification may not ask for it
}

// RuleFactList is every fact.
type RuleFactList struct {
	Items []RuleFact `json:"items"`
	Paged
}

// RuleBookHead is a book of rules that came into force here.
type RuleBookHead struct {
	Version     string `json:"version"`
	FirstUsedAt string `json:"first_used_at" format:"date-time"` // when it first came into force here
	InForce     bool   `json:"in_force"`                         // it is the one that was put in force last
}

// RuleBookList is every book, the first used first.
type RuleBookList struct {
	Items []RuleBookHead `json:"items"`
	Paged
}

// RuleBook is a book of rules with all it was made of.
type RuleBook struct {
	Version     string     `json:"version"`
	FirstUsedAt string     `json:"first_used_at" format:"date-time"` // when it first came into force here
	InForce     bool       `json:"in_force"`                         // it is the one that was put in force last
	Files       []RuleFile `json:"files"`
}

// RuleFile is one file of a book of rules.
type RuleFile struct {
	Name string `json:"name"` // of the file
	Text string `json:"text"` // YAML
}
