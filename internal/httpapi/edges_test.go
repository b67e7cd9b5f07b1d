package httpapi

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/throttled/throttled/v2"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/telemetry/telemetrytest"
)

// another runs a server of its own beside the bench, with the routes and as change says, until
// the test ends.
func (b *bench) another(change func(*Server), routes ...Route) (address string, said *telemetrytest.Log) {
	b.Helper()
	said = &telemetrytest.Log{}
	s, err := New(Config{Store: b.store, Auth: b.server.auth, Log: said.Logger(), Ready: b.store.Ready, Version: "test"})
	require.NoError(b, err)
	change(s)
	s.mount(routes)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()
	b.Cleanup(func() {
		stop()
		require.NoError(b, <-ended)
	})
	return ln.Addr().String(), said
}

// dial opens a connection that no test waits for longer than a minute.
func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	return conn
}

var trustedInTests = []netip.Prefix{
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("2001:db8:1::/48"), netip.MustParsePrefix("192.0.2.7/32"),
}

func TestAClientIsWhoATrustedProxySaysAndNobodyElse(t *testing.T) {
	for _, c := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"no proxy", "203.0.113.9:1000", nil, "203.0.113.9"},
		{"a stranger who says who they are", "203.0.113.9:1000", []string{"1.2.3.4"}, "203.0.113.9"},
		{"a stranger who says they come by a proxy", "203.0.113.9:1000", []string{"1.2.3.4, 10.1.2.3"}, "203.0.113.9"},
		{"a stranger beside the range", "10.2.0.1:1000", []string{"1.2.3.4"}, "10.2.0.1"},
		{"a proxy", "10.1.2.3:1000", []string{"203.0.113.9"}, "203.0.113.9"},
		{"a proxy of one address", "192.0.2.7:1000", []string{"203.0.113.9"}, "203.0.113.9"},
		{"a proxy without the header", "10.1.2.3:1000", nil, "10.1.2.3"},
		{"an empty header", "10.1.2.3:1000", []string{""}, "10.1.2.3"},
		{"what the client wrote before the proxy", "10.1.2.3:1000", []string{"1.2.3.4, 203.0.113.9"}, "203.0.113.9"},
		{"what the client wrote in a header of its own", "10.1.2.3:1000", []string{"1.2.3.4", "203.0.113.9"}, "203.0.113.9"},
		{"the client plays a trusted proxy", "10.1.2.3:1000", []string{"1.2.3.4, 10.1.9.9, 203.0.113.9"}, "203.0.113.9"},
		{"two proxies", "10.1.2.3:1000", []string{"1.2.3.4, 203.0.113.9, 10.1.0.8"}, "203.0.113.9"},
		{"proxies all the way", "10.1.2.3:1000", []string{"10.1.0.7, 10.1.0.8"}, "10.1.0.7"},
		{"IPv6", "[2001:db8:1::5]:1000", []string{"2a02::9"}, "2a02::9"},
		{"IPv6 in brackets", "[2001:db8:1::5]:1000", []string{"[2a02::9]"}, "2a02::9"},
		{"IPv6 with a port", "[2001:db8:1::5]:1000", []string{"[2a02::9]:4711"}, "2a02::9"},
		{"IPv6 written at length", "10.1.2.3:1000", []string{"2A02:0:0:0:0:0:0:9"}, "2a02::9"},
		{"IPv6 with a zone", "10.1.2.3:1000", []string{"fe80::9%eth0"}, "fe80::9"},
		{"IPv4 with a port", "10.1.2.3:1000", []string{"203.0.113.9:4711"}, "203.0.113.9"},
		{"IPv4 inside IPv6", "10.1.2.3:1000", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{"a proxy as IPv4 inside IPv6", "[::ffff:10.1.2.3]:1000", []string{"203.0.113.9"}, "203.0.113.9"},
		{"no blanks", "10.1.2.3:1000", []string{"1.2.3.4,203.0.113.9"}, "203.0.113.9"},
		{"tabs", "10.1.2.3:1000", []string{"1.2.3.4,\t203.0.113.9\t"}, "203.0.113.9"},
		{"garbage of the client", "10.1.2.3:1000", []string{"<script>, 203.0.113.9"}, "203.0.113.9"},
		{"garbage of the proxy", "10.1.2.3:1000", []string{"203.0.113.9, unknown"}, "10.1.2.3"},
		{"garbage between proxies", "10.1.2.3:1000", []string{"203.0.113.9, unknown, 10.1.0.8"}, "10.1.0.8"},
		{"an octal address", "10.1.2.3:1000", []string{"0177.0.0.1"}, "10.1.2.3"},
		{"a comma at the end", "10.1.2.3:1000", []string{"203.0.113.9,"}, "10.1.2.3"},
		{"a name", "10.1.2.3:1000", []string{"localhost"}, "10.1.2.3"},
		{"very many", "10.1.2.3:1000", []string{strings.Repeat("1.2.3.4,", 9000) + "203.0.113.9"}, "203.0.113.9"},
		{"very many headers", "10.1.2.3:1000", append(strings.Split(strings.Repeat("1.2.3.4,", 900), ","), "203.0.113.9"), "203.0.113.9"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		for _, v := range c.forwarded {
			r.Header.Add("X-Forwarded-For", v)
		}
		r.Header.Set("X-Real-Ip", "6.6.6.6")
		r.Header.Set("Forwarded", "for=6.6.6.6")
		assert.Equal(t, c.want, clientAddress(trustedInTests)(r), c.name)
		assert.Equal(t, netip.MustParseAddrPort(c.peer).Addr().Unmap().String(), clientAddress(nil)(r), "nobody is trusted: %s", c.name)
	}
}

