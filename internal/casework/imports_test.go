package casework_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/exchange"
	"github.com/ungcuu/ungcuu/internal/store"
)

func oldRecords(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"title":"Sự cố %d","description":"x","detected_at":"2019-01-02T00:00:00Z","system":{"name":"s"},"report":{"reference":"%d"}}`+"\n", i, i)
	}
	return b.String()
}

func (d *desk) imports(dir string) *casework.Imports {
	d.Helper()
	i, err := casework.NewImports(d.Service, dir, func() time.Time { return d.at }, slog.New(slog.DiscardHandler))
	require.NoError(d, err)
	return i
}

func (d *desk) send(i *casework.Imports, body string) store.Import {
	d.Helper()
	row, err := i.Start(d.Context(), d.call("admin", ""), casework.NewImport{Format: exchange.JSONL}, strings.NewReader(body))
	require.NoError(d, err)
	return row
}

// ends runs the queue until none of the imports is open.
func (d *desk) ends(i *casework.Imports, ids ...string) (last store.Import) {
	d.Helper()
	ctx, stop := context.WithCancel(d.Context())
	done := make(chan error, 1)
	go func() { done <- i.Run(ctx, d.store.Ready) }()
	defer func() { stop(); require.NoError(d, <-done) }()
	for _, id := range ids {
		require.Eventually(d, func() bool {
			var err error
			last, err = i.Get(d.Context(), d.by("admin"), id)
			require.NoError(d, err)
			return last.Status != casework.ImportQueued && last.Status != casework.ImportRunning
		}, 60*time.Second, 5*time.Millisecond)
	}
	return last
}

func (d *desk) cases() int {
	d.Helper()
	list, err := d.List(d.Context(), d.by("lead"), casework.ListQuery{Limit: 500, Now: d.at})
	require.NoError(d, err)
	return len(list.Items)
}

func TestAnImportThatARestartHasDroppedIsInterruptedAndCanBeSentAgain(t *testing.T) {
	eachDesk(t, func(d *desk) {
		dir := t.TempDir()
		other := d.send(d.imports(t.TempDir()), oldRecords(1))
		dropped := d.send(d.imports(dir), oldRecords(3)) // its process ends before its turn
		after := d.imports(dir)
		row := d.ends(after, dropped.ID)
		require.Equal(t, casework.ImportInterrupted, row.Status)
		require.Contains(t, row.Message, "chưa ghi gì")
		require.Zero(t, row.Written)
		require.Zero(t, d.cases())
		still, err := after.Get(t.Context(), d.by("admin"), other.ID)
		require.NoError(t, err)
		require.Equal(t, casework.ImportQueued, still.Status, "another process has it")
		require.Equal(t, casework.ImportDone, d.ends(after, d.send(after, oldRecords(3)).ID).Status)
		require.Equal(t, 3, d.cases())
	})
}

func TestAnImportThatIsCutOffWhileItWritesLeavesNothing(t *testing.T) {
	eachDesk(t, func(d *desk) {
		f, err := os.Create(filepath.Join(t.TempDir(), "f"))
		require.NoError(t, err)
		defer func() { _ = f.Close() }()
		_, err = f.WriteString(oldRecords(900))
		require.NoError(t, err)
		for _, at := range []int{0, 400, 900} { // records written when it is cut off
			_, err = f.Seek(0, io.SeekStart)
			require.NoError(t, err)
			row := &store.Import{ID: "01990c1e-7a10-7c3e-9d55-0a4f7b1c2d3e", Format: exchange.JSONL, CreatedByID: d.by("admin").UserID}
			ctx, stop := context.WithCancel(t.Context())
			status, message, err := d.RunImport(ctx, row, d.by("admin"), f, nil, t.TempDir(), func() {
				if row.RowsRead == 900 && row.Written == at {
					stop()
				}
			}, func() time.Time { return d.at })
			stop()
			require.NoError(t, err)
			require.Equal(t, casework.ImportInterrupted, status, at)
			require.Contains(t, message, "chưa ghi gì")
			require.Zero(t, row.Written)
			require.Zero(t, d.cases(), at)
		}
	})
}
