package regulation

import (
	"bytes"
	"cmp"
	"embed"
	"slices"
	"sync"
)

// Source is the text of one file of rules.
type Source struct {
	Name string // as problems call it
	Text []byte
}

//go:embed packs/*.yaml
var packs embed.FS

// Book is every rule of the packs, checked and compiled. It never changes.
type Book struct {
	version   string
	sources   []Source
	nationals []*national
	provinces []*profile
	forms     []Form
	calendar  *calendar
	slots     int
}

// national is a national pack with its classification.
type national struct {
	id, from, to string
	rows         []*row
}

// row is one compiled row of a classification.
type row struct {
	Class
	program *program
}

// profile is a province with the rules that hold there, in the order of the book.
type profile struct {
	Profile
	rules []*rule
}

// rule is one compiled version of a rule in one province.
type rule struct {
	Rule
	program  *program // nil for a duty of the calendar
	start    int      // see starts
	basis    string
	until    string // To as its file has it
	replaced string // the day from which a later version holds in its place
	offs     []Off
}

// maxRules is how many rules a book has: every change of a case asks each of them.
const maxRules = 2000

// Load reads the packs that the program carries and lays the overlays over them, in their
// order. The error is Problems, with every mistake of every file.
func Load(overlays ...Source) (*Book, error) {
	base, err := carried()
	if err != nil {
		return nil, err
	}
	return load(base, overlays)
}

// carried returns the files that the program carries.
func carried() ([]Source, error) {
	entries, err := packs.ReadDir("packs")
	if err != nil {
		return nil, err
	}
	var out []Source
	for _, e := range entries {
		text, err := packs.ReadFile("packs/" + e.Name())
		if err != nil {
			return nil, err
		}
		out = append(out, Source{Name: "packs/" + e.Name(), Text: text})
	}
	return out, nil
}

// file is one file that was read.
type file struct {
	*reader
	pack    *Pack
	overlay bool
}

// loader puts a book together.
type loader struct {
	files    []*file
	triggers *triggers
	book     *Book
	homes    map[string][]string // of a rule's id: the provinces that have it; "" is all
	formIDs  map[string]bool
}

