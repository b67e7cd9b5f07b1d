package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Message is what goes out. Within ten minutes the broker takes a repeated ID once.
type Message struct {
	Subject string
	ID      string
	Data    []byte
	// Traceparent goes along as a header, so that a consumer can go on with the trace; empty:
	// there is none.
	Traceparent string
}

const traceHeader = "traceparent"

// Publish sends the messages side by side and waits until each is on the broker's disk or
// refused. It answers one error per message, nil for those that are stored. A message with
// an error may be stored all the same: send it again under the same ID.
func (b *Bus) Publish(ctx context.Context, messages []Message) []error {
	errs := make([]error, len(messages))
	if !b.prepared.Load() {
		if err := b.Prepare(ctx); err != nil {
			return fill(errs, err)
		}
	}
	if err := b.reachable(); err != nil {
		b.prepared.Store(false)
		return fill(errs, err)
	}
	acks := make([]jetstream.PubAckFuture, len(messages))
	for i, m := range messages {
		msg := &nats.Msg{Subject: m.Subject, Data: m.Data}
		if m.Traceparent != "" {
			msg.Header = nats.Header{traceHeader: {m.Traceparent}}
		}
		acks[i], errs[i] = b.js.PublishMsgAsync(msg, jetstream.WithMsgID(m.ID))
	}
	for i, ack := range acks {
		if errs[i] == nil {
			errs[i] = wait(ctx, ack)
		}
		if errs[i] != nil {
			errs[i] = fmt.Errorf("bus: publish %s: %w", messages[i].ID, explain(errs[i]))
			if errors.Is(errs[i], jetstream.ErrNoStreamResponse) {
				b.prepared.Store(false) // the stream is gone: the next call makes it again
			}
		}
	}
	return errs
}

func wait(ctx context.Context, ack jetstream.PubAckFuture) error {
	select {
	case <-ack.Ok():
		return nil
	case err := <-ack.Err():
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func fill(errs []error, err error) []error {
	for i := range errs {
		errs[i] = err
	}
	return errs
}
