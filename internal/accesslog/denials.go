package accesslog

import (
	"strings"
	"sync"
	"time"

	"github.com/ungcuu/ungcuu/internal/policy"
)

// How many new lines of refusals there may be: so many at once, and so many a minute after
// that. What is more is counted in one line for each kind and minute, and for each person where
// one is proven. Those who are proven and those who are not have a budget each: a flood from
// outside hides nobody inside. A year of attack at full rate is some 20 million lines.
const (
	burst     = 600
	perMinute = 20
)

// mostOpen is how many refusals may wait to be looked into.
const mostOpen = 2000

// budget gives out new lines (a token bucket).
type budget struct {
	left float64
	at   time.Time
}

func (b *budget) spend(now time.Time) bool {
	if b.at.IsZero() {
		b.left, b.at = burst, now
	}
	if d := now.Sub(b.at); d > 0 {
		b.left, b.at = min(burst, b.left+d.Minutes()*perMinute), now
	}
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

// denials is the security log: a book whose new lines are rationed, and what must be looked
// into before it becomes a line.
type denials struct {
	*book

	gate            sync.Mutex
	proven, unknown budget
	minute          int64
	known           map[about]bool // the lines of this minute, which cost nothing any more
	open            map[openKey]*question
}

type openKey struct {
	about
	typed string
}

// question is a refusal of which something is still to be found out.
type question struct {
	figures
	by policy.Actor
}

func newDenials() *denials {
	return &denials{book: newBook(mostLines), known: map[about]bool{}, open: map[openKey]*question{}}
}

// overflow is the detail of a line that stands for more than the budget allowed.
const overflow = "overflow"

// note takes a refusal, and reports whether it went into a coarse line.
func (d *denials) note(x Denial) (over bool) {
	a := about{
		kind: x.Kind, actor: x.By.UserID, agency: x.By.AgencyID, session: x.SessionID, address: x.Address,
		incident: x.IncidentID, object: x.ObjectID, route: x.Route, detail: x.Detail,
	}
	if a.actor == "" {
		a.actor = x.AccountID
	}
	f := figures{times: 1, first: x.At, last: x.At}
	if x.Kind != OutOfSight && x.Typed == "" {
		return d.settle(a, x.By, f)
	}
	k := openKey{a, strings.ToLower(strings.TrimSpace(x.Typed))}
	d.gate.Lock()
	q := d.open[k]
	if q == nil && len(d.open) < mostOpen {
		q = &question{figures: f, by: x.By}
		d.open[k] = q
		d.gate.Unlock()
		return false
	}
	if q != nil {
		q.times++
		q.last = x.At
	}
	d.gate.Unlock()
	if q != nil {
		return false
	}
	if a.kind == OutOfSight {
		a.kind = NotFound
	}
	d.coarse(a, x.By, f)
	return true
}

// settle makes a line of a refusal about which everything is known, within the budget.
func (d *denials) settle(a about, by policy.Actor, f figures) (over bool) {
	d.gate.Lock()
	if m := minuteOf(f.first); m != d.minute {
		d.minute = m
		clear(d.known)
	}
	from := &d.unknown
	if by.UserID != "" {
		from = &d.proven
	}
	over = !d.known[a] && !from.spend(f.first)
	if !over {
		d.known[a] = true
	}
	d.gate.Unlock()
	if over {
		d.coarse(a, by, f)
		return true
	}
	d.book.note(a, func() string { return rolesOf(by) }, f)
	return false
}

func (d *denials) coarse(a about, by policy.Actor, f figures) {
	d.book.note(about{kind: a.kind, actor: by.UserID, agency: by.AgencyID, detail: overflow}, func() string { return rolesOf(by) }, f)
}

// opened takes out what is to be looked into.
func (d *denials) opened() map[openKey]*question {
	d.gate.Lock()
	defer d.gate.Unlock()
	if len(d.open) == 0 {
		return nil
	}
	out := d.open
	d.open = map[openKey]*question{}
	return out
}

// reopen puts back what could not be looked into; what has no place becomes coarse.
func (d *denials) reopen(list map[openKey]*question) {
	d.gate.Lock()
	defer d.gate.Unlock()
	for k, q := range list {
		if have := d.open[k]; have != nil {
			have.times += q.times
			have.first = q.first
			continue
		}
		if len(d.open) < mostOpen {
			d.open[k] = q
			continue
		}
		if k.kind == OutOfSight {
			k.kind = NotFound
		}
		d.coarse(k.about, q.by, q.figures)
	}
}
