package app_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/ungcuu/ungcuu/internal/app"
)

// A process that is killed at any moment loses nothing that it has answered, does nothing
// twice, leaves nothing half done, and tells every subscriber in order.
func TestTrialKill(t *testing.T) {
	trial(t, func(t *testing.T, cfg app.Config) {
		p := serve(t, cfg)
		p.start()
		p.awaitReady()
		l := newLoad(t, p.base, nil)
		begun := time.Now()
		l.begin(8)
		var back []time.Duration
		early := 0
		for p.killed < times(3, 20) {
			mark := l.answered.Load() + 1 + rand.Int64N(300)
			p.await(60*time.Second, "the clients work", func() bool { return l.answered.Load() >= mark })
			p.kill()
			if rand.IntN(3) == 0 { // and again while it is coming up
				p.start()
				p.awaitPort()
				p.kill()
				early++
			}
			p.start()
			back = append(back, p.awaitReady())
		}
		l.end()
		worked := time.Since(begun).Round(time.Millisecond)
		l.repeat()
		shown := l.timelines()
		p.stop()
		p.start()
		settled := p.awaitReady()
		r := newWitness(t, cfg)
		start := time.Now()
		r.settle(90*time.Second, l, "held")
		settled += time.Since(start)
		p.stop()
		r.check(l.cases)
		if shown != len(r.events)-r.ofAgencies {
			t.Errorf("the timelines show %d events, there are %d", shown, len(r.events)-r.ofAgencies)
		}
		r.checkStream()
		r.checkLedger()
		p.quiet()
		slices.Sort(back)
		t.Logf("trial kill: %d kills (%d while starting) in %s; %s; %s; ready again after %s (median), %s (worst); everything told %s after the last start",
			p.killed, early, worked, l, r, back[len(back)/2].Round(time.Millisecond), back[len(back)-1].Round(time.Millisecond), settled.Round(time.Millisecond))
	})
}
