package bustest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/bus"
)

// Publish publishes the messages one after the other and returns when the consumer, from which
// nobody may fetch meanwhile, knows of them all: a broker acknowledges a message before it tells
// its consumers, and a fetch in between finds a part.
func Publish(t *testing.T, b *bus.Bus, consumer string, messages ...bus.Message) {
	t.Helper()
	require.NoError(t, b.Prepare(t.Context()))
	pending := func() (n uint64, err error) {
		lags, _, err := b.Lags(t.Context())
		for _, l := range lags {
			if l.Consumer == consumer {
				n = l.Pending
			}
		}
		return n, err
	}
	before, err := pending()
	require.NoError(t, err)
	for _, m := range messages {
		require.NoError(t, errors.Join(b.Publish(t.Context(), []bus.Message{m})...))
	}
	require.Eventually(t, func() bool {
		n, err := pending()
		return err == nil && n == before+uint64(len(messages))
	}, 60*time.Second, time.Millisecond, "the broker tells %s of what was published", consumer)
}
