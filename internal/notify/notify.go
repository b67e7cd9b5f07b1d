// Package notify tells agencies by e-mail what concerns them: events come in, deliveries are
// written, and each is sent until it arrives or cannot.
// A mail goes out at least once; one that is repeated after a crash has the same Message-ID.
package notify

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/secret"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// Config says how to send.
type Config struct {
	SMTP SMTP
	Dir  string // where the worker notes what the mail server has accepted
	// Clauses is the basis that a mail quotes for a kind of handover; none for a kind that is
	// missing. The clause must not give away the nature of a case.
	Clauses map[incident.HandoverKind]string
	// Rules hold the forms whose words a report by e-mail is written in; nil: reports stay thin.
	Rules *regulation.Shelf
	// Observer is told what becomes of the mails; nil: nobody is.
	Observer *telemetry.Observer
}

// SMTP is the mail server. With an empty URL mails are held until there is one.
type SMTP struct {
	URL  secret.Text // smtp://user:password@host:port, or smtps://
	From string      // the sender, e.g. Đội ứng cứu sự cố <ungcuu@example.gov.vn>
}

// Worker is the consumer of events and the sender of mails.
type Worker struct {
	store    *store.Store
	consumer *bus.Consumer
	watch    *telemetry.Observer
	log      *slog.Logger
	clauses  map[incident.HandoverKind]string
	rules    *regulation.Shelf
	letters  letters
	mailer   *mailer       // nil: no mail server is set up
	dir      string        // of the journal
	journal  *journal      // nil until the first round
	wait     time.Duration // how long a round waits for a first event
	added    chan struct{} // a delivery was written

	released bool                      // what was held before there was a mail server
	unsaved  map[string]store.Delivery // sent or failed, but the database did not take it yet
}

// New makes the worker. A wrong setting is an error, a mail server that is away is not.
func New(st *store.Store, b *bus.Bus, cfg Config, log *slog.Logger) (*Worker, error) {
	w := &Worker{
		store: st, consumer: b.Consumer(bus.Notify), watch: cfg.Observer, log: log, clauses: cfg.Clauses, rules: cfg.Rules, dir: cfg.Dir,
		wait: time.Second, added: make(chan struct{}, 1), unsaved: map[string]store.Delivery{},
	}
	var err error
	if w.letters, err = readLetters(); err != nil {
		return nil, err
	}
	if w.mailer, err = newMailer(cfg.SMTP); err != nil {
		return nil, err
	}
	return w, nil
}

const (
	backoffFirst = 200 * time.Millisecond
	backoffMost  = 30 * time.Second
	sendPoll     = 5 * time.Second // for deliveries whose next try is due
	// A database or a broker that says nothing holds a round no longer than this.
	consumeTime = time.Minute
	queryTime   = 30 * time.Second
)

// Run consumes and sends, side by side, until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	if w.mailer == nil {
		w.log.Warn("no mail server is set up: mails are held until there is one")
	}
	var both sync.WaitGroup
	both.Go(func() {
		trouble := telemetry.NewTrouble(w.log, "notify", backoffFirst, 5*time.Second)
		for ctx.Err() == nil {
			err := w.bounded(ctx)
			if ctx.Err() == nil {
				w.watch.Round("notify", err)
			}
			if err == nil {
				trouble.Over(time.Now())
			} else if ctx.Err() == nil {
				telemetry.Pause(ctx, trouble.Failed(err, time.Now()), nil)
			}
		}
	})
	both.Go(func() {
		trouble := telemetry.NewTrouble(w.log, "mail", backoffFirst, backoffMost)
		for ctx.Err() == nil {
			n, err := w.send(ctx)
			if ctx.Err() == nil {
				w.watch.Round("mail", err)
			}
			switch {
			case ctx.Err() != nil:
			case err != nil:
				telemetry.Pause(ctx, trouble.Failed(err, time.Now()), nil)
			default:
				trouble.Over(time.Now())
				if n == 0 {
					telemetry.Pause(ctx, sendPoll, w.added)
				}
			}
		}
	})
	both.Wait()
	if w.journal != nil && len(w.unsaved) == 0 {
		w.journal.close()
	}
	return nil
}

func (w *Worker) bounded(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, consumeTime)
	defer cancel()
	_, err := w.consume(ctx)
	return err
}

// Pass consumes what waits and sends what is due, once.
func (w *Worker) Pass(ctx context.Context) error {
	if _, err := w.consume(ctx); err != nil {
		return err
	}
	_, err := w.send(ctx)
	return err
}

func clock() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
