package regulation

import (
	"fmt"
	"regexp"
	"strings"
)

// bilingual writes a message in both languages. The Vietnamese stands in the table below by its English;
// an argument of type Text says each in its own.
func bilingual(format string, args ...any) Text {
	vi, ok := vietnamese[format]
	if !ok {
		vi = format
	}
	one, other := make([]any, len(args)), make([]any, len(args))
	for i, a := range args {
		one[i], other[i] = a, a
		if t, ok := a.(Text); ok {
			one[i], other[i] = t.VI, t.EN
		}
	}
	return Text{fmt.Sprintf(vi, one...), fmt.Sprintf(format, other...)}
}

// vietnamese are the messages about files of rules as lawyers read them, by their English.
var vietnamese = map[string]string{
	"%s": "%s",

	"the file is longer than 1 MiB":                               "tệp dài hơn 1 MiB",
	"the file is not UTF-8":                                       "tệp không ở bảng mã UTF-8; hãy lưu lại bằng UTF-8",
	"the file is empty":                                           "tệp không có nội dung",
	"anchors and aliases are not supported; write it out":         "không dùng được neo và bí danh (&, *) của YAML; hãy viết đầy đủ",
	"must be a list":                                              "phải là một danh sách, ví dụ [police] hoặc mỗi dòng một gạch đầu dòng",
	"must be a text; put a number in quotes":                      "phải là chữ; nếu là số thì đặt trong dấu ngoặc kép",
	"must be a whole number, not below 0":                         "phải là số nguyên, không âm",
	"must be true or false":                                       "phải là true (có) hoặc false (không)",
	"must be a mapping of keys to values":                         "phải gồm các dòng «khóa: giá trị»",
	"must be a length of time: 90m, 4h or 14d, more than nothing": "phải là một khoảng thời gian lớn hơn 0: 90m (phút), 4h (giờ) hoặc 14d (ngày)",
	"unknown key %q%s; known here: %s":                            "không có khóa %q%s; các khóa dùng được ở đây: %s",
	"the key %q stands here twice":                                "khóa %q bị viết hai lần",

	"the text has %d characters; at most %d":                        "đoạn chữ dài %d ký tự; nhiều nhất %d",
	"the text holds the character %U, which nobody sees; remove it": "đoạn chữ có ký tự %U không nhìn thấy được; hãy bỏ đi",
	"the rules of all files are more than %d":                       "các tệp có tất cả hơn %d quy định",

	"a file of an operator is of the kind overlay": "tệp do tỉnh soạn phải có kind: overlay",
	"a pack of the program is no overlay":          "bộ quy định kèm chương trình không thể có kind: overlay",
	"a file of the kind %s has no %s":              "tệp loại %s không được có %s",
	"%s is missing":                                "thiếu %s",
	"%s is not written as it must be: %s":          "%s không đúng dạng: %s",
	"unknown %s %q%s; known: %s":                   "%s không nhận giá trị %q%s; các giá trị dùng được: %s",
	"%q is not a day of the form YYYY-MM-DD":       "%q không phải là một ngày viết theo dạng NĂM-THÁNG-NGÀY, ví dụ 2026-12-01",
	"%q is not a day of the form MM-DD":            "%q không phải là một ngày viết theo dạng THÁNG-NGÀY, ví dụ 10-15",
	"%q is not a lunar day of the form MM-DD":      "%q không phải là một ngày âm lịch viết theo dạng THÁNG-NGÀY, ví dụ 01-01",
	"to must be after from":                        "to phải sau from; to là ngày đầu tiên không còn áp dụng",
	"the %s %s from %s stands here twice":          "%s %s, từ %s, bị viết hai lần",
	"%q stands here twice":                         "%q bị viết hai lần",

	"off must be from Monday to Friday":     "off (ngày được nghỉ) phải là ngày từ thứ Hai đến thứ Sáu",
	"work must be a Saturday or a Sunday":   "work (ngày làm bù) phải là thứ Bảy hoặc Chủ nhật",
	"a holiday has either day or lunar":     "một ngày lễ có hoặc day (dương lịch), hoặc lunar (âm lịch)",
	"at most 15 days":                       "nhiều nhất 15 ngày",
	"a profile needs province":              "hồ sơ của tỉnh phải có province",
	"the agency %q stands here twice":       "cơ quan %q bị viết hai lần",
	"there is no agency %q":                 "không có cơ quan %q",
	"the user %q stands here twice":         "người dùng %q bị viết hai lần",
	"the province %q has a profile already": "tỉnh %q đã có hồ sơ",

	"nobody tells %s of it but %[1]s itself":                                         "bên phải báo và nơi nhận không thể cùng là %s",
	"a duty of the calendar has no when":                                             "nghĩa vụ định kỳ (start: calendar) không có when",
	"a duty of the calendar blocks no case":                                          "nghĩa vụ định kỳ (start: calendar) không chặn việc kết thúc hồ sơ nào",
	"a duty of the calendar is fulfilled by hand":                                    "nghĩa vụ định kỳ (start: calendar) chỉ được ghi nhận bằng tay; hãy bỏ fulfilled_by",
	"reported is a way to tell the team, who is not told":                            "reported (chính báo cáo sự cố) là cách báo cho đội, nhưng told không có team",
	"%s needs somebody who is told":                                                  "%s cần có nơi nhận trong told",
	"there is no form %q":                                                            "không có biểu mẫu %q",
	"there is no rule %q%s to switch off":                                            "không có quy định %q%s để ngừng áp dụng",
	"the units day_of_year and month are those of the start calendar, and no others": "đơn vị day_of_year và month chỉ đi với start: calendar, và ngược lại",
	"the unit %s needs a value from 1 to %d":                                         "đơn vị %s cần value từ 1 đến %d",
	"the unit %s has no value":                                                       "đơn vị %s không có value",
	"before is for the unit day_of_year":                                             "before chỉ dùng với unit: day_of_year",
	"the unit %s has no count":                                                       "đơn vị %s không có count",
	"working days are counted as civil_day: say so in count":                         "ngày làm việc được tính trọn ngày: hãy ghi count: civil_day",
	"only days counted as civil_day roll over":                                       "chỉ unit: days cùng count: civil_day mới dời được sang ngày làm việc kế tiếp",
	"target is for the unit immediate":                                               "target (mốc nội bộ) chỉ dùng với unit: immediate",
	"what has no time is never due soon":                                             "không có hạn (unit: none) thì không có gì để nhắc trước",
	"opens is for the start calendar":                                                "opens chỉ dùng với start: calendar",
	"rule %s has another version for the same days (%s, from %s): give one of them a to, or a later from": "quy định %s còn một phiên bản khác cho cùng những ngày ấy (tệp %s, từ %s): hãy ghi to cho một bản, hoặc lùi from của bản kia",

	"a national pack needs a classification":                                      "bộ quy định quốc gia phải có classification",
	"the last class must hold for every case: value ordinary, when true, no days": "dòng phân loại cuối phải đúng với mọi sự cố: value: ordinary, when: true, không có from, to",
	"on some days this pack and %s would both be in force":                        "có những ngày cả bộ này và bộ %s cùng có hiệu lực",
	"the field %q stands here twice":                                              "trường %q bị viết hai lần",
	"a %s needs choices":                                                          "trường loại %s phải có choices",
	"a %s has no choices":                                                         "trường loại %s không có choices",
	"the choice %q stands here twice":                                             "lựa chọn %q bị viết hai lần",
	"%s cannot fill a field of the type %s":                                       "%s không điền được vào trường loại %s",
	"on some days a report of the kind %s would have this form and %s (from %s); to replace that, use its id": "có những ngày báo cáo loại %s sẽ có cả mẫu này lẫn mẫu %s (từ %s); muốn thay mẫu đó thì dùng chính mã của nó",

	"the expression has %d characters; at most %d":           "điều kiện dài %d ký tự; nhiều nhất %d",
	"the expression is of type %s; it must be bool":          "điều kiện cho kết quả kiểu %s; phải là đúng hoặc sai (bool)",
	"the expression is too dear: it may cost %d; at most %d": "điều kiện quá phức tạp: chi phí tính có thể tới %d; nhiều nhất %d",
	"%s is never %q%s; it may be %s":                         "%s không bao giờ có giá trị %q%s; các giá trị có thể có: %s",
}

