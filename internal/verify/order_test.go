package verify

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The team's role moves from one agency to another and back; a clock is set back.
func TestChangesOfTheBookAreInOneOrderAcrossChains(t *testing.T) {
	at := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	told := []replaced{
		{"a", 1, at, "1", "2"}, {"a", 2, at.Add(-2 * time.Hour), "2", "3"}, {"a", 7, at.Add(4 * time.Hour), "4", "1"},
		{"b", 1, at.Add(time.Hour), "3", "4"}, {"b", 2, at.Add(5 * time.Hour), "1", "2"},
	}
	var to []string
	for _, r := range inOrder(told) {
		to = append(to, r.to)
	}
	require.Equal(t, []string{"2", "3", "4", "1", "2"}, to)
}
