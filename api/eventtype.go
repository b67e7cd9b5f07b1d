package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// EventType is one row of the catalogue of events: what a message of the type means, and all
// that its data carry beside the fields that every message has.
type EventType struct {
	Type   string // <object>.<fact>, the last two words of the subject
	Object string // the kind of object that object_id names
	VI, EN string // what happened, in one sentence
	Fields []EventField
}

// EventField is one data field.
type EventField struct {
	Name     string // in JSON, and of a field of EventData
	Kind     FieldKind
	List     string // the closed list of an EnumField, as the enum tags of this package name it
	Optional bool   // may be absent
	VI, EN   string
}

// FieldKind is what a data field may hold. No kind takes free text.
type FieldKind string

// The kinds of data fields.
const (
	IDField      FieldKind = "id"      // UUID
	CodeField    FieldKind = "code"    // letters, digits and . _ + -, no space, at most 64
	EnumField    FieldKind = "enum"    // a value of a closed list
	TimeField    FieldKind = "time"    // RFC 3339, UTC
	BooleanField FieldKind = "boolean" //
	NumberField  FieldKind = "number"  // whole
)

// The objects whose events belong to the chain of an agency, and to no case.
var agencyObjects = []string{"agency", "contact", "user", "grant"}

// OfCase reports whether the event belongs to a case: its subject is the case's id, and it
// goes under restricted. when the case is restricted. The others belong to an agency.
func (t EventType) OfCase() bool { return !slices.Contains(agencyObjects, t.Object) }

// Data is every data field of the type, those first that every message has.
func (t EventType) Data() []EventField {
	var out []EventField
	if t.OfCase() {
		out = append(out,
			EventField{Name: "incident_id", Kind: IDField, VI: "Hồ sơ sự cố", EN: "The case"},
			EventField{Name: "code", Kind: CodeField, VI: "Mã hồ sơ, ví dụ SL-2026-000123", EN: "The code of the case, e.g. SL-2026-000123"},
			EventField{Name: "exercise", Kind: BooleanField, VI: "Hồ sơ diễn tập, không phải sự cố thật", EN: "The case is an exercise, not an incident"})
	}
	out = append(out,
		EventField{Name: "object_id", Kind: IDField, VI: "Đối tượng của sự kiện, thuộc loại đứng đầu tên sự kiện", EN: "What the event is about, of the kind that begins its type"},
		EventField{Name: "agency_id", Kind: IDField, VI: "Cơ quan của người thực hiện", EN: "The agency of the person who acted"})
	return append(out, t.Fields...)
}

func from(list string) EventField {
	return EventField{Name: "from", Kind: EnumField, List: list, VI: "Trạng thái trước", EN: "The status before"}
}

func to(list string) EventField {
	return EventField{Name: "to", Kind: EnumField, List: list, VI: "Trạng thái sau", EN: "The status after"}
}

func kind(list string) EventField {
	return EventField{Name: "kind", Kind: EnumField, List: list, VI: "Loại", EN: "The kind"}
}

func agencyIn(name, vi, en string) EventField {
	return EventField{Name: name, Kind: IDField, VI: vi, EN: en}
}

// EventTypes is the catalogue: every type that can go out on the broker, once. An event that
// does not stand here is not written; openapi/asyncapi.json is generated from it.
var EventTypes = eventTypes()

