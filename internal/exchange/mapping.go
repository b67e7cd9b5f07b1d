package exchange

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// BuiltIn is the name of the mapping that reads what an export has written.
const BuiltIn = "ungcuu"

// Delimiters are the names of what may stand between the cells of a CSV file.
var Delimiters = []string{"comma", "semicolon", "tab"}

var delimiters = map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t'}

// dayFirst is how dates are written here; RFC 3339 with an offset is always read.
var dayFirst = []string{
	"dd/MM/yyyy HH:mm", "dd/MM/yyyy HH:mm:ss", "dd/MM/yyyy", "HH:mm dd/MM/yyyy", "dd-MM-yyyy HH:mm", "dd-MM-yyyy", "dd.MM.yyyy",
	"yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd",
}

// home is the time zone of the province; it has had no summer time since 1975.
var home = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Mapping is a mapping that has been checked.
type Mapping struct {
	sheet     string
	headerRow int
	delimiter rune // 0: find out
	source    string
	columns   []rule
	defaults  []rule
	builtIn   bool
	probe     bool           // headers alone are wanted
	seen      func([]string) // is told the headers
}

type rule struct {
	field    *field
	header   string // folded
	shown    string // as it was written
	at       int    // column by letter; -1: by header
	layouts  []layout
	zone     *time.Location
	values   map[string]string
	fallback string
	optional bool
}

type layout struct {
	text string // as it was written
	goes string
	date bool // no time of the day
}

var layoutPart = regexp.MustCompile(`y+|M+|d+|H+|m+|s+|.`)

// layoutOf reads a date format such as dd/MM/yyyy HH:mm.
func layoutOf(s string) (layout, bool) {
	l := layout{text: s, date: true}
	seen := map[string]bool{}
	for _, part := range layoutPart.FindAllString(s, -1) {
		goes, known := map[string]string{
			"yyyy": "2006", "MM": "01", "M": "1", "dd": "02", "d": "2", "HH": "15", "H": "15", "mm": "04", "m": "4", "ss": "05", "s": "5",
		}[part]
		switch {
		case known && seen[part[:1]]:
			return l, false
		case known:
			seen[part[:1]] = true
			l.date = l.date && !strings.ContainsAny(part, "Hms")
			l.goes += goes
		case len(part) == 1 && strings.ContainsRune("/-. :T,", rune(part[0])):
			l.goes += part
		default:
			return l, false
		}
	}
	return l, seen["y"] && seen["M"] && seen["d"] && (!seen["m"] || seen["H"])
}

func zoneNamed(name string) (*time.Location, bool) {
	if name == "" || name == home.String() {
		return home, true
	}
	if name == "Local" {
		return nil, false
	}
	z, err := time.LoadLocation(name)
	return z, err == nil
}

// maxRules bounds the lists of a mapping.
const maxRules = 1000

