package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/url"
	"path"
	"strconv"
	"strings"
	"testing/fstest"

	"github.com/ncruces/go-sqlite3/driver"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/ungcuu/ungcuu/internal/fault"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrations returns the files of one database: NNNNN_name.sql, or of a pair the one that
// carries the dialect's name. What is written in PostgreSQL's words is put into SQLite's:
// the declared type TIMESTAMP makes the driver decode a time.
func migrations(dialect string) (fs.FS, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	forSQLite := strings.NewReplacer(
		"timestamptz", "timestamp",
		"bigint generated always as identity primary key", "integer primary key autoincrement",
		"gen_random_uuid()", "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || "+
			"'-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))",
	)
	out := fstest.MapFS{}
	for _, name := range names {
		base := strings.TrimSuffix(path.Base(name), ".sql")
		if plain, only, pair := strings.Cut(base, "."); pair {
			if only != dialect {
				continue
			}
			base = plain
		}
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("store: migrations: %w", err)
		}
		if dialect == SQLite {
			text = []byte(forSQLite.Replace(string(text)))
		}
		out[base+".sql"] = &fstest.MapFile{Data: text}
	}
	return out, nil
}

// latest is the number of the newest migration this program carries.
func latest(dialect string) (int64, error) {
	files, err := migrations(dialect)
	if err != nil {
		return 0, err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return 0, fmt.Errorf("store: migrations: %w", err)
	}
	var newest int64
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("store: migration %s has no number: %w", name, err)
		}
		newest = max(newest, n)
	}
	return newest, nil
}

const migrationTries = 10

// Migrate applies what is missing and fills in the words that cases are found by, where they
// are of an older edition. Several processes may start at once, and one that is killed is gone
// on with by the next.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.migrateTo(ctx, math.MaxInt64); err != nil {
		return err
	}
	return s.fillWords(ctx)
}

// migrateTo applies what is missing up to that number.
func (s *Store) migrateTo(ctx context.Context, newest int64) error {
	files, err := migrations(s.dialect)
	if err != nil {
		return err
	}
	if s.dialect == Postgres {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("store: migrate: %w", err)
		}
		return up(ctx, goose.DialectPostgres, s.write, files, newest, goose.WithSessionLocker(locker))
	}
	// A connection of its own, because the table of the migrations has times in another form.
	db, err := driver.Open(sqliteName(s.path, url.Values{}), extend)
	if err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	db.SetMaxOpenConns(1)
	// There is no lock over all steps: where another process was faster at one, the next try
	// goes on behind it.
	for range migrationTries {
		if err = up(ctx, goose.DialectSQLite3, db, files, newest); err == nil || ctx.Err() != nil {
			break
		}
	}
	return errors.Join(err, db.Close())
}

func up(ctx context.Context, dialect goose.Dialect, db *sql.DB, files fs.FS, newest int64, opts ...goose.ProviderOption) error {
	provider, err := goose.NewProvider(dialect, db, files, append(opts, goose.WithDisableGlobalRegistry(true))...)
	if err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	if _, err := provider.UpTo(ctx, newest); err != nil {
		if err = explain(err); errors.Is(err, fault.Unavailable) {
			return err
		}
		return fmt.Errorf("store: migrate: %w", err)
	}
	return nil
}

// Ready is nil when the database answers and every migration has been applied, and
// fault.Unavailable otherwise.
func (s *Store) Ready(ctx context.Context) error {
	want, err := latest(s.dialect)
	if err != nil {
		return err
	}
	var have *int64
	err = scan(s.Read(ctx).db.Raw("SELECT max(version_id) FROM goose_db_version WHERE is_applied = ?", true), &have)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, fault.Unavailable):
		return err
	case err != nil:
		return away(err)
	case have == nil || *have < want:
		return away(fmt.Errorf("store: migration %d has not been applied", want))
	}
	return nil
}
