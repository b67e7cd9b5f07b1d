package incident

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// The stamps of the three độ mật (NĐ 331/2026/NĐ-CP Điều 9 khoản 1 điểm đ), without spaces: a
// stamp may be written with its letters apart.
var stamps = []string{"TUYỆTMẬT", "TỐIMẬT", "MẬT"}

// secrecies are the values by which clients name a độ mật. None is taken.
var secrecies = []string{"mat", "toi_mat", "tuyet_mat"}

// stamped reports whether a line of the text is the stamp of a độ mật: the stamp alone, in
// capital letters, or behind "Độ mật:", or at the beginning of a line before a dash or a
// colon. A text that begins with «TUYỆT MẬT» or «TỐI MẬT» counts too. The words within a
// sentence («bảo mật», «mật khẩu», «MẬT KHẨU BỊ LỘ») do not.
func stamped(s string) bool {
	if !strings.ContainsAny(s, "Ậậ\u0302\u0323") { // every stamp has one of them, composed or not
		return false
	}
	s = norm.NFKC.String(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
			return -1 // what nobody sees: soft hyphens, joiners, fillers
		}
		return r
	}, s))
	lines := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("\n\r\v\f\u0085\u2028\u2029", r) })
	first := true
	for _, line := range lines {
		line = strings.TrimFunc(line, beside)
		if line == "" {
			continue
		}
		if stampLine(line) || first && stampBegins(line) {
			return true
		}
		first = false
	}
	return false
}

// beside is what may stand around a stamp: spaces, brackets, marks of a list or of emphasis.
func beside(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)
}

var secrecyLabel = regexp.MustCompile(`(?i)^(?:độ|mức độ|dấu độ)\s+mật\s*[:=\-–—]\s*`)

func stampLine(line string) bool {
	if m := secrecyLabel.FindString(line); m != "" {
		rest := strings.ToUpper(strings.TrimFunc(line[len(m):], beside))
		return isStamp(rest)
	}
	if isStamp(line) {
		return true
	}
	i := strings.IndexAny(line, ":-–—()[]»")
	return i > 0 && isStamp(line[:i])
}

func isStamp(s string) bool {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	for _, stamp := range stamps {
		if s == stamp {
			return true
		}
	}
	return false
}

// stampBegins: «TUYỆT MẬT Kế hoạch …». What goes on in capitals is a heading of its own
// («TỐI MẬT ĐỘ TRUY CẬP TĂNG»), and bare «MẬT» begins too many words.
func stampBegins(line string) bool {
	words := strings.Fields(line)
	if len(words) < 3 || !isStamp(words[0]+words[1]) || words[0] == "MẬT" {
		return false
	}
	return words[2] != strings.ToUpper(words[2])
}

// secretMark is a độ mật in brackets or written out in a number or symbol. Secret documents
// have numbers of a series of their own (NĐ 30/2020/NĐ-CP Điều 15 khoản 2), in which the mark
// stands; an ordinary symbol has letters, hyphens and a stroke, and no brackets.
var secretMark = regexp.MustCompile(`(?i)[(\[]\s*(?:M|TM|TUM|T\.M|MẬT|TỐI\s*MẬT|TUYỆT\s*MẬT)\s*[)\]]|(?:^|[-/ ])(?:MẬT|TỐI\s*MẬT|TUYỆT\s*MẬT)(?:$|[-/ ])`)

func markedSecret(s string) bool { return secretMark.MatchString(norm.NFKC.String(s)) }

// The codes of what shows that an input holds a state secret.
const (
	CodeStateSecret = "state_secret"
	codeStamp       = "state_secret_stamp"
	codeMark        = "state_secret_mark"
)

// IsSecrecy reports whether the code of a refused field says that it held a state secret.
func IsSecrecy(code string) bool {
	return code == CodeStateSecret || code == codeStamp || code == codeMark
}

// secret notes a field that must not be here, whatever else is wrong. Nothing of the value is
// repeated.
func (c *Checker) secret(pointer, code, vi, en string) {
	if len(c.secrets) < MaxWrong {
		c.secrets = append(c.secrets, fault.Field{Pointer: pointer, Code: code, Text: fault.Text{VI: vi, EN: en}})
	}
}

// Unstamped notes a text that bears the stamp of a độ mật. Text asks it; who checks a text in
// another way asks it as well.
func (c *Checker) Unstamped(pointer, s string) {
	if stamped(s) {
		c.secret(pointer, codeStamp,
			"Có dấu độ mật (MẬT, TỐI MẬT, TUYỆT MẬT). Nếu chỉ nhắc tới mà không phải nội dung mật, hãy viết chữ thường trong câu, ví dụ «tài liệu đóng dấu mật».",
			"It bears a stamp of secrecy. If it only speaks of one and holds nothing secret, write the words in lower case within a sentence.")
	}
}

// Secrecy refuses every độ mật. TLP is another thing, and never mapped onto it.
func (c *Checker) Secrecy(pointer, s string) {
	if s != "" {
		c.secret(pointer, CodeStateSecret,
			"Tài liệu có độ mật không được đưa vào hệ thống này, kể cả số, ký hiệu và trích yếu.",
			"A document with a grade of secrecy must not enter this system, nor its number, symbol and subject.")
	}
}

// Secrecies are the values of a độ mật that the contract lists.
func Secrecies() []string { return secrecies }

// HoldsSecret is the refusal of an input that holds a state secret. It says where to go
// instead: what is sent here is not kept, and the fact alone is logged.
func HoldsSecret(fields ...fault.Field) *fault.Error {
	f := fault.New(fault.StateSecret,
		"Hệ thống này không được tiếp nhận bí mật nhà nước. Không nội dung nào vừa gửi được lưu lại. "+
			"Hãy dùng kênh dành cho tài liệu mật: văn bản mật gửi trực tiếp hoặc qua cơ yếu tới Công an tỉnh; "+
			"được báo tại đây rằng có tài liệu mật, không kèm số hiệu, trích yếu hay nội dung.",
		"This system must not hold state secrets. Nothing that was sent has been kept. "+
			"Use the channel for secret documents to the provincial police: by hand, or by the cipher service; "+
			"here say only that there is a secret document, without its number, subject or content.").Because(
		fault.Reason{Code: CodeStateSecret, Basis: "Luật Bảo vệ bí mật nhà nước 117/2025/QH15", Text: fault.Text{
			VI: "Cấm soạn, lưu giữ, gửi bí mật nhà nước trên hệ thống kết nối Internet.",
			EN: "State secrets may not be drafted, kept or sent on a system connected to the Internet."}},
		fault.Reason{Code: "secret_channel", Basis: "QĐ 3063/QĐ-UBND Sơn La Điều 3 khoản 3; QĐ 1293/2017/QĐ-UBND Thanh Hóa Điều 3 khoản 2, Điều 5 khoản 1", Text: fault.Text{
			VI: "Tài liệu mật chỉ soạn, lưu trên máy không nối mạng và chuyển theo đường văn bản mật.",
			EN: "Secret documents are drafted and kept on machines without a network, and go by the way of secret documents."}})
	f.Fields = fields
	return f
}
