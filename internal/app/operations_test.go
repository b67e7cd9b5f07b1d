package app_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/secret"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// receiver is a collector of traces that keeps what it gets.
type receiver struct {
	*httptest.Server
	mu   sync.Mutex
	list []*spans.Span
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	c := &receiver{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/traces" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			body, _ = gzip.NewReader(r.Body)
		}
		raw, _ := io.ReadAll(body)
		var got collector.ExportTraceServiceRequest
		if err := proto.Unmarshal(raw, &got); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, of := range got.ResourceSpans {
			for _, by := range of.ScopeSpans {
				c.list = append(c.list, by.Spans...)
			}
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(c.Close)
	return c
}

// trace returns the spans of one trace by their id.
func (c *receiver) trace(id string) map[string]*spans.Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[string]*spans.Span{}
	for _, s := range c.list {
		if hex.EncodeToString(s.TraceId) == id {
			out[hex.EncodeToString(s.SpanId)] = s
		}
	}
	return out
}

// path is the names of a span and of those above it, the outermost first.
func path(all map[string]*spans.Span, s *spans.Span) string {
	name := s.Name
	for up := all[hex.EncodeToString(s.ParentSpanId)]; up != nil; up = all[hex.EncodeToString(up.ParentSpanId)] {
		name = up.Name + " > " + name
	}
	return name
}

// headed is a transport that sends headers along.
type headed struct {
	next   http.RoundTripper
	header map[string]string
}

func (h headed) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, value := range h.header {
		r.Header.Set(name, value)
	}
	return h.next.RoundTrip(r)
}

// with is the client of a user that sends these headers.
func (w *world) with(user string, header map[string]string) *client.Client {
	w.Helper()
	c := client.New(w.base, client.Options{HTTPClient: w.http})
	tokens, err := c.Login(w.Context(), api.Login{Username: user, Password: directory.DemoPassword})
	require.NoError(w, err)
	return client.New(w.base, client.Options{HTTPClient: &http.Client{Transport: headed{w.http.Transport, header}}, Token: tokens.AccessToken})
}

func (w *world) escalated(c *client.Client) api.Incident {
	w.Helper()
	inc := w.triaged("cybercrime")
	inc, err := w.as("officer").Respond(w.Context(), client.Write{Version: inc.Version}, inc.ID, api.Respond{})
	require.NoError(w, err)
	inc, err = c.Escalate(w.Context(), client.Write{Version: inc.Version}, inc.ID, api.Escalate{
		Reason: "Cần truy vết nguồn tấn công", Handovers: []api.NewHandover{request(w.agency["cat-dau-moi"], "investigation")},
	})
	require.NoError(w, err)
	return inc
}

const callersTrace = "0af7651916cd43dd8448eb211c80319c"

func TestOneTraceShowsRequestEventAndMail(t *testing.T) {
	kinds(t, func(t *testing.T, cfg app.Config) {
		got := newReceiver(t)
		cfg.OTLPURL = secret.Text(got.URL)
		w := start(t, cfg)
		inc := w.escalated(w.with("officer", map[string]string{"Traceparent": "00-" + callersTrace + "-b7ad6b7169203331-01"}))
		require.Eventually(w, func() bool {
			return slices.ContainsFunc(w.mail.all(), func(l letter) bool { return strings.Contains(l.Subject, inc.Code) })
		}, 60*time.Second, 10*time.Millisecond)
		w.sealed(inc)
		w.stop() // and so everything is sent

		all := got.trace(callersTrace)
		var paths []string
		for _, s := range all {
			p := path(all, s)
			paths = append(paths, p)
			for _, a := range s.Attributes {
				value := a.Value.GetStringValue()
				for _, secret := range []string{inc.Code, "Cần truy vết", "Cổng thông tin", "@", "cybercrime"} {
					require.NotContains(w, value, secret, "%s: %s", s.Name, a.Key)
				}
			}
		}
		slices.Sort(paths)
		const published = "POST escalate > transaction > INSERT"
		for _, want := range []string{
			"POST escalate", "POST escalate > transaction", published, "POST escalate > transaction > COMMIT",
			"POST escalate > transaction > relay publish",
			"POST escalate > transaction > relay publish > ledger append",
			"POST escalate > transaction > relay publish > notify consume",
			"POST escalate > transaction > relay publish > notify consume > transaction > mail send",
		} {
			require.Contains(w, paths, want, "%s", strings.Join(paths, "\n"))
		}
	})
}

