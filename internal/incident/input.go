package incident

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Limits of texts, in characters.
const (
	MaxTitle = 300
	MaxShort = 300
	MaxText  = 20000
	maxList  = 100
)

// Categories are the values of the Reference Security Incident Taxonomy (RSIT, ENISA and
// TF-CSIRT, v1003), written class.type.
var Categories = []string{
	"abusive-content.spam", "abusive-content.harmful-speech", "abusive-content.violence",
	"malicious-code.infected-system", "malicious-code.c2-server", "malicious-code.malware-distribution", "malicious-code.malware-configuration",
	"information-gathering.scanner", "information-gathering.sniffing", "information-gathering.social-engineering",
	"intrusion-attempts.ids-alert", "intrusion-attempts.brute-force", "intrusion-attempts.exploit",
	"intrusions.privileged-account-compromise", "intrusions.unprivileged-account-compromise", "intrusions.application-compromise", "intrusions.system-compromise", "intrusions.burglary",
	"availability.dos", "availability.ddos", "availability.misconfiguration", "availability.sabotage", "availability.outage",
	"information-content-security.unauthorised-information-access", "information-content-security.unauthorised-information-modification", "information-content-security.data-loss", "information-content-security.data-leak",
	"fraud.unauthorised-use-of-resources", "fraud.copyright", "fraud.masquerade", "fraud.phishing",
	"vulnerable.weak-crypto", "vulnerable.ddos-amplifier", "vulnerable.potentially-unwanted-accessible", "vulnerable.information-disclosure", "vulnerable.vulnerable-system",
	"other.other", "other.undetermined",
	"test.test",
}

// CategoriesVN are the national types of incident.
var CategoriesVN = []string{
	"DOS", "PHISH", "MALWARE", "ACCESS", "DEFACE", "RANSOM", "DESTROY", "SPY", "APT", "SCAN", "VULN", "SPAM", "FAULT", "OTHER", "TEST",
}

// The closed lists of the contract.
var (
	Severities        = []Severity{Low, Medium, High, Critical}
	TLPs              = []TLP{TLPClear, TLPGreen, TLPAmber, TLPAmberStrict, TLPRed}
	Precisions        = []Precision{PrecisionMinute, PrecisionHour, PrecisionDay, PrecisionMonth, PrecisionYear, PrecisionUnknown}
	Channels          = []Channel{ChannelDocument, ChannelMeeting, ChannelPhone, ChannelFax, ChannelEmail, ChannelInPerson, ChannelAPI}
	Urgencies         = []Urgency{Normal, Khan, ThuongKhan, HoaToc}
	Audiences         = []Audience{AudienceTeam, AudienceParticipants}
	ResolutionReasons = []string{"fixed", "mitigated", "false_positive", "not_reproducible", "accepted_risk", "other"}
	HandledBy         = []string{"self", "with_others", "with_foreign"}
	RejectReasons     = []string{"false_positive", "duplicate", "out_of_scope", "withdrawn", "other"}
)

// Checker collects what is wrong with an input. Each method names the field by its JSON
// pointer; Err is nil when nothing was wrong.
type Checker struct{ fields, secrets []fault.Field }

// MaxWrong bounds how many mistakes one answer lists.
const MaxWrong = 100

// Add notes one wrong field.
func (c *Checker) Add(pointer, code, vi, en string) {
	if len(c.fields) == MaxWrong {
		return
	}
	c.fields = append(c.fields, fault.Field{Pointer: pointer, Code: code, Text: fault.Text{VI: vi, EN: en}})
}

// Err is one fault.Invalid over everything noted; fault.StateSecret, and nothing else, when a
// state secret was among it.
func (c *Checker) Err() error {
	if len(c.secrets) > 0 {
		return HoldsSecret(c.secrets...)
	}
	return fault.Input(c.fields...)
}

// Text checks a text: its length in characters, that it holds no control characters but line
// breaks and tabs, and no stamp of a độ mật. Blank counts as missing where it is required.
func (c *Checker) Text(pointer, s string, required bool, limit int) {
	c.Unstamped(pointer, s)
	switch {
	case required && strings.TrimSpace(s) == "":
		c.Add(pointer, "required", "Bắt buộc nhập.", "Required.")
	case utf8.RuneCountInString(s) > limit:
		c.Add(pointer, "too_long", "Quá dài (tối đa "+itoa(limit)+" ký tự).", "Too long (at most "+itoa(limit)+" characters).")
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }):
		c.Add(pointer, "control_character", "Có ký tự điều khiển không được phép.", "Holds a control character.")
	}
}

