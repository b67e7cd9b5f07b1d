package policy

import (
	"slices"
	"strings"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// words are the actions as people read them, in the order of the page.
var words = []struct {
	Action
	fault.Text
}{
	{Report, fault.Text{VI: "Báo cáo sự cố", EN: "report an incident"}},
	{Of(incident.MoveWithdraw), fault.Text{VI: "Rút báo cáo", EN: "withdraw a report"}},
	{Of(incident.MoveTriage), fault.Text{VI: "Phân loại", EN: "triage"}},
	{Of(incident.MoveRespond), fault.Text{VI: "Bắt đầu xử lý", EN: "begin the response"}},
	{Of(incident.MoveEscalate), fault.Text{VI: "Đề nghị công an, quân sự phối hợp", EN: "escalate"}},
	{Of(incident.MoveNotifyNational), fault.Text{VI: "Đề nghị hỗ trợ cấp quốc gia", EN: "ask the national level"}},
	{Of(incident.MoveStandDown), fault.Text{VI: "Hạ mức ứng cứu", EN: "stand down"}},
	{Of(incident.MoveResolve), fault.Text{VI: "Khắc phục xong", EN: "resolve"}},
	{Of(incident.MoveClose), fault.Text{VI: "Kết thúc hồ sơ", EN: "close"}},
	{Of(incident.MoveReject), fault.Text{VI: "Không thụ lý", EN: "reject"}},
	{Of(incident.MoveMerge), fault.Text{VI: "Gộp hồ sơ", EN: "merge"}},
	{Of(incident.MoveReopen), fault.Text{VI: "Mở lại hồ sơ", EN: "reopen"}},
	{Link, fault.Text{VI: "Liên kết hồ sơ", EN: "link cases"}},
	{Correct, fault.Text{VI: "Sửa dữ kiện", EN: "correct facts"}},
	{ConfirmParties, fault.Text{VI: "Xác định chủ quản, đơn vị vận hành sau phân loại", EN: "name owner and operator once triage has confirmed them"}},
	{Widen, fault.Text{VI: "Nới nhãn TLP, bỏ yêu cầu giữ bí mật", EN: "widen the TLP label, lift confidentiality"}},
	{CorrectDetected, fault.Text{VI: "Sửa thời điểm phát hiện", EN: "correct the time of detection"}},
	{Assess, fault.Text{VI: "Sửa phân loại, mức độ, người được giao", EN: "correct category, severity, assignee"}},
	{Restrict, fault.Text{VI: "Hạn chế hồ sơ, chọn người được xem", EN: "restrict a case, name its readers"}},
	{Note, fault.Text{VI: "Ghi chú cho các bên tham gia", EN: "write notes for participants"}},
	{NoteTeam, fault.Text{VI: "Ghi chú cho đội", EN: "write notes for the team"}},
	{SendMessage, fault.Text{VI: "Trao đổi với đơn vị báo cáo", EN: "exchange messages with the reporting agency"}},
	{AddTask, fault.Text{VI: "Giao việc", EN: "add tasks"}},
	{AddTaskTeam, fault.Text{VI: "Giao việc cho đội, dùng danh mục kiểm tra", EN: "add tasks for the team, apply checklists"}},
	{WorkTask, fault.Text{VI: "Thực hiện việc được giao", EN: "work on tasks"}},
	{AddObservable, fault.Text{VI: "Thêm dấu hiệu kỹ thuật", EN: "add observables"}},
	{AddObservTeam, fault.Text{VI: "Thêm dấu hiệu kỹ thuật cho đội", EN: "add observables for the team"}},
	{RetractObserv, fault.Text{VI: "Rút dấu hiệu kỹ thuật", EN: "retract observables"}},
	{InviteAgency, fault.Text{VI: "Mời cơ quan phối hợp", EN: "invite agencies"}},
	{EndInvitation, fault.Text{VI: "Kết thúc việc mời", EN: "end an invitation"}},
	{AskHandover, fault.Text{VI: "Gửi thông báo, đề nghị", EN: "ask for handovers"}},
	{EnterPaperRequest, fault.Text{VI: "Nhập đề nghị nhận bằng văn bản", EN: "enter a request that came on paper"}},
	{AnswerHandover, fault.Text{VI: "Tiếp nhận, trả lời, hoàn thành đề nghị", EN: "acknowledge, answer, complete handovers"}},
	{EndOwnRequest, fault.Text{VI: "Rút, thôi đề nghị", EN: "withdraw or release own requests"}},
	{Record, fault.Text{VI: "Ghi nhận thay câu trả lời", EN: "record an answer for a partner"}},
	{Contest, fault.Text{VI: "Phản đối câu trả lời ghi nhận thay", EN: "contest a recorded answer"}},
	{SendReport, fault.Text{VI: "Lập, gửi báo cáo cấp quốc gia", EN: "file and send national reports"}},
	{AckReport, fault.Text{VI: "Ghi nhận đã tiếp nhận báo cáo", EN: "note the receipt of a national report"}},
	{FulfilDuty, fault.Text{VI: "Ghi nhận hoàn thành nghĩa vụ", EN: "fulfil obligations"}},
	{WaiveDuty, fault.Text{VI: "Miễn nghĩa vụ", EN: "waive obligations"}},
	{ReopenDuty, fault.Text{VI: "Mở lại nghĩa vụ đã ghi nhận nhầm hoặc đã miễn", EN: "reopen obligations fulfilled by hand or waived"}},
	{AskRedaction, fault.Text{VI: "Yêu cầu xóa nội dung lọt vào nhầm", EN: "ask for a redaction"}},
	{DecideRedaction, fault.Text{VI: "Quyết định xóa nội dung (người thứ hai)", EN: "decide a redaction (the second person)"}},
	{ReadRedactions, fault.Text{VI: "Đọc danh sách xóa nội dung", EN: "read redactions"}},
	{ReadDeliveries, fault.Text{VI: "Đọc nhật ký gửi thông báo", EN: "read deliveries"}},
	{ReadRuleBooks, fault.Text{VI: "Đọc văn bản các bộ quy định đã dùng", EN: "read the texts of the books of rules"}},
	{Import, fault.Text{VI: "Nhập hồ sơ cũ", EN: "import history"}},
	{ReadContacts, fault.Text{VI: "Đọc mọi đầu mối, lịch trực", EN: "read all contacts and the roster"}},
	{ReadStale, fault.Text{VI: "Đọc đầu mối cần rà soát", EN: "read stale contacts"}},
	{ManageContacts, fault.Text{VI: "Quản lý đầu mối", EN: "manage contacts"}},
	{ConfirmContact, fault.Text{VI: "Xác nhận đầu mối", EN: "confirm contacts"}},
	{ManageRoster, fault.Text{VI: "Quản lý lịch trực", EN: "manage the roster"}},
	{ManageAgencies, fault.Text{VI: "Quản lý cơ quan", EN: "manage agencies"}},
	{ReadHistory, fault.Text{VI: "Đọc lịch sử của cơ quan", EN: "read the history of agencies"}},
	{ReadPeople, fault.Text{VI: "Đọc danh sách người dùng", EN: "read people"}},
	{ManagePeople, fault.Text{VI: "Quản lý người dùng, cấp quyền", EN: "manage people, grant roles"}},
	{ReadSystems, fault.Text{VI: "Đọc danh sách hệ thống, khóa", EN: "read systems and keys"}},
	{ManageSystems, fault.Text{VI: "Quản lý hệ thống, khóa", EN: "manage systems and keys"}},
	{ConfirmGrant, fault.Text{VI: "Xác nhận cấp quyền, định danh (người thứ hai)", EN: "confirm grants and identities (the second person)"}},
	{ConfirmReset, fault.Text{VI: "Xác nhận cấp lại mật khẩu, yếu tố thứ hai (người thứ hai)", EN: "confirm resets of passwords and second factors (the second person)"}},
	{ReadReviews, fault.Text{VI: "Đọc danh sách rà soát quyền truy cập", EN: "read the access review"}},
	{RecordReview, fault.Text{VI: "Ghi nhận đã rà soát quyền truy cập", EN: "record an access review"}},
	{ReadAccesses, fault.Text{VI: "Đọc nhật ký truy cập hồ sơ", EN: "read the access log"}},
	{ReadDenials, fault.Text{VI: "Đọc nhật ký an ninh", EN: "read the security log"}},
}

// InWords is an action, or the verb that reads, as people read it, in both languages.
func InWords(act Action) string {
	for _, w := range words {
		if w.Action == act {
			return w.VI + " · " + w.EN
		}
	}
	return "Đọc · read"
}

// Rights is the two tables as a page for people, in Markdown.
func Rights() string {
	var b strings.Builder
	line := func(s ...string) { b.WriteString(strings.Join(s, "") + "\n") }
	rows := func(list ...string) { line("| ", strings.Join(list, " | "), " |") }
	line("# Ai được làm gì, ai được xem gì · Who may do and see what\n")
	line("Trang này sinh ra từ mã nguồn (`make gen`); cái gì không nêu thì không được. · Generated from the code (`make gen`); what is not listed is denied.\n")
	line("## Vai trò · Roles\n")
	rows("vai trò", "role")
	rows("---", "---")
	for _, r := range Roles {
		rows(RoleVI[r], "`"+string(r)+"`")
	}
	line("\nĐiều kiện đi kèm · Conditions: ✓ = luôn luôn · always; còn lại như ghi trong ô · otherwise as the cell says. " +
		"Cột cuối: hệ thống (khóa API) có thể được giao thao tác này không, trong phạm vi vai trò của nó. · The last column: whether a system (API key) can be given it as a verb, within its roles.\n")
	line("## Thao tác · Actions\n")
	head, rule := []string{"thao tác", "action"}, []string{"---", "---"}
	for _, r := range Roles {
		head, rule = append(head, RoleVI[r]+"<br>`"+string(r)+"`"), append(rule, ":-:")
	}
	rows(append(head, "hệ thống · system")...)
	rows(append(rule, ":-:")...)
	for _, w := range words {
		cells := []string{w.VI, "`" + string(w.Action) + "`: " + w.EN}
		for _, r := range Roles {
			cells = append(cells, cellOf(w.Action, r))
		}
		rows(append(cells, tick(slices.Contains(Verbs, w.Action)))...)
	}
	line("\nĐọc hồ sơ không phải thao tác của người mà do bảng dưới; hệ thống cần thêm `read`. · Reading is no action of a person but follows from the table below; a system needs `read` besides.\n")
	line("## Phần của hồ sơ · Parts of a case\n")
	line("Áp dụng cho hồ sơ mà người đọc được xem; TLP và hồ sơ hạn chế còn thu hẹp thêm. · Of the cases that a reader sees at all; TLP and restriction narrow it further.\n")
	rows("phần", "part", "đơn vị báo cáo, vận hành<br>reporter, operator", "cơ quan phối hợp<br>partner", "đội<br>team", "lãnh đạo UBND<br>leader", "kiểm tra, giám sát<br>auditor")
	rows("---", "---", ":-:", ":-:", ":-:", ":-:", ":-:")
	columns := []Parts{parts.reporter, parts.partner, parts.team, parts.leader, parts.auditor}
	for _, p := range partWords {
		cells := []string{p.VI, p.EN}
		for _, c := range columns {
			cells = append(cells, tick(c.Has(p.Part)))
		}
		rows(cells...)
	}
	for _, w := range []struct {
		fault.Text
		of func(Parts) Width
	}{
		{fault.Text{VI: "Thông báo, đề nghị", EN: "handovers"}, func(p Parts) Width { return p.Handovers }},
		{fault.Text{VI: "Nghĩa vụ", EN: "obligations"}, func(p Parts) Width { return p.Obligations }},
	} {
		cells := []string{w.VI, w.EN}
		for _, c := range columns {
			cells = append(cells, widthWords[w.of(c)])
		}
		rows(cells...)
	}
	line("\nNgười liên hệ của đơn vị báo cáo: đơn vị báo cáo đọc của mình; đối tác không đọc khi đơn vị báo cáo yêu cầu giữ kín. · The reporter's contact: the reporting agency reads its own; a partner not where the reporter asked for confidentiality.")
	return b.String()
}

func cellOf(act Action, r Role) string {
	when, ok := table[act][r]
	switch {
	case !ok:
		return ""
	case when.vi == "":
		return "✓"
	}
	return when.vi + " · " + when.en
}

func tick(yes bool) string {
	if yes {
		return "✓"
	}
	return ""
}

var partWords = []struct {
	Part
	fault.Text
}{
	{Core, fault.Text{VI: "Mã, tiêu đề, trạng thái, thời gian", EN: "code, title, status, times"}},
	{Description, fault.Text{VI: "Mô tả, hệ thống", EN: "description, system"}},
	{Contact, fault.Text{VI: "Người liên hệ của đơn vị báo cáo", EN: "the reporter's contact"}},
	{Severity, fault.Text{VI: "Mức độ", EN: "severity"}},
	{Assessment, fault.Text{VI: "Phân loại, tính chất", EN: "category, natures, classification"}},
	{Shared, fault.Text{VI: "Ghi chú cho các bên tham gia", EN: "notes for participants"}},
	{Material, fault.Text{VI: "Ghi chú của đội, người được giao", EN: "the team's notes, assignee"}},
	{Moves, fault.Text{VI: "Diễn biến trạng thái", EN: "the timeline of moves"}},
}

var widthWords = map[Width]string{
	None: "", Counts: "số lượng · counts", Own: "của mình · own", WithoutText: "không nội dung · without text", All: "✓",
}
