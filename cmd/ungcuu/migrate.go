package main

import (
	"context"
	"fmt"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/secret"
)

type migrate struct {
	Data        string      `env:"UNGCUU_DATA" default:"./data" help:"Data folder."`
	DatabaseURL secret.Text `env:"UNGCUU_DATABASE_URL" help:"postgres://… ; empty: SQLite in the data folder."`
	Reindex     bool        `help:"Fill in anew the words that cases are found by."`
}

// Run migrates.
func (m *migrate) Run(ctx context.Context) error {
	c := app.Config{Data: m.Data, DatabaseURL: m.DatabaseURL}
	if err := app.Migrate(ctx, c, logger("warn")); err != nil || !m.Reindex {
		return err
	}
	return app.Reindex(ctx, c, logger("warn"))
}

type version struct{}

// Run prints the version.
func (version) Run() error {
	_, err := fmt.Println("ungcuu", app.Version)
	return err
}
