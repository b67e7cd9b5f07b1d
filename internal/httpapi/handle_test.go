package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/record"
	"github.com/ungcuu/ungcuu/internal/store"
)

// bench is a server with routes of the test's own, a store and a caller who has logged in.
type bench struct {
	*testing.T
	server *Server
	store  *store.Store
	token  string
	log    *bytes.Buffer
}

func newBench(t *testing.T, routes ...Route) *bench {
	t.Helper()
	b := &bench{T: t, log: &bytes.Buffer{}}
	log := slog.New(slog.NewJSONHandler(b.log, nil))
	dir := t.TempDir()
	var err error
	b.store, err = store.Open(t.Context(), store.Config{DataDir: dir}, log)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, b.store.Close()) })
	require.NoError(t, b.store.Migrate(t.Context()))
	directorytest.Demo(t, b.store, time.Now().UTC().Truncate(time.Microsecond))
	auth, err := authn.New(b.store, dir)
	require.NoError(t, err)
	auth.WithRules(authn.Rules{Demo: directory.DemoPassword})
	b.server, err = New(Config{Store: b.store, Auth: auth, Log: log, Ready: b.store.Ready, Version: "test"})
	require.NoError(t, err)
	b.server.mount(routes)

	answer := b.do(http.MethodPost, "/api/v1/auth/login", `{"username":"officer","password":"ungcuu-demo-2026"}`, nil)
	require.Equal(t, http.StatusOK, answer.Code, answer.Body)
	var tokens api.Tokens
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &tokens))
	b.token = tokens.AccessToken
	return b
}

// do sends one request; header values override what is sent by default, empty ones remove it.
func (b *bench) do(method, path, body string, header map[string]string) *httptest.ResponseRecorder {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if b.token != "" {
		r.Header.Set("Authorization", "Bearer "+b.token)
	}
	for name, value := range header {
		if r.Header.Set(name, value); value == "" {
			r.Header.Del(name)
		}
	}
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	return w
}

func (b *bench) problem(w *httptest.ResponseRecorder) api.Problem {
	b.Helper()
	require.Equal(b, "application/problem+json", w.Header().Get("Content-Type"), w.Body)
	var p api.Problem
	require.NoError(b, json.Unmarshal(w.Body.Bytes(), &p))
	assert.Equal(b, w.Code, p.Status)
	assert.Equal(b, w.Header().Get("X-Trace-Id"), p.TraceID)
	return p
}

type stubQuery struct {
	Kind string `json:"kind" enum:"handover_kind"`
}

// stub is a route that does what act says.
func stub(act func(ctx context.Context, x in[stubQuery, api.Decline]) (out[api.Decline], error)) Route {
	return Route{Method: post, Path: "/api/v1/stubs/{id}", Name: "stub", Status: 200, Auth: true, endpoint: handle(
		func(_ *Server, ctx context.Context, x in[stubQuery, api.Decline]) (out[api.Decline], error) {
			return act(ctx, x)
		})}
}

const (
	someID   = "01990c1e-7a10-7c3e-9d55-0a4f7b1c2d3e"
	stubPath = "/api/v1/stubs/" + someID
	goodStub = `{"reason":"r"}`
)

