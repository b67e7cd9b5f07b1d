package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Msg is a message as a consumer gets it: at least once, so every consumer must bear a
// repeat.
type Msg struct {
	Subject    string
	ID         string
	Data       []byte
	Place      uint64 // in the stream
	Deliveries uint64 // how often it was delivered, from 1
	// Traceparent is the W3C traceparent of the relay; empty when the event is not traced.
	Traceparent string
	msg         jetstream.Msg
}

// Ack says that the message is done. An ack that is lost on the way means a repeat.
func (m Msg) Ack() error { return m.msg.Ack() }

// Nak gives the message back, to be delivered again after delay.
func (m Msg) Nak(delay time.Duration) error {
	if delay <= 0 {
		return m.msg.Nak()
	}
	return m.msg.NakWithDelay(delay)
}

// Consumer reads on from where the durable consumer of its name stands.
type Consumer struct {
	bus  *Bus
	name string
	mu   sync.Mutex
	at   jetstream.Consumer // nil until it is found on the broker
}

// Consumer returns the reader of the durable consumer name. It does not speak to the broker.
func (b *Bus) Consumer(name string) *Consumer { return &Consumer{bus: b, name: name} }

// Fetch returns up to limit messages as soon as there is one, or none after wait. First
// deliveries come in stream order; a message that was given back, or not acknowledged in
// time, comes again later, out of order. When ctx ends, what was fetched is given back.
func (c *Consumer) Fetch(ctx context.Context, limit int, wait time.Duration) ([]Msg, error) {
	at, err := c.find(ctx)
	if err != nil {
		return nil, err
	}
	messages, err := c.take(ctx, at, limit, 0)
	if err != nil || len(messages) > 0 {
		return messages, err
	}
	messages, err = c.take(ctx, at, 1, wait)
	if err != nil || len(messages) == 0 || limit == 1 {
		return messages, err
	}
	more, err := c.take(ctx, at, limit-1, 0)
	if err != nil && ctx.Err() != nil {
		giveBack(messages)
		return nil, err
	}
	return append(messages, more...), nil // another error shows itself at the next call
}

// Outstanding is how many messages are delivered and not yet acknowledged, to whomever. More
// than the caller holds means that earlier messages are still to come again.
func (c *Consumer) Outstanding(ctx context.Context) (int, error) {
	at, err := c.find(ctx)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	info, err := at.Info(ctx)
	if err != nil {
		return 0, c.lost(err)
	}
	return info.NumAckPending, nil
}

func (c *Consumer) find(ctx context.Context) (jetstream.Consumer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.bus.reachable(); err != nil {
		return nil, err
	}
	if c.at != nil {
		return c.at, nil
	}
	at, err := c.ask(ctx)
	missing := errors.Is(err, jetstream.ErrStreamNotFound) || errors.Is(err, jetstream.ErrConsumerNotFound)
	if missing && c.bus.cfg.Guest {
		return nil, away.Wrap(fmt.Errorf("bus: consumer %s: %w", c.name, err))
	}
	if missing {
		if err := c.bus.Prepare(ctx); err != nil {
			return nil, err
		}
		at, err = c.ask(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("bus: consumer %s: %w", c.name, explain(err))
	}
	c.at = at
	c.bus.there()
	return at, nil
}

func (c *Consumer) ask(ctx context.Context) (jetstream.Consumer, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	return c.bus.js.Consumer(ctx, Stream, c.name) //nolint:wrapcheck // by whoever calls
}

// lost makes the next call look the consumer up again.
func (c *Consumer) lost(err error) error {
	c.mu.Lock()
	c.at = nil
	c.mu.Unlock()
	return fmt.Errorf("bus: consumer %s: %w", c.name, explain(err))
}

// take reads what is there (wait 0), or waits for the first.
func (c *Consumer) take(ctx context.Context, at jetstream.Consumer, limit int, wait time.Duration) ([]Msg, error) {
	var batch jetstream.MessageBatch
	var err error
	if wait <= 0 {
		batch, err = at.FetchNoWait(limit)
	} else {
		batch, err = at.Fetch(limit, jetstream.FetchMaxWait(wait))
	}
	if err != nil {
		return nil, c.lost(err)
	}
	var list []Msg
	for {
		select {
		case m, ok := <-batch.Messages():
			if ok {
				if got, err := received(m); err == nil {
					list = append(list, got)
				}
				continue
			}
			if err := batch.Error(); err != nil && !errors.Is(err, nats.ErrTimeout) {
				err = c.lost(err)
				if len(list) == 0 {
					return nil, err
				}
			}
			return list, nil
		case <-ctx.Done():
			go func() { // what is still on its way would otherwise be missing until AckWait
				for m := range batch.Messages() {
					_ = m.Nak()
				}
			}()
			giveBack(list)
			return nil, ctx.Err()
		}
	}
}

func giveBack(list []Msg) {
	for _, m := range list {
		_ = m.Nak(0)
	}
}

func received(m jetstream.Msg) (Msg, error) {
	meta, err := m.Metadata()
	if err != nil {
		return Msg{}, fmt.Errorf("bus: %w", err)
	}
	return Msg{
		Subject: m.Subject(), ID: m.Headers().Get(jetstream.MsgIDHeader), Data: m.Data(),
		Place: meta.Sequence.Stream, Deliveries: meta.NumDelivered,
		Traceparent: m.Headers().Get(traceHeader), msg: m,
	}, nil
}

// Replay calls fn for every message from the start of the stream to its end as it is now.
// It takes nothing from the durable consumers, and there is nothing to acknowledge.
func (b *Bus) Replay(ctx context.Context, fn func(Msg) error) error {
	if err := b.reachable(); err != nil {
		return err
	}
	stream, err := b.js.Stream(ctx, Stream)
	if err != nil {
		return fmt.Errorf("bus: stream %s: %w", Stream, err)
	}
	state := stream.CachedInfo().State
	if state.Msgs == 0 {
		return nil
	}
	reader, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverAllPolicy})
	if err != nil {
		return fmt.Errorf("bus: replay: %w", err)
	}
	messages, err := reader.Messages()
	if err != nil {
		return fmt.Errorf("bus: replay: %w", err)
	}
	defer messages.Stop()
	for {
		m, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return fmt.Errorf("bus: replay: %w", err)
		}
		meta, err := m.Metadata()
		if err != nil {
			return fmt.Errorf("bus: replay: %w", err)
		}
		got, err := received(m)
		if err != nil {
			return err
		}
		if got.Place <= state.LastSeq {
			if err := fn(got); err != nil {
				return err
			}
		}
		if got.Place >= state.LastSeq || meta.NumPending == 0 {
			return nil
		}
	}
}
