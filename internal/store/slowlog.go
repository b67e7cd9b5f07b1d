package store

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"gorm.io/gorm/logger"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// slowLog logs slow statements without their values, and nothing else: an error is returned,
// and told once where the request ends.
type slowLog struct {
	log      *slog.Logger
	observer *telemetry.Observer
}

// LogMode implements logger.Interface.
func (l slowLog) LogMode(logger.LogLevel) logger.Interface { return l }

// Info implements logger.Interface.
func (l slowLog) Info(ctx context.Context, format string, args ...any) {
	l.log.DebugContext(ctx, fmt.Sprintf(format, args...))
}

// Warn implements logger.Interface.
func (l slowLog) Warn(ctx context.Context, format string, args ...any) {
	l.log.WarnContext(ctx, fmt.Sprintf(format, args...))
}

// Error implements logger.Interface.
func (l slowLog) Error(ctx context.Context, format string, args ...any) {
	l.log.ErrorContext(ctx, fmt.Sprintf(format, args...))
}

// Trace implements logger.Interface.
func (l slowLog) Trace(ctx context.Context, begin time.Time, fc func() (string, int64), err error) {
	_ = l.failed(err) // GORM returns it
	took := time.Since(begin)
	if took < slowQuery {
		return
	}
	l.observer.Add(telemetry.DatabaseSlow, 1)
	statement, rows := fc()
	l.log.WarnContext(ctx, "slow query", "took", took, "rows", rows, "sql", statement)
}

// failed counts what is nobody's bug, and returns the error as it is.
func (l slowLog) failed(err error) error {
	if err == nil {
		return nil
	}
	switch f, _ := fault.As(explain(err)); {
	case f == nil:
	case f.Kind == fault.Busy:
		l.observer.Add(telemetry.DatabaseFailures, 1, "busy")
	case f.Kind == fault.Unavailable:
		l.observer.Add(telemetry.DatabaseFailures, 1, "unavailable")
	}
	return err
}

// ParamsFilter keeps the values, which are other people's data, out of the log.
func (slowLog) ParamsFilter(_ context.Context, statement string, _ ...any) (string, []any) {
	return statement, nil
}
