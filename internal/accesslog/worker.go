package accesslog

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

const (
	// every is how long lines wait: with the write itself, a crash loses less than a second.
	every = 500 * time.Millisecond
	// batchSize is how many lines one transaction writes, and dropSize how many it drops: on
	// SQLite a reporter waits behind it.
	batchSize = 200
	dropSize  = 500
	// patience is how long one transaction may take, and the last ones at the end.
	patience = 5 * time.Second
	// dropEvery is how often what no clause keeps is dropped; the first time a minute after the
	// start.
	dropEvery = time.Hour
)

// journal is a book with the table it goes into.
type journal struct {
	book *book
	name store.Journal
	drop time.Time // when it is purged next
}

// Run writes until ctx ends, and then what is left.
func (l *Log) Run(ctx context.Context) {
	trouble := telemetry.NewTrouble(l.log, "access log", every, 2*time.Second)
	first := time.Now().Add(time.Minute)
	journals := []*journal{{l.reads, store.AccessLog, first}, {l.denials.book, store.SecurityLog, first}}
	wait := every
	for _, j := range journals {
		l.watch.Set(telemetry.JournalWaiting, 0, string(j.name))
		l.watch.Set(telemetry.JournalLost, 0, string(j.name))
	}
	for telemetry.Pause(ctx, wait, nil) {
		err := l.pass(ctx, journals, time.Now().UTC())
		if ctx.Err() != nil {
			break // the rest is for the last pass
		}
		l.watch.Round("accesslog", err)
		if wait = every; err != nil {
			wait = trouble.Failed(err, time.Now())
		} else {
			trouble.Over(time.Now())
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := l.pass(last, journals, time.Now().UTC()); err != nil {
		reads, _ := l.reads.waiting()
		denials, _ := l.denials.waiting()
		l.log.Error("access log: lines are lost, the database did not take them before the end", "reads", reads, "denials", denials, "error", err)
	}
}

// pass writes everything that waits, in short transactions.
func (l *Log) pass(ctx context.Context, journals []*journal, now time.Time) error {
	errs := []error{l.lookInto(ctx)}
	for _, j := range journals {
		errs = append(errs, l.write(ctx, j), l.purge(ctx, j, now))
		j.book.sweep(now)
		waiting, lost := j.book.waiting()
		l.watch.Set(telemetry.JournalWaiting, float64(waiting), string(j.name))
		l.watch.Set(telemetry.JournalLost, float64(lost), string(j.name))
	}
	return errors.Join(errs...)
}

func (l *Log) write(ctx context.Context, j *journal) error {
	waiting, _ := j.book.waiting()
	for waiting > 0 { // what comes meanwhile is for the next pass
		b := j.book.take(min(batchSize, waiting))
		if len(b.rows) == 0 {
			return nil
		}
		waiting -= len(b.rows)
		bounded, cancel := context.WithTimeout(ctx, patience)
		err := l.store.WriteLines(bounded, j.name, b.rows)
		cancel()
		if err != nil {
			j.book.failed(b)
			return err
		}
		j.book.written(b)
	}
	return nil
}

// purge drops what no clause keeps any longer, a little at a time, and leaves a line that says so.
func (l *Log) purge(ctx context.Context, j *journal, now time.Time) error {
	if now.Before(j.drop) {
		return nil
	}
	from, clause := regulation.KeepLogsFrom(now)
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	n, err := l.store.DropLines(bounded, j.name, from, dropSize)
	if err != nil {
		return err
	}
	if n < dropSize {
		j.drop = now.Add(dropEvery)
	}
	if n > 0 {
		j.book.note(about{kind: Purged, detail: clause.Basis}, nil, figures{times: int64(n), first: now, last: now})
	}
	return nil
}

// lookInto settles the refusals of which something was open: which of the cases exist, and are
// out of sight; whose the typed names are.
func (l *Log) lookInto(ctx context.Context) error {
	open := l.denials.opened()
	if open == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tx := l.store.Read(ctx)
	hidden, err := hiddenCases(tx, open)
	var accounts map[string]store.Account
	if err == nil {
		var names []string
		for k := range open {
			if k.typed != "" {
				names = append(names, k.typed)
			}
		}
		accounts, err = tx.Accounts(names)
	}
	if err != nil {
		l.denials.reopen(open)
		return err
	}
	for k, q := range open {
		a := k.about
		switch {
		case a.kind == OutOfSight && !hidden[seen{q.by.UserID, a.incident}]:
			continue // absent, or a child of a case in sight that is not there
		case k.typed != "":
			if account, ok := accounts[k.typed]; ok {
				a.actor, a.agency = account.ID, account.AgencyID
			} else {
				a.detail = "unknown_account"
			}
		}
		if l.denials.settle(a, q.by, q.figures) {
			l.watch.Add(telemetry.DenialsOverflow, 1)
		}
	}
	return nil
}

// seen is a case that somebody asked for.
type seen struct{ actor, incident string }

// hiddenCases says which of the cases exist and are not in the sight of who asked.
func hiddenCases(tx *store.Tx, open map[openKey]*question) (map[seen]bool, error) {
	out := map[seen]bool{}
	asked := map[string][]string{} // by who asked
	who := map[string]policy.Actor{}
	var all []string
	for k, q := range open {
		if k.kind == OutOfSight {
			id := q.by.UserID
			who[id], asked[id] = q.by, append(asked[id], k.incident)
			all = append(all, k.incident)
		}
	}
	exist, err := inChunks(all, tx.Existing)
	if err != nil {
		return nil, err
	}
	for id, list := range asked {
		list = slices.DeleteFunc(list, func(incident string) bool { return !exist[incident] })
		visible, err := inChunks(list, func(few []string) (map[string]bool, error) { return tx.Visible(few, who[id].Sight()) })
		if err != nil {
			return nil, err
		}
		for _, incident := range list {
			out[seen{id, incident}] = !visible[incident]
		}
	}
	return out, nil
}

func inChunks(ids []string, ask func([]string) (map[string]bool, error)) (map[string]bool, error) {
	out := map[string]bool{}
	for few := range slices.Chunk(ids, 500) {
		found, err := ask(few)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, found)
	}
	return out, nil
}
