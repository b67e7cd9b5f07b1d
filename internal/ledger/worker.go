// Package ledger keeps the seal of every event in a file outside the database, so that a
// chain that was cut or sealed anew is noticed. One process writes it; an event counts as
// read on the broker only when its line is on disk.
package ledger

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

const (
	batch = 256
	// patience is how long an event waits for earlier ones that are on the broker, delivered
	// and not acknowledged. They come again within half a minute.
	patience = 90 * time.Second
	// most is how long one round may take: a database or a broker that says nothing holds the
	// ledger no longer.
	most = time.Minute
)

// Path is where the ledger lies in a data folder.
func Path(dataDir string) string { return filepath.Join(dataDir, "ledger", "seals.jsonl") }

// Worker writes the ledger.
type Worker struct {
	store    *store.Store
	consumer *bus.Consumer
	watch    *telemetry.Observer
	log      *slog.Logger
	path     string
	wait     time.Duration // how long a pass waits for a first event

	file      *file // nil until the lock is ours
	chains    map[string]*chain
	held      []bus.Msg // delivered, not acknowledged: an earlier event is still to come
	heldSince time.Time
}

// New makes the worker of the ledger in dataDir.
func New(st *store.Store, b *bus.Bus, dataDir string, watch *telemetry.Observer, log *slog.Logger) *Worker {
	return &Worker{store: st, consumer: b.Consumer(bus.Ledger), watch: watch, log: log, path: Path(dataDir), wait: time.Second}
}

// Run writes until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	defer w.close()
	trouble := telemetry.NewTrouble(w.log, "ledger", 200*time.Millisecond, 5*time.Second)
	for ctx.Err() == nil {
		err := w.bounded(ctx)
		if ctx.Err() == nil {
			w.watch.Round("ledger", err)
		}
		if err == nil {
			trouble.Over(time.Now())
		} else if ctx.Err() == nil {
			telemetry.Pause(ctx, trouble.Failed(err, time.Now()), nil)
		}
	}
	return nil
}

func (w *Worker) bounded(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	return w.pass(ctx)
}

// pass writes one batch of seals with one sync, and acknowledges them after it.
func (w *Worker) pass(ctx context.Context) error {
	if err := w.open(); err != nil {
		return err
	}
	fresh, err := w.consumer.Fetch(ctx, batch, w.wait)
	if err != nil {
		return err
	}
	r := round{w: w, ctx: ctx, list: inStreamOrder(w.held, fresh)}
	for _, m := range r.list {
		r.take(m)
	}
	if len(r.lines) > 0 {
		err := w.file.append(r.lines)
		r.trace(err)
		if err != nil {
			w.hold(r.list)
			return err
		}
		w.watch.Set(telemetry.LedgerLines, float64(w.file.n))
		w.watch.At(telemetry.LedgerLast, time.Now())
	}
	for _, l := range r.lines {
		if l.Alarm != "" {
			w.watch.Add(telemetry.LedgerAlarms, 1, string(l.Alarm))
			w.log.Error("ledger alarm", "alarm", l.Alarm, "line", l.N, "chain", l.Chain, "seq", l.Seq,
				"event", l.ID, "expected", l.Expected, "got", l.Got)
		}
	}
	for _, m := range r.done {
		_ = m.Ack() // lost on the way: it comes again and is a repeat
	}
	w.hold(r.kept)
	return r.err
}

func (w *Worker) hold(list []bus.Msg) {
	if len(list) == 0 {
		w.heldSince = time.Time{}
	} else if w.heldSince.IsZero() {
		w.heldSince = time.Now()
	}
	w.held = list
}

// open takes the lock and reads the file, at the start and after a failed write.
func (w *Worker) open() error {
	if w.file != nil && !w.file.broken {
		return nil
	}
	if w.file == nil {
		f, err := openFile(w.path)
		if err != nil {
			return err
		}
		w.file = f
	}
	chains := map[string]*chain{}
	alarms := map[Alarm]int{Altered: 0, Gap: 0, Missing: 0, Unlinked: 0, Unreadable: 0}
	cut, damaged, err := w.file.load(func(l Line) {
		if l.Alarm == "" {
			chainOf(chains, l.Chain).set(l.Seq, l.Hash)
		} else if _, known := alarms[l.Alarm]; known {
			alarms[l.Alarm]++
		}
	})
	if err != nil {
		w.file.close()
		w.file = nil
		return err
	}
	w.chains = chains
	alarms[Damaged] = damaged
	for alarm, n := range alarms {
		w.watch.Set(telemetry.LedgerAlarms, float64(n), string(alarm))
	}
	w.watch.Set(telemetry.LedgerLines, float64(w.file.n))
	if at, err := w.file.written(); err == nil {
		w.watch.At(telemetry.LedgerLast, at)
	}
	if cut > 0 {
		w.log.Warn("ledger: a torn line at the end was cut off; its event was not acknowledged and comes again", "file", w.path, "bytes", cut)
	}
	if damaged > 0 {
		w.log.Error("ledger: lines cannot be read; the file was damaged or altered", "file", w.path, "lines", damaged)
	}
	w.log.Info("ledger open", "file", w.path, "lines", w.file.n, "chains", len(chains))
	return nil
}

func (w *Worker) close() {
	for _, m := range w.held {
		_ = m.Nak(0) // for the next process, without waiting
	}
	w.held = nil
	if w.file != nil {
		w.file.close()
		w.file = nil
	}
}

// inStreamOrder joins what was held with what came, each message once.
func inStreamOrder(held, fresh []bus.Msg) []bus.Msg {
	list := slices.Concat(fresh, held) // the fresh delivery of a held message is the one to acknowledge
	slices.SortStableFunc(list, func(a, b bus.Msg) int { return cmp.Compare(a.Place, b.Place) })
	return slices.CompactFunc(list, func(a, b bus.Msg) bool { return a.Place == b.Place })
}

var errWaiting = errors.New("an earlier event is still to come")
