package casework

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Forms are the forms of reports in force on a civil day; kind "" asks for all kinds.
func (s *Service) Forms(kind, on string) []regulation.Form {
	return slices.DeleteFunc(s.province.Rules.Book().Forms(on), func(f regulation.Form) bool { return kind != "" && f.Kind != kind })
}

// NewNationalReport is a report to make.
type NewNationalReport struct {
	Kind            incident.ReportKind
	ToAgencyID      *string        // nil: the national coordinator of the day, or the military for a military system
	Fields          map[string]any // over what the case fills in
	InitialReportID *string        // nil: the last initial report that was sent
	KeepSecret      *bool          // nil: as the originator asked of the case
}

// FileNationalReport makes the draft of a report on the form of the day, filled in from the case.
func (s *Service) FileNationalReport(ctx context.Context, c Call, incidentID string, in NewNationalReport) (incident.NationalReport, error) {
	var check incident.Checker
	incident.OneOf(&check, "/kind", in.Kind, incident.ReportKinds)
	if err := check.Err(); err != nil {
		return incident.NationalReport{}, err
	}
	form, ok := s.province.Rules.Book().Form(string(in.Kind), day(c.At))
	if !ok {
		return incident.NationalReport{}, noForm(in.Kind)
	}
	given := checkFields(&check, form, in.Fields)
	if err := check.Err(); err != nil {
		return incident.NationalReport{}, err
	}
	var out incident.NationalReport
	_, err := s.change(ctx, c, target{id: incidentID, action: policy.SendReport}, func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		if reasons := cs.FilingRefusals(in.Kind); len(reasons) > 0 {
			return nil, fault.New(fault.Conflict, "Chưa lập được «"+in.Kind.VI()+"».", "The report cannot be made now.").Because(reasons...)
		}
		to, err := reportAddressee(tx, cs, c, in.ToAgencyID)
		if err != nil {
			return nil, err
		}
		initial, err := initialReport(tx, cs, in.Kind, in.InitialReportID)
		if err != nil {
			return nil, err
		}
		fields, err := prefill(tx, cs, c, form, initial)
		if err != nil {
			return nil, err
		}
		maps.Copy(fields, given)
		f := incident.Filing{
			ID: newID(), Kind: in.Kind, ToAgencyID: to, Form: form.ID, FormFrom: form.From, Fields: fields, KeepSecret: cs.Confidential,
		}
		if initial != nil {
			f.InitialReportID = &initial.ID
		}
		if in.KeepSecret != nil {
			f.KeepSecret = *in.KeepSecret
		}
		r, facts, err := cs.File(f, byOf(c.By), c.At)
		if err == nil {
			out = *r
		}
		return facts, err
	})
	return out, err
}

// fillHelp puts the request for help, which the decision has just made, on the form of the day.
// Where there is none, its reason is its text, as it always was.
func (s *Service) fillHelp(tx *store.Tx, cs *incident.Case, c Call, facts []incident.Fact) error {
	r := &cs.Reports[len(cs.Reports)-1]
	r.KeepSecret = cs.Confidential
	if form, ok := s.province.Rules.Book().Form(string(r.Kind), day(c.At)); ok {
		fields, err := prefill(tx, cs, c, form, nil)
		if err != nil {
			return err
		}
		r.Form, r.FormFrom, r.Fields = form.ID, form.From, fields
	}
	facts[len(facts)-1] = r.Made()
	return nil
}

