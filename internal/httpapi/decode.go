package httpapi

import (
	"errors"
	"io"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// decode reads a JSON body into the struct v points to, strictly: what is not JSON, invalid
// UTF-8 or a repeated member is malformed; every unknown member, wrong type, null, missing
// member and misformed value is named at once, by its pointer. Values that need the domain
// are checked later.
func decode(raw []byte, v any) error {
	w := walker{dec: jsontext.NewDecoder(strings.NewReader(string(raw)))}
	err := w.walk(reflect.TypeOf(v).Elem(), "", "")
	if err == nil {
		if _, more := w.dec.ReadToken(); !errors.Is(more, io.EOF) {
			err = errors.Join(errors.New("more than one value"), more)
		}
	}
	if err != nil {
		return malformed("Nội dung gửi lên không phải JSON hợp lệ (UTF-8, không lặp tên trường).",
			"The body is not one valid JSON value (UTF-8, no repeated member).").Wrap(err)
	}
	if err := w.Err(); err != nil {
		return err
	}
	return json.Unmarshal(raw, v)
}

// emptyBody is decode of no body at all: fine where no member is required.
func emptyBody(v any) error {
	t := reflect.TypeOf(v).Elem()
	for i := range t.NumField() {
		if required(t.Field(i)) {
			return malformed("Thiếu nội dung JSON.", "A JSON body is needed.")
		}
	}
	return nil
}

func malformed(vi, en string) *fault.Error { return fault.New(fault.Malformed, vi, en) }

func required(f reflect.StructField) bool { return f.Tag.Get("validate") == "required" }

// walker reads a body beside the type it is for. Its own errors are about JSON; what it
// notes in the Checker is about the input.
type walker struct {
	dec *jsontext.Decoder
	incident.Checker
}

// patched is what api.Patch[T] holds, if t is one.
func patched(t reflect.Type) (reflect.Type, bool) {
	if t.Kind() == reflect.Struct && strings.HasPrefix(t.Name(), "Patch[") {
		f, ok := t.FieldByName("Value")
		return f.Type, ok
	}
	return nil, false
}

func (w *walker) walk(t reflect.Type, tag reflect.StructTag, at string) error {
	kind := w.dec.PeekKind()
	inner, isPatch := patched(t)
	if isPatch || t.Kind() == reflect.Pointer {
		if kind == 'n' && tag.Get("nullable") != "false" {
			return w.dec.SkipValue()
		}
		if !isPatch {
			inner = t.Elem()
		}
		return w.walk(inner, tag, at)
	}
	if kind == 'n' {
		w.Add(at, "not_null", "Không nhận giá trị null.", "Null is not taken here.")
		return w.dec.SkipValue()
	}
	switch {
	case t.Kind() == reflect.Struct && kind == '{':
		return w.object(t, at)
	case t.Kind() == reflect.Map && kind == '{':
		return w.members(func(name string) error {
			if badRune(name) {
				w.Add(at, "control_character", "Tên trường có ký tự điều khiển.", "A member's name holds a control character.")
			}
			return w.walk(t.Elem(), tag, at+"/"+escape(name))
		})
	case t.Kind() == reflect.Slice && kind == '[':
		return w.array(t.Elem(), tag, at)
	case t.Kind() == reflect.String && kind == '"':
		tok, err := w.dec.ReadToken()
		if err == nil {
			w.text(tok.String(), tag, at)
		}
		return err
	case t.Kind() == reflect.Interface && kind != 0: // a field of a form: what its type is, the form says
		return w.loose(tag, at)
	case t.Kind() == reflect.Bool && (kind == 't' || kind == 'f'):
		return w.dec.SkipValue()
	case (t.Kind() == reflect.Int || t.Kind() == reflect.Int64) && kind == '0':
		return w.whole(at)
	}
	// A syntax error has no kind; SkipValue reports it.
	if kind != 0 {
		text := fault.WrongType(t)
		w.Add(at, "wrong_type", text.VI, text.EN)
	}
	return w.dec.SkipValue()
}

// loose takes a text, a number, true or false, or a list of texts.
func (w *walker) loose(tag reflect.StructTag, at string) error {
	switch w.dec.PeekKind() {
	case '"':
		return w.walk(reflect.TypeFor[string](), tag, at)
	case '[':
		return w.array(reflect.TypeFor[string](), tag, at)
	case '{':
		w.Add(at, "wrong_type", "Sai kiểu dữ liệu; cần chuỗi, số, true, false hoặc mảng chuỗi.", "Wrong type; a string, a number, true, false or an array of strings is needed.")
	case '0':
		raw, err := w.dec.ReadValue()
		if err != nil {
			return err
		}
		if _, huge := strconv.ParseFloat(string(raw), 64); huge != nil {
			w.Add(at, "out_of_range", "Số quá lớn.", "The number is too large.")
		}
		return nil
	}
	return w.dec.SkipValue()
}

func (w *walker) members(each func(name string) error) error {
	if _, err := w.dec.ReadToken(); err != nil {
		return err
	}
	for w.dec.PeekKind() != '}' {
		tok, err := w.dec.ReadToken()
		if err != nil {
			return err
		}
		if err := each(tok.String()); err != nil {
			return err
		}
	}
	_, err := w.dec.ReadToken()
	return err
}

func (w *walker) object(t reflect.Type, at string) error {
	fields := map[string]reflect.StructField{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fields[name] = t.Field(i)
	}
	seen := map[string]bool{}
	err := w.members(func(name string) error {
		f, ok := fields[name]
		if !ok {
			w.Add(at+"/"+escape(name), "unknown_field", "API không có trường này.", "There is no such field.")
			return w.dec.SkipValue()
		}
		seen[name] = true
		return w.walk(f.Type, f.Tag, at+"/"+name)
	})
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if required(t.Field(i)) && !seen[name] {
			w.Add(at+"/"+name, "required", "Bắt buộc nhập.", "Required.")
		}
	}
	return err
}

