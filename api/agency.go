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
	Name        string            `json:"name"`
	NameEN      *string           `json:"name_en"`
	ParentID    *string           `json:"parent_id" format:"uuid"`
	ValidFrom   *string           `json:"valid_from" format:"date"`
	ValidTo     *string           `json:"valid_to" format:"date"`
	Roles       []string          `json:"roles" enum:"agency_role"` // those of today
	RoleHistory []AgencyRole      `json:"role_history"`
	Successors  []AgencySuccessor `json:"successors"`
	Seats       []AgencySeat      `json:"seats"` // which agency hosts the team, from when
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
