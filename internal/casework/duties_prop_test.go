package casework_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// walk is one random life of a few cases.
type walk struct {
	*rapid.T
	d     *lawDesk
	books []*regulation.Book
	cases []string
	ever  map[string]bool // ids of every duty that was ever there
	seen  map[string]int  // how often what came of it
}

// Whatever happens to a case, in whatever order: no duty is lost, none is open twice, no case is
// closed over one that blocks, and the record alone tells them all.
func TestNoSequenceOfEventsLosesADuty(t *testing.T) {
	books := []*regulation.Book{
		bookOf(t, testRules),
		bookOf(t),
		bookOf(t, strings.Replace(testRules, "when: may_spread", "when: may_spread && level > 2", 2)),
		bookOf(t, strings.Replace(testRules, "from: 2026-07-01\n    title", "from: 2026-07-01\n    to: 2026-10-01\n    title", 1)),
	}
	eachLawDesk(t, func(d *lawDesk) {
		most, made, failed, seen := lives(10, 25, 400), 0, false, map[string]int{}
		rapid.Check(d.T, func(rt *rapid.T) {
			if made++; made > most && !failed {
				return
			}
			defer func() { failed = failed || rt.Failed() }()
			w := &walk{T: rt, d: d, books: books, ever: map[string]bool{}, seen: seen}
			d.shelf.Put(books[0])
			for range 2 {
				w.cases = append(w.cases, w.report())
			}
			for range rapid.IntRange(1, 14).Draw(rt, "steps") {
				w.step()
				for _, id := range w.cases {
					w.check(id)
				}
			}
		})
		d.Logf("%v", seen)
		if most < 100 {
			return
		}
		for _, s := range []string{"pending", "fulfilled", "waived", "superseded", "facts", "resumed", "assigned", "case closed", "case merged"} {
			require.NotZero(d, seen[s], "%s never came about: the test tries too little", s)
		}
	})
}

// may fails on whatever is no refusal.
func (w *walk) may(err error) {
	if err == nil {
		return
	}
	if _, refused := fault.As(err); !refused {
		w.Fatalf("not refused but failed: %v", err)
	}
}

func (w *walk) one(list []string, label string) string {
	return rapid.SampledFrom(list).Draw(w.T, label)
}

func (w *walk) report() string {
	d := w.d
	in := casework.NewReport{
		Title: "t", Description: "d", DetectedAt: d.at.Add(-time.Hour), DetectedPrecision: incident.PrecisionMinute, TLP: incident.TLPAmber,
		System: incident.System{Name: "s"}, Report: incident.Report{Channel: rapid.SampledFrom([]incident.Channel{"", incident.ChannelPhone}).Draw(w.T, "channel")},
		Natures: rapid.SliceOfNDistinct(rapid.SampledFrom(incident.Natures), 0, 2, rapid.ID[incident.Nature]).Draw(w.T, "natures"),
	}
	if rapid.Bool().Draw(w.T, "claims") {
		other := d.by("other").AgencyID
		in.OwnerAgencyID = &other
	}
	v, err := d.Report(d.ctx(), d.call(w.one([]string{"reporter", "police", "officer"}, "who"), ""), in)
	require.NoError(w, err)
	return v.ID
}