// The forms of names, in words.
var (
	ruleIDWords  = Text{"chữ, số, dấu chấm, gạch dưới, gạch nối, không có dấu cách, nhiều nhất 64 ký tự", "letters, digits, dots, underscores and hyphens, without blanks, at most 64"}
	plainIDWords = Text{"chữ thường không dấu, số, gạch nối, không có dấu cách, nhiều nhất 64 ký tự", "lower-case letters a to z, digits and hyphens, without blanks, at most 64"}
	fieldWords   = Text{"chữ thường không dấu, số, gạch dưới, bắt đầu bằng chữ, nhiều nhất 64 ký tự", "lower-case letters a to z, digits and underscores, a letter first, at most 64"}
	prefixWords  = Text{"2 đến 4 chữ hoa không dấu", "2 to 4 capital letters A to Z"}
)

var operatorNames = strings.NewReplacer("_", "", "@in", "in", "@", "")

// ofTrigger tells in both languages what the library of expressions says, in its English.
func ofTrigger(message string) Text {
	for _, x := range triggerWords {
		m := x.says.FindStringSubmatch(message)
		if m == nil {
			continue
		}
		t := Text{x.vi, message}
		for i, part := range m[1:] {
			t.VI = strings.ReplaceAll(t.VI, fmt.Sprintf("$%d", i+1), operatorNames.Replace(part))
		}
		if strings.HasPrefix(message, "undeclared reference") {
			hint := nearest(m[1], factNamesOnly())
			if i, known := factIndex[m[1]]; known && FactTable[i].Rules {
				hint = Text{", vì bảng phân loại không hỏi được kết quả của chính nó", ": a table of classes cannot ask for its own result"}
			} else {
				t.VI = strings.ReplaceAll(t.VI, operatorNames.Replace(m[1]), m[1])
			}
			if strings.Contains(message, "did you mean") {
				hint.EN = ""
			}
			t.VI, t.EN = t.VI+hint.VI, t.EN+hint.EN
		}
		return t
	}
	return Text{"điều kiện không đúng", message}
}