// sealed waits until the ledger holds the last event of the case.
func (w *world) sealed(inc api.Incident) {
	w.Helper()
	require.Eventually(w, func() bool {
		raw, _ := os.ReadFile(filepath.Join(w.cfg.Data, "ledger", "seals.jsonl"))
		return bytes.Count(raw, []byte(inc.ID)) >= 5
	}, 60*time.Second, 10*time.Millisecond)
}

func TestWhatACallerDoesNotWantTracedIsNot(t *testing.T) {
	t.Parallel()
	got := newReceiver(t)
	cfg := demo(t)
	cfg.OTLPURL = secret.Text(got.URL)
	w := start(t, cfg)
	_, err := w.with("officer", map[string]string{"Traceparent": "00-" + callersTrace + "-b7ad6b7169203331-00"}).Me(w.Context())
	require.NoError(w, err)
	w.stop()
	require.Empty(w, got.trace(callersTrace))
	require.NotEmpty(w, got.list, "other requests are")
}

func TestACollectorThatIsAwayIsToldOnceAndHoldsNobody(t *testing.T) {
	t.Parallel()
	cfg := demo(t)
	cfg.OTLPURL = "http://127.0.0.1:1"
	w := start(t, cfg)
	for range 5 {
		_, err := w.as("officer").Me(w.Context())
		require.NoError(w, err)
	}
	w.stop()
	require.Equal(w, 1, strings.Count(w.log.String(), "export of traces stands still"))
}

func TestEveryRequestIsOneLineThatTiesEverythingTogether(t *testing.T) {
	t.Parallel()
	w := start(t, demo(t))
	_, err := w.with("officer", map[string]string{
		"Traceparent": "00-" + callersTrace + "-b7ad6b7169203331-01", "X-Request-Id": "ticket-4711",
	}).Me(w.Context())
	require.NoError(w, err)
	me, err := w.as("officer").Me(w.Context())
	require.NoError(w, err)
	w.stop()
	found := 0
	for line := range strings.Lines(w.log.String()) {
		var l map[string]any
		require.NoError(w, json.Unmarshal([]byte(line), &l))
		if l["msg"] != "request" || l["request_id"] != "ticket-4711" {
			continue
		}
		found++
		require.Equal(w, callersTrace, l["trace_id"])
		require.Equal(w, "/api/v1/me", l["route"])
		require.EqualValues(w, http.StatusOK, l["status"])
		require.Equal(w, me.User.ID, l["user_id"])
		require.Equal(w, me.Agency.ID, l["agency_id"])
		require.Contains(w, l, "took_ms")
	}
	require.Equal(w, 1, found)
}

// figures are the values of a scrape by metric, with labels as they stand there.
func figures(t *testing.T, addr string) map[string]float64 {
	t.Helper()
	resp, err := probe.Get("http://" + addr + "/metrics")
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusOK, resp.StatusCode)
	out := map[string]float64{}
	for in := bufio.NewScanner(resp.Body); in.Scan(); {
		name, value, ok := strings.Cut(in.Text(), " ")
		if at := strings.LastIndex(in.Text(), " "); ok && at > 0 {
			name, value = in.Text()[:at], in.Text()[at+1:]
		}
		var v float64
		if !strings.HasPrefix(name, "#") {
			_, err := fmt.Sscan(value, &v)
			require.NoError(t, err, in.Text())
			out[name] = v
		}
	}
	return out
}

func measured(t *testing.T, cfg app.Config) app.Config {
	t.Helper()
	cfg.MetricsAddr = fmt.Sprintf("127.0.0.1:%d", bustest.HoldPort(t))
	return cfg
}

func TestTheMetricsSayWhetherAnythingIsStuck(t *testing.T) {
	kinds(t, func(t *testing.T, cfg app.Config) {
		got := newReceiver(t)
		cfg = measured(t, cfg)
		cfg.OTLPURL = secret.Text(got.URL)
		w := start(t, cfg)
		inc := w.escalated(w.as("officer"))
		resp, err := http.Get(w.base + "/metrics")
		require.NoError(w, err)
		_ = resp.Body.Close()
		require.Equal(w, http.StatusNotFound, resp.StatusCode, "the API itself serves no metrics")
		w.sealed(inc)
		require.Eventually(w, func() bool { return len(w.mail.all()) > 0 }, 60*time.Second, 10*time.Millisecond)
		const escalate = `ungcuu_http_request_duration_seconds_count{code="2xx",method="POST",route="escalate"}`
		var f map[string]float64
		require.Eventually(w, func() bool {
			f = figures(w.T, cfg.MetricsAddr)
			return f[`ungcuu_duties_pending{rule="SL-6.1.e"}`] == 1 && f["ungcuu_outbox_waiting_events"] == 0 &&
				f[`ungcuu_deliveries{status="pending"}`]+f[`ungcuu_deliveries{status="sending"}`] == 0 &&
				f[`ungcuu_mail_attempts_total{result="sent"}`] >= 1 && f[`ungcuu_consumer_ack_floor_sequence{consumer="ledger"}`] >= 5 &&
				f["ungcuu_ledger_lines"] == f["ungcuu_relay_published_total"] && f["ungcuu_ledger_lines"] >= 5 && f[escalate] == 1
		}, 60*time.Second, 100*time.Millisecond, "%v", f)
		require.InDelta(w, 1, f["ungcuu_database_up"], 0)
		require.InDelta(w, 1, f["ungcuu_broker_up"], 0)
		require.GreaterOrEqual(w, f[`ungcuu_http_request_duration_seconds_count{code="4xx",method="GET",route="none"}`], 1.0)
		require.Zero(w, f[`ungcuu_ledger_alarms{alarm="gap"}`])
		for name := range f {
			require.NotContains(w, name, inc.ID)
			require.NotContains(w, name, inc.Code)
		}
		w.allThere(f)
	})
}

