package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// observe makes what the parts report to; nil when neither metrics nor traces are wanted.
func observe(ctx context.Context, c Config, log *slog.Logger) (*telemetry.Observer, error) {
	var watch *telemetry.Observer
	if c.MetricsAddr != "" {
		var parts []string
		for _, p := range Parts {
			if c.runs(p) {
				parts = append(parts, p)
			}
		}
		watch = telemetry.NewMetrics(Version, parts)
	}
	if c.OTLPURL != "" {
		if watch == nil {
			watch = &telemetry.Observer{}
		}
		if err := watch.Trace(ctx, c.OTLPURL, Version, log); err != nil {
			return nil, fmt.Errorf("UNGCUU_OTLP_URL: %w", err)
		}
	}
	return watch, nil
}

// listenMetrics opens the port of the metrics at once, so that a mistake in the address stops
// the start, and returns what serves on it until ctx ends.
func listenMetrics(ctx context.Context, c Config, watch *telemetry.Observer, st *store.Store, broker brokers,
	log *slog.Logger) (func(context.Context) error, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", c.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("UNGCUU_METRICS_ADDR: %w", err)
	}
	watch.Read(telemetry.DatabaseUp, func(ctx context.Context, put telemetry.Put) error { return readRows(ctx, st, put) })
	watch.Read(nil, func(_ context.Context, put telemetry.Put) error { readPools(st, put); return nil })
	watch.Read(nil, func(_ context.Context, put telemetry.Put) error { return readDisk(c.Data, put) })
	if broker := broker.any(); broker != nil {
		watch.Read(telemetry.BrokerUp, func(ctx context.Context, put telemetry.Put) error { return readBroker(ctx, broker, put) })
	}
	return func(ctx context.Context) error {
		log.Info("metrics", "addr", ln.Addr().String())
		srv := &http.Server{
			Handler: watch.Metrics(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second,
			WriteTimeout: 15 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
			ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		}
		stop := context.AfterFunc(ctx, func() { _ = srv.Close() }) // a scrape that is cut off is asked again
		defer stop()
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("metrics: %w", err)
		}
		return nil
	}, nil
}

func readRows(ctx context.Context, st *store.Store, put telemetry.Put) error {
	if err := st.Ready(ctx); err != nil {
		return err
	}
	p, err := st.Pressing(ctx, now())
	if err != nil {
		return err
	}
	put(telemetry.OutboxWaiting, float64(p.Outbox))
	put(telemetry.OutboxOldest, p.OutboxOldest.Seconds())
	for status, n := range p.Deliveries {
		put(telemetry.Deliveries, float64(n), status)
	}
	put(telemetry.DeliveriesOldest, p.DeliveriesOldest.Seconds())
	for _, d := range p.Duties {
		put(telemetry.DutiesPending, float64(d.Pending), d.Rule)
		put(telemetry.DutiesOverdue, float64(d.Overdue), d.Rule)
	}
	put(telemetry.WatchLag, p.WatchLag.Seconds())
	put(telemetry.HandoversOverdue, float64(p.HandoversOverdue))
	return nil
}

func readPools(st *store.Store, put telemetry.Put) {
	for _, p := range st.Pools() {
		put(telemetry.DatabaseConnections, float64(p.InUse), p.Name, "in_use")
		put(telemetry.DatabaseConnections, float64(p.Idle), p.Name, "idle")
		put(telemetry.DatabaseLimit, float64(p.Limit), p.Name)
		put(telemetry.DatabaseWaits, float64(p.Waits), p.Name)
		put(telemetry.DatabaseWaited, p.Waited.Seconds(), p.Name)
	}
}

func readDisk(dir string, put telemetry.Put) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	put(telemetry.DataFree, float64(fs.Bavail)*float64(fs.Bsize))
	put(telemetry.DataSize, float64(fs.Blocks)*float64(fs.Bsize))
	return nil
}

func readBroker(ctx context.Context, broker *bus.Bus, put telemetry.Put) error {
	lags, fill, err := broker.Lags(ctx)
	if err != nil {
		return err
	}
	put(telemetry.StreamMessages, float64(fill.Messages))
	put(telemetry.StreamBytes, float64(fill.Bytes))
	put(telemetry.StreamLimit, float64(fill.Limit))
	for _, l := range lags {
		put(telemetry.ConsumerPending, float64(l.Pending), l.Consumer)
		put(telemetry.ConsumerUnacknowledged, float64(l.Unacknowledged), l.Consumer)
		put(telemetry.ConsumerRedelivered, float64(l.Redelivered), l.Consumer)
		put(telemetry.ConsumerFloor, float64(l.Floor), l.Consumer)
		if l.LastProgress != nil {
			put(telemetry.ConsumerIdle, max(0, time.Since(*l.LastProgress).Seconds()), l.Consumer)
		}
	}
	return nil
}