func TestEachCheckComesInTheOrderOfTheContract(t *testing.T) {
	called := false
	b := newBench(t, stub(func(context.Context, in[stubQuery, api.Decline]) (out[api.Decline], error) {
		called = true
		return out[api.Decline]{}, fault.New(fault.Conflict, "x", "x")
	}))
	huge := `{"nope":"` + strings.Repeat("x", maxBody) + `"}`
	// Each request carries its own mistake and every later one.
	for _, c := range []struct {
		name, path, body string
		header           map[string]string
		status           int
		kind             fault.Kind
	}{
		{"no caller", "/api/v1/stubs/x?nope=1", huge, map[string]string{"Authorization": "", "Content-Type": "text/plain"}, 401, fault.Unauthenticated},
		{"a bad token", "/api/v1/stubs/x?nope=1", huge, map[string]string{"Authorization": "Bearer x"}, 401, fault.Unauthenticated},
		{"two ways to say who", stubPath, goodStub, map[string]string{"X-API-Key": "k"}, 401, fault.Unauthenticated},
		{"too large", "/api/v1/stubs/x?nope=1", huge, map[string]string{"Content-Type": "text/plain"}, 413, fault.TooLarge},
		{"not JSON by type", "/api/v1/stubs/x?nope=1", `{"nope`, map[string]string{"Content-Type": "text/plain"}, 415, fault.Unsupported},
		{"no type", stubPath, goodStub, map[string]string{"Content-Type": ""}, 415, fault.Unsupported},
		{"another charset", stubPath, goodStub, map[string]string{"Content-Type": "application/json; charset=utf-16"}, 415, fault.Unsupported},
		{"compressed", stubPath, goodStub, map[string]string{"Content-Encoding": "gzip"}, 415, fault.Unsupported},
		{"merge patch on POST", stubPath, goodStub, map[string]string{"Content-Type": mergePatch}, 415, fault.Unsupported},
		{"malformed", "/api/v1/stubs/x?nope=1", `{"nope`, nil, 400, fault.Malformed},
		{"no body", "/api/v1/stubs/x?nope=1", ``, nil, 400, fault.Malformed},
		{"unknown member", "/api/v1/stubs/x?nope=1", `{"nope":1}`, nil, 422, fault.Invalid},
		{"unknown parameter", "/api/v1/stubs/x?nope=1", goodStub, map[string]string{"Idempotency-Key": "é"}, 400, fault.Malformed},
		{"wrong parameter", stubPath + "?kind=nope", goodStub, nil, 400, fault.Malformed},
		{"bad key", "/api/v1/stubs/x", goodStub, map[string]string{"Idempotency-Key": "é"}, 400, fault.Malformed},
		{"long key", "/api/v1/stubs/x", goodStub, map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}, 400, fault.Malformed},
		{"no id", "/api/v1/stubs/x", goodStub, nil, 404, fault.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := b.do(http.MethodPost, c.path, c.body, c.header)
			assert.Equal(t, c.status, w.Code, w.Body)
			assert.Equal(t, "/problems/"+string(c.kind), b.problem(w).Type)
			assert.False(t, called)
		})
	}
	assert.Equal(t, 409, b.do(http.MethodPost, stubPath, goodStub, nil).Code)
	assert.True(t, called)
}

func TestABodyOfUnknownLengthIsMeasuredToo(t *testing.T) {
	b := newBench(t, stub(nil))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, stubPath, io.MultiReader(strings.NewReader(`{"reason":"`), strings.NewReader(strings.Repeat("x", maxBody)+`"}`)))
	r.ContentLength = -1
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+b.token)
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	assert.Equal(t, 413, w.Code)
}

func TestThePathWinsAndIdsAreReadInEitherCase(t *testing.T) {
	b := newBench(t, stub(func(_ context.Context, x in[stubQuery, api.Decline]) (out[api.Decline], error) {
		return reply(api.Decline{Reason: x.id + " " + x.query.Kind + " " + x.body.Reason + " " + x.By.Username + " " + x.Match}, nil)
	}))
	w := b.do(http.MethodPost, "/api/v1/stubs/"+strings.ToUpper(someID)+"?kind=notice", goodStub, map[string]string{"If-Match": `"3"`})
	require.Equal(t, 200, w.Code, w.Body)
	assert.JSONEq(t, `{"reason":"`+someID+` notice r officer \"3\""}`, w.Body.String())
}