var triggerWords = []struct {
	says *regexp.Regexp
	vi   string
}{
	{regexp.MustCompile(`^undeclared reference to '([^']*)'`), "không có dữ kiện tên «$1»"},
	{regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '([^']*)'`), "phép «$1» không dùng được với các kiểu $2"},
	{regexp.MustCompile(`^expected type '([^']*)' but found '([^']*)'`), "cần kiểu $1 nhưng gặp kiểu $2"},
	{regexp.MustCompile(`recursion limit|nesting depth|node limit`), "điều kiện lồng nhau quá sâu"},
	{regexp.MustCompile(`^Syntax error`), "điều kiện sai cú pháp; dùng && (và), || (hoặc), ! (không), == (bằng), >=, in (thuộc); chữ đặt trong dấu ngoặc kép"},
	{regexp.MustCompile(`division by zero|modulus by zero`), "điều kiện chia cho 0"},
	{regexp.MustCompile(`does not support field selection`), "sau tên dữ kiện không có dấu chấm"},
	{regexp.MustCompile(`cannot be range of a comprehension`), "chỉ hỏi từng phần tử được với một danh sách"},
}

// ofYAML tells in both languages what the library of YAML says, in its English.
func ofYAML(message string) Text {
	for _, x := range yamlWords {
		if strings.Contains(message, x.says) {
			return Text{x.vi, message}
		}
	}
	return Text{"chỗ này không đúng cú pháp YAML", message}
}

var yamlWords = []struct{ says, vi string }{
	{errSecond.Error(), "một tệp chỉ có một phần; không được có phần thứ hai bắt đầu bằng ---"},
	{"mapping values are not allowed", "dấu hai chấm không được đứng ở đây; nếu là nội dung thì đặt cả dòng trong dấu ngoặc kép"},
	{"did not find expected ',' or ']'", "thiếu dấu phẩy hoặc dấu ] ở gần đây"},
	{"did not find expected ',' or '}'", "thiếu dấu phẩy hoặc dấu } ở gần đây"},
	{"tab character", "thụt dòng bằng phím Tab; hãy dùng dấu cách"},
	{"cannot start any token", "ký tự này (@, `, % hoặc Tab) không được đứng đầu một giá trị; hãy đặt trong dấu ngoặc kép"},
	{"unexpected end of stream", "tệp hết giữa chừng; thường do thiếu dấu ngoặc kép đóng"},
	{"could not find expected ':'", "thiếu dấu hai chấm sau tên khóa"},
	{"did not find expected '-' indicator", "thụt dòng không thẳng với gạch đầu dòng của danh sách"},
	{"block sequence entries are not allowed", "gạch đầu dòng không được đứng ở đây; hãy kiểm tra việc thụt dòng"},
	{"did not find expected key", "thụt dòng không thẳng hàng, hoặc dấu ngoặc kép đặt sai chỗ"},
	{"did not find expected node content", "thiếu giá trị ở đây"},
	{"unknown escape character", "dấu \\ trong ngoặc kép phải viết là \\\\; hoặc dùng ngoặc đơn"},
	{"control characters are not allowed", "tệp có ký tự điều khiển không hợp lệ"},
	{"unknown anchor", "không dùng được neo và bí danh (&, *) của YAML; hãy viết đầy đủ"},
	{"exceeded max depth", "các dấu ngoặc lồng nhau quá sâu"},
}

// nearest asks whether the one word of a list was meant that differs by one or two letters; it says
// nothing where there is none.
func nearest(word string, list []string) Text {
	best, found := 3, ""
	for _, w := range list {
		if d := distance([]rune(word), []rune(w)); d < best && d*2 <= len([]rune(w)) {
			best, found = d, w
		}
	}
	if found == "" {
		return Text{}
	}
	return Text{" (có phải là «" + found + "»?)", " (is it " + found + "?)"}
}

// distance counts the letters to put in, take out or change so that one word becomes the other.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		left := row[0]
		row[0] = i + 1
		for j, y := range b {
			changed := left
			if x != y {
				changed++
			}
			left = row[j+1]
			row[j+1] = min(row[j+1]+1, row[j]+1, changed)
		}
	}
	return row[len(b)]
}
