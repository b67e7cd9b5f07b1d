package accesslog

import (
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/internal/store"
)

// about is what a line is about: what agrees in all of it within one minute is one line.
type about struct {
	kind, actor, agency, session, address, incident, object, route, detail string
}

type key struct {
	about
	minute int64 // since 1970; below zero: of a coarse line
}

// The minutes of coarse lines, which hold what several minutes had: by kind, and without it.
const (
	byKind int64 = -1
	byCase int64 = -2
)

type line struct {
	key
	id           string // given with the first try to write it
	roles        string
	times, shown int64
	first, last  time.Time
	dirty        bool // holds what no write has taken yet
}

// figures are what a note adds to a line.
type figures struct {
	times, shown int64
	first, last  time.Time
}

// book gathers lines in memory until they are written. It never holds more than most lines:
// beyond that it forgets what is written, then makes the oldest lines coarser, then drops them
// and counts that in a line of its own. It knows no clock and no database.
type book struct {
	most int

	mu    sync.Mutex
	lines map[key]*line
	queue []*line // the dirty ones that no write is taking, in the order in which they became so
	lost  int64   // dropped since the book was begun
}

func newBook(most int) *book { return &book{most: most, lines: map[key]*line{}} }

func minuteOf(t time.Time) int64 { return t.Unix() / 60 }

// note adds to the line about a in the minute of f.first, and makes it where there is none.
func (b *book) note(a about, roles func() string, f figures) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(key{a, minuteOf(f.first)}, roles, f)
}

func (b *book) add(k key, roles func() string, f figures) {
	l := b.lines[k]
	if l == nil {
		if len(b.lines) >= b.most {
			b.makeRoom()
		}
		l = &line{key: k, first: f.first, last: f.last}
		if roles != nil {
			l.roles = roles()
		}
		b.lines[k] = l
	}
	l.times += f.times
	l.shown += f.shown
	if f.first.Before(l.first) {
		l.first = f.first
	}
	if f.last.After(l.last) {
		l.last = f.last
	}
	if !l.dirty {
		l.dirty = true
		b.queue = append(b.queue, l)
	}
}

// makeRoom brings the book down to half of what it may hold.
func (b *book) makeRoom() {
	for k, l := range b.lines {
		if !l.dirty {
			delete(b.lines, k)
		}
	}
	for _, level := range []int64{byKind, byCase} {
		if len(b.lines) > b.most/2 {
			b.coarsen(level)
		}
	}
	over := len(b.lines) - b.most/2
	if over <= 0 {
		return
	}
	gone := figures{}
	keep := make([]*line, 0, len(b.queue))
	for _, l := range b.queue {
		if over <= 0 || l.kind == Lost || l.id != "" {
			keep = append(keep, l)
			continue
		}
		over--
		delete(b.lines, l.key)
		gone.times += l.times
		if gone.first.IsZero() || l.first.Before(gone.first) {
			gone.first = l.first
		}
		if l.last.After(gone.last) {
			gone.last = l.last
		}
	}
	b.queue = keep
	if gone.times > 0 {
		b.lost += gone.times
		b.add(key{about{kind: Lost}, byKind}, nil, gone)
	}
}

// coarsen joins the dirty lines that no write has seen: by kind, actor, agency and case, or
// without the kind. The oldest go first, and it ends at half of what the book may hold.
func (b *book) coarsen(level int64) {
	old := b.queue
	b.queue = nil
	for _, l := range old {
		if len(b.lines) <= b.most/2 || l.id != "" || l.kind == Lost || l.minute == level || l.minute == byCase {
			b.queue = append(b.queue, l)
			continue
		}
		delete(b.lines, l.key)
		k := key{about{kind: l.kind, actor: l.actor, agency: l.agency, incident: l.incident}, level}
		if level == byCase {
			k.kind = Several
		}
		roles := l.roles
		b.add(k, func() string { return roles }, figures{l.times, l.shown, l.first, l.last})
	}
}

// batch is what one write takes.
type batch struct {
	from []*line
	rows []store.Line
}

// take hands out the oldest dirty lines, at most limit, as they stand now. The next call comes
// after written or failed.
func (b *book) take(limit int) batch {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := min(limit, len(b.queue))
	out := batch{from: slices.Clone(b.queue[:n]), rows: make([]store.Line, n)}
	b.queue = b.queue[n:]
	if len(b.queue) == 0 {
		b.queue = nil
	}
	for i, l := range out.from {
		if l.id == "" {
			l.id = uuid.Must(uuid.NewV7()).String()
		}
		out.rows[i] = store.Line{
			ID: l.id, Kind: l.kind, ActorID: orNil(l.actor), AgencyID: orNil(l.agency), Roles: l.roles,
			SessionID: l.session, Address: l.address, IncidentID: orNil(l.incident), ObjectID: l.object,
			Route: l.route, Detail: l.detail, Times: l.times, Shown: l.shown, FirstAt: l.first, LastAt: l.last,
		}
	}
	return out
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// written notes that a batch is in the database. What came meanwhile waits for the next one.
func (b *book) written(done batch) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, l := range done.from {
		if l.times != done.rows[i].Times {
			b.queue = append(b.queue, l)
			continue
		}
		l.dirty = false
		if l.minute < 0 { // a coarse line that is written is over
			delete(b.lines, l.key)
		}
	}
}

// failed puts a batch back, before all others.
func (b *book) failed(back batch) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue = append(back.from, b.queue...)
}

// sweep forgets the written lines of minutes that are over.
func (b *book) sweep(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for k, l := range b.lines {
		if !l.dirty && k.minute < minuteOf(now) {
			delete(b.lines, k)
		}
	}
}

// waiting is how many lines no write has taken, and how much was dropped so far.
func (b *book) waiting() (lines int, lost int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.queue), b.lost
}
