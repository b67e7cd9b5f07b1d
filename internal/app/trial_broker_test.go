package app_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
)

// While the broker is away nobody at the desk notices, except who asks whether the desk is
// ready. When it is back, everything goes out, in order.
func TestTrialBrokerAway(t *testing.T) {
	trial(t, func(t *testing.T, cfg app.Config) {
		broker := bustest.NewServer(t)
		broker.Start()
		cfg.NATSURL = broker.Config().URL
		w := start(t, cfg)
		l := newLoad(t, w.base, w.http.Transport)
		r := newWitness(t, cfg)
		l.begin(8)
		await(t, 60*time.Second, "the clients work", func() bool { return l.answered.Load() > 50 })

		broker.Kill()
		away := time.Duration(times(3, 60)) * time.Second
		begun, degraded := time.Now(), 0
		await(t, away+60*time.Second, "the time away is over", func() bool {
			status, _, body := get(w.base, "/readyz")
			require.Equal(t, http.StatusOK, status, "the desk serves without a broker: %v", body)
			if body["status"] == "degraded" {
				degraded++
			}
			return time.Since(begun) > away && degraded > 0
		})
		l.end()
		away = time.Since(begun)
		backlog := r.backlog()
		require.Positive(t, backlog)

		broker.Start()
		drained := await(t, 60*time.Second, "the backlog drains", func() bool { return r.backlog() == 0 })
		await(t, 60*time.Second, "ready again", func() bool {
			_, _, body := get(w.base, "/readyz")
			return body["status"] == "ok"
		})
		l.timelines()
		r.settle(90*time.Second, l, "sent")
		require.Zero(t, l.broken.Load()+l.refused.Load()-l.behind.Load(), "no request misses the broker: %s", l)
		w.stop()
		r.check(l.cases)
		r.checkStream()
		r.checkLedger()
		require.Zero(t, l.checkMails(w.mail.all()), "no mail goes out twice")
		require.Empty(t, complaints(w.log.String()))
		t.Logf("trial broker away: %s away under load, %s; a backlog of %d events drained in %s; %s; degraded told %d times",
			away.Round(time.Second), l, backlog, drained.Round(time.Millisecond), r, degraded)
	})
}