func TestTheAddressInTheLogIsThatOfTheTrustedProxy(t *testing.T) {
	for _, c := range []struct {
		trusted []netip.Prefix
		want    string
	}{{nil, "127.0.0.1"}, {trustedInTests, "203.0.113.9"}} {
		at, said := newBench(t).another(func(s *Server) { s.trusted = c.trusted })
		conn := dial(t, at)
		_, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6\r\nx-forwarded-for: 1.2.3.4:99 , 203.0.113.9:4711\r\nX-Real-IP: 6.6.6.6\r\nConnection: close\r\n\r\n")
		require.NoError(t, err)
		_, err = io.ReadAll(conn)
		require.NoError(t, err)
		require.Eventually(t, func() bool { return said.Count("address="+c.want) > 0 }, 60*time.Second, time.Millisecond)
		require.Zero(t, said.Count("6.6.6.6"))
	}
}

func quota(burst int) throttled.RateQuota {
	return throttled.RateQuota{MaxRate: throttled.PerDay(1), MaxBurst: burst - 1}
}

func (b *bench) from(address, path, token string) *httptest.ResponseRecorder {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
	r.RemoteAddr = address
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	return w
}

func TestACallerWhoAsksTooMuchIsToldWhenToComeBack(t *testing.T) {
	b := newBench(t, stub(func(_ context.Context, x in[stubQuery, api.Decline]) (out[api.Decline], error) {
		return out[api.Decline]{body: x.body}, nil
	}))
	var err error
	b.server.rates, err = newRates(quota(3), quota(1000))
	require.NoError(t, err)
	for range 3 {
		require.Equal(t, http.StatusOK, b.do(http.MethodPost, stubPath, goodStub, nil).Code)
	}
	for name, c := range map[string]struct {
		body   string
		header map[string]string
		status int
	}{
		"again":                         {goodStub, nil, 429},
		"before the size of the body":   {strings.Repeat("x", maxBody+1), nil, 429},
		"before the type of the body":   {goodStub, map[string]string{"Content-Type": "text/plain"}, 429},
		"before what is in it":          {`{"nope":1}`, nil, 429},
		"not before who asks: nobody":   {goodStub, map[string]string{"Authorization": ""}, 401},
		"not before who asks: a liar":   {goodStub, map[string]string{"Authorization": "Bearer x"}, 401},
		"from wherever the caller asks": {goodStub, map[string]string{"X-Forwarded-For": "1.2.3.4"}, 429},
	} {
		w := b.do(http.MethodPost, stubPath, c.body, c.header)
		require.Equal(t, c.status, w.Code, name)
		if c.status == 429 {
			require.Equal(t, "/problems/"+string(fault.TooMany), b.problem(w).Type)
			require.Regexp(t, `^[1-9]\d*$`, w.Header().Get("Retry-After"), name)
		}
	}
	require.Equal(t, http.StatusOK, b.from("192.0.2.1:1", "/healthz", "").Code, "others go on")
}

