package regulation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/regulation"
)

func TestLogsAreKeptByTheLongestClause(t *testing.T) {
	for _, now := range []time.Time{
		time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC), time.Date(2028, 2, 29, 3, 0, 0, 0, time.UTC), time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC),
	} {
		from, rule := regulation.KeepLogsFrom(now)
		require.Equal(t, 12, rule.Months)
		require.NotEmpty(t, rule.Basis)
		for _, r := range regulation.LogRetentions {
			require.NotEmpty(t, r.Basis)
			require.False(t, from.After(now.AddDate(0, -r.Months, -r.Days)), "%s on %s", r.Basis, now)
		}
		day := now.In(regulation.Zone)
		lastDay := time.Date(day.Year()-1, day.Month()+1, 0, 0, 0, 0, 0, regulation.Zone).Day()
		require.False(t, from.After(time.Date(day.Year()-1, day.Month(), min(day.Day(), lastDay), day.Hour(), 0, 0, 0, regulation.Zone)), now)
	}
}
