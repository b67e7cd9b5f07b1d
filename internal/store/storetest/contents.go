package storetest

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/store"
)

// byDesk counts the events of the desk itself, which come by the clock and by no request.
const byDesk = "(SELECT count(*) FROM events WHERE actor_id = '00000000-0000-0000-0000-000000000000')"

// written is, for each table that a request may write, what moves with every write to it.
var written = []struct{ table, measure string }{
	{"events", "(count(*) - " + byDesk + ")"},
	{"event_payloads", "(count(*) - " + byDesk + ")"},
	{"outbox", "(count(*) - " + byDesk + ")"},
	{"incidents", "count(*) || '/' || coalesce(sum(version), 0)"},
	{"incident_people", "count(*)"},
	{"case_sights", "count(*)"},
	{"handovers", "count(*) || '/' || coalesce(sum(version), 0)"},
	{"duties", "count(incident_id) || '/' || count(decided_by_id)"}, // those of the calendar are opened by the desk,
	{"national_reports", "count(*) || '/' || coalesce(sum(version), 0)"},
	{"notes", "count(*)"},
	{"tasks", "count(*) || '/' || coalesce(sum(version), 0)"},
	{"observables", "count(*) || '/' || count(retracted_at)"},
	{"messages", "count(*)"},
	{"participants", "count(*) || '/' || count(ended_at)"},
	{"idempotency", "count(*)"},
	{"agencies", "count(*) || '/' || coalesce(sum(version), 0) || '/' || (coalesce(sum(chain_seq), 0) - (SELECT count(*) FROM events e" +
		" JOIN agencies a ON a.id = e.chain_id WHERE e.actor_id = '00000000-0000-0000-0000-000000000000'))"},
	{"agency_names", "count(*)"},
	{"agency_roles", "count(*) || '/' || count(nullif(valid_to, ''))"},
	{"agency_successors", "count(*)"},
	{"agency_seats", "count(*) || '/' || count(nullif(valid_to, ''))"},
	{"contacts", "count(*) || '/' || coalesce(sum(version), 0)"},
	{"duty_shifts", "count(*) || '/' || count(cancelled_at)"},
	{"users", "count(*) || '/' || coalesce(sum(version), 0)"},
	{"grants", "count(*) || '/' || count(nullif(valid_to, '')) || '/' || count(confirmed_at)"},
	{"second_factors", "count(*) || '/' || count(confirmed_at) || '/' || coalesce(sum(last_step), 0)"},
	{"recovery_codes", "count(*) || '/' || count(used_at)"},
	{"password_history", "count(*)"},
	{"identities", "count(*) || '/' || count(confirmed_at) || '/' || count(ended_at)"},
	{"systems", "count(*) || '/' || coalesce(sum(length(verbs) + length(addresses)), 0)"},
	{"api_keys", "count(*) || '/' || count(revoked_by_id)"}, // a restore revokes as nobody
	{"import_rows", "count(*)"},
	{"redactions", "count(*) || '/' || count(decided_at)"},
	{"redaction_parts", "count(*)"},
	{"import_mappings", "count(*)"},
	{"rule_books", "count(*) || '/' || coalesce(max(CASE WHEN in_force THEN version END), '')"},
	{"counters", "coalesce(sum(CASE WHEN name <> 'registry' THEN value END), 0)"},
}

// Contents opens a second connection to a database that a running program uses, and returns
// a function that says how much is in each table. Two equal answers mean that no request in
// between has left anything behind.
func Contents(t *testing.T, c store.Config) func() string {
	t.Helper()
	db, _ := open(t, c)
	parts := make([]string, len(written))
	for i, w := range written {
		parts[i] = "(SELECT '" + w.table + " ' || " + w.measure + " FROM " + w.table + ")"
	}
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	one := func(query string) func() string {
		st, err := conn.PrepareContext(t.Context(), query)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, st.Close()) })
		return func() string {
			t.Helper()
			var s string
			require.NoError(t, st.QueryRowContext(t.Context()).Scan(&s))
			return s
		}
	}
	// While nothing at all was written to the database, nothing needs to be counted anew.
	moved := "SELECT CAST(pg_current_wal_insert_lsn() AS text)"
	if c.DatabaseURL == "" {
		moved = "PRAGMA data_version"
	}
	mark, count := one(moved), one("SELECT "+strings.Join(parts, " || ', ' || "))
	var at, last string
	return func() string {
		t.Helper()
		if now := mark(); now != at {
			at, last = now, count()
		}
		return last
	}
}

// open opens a connection that reads; the placeholder is that of its first parameter.
func open(t *testing.T, c store.Config) (db *sql.DB, placeholder string) {
	t.Helper()
	name, address, placeholder := "pgx", c.DatabaseURL.Reveal(), "$1"
	if address == "" {
		file := url.URL{Scheme: "file", OmitHost: true, Path: filepath.Join(c.DataDir, "ungcuu.db"), RawQuery: "mode=ro&_pragma=busy_timeout(5000)"}
		name, address, placeholder = "sqlite3", file.String(), "?1"
	}
	db, err := sql.Open(name, address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db, placeholder
}
