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
var agencyObjects = []string{"agency", "contact", "shift", "user", "grant", "identity", "system", "api_key", "rules"}

// OfCase reports whether the event belongs to a case: its subject is the case's id, and it
// goes under restricted. when the case is restricted or its label is red. The others belong to an agency.
func (t EventType) OfCase() bool { return !slices.Contains(agencyObjects, t.Object) }

// OfEither reports whether the event belongs to a case or, by the calendar, to an agency: then
// its subject is the agency's id, and it names no case.
func (t EventType) OfEither() bool { return t.Object == "obligation" }

// ofCase are the fields of every event of a case.
var ofCase = []string{"incident_id", "code", "exercise"}

// Data is every data field of the type, those first that every message has.
func (t EventType) Data() []EventField {
	var out []EventField
	if t.OfCase() {
		out = append(out,
			EventField{Name: "incident_id", Kind: IDField, VI: "Hồ sơ sự cố", EN: "The case"},
			EventField{Name: "code", Kind: CodeField, VI: "Mã hồ sơ, ví dụ SL-2026-000123", EN: "The code of the case, e.g. SL-2026-000123"},
			EventField{Name: "exercise", Kind: BooleanField, VI: "Hồ sơ diễn tập, không phải sự cố thật", EN: "The case is an exercise, not an incident"})
		for i := range out {
			out[i].Optional = t.OfEither()
		}
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

func otherCase(vi, en string) EventField {
	return EventField{Name: "other_incident_id", Kind: IDField, VI: vi, EN: en}
}

func role(list, vi, en string) EventField {
	return EventField{Name: "role", Kind: EnumField, List: list, VI: vi, EN: en}
}

func optional(f EventField) EventField {
	f.Optional = true
	return f
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
	source := otherCase("Hồ sơ đã gộp vào hồ sơ này", "The case that was merged into this one")
	linked := []EventField{kind("link_kind"), optional(otherCase(
		"Hồ sơ kia; vắng mặt khi hồ sơ kia hạn chế còn hồ sơ này thì không", "The other case; absent where that is restricted and this is not"))}
	invited := []EventField{agencyIn("to_agency_id", "Cơ quan được mời", "Who was invited")}
	redacted := []EventField{kind("redaction_kind")}
	work := []EventField{from("task_status"), to("task_status")}
	assigned := optional(EventField{Name: "to_assignee_id", Kind: IDField, VI: "Người được giao", EN: "The person who has it now"})
	unassigned := optional(EventField{Name: "from_assignee_id", Kind: IDField, VI: "Người được giao trước đó", EN: "The person who had it before"})
	played := []EventField{role("agency_role", "Vai trò của cơ quan", "The role of the agency")}
	reached := []EventField{agencyIn("to_agency_id", "Cơ quan của đầu mối", "Whose contact it is")}
	roster := []EventField{agencyIn("to_agency_id", "Cơ quan trực", "Whose shift it is")}
	granted := []EventField{
		{Name: "user_id", Kind: IDField, VI: "Người được cấp", EN: "The person"}, role("role", "Vai trò", "The role"),
		agencyIn("to_agency_id", "Cơ quan mà người đó thay mặt", "The agency for which they act"),
	}
	bound := []EventField{{Name: "user_id", Kind: IDField, VI: "Người có tài khoản", EN: "The person"}}
	keyed := []EventField{{Name: "user_id", Kind: IDField, VI: "Hệ thống có khóa này", EN: "The system whose key it is"}}

	return []EventType{
		{"incident.reported", "incident", "Sự cố được báo cáo, hồ sơ được mở.", "An incident was reported: the case exists.", []EventField{to("status")}},
		{"incident.imported", "incident", "Hồ sơ cũ được nhập vào hệ thống để tra cứu.", "A record of the past was brought in as history.", []EventField{to("status")}},
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
		{"incident.withdrawn", "incident", "Đơn vị báo cáo rút báo cáo trước khi phân loại.", "The agency that reported took the report back before triage.", move},
		{"incident.merged", "incident", "Hồ sơ được gộp vào hồ sơ khác và kết thúc tại đây.", "The case was merged into another and ends here.", append(slices.Clone(move), optional(otherCase(
			"Hồ sơ nhận gộp; vắng mặt khi hồ sơ đó hạn chế còn hồ sơ này thì không", "The case that goes on; absent where that is restricted and this is not")))},
		{"incident.absorbed", "incident", "Một hồ sơ khác được gộp vào hồ sơ này; đọc lại hồ sơ, dữ kiện có thể đã đổi.", "Another case was merged into this one; read the case, its facts may have changed.", []EventField{source}},

		{"handover.requested", "handover", "Một cơ quan thông báo hoặc đề nghị cơ quan khác.", "An agency told, or asked, another.", asked},
		{"handover.acknowledged", "handover", "Bên nhận xác nhận đã tiếp nhận.", "The addressee confirmed receipt.", step},
		{"handover.accepted", "handover", "Bên nhận đồng ý.", "The addressee agreed.", step},
		{"handover.partly_accepted", "handover", "Bên nhận đồng ý một phần.", "The addressee agreed to a part.", step},
		{"handover.declined", "handover", "Bên nhận từ chối.", "The addressee refused.", step},
		{"handover.completed", "handover", "Bên nhận hoàn thành.", "The addressee has done it.", step},
		{"handover.withdrawn", "handover", "Bên gửi rút lại.", "The asker took it back before an answer.", step},
		{"handover.released", "handover", "Bên gửi thôi yêu cầu.", "The asker freed the addressee from what it had accepted.", step},
		{"handover.contested", "handover", "Bên nhận phản đối câu trả lời do đội ghi nhận thay; trạng thái không đổi.", "The addressee objected to an answer that the team had recorded; the status stays.", asked},
		{"handover.moved", "handover", "Thông báo hoặc đề nghị chuyển theo hồ sơ được gộp; trạng thái không đổi.", "It goes on in the case into which its own was merged; the status stays.", append(slices.Clone(asked), source)},

		{"obligation.opened", "obligation", "Phát sinh một nghĩa vụ theo quy định.", "A rule calls for a duty.", opened},
		{"obligation.fulfilled", "obligation", "Nghĩa vụ đã được thực hiện.", "The duty was fulfilled.", duty},
		{"obligation.waived", "obligation", "Được miễn nghĩa vụ.", "The duty was waived.", duty},
		{"obligation.not_applicable", "obligation", "Nghĩa vụ không còn áp dụng.", "The duty no longer applies.", duty},
		{"obligation.reopened", "obligation", "Ghi nhận bằng tay hoặc việc miễn nghĩa vụ được thu hồi; nghĩa vụ trở lại chưa thực hiện, thời hạn như cũ.", "A fulfilment by hand, or a waiver, was taken back; the duty is pending again, due when it was.", duty},
		{"obligation.resumed", "obligation", "Nghĩa vụ áp dụng trở lại, thời hạn như cũ.", "The duty applies again, due when it was.", duty},
		{"obligation.moved", "obligation", "Nghĩa vụ chuyển theo hồ sơ được gộp; trạng thái và thời hạn không đổi.", "The duty goes on in the case into which its own was merged; status and due time stay.", append(slices.Clone(opened), source)},
		{"obligation.assigned", "obligation", "Xác định lại cơ quan phải thực hiện nghĩa vụ; thời hạn không đổi.", "Another agency is known to owe the duty; the due time stays.", append(slices.Clone(duty),
			agencyIn("from_agency_id", "Cơ quan phải thực hiện trước đó", "Who owed it before"), agencyIn("to_agency_id", "Cơ quan phải thực hiện", "Who owes it now"))},
		{"obligation.superseded", "obligation", "Nghĩa vụ được thay bằng nghĩa vụ tính lại theo dữ kiện và quy định hiện có.", "Another duty took its place, because its start or the version of its rule has changed.", duty},
		{"incident.classified", "incident", "Phân loại sự cố theo quy định thay đổi; đọc lại hồ sơ để biết nội dung.", "What the law makes of the facts has changed; read the case to know.", nil},
		{"obligation.joined", "obligation", "Cùng một nghĩa vụ của hai hồ sơ được gộp làm một; thời hạn có thể sớm hơn.", "The same duty of two merged cases became one; it may be due earlier.", append(slices.Clone(duty), source)},

		{"obligation.due_soon", "obligation", "Nghĩa vụ sắp đến hạn.", "The duty is due soon.", opened},
		{"obligation.overdue", "obligation", "Nghĩa vụ đã quá hạn; mỗi nghĩa vụ một lần.", "The duty is overdue; said once of each.", opened},

		{"national_report.created", "national_report", "Báo cáo hoặc đề nghị cấp quốc gia được lập.", "A report or request to the national level was made.", made},
		{"national_report.changed", "national_report", "Bản thảo báo cáo được sửa; đọc lại báo cáo để biết nội dung.", "A draft was edited; read the report to know how.", made},
		{"national_report.sent", "national_report", "Báo cáo hoặc đề nghị đã gửi đi.", "It was sent.", sent},
		{"national_report.acknowledged", "national_report", "Bên nhận xác nhận đã tiếp nhận.", "The addressee confirmed receipt.", sent},
		{"national_report.withdrawn", "national_report", "Báo cáo hoặc đề nghị chưa gửi được rút lại.", "It was taken back before it was sent.", made},
		{"national_report.moved", "national_report", "Báo cáo hoặc đề nghị chuyển theo hồ sơ được gộp; trạng thái không đổi.", "It goes on in the case into which its own was merged; the status stays.", append(slices.Clone(made), source)},

		{"link.added", "link", "Hồ sơ được liên kết với hồ sơ khác; mỗi hồ sơ có một sự kiện.", "The case was linked with another; each of the two has an event.", linked},
		{"link.removed", "link", "Liên kết được bỏ; mỗi hồ sơ có một sự kiện.", "The link was removed; each of the two cases has an event.", linked},

		{"note.added", "note", "Thêm ghi chú vào hồ sơ.", "A note was added to the case.", nil},
		{"task.added", "task", "Thêm việc cần làm vào hồ sơ.", "A piece of work was added to the case.", []EventField{to("task_status"), assigned}},
		{"task.changed", "task", "Nội dung, thời hạn hoặc người được giao việc thay đổi.", "What is to be done, by when or by whom was changed.", []EventField{unassigned, assigned}},
		{"task.started", "task", "Bắt đầu làm việc được giao.", "Work on the task has begun.", work},
		{"task.put_back", "task", "Việc đang làm được trả về chờ làm.", "The task waits again.", work},
		{"task.done", "task", "Việc đã xong.", "The task was done.", work},
		{"task.cancelled", "task", "Việc được hủy.", "The task was cancelled.", work},
		{"task.reopened", "task", "Việc đã kết thúc được mở lại.", "An ended task was taken up again.", work},
		{"observable.added", "observable", "Thêm dấu hiệu kỹ thuật vào hồ sơ.", "A technical trace was added to the case.", nil},
		{"observable.retracted", "observable", "Dấu hiệu kỹ thuật được rút lại.", "A technical trace was retracted.", nil},
		{"message.sent", "message", "Đơn vị báo cáo và Đội trao đổi một tin.", "The reporting agency and the team exchanged a message.", []EventField{
			{Name: "direction", Kind: EnumField, List: "message_direction", VI: "Chiều: từ đơn vị báo cáo, hoặc tới đơn vị báo cáo", EN: "From the reporting agency, or to it"}}},
		{"participant.invited", "participant", "Một cơ quan được mời tham gia phối hợp.", "An agency was invited to take part.", invited},
		{"participant.ended", "participant", "Cơ quan được mời thôi tham gia phối hợp.", "The part of an invited agency has ended.", invited},
		{"redaction.requested", "redaction", "Một người yêu cầu xóa nội dung lọt vào nhầm; nội dung được ẩn ngay.", "One person asked for a content to be taken away; it is hidden at once.", redacted},
		{"redaction.refused", "redaction", "Người thứ hai không đồng ý xóa; nội dung hiện lại.", "The second person refused; the content stands again.", redacted},
		{"incident.redacted", "incident", "Người thứ hai xác nhận; nội dung đã bị xóa khỏi hồ sơ và lịch sử.", "The second person confirmed; the content is gone from the case and its record.", redacted},

		{"agency.created", "agency", "Cơ quan được thêm vào danh bạ.", "An agency was added to the registry.", nil},
		{"agency.changed", "agency", "Thông tin của cơ quan được sửa.", "What the registry says of the agency was changed.", nil},
		{"agency.renamed", "agency", "Cơ quan có tên mới; tên cũ được giữ lại.", "The agency has a new name; the old one is kept.", nil},
		{"agency.role_given", "agency", "Cơ quan được giao một vai trò.", "The agency was given a role.", played},
		{"agency.role_ended", "agency", "Cơ quan thôi một vai trò từ một ngày.", "A role of the agency has an end.", played},
		{"agency.successor_named", "agency", "Ghi nhận cơ quan kế thừa.", "It was entered who succeeds the agency.", []EventField{
			agencyIn("from_agency_id", "Cơ quan được kế thừa", "Who is succeeded"), agencyIn("to_agency_id", "Cơ quan kế thừa", "Who succeeds")}},
		{"agency.seat_given", "agency", "Đội có cơ quan thường trực.", "The team was given a seat.", []EventField{agencyIn("to_agency_id", "Cơ quan thường trực", "The agency that hosts it")}},
		{"agency.seat_ended", "agency", "Cơ quan thôi làm thường trực của Đội từ một ngày.", "The seat of the team has an end.", []EventField{agencyIn("from_agency_id", "Cơ quan thôi thường trực", "The agency that no longer hosts it")}},
		{"agency.ended", "agency", "Cơ quan kết thúc hoạt động từ một ngày; vai trò và trụ sở kết thúc theo.", "The agency has an end, and its roles and seats with it.", nil},

		{"contact.created", "contact", "Thêm đầu mối liên hệ.", "A contact was added.", reached},
		{"contact.changed", "contact", "Thông tin của đầu mối được sửa.", "The contact was changed.", reached},
		{"contact.confirmed", "contact", "Đầu mối được xác nhận là còn đúng.", "The contact was confirmed to be right.", reached},
		{"contact.ended", "contact", "Đầu mối kết thúc từ một ngày.", "The contact has an end.", reached},
		{"shift.added", "shift", "Thêm ca trực.", "A shift was added to the duty roster.", roster},
		{"shift.cancelled", "shift", "Ca trực được hủy.", "A shift was cancelled.", roster},

		{"user.created", "user", "Tài khoản được lập.", "An account was made.", nil},
		{"user.changed", "user", "Thông tin của tài khoản được sửa; khi chuyển cơ quan thì cả hai cơ quan có một sự kiện.", "The account was changed; when it moves to another agency, both have an event.", nil},
		{"user.disabled", "user", "Tài khoản bị khóa.", "The account was disabled.", nil},
		{"user.enabled", "user", "Tài khoản được mở lại.", "The account was enabled again.", nil},
		{"user.password_reset", "user", "Mật khẩu được đặt lại.", "The password was reset.", nil},
		{"user.second_factor_reset", "user", "Yếu tố xác thực thứ hai được quản trị gỡ bỏ.", "The second factor was taken away by an administrator.", nil},
		{"user.reset_confirmed", "user", "Người thứ hai xác nhận việc cấp lại mật khẩu hoặc yếu tố xác thực.", "A second person confirmed a reset.", nil},
		{"user.second_factor_enrolled", "user", "Chủ tài khoản đăng ký yếu tố xác thực thứ hai.", "The person enrolled a second factor.", nil},
		{"user.second_factor_ended", "user", "Chủ tài khoản tắt yếu tố xác thực thứ hai.", "The person ended the second factor.", nil},
		{"user.recovery_codes_renewed", "user", "Chủ tài khoản lấy bộ mã khôi phục mới.", "The person took new recovery codes.", nil},
		{"user.reviewed", "user", "Quyền truy cập của tài khoản được rà soát định kỳ.", "What the account may do was looked at in the periodic review.", nil},
		{"grant.made", "grant", "Cấp quyền cho một người; quyền mở hồ sơ còn chờ người thứ hai xác nhận.", "A person was granted a role; one that opens cases awaits a second person.", granted},
		{"grant.confirmed", "grant", "Người thứ hai xác nhận quyền đã cấp.", "A second person confirmed the grant.", granted},
		{"grant.ended", "grant", "Quyền đã cấp kết thúc từ một ngày.", "The grant has an end.", granted},
		{"identity.bound", "identity", "Định danh tại nhà cung cấp danh tính được gắn với tài khoản, còn chờ người thứ hai xác nhận.", "An identity at an identity provider was bound to an account; it awaits a second person.", bound},
		{"identity.confirmed", "identity", "Người thứ hai xác nhận định danh.", "A second person confirmed the identity.", bound},
		{"identity.ended", "identity", "Định danh được gỡ khỏi tài khoản.", "The identity was unbound from the account.", bound},

		{"system.created", "system", "Tài khoản của một hệ thống được lập.", "An account of a system was made.", nil},
		{"system.changed", "system", "Thông tin, thao tác hoặc địa chỉ của hệ thống được sửa; khi chuyển cơ quan thì cả hai cơ quan có một sự kiện.", "What the system is, may do or calls from was changed; when it moves to another agency, both have an event.", nil},
		{"system.disabled", "system", "Hệ thống bị khóa; mọi khóa hết tác dụng.", "The system was disabled; none of its keys opens anything.", nil},
		{"system.enabled", "system", "Hệ thống được mở lại.", "The system was enabled again.", nil},
		{"api_key.made", "api_key", "Khóa của hệ thống được tạo.", "A key of a system was made.", keyed},
		{"api_key.replaced", "api_key", "Khóa có khóa mới thay thế và chỉ còn dùng được trong thời gian ngắn.", "Another key follows this one, which goes on for a short while.", keyed},
		{"api_key.revoked", "api_key", "Khóa bị thu hồi.", "The key was revoked.", keyed},

		{"rules.replaced", "rules", "Bộ quy định khác có hiệu lực tại hệ thống; đối tượng là Đội ứng cứu.", "Another book of rules came into force at the desk; the object is the team.", []EventField{
			{Name: "from", Kind: CodeField, VI: "Phiên bản bộ quy định trước", EN: "The version of the book before"},
			{Name: "to", Kind: CodeField, VI: "Phiên bản bộ quy định sau", EN: "The version of the book after"}}},
	}
}

// eventTypeOf is the row of the catalogue with the type.
func eventTypeOf(typ string) (EventType, bool) {
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
	t, ok := eventTypeOf(typ)
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
	if t.OfEither() {
		given := 0
		for _, name := range ofCase {
			if _, there := fields[name]; there {
				given++
			}
		}
		if given != 0 && given != len(ofCase) {
			return data, fmt.Errorf("api: event %s names its case by a part", typ)
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
