package app_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/app"
)

func TestTheListOfDutiesBeginsWithWhatIsDueFirst(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		for range 2 {
			d.make(caseKind{state: "responding"})
		}
		all := func(f api.ObligationFilter) (list []api.Obligation) {
			f.Limit = 3
			for {
				page, err := d.as("auditor").Obligations(t.Context(), f)
				require.NoError(t, err)
				list = append(list, page.Items...)
				if page.NextCursor == nil {
					return list
				}
				f.Cursor = *page.NextCursor
			}
		}
		due := func(o api.Obligation) string {
			if o.DueAt == nil {
				return "~" // after every time
			}
			return *o.DueAt
		}
		byDue := all(api.ObligationFilter{Status: []string{"pending"}})
		require.Greater(t, len(byDue), 6)
		require.True(t, slices.IsSortedFunc(byDue, func(a, b api.Obligation) int { return cmp.Compare(due(a), due(b)) }))
		byStart := all(api.ObligationFilter{Status: []string{"pending"}, Sort: "started_at"})
		require.True(t, slices.IsSortedFunc(byStart, func(a, b api.Obligation) int { return cmp.Compare(a.StartedAt, b.StartedAt) }))
		require.False(t, slices.IsSortedFunc(byStart, func(a, b api.Obligation) int { return cmp.Compare(due(a), due(b)) }), "the two orders differ")
		require.ElementsMatch(t, byStart, byDue)
	})
}
