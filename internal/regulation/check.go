package regulation

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

var (
	ruleID     = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$`)
	plainID    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	fieldName  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	prefixForm = regexp.MustCompile(`^[A-Z]{2,4}$`)
)

var formWords = map[*regexp.Regexp]Text{ruleID: ruleIDWords, plainID: plainIDWords, fieldName: fieldWords, prefixForm: prefixWords}

// The closed lists of the files.
var (
	kindValues       = []string{KindNational, KindProvince, KindForms, KindHolidays, KindOverlay}
	confidenceValues = []string{"read", "secondary", "inferred"}
	startNames       = []string{StartDetected, StartReported, StartLearned, StartFound, StartDecided, StartResolved, StartCalendar}
	unitValues       = []string{UnitImmediate, UnitHours, UnitDays, UnitWorkingDays, UnitDayOfYear, UnitMonth, UnitNone}
	countValues      = []string{CountInstant, CountCivilDay}
	rolloverValues   = []string{RolloverNone, RolloverWorking}
	wayValues        = []string{WayHandover, WayRequest, WayReported, WayReceipt, WayNotice, WayInitial, WayProgress, WayPlan, WayHelp, WayFinal}
	formKinds        = []string{"notice", "initial", "progress", "plan", "help_request", "final", "summary", "personal_data"}
	classKinds       = []string{"class", "situation"}
)

// longestValue bounds what a clock counts.
var longestValue = map[string]int{UnitHours: 24 * 3660, UnitDays: 3660, UnitWorkingDays: 2600}

// check checks what one file says for itself.
func (l *loader) check(f *file) {
	p := f.pack
	f.id(plainID, &p.ID, p)
	f.oneOf("kind", kindValues, &p.Kind, p)
	f.title(&p.Title, p)
	f.days(&p.From, &p.To, p)
	switch {
	case f.overlay && p.Kind != KindOverlay && slices.Contains(kindValues, p.Kind):
		f.bad("a file of an operator is of the kind overlay", nil, &p.Kind)
	case !f.overlay && p.Kind == KindOverlay:
		f.bad("a pack of the program is no overlay", nil, &p.Kind)
	}
	f.parts()
	if p.Kind == KindNational {
		f.must("from", &p.From, p)
	}
	seen := map[string]bool{}
	for i := range p.Rules {
		r := &p.Rules[i]
		l.rule(f, r)
		f.once(seen, Text{"quy định", "rule"}, r.ID, r.From, &r.ID, r)
	}
	l.checkClasses(f)
	for i := range p.Off {
		o := &p.Off[i]
		f.must("rule", &o.Rule, o)
		f.must("basis", &o.Basis, o)
		f.days(&o.From, &o.To, o)
	}
	seen = map[string]bool{}
	for i := range p.Forms {
		x := &p.Forms[i]
		f.reportForm(x)
		f.once(seen, Text{"biểu mẫu", "form"}, x.ID, x.From, &x.ID, x)
	}
	seen = map[string]bool{}
	for i := range p.Holidays {
		h := &p.Holidays[i]
		f.holiday(h)
		f.once(seen, Text{"ngày lễ", "holiday"}, h.ID, h.From, &h.ID, h)
	}
	for i := range p.Swaps {
		s := &p.Swaps[i]
		f.basis(&s.Instrument, &s.Clause, &s.Confidence, s)
		f.day("off", &s.Off, s)
		f.day("work", &s.Work, s)
		if off, err := time.Parse(time.DateOnly, s.Off); err == nil && weekend(dayNumber(off)) {
			f.bad("off must be from Monday to Friday", nil, &s.Off)
		}
		if work, err := time.Parse(time.DateOnly, s.Work); err == nil && !weekend(dayNumber(work)) {
			f.bad("work must be a Saturday or a Sunday", nil, &s.Work)
		}
	}
	if p.Kind == KindProvince && p.Profile == nil {
		f.bad("a profile needs province", nil, p)
	} else if p.Profile != nil && p.Kind == KindProvince {
		f.profile(p.Profile)
	}
}

// parts checks that a file holds nothing that its kind has not.
func (f *file) parts() {
	p := f.pack
	allowed := map[string][]string{ // by what a file may hold, beside id, kind and title
		"from, to": {KindNational}, "rules": {KindNational, KindProvince, KindOverlay}, "classification": {KindNational, KindOverlay},
		"off": {KindProvince, KindOverlay}, "forms": {KindForms, KindOverlay}, "province": {KindProvince},
		"holidays, swaps": {KindHolidays, KindOverlay},
	}
	for _, part := range []struct {
		name   string
		there  bool
		places []any
	}{
		{"from, to", p.From != "" || p.To != "", []any{&p.From, &p.To}}, {"rules", p.Rules != nil, []any{&p.Rules}},
		{"classification", p.Class != nil, []any{&p.Class}}, {"off", p.Off != nil, []any{&p.Off}}, {"forms", p.Forms != nil, []any{&p.Forms}},
		{"province", p.Profile != nil, []any{p.Profile}}, {"holidays, swaps", p.Holidays != nil || p.Swaps != nil, []any{&p.Holidays, &p.Swaps}},
	} {
		if part.there && slices.Contains(kindValues, p.Kind) && !slices.Contains(allowed[part.name], p.Kind) {
			f.bad("a file of the kind %s has no %s", []any{p.Kind, part.name}, part.places...)
		}
	}
}

func (r *reader) must(key string, s *string, parent any) bool {
	if strings.TrimSpace(*s) != "" {
		return true
	}
	if !r.told(s) {
		r.bad("%s is missing", []any{key}, s, parent)
	}
	return false
}

// told reports whether a mistake of the value itself has been told: that it could not be read.
func (r *reader) told(value any) bool {
	n := r.at[value]
	return n != nil && slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Line == n.Line && p.Column == n.Column })
}

func (r *reader) id(form *regexp.Regexp, s *string, parent any) { r.form("id", form, s, parent) }

// form asks that a name is there and written as it must be.
func (r *reader) form(key string, form *regexp.Regexp, s *string, parent any) {
	if r.must(key, s, parent) && !form.MatchString(*s) {
		r.bad("%s is not written as it must be: %s", []any{key + " " + strconv.Quote(*s), formWords[form]}, s)
	}
}

func (r *reader) oneOf(key string, values []string, s *string, parent any) bool {
	if !r.must(key, s, parent) {
		return false
	}
	if !slices.Contains(values, *s) {
		r.bad("unknown %s %q%s; known: %s", []any{key, *s, nearest(*s, values), strings.Join(values, ", ")}, s)
		return false
	}
	return true
}

func (r *reader) title(t *Text, parent any) {
	if r.told(t) {
		return
	}
	r.must("title.vi", &t.VI, first(r, t, parent))
	r.must("title.en", &t.EN, first(r, t, parent))
	r.short(&t.VI, &t.EN)
}

// short checks texts that stand in lists, mails and refusals.
func (r *reader) short(texts ...*string) {
	for _, s := range texts {
		if n := utf8.RuneCountInString(*s); n > maxShort {
			r.bad("the text has %d characters; at most %d", []any{n, maxShort}, s)
		}
	}
}

func first(r *reader, places ...any) any {
	for _, p := range places {
		if r.at[p] != nil {
			return p
		}
	}
	return nil
}

func (r *reader) basis(instrument, clause, confidence *string, parent any) {
	r.must("instrument", instrument, parent)
	r.must("clause", clause, parent)
	r.oneOf("confidence", confidenceValues, confidence, parent)
	r.short(instrument, clause)
}

func (r *reader) isDay(s *string) bool {
	if *s == "" {
		return true
	}
	if _, err := time.Parse(time.DateOnly, *s); err != nil {
		r.bad("%q is not a day of the form YYYY-MM-DD", []any{*s}, s)
		return false
	}
	return true
}

func (r *reader) day(key string, s *string, parent any) {
	if r.must(key, s, parent) {
		r.isDay(s)
	}
}

func (r *reader) days(from, to *string, parent any) {
	a, b := r.isDay(from), r.isDay(to)
	if a && b && *from != "" && *to != "" && *to <= *from {
		r.bad("to must be after from", nil, to, parent)
	}
}

func (r *reader) once(seen map[string]bool, what Text, id, from string, places ...any) {
	key := id + " " + from
	if id != "" && seen[key] {
		r.bad("the %s %s from %s stands here twice", []any{what, id, orOpen(from)}, places...)
	}
	seen[key] = true
}

func (r *reader) monthDay(s *string) {
	// 2000 is a leap year: 29 February may be said.
	if _, err := time.Parse(time.DateOnly, "2000-"+*s); err != nil || len(*s) != 5 {
		r.bad("%q is not a day of the form MM-DD", []any{*s}, s)
	}
}

// trigger reports what is wrong with an expression, at its place in the file.
func (l *loader) trigger(f *file, s *string, row bool) {
	_, wrong := l.triggers.compile(*s, row)
	for _, m := range wrong {
		if n := f.at[s]; n != nil {
			line, column := f.within(n, m.offset)
			f.add(line, column, "%s", m.text)
		}
	}
}

func (l *loader) rule(f *file, r *Rule) {
	f.id(ruleID, &r.ID, r)
	f.basis(&r.Instrument, &r.Clause, &r.Confidence, r)
	f.title(&r.Title, r)
	f.days(&r.From, &r.To, r)
	calendar := r.Clock.Start == StartCalendar
	who, others := ofCases(), ofCases()
	if calendar {
		who, others = Roles, Roles
	}
	f.oneOf("owed_by", who, &r.OwedBy, r)
	for i := range r.Told {
		t := &r.Told[i]
		if f.oneOf("told", others, t, r) && *t == r.OwedBy {
			f.bad("nobody tells %s of it but %[1]s itself", []any{*t}, t)
		}
		if slices.Contains(r.Told[:i], *t) {
			f.bad("%q stands here twice", []any{*t}, t)
		}
	}
	switch {
	case calendar && r.When != "":
		f.bad("a duty of the calendar has no when", nil, &r.When)
	case !calendar && f.must("when", &r.When, r):
		l.trigger(f, &r.When, false)
	}
	if calendar && r.BlocksClosure {
		f.bad("a duty of the calendar blocks no case", nil, &r.BlocksClosure)
	}
	f.clock(&r.Clock, r)
	for i := range r.Ways {
		w := &r.Ways[i]
		if !f.oneOf("fulfilled_by", wayValues, w, r) {
			continue
		}
		switch {
		case calendar:
			f.bad("a duty of the calendar is fulfilled by hand", nil, w)
		case *w == WayReported && !slices.Contains(r.Told, "team"):
			f.bad("reported is a way to tell the team, who is not told", nil, w)
		case *w != WayReported && *w != WayReceipt && len(r.Told) == 0:
			f.bad("%s needs somebody who is told", []any{*w}, w)
		}
	}
	for i := range r.Channels {
		f.oneOf("channel", channelValues, &r.Channels[i], r)
	}
}

// ofCases are the roles and parts that a rule of a case may name.
func ofCases() []string {
	return append(slices.DeleteFunc(slices.Clone(Roles), func(role string) bool { return role == roleSecurityOwner }), "reporter")
}

func (r *reader) clock(c *Clock, parent any) {
	if r.at[c] == nil {
		r.bad("%s is missing", []any{"clock"}, parent)
		return
	}
	started, known := r.oneOf("start", startNames, &c.Start, c), r.oneOf("unit", unitValues, &c.Unit, c)
	periodic := c.Unit == UnitDayOfYear || c.Unit == UnitMonth
	if started && known && (c.Start == StartCalendar) != periodic {
		r.bad("the units day_of_year and month are those of the start calendar, and no others", nil, &c.Unit)
	}
	switch most := longestValue[c.Unit]; {
	case !known:
	case most > 0 && (c.Value < 1 || c.Value > most):
		r.bad("the unit %s needs a value from 1 to %d", []any{c.Unit, most}, &c.Value, &c.Unit)
	case most == 0 && c.Value != 0:
		r.bad("the unit %s has no value", []any{c.Unit}, &c.Value)
	}
	if c.Before != "" {
		if known && c.Unit != UnitDayOfYear {
			r.bad("before is for the unit day_of_year", nil, &c.Before)
		}
		r.monthDay(&c.Before)
	}
	if c.Count != "" && r.oneOf("count", countValues, &c.Count, c) && known && c.Unit != UnitDays && c.Unit != UnitWorkingDays {
		r.bad("the unit %s has no count", []any{c.Unit}, &c.Count)
	}
	if c.Unit == UnitWorkingDays && c.Count != CountCivilDay {
		r.bad("working days are counted as civil_day: say so in count", nil, &c.Count, &c.Unit)
	}
	if c.Rollover != "" && r.oneOf("rollover", rolloverValues, &c.Rollover, c) && c.Rollover != RolloverNone && known &&
		(c.Unit != UnitDays || c.Count != CountCivilDay) {
		r.bad("only days counted as civil_day roll over", nil, &c.Rollover)
	}
	if c.Count == CountCivilDay || c.Rollover == RolloverWorking {
		r.must("clock.basis", &c.Basis, c)
	}
	if c.Target.Duration != 0 && c.Unit != UnitImmediate {
		r.bad("target is for the unit immediate", nil, &c.Target)
	}
	if c.Warn.Duration != 0 && c.Unit == UnitNone {
		r.bad("what has no time is never due soon", nil, &c.Warn)
	}
	if c.Opens.Duration != 0 && c.Start != StartCalendar {
		r.bad("opens is for the start calendar", nil, &c.Opens)
	}
}

func (l *loader) checkClasses(f *file) {
	p := f.pack
	seen := map[string]bool{}
	var lastClass *Class
	for i := range p.Class {
		c := &p.Class[i]
		f.id(ruleID, &c.ID, c)
		f.once(seen, Text{"dòng phân loại", "row"}, c.ID, c.From, &c.ID, c)
		f.basis(&c.Instrument, &c.Clause, &c.Confidence, c)
		f.days(&c.From, &c.To, c)
		if f.oneOf("kind", classKinds, &c.Kind, c) {
			values := []string{"serious", "ordinary"}
			if c.Kind == "situation" {
				values = []string{"dangerous"}
			} else {
				lastClass = c
			}
			f.oneOf("value", values, &c.Value, c)
		}
		if f.must("when", &c.When, c) {
			l.trigger(f, &c.When, true)
		}
	}
	if p.Kind != KindNational {
		return
	}
	switch {
	case lastClass == nil:
		f.bad("a national pack needs a classification", nil, &p.Class, p)
	case lastClass.Value != "ordinary" || strings.TrimSpace(lastClass.When) != "true" || lastClass.From != "" || lastClass.To != "":
		f.bad("the last class must hold for every case: value ordinary, when true, no days", nil, lastClass)
	}
}

func (r *reader) reportForm(x *Form) {
	r.id(ruleID, &x.ID, x)
	r.oneOf("kind", formKinds, &x.Kind, x)
	r.basis(&x.Instrument, &x.Clause, &x.Confidence, x)
	r.title(&x.Title, x)
	r.days(&x.From, &x.To, x)
	if len(x.Fields) == 0 {
		r.bad("%s is missing", []any{"fields"}, &x.Fields, x)
	}
	seen := map[string]bool{}
	for i := range x.Fields {
		f := &x.Fields[i]
		r.form("name", fieldName, &f.Name, f)
		if seen[f.Name] {
			r.bad("the field %q stands here twice", []any{f.Name}, &f.Name, f)
		}
		seen[f.Name] = true
		r.title(&f.Title, f)
		known := r.oneOf("type", FieldTypes, &f.Type, f)
		choice := f.Type == FieldChoice || f.Type == FieldChoices
		switch {
		case known && choice && len(f.Choices) == 0:
			r.bad("a %s needs choices", []any{f.Type}, &f.Choices, f)
		case known && !choice && len(f.Choices) > 0:
			r.bad("a %s has no choices", []any{f.Type}, &f.Choices)
		}
		values := map[string]bool{}
		for j := range f.Choices {
			c := &f.Choices[j]
			r.must("value", &c.Value, c)
			r.title(&c.Title, c)
			if values[c.Value] {
				r.bad("the choice %q stands here twice", []any{c.Value}, &c.Value, c)
			}
			values[c.Value] = true
		}
		if f.From != "" {
			s := slices.IndexFunc(FormSources, func(s FormSource) bool { return s.Name == f.From })
			switch {
			case s < 0:
				r.oneOf("from_case", sourceNames(), &f.From, f)
			case known && !slices.Contains(FormSources[s].Types, f.Type):
				r.bad("%s cannot fill a field of the type %s", []any{f.From, f.Type}, &f.From)
			}
		}
	}
}

func (r *reader) holiday(h *Holiday) {
	r.id(plainID, &h.ID, h)
	r.title(&h.Title, h)
	r.basis(&h.Instrument, &h.Clause, &h.Confidence, h)
	r.days(&h.From, &h.To, h)
	switch {
	case (h.Day == "") == (h.Lunar == ""):
		r.bad("a holiday has either day or lunar", nil, &h.Lunar, h)
	case h.Day != "":
		r.monthDay(&h.Day)
	default:
		if m, d := monthDay(h.Lunar); m < 1 || m > 12 || d < 1 || d > 30 {
			r.bad("%q is not a lunar day of the form MM-DD", []any{h.Lunar}, &h.Lunar)
		}
	}
	for _, n := range []*int{&h.Before, &h.After} {
		if *n > 15 {
			r.bad("at most 15 days", nil, n)
		}
	}
}

func (r *reader) profile(p *Profile) {
	r.form("slug", plainID, &p.Slug, p)
	r.form("prefix", prefixForm, &p.Prefix, p)
	r.must("name", &p.Name, p)
	codes := map[string]bool{}
	for i := range p.Agencies {
		n := &p.Agencies[i]
		if r.must("code", &n.Code, n) && codes[n.Code] {
			r.bad("the agency %q stands here twice", []any{n.Code}, &n.Code)
		}
		codes[n.Code] = true
	}
	node := func(s *string, parent any) {
		if r.must("code", s, parent) && !codes[*s] {
			r.bad("there is no agency %q", []any{*s}, s)
		}
	}
	for i := range p.Agencies {
		n := &p.Agencies[i]
		r.must("name", &n.Name, n)
		if n.Parent != "" {
			node(&n.Parent, n)
		}
		r.days(&n.From, &n.To, n)
		for j := range n.Roles {
			x := &n.Roles[j]
			r.oneOf("role", Roles, &x.Role, x)
			r.days(&x.From, &x.To, x)
		}
		for j := range n.Seats {
			x := &n.Seats[j]
			node(&x.Code, x)
			r.days(&x.From, &x.To, x)
		}
		for j := range n.Successors {
			x := &n.Successors[j]
			node(&x.Code, x)
			r.day("on", &x.On, x)
		}
		for j := range n.Names {
			x := &n.Names[j]
			r.must("name", &x.Name, x)
			r.day("to", &x.To, x)
		}
	}
	users := map[string]bool{}
	for i := range p.Demo {
		x := &p.Demo[i]
		if r.must("username", &x.Username, x) && users[x.Username] {
			r.bad("the user %q stands here twice", []any{x.Username}, &x.Username)
		}
		users[x.Username] = true
		r.must("name", &x.Name, x)
		if x.Agency != "" {
			node(&x.Agency, x)
		}
		if x.Home != "" {
			node(&x.Home, x)
		}
	}
}
