package app_test

import (
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/secret"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// wire is a connection line between the program and a database server. It can be cut, as
// when the server has ended, and fall silent, as when its machine is gone from the network.
type wire struct {
	t      *testing.T
	here   string
	server string
	flow   sync.RWMutex // locked: silent

	mu    sync.Mutex
	ln    net.Listener // nil: cut
	conns map[net.Conn]bool
	work  sync.WaitGroup
}

// newWire returns a wire to the server of a database URL, and the URL through it.
func newWire(t *testing.T, database string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(database)
	require.NoError(t, err)
	w := &wire{t: t, here: "127.0.0.1:0", server: u.Host, conns: map[net.Conn]bool{}}
	w.join()
	u.Host = w.here
	t.Cleanup(func() {
		w.cut()
		w.work.Wait()
	})
	return w, u.String()
}

// join makes the server reachable, always at the same address.
func (w *wire) join() {
	w.t.Helper()
	ln, err := net.Listen("tcp", w.here)
	require.NoError(w.t, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ln, w.here = ln, ln.Addr().String()
	w.work.Go(func() {
		for {
			near, err := ln.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", w.server)
			if err != nil || !w.keep(ln, near, far) {
				_ = near.Close()
				continue
			}
			for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
				w.work.Go(func() {
					w.carry(way[0], way[1])
					_ = near.Close()
					_ = far.Close()
				})
			}
		}
	})
}

func (w *wire) carry(to, from net.Conn) {
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		w.flow.RLock()
		_, bad := to.Write(buf[:n])
		w.flow.RUnlock()
		if err != nil || bad != nil {
			return
		}
	}
}

func (w *wire) keep(ln net.Listener, near, far net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ln != ln { // cut meanwhile
		_ = far.Close()
		return false
	}
	w.conns[near], w.conns[far] = true, true
	return true
}

// cut ends every connection and takes no more.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ln != nil {
		_ = w.ln.Close()
		w.ln = nil
	}
	for c := range w.conns {
		_ = c.Close()
	}
	clear(w.conns)
}

// While the database is away every request is told to come later, quickly, and the process
// itself is well. When it is back, everything works without a restart, and nothing that was
// answered is lost.
func TestTrialDatabaseAway(t *testing.T) {
	lengthy(t)
	cfg := demo(t)
	direct := cfg
	direct.DatabaseURL = storetest.OpenPostgres(t)
	line, through := newWire(t, direct.DatabaseURL.Reveal())
	cfg.DatabaseURL = secret.Text(through)
	w := start(t, cfg)
	l := newLoad(t, w.base, w.http.Transport)
	r := newWitness(t, direct)
	l.begin(8)
	var back []time.Duration
	cuts := times(3, 15)
	for range cuts {
		mark := l.answered.Load() + 20 + rand.Int64N(100)
		await(t, 60*time.Second, "the clients work", func() bool { return l.answered.Load() >= mark })
		line.cut()
		mark = l.refused.Load() + 20
		await(t, 60*time.Second, "the clients are told", func() bool { return l.refused.Load() >= mark })
		askAll(t, w.base, l)
		line.join()
		back = append(back, await(t, 60*time.Second, "ready again", func() bool {
			status, _, _ := get(w.base, "/readyz")
			return status == http.StatusOK
		}))
	}
	line.flow.Lock()
	silent := await(t, 60*time.Second, "not ready while the database is silent", func() bool {
		status, _, _ := get(w.base, "/readyz")
		return status == http.StatusServiceUnavailable
	})
	status, _, _ := get(w.base, "/healthz")
	require.Equal(t, http.StatusOK, status)
	line.flow.Unlock()
	back = append(back, await(t, 60*time.Second, "ready again", func() bool {
		status, _, _ := get(w.base, "/readyz")
		return status == http.StatusOK
	}))
	l.end()
	l.repeat()
	l.timelines()
	r.settle(180*time.Second, l, "sent")
	require.Zero(t, l.broken.Load(), "every request is answered")
	w.stop()
	r.check(l.cases)
	r.checkStream()
	r.checkLedger()
	require.Zero(t, l.checkMails(w.mail.all()), "no mail goes out twice")
	require.Empty(t, complaints(w.log.String()))
	t.Logf("trial database away: %d cuts under load; %s; longest wait for a refusal %s; a silent database was told after %s; ready again after %v; %s",
		cuts, l, time.Duration(l.longest.Load()).Round(time.Millisecond), silent.Round(time.Millisecond), rounded(back), r)
}

// askAll asks a bit of everything while the database is away.
func askAll(t *testing.T, base string, l *load) {
	t.Helper()
	ctx, officer, c := t.Context(), l.as["officer"], l.cases[0]
	for what, ask := range map[string]func() error{
		"login": func() error {
			_, err := client.New(base, client.Options{}).Login(ctx, api.Login{Username: "officer", Password: directory.DemoPassword})
			return err
		},
		"me": func() error { // a caller is remembered for a second at most
			var err error
			await(t, 60*time.Second, "nobody is let in unknown", func() bool { _, err = l.as["lead"].Me(ctx); return err != nil })
			return err
		},
		"list": func() error { _, err := officer.Incidents(ctx, api.IncidentFilter{Q: "sự cố"}); return err },
		"read": func() error { _, err := officer.Incident(ctx, c.inc.ID); return err },
		"move": func() error {
			_, err := officer.Respond(ctx, client.Write{Any: true}, c.inc.ID, api.Respond{})
			return err
		},
		"report with a key": func() error {
			_, err := l.as["reporter"].Report(ctx, client.Write{Key: uuid.NewString()}, c.body)
			return err
		},
		"note": func() error {
			_, err := officer.AddNote(ctx, client.Write{}, c.inc.ID, api.NewNote{Text: "x", Audience: "team"})
			return err
		},
		"agencies": func() error { _, err := officer.Agencies(ctx, api.AgencyFilter{}); return err },
	} {
		var p *api.ProblemError
		require.ErrorAs(t, ask(), &p, what)
		require.Equal(t, http.StatusServiceUnavailable, p.Status, what)
		require.Positive(t, p.RetryAfter, what)
		require.True(t, strings.HasPrefix(p.Type, "/problems/"), what)
	}
	status, header, body := get(base, "/readyz")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.NotEmpty(t, header.Get("Retry-After"))
	require.Equal(t, "unavailable", body["status"])
	status, _, _ = get(base, "/healthz")
	require.Equal(t, http.StatusOK, status)
}

func rounded(list []time.Duration) []time.Duration {
	out := make([]time.Duration, len(list))
	for i, d := range list {
		out[i] = d.Round(time.Millisecond)
	}
	return out
}
