package app_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
)

const racers = 32

// racing is many people who do the same at the same time, and what came of it.
type racing struct {
	*world
	witness *witness
	answers map[int]int // by status
	steps   int
}

// all starts every racer at once and returns the errors, by racer. Who waited too long behind
// the others is told so, nothing was done, and comes again.
func (r *racing) all(try func(i int) error) []error {
	r.Helper()
	gate := make(chan struct{})
	errs := make([]error, racers)
	var ended sync.WaitGroup
	for i := range racers {
		ended.Go(func() {
			<-gate
			errs[i] = try(i)
			for tooBusy(errs[i]) {
				errs[i] = try(i)
			}
		})
	}
	close(gate)
	ended.Wait()
	for _, err := range errs {
		r.answers[statusOf(err)]++
	}
	r.steps++
	return errs
}

func tooBusy(err error) bool {
	var p *api.ProblemError
	return errors.As(err, &p) && p.Status == http.StatusServiceUnavailable && p.Type == "/problems/busy"
}

// statusOf is what the racer was answered; 0 when it was no answer.
func statusOf(err error) int {
	var p *api.ProblemError
	switch {
	case err == nil:
		return http.StatusOK
	case errors.As(err, &p):
		return p.Status
	}
	return 0
}

// one asks that exactly one of the racers wins and the others are told that they came too
// late. It returns who.
func (r *racing) one(try func(i int) error) int {
	r.Helper()
	winner, won := -1, 0
	for i, err := range r.all(try) {
		if err == nil {
			winner = i
			won++
			continue
		}
		require.Contains(r, []int{http.StatusConflict, http.StatusPreconditionFailed}, statusOf(err), "%v", err)
	}
	require.Equal(r, 1, won, "exactly one wins")
	return winner
}

// same asks that all racers, who send one key, were answered the same object. Who is told to
// come later comes again.
func (r *racing) same(send func() (string, error)) {
	r.Helper()
	ids := make([]string, racers)
	for _, err := range r.all(func(i int) error {
		for {
			id, err := send()
			var p *api.ProblemError
			if errors.As(err, &p) && p.Status == http.StatusConflict && p.RetryAfter > 0 {
				continue
			}
			ids[i] = id
			return err
		}
	}) {
		require.NoError(r, err)
	}
	for _, id := range ids {
		require.Equal(r, ids[0], id)
	}
}

func (r *racing) staff(i int) *client.Client { return r.as([]string{"officer", "lead", "lead2"}[i%3]) }

