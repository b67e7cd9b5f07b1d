package main

import (
	"context"
	"os"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/secret"
)

type importFiles struct {
	Data        string      `env:"UNGCUU_DATA" default:"./data" help:"Data folder."`
	DatabaseURL secret.Text `env:"UNGCUU_DATABASE_URL" help:"postgres://… ; empty: SQLite in the data folder."`
	Province    string      `env:"UNGCUU_PROVINCE" default:"son-la" help:"Profile of the province."`
	Mapping     string      `help:"Of CSV and XLSX: the name of a saved mapping, or a file of JSON. Without it: the layout of an export."`
	As          string      `default:"admin" help:"The user who imports."`
	DryRun      bool        `help:"Check everything, write nothing."`
	SkipRefused bool        `help:"Write the accepted rows although others are refused. Without it one refused row keeps its whole file out."`
	Propose     bool        `help:"Print a mapping made from the headers of the file; import nothing."`
	Format      string      `arg:"" enum:"csv,xlsx,jsonl,records" help:"csv, xlsx, jsonl or records."`
	Files       []string    `arg:"" help:"Files; - is standard input."`
}

// Run imports. The exit code is 2 where something was refused.
func (i *importFiles) Run(ctx context.Context) error {
	return app.Import(ctx, app.Config{Data: i.Data, DatabaseURL: i.DatabaseURL, Province: i.Province}, app.ImportOptions{
		Format: i.Format, Files: i.Files, Mapping: i.Mapping, As: i.As, DryRun: i.DryRun, SkipRefused: i.SkipRefused, Propose: i.Propose,
	}, logger("warn"), os.Stdout, os.Stderr)
}
