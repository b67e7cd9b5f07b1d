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

// sightings stores four cases: open and closed to those not named, with and without police.
func sightings(t *testing.T, d *desk) map[string]*incident.Incident {
	cases := map[string]*incident.Incident{}
	for i, name := range []string{"open", "open, police", "restricted", "restricted, police"} {
		inc := d.create(t, func(inc *incident.Incident) {
			inc.Title = name
			inc.Restricted = i >= 2
			inc.ReportedAt = at(i)
		})
		sights := []incident.Sight{{AgencyID: d.operator, AsReporter: true}}
		if i%2 == 1 {
			sights = append(sights, incident.Sight{AgencyID: d.police, AsPartner: true})
		}
		write(t, d.st, func(tx *store.Tx) error {
			require.NoError(t, tx.SetSights(inc.ID, sights))
			// The lead is named in every case, which opens only the restricted ones.
			return tx.SetPeople(inc.ID, []string{d.lead})
		})
		cases[name] = inc
	}
	return cases
}

func TestACaseIsSeenByThoseWhoMay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		cases := sightings(t, d)
		everyCase := []string{"open", "open, police", "restricted", "restricted, police"}
		for name, c := range map[string]struct {
			sight policy.Sight
			want  []string
		}{
			"nothing":                {policy.Sight{}, nil},
			"auditor":                {policy.Sight{All: true, UserID: d.officer}, everyCase},
			"team":                   {policy.Sight{Unrestricted: true, AgencyID: d.team, UserID: d.officer}, []string{"open", "open, police"}},
			"team, named":            {policy.Sight{Unrestricted: true, AgencyID: d.team, UserID: d.lead}, everyCase},
			"leader without account": {policy.Sight{Unrestricted: true}, []string{"open", "open, police"}},
			"partner":                {policy.Sight{AgencyID: d.police, UserID: d.liaison}, []string{"open, police"}},
			"partner, named":         {policy.Sight{AgencyID: d.police, UserID: d.lead}, []string{"open, police", "restricted", "restricted, police"}},
			"a system of a partner":  {policy.Sight{AgencyID: d.police}, []string{"open, police"}},
			"reporter":               {policy.Sight{AgencyID: d.operator, UserID: d.liaison}, []string{"open", "open, police"}},
			"stranger":               {policy.Sight{AgencyID: d.ministry, UserID: d.liaison}, nil},
			"named, no agency":       {policy.Sight{UserID: d.lead}, []string{"restricted", "restricted, police"}},
			"ids that are none":      {policy.Sight{AgencyID: "' OR 1=1 --", UserID: "x"}, nil},
		} {
			listed, err := read(st).Incidents(store.IncidentQuery{Sight: c.sight, Sort: "reported_at"})
			require.NoError(t, err, name)
			var titles []string
			for _, inc := range listed {
				titles = append(titles, inc.Title)
			}
			require.Equal(t, c.want, titles, name)
			n, _, err := read(st).CountIncidents(store.IncidentQuery{Sight: c.sight}, 100)
			require.NoError(t, err, name)
			require.Equal(t, len(c.want), n, name)
			for title, inc := range cases {
				_, err := read(st).Incident(inc.ID, c.sight)
				lockErr := st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
					_, err := tx.LockIncident(inc.ID, c.sight)
					return err
				})
				if contains(c.want, title) {
					require.NoError(t, err, "%s: %s", name, title)
					require.NoError(t, lockErr, "%s: %s", name, title)
				} else {
					require.ErrorIs(t, err, fault.NotFound, "%s: %s", name, title)
					require.ErrorIs(t, lockErr, fault.NotFound, "%s: %s", name, title)
				}
			}
		}
	})
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// Who loses sight of a case while waiting for its lock must not get it.
func TestSightIsJudgedUnderTheLock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := sightings(t, d)["open, police"]
		sight := policy.Sight{AgencyID: d.police}
		locked, release := make(chan struct{}), make(chan struct{})
		first := make(chan error, 1)
		go func() {
			first <- st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
				if _, err := tx.LockCase(inc.ID); err != nil {
					return err
				}
				close(locked)
				<-release
				return tx.SetSights(inc.ID, nil)
			})
		}()
		<-locked
		second := make(chan error, 1)
		started := make(chan struct{})
		go func() {
			close(started)
			second <- st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
				_, err := tx.LockIncident(inc.ID, sight)
				return err
			})
		}()
		<-started
		close(release)
		require.NoError(t, <-first)
		require.ErrorIs(t, <-second, fault.NotFound)
	})
}