func TestAnAddressIsCountedAsOneHouseholdAndStrangersApart(t *testing.T) {
	b := newBench(t)
	var err error
	b.server.rates, err = newRates(quota(1000), quota(2))
	require.NoError(t, err)
	burst := func(path, token string, addresses ...string) (codes []int) {
		for _, a := range addresses {
			codes = append(codes, b.from(a, path, token).Code)
		}
		return codes
	}
	require.Equal(t, []int{200, 200, 429}, burst("/openapi.json", "", "203.0.113.9:1", "203.0.113.9:2", "203.0.113.9:3"))
	require.Equal(t, []int{200}, burst("/openapi.json", "", "203.0.113.10:1"), "another address")
	require.Equal(t, []int{200, 200, 429, 429}, burst("/openapi.json", "", "[2a02:1:1:1::1]:1", "[2a02:1:1:1::2]:1", "[2a02:1:1:1:ffff::3]:1", "[2a02:1:1:1::1%eth0]:1"), "a /64 is one")
	require.Equal(t, []int{200}, burst("/openapi.json", "", "[2a02:1:1:2::1]:1"), "another /64")
	require.Equal(t, []int{429}, burst("/openapi.json", "", "[::ffff:203.0.113.9]:1"), "IPv4 inside IPv6 is IPv4")
	require.Equal(t, []int{200, 200, 429}, burst("/healthz", "", "203.0.113.9:1", "203.0.113.9:2", "203.0.113.9:3"), "who asks how the process is has a count of its own")
	require.Equal(t, []int{200, 200, 429}, burst("/api/v1/me", b.token, "203.0.113.9:1", "203.0.113.9:2", "203.0.113.9:3"), "and callers")
	require.Equal(t, []int{200, 200, 429}, burst("/api/v1/me", b.token, "[2a02:1:1:1::1]:1", "[2a02:1:1:1::2]:1", "[2a02:1:1:1::3]:1"))
}

func TestLimitsRememberABoundedNumberOfAddresses(t *testing.T) {
	r, err := newRates(quota(2), quota(1))
	require.NoError(t, err)
	ask := func(key string) error { return r.ask(t.Context(), r.addresses, key) }
	require.NoError(t, ask("the first"))
	require.Error(t, ask("the first"))
	for i := range rememberedKeys {
		require.NoError(t, ask(fmt.Sprint(i)))
	}
	require.NoError(t, ask("the first"), "pushed out by others")
	require.NoError(t, r.ask(t.Context(), r.callers, "a caller"))
	require.NoError(t, r.ask(t.Context(), r.callers, "a caller"))
	require.Error(t, r.ask(t.Context(), r.callers, "a caller"), "whom no address pushes out")
}

func TestTheDemoHasNoLimits(t *testing.T) {
	b := newBench(t)
	s, err := New(Config{Store: b.store, Auth: b.server.auth, Log: b.server.log, Demo: true})
	require.NoError(t, err)
	require.Nil(t, s.rates)
	require.NoError(t, s.rates.take(nil, Route{}, "x"))
}

// connected opens connections until one is closed at once, at most n, and returns how many
// stay open.
func connected(t *testing.T, address string, n int) int {
	t.Helper()
	for i := range n {
		conn := dial(t, address)
		_, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
		if err == nil {
			_, err = bufio.NewReader(conn).ReadString('\n')
		}
		if err != nil {
			return i
		}
	}
	return n
}

