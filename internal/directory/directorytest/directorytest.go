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
func Demo(t testing.TB, st *store.Store, now time.Time) {
	t.Helper()
	_, err := directory.Seed(t.Context(), st, Profile(t, "son-la"), true, now)
	require.NoError(t, err)
}

// Profile is a province that the program carries.
func Profile(t testing.TB, slug string) regulation.Profile {
	t.Helper()
	province, ok := regulation.Find(slug)
	require.True(t, ok, slug)
	p, ok := province.Rules.Book().Profile(slug)
	require.True(t, ok, slug)
	return p
}
