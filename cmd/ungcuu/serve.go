package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/ungcuu/ungcuu/internal/app"
)

type serve struct {
	app.Config
}

// Run runs the desk until the process is told to stop.
func (s *serve) Run(ctx context.Context) error {
	scheme := "http"
	if s.TLSCert != "" {
		scheme = "https"
	}
	return app.Run(ctx, s.Config, logger(s.LogLevel), os.Stderr, func(addr string) {
		fmt.Fprintf(os.Stderr, "Ứng Cứu: %s://%s/api/v1 · tài liệu / docs: %[1]s://%[2]s/docs\n", scheme, addr)
	})
}

func logger(level string) *slog.Logger {
	var l slog.Level
	_ = l.UnmarshalText([]byte(level)) // kong has checked it against its list
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: l}))
}
