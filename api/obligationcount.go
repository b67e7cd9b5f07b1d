package api

// ObligationCount is where obligations stand. Exercises, and obligations whose place another one
// has taken, are not counted.
type ObligationCount struct {
	Pending       int `json:"pending"`        // not done yet
	Overdue       int `json:"overdue"`        // of those, past their time
	Fulfilled     int `json:"fulfilled"`      // done
	Late          int `json:"late"`           // of those, done after their time
	Waived        int `json:"waived"`         // a team lead freed from them
	NotApplicable int `json:"not_applicable"` // the facts call for them no more
}

// AgencyObligations is where the obligations of one agency stand.
type AgencyObligations struct {
	AgencyID   string `json:"agency_id" format:"uuid"` // the agency that owes them
	AgencyName string `json:"agency_name"`             // its name
	ObligationCount
}

// ObligationCounts is where the obligations of a time stand, by the agency that owes them: the
// one with the most overdue first.
type ObligationCounts struct {
	From     string              `json:"from" format:"date"` // the first day that is counted
	To       string              `json:"to" format:"date"`   // exclusive
	Total    ObligationCount     `json:"total"`
	Agencies []AgencyObligations `json:"agencies"`
}

// ObligationCountFilter says which obligations are counted: those due in the days, or started in
// them where they have no due time. One that is due at the end of a day counts on that day.
type ObligationCountFilter struct {
	From string `json:"from" format:"date"` // the first of this month when not given
	To   string `json:"to" format:"date"`   // exclusive; a month after from when not given
	Case *bool  `json:"case"`               // true: of cases; false: of agencies by the calendar
}
