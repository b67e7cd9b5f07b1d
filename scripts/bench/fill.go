package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/sample"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// fill makes a demo of the desk and imports n cases of the past into it, through the
// product's own import.
func fill(ctx context.Context, cfg app.Config, n int) error {
	log := slog.New(slog.DiscardHandler)
	once, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- app.Run(once, cfg, log, io.Discard, func(string) {}) }()
	file := filepath.Join(cfg.Data, "fill.jsonl")
	err := write(file, n)
	if err == nil {
		err = seeded(ctx, cfg)
	}
	stop()
	if e := <-ended; err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file) }()
	return app.Import(ctx, cfg, app.ImportOptions{Format: "jsonl", Files: []string{file}, As: "admin"}, log, io.Discard, io.Discard)
}

// seeded waits until the demo has its people.
func seeded(ctx context.Context, cfg app.Config) error {
	d := desk{cfg: cfg}
	for range 600 {
		if d.connect() == nil {
			var people int
			err := d.sql.QueryRowContext(ctx, "SELECT count(*) FROM users").Scan(&people)
			_ = d.sql.Close()
			if err == nil && people > 0 {
				return nil
			}
		}
		telemetry.Pause(ctx, 20*time.Millisecond, nil)
	}
	return fmt.Errorf("the demo was not filled")
}

// write writes n cases of five years. The agency that operates one tenth of the systems is
// the demo's data centre.
func write(name string, n int) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	out := bufio.NewWriter(f)
	enc := json.NewEncoder(out)
	cast := sample.Cast{}
	for i := range 40 {
		cast.Reporters = append(cast.Reporters, sample.Party{AgencyID: fmt.Sprint(i)})
	}
	i := 0
	for c := range sample.Cases(1, n, cast) {
		reported := c.ReportedAt.Format(time.RFC3339Nano)
		h := api.HistoricIncident{
			NewIncident: api.NewIncident{
				Title: c.Title, Description: c.Description, DetectedAt: c.DetectedAt.Format(time.RFC3339Nano),
				TLP: string(c.TLP), System: api.System{Name: c.System.Name, Domains: c.System.Domains},
				Report: &api.Report{ReporterName: c.Report.ReporterName, Reference: fmt.Sprintf("SO-%07d", i)},
			},
			Source: "bench", Status: "closed", ReportedAt: &reported, ReportingAgency: "syt", Lessons: c.Lessons,
		}
		if i%10 == 0 {
			h.ReportingAgency = "tthdl"
		}
		i++
		if err := enc.Encode(h); err != nil {
			return err
		}
	}
	return out.Flush()
}