// seldom are the metrics that stand in no answer until what they count has happened.
var seldom = []*telemetry.Metric{telemetry.LoginsLimited, telemetry.StateSecretsRefused, telemetry.RelayRefused, telemetry.DatabaseSlow, telemetry.DatabaseFailures, telemetry.DenialsNoted, telemetry.DenialsOverflow}

// allThere asks for every metric of the catalogue, so that board, rules and documentation,
// which are checked against the catalogue, speak of what there is.
func (w *world) allThere(f map[string]float64) {
	w.Helper()
	family := map[string]bool{}
	for name := range f {
		base, _, _ := strings.Cut(name, "{")
		family[base] = true
		for _, end := range []string{"_bucket", "_sum", "_count"} {
			if short, ok := strings.CutSuffix(base, end); ok {
				family[short] = true
			}
		}
	}
	known := map[string]bool{}
	for _, m := range telemetry.Catalogue() {
		known[m.Name] = true
		if !slices.Contains(seldom, m) && m != telemetry.TraceExports {
			require.True(w, family[m.Name], "%s stands in no answer", m.Name)
		}
	}
	for name := range family {
		if strings.HasPrefix(name, "ungcuu_") && !regexp.MustCompile(`_(bucket|sum|count)$`).MatchString(name) {
			require.True(w, known[name], "%s stands in no catalogue", name)
		}
	}
}

func TestADatabaseThatSaysNothingDoesNotHoldTheMetrics(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, and says nothing
	require.NoError(t, err)
	defer ln.Close()
	cfg := measured(t, demo(t))
	cfg.DatabaseURL = secret.Text("postgres://u@" + ln.Addr().String() + "/d?sslmode=disable")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	up := make(chan string, 1)
	go func() {
		ended <- app.Run(ctx, cfg, slog.New(slog.DiscardHandler), io.Discard, func(a string) { up <- a })
	}()
	<-up
	f := figures(t, cfg.MetricsAddr)
	require.Contains(t, f, "ungcuu_database_up")
	require.Zero(t, f["ungcuu_database_up"])
	require.NotContains(t, f, "ungcuu_outbox_waiting_events")
	require.Contains(t, f, "ungcuu_data_free_bytes", "the rest is there")
	cancel()
	require.NoError(t, <-ended)
}

func TestAnAddressOfTheMetricsThatCannotBeUsedStopsTheStart(t *testing.T) {
	cfg := demo(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	cfg.MetricsAddr = taken.Addr().String()
	require.ErrorContains(t, app.Run(t.Context(), cfg, slog.New(slog.DiscardHandler), io.Discard, nil), "UNGCUU_METRICS_ADDR")
	cfg.MetricsAddr, cfg.OTLPURL = "nowhere", "collector"
	err = cfg.Check()
	require.ErrorContains(t, err, "UNGCUU_METRICS_ADDR")
	require.ErrorContains(t, err, "UNGCUU_OTLP_URL")
}

func TestHealthAsksTheProcessOfTheseSettings(t *testing.T) {
	t.Parallel()
	cfg := measured(t, demo(t))
	require.Error(t, app.Health(t.Context(), cfg))
	w := start(t, cfg)
	require.NoError(t, app.Health(t.Context(), w.cfg))
	worker := w.cfg
	worker.Only = []string{"ledger"}
	require.NoError(t, app.Health(t.Context(), worker), "a worker is asked at its metrics")
	worker.MetricsAddr = ""
	require.Error(t, app.Health(t.Context(), worker))
	w.stop()
	require.Error(t, app.Health(t.Context(), w.cfg))
}
