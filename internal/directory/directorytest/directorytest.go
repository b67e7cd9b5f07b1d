// Package directorytest fills registries for tests.
package directorytest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Demo fills an empty database with the demo of Sơn La.
func Demo(tb testing.TB, st *store.Store, now time.Time) {
	tb.Helper()
	_, err := directory.Seed(tb.Context(), st, Profile(tb, "son-la"), true, now)
	require.NoError(tb, err)
}

// Profile is a province that the program carries.
func Profile(tb testing.TB, slug string) regulation.Profile {
	tb.Helper()
	province, ok := regulation.Find(slug)
	require.True(tb, ok, slug)
	p, ok := province.Rules.Book().Profile(slug)
	require.True(tb, ok, slug)
	return p
}