func eventTypes() []EventType {
	move := []EventField{from("status"), to("status")}
	asked := []EventField{
		to("handover_status"), kind("handover_kind"),
		{Name: "urgency", Kind: EnumField, List: "urgency", VI: "Độ khẩn", EN: "The urgency"},
		agencyIn("from_agency_id", "Bên gửi", "Who asks"), agencyIn("to_agency_id", "Bên nhận", "Who is asked"),
	}
	step := append(slices.Clone(asked), from("handover_status"))
	opened := []EventField{{Name: "rule", Kind: CodeField, VI: "Mã quy định làm phát sinh nghĩa vụ", EN: "The rule that calls for the duty"}, to("obligation_status")}
	duty := append(slices.Clone(opened), from("obligation_status"))
	made := []EventField{kind("national_report_kind"), to("national_report_status"), agencyIn("to_agency_id", "Bên nhận", "The addressee")}
	sent := append(slices.Clone(made), from("national_report_status"))

	return []EventType{
		{"incident.reported", "incident", "Sự cố được báo cáo, hồ sơ được mở.", "An incident was reported: the case exists.", []EventField{to("status")}},
		{"incident.triaged", "incident", "Hồ sơ được phân loại.", "The case was classified.", move},
		{"incident.responding", "incident", "Đội ứng cứu bắt đầu xử lý.", "Work on the case has begun.", move},
		{"incident.escalated", "incident", "Đề nghị công an hoặc quân sự phối hợp.", "The police or the military were asked.", move},
		{"incident.national", "incident", "Quyết định đề nghị hỗ trợ cấp quốc gia.", "Help of the national level was decided on.", move},
		{"incident.stood_down", "incident", "Hạ mức ứng cứu.", "The alert was lowered.", move},
		{"incident.resolved", "incident", "Sự cố được khắc phục.", "The technical work is done.", move},
		{"incident.closed", "incident", "Hồ sơ kết thúc.", "The case was closed.", move},
		{"incident.rejected", "incident", "Hồ sơ không được thụ lý.", "The case was rejected.", move},
		{"incident.reopened", "incident", "Hồ sơ được mở lại.", "The case was taken up again.", move},
		{"incident.corrected", "incident", "Dữ kiện của hồ sơ được sửa; đọc lại hồ sơ để biết nội dung.", "Facts of the case were corrected; read the case to know which.", nil},
		{"incident.named", "incident", "Danh sách người được xem hồ sơ hạn chế thay đổi.", "Who may see the restricted case has changed.", nil},
		{"incident.lead_changed", "incident", "Quyền chủ trì chuyển sang cơ quan khác.", "Another agency leads the case.", []EventField{
			agencyIn("from_agency_id", "Cơ quan chủ trì trước", "Who led before"), agencyIn("to_agency_id", "Cơ quan chủ trì mới", "Who leads now")}},

		{"handover.requested", "handover", "Một cơ quan thông báo hoặc đề nghị cơ quan khác.", "An agency told, or asked, another.", asked},
		{"handover.acknowledged", "handover", "Bên nhận xác nhận đã tiếp nhận.", "The addressee confirmed receipt.", step},
		{"handover.accepted", "handover", "Bên nhận đồng ý.", "The addressee agreed.", step},
		{"handover.partly_accepted", "handover", "Bên nhận đồng ý một phần.", "The addressee agreed to a part.", step},
		{"handover.declined", "handover", "Bên nhận từ chối.", "The addressee refused.", step},
		{"handover.completed", "handover", "Bên nhận hoàn thành.", "The addressee has done it.", step},
		{"handover.withdrawn", "handover", "Bên gửi rút lại.", "The asker took it back before an answer.", step},
		{"handover.released", "handover", "Bên gửi thôi yêu cầu.", "The asker freed the addressee from what it had accepted.", step},
		{"handover.contested", "handover", "Bên nhận phản đối câu trả lời do đội ghi nhận thay; trạng thái không đổi.", "The addressee objected to an answer that the team had recorded; the status stays.", asked},

		{"obligation.opened", "obligation", "Phát sinh một nghĩa vụ theo quy định.", "A rule calls for a duty.", opened},
		{"obligation.fulfilled", "obligation", "Nghĩa vụ đã được thực hiện.", "The duty was fulfilled.", duty},
		{"obligation.waived", "obligation", "Được miễn nghĩa vụ.", "The duty was waived.", duty},
		{"obligation.not_applicable", "obligation", "Nghĩa vụ không còn áp dụng.", "The duty no longer applies.", duty},
		{"obligation.resumed", "obligation", "Nghĩa vụ áp dụng trở lại, thời hạn như cũ.", "The duty applies again, due when it was.", duty},

		{"national_report.created", "national_report", "Báo cáo hoặc đề nghị cấp quốc gia được lập.", "A report or request to the national level was made.", made},
		{"national_report.sent", "national_report", "Báo cáo hoặc đề nghị đã gửi đi.", "It was sent.", sent},
		{"national_report.acknowledged", "national_report", "Bên nhận xác nhận đã tiếp nhận.", "The addressee confirmed receipt.", sent},
		{"national_report.withdrawn", "national_report", "Đề nghị chưa gửi được rút lại.", "It was taken back before it was sent.", made},

		{"note.added", "note", "Thêm ghi chú vào hồ sơ.", "A note was added to the case.", nil},
	}
}

// EventTypeOf is the row of the catalogue with the type.
func EventTypeOf(typ string) (EventType, bool) {
	i := slices.IndexFunc(EventTypes, func(t EventType) bool { return t.Type == typ })
	if i < 0 {
		return EventType{}, false
	}
	return EventTypes[i], true
}

// NewEventData makes the data of a message from its fields by name. It fails where the
// catalogue does not know the type, where a field does not belong to it and where one is
// missing: what is not described does not leave.
func NewEventData(typ string, fields map[string]any) (EventData, error) {
	var data EventData
	t, ok := EventTypeOf(typ)
	if !ok {
		return data, fmt.Errorf("api: the catalogue of events knows no type %q", typ)
	}
	listed := map[string]bool{}
	for _, f := range t.Data() {
		listed[f.Name] = true
		if _, given := fields[f.Name]; !given && !f.Optional {
			return data, fmt.Errorf("api: event %s lacks %s", typ, f.Name)
		}
	}
	for name := range fields {
		if !listed[name] {
			return data, fmt.Errorf("api: the catalogue of events lists no %s for %s", name, typ)
		}
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		return data, fmt.Errorf("api: data of event %s: %w", typ, err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&data); err != nil {
		return EventData{}, fmt.Errorf("api: data of event %s: %w", typ, err)
	}
	return data, nil
}
