package app_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
)

// merging is a race of merges: the cases of one round, and the handovers asked in them.
type merging struct {
	*racing
	cases     []string
	handovers []string
}

// fresh is a triaged case with a request to the police.
func (r *merging) fresh(natures ...string) (api.Incident, string) {
	r.Helper()
	inc := r.triaged(natures...)
	h, err := r.as("officer").AskHandover(r.Context(), client.Write{}, inc.ID, request(r.agency["cat-dau-moi"], "coordination"))
	require.NoError(r, err)
	r.cases, r.handovers = append(r.cases, inc.ID), append(r.handovers, h.ID)
	return inc, h.ID
}

// plain is a triaged case in which nobody was asked.
func (r *merging) plain(natures ...string) api.Incident {
	r.Helper()
	inc := r.triaged(natures...)
	r.cases = append(r.cases, inc.ID)
	return inc
}

func (r *merging) lead(i int) *client.Client { return r.as([]string{"lead", "lead2"}[i%2]) }

func (r *merging) merge(i int, w client.Write, from, into string) error {
	_, err := r.lead(i).Merge(r.Context(), w, from, api.Merge{IntoID: into, Reason: "Cùng một vụ"})
	return err
}

// wins counts who won of each kind of racer, and asks that the others came too late.
func (r *merging) wins(kinds int, try func(i int) error) []int {
	r.Helper()
	won := make([]int, kinds)
	for i, err := range r.all(try) {
		if err == nil {
			won[i%kinds]++
			continue
		}
		require.Contains(r, []int{http.StatusConflict, http.StatusPreconditionFailed}, statusOf(err), "%v", err)
	}
	return won
}

// holds asks that every handover lies in exactly one case, that nothing runs or is owed in a
// merged one, and that each case is what its chain says.
func (r *merging) holds() {
	r.Helper()
	tx := r.witness.st.Read(r.Context())
	found := map[string]int{}
	for _, id := range r.cases {
		inc := r.at(id, 0, "")
		list, err := tx.HandoversOf(id)
		require.NoError(r, err)
		for i := range list {
			found[list[i].ID]++
			require.False(r, inc.Status == "merged" && list[i].Running())
		}
		duties, err := tx.DutiesOf(id)
		require.NoError(r, err)
		for _, d := range duties {
			require.False(r, inc.Status == "merged" && d.Status == "pending")
		}
		require.Equal(r, inc.Status == "merged", inc.MergedIntoID != nil)
	}
	for _, id := range r.handovers {
		require.Equal(r, 1, found[id])
	}
}

