package incident

import (
	"maps"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Filing is what a new report to the national level says.
type Filing struct {
	ID              string
	Kind            ReportKind
	ToAgencyID      string
	Form, FormFrom  string
	Fields          map[string]any
	InitialReportID *string
	KeepSecret      bool
}

// FilingRefusals says why no report of the kind can be made in the case now; empty when it can.
// One that asks for help follows the decision that the case cannot be handled (QĐ
// 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm d).
func (c *Case) FilingRefusals(kind ReportKind) []fault.Reason {
	reasons := c.SendingRefusals(kind)
	if len(reasons) == 0 && kind == HelpRequest && c.Status != National {
		reasons = []fault.Reason{{Code: "not_national", Basis: c.basis(MoveNamed(MoveNotifyNational).Basis), Text: fault.Text{
			VI: "Đề nghị hỗ trợ chỉ lập sau khi lãnh đạo đội quyết định «Đề nghị hỗ trợ cấp quốc gia» (notify-national); hồ sơ đang ở trạng thái «" + c.Status.VI() + "».",
			EN: "A request for help follows the team lead's decision (notify-national); the case is " + string(c.Status) + "."}}}
	}
	return reasons
}

// SendingRefusals says why the case as it stands lets no report of the kind go out: reports
// work in every open status, and in no other.
func (c *Case) SendingRefusals(kind ReportKind) []fault.Reason {
	switch {
	case c.Imported:
		return []fault.Reason{{Code: "imported", Text: fault.Text{
			VI: "Hồ sơ nhập từ dữ liệu cũ, chỉ để tra cứu; không lập báo cáo.", EN: "An imported record is history; no report is made of it."}}}
	case !c.Status.Open():
		return []fault.Reason{{Code: "not_open", Text: fault.Text{
			VI: "Hồ sơ đang ở trạng thái «" + c.Status.VI() + "»; chỉ lập, gửi «" + kind.VI() + "» khi hồ sơ còn mở.",
			EN: "The case is " + string(c.Status) + "; a report is made and sent while the case is open."}}}
	}
	return nil
}

// File makes the draft of a report.
func (c *Case) File(f Filing, by By, at time.Time) (*NationalReport, []Fact, error) {
	if reasons := c.FilingRefusals(f.Kind); len(reasons) > 0 {
		return nil, nil, fault.New(fault.Conflict, "Chưa lập được «"+f.Kind.VI()+"».", "The report cannot be made now.").Because(reasons...)
	}
	if c.Confidential && !f.KeepSecret {
		return nil, nil, mustKeepSecret()
	}
	c.Reports = append(c.Reports, NationalReport{
		ID: f.ID, IncidentID: c.ID, Version: 1, Kind: f.Kind, Status: ReportCreated, ToAgencyID: f.ToAgencyID,
		Form: f.Form, FormFrom: f.FormFrom, Fields: f.Fields, InitialReportID: f.InitialReportID, KeepSecret: f.KeepSecret,
		CreatedByID: by.UserID, CreatedAt: at, UpdatedAt: at,
	})
	r := &c.Reports[len(c.Reports)-1]
	return r, []Fact{r.Made()}, nil
}

func mustKeepSecret() error {
	return fault.Input(fault.Field{Pointer: "/keep_secret", Code: "case_confidential", Text: fault.Text{
		VI: "Người báo sự cố yêu cầu giữ kín, nên báo cáo phải giữ bí mật.",
		EN: "The originator asked for confidence, so the report must be kept secret."}})
}

// Made is the fact of a draft.
func (r *NationalReport) Made() Fact { return r.fact("created", nil) }

// Edit changes a draft by what change does to it; no fact when it stays as it was.
func (r *NationalReport) Edit(c *Case, change func(*NationalReport), at time.Time) ([]Fact, error) {
	if r.Status != ReportCreated {
		return nil, r.wrongStatus()
	}
	was := *r
	was.Fields = maps.Clone(r.Fields)
	change(r)
	if c.Confidential && !r.KeepSecret {
		*r = was
		return nil, mustKeepSecret()
	}
	if sameDraft(&was, r) {
		return nil, nil
	}
	r.Version++
	r.UpdatedAt = at
	return []Fact{r.fact("changed", nil)}, nil
}

func sameDraft(a, b *NationalReport) bool {
	same := a.ToAgencyID == b.ToAgencyID && a.KeepSecret == b.KeepSecret && orEmpty(a.InitialReportID) == orEmpty(b.InitialReportID)
	return same && maps.EqualFunc(a.Fields, b.Fields, sameValue)
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// sameValue compares two values of fields.
func sameValue(a, b any) bool {
	x, isList := a.([]any)
	y, both := b.([]any)
	if isList || both {
		return isList && both && slices.Equal(x, y)
	}
	return a == b
}

// Withdraw takes a draft back.
func (r *NationalReport) Withdraw(reason string, at time.Time) ([]Fact, error) {
	if r.Status != ReportCreated {
		return nil, r.wrongStatus()
	}
	r.Status, r.UpdatedAt = ReportWithdrawn, at
	r.Version++
	return []Fact{r.fact("withdrawn", map[string]any{"end_reason": reason})}, nil
}

// Send is how a national report went out.
type Send struct {
	Channel  Channel
	Document Document
	Note     string
	At       *time.Time // when it went out, where the desk does not send it; nil: now
}

// Check checks what can be told without the case.
func (in Send) Check(c *Checker) {
	OneOf(c, "/channel", in.Channel, Channels)
	c.Document("/document", in.Document)
	c.Text("/note", in.Note, false, MaxText)
	if in.At != nil && (in.Channel == ChannelAPI || in.Channel == ChannelEmail) {
		c.Add("/at", "not_here",
			"Với kênh này hệ thống gửi ngay lúc ghi nhận; chỉ ghi thời điểm khi đã gửi bằng văn bản, fax, điện thoại, gặp trực tiếp hoặc tại cuộc họp.",
			"On this channel the desk sends it now; give a time only for a letter, fax, telephone, meeting or visit.")
	}
}

// sentAt is when the report went out. What the desk sends by itself goes out now. What went out
// by letter, fax or in person may be entered afterwards: a report is late by when it was sent,
// not by when somebody had time to enter it.
func (in Send) sentAt(c *Case, now time.Time) (time.Time, error) {
	switch {
	case in.At == nil:
		return now, nil
	case in.At.After(now) || in.At.Before(c.DetectedAt.Add(-24*time.Hour)):
		return now, fault.Input(fault.Field{Pointer: "/at", Code: "out_of_range", Text: fault.Text{
			VI: "Thời điểm gửi không được ở tương lai, cũng không trước khi phát hiện sự cố.",
			EN: "The time must not lie ahead, nor before the incident was detected."}})
	}
	return *in.At, nil
}

// Send marks the report as sent to its addressee. What its form asks for, who sends has checked.
func (r *NationalReport) Send(c *Case, in Send, by By, at time.Time) ([]Fact, error) {
	if r.Status != ReportCreated {
		return nil, r.wrongStatus()
	}
	sent, err := in.sentAt(c, at)
	if err != nil {
		return nil, err
	}
	r.Status, r.SentAt, r.SentByID, r.Channel, r.Document = ReportSent, &sent, by.UserID, in.Channel, in.Document
	r.Version++
	r.UpdatedAt = at
	return []Fact{r.fact("sent", map[string]any{"note": in.Note, "from": string(ReportCreated)})}, nil
}

// Acknowledge keeps who confirmed receipt, when, and the addressee's own reference.
func (r *NationalReport) Acknowledge(officer, reference string, when time.Time, recorded bool, at time.Time) ([]Fact, error) {
	if r.Status != ReportSent {
		return nil, r.wrongStatus()
	}
	if when.After(at) || when.Before(r.SentAt.Add(-24*time.Hour)) {
		return nil, fault.Input(fault.Field{Pointer: "/at", Code: "out_of_range", Text: fault.Text{
			VI: "Thời điểm tiếp nhận phải sau khi gửi và không ở tương lai.",
			EN: "The time of receipt must lie between sending and now.",
		}})
	}
	r.Status, r.AcknowledgedAt, r.AcknowledgedBy, r.Reference, r.Recorded = ReportAcknowledged, &when, officer, reference, recorded
	r.Version++
	r.UpdatedAt = at
	return []Fact{r.fact("acknowledged", map[string]any{"at": stamp(&when), "from": string(ReportSent)})}, nil
}

func (r *NationalReport) wrongStatus() error {
	return fault.New(fault.Conflict, "Báo cáo không ở trạng thái cho phép thao tác này.",
		"The national report is "+string(r.Status)+".").Because(fault.Reason{Code: "wrong_status",
		Text: fault.Text{VI: "Trạng thái hiện tại: " + r.Status.VI() + ".", EN: "The report is " + string(r.Status) + "."}})
}

// fact is what became true of the report, with its whole state.
func (r *NationalReport) fact(name string, more map[string]any) Fact {
	full := map[string]any{
		"version": r.Version, "reason": r.Reason, "form": r.Form, "form_from": r.FormFrom, "fields": r.fields(),
		"initial_report_id": orEmpty(r.InitialReportID), "keep_secret": r.KeepSecret,
		"sent_at": stamp(r.SentAt), "channel": r.Channel, "document": r.Document.payload(),
		"acknowledged_at": stamp(r.AcknowledgedAt), "acknowledged_by": r.AcknowledgedBy, "reference": r.Reference, "recorded": r.Recorded,
	}
	maps.Copy(full, more)
	thin := map[string]any{"kind": string(r.Kind), "to": string(r.Status), "to_agency_id": r.ToAgencyID}
	if from, ok := full["from"]; ok {
		thin["from"] = from
	}
	maps.Copy(full, thin)
	return Fact{Type: "national_report." + name, ObjectKind: "national_report", ObjectID: r.ID, Full: full, Thin: thin}
}

func (r *NationalReport) fields() map[string]any {
	if r.Fields == nil {
		return map[string]any{}
	}
	return maps.Clone(r.Fields)
}

// text is what the report says, for those who look for it.
func (r *NationalReport) text() string {
	parts := []string{r.Reason, r.Document.text(), r.Reference}
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		switch v := r.Fields[name].(type) {
		case string:
			parts = append(parts, v)
		case []any:
			for _, one := range v {
				if s, ok := one.(string); ok {
					parts = append(parts, s)
				}
			}
		}
	}
	return joined(parts...)
}
