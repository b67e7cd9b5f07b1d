// Package directorytest fills registries for tests.
package directorytest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Demo fills an empty database with the demo of Sơn La.
func Demo(t testing.TB, st *store.Store, now time.Time) {
	t.Helper()
	_, err := directory.Seed(t.Context(), st, directory.SonLa(), true, now)
	require.NoError(t, err)
}