func load(base, overlays []Source) (*Book, error) {
	triggers := &triggers{known: map[string]*program{}}
	l := &loader{triggers: triggers, book: &Book{}, homes: map[string][]string{}, formIDs: map[string]bool{}}
	rules := 0
	for i, src := range slices.Concat(base, overlays) {
		src.Text = bytes.Clone(src.Text)
		pack, r := read(src)
		l.files = append(l.files, &file{reader: r, pack: pack, overlay: i >= len(base)})
		l.book.sources = append(l.book.sources, src)
		if rules += len(pack.Rules); rules > maxRules {
			r.bad("the rules of all files are more than %d", []any{maxRules}, &pack.Rules)
			return nil, r.problems
		}
	}
	l.book.version = VersionOf(l.book.sources)
	for _, f := range l.files {
		if len(f.problems) == 0 || f.pack.Kind != "" {
			l.check(f)
		}
	}
	l.assemble()
	var all Problems
	for _, f := range l.files {
		slices.SortStableFunc(f.problems, func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		all = append(all, slices.Compact(f.problems)...)
	}
	if len(all) > 0 {
		return nil, all
	}
	l.book.slots = triggers.slots
	return l.book, nil
}

// kinds returns the files of a kind. A file of an operator is an overlay, whatever it calls
// itself: it is refused for that alone, and not for every rule that stands in the program too.
func (l *loader) kinds(kinds ...string) []*file {
	var out []*file
	for _, f := range l.files {
		kind := f.pack.Kind
		if f.overlay {
			kind = KindOverlay
		}
		if slices.Contains(kinds, kind) {
			out = append(out, f)
		}
	}
	return out
}

// assemble joins the files: national packs, then the profile of each province, then the overlays.
func (l *loader) assemble() {
	nationals, provinces, overlays := l.kinds(KindNational), l.kinds(KindProvince), l.kinds(KindOverlay)
	for _, f := range l.files {
		for i := range f.pack.Forms {
			l.formIDs[f.pack.Forms[i].ID] = true
		}
	}
	for _, f := range l.files {
		for i := range f.pack.Rules {
			r := &f.pack.Rules[i]
			if r.Form != "" && !l.formIDs[r.Form] {
				f.bad("there is no form %q", []any{r.Form}, &r.Form)
			}
			if home := f.pack.Profile; home != nil {
				l.homes[r.ID] = append(l.homes[r.ID], home.Slug)
			} else if f.pack.Kind == KindNational {
				l.homes[r.ID] = append(l.homes[r.ID], "")
			}
		}
	}
	l.forms(overlays)
	l.classes(nationals, overlays)
	l.calendar()
	for _, f := range provinces {
		if f.pack.Profile == nil {
			continue
		}
		p := &profile{Profile: *f.pack.Profile}
		if slices.ContainsFunc(l.book.provinces, func(o *profile) bool { return o.Slug == p.Slug }) {
			f.bad("the province %q has a profile already", []any{p.Slug}, &f.pack.Profile.Slug)
			continue
		}
		l.rules(p, append(slices.Clone(nationals), f), overlays)
		l.book.provinces = append(l.book.provinces, p)
	}
	l.offs(append(slices.Clone(provinces), overlays...))
}

// span is what dated things have in common: a name and the days for which they hold.
type span struct {
	id, from string
	to       *string
}

// lay puts a thing of an overlay among those that are there. One with the same id and from takes
// its place; otherwise it ends, on the day from which it holds, the version before it.
// ended tells of a version that was ended. It reports whether the id was there.
func lay[T any](list []T, item T, of func(T) span, ended func(T, string)) ([]T, bool) {
	n, at := of(item), -1
	for i, old := range list {
		o := of(old)
		if o.id != n.id {
			continue
		}
		if o.from == n.from {
			list[i] = item
			return list, true
		}
		if o.from < n.from && (*o.to == "" || *o.to > n.from) {
			*o.to = n.from
			if ended != nil {
				ended(old, n.from)
			}
		}
		if o.from < n.from {
			at = i + 1
		} else if at < 0 {
			at = i
		}
	}
	if at < 0 {
		return list, false
	}
	return slices.Insert(list, at, item), true
}

// overlaps reports the dated things of a list that hold on the same day though they may not.
func overlaps[T any](list []T, of func(T) span, same func(a, b T) bool, report func(earlier, later T)) {
	for i, a := range list {
		for _, b := range list[i+1:] {
			x, y := of(a), of(b)
			if same(a, b) && (*x.to == "" || y.from < *x.to) && (*y.to == "" || x.from < *y.to) {
				report(a, b)
			}
		}
	}
}

// rules gathers the rules of a province.
func (l *loader) rules(p *profile, base, overlays []*file) {
	type place struct {
		*file
		*Rule
	}
	places := map[*rule]place{}
	made := func(f *file, r *Rule) *rule {
		out := &rule{Rule: *r, until: r.To, start: slices.Index(startNames, r.Clock.Start)}
		out.Pack, out.basis = f.pack.ID, r.Basis()
		if r.Clock.Start != StartCalendar && r.When != "" {
			out.program, _ = l.triggers.compile(r.When, false)
		}
		places[out] = place{f, r}
		return out
	}
	of := func(r *rule) span { return span{r.ID, r.From, &r.To} }
	for _, f := range base {
		for i := range f.pack.Rules {
			p.rules = append(p.rules, made(f, &f.pack.Rules[i]))
		}
	}
	for _, f := range overlays {
		for _, r := range byFrom(f.pack.Rules, func(r *Rule) string { return r.From }) {
			one, there := made(f, r), false
			if p.rules, there = lay(p.rules, one, of, func(old *rule, day string) { old.replaced = day }); there {
				continue
			}
			if len(l.homes[r.ID]) == 0 { // new, and for every province
				p.rules = append(p.rules, one)
			}
		}
	}
	overlaps(p.rules, of, func(a, b *rule) bool { return a.ID != "" && a.ID == b.ID }, func(a, b *rule) {
		if x, y := places[a], places[b]; x.overlay && !y.overlay || x.file == y.file && b.From < a.From {
			a, b = b, a // what the operator wrote is what can be changed
		}
		at := places[b]
		at.bad("rule %s has another version for the same days (%s, from %s): give one of them a to, or a later from",
			[]any{b.ID, a.Pack, orOpen(a.From)}, &at.Rule.From, &at.ID, at.Rule)
	})
	for _, f := range append(slices.Clone(base), overlays...) {
		for _, o := range f.pack.Off {
			for _, r := range p.rules {
				if r.ID == o.Rule {
					r.offs = append(r.offs, o)
				}
			}
		}
	}
}

func orOpen(day string) Text {
	if day == "" {
		return Text{"trước đến nay", "ever"}
	}
	return Text{"ngày " + day, day}
}

func byFrom[T any](list []T, from func(*T) string) []*T {
	out := make([]*T, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	slices.SortStableFunc(out, func(a, b *T) int { return cmp.Compare(from(a), from(b)) })
	return out
}

// ruleIDs are the ids of all rules of the files.
func (l *loader) ruleIDs() []string {
	var out []string
	for _, f := range l.files {
		for i := range f.pack.Rules {
			out = append(out, f.pack.Rules[i].ID)
		}
	}
	return out
}

// offs checks that what is switched off exists.
func (l *loader) offs(files []*file) {
	for _, f := range files {
		for i := range f.pack.Off {
			o := &f.pack.Off[i]
			if o.Rule == "" {
				continue
			}
			homes, overlaid := l.homes[o.Rule], slices.ContainsFunc(l.kinds(KindOverlay), func(x *file) bool {
				return slices.ContainsFunc(x.pack.Rules, func(r Rule) bool { return r.ID == o.Rule })
			})
			here := f.pack.Profile == nil || slices.Contains(homes, "") || slices.Contains(homes, f.pack.Profile.Slug)
			if !overlaid && (len(homes) == 0 || !here) {
				f.bad("there is no rule %q%s to switch off", []any{o.Rule, nearest(o.Rule, l.ruleIDs())}, &o.Rule)
			}
		}
	}
}

// forms gathers the forms. Each kind of report has one form a day.
func (l *loader) forms(overlays []*file) {
	type place struct {
		*file
		form *Form
	}
	var list []*place
	of := func(p *place) span { return span{p.form.ID, p.form.From, &p.form.To} }
	for _, f := range l.files {
		for _, form := range byFrom(f.pack.Forms, func(x *Form) string { return x.From }) {
			own := *form
			one, there := &place{f, &own}, false
			if slices.Contains(overlays, f) {
				list, there = lay(list, one, of, nil)
			}
			if !there {
				list = append(list, one)
			}
		}
	}
	overlaps(list, of, func(a, b *place) bool { return a.form.Kind == b.form.Kind }, func(a, b *place) {
		for i := range b.pack.Forms {
			if x := &b.pack.Forms[i]; x.ID == b.form.ID && x.From == b.form.From {
				b.bad("on some days a report of the kind %s would have this form and %s (from %s); to replace that, use its id",
					[]any{b.form.Kind, a.form.ID, orOpen(a.form.From)}, &x.ID, x)
				break
			}
		}
	})
	for _, p := range list {
		l.book.forms = append(l.book.forms, *p.form)
	}
}

// classes gathers the classifications. What an overlay adds is looked at first.
func (l *loader) classes(nationals, overlays []*file) {
	of := func(r *row) span { return span{r.ID, r.From, &r.To} }
	for _, f := range nationals {
		n := &national{id: f.pack.ID, from: f.pack.From, to: f.pack.To}
		for _, c := range f.pack.Class {
			n.rows = append(n.rows, l.row(c))
		}
		for _, o := range overlays {
			var added []*row
			for _, c := range byFrom(o.pack.Class, func(c *Class) string { return c.From }) {
				there := false
				if n.rows, there = lay(n.rows, l.row(*c), of, nil); !there {
					added = append(added, l.row(*c))
				}
			}
			n.rows = append(added, n.rows...)
		}
		for _, o := range l.book.nationals {
			if (o.to == "" || n.from < o.to) && (n.to == "" || o.from < n.to) {
				f.bad("on some days this pack and %s would both be in force", []any{o.id}, &f.pack.From, f.pack)
			}
		}
		l.book.nationals = append(l.book.nationals, n)
	}
}

func (l *loader) row(c Class) *row {
	r := &row{Class: c}
	if c.When != "" {
		r.program, _ = l.triggers.compile(c.When, true)
	}
	return r
}

func (l *loader) calendar() {
	var holidays []Holiday
	var swaps []Swap
	for _, f := range l.files {
		if len(f.problems) > 0 {
			continue // dates that are none would lead nowhere
		}
		for _, h := range f.pack.Holidays {
			if i := slices.IndexFunc(holidays, func(o Holiday) bool { return o.ID == h.ID && o.From == h.From }); i >= 0 {
				holidays[i] = h
				continue
			}
			holidays = append(holidays, h)
		}
		swaps = append(swaps, f.pack.Swaps...)
	}
	l.book.calendar = newCalendar(holidays, swaps)
}

// Version names the book: a SHA-256 over the texts it was made of, in hexadecimal. Nobody's
// file names enter into it.
func (b *Book) Version() string { return b.version }

// Sources are the texts that the book was made of: the packs of the program, then the overlays.
func (b *Book) Sources() []Source { return slices.Clone(b.sources) }

// Profile returns the profile of a province.
func (b *Book) Profile(slug string) (Profile, bool) {
	if p := b.province(slug); p != nil {
		return p.Profile, true
	}
	return Profile{}, false
}

func (b *Book) province(slug string) *profile {
	for _, p := range b.provinces {
		if p.Slug == slug {
			return p
		}
	}
	return nil
}

var embedded = sync.OnceValue(func() *Book {
	b, err := Load()
	if err != nil {
		panic("regulation: the packs of the program are broken:\n" + err.Error())
	}
	return b
})
