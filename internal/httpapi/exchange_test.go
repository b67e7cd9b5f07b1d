package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/exchange"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// exchanging is a bench with more cases than an export reads at once, served on connections
// without any buffer: what a side does not read, the other cannot write.
type exchanging struct {
	*bench
	srv   *http.Server
	conns pipes
	ended chan any                                   // of each request: what the handler ended with
	first func(http.ResponseWriter, context.Context) // runs before the first byte of a body
}

// pipes is a listener of connections in memory.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

func (p pipes) dial(t *testing.T) net.Conn {
	here, there := net.Pipe()
	t.Cleanup(func() { _ = here.Close() })
	p <- there
	return here
}

const someCases = 450

func line(i int) string {
	return fmt.Sprintf(`{"title":"Sự cố %d","description":%q,"detected_at":"2019-01-02T00:00:00Z","system":{"name":"s"},"report":{"reference":"%d"}}`+"\n", i, strings.Repeat("x", 200), i)
}

func newExchanging(t *testing.T, set func(*http.Server)) *exchanging {
	t.Helper()
	e := &exchanging{bench: newBench(t), conns: make(pipes), ended: make(chan any, 1)}
	province, _ := regulation.Find("son-la")
	e.server.cases = casework.New(e.store, province, e.server.log)
	var err error
	e.server.imports, err = casework.NewImports(e.server.cases, t.TempDir(), time.Now, e.server.log)
	require.NoError(t, err)

	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	for i := range someCases {
		_, err = f.WriteString(line(i))
		require.NoError(t, err)
	}
	_, err = f.Seek(0, io.SeekStart)
	require.NoError(t, err)
	row := &store.Import{ID: someID, Format: exchange.JSONL, Errors: "[]", CreatedByID: e.admin().UserID, CreatedAt: time.Now(), UpdatedAt: time.Now()}
	status, _, err := e.server.cases.RunImport(t.Context(), row, e.admin(), f, nil, t.TempDir(), nil, time.Now)
	require.NoError(t, err)
	require.Equal(t, casework.ImportDone, status, row.Errors)

	e.srv = &http.Server{Handler: http.HandlerFunc(e.serve), ReadHeaderTimeout: 10 * time.Second}
	if set != nil {
		set(e.srv)
	}
	go func() { _ = e.srv.Serve(e.conns) }()
	t.Cleanup(func() { close(e.conns); _ = e.srv.Close() })
	return e
}

func (e *exchanging) admin() policy.Actor {
	u, err := e.store.Read(e.Context()).UserByName("admin")
	require.NoError(e, err)
	a, err := e.store.Read(e.Context()).Agency(u.AgencyID)
	require.NoError(e, err)
	return authn.ActorOf(u, a, time.Now())
}

func (e *exchanging) serve(w http.ResponseWriter, r *http.Request) {
	defer func() {
		p := recover()
		e.ended <- p
		if p != nil {
			panic(p)
		}
	}()
	e.server.ServeHTTP(&hooked{ResponseWriter: w, first: func() {
		if e.first != nil {
			e.first(w, r.Context())
		}
	}}, r)
}

// hooked calls first before the first byte of a body.
type hooked struct {
	http.ResponseWriter
	once  sync.Once
	first func()
}

func (h *hooked) Write(b []byte) (int, error) {
	h.once.Do(h.first)
	return h.ResponseWriter.Write(b)
}

func (h *hooked) Unwrap() http.ResponseWriter { return h.ResponseWriter }

// export asks for an export on a connection of its own.
func (e *exchanging) export() (net.Conn, *http.Client, *http.Request) {
	e.Helper()
	conn := e.conns.dial(e.T)
	c := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}}
	r, err := http.NewRequestWithContext(e.Context(), http.MethodGet, "http://desk/api/v1/incidents/export?format=jsonl", nil)
	require.NoError(e, err)
	r.Header.Set("Authorization", "Bearer "+e.token)
	return conn, c, r
}

