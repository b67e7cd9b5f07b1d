// Package regulation owns the legal rules as dated data: which duties the facts of a case
// call for, owed by whom, told to whom, by when, on which clause. It is pure.
package regulation

import (
	"slices"
	"sync/atomic"
	"time"
)

// Zone is the time zone of every civil date in the rules.
var Zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Province is a profile: its codes and the rules in force there.
type Province struct {
	Slug   string // son-la, as in subjects
	Prefix string // SL, as in codes of cases
	Name   string
	Rules  *Shelf
}

// Shelf holds the book in force, which may be replaced while others read it.
type Shelf struct{ book atomic.Pointer[Book] }

// NewShelf puts a book on a shelf.
func NewShelf(b *Book) *Shelf {
	s := &Shelf{}
	s.Put(b)
	return s
}

// Book is the book in force.
func (s *Shelf) Book() *Book { return s.book.Load() }

// Put replaces the book.
func (s *Shelf) Put(b *Book) { s.book.Store(b) }

// Provinces are the profiles that the program knows.
var Provinces = []Province{{Slug: "son-la", Prefix: "SL", Name: "tỉnh Sơn La"}}

// Find returns the profile with the slug, with the rules that the program carries.
func Find(slug string) (Province, bool) {
	for _, p := range Provinces {
		if p.Slug == slug {
			p.Rules = NewShelf(&Book{})
			return p, true
		}
	}
	return Province{}, false
}

// Book is every rule of the packs, checked. It never changes.
type Book struct{}

// Version names the book: a hash over everything it was made of.
func (b *Book) Version() string { return "draft" }

// securityNatures are the natures that make an incident a violation touching an ninh thông tin.
var securityNatures = []string{
	"security_violation", "national_security", "cybercrime", "cyber_espionage", "cyber_terrorism", "information_conflict",
}

// Due returns what the rules of a province make of the facts. A rule counts when it is in
// force on the day of its own start event.
func (b *Book) Due(province string, f Facts) Outcome {
	var out Outcome
	if province != "son-la" || f.Learned.In(Zone).Format(time.DateOnly) < "2017-11-27" ||
		!slices.ContainsFunc(f.Natures, func(n string) bool { return slices.Contains(securityNatures, n) }) {
		return out
	}
	due, target := f.Learned, f.Learned.Add(time.Hour)
	out.Duties = []Obligation{{
		Rule: "SL-6.1.e", RuleFrom: "2017-11-27", Pack: "son-la", Book: b.Version(),
		Basis: "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm e", Confidence: "read",
		Title:  "Thông báo ngay cho Công an tỉnh vi phạm có liên quan đến an ninh thông tin",
		OwedBy: "team", ToRole: "police", Ways: []string{WayHandover}, Start: StartLearned,
		StartedAt: f.Learned, Immediate: true, DueAt: &due, TargetAt: &target, Blocks: true,
	}}
	return out
}

// Explain says of each rule of the province why it calls for a duty, or does not.
func (b *Book) Explain(province string, f Facts) []Verdict {
	v := Verdict{Rule: "SL-6.1.e", RuleFrom: "2017-11-27", Why: "facts"}
	if len(b.Due(province, f).Duties) > 0 {
		v.Holds, v.Why = true, "holds"
	}
	return []Verdict{v}
}

// Calendar returns the duties of the calendar in the province whose OpensAt lies in (after, until].
func (b *Book) Calendar(province string, after, until time.Time) []Occurrence { return nil }

// Form returns the form of a kind of report on a civil day.
func (b *Book) Form(kind, day string) (Form, bool) { return Form{}, false }
