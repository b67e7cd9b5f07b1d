package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/internal/store"
)

// serveStatic answers every request with the bytes of a file, until standard input ends.
func serveStatic(name string) error {
	body, err := os.ReadFile(name) //nolint:gosec // made by this program
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // lives as long as the process
	if err != nil {
		return err
	}
	go func() {
		_, _ = bufio.NewReader(os.Stdin).ReadByte()
		os.Exit(0)
	}()
	fmt.Println(ln.Addr())
	//nolint:gosec // on loopback, for the time of one measurement
	return http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}))
}

// static measures a bare server that answers with these bytes.
func (d *desk) static(ctx context.Context, c call, body []byte) (float64, error) {
	f, err := os.CreateTemp(d.cfg.Data, "answer-")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err := f.Write(body); err != nil {
		return 0, err
	}
	if err := f.Close(); err != nil {
		return 0, err
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	server := exec.CommandContext(ctx, self, "-static", f.Name()) //nolint:gosec // itself
	stdin, err := server.StdinPipe()
	if err != nil {
		return 0, err
	}
	out, err := server.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := server.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = stdin.Close()
		_ = server.Wait()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return 0, err
	}
	base := "http://" + strings.TrimSpace(line)
	reached, err := loop(ctx, d.settings, func(ctx context.Context, _, _ int) (int, error) {
		raw, err := d.fetch(ctx, base, c)
		return len(raw), err
	})
	return reached.perSecond, err
}

// rows runs a query and reads every column of every row.
func rows(ctx context.Context, q interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}, query string, args ...any) (columns []string, all [][]any, err error) {
	found, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", query, err)
	}
	defer func() { _ = found.Close() }()
	if columns, err = found.Columns(); err != nil {
		return nil, nil, err
	}
	for found.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := found.Scan(into...); err != nil {
			return nil, nil, err
		}
		all = append(all, values)
	}
	return columns, all, found.Err()
}

// reading is the floor of a read: these statements, on one of the sampled cases.
func (d *desk) reading(ctx context.Context, statements []string) (float64, error) {
	for i := range statements {
		statements[i] = d.numbered(statements[i])
	}
	reached, err := loop(ctx, d.settings, func(ctx context.Context, _, i int) (int, error) {
		for _, s := range statements {
			var args []any
			if strings.ContainsAny(s, "?$") {
				args = []any{d.ids[i%len(d.ids)]}
			}
			if _, _, err := rows(ctx, d.sql, s, args...); err != nil {
				return 0, err
			}
		}
		return 0, nil
	})
	return reached.perSecond, err
}

func (d *desk) numbered(s string) string {
	if d.dialect != store.Postgres {
		return s
	}
	for n := 1; strings.Contains(s, "?"); n++ {
		s = strings.Replace(s, "?", "$"+strconv.Itoa(n), 1)
	}
	return s
}

// copied is the rows of one table that a write made: written again under other ids, they cost
// the database what the product's write costs it.
type copied struct {
	table   string
	columns []string
	rows    [][]any
}

// children are the tables in which a case has rows, with the column that names the case.
var children = []struct{ table, where string }{
	{"incidents", "id = ?"},
	{"incident_natures", "incident_id = ?"},
	{"case_sights", "incident_id = ?"},
	{"incident_marks", "incident_id = ?"},
	{"incident_texts", "incident_id = ?"}, // on SQLite without its full-text index
	{"duties", "incident_id = ?"},
	{"events", "chain_id = ? AND seq > $since"},
	{"event_payloads", "event_id IN (SELECT id FROM events WHERE chain_id = ? AND seq > $since)"},
	{"outbox", "chain_id = ? AND seq > $since"},
}

// takeCopy reads what the product wrote about a case after the event number since,
// in the tables named; in all when none is.
func (d *desk) takeCopy(ctx context.Context, id string, since int, tables []string) ([]copied, error) {
	var out []copied
	for _, c := range children {
		if len(tables) > 0 && !slices.Contains(tables, c.table) {
			continue
		}
		where := strings.ReplaceAll(c.where, "$since", strconv.Itoa(since))
		columns, all, err := rows(ctx, d.sql, d.numbered("SELECT * FROM "+c.table+" WHERE "+where), id)
		if err != nil {
			return nil, err
		}
		if len(all) == 0 {
			continue
		}
		// Numbers that the database gives.
		if at := slices.Index(columns, map[string]string{"outbox": "id", "incident_texts": "doc"}[c.table]); at >= 0 {
			columns = slices.Delete(columns, at, at+1)
			for i := range all {
				all[i] = slices.Delete(all[i], at, at+1)
			}
		}
		out = append(out, copied{c.table, columns, all})
	}
	return out, nil
}

