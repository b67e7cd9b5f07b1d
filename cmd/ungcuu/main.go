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
		Import  importFiles `cmd:"" help:"Bring old records in as history: CSV, XLSX, JSON Lines."`
		Version version     `cmd:"" help:"Print the version."`
	}
	k := kong.Parse(&commands, kong.Name("ungcuu"), kong.UsageOnError(),
		kong.Description("Ứng Cứu: hệ thống tiếp nhận và xử lý sự cố an toàn thông tin của tỉnh."),
		kong.BindTo(ctx, (*context.Context)(nil)))
	k.FatalIfErrorf(k.Run())
}
