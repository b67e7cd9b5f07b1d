package exchange

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/api"
)

// kind is how a field stands in a cell.
type kind int

const (
	text kind = iota
	moment
	number
	flag
	list // of words, separated by ";"
)

// field is one column of a table: its stable key, what officers call it, and where it lives
// in a record.
type field struct {
	key     string
	vi      string
	kind    kind
	pointer string
	get     func(*api.HistoricIncident) string
	set     func(*api.HistoricIncident, string)
	words   []string // other headers that mean it, folded
}

func plain(p func(*api.HistoricIncident) *string) (func(*api.HistoricIncident) string, func(*api.HistoricIncident, string)) {
	return func(h *api.HistoricIncident) string { return *p(h) }, func(h *api.HistoricIncident, s string) { *p(h) = s }
}

func optional(p func(*api.HistoricIncident) **string) (func(*api.HistoricIncident) string, func(*api.HistoricIncident, string)) {
	get := func(h *api.HistoricIncident) string {
		if v := *p(h); v != nil {
			return *v
		}
		return ""
	}
	return get, func(h *api.HistoricIncident, s string) {
		*p(h) = nil
		if s != "" {
			*p(h) = &s
		}
	}
}

func words(p func(*api.HistoricIncident) *[]string) (func(*api.HistoricIncident) string, func(*api.HistoricIncident, string)) {
	get := func(h *api.HistoricIncident) string { return strings.Join(*p(h), "; ") }
	return get, func(h *api.HistoricIncident, s string) {
		*p(h) = nil
		for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '\n' }) {
			if w = strings.TrimSpace(w); w != "" {
				*p(h) = append(*p(h), w)
			}
		}
	}
}

func yes(p func(*api.HistoricIncident) *bool) (func(*api.HistoricIncident) string, func(*api.HistoricIncident, string)) {
	get := func(h *api.HistoricIncident) string {
		if *p(h) {
			return "true"
		}
		return ""
	}
	return get, func(h *api.HistoricIncident, s string) { *p(h) = s == "true" }
}

func reportOf(h *api.HistoricIncident) *api.Report {
	if h.Report == nil {
		h.Report = &api.Report{}
	}
	return h.Report
}

func resolutionOf(h *api.HistoricIncident) *api.Resolution {
	if h.Resolution == nil {
		h.Resolution = &api.Resolution{}
	}
	return h.Resolution
}

// inside is a text of a part that may be missing.
func inside[T any](part func(*api.HistoricIncident) *T, has func(*api.HistoricIncident) bool, p func(*T) *string) (func(*api.HistoricIncident) string, func(*api.HistoricIncident, string)) {
	get := func(h *api.HistoricIncident) string {
		if !has(h) {
			return ""
		}
		return *p(part(h))
	}
	return get, func(h *api.HistoricIncident, s string) {
		if s != "" || has(h) {
			*p(part(h)) = s
		}
	}
}

func inReport(p func(*api.Report) *string) (func(*api.HistoricIncident) string, func(*api.HistoricIncident, string)) {
	return inside(reportOf, func(h *api.HistoricIncident) bool { return h.Report != nil }, p)
}

func inResolution(p func(*api.Resolution) *string) (func(*api.HistoricIncident) string, func(*api.HistoricIncident, string)) {
	return inside(resolutionOf, func(h *api.HistoricIncident) bool { return h.Resolution != nil }, p)
}

type record = api.HistoricIncident

const timeLayout = "2006-01-02T15:04:05.000000Z"

