package main

import (
	"context"
	"os"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/secret"
)

type backup struct {
	Data        string      `env:"UNGCUU_DATA" default:"./data" help:"Data folder."`
	DatabaseURL secret.Text `env:"UNGCUU_DATABASE_URL" help:"postgres://… ; empty: SQLite in the data folder."`
	Recipient   []string    `env:"UNGCUU_BACKUP_RECIPIENT" help:"Encrypt to this public key of age (age1…); may be repeated."`
	File        string      `arg:"" help:"The file to write, which must not exist; - is standard output."`
}

// Run backs up.
func (b *backup) Run(ctx context.Context) error {
	return app.Backup(ctx, app.Config{Data: b.Data, DatabaseURL: b.DatabaseURL}, b.File, b.Recipient, os.Stdout, os.Stderr, logger("warn"))
}