// ChangeNationalReport edits a draft (JSON Merge Patch).
func (s *Service) ChangeNationalReport(ctx context.Context, c Call, incidentID, id string, p api.NationalReportPatch) (incident.NationalReport, error) {
	t := reportTarget(c, incidentID, id, policy.SendReport)
	t.version = func(o policy.Object) int64 { return o.Report.Version }
	return s.changeReport(ctx, c, t, func(tx *store.Tx, cs *incident.Case, r *incident.NationalReport) ([]incident.Fact, error) {
		if r.Status != incident.ReportCreated { // told before what is wrong with the input
			return r.Edit(cs, func(*incident.NationalReport) {}, c.At)
		}
		if reasons := cs.SendingRefusals(r.Kind); len(reasons) > 0 {
			return nil, fault.New(fault.Conflict, "Chưa sửa được «"+r.Kind.VI()+"».", "The draft cannot be changed now.").Because(reasons...)
		}
		to := r.ToAgencyID
		if p.ToAgencyID.Given {
			var err error
			if to, err = reportAddressee(tx, cs, c, &p.ToAgencyID.Value); err != nil {
				return nil, err
			}
		}
		initial := r.InitialReportID
		switch {
		case p.InitialReportID.Null:
			initial = nil
		case p.InitialReportID.Given:
			found, err := initialReport(tx, cs, r.Kind, &p.InitialReportID.Value)
			if err != nil {
				return nil, err
			}
			initial = &found.ID
		}
		fields := maps.Clone(r.Fields)
		if p.Fields.Null {
			fields = map[string]any{}
		} else if p.Fields.Given {
			form, err := s.formOf(r)
			if err != nil {
				return nil, err
			}
			if fields, err = mergedFields(form, r.Fields, p.Fields.Value); err != nil {
				return nil, err
			}
		}
		return r.Edit(cs, func(r *incident.NationalReport) {
			r.ToAgencyID, r.InitialReportID, r.Fields = to, initial, fields
			set(p.KeepSecret, &r.KeepSecret)
		}, c.At)
	})
}

// WithdrawNationalReport takes a draft back. That of a request for help is the decision that the
// case cannot be handled: who may stand down takes it back.
func (s *Service) WithdrawNationalReport(ctx context.Context, c Call, incidentID, id, reason string) (incident.NationalReport, error) {
	if err := texts(text{"/reason", reason, true}); err != nil {
		return incident.NationalReport{}, err
	}
	t := reportTarget(c, incidentID, id, policy.SendReport)
	t.also = func(o policy.Object) error {
		if o.Report.Kind != incident.HelpRequest {
			return nil
		}
		return policy.Check(c.By, policy.Of(incident.MoveStandDown), o)
	}
	return s.changeReport(ctx, c, t, func(_ *store.Tx, _ *incident.Case, r *incident.NationalReport) ([]incident.Fact, error) {
		return r.Withdraw(reason, c.At)
	})
}

// complete is nil when the draft says all that its form asks for, signed where it must be; it
// ties a report that must name the initial one to the last that was sent. Where the case is
// confidential, the report is kept secret whatever the draft said.
func (s *Service) complete(tx *store.Tx, cs *incident.Case, r *incident.NationalReport, d incident.Document) error {
	r.KeepSecret = r.KeepSecret || cs.Confidential
	reasons, fields, err := s.lacks(tx, cs, r, d)
	if err != nil {
		return err
	}
	if reasons = append(cs.SendingRefusals(r.Kind), reasons...); len(reasons) == 0 {
		return nil
	}
	f := fault.New(fault.Conflict, "Chưa gửi được «"+r.Kind.VI()+"».", "The report cannot be sent now.").Because(reasons...)
	f.Fields = fields
	return f
}

// Missing is what each draft of one case still lacks before it can be sent, by the draft's id: the
// empty mandatory fields, the signer, the initial report. A draft whose form has left the
// rules is told by its refusal alone.
func (s *Service) Missing(ctx context.Context, list ...incident.NationalReport) (map[string][]fault.Field, error) {
	out := map[string][]fault.Field{}
	tx := s.store.Read(ctx)
	var cs *incident.Case
	for i := range list {
		r := list[i]
		if r.Status != incident.ReportCreated || r.Fields == nil { // what it says is withheld from the reader
			continue
		}
		var err error
		if cs == nil {
			cs = &incident.Case{Incident: &incident.Incident{ID: r.IncidentID}}
			if cs.Reports, err = tx.NationalReportsOf(r.IncidentID); err != nil {
				return nil, err
			}
		}
		if _, out[r.ID], err = s.lacks(tx, cs, &r, incident.Document{}); err != nil && !fault.Conflict.In(err) {
			return nil, err
		}
	}
	return out, nil
}

