package store_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
			fillDuties(t, d, n, 100)
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
	}
}
