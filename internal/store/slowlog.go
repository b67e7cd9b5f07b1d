package store

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"gorm.io/gorm/logger"
)

// slowLog logs slow statements without their values, and nothing else: an error is returned,
// and told once where the request ends.
type slowLog struct{ log *slog.Logger }

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
func (l slowLog) Trace(ctx context.Context, begin time.Time, fc func() (string, int64), _ error) {
	took := time.Since(begin)
	if took < slowQuery {
		return
	}
	statement, rows := fc()
	l.log.WarnContext(ctx, "slow query", "took", took, "rows", rows, "sql", statement)
}

// ParamsFilter keeps the values, which are other people's data, out of the log.
func (slowLog) ParamsFilter(_ context.Context, statement string, _ ...any) (string, []any) {
	return statement, nil
}