// lacks is what the form of the report asks for and the draft does not say, each as a reason with
// its clause and as a field. It ties the report to the initial one that it must name.
func (s *Service) lacks(tx *store.Tx, cs *incident.Case, r *incident.NationalReport, d incident.Document) ([]fault.Reason, []fault.Field, error) {
	var reasons []fault.Reason
	var fields []fault.Field
	form, err := s.formOf(r)
	if err != nil {
		return nil, nil, err
	}
	if form.Initial {
		initial, err := initialReport(tx, cs, r.Kind, r.InitialReportID)
		if err != nil && !fault.Invalid.In(err) {
			return nil, nil, err
		}
		if initial != nil {
			r.InitialReportID = &initial.ID
		} else {
			x := initialMissing(form)
			reasons, fields = append(reasons, x), append(fields, fault.Field{Pointer: "/initial_report_id", Code: x.Code, Text: x.Text})
		}
	}
	for _, f := range form.Fields {
		if f.Mandatory && empty(r.Fields[f.Name]) {
			x := fault.Reason{Code: "field_missing", Basis: form.Basis(), Text: fault.Text{
				VI: "Chưa điền mục bắt buộc: «" + f.Title.VI + "».", EN: "A mandatory field is empty: " + f.Title.EN + "."}}
			reasons, fields = append(reasons, x), append(fields, fault.Field{Pointer: "/fields/" + f.Name, Code: x.Code, Text: x.Text})
		}
	}
	if form.Signer && strings.TrimSpace(d.SignerName) == "" {
		x := fault.Reason{Code: "signer_missing", Basis: "Thông tư 20/2017/TT-BTTTT Điều 9 khoản 1", Text: fault.Text{
			VI: "Báo cáo phải có chữ ký của người có thẩm quyền; hãy ghi họ tên người ký (document.signer_name).",
			EN: "A report must be signed by an authorised person; name the signer (document.signer_name)."}}
		reasons, fields = append(reasons, x), append(fields, fault.Field{Pointer: "/document/signer_name", Code: x.Code, Text: x.Text})
	}
	return reasons, fields, nil
}

func initialMissing(f regulation.Form) fault.Reason {
	return fault.Reason{Code: "initial_report_missing", Basis: f.Basis(), Text: fault.Text{
		VI: "Phải nêu báo cáo ban đầu đã gửi của hồ sơ này (initial_report_id); hồ sơ chưa có báo cáo ban đầu nào được gửi, hoặc báo cáo đã nêu chưa gửi.",
		EN: "It must name an initial report of this case that was sent (initial_report_id); there is none, or the one named was not sent."}}
}

func noForm(k incident.ReportKind) error {
	text := fault.Text{VI: "Chưa có biểu mẫu cho «" + k.VI() + "» vào ngày này.", EN: "There is no form for this kind of report on this day."}
	return fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "no_form", Text: text})
}

// formOf is the form that the report was made with, whatever is in force by now; an empty one
// for a request for help from before there were forms.
func (s *Service) formOf(r *incident.NationalReport) (regulation.Form, error) {
	if r.Form == "" {
		return regulation.Form{}, nil
	}
	if f, ok := s.province.Rules.Book().FormVersion(r.Form, r.FormFrom); ok {
		return f, nil
	}
	text := fault.Text{
		VI: "Biểu mẫu của bản thảo này («" + r.Form + "», từ " + r.FormFrom + ") không còn trong bộ quy định; hãy rút bản thảo và lập lại.",
		EN: "The form of this draft (" + r.Form + " of " + r.FormFrom + ") is no longer in the rules; withdraw the draft and make it anew.",
	}
	return regulation.Form{}, fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "form_gone", Text: text})
}

