package app

import (
	"context"
	"errors"
	"log/slog"

	"github.com/ungcuu/ungcuu/internal/store"
)

// open opens the database of the settings, which may be empty.
func (c Config) open(ctx context.Context, log *slog.Logger) (*store.Store, error) {
	return store.Open(ctx, store.Config{DataDir: c.Data, DatabaseURL: c.DatabaseURL}, log)
}

// openExisting opens the database of a whole desk that must be there already.
func (c Config) openExisting(ctx context.Context, log *slog.Logger) (*store.Store, error) {
	if err := unfinishedRestore(c.Data); err != nil {
		return nil, err
	}
	if err := store.Exists(store.Config{DataDir: c.Data, DatabaseURL: c.DatabaseURL}); err != nil {
		return nil, err
	}
	st, err := c.open(ctx, log)
	if err != nil {
		return nil, err
	}
	if err := st.Ready(ctx); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

// Reindex fills in anew the words that all cases are found by; the program may run meanwhile.
func Reindex(ctx context.Context, c Config, log *slog.Logger) (err error) {
	st, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.Refill(ctx); err != nil {
		return err
	}
	return st.Migrate(ctx)
}

// Migrate brings the database up to date and returns.
func Migrate(ctx context.Context, c Config, log *slog.Logger) (err error) {
	st, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return st.Migrate(ctx)
}