func TestEveryAnswerCarriesItsHeaders(t *testing.T) {
	b := newBench(t, stub(func(_ context.Context, x in[stubQuery, api.Decline]) (out[api.Decline], error) {
		return out[api.Decline]{body: x.body, version: 7, location: "/there"}, nil
	}))
	w := b.do(http.MethodPost, stubPath, `{"reason":"<đ>"}`, map[string]string{
		"Accept-Language": "en", "X-Request-Id": "abc-1", "Traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	})
	require.Equal(t, 200, w.Code)
	for name, want := range map[string]string{
		"ETag": `"7"`, "Location": "/there", "Content-Language": "en", "Content-Type": "application/json",
		"Cache-Control": "private, no-store", "Vary": "Authorization, X-API-Key, Accept-Language", "X-Content-Type-Options": "nosniff",
		"X-Request-Id": "abc-1", "X-Trace-Id": "4bf92f3577b34da6a3ce929d0e0e4736", "Referrer-Policy": "no-referrer",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
	} {
		assert.Equal(t, want, w.Header().Get(name), name)
	}
	assert.Contains(t, w.Body.String(), "<đ>", "not escaped for HTML")
	assert.Contains(t, b.log.String(), `"route":"/api/v1/stubs/:id"`)
	assert.NotContains(t, b.log.String(), someID)
}

func TestABugTellsNothingButItsTrace(t *testing.T) {
	for name, act := range map[string]func(context.Context, in[stubQuery, api.Decline]) (out[api.Decline], error){
		"error": func(context.Context, in[stubQuery, api.Decline]) (out[api.Decline], error) {
			return out[api.Decline]{}, errors.New("secret detail")
		},
		"panic": func(context.Context, in[stubQuery, api.Decline]) (out[api.Decline], error) { panic("secret detail") },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, stub(act))
			w := b.do(http.MethodPost, stubPath, goodStub, nil)
			p := b.problem(w)
			assert.Equal(t, 500, w.Code)
			assert.Equal(t, "/problems/internal", p.Type)
			assert.NotContains(t, w.Body.String(), "secret")
			assert.Contains(t, b.log.String(), map[string]string{"error": "secret detail", "panic": "panic: string"}[name])
			assert.Contains(t, b.log.String(), p.TraceID)
		})
	}
}

// claiming is what every write of casework does with a key, and then what act does.
func claiming(b **bench, act func() error) Route {
	return stub(func(ctx context.Context, x in[stubQuery, api.Decline]) (out[api.Decline], error) {
		err := (*b).store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
			if x.Key != nil {
				answer, err := tx.Claim(*x.Key, x.At)
				if err != nil {
					return err
				}
				if answer != nil {
					return record.Replay{Answer: *answer}
				}
			}
			return act()
		})
		return out[api.Decline]{body: x.body, version: 2, location: "/made"}, err
	})
}

func TestARepeatedKeyGetsTheFirstAnswerAgain(t *testing.T) {
	var b *bench
	runs := 0
	b = newBench(t, claiming(&b, func() error { runs++; return nil }))
	key := map[string]string{"Idempotency-Key": "k 1", "Accept-Language": "en"}
	first := b.do(http.MethodPost, stubPath, `{"reason":"r"}`, key)
	require.Equal(t, 200, first.Code, first.Body)
	assert.Empty(t, first.Header().Get("Idempotent-Replayed"))

	again := b.do(http.MethodPost, stubPath, ` { "reason" : "r" } `, key)
	assert.Equal(t, first.Body.String(), again.Body.String())
	assert.Equal(t, "true", again.Header().Get("Idempotent-Replayed"))
	for _, name := range []string{"ETag", "Location", "Content-Language"} {
		assert.Equal(t, first.Header().Get(name), again.Header().Get(name), name)
	}
	assert.Equal(t, 1, runs)

	other := b.do(http.MethodPost, stubPath, `{"reason":"other"}`, key)
	assert.Equal(t, 422, other.Code)
	assert.Equal(t, "/problems/key-reused", b.problem(other).Type)
	assert.Equal(t, 200, b.do(http.MethodPost, stubPath, `{"reason":"r"}`, map[string]string{"Idempotency-Key": "k 2"}).Code)
	assert.Equal(t, 2, runs)
}

