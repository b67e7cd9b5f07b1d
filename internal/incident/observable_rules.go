package incident

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// ObservableTypes lists every type.
var ObservableTypes = []ObservableType{
	ObservableIP, ObservableIPRange, ObservableDomain, ObservableURL, ObservableEmail,
	ObservableMD5, ObservableSHA1, ObservableSHA256, ObservableSHA512,
	ObservableFilename, ObservableAccount, ObservableMAC, ObservableASN, ObservableOther,
}

// maxObservable bounds a value, in bytes: both databases limit the size of an index entry.
const maxObservable = 2000

var (
	refangOf = strings.NewReplacer(
		"[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".", "[DOT]", ".", `\.`, ".",
		"[:]", ":", "[://]", "://", "[/]", "/", "[@]", "@", "(@)", "@", "[at]", "@", "(at)", "@", "[AT]", "@",
	)
	fangedScheme = regexp.MustCompile(`(?i)^(h[tx]{2}p)(s?)(:|$)`)
)

// Refang undoes the ways in which analysts write an address so that nobody clicks on it.
func Refang(s string) string {
	s = refangOf.Replace(strings.TrimSpace(s))
	return fangedScheme.ReplaceAllString(s, "http$2$3")
}

// NormalObservable is the one form of a value of the type, in which equal things are equal;
// ok is false when it is none. Addresses may be written defanged (hxxp, [.]). Private
// addresses are allowed: here they are the working material.
func NormalObservable(t ObservableType, given string) (value string, ok bool) {
	s := strings.TrimSpace(given)
	switch t {
	case ObservableIP:
		value, ok = normalIP(Refang(s))
	case ObservableIPRange:
		p, err := netip.ParsePrefix(Refang(s))
		value, ok = p.Masked().String(), err == nil
	case ObservableDomain:
		value, ok = normalDomain(Refang(s))
	case ObservableURL:
		value, ok = normalURL(Refang(s))
	case ObservableEmail:
		local, host, found := strings.Cut(strings.ToLower(Refang(s)), "@")
		host, good := normalDomain(host)
		value = local + "@" + host
		ok = found && good && emailForm.MatchString(value) && len(value) <= 254
	case ObservableMD5, ObservableSHA1, ObservableSHA256, ObservableSHA512:
		digits := map[ObservableType]int{ObservableMD5: 32, ObservableSHA1: 40, ObservableSHA256: 64, ObservableSHA512: 128}[t]
		value = strings.ToLower(s)
		ok = len(value) == digits && strings.Trim(value, "0123456789abcdef") == ""
	case ObservableMAC:
		m, err := net.ParseMAC(s)
		value, ok = m.String(), err == nil && len(m) == 6
	case ObservableASN:
		n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToUpper(s), "AS"), 10, 32)
		value, ok = "AS"+strconv.FormatUint(n, 10), err == nil
	default: // names are as they are: systems differ in whether case counts
		value, ok = s, s != "" && slices.Contains(ObservableTypes, t) && !strings.ContainsAny(s, "\n\r\t")
	}
	return value, ok && len(value) <= maxObservable
}

func normalIP(s string) (string, bool) {
	ip, err := netip.ParseAddr(s)
	return ip.Unmap().WithZone("").String(), err == nil && ip.Zone() == ""
}

// normalDomain is the name in lower case and ASCII (IDNA), without a dot at its end. One label
// is enough: inner names are working material.
func normalDomain(s string) (string, bool) {
	s = strings.TrimSuffix(s, ".")
	if _, isIP := normalIP(s); isIP {
		return "", false
	}
	name, err := idna.Lookup.ToASCII(s)
	if err != nil { // names of services (_dmarc) are no host names, but are seen
		name = strings.ToLower(s)
	}
	return name, asciiDomain.MatchString(name) && len(name) <= 253
}

var asciiDomain = regexp.MustCompile(`^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$`)

var defaultPort = map[string]string{"http": "80", "https": "443", "ftp": "21"}

