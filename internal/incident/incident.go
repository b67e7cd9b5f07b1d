// Package incident owns the case and everything that lives in it: its types, the lifecycle
// table, the rules that hold whoever asks, and the facts they make true.
// No I/O, no rights, no clock.
package incident

import "time"

// Severity is how bad the incident is for those hit; "nghiêm trọng" is a legal class and
// derived elsewhere.
type Severity string

// The severities.
const (
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

// TLP is the Traffic Light Protocol 2.0 label. It is never mapped onto a độ mật.
type TLP string

// The labels of TLP 2.0.
const (
	TLPClear       TLP = "clear"
	TLPGreen       TLP = "green"
	TLPAmber       TLP = "amber"
	TLPAmberStrict TLP = "amber+strict"
	TLPRed         TLP = "red"
)

// Precision says how exactly a time is known.
type Precision string

// The precisions of detected_at.
const (
	PrecisionMinute  Precision = "minute"
	PrecisionHour    Precision = "hour"
	PrecisionDay     Precision = "day"
	PrecisionMonth   Precision = "month"
	PrecisionYear    Precision = "year"
	PrecisionUnknown Precision = "unknown"
)

// Channel is how agencies spoke with each other (BG 4.1–4.4, SL 6.1.b).
type Channel string

// The channels.
const (
	ChannelDocument Channel = "document"
	ChannelMeeting  Channel = "meeting"
	ChannelPhone    Channel = "phone"
	ChannelFax      Channel = "fax"
	ChannelEmail    Channel = "email"
	ChannelInPerson Channel = "in_person"
	ChannelAPI      Channel = "api"
)

var channelVI = map[Channel]string{
	ChannelDocument: "văn bản", ChannelMeeting: "họp", ChannelPhone: "điện thoại", ChannelFax: "fax",
	ChannelEmail: "thư điện tử (hệ thống gửi)", ChannelInPerson: "trực tiếp", ChannelAPI: "hệ thống này",
}

// VI is what officers read for the channel.
func (c Channel) VI() string { return channelVI[c] }

// Incident is one case (hồ sơ sự cố): one event and everything done about it.
// Times are UTC, truncated to microseconds. The struct is also the row.
type Incident struct {
	ID      string
	Code    string
	Version int64
	Status  Status

	Title       string
	Description string
	Category    *string // an RSIT value, class.type
	CategoryVN  *string
	Severity    *Severity
	Natures     []Nature `gorm:"-"`
	TLP         TLP      `gorm:"column:tlp"`

	Confidential bool // the originator's wish (SL 3.4)
	Restricted   bool // for named people only
	Exercise     bool
	Imported     bool

	Report Report `gorm:"embedded;embeddedPrefix:report_"`
	System System `gorm:"embedded;embeddedPrefix:system_"`
	Facts  Facts  `gorm:"serializer:json"`

	ReportingAgencyID string
	ReportedByID      string
	OwnerAgencyID     *string // a claim of the reporter until triage
	OperatorAgencyID  *string // likewise
	LeadAgencyID      string
	AssigneeID        *string

	DetectedAt        time.Time
	DetectedPrecision Precision
	OccurredAt        *time.Time
	// ViolationFoundAt is when the violation of personal data was found (Luật 91/2025/QH15 Điều 23
	// khoản 1). With that nature and no time given it is when the desk learned of it.
	ViolationFoundAt *time.Time
	ReportedAt       time.Time
	TriagedAt        *time.Time
	ResolvedAt       *time.Time
	ClosedAt         *time.Time
	MergedIntoID     *string

	// FactsAt is when the desk last learned a fact that legal rules look at; nil: with the report.
	FactsAt *time.Time
	Class   Class `gorm:"embedded"`

	Resolution Resolution `gorm:"embedded;embeddedPrefix:resolution_"`
	Lessons    string

	// The head of the case's hash chain: it stands beside version and moves with every event.
	ChainSeq  int64
	ChainHash string

	CreatedAt time.Time
	UpdatedAt time.Time
}

// TableName is the table of the case.
func (Incident) TableName() string { return "incidents" }

// Report is how the report came in. Empty strings mean not given.
type Report struct {
	Channel       Channel
	ReporterName  string
	ReporterPhone string
	ReporterEmail string
	Reference     string
}

// System is the information system that was hit.
type System struct {
	ID              *string
	Name            string
	Level           *int     // cấp độ 1–5
	PriorityListed  bool     // on the province's priority list (BG 5.1.a)
	PublicAddresses []string `gorm:"serializer:json"`
	Domains         []string `gorm:"serializer:json"`
}

// Resolution is what resolve carries (Mẫu 04, 05). Reason is empty until then.
type Resolution struct {
	Reason          string
	Summary         string
	Prevention      string
	Handled         string
	EstimatedDamage *int64 // VND, whole
}

// Class is what the pack in force on the day of detection makes of the facts. It is derived,
// and never typed. The struct is comparable.
type Class struct {
	Class     string // serious, ordinary; empty: no pack is in force
	Pack      string `gorm:"column:class_pack"`
	Book      string `gorm:"column:class_book"` // version of the book that said so
	Basis     string `gorm:"column:class_basis"`
	Dangerous bool   // tình huống nguy hiểm về an ninh mạng
	// DangerBasis is the clause of the situation; empty when it is none.
	DangerBasis string
}

// Facts are the stored legal facts from which the class is derived; an absent key means
// not known. See FactNames.
type Facts map[string]bool

// FactNames are the legal facts that a triage may state, each with its clause.
var FactNames = map[string]string{
	"in_national_list":             "QĐ 05/2017/QĐ-TTg Điều 9 khoản 1",
	"service_disrupted":            "QĐ 05/2017/QĐ-TTg Điều 9 khoản 1 điểm a",
	"state_secret_may_leak":        "QĐ 05/2017/QĐ-TTg Điều 9 khoản 1 điểm b",
	"important_data_unrecoverable": "QĐ 05/2017/QĐ-TTg Điều 9 khoản 1 điểm c",
	"control_lost":                 "QĐ 05/2017/QĐ-TTg Điều 9 khoản 1 điểm d",
	"may_spread":                   "QĐ 05/2017/QĐ-TTg Điều 9 khoản 1 điểm đ",
	"owner_cannot_cope":            "QĐ 05/2017/QĐ-TTg Điều 9 khoản 2",

	"security_order_signs": "Nghị định 331/2026/NĐ-CP Điều 31 khoản 2 điểm d",
	"serious_disruption":   "Nghị định 331/2026/NĐ-CP Điều 31 khoản 2 điểm d",
	"military_system":      "Nghị định 331/2026/NĐ-CP Điều 31 khoản 2 điểm d",
	"exceeds_capacity":     "Nghị định 333/2026/NĐ-CP Điều 9 khoản 3 điểm c; QĐ 05/2017/QĐ-TTg Điều 11 khoản 1 điểm a",

	"danger_incitement":      "Luật 116/2025/QH15 Điều 20 khoản 1 điểm a",
	"danger_security_system": "Luật 116/2025/QH15 Điều 20 khoản 1 điểm b",
	"danger_mass_attack":     "Luật 116/2025/QH15 Điều 20 khoản 1 điểm c",
	"danger_key_works":       "Luật 116/2025/QH15 Điều 20 khoản 1 điểm d",
	"danger_sovereignty":     "Luật 116/2025/QH15 Điều 20 khoản 1 điểm đ",

	"personal_data_may_harm":  "Luật 91/2025/QH15 Điều 23 khoản 1",
	"personal_data_biometric": "Nghị định 356/2025/NĐ-CP Điều 29",
	"personal_data_financial": "Nghị định 356/2025/NĐ-CP Điều 8 khoản 3",
}

// Nature is an independent legal flag that triggers duties.
type Nature string

// The natures; the first six are the security natures.
const (
	SecurityViolation   Nature = "security_violation"
	NationalSecurity    Nature = "national_security"
	Cybercrime          Nature = "cybercrime"
	CyberEspionage      Nature = "cyber_espionage"
	CyberTerrorism      Nature = "cyber_terrorism"
	InformationConflict Nature = "information_conflict"
	StateSecretExposure Nature = "state_secret_exposure"
	PersonalData        Nature = "personal_data"
)

// Natures lists every nature, the security natures first.
var Natures = []Nature{
	SecurityViolation, NationalSecurity, Cybercrime, CyberEspionage, CyberTerrorism,
	InformationConflict, StateSecretExposure, PersonalData,
}

// Document is a paper or electronic document of NĐ 30/2020/NĐ-CP. Empty means not given.
type Document struct {
	Number         string
	Symbol         string
	IssuedOn       string // a civil date, YYYY-MM-DD
	Subject        string
	SignerName     string
	SignerPosition string
	Secrecy        string `gorm:"-" json:"-"` // a độ mật: always refused, never kept
}
