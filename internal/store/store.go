// Package store owns the rows: it keeps cases, people and the record in SQLite or
// PostgreSQL, and is the only package that knows GORM, SQL or a migration.
// It decides nothing; who may see what comes in as a policy.Sight and becomes SQL in sight.go.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/gormlite"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/secret"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// The names of the two databases, as Dialect returns them.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

const (
	patience       = 5 * time.Second // how long a write waits for a connection or a lock
	connectTimeout = 3 * time.Second // below patience, so that a dead server is told from a busy one
	sqliteReaders  = 4
	postgresConns  = 16
	slowQuery      = 500 * time.Millisecond
)

// sqliteTime is how SQLite holds a time: fixed width, so that the order of the text is the
// order of time.
const sqliteTime = "2006-01-02T15:04:05.000000Z"

const sqliteFile = "ungcuu.db"

// Config says where the rows live. DatabaseURL empty means the file ungcuu.db in DataDir.
type Config struct {
	DataDir     string
	DatabaseURL secret.Text
	Observer    *telemetry.Observer // nil: nobody counts
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	dialect   string
	path      string  // of SQLite's file
	write     *sql.DB // one connection on SQLite, the pool on PostgreSQL
	read      *sql.DB // on PostgreSQL the same as write
	pool      *pgxpool.Pool
	codes     *pgxpool.Pool // see NextCode
	writing   *gorm.DB
	reading   *gorm.DB
	committed chan struct{}
	agencies  atomic.Pointer[agencySnapshot]
	told      slowLog
}

// Open prepares the connections. PostgreSQL is not contacted yet: a database that is away
// shows in Ready and in the first query.
func Open(_ context.Context, c Config, log *slog.Logger) (*Store, error) {
	s := &Store{dialect: SQLite, committed: make(chan struct{}, 1), told: slowLog{log, c.Observer}}
	open := s.openSQLite
	if c.DatabaseURL != "" {
		s.dialect, open = Postgres, s.openPostgres
	}
	if err := open(c); err != nil {
		return nil, err
	}
	for _, half := range []struct {
		pool *sql.DB
		into **gorm.DB
	}{{s.write, &s.writing}, {s.read, &s.reading}} {
		db, err := gorm.Open(s.dialector(half.pool), &gorm.Config{
			SkipDefaultTransaction: true,
			TranslateError:         true,
			DisableAutomaticPing:   true,
			QueryFields:            true, // see columns
			NowFunc:                func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) },
			Logger:                 s.told,
		})
		if err != nil {
			return nil, errors.Join(fmt.Errorf("store: %w", err), s.Close())
		}
		*half.into = db
	}
	return s, nil
}

func (s *Store) openSQLite(c Config) error {
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return fmt.Errorf("store: data folder: %w", err)
	}
	var err error
	if s.path, err = filepath.Abs(filepath.Join(c.DataDir, sqliteFile)); err != nil {
		return fmt.Errorf("store: data folder: %w", err)
	}
	// Made here first, because SQLite would make it readable for everyone on the machine.
	f, err := os.OpenFile(s.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	times := url.Values{"_timefmt": {sqliteTime}}
	if s.write, err = driver.Open(sqliteName(s.path, times), extend); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = driver.Open(sqliteName(s.path, times, "query_only(on)"), extend); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	s.read.SetMaxOpenConns(sqliteReaders)
	s.read.SetMaxIdleConns(sqliteReaders)
	return nil
}

// sqliteName is the file with the settings of every connection and the given ones.
func sqliteName(path string, q url.Values, pragmas ...string) string {
	q = maps.Clone(q)
	q.Set("_txlock", "immediate")
	q.Set("modeof", path) // the log beside it is as private as the file
	q["_pragma"] = append([]string{"busy_timeout(5000)", "journal_mode(wal)", "synchronous(full)", "foreign_keys(on)"}, pragmas...)
	// In SQLite's eyes a plus is no space.
	settings := strings.ReplaceAll(q.Encode(), "+", "%20")
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: settings}).String()
}

func (s *Store) openPostgres(c Config) error {
	cfg, err := pgxpool.ParseConfig(c.DatabaseURL.Reveal())
	if err != nil {
		return fmt.Errorf("store: database address: %s", c.DatabaseURL.Hide(err.Error()))
	}
	if !strings.Contains(c.DatabaseURL.Reveal(), "pool_max_conns") {
		cfg.MaxConns = postgresConns
	}
	if !strings.Contains(c.DatabaseURL.Reveal(), "connect_timeout") {
		cfg.ConnConfig.ConnectTimeout = connectTimeout
	}
	cfg.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
	if s.pool, err = pgxpool.NewWithConfig(context.Background(), cfg); err != nil {
		return fmt.Errorf("store: database address: %w", err)
	}
	one := cfg.Copy()
	one.MinConns, one.MinIdleConns, one.MaxConns = 0, 0, 1
	if s.codes, err = pgxpool.NewWithConfig(context.Background(), one); err != nil {
		return fmt.Errorf("store: database address: %w", err)
	}
	s.write = stdlib.OpenDBFromPool(s.pool)
	s.read = s.write
	return nil
}

func (s *Store) dialector(db *sql.DB) gorm.Dialector {
	if s.dialect == Postgres {
		return dialect{postgres.New(postgres.Config{Conn: conns{db, s.system()}})}
	}
	return dialect{gormlite.OpenDB(conns{db, s.system()})}
}