func TestAnIDThatIsNoneIsAbsent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, nil)
		for _, id := range []string{"", "x", newID(), "{" + inc.ID + "}", "urn:uuid:" + inc.ID, inc.ID + " "} {
			for _, get := range []func(tx *store.Tx) error{
				func(tx *store.Tx) error { _, err := tx.Incident(id, all); return err },
				func(tx *store.Tx) error { _, err := tx.LockIncident(id, all); return err },
				func(tx *store.Tx) error { _, err := tx.LockCase(id); return err },
				func(tx *store.Tx) error {
					_, err := tx.Handover("", id, store.HandoverSight{Case: all, Whole: true})
					return err
				},
				func(tx *store.Tx) error {
					_, err := tx.Duty("", id, store.DutySight{Case: all, Whole: true})
					return err
				},
				func(tx *store.Tx) error { _, err := tx.NationalReport(inc.ID, id); return err },
				func(tx *store.Tx) error { _, err := tx.NationalReport(id, newID()); return err },
				func(tx *store.Tx) error { _, err := tx.Agency(id); return err },
				func(tx *store.Tx) error { _, err := tx.User(id); return err },
				func(tx *store.Tx) error { _, err := tx.LockUser(id); return err },
			} {
				err := st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error { return get(tx) })
				require.ErrorIs(t, err, fault.NotFound, "%q", id)
			}
		}
	})
}

func TestRelationsAndPeopleAreRewritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		one, two := d.create(t, nil), d.create(t, nil)
		set := func(inc *incident.Incident, want ...incident.Sight) {
			write(t, st, func(tx *store.Tx) error { return tx.SetSights(inc.ID, want) })
		}
		relation := func(inc *incident.Incident, agency string) store.Relation {
			reporter, partner, err := read(st).Relation(inc.ID, agency)
			require.NoError(t, err)
			return store.Relation{AsReporter: reporter, AsPartner: partner}
		}
		set(one, incident.Sight{AgencyID: d.operator, AsReporter: true}, incident.Sight{AgencyID: d.police, AsPartner: true},
			incident.Sight{AgencyID: d.ministry}, incident.Sight{AgencyID: d.operator, AsPartner: true})
		set(two, incident.Sight{AgencyID: d.police, AsReporter: true})
		require.Equal(t, store.Relation{AsReporter: true, AsPartner: true}, relation(one, d.operator))
		require.Equal(t, store.Relation{AsPartner: true}, relation(one, d.police))
		require.Equal(t, store.Relation{}, relation(one, d.ministry))
		all, err := read(st).Relations([]string{one.ID, two.ID, newID(), "x"}, d.police)
		require.NoError(t, err)
		require.Equal(t, map[string]store.Relation{one.ID: {AsPartner: true}, two.ID: {AsReporter: true}}, all)
		all, err = read(st).Relations(nil, d.police)
		require.NoError(t, err)
		require.Empty(t, all)

		set(one, incident.Sight{AgencyID: d.operator, AsReporter: true}, incident.Sight{AgencyID: d.ministry, AsPartner: true})
		require.Equal(t, store.Relation{AsReporter: true}, relation(one, d.operator))
		require.Equal(t, store.Relation{}, relation(one, d.police))
		require.Equal(t, store.Relation{AsPartner: true}, relation(one, d.ministry))
		require.Equal(t, store.Relation{AsReporter: true}, relation(two, d.police))
		set(one)
		require.Equal(t, store.Relation{}, relation(one, d.operator))

		people := func(want ...string) {
			got, err := read(st).People(one.ID)
			require.NoError(t, err)
			require.ElementsMatch(t, want, got)
		}
		people()
		write(t, st, func(tx *store.Tx) error { return tx.SetPeople(one.ID, []string{d.lead, d.officer, d.lead}) })
		people(d.lead, d.officer)
		write(t, st, func(tx *store.Tx) error { return tx.SetPeople(one.ID, []string{d.liaison, d.officer}) })
		people(d.liaison, d.officer)
		write(t, st, func(tx *store.Tx) error { return tx.SetPeople(one.ID, nil) })
		people()
	})
}
