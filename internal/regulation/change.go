package regulation

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
)

// Change is what a book makes of a rule that another had otherwise, from a day of its start
// event on.
type Change struct {
	Province string
	Rule     string
	Title    Text
	From     string   // a civil date; "" for all days
	Old, New Text     // the clock; empty where the rule does not hold
	Keys     []string // of the file that say something else; empty where it holds on one side alone
	Added    bool     // the older book has no rule of this id
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
			added := !slices.ContainsFunc(before.rules, func(r *rule) bool { return r.ID == id })
			for _, c := range changesOf(p.Slug, id, before, p) {
				c.Added = added
				out = append(out, c)
			}
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
			c := Change{Province: province, Rule: id, From: day, Old: words(old), New: words(now), Title: cmp.Or(now, old).Title, Keys: otherKeys(old, now)}
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
		if r.ID == id && holds(r.From, r.To, day) && (day == "" || r.offOn(day) == nil) {
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
	return len(otherKeys(a, b)) == 0
}

// otherKeys are the keys of a rule, but for its days, under which two versions say something else.
func otherKeys(a, b *rule) []string {
	if a == nil || b == nil {
		return nil
	}
	var out []string
	x, y := reflect.ValueOf(a.Rule), reflect.ValueOf(b.Rule)
	for i := range x.NumField() {
		key := x.Type().Field(i).Tag.Get("yaml")
		if key != "from" && key != "to" && key != "-" && !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			out = append(out, key)
		}
	}
	return out
}

// Days are the civil days that one of two books has as worked and the other as off, in their order.
func (b *Book) Days(older *Book) (off, worked []string) {
	for day := julian(firstYear, 1, 1); day < julian(lastYear+1, 1, 1); day++ {
		switch now := b.calendar.working(day); {
		case now == older.calendar.working(day):
		case now:
			worked = append(worked, civil(day))
		default:
			off = append(off, civil(day))
		}
	}
	return off, worked
}

// Tables are the rows of classifications and the versions of forms, as id and day, that this book
// has otherwise than an older one, or that only one of the two has.
func (b *Book) Tables(older *Book) []string {
	var before, after []dated
	for _, x := range []struct {
		book *Book
		list *[]dated
	}{{older, &before}, {b, &after}} {
		for _, n := range x.book.nationals {
			for _, r := range n.rows {
				if n.to != "" && r.From >= n.to {
					continue // laid over a pack that has ended by then
				}
				*x.list = append(*x.list, dated{n.id + ": " + r.ID, r.From, r.Class})
			}
		}
		for _, f := range x.book.forms {
			*x.list = append(*x.list, dated{f.ID, f.From, f})
		}
	}
	var out []string
	for _, pair := range [][2][]dated{{after, before}, {before, after}} {
		for _, x := range pair[0] {
			same := slices.ContainsFunc(pair[1], func(y dated) bool { return reflect.DeepEqual(x, y) })
			name := strings.TrimSpace(x.id + " " + x.from)
			if !same && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// dated is a version of something.
type dated struct {
	id, from string
	what     any
}
