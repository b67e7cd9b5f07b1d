package api

// AgencyRef names an agency.
type AgencyRef struct {
	ID   string `json:"id" format:"uuid"`
	Code string `json:"code"`
	Name string `json:"name"`
}

// Agency is a node of the registry. Dates are civil dates of Viet Nam, from inclusive, to
// exclusive, null for open.
type Agency struct {
	ID          string            `json:"id" format:"uuid"`
	Code        string            `json:"code"`
	Version     int64             `json:"version"`
	Name        string            `json:"name"`
	NameEN      *string           `json:"name_en"`
	FormerNames []AgencyName      `json:"former_names"`
	ParentID    *string           `json:"parent_id" format:"uuid"`
	ValidFrom   *string           `json:"valid_from" format:"date"`
	ValidTo     *string           `json:"valid_to" format:"date"`
	Roles       []string          `json:"roles" enum:"agency_role"` // those of today
	RoleHistory []AgencyRole      `json:"role_history"`
	Successors  []AgencySuccessor `json:"successors"`
	Seats       []AgencySeat      `json:"seats"`        // which agency hosts the team, from when
	ActsThrough []AgencyActs      `json:"acts_through"` // who acts for it on the day asked for
}

// AgencyActs is who acts for an agency: itself, or a successor in a matter.
type AgencyActs struct {
	AgencyID string `json:"agency_id" format:"uuid"`
	Matter   string `json:"matter"`
}

// AgencyName is a name an agency had, until valid_to.
type AgencyName struct {
	Name      string  `json:"name"`
	NameEN    *string `json:"name_en"`
	ValidFrom *string `json:"valid_from" format:"date"`
	ValidTo   string  `json:"valid_to" format:"date"`
	Basis     string  `json:"basis"` // of the change
}

// AgencyFilter asks for the registry as it stood on a day: who stood, under the names and with
// the roles of that day. Without it: every agency, as of today.
type AgencyFilter struct {
	On string `json:"on" format:"date"`
	Paging
}

// OnDay asks for how something stood on a day; today when not given.
type OnDay struct {
	On string `json:"on" format:"date"`
}

// NewAgency adds an agency.
type NewAgency struct {
	Code      string `json:"code" validate:"required"` // lower-case letters, digits, hyphens
	Name      string `json:"name" validate:"required"`
	NameEN    string `json:"name_en,omitempty"`
	ParentID  string `json:"parent_id,omitempty" format:"uuid"`
	ValidFrom string `json:"valid_from,omitempty" format:"date"` // since ever when not given
	ValidTo   string `json:"valid_to,omitempty" format:"date"`
}

// AgencyPatch changes an agency. A new name needs on, its first day, and basis; the old name
// is kept with its dates.
type AgencyPatch struct {
	Name     Patch[string] `json:"name,omitzero" nullable:"false"`
	NameEN   Patch[string] `json:"name_en,omitzero"`
	ParentID Patch[string] `json:"parent_id,omitzero" format:"uuid"`
	On       string        `json:"on,omitempty" format:"date"`
	Basis    string        `json:"basis,omitempty"`
}

// GiveRole gives an agency a role from a day, to a day (exclusive) where it is known.
type GiveRole struct {
	Role  string `json:"role" validate:"required" enum:"agency_role"`
	From  string `json:"from" validate:"required" format:"date"`
	To    string `json:"to,omitempty" format:"date"`
	Basis string `json:"basis" validate:"required"`
}

// EndRole ends a role of an agency; on is the first day without it.
type EndRole struct {
	Role  string `json:"role" validate:"required" enum:"agency_role"`
	On    string `json:"on" validate:"required" format:"date"`
	Basis string `json:"basis" validate:"required"`
}

// NewSuccessor says who takes over from an agency, from when and for what.
type NewSuccessor struct {
	SuccessorID string `json:"successor_id" validate:"required" format:"uuid"`
	On          string `json:"on" validate:"required" format:"date"`
	Matter      string `json:"matter,omitempty"`
	Basis       string `json:"basis" validate:"required"`
}

// GiveSeat says which agency hosts the team.
type GiveSeat struct {
	SeatID string `json:"seat_id" validate:"required" format:"uuid"`
	From   string `json:"from" validate:"required" format:"date"`
	To     string `json:"to,omitempty" format:"date"`
	Basis  string `json:"basis" validate:"required"`
}

// EndOn ends something of an agency, or the agency itself; on is the first day without it.
type EndOn struct {
	On    string `json:"on" validate:"required" format:"date"`
	Basis string `json:"basis" validate:"required"`
}

// HistoryEntry is one event of an agency's chain. Data is null once it was redacted, and of a
// duty for administrators.
type HistoryEntry struct {
	Seq        int64          `json:"seq"`
	ID         string         `json:"id" format:"uuid"`
	Type       string         `json:"type"`
	ObjectKind string         `json:"object_kind"`
	ObjectID   string         `json:"object_id" format:"uuid"`
	At         string         `json:"at" format:"date-time"`
	ActorID    string         `json:"actor_id" format:"uuid"`
	Actor      *string        `json:"actor"`
	AgencyID   string         `json:"agency_id" format:"uuid"` // for which they acted
	Seal       string         `json:"seal"`
	PrevSeal   string         `json:"prev_seal"`
	Data       map[string]any `json:"data" nullable:"true"`
}

// History is a page of an agency's chain, in order.
type History struct {
	Items []HistoryEntry `json:"items"`
	Paged
}

// AgencyRole is one dated role.
type AgencyRole struct {
	Role      string  `json:"role" enum:"agency_role"`
	ValidFrom *string `json:"valid_from" format:"date"`
	ValidTo   *string `json:"valid_to" format:"date"`
	Basis     string  `json:"basis"`
}

// AgencySuccessor says who took over, when and for what.
type AgencySuccessor struct {
	AgencyID string `json:"agency_id" format:"uuid"`
	On       string `json:"on" format:"date"`
	Matter   string `json:"matter"`
	Basis    string `json:"basis"`
}

// AgencySeat is the agency that hosts another, from a date to a date.
type AgencySeat struct {
	AgencyID  string  `json:"agency_id" format:"uuid"`
	ValidFrom *string `json:"valid_from" format:"date"`
	ValidTo   *string `json:"valid_to" format:"date"`
	Basis     string  `json:"basis"`
}

// AgencyList is a page of the registry.
type AgencyList struct {
	Items []Agency `json:"items"`
	Paged
}