// OneOf checks a value against a closed list.
func OneOf[T ~string](c *Checker, pointer string, v T, list []T) {
	if slices.Contains(list, v) {
		return
	}
	if v == "" {
		c.Add(pointer, "required", "Bắt buộc nhập.", "Required.")
		return
	}
	names := make([]string, len(list))
	for i, x := range list {
		names[i] = string(x)
	}
	c.Add(pointer, "not_in_list", "Giá trị không hợp lệ; chọn một trong: "+strings.Join(names, ", ")+".",
		"Not one of: "+strings.Join(names, ", ")+".")
}

// Natures checks a list of natures.
func (c *Checker) Natures(pointer string, list []Nature) {
	for i, n := range list {
		OneOf(c, pointer+"/"+itoa(i), n, Natures)
	}
}

// FactsOf checks the names of facts.
func (c *Checker) FactsOf(pointer string, f Facts) {
	for name := range f {
		if _, ok := FactNames[name]; !ok {
			c.Add(pointer+"/"+strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1"), "unknown_fact", "Không có dữ kiện này.", "There is no such fact.")
		}
	}
}

// emailForm is letters, figures and what RFC 5322 allows in an atom. No quotes, comments and
// lists of addresses, and nothing that nobody sees: a mail goes to the address that is read.
var emailForm = regexp.MustCompile("^[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~-]+(\\.[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~-]+)*" +
	`@[\p{L}\p{M}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?(\.[\p{L}\p{M}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?)+$`)

// Email checks the form of an address; empty is fine.
func (c *Checker) Email(pointer, s string) {
	if s != "" && (len(s) > 254 || !emailForm.MatchString(s)) {
		c.Add(pointer, "not_an_email", "Không phải địa chỉ thư điện tử.", "Not an e-mail address.")
	}
}

var domainForm = regexp.MustCompile(`^([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{0,61}[\p{L}\p{N}]$`)

// System checks the system that was hit; it needs a name or an id. Only addresses used on
// the Internet may be listed (TT 20/2017/TT-BTTTT Mẫu 03).
func (c *Checker) System(pointer string, s System) {
	if s.ID == nil {
		c.Text(pointer+"/name", s.Name, true, MaxShort)
	} else {
		c.Text(pointer+"/name", s.Name, false, MaxShort)
	}
	if s.Level != nil && (*s.Level < 1 || *s.Level > 5) {
		c.Add(pointer+"/level", "out_of_range", "Cấp độ từ 1 đến 5.", "The level is 1 to 5.")
	}
	c.addresses(pointer+"/public_addresses", s.PublicAddresses, reserved)
	c.Domains(pointer+"/domains", s.Domains)
}

// PublicAddresses checks the addresses of a report that leaves the province: used on the
// Internet, not internal ones (TT 20/2017/TT-BTTTT Mẫu số 03), and none that documents use as
// examples.
func (c *Checker) PublicAddresses(pointer string, list []string) {
	c.addresses(pointer, list, func(ip netip.Addr) bool { return reserved(ip) || within(ip, exampleBlocks) })
}

// Public reports whether the address may stand in a report that leaves the province.
func Public(address string) bool {
	var c Checker
	c.PublicAddresses("", []string{address})
	return c.Err() == nil
}

func (c *Checker) addresses(pointer string, list []string, inner func(netip.Addr) bool) {
	if len(list) > maxList {
		c.Add(pointer, "too_many", "Tối đa 100 địa chỉ.", "At most 100 addresses.")
	}
	for i, a := range list {
		ip, err := netip.ParseAddr(a)
		if err != nil || ip.Zone() != "" {
			c.Add(pointer+"/"+itoa(i), "not_an_address", "Không phải địa chỉ IP.", "Not an IP address.")
		} else if ip = ip.Unmap(); ip.IsPrivate() || !ip.IsGlobalUnicast() || inner(ip) {
			c.Add(pointer+"/"+itoa(i), "not_public", "Chỉ ghi địa chỉ IP dùng trên Internet, không ghi IP nội bộ.", "Only addresses used on the Internet.")
		}
	}
}

// Domains checks a list of domain names.
func (c *Checker) Domains(pointer string, list []string) {
	if len(list) > maxList {
		c.Add(pointer, "too_many", "Tối đa 100 tên miền.", "At most 100 domains.")
	}
	for i, d := range list {
		if len(d) > 253 || !domainForm.MatchString(d) {
			c.Add(pointer+"/"+itoa(i), "not_a_domain", "Không phải tên miền.", "Not a domain name.")
		}
	}
}

// reservedBlocks are the blocks beside the private ones that nobody reaches on the Internet:
// this network, the inside of providers (RFC 6598), and what is kept for later.
var reservedBlocks = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("240.0.0.0/4"),
}

