package httpapi

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAListWithMeaningsHasOneForEachOfItsValues(t *testing.T) {
	for name, words := range Meanings() {
		require.ElementsMatch(t, Lists()[name], slices.Collect(maps.Keys(words)), name)
		for value, meaning := range words {
			require.NotEmpty(t, meaning, "%s: %s", name, value)
		}
	}
}
