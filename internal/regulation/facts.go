package regulation

import "slices"

// securityNatures are the natures that make an incident a violation touching an ninh thông tin.
var securityNatures = []string{
	"security_violation", "national_security", "cybercrime", "cyber_espionage", "cyber_terrorism", "information_conflict",
}

// The closed lists of the case, as the API has them; a test holds them to it.
var (
	natureValues   = append(slices.Clone(securityNatures), "state_secret_exposure", "personal_data")
	categoryValues = []string{
		"DOS", "PHISH", "MALWARE", "ACCESS", "DEFACE", "RANSOM", "DESTROY", "SPY", "APT", "SCAN", "VULN", "SPAM", "FAULT", "OTHER", "TEST",
	}
	severityValues = []string{"low", "medium", "high", "critical"}
	channelValues  = []string{"document", "meeting", "phone", "fax", "email", "in_person", "api"}
)

// roleSecurityOwner is an owner of systems critical to national security (hệ thống thông tin quan trọng
// về an ninh quốc gia: Nghị định 331/2026/NĐ-CP Điều 16 khoản 4). It owes duties of the calendar alone: the
// systems of a case say for themselves what they are.
const roleSecurityOwner = "security_system_owner"

// Roles are the parts that agencies play in a province.
var Roles = []string{
	"team", "police", "military", "national_coordinator", "owner", "operator", "provider", "leadership", "data_protection_authority",
	roleSecurityOwner,
}

// Parts are what an agency is in one case; owner, operator and provider are roles as well.
var Parts = []string{"owner", "operator", "reporter", "provider"}

