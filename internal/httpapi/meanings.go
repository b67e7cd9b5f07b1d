package httpapi

import (
	"github.com/ungcuu/ungcuu/internal/checklist"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

// Meanings are what officers read for the values of Lists, in Vietnamese, by list and value. The
// OpenAPI document says them to whoever writes another portal. A list is not there, or whole.
func Meanings() map[string]map[string]string {
	out := map[string]map[string]string{
		"severity": {"low": "Thấp", "medium": "Trung bình", "high": "Cao", "critical": "Rất cao"},
		"obligation_status": {
			"pending": "Chưa thực hiện", "fulfilled": "Đã thực hiện", "waived": "Được miễn", "not_applicable": "Không áp dụng",
		},
		"class":      {"ordinary": "sự cố thông thường", "serious": "sự cố nghiêm trọng"},
		"confidence": {"read": "đọc từ văn bản", "secondary": "theo nguồn thứ cấp", "inferred": "suy luận"},
		"channel":    {},
		"nature": {
			"security_violation": "vi phạm liên quan an ninh thông tin", "national_security": "xâm phạm an ninh quốc gia", "cybercrime": "tội phạm mạng",
			"cyber_espionage": "gián điệp mạng", "cyber_terrorism": "khủng bố mạng", "information_conflict": "xung đột thông tin trên mạng",
			"state_secret_exposure": "lộ bí mật nhà nước (chỉ nêu sự việc, không nêu nội dung)", "personal_data": "dữ liệu cá nhân",
		},
		"obligation_order": {"started_at": "theo lúc phát sinh", "due_at": "theo thời hạn, việc không có thời hạn ở cuối (mặc định)"},
		"audience":         {"team": "nội bộ Đội", "participants": "các bên tham gia hồ sơ"},
		"precision":        {"minute": "đến phút", "hour": "đến giờ", "day": "đến ngày", "month": "đến tháng", "year": "đến năm", "unknown": "không rõ"},
		"tlp": {
			"clear": "không giới hạn", "green": "trong cộng đồng", "amber": "trong cơ quan nhận và nơi cần biết của cơ quan đó",
			"amber+strict": "chỉ trong cơ quan nhận", "red": "chỉ người nhận được nêu tên",
		},
		"resolution": {
			"fixed": "đã khắc phục", "mitigated": "đã giảm thiểu", "false_positive": "báo động nhầm", "not_reproducible": "không tái hiện được",
			"accepted_risk": "chấp nhận rủi ro", "other": "khác",
		},
		"handled":   {"self": "tự xử lý", "with_others": "có phối hợp trong nước", "with_foreign": "có phối hợp với nước ngoài"},
		"rejection": {"false_positive": "báo động nhầm", "duplicate": "trùng hồ sơ", "out_of_scope": "ngoài phạm vi", "withdrawn": "bên báo cáo rút", "other": "khác"},
		"secrecy":   {"mat": "Mật", "toi_mat": "Tối mật", "tuyet_mat": "Tuyệt mật"},
		"form_kind": {"summary": "báo cáo tổng hợp định kỳ, lập ngoài hệ thống", "personal_data": "thông báo vi phạm dữ liệu cá nhân, lập ngoài hệ thống"},
		"form_field_type": {
			"text": "chữ", "time": "thời điểm, RFC 3339 kèm múi giờ", "day": "ngày, YYYY-MM-DD", "choice": "một trong choices", "choices": "danh sách, lấy từ choices",
			"number": "số nguyên không âm", "yes_no": "true, false", "public_addresses": "danh sách địa chỉ IP công cộng", "domains": "danh sách tên miền",
		},
		"category_vn": {},
		"move":        {},
		"status":      {}, "handover_kind": {}, "handover_status": {}, "national_report_kind": {}, "national_report_status": {},
		"urgency": {}, "role": {}, "fact": {}, "form_source": {},
	}
	for _, s := range incident.Statuses {
		out["status"][string(s.Status)] = s.VI
	}
	for _, m := range incident.Moves {
		out["move"][string(m.Name)] = m.VI
	}
	for _, c := range checklist.All() {
		out["category_vn"][c.Type] = c.Title.VI
	}
	for _, k := range incident.HandoverKinds {
		out["handover_kind"][string(k.Kind)] = k.Kind.VI()
	}
	for _, s := range Lists()["handover_status"] {
		out["handover_status"][s] = incident.HandoverStatus(s).VI()
	}
	for _, c := range incident.Channels {
		out["channel"][string(c)] = c.VI()
	}
	for _, k := range incident.ReportKinds {
		out["national_report_kind"][string(k)] = k.VI()
		out["form_kind"][string(k)] = k.VI()
	}
	for _, s := range Lists()["national_report_status"] {
		out["national_report_status"][s] = incident.ReportStatus(s).VI()
	}
	for _, u := range incident.Urgencies {
		out["urgency"][string(u)] = incident.UrgencyVI[u]
	}
	for _, r := range policy.Roles {
		out["role"][string(r)] = policy.RoleVI[r]
	}
	for _, f := range regulation.FactTable {
		if clause, stated := incident.FactNames[f.Name]; stated {
			out["fact"][f.Name] = f.Title.VI + " (" + clause + ")"
		}
	}
	for _, x := range regulation.FormSources {
		out["form_source"][x.Name] = x.VI
	}
	return out
}