func TestConnectionsAreBoundedFromOneAddressAndInAll(t *testing.T) {
	b := newBench(t)
	require.Equal(t, bounds{all: 4096, one: 256}, b.server.bounds)
	at, said := b.another(func(s *Server) { s.bounds = bounds{all: 100, one: 5} })
	require.Equal(t, 5, connected(t, at, 20), "from one address")
	require.Equal(t, 0, connected(t, at, 20))
	require.Equal(t, 1, said.Count("connections refused"), "told once")

	at, _ = b.another(func(s *Server) { s.bounds, s.trusted = bounds{all: 7, one: 5}, trustedInTests })
	require.Equal(t, 7, connected(t, at, 20), "a trusted proxy brings everybody; in all")
}

func TestAPlaceIsFreeWhenAConnectionEnds(t *testing.T) {
	b := newBench(t)
	at, _ := b.another(func(s *Server) { s.bounds = bounds{all: 100, one: 1} })
	for range 5 {
		require.Eventually(t, func() bool {
			conn := dial(t, at)
			defer conn.Close()
			_, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
			if err != nil {
				return false
			}
			line, _ := bufio.NewReader(conn).ReadString('\n')
			return strings.Contains(line, "200")
		}, 60*time.Second, time.Millisecond)
	}
}

func TestAConnectionThatTakesTooLongIsEnded(t *testing.T) {
	b := newBench(t)
	require.Equal(t, times{header: 10 * time.Second, read: 30 * time.Second, write: time.Minute, idle: 2 * time.Minute}, b.server.times)
	short := time.Second // and more than a request needs to arrive
	auth := "Authorization: Bearer " + b.token + "\r\n"
	routes := []Route{
		stub(func(_ context.Context, x in[stubQuery, api.Decline]) (out[api.Decline], error) {
			return out[api.Decline]{body: x.body}, nil
		}),
		{Method: get, Path: "/api/v1/much", Name: "much", Status: 200, Auth: true, endpoint: handle(
			func(*Server, context.Context, in[none, none]) (out[api.Decline], error) {
				return out[api.Decline]{body: api.Decline{Reason: strings.Repeat("x", 64<<20)}}, nil
			})},
	}
	for _, c := range []struct {
		name, said, want string
		times            times
	}{
		{"nothing is said", "", "", times{header: short, read: time.Hour, write: time.Hour, idle: time.Hour}},
		{"headers come slowly", "GET /healthz HTTP/1.1\r\nHost:", "", times{header: short, read: time.Hour, write: time.Hour, idle: time.Hour}},
		{"a body comes slowly", "POST " + stubPath + " HTTP/1.1\r\nHost: x\r\n" + auth + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{", "400", times{header: time.Hour, read: short, write: time.Hour, idle: time.Hour}},
		{"a body in pieces comes slowly", "POST " + stubPath + " HTTP/1.1\r\nHost: x\r\n" + auth + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", "400", times{header: time.Hour, read: short, write: time.Hour, idle: time.Hour}},
		{"nothing more is asked", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "200", times{header: time.Hour, read: time.Hour, write: time.Hour, idle: short}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at, _ := b.another(func(s *Server) { s.times = c.times }, routes...)
			conn := dial(t, at)
			_, err := io.WriteString(conn, c.said)
			require.NoError(t, err)
			answer, err := io.ReadAll(conn) // until the server ends it
			require.NoError(t, err)
			if c.want != "" {
				require.Contains(t, string(answer), "HTTP/1.1 "+c.want)
			} else {
				require.NotContains(t, string(answer), "HTTP/1.1 200")
			}
		})
	}
	at, said := b.another(func(s *Server) { s.times = times{header: time.Hour, read: time.Hour, write: short, idle: time.Hour} }, routes...)
	conn := dial(t, at)
	require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(4096))
	_, err := io.WriteString(conn, "GET /api/v1/much HTTP/1.1\r\nHost: x\r\n"+auth+"\r\n")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return said.Count("route=/api/v1/much") > 0 }, 60*time.Second, time.Millisecond,
		"an answer that nobody takes is given up")
	n, _ := io.Copy(io.Discard, conn)
	require.Less(t, n, int64(64<<20))
}