// fields is every field of a table, in the order of an export.
var fields = func() []field {
	var out []field
	add := func(key, vi, pointer string, k kind, get func(*record) string, set func(*record, string), words ...string) {
		for i := range words {
			words[i] = fold(words[i])
		}
		out = append(out, field{key, vi, k, pointer, get, set, words})
	}
	str := func(key, vi, pointer string, p func(*record) *string, words ...string) {
		get, set := plain(p)
		add(key, vi, pointer, text, get, set, words...)
	}
	opt := func(key, vi, pointer string, k kind, p func(*record) **string, words ...string) {
		get, set := optional(p)
		add(key, vi, pointer, k, get, set, words...)
	}
	bool_ := func(key, vi, pointer string, p func(*record) *bool, words ...string) {
		get, set := yes(p)
		add(key, vi, pointer, flag, get, set, words...)
	}
	many := func(key, vi, pointer string, p func(*record) *[]string, more ...string) {
		get, set := words(p)
		add(key, vi, pointer, list, get, set, more...)
	}
	rep := func(key, vi, pointer string, p func(*api.Report) *string, words ...string) {
		get, set := inReport(p)
		add(key, vi, pointer, text, get, set, words...)
	}
	res := func(key, vi, pointer string, p func(*api.Resolution) *string, words ...string) {
		get, set := inResolution(p)
		add(key, vi, pointer, text, get, set, words...)
	}
	str("id", "Mã định danh", "/id", func(h *record) *string { return &h.ID })
	str("code", "Mã hồ sơ", "/code", func(h *record) *string { return &h.Code }, "mã sự cố", "số hồ sơ")
	str("status", "Trạng thái", "/status", func(h *record) *string { return &h.Status }, "tình trạng")
	str("title", "Tiêu đề", "/title", func(h *record) *string { return &h.Title }, "tên sự cố", "sự cố", "tóm tắt", "tiêu đề sự cố", "title")
	str("description", "Mô tả", "/description", func(h *record) *string { return &h.Description }, "nội dung", "mô tả sự cố", "diễn biến", "chi tiết", "nội dung sự cố")
	str("detected_at", "Thời điểm phát hiện", "/detected_at", func(h *record) *string { return &h.DetectedAt }, "ngày phát hiện", "thời gian phát hiện", "ngày giờ phát hiện")
	out[len(out)-1].kind = moment
	str("detected_precision", "Độ chính xác thời điểm phát hiện", "/detected_precision", func(h *record) *string { return &h.DetectedPrecision })
	opt("occurred_at", "Thời điểm xảy ra", "/occurred_at", moment, func(h *record) **string { return &h.OccurredAt }, "ngày xảy ra", "thời gian xảy ra")
	opt("reported_at", "Thời điểm báo cáo", "/reported_at", moment, func(h *record) **string { return &h.ReportedAt }, "ngày báo cáo", "ngày tiếp nhận", "thời gian báo cáo", "thời điểm tiếp nhận")
	opt("triaged_at", "Thời điểm phân loại", "/triaged_at", moment, func(h *record) **string { return &h.TriagedAt }, "ngày phân loại")
	opt("resolved_at", "Thời điểm khắc phục", "/resolved_at", moment, func(h *record) **string { return &h.ResolvedAt }, "ngày khắc phục", "thời gian khắc phục")
	opt("closed_at", "Thời điểm kết thúc", "/closed_at", moment, func(h *record) **string { return &h.ClosedAt }, "ngày kết thúc", "ngày đóng")
	opt("severity", "Mức độ", "/severity", text, func(h *record) **string { return &h.Severity }, "mức độ nghiêm trọng", "mức độ ảnh hưởng")
	opt("category", "Phân loại RSIT", "/category", text, func(h *record) **string { return &h.Category }, "rsit")
	opt("category_vn", "Loại sự cố", "/category_vn", text, func(h *record) **string { return &h.CategoryVN }, "loại hình", "loại tấn công", "phân loại", "hình thức tấn công")
	many("natures", "Tính chất", "/natures", func(h *record) *[]string { return &h.Natures })
	str("system_name", "Hệ thống bị ảnh hưởng", "/system/name", func(h *record) *string { return &h.System.Name }, "hệ thống", "tên hệ thống", "hệ thống thông tin", "hệ thống bị sự cố")
	add("system_level", "Cấp độ", "/system/level", number, func(h *record) string {
		if h.System.Level == nil {
			return ""
		}
		return strconv.Itoa(*h.System.Level)
	}, func(h *record, s string) {
		if n, err := strconv.Atoi(s); err == nil {
			h.System.Level = &n
		}
	}, fold("cấp độ hệ thống"), fold("cấp độ an toàn"))
	opt("system_id", "Mã hệ thống", "/system/id", text, func(h *record) **string { return &h.System.ID })
	bool_("priority_listed", "Thuộc danh mục ưu tiên", "/system/priority_listed", func(h *record) *bool { return &h.System.PriorityListed })
	many("public_addresses", "Địa chỉ IP", "/system/public_addresses", func(h *record) *[]string { return &h.System.PublicAddresses }, "ip", "địa chỉ ip công cộng")
	many("domains", "Tên miền", "/system/domains", func(h *record) *[]string { return &h.System.Domains }, "domain")
	str("reporting_agency", "Đơn vị báo cáo", "/reporting_agency", func(h *record) *string { return &h.ReportingAgency }, "đơn vị", "cơ quan", "cơ quan báo cáo", "đơn vị bị sự cố")
	str("owner_agency", "Cơ quan chủ quản", "/owner_agency", func(h *record) *string { return &h.OwnerAgency }, "chủ quản", "đơn vị chủ quản")
	str("operator_agency", "Đơn vị vận hành", "/operator_agency", func(h *record) *string { return &h.OperatorAgency }, "vận hành", "cơ quan vận hành")
	rep("channel", "Kênh báo cáo", "/report/channel", func(r *api.Report) *string { return &r.Channel }, "hình thức báo cáo")
	rep("reporter_name", "Người báo cáo", "/report/reporter_name", func(r *api.Report) *string { return &r.ReporterName }, "họ tên người báo cáo", "cán bộ báo cáo")
	rep("reporter_phone", "Điện thoại", "/report/reporter_phone", func(r *api.Report) *string { return &r.ReporterPhone }, "số điện thoại", "sđt", "điện thoại liên hệ")
	rep("reporter_email", "Thư điện tử", "/report/reporter_email", func(r *api.Report) *string { return &r.ReporterEmail }, "email", "thư điện tử người báo cáo")
	rep("reference", "Số tham chiếu", "/report/reference", func(r *api.Report) *string { return &r.Reference }, "số hiệu", "số", "mã tham chiếu", "số công văn", "số văn bản")
	str("source", "Nguồn", "/source", func(h *record) *string { return &h.Source }, "nguồn dữ liệu")
	str("tlp", "Nhãn TLP", "/tlp", func(h *record) *string { return &h.TLP }, "tlp")
	bool_("confidential", "Giữ kín người báo cáo", "/confidential", func(h *record) *bool { return &h.Confidential })
	bool_("restricted", "Hạn chế", "/restricted", func(h *record) *bool { return &h.Restricted })
	bool_("exercise", "Diễn tập", "/exercise", func(h *record) *bool { return &h.Exercise })
	bool_("contains_state_secret", "Có bí mật nhà nước", "/contains_state_secret", func(h *record) *bool { return &h.ContainsStateSecret }, "bí mật nhà nước")
	res("resolution_reason", "Loại kết quả xử lý", "/resolution/reason", func(r *api.Resolution) *string { return &r.Reason })
	res("resolution_summary", "Tóm tắt xử lý", "/resolution/summary", func(r *api.Resolution) *string { return &r.Summary }, "kết quả xử lý", "kết quả", "biện pháp xử lý", "xử lý", "khắc phục", "biện pháp khắc phục")
	res("resolution_prevention", "Biện pháp phòng ngừa", "/resolution/prevention", func(r *api.Resolution) *string { return &r.Prevention }, "phòng ngừa", "kiến nghị")
	res("resolution_handled", "Cách xử lý", "/resolution/handled", func(r *api.Resolution) *string { return &r.Handled })
	add("resolution_damage", "Thiệt hại ước tính (đồng)", "/resolution/estimated_damage", number, func(h *record) string {
		if h.Resolution == nil || h.Resolution.EstimatedDamage == nil {
			return ""
		}
		return strconv.FormatInt(*h.Resolution.EstimatedDamage, 10)
	}, func(h *record, s string) {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			resolutionOf(h).EstimatedDamage = &n
		}
	}, "thiệt hại", "thiệt hại ước tính")
	str("lessons", "Bài học kinh nghiệm", "/lessons", func(h *record) *string { return &h.Lessons }, "bài học")
	many("withheld", "Phần không được xem", "/withheld", func(h *record) *[]string { return &h.Withheld })
	return out
}()

