package app_test

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/ledger"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

// backUp writes a backup of the desk and returns where it is.
func backUp(t *testing.T, cfg app.Config) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "desk.tar.zst")
	require.NoError(t, app.Backup(t.Context(), cfg, file, nil, nil, io.Discard, quiet))
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	left, err := filepath.Glob(filepath.Join(filepath.Dir(file), "*"))
	require.NoError(t, err)
	require.Equal(t, []string{file}, left, "no other file stays")
	return file
}

// empty is a place for a desk, on that kind of database.
func empty(t *testing.T, kind string) app.Config {
	t.Helper()
	cfg := demo(t)
	cfg.Data = filepath.Join(t.TempDir(), "desk")
	if kind == store.Postgres {
		cfg.DatabaseURL = storetest.OpenPostgres(t)
	}
	return cfg
}

func restore(t *testing.T, file string, cfg app.Config) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, app.Restore(t.Context(), cfg, file, "", &out, io.Discard, quiet), "%s", &out)
	require.Contains(t, out.String(), " 0 findings")
}

func kindOf(cfg app.Config) string {
	if cfg.DatabaseURL != "" {
		return store.Postgres
	}
	return store.SQLite
}

// aFewCases makes two cases with handovers, and waits until everyone was told of everything.
func aFewCases(w *world) []api.Incident {
	w.Helper()
	var out []api.Incident
	for _, title := range []string{"Mất kết nối «A»\tvà \\ lạ\nhai dòng", "Sự cố thứ hai"} {
		inc, err := w.as("reporter").Report(w.Context(), client.Write{}, api.NewIncident{
			Title: strings.SplitN(title, "\n", 2)[0], Description: title, DetectedAt: anHourAgo(), Natures: []string{"cybercrime"},
			System: api.System{Name: "Cổng TTĐT tỉnh"},
		})
		require.NoError(w, err)
		inc, err = w.as("officer").Triage(w.Context(), client.Write{Version: inc.Version}, inc.ID, api.Triage{Category: "availability.ddos", Severity: "high"})
		require.NoError(w, err)
		_, err = w.as("officer").AskHandover(w.Context(), client.Write{}, inc.ID, request(w.agency["cat-dau-moi"], "coordination"))
		require.NoError(w, err)
		out = append(out, inc)
	}
	require.Eventually(w, func() bool {
		n, lines := storetest.Count(w.T, database(w.cfg), "events"), 0
		if all, err := ledger.Read(ledger.Path(w.cfg.Data)); err == nil {
			lines = len(all)
		}
		return lines == n && len(w.mail.about(out...)) == len(out) &&
			storetest.Count(w.T, database(w.cfg), "deliveries WHERE status = 'sent' AND incident_id IS NOT NULL"+notReceipts) == len(out)
	}, 60*time.Second, 10*time.Millisecond)
	return out
}

// A desk that comes back from a backup answers what it answered before, goes on numbering,
// and tells nobody twice. It may come back on the other kind of database.
func TestARestoredDeskIsTheSameDesk(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		cases := aFewCases(w)
		file := backUp(t, w.cfg)
		before := storetest.Contents(t, database(w.cfg))()
		w.stop()
		for _, kind := range []string{store.SQLite, store.Postgres} {
			t.Run("to "+kind, func(t *testing.T) {
				to := empty(t, kind)
				if kind == store.SQLite && os.Getenv(storetest.Server) == "" {
					t.Log("without PostgreSQL only SQLite is tried")
				}
				restore(t, file, to)
				require.Equal(t, before, storetest.Contents(t, database(to))())
				again := start(t, to)
				for _, inc := range cases {
					got, err := again.as("officer").Incident(t.Context(), inc.ID)
					require.NoError(t, err)
					require.Equal(t, inc.Title, got.Title)
					require.Equal(t, inc.Description, got.Description)
					require.Equal(t, inc.Version, got.Version)
					require.Equal(t, inc.ReportedAt, got.ReportedAt)
					line, err := again.as("officer").Timeline(t.Context(), inc.ID, api.Paging{Limit: 200})
					require.NoError(t, err)
					require.NotEmpty(t, line.Items)
				}
				inc, err := again.as("reporter").Report(t.Context(), client.Write{}, api.NewIncident{
					Title: "Sau khi phục hồi", Description: "…", DetectedAt: anHourAgo(), System: api.System{Name: "Cổng"},
				})
				require.NoError(t, err)
				require.Equal(t, "000003", inc.Code[len(inc.Code)-6:], "it goes on numbering")
				_, err = again.as("officer").Triage(t.Context(), client.Write{Version: inc.Version}, inc.ID, api.Triage{Category: "availability.ddos", Severity: "high"})
				require.NoError(t, err)
				_, err = again.as("officer").AskHandover(t.Context(), client.Write{}, inc.ID, request(again.agency["cat-dau-moi"], "coordination"))
				require.NoError(t, err)
				n := 0
				require.Eventually(t, func() bool {
					n = storetest.Count(t, database(to), "events")
					lines, err := ledger.Read(ledger.Path(to.Data))
					return err == nil && len(lines) == n && len(again.mail.about(inc)) > 0
				}, 60*time.Second, 10*time.Millisecond, "all is published and in the ledger")
				require.Len(t, again.stream(), n, "every event went out anew")
				require.Len(t, again.mail.about(append(cases, inc)...), 1, "only of the new handover")
				var out bytes.Buffer
				require.NoError(t, app.Verify(t.Context(), to, false, &out, io.Discard, quiet), "%s", &out)
			})
		}
	})
}

