package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Lag is how far a durable consumer is behind.
type Lag struct {
	Consumer       string
	Pending        uint64     // on the broker and never delivered
	Unacknowledged int        // delivered and not acknowledged
	Redelivered    int        // of those, delivered more than once
	Floor          uint64     // place in the stream up to which everything is acknowledged
	LastProgress   *time.Time // of the last acknowledgement; nil when the broker has seen none
}

// Fill is how full the stream is.
type Fill struct {
	Messages uint64
	Bytes    uint64
	Limit    int64 // in bytes
}

// Lags asks the broker how far each consumer is behind and how full the stream is. It
// changes nothing on the broker.
func (b *Bus) Lags(ctx context.Context) ([]Lag, Fill, error) {
	if err := b.Ready(); err != nil {
		return nil, Fill{}, err
	}
	stream, err := b.js.Stream(ctx, Stream)
	if err != nil {
		return nil, Fill{}, fmt.Errorf("bus: stream %s: %w", Stream, explain(err))
	}
	info := stream.CachedInfo()
	fill := Fill{Messages: info.State.Msgs, Bytes: info.State.Bytes, Limit: info.Config.MaxBytes}
	var out []Lag
	for _, name := range []string{Notify, Ledger} {
		c, err := b.js.Consumer(ctx, Stream, name)
		if err != nil {
			return nil, fill, fmt.Errorf("bus: consumer %s: %w", name, explain(err))
		}
		out = append(out, lag(name, c.CachedInfo()))
	}
	return out, fill, nil
}

func lag(name string, info *jetstream.ConsumerInfo) Lag {
	return Lag{
		Consumer: name, Pending: info.NumPending, Unacknowledged: info.NumAckPending, Redelivered: info.NumRedelivered,
		Floor: info.AckFloor.Stream, LastProgress: info.AckFloor.Last,
	}
}
