package store

import (
	"bytes"
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Newest is the number of the newest migration this program carries.
func (s *Store) Newest() (int64, error) { return latest(s.dialect) }

// Rows are whole lines of one table, in the form of Unload.
type Rows struct {
	Table string
	Lines []byte
}

// Contents is what Load puts into a database.
type Contents struct {
	Database  string           // from which the rows are: SQLite or Postgres
	Migration int64            // at which the tables have these columns
	Tables    []Table          // every table
	Counters  map[string]int64 // as Counters gave them
	Next      func() (Rows, error)
	At        time.Time
}

// Vacant is fault.Conflict unless the database is empty: it has no table, or it has just the
// tables of that migration, without an agency, a person, a case or an event.
func (s *Store) Vacant(ctx context.Context, migration int64) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return explain(err)
	}
	defer func() { _ = conn.Close() }()
	_, err = s.vacant(ctx, conn, migration)
	return err
}

// vacant says as well whether there is any table.
func (s *Store) vacant(ctx context.Context, conn *sql.Conn, migration int64) (bare bool, err error) {
	each := on(conn)
	tables, err := tablesOf(ctx, s, each)
	if err != nil {
		return false, err
	}
	if len(tables) == 0 {
		return true, nil
	}
	for _, name := range []string{"agencies", "users", "incidents", "events"} {
		used := !slices.ContainsFunc(tables, func(t Table) bool { return t.Name == name }) // not a desk's
		if !used {
			err := each(ctx, func(*sql.Rows) error { used = true; return nil }, "SELECT 1 FROM "+name+" LIMIT 1")
			if err != nil {
				return false, err
			}
		}
		if used {
			return false, fault.New(fault.Conflict,
				"Cơ sở dữ liệu không trống; chỉ phục hồi vào cơ sở dữ liệu trống.", "The database is not empty; a restore needs an empty one.")
		}
	}
	var version sql.NullInt64
	err = each(ctx, func(rows *sql.Rows) error { return rows.Scan(&version) }, "SELECT max(version_id) FROM goose_db_version WHERE is_applied = true")
	if err != nil || version.Int64 != migration {
		return false, errors.Join(fault.New(fault.Conflict,
			"Cơ sở dữ liệu đã có bảng của phiên bản khác; hãy xoá và tạo lại cơ sở dữ liệu trống.",
			"The database has tables of another version; drop it and create an empty one."), err)
	}
	return false, nil
}

func on(conn *sql.Conn) eachRow {
	return (&Snapshot{conn: conn}).each
}

// Load fills an empty database with the rows of a backup and makes it fit to be served again:
// whatever stands in the outbox is published anew, because the broker's store is not part of
// a backup; everyone logs in again and every system gets a new key, because a session or a key that was
// ended since must not come back to life; nobody holds a lease. On PostgreSQL all of it becomes visible at once, or nothing.
// On SQLite the caller keeps the file out of sight until Load has returned.
func (s *Store) Load(ctx context.Context, c Contents) error {
	newest, err := latest(s.dialect)
	if err != nil {
		return err
	}
	if c.Migration > newest {
		return fault.New(fault.Conflict,
			fmt.Sprintf("Bản sao lưu của phiên bản mới hơn (cơ sở dữ liệu %d, chương trình này biết đến %d).", c.Migration, newest),
			fmt.Sprintf("The backup is of a newer version (database %d, this program knows %d).", c.Migration, newest))
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return explain(err)
	}
	bare, err := s.vacant(ctx, conn, c.Migration)
	_ = conn.Close()
	if err != nil {
		return err
	}
	if bare {
		if err := s.migrateTo(ctx, c.Migration); err != nil {
			return err
		}
	}
	if conn, err = s.write.Conn(ctx); err != nil {
		return explain(err)
	}
	l := &loader{store: s, conn: conn, each: on(conn), contents: c, tables: map[string]target{}}
	err = l.run(ctx)
	_ = conn.Raw(func(any) error { return sqldriver.ErrBadConn }) // its settings and its transaction end with it
	_ = conn.Close()
	return err
}

