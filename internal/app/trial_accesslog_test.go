package app_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// A process that is killed loses at most the last second of the access log, and one that is
// stopped loses nothing.
func TestTrialAccessLog(t *testing.T) {
	trial(t, func(t *testing.T, cfg app.Config) {
		p := serve(t, cfg)
		total := 0
		for round := range times(3, 10) {
			p.start()
			p.awaitReady()
			c := client.New(p.base, client.Options{})
			tokens, err := c.Login(t.Context(), api.Login{Username: "officer", Password: directory.DemoPassword})
			require.NoError(t, err)
			c = c.As(tokens.AccessToken)
			for i := range 40 {
				inc, err := c.Report(t.Context(), client.Write{}, api.NewIncident{
					Title: fmt.Sprint("Thử ", round, " ", i), Description: "d", DetectedAt: time.Now().Add(-time.Minute).Format(time.RFC3339), System: api.System{Name: "s"},
				})
				require.NoError(t, err)
				_, err = c.Incident(t.Context(), inc.ID)
				require.NoError(t, err)
			}
			answered := time.Now()
			total += 40
			if round%2 == 1 {
				p.stop() // at once
			} else {
				p.await(10*time.Second, "two seconds pass", func() bool { return time.Since(answered) > 2*time.Second })
				p.kill()
			}
			require.Equal(t, total, storetest.Count(t, database(cfg), "access_log WHERE route = 'getIncident'"), "round %d", round)
		}
		p.start()
		p.awaitReady()
		status, _, _ := get(p.base, "/healthz")
		require.Equal(t, http.StatusOK, status)
		p.stop()
		p.quiet()
		t.Logf("trial access log: %d reads over %d ends (%d kills), every line there", total, times(3, 10), p.killed)
	})
}
