package main

import (
	"context"
	"os"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/secret"
)

type rulesExplain struct {
	Data        string      `env:"UNGCUU_DATA" default:"./data" help:"Data folder."`
	DatabaseURL secret.Text `env:"UNGCUU_DATABASE_URL" help:"postgres://… ; empty: SQLite in the data folder."`
	Province    string      `env:"UNGCUU_PROVINCE" default:"son-la" help:"Profile of the province."`
	Rules       string      `name:"rules" env:"UNGCUU_RULES" help:"File, or folder of *.yaml files, with rules laid over the packs of the program. Empty: none."`
	Case        string      `arg:"" help:"Id or code of the case, e.g. SL-2026-000001."`
}

// Run explains. Nothing is changed, and the desk may run meanwhile.
func (c *rulesExplain) Run(ctx context.Context) error {
	return app.ExplainRules(ctx, app.Config{Data: c.Data, DatabaseURL: c.DatabaseURL, Province: c.Province}, c.Rules, c.Case, os.Stdout, logger("warn"))
}
