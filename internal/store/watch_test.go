package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// createOwn stores a duty that an agency has without a case.
func (d *desk) createOwn(t *testing.T, owedBy string, edit func(*incident.Duty)) *incident.Duty {
	t.Helper()
	duty := &incident.Duty{
		ID: newID(), Rule: newID(), OwedByID: owedBy, OwedByPart: "owner", Occurrence: "2026", Status: incident.DutyPending,
		StartedAt: t0, CreatedAt: t0, UpdatedAt: t0,
	}
	if edit != nil {
		edit(duty)
	}
	write(t, d.st, func(tx *store.Tx) error { return tx.CreateDuty(duty) })
	return duty
}

func TestADutyWithoutACaseIsSeenByRoleOrByWhoOwesIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		own := d.createOwn(t, d.police, nil)
		team := policy.Sight{Unrestricted: true, AgencyID: d.team, UserID: d.officer}
		leader := policy.Sight{Unrestricted: true, NotRed: true, AgencyID: d.team, UserID: d.officer}
		for name, c := range map[string]struct {
			sight store.DutySight
			seen  bool
		}{
			"nothing":                 {store.DutySight{}, false},
			"auditor":                 {store.DutySight{Case: all, Whole: true}, true},
			"team":                    {store.DutySight{Case: team, Whole: true, AgencyID: d.team}, true},
			"leader":                  {store.DutySight{Case: leader, Whole: true}, false},
			"who owes":                {store.DutySight{AgencyID: d.police}, true},
			"who takes part in cases": {store.DutySight{Case: policy.Sight{AgencyID: d.operator}, Whole: true}, false},
			"another":                 {store.DutySight{AgencyID: d.operator}, false},
		} {
			list, err := read(st).Duties(store.DutyQuery{Sight: c.sight})
			require.NoError(t, err, name)
			require.Len(t, list, map[bool]int{true: 1}[c.seen], name)
			_, err = read(st).Duty("", own.ID, c.sight)
			require.Equal(t, c.seen, err == nil, name)
		}
		inc := d.create(t, nil)
		_, err := read(st).Duty(inc.ID, own.ID, store.Everything)
		require.Error(t, err, "it lies in no case")
	})
}

func TestTheFiltersOfTheListAcrossCasesAndAgencies(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc, drill := d.create(t, nil), d.create(t, func(inc *incident.Incident) { inc.Exercise = true })
		a := d.createDuty(t, inc, func(x *incident.Duty) {
			x.DueAt, x.Basis, x.ToAgencyID = to(at(30)), "Nghị định 331/2026/NĐ-CP Điều 31", &d.police
		})
		b := d.createDuty(t, drill, func(x *incident.Duty) {
			x.StartedAt, x.DueAt, x.Late, x.Status = at(1), to(at(20)), true, incident.DutyFulfilled
		})
		c := d.createOwn(t, d.police, func(x *incident.Duty) {
			x.StartedAt, x.DueAt, x.Basis = at(2), to(at(10)), "Nghị định 331/2026/NĐ-CP Điều 35"
		})
		e := d.createOwn(t, d.team, func(x *incident.Duty) { x.StartedAt, x.Basis = at(3), "100%_Nghị" })
		for name, q := range map[string]struct {
			q    store.DutyQuery
			want []*incident.Duty
		}{
			"late":                {store.DutyQuery{Late: to(true)}, []*incident.Duty{b}},
			"not late":            {store.DutyQuery{Late: to(false)}, []*incident.Duty{a, c, e}},
			"due after":           {store.DutyQuery{DueAfter: to(at(20))}, []*incident.Duty{a, b}},
			"due between":         {store.DutyQuery{DueAfter: to(at(20)), DueBefore: to(at(30))}, []*incident.Duty{b}},
			"of cases":            {store.DutyQuery{OfCase: to(true)}, []*incident.Duty{a, b}},
			"of agencies":         {store.DutyQuery{OfCase: to(false)}, []*incident.Duty{c, e}},
			"exercise":            {store.DutyQuery{Exercise: to(true)}, []*incident.Duty{b}},
			"no exercise":         {store.DutyQuery{Exercise: to(false)}, []*incident.Duty{a, c, e}},
			"clause":              {store.DutyQuery{Basis: "Nghị định 331/2026/NĐ-CP Điều 3"}, []*incident.Duty{a, c}},
			"clause, one":         {store.DutyQuery{Basis: "Nghị định 331/2026/NĐ-CP Điều 35"}, []*incident.Duty{c}},
			"clause is no mask":   {store.DutyQuery{Basis: "%"}, nil},
			"clause with a mask":  {store.DutyQuery{Basis: "100%_"}, []*incident.Duty{e}},
			"told":                {store.DutyQuery{ToID: d.police}, []*incident.Duty{a}},
			"told, no id":         {store.DutyQuery{ToID: "x"}, nil},
			"agency":              {store.DutyQuery{AgencyID: d.police}, []*incident.Duty{c}},
			"agency and owed by":  {store.DutyQuery{AgencyID: d.police, OwedByID: d.team}, nil},
			"by due time":         {store.DutyQuery{ByDue: true}, []*incident.Duty{c, b, a, e}},
			"by due time, page":   {store.DutyQuery{ByDue: true, After: &store.Position{At: at(20), ID: b.ID}, Limit: 1}, []*incident.Duty{a, e}},
			"by due time, rest":   {store.DutyQuery{ByDue: true, After: &store.Position{ID: e.ID, Rest: true}, Limit: 1}, nil},
			"by due time, filter": {store.DutyQuery{ByDue: true, OfCase: to(false), Limit: 1}, []*incident.Duty{c, e}},
		} {
			q.q.Sight, q.q.Now = store.Everything, at(50)
			got, err := read(st).Duties(q.q)
			require.NoError(t, err, name)
			want := []incident.Duty{}
			for _, duty := range q.want {
				want = append(want, *duty)
			}
			require.Equal(t, want, got, name)
		}
	})
}

