package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/ledger"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// world is the whole program, running in this process as the demo, with real database,
// broker and mail server around it.
type world struct {
	*testing.T
	cfg    app.Config
	base   string
	mail   *mailbox
	log    *lockedBuffer
	out    *lockedBuffer // what an operator reads
	stop   func()
	http   *http.Client
	agency map[string]string // code → id

	mu      sync.Mutex
	clients map[string]*client.Client
}

// kinds runs the test on every kind of database with every kind of broker, side by side with
// other tests: what a test starts is its own.
func kinds(t *testing.T, test func(t *testing.T, cfg app.Config)) {
	t.Helper()
	t.Parallel()
	for _, db := range []string{store.SQLite, store.Postgres} {
		for _, broker := range bustest.Kinds() {
			t.Run(db+"/"+broker.Name, func(t *testing.T) {
				t.Parallel()
				cfg := demo(t)
				if db == store.Postgres {
					cfg.DatabaseURL = storetest.OpenPostgres(t)
				}
				cfg.NATSURL = broker.New(t).URL
				test(t, cfg)
			})
		}
	}
}

// databases runs the test on every kind of database, with the broker in the process, side by
// side with other tests: what a test starts is its own.
func databases(t *testing.T, test func(t *testing.T, cfg app.Config)) {
	t.Helper()
	t.Parallel()
	for _, db := range []string{store.SQLite, store.Postgres} {
		t.Run(db, func(t *testing.T) {
			t.Parallel()
			cfg := demo(t)
			if db == store.Postgres {
				cfg.DatabaseURL = storetest.OpenPostgres(t)
			}
			test(t, cfg)
		})
	}
}

// anHourAgo is a time of detection of which no clock of the law runs out while a test runs.
func anHourAgo() string { return time.Now().Add(-time.Hour).Format(time.RFC3339) }

const anyPort = "127.0.0.1:0"

func demo(t *testing.T) app.Config {
	return app.Config{
		Addr: anyPort, Data: t.TempDir(), Province: "son-la", Demo: true,
		SMTPFrom: "ungcuu@sonla.example", LogLevel: "info",
	}
}

// start runs the program until the test ends or stop is called.
func start(t *testing.T, cfg app.Config) *world {
	t.Helper()
	w := &world{T: t, cfg: cfg, log: &lockedBuffer{}, out: &lockedBuffer{}, clients: map[string]*client.Client{}}
	w.mail = newMailbox(t)
	w.cfg.SMTPURL = w.mail.url
	if w.cfg.Addr == anyPort {
		w.cfg.Addr = fmt.Sprintf("127.0.0.1:%d", bustest.HoldPort(t)) // a restart listens there again
	}
	w.run()
	t.Cleanup(func() {
		w.stop()
		if t.Failed() {
			t.Log(w.log.String())
		}
	})
	return w
}

func (w *world) run() {
	w.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	addr, ended := make(chan string, 1), make(chan error, 1)
	var level slog.Level
	_ = level.UnmarshalText([]byte(w.cfg.LogLevel)) // info where nothing is said
	log := slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: level}))
	go func() { ended <- app.Run(ctx, w.cfg, log, w.out, func(a string) { addr <- a }) }()
	select {
	case a := <-addr:
		w.base = "http://" + a
	case err := <-ended:
		cancel()
		require.NoError(w, err, "the program ended at once")
	}
	var once sync.Once
	w.stop = func() {
		once.Do(func() {
			cancel()
			require.NoError(w, <-ended)
		})
	}
	w.http = &http.Client{Transport: &contract{T: w.T, document: document(w.T), next: http.DefaultTransport}, Timeout: time.Minute}
	w.waitReady()
}

func (w *world) waitReady() {
	w.Helper()
	require.Eventually(w, func() bool {
		resp, err := http.Get(w.base + "/readyz")
		if err != nil {
			return false
		}
		defer func() { _ = resp.Body.Close() }()
		return resp.StatusCode == http.StatusOK
	}, 60*time.Second, 5*time.Millisecond, "not ready")
	if w.agency == nil {
		list, err := w.as("officer").Agencies(w.Context(), api.AgencyFilter{Paging: api.Paging{Limit: 200}})
		require.NoError(w, err)
		w.agency = map[string]string{}
		for _, a := range list.Items {
			w.agency[a.Code] = a.ID
		}
	}
}

// as is a client of that user of the demo. Every answer is checked against the document.
func (w *world) as(username string) *client.Client {
	w.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.clients[username]; c != nil {
		return c
	}
	c := client.New(w.base, client.Options{HTTPClient: w.http})
	tokens, err := c.Login(w.Context(), api.Login{Username: username, Password: directory.DemoPassword})
	require.NoError(w, err)
	w.clients[username] = c.As(tokens.AccessToken)
	return w.clients[username]
}

// stream stops the program and reads everything that went out on the broker.
func (w *world) stream() []bus.Msg {
	w.Helper()
	w.stop()
	b, err := bus.Open(w.Context(), bus.Config{URL: w.cfg.NATSURL, DataDir: w.cfg.Data, Province: "son-la"}, slog.New(slog.DiscardHandler))
	require.NoError(w, err)
	defer b.Close()
	require.Eventually(w, func() bool { return b.Ready() == nil || b.Prepare(w.Context()) == nil }, 60*time.Second, 10*time.Millisecond)
	var out []bus.Msg
	require.NoError(w, b.Replay(w.Context(), func(m bus.Msg) error { out = append(out, m); return nil }))
	return out
}

// streamOf is the part of the stream that tells of one case or agency.
func (w *world) streamOf(owner string) []bus.Msg {
	w.Helper()
	return slices.DeleteFunc(w.stream(), func(m bus.Msg) bool {
		var e api.Event
		require.NoError(w, json.Unmarshal(m.Data, &e))
		return e.Subject != owner
	})
}

// sealsOf are the lines of the ledger of one case or agency.
func (w *world) sealsOf(owner string) []ledger.Line {
	w.Helper()
	all, err := ledger.Read(ledger.Path(w.cfg.Data))
	if errors.Is(err, os.ErrNotExist) { // its worker has not begun
		return nil
	}
	require.NoError(w, err)
	return slices.DeleteFunc(all, func(l ledger.Line) bool { return l.Chain != owner })
}

// shared is a file of the shared folder beside the repository. A user does not have it: then
// the test says so and is skipped.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", name))
	if err != nil {
		t.Skipf("needs %s from the folder shared beside the repository", name)
	}
	return raw
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
