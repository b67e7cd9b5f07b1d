package telemetry

import (
	"context"
	"log/slog"
)

// Log makes a logger that adds the id of the trace to what is logged with a traced context.
func Log(log *slog.Logger) *slog.Logger { return slog.New(traced{log.Handler()}) }

type traced struct{ slog.Handler }

// Handle implements slog.Handler.
func (h traced) Handle(ctx context.Context, r slog.Record) error {
	if id := TraceID(ctx); id != "" && !has(r, traceKey) {
		r = r.Clone()
		r.AddAttrs(slog.String(traceKey, id))
	}
	return h.Handler.Handle(ctx, r) //nolint:wrapcheck // it is its error
}

const traceKey = "trace_id"

func has(r slog.Record, key string) bool {
	found := false
	r.Attrs(func(a slog.Attr) bool {
		found = a.Key == key
		return !found
	})
	return found
}

// WithAttrs implements slog.Handler.
func (h traced) WithAttrs(attrs []slog.Attr) slog.Handler { return traced{h.Handler.WithAttrs(attrs)} }

// WithGroup implements slog.Handler.
func (h traced) WithGroup(name string) slog.Handler { return traced{h.Handler.WithGroup(name)} }