// target is a table as it is loaded.
type target struct {
	Table
	kinds map[string]ColumnKind // of the database that is loaded, by column
	stmt  *sql.Stmt             // on SQLite
}

type loader struct {
	store    *Store
	conn     *sql.Conn
	each     eachRow
	contents Contents
	tables   map[string]target
}

func (l *loader) exec(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if _, err := l.conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("store: load: %s: %w", statement, explain(err))
		}
	}
	return nil
}

func (l *loader) run(ctx context.Context) error {
	mine, err := tablesOf(ctx, l.store, l.each)
	if err != nil {
		return err
	}
	if err := l.match(mine); err != nil {
		return err
	}
	load := l.sqlite
	if l.store.dialect == Postgres {
		load = l.postgres
	}
	return load(ctx, mine)
}

// refilled are the tables of the search, which differ between the databases. After a move
// from one to the other they stay as the migrations make them, and the search fills them.
var refilled = []string{"incident_texts", "search_fill"}

func (l *loader) refills(table string) bool {
	return l.contents.Database != l.store.dialect && slices.Contains(refilled, table)
}

// match finds the place of every table of the backup.
func (l *loader) match(mine []Table) error {
	for _, t := range l.contents.Tables {
		i := slices.IndexFunc(mine, func(m Table) bool { return m.Name == t.Name })
		if l.refills(t.Name) || i < 0 && t.Index {
			continue
		}
		if i < 0 {
			return unknown("bảng "+t.Name, "the table "+t.Name)
		}
		kinds := map[string]ColumnKind{}
		for _, c := range mine[i].Columns {
			kinds[c.Name] = c.Kind
		}
		for _, c := range t.Columns {
			if _, ok := kinds[c.Name]; !ok {
				return unknown("cột "+t.Name+"."+c.Name, "the column "+t.Name+"."+c.Name)
			}
		}
		l.tables[t.Name] = target{Table: t, kinds: kinds}
	}
	return nil
}

func unknown(vi, en string) error {
	return fault.New(fault.Conflict, "Cơ sở dữ liệu này không có "+vi+" của bản sao lưu.", "This database does not have "+en+" of the backup.")
}

// anew is what makes the rows a desk that starts.
func (l *loader) anew(ctx context.Context) error {
	if err := l.exec(ctx, "UPDATE outbox SET published_at = NULL", "DELETE FROM leases"); err != nil {
		return err
	}
	if _, there := l.tables["token_keys"]; there { // the desk that starts makes its own
		if err := l.exec(ctx, "DELETE FROM token_keys"); err != nil {
			return err
		}
	}
	query, at := "UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL", any(l.contents.At.UTC().Truncate(time.Microsecond))
	if l.store.dialect == SQLite {
		at = l.contents.At.UTC().Format(sqliteTime)
	}
	if _, err := l.conn.ExecContext(ctx, query, at); err != nil {
		return fmt.Errorf("store: load: %w", explain(err))
	}
	if _, ok := l.tables["api_keys"]; !ok {
		return nil
	}
	// A key that was revoked since must not come back to life either.
	query = "UPDATE api_keys SET revoked_at = $1, revoked_reason = 'restore' WHERE revoked_at IS NULL"
	if _, err := l.conn.ExecContext(ctx, query, at); err != nil {
		return fmt.Errorf("store: load: %w", explain(err))
	}
	return nil
}

