package casework_test

import (
	"log/slog"
	"slices"
	"strconv"
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
	desks []process
	heirs int             // how many agencies have ended
	ever  map[string]bool // ids of every duty that was ever there
	seen  map[string]int  // how often what came of it
}

// process is one of those that work on the same database, each with rules of its own.
type process struct {
	*casework.Service
	shelf *regulation.Shelf
}

// Whatever happens to a case, in whatever order: no duty is lost, none is open twice, no case is
// closed over one that blocks, and the record alone tells them all.
func TestNoSequenceOfEventsLosesADuty(t *testing.T) {
	books := []*regulation.Book{
		bookOf(t, testRules, actRules, finalRules),
		bookOf(t),
		bookOf(t, strings.Replace(testRules, "when: may_spread", "when: may_spread && level > 2", 2), actRules),
		bookOf(t, strings.Replace(testRules, "from: 2026-07-01\n    title", "from: 2026-07-01\n    to: 2026-10-01\n    title", 1), actRules),
		bookOf(t, testRules, actRules+"off:\n  - {rule: T-paper, basis: thôi}\n", unclassified),
	}
	eachLawDesk(t, func(d *lawDesk) {
		most, made, failed, seen, ended := lives(10, 25, 400), 0, false, map[string]int{}, 0
		province, _ := regulation.Find("son-la")
		province.Rules = regulation.NewShelf(books[0])
		two := []process{{d.Service, d.shelf}, {casework.New(d.store, province, slog.New(slog.DiscardHandler)), province.Rules}}
		rapid.Check(d.T, func(rt *rapid.T) {
			if made++; made > most && !failed {
				return
			}
			defer func() { failed = failed || rt.Failed() }()
			w := &walk{T: rt, d: d, books: books, ever: map[string]bool{}, seen: seen, desks: two, heirs: ended}
			defer func() { ended = w.heirs }()
			for _, p := range two {
				p.shelf.Put(books[0])
			}
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
		if min(made, most) < 400 { // enough to say that what is rare must have come
			return
		}
		for _, s := range []string{"pending", "fulfilled", "waived", "superseded", "facts", "resumed", "reopened", "assigned", "due_soon", "overdue", "joined", "moved", "contested", "late", "heir", "resolved again", "asked", "case closed", "case merged", "lapsed by closer"} {
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
	p := w.desks[rapid.IntRange(0, len(w.desks)-1).Draw(w.T, "process")]
	d.Service, d.shelf = p.Service, p.shelf
	id := w.one(w.cases, "case")
	switch step := rapid.IntRange(0, 26).Draw(w.T, "step"); step {
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
		w.resolve(id)
	case 7:
		w.closed(w.one([]string{"lead", "lead2"}, "closer"), id)
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
	case 19:
		w.onPaper(id)
	case 20, 21:
		d.at = d.at.Add(time.Duration(rapid.IntRange(0, 60).Draw(w.T, "hours")) * time.Hour)
		w.watch(d.at.Add(time.Duration(rapid.IntRange(-30, 3).Draw(w.T, "skew")) * time.Hour))
		w.watch(d.at)
	case 22:
		w.handedOver(id)
	case 23:
		w.dissolve(id)
	case 24:
		w.tellTheEnd(id)
	case 25: // facts go while another file holds, which comes and goes
		was := p.shelf.Book()
		p.shelf.Put(w.books[rapid.IntRange(0, len(w.books)-1).Draw(w.T, "wrong")])
		w.correct(id)
		p.shelf.Put(was)
		w.correct(id)
	case 12, 13, 26:
		list, err := d.store.Read(d.ctx()).DutiesOf(id)
		require.NoError(w, err)
		if len(list) == 0 {
			return
		}
		x := list[rapid.IntRange(0, len(list)-1).Draw(w.T, "duty")]
		if step == 26 {
			w.takenBack(id, x)
			return
		}
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
		p.shelf.Put(w.books[rapid.IntRange(0, len(w.books)-1).Draw(w.T, "book")])
		_, err := d.Correct(d.ctx(), d.call("lead", "*"), id, api.IncidentPatch{Title: api.Set("t" + d.at.String())})
		w.may(err)
		for _, x := range before {
			now, err := d.store.Read(d.ctx()).Duty("", x, store.DutySight{Case: policy.Sight{All: true}, Whole: true})
			require.NoError(w, err)
			require.False(w, now.Lapsed(), "%s ended because a file of rules changed", now.Rule)
		}
	}
}

// watch looks at the clocks, in whichever process.
func (w *walk) watch(now time.Time) {
	_, err := w.d.Watch(w.d.ctx(), now)
	require.NoError(w, err)
}

// onPaper enters a confirmation that came by telephone, which its addressee may contest.
func (w *walk) onPaper(id string) {
	d := w.d
	h, err := d.AskHandover(d.ctx(), d.call("officer", ""), id, casework.NewHandover{
		ToAgencyID: d.agency(incident.RoleMilitary), Kind: incident.Coordination, Message: "m", Channel: incident.ChannelPhone, Urgency: incident.Khan,
	})
	if w.may(err); err != nil {
		return
	}
	at := d.at.Add(-time.Duration(rapid.IntRange(0, 20).Draw(w.T, "before")) * time.Hour)
	_, err = d.Record(d.ctx(), d.call("lead", "*"), id, h.ID, casework.RecordStep{Step: "acknowledge", OfficerName: "o", At: at, Channel: incident.ChannelPhone})
	w.may(err)
	if rapid.Bool().Draw(w.T, "contested") {
		_, err = d.Contest(d.ctx(), d.call("military", "*"), id, h.ID, "r")
		if w.may(err); err == nil {
			w.seen["contested"]++
		}
	}
}

// handedOver ends a request whose receipt was confirmed: what it has fulfilled stays fulfilled.
func (w *walk) handedOver(id string) {
	d := w.d
	h, err := d.AskHandover(d.ctx(), d.call("officer", ""), id, casework.NewHandover{
		ToAgencyID: d.agency(incident.RolePolice), Kind: incident.Mobilisation, Message: "m", Channel: incident.ChannelDocument, Urgency: incident.Khan,
	})
	if w.may(err); err != nil {
		return
	}
	_, err = d.Acknowledge(d.ctx(), d.call("police", "*"), id, h.ID, "")
	w.may(err)
	list, err := d.store.Read(d.ctx()).DutiesOf(id)
	require.NoError(w, err)
	if rapid.Bool().Draw(w.T, "withdrawn") {
		_, err = d.Withdraw(d.ctx(), d.call("officer", "*"), id, h.ID, "r")
	} else {
		_, err = d.Decline(d.ctx(), d.call("police", "*"), id, h.ID, "r")
	}
	w.may(err)
	for _, x := range list {
		if x.HandoverID != nil && *x.HandoverID == h.ID {
			now, err := d.store.Read(d.ctx()).Duty("", x.ID, store.Everything)
			require.NoError(w, err)
			require.Equal(w, x, *now)
		}
	}
}

// dissolve ends the agency that owns the system: its successor takes its place.
func (w *walk) dissolve(id string) {
	d := w.d
	_, err := d.Triage(d.ctx(), d.call("officer", "*"), id, incident.Triage{Category: "availability.ddos", Severity: incident.High})
	w.may(err) // before that the owner is a claim, which owes nothing
	w.heirs++
	code := strconv.Itoa(w.heirs)
	old, heir := d.newOwner("so-cu-"+code, "2020-01-01"), d.newOwner("so-ke-"+code, "2020-01-01")
	_, err = d.Correct(d.ctx(), d.call("lead", "*"), id, api.IncidentPatch{OwnerAgencyID: api.Set(old.ID)})
	w.may(err)
	on := d.at.In(regulation.Zone).Format(time.DateOnly)
	reg, c := d.registry()
	_, err = reg.AddSuccessor(d.ctx(), c, old.ID, incident.AgencySuccessor{SuccessorID: heir.ID, On: on, Basis: "b"})
	require.NoError(w, err)
	reg, c = d.registry()
	_, err = reg.EndAgency(d.ctx(), c, old.ID, on, "b")
	require.NoError(w, err)
	_, err = d.SendMessage(d.ctx(), d.call("officer", ""), id, "x")
	if w.may(err); err != nil {
		return
	}
	list, err := d.store.Read(d.ctx()).DutiesOf(id)
	require.NoError(w, err)
	for _, x := range list {
		require.False(w, x.Status == incident.DutyPending && x.OwedByID == old.ID, "%s is owed by an agency that has ended", x.Rule)
		if x.Status == incident.DutyPending && x.OwedByID == heir.ID {
			w.seen["heir"]++
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
	w.resolve(id)
	if rapid.Bool().Draw(w.T, "told") {
		w.tellTheEnd(id)
	}
	if rapid.Bool().Draw(w.T, "again") {
		d.at = d.at.Add(time.Duration(rapid.IntRange(-1, 3).Draw(w.T, "later")) * time.Hour)
		_, err = d.Reopen(d.ctx(), d.call("lead", "*"), id, "r")
		w.may(err)
		w.check(id)
		w.resolve(id)
		if rapid.Bool().Draw(w.T, "told too") {
			w.tellTheEnd(id)
		}
	}
	if rapid.Bool().Draw(w.T, "waived") {
		list, err := d.store.Read(d.ctx()).DutiesOf(id)
		require.NoError(w, err)
		for _, x := range list {
			_, err = d.WaiveObligation(d.ctx(), d.call("lead", ""), id, x.ID, "vì")
			w.may(err)
		}
	}
	w.closed("lead2", id)
}

// closed closes the case, if it may be: nobody closes over a duty from which they freed it, by a
// waiver or by taking its facts away.
func (w *walk) closed(who, id string) {
	d := w.d
	_, err := d.Close(d.ctx(), d.call(who, "*"), id, "l")
	if w.may(err); err != nil {
		if strings.Contains(err.Error(), "lapsed_by_closer") {
			w.seen["lapsed by closer"]++
		}
		return
	}
	list, err := d.store.Read(d.ctx()).DutiesOf(id)
	require.NoError(w, err)
	for _, x := range list {
		freed := x.Status == incident.DutyWaived || x.Lapsed() && x.BlocksClosure
		require.False(w, freed && x.DecidedByID != nil && *x.DecidedByID == d.by(who).UserID, "%s closed over %s, from which they freed the case", who, x.Rule)
	}
}

// takenBack takes back what was entered of a duty: it is as it was, or what is there fulfils it.
func (w *walk) takenBack(id string, x incident.Duty) {
	d := w.d
	byHand := x.Status == incident.DutyWaived || x.Status == incident.DutyFulfilled && x.DecidedByID != nil
	inc, err := d.store.Read(d.ctx()).Case(id)
	require.NoError(w, err)
	got, err := d.ReopenObligation(d.ctx(), d.call("lead", ""), id, x.ID, "nhầm")
	w.may(err)
	require.Equal(w, byHand && inc.Status.Open(), err == nil, "%v", err)
	now, readErr := d.store.Read(d.ctx()).Duty("", x.ID, store.Everything)
	require.NoError(w, readErr)
	if err != nil {
		require.Equal(w, x, *now, "a refusal changes nothing")
		return
	}
	require.Equal(w, *now, got)
	require.True(w, now.Status == incident.DutyPending || now.Status == incident.DutyFulfilled && now.DecidedByID == nil)
	require.Equal(w, []any{x.Rule, x.StartedAt, x.DueAt, x.TargetAt, x.WarnedAt, x.OverdueAt}, []any{now.Rule, now.StartedAt, now.DueAt, now.TargetAt, now.WarnedAt, now.OverdueAt}, "another clock")
}

// resolve resolves the case: whatever was told of an earlier end, this one opens duties of its own.
func (w *walk) resolve(id string) {
	d := w.d
	now, err := d.Resolve(d.ctx(), d.call("officer", "*"), id, incident.Resolve{Reason: "fixed", Summary: "s", Prevention: "p", Handled: "self"})
	if w.may(err); err != nil {
		return
	}
	list, err := d.store.Read(d.ctx()).DutiesOf(id)
	require.NoError(w, err)
	for _, r := range d.shelf.Book().Rules("son-la", "2026-11-22") {
		if r.ID != "T-end" && r.ID != "T-final" {
			continue
		}
		ours := slices.DeleteFunc(slices.Clone(list), func(x incident.Duty) bool {
			return x.Rule != r.ID || x.StartEvent != regulation.StartResolved || x.Superseded() ||
				!x.StartedAt.Equal(*now.ResolvedAt) && (x.CarriedFromID == nil || x.Status != incident.DutyPending)
		})
		require.Len(w, ours, 1, "%s of this end", r.ID)
		require.Contains(w, []incident.DutyStatus{incident.DutyPending, incident.DutyFulfilled}, ours[0].Status)
		if ours[0].Occurrence == "" {
			continue
		}
		w.seen["resolved again"]++
		if ours[0].CarriedFromID == nil && ours[0].ReportID != nil {
			w.Fatalf("the report of an earlier end stands for %s", r.ID)
		}
	}
}

// tellTheEnd sends a final report, after an initial one.
func (w *walk) tellTheEnd(id string) {
	d := w.d
	initial, final := finalReports()
	for _, in := range []casework.NewNationalReport{initial, final} {
		r, err := d.FileNationalReport(d.ctx(), d.call("officer", ""), id, in)
		if w.may(err); err != nil {
			return
		}
		_, err = d.SendNationalReport(d.ctx(), d.call("officer", ""), id, r.ID, signed)
		w.may(err)
	}
	list, err := d.store.Read(d.ctx()).DutiesOf(id)
	require.NoError(w, err)
	for _, x := range list {
		if x.Rule == "T-final" && x.Occurrence != "" && x.Status == incident.DutyFulfilled {
			w.seen["told again"]++
		}
	}
}

// teams are the rules of the tests that the team owes to others, whoever owns the system.
var teams = []string{"T-law", "T-learned", "T-paper", "T-serious", "T-sign", "T-end", "T-help", "T-done", "T-ask", "T-final", "T-final-lost"}

// asked checks, after a write in which the rules were asked, that what they call for is there, and that
// what the book in force opened and calls for no more is not pending.
func (w *walk) asked(id string) {
	d := w.d
	v, err := d.Explain(d.ctx(), d.by("lead"), id)
	require.NoError(w, err)
	if !v.Status.Open() {
		return
	}
	w.seen["asked"]++
	holds := map[string]bool{}
	for _, r := range v.Rules {
		holds[r.Rule] = holds[r.Rule] || r.Holds
	}
	list, err := d.store.Read(d.ctx()).DutiesOf(id)
	require.NoError(w, err)
	there := map[string]bool{}
	for _, x := range list {
		if x.Superseded() {
			continue
		}
		there[x.Rule] = there[x.Rule] || x.Status != incident.DutyNotApplicable
		learned := x.StartEvent == regulation.StartLearned // by the law of the day on which it was learned
		if x.Book == v.Book && slices.Contains(teams, x.Rule) && x.CarriedFromID == nil && !learned && !holds[x.Rule] {
			require.NotEqual(w, incident.DutyPending, x.Status, "%s has outlived its facts", x.Rule)
		}
	}
	for _, rule := range teams {
		require.False(w, holds[rule] && !there[rule], "%s is called for and is not there", rule)
	}
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
	lead := w.one([]string{"lead", "lead2"}, "corrector")
	before := d.get("lead", id)
	after, err := d.Correct(d.ctx(), d.call(lead, "*"), id, p)
	if w.may(err); err != nil {
		return
	}
	n := len(d.events(id))
	if before.Known() != after.Known() {
		w.asked(id)
	}
	_, err = d.Correct(d.ctx(), d.call(lead, "*"), id, p)
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
		require.False(w, pending && x.DueAt != nil && x.WatchAt == nil && x.OverdueAt == nil, "nobody watches %s", x.Rule)
		if limit := x.Limit(); x.Status == incident.DutyFulfilled && limit != nil && x.FulfilledAt.After(*limit) {
			require.True(w, x.Late, "%s was done after its time", x.Rule)
			w.seen["late"]++
		}
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
	replay := map[string]*incident.Duty{}
	said, clocks := map[string]int{}, map[string]int{}
	for _, e := range d.events(id) {
		if e.ObjectKind == "obligation" {
			w.seen[strings.TrimPrefix(e.Type, "obligation.")]++
			switch e.Type {
			case "obligation.due_soon", "obligation.overdue":
				said[e.ObjectID+e.Type]++
				require.LessOrEqual(w, said[e.ObjectID+e.Type], clocks[e.ObjectID], "%s more than once for one clock", e.Type)
			case "obligation.opened", "obligation.moved", "obligation.joined":
				clocks[e.ObjectID]++
			}
			replay[e.ObjectID], err = incident.DutyTold{DutyID: e.ObjectID, Payload: []byte(e.Body)}.Duty()
			require.NoError(w, err)
		}
	}
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