func (r *merging) round(n int) {
	r.Helper()
	ctx := r.Context()
	r.cases, r.handovers = nil, nil

	a, _ := r.fresh("cybercrime")
	b, _ := r.fresh("cybercrime")
	r.one(func(i int) error { // into each other
		from, into := a, b
		if i%2 == 1 {
			from, into = b, a
		}
		w := client.Write{Any: true}
		if i%4 < 2 {
			w = client.Write{Version: from.Version}
		}
		return r.merge(i/2, w, from.ID, into.ID)
	})

	a, _ = r.fresh("cybercrime")
	b, c := r.plain(), r.plain("cybercrime")
	r.one(func(i int) error { // into one or the other
		return r.merge(i, client.Write{Any: true}, a.ID, []string{b.ID, c.ID}[i%2])
	})

	// Into a case that at the same moment ends itself. Its version moves with what it absorbs.
	ends := []func(i int) error{
		func(int) error {
			_, err := r.as("lead").Reject(ctx, client.Write{Version: b.Version}, b.ID, api.Reject{Reason: "other", Note: "thử"})
			return err
		},
		func(i int) error { return r.merge(i, client.Write{Version: b.Version}, b.ID, c.ID) },
		func(int) error {
			_, err := r.as("officer").Resolve(ctx, client.Write{Version: b.Version}, b.ID, api.Resolve{Reason: "fixed", Summary: "x", Prevention: "x", Handled: "self"})
			return err
		},
	}
	for k, end := range ends {
		a, _ = r.fresh("cybercrime")
		b, c = r.plain(), r.plain()
		if k == 2 {
			var err error
			b, err = r.as("officer").Respond(ctx, client.Write{Version: b.Version}, b.ID, api.Respond{})
			require.NoError(r, err)
		}
		r.one(func(i int) error {
			if i%2 == 0 {
				return r.merge(i/2, client.Write{Any: true}, a.ID, b.ID)
			}
			return end(i)
		})
	}

	// While its handover is answered and its duty waived.
	a, h := r.fresh("cybercrime")
	b = r.plain([]string{"cybercrime"}[n%2:]...) // in every second round the duty moves, or else is joined
	duty := r.dutyOf(a.ID, tellPolice)
	won := r.wins(4, func(i int) error {
		switch i % 4 {
		case 0:
			return r.merge(i/4, client.Write{Any: true}, a.ID, b.ID)
		case 1:
			_, err := r.as("police").Acknowledge(ctx, client.Write{Version: 1}, a.ID, h, api.Acknowledge{})
			return err
		case 2:
			_, err := r.lead(i/4).WaiveObligation(ctx, client.Write{}, a.ID, duty.ID, api.Waive{Reason: "thử"})
			return err
		}
		_, err := r.as("officer").AskHandover(ctx, client.Write{}, b.ID, request(r.agency["bchqs"], "notice"))
		return err
	})
	require.Equal(r, 1, won[0])
	require.LessOrEqual(r, won[1], 1)
	require.LessOrEqual(r, won[2], 1)
	require.Equal(r, racers/4, won[3], "who does not stand in the way is let in")
	moved, err := r.as("police").Handover(ctx, a.ID, h)
	require.NoError(r, err)
	require.Equal(r, b.ID, moved.IncidentID)
	r.once(duty.ID, a.ID, b.ID)

	// A is taken up again while that into which it went is merged on.
	c = r.plain()
	won = r.wins(2, func(i int) error {
		if i%2 == 0 {
			_, err := r.lead(i/2).Reopen(ctx, client.Write{Any: true}, a.ID, api.Reopen{Reason: "Khác vụ"})
			return err
		}
		return r.merge(i/2, client.Write{Any: true}, b.ID, c.ID)
	})
	require.Equal(r, []int{1, 1}, won)
	moved, err = r.as("police").Handover(ctx, a.ID, h)
	require.NoError(r, err)
	require.Equal(r, c.ID, moved.IncidentID, "what moved stays, and is found under its first address")
	require.Equal(r, "reported", r.at(a.ID, 0, "").Status)
	mine, err := r.as("lead").CaseObligations(ctx, a.ID, api.Paging{})
	require.NoError(r, err)
	require.NotEmpty(r, mine.Items, "its duties open anew")

	r.one(func(i int) error { // one link, from either side
		from, to := a.ID, c.ID
		if i%2 == 1 {
			from, to = to, from
		}
		_, err := r.staff(i).AddLink(ctx, client.Write{}, from, api.NewLink{ToID: to, Kind: "related"})
		return err
	})
	r.holds()
}

// once asks that the duty lies in exactly one of the cases.
func (r *merging) once(duty string, cases ...string) {
	r.Helper()
	n := 0
	for _, id := range cases {
		list, err := r.witness.st.Read(r.Context()).DutiesOf(id)
		require.NoError(r, err)
		for _, d := range list {
			if d.ID == duty {
				n++
			}
		}
	}
	require.Equal(r, 1, n)
}

// Of many who merge, end, answer and reopen the same cases at the same moment, one does, the
// others are told; no duty and no handover is lost or doubled, and no chain has a gap.
func TestTrialMergeRace(t *testing.T) {
	trial(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		r := &merging{racing: &racing{world: w, witness: newWitness(t, cfg), answers: map[int]int{}}}
		for _, name := range []string{"reporter", "officer", "lead", "lead2", "police"} {
			w.as(name)
		}
		rounds := times(2, 20)
		begun := time.Now()
		for n := range rounds {
			r.round(n)
		}
		took := time.Since(begun)
		r.witness.settle(90*time.Second, nil, "")
		r.witness.checkAgencies()
		r.witness.total("events", len(r.witness.events))
		w.stop()
		r.witness.checkStream()
		r.witness.checkLedger()
		require.Empty(t, complaints(w.log.String()))
		t.Logf("trial merge race: %d rounds, %d races of %d clients in %s; answers by status %v; %d events",
			rounds, r.steps, racers, took.Round(time.Millisecond), r.answers, len(r.witness.events))
	})
}
