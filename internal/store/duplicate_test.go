package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestCasesOfOneSystemAreFoundByWhatTheyShare(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		system := newID()
		mine := d.create(t, func(x *incident.Incident) {
			x.System = incident.System{ID: &system, Name: "Cổng Thông tin điện tử", PublicAddresses: []string{"203.113.0.10", "2001:4860::1"}, Domains: []string{"sonla.example.vn"}}
		})
		with := func(edit func(*incident.Incident)) string { return d.create(t, edit).ID }
		names := map[string]string{
			with(func(x *incident.Incident) { x.System.ID = to(strings.ToUpper(system)) }):                     "id",
			with(func(x *incident.Incident) { x.System.Name = "cong thong tin  DIEN TU" }):                     "name",
			with(func(x *incident.Incident) { x.System.PublicAddresses = []string{"::ffff:203.113.0.10"} }):    "address",
			with(func(x *incident.Incident) { x.System.PublicAddresses = []string{"2001:4860:0:0:0:0:0:1"} }):  "address",
			with(func(x *incident.Incident) { x.System.Domains = []string{"WWW.SonLa.example.vn"} }):           "domain",
			with(func(x *incident.Incident) { x.System.Name = "Hệ thống khác" }):                               "not",
			with(func(x *incident.Incident) { x.System.ID, x.ReportedAt = &system, t0.Add(-20*24*time.Hour) }): "not: too long ago",
			with(func(x *incident.Incident) { x.System.ID, x.Exercise = &system, true }):                       "not: an exercise",
			with(func(x *incident.Incident) { x.System.ID, x.Restricted = &system, true }):                     "not: restricted",
		}
		find := func(of *incident.Incident, sight policy.Sight) map[string]string {
			list, err := read(st).SharedMarks(store.DuplicateQuery{Of: of, Sight: sight, Window: incident.DuplicateWindow, Limit: 100})
			require.NoError(t, err)
			out := map[string]string{}
			for _, s := range list {
				require.Len(t, s.Marks, 1)
				out[s.Incident.ID] = string(s.Marks[0])
			}
			return out
		}
		team := policy.Sight{Unrestricted: true, AgencyID: d.team, UserID: d.officer}
		found := find(mine, team)
		for id, want := range names {
			if strings.HasPrefix(want, "not") {
				require.NotContains(t, found, id, want)
				continue
			}
			require.Equal(t, want, found[id])
		}
		require.Empty(t, find(mine, policy.Sight{AgencyID: d.ministry, UserID: d.liaison}), "who sees none of them is told of none")

		mine.System = incident.System{Name: "Hệ thống khác"}
		mine.Version++
		write(t, st, func(tx *store.Tx) error { return tx.SaveIncident(mine, 1) })
		require.Len(t, find(mine, team), 1, "the marks follow a correction")
	})
}

func TestTheSearchForDuplicatesReadsNoWholeTable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		agencies := manyCases(t, d)
		var of *incident.Incident
		write(t, st, func(tx *store.Tx) error {
			list, err := tx.Incidents(store.IncidentQuery{Sight: all, Limit: 5000, Now: t0})
			for i := range list {
				list[i].System = incident.System{Name: fmt.Sprintf("Hệ thống %d", i%500), Domains: []string{fmt.Sprintf("s%d.example.vn", i)}}
			}
			if err != nil {
				return err
			}
			of = &list[0]
			return tx.CreateMarks(list)
		})
		require.NoError(t, read(st).Analyze())
		require.NoError(t, st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
			if st.Dialect() == store.Postgres {
				require.NoError(t, tx.Exec("SET LOCAL random_page_cost = 1.1"))
			}
			for who, sight := range map[string]policy.Sight{
				"team":    {Unrestricted: true, AgencyID: d.team, UserID: d.officer},
				"partner": {AgencyID: agencies[7], UserID: d.liaison},
			} {
				plan, err := tx.PlanDuplicates(store.DuplicateQuery{Of: of, Sight: sight, Window: incident.DuplicateWindow, Limit: 100})
				require.NoError(t, err)
				for _, line := range plan {
					scan := strings.Contains(line, "Seq Scan on incidents") || strings.Contains(line, "Seq Scan on incident_marks") ||
						strings.HasPrefix(line, "SCAN incidents") || strings.HasPrefix(line, "SCAN m")
					require.False(t, scan, "%s:\n%s", who, strings.Join(plan, "\n"))
				}
			}
			return nil
		}))
	})
}