// reportAddressee is to whom a report goes: the agency named, else the national coordinator of
// the day, or the military where the system is theirs (Nghị định 331/2026/NĐ-CP Điều 31 khoản 2
// điểm d). Nobody reports to their own agency.
func reportAddressee(tx *store.Tx, cs *incident.Case, c Call, id *string) (string, error) {
	var wrong incident.Checker
	to := ""
	if id != nil {
		to = *id
		if err := checkAgency(tx, &wrong, "/to_agency_id", id, c.At); err != nil {
			return "", err
		}
	} else {
		role := incident.RoleNationalCoordinator
		if cs.Facts["military_system"] {
			role = incident.RoleMilitary
		}
		a, err := agencyOf(tx, role, c.At)
		if err != nil {
			return "", err
		}
		to = a.ID
	}
	if to == c.By.AgencyID {
		wrong.Add("/to_agency_id", "same_agency", "Không báo cáo cho chính cơ quan mình; hãy nêu cơ quan nhận.", "Nobody reports to their own agency; name the addressee.")
	}
	return to, wrong.Err()
}

// initialReport is the initial report that a later one refers to: the one named, else the last
// that was sent in the case, else in a case that was merged into it; nil when there is none.
func initialReport(tx *store.Tx, cs *incident.Case, kind incident.ReportKind, id *string) (*incident.NationalReport, error) {
	refuse := func(code, vi, en string) error {
		return fault.Input(fault.Field{Pointer: "/initial_report_id", Code: code, Text: fault.Text{VI: vi, EN: en}})
	}
	if kind == incident.NoticeReport || kind == incident.InitialReport || kind == incident.HelpRequest {
		if id != nil {
			return nil, refuse("not_here", "Loại này không dẫn chiếu báo cáo ban đầu.", "This kind refers to no initial report.")
		}
		return nil, nil
	}
	usable := func(list []incident.NationalReport) *incident.NationalReport {
		var last *incident.NationalReport
		for i := range list {
			r := &list[i]
			if r.Kind == incident.InitialReport && r.WasSent() && (id == nil || r.ID == *id) && (last == nil || r.SentAt.After(*last.SentAt)) {
				last = r
			}
		}
		return last
	}
	if r := usable(cs.Reports); r != nil {
		return r, nil
	}
	tied, err := tx.MergedWith(cs.ID)
	if err != nil {
		return nil, err
	}
	var others []incident.NationalReport
	for _, other := range tied {
		if other == cs.ID {
			continue
		}
		list, err := tx.NationalReportsOf(other)
		if err != nil {
			return nil, err
		}
		others = append(others, list...)
	}
	if r := usable(others); r != nil || id == nil {
		return r, nil
	}
	return nil, refuse("no_initial_report", "Không phải báo cáo ban đầu đã gửi của hồ sơ này.", "Not an initial report of this case that was sent.")
}

// empty reports whether nothing was filled in.
func empty(v any) bool {
	switch x := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(x) == ""
	case []any:
		return len(x) == 0
	}
	return false
}

// checkFields checks what was filled in against the form and returns it as it is kept: times in
// UTC, without what is empty.
func checkFields(c *incident.Checker, form regulation.Form, in map[string]any) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		at := "/fields/" + strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
		f, ok := form.Field(name)
		if !ok {
			c.Add(at, "unknown_field", "Biểu mẫu không có mục này.", "The form has no such field.")
			continue
		}
		if v := checkField(c, at, f, in[name]); !empty(v) {
			out[name] = v
		}
	}
	return out
}

var fieldKinds = map[string][2]string{
	regulation.FieldText: {"văn bản", "a text"}, regulation.FieldTime: {"thời điểm", "a time"}, regulation.FieldDay: {"ngày", "a day"},
	regulation.FieldChoice: {"một lựa chọn", "one choice"}, regulation.FieldChoices: {"danh sách lựa chọn", "a list of choices"},
	regulation.FieldNumber: {"số nguyên không âm", "a whole number, not negative"}, regulation.FieldYesNo: {"true hoặc false", "true or false"},
	regulation.FieldAddresses: {"danh sách địa chỉ IP", "a list of addresses"}, regulation.FieldDomains: {"danh sách tên miền", "a list of domain names"},
}

