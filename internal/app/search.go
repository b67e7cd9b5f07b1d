package app

import (
	"context"
	"errors"
	"log/slog"

	"github.com/ungcuu/ungcuu/internal/store"
)

// Reindex fills in anew the words that all cases are found by; the program may run meanwhile.
func Reindex(ctx context.Context, c Config, log *slog.Logger) (err error) {
	st, err := store.Open(ctx, store.Config{DataDir: c.Data, DatabaseURL: c.DatabaseURL}, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.Refill(ctx); err != nil {
		return err
	}
	return st.Migrate(ctx)
}