func (w *walk) step() {
	d := w.d
	id := w.one(w.cases, "case")
	switch step := rapid.IntRange(0, 18).Draw(w.T, "step"); step {
	case 0, 1, 2, 3:
		w.correct(id)
	case 4:
		_, err := d.Triage(d.ctx(), d.call("officer", "*"), id, incident.Triage{
			Category: "availability.ddos", Severity: incident.High, Facts: incident.Facts{"control_lost": rapid.Bool().Draw(w.T, "lost")},
		})
		w.may(err)
	case 5:
		_, err := d.Respond(d.ctx(), d.call("officer", "*"), id, "")
		w.may(err)
	case 6:
		_, err := d.Resolve(d.ctx(), d.call("officer", "*"), id, incident.Resolve{Reason: "fixed", Summary: "s", Prevention: "p", Handled: "self"})
		w.may(err)
	case 7:
		_, err := d.Close(d.ctx(), d.call(w.one([]string{"lead", "lead2"}, "closer"), "*"), id, "l")
		w.may(err)
	case 8:
		_, err := d.Reopen(d.ctx(), d.call("lead", "*"), id, "r")
		w.may(err)
	case 9:
		_, err := d.Reject(d.ctx(), d.call("lead", "*"), id, "other", "n")
		w.may(err)
	case 10, 11:
		role := w.one([]string{"police", "military"}, "asked")
		h, err := d.AskHandover(d.ctx(), d.call("officer", ""), id, casework.NewHandover{
			ToAgencyID: d.agency(incident.AgencyRole(role)), Kind: incident.Notice, Message: "m", Channel: incident.ChannelAPI, Urgency: incident.Khan,
		})
		if w.may(err); err == nil && rapid.Bool().Draw(w.T, "answered") {
			_, err = d.Acknowledge(d.ctx(), d.call(role, "*"), id, h.ID, "")
			w.may(err)
		}
	case 12, 13:
		list, err := d.store.Read(d.ctx()).DutiesOf(id)
		require.NoError(w, err)
		if len(list) == 0 {
			return
		}
		x := list[rapid.IntRange(0, len(list)-1).Draw(w.T, "duty")]
		if step == 12 {
			_, err = d.WaiveObligation(d.ctx(), d.call("lead", ""), id, x.ID, "vì")
		} else {
			c := d.call("lead", "")
			_, err = d.FulfilObligation(d.ctx(), c, id, x.ID, incident.Fulfil{At: c.At, Channel: incident.ChannelPhone})
		}
		w.may(err)
	case 14:
		_, err := d.SendMessage(d.ctx(), d.call("officer", ""), id, "x")
		w.may(err)
	case 15:
		_, err := d.NotifyNational(d.ctx(), d.call("lead", "*"), id, "r", nil)
		w.may(err)
		if rapid.Bool().Draw(w.T, "back") {
			_, err = d.StandDown(d.ctx(), d.call("lead", "*"), id, "r")
			w.may(err)
		}
	case 16:
		_, err := d.Merge(d.ctx(), d.call("lead", "*"), id, w.one(w.cases, "into"), "r")
		w.may(err)
	case 18:
		w.finish(id)
	case 17:
		before := w.pending()
		d.shelf.Put(w.books[rapid.IntRange(0, len(w.books)-1).Draw(w.T, "book")])
		_, err := d.Correct(d.ctx(), d.call("lead", "*"), id, api.IncidentPatch{Title: api.Set("t" + d.at.String())})
		w.may(err)
		for _, x := range before {
			now, err := d.store.Read(d.ctx()).Duty("", x, store.DutySight{Case: policy.Sight{All: true}, Whole: true})
			require.NoError(w, err)
			require.False(w, now.Lapsed(), "%s ended because a file of rules changed", now.Rule)
		}
	}
}

// finish does what ends a case, whatever it takes.
func (w *walk) finish(id string) {
	d := w.d
	_, err := d.Triage(d.ctx(), d.call("officer", "*"), id, incident.Triage{Category: "availability.ddos", Severity: incident.High})
	w.may(err)
	_, err = d.Respond(d.ctx(), d.call("officer", "*"), id, "")
	w.may(err)
	_, err = d.Resolve(d.ctx(), d.call("officer", "*"), id, incident.Resolve{Reason: "fixed", Summary: "s", Prevention: "p", Handled: "self"})
	w.may(err)
	if rapid.Bool().Draw(w.T, "waived") {
		list, err := d.store.Read(d.ctx()).DutiesOf(id)
		require.NoError(w, err)
		for _, x := range list {
			_, err = d.WaiveObligation(d.ctx(), d.call("lead", ""), id, x.ID, "vì")
			w.may(err)
		}
	}
	_, err = d.Close(d.ctx(), d.call("lead2", "*"), id, "l")
	w.may(err)
}

func (w *walk) pending() (ids []string) {
	for _, id := range w.cases {
		list, err := w.d.store.Read(w.d.ctx()).DutiesOf(id)
		require.NoError(w, err)
		for _, x := range list {
			if x.Status == incident.DutyPending {
				ids = append(ids, x.ID)
			}
		}
	}
	return ids
}