// insert writes the copy with every id of its own replaced: one statement for each table.
func (d *desk) insert(ctx context.Context, tx *sql.Tx, tables []copied, fresh map[string]string) error {
	for _, c := range tables {
		var args []any
		var groups []string
		for _, row := range c.rows {
			marks := make([]string, len(row))
			for i, v := range row {
				marks[i] = "?"
				args = append(args, d.renamed(c, i, v, fresh))
			}
			groups = append(groups, "("+strings.Join(marks, ",")+")")
		}
		statement := "INSERT INTO " + c.table + " (" + strings.Join(c.columns, ",") + ") VALUES " + strings.Join(groups, ",")
		if _, err := tx.ExecContext(ctx, d.numbered(statement), args...); err != nil {
			return fmt.Errorf("%s: %w", c.table, err)
		}
	}
	return nil
}

// renamed is the value with a fresh id where the row owns it: ids of events, duties and the
// case, and its code.
func (d *desk) renamed(c copied, column int, v any, fresh map[string]string) any {
	name := c.columns[column]
	own := name == "id" || name == "event_id" || name == "chain_id" || name == "incident_id" || name == "object_id"
	if c.table == "incidents" {
		own = name == "id"
		if name == "code" {
			return uuid.NewString()
		}
	}
	text, ok := v.(string)
	if !ok || !own {
		return v
	}
	if fresh[text] == "" {
		fresh[text] = uuid.NewString()
	}
	return fresh[text]
}

// writing is the floor of a write: the rows it made, written by plain SQL in one transaction.
// update, when set, are cases, one for each worker, whose row is written anew before, as a
// move does.
func (d *desk) writing(ctx context.Context, tables []copied, update []string) (float64, error) {
	settle, err := d.still(ctx)
	if err != nil {
		return 0, err
	}
	defer settle()
	if d.dialect == store.SQLite { // one writer at a time: more would only wait for each other
		d.sql.SetMaxOpenConns(1)
		defer d.sql.SetMaxOpenConns(16)
	}
	reached, err := loop(ctx, d.settings, func(ctx context.Context, worker, _ int) (int, error) {
		tx, err := d.sql.BeginTx(ctx, nil)
		if err != nil {
			return 0, err
		}
		defer func() { _ = tx.Rollback() }()
		fresh := map[string]string{}
		if len(update) > 0 {
			if err := d.rewrite(ctx, tx, update[worker%len(update)]); err != nil {
				return 0, err
			}
		}
		if err := d.insert(ctx, tx, tables, fresh); err != nil {
			return 0, err
		}
		return 0, tx.Commit()
	})
	return reached.perSecond, err
}

// still waits until the desk has told everything and halts it, so that its workers do not
// write beside the floor; settle drops what the floor left to be told and lets it go on.
func (d *desk) still(ctx context.Context) (settle func(), err error) {
	signal := func(s syscall.Signal) error { return d.process.Process.Signal(s) }
	for {
		var waiting int
		if err := d.sql.QueryRowContext(ctx, "SELECT count(*) FROM outbox WHERE published_at IS NULL").Scan(&waiting); err != nil {
			return nil, err
		}
		if waiting == 0 {
			if err := signal(syscall.SIGSTOP); err != nil {
				return nil, err
			}
			// It may have been halted with the lock of SQLite's file in its hand.
			short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
			_, err := d.sql.ExecContext(short, "DELETE FROM outbox WHERE published_at IS NULL")
			cancel()
			if err == nil {
				break
			}
			if err := signal(syscall.SIGCONT); err != nil {
				return nil, err
			}
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return func() {
		_, _ = d.sql.ExecContext(context.WithoutCancel(ctx), "DELETE FROM outbox WHERE published_at IS NULL")
		_ = signal(syscall.SIGCONT)
	}, nil
}

// rewrite reads a case for a change and writes every column of it.
func (d *desk) rewrite(ctx context.Context, tx *sql.Tx, id string) error {
	lock := ""
	if d.dialect == store.Postgres {
		lock = " FOR UPDATE"
	}
	columns, all, err := rows(ctx, tx, d.numbered("SELECT * FROM incidents WHERE id = ?"+lock), id)
	if err != nil || len(all) != 1 {
		return fmt.Errorf("case %s: %d rows: %w", id, len(all), err)
	}
	sets := make([]string, len(columns))
	args := all[0]
	for i, c := range columns {
		sets[i] = c + " = ?"
		if n, ok := args[i].(int64); ok && c == "version" {
			args[i] = n + 1
		}
	}
	_, err = tx.ExecContext(ctx, d.numbered("UPDATE incidents SET "+strings.Join(sets, ", ")+" WHERE id = ?"), append(args, id)...)
	return err
}