// FactTable is every name that a trigger may read. A fact that is not known is false, 0 or empty.
var FactTable = []Fact{
	{Name: "natures", Type: "list(string)", Title: Text{"Tính chất pháp lý của sự cố", "legal natures of the incident"}, Source: "natures", Values: natureValues},
	{Name: "security", Type: "bool", Title: Text{"Vi phạm có liên quan đến an ninh thông tin", "one of the six security natures"}, Source: "natures"},
	{Name: "in_national_list", Type: "bool", Title: Text{"Hệ thống thuộc Danh mục hệ thống thông tin quan trọng quốc gia", "the system is on the national list"}, Source: "Quyết định 05/2017/QĐ-TTg Điều 9 khoản 1"},
	{Name: "service_disrupted", Type: "bool", Title: Text{"Dịch vụ bị gián đoạn", "the service is disrupted"}, Source: "Quyết định 05/2017/QĐ-TTg Điều 9 khoản 1 điểm a"},
	{Name: "state_secret_may_leak", Type: "bool", Title: Text{"Dữ liệu tuyệt mật hoặc bí mật nhà nước có khả năng bị tiết lộ", "a state secret may leak"}, Source: "Quyết định 05/2017/QĐ-TTg Điều 9 khoản 1 điểm b"},
	{Name: "important_data_unrecoverable", Type: "bool", Title: Text{"Dữ liệu quan trọng không bảo đảm tính toàn vẹn và không có khả năng khôi phục được", "important data has lost its integrity and cannot be restored"}, Source: "Quyết định 05/2017/QĐ-TTg Điều 9 khoản 1 điểm c"},
	{Name: "control_lost", Type: "bool", Title: Text{"Bị mất quyền điều khiển hệ thống", "control of the system is lost"}, Source: "Quyết định 05/2017/QĐ-TTg Điều 9 khoản 1 điểm d"},
	{Name: "may_spread", Type: "bool", Title: Text{"Có khả năng xảy ra trên diện rộng hoặc gây ảnh hưởng dây chuyền, làm tổn hại hệ thống cấp độ 4, 5 khác", "it may spread, or harm other systems of level 4 or 5 in a chain"}, Source: "Quyết định 05/2017/QĐ-TTg Điều 9 khoản 1 điểm đ"},
	{Name: "owner_cannot_cope", Type: "bool", Title: Text{"Chủ quản không đủ khả năng tự kiểm soát, xử lý", "the owner cannot cope alone"}, Source: "Quyết định 05/2017/QĐ-TTg Điều 9 khoản 2"},
	{Name: "security_order_signs", Type: "bool", Title: Text{"Có dấu hiệu xâm phạm an ninh quốc gia, trật tự, an toàn xã hội", "signs against national security or public order"}, Source: "Nghị định 331/2026/NĐ-CP Điều 31 khoản 2 điểm d"},
	{Name: "serious_disruption", Type: "bool", Title: Text{"Gây gián đoạn nghiêm trọng hoạt động của hệ thống thông tin", "it disrupts the system seriously"}, Source: "Nghị định 331/2026/NĐ-CP Điều 31 khoản 2 điểm d"},
	{Name: "military_system", Type: "bool", Title: Text{"Hệ thống thông tin quân sự", "a military system"}, Source: "Nghị định 331/2026/NĐ-CP Điều 31 khoản 2 điểm d"},
	{Name: "exceeds_capacity", Type: "bool", Title: Text{"Vượt khả năng xử lý", "beyond the capacity to handle it"}, Source: "Nghị định 333/2026/NĐ-CP Điều 9 khoản 3 điểm c; Quyết định 05/2017/QĐ-TTg Điều 11 khoản 1 điểm a"},
	{Name: "danger_incitement", Type: "bool", Title: Text{"Tình huống nguy hiểm: kích động có nguy cơ bạo loạn, phá rối an ninh, khủng bố", "danger: incitement to riot or terrorism"}, Source: "Luật 116/2025/QH15 Điều 20 khoản 1 điểm a"},
	{Name: "danger_security_system", Type: "bool", Title: Text{"Tình huống nguy hiểm: tấn công hệ thống thông tin quan trọng về an ninh quốc gia", "danger: attack on a system important to national security"}, Source: "Luật 116/2025/QH15 Điều 20 khoản 1 điểm b"},
	{Name: "danger_mass_attack", Type: "bool", Title: Text{"Tình huống nguy hiểm: tấn công nhiều hệ thống thông tin trên quy mô lớn", "danger: attack on many systems at large scale"}, Source: "Luật 116/2025/QH15 Điều 20 khoản 1 điểm c"},
	{Name: "danger_key_works", Type: "bool", Title: Text{"Tình huống nguy hiểm: tấn công phá hủy công trình, mục tiêu quan trọng", "danger: destruction of key works"}, Source: "Luật 116/2025/QH15 Điều 20 khoản 1 điểm d"},
	{Name: "danger_sovereignty", Type: "bool", Title: Text{"Tình huống nguy hiểm: xâm phạm nghiêm trọng chủ quyền, an ninh quốc gia, trật tự xã hội", "danger: grave harm to sovereignty or public order"}, Source: "Luật 116/2025/QH15 Điều 20 khoản 1 điểm đ"},
	{Name: "personal_data_may_harm", Type: "bool", Title: Text{"Vi phạm dữ liệu cá nhân có thể gây nguy hại", "a personal data breach that may harm"}, Source: "Luật 91/2025/QH15 Điều 23 khoản 1"},
	{Name: "personal_data_biometric", Type: "bool", Title: Text{"Có dữ liệu vị trí hoặc dữ liệu sinh trắc học", "location or biometric data"}, Source: "Nghị định 356/2025/NĐ-CP Điều 29"},
	{Name: "personal_data_financial", Type: "bool", Title: Text{"Có dữ liệu cá nhân nhạy cảm về tài chính, tín dụng", "sensitive financial or credit data"}, Source: "Nghị định 356/2025/NĐ-CP Điều 8 khoản 3"},
	{Name: "level", Type: "int", Title: Text{"Cấp độ của hệ thống, 1 đến 5; 0 khi chưa biết", "level of the system, 1 to 5; 0 when not known"}, Source: "system.level"},
	{Name: "priority_listed", Type: "bool", Title: Text{"Hệ thống thuộc danh sách cần ưu tiên bảo đảm an ninh mạng của tỉnh", "the system is on the province's priority list"}, Source: "system.priority_listed"},
	{Name: "by_team", Type: "bool", Title: Text{"Đội ứng cứu tự báo hoặc nhập báo cáo", "the team made or entered the report"}, Source: "report"},
	{Name: "category", Type: "string", Title: Text{"Loại sự cố theo RSIT", "RSIT category, class.type"}, Source: "category"},
	{Name: "category_vn", Type: "string", Title: Text{"Loại sự cố theo phân loại trong nước", "national category"}, Source: "category_vn", Values: categoryValues},
	{Name: "severity", Type: "string", Title: Text{"Mức độ ảnh hưởng", "severity"}, Source: "severity", Values: severityValues},
	{Name: "channel", Type: "string", Title: Text{"Kênh báo cáo", "channel of the report"}, Source: "report.channel", Values: channelValues},
	{Name: "reporter_roles", Type: "list(string)", Title: Text{"Vai trò của cơ quan báo cáo", "roles of the reporting agency"}, Source: "reporting_agency_id", Values: Roles},
	{Name: "owner_roles", Type: "list(string)", Title: Text{"Vai trò của cơ quan chủ quản", "roles of the owner"}, Source: "owner_agency_id", Values: Roles},
	{Name: "operator_roles", Type: "list(string)", Title: Text{"Vai trò của đơn vị vận hành", "roles of the operator"}, Source: "operator_agency_id", Values: Roles},
	{Name: "serious", Type: "bool", Title: Text{"Sự cố nghiêm trọng", "the incident is serious"}, Source: "classification", Rules: true},
	{Name: "dangerous", Type: "bool", Title: Text{"Tình huống nguy hiểm về an ninh mạng", "a dangerous situation"}, Source: "classification", Rules: true},
}

