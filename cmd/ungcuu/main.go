// Command ungcuu is the incident desk of a province.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var commands struct {
		Serve   serve       `cmd:"" help:"Run the API, the relay and the workers."`
		Migrate migrate     `cmd:"" help:"Bring the database up to date and exit."`
		Health  health      `cmd:"" help:"Ask the process with the same settings whether it can work; the exit code is the answer."`
		Admin   admin       `cmd:"" help:"Agencies, contacts and people, on the database of this machine."`
		Import  importFiles `cmd:"" help:"Bring old records in as history: CSV, XLSX, JSON Lines."`
		Backup  backup      `cmd:"" help:"Write the whole desk into one file, also while it runs."`
		Restore restore     `cmd:"" help:"Bring a desk back from such a file, into an empty data folder and an empty database."`
		Verify  verify      `cmd:"" help:"Check that the record is whole, also while the desk runs."`
		Rules   rules       `cmd:"" help:"The legal rules as data."`
		Version version     `cmd:"" help:"Print the version."`
	}
	k := kong.Parse(&commands, kong.Name("ungcuu"), kong.UsageOnError(),
		kong.Description("Ứng Cứu: hệ thống tiếp nhận và xử lý sự cố an toàn thông tin của tỉnh."),
		kong.BindTo(ctx, (*context.Context)(nil)))
	k.FatalIfErrorf(k.Run())
}
