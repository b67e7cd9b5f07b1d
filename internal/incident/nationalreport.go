package incident

import "time"

// ReportKind is the kind of a national report.
type ReportKind string

// The kinds (TT 20/2017/TT-BTTTT Điều 9, Mẫu số 03, 04; QĐ 05/2017/QĐ-TTg Điều 11 khoản 2).
// HelpRequest is the request for help of a case that cannot be handled (SL 6.1.d). It is
// conditional, and never the same object as a statutory report.
const (
	NoticeReport   ReportKind = "notice"
	InitialReport  ReportKind = "initial"
	ProgressReport ReportKind = "progress"
	PlanReport     ReportKind = "plan"
	HelpRequest    ReportKind = "help_request"
	FinalReport    ReportKind = "final"
)

// ReportKinds lists them, in the order in which a case needs them.
var ReportKinds = []ReportKind{NoticeReport, InitialReport, ProgressReport, PlanReport, HelpRequest, FinalReport}

var reportKindVI = map[ReportKind]string{
	NoticeReport: "Thông báo sự cố", InitialReport: "Báo cáo ban đầu", ProgressReport: "Báo cáo diễn biến",
	PlanReport: "Báo cáo phương án ứng cứu", HelpRequest: "Đề nghị hỗ trợ", FinalReport: "Báo cáo kết thúc",
}

// VI is what officers read for the kind.
func (k ReportKind) VI() string { return reportKindVI[k] }

// ReportStatus is where a national report stands.
type ReportStatus string

// The statuses.
const (
	ReportCreated      ReportStatus = "created"
	ReportSent         ReportStatus = "sent"
	ReportAcknowledged ReportStatus = "acknowledged"
	ReportWithdrawn    ReportStatus = "withdrawn"
)

var reportStatusVI = map[ReportStatus]string{
	ReportCreated: "bản thảo, chưa gửi", ReportSent: "đã gửi", ReportAcknowledged: "nơi nhận đã tiếp nhận", ReportWithdrawn: "đã rút",
}

// VI is what officers read for the status.
func (s ReportStatus) VI() string { return reportStatusVI[s] }

// NationalReport is what goes to the national coordinator or another competent agency. It is a
// draft (created) until it is sent, and keeps the form that it was made with.
type NationalReport struct {
	ID         string
	IncidentID string
	Version    int64
	Kind       ReportKind
	Status     ReportStatus
	ToAgencyID string
	Reason     string // of a help request: the decision why the case cannot be handled
	Form       string // id of its form; "" of one that is older than the forms
	FormFrom   string // the day from which that version of the form holds
	// Fields is what was filled in, by the names of the form: a text (also a time, a day, one
	// choice), a number, true or false, or a list of texts.
	Fields map[string]any `gorm:"serializer:json"`
	// InitialReportID is the initial report that a later one refers to (Mẫu số 04 «Ký hiệu báo
	// cáo ban đầu»).
	InitialReportID *string
	// KeepSecret: «Các thông tin cung cấp trong thông báo sự cố này đều phải được giữ bí mật»
	// (Mẫu số 03). Read by the team, who leads, the addressee and auditors alone.
	KeepSecret     bool
	CreatedByID    string
	CreatedAt      time.Time
	SentAt         *time.Time
	SentByID       string
	Channel        Channel
	Document       Document `gorm:"embedded;embeddedPrefix:document_"`
	AcknowledgedAt *time.Time
	AcknowledgedBy string
	Reference      string // the number under which the addressee keeps it
	Recorded       bool   // acknowledged on paper and entered by the team
	UpdatedAt      time.Time
}

// TableName is the table of the national reports.
func (NationalReport) TableName() string { return "national_reports" }

// WasSent reports whether the report went out: until then it is the draft of who files it.
func (r *NationalReport) WasSent() bool { return r.SentAt != nil }
