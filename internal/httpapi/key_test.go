package httpapi

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
)

func TestWrongKeysShutOutTheirAddressAndNoKeyThatIsInUseThere(t *testing.T) {
	k, err := newKeyTries()
	require.NoError(t, err)
	ctx := t.Context()
	no, yes := func() bool { return false }, func() bool { return true }
	for range 30 {
		require.NoError(t, k.room(ctx, "192.0.2.1", no), "asking counts nothing")
		k.failed(ctx, "192.0.2.1")
	}
	err = k.room(ctx, "192.0.2.1", no)
	require.ErrorIs(t, err, fault.TooMany)
	f, _ := fault.As(err)
	require.Positive(t, f.RetryAfter)
	require.NoError(t, k.room(ctx, "192.0.2.1", yes))
	require.NoError(t, k.room(ctx, "192.0.2.2", no), "another address")

	var demo *keyTries
	demo.failed(ctx, "192.0.2.1")
	require.NoError(t, demo.room(ctx, "192.0.2.1", no))
}
