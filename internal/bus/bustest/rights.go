package bustest

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

// Refuses asks that the broker refuses whoever this address names to publish on the subject.
func Refuses(t *testing.T, address, subject string) {
	t.Helper()
	refused := make(chan error, 1)
	nc, err := nats.Connect(address, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		if errors.Is(err, nats.ErrPermissionViolation) {
			refused <- err
		}
	}))
	require.NoError(t, err)
	defer nc.Close()
	require.NoError(t, nc.Publish(subject, []byte("{}")))
	select {
	case err := <-refused:
		require.ErrorIs(t, err, nats.ErrPermissionViolation)
	case <-time.After(20 * time.Second):
		require.Fail(t, "the broker takes "+subject)
	}
}
