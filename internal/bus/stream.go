package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// The names on the broker.
const (
	Stream = "UNGCUU"
	Notify = "notify" // durable consumer of the mails
	Ledger = "ledger" // durable consumer of the seals outside the database
)

// The settings of the stream and its consumers.
const (
	maxAge        = 30 * 24 * time.Hour
	maxBytes      = 1 << 30
	duplicates    = 10 * time.Minute
	ackWait       = 30 * time.Second
	maxAckPending = 256
)

func (b *Bus) subjects() string { return "ungcuu." + b.cfg.Province + ".>" }

// Prepare creates the stream and its durable consumers, or brings their settings up to date.
// A consumer keeps its place. What the broker's operator has added (replicas, placement)
// stays. A full stream refuses instead of dropping: the outbox keeps the backlog.
func (b *Bus) Prepare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 4*askTimeout)
	defer cancel()
	err := explain(b.prepare(ctx))
	b.mu.Lock()
	b.failed = err
	b.mu.Unlock()
	b.prepared.Store(err == nil)
	return err
}

func (b *Bus) prepare(ctx context.Context) error {
	if b.embedded != nil {
		if err := b.embedded.revive(); err != nil {
			return fmt.Errorf("bus: the broker's store does not start: %w", err)
		}
	}
	if err := b.reachable(); err != nil {
		return err
	}
	cfg := jetstream.StreamConfig{Name: Stream}
	switch s, err := b.js.Stream(ctx, Stream); {
	case err == nil:
		cfg = s.CachedInfo().Config
	case !errors.Is(err, jetstream.ErrStreamNotFound):
		return fmt.Errorf("bus: stream %s: %w", Stream, err)
	}
	if !slices.Contains(cfg.Subjects, b.subjects()) {
		for _, other := range cfg.Subjects {
			if b.embedded == nil && strings.HasPrefix(other, "ungcuu.") {
				return fault.New(fault.Conflict,
					"Máy chủ NATS này đã có luồng "+Stream+" của tỉnh khác ("+other+"); mỗi tỉnh cần một tài khoản NATS riêng.",
					"The stream "+Stream+" on this broker belongs to "+other+"; each province needs an account of its own.")
			}
		}
		cfg.Subjects = append(slices.Clone(cfg.Subjects), b.subjects())
	}
	cfg.Description = "Events of the incident desk, CloudEvents 1.0"
	cfg.Storage = jetstream.FileStorage
	cfg.Retention = jetstream.LimitsPolicy
	cfg.Discard = jetstream.DiscardNew
	cfg.MaxAge = maxAge
	cfg.MaxBytes = maxBytes
	cfg.Duplicates = duplicates
	stream, err := b.js.CreateOrUpdateStream(ctx, cfg)
	if err != nil {
		return fmt.Errorf("bus: stream %s: %w", Stream, err)
	}
	for _, name := range []string{Notify, Ledger} {
		_, err := stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
			Durable:       name,
			DeliverPolicy: jetstream.DeliverAllPolicy,
			AckPolicy:     jetstream.AckExplicitPolicy,
			AckWait:       ackWait,
			MaxAckPending: maxAckPending,
			MaxDeliver:    -1,
		})
		if err != nil {
			return fmt.Errorf("bus: consumer %s: %w", name, err)
		}
	}
	return nil
}
