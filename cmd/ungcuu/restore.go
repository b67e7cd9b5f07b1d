package main

import (
	"context"
	"os"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/secret"
)

type restore struct {
	Data        string      `env:"UNGCUU_DATA" default:"./data" help:"Data folder, which must be empty or not exist."`
	DatabaseURL secret.Text `env:"UNGCUU_DATABASE_URL" help:"postgres://… of an empty database; empty: SQLite in the data folder."`
	Identity    string      `type:"existingfile" help:"File with the secret key of age, for an encrypted backup."`
	File        string      `arg:"" type:"existingfile" help:"The backup."`
}

// Run restores.
func (r *restore) Run(ctx context.Context) error {
	return app.Restore(ctx, app.Config{Data: r.Data, DatabaseURL: r.DatabaseURL}, r.File, r.Identity, os.Stdout, os.Stderr, logger("warn"))
}
