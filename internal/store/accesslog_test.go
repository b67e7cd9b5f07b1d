package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// A year of lines is long: no page of it is sorted, or searched from one end to the other.
func TestPagesOfAJournalFollowAnIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		people, cases := make([]string, 50), make([]string, 500)
		for i := range people {
			people[i] = newID()
		}
		for i := range cases {
			cases[i] = newID()
		}
		lines := make([]store.Line, 10_000)
		for i := range lines {
			lines[i] = store.Line{
				ID: newID(), Kind: "incident", ActorID: &people[i*7%50], AgencyID: &people[i*13%50], IncidentID: &cases[i*31%500],
				Times: 1, FirstAt: at(i), LastAt: at(i),
			}
		}
		require.NoError(t, st.WriteLines(t.Context(), store.AccessLog, lines))
		require.NoError(t, read(st).Analyze())
		all := policy.Sight{All: true}
		require.NoError(t, st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
			if st.Dialect() == store.Postgres {
				require.NoError(t, tx.Exec("SET LOCAL random_page_cost = 1.1"))
			}
			for what, q := range map[string]store.LineQuery{
				"the newest": {Sight: all}, "of a case": {Sight: all, IncidentID: cases[3]}, "of a person": {Sight: all, ActorID: people[3]},
				"of an agency": {Sight: all, AgencyID: people[3]}, "of a time": {Sight: all, After: to(at(100)), Before: to(at(300))},
				"the next page": {Sight: all, Past: &store.Position{At: at(500), ID: newID()}},
				"of a lead":     {Sight: policy.Sight{Unrestricted: true, UserID: d.lead}, IncidentID: cases[3]},
			} {
				q.Limit = 50
				plan, err := tx.PlanLines(store.AccessLog, q)
				require.NoError(t, err)
				text := strings.Join(plan, "\n")
				require.NotContains(t, text, "Seq Scan on access_log", what)
				require.NotContains(t, text, "TEMP B-TREE", what)
				if st.Dialect() == store.SQLite {
					require.Contains(t, text, "USING INDEX access_log", "%s: %s", what, text)
				}
			}
			return nil
		}))
	})
}
