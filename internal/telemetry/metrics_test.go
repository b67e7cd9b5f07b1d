package telemetry_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/telemetry"
)

func scrape(o *telemetry.Observer) string {
	w := httptest.NewRecorder()
	o.Metrics().ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), "GET", "/metrics", nil))
	return w.Body.String()
}

func TestNobodyListeningCostsNothing(t *testing.T) {
	var none *telemetry.Observer
	none.Add(telemetry.RelayPublished, 1)
	none.Set(telemetry.LedgerLines, 1)
	none.Took(telemetry.HTTPDuration, time.Second, "a", "b", "c")
	none.Round("relay", errors.New("away"))
	none.Read(telemetry.DatabaseUp, nil)
	none.Flush()
	ctx, span := none.Begin(t.Context(), nil, "x")
	require.Nil(t, span)
	span.Status(500)
	span.End(nil)
	require.Empty(t, telemetry.Traceparent(ctx))
	require.Zero(t, testing.AllocsPerRun(100, func() {
		ctx, span := telemetry.Step(t.Context(), "SELECT", telemetry.Client)
		_ = telemetry.Traceparent(ctx)
		span.End(nil)
	}))
}

func TestAFailedReadingSaysSoAndTheRestIsStillThere(t *testing.T) {
	o := telemetry.NewMetrics("1", []string{"relay"})
	o.Read(telemetry.DatabaseUp, func(_ context.Context, put telemetry.Put) error {
		put(telemetry.OutboxWaiting, 7)
		return errors.New("away")
	})
	o.Read(telemetry.BrokerUp, func(_ context.Context, put telemetry.Put) error {
		put(telemetry.StreamMessages, 5)
		return nil
	})
	said := scrape(o)
	require.Contains(t, said, "ungcuu_database_up 0\n")
	require.NotContains(t, said, "ungcuu_outbox_waiting_events", "what was read before it failed is no figure")
	require.Contains(t, said, "ungcuu_broker_up 1\n")
	require.Contains(t, said, "ungcuu_broker_stream_messages 5\n")
	require.Contains(t, said, `ungcuu_part_info{part="relay"} 1`)
}

func TestAReadingThatOverlooksItsEndDoesNotHoldTheMetrics(t *testing.T) {
	o := telemetry.NewMetrics("1", nil)
	silent := make(chan struct{})
	defer close(silent)
	o.Read(telemetry.DatabaseUp, func(context.Context, telemetry.Put) error { <-silent; return nil })
	require.Contains(t, scrape(o), "ungcuu_database_up 0\n")
}

func TestManyWhoAskAtOnceReadOnce(t *testing.T) {
	o := telemetry.NewMetrics("1", nil)
	var asked atomic.Int64
	o.Read(telemetry.DatabaseUp, func(context.Context, telemetry.Put) error { asked.Add(1); return nil })
	for range 5 {
		require.Contains(t, scrape(o), "ungcuu_database_up 1\n")
	}
	require.EqualValues(t, 1, asked.Load())
}

func TestEveryMetricFollowsTheConventions(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range telemetry.Catalogue() {
		require.False(t, seen[m.Name], m.Name)
		seen[m.Name] = true
		require.Regexp(t, `^ungcuu_[a-z0-9_]+$`, m.Name)
		require.Equal(t, m.Kind == telemetry.Counter, strings.HasSuffix(m.Name, "_total"), m.Name)
		require.NotEmpty(t, m.Help, m.Name)
		require.NotEmpty(t, m.From, m.Name)
		require.NotEmpty(t, m.Merge, m.Name)
	}
}
