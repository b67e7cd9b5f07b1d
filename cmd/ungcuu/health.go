package main

import (
	"context"

	"github.com/ungcuu/ungcuu/internal/app"
)

type health struct {
	app.Config
}

// Run asks; the exit code is the answer.
func (h *health) Run(ctx context.Context) error { return app.Health(ctx, h.Config) }
