package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// A desk that comes from before cases' labels narrowed anything has its rows of who takes part
// as the rule would write them now.
func TestTheLabelsOfCasesFromBeforeNarrowToo(t *testing.T) {
	for name, c := range storetest.Databases(t) {
		t.Run(name, func(t *testing.T) {
			st, err := store.Open(t.Context(), c, quiet())
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, st.Close()) })
			require.NoError(t, st.MigrateTo(t.Context(), 11))
			reporting, lead, partner, user := newID(), newID(), newID(), newID()
			cases := map[incident.TLP][2]string{} // label → open, restricted
			require.NoError(t, st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
				exec := func(statement string, args ...any) { require.NoError(t, tx.Exec(statement, args...)) }
				for _, id := range []string{reporting, lead, partner} {
					exec("INSERT INTO agencies (id, code, name, created_at) VALUES (?, ?, 'A', ?)", id, id, t0)
				}
				exec("INSERT INTO users (id, username, full_name, agency_id, password_hash, created_at) VALUES (?, 'u', 'U', ?, '-', ?)", user, lead, t0)
				for _, tlp := range incident.TLPs {
					var ids [2]string
					for i := range ids {
						ids[i] = newID()
						exec("INSERT INTO incidents (id, code, version, status, title, description, tlp, confidential, restricted, exercise, imported,"+
							" system_public_addresses, system_domains, facts, reporting_agency_id, reported_by_id, lead_agency_id, detected_at,"+
							" detected_precision, reported_at, chain_seq, chain_hash, created_at, updated_at) VALUES"+
							" (?, ?, 1, 'triaged', 't', 'd', ?, false, ?, false, false, '[]', '[]', '{}', ?, ?, ?, ?, 'minute', ?, 0, '', ?, ?)",
							ids[i], ids[i], tlp, i == 1, reporting, user, lead, t0, t0, t0, t0)
						for _, agency := range []string{reporting, lead, partner} {
							exec("INSERT INTO case_sights (agency_id, incident_id, as_reporter, as_partner) VALUES (?, ?, ?, ?)", agency, ids[i], agency == reporting, agency != reporting)
						}
					}
					cases[tlp] = ids
				}
				return nil
			}))
			require.NoError(t, st.Migrate(t.Context()))
			for tlp, ids := range cases {
				for i, id := range ids {
					inc, err := read(st).Case(id)
					require.NoError(t, err)
					for _, agency := range []string{reporting, lead, partner} {
						reach := inc.Reach(agency)
						var rows, narrowed int
						of := " FROM case_sights WHERE incident_id = '" + id + "' AND agency_id = '" + agency + "'"
						require.NoError(t, read(st).One("SELECT count(*)"+of, &rows))
						require.NoError(t, read(st).One("SELECT count(*)"+of+" AND narrowed", &narrowed))
						require.Equal(t, reach > incident.ReachNothing, rows == 1, "%s, restricted %v", tlp, i == 1)
						require.Equal(t, reach == incident.ReachStanding, narrowed == 1, "%s, restricted %v", tlp, i == 1)
					}
				}
			}
		})
	}
}
