package outbox_test

import (
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/outbox"
	"github.com/ungcuu/ungcuu/internal/secret"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
	"github.com/ungcuu/ungcuu/internal/telemetry/telemetrytest"
)

// wire is a way to a server that can fall silent: it still takes what is said, and hands
// nothing on.
type wire struct {
	addr   string
	silent atomic.Bool
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = ln.Close() })
	w := &wire{addr: ln.Addr().String()}
	go func() {
		for {
			near, err := ln.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			go w.carry(near, far)
			go w.carry(far, near)
		}
	}()
	return w
}

func (w *wire) carry(from, into net.Conn) {
	defer from.Close()
	defer into.Close()
	_, _ = io.Copy(writer(func(p []byte) (int, error) {
		if w.silent.Load() {
			return len(p), nil
		}
		return into.Write(p)
	}), from)
}

type writer func([]byte) (int, error)

func (f writer) Write(p []byte) (int, error) { return f(p) }

func TestADatabaseThatFallsSilentHoldsTheRelayForOneRoundOnly(t *testing.T) {
	address, err := storetest.OpenPostgres(t).URL()
	require.NoError(t, err)
	w := newWire(t, address.Host)
	direct := storetest.Open(t, store.Config{DatabaseURL: secret.Text(address.String())})
	address.Host = w.addr
	st := storetest.Open(t, store.Config{DatabaseURL: secret.Text(address.String())})
	said := &telemetrytest.Log{}
	stop := run(t, outbox.NewRelay(st, open(t, bus.Config{DataDir: t.TempDir(), Province: "son-la"}), nil,
		said.Logger()).Within(2*time.Second))
	defer stop()
	chain := uuid.NewString()
	commit(t, direct, event(chain, 1))
	require.Eventually(t, func() bool { return backlog(t, direct) == 0 }, 60*time.Second, 5*time.Millisecond)

	w.silent.Store(true)
	require.Eventually(t, func() bool { return said.Count("stands still") > 0 }, 60*time.Second, 5*time.Millisecond)
	commit(t, direct, event(chain, 2))
	w.silent.Store(false)
	require.Eventually(t, func() bool { return backlog(t, direct) == 0 }, 60*time.Second, 5*time.Millisecond)
}