// round is the life of one case in which everybody wants every step.
func (r *racing) round() {
	r.Helper()
	ctx := r.Context()
	report, ask := uuid.NewString(), uuid.NewString()
	body := api.NewIncident{
		Title: "Sự cố " + report, Description: "Không truy cập được.", Natures: []string{"cybercrime"},
		DetectedAt: time.Now().UTC().Format(time.RFC3339), System: api.System{Name: "Cổng TTĐT tỉnh"},
	}
	var id, hid string
	var mu sync.Mutex
	set := func(into *string, value string) string {
		mu.Lock()
		defer mu.Unlock()
		if value != "" {
			*into = value
		}
		return value
	}
	r.same(func() (string, error) {
		inc, err := r.as("reporter").Report(ctx, client.Write{Key: report}, body)
		return set(&id, inc.ID), err
	})
	r.one(func(i int) error {
		_, err := r.staff(i).Triage(ctx, client.Write{Version: 1}, id, api.Triage{Category: "availability.ddos", Severity: "high"})
		return err
	})
	r.at(id, 2, "triaged")
	r.one(func(i int) error {
		if i%2 == 0 {
			_, err := r.staff(i).Respond(ctx, client.Write{Version: 2}, id, api.Respond{})
			return err
		}
		_, err := r.as("lead").Reject(ctx, client.Write{Any: true}, id, api.Reject{Reason: "other", Note: "thử"})
		return err
	})
	inc := r.at(id, 3, "")
	if inc.Status == "rejected" { // any version may reopen, but only one time
		r.one(func(int) error {
			_, err := r.as("lead2").Reopen(ctx, client.Write{Any: true}, id, api.Reopen{Reason: "thử"})
			return err
		})
		r.at(id, 4, "reported")
		r.one(func(i int) error {
			_, err := r.staff(i).Triage(ctx, client.Write{Any: true}, id, api.Triage{Category: "availability.ddos", Severity: "low"})
			return err
		})
		r.at(id, 5, "triaged")
	}
	r.same(func() (string, error) {
		h, err := r.as("officer").AskHandover(ctx, client.Write{Key: ask}, id, request(r.agency["cat-dau-moi"], "coordination"))
		return set(&hid, h.ID), err
	})
	r.one(func(int) error {
		_, err := r.as("police").Acknowledge(ctx, client.Write{Version: 1}, id, hid, api.Acknowledge{})
		return err
	})
	accepted := r.one(func(i int) error {
		if i%2 == 0 {
			_, err := r.as("police").Accept(ctx, client.Write{Version: 2}, id, hid, api.Accept{})
			return err
		}
		_, err := r.as("police").Decline(ctx, client.Write{Version: 2}, id, hid, api.Decline{Reason: "Không đủ lực lượng"})
		return err
	})%2 == 0
	h, err := r.as("police").Handover(ctx, id, hid)
	require.NoError(r, err)
	require.Equal(r, map[bool]string{true: "accepted", false: "declined"}[accepted], h.Status)
	if accepted {
		r.one(func(i int) error {
			if i%2 == 0 {
				_, err := r.as("police").Complete(ctx, client.Write{Any: true}, id, hid, api.Complete{Outcome: "Xong"})
				return err
			}
			_, err := r.as("officer").Release(ctx, client.Write{Any: true}, id, hid, api.Release{Reason: "Không cần nữa"})
			return err
		})
	}
	before := r.at(id, 0, "")
	for _, err := range r.all(func(i int) error { // no version is asked for: everybody is let in
		_, err := r.staff(i).AddNote(ctx, client.Write{}, id, api.NewNote{Text: "Ghi chú", Audience: "team"})
		return err
	}) {
		require.NoError(r, err)
	}
	r.at(id, before.Version, before.Status)
}

// at asks where the case is; version 0 and status "" ask nothing.
func (r *racing) at(id string, version int64, status string) api.Incident {
	r.Helper()
	inc, err := r.as("officer").Incident(r.Context(), id)
	require.NoError(r, err)
	if version != 0 {
		require.Equal(r, version, inc.Version)
	}
	if status != "" {
		require.Equal(r, status, inc.Status)
	}
	r.witness.checkCase(id)
	return inc
}

// Of many who make the same move or answer the same handover at the same moment, one does,
// the others are told, and the record has neither a gap nor a double.
func TestTrialRace(t *testing.T) {
	trial(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		r := &racing{world: w, witness: newWitness(t, cfg), answers: map[int]int{}}
		for _, name := range []string{"reporter", "officer", "lead", "lead2", "police"} {
			w.as(name)
		}
		rounds := times(3, 40)
		begun := time.Now()
		for range rounds {
			r.round()
		}
		took := time.Since(begun)
		r.witness.checkAgencies()
		r.witness.total("incidents", rounds)
		r.witness.total("handovers", rounds)
		r.witness.total("notes", rounds*racers)
		r.witness.total("events", len(r.witness.events))
		r.witness.settle(90*time.Second, nil, "")
		w.stop()
		r.witness.checkStream()
		r.witness.checkLedger()
		require.Empty(t, complaints(w.log.String()))
		t.Logf("trial race: %d cases, %d races of %d clients in %s; answers by status %v; %d events, %d repeats on the stream",
			rounds, r.steps, racers, took.Round(time.Millisecond), r.answers, len(r.witness.events), r.witness.repeats)
	})
}