// Close waits for running queries and closes every connection.
func (s *Store) Close() error {
	var errs []error
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	if s.read != nil && s.read != s.write {
		errs = append(errs, s.read.Close())
	}
	for _, pool := range []*pgxpool.Pool{s.pool, s.codes} {
		if pool != nil {
			pool.Close()
		}
	}
	return errors.Join(errs...)
}

// Dialect is SQLite or Postgres.
func (s *Store) Dialect() string { return s.dialect }

// Committed receives after a transaction that appended events has committed. Several
// commits may be told by one receive.
func (s *Store) Committed() <-chan struct{} { return s.committed }

// Tx is a room of queries: either inside one transaction (Write) or outside any (Read).
// It belongs to one goroutine.
type Tx struct {
	store    *Store
	db       *gorm.DB
	appended bool  // events were written
	changing bool  // the registry is locked, and may have been changed
	rights   bool  // who may do what was changed beside it: before the commit, the number moves
	broken   error // a joined write has failed: the whole is rolled back
}

type txKey struct{}

// Write runs fn in one read-write transaction and commits when fn returns nil; an error or a
// panic leaves nothing behind. A Write with the ctx that fn got joins the same transaction.
//
// A wait of more than five seconds, a deadlock or a serialization failure is fault.Busy; a
// database that cannot be reached is fault.Unavailable.
func (s *Store) Write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) (err error) {
	if t, ok := ctx.Value(txKey{}).(*Tx); ok && t.store == s {
		if err := fn(ctx, t); err != nil {
			t.broken = err
			return err
		}
		return nil
	}
	ctx, span := telemetry.Step(ctx, "transaction", telemetry.Client, "db.system.name", s.system())
	defer func() { span.End(err) }()
	conn, err := s.connect(ctx)
	if err != nil {
		return s.told.failed(err)
	}
	defer func() { _ = conn.Close() }()
	raw, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return s.told.failed(explain(err))
	}
	defer func() {
		// After a commit this does nothing.
		_ = raw.Rollback()
	}()
	if s.dialect == Postgres {
		if _, err := raw.ExecContext(ctx, "SET LOCAL lock_timeout = '5s'"); err != nil {
			return explain(err)
		}
	}
	t := &Tx{store: s}
	ctx = context.WithValue(ctx, txKey{}, t)
	t.db = s.writing.Session(&gorm.Session{NewDB: true, SkipHooks: true, Context: ctx})
	t.db.Statement.ConnPool = conns{raw, s.system()}
	if err := fn(ctx, t); err != nil {
		return err
	}
	if t.broken != nil {
		return t.broken
	}
	if err := t.countRights(); err != nil {
		return err
	}
	if err := s.commit(ctx, raw); err != nil {
		return s.told.failed(explain(err))
	}
	if t.appended {
		select {
		case s.committed <- struct{}{}:
		default:
		}
	}
	return nil
}

func (s *Store) commit(ctx context.Context, raw *sql.Tx) error {
	_, span := telemetry.Step(ctx, "COMMIT", telemetry.Client, "db.system.name", s.system())
	err := raw.Commit()
	span.End(err)
	return err //nolint:wrapcheck // explained by whoever calls
}

// connect takes a connection for a write, and waits for it no longer than patience.
func (s *Store) connect(ctx context.Context) (*sql.Conn, error) {
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := s.write.Conn(wait)
	if err == nil {
		return conn, nil
	}
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) && !isConnect(err) {
		return nil, busy(err)
	}
	return nil, explain(err)
}

// Read is for queries outside a transaction; with the ctx of a Write it is that transaction.
func (s *Store) Read(ctx context.Context) *Tx {
	if t, ok := ctx.Value(txKey{}).(*Tx); ok && t.store == s {
		return t
	}
	return &Tx{store: s, db: s.reading.Session(&gorm.Session{NewDB: true, SkipHooks: true, Context: ctx})}
}

// conns hands GORM a pool or a transaction, and makes every time that goes in UTC and whole
// microseconds: SQLite's text form would otherwise keep the wall clock of another zone. Each
// statement is a step of the trace of its ctx, if there is one.
type conns struct {
	gorm.ConnPool
	system string // as traces call the database
}

// ExecContext runs a statement.
func (c conns) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, span := c.step(ctx, query)
	result, err := c.ConnPool.ExecContext(ctx, query, utc(args)...)
	span.End(err)
	return result, err //nolint:wrapcheck // GORM translates it
}

// QueryContext runs a query.
func (c conns) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx, span := c.step(ctx, query)
	rows, err := c.ConnPool.QueryContext(ctx, query, utc(args)...)
	span.End(err)
	return rows, err //nolint:wrapcheck // GORM translates it
}

// QueryRowContext runs a query for one row.
func (c conns) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx, span := c.step(ctx, query)
	row := c.ConnPool.QueryRowContext(ctx, query, utc(args)...)
	span.End(row.Err())
	return row
}

// step begins the step of one statement. Its text has places for values, and no values.
func (c conns) step(ctx context.Context, query string) (context.Context, *telemetry.Span) {
	verb, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	return telemetry.Step(ctx, verb, telemetry.Client, "db.system.name", c.system, "db.query.text", query)
}

func utc(args []any) []any {
	for i, a := range args {
		switch v := a.(type) {
		case time.Time:
			args[i] = v.UTC().Truncate(time.Microsecond)
		case *time.Time:
			if v != nil {
				args[i] = v.UTC().Truncate(time.Microsecond)
			}
		}
	}
	return args
}