var factIndex = func() map[string]int {
	out := map[string]int{}
	for i, f := range FactTable {
		out[f.Name] = i
	}
	return out
}()

// valueOf is a fact as Go has it.
func (f *Facts) valueOf(name string) any {
	switch name {
	case "natures":
		return list(f.Natures)
	case "security":
		return slices.ContainsFunc(f.Natures, func(n string) bool { return slices.Contains(securityNatures, n) })
	case "level":
		return f.Level
	case "priority_listed":
		return f.PriorityListed
	case "by_team":
		return f.ByTeam
	case "category":
		return f.Category
	case "category_vn":
		return f.CategoryVN
	case "severity":
		return f.Severity
	case "channel":
		return f.Channel
	case "reporter_roles":
		return list(f.ReporterRoles)
	case "owner_roles":
		return list(f.OwnerRoles)
	case "operator_roles":
		return list(f.OperatorRoles)
	}
	return f.Stated[name]
}

func list(l []string) []string {
	if l == nil {
		return []string{} // so that it is a list in JSON
	}
	return l
}

// valueWords are the values of facts as officers read them.
var valueWords = map[string]string{
	"security_violation":    "vi phạm có liên quan đến an ninh thông tin",
	"national_security":     "xâm phạm an ninh quốc gia",
	"cybercrime":            "tội phạm mạng",
	"cyber_espionage":       "gián điệp mạng",
	"cyber_terrorism":       "khủng bố mạng",
	"information_conflict":  "xung đột thông tin trên mạng",
	"state_secret_exposure": "lộ bí mật nhà nước",
	"personal_data":         "dữ liệu cá nhân",

	"low": "thấp", "medium": "trung bình", "high": "cao", "critical": "rất cao",

	"document": "văn bản", "meeting": "họp", "phone": "điện thoại", "fax": "fax", "email": "thư điện tử",
	"in_person": "trực tiếp", "api": "hệ thống kết nối",

	"team": "Đội ứng cứu", "police": "Công an", "military": "Quân sự", "national_coordinator": "điều phối quốc gia",
	"owner": "chủ quản", "operator": "vận hành", "provider": "doanh nghiệp cung cấp dịch vụ", "leadership": "lãnh đạo",
	"data_protection_authority": "cơ quan bảo vệ dữ liệu cá nhân",
	roleSecurityOwner:           "chủ quản hệ thống quan trọng về an ninh quốc gia",
}

// inWords is a value in Vietnamese; what has no words stands as it is.
func inWords(value string) string {
	if w, ok := valueWords[value]; ok {
		return w
	}
	return value
}
