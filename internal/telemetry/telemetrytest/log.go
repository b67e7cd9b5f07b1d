// Package telemetrytest has a log that tests can count.
package telemetrytest

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
)

// Log keeps what is logged. Its zero value is ready, and safe for several at once.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Logger is a logger that writes here, from level info on.
func (l *Log) Logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// Count is how often something stands in the log.
func (l *Log) Count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.buf.String(), what)
}
