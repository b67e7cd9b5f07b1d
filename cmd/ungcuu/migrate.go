package main

import (
	"context"
	"fmt"

	"github.com/ungcuu/ungcuu/internal/app"
)

type migrate struct {
	Data        string `env:"UNGCUU_DATA" default:"./data" help:"Data folder."`
	DatabaseURL string `env:"UNGCUU_DATABASE_URL" help:"postgres://… ; empty: SQLite in the data folder."`
}

// Run migrates.
func (m *migrate) Run(ctx context.Context) error {
	return app.Migrate(ctx, app.Config{Data: m.Data, DatabaseURL: m.DatabaseURL}, logger("warn"))
}

type version struct{}

// Run prints the version.
func (version) Run() error {
	_, err := fmt.Println("ungcuu", app.Version)
	return err
}
