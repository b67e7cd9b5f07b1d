package main

import (
	"context"
	"os"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/secret"
)

type verify struct {
	Data        string      `env:"UNGCUU_DATA" default:"./data" help:"Data folder."`
	DatabaseURL secret.Text `env:"UNGCUU_DATABASE_URL" help:"postgres://… ; empty: SQLite in the data folder."`
	JSON        bool        `name:"json" help:"Print one JSON document."`
}

// Run verifies.
func (v *verify) Run(ctx context.Context) error {
	return app.Verify(ctx, app.Config{Data: v.Data, DatabaseURL: v.DatabaseURL}, v.JSON, os.Stdout, os.Stderr, logger("warn"))
}