// An export that breaks off ends its connection, so that nobody takes a half for the whole.
func TestAnExportThatFailsInTheMiddleHasNoCleanEnd(t *testing.T) {
	for name, fail := range map[string]func(*exchanging){
		"the server stops":  func(e *exchanging) { close(e.server.stopping) },
		"the database goes": func(e *exchanging) { _ = e.store.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			e := newExchanging(t, nil)
			e.first = func(http.ResponseWriter, context.Context) { fail(e) }
			_, c, r := e.export()
			resp, err := c.Do(r)
			require.NoError(t, err)
			defer func() { _ = resp.Body.Close() }()
			require.Equal(t, http.StatusOK, resp.StatusCode)
			body, err := io.ReadAll(resp.Body)
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			require.Less(t, strings.Count(string(body), "\n"), someCases)
			require.Equal(t, http.ErrAbortHandler, <-e.ended)
			require.Contains(t, e.log.String(), "export broken off")
		})
	}
}

func TestAnExportEndsWithItsClient(t *testing.T) {
	e := newExchanging(t, nil)
	conn, c, r := e.export()
	e.first = func(_ http.ResponseWriter, ctx context.Context) {
		_ = conn.Close()
		<-ctx.Done()
	}
	resp, err := c.Do(r)
	if err == nil {
		_ = resp.Body.Close()
	}
	require.Error(t, err)
	require.Equal(t, http.ErrAbortHandler, <-e.ended)
	require.Contains(t, e.log.String(), "export broken off")
}

// The server's patience for an answer is over before the first byte of this one.
func TestADownloadMayTakeLongerThanAnAnswer(t *testing.T) {
	e := newExchanging(t, func(srv *http.Server) { srv.WriteTimeout = time.Nanosecond })
	_, c, r := e.export()
	resp, err := c.Do(r)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, someCases, strings.Count(string(body), "\n"))
	require.Nil(t, <-e.ended)
}

func TestAReaderThatStandsStillEndsItsDownload(t *testing.T) {
	e := newExchanging(t, nil)
	e.server.silence = 20 * time.Millisecond
	conn := e.conns.dial(t)
	_, err := fmt.Fprintf(conn, "GET /api/v1/incidents/export?format=jsonl HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer %s\r\n\r\n", e.token)
	require.NoError(t, err)
	require.Equal(t, http.ErrAbortHandler, <-e.ended)
	require.Contains(t, e.log.String(), "i/o timeout")
}

// The server's patience for a request is over before the first byte of this body.
func TestAnUploadMayTakeLongerThanARequest(t *testing.T) {
	e := newExchanging(t, func(srv *http.Server) { srv.ReadTimeout, srv.WriteTimeout = time.Nanosecond, time.Nanosecond })
	e.asAdmin()
	conn := e.conns.dial(t)
	c := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}}
	body, in := io.Pipe()
	go func() {
		for i := range someCases {
			_, _ = io.WriteString(in, line(i))
		}
		_ = in.Close()
	}()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://desk/api/v1/imports", body)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+e.token)
	r.Header.Set("Content-Type", "application/jsonl")
	resp, err := c.Do(r)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	var i api.Import
	require.Equal(t, http.StatusAccepted, resp.StatusCode)
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&i))
	require.Equal(t, "queued", i.Status)
	require.Nil(t, <-e.ended)
}

func TestAnUploadThatStandsStillIsRefusedAndLeavesNothing(t *testing.T) {
	e := newExchanging(t, nil)
	e.asAdmin()
	e.server.silence = 20 * time.Millisecond
	conn := e.conns.dial(t)
	_, err := fmt.Fprintf(conn, "POST /api/v1/imports HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer %s\r\nContent-Type: application/jsonl\r\nContent-Length: 100000\r\n\r\n%s", e.token, line(1))
	require.NoError(t, err)
	answer, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.Contains(t, string(answer), "HTTP/1.1 400")
	require.Contains(t, string(answer), "/problems/malformed")
	list, err := e.store.Read(t.Context()).Imports(nil, 10)
	require.NoError(t, err)
	require.Len(t, list, 1, "the one that filled the desk")
}

func (e *exchanging) asAdmin() {
	e.Helper()
	w := e.do(http.MethodPost, "/api/v1/auth/login", `{"username":"admin","password":"ungcuu-demo-2026"}`, map[string]string{"Authorization": ""})
	require.Equal(e, http.StatusOK, w.Code, w.Body)
	var tokens api.Tokens
	require.NoError(e, json.Unmarshal(w.Body.Bytes(), &tokens))
	e.token = tokens.AccessToken
}