func TestAFailureIsNotKept(t *testing.T) {
	var b *bench
	fail := true
	b = newBench(t, claiming(&b, func() error {
		if fail {
			return fault.New(fault.Conflict, "x", "x")
		}
		return nil
	}))
	key := map[string]string{"Idempotency-Key": "k"}
	require.Equal(t, 409, b.do(http.MethodPost, stubPath, goodStub, key).Code)
	fail = false
	w := b.do(http.MethodPost, stubPath, goodStub, key)
	assert.Equal(t, 200, w.Code)
	assert.Empty(t, w.Header().Get("Idempotent-Replayed"))
}

func TestBusyIsAConflictOfKeysOrOfTheService(t *testing.T) {
	busy := fault.New(fault.Busy, "x", "x")
	busy.RetryAfter = 1500 * time.Millisecond
	b := newBench(t, stub(func(context.Context, in[stubQuery, api.Decline]) (out[api.Decline], error) {
		return out[api.Decline]{}, busy
	}))
	w := b.do(http.MethodPost, stubPath, goodStub, map[string]string{"Idempotency-Key": "k"})
	assert.Equal(t, 409, w.Code)
	assert.Equal(t, "2", w.Header().Get("Retry-After"))
	w = b.do(http.MethodPost, stubPath, goodStub, nil)
	assert.Equal(t, 503, w.Code)
	assert.Equal(t, "2", w.Header().Get("Retry-After"))
}

func TestAnAccountWithAFirstPasswordCanDoNothingElse(t *testing.T) {
	b := newBench(t, stub(func(context.Context, in[stubQuery, api.Decline]) (out[api.Decline], error) {
		return reply(api.Decline{}, nil)
	}))
	require.NoError(t, b.store.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
		u, err := tx.UserByName("police")
		require.NoError(t, err)
		return tx.MustChange(u.ID)
	}))
	var tokens api.Tokens
	w := b.do(http.MethodPost, "/api/v1/auth/login", `{"username":"police","password":"ungcuu-demo-2026"}`, nil)
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &tokens))
	assert.True(t, tokens.MustChangePassword)
	b.token = tokens.AccessToken

	assert.Equal(t, 200, b.do(http.MethodGet, "/api/v1/me", "", nil).Code)
	w = b.do(http.MethodPost, stubPath, goodStub, nil)
	assert.Equal(t, 403, w.Code)
	assert.Equal(t, "password_change_required", b.problem(w).Reasons[0].Code)
	require.Equal(t, 204, b.do(http.MethodPost, "/api/v1/auth/password", `{"old_password":"ungcuu-demo-2026","new_password":"mot-mat-khau-moi-2026"}`, nil).Code)
	assert.Equal(t, 200, b.do(http.MethodPost, stubPath, goodStub, nil).Code)
	require.Equal(t, 204, b.do(http.MethodPost, "/api/v1/auth/logout", "", map[string]string{"Content-Type": ""}).Code)
	assert.Equal(t, 401, b.do(http.MethodGet, "/api/v1/me", "", nil).Code)
}

func TestLoginAttemptsAreBoundedByAccountAndAddress(t *testing.T) {
	b := newBench(t)
	b.token = ""
	login := func(name string) int {
		return b.do(http.MethodPost, "/api/v1/auth/login", `{"username":"`+name+`","password":"x"}`, nil).Code
	}
	for range 10 {
		require.Equal(t, 401, login("lead"))
	}
	w := b.do(http.MethodPost, "/api/v1/auth/login", `{"username":" LEAD ","password":"ungcuu-demo-2026"}`, nil)
	assert.Equal(t, 429, w.Code)
	assert.NotEmpty(t, w.Header().Get("Retry-After"))
	assert.Equal(t, 401, login("military"))
}

