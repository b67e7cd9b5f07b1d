package app_test

import (
	"bytes"
	"database/sql"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/ledger"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// Whatever happens in a desk: its record is whole, its words are those of its texts, and so
// they are after a restore, on either kind of database.
func TestTheRecordIsWholeAfterAllThatCanHappen(t *testing.T) {
	records := shared(t, "data/incidents-dev.json")
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		require.Equal(t, "done", w.bring(api.ImportQuery{Format: "records", SkipRefused: true}, records).Status)
		for _, o := range occurrences {
			o.run(w)
		}
		n := storetest.Count(t, database(w.cfg), "events")
		require.Eventually(t, func() bool {
			lines, err := ledger.Read(ledger.Path(w.cfg.Data))
			return err == nil && len(lines) == n
		}, 60*time.Second, 10*time.Millisecond, "all is in the ledger")
		whole := func(cfg app.Config) {
			var out bytes.Buffer
			require.NoError(t, app.Verify(t.Context(), cfg, false, &out, io.Discard, quiet), "%s", &out)
		}
		whole(w.cfg)
		kept := words(t, w.cfg)
		require.NoError(t, app.Reindex(t.Context(), w.cfg, quiet))
		require.Equal(t, words(t, w.cfg), kept, "each write has kept the words as a new filling makes them")

		file := backUp(t, w.cfg)
		before := storetest.Contents(t, database(w.cfg))()
		w.stop()
		for _, kind := range []string{store.SQLite, store.Postgres} {
			t.Run("to "+kind, func(t *testing.T) {
				to := empty(t, kind)
				restore(t, file, to)
				require.Equal(t, before, storetest.Contents(t, database(to))())
				whole(to)
				require.Equal(t, kept, words(t, to))
			})
		}
	})
}

// words are what each case is found by, by its id.
func words(t *testing.T, cfg app.Config) map[string][]string {
	t.Helper()
	name, address, query := "pgx", cfg.DatabaseURL.Reveal(), "SELECT incident_id, array_to_string(tsvector_to_array(words), ' ') FROM incident_texts"
	if address == "" {
		file := url.URL{Scheme: "file", OmitHost: true, Path: filepath.Join(cfg.Data, "ungcuu.db"), RawQuery: "mode=ro&_pragma=busy_timeout(5000)"}
		name, address, query = "sqlite3", file.String(), "SELECT incident_id, words FROM incident_texts"
	}
	db, err := sql.Open(name, address)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	out := map[string][]string{}
	for rows.Next() {
		var id, text string
		require.NoError(t, rows.Scan(&id, &text))
		out[id] = slices.Sorted(slices.Values(strings.Fields(text)))
	}
	require.NoError(t, rows.Err())
	require.NotEmpty(t, out)
	return out
}