// What a backup may not be written over, and what may not be restored into.
func TestABackupAndARestoreOverwriteNothing(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		file := backUp(t, w.cfg)
		err := app.Backup(t.Context(), w.cfg, file, nil, nil, io.Discard, quiet)
		require.ErrorIs(t, err, fault.Conflict)
		err = app.Backup(t.Context(), w.cfg, filepath.Join(w.cfg.Data, "keys", "desk.tar.zst"), nil, nil, io.Discard, quiet)
		require.ErrorIs(t, err, fault.Invalid, "inside the data folder")
		require.ErrorIs(t, app.Restore(t.Context(), w.cfg, file, "", io.Discard, io.Discard, quiet), fault.Conflict, "the desk itself")
		w.stop()
		if w.cfg.DatabaseURL != "" {
			to := empty(t, store.Postgres)
			to.DatabaseURL = w.cfg.DatabaseURL
			require.ErrorIs(t, app.Restore(t.Context(), to, file, "", io.Discard, io.Discard, quiet), fault.Conflict, "its database")
			require.NoDirExists(t, to.Data)
		}
		to := empty(t, kindOf(w.cfg))
		require.NoError(t, os.MkdirAll(to.Data, 0o700))
		other := filepath.Join(to.Data, "của ai đó")
		require.NoError(t, os.WriteFile(other, nil, 0o600))
		require.ErrorIs(t, app.Restore(t.Context(), to, file, "", io.Discard, io.Discard, quiet), fault.Conflict)
		require.FileExists(t, other)
		require.NoError(t, os.Remove(other))
		restore(t, file, to)
	})
}

// A restore that was killed leaves a folder in which nothing starts; the next one goes on.
func TestABrokenOffRestoreIsNoDesk(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		aFewCases(w)
		file := backUp(t, w.cfg)
		w.stop()
		to := empty(t, kindOf(w.cfg))
		require.NoError(t, os.MkdirAll(filepath.Join(to.Data, ".restoring", "keys"), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(to.Data, ".restoring", "keys", "token.pem"), nil, 0o600))
		for name, err := range map[string]error{
			"serve":  app.Run(t.Context(), to, quiet, io.Discard, nil),
			"verify": app.Verify(t.Context(), to, false, io.Discard, io.Discard, quiet),
			"backup": app.Backup(t.Context(), to, filepath.Join(t.TempDir(), "x"), nil, nil, io.Discard, quiet),
		} {
			require.ErrorIs(t, err, fault.Conflict, name)
		}
		restore(t, file, to)
		require.NoDirExists(t, filepath.Join(to.Data, ".restoring"))
		require.NoError(t, os.MkdirAll(filepath.Join(to.Data, ".restoring"), 0o700))
		require.ErrorIs(t, app.Restore(t.Context(), to, file, "", io.Discard, io.Discard, quiet), fault.Conflict, "part of it has its name")
	})
}
