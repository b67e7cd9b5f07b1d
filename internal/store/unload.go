package store

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
)

// Unload and Load move rows in the text form of PostgreSQL's COPY, which both databases read
// and write here: a row is a line, its columns are separated by tabs, \N is NULL, and
// backslash, tab and line ends are escaped. A boolean is t or f (or 1 or 0), a time is
// RFC 3339 or PostgreSQL's ISO form in UTC, bytes are \x and hexadecimal digits.

// ColumnKind is how the values of a column are read.
type ColumnKind string

// The kinds of columns. A typed value, of SQLite's columns without a type, begins with i, r,
// t or b and a colon.
const (
	TextColumn    ColumnKind = "text" // and whatever has a text form of its own
	BooleanColumn ColumnKind = "boolean"
	TimeColumn    ColumnKind = "time"
	BytesColumn   ColumnKind = "bytes"
	RealColumn    ColumnKind = "real"
	TypedColumn   ColumnKind = "typed"
)

// Column is a column of a table in a backup.
type Column struct {
	Name string     `json:"name"`
	Kind ColumnKind `json:"kind"`
}

// Table is a table in a backup. An index table belongs to SQLite's full-text search and means
// nothing to another database.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
	Index   bool     `json:"index,omitempty"`
}

// Tables lists every table of the desk, by name. The table of the migrations is none of them.
func (v *Snapshot) Tables(ctx context.Context) ([]Table, error) {
	return tablesOf(ctx, v.store, v.each)
}

type eachRow func(ctx context.Context, fn func(rows *sql.Rows) error, query string, args ...any) error

func tablesOf(ctx context.Context, s *Store, each eachRow) ([]Table, error) {
	query := "SELECT t.name, c.name, lower(c.type), t.type = 'shadow' OR EXISTS (SELECT 1 FROM pragma_table_list v" +
		" WHERE v.type = 'virtual' AND substr(t.name, 1, length(v.name) + 1) = v.name || '_')" +
		" FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c" +
		" WHERE t.schema = 'main' AND t.type IN ('table', 'shadow') AND c.hidden = 0 AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'" +
		" ORDER BY t.name, c.cid"
	if s.dialect == Postgres {
		query = "SELECT c.relname, a.attname, format_type(a.atttypid, NULL), false" +
			" FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid" +
			" WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'" +
			" AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''" +
			" ORDER BY c.relname COLLATE \"C\", a.attnum"
	}
	var out []Table
	err := each(ctx, func(rows *sql.Rows) error {
		var table, column, kind string
		var index bool
		if err := rows.Scan(&table, &column, &kind, &index); err != nil {
			return fmt.Errorf("store: tables: %w", err)
		}
		if table == "goose_db_version" {
			return nil
		}
		if len(out) == 0 || out[len(out)-1].Name != table {
			out = append(out, Table{Name: table, Index: index})
		}
		t := &out[len(out)-1]
		t.Columns = append(t.Columns, Column{Name: column, Kind: kindOf(kind)})
		return nil
	}, query)
	return out, err
}

func kindOf(declared string) ColumnKind {
	switch declared {
	case "":
		return TypedColumn
	case "boolean":
		return BooleanColumn
	case "timestamp", "timestamp with time zone":
		return TimeColumn
	case "blob", "bytea":
		return BytesColumn
	case "real", "double precision":
		return RealColumn
	}
	return TextColumn
}

// quoted is a name in a statement.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (t Table) columns() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quoted(c.Name)
	}
	return strings.Join(names, ", ")
}

// Unload writes the rows of a table to w and returns their number. Every line goes out whole.
func (v *Snapshot) Unload(ctx context.Context, t Table, w io.Writer) (int64, error) {
	if v.store.dialect == Postgres {
		return v.unloadPostgres(ctx, t, w)
	}
	return v.unloadSQLite(ctx, t, w)
}

func (v *Snapshot) unloadPostgres(ctx context.Context, t Table, w io.Writer) (int64, error) {
	var n int64
	err := v.conn.Raw(func(c any) error {
		conn := c.(*stdlib.Conn).Conn().PgConn()
		tag, err := conn.CopyTo(ctx, w, "COPY "+quoted(t.Name)+" ("+t.columns()+") TO STDOUT")
		n = tag.RowsAffected()
		return err
	})
	if err != nil {
		return n, fmt.Errorf("store: unload %s: %w", t.Name, explain(err))
	}
	return n, nil
}

var escape = strings.NewReplacer("\\", "\\\\", "\b", "\\b", "\f", "\\f", "\n", "\\n", "\r", "\\r", "\t", "\\t", "\v", "\\v")

func (v *Snapshot) unloadSQLite(ctx context.Context, t Table, w io.Writer) (int64, error) {
	wanted := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		name := quoted(c.Name)
		switch c.Kind {
		case BytesColumn:
			wanted[i] = `'\x' || hex(` + name + ")"
		case RealColumn:
			wanted[i] = "format('%!.17g', " + name + ")"
		case TypedColumn:
			wanted[i] = "CASE typeof(" + name + ") WHEN 'integer' THEN 'i:' || " + name + " WHEN 'real' THEN format('r:%!.17g', " + name +
				") WHEN 'blob' THEN 'b:' || hex(" + name + ") WHEN 'text' THEN 't:' || " + name + " END"
		default:
			wanted[i] = "CAST(" + name + " AS TEXT)"
		}
	}
	out := bufio.NewWriterSize(w, 1<<16)
	values := make([]sql.NullString, len(t.Columns))
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	var n int64
	var line []byte
	err := v.each(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		line = line[:0]
		for i, s := range values {
			if i > 0 {
				line = append(line, '\t')
			}
			if s.Valid {
				line = append(line, escape.Replace(s.String)...)
			} else {
				line = append(line, `\N`...)
			}
		}
		line = append(line, '\n')
		n++
		_, err := out.Write(line)
		return err
	}, "SELECT "+strings.Join(wanted, ", ")+" FROM "+quoted(t.Name))
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return n, fmt.Errorf("store: unload %s: %w", t.Name, err)
	}
	return n, nil
}

// Counters are the numbers that the database gives out by itself, as table.column → the last
// one given.
func (v *Snapshot) Counters(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	columns, err := identities(ctx, v.store, v.each)
	if err != nil {
		return nil, err
	}
	for _, c := range columns {
		query := "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = '" + c.table + "'), 0)"
		if v.store.dialect == Postgres {
			query = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM " + c.sequence
		}
		err := v.each(ctx, func(rows *sql.Rows) error {
			var n int64
			err := rows.Scan(&n)
			out[c.table+"."+c.column] = n
			return err
		}, query)
		if err != nil {
			return nil, fmt.Errorf("store: counters: %w", err)
		}
	}
	return out, nil
}

type identity struct{ table, column, sequence string }

// identities lists the columns that the database numbers by itself.
func identities(ctx context.Context, s *Store, each eachRow) ([]identity, error) {
	query := "SELECT t.name, c.name, '' FROM sqlite_schema t JOIN pragma_table_info(t.name) c" +
		" WHERE t.type = 'table' AND c.pk = 1 AND t.sql LIKE '%autoincrement%'"
	if s.dialect == Postgres {
		query = "SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)" +
			" FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid" +
			" WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attidentity <> ''"
	}
	var out []identity
	err := each(ctx, func(rows *sql.Rows) error {
		var c identity
		err := rows.Scan(&c.table, &c.column, &c.sequence)
		out = append(out, c)
		return err
	}, query)
	out = slices.DeleteFunc(out, func(c identity) bool { return c.table == "goose_db_version" })
	return out, err
}
