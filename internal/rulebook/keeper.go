// Package rulebook owns which book of rules is in force at the desk: it reads what the operator
// lays over the packs of the program, looks at it while the desk runs, keeps every book that
// ever came into force, and seals each change into the chain of the team.
package rulebook

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/record"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// Config is what a keeper works with.
type Config struct {
	Path     string // a file or a folder; empty: nothing is laid over the packs
	Store    *store.Store
	Province regulation.Province // whose shelf holds the book of the start
	Observer *telemetry.Observer // nil: nobody counts
	Log      *slog.Logger
	Now      func() time.Time
}

// Keeper keeps the book of a province. It is safe for concurrent use; one goroutine runs it.
type Keeper struct {
	Config
	recorder record.Recorder
	refused  atomic.Pointer[Refusal]

	seen    string // the content of the last look
	decided string // the content that was put in force or refused last
	files   int    // of the book in force
}

// Refusal is a content that did not come into force.
type Refusal struct {
	At       time.Time // when it was refused
	Problems regulation.Problems
}

// New makes the keeper of a book that was loaded of these files.
func New(c Config, files []regulation.Source) *Keeper {
	k := &Keeper{Config: c, recorder: record.New(c.Province.Slug), decided: fingerprint(files, nil), files: len(files)}
	k.seen = k.decided
	c.Observer.Read(nil, func(_ context.Context, put telemetry.Put) error {
		put(telemetry.RulesLoaded, 1, c.Province.Rules.Book().Version())
		refused := 0.0
		if k.Refused() != nil {
			refused = 1
		}
		put(telemetry.RulesRefused, refused)
		return nil
	})
	return k
}

// Refused is what does not come into force as it stands; nil when all is well.
func (k *Keeper) Refused() *Refusal { return k.refused.Load() }

// Adopt keeps the book of the shelf and notes that it is in force here; where another one was,
// that is a sealed fact in the chain of the team. Of several instances that adopt the same book
// one records it. A desk that starts adopts before it takes the first report.
func (k *Keeper) Adopt(ctx context.Context) error { return k.adopt(ctx, k.Province.Rules.Book()) }

func (k *Keeper) adopt(ctx context.Context, b *regulation.Book) error {
	same := func(tx *store.Tx) (*store.RuleBook, bool, error) {
		was, err := tx.RuleBookInForce()
		return was, err == nil && was != nil && was.Version == b.Version(), err
	}
	if _, done, err := same(k.Store.Read(ctx)); done || err != nil {
		return err
	}
	text, err := regulation.WriteSources(b.Sources())
	if err != nil {
		return err
	}
	at := k.Now()
	return k.Store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		if err := tx.LockRegistry(); err != nil {
			return err
		}
		was, done, err := same(tx)
		if done || err != nil {
			return err
		}
		if err := tx.PutRuleBook(store.RuleBook{Version: b.Version(), Sources: text, FirstUsedAt: at}); err != nil || was == nil {
			return err
		}
		return k.seal(tx, was, b, at)
	})
}

func (k *Keeper) seal(tx *store.Tx, was *store.RuleBook, b *regulation.Book, at time.Time) error {
	teams, err := tx.AgencyByRole(incident.RoleTeam, at.In(regulation.Zone).Format(time.DateOnly))
	if err != nil {
		return err
	}
	if len(teams) == 0 {
		k.Log.Warn("another book of rules is in force, but no agency is the team: the change stands in no chain", "from", was.Version, "to", b.Version())
		return nil
	}
	old, err := regulation.ReadSources(was.Sources)
	if err != nil {
		return err
	}
	rules, files := regulation.Changes(old, b.Sources())
	team := &teams[0]
	by := incident.Desk(team.ID)
	events, err := k.recorder.Seal(record.OfAgency(team), by, at, []incident.Fact{team.RulesReplaced(was.Version, b.Version(), rules, files)})
	if err != nil {
		return err
	}
	if err := tx.SaveChain(team); err != nil {
		return err
	}
	return tx.AppendEvents(events)
}