func TestHeadersAndBodiesAreBounded(t *testing.T) {
	b := newBench(t)
	at, _ := b.another(func(*Server) {}, stub(func(_ context.Context, x in[stubQuery, api.Decline]) (out[api.Decline], error) {
		return out[api.Decline]{body: x.body}, nil
	}))
	auth := "Host: x\r\nConnection: close\r\nAuthorization: Bearer " + b.token + "\r\n"
	for name, c := range map[string]struct{ said, want string }{
		"one long header":   {"GET /healthz HTTP/1.1\r\n" + auth + "X-A: " + strings.Repeat("a", 70<<10) + "\r\n\r\n", "431"},
		"many headers":      {"GET /healthz HTTP/1.1\r\n" + auth + strings.Repeat("X-A: b\r\n", 10<<10) + "\r\n", "431"},
		"a long address":    {"GET /healthz?" + strings.Repeat("a", 70<<10) + " HTTP/1.1\r\n" + auth + "\r\n", "431"},
		"a body that says":  {"POST " + stubPath + " HTTP/1.1\r\n" + auth + "Content-Type: application/json\r\nContent-Length: 1048577\r\n\r\n", "413"},
		"a right one":       {"POST " + stubPath + " HTTP/1.1\r\n" + auth + "Content-Type: application/json\r\nContent-Length: 14\r\n\r\n" + goodStub, "200"},
		"headers, just so":  {"GET /healthz HTTP/1.1\r\n" + auth + "X-A: " + strings.Repeat("a", 60<<10) + "\r\n\r\n", "200"},
		"a body in pieces ": {"POST " + stubPath + " HTTP/1.1\r\n" + auth + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("10000\r\n"+strings.Repeat(" ", 65536)+"\r\n", 17) + "0\r\n\r\n", "413"},
	} {
		conn := dial(t, at)
		go func() { _, _ = io.WriteString(conn, c.said) }()
		line, err := bufio.NewReader(conn).ReadString('\n')
		require.NoError(t, err, name)
		require.Contains(t, line, "HTTP/1.1 "+c.want, name)
	}
}

func TestWhatAPanicHeldIsNotLogged(t *testing.T) {
	throw := any(nil)
	b := newBench(t, Route{Method: get, Path: "/throw", Status: 200, endpoint: endpoint{serve: func(*Server, echo.Context, Route) { panic(throw) }}})
	for what, thrown := range map[string]any{
		"string": "canary", "errors.errorString": fmt.Errorf("with %s", "canary"), "http.Header": http.Header{"Authorization": {"canary"}},
		"struct": struct{ Password string }{"canary"},
	} {
		throw = thrown
		w := b.from("127.0.0.1:1", "/throw", "")
		require.Equal(t, http.StatusInternalServerError, w.Code)
		require.NotContains(t, w.Body.String(), "canary", what)
	}
	require.NotContains(t, b.log.String(), "canary")
	require.Contains(t, b.log.String(), "panic: http.Header")
	require.Contains(t, b.log.String(), "edges_test.go", "but where it was")
}

func BenchmarkLimits(b *testing.B) {
	r, err := newRates(throttled.RateQuota{MaxRate: throttled.PerSec(1e9), MaxBurst: 1e9}, throttled.RateQuota{MaxRate: throttled.PerSec(1e9), MaxBurst: 1e9})
	require.NoError(b, err)
	req := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/", nil)
	e := echo.New()
	e.IPExtractor = clientAddress(trustedInTests)
	c := e.NewContext(req, httptest.NewRecorder())
	for b.Loop() {
		if err := r.take(c, Route{}, "a caller"); err != nil {
			b.Fatal(err)
		}
	}
}
