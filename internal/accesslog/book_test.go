package accesslog

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/policy"
)

var noon = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)

func once(at time.Time, shown int64) figures {
	return figures{times: 1, shown: shown, first: at, last: at}
}

func noRoles() string { return "officer" }

func TestWhatAgreesWithinAMinuteIsOneLine(t *testing.T) {
	b := newBook(100)
	a := about{kind: "incident", actor: "u", agency: "g", session: "s", address: "1.2.3.4", incident: "c", route: "getIncident"}
	for i := range 60 {
		b.note(a, noRoles, once(noon.Add(time.Duration(i)*time.Second), 1))
	}
	b.note(a, noRoles, once(noon.Add(time.Minute), 1))
	other := a
	for _, differ := range []func(){
		func() { other.kind = "timeline" }, func() { other.actor = "v" }, func() { other.session = "t" }, func() { other.address = "5.6.7.8" },
		func() { other.incident = "d" }, func() { other.object = "o" }, func() { other.route = "r" }, func() { other.detail = "status" },
	} {
		other = a
		differ()
		b.note(other, noRoles, once(noon, 3))
	}
	rows := b.take(100).rows
	require.Len(t, rows, 10)
	require.EqualValues(t, 60, rows[0].Times)
	require.EqualValues(t, 60, rows[0].Shown)
	require.Equal(t, noon, rows[0].FirstAt)
	require.Equal(t, noon.Add(59*time.Second), rows[0].LastAt)
	require.Equal(t, "officer", rows[0].Roles)
	require.EqualValues(t, 1, rows[1].Times, "another minute is another line")
	require.EqualValues(t, 3, rows[2].Shown)
}

func TestALineThatGrowsWhileItIsWrittenIsWrittenAgainUnderItsID(t *testing.T) {
	b := newBook(100)
	a := about{kind: "incident", actor: "u", incident: "c"}
	b.note(a, nil, once(noon, 1))
	first := b.take(10)
	b.note(a, nil, once(noon.Add(time.Second), 1))
	require.Empty(t, b.take(10).rows, "what is under way is not taken twice")
	b.written(first)
	second := b.take(10)
	require.Len(t, second.rows, 1)
	require.Equal(t, first.rows[0].ID, second.rows[0].ID)
	require.EqualValues(t, 2, second.rows[0].Times, "figures are whole, not what came since")
	b.failed(second)
	third := b.take(10)
	require.Equal(t, second.rows, third.rows)
	b.written(third)
	b.note(a, nil, once(noon.Add(2*time.Second), 1))
	require.Equal(t, first.rows[0].ID, b.take(10).rows[0].ID, "the minute is not over")
}

func TestWrittenLinesAreForgottenWhenTheirMinuteIsOver(t *testing.T) {
	b := newBook(100)
	b.note(about{kind: "incident"}, nil, once(noon, 1))
	b.sweep(noon.Add(time.Hour))
	require.Len(t, b.lines, 1, "what is not written stays")
	b.written(b.take(10))
	b.sweep(noon.Add(time.Second))
	require.Len(t, b.lines, 1)
	b.sweep(noon.Add(time.Minute))
	require.Empty(t, b.lines)
}

// While the database is away the book holds no more than it may, and every access is in some
// line: of its own, of a coarser one, or counted as lost.
func TestABookIsBoundedAndLosesNothingInSilence(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		b := newBook(200)
		noted, written, lost := int64(0), map[string]int64{}, map[string]int64{}
		people, cases := 1+r.IntN(400), 1+r.IntN(400)
		var under *batch
		keep := func(done batch) {
			for _, row := range done.rows {
				written[row.ID] = row.Times
				if row.Kind == Lost {
					lost[row.ID] = row.Times
				}
				require.False(t, row.LastAt.Before(row.FirstAt))
			}
			b.written(done)
		}
		for i := range 6000 {
			a := about{
				kind: []string{"incident", "timeline", "notes"}[r.IntN(3)], actor: fmt.Sprint("u", r.IntN(people)), agency: "g",
				incident: fmt.Sprint("c", r.IntN(cases)), object: fmt.Sprint(r.IntN(3)), address: "a",
			}
			b.note(a, noRoles, once(noon.Add(time.Duration(i)*50*time.Millisecond), 1))
			noted++
			require.LessOrEqual(t, len(b.lines), 200)
			switch r.IntN(40) { // the database is away more often than not
			case 0:
				if under == nil {
					x := b.take(20)
					under = &x
				}
			case 1:
				if under != nil {
					keep(*under)
					under = nil
				}
			case 2:
				if under != nil {
					b.failed(*under)
					under = nil
				}
			case 3:
				b.sweep(noon.Add(time.Duration(i) * 50 * time.Millisecond))
			}
		}
		if under != nil {
			b.failed(*under)
		}
		for {
			x := b.take(50)
			if len(x.rows) == 0 {
				break
			}
			keep(x)
		}
		sum, gone := int64(0), int64(0)
		for _, n := range written {
			sum += n
		}
		for _, n := range lost {
			gone += n
		}
		require.Equal(t, noted, sum, "seed %d", seed)
		waiting, counted := b.waiting()
		require.Zero(t, waiting)
		require.Equal(t, gone, counted)
	}
}