// NewMapping checks a mapping; what is wrong is named by pointers into it.
func NewMapping(in api.ImportMapping) (*Mapping, error) {
	var c incident.Checker
	m := &Mapping{sheet: in.Sheet, headerRow: in.HeaderRow, source: in.Source}
	if m.headerRow == 0 {
		m.headerRow = 1
	}
	if m.headerRow < 1 || m.headerRow > 1000 {
		c.Add("/header_row", "out_of_range", "Dòng tiêu đề từ 1 đến 1000.", "The row of the headers is 1 to 1000.")
	}
	c.Text("/sheet", in.Sheet, false, 31)
	c.Text("/source", in.Source, false, incident.MaxShort)
	if in.Delimiter != "" {
		incident.OneOf(&c, "/delimiter", in.Delimiter, Delimiters)
		m.delimiter = delimiters[in.Delimiter]
	}
	zone, ok := zoneNamed(in.TimeZone)
	if !ok {
		c.Add("/time_zone", "unknown_time_zone", "Không có múi giờ này (ví dụ Asia/Ho_Chi_Minh).", "There is no such time zone (e.g. Asia/Ho_Chi_Minh).")
	}
	formats := in.DateFormats
	if len(formats) == 0 {
		formats = dayFirst
	}
	layouts := layoutsOf(&c, "/date_formats", formats)
	if len(in.Columns) == 0 {
		c.Add("/columns", "required", "Cần ít nhất một cột.", "At least one column is needed.")
	}
	if len(in.Columns) > maxWidth || len(in.Defaults) > maxWidth {
		c.Add("/columns", "too_many", "Tối đa 512 cột.", "At most 512 columns.")
		return nil, c.Err()
	}
	used := map[string]bool{}
	for i, col := range in.Columns {
		at := "/columns/" + strconv.Itoa(i)
		r := rule{field: fieldNamed(col.Field), header: fold(col.Header), shown: col.Header, at: -1, layouts: layouts, zone: zone, fallback: col.Default, optional: col.Optional}
		checkField(&c, at+"/field", col.Field, used)
		switch {
		case (col.Letter == "") == (r.header == ""):
			c.Add(at, "header_or_letter", "Mỗi cột được nêu bằng tiêu đề hoặc bằng chữ cái, đúng một cách.", "A column is named by its header or by its letter, exactly one of them.")
		case col.Letter != "":
			if r.at = column(col.Letter); r.at < 0 || r.at >= maxWidth {
				c.Add(at+"/letter", "not_a_column", "Không phải chữ cái của cột (A, B … AA).", "Not the letter of a column (A, B … AA).")
			}
			r.shown = ""
		}
		c.Text(at+"/header", col.Header, false, incident.MaxShort)
		c.Unstamped(at+"/default", col.Default)
		if len(col.DateFormats) > 0 {
			r.layouts = layoutsOf(&c, at+"/date_formats", col.DateFormats)
		}
		if len(col.Values) > maxRules {
			c.Add(at+"/values", "too_many", "Tối đa 1000 giá trị.", "At most 1000 values.")
		} else if len(col.Values) > 0 {
			r.values = map[string]string{}
			for j, v := range col.Values {
				c.Unstamped(at+"/values/"+strconv.Itoa(j)+"/from", v.From)
				c.Unstamped(at+"/values/"+strconv.Itoa(j)+"/to", v.To)
				from := fold(v.From)
				if _, twice := r.values[from]; twice || from == "" {
					c.Add(at+"/values/"+strconv.Itoa(j)+"/from", "repeated", "Giá trị trống hoặc đã có trong bảng (không phân biệt hoa thường, dấu).", "Empty, or in the table already (case and diacritics do not matter).")
				}
				r.values[from] = v.To
			}
		}
		m.columns = append(m.columns, r)
	}
	for i, d := range in.Defaults {
		checkField(&c, "/defaults/"+strconv.Itoa(i)+"/field", d.Field, used)
		c.Unstamped("/defaults/"+strconv.Itoa(i)+"/value", d.Value)
		m.defaults = append(m.defaults, rule{field: fieldNamed(d.Field), fallback: d.Value, layouts: layouts, zone: zone})
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func checkField(c *incident.Checker, at, key string, used map[string]bool) {
	incident.OneOf(c, at, key, Fields())
	if used[key] {
		c.Add(at, "repeated", "Trường này đã có cột hoặc giá trị khác.", "The field has another column or value already.")
	}
	used[key] = true
}

func layoutsOf(c *incident.Checker, at string, formats []string) []layout {
	if len(formats) > 50 {
		c.Add(at, "too_many", "Tối đa 50 dạng.", "At most 50 formats.")
		return nil
	}
	out := make([]layout, 0, len(formats))
	for i, s := range formats {
		l, ok := layoutOf(s)
		if !ok {
			c.Add(at+"/"+strconv.Itoa(i), "not_a_date_format", "Dạng ngày gồm yyyy, MM, dd, HH, mm, ss, ví dụ dd/MM/yyyy HH:mm.", "A date format is made of yyyy, MM, dd, HH, mm, ss, e.g. dd/MM/yyyy HH:mm.")
		}
		out = append(out, l)
	}
	return out
}

// Export is the mapping of an export: two rows of headers, the second holding the keys.
func Export() api.ImportMapping {
	m := api.ImportMapping{HeaderRow: 2}
	for _, f := range fields {
		m.Columns = append(m.Columns, api.ImportColumn{Header: f.key, Field: f.key, Optional: !slices.Contains(needed, f.key)})
	}
	return m
}

// exported is Export, checked.
func exported() *Mapping {
	m, err := NewMapping(Export())
	if err != nil {
		panic(err) // the table of fields does not fit itself
	}
	m.builtIn = true
	return m
}

// ForExport is the checked mapping of an export.
func ForExport() *Mapping { return exported() }

// needed are the fields without which no record is right.
var needed = []string{"title", "description", "detected_at", "system_name"}

// said is how officers write the closed lists.
var said = map[string][][2]string{
	"severity": {{"Thấp", "low"}, {"Trung bình", "medium"}, {"Cao", "high"}, {"Rất cao", "critical"}, {"low", "low"}, {"medium", "medium"}, {"high", "high"}, {"critical", "critical"}},
	"category_vn": {
		{"Tấn công từ chối dịch vụ", "DOS"}, {"Từ chối dịch vụ", "DOS"}, {"Tấn công giả mạo", "PHISH"}, {"Lừa đảo", "PHISH"}, {"Mã độc", "MALWARE"}, {"Tấn công sử dụng mã độc", "MALWARE"},
		{"Truy cập trái phép, chiếm quyền điều khiển", "ACCESS"}, {"Truy cập trái phép", "ACCESS"}, {"Thay đổi giao diện", "DEFACE"}, {"Tấn công thay đổi giao diện", "DEFACE"},
		{"Mã hóa phần mềm, dữ liệu, thiết bị", "RANSOM"}, {"Mã hóa tống tiền", "RANSOM"}, {"Phá hoại thông tin, dữ liệu, phần mềm", "DESTROY"}, {"Nghe trộm, gián điệp, lấy cắp thông tin, dữ liệu", "SPY"},
		{"Tấn công có chủ đích", "APT"}, {"Dò quét", "SCAN"}, {"Điểm yếu, lỗ hổng", "VULN"}, {"Thư rác", "SPAM"}, {"Sự cố kỹ thuật", "FAULT"}, {"Khác", "OTHER"}, {"Thử nghiệm", "TEST"},
	},
	"status": statusWords(),
	"tlp":    {{"TLP:CLEAR", "clear"}, {"TLP:GREEN", "green"}, {"TLP:AMBER", "amber"}, {"TLP:RED", "red"}, {"clear", "clear"}, {"green", "green"}, {"amber", "amber"}, {"red", "red"}},
}

func statusWords() [][2]string {
	var out [][2]string
	for _, s := range incident.Statuses {
		out = append(out, [2]string{s.VI, string(s.Status)})
	}
	return append(out, [2]string{"Đã đóng", "closed"}, [2]string{"Hoàn thành", "closed"}, [2]string{"Đã xử lý", "resolved"})
}

// Propose makes a mapping of headers: what they say in Vietnamese, or the keys of the fields.
// It is a proposal for a person to look over; nothing is imported by it unseen.
func Propose(headers []string) api.MappingProposal {
	p := api.MappingProposal{Mapping: api.ImportMapping{HeaderRow: 1, TimeZone: home.String(), DateFormats: dayFirst, Columns: []api.ImportColumn{}, Defaults: []api.ImportDefault{}}, Unknown: []string{}, Missing: []string{}}
	taken := map[string]bool{}
	for i, h := range headers {
		f := meant(fold(h))
		if f == nil || taken[f.key] {
			if strings.TrimSpace(h) != "" {
				p.Unknown = append(p.Unknown, h)
			}
			continue
		}
		taken[f.key] = true
		col := api.ImportColumn{Header: h, Field: f.key}
		if twice(headers, h) {
			col.Header, col.Letter = "", letter(i)
		}
		for _, v := range said[f.key] {
			col.Values = append(col.Values, api.ImportValue{From: v[0], To: v[1]})
		}
		p.Mapping.Columns = append(p.Mapping.Columns, col)
	}
	for _, key := range needed {
		if !taken[key] {
			p.Missing = append(p.Missing, key)
		}
	}
	return p
}

func twice(headers []string, h string) bool {
	n := 0
	for _, x := range headers {
		if fold(x) == fold(h) {
			n++
		}
	}
	return n > 1
}

func meant(header string) *field {
	if header == "" {
		return nil
	}
	for i := range fields {
		f := &fields[i]
		if header == fold(f.vi) || header == fold(f.key) || slices.Contains(f.words, header) {
			return f
		}
	}
	return nil
}

// table reads rows of cells by a mapping.
type table struct {
	m       *Mapping
	headers []string
	rules   []rule // with the column of each
	wide    int
}

// cell is one cell as its file has it.
type cell struct {
	text   string
	serial *float64    // a number that may be a date
	dated  bool        // it is formatted as a date
	wrong  *fault.Text // why it cannot be read
	code   string      // of wrong
	epoch  time.Time   // of serial
}

// begin looks the columns up among the headers.
func (t *table) begin(sheet string, line int, headers []string) *Problem {
	t.headers = headers
	if t.m.seen != nil {
		t.m.seen(headers)
	}
	if t.m.probe {
		return nil
	}
	refuse := func(at int, code, vi, en string) *Problem {
		p := &Problem{Sheet: sheet, Line: line, Code: code, Text: fault.Text{VI: vi, EN: en}}
		if at >= 0 {
			p.Column, p.Header = letter(at), headers[at]
		}
		return p
	}
	byName := map[string]int{}
	for i, h := range headers {
		name := fold(h)
		if name == "" {
			continue
		}
		if _, twice := byName[name]; twice && slices.ContainsFunc(t.m.columns, func(r rule) bool { return r.header == name }) {
			return refuse(i, "duplicate_header", "Tiêu đề «"+h+"» xuất hiện hai lần.", "The header “"+h+"” stands there twice.")
		}
		byName[name] = i
	}
	t.rules, t.wide = nil, len(headers)
	for _, r := range t.m.columns {
		if r.at < 0 {
			i, ok := byName[r.header]
			if !ok && r.optional {
				continue
			}
			if !ok {
				return refuse(-1, "missing_header", "Không có cột «"+r.shown+"» ở dòng tiêu đề. Chọn ánh xạ cột phù hợp với tệp.", "There is no column “"+r.shown+"” in the row of the headers. Name a mapping that fits the file.")
			}
			r.at = i
		} else if r.at >= len(headers) {
			return refuse(-1, "missing_column", "Tệp không có cột "+letter(r.at)+".", "The file has no column "+letter(r.at)+".")
		}
		t.rules = append(t.rules, r)
	}
	return nil
}

// row makes a record of the cells.
func (t *table) row(sheet string, line int, cells []cell) *Row {
	row := &Row{Sheet: sheet, Line: line, places: map[string]place{}}
	h := &row.Record
	h.Source = t.m.source
	dateOnly := false
	put := func(r rule, c cell, p place) {
		row.places[r.field.pointer] = p
		c.text = strings.TrimSpace(c.text)
		wrong := func(code string, text fault.Text) { row.Wrong = append(row.Wrong, row.At(r.field.pointer, code, text)) }
		if c.wrong != nil {
			wrong(c.code, *c.wrong)
			return
		}
		if c.text == "" && c.serial == nil {
			c.text = r.fallback
		} else if len(r.values) > 0 && (c.serial == nil || r.field.kind != moment) {
			if to, ok := r.values[fold(c.text)]; ok {
				c.text = to
			}
		}
		if c.serial == nil && c.text == "" {
			return
		}
		value, day, code, why := valueOf(r, c)
		if code != "" {
			wrong(code, why)
			return
		}
		dateOnly = dateOnly || day && r.field.key == "detected_at"
		r.field.set(h, value)
	}
	for _, r := range t.rules {
		var c cell
		if r.at < len(cells) {
			c = cells[r.at]
		}
		put(r, c, place{letter(r.at), t.headers[r.at]})
	}
	for _, d := range t.m.defaults {
		put(d, cell{}, place{})
	}
	if dateOnly && h.DetectedPrecision == "" {
		h.DetectedPrecision = string(incident.PrecisionDay)
	}
	return row
}

var (
	vnFlag = map[string]string{"true": "true", "false": "false", "1": "true", "0": "false", "co": "true", "khong": "false", "x": "true", "yes": "true", "no": "false"}
	whole  = regexp.MustCompile(`^-?\d{1,18}$`)
)

// valueOf is the cell as the field has it.
func valueOf(r rule, c cell) (value string, day bool, code string, why fault.Text) {
	switch r.field.kind {
	case moment:
		return momentOf(r, c)
	case flag:
		s, ok := vnFlag[fold(c.text)]
		if !ok {
			return "", false, "not_a_flag", fault.Text{VI: "Cần «có» hoặc «không» (true, false).", EN: "true or false is needed."}
		}
		return s, false, "", fault.Text{}
	case number:
		if !whole.MatchString(c.text) {
			return "", false, "not_a_number", fault.Text{VI: "Cần số nguyên, không có dấu phân cách.", EN: "A whole number without separators is needed."}
		}
	default:
		if c.dated {
			return "", false, "date_in_text", fault.Text{
				VI: "Ô định dạng ngày trong cột văn bản; bảng tính có thể đã tự đổi nội dung. Định dạng ô là Text và nhập lại.",
				EN: "A cell formatted as a date in a column of text; the program may have changed what was typed. Format it as text and type it again.",
			}
		}
	}
	return c.text, false, "", fault.Text{}
}

func momentOf(r rule, c cell) (value string, day bool, code string, why fault.Text) {
	if c.serial != nil {
		n := *c.serial
		if n < 1 || n >= 2958466 { // 1900-01-01 … 9999-12-31
			return "", false, "not_a_date", fault.Text{VI: "Số này không phải ngày của bảng tính.", EN: "The number is not a date of a spreadsheet."}
		}
		days, rest := int(n), n-float64(int(n))
		us := int64(rest*86_400_000_000 + 0.5)
		at := time.Date(c.epoch.Year(), c.epoch.Month(), c.epoch.Day()+days, 0, 0, 0, 0, r.zone).Add(time.Duration(us) * time.Microsecond)
		return at.UTC().Format(timeLayout), rest == 0, "", fault.Text{}
	}
	if at, err := time.Parse(time.RFC3339Nano, c.text); err == nil {
		return at.UTC().Truncate(time.Microsecond).Format(timeLayout), false, "", fault.Text{}
	}
	names := make([]string, len(r.layouts))
	for i, l := range r.layouts {
		if at, err := time.ParseInLocation(l.goes, c.text, r.zone); err == nil {
			return at.UTC().Format(timeLayout), l.date, "", fault.Text{}
		}
		names[i] = l.text
	}
	all := strings.Join(names, "; ")
	return "", false, "not_in_date_formats", fault.Text{VI: "Ngày không theo dạng nào của ánh xạ: " + all + ".", EN: "The date has none of the mapping's forms: " + all + "."}
}
