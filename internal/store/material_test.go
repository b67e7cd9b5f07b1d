package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestWorkingMaterialIsFoundByAnIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		var first string
		write(t, st, func(tx *store.Tx) error {
			var cases []incident.Incident
			var tasks []incident.Task
			var seen []incident.Observable
			sights := map[string][]incident.Sight{}
			for i := range 300 {
				inc := d.incident(func(inc *incident.Incident) { inc.Restricted = i%50 == 0 })
				cases = append(cases, *inc)
				if i%10 == 0 {
					sights[inc.ID] = []incident.Sight{{AgencyID: d.police, AsPartner: true}}
				}
				for j := range 20 {
					n := i*20 + j
					task := incident.Task{
						ID: newID(), IncidentID: inc.ID, Version: 1, Title: "t", Status: incident.TaskOpen, Audience: incident.AudienceParticipants,
						TLP: incident.TLPGreen, AuthorID: d.officer, AgencyID: d.team, CreatedAt: at(n), UpdatedAt: at(n),
					}
					if n%100 == 0 {
						task.AssigneeID, task.DueAt = to(d.lead), to(at(n))
					} else {
						task.EndedAt = to(at(n))
					}
					tasks = append(tasks, task)
					seen = append(seen, incident.Observable{
						ID: newID(), IncidentID: inc.ID, Type: incident.ObservableDomain, Value: fmt.Sprintf("h%d.vn", n%2000), Given: "x",
						Audience: incident.AudienceParticipants, TLP: incident.TLPGreen, AuthorID: d.officer, AgencyID: d.team, CreatedAt: at(n),
					})
				}
			}
			first = cases[10].ID
			if err := tx.CreateMany(cases, sights); err != nil {
				return err
			}
			if err := tx.CreateTasks(tasks); err != nil {
				return err
			}
			return tx.CreateObservables(seen)
		})
		require.NoError(t, read(st).Analyze())
		labels := []string{"clear", "green", "amber"}
		sights := map[string]store.MaterialSight{
			"team":    {Case: policy.Sight{Unrestricted: true, UserID: d.officer}, Whole: true},
			"partner": {Case: policy.Sight{AgencyID: d.police, UserID: d.liaison}, AsReporter: true, AsPartner: true, AgencyID: d.police, Audiences: []string{"participants"}, Labels: labels},
		}
		require.NoError(t, st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
			if st.Dialect() == store.Postgres {
				require.NoError(t, tx.Exec("SET LOCAL random_page_cost = 1.1"))
			}
			check := func(what, who string, plan []string, err error) {
				require.NoError(t, err)
				for _, line := range plan {
					for _, name := range []string{"tasks", "observables", "o"} {
						scan := strings.Contains(line, "Seq Scan on "+name+" ") || line == "SCAN "+name || strings.Contains(line, "Seq Scan on observables o")
						require.False(t, scan, "%s, %s:\n%s", what, who, strings.Join(plan, "\n"))
					}
				}
			}
			for who, sight := range sights {
				for what, q := range map[string]store.TaskQuery{
					"mine": {AssigneeID: d.lead}, "of a case": {IncidentID: first}, "all": {}, "due": {DueBefore: to(at(100)), Overdue: to(true), Now: at(100)},
				} {
					q.Sight, q.Limit = sight, 50
					plan, err := tx.TaskPlan(q)
					check(what, who, plan, err)
				}
				for what, q := range map[string]store.ObservableQuery{
					"value": {Values: []string{"h7.vn"}, Type: []string{"domain"}}, "value of any type": {Values: []string{"h7.vn", "h8.vn"}},
					"prefix": {Prefix: "h77"}, "of a case": {IncidentID: first}, "all": {},
				} {
					q.Sight, q.Limit = sight, 50
					plan, err := tx.ObservablePlan(q)
					check(what, who, plan, err)
				}
			}
			return nil
		}))
		found, err := read(st).Observables(store.ObservableQuery{Sight: sights["team"], Prefix: "h777", Limit: 50})
		require.NoError(t, err)
		for _, o := range found {
			require.True(t, strings.HasPrefix(o.Value, "h777"))
		}
		require.NotEmpty(t, found)
	})
}