func (w *walk) correct(id string) {
	d := w.d
	p := api.IncidentPatch{Reason: "r"}
	if rapid.Bool().Draw(w.T, "facts?") {
		facts := map[string]api.Patch[bool]{}
		for _, n := range []string{"may_spread", "control_lost", "service_disrupted", "important_data_unrecoverable", "owner_cannot_cope"} {
			switch rapid.IntRange(0, 3).Draw(w.T, n) {
			case 0:
				facts[n] = api.Set(true)
			case 1:
				facts[n] = api.Set(false)
			case 2:
				facts[n] = api.Clear[bool]()
			}
		}
		p.Facts = api.Set(facts)
	}
	if rapid.Bool().Draw(w.T, "natures?") {
		p.Natures = api.Set(rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"cybercrime", "personal_data"}), 0, 2, rapid.ID[string]).Draw(w.T, "of"))
	}
	if rapid.Bool().Draw(w.T, "detected?") {
		p.DetectedAt = api.Set(w.one([]string{"2015-05-05T00:00:00Z", "2026-06-30T16:59:59Z", "2026-06-30T17:00:00Z", "2026-10-20T00:00:00Z"}, "detected"))
	}
	if rapid.Bool().Draw(w.T, "parties?") {
		agency := []string{d.by("other").AgencyID, d.by("reporter").AgencyID, d.agency(incident.RolePolice), d.agency(incident.RoleTeam)}
		p.OwnerAgencyID, p.OperatorAgencyID = api.Set(w.one(agency, "owner")), api.Set(w.one(agency, "operator"))
		if rapid.Bool().Draw(w.T, "nobody") {
			p.OwnerAgencyID = api.Clear[string]()
		}
	}
	_, err := d.Correct(d.ctx(), d.call("lead", "*"), id, p)
	if w.may(err); err != nil {
		return
	}
	n := len(d.events(id))
	_, err = d.Correct(d.ctx(), d.call("lead", "*"), id, p)
	require.NoError(w, err)
	require.Len(w, d.events(id), n, "the same correction twice adds a fact")
}

func (w *walk) check(id string) {
	d := w.d
	inc, err := d.store.Read(d.ctx()).Case(id)
	require.NoError(w, err)
	list, err := d.store.Read(d.ctx()).DutiesOf(id)
	require.NoError(w, err)
	w.seen["case "+string(inc.Status)]++
	keys := map[incident.DutyKey]bool{}
	for _, x := range list {
		w.ever[x.ID] = true
		w.seen[string(x.Status)]++
		w.seen[x.EndedBy]++
		if x.Superseded() {
			require.NotNil(w, x.SupersededByID)
			require.True(w, w.ever[*x.SupersededByID] || has(list, *x.SupersededByID))
			require.Equal(w, incident.DutyNotApplicable, x.Status)
		} else {
			require.False(w, keys[x.Key()], "%s is there twice", x.Rule)
			keys[x.Key()] = true
		}
		pending := x.Status == incident.DutyPending
		require.False(w, pending && inc.Status == incident.Closed && x.BlocksClosure, "closed over %s", x.Rule)
		require.False(w, pending && (inc.Status == incident.Merged || inc.Status == incident.Rejected))
		require.False(w, !pending && x.WatchAt != nil, "the watch looks at what is done")
		require.False(w, pending && x.DueAt != nil && x.WatchAt == nil, "nobody watches %s", x.Rule)
		require.NotEmpty(w, x.Book)
		require.NotEmpty(w, x.OwedByID)
		if inc.TriagedAt == nil && x.CarriedFromID == nil && x.OwedByPart == "owner" && pending {
			require.Equal(w, inc.ReportingAgencyID, x.OwedByID, "a claim owes nothing")
		}
	}
	for id := range w.ever {
		_, err := d.store.Read(d.ctx()).Duty("", id, store.DutySight{Case: policy.Sight{All: true}, Whole: true})
		require.NoError(w, err, "a duty is gone")
	}
	var told []incident.DutyTold
	for _, e := range d.events(id) {
		if e.ObjectKind == "obligation" {
			w.seen[strings.TrimPrefix(e.Type, "obligation.")]++
			told = append(told, incident.DutyTold{DutyID: e.ObjectID, Payload: []byte(e.Body)})
		}
	}
	replay, err := incident.ReplayDuties(told...)
	require.NoError(w, err)
	for _, x := range list {
		require.NotNil(w, replay[x.ID], x.Rule)
		require.Equal(w, x, *replay[x.ID], "the record tells another duty")
	}
}

func has(list []incident.Duty, id string) bool {
	for _, x := range list {
		if x.ID == id {
			return true
		}
	}
	return false
}