func checkField(c *incident.Checker, at string, f regulation.FormField, v any) any {
	wrong := func() any {
		words := fieldKinds[f.Type]
		c.Add(at, "wrong_type", "Cần "+words[0]+".", "This field takes "+words[1]+".")
		return nil
	}
	switch f.Type {
	case regulation.FieldYesNo:
		if _, ok := v.(bool); !ok {
			return wrong()
		}
		return v
	case regulation.FieldNumber:
		if n, ok := v.(float64); !ok || n < 0 || n > 1e15 || n != float64(int64(n)) {
			return wrong()
		}
		return v
	case regulation.FieldChoices, regulation.FieldAddresses, regulation.FieldDomains:
		list, ok := stringsOf(v)
		if !ok {
			return wrong()
		}
		checkList(c, at, f, list)
		return v
	}
	s, ok := v.(string)
	if !ok {
		return wrong()
	}
	if strings.TrimSpace(s) == "" {
		return nil
	}
	switch f.Type {
	case regulation.FieldTime:
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil || t.UTC().Year() < 1990 || t.UTC().Year() > 2200 {
			c.Add(at, "not_a_time", "Thời điểm theo RFC 3339, có múi giờ, ví dụ 2026-03-01T08:30:00+07:00.", "A time of RFC 3339 with its offset, e.g. 2026-03-01T08:30:00+07:00.")
			return nil
		}
		return moment(t)
	case regulation.FieldDay:
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			c.Add(at, "not_a_date", "Ngày theo dạng YYYY-MM-DD.", "A date, YYYY-MM-DD.")
		}
	case regulation.FieldChoice:
		checkChoice(c, at, f, s)
	default:
		c.Text(at, s, false, incident.MaxText)
	}
	return s
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

func stringsOf(v any) ([]string, bool) {
	list, ok := v.([]any)
	out := make([]string, len(list))
	for i, x := range list {
		s, isText := x.(string)
		ok = ok && isText
		out[i] = s
	}
	return out, ok
}

func checkList(c *incident.Checker, at string, f regulation.FormField, list []string) {
	switch f.Type {
	case regulation.FieldAddresses:
		c.PublicAddresses(at, list)
	case regulation.FieldDomains:
		c.Domains(at, list)
	default:
		for i, s := range list {
			if slices.Contains(list[:i], s) {
				c.Add(pointer(at, i), "repeated", "Đã chọn mục này.", "It is chosen above.")
			} else {
				checkChoice(c, pointer(at, i), f, s)
			}
		}
	}
}

func checkChoice(c *incident.Checker, at string, f regulation.FormField, s string) {
	values := make([]string, len(f.Choices))
	for i, x := range f.Choices {
		values[i] = x.Value
	}
	incident.OneOf(c, at, s, values)
}

// mergedFields is what was filled in with the patch merged in (RFC 7396): null empties a field.
func mergedFields(form regulation.Form, was map[string]any, p map[string]api.Patch[any]) (map[string]any, error) {
	var c incident.Checker
	out, given := maps.Clone(was), map[string]any{}
	if out == nil {
		out = map[string]any{}
	}
	for name, v := range p {
		delete(out, name)
		if given[name] = v.Value; v.Null {
			given[name] = nil
			if _, ok := form.Field(name); ok {
				delete(given, name)
			}
		}
	}
	maps.Copy(out, checkFields(&c, form, given))
	return out, c.Err()
}

// source is what a field of a form may be filled with: a case, and who makes the report of it.
type source struct {
	*incident.Case
	filer           *incident.Agency
	desk            incident.Contact // the published duty desk of the filer
	owner, operator string
	reason          string
	initial         *incident.NationalReport
	at              time.Time
}

