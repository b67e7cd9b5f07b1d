package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

const (
	watchPoll  = time.Second // the question is one look into an index of what is still to be said
	watchFirst = 20 * time.Second
	watchRound = time.Minute // a database that says nothing holds the watch no longer
)

// keepWatch looks at the clocks of duties until ctx ends. Every process with the API does; what
// one has said no other says again.
func keepWatch(ctx context.Context, cases *casework.Service, ready func(context.Context) error, observer *telemetry.Observer, log *slog.Logger) {
	trouble := telemetry.NewTrouble(log, "watch", 200*time.Millisecond, 5*time.Second)
	for ctx.Err() == nil {
		if ready(ctx) != nil { // its own trouble is told where the database is
			telemetry.Pause(ctx, watchPoll, nil)
			continue
		}
		bounded, cancel := context.WithTimeout(ctx, watchRound)
		more, err := cases.Watch(bounded, now())
		cancel()
		if ctx.Err() != nil {
			return
		}
		observer.Round("watch", err)
		switch {
		case err != nil:
			telemetry.Pause(ctx, trouble.Failed(err, time.Now()), nil)
		default:
			trouble.Over(time.Now())
			if !more {
				telemetry.Pause(ctx, watchPoll, nil)
			}
		}
	}
}

// watchAtStart says what the clock made true while no process ran. What it does not come to in
// its time, keepWatch goes on with.
func watchAtStart(ctx context.Context, cases *casework.Service, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, watchFirst)
	defer cancel()
	for more := true; more && ctx.Err() == nil; {
		var err error
		if more, err = cases.Watch(ctx, now()); err != nil && ctx.Err() == nil {
			log.Warn("watch has not said all at the start; it goes on", "error", err)
		}
	}
}
