package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestNoSearchReadsAWholeTable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		agencies := manyCases(t, d)
		if st.Dialect() == store.Postgres {
			// Of 5,000 rows, reading all is honestly cheaper than looking up twenty words.
			write(t, st, func(tx *store.Tx) error {
				require.NoError(t, tx.Exec("ALTER TABLE incident_texts DROP CONSTRAINT incident_texts_incident_id_fkey"))
				return tx.Exec("INSERT INTO incident_texts SELECT gen_random_uuid(), texts, added, words FROM incident_texts, generate_series(1, 5)")
			})
			require.NoError(t, read(st).Analyze())
		}
		questions := map[string]store.IncidentQuery{
			"common":          {Q: "tấn công"},
			"rare":            {Q: "SL-2026-001234"},
			"a letter":        {Q: "t"},
			"mixed":           {Q: "tấn công kiểu 7"},
			"next page":       {Q: "tấn công", After: &store.Position{At: at(300), ID: newID()}},
			"by change":       {Q: "tấn công", Sort: "-updated_at"},
			"with a status":   {Q: "tấn công", Status: []string{"status3"}},
			"with a nature":   {Q: "tấn công", Nature: []string{"cybercrime"}},
			"with an agency":  {Q: "tấn công", AgencyID: agencies[3]},
			"that is overdue": {Q: "tấn công", Overdue: to(true)},
		}
		readers := map[string]policy.Actor{
			"team":     {UserID: d.officer, AgencyID: d.team, Roles: []policy.Role{policy.Officer}},
			"auditor":  {UserID: d.lead, AgencyID: d.ministry, Roles: []policy.Role{policy.Auditor}},
			"leader":   {UserID: d.lead, AgencyID: d.ministry, Roles: []policy.Role{policy.Leader}},
			"partner":  {UserID: d.liaison, AgencyID: agencies[7], Roles: []policy.Role{policy.Liaison}},
			"reporter": {UserID: d.liaison, AgencyID: agencies[8], Roles: []policy.Role{policy.Reporter}},
		}
		big := []string{"incidents", "incident_texts", "case_sights", "x", "y"}
		require.NoError(t, st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
			if st.Dialect() == store.Postgres {
				require.NoError(t, tx.Exec("SET LOCAL random_page_cost = 1.1"))
			}
			for what, q := range questions {
				for who, by := range readers {
					q.Sight, q.Reads, q.Now, q.Limit = by.Sight(), by.Reads(), at(2000), 50
					ways, err := tx.SearchPlans(q)
					require.NoError(t, err)
					for _, plan := range ways {
						told := strings.Join(plan, "\n")
						for i, line := range plan {
							for _, table := range big {
								require.NotContains(t, line, "Seq Scan on "+table+" ", "%s, %s:\n%s", what, who, told)
								if line == "SCAN "+table {
									// The rows that were cut before may be read whole, nothing else.
									require.True(t, table == "incidents" && strings.Contains(told, "CO-ROUTINE incidents") &&
										strings.Count(told, "\nSCAN incidents\n") == 1, "%s, %s, line %d:\n%s", what, who, i, told)
								}
							}
							if strings.HasPrefix(line, "SCAN incidents USING") {
								require.NotContains(t, told, "USE TEMP B-TREE FOR ORDER BY", "a walk in the list's order: %s, %s:\n%s", what, who, told)
							}
						}
					}
				}
			}
			return nil
		}))
	})
}

// Statistics make PostgreSQL read the whole table for a common word; nobody may bring them back.
func TestTheWordsHaveNoStatistics(t *testing.T) {
	st := storetest.Open(t, store.Config{DatabaseURL: storetest.OpenPostgres(t)})
	d := newDesk(t, st)
	d.create(t, func(inc *incident.Incident) { inc.Title = "Mường La" })
	require.NoError(t, read(st).Analyze())
	var n int
	require.NoError(t, read(st).One("SELECT count(*) FROM pg_stats WHERE tablename = 'incident_texts' AND attname = 'words'", &n))
	require.Zero(t, n)
}
