package regulation

import "slices"

// The types of the fields of forms: what their value is in JSON.
const (
	FieldText      = "text"
	FieldTime      = "time"             // RFC 3339 with its offset
	FieldDay       = "day"              // YYYY-MM-DD
	FieldChoice    = "choice"           // one value of the choices
	FieldChoices   = "choices"          // a list of them
	FieldNumber    = "number"           // whole, not below 0
	FieldYesNo     = "yes_no"           // true, false
	FieldAddresses = "public_addresses" // a list of addresses used on the Internet
	FieldDomains   = "domains"          // a list of domain names
)

// FieldTypes lists them.
var FieldTypes = []string{
	FieldText, FieldTime, FieldDay, FieldChoice, FieldChoices, FieldNumber, FieldYesNo, FieldAddresses, FieldDomains,
}

// FormSource is something of a case, or of who makes the report, that may fill a field of a
// form when a draft is made. Types are the types of fields that can hold it.
type FormSource struct {
	Name  string
	Types []string
	Text
}

// FormSources is every value of from_case. A source that has nothing to say leaves the field
// empty; nothing is filled again once the draft is made.
var FormSources = []FormSource{
	{"title", []string{FieldText}, Text{"Tên sự cố", "the title of the case"}},
	{"description", []string{FieldText}, Text{"Mô tả sự cố", "the account of the case"}},
	{"title_description", []string{FieldText}, Text{"Tên và mô tả sự cố", "title and account"}},
	{"system_name", []string{FieldText}, Text{"Tên hệ thống bị sự cố", "the name of the system"}},
	{"system_level", []string{FieldChoice, FieldText}, Text{"Cấp độ của hệ thống, 1 đến 5", "the level of the system, 1 to 5"}},
	{"owner_name", []string{FieldText}, Text{"Tên cơ quan chủ quản", "the name of the owner"}},
	{"operator_name", []string{FieldText}, Text{"Tên đơn vị vận hành", "the name of the operator"}},
	{"public_addresses", []string{FieldAddresses}, Text{"Địa chỉ IP dùng trên Internet", "addresses used on the Internet"}},
	{"domains", []string{FieldDomains}, Text{"Tên miền", "domain names"}},
	{"detected_at", []string{FieldTime}, Text{"Thời điểm phát hiện, khi biết đến giờ", "when it was detected, if known to the hour"}},
	{"detected_day", []string{FieldDay}, Text{"Ngày phát hiện, khi biết đến ngày", "the day of detection, if known to the day"}},
	{"reporter_name", []string{FieldText}, Text{"Người báo sự cố: họ tên; bỏ trống khi yêu cầu giữ kín", "the reporter's name; not where confidence was asked for"}},
	{"reporter_phone", []string{FieldText}, Text{"Người báo sự cố: điện thoại; bỏ trống khi yêu cầu giữ kín", "the reporter's telephone; not where confidence was asked for"}},
	{"reporter_email", []string{FieldText}, Text{"Người báo sự cố: thư điện tử; bỏ trống khi yêu cầu giữ kín", "the reporter's e-mail; not where confidence was asked for"}},
	{"filer_name", []string{FieldText}, Text{"Tên cơ quan lập báo cáo", "the agency that makes the report"}},
	{"filer_phone", []string{FieldText}, Text{"Điện thoại đầu mối trực công bố của cơ quan lập báo cáo", "the telephone of its published duty desk"}},
	{"filer_email", []string{FieldText}, Text{"Thư điện tử đầu mối trực công bố của cơ quan lập báo cáo", "the e-mail of its published duty desk"}},
	{"now", []string{FieldTime}, Text{"Thời điểm lập báo cáo", "when the draft is made"}},
	{"handled", []string{FieldChoice}, Text{"handled khi đã khắc phục, not_handled khi chưa", "handled once the case is resolved, else not_handled"}},
	{"resolution_summary", []string{FieldText}, Text{"Kết quả xử lý", "the result of the work"}},
	{"resolution", []string{FieldText}, Text{"Kết quả xử lý và biện pháp phòng ngừa", "result and prevention"}},
	{"reason", []string{FieldText}, Text{"Lý do không xử lý, khắc phục được", "the decision why the case cannot be handled"}},
	{"initial_number", []string{FieldText}, Text{"Số, ký hiệu báo cáo ban đầu", "number and symbol of the initial report"}},
	{"initial_day", []string{FieldDay}, Text{"Ngày báo cáo ban đầu", "the date of the initial report"}},
}

// FormKinds lists the kinds of forms: those of the reports of a case, and two of documents that are
// written elsewhere.
func FormKinds() []string { return slices.Clone(formKinds) }

// Basis is the instrument and the clause.
func (f Form) Basis() string { return f.Instrument + " " + f.Clause }

// Field returns a field by its name.
func (f Form) Field(name string) (FormField, bool) {
	i := slices.IndexFunc(f.Fields, func(x FormField) bool { return x.Name == name })
	if i < 0 {
		return FormField{}, false
	}
	return f.Fields[i], true
}

// Forms returns the forms in force on a civil day (YYYY-MM-DD), in the order of the book.
func (b *Book) Forms(day string) []Form {
	var out []Form
	for _, f := range b.forms {
		if holds(f.From, f.To, day) {
			out = append(out, f)
		}
	}
	return out
}

// FormVersion returns the version of a form that began on a civil day.
func (b *Book) FormVersion(id, from string) (Form, bool) {
	i := slices.IndexFunc(b.forms, func(f Form) bool { return f.ID == id && f.From == from })
	if i < 0 {
		return Form{}, false
	}
	return b.forms[i], true
}
