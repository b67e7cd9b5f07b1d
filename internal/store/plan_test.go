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

// manyCases stores 5,000 cases, reported by 50 agencies.
func manyCases(t *testing.T, d *desk) (agencies []string) {
	write(t, d.st, func(tx *store.Tx) error {
		for i := range 50 {
			a := incident.Agency{ID: newID(), Code: fmt.Sprintf("M%d", i), Name: "M", CreatedAt: t0}
			if err := tx.CreateAgency(&a); err != nil {
				return err
			}
			agencies = append(agencies, a.ID)
		}
		var cases []incident.Incident
		var duties []incident.Duty
		sights := map[string][]incident.Sight{}
		for i := range 5000 {
			inc := d.incident(func(inc *incident.Incident) {
				inc.Code = fmt.Sprintf("SL-2026-%06d", i)
				inc.Title = fmt.Sprintf("Tấn công mạng số %d kiểu %d", i, i%100)
				inc.Status = incident.Status(fmt.Sprintf("status%d", i%9))
				inc.Severity = to(incident.Severity(fmt.Sprintf("severity%d", i%4)))
				inc.Category = to(fmt.Sprintf("category%d", i%20))
				inc.ReportingAgencyID = agencies[i%50]
				if i%3 == 0 {
					inc.OwnerAgencyID = to(agencies[(i+1)%50])
				}
				if i%10 == 0 {
					inc.Natures = []incident.Nature{incident.Natures[i/10%8]}
				}
				if i%5 == 0 {
					inc.AssigneeID = to([]string{d.officer, d.lead, d.liaison}[i%3])
				}
				inc.Exercise = i%50 == 0
				inc.Restricted = i%100 == 0
				inc.ReportedAt = at(i)
				inc.UpdatedAt = at(i * 7919 % 5000)
			})
			cases = append(cases, *inc)
			sights[inc.ID] = []incident.Sight{
				{AgencyID: inc.ReportingAgencyID, AsReporter: true}, {AgencyID: d.team, AsPartner: true},
			}
			duties = append(duties, *d.duty(inc, func(duty *incident.Duty) {
				duty.Rule = "R"
				duty.DueAt, duty.TargetAt = to(at(i+30)), to(at(i+60))
				if i%20 != 0 {
					duty.Status = incident.DutyFulfilled
				}
			}))
		}
		if err := tx.CreateMany(cases, sights); err != nil {
			return err
		}
		return tx.CreateDuties(duties)
	})
	require.NoError(t, read(d.st).Analyze())
	return agencies
}

func TestFilteredListsUseAnIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		agencies := manyCases(t, d)
		filters := map[string]store.IncidentQuery{
			"status":            {Status: []string{"status3"}},
			"several statuses":  {Status: []string{"status3", "status4"}},
			"severity":          {Severity: []string{"severity1"}},
			"category":          {Category: []string{"category3", "category4"}},
			"nature":            {Nature: []string{"cybercrime"}},
			"nature as partner": {Nature: []string{"cybercrime"}, PartnerOnly: true},
			"agency":            {AgencyID: agencies[3]},
			"assignee":          {AssigneeID: d.lead},
			"reported":          {ReportedAfter: to(at(100)), ReportedBefore: to(at(200))},
			"updated":           {UpdatedAfter: to(at(4900)), Sort: "-updated_at"},
			"overdue":           {Overdue: to(true)},
			"overdue, owed":     {Overdue: to(true), OverdueOwedBy: agencies[3]},
			"exercise":          {Exercise: to(true)},
			"next page":         {After: &store.Position{At: at(300), ID: newID()}},
		}
		sights := map[string]policy.Sight{
			"team":    {Unrestricted: true, AgencyID: d.team, UserID: d.officer},
			"partner": {AgencyID: agencies[7], UserID: d.liaison},
		}
		require.NoError(t, st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
			if st.Dialect() == store.Postgres {
				// As on the disks of today; with the default, reading all of a table this small
				// is honestly cheaper.
				require.NoError(t, tx.Exec("SET LOCAL random_page_cost = 1.1"))
			}
			for what, q := range filters {
				for who, sight := range sights {
					q.Sight, q.Now, q.Limit = sight, at(2000), 50
					plan, err := tx.Plan(q)
					require.NoError(t, err)
					for _, line := range plan {
						scan := strings.Contains(line, "Seq Scan on incidents") || strings.HasPrefix(line, "SCAN incidents")
						require.False(t, scan, "%s, %s:\n%s", what, who, strings.Join(plan, "\n"))
					}
				}
			}
			return nil
		}))
	})
}

func TestTheListOfWhatIsToBeDoneWalksPastNothingThatIsDone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		manyCases(t, d)
		plan, err := read(st).PlanDuties(store.DutyQuery{
			Sight:  store.DutySight{Case: policy.Sight{Unrestricted: true, AgencyID: d.team, UserID: d.officer}, Whole: true, AgencyID: d.team},
			Status: []string{string(incident.DutyPending)}, ByDue: true, Limit: 50,
		})
		require.NoError(t, err)
		require.Contains(t, strings.Join(plan, "\n"), "duties_todo")
	})
}
