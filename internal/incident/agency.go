package incident

import "time"

// AgencyRole is a part an agency plays in the province, from a date to a date.
type AgencyRole string

// The agency roles.
const (
	RoleTeam                AgencyRole = "team"
	RolePolice              AgencyRole = "police"
	RoleMilitary            AgencyRole = "military"
	RoleNationalCoordinator AgencyRole = "national_coordinator"
	RoleOwner               AgencyRole = "owner"
	RoleOperator            AgencyRole = "operator"
	RoleProvider            AgencyRole = "provider"
	RoleLeadership          AgencyRole = "leadership"
	RoleDataProtection      AgencyRole = "data_protection_authority"
	// RoleSecurityOwner is an owner of systems critical to national security (Nghị định 331/2026/NĐ-CP
	// Điều 16 khoản 4), which owes their yearly self-check; it gives no right.
	RoleSecurityOwner AgencyRole = "security_system_owner"
)

// Span is a half-open range of civil dates (YYYY-MM-DD, Asia/Ho_Chi_Minh): From inclusive,
// To exclusive, empty for open.
type Span struct {
	From string
	To   string
}

// Holds reports whether the civil date day lies in the span.
func (s Span) Holds(day string) bool {
	return (s.From == "" || s.From <= day) && (s.To == "" || day < s.To)
}

// Agency (cơ quan, đơn vị) is a node. Rights and sight follow the node, never the tree.
type Agency struct {
	ID         string
	Code       string
	Version    int64
	Name       string
	NameEN     string `gorm:"column:name_en"`
	ParentID   *string
	Valid      Span              `gorm:"embedded;embeddedPrefix:valid_"`
	Names      []AgencyName      `gorm:"foreignKey:AgencyID"` // the former ones
	Roles      []AgencyRoleSpan  `gorm:"foreignKey:AgencyID"`
	Successors []AgencySuccessor `gorm:"foreignKey:AgencyID"`
	Seats      []AgencySeat      `gorm:"foreignKey:AgencyID"`
	ChainSeq   int64
	ChainHash  string
	CreatedAt  time.Time
}

// TableName is the table of the agencies.
func (Agency) TableName() string { return "agencies" }

// HasRole reports whether the agency plays role on the civil date day.
func (a Agency) HasRole(role AgencyRole, day string) bool {
	for _, r := range a.Roles {
		if r.Role == role && r.Valid.Holds(day) {
			return true
		}
	}
	return false
}

// AgencyRoleSpan is one dated role of an agency.
type AgencyRoleSpan struct {
	AgencyID string
	Role     AgencyRole
	Valid    Span `gorm:"embedded;embeddedPrefix:valid_"`
	Basis    string
}

// TableName is the table of the dated roles.
func (AgencyRoleSpan) TableName() string { return "agency_roles" }

// AgencySuccessor says who took over from an agency, when and for what.
type AgencySuccessor struct {
	AgencyID    string
	SuccessorID string
	On          string `gorm:"column:on_date"`
	Matter      string
	Basis       string
}

// TableName is the table of the successors.
func (AgencySuccessor) TableName() string { return "agency_successors" }

// AgencySeat says which agency hosts the team, from a date to a date.
type AgencySeat struct {
	AgencyID string
	SeatID   string
	Valid    Span `gorm:"embedded;embeddedPrefix:valid_"`
	Basis    string
}

// TableName is the table of the seats.
func (AgencySeat) TableName() string { return "agency_seats" }

// AgencyName is a name an agency had until Valid.To.
type AgencyName struct {
	AgencyID string
	Name     string
	NameEN   string `gorm:"column:name_en"`
	Valid    Span   `gorm:"embedded;embeddedPrefix:valid_"`
	Basis    string
}

// TableName is the table of the former names.
func (AgencyName) TableName() string { return "agency_names" }