func TestTheOldestBecomeCoarserFirst(t *testing.T) {
	b := newBook(10)
	for i := range 10 {
		b.note(about{kind: "incident", actor: "u", incident: "c", address: "a"}, nil, once(noon.Add(time.Duration(i)*time.Minute), 1))
	}
	b.note(about{kind: "incident", actor: "u", incident: "c", address: "a"}, nil, once(noon.Add(10*time.Minute), 1))
	rows := b.take(100).rows
	var fine, coarse int
	for _, row := range rows {
		if row.Address == "" {
			coarse++
			require.Equal(t, noon, row.FirstAt)
			require.Equal(t, "incident", row.Kind)
			require.EqualValues(t, 6, row.Times)
		} else {
			fine++
			require.True(t, row.FirstAt.After(noon.Add(5*time.Minute)), row.FirstAt)
		}
	}
	require.Equal(t, 1, coarse)
	require.Equal(t, 5, fine)
}

func stranger(address string, at time.Time) Denial {
	return Denial{At: at, Kind: BadToken, Address: address, Route: "getIncident"}
}

func TestAFloodFromOutsideFillsNothingAndHidesNobodyInside(t *testing.T) {
	d := newDenials()
	over := 0
	for i := range 100_000 { // ten minutes of another address with every request
		if d.note(stranger(fmt.Sprint("10.", i), noon.Add(time.Duration(i)*6*time.Millisecond))) {
			over++
		}
		if i%10_000 == 0 {
			inside := policy.Actor{UserID: fmt.Sprint("insider", i), AgencyID: "g", Roles: []policy.Role{policy.Officer}}
			require.False(t, d.note(Denial{At: noon.Add(time.Duration(i) * 6 * time.Millisecond), Kind: Forbidden, By: inside, IncidentID: "c", Address: "1.1.1.1"}))
		}
	}
	times, insiders := int64(0), 0
	rows := d.take(mostLines).rows
	for _, row := range rows {
		if row.Kind == BadToken {
			times += row.Times
		} else if row.ActorID != nil && row.Address == "1.1.1.1" {
			insiders++
		}
	}
	require.Equal(t, 10, insiders)
	require.EqualValues(t, 100_000, times, "each is counted in some line")
	require.LessOrEqual(t, len(rows), burst+11*perMinute+11+10)
	require.Greater(t, over, 90_000)
}

func TestAnInsiderWhoFloodsIsNamedInEveryLine(t *testing.T) {
	d := newDenials()
	by := policy.Actor{UserID: "u", AgencyID: "g", Roles: []policy.Role{policy.Officer}}
	for i := range 10_000 {
		d.note(Denial{At: noon, Kind: Forbidden, By: by, IncidentID: fmt.Sprint("c", i)})
	}
	times := int64(0)
	for _, row := range d.take(mostLines).rows {
		require.Equal(t, "u", *row.ActorID)
		times += row.Times
	}
	require.EqualValues(t, 10_000, times)
}

func TestRepeatsWithinAMinuteCostNoBudget(t *testing.T) {
	d := newDenials()
	for range 10_000 {
		require.False(t, d.note(stranger("10.0.0.1", noon)))
	}
	rows := d.take(10).rows
	require.Len(t, rows, 1)
	require.EqualValues(t, 10_000, rows[0].Times)
}

func TestWhatIsStillToBeLookedIntoIsBounded(t *testing.T) {
	d := newDenials()
	by := policy.Actor{UserID: "u", AgencyID: "g"}
	for round := range 3 {
		for i := range mostOpen + 500 {
			d.note(Denial{At: noon, Kind: OutOfSight, By: by, IncidentID: fmt.Sprint(round, "-", i)})
		}
		d.reopen(d.opened()) // the database is away
		require.LessOrEqual(t, len(d.open), mostOpen)
	}
	open := d.opened()
	d.note(Denial{At: noon, Kind: OutOfSight, By: by, IncidentID: "later"})
	for i := range mostOpen {
		d.note(Denial{At: noon, Kind: LoginFailed, Typed: fmt.Sprint("name", i)})
	}
	d.reopen(open)
	require.LessOrEqual(t, len(d.open), mostOpen)
	rows := d.take(mostLines).rows
	require.NotEmpty(t, rows)
	for _, row := range rows {
		require.Equal(t, overflow, row.Detail)
		require.Contains(t, []string{NotFound, LoginFailed}, row.Kind)
	}
}

func TestANilLogTakesEverything(t *testing.T) {
	var l *Log
	l.Read(Access{})
	l.Refused(Denial{})
}

// What a read pays for its line, when the line is there already and when it is new.
func BenchmarkNote(b *testing.B) {
	l := New(nil, nil, nil)
	by := policy.Actor{UserID: "0199aaaa-0000-7000-8000-000000000000", AgencyID: "0199aaaa-0000-7000-8000-000000000001", Roles: []policy.Role{policy.Officer}}
	cases := make([]string, 1000)
	for i := range cases {
		cases[i] = fmt.Sprintf("0199bbbb-0000-7000-8000-%012d", i)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.Read(Access{At: noon, By: by, SessionID: by.AgencyID, Address: "127.0.0.1", Kind: "incident", IncidentID: cases[i%1000], Route: "getIncident", Shown: 1})
	}
}