func TestUnknownPathsAndMethodsAreProblems(t *testing.T) {
	b := newBench(t)
	w := b.do(http.MethodGet, "/api/v1/nothing", "", nil)
	assert.Equal(t, 404, w.Code)
	assert.Equal(t, "/problems/not-found", b.problem(w).Type)
	w = b.do(http.MethodDelete, "/api/v1/incidents", "", nil)
	assert.Equal(t, 405, w.Code)
	assert.Equal(t, "/problems/not-allowed", b.problem(w).Type)
	assert.Contains(t, w.Header().Get("Allow"), "POST")
	w = b.do(http.MethodGet, "/api/v1/me", "", map[string]string{"Authorization": ""})
	assert.Equal(t, 401, w.Code)
	assert.Equal(t, `Bearer realm="ungcuu"`, w.Header().Get("WWW-Authenticate"))
}

func TestTheOpenPathsNeedNoCaller(t *testing.T) {
	b := newBench(t)
	b.token = ""
	for path, kind := range map[string]string{
		"/healthz": "application/json", "/readyz": "application/json", "/openapi.json": "application/json", "/asyncapi.json": "application/json",
		"/.well-known/jwks.json": "application/json", "/docs": "text/html; charset=UTF-8",
		"/docs/swagger-ui.css": "text/css; charset=utf-8", "/docs/swagger-ui-bundle.js": "text/javascript; charset=utf-8",
		"/docs/start.js": "text/javascript; charset=utf-8",
	} {
		w := b.do(http.MethodGet, path, "", nil)
		assert.Equal(t, 200, w.Code, path)
		assert.Equal(t, kind, w.Header().Get("Content-Type"), path)
	}
	for _, path := range []string{"/docs/LICENSE", "/docs/..%2fopenapi.json", "/docs/nope.js", "/problems/nope"} {
		assert.Equal(t, 404, b.do(http.MethodGet, path, "", nil).Code, path)
	}
	for _, kind := range Kinds() {
		w := b.do(http.MethodGet, "/problems/"+kind, "", nil)
		assert.Equal(t, 200, w.Code, kind)
		assert.Contains(t, w.Body.String(), `lang="en"`)
	}
	assert.Equal(t, 200, b.do(http.MethodHead, "/healthz", "", nil).Code)
}

func TestAMissingBrokerDegradesAndAMissingDatabaseStops(t *testing.T) {
	b := newBench(t)
	b.server.broker = func() error { return errors.New("away") }
	w := b.do(http.MethodGet, "/readyz", "", nil)
	assert.Equal(t, 200, w.Code)
	assert.JSONEq(t, `{"status":"degraded","checks":[{"name":"database","ok":true},{"name":"broker","ok":false}]}`, w.Body.String())

	empty, err := store.Open(t.Context(), store.Config{DataDir: t.TempDir()}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, empty.Close()) })
	b.server.ready = empty.Ready
	w = b.do(http.MethodGet, "/readyz", "", nil)
	assert.Equal(t, 503, w.Code)
	assert.JSONEq(t, `{"status":"unavailable","checks":[{"name":"database","ok":false},{"name":"broker","ok":false}]}`, w.Body.String())
}

func TestTheServerStopsWhenToldAndLetsRequestsFinish(t *testing.T) {
	started, finish := make(chan struct{}), make(chan struct{})
	b := newBench(t, Route{Method: get, Path: "/slow", Status: 200, endpoint: handle(func(*Server, context.Context, in[none, none]) (out[api.Decline], error) {
		close(started)
		<-finish
		return reply(api.Decline{Reason: "done"}, nil)
	})})
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.server.Serve(ctx, ln) }()
	answered := make(chan string, 1)
	go func() {
		resp, err := http.Get("http://" + ln.Addr().String() + "/slow")
		if !assert.NoError(t, err) {
			answered <- ""
			return
		}
		body, err := io.ReadAll(resp.Body)
		assert.NoError(t, err)
		assert.NoError(t, resp.Body.Close())
		answered <- string(body)
	}()
	<-started
	stop()
	close(finish)
	assert.JSONEq(t, `{"reason":"done"}`, <-answered)
	require.NoError(t, <-ended)
}
