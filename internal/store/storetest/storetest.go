// Package storetest opens databases for tests: SQLite always, PostgreSQL when the environment
// names a server. Each database is fresh, and gone when the test ends.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/secret"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Server is the environment variable with the URL of a PostgreSQL server on which databases
// may be created. Require, set to 1, makes a test fail that would skip without it.
const (
	Server  = "UNGCUU_TEST_POSTGRES"
	Require = "UNGCUU_TEST_REQUIRE"
)

// runner is a test or a benchmark.
type runner[T any] interface {
	testing.TB
	Run(name string, fn func(T)) bool
}

// Each runs fn once for each database, migrated.
func Each[T runner[T]](t T, fn func(t T, st *store.Store)) {
	t.Helper()
	t.Run(store.SQLite, func(t T) {
		c := store.Config{DataDir: t.TempDir()}
		file, err := migrated()
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(c.DataDir, "ungcuu.db"), file, 0o600))
		fn(t, Open(t, c))
	})
	t.Run(store.Postgres, func(t T) {
		fn(t, Open(t, store.Config{DatabaseURL: OpenPostgres(t)}))
	})
}

// migrated is the file of an empty database with every migration applied, which takes longer
// than most tests: once for the process, and copied for each.
var migrated = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "ungcuu-migrated-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	st, err := store.Open(context.Background(), store.Config{DataDir: dir}, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(st.Migrate(context.Background()), st.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "ungcuu.db"))
})

// Open opens and migrates one database, and closes it when the test ends.
func Open(tb testing.TB, c store.Config) *store.Store {
	tb.Helper()
	st, err := store.Open(context.Background(), c, slog.New(slog.DiscardHandler))
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, st.Close()) })
	require.NoError(tb, st.Migrate(context.Background()))
	return st
}

// Databases returns, by name, a way to each database that nobody has migrated yet: for tests
// that start the whole program. PostgreSQL is missing when no server is named.
func Databases(t *testing.T) map[string]store.Config {
	t.Helper()
	all := map[string]store.Config{store.SQLite: {DataDir: t.TempDir()}}
	if os.Getenv(Server) != "" || os.Getenv(Require) == "1" {
		all[store.Postgres] = store.Config{DataDir: t.TempDir(), DatabaseURL: OpenPostgres(t)}
	}
	return all
}

// OpenPostgres makes an empty database, which is dropped when the test ends, and returns its
// URL. Without a server the test is skipped.
func OpenPostgres(tb testing.TB) secret.Text {
	tb.Helper()
	server := os.Getenv(Server)
	if server == "" {
		if os.Getenv(Require) == "1" {
			tb.Fatalf("%s=1, but %s names no server", Require, Server)
		}
		tb.Skipf("set %s to the URL of a PostgreSQL server to run this", Server)
	}
	address, err := url.Parse(server)
	require.NoError(tb, err, "%s must be a URL", Server)
	name := "ungcuu_test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	admin(tb, server, "CREATE DATABASE "+name)
	tb.Cleanup(func() { admin(tb, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	address.Path = "/" + name
	return secret.Text(address.String())
}

// Count counts rows by SQL of its own, beside the store: from is a table, with a WHERE clause
// where one is needed.
func Count(t *testing.T, c store.Config, from string) int {
	t.Helper()
	name, source := "pgx", c.DatabaseURL.Reveal()
	if source == "" {
		name, source = "sqlite3", "file:"+filepath.Join(c.DataDir, "ungcuu.db")+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(name, source)
	require.NoError(t, err)
	defer db.Close()
	var n int
	require.NoError(t, db.QueryRowContext(context.Background(), "SELECT count(*) FROM "+from).Scan(&n))
	return n
}

func admin(tb testing.TB, server, statement string) {
	tb.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	require.NoError(tb, err)
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, statement)
	require.NoError(tb, err)
}
