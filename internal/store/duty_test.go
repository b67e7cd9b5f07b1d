package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestADutyIsSeenByThoseWhoMay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		cases := sightings(t, d)
		names := map[string]string{}
		for i, of := range []string{"open", "restricted"} {
			for j, by := range []string{d.team, d.police} {
				duty := d.createDuty(t, cases[of], func(x *incident.Duty) { x.OwedByID, x.StartedAt = by, at(2*i+j) })
				names[duty.ID] = of + []string{": team", ": police"}[j]
			}
		}
		every := []string{"open: team", "open: police", "restricted: team", "restricted: police"}
		team := policy.Sight{Unrestricted: true, AgencyID: d.team, UserID: d.officer}
		named := policy.Sight{Unrestricted: true, AgencyID: d.team, UserID: d.lead}
		for name, c := range map[string]struct {
			sight store.DutySight
			want  []string
		}{
			"nothing":                {store.DutySight{}, nil},
			"auditor":                {store.DutySight{Case: all, Whole: true}, every},
			"team":                   {store.DutySight{Case: team, Whole: true, AgencyID: d.team}, every[:2]},
			"team, named":            {store.DutySight{Case: named, Whole: true}, every},
			"police":                 {store.DutySight{AgencyID: d.police}, []string{"open: police"}},
			"police, named":          {store.DutySight{AgencyID: d.police, Case: policy.Sight{UserID: d.lead}}, []string{"open: police", "restricted: police"}},
			"taking part is not all": {store.DutySight{Case: policy.Sight{AgencyID: d.operator}, Whole: true}, nil},
			"no id":                  {store.DutySight{AgencyID: "x"}, nil},
		} {
			listed, err := read(st).Duties(store.DutyQuery{Sight: c.sight})
			require.NoError(t, err, name)
			var got []string
			for _, duty := range listed {
				got = append(got, names[duty.ID])
			}
			require.Equal(t, c.want, got, name)
			for id, what := range names {
				_, err := read(st).Duty("", id, c.sight)
				if contains(c.want, what) {
					require.NoError(t, err, "%s: %s", name, what)
				} else {
					require.ErrorIs(t, err, fault.NotFound, "%s: %s", name, what)
				}
			}
		}
	})
}

func TestEachFilterNarrowsTheDuties(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc, other := d.create(t, nil), d.create(t, nil)
		now := at(50)
		a := d.createDuty(t, inc, func(x *incident.Duty) { x.TargetAt, x.DueAt = to(at(49)), to(at(99)) })
		b := d.createDuty(t, inc, func(x *incident.Duty) {
			x.StartedAt, x.DueAt, x.OwedByID, x.Rule = at(1), to(at(40)), d.police, "SL-6.1.e"
		})
		c := d.createDuty(t, other, func(x *incident.Duty) {
			x.StartedAt, x.DueAt, x.Status = at(2), to(at(40)), incident.DutyFulfilled
		})
		e := d.createDuty(t, other, func(x *incident.Duty) { x.StartedAt = at(3) })
		f := d.createDuty(t, other, func(x *incident.Duty) { x.StartedAt, x.TargetAt, x.DueAt = at(4), to(at(50)), to(at(50)) })
		for name, q := range map[string]struct {
			q    store.DutyQuery
			want []*incident.Duty
		}{
			"none":          {store.DutyQuery{}, []*incident.Duty{a, b, c, e, f}},
			"case":          {store.DutyQuery{IncidentID: inc.ID}, []*incident.Duty{a, b}},
			"status":        {store.DutyQuery{Status: []string{"fulfilled", "waived"}}, []*incident.Duty{c}},
			"rule":          {store.DutyQuery{Rule: "SL-6.1.e"}, []*incident.Duty{b}},
			"owed by":       {store.DutyQuery{OwedByID: d.police}, []*incident.Duty{b}},
			"overdue":       {store.DutyQuery{Overdue: to(true)}, []*incident.Duty{a, b}},
			"not overdue":   {store.DutyQuery{Overdue: to(false)}, []*incident.Duty{c, e, f}},
			"due before":    {store.DutyQuery{DueBefore: to(at(50))}, []*incident.Duty{b, c}},
			"next page":     {store.DutyQuery{After: &store.Position{At: at(1), ID: b.ID}, Limit: 1}, []*incident.Duty{c, e}},
			"owed by no id": {store.DutyQuery{OwedByID: "x"}, nil},
		} {
			q.q.Sight, q.q.Now = store.DutySight{Case: all, Whole: true}, now
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

func TestACaseHasOneDutyOfEachRule(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, nil)
		duty := d.createDuty(t, inc, nil)
		err := st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
			return tx.CreateDuty(d.duty(inc, func(x *incident.Duty) { x.Rule = duty.Rule }))
		})
		require.Error(t, err)
	})
}
