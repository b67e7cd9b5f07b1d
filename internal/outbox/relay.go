// Package outbox owns the way of a committed event to the broker: at least once, and in
// order within a case. It alone publishes, and it alone marks a row as published.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

const (
	batch     = 500
	backoff   = 100 * time.Millisecond
	leaseName = "relay"
	lease     = 3 * time.Second // another relay takes over after that
	renew     = time.Second
	poll      = time.Second // for rows that another process has committed
	pruneOnce = time.Hour
	round     = time.Minute // a database or a broker that says nothing holds the relay no longer
)

// Keep is how long a row stays in the outbox after it was published.
const Keep = 7 * 24 * time.Hour

// Relay publishes the outbox. Any number may run; one works at a time. Two that overlap for a
// moment, because a lease ran out, publish the same rows under the same ids, which the
// broker takes once.
type Relay struct {
	store  *store.Store
	bus    *bus.Bus
	watch  *telemetry.Observer
	log    *slog.Logger
	round  time.Duration // the most one pass may take
	holder string
	held   bool // the lease was ours at least once
	pruned time.Time
}

// NewRelay makes a relay with a name of its own for the lease.
func NewRelay(st *store.Store, b *bus.Bus, watch *telemetry.Observer, log *slog.Logger) *Relay {
	return &Relay{store: st, bus: b, watch: watch, log: log, round: round, holder: uuid.NewString()}
}

// Run relays until ctx ends. It is woken by every commit of this process.
func (r *Relay) Run(ctx context.Context) error {
	trouble := telemetry.NewTrouble(r.log, "relay", backoff, 2*time.Second)
	defer r.release()
	for ctx.Err() == nil {
		n, err := r.bounded(ctx)
		if ctx.Err() == nil {
			r.watch.Round(leaseName, err)
		}
		switch {
		case ctx.Err() != nil:
		case err != nil:
			wait := trouble.Failed(err, clock())
			if n > 0 {
				wait = backoff // one chain fails, the others flow
			}
			telemetry.Pause(ctx, wait, nil)
		default:
			trouble.Over(clock())
			if n == 0 {
				telemetry.Pause(ctx, poll, r.store.Committed())
			}
		}
	}
	return nil
}

func (r *Relay) bounded(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, r.round)
	defer cancel()
	return r.Pass(ctx)
}

// Pass publishes what waits, at most one batch, and returns how many rows were published and
// marked. Rows whose publication failed, and later rows of their chains, wait for the next
// pass.
func (r *Relay) Pass(ctx context.Context) (published int, err error) {
	if peek, err := r.store.Waiting(ctx, 1); err != nil || len(peek) == 0 {
		if err == nil {
			r.prune(ctx)
		}
		return 0, err
	}
	if err := r.bus.Ready(); err != nil {
		// Preparing is what makes a broker ready that was away.
		if err := r.bus.Prepare(ctx); err != nil {
			return 0, err
		}
	}
	leased := clock()
	if mine, err := r.store.Lease(ctx, leaseName, r.holder, leased, lease); err != nil || !mine {
		return 0, err
	}
	r.held = true
	rows, err := r.store.Waiting(ctx, batch)
	if err != nil {
		return 0, err
	}
	var acked []int64
	mark := func(ctx context.Context) error {
		if len(acked) == 0 {
			return nil
		}
		if err := r.store.MarkPublished(ctx, acked, clock()); err != nil {
			return fmt.Errorf("outbox: mark published: %w", err)
		}
		published += len(acked)
		acked = acked[:0]
		return nil
	}
	var failed []error
	for wave := range waves(rows) {
		if now := clock(); now.Sub(leased) >= renew {
			if err := mark(ctx); err != nil {
				return published, err
			}
			mine, err := r.store.Lease(ctx, leaseName, r.holder, now, lease)
			if err != nil || !mine {
				return published, err
			}
			leased = now
		}
		for i, err := range r.publish(ctx, wave.rows) {
			if err != nil {
				wave.stop(i)
				failed = append(failed, err)
				continue
			}
			acked = append(acked, wave.rows[i].ID)
		}
	}
	// What the broker has is marked even when the process is ending.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if err := mark(last); err != nil {
		return published, err
	}
	r.watch.Add(telemetry.RelayPublished, float64(published))
	if len(failed) > 0 {
		r.watch.Add(telemetry.RelayRefused, float64(len(failed)))
		return published, fmt.Errorf("outbox: %d of %d waiting events refused: %w", len(failed), len(rows), failed[0])
	}
	r.prune(ctx)
	return published, nil
}

// publish sends the messages of one wave, each as a step of the trace of the request that
// wrote it.
func (r *Relay) publish(ctx context.Context, rows []store.OutboxRow) []error {
	messages := make([]bus.Message, len(rows))
	spans := make([]*telemetry.Span, len(rows))
	for i, row := range rows {
		messages[i] = bus.Message{Subject: row.Subject, ID: row.EventID, Data: []byte(row.Message)}
		if row.Traceparent == nil {
			continue
		}
		var within context.Context
		within, spans[i] = r.watch.Follow(ctx, *row.Traceparent, "relay publish", telemetry.Producer,
			"messaging.system", "nats", "messaging.destination.name", row.Subject, "messaging.message.id", row.EventID)
		messages[i].Traceparent = telemetry.Traceparent(within)
	}
	errs := r.bus.Publish(ctx, messages)
	for i, err := range errs {
		spans[i].End(err)
	}
	return errs
}

// release lets the next relay begin at once.
func (r *Relay) release() {
	if !r.held {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = r.store.Lease(ctx, leaseName, r.holder, clock(), 0) // if it fails, it runs out by itself
}

// prune forgets what was published long ago. A failure is no reason to stop relaying.
func (r *Relay) prune(ctx context.Context) {
	now := clock()
	if now.Sub(r.pruned) < pruneOnce {
		return
	}
	r.pruned = now
	n, err := r.store.PrunePublished(ctx, now.Add(-Keep))
	switch {
	case err != nil && !errors.Is(err, context.Canceled):
		r.log.Warn("relay could not forget old rows", "error", err)
	case n > 0:
		r.log.Info("relay forgot rows published long ago", "rows", n)
	}
}

func clock() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
