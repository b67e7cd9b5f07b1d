package regulation

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// starts are the start events of a case, in the order of startNames, with their civil dates.
type starts [6]struct {
	at   time.Time
	date string
}

func (f *Facts) starts() (out starts) {
	var last time.Time
	date := ""
	for i, at := range [6]time.Time{f.Detected, f.Reported, f.Learned, f.Found, f.Decided, f.Resolved} {
		if at.IsZero() {
			continue
		}
		if date == "" || !at.Equal(last) {
			last, date = at, at.In(Zone).Format(time.DateOnly)
		}
		out[i].at, out[i].date = at, date
	}
	return out
}

// Due returns what the rules of a province make of the facts. A rule counts when it is in
// force on the day of its own start event. It never fails: what the province does not know has
// no duties.
func (b *Book) Due(province string, f Facts) Outcome {
	v := f.ask(b.slots)
	out := Outcome{Classification: b.classify(&f, v)}
	p := b.province(province)
	if p == nil {
		return out
	}
	at := f.starts()
	for _, r := range p.rules {
		if r.program == nil {
			continue
		}
		s := &at[r.start]
		if s.date == "" || !holds(r.From, r.To, s.date) || r.offOn(s.date) != nil || !v.ask(r.program) {
			continue
		}
		one := b.obligation(r, s.at)
		one.Because = v.because(r.program)
		out.Duties = append(out.Duties, one.each(r.Told)...)
	}
	return out
}

func (r *rule) offOn(date string) *Off {
	for i := range r.offs {
		if o := &r.offs[i]; holds(o.From, o.To, date) {
			return o
		}
	}
	return nil
}

func (b *Book) obligation(r *rule, start time.Time) Obligation {
	o := Obligation{
		Rule: r.ID, RuleFrom: r.From, Pack: r.Pack, Book: b.version, Basis: r.basis, Confidence: r.Confidence,
		Title: r.Title.VI, OwedBy: r.OwedBy, Form: r.Form, Ways: r.Ways, Channels: r.Channels,
		Start: r.Clock.Start, StartedAt: start.UTC(), Blocks: r.BlocksClosure,
	}
	if r.Clock.Start != StartCalendar {
		r.Clock.times(b.calendar, &o)
	}
	return o
}

// each is one duty for each who must be told.
func (o Obligation) each(told []string) []Obligation {
	if len(told) == 0 {
		return []Obligation{o}
	}
	out := make([]Obligation, len(told))
	for i, role := range told {
		out[i] = o
		out[i].ToRole = role
	}
	return out
}

// classify applies the classification of the pack in force on the day of detection, and lets the
// rules read what came of it.
func (b *Book) classify(f *Facts, v *facts) Classification {
	out := Classification{Book: b.version}
	date := ""
	if !f.Detected.IsZero() {
		date = f.Detected.In(Zone).Format(time.DateOnly)
	}
	if n := b.national(date); n != nil {
		out.Pack, out.Facts = n.id, map[string]bool{}
		v.class, v.date = n, date
		for _, r := range n.rows {
			if r.program == nil || !holds(r.From, r.To, date) {
				continue
			}
			for _, i := range r.program.reads {
				if yes, ok := v.plain(i).(bool); ok {
					out.Facts[FactTable[i].Name] = yes
				}
			}
			done := out.Class
			if r.Kind == "situation" {
				done = out.DangerBasis
			}
			if done != "" || !v.ask(r.program) {
				continue
			}
			basis := r.Instrument + " " + r.Clause
			if r.Kind == "situation" {
				out.Dangerous, out.DangerBasis = true, basis
			} else {
				out.Class, out.Basis = r.Value, basis
			}
		}
	}
	v.set(factIndex["serious"], out.Class == "serious")
	v.set(factIndex["dangerous"], out.Dangerous)
	return out
}

func (b *Book) national(date string) *national {
	if date == "" {
		return nil
	}
	for _, n := range b.nationals {
		if holds(n.from, n.to, date) {
			return n
		}
	}
	return nil
}

// PackOn is the id of the national pack in force on a civil day; "" when none is.
func (b *Book) PackOn(day string) string {
	if n := b.national(day); n != nil {
		return n.id
	}
	return ""
}

// Rules are the rules in force in a province on a civil day, in the order of the book.
func (b *Book) Rules(province, day string) []Rule {
	var out []Rule
	if p := b.province(province); p != nil {
		for _, r := range p.rules {
			if holds(r.From, r.To, day) && r.offOn(day) == nil {
				out = append(out, r.Rule)
			}
		}
	}
	return out
}

// Form returns the form of a kind of report on a civil day.
func (b *Book) Form(kind, day string) (Form, bool) {
	for _, f := range b.forms {
		if f.Kind == kind && holds(f.From, f.To, day) {
			return f, true
		}
	}
	return Form{}, false
}

// Explain says of each version of each rule of the province why it calls for a duty, or does
// not, in the order of the book.
func (b *Book) Explain(province string, f Facts) []Verdict {
	p := b.province(province)
	if p == nil {
		return nil
	}
	v := f.ask(b.slots)
	b.classify(&f, v)
	at := f.starts()
	out := make([]Verdict, 0, len(p.rules))
	for _, r := range p.rules {
		out = append(out, r.verdict(v, &at))
	}
	return out
}

