package bustest

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

// patient is for a busy machine, where two seconds are not enough for a handshake.
var patient = nats.Timeout(time.Minute)

// Refuses asks that the broker refuses whoever this address names to publish on the subject.
// authority is the file of who signed the broker's certificate, for one that speaks TLS.
func Refuses(t *testing.T, address, subject string, authority ...string) {
	t.Helper()
	refuses(t, address, subject, authority, func(nc *nats.Conn) error { return nc.Publish(subject, []byte("{}")) })
}

// RefusesToTell asks that the broker refuses whoever this address names what comes on the
// subject.
func RefusesToTell(t *testing.T, address, subject string, authority ...string) {
	t.Helper()
	refuses(t, address, subject, authority, func(nc *nats.Conn) error {
		_, err := nc.SubscribeSync(subject)
		return err
	})
}

// RefusesToSpeak asks that the broker, or we, refuse the connection at all.
func RefusesToSpeak(t *testing.T, address string, authority ...string) {
	t.Helper()
	nc, err := nats.Connect(address, nats.RootCAs(authority...), patient)
	if err == nil {
		nc.Close()
	}
	require.Error(t, err, "somebody may speak who should not")
}

func refuses(t *testing.T, address, subject string, authority []string, try func(*nats.Conn) error) {
	t.Helper()
	refused := make(chan error, 1)
	options := []nats.Option{patient, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		if errors.Is(err, nats.ErrPermissionViolation) {
			refused <- err
		}
	})}
	if len(authority) > 0 {
		options = append(options, nats.RootCAs(authority...))
	}
	nc, err := nats.Connect(address, options...)
	require.NoError(t, err)
	defer nc.Close()
	require.NoError(t, try(nc))
	select {
	case err := <-refused:
		require.ErrorIs(t, err, nats.ErrPermissionViolation)
	case <-time.After(time.Minute):
		require.Fail(t, "the broker allows "+subject)
	}
}
