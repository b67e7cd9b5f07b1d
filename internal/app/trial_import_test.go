package app_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/exchange"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// manyRecords is a file of that many different records.
func manyRecords(t *testing.T, format string, n int) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "many."+format)
	f, err := os.Create(name)
	require.NoError(t, err)
	w, err := exchange.NewWriter(format, f, t.TempDir())
	require.NoError(t, err)
	at := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		when := at.Add(time.Duration(i) * 7 * time.Minute).Format("2006-01-02T15:04:05.000000Z")
		high := "high"
		require.NoError(t, w.Write(&api.HistoricIncident{
			NewIncident: api.NewIncident{
				Title: "Tấn công từ chối dịch vụ số " + strconv.Itoa(i), Description: strings.Repeat("Lưu lượng tăng bất thường, cổng không phản hồi. ", 6),
				DetectedAt: when, System: api.System{Name: "Cổng thông tin " + strconv.Itoa(i%300)}, Report: &api.Report{Reference: "cũ/" + strconv.Itoa(i)},
			},
			Status: "closed", Severity: &high, ReportedAt: &when, Source: "trial",
		}))
	}
	require.NoError(t, w.Close())
	require.NoError(t, f.Close())
	return name
}

// peak watches this process until the returned function is called, which gives the peaks of
// the heap and of the resident memory in MiB.
func peak() func() (heap, resident uint64) {
	debug.FreeOSMemory()
	var top, rss atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				top.Store(max(top.Load(), m.HeapAlloc))
				if raw, err := os.ReadFile("/proc/self/statm"); err == nil {
					if parts := strings.Fields(string(raw)); len(parts) > 1 {
						pages, _ := strconv.ParseUint(parts[1], 10, 64)
						rss.Store(max(rss.Load(), pages*uint64(os.Getpagesize())))
					}
				}
			}
		}
	}()
	return func() (heap, resident uint64) { close(stop); <-done; return top.Load() >> 20, rss.Load() >> 20 }
}

// lastCheck remembers what an import says of its progress, and when it last had written
// nothing: the transaction of the records begins there.
type lastCheck struct {
	bytes.Buffer
	at time.Time
}

// Write implements io.Writer.
func (l *lastCheck) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("written 0/")) {
		l.at = time.Now()
	}
	return l.Buffer.Write(b)
}

func TestTrialALargeBookComesInWithBoundedMemory(t *testing.T) {
	rows := times(2_000, 100_000)
	if n, err := strconv.Atoi(os.Getenv("UNGCUU_TRIAL_ROWS")); err == nil {
		rows = n
	}
	trial(t, func(t *testing.T, cfg app.Config) {
		require.NoError(t, os.MkdirAll(cfg.Data, 0o700))
		w := start(t, cfg)
		name := manyRecords(t, "xlsx", rows)
		info, err := os.Stat(name)
		require.NoError(t, err)
		var progress lastCheck
		top, began := peak(), time.Now()
		var out bytes.Buffer
		require.NoError(t, app.Import(t.Context(), w.cfg, app.ImportOptions{Format: "xlsx", Files: []string{name}, As: "admin"}, slog.New(slog.DiscardHandler), &out, &progress))
		took, held := time.Since(began), time.Since(progress.at)
		heap, resident := top()
		require.Contains(t, out.String(), fmt.Sprintf("written %d", rows))
		require.Greater(t, strings.Count(progress.String(), "\r"), 2*rows/400-2, "progress is shown")
		require.Equal(t, rows, storetest.Count(t, database(cfg), "incidents"))
		require.Equal(t, rows, storetest.Count(t, database(cfg), "events WHERE actor_id <> '"+incident.DeskID+"'"))
		if full() { // else the heap is that of other tests too
			require.Less(t, heap, uint64(256), "MiB of heap")
		}
		top, began = peak(), time.Now()
		var back bytes.Buffer
		require.NoError(t, app.Import(t.Context(), w.cfg, app.ImportOptions{Format: "xlsx", Files: []string{name}, As: "admin"}, slog.New(slog.DiscardHandler), &back, io.Discard))
		again := time.Since(began)
		heapAgain, _ := top()
		require.Contains(t, back.String(), fmt.Sprintf("already there %d", rows))
		t.Logf("%d rows of a sheet of %d KiB in %.1f s (%.0f/s), writing %.1f s (%.2f s for 10,000 rows), heap at most %d MiB, resident %d MiB; once more in %.1f s, heap %d MiB",
			rows, info.Size()>>10, took.Seconds(), float64(rows)/took.Seconds(), held.Seconds(), held.Seconds()*10_000/float64(rows), heap, resident, again.Seconds(), heapAgain)
	})
}

func TestTrialAnImportThatIsKilledLeavesNothing(t *testing.T) {
	trial(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		w.stop()
		name := manyRecords(t, "jsonl", times(4_000, 20_000))
		tables := func() string {
			var out []string
			for _, table := range []string{"incidents", "events", "event_payloads", "outbox", "incident_texts", "case_sights", "import_rows", "imports"} {
				out = append(out, fmt.Sprint(table, storetest.Count(t, database(cfg), table)))
			}
			return strings.Join(out, " ")
		}
		before := tables()
		p := &process{T: t, args: []string{"import", "--data", cfg.Data, "jsonl", name}}
		if cfg.DatabaseURL != "" {
			p.args = append(p.args, "--database-url", cfg.DatabaseURL.Reveal())
		}
		for range times(2, 10) {
			p.log = lockedBuffer{}
			p.start()
			p.await(60*time.Second, "the records are being written", func() bool {
				return strings.Contains(p.log.String(), "written 800/") || strings.Contains(p.log.String(), "written 1200/")
			})
			require.NoError(t, p.cmd.Process.Signal(syscall.SIGKILL))
			p.kill()
			require.Equal(t, before, tables(), "half an import was left behind")
		}
		var out bytes.Buffer
		require.NoError(t, app.Import(t.Context(), w.cfg, app.ImportOptions{Format: "jsonl", Files: []string{name}, As: "admin"}, slog.New(slog.DiscardHandler), &out, io.Discard))
		require.NotEqual(t, before, tables())
	})
}