func (w *walker) array(elem reflect.Type, tag reflect.StructTag, at string) error {
	if _, err := w.dec.ReadToken(); err != nil {
		return err
	}
	for i := 0; w.dec.PeekKind() != ']'; i++ {
		if err := w.walk(elem, tag, at+"/"+strconv.Itoa(i)); err != nil {
			return err
		}
	}
	_, err := w.dec.ReadToken()
	return err
}

func (w *walker) whole(at string) error {
	raw, err := w.dec.ReadValue()
	if err != nil {
		return err
	}
	if _, bad := strconv.ParseInt(string(raw), 10, 64); bad != nil {
		w.Add(at, "wrong_type", "Cần số nguyên.", "A whole number is needed.")
	}
	return nil
}

func (w *walker) text(s string, tag reflect.StructTag, at string) {
	if badRune(s) {
		w.Add(at, "control_character", "Có ký tự điều khiển không được phép.", "Holds a control character.")
		return
	}
	if code, text := misformed(s, tag.Get("format")); code != "" {
		w.Add(at, code, text.VI, text.EN)
	}
}

func badRune(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	})
}

var (
	uuidForm   = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	momentForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$`)
	localForm  = regexp.MustCompile(`^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$`)
)

// misformed says why s is not of the format, by a code; "" when it is.
func misformed(s, format string) (string, fault.Text) {
	switch format {
	case "uuid":
		if !uuidForm.MatchString(s) {
			return "not_a_uuid", fault.Text{VI: "Không phải mã định danh (UUID, chữ thường).", EN: "Not an id (a UUID in lower case)."}
		}
	case "person":
		if s != "me" && s != "all" && !uuidForm.MatchString(s) {
			return "not_a_person", fault.Text{VI: "Gửi me, all hoặc mã định danh của một người.", EN: "me, all, or a person's id."}
		}
	case "date":
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return "not_a_date", fault.Text{VI: "Ngày theo dạng YYYY-MM-DD.", EN: "A date, YYYY-MM-DD."}
		}
	case "date-time":
		if localForm.MatchString(s) {
			return "missing_offset", fault.Text{
				VI: "Thời điểm phải kèm múi giờ, ví dụ 2026-03-01T08:30:00+07:00.",
				EN: "A time needs its offset, e.g. 2026-03-01T08:30:00+07:00.",
			}
		}
		if t, err := time.Parse(time.RFC3339Nano, s); err != nil || !momentForm.MatchString(s) || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
			return "not_a_time", fault.Text{
				VI: "Không phải thời điểm RFC 3339, ví dụ 2026-03-01T08:30:00+07:00.",
				EN: "Not an RFC 3339 time, e.g. 2026-03-01T08:30:00+07:00.",
			}
		}
	}
	return "", fault.Text{}
}

// moment is a time that decode has checked, as it is stored: UTC, microseconds.
func moment(s string) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, s)
	return t.UTC().Truncate(time.Microsecond)
}

func momentOf(s *string) *time.Time {
	if s == nil || *s == "" {
		return nil
	}
	t := moment(*s)
	return &t
}

func escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// maxQueryText bounds a free text in the query.
const maxQueryText = 300

// decodeQuery reads the query string into the struct v points to, strictly: a parameter that
// the struct does not name, a repeated single value and a wrong value are malformed, each
// named with "?" and its name. Lists may be repeated or separated by commas.
func decodeQuery(raw string, v any) error {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return malformed("Không đọc được tham số truy vấn.", "The query cannot be read.").Wrap(err)
	}
	b := queryBinder{values: values, lists: Lists()}
	b.bind(reflect.ValueOf(v).Elem())
	for _, name := range slices.Sorted(maps.Keys(values)) {
		b.note(name, "unknown_parameter", "Không có tham số này.", "There is no such parameter.")
	}
	if len(b.wrong) == 0 {
		return nil
	}
	f := malformed("Tham số truy vấn chưa đúng; xem từng mục trong errors.", "The query is not valid; see each item of errors.")
	f.Fields = b.wrong
	return f
}

// queryBinder takes what it knows out of values; what stays is unknown.
type queryBinder struct {
	values url.Values
	lists  map[string][]string
	wrong  []fault.Field
}

func (b *queryBinder) note(name, code, vi, en string) {
	if len(b.wrong) < incident.MaxWrong {
		b.wrong = append(b.wrong, fault.Field{Pointer: "?" + name, Code: code, Text: fault.Text{VI: vi, EN: en}})
	}
}

func (b *queryBinder) bind(v reflect.Value) {
	for i := range v.NumField() {
		f, t := v.Field(i), v.Type().Field(i)
		if t.Anonymous {
			b.bind(f)
			continue
		}
		name := t.Tag.Get("json")
		given, ok := b.values[name]
		if n, err := strconv.Atoi(t.Tag.Get("default")); err == nil {
			f.SetInt(int64(n))
		}
		if !ok {
			continue
		}
		delete(b.values, name)
		if f.Kind() == reflect.Slice {
			given = strings.Split(strings.Join(given, ","), ",")
		} else if len(given) > 1 {
			b.note(name, "repeated", "Chỉ được gửi một lần.", "It may be given once.")
			continue
		}
		for _, s := range given {
			b.value(f, t, name, s)
		}
	}
}

func (b *queryBinder) value(f reflect.Value, t reflect.StructField, name, s string) {
	if !utf8.ValidString(s) || badRune(s) || utf8.RuneCountInString(s) > maxQueryText && name != "cursor" {
		b.note(name, "bad_text", "Giá trị không hợp lệ hoặc quá dài.", "Not valid, or too long.")
		return
	}
	if code, text := misformed(s, t.Tag.Get("format")); code != "" {
		b.note(name, code, text.VI, text.EN)
		return
	}
	if list := t.Tag.Get("enum"); list != "" && !slices.Contains(b.lists[list], s) {
		b.note(name, "not_in_list", "Chọn một trong: "+strings.Join(b.lists[list], ", ")+".", "One of: "+strings.Join(b.lists[list], ", ")+".")
		return
	}
	switch f.Interface().(type) {
	case string:
		f.SetString(s)
	case []string:
		f.Set(reflect.Append(f, reflect.ValueOf(s)))
	case bool, *bool:
		yes := s == "true"
		if !yes && s != "false" {
			b.note(name, "wrong_type", "Cần true hoặc false.", "true or false is needed.")
		} else if f.Kind() == reflect.Pointer {
			f.Set(reflect.ValueOf(&yes))
		} else {
			f.SetBool(yes)
		}
	case int:
		low, _ := strconv.Atoi(t.Tag.Get("minimum"))
		high, _ := strconv.Atoi(t.Tag.Get("maximum"))
		n, err := strconv.Atoi(s)
		if err != nil || n < low || n > high {
			b.note(name, "out_of_range", "Số nguyên từ "+strconv.Itoa(low)+" đến "+strconv.Itoa(high)+".", "A whole number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high)+".")
			return
		}
		f.SetInt(int64(n))
	}
}