// Fields are the keys of the fields, in the order of an export.
func Fields() []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.key
	}
	return out
}

func fieldNamed(key string) *field {
	if i := slices.IndexFunc(fields, func(f field) bool { return f.key == key }); i >= 0 {
		return &fields[i]
	}
	return nil
}

// notContent are the fields that say where a record is from, not what happened.
var notContent = []string{"id", "code", "withheld"}

// Differences names the fields in which two records differ; those that either withholds are
// not compared.
func Differences(a, b *api.HistoricIncident) []string {
	var out []string
	x, y := Content(a), Content(b)
	for i, f := range fields {
		name := strings.Split(f.pointer, "/")[1]
		if x[i] != y[i] && !slices.Contains(a.Withheld, name) && !slices.Contains(b.Withheld, name) {
			out = append(out, f.key)
		}
	}
	return out
}

// Content is what a record says, field by field, in one form: two records say the same when
// their contents are equal.
func Content(h *api.HistoricIncident) []string {
	out := make([]string, len(fields))
	c := *h
	for i, f := range fields {
		if slices.Contains(notContent, f.key) {
			continue
		}
		v := strings.TrimSpace(strings.ReplaceAll(f.get(&c), "\r\n", "\n"))
		switch {
		case v == "":
		case f.kind == moment:
			if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
				v = t.UTC().Truncate(time.Microsecond).Format(timeLayout)
			}
		case f.kind == list:
			parts := strings.Split(v, "; ")
			slices.Sort(parts)
			v = strings.Join(parts, "; ")
		}
		out[i] = v
	}
	return out
}