// every is how often the files are looked at.
const every = 2 * time.Second

// Run looks at the files until ctx ends: every two seconds, and at once on SIGHUP. A content
// counts when two looks in a row have found it, so that one that is being written does not, or
// with the signal; it replaces the book, or is refused and the old book stays. Without a path
// nothing is looked at, and the signal ends nobody.
func (k *Keeper) Run(ctx context.Context) error {
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGHUP)
	defer signal.Stop(told)
	timer := time.NewTicker(every)
	defer timer.Stop()
	trouble := telemetry.NewTrouble(k.Log, "rules", every, every)
	for {
		asked := false
		select {
		case <-ctx.Done():
			return nil
		case <-told:
			asked = true
		case <-timer.C:
		}
		if k.Path == "" {
			continue
		}
		if err := k.look(ctx, asked); err != nil && ctx.Err() == nil {
			trouble.Failed(err, k.Now())
		} else {
			trouble.Over(k.Now())
		}
	}
}

// look decides on what the files hold now; an error means that it could not be recorded, and
// that the next look tries again.
func (k *Keeper) look(ctx context.Context, asked bool) error {
	files, err := Read(k.Path)
	if err == nil && len(files) == 0 && k.files > 0 {
		// What is gone may be a volume that is not mounted; fewer duties would follow in silence.
		err = regulation.Problems{mistake(k.Path, "thư mục không còn tệp nào; bộ quy định cũ vẫn được dùng. Nếu đúng là muốn bỏ hết, hãy khởi động lại / the folder is empty now; the old rules stay. If all of them are to go, start the desk anew")}
	}
	found := fingerprint(files, err)
	still := found == k.seen
	k.seen = found
	if found == k.decided || !still && !asked {
		return nil
	}
	var b *regulation.Book
	if err == nil {
		b, err = load(k.Path, files)
	}
	var wrong regulation.Problems
	switch {
	case errors.As(err, &wrong):
		k.refuse(wrong)
	case err != nil:
		return err
	default:
		bounded, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if err := k.adopt(bounded, b); err != nil {
			return err
		}
		k.put(b, len(files))
	}
	k.decided = found
	return nil
}

func (k *Keeper) refuse(wrong regulation.Problems) {
	k.refused.Store(&Refusal{At: k.Now(), Problems: wrong})
	k.Log.Error("the rules are refused; the old ones stay in force", "in_force", k.Province.Rules.Book().Version(),
		"problems", strings.Split(wrong.Error(), "\n"), "todo", ToDo.VI+" / "+ToDo.EN)
}

func (k *Keeper) put(b *regulation.Book, files int) {
	was := k.Province.Rules.Book().Version()
	k.Province.Rules.Put(b)
	k.files = files
	if k.refused.Swap(nil) != nil || was != b.Version() {
		k.Log.Info("rules in force", "from", was, "to", b.Version(), "files", files)
	}
}

// Books lists every book that ever came into force, the first used first, for who may read it.
func (k *Keeper) Books(ctx context.Context, by policy.Actor) ([]store.RuleBook, error) {
	if err := policy.Check(by, policy.ReadRuleBooks, policy.Object{}); err != nil {
		return nil, err
	}
	return k.Store.Read(ctx).RuleBooks()
}

// Book reads a book with its texts; fault.Absent when none of that version came into force.
func (k *Keeper) Book(ctx context.Context, by policy.Actor, version string) (*store.RuleBook, []regulation.Source, error) {
	if err := policy.Check(by, policy.ReadRuleBooks, policy.Object{}); err != nil {
		return nil, nil, err
	}
	if !regulation.IsVersion(version) {
		return nil, nil, fault.Absent()
	}
	b, err := k.Store.Read(ctx).RuleBook(version)
	if err != nil {
		return nil, nil, err
	}
	list, err := regulation.ReadSources(b.Sources)
	return b, list, err
}