// fillDuties stores n pending duties whose moment is far away, and due ones whose moment was
// at(0), half of them of no case.
func fillDuties(t *testing.T, d *desk, n, due int) {
	t.Helper()
	inc := d.create(t, nil)
	var list []incident.Duty
	add := func(i int, watch time.Time) {
		x := *d.duty(inc, func(x *incident.Duty) {
			x.Rule, x.WatchAt, x.DueAt, x.StartedAt = fmt.Sprintf("R%d", i), &watch, &watch, at(i%1000)
		})
		if i%2 == 1 {
			x.IncidentID, x.OwedByID = nil, d.police
		}
		list = append(list, x)
	}
	for i := range n {
		add(i, t0.AddDate(1, 0, 0).Add(time.Duration(i)*time.Second))
	}
	for i := range due {
		add(n+i, t0)
	}
	write(t, d.st, func(tx *store.Tx) error { return tx.CreateDuties(list) })
	require.NoError(t, read(d.st).Analyze())
}

func TestTheWatchReadsTheIndexOfWhatIsStillToBeSaid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		fillDuties(t, d, 20_000, 100)
		list, err := read(st).DutiesToWatch(at(1), nil, 1000)
		require.NoError(t, err)
		require.Len(t, list, 100)
		rest, err := read(st).DutiesToWatch(at(1), &list[59], 1000)
		require.NoError(t, err)
		require.Equal(t, list[60:], rest)
		write(t, st, func(tx *store.Tx) error {
			plans, err := tx.WatchPlans(at(1), d.operator)
			require.NoError(t, err)
			for what, plan := range plans {
				text := strings.Join(plan, "\n")
				require.NotContains(t, text, "Seq Scan", "%s:\n%s", what, text)
				require.False(t, slices.ContainsFunc(plan, func(l string) bool { return strings.HasPrefix(l, "SCAN") }), "%s:\n%s", what, text)
			}
			for _, what := range []string{"what is due", "the rest"} {
				require.Contains(t, strings.Join(plans[what], "\n"), "duties_watch")
			}
			return nil
		})
		p, err := st.Pressing(context.Background(), at(7))
		require.NoError(t, err)
		require.Equal(t, 7*time.Minute, p.WatchLag)
	})
}

func TestTheCalendarIsLookedAtFromTheFirstStartOnAndNeverBackwards(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		looked := func(now int) time.Time {
			got, err := st.CalendarLooked(t.Context(), at(now))
			require.NoError(t, err)
			return got.UTC()
		}
		require.Equal(t, at(5), looked(5))
		require.Equal(t, at(5), looked(9), "the first start stays the first")
		require.NoError(t, st.LookedAtCalendar(t.Context(), at(20)))
		require.NoError(t, st.LookedAtCalendar(t.Context(), at(3)))
		require.Equal(t, at(20), looked(1))
	})
}