// sources are what regulation.FormSources names. nil, "" and an empty list leave a field empty.
var sources = map[string]func(*source) any{
	"title":             func(x *source) any { return x.Title },
	"description":       func(x *source) any { return x.Description },
	"title_description": func(x *source) any { return x.Title + "\n" + x.Description },
	"system_name":       func(x *source) any { return x.System.Name },
	"system_level": func(x *source) any {
		if x.System.Level == nil {
			return nil
		}
		return strconv.Itoa(*x.System.Level)
	},
	"owner_name":    func(x *source) any { return x.owner },
	"operator_name": func(x *source) any { return x.operator },
	"public_addresses": func(x *source) any {
		return listOf(slices.DeleteFunc(slices.Clone(x.System.PublicAddresses), func(a string) bool { return !incident.Public(a) }))
	},
	"domains": func(x *source) any { return listOf(x.System.Domains) },
	"detected_at": func(x *source) any {
		if x.DetectedPrecision != incident.PrecisionMinute && x.DetectedPrecision != incident.PrecisionHour {
			return nil
		}
		return moment(x.DetectedAt)
	},
	"detected_day": func(x *source) any {
		if !slices.Contains([]incident.Precision{incident.PrecisionMinute, incident.PrecisionHour, incident.PrecisionDay}, x.DetectedPrecision) {
			return nil
		}
		return day(x.DetectedAt)
	},
	"reporter_name":  func(x *source) any { return x.contact(x.Report.ReporterName) },
	"reporter_phone": func(x *source) any { return x.contact(x.Report.ReporterPhone) },
	"reporter_email": func(x *source) any { return x.contact(x.Report.ReporterEmail) },
	"filer_name":     func(x *source) any { return x.filer.Name },
	"filer_phone":    func(x *source) any { return x.desk.Phone },
	"filer_email":    func(x *source) any { return x.desk.Email },
	"now":            func(x *source) any { return moment(x.at) },
	"handled": func(x *source) any {
		if x.ResolvedAt == nil {
			return "not_handled"
		}
		return "handled"
	},
	"resolution_summary": func(x *source) any { return x.Resolution.Summary },
	"resolution": func(x *source) any {
		return strings.TrimSpace(x.Resolution.Summary + "\n" + x.Resolution.Prevention)
	},
	"reason": func(x *source) any { return x.reason },
	"initial_number": func(x *source) any {
		if x.initial == nil {
			return nil
		}
		return strings.Trim(x.initial.Document.Number+"/"+x.initial.Document.Symbol, "/")
	},
	"initial_day": func(x *source) any {
		switch {
		case x.initial == nil:
			return nil
		case x.initial.Document.IssuedOn != "":
			return x.initial.Document.IssuedOn
		}
		return day(*x.initial.SentAt)
	},
}

// contact is a word of the reporter's contact, which stays with the team where the reporter
// asked for confidence (QĐ 3063/QĐ-UBND Sơn La Điều 3 khoản 4).
func (x *source) contact(s string) any {
	if x.Confidential {
		return nil
	}
	return s
}

func listOf(list []string) any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// prefill is what the case says to the form; what does not fit a field is left out.
func prefill(tx *store.Tx, cs *incident.Case, c Call, form regulation.Form, initial *incident.NationalReport) (map[string]any, error) {
	x := &source{Case: cs, initial: initial, at: c.At}
	var err error
	if x.filer, err = tx.Agency(c.By.AgencyID); err != nil {
		return nil, err
	}
	contacts, err := tx.OnDuty(c.By.AgencyID, c.At, day(c.At))
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(contacts, func(k incident.Contact) bool { return k.Kind == incident.ContactDesk }); i >= 0 {
		x.desk = contacts[i]
	}
	for id, name := range map[*string]*string{cs.OwnerAgencyID: &x.owner, cs.OperatorAgencyID: &x.operator} {
		if id == nil {
			continue
		}
		a, err := tx.Agency(*id)
		if err != nil {
			return nil, err
		}
		*name = a.Name
	}
	for _, r := range cs.Reports {
		if r.Reason != "" {
			x.reason = r.Reason
		}
	}
	out := map[string]any{}
	for _, f := range form.Fields {
		read := sources[f.From]
		if read == nil {
			continue
		}
		var fits incident.Checker
		if v := checkField(&fits, "", f, read(x)); fits.Err() == nil && !empty(v) {
			out[f.Name] = v
		}
	}
	return out, nil
}