// normalURL writes scheme and host in lower case and leaves the default port out; the rest is
// kept, because there case and order count.
func normalURL(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" || u.Opaque != "" {
		return "", false
	}
	host, good := normalIP(u.Hostname())
	if !good {
		host, good = normalDomain(u.Hostname())
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if port := u.Port(); port != "" && port != defaultPort[u.Scheme] {
		host += ":" + port
	}
	if u.Host = host; u.Path == "" {
		u.Path = "/"
	}
	return u.String(), good
}

// Observed checks what is said of an observable and normalises its value.
func (c *Checker) Observed(pointer string, o *Observable, now time.Time) {
	OneOf(c, pointer+"/audience", o.Audience, Audiences)
	OneOf(c, pointer+"/tlp", o.TLP, TLPs)
	OneOf(c, pointer+"/type", o.Type, ObservableTypes)
	c.Text(pointer+"/note", o.Note, false, MaxText)
	c.Unstamped(pointer+"/value", o.Given)
	switch value, ok := NormalObservable(o.Type, o.Given); {
	case strings.TrimSpace(o.Given) == "":
		c.Add(pointer+"/value", "required", "Bắt buộc nhập.", "Required.")
	case len(o.Given) > maxObservable:
		c.Add(pointer+"/value", "too_long", "Quá dài (tối đa "+itoa(maxObservable)+" byte).", "Too long (at most "+itoa(maxObservable)+" bytes).")
	case slices.Contains(ObservableTypes, o.Type) && !ok:
		c.Add(pointer+"/value", "not_of_type", "Giá trị không đúng dạng "+string(o.Type)+".", "Not a value of the type "+string(o.Type)+".")
	default:
		o.Value = value
	}
	for _, t := range []struct {
		name string
		at   *time.Time
	}{{"/first_seen", o.FirstSeen}, {"/last_seen", o.LastSeen}} {
		if t.at != nil {
			c.DetectedAt(pointer+t.name, *t.at, now)
		}
	}
	if o.FirstSeen != nil && o.LastSeen != nil && o.LastSeen.Before(*o.FirstSeen) {
		c.Add(pointer+"/last_seen", "before_first_seen", "Lần thấy cuối không thể trước lần thấy đầu.", "It cannot be last seen before it was first seen.")
	}
}

func (o *Observable) fact(typ string, full, thin map[string]any) Fact {
	return Fact{Type: typ, ObjectKind: "observable", ObjectID: o.ID, Full: full, Thin: thin}
}

// AddObservables adds technical traces. They work in every open status and move nothing.
func (c *Case) AddObservables(list []Observable) ([]Fact, error) {
	if !c.Status.Open() {
		return nil, closedForWork(c.Status)
	}
	facts := make([]Fact, len(list))
	for i := range list {
		o := &list[i]
		facts[i] = o.fact("observable.added", map[string]any{
			"type": o.Type, "value": o.Value, "given": o.Given, "note": o.Note, "is_ioc": o.IsIOC, "audience": o.Audience,
			"tlp": o.TLP, "confidential": o.Confidential, "first_seen": stamp(o.FirstSeen), "last_seen": stamp(o.LastSeen),
		}, map[string]any{})
	}
	return facts, nil
}

// Retract takes an observable back: it is kept, shown as retracted and counts nowhere else.
func (c *Case) Retract(o *Observable, reason string, by By, at time.Time) ([]Fact, error) {
	if !c.Status.Open() {
		return nil, closedForWork(c.Status)
	}
	if o.RetractedAt != nil {
		text := fault.Text{VI: "Dấu hiệu này đã được rút lại.", EN: "This observable was retracted before."}
		return nil, fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "already_retracted", Text: text})
	}
	o.RetractedAt, o.RetractedByID, o.RetractReason = &at, &by.UserID, reason
	return []Fact{o.fact("observable.retracted", map[string]any{"reason": reason}, map[string]any{})}, nil
}