func (r *rule) verdict(v *facts, at *starts) Verdict {
	out := Verdict{Rule: r.ID, RuleFrom: r.From, Pack: r.Pack, Basis: r.basis, Title: r.Title}
	say := func(why, vi, en string, args ...any) Verdict {
		out.Why, out.Detail = why, Text{fmt.Sprintf(vi, args...), fmt.Sprintf(en, args...)}
		return out
	}
	start := startWords[r.Clock.Start]
	if r.program == nil {
		return say("calendar", "Nghĩa vụ định kỳ của cơ quan, không thuộc hồ sơ.", "A duty of agencies by the calendar, not of a case.")
	}
	date := at[r.start].date
	if date == "" {
		return say("no_start", "Thời hạn tính từ %[1]s; việc này chưa xảy ra.", "It counts %[2]s; that has not happened.", start.VI, start.EN)
	}
	day := vietnameseDay(date)
	if !holds(r.From, r.To, date) {
		if r.replaced != "" && date >= r.replaced && holds(r.From, r.until, date) {
			return say("replaced", "Ngày %[1]s: từ ngày %[2]s quy định này được thay bằng bản khác.", "On %[3]s: replaced by another version from %[4]s on.",
				day, vietnameseDay(r.replaced), date, r.replaced)
		}
		vi, en := inForce(r.From, r.To)
		return say("not_in_force", "Ngày %[1]s quy định không có hiệu lực (%[2]s).", "Not in force on %[3]s (%[4]s).", day, vi, date, en)
	}
	if o := r.offOn(date); o != nil {
		return say("off", "Không áp dụng ở tỉnh này: %[1]s.", "Switched off in this province: %[1]s.", o.Basis)
	}
	out.Because = v.ofCase(r.program)
	facts := told(r.program, v.because(r.program))
	if !v.ask(r.program) {
		return say("facts", "Chưa đủ điều kiện phát sinh nghĩa vụ (%[1]s).", "The facts do not call for it (%[2]s).", facts.VI, facts.EN)
	}
	out.Holds = true
	words := r.Clock.Words()
	return say("holds", "Phát sinh nghĩa vụ: %[1]s (%[2]s).", "Called for: %[3]s (%[4]s).", words.VI, facts.VI, words.EN, facts.EN)
}

// told writes the facts that a trigger reads, as they stand.
func told(p *program, values map[string]any) Text {
	if len(p.reads) == 0 {
		return Text{"mọi sự cố", "every incident"}
	}
	var vi, en []string
	for _, i := range p.reads {
		f := &FactTable[i]
		var x, y string
		switch v := values[f.Name].(type) {
		case bool:
			x, y = "không", "no"
			if v {
				x, y = "có", "yes"
			}
		case []string:
			in := make([]string, len(v))
			for i, s := range v {
				in[i] = inWords(s)
			}
			x, y = strings.Join(in, ", "), strings.Join(v, ", ")
		case string:
			x, y = inWords(v), v
		default:
			x, y = fmt.Sprint(v), fmt.Sprint(v)
		}
		if x == "" {
			x, y = "chưa có", "none"
		}
		vi, en = append(vi, f.Title.VI+": "+x), append(en, f.Name+" = "+y)
	}
	return Text{strings.Join(vi, "; "), strings.Join(en, "; ")}
}

// vietnameseDay writes a civil date as officers do: 15/10/2026.
func vietnameseDay(date string) string {
	if len(date) != 10 {
		return date
	}
	return date[8:] + "/" + date[5:7] + "/" + date[:4]
}

func inForce(from, to string) (vi, en string) {
	var v, e []string
	if from != "" {
		v, e = append(v, "từ ngày "+vietnameseDay(from)), append(e, "from "+from)
	}
	if to != "" {
		v, e = append(v, "đến trước ngày "+vietnameseDay(to)), append(e, "until before "+to)
	}
	return strings.Join(v, " "), strings.Join(e, " ")
}

// The years for which a calendar is answered: whatever is asked, the answer ends.
const firstOccurrence, lastOccurrence = 2000, 2200

// Calendar returns the duties of the calendar in the province whose OpensAt lies in
// (after, until], ordered by it. An occurrence belongs to the version of the rule that is in
// force on the last day of its term.
func (b *Book) Calendar(province string, after, until time.Time) []Occurrence {
	p := b.province(province)
	if p == nil {
		return nil
	}
	var out []Occurrence
	for _, r := range p.rules {
		if r.program != nil || r.Clock.Start != StartCalendar {
			continue
		}
		lead := orElse(r.Clock.Opens.Duration, defaultOpens)
		from := max(after.Add(lead).In(Zone).Year()-1, firstOccurrence)
		to := min(until.Add(lead).In(Zone).Year()+1, lastOccurrence)
		for year := from; year <= to; year++ {
			months := 1
			if r.Clock.Unit == UnitMonth {
				months = 12
			}
			for m := 1; m <= months; m++ {
				opens, due := r.Clock.occurrence(year, m)
				last := due.Add(-time.Second).In(Zone).Format(time.DateOnly)
				if !opens.After(after) || opens.After(until) || !holds(r.From, r.To, last) || r.offOn(last) != nil {
					continue
				}
				o := b.obligation(r, opens)
				o.DueAt, o.WarnAt = &due, r.Clock.warnAt(opens, &due)
				o.Occurrence = fmt.Sprintf("%04d", year)
				if months > 1 {
					o.Occurrence = fmt.Sprintf("%04d-%02d", year, m)
				}
				for _, each := range o.each(r.Told) {
					out = append(out, Occurrence{Obligation: each, DebtorRole: r.OwedBy, OpensAt: opens})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Occurrence) int { return a.OpensAt.Compare(b.OpensAt) })
	return out
}

// occurrence is when the duty of a year or a month opens, and when it is due. Without a word of
// the rule it opens sixty days before, that of a month when the month begins.
func (c *Clock) occurrence(year, month int) (opens, due time.Time) {
	due = c.end(year, month)
	opens = due.Add(-orElse(c.Opens.Duration, defaultOpens))
	if begin := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, Zone).UTC(); c.Unit == UnitMonth && c.Opens.Duration == 0 {
		opens = begin
	}
	return opens, due
}