func (l *loader) postgres(ctx context.Context, mine []Table) error {
	if err := l.exec(ctx, "BEGIN", "SET LOCAL statement_timeout = 0", "SET LOCAL TimeZone = 'UTC'", "SET LOCAL DateStyle = 'ISO, YMD'"); err != nil {
		return err
	}
	// Foreign keys are checked once, over everything, when they are made again.
	var drop, again []string
	err := l.each(ctx, func(rows *sql.Rows) error {
		var table, name, definition string
		err := rows.Scan(&table, &name, &definition)
		drop = append(drop, "ALTER TABLE "+table+" DROP CONSTRAINT "+quoted(name))
		again = append(again, "ALTER TABLE "+table+" ADD CONSTRAINT "+quoted(name)+" "+definition)
		return err
	}, "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"+
		" WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2")
	if err != nil {
		return err
	}
	if err := l.exec(ctx, drop...); err != nil {
		return err
	}
	for _, t := range mine {
		if err := l.exec(ctx, "LOCK TABLE "+quoted(t.Name)+" IN ACCESS EXCLUSIVE MODE", "ALTER TABLE "+quoted(t.Name)+" DISABLE TRIGGER USER"); err != nil {
			return err
		}
		again = append(again, "ALTER TABLE "+quoted(t.Name)+" ENABLE TRIGGER USER")
	}
	// Now that nobody else can write.
	if _, err := l.store.vacant(ctx, l.conn, l.contents.Migration); err != nil {
		return err
	}
	if err := l.clear(ctx); err != nil {
		return err
	}
	if err := l.copyAll(ctx, func(t target, lines []byte) error {
		return l.conn.Raw(func(c any) error {
			_, err := c.(*stdlib.Conn).Conn().PgConn().CopyFrom(ctx, bytes.NewReader(lines), "COPY "+quoted(t.Name)+" ("+t.columns()+") FROM STDIN")
			return err
		})
	}); err != nil {
		return err
	}
	numbered, err := identities(ctx, l.store, l.each)
	if err != nil {
		return err
	}
	for _, c := range numbered {
		if n := l.contents.Counters[c.table+"."+c.column]; n > 0 {
			again = append(again, "SELECT setval('"+c.sequence+"', "+strconv.FormatInt(n, 10)+")")
		}
	}
	if err := l.exec(ctx, again...); err != nil {
		return err
	}
	if err := l.anew(ctx); err != nil {
		return err
	}
	return l.exec(ctx, "COMMIT", "ANALYZE")
}

