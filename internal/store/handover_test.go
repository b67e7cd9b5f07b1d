package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestAHandoverIsSeenByThoseWhoMay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		names := map[string]string{}
		var ids []string
		add := func(name string, inc *incident.Incident, from, to string) {
			h := d.createHandover(t, inc, func(h *incident.Handover) {
				h.FromAgencyID, h.ToAgencyID, h.RequestedAt = from, to, at(len(ids))
			})
			names[h.ID] = name
			ids = append(ids, h.ID)
		}
		cases := sightings(t, d)
		for _, of := range []string{"open", "restricted"} {
			add(of+": team to police", cases[of], d.team, d.police)
			add(of+": police to team", cases[of], d.police, d.team)
			add(of+": team to ministry", cases[of], d.team, d.ministry)
		}
		open := []string{"open: team to police", "open: police to team", "open: team to ministry"}
		every := append(append([]string{}, open...), "restricted: team to police", "restricted: police to team", "restricted: team to ministry")
		team := policy.Sight{Unrestricted: true, AgencyID: d.team, UserID: d.officer}
		named := policy.Sight{Unrestricted: true, AgencyID: d.team, UserID: d.lead}
		for name, c := range map[string]struct {
			sight store.HandoverSight
			want  []string
		}{
			"nothing":            {store.HandoverSight{}, nil},
			"auditor":            {store.HandoverSight{Case: all, Whole: true}, every},
			"team":               {store.HandoverSight{Case: team, Whole: true}, open},
			"team, as addressee": {store.HandoverSight{Case: team, Whole: true, AgencyID: d.team}, append(append([]string{}, open...), "restricted: police to team")},
			"team, named":        {store.HandoverSight{Case: named, Whole: true, AgencyID: d.team}, every},
			"police": {store.HandoverSight{Case: policy.Sight{AgencyID: d.police}, AgencyID: d.police},
				[]string{"open: team to police", "open: police to team", "restricted: team to police", "restricted: police to team"}},
			"ministry":               {store.HandoverSight{AgencyID: d.ministry}, []string{"open: team to ministry", "restricted: team to ministry"}},
			"operator":               {store.HandoverSight{AgencyID: d.operator}, nil},
			"taking part is not all": {store.HandoverSight{Case: policy.Sight{AgencyID: d.operator}, Whole: true}, nil},
			"whole of nothing":       {store.HandoverSight{Whole: true}, nil},
			"no id":                  {store.HandoverSight{AgencyID: "x"}, nil},
		} {
			listed, err := read(st).Handovers(store.HandoverQuery{Sight: c.sight, Ascending: true})
			require.NoError(t, err, name)
			var got []string
			for _, h := range listed {
				got = append(got, names[h.ID])
			}
			require.Equal(t, c.want, got, name)
			for id, what := range names {
				_, err := read(st).Handover("", id, c.sight)
				if contains(c.want, what) {
					require.NoError(t, err, "%s: %s", name, what)
				} else {
					require.ErrorIs(t, err, fault.NotFound, "%s: %s", name, what)
				}
			}
		}
		whole := store.HandoverSight{Case: all, Whole: true}
		_, err := read(st).Handover(cases["open"].ID, ids[0], whole)
		require.NoError(t, err)
		for _, wrong := range []string{cases["restricted"].ID, newID(), "x"} {
			_, err = read(st).Handover(wrong, ids[0], whole)
			require.ErrorIs(t, err, fault.NotFound, "a handover of another case")
		}
	})
}

func TestEachFilterNarrowsTheHandovers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc, other := d.create(t, nil), d.create(t, nil)
		a := d.createHandover(t, inc, func(h *incident.Handover) { h.DueAt = to(at(5)) })
		b := d.createHandover(t, inc, func(h *incident.Handover) {
			h.FromAgencyID, h.ToAgencyID, h.Kind, h.Status = d.police, d.team, incident.Notice, incident.Acknowledged
			h.RequestedAt = at(1)
		})
		c := d.createHandover(t, other, func(h *incident.Handover) { h.RequestedAt, h.Kind = at(1), incident.Investigation })
		first, second := b, c
		if first.ID < second.ID {
			first, second = second, first
		}
		sight := store.HandoverSight{AgencyID: d.police}
		for name, f := range map[string]struct {
			q    store.HandoverQuery
			want []*incident.Handover
		}{
			"none":           {store.HandoverQuery{}, []*incident.Handover{first, second, a}},
			"ascending":      {store.HandoverQuery{Ascending: true}, []*incident.Handover{a, second, first}},
			"case":           {store.HandoverQuery{IncidentID: inc.ID}, []*incident.Handover{b, a}},
			"no case":        {store.HandoverQuery{IncidentID: "x"}, nil},
			"status":         {store.HandoverQuery{Status: []string{"acknowledged"}}, []*incident.Handover{b}},
			"kinds":          {store.HandoverQuery{Kind: []string{"notice", "coordination"}}, []*incident.Handover{b, a}},
			"in":             {store.HandoverQuery{Direction: "in"}, []*incident.Handover{c, a}},
			"out":            {store.HandoverQuery{Direction: "out"}, []*incident.Handover{b}},
			"elsewhere":      {store.HandoverQuery{Direction: "up"}, nil},
			"due before":     {store.HandoverQuery{DueBefore: to(at(6))}, []*incident.Handover{a}},
			"due exclusive":  {store.HandoverQuery{DueBefore: to(at(5))}, nil},
			"next page":      {store.HandoverQuery{After: &store.Position{At: first.RequestedAt, ID: first.ID}, Limit: 1}, []*incident.Handover{second, a}},
			"next ascending": {store.HandoverQuery{After: &store.Position{At: a.RequestedAt, ID: a.ID}, Ascending: true}, []*incident.Handover{second, first}},
		} {
			f.q.Sight = sight
			got, err := read(st).Handovers(f.q)
			require.NoError(t, err, name)
			want := []incident.Handover{}
			for _, h := range f.want {
				want = append(want, *h)
			}
			require.Equal(t, want, got, name)
		}
	})
}
