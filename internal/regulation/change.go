package regulation

import (
	"cmp"
	"reflect"
	"slices"
)

// Change is what a book makes of a rule that another had otherwise, from a day of its start
// event on.
type Change struct {
	Province string
	Rule     string
	Title    Text
	From     string // a civil date; "" for all days
	Old, New Text   // the clock; empty where the rule does not hold
}

// Changes are the rules of this book that differ from an older one, in the order of this book:
// what is new, otherwise, ended, or switched off.
func (b *Book) Changes(older *Book) []Change {
	var out []Change
	for _, p := range b.provinces {
		var ids []string
		before := older.province(p.Slug)
		if before == nil {
			before = &profile{}
		}
		for _, r := range slices.Concat(p.rules, before.rules) {
			if !slices.Contains(ids, r.ID) {
				ids = append(ids, r.ID)
			}
		}
		for _, id := range ids {
			out = append(out, changesOf(p.Slug, id, before, p)...)
		}
	}
	return out
}

// changesOf compares what holds on every day on which something may begin or end.
func changesOf(province, id string, before, after *profile) []Change {
	days := []string{""}
	for _, p := range []*profile{before, after} {
		for _, r := range p.rules {
			if r.ID == id {
				days = append(days, r.From, r.To)
				for _, o := range r.offs {
					days = append(days, o.From, o.To)
				}
			}
		}
	}
	slices.Sort(days)
	var out []Change
	same := true
	var lastOld, lastNew *rule
	for _, day := range slices.Compact(days) {
		old, now := before.on(id, day), after.on(id, day)
		differs := !equal(old, now)
		if differs && (same || old != lastOld || now != lastNew) {
			c := Change{Province: province, Rule: id, From: day, Old: words(old), New: words(now), Title: cmp.Or(now, old).Title}
			if len(out) == 0 || out[len(out)-1].Old != c.Old || out[len(out)-1].New != c.New || same {
				out = append(out, c)
			}
		}
		same, lastOld, lastNew = !differs, old, now
	}
	return out
}

func words(r *rule) Text {
	if r == nil {
		return Text{}
	}
	return r.Clock.Words()
}

// on is the version of a rule that holds on a day; "" is before all days.
func (p *profile) on(id, day string) *rule {
	for _, r := range p.rules {
		if r.ID == id && (r.From == "" || r.From <= day) && (r.To == "" || day < r.To) && (day == "" || r.offOn(day) == nil) {
			return r
		}
	}
	return nil
}

// equal says whether two versions ask the same: their days aside.
func equal(a, b *rule) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, y := a.Rule, b.Rule
	x.From, x.To, x.Pack, y.From, y.To, y.Pack = "", "", "", "", "", ""
	return reflect.DeepEqual(x, y)
}
