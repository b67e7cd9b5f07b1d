package store

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// Snapshot is the database as it was at one moment, while others go on writing. Like a Tx it
// belongs to one goroutine, and one of its queries must end before the next begins.
type Snapshot struct {
	store *Store
	conn  *sql.Conn
	At    time.Time
}

// Snapshot runs fn on one unchanging view of the database. It takes no lock that a write
// waits for. A long one costs room: SQLite's log beside the file grows meanwhile, PostgreSQL
// keeps rows that were changed.
func (s *Store) Snapshot(ctx context.Context, fn func(v *Snapshot) error) error {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return explain(err)
	}
	begin := []string{"BEGIN", "SELECT count(*) FROM goose_db_version"} // a view begins with its first look
	if s.dialect == Postgres {
		begin = []string{
			"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
			"SET LOCAL statement_timeout = 0",
			"SET LOCAL idle_in_transaction_session_timeout = 0",
			"SET LOCAL TimeZone = 'UTC'",
			"SET LOCAL DateStyle = 'ISO'",
			"SET LOCAL bytea_output = 'hex'",
			"SET LOCAL extra_float_digits = 3",
			"SELECT count(*) FROM goose_db_version",
		}
	}
	err = func() error {
		for _, statement := range begin {
			if _, err := conn.ExecContext(ctx, statement); err != nil {
				return explain(err)
			}
		}
		return fn(&Snapshot{store: s, conn: conn, At: time.Now().UTC().Truncate(time.Microsecond)})
	}()
	if _, undone := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); undone != nil {
		_ = conn.Raw(func(any) error { return sqldriver.ErrBadConn }) // not back into the pool
	}
	_ = conn.Close()
	return err
}

// each runs a query and calls fn at each of its rows.
func (v *Snapshot) each(ctx context.Context, fn func(rows *sql.Rows) error, query string, args ...any) error {
	rows, err := v.conn.QueryContext(ctx, query, utc(args)...)
	if err != nil {
		return explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return explain(rows.Err())
}

// Migration is the number of the last migration that was applied.
func (v *Snapshot) Migration(ctx context.Context) (int64, error) {
	var n sql.NullInt64
	err := v.each(ctx, func(rows *sql.Rows) error { return rows.Scan(&n) },
		"SELECT max(version_id) FROM goose_db_version WHERE is_applied = true")
	return n.Int64, err
}

// chainOwners are the tables whose rows own a chain: their head is chain_seq and chain_hash.
// code is what people call the owner by, status and version SQL for what the record must
// agree with, empty and 0 where it says nothing of it.
var chainOwners = []struct{ table, code, status, version string }{
	{"incidents", "code", "status", "version"},
	{"agencies", "code", "''", "0"},
}

// ChainOwner is a row that owns a chain, and the head that it names.
type ChainOwner struct {
	ID, Kind, Code string
	Status         string
	Version        int64
	Seq            int64
	Hash           string
}

// ChainOwners calls fn with every owner of a chain.
func (v *Snapshot) ChainOwners(ctx context.Context, fn func(o ChainOwner) error) error {
	for _, t := range chainOwners {
		err := v.each(ctx, func(rows *sql.Rows) error {
			o := ChainOwner{Kind: t.table}
			if err := rows.Scan(&o.ID, &o.Code, &o.Status, &o.Version, &o.Seq, &o.Hash); err != nil {
				return fmt.Errorf("store: %w", err)
			}
			return fn(o)
		}, "SELECT id, "+t.code+", "+t.status+", "+t.version+", chain_seq, chain_hash FROM "+t.table)
		if err != nil {
			return err
		}
	}
	return nil
}

// Recorded is an event with all that is kept of it.
type Recorded struct {
	Event
	Redacted    bool // its payload was taken away
	Waits       bool // it stands in the outbox
	OutboxChain string
	OutboxSeq   int64
	Message     string // as it stands in the outbox
	PublishedAt *time.Time
}

// Record calls fn with every event, chain by chain, in the order of their numbers.
func (v *Snapshot) Record(ctx context.Context, fn func(e *Recorded) error) error {
	return v.each(ctx, func(rows *sql.Rows) error {
		var e Recorded
		var salt, body, chain, message sql.NullString
		var seq sql.NullInt64
		var at, published any // SQLite keeps whatever was written there
		err := rows.Scan(&e.ID, &e.ChainID, &e.Seq, &e.Type, &e.ObjectKind, &e.ObjectID, &e.ActorID, &e.AgencyID, &at,
			&e.PayloadHash, &e.SealVersion, &e.PrevHash, &e.Hash, &salt, &body, &chain, &seq, &message, &published)
		if err != nil {
			return fmt.Errorf("store: an event of chain %s, number %d: %w", e.ChainID, e.Seq, err)
		}
		e.Salt, e.Body = salt.String, body.String
		e.Redacted = e.Salt == "" && e.Body == ""
		e.Waits, e.OutboxChain, e.OutboxSeq, e.Message = chain.Valid, chain.String, seq.Int64, message.String
		e.At, _ = at.(time.Time)
		if published != nil {
			t, _ := published.(time.Time)
			e.PublishedAt = &t
		}
		return fn(&e)
	}, "SELECT e.id, e.chain_id, e.seq, e.type, e.object_kind, e.object_id, e.actor_id, e.agency_id, e.at,"+
		" e.payload_hash, e.seal_version, e.prev_hash, e.hash, p.salt, p.body, o.chain_id, o.seq, o.message, o.published_at"+
		" FROM events e LEFT JOIN event_payloads p ON p.event_id = e.id LEFT JOIN outbox o ON o.event_id = e.id"+
		" ORDER BY e.chain_id, e.seq")
}

// Duties calls fn with every duty.
func (v *Snapshot) Duties(ctx context.Context, fn func(d *incident.Duty) error) error {
	return v.each(ctx, func(rows *sql.Rows) error {
		var d incident.Duty
		if err := v.store.reading.ScanRows(rows, &d); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		return fn(&d)
	}, "SELECT "+columns("duties", incident.Duty{})+" FROM duties")
}

// Stray is a row that belongs to an event which is not there.
type Stray struct{ Table, EventID string }

// Strays calls fn with every payload and message without its event.
func (v *Snapshot) Strays(ctx context.Context, fn func(s Stray) error) error {
	for _, table := range []string{"event_payloads", "outbox"} {
		err := v.each(ctx, func(rows *sql.Rows) error {
			s := Stray{Table: table}
			if err := rows.Scan(&s.EventID); err != nil {
				return fmt.Errorf("store: %w", err)
			}
			return fn(s)
		}, "SELECT x.event_id FROM "+table+" x LEFT JOIN events e ON e.id = x.event_id WHERE e.id IS NULL")
		if err != nil {
			return err
		}
	}
	return nil
}

// Exists is an error when c names a SQLite file that is not there, which Open would make. Of
// PostgreSQL it says nothing: Ready does.
func Exists(c Config) error {
	if c.DatabaseURL != "" {
		return nil
	}
	path := filepath.Join(c.DataDir, sqliteFile)
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return fault.New(fault.NotFound, "Không có cơ sở dữ liệu "+path+".", "There is no database "+path+".")
	}
	return nil
}

// LastEvent is the id of the event that was recorded last; empty when there is none.
func (v *Snapshot) LastEvent(ctx context.Context) (string, error) {
	var id string
	err := v.each(ctx, func(rows *sql.Rows) error { return rows.Scan(&id) }, "SELECT event_id FROM outbox ORDER BY id DESC LIMIT 1")
	return id, err
}
