package app_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/ledger"
)

// The parts run as processes of their own. A worker that is killed at any moment is made up
// for: every agency gets its mail, every event its line in the ledger, and the desk does not
// notice.
func TestTrialWorkers(t *testing.T) {
	trial(t, func(t *testing.T, cfg app.Config) {
		broker := bustest.NewServer(t)
		broker.Start()
		mail := newMailbox(t)
		cfg.NATSURL, cfg.SMTPURL = broker.Config().URL, mail.url
		desk, notify, seals := serve(t, cfg, "api", "relay"), serve(t, cfg, "notify"), serve(t, cfg, "ledger")
		for _, p := range []*process{desk, notify, seals} { // at once, on a database that nobody has prepared
			p.start()
		}
		desk.awaitReady()
		l := newLoad(t, desk.base, nil)
		r := newWitness(t, cfg)
		lines := func() int {
			list, err := ledger.Read(ledger.Path(cfg.Data))
			if err != nil {
				return 0 // not there yet
			}
			return len(list)
		}
		l.begin(4)
		for notify.killed+seals.killed < times(3, 15) {
			victim, done, more := notify, func() int { return len(mail.all()) }, 20
			if (notify.killed+seals.killed)%2 == 1 {
				victim, done, more = seals, lines, 60
			}
			if rand.IntN(2) == 0 { // at a moment of the desk, not of the worker
				done, more = func() int { return int(l.answered.Load()) }, 60
			}
			mark := done() + 5 + rand.IntN(more)
			victim.await(60*time.Second, "there is work", func() bool { return done() > mark })
			victim.kill()
			if victim == notify && !full() {
				r.claimsRunOut()
			}
			victim.start()
		}
		l.end()
		ended := time.Now()
		r.settle(240*time.Second, l, "sent")
		settled := time.Since(ended)
		desk.stop()
		notify.stop()
		seals.stop()
		require.Zero(t, l.broken.Load(), "the desk answers every request")
		r.check(l.cases)
		r.checkStream()
		r.checkLedger()
		repeats := l.checkMails(mail.all())
		require.LessOrEqual(t, repeats, notify.killed, "a kill repeats the one mail that was on its way")
		desk.quiet()
		notify.quiet()
		seals.quiet()
		t.Logf("trial workers: notify killed %d times, ledger %d times; %s; %s; %d mails, %d sent twice under one Message-ID; all told %s after the load",
			notify.killed, seals.killed, l, r, len(mail.all())-repeats, repeats, settled.Round(time.Millisecond))
	})
}
