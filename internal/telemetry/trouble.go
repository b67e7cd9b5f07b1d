// Package telemetry owns what the system says about itself: logs, metrics and traces.
// It knows nothing of cases.
package telemetry

import (
	"context"
	"log/slog"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Trouble says in the log when a part of the system stops working and when it works again,
// one line each and not one per try, and how long to wait before the next try.
type Trouble struct {
	log         *slog.Logger
	part        string
	first, most time.Duration

	since  time.Time // of the first failure; zero while all is well
	told   time.Time // of the last line
	said   string
	delay  time.Duration
	failed int
}

// NewTrouble watches a part, e.g. "relay"; the wait grows from first to most.
func NewTrouble(log *slog.Logger, part string, first, most time.Duration) *Trouble {
	return &Trouble{log: log, part: part, first: first, most: most}
}

// Failed notes a failed try at now and returns how long to wait. A different reason is told
// at most once a minute.
func (t *Trouble) Failed(err error, now time.Time) time.Duration {
	t.failed++
	if t.since.IsZero() {
		t.since, t.delay = now, t.first
	} else {
		t.delay = min(2*t.delay, t.most)
	}
	if t.told.IsZero() || err.Error() != t.said && now.Sub(t.told) >= time.Minute {
		t.told, t.said = now, err.Error()
		level := slog.LevelError // a bug
		if _, expected := fault.As(err); expected {
			level = slog.LevelWarn
		}
		t.log.Log(context.Background(), level, t.part+" stands still", "error", err)
	}
	return t.delay
}

// Over notes a try that went well.
func (t *Trouble) Over(now time.Time) {
	if t.since.IsZero() {
		return
	}
	t.log.Info(t.part+" goes on", "after", now.Sub(t.since).Round(time.Millisecond).String(), "tries", t.failed)
	*t = Trouble{log: t.log, part: t.part, first: t.first, most: t.most}
}

// Pause waits d, until wake, or until ctx ends; it is false when ctx has ended.
func Pause(ctx context.Context, d time.Duration, wake <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-wake:
	case <-timer.C:
	}
	return ctx.Err() == nil
}