// copyAll loads what Next gives until its end.
func (l *loader) copyAll(ctx context.Context, load func(t target, lines []byte) error) error {
	for {
		rows, err := l.contents.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		t, ok := l.tables[rows.Table]
		if !ok {
			if slices.ContainsFunc(l.contents.Tables, func(t Table) bool { return t.Name == rows.Table }) {
				continue
			}
			return unknown("bảng "+rows.Table, "the table "+rows.Table)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := load(t, rows.Lines); err != nil {
			return fmt.Errorf("store: load %s: %w", t.Name, explain(err))
		}
	}
}

func (l *loader) sqlite(ctx context.Context, _ []Table) error {
	if err := l.exec(ctx, "PRAGMA foreign_keys = off"); err != nil {
		return err
	}
	// Triggers would write what the backup has already.
	var again []string
	err := l.each(ctx, func(rows *sql.Rows) error {
		var name, definition string
		err := rows.Scan(&name, &definition)
		again = append(again, "DROP TRIGGER "+quoted(name), definition)
		return err
	}, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
	if err != nil {
		return err
	}
	for i := 0; i < len(again); i += 2 {
		if err := l.exec(ctx, again[i]); err != nil {
			return err
		}
	}
	if err := l.clear(ctx); err != nil {
		return err
	}
	defer l.release()
	if err := l.prepare(ctx); err != nil {
		return err
	}
	if err := l.copyAll(ctx, func(t target, lines []byte) error {
		if err := l.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		if err := t.insert(ctx, lines); err != nil {
			return err
		}
		return l.exec(ctx, "COMMIT")
	}); err != nil {
		return err
	}
	numbered, err := identities(ctx, l.store, l.each)
	if err != nil {
		return err
	}
	for _, c := range numbered {
		n := strconv.FormatInt(l.contents.Counters[c.table+"."+c.column], 10)
		err := l.exec(ctx, "DELETE FROM sqlite_sequence WHERE name = '"+c.table+"'", "INSERT INTO sqlite_sequence (name, seq) VALUES ('"+c.table+"', "+n+")")
		if err != nil {
			return err
		}
	}
	for i := 1; i < len(again); i += 2 {
		if err := l.exec(ctx, again[i]); err != nil {
			return err
		}
	}
	if err := l.anew(ctx); err != nil {
		return err
	}
	return l.each(ctx, func(rows *sql.Rows) error {
		var table, parent string
		var row sql.NullInt64
		var key int64
		if err := rows.Scan(&table, &row, &parent, &key); err != nil {
			return err
		}
		return fmt.Errorf("store: load: a row of %s names a row of %s that is not there", table, parent)
	}, "PRAGMA foreign_key_check")
}

// release closes the statements: with one open SQLite would not close the file.
func (l *loader) release() {
	for _, t := range l.tables {
		if t.stmt != nil {
			_ = t.stmt.Close()
		}
	}
}

// prepare makes the statement of each table.
func (l *loader) prepare(ctx context.Context) error {
	for name, t := range l.tables {
		marks := strings.TrimSuffix(strings.Repeat("?, ", len(t.Columns)), ", ")
		statement := "INSERT INTO " + quoted(name) + " (" + t.columns() + ") VALUES (" + marks + ")" //nolint:gosec // names of the database's own tables and columns
		var err error
		if t.stmt, err = l.conn.PrepareContext(ctx, statement); err != nil {
			return fmt.Errorf("store: load %s: %w", name, explain(err))
		}
		l.tables[name] = t
	}
	return nil
}

// clear takes away what migrations wrote: it is in the backup, too.
func (l *loader) clear(ctx context.Context) error {
	for name := range l.tables {
		if err := l.exec(ctx, "DELETE FROM "+quoted(name)); err != nil {
			return err
		}
	}
	return nil
}

// insert writes lines of the text form into SQLite.
func (t target) insert(ctx context.Context, lines []byte) error {
	values := make([]any, len(t.Columns))
	for len(lines) > 0 {
		line, rest, whole := bytes.Cut(lines, []byte{'\n'})
		lines = rest
		fields := strings.Split(string(line), "\t")
		if !whole || len(fields) != len(values) {
			return fmt.Errorf("a line with %d columns where %d belong", len(fields), len(values))
		}
		for i, f := range fields {
			v, err := sqliteValue(f, t.kinds[t.Columns[i].Name])
			if err != nil {
				return fmt.Errorf("column %s: %w", t.Columns[i].Name, err)
			}
			values[i] = v
		}
		if _, err := t.stmt.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return nil
}

var unescape = strings.NewReplacer(`\\`, "\\", `\b`, "\b", `\f`, "\f", `\n`, "\n", `\r`, "\r", `\t`, "\t", `\v`, "\v")

// sqliteValue reads one field of a line.
func sqliteValue(field string, kind ColumnKind) (any, error) {
	if field == `\N` {
		return nil, nil
	}
	if strings.Contains(field, `\`) {
		field = unescape.Replace(field)
	}
	switch kind {
	case BooleanColumn:
		switch field {
		case "t", "1":
			return int64(1), nil
		case "f", "0":
			return int64(0), nil
		}
		return nil, fmt.Errorf("%q is no boolean", field)
	case TimeColumn:
		for _, layout := range []string{sqliteTime, "2006-01-02 15:04:05.999999Z07"} {
			if at, err := time.Parse(layout, field); err == nil {
				return at.UTC().Format(sqliteTime), nil
			}
		}
		return nil, fmt.Errorf("%q is no time", field)
	case BytesColumn:
		digits, ok := strings.CutPrefix(field, `\x`)
		if !ok {
			return nil, fmt.Errorf("no bytes")
		}
		return hex.DecodeString(digits)
	case RealColumn:
		return strconv.ParseFloat(field, 64)
	case TypedColumn:
		return typedValue(field)
	}
	return field, nil
}

func typedValue(field string) (any, error) {
	kind, v, _ := strings.Cut(field, ":")
	switch kind {
	case "i":
		return strconv.ParseInt(v, 10, 64)
	case "r":
		return strconv.ParseFloat(v, 64)
	case "b":
		return hex.DecodeString(v)
	case "t":
		return v, nil
	}
	return nil, fmt.Errorf("%q has no type", field)
}
