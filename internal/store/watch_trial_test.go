package store_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// TestTrialAMillionOpenDuties puts a hundred duties whose moment has come among a thousand and
// among a million that wait, half of them of no case, and says how long the watch needs to find
// them. In its short form it only holds that it finds them.
func TestTrialAMillionOpenDuties(t *testing.T) {
	few, many := 1_000, 20_000
	if os.Getenv("UNGCUU_TRIAL") == "full" {
		many = 1_000_000
	}
	for name, cfg := range storetest.Databases(t) {
		t.Run(name, func(t *testing.T) {
			took := map[int]time.Duration{}
			for _, n := range []int{few, many} {
				if cfg.DatabaseURL != "" {
					cfg.DatabaseURL = storetest.OpenPostgres(t)
				} else {
					cfg.DataDir = t.TempDir()
				}
				st := storetest.Open(t, cfg)
				d := newDesk(t, st)
				start := time.Now()
				waiting(t, d, n)
				fillDuties(t, d, 0, 100)
				t.Logf("%s: %d duties stored in %v", name, n, time.Since(start).Round(time.Millisecond))
				var all []time.Duration
				for range 200 {
					start := time.Now()
					list, err := read(st).DutiesToWatch(at(1), nil, 100)
					all = append(all, time.Since(start))
					require.NoError(t, err)
					require.Len(t, list, 100)
				}
				slices.Sort(all)
				took[n] = all[len(all)/2]
				start = time.Now()
				for range 200 {
					list, err := read(st).DutiesToWatch(t0.Add(-time.Hour), nil, 100)
					require.NoError(t, err)
					require.Empty(t, list)
				}
				t.Logf("%s: among %d, 100 due are found in %v (median of 200); nothing due: %v", name, n, took[n], time.Since(start)/200)
			}
			t.Logf("%s: %d against %d: ratio %.2f", name, many, few, float64(took[many])/float64(took[few]))
		})
	}
}

// waiting stores n pending duties whose moment is far away, by one statement.
func waiting(t *testing.T, d *desk, n int) {
	t.Helper()
	inc := d.create(t, nil)
	series, id, uuid := "generate_series(1, ?) AS s(n)", "gen_random_uuid()", "::uuid"
	if d.st.Dialect() == store.SQLite {
		series = "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ?) SELECT n FROM s) AS s"
		id, uuid = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || "+
			"'-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))", ""
	}
	far := t0.AddDate(1, 0, 0)
	write(t, d.st, func(tx *store.Tx) error {
		return tx.Exec("INSERT INTO duties (id, incident_id, rule, basis, title, owed_by_id, to_role, status, immediate, started_at, due_at,"+
			" watch_at, blocks_closure, created_at, updated_at) SELECT "+id+", CASE WHEN s.n % 2 = 0 THEN CAST(? AS "+map[bool]string{true: "text", false: "uuid"}[d.st.Dialect() == store.SQLite]+") END, 'W' || s.n, '', '', ?"+uuid+
			", '', 'pending', false, ?, ?, ?, false, ?, ? FROM "+series, inc.ID, d.police, t0, far, far, t0, t0, n)
	})
	require.NoError(t, read(d.st).Analyze())
}