// exampleBlocks are kept for examples in documents (RFC 5737, 3849, 9637) and for measurements
// (RFC 2544).
var exampleBlocks = []netip.Prefix{
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("3fff::/20"),
}

func reserved(ip netip.Addr) bool { return within(ip, reservedBlocks) }

func within(ip netip.Addr, blocks []netip.Prefix) bool {
	return slices.ContainsFunc(blocks, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// Report checks how the report came in.
func (c *Checker) Report(pointer string, r Report) {
	if r.Channel != "" {
		OneOf(c, pointer+"/channel", r.Channel, Channels)
	}
	c.Text(pointer+"/reporter_name", r.ReporterName, false, MaxShort)
	c.Text(pointer+"/reporter_phone", r.ReporterPhone, false, 50)
	c.Email(pointer+"/reporter_email", r.ReporterEmail)
	c.Text(pointer+"/reference", r.Reference, false, MaxShort)
}

// Document checks a document; number and symbol have the lengths of NĐ 30/2020/NĐ-CP
// Phụ lục VI.
func (c *Checker) Document(pointer string, d Document) {
	c.Text(pointer+"/number", d.Number, false, 11)
	c.Text(pointer+"/symbol", d.Symbol, false, 30)
	c.Secrecy(pointer+"/secrecy", d.Secrecy)
	for name, s := range map[string]string{"/number": d.Number, "/symbol": d.Symbol} {
		if markedSecret(s) {
			c.secret(pointer+name, codeMark, "Số, ký hiệu mang dấu của văn bản mật.", "The number or symbol is that of a secret document.")
		}
	}
	c.Text(pointer+"/subject", d.Subject, false, 500)
	c.Text(pointer+"/signer_name", d.SignerName, false, 50)
	c.Text(pointer+"/signer_position", d.SignerPosition, false, 100)
	if d.IssuedOn != "" {
		if _, err := time.Parse(time.DateOnly, d.IssuedOn); err != nil {
			c.Add(pointer+"/issued_on", "not_a_date", "Ngày theo dạng YYYY-MM-DD.", "A date, YYYY-MM-DD.")
		}
	}
}

// Ask checks what a handover asks.
func (c *Checker) Ask(pointer string, a Ask) {
	kinds := make([]HandoverKind, len(HandoverKinds))
	for i, k := range HandoverKinds {
		kinds[i] = k.Kind
	}
	OneOf(c, pointer+"/kind", a.Kind, kinds)
	OneOf(c, pointer+"/channel", a.Channel, Channels)
	OneOf(c, pointer+"/urgency", a.Urgency, Urgencies)
	c.Text(pointer+"/message", a.Message, true, MaxText)
	c.Text(pointer+"/requested_resources", a.RequestedResources, false, MaxText)
	c.Document(pointer+"/document", a.Document)
}

// DetectedAt checks a time of detection against now: not ahead (five minutes of clock
// difference are forgiven), not before 1990.
func (c *Checker) DetectedAt(pointer string, t, now time.Time) {
	if t.After(now.Add(5*time.Minute)) || t.Year() < 1990 {
		c.Add(pointer, "out_of_range", "Thời điểm không hợp lý (ở tương lai hoặc quá xa).", "The time lies ahead, or too far back.")
	}
}

// Check checks a triage.
func (t Triage) Check(c *Checker) {
	OneOf(c, "/category", t.Category, Categories)
	if t.CategoryVN != nil {
		OneOf(c, "/category_vn", *t.CategoryVN, CategoriesVN)
	}
	OneOf(c, "/severity", t.Severity, Severities)
	c.Natures("/natures", t.Natures)
	c.FactsOf("/facts", t.Facts)
	c.Text("/note", t.Note, false, MaxText)
}

// Check checks a resolution.
func (r Resolve) Check(c *Checker) {
	OneOf(c, "/reason", r.Reason, ResolutionReasons)
	OneOf(c, "/handled", r.Handled, HandledBy)
	c.Text("/summary", r.Summary, true, MaxText)
	c.Text("/prevention", r.Prevention, true, MaxText)
	if r.EstimatedDamage != nil && (*r.EstimatedDamage < 0 || *r.EstimatedDamage > 1e15) {
		c.Add("/estimated_damage", "out_of_range", "Số tiền nguyên (VND), không âm.", "Whole VND, not negative.")
	}
}
