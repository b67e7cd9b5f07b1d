package api

// Contact is a person or desk of an agency. Desks on duty are for every account; people, and
// what is wrong with a contact, for the agency itself, the team, administrators and auditors.
type Contact struct {
	ID          string   `json:"id" format:"uuid"`
	Version     int64    `json:"version"`
	AgencyID    string   `json:"agency_id" format:"uuid"`
	Kind        string   `json:"kind" enum:"contact_kind"`
	Name        string   `json:"name"`
	Position    *string  `json:"position"`
	Phone       *string  `json:"phone"`
	Email       *string  `json:"email"`
	Duty        bool     `json:"duty"` // takes calls at any hour (đầu mối 24/7)
	ValidFrom   *string  `json:"valid_from" format:"date"`
	ValidTo     *string  `json:"valid_to" format:"date"`
	ConfirmedAt *string  `json:"confirmed_at" format:"date-time"` // when it was last tried
	Stale       []Reason `json:"stale"`                           // why it cannot be relied on
}

// ContactList is a page of contacts.
type ContactList struct {
	Items []Contact `json:"items"`
	Paged
}

// ContactFilter narrows a list of contacts. Without on: those in force today.
type ContactFilter struct {
	AgencyID string `json:"agency_id" format:"uuid"`
	Duty     *bool  `json:"duty"`
	Stale    *bool  `json:"stale"`
	On       string `json:"on" format:"date"`
	Paging
}

// NewContact adds a contact.
type NewContact struct {
	AgencyID  string `json:"agency_id" validate:"required" format:"uuid"`
	Kind      string `json:"kind" validate:"required" enum:"contact_kind"`
	Name      string `json:"name" validate:"required"`
	Position  string `json:"position,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Email     string `json:"email,omitempty"`
	Duty      bool   `json:"duty,omitempty"`
	ValidFrom string `json:"valid_from,omitempty" format:"date"`
	ValidTo   string `json:"valid_to,omitempty" format:"date"`
}

// ContactPatch changes a contact.
type ContactPatch struct {
	Kind      Patch[string] `json:"kind,omitzero" enum:"contact_kind" nullable:"false"`
	Name      Patch[string] `json:"name,omitzero" nullable:"false"`
	Position  Patch[string] `json:"position,omitzero"`
	Phone     Patch[string] `json:"phone,omitzero"`
	Email     Patch[string] `json:"email,omitzero"`
	Duty      Patch[bool]   `json:"duty,omitzero" nullable:"false"`
	ValidFrom Patch[string] `json:"valid_from,omitzero" format:"date"`
	ValidTo   Patch[string] `json:"valid_to,omitzero" format:"date"`
}

// EndContact ends a contact; on is the first day without it, today when not given.
type EndContact struct {
	On     string `json:"on,omitempty" format:"date"`
	Reason string `json:"reason" validate:"required"`
}

// StaleContact is a contact that cannot be relied on; contact is null for an agency that takes
// part in open cases and has no duty contact.
type StaleContact struct {
	Agency  AgencyRef `json:"agency"`
	Contact *Contact  `json:"contact"`
	Reasons []Reason  `json:"reasons"`
}

// StaleContactList is a page of them.
type StaleContactList struct {
	Items []StaleContact `json:"items"`
	Paged
}

// Shift is one turn of a duty roster; exactly one of contact_id and user_id is given.
type Shift struct {
	ID          string  `json:"id" format:"uuid"`
	AgencyID    string  `json:"agency_id" format:"uuid"`
	ContactID   *string `json:"contact_id" format:"uuid"`
	UserID      *string `json:"user_id" format:"uuid"`
	From        string  `json:"from" format:"date-time"` // inclusive
	To          string  `json:"to" format:"date-time"`   // exclusive
	CancelledAt *string `json:"cancelled_at" format:"date-time"`
}

// ShiftList is a page of a roster.
type ShiftList struct {
	Items []Shift `json:"items"`
	Paged
}

// ShiftFilter says which part of which roster; without from: from now on, without to: the 31
// days after from.
type ShiftFilter struct {
	AgencyID string `json:"agency_id" format:"uuid"`
	From     string `json:"from" format:"date-time"`
	To       string `json:"to" format:"date-time"`
	Paging
}

// NewShift puts somebody on the roster of their agency.
type NewShift struct {
	AgencyID  string `json:"agency_id" validate:"required" format:"uuid"`
	ContactID string `json:"contact_id,omitempty" format:"uuid"`
	UserID    string `json:"user_id,omitempty" format:"uuid"`
	From      string `json:"from" validate:"required" format:"date-time"`
	To        string `json:"to" validate:"required" format:"date-time"`
}

// AtMoment asks for how something stands at a moment; now when not given.
type AtMoment struct {
	At string `json:"at" format:"date-time"`
}

// Duty is who is on duty for an agency at a moment: the shifts that run, who takes them, and
// the standing duty contacts.
type Duty struct {
	At       string       `json:"at" format:"date-time"`
	Shifts   []Shift      `json:"shifts"`
	Contacts []Contact    `json:"contacts"`
	People   []DutyPerson `json:"people"`
}

// DutyPerson is a person with an account who is on duty.
type DutyPerson struct {
	UserID   string  `json:"user_id" format:"uuid"`
	FullName string  `json:"full_name"`
	Phone    *string `json:"phone"`
}
