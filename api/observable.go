package api

// NewObservable adds a technical trace to a case.
type NewObservable struct {
	Type         string  `json:"type" validate:"required" enum:"observable_type"`
	Value        string  `json:"value" validate:"required"` // may be defanged: hxxp://, [.], [@]
	Audience     string  `json:"audience" validate:"required" enum:"audience"`
	TLP          string  `json:"tlp,omitempty" enum:"tlp"` // amber when not given
	Confidential bool    `json:"confidential,omitempty"`   // for the team and the own agency alone (SL 3.4)
	Note         string  `json:"note,omitempty"`
	IsIOC        bool    `json:"is_ioc,omitempty"` // a sign of attack, not only something seen
	FirstSeen    *string `json:"first_seen,omitempty" format:"date-time"`
	LastSeen     *string `json:"last_seen,omitempty" format:"date-time"`
}

// NewObservables adds up to 500 observables, all or none.
type NewObservables struct {
	Observables []NewObservable `json:"observables" validate:"required"`
}

// Observable is a technical trace of a case. It is never changed, only retracted.
type Observable struct {
	ID            string  `json:"id" format:"uuid"`
	IncidentID    string  `json:"incident_id" format:"uuid"`
	Type          string  `json:"type" enum:"observable_type"`
	Value         string  `json:"value"` // normalised
	Given         string  `json:"given"` // as it was written
	Audience      string  `json:"audience" enum:"audience"`
	TLP           string  `json:"tlp" enum:"tlp"`
	Confidential  bool    `json:"confidential"` // read by the team and the agency that wrote it
	Note          string  `json:"note"`
	IsIOC         bool    `json:"is_ioc"`
	FirstSeen     *string `json:"first_seen" format:"date-time"`
	LastSeen      *string `json:"last_seen" format:"date-time"`
	SeenIn        int64   `json:"seen_in"` // in how many other cases the reader sees the same value
	AuthorID      string  `json:"author_id" format:"uuid"`
	Author        *string `json:"author"`
	AgencyID      string  `json:"agency_id" format:"uuid"`
	Agency        *string `json:"agency"`
	CreatedAt     string  `json:"created_at" format:"date-time"`
	RetractedAt   *string `json:"retracted_at" format:"date-time"`
	RetractReason *string `json:"retract_reason"`
}

// ObservableList is a page of observables: of a case the oldest first, of all cases the newest.
type ObservableList struct {
	Items []Observable `json:"items"`
	Paged
}

// AddedObservables is the observables that a request added.
type AddedObservables struct {
	Items []Observable `json:"items"`
}

// CaseObservableFilter narrows the observables of a case.
type CaseObservableFilter struct {
	Type  []string `json:"type" enum:"observable_type"`
	IsIOC *bool    `json:"is_ioc"`
	Paging
}

// ObservableFilter narrows the observables of every case in sight. What was retracted is left out.
type ObservableFilter struct {
	Type  []string `json:"type" enum:"observable_type"`
	Value string   `json:"value"` // exact, in any writing
	Q     string   `json:"q"`     // how the normalised value begins
	IsIOC *bool    `json:"is_ioc"`
	Paging
}

// Retract takes an observable back.
type Retract struct {
	Reason string `json:"reason" validate:"required"`
}

// Sighting is another case in which the reader sees the same value.
type Sighting struct {
	IncidentID   string  `json:"incident_id" format:"uuid"`
	Code         string  `json:"code"`
	Title        string  `json:"title"`
	Status       string  `json:"status" enum:"status"`
	ObservableID string  `json:"observable_id" format:"uuid"`
	IsIOC        bool    `json:"is_ioc"`
	FirstSeen    *string `json:"first_seen" format:"date-time"`
	LastSeen     *string `json:"last_seen" format:"date-time"`
	AddedAt      string  `json:"added_at" format:"date-time"`
}

// SightingList is a page of sightings, the newest first.
type SightingList struct {
	Items []Sighting `json:"items"`
	Paged
}
