package incident

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
)

var (
	t0      = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	someone = By{UserID: "u1", AgencyID: "team", Name: "Người trực"}
	another = By{UserID: "u2", AgencyID: "team", Name: "Lãnh đạo"}
)

func ids() func() string {
	n := 0
	return func() string { n++; return "id" + strconv.Itoa(n) }
}

func caseIn(s Status) *Case {
	c := &Case{Incident: &Incident{
		ID: "case", Status: s, ReportingAgencyID: "reporter", LeadAgencyID: "team", ReportedAt: t0,
	}}
	if s != Reported && s != Rejected {
		c.TriagedAt = &t0
	}
	return c
}

func make1(name MoveName, c *Case) ([]Fact, error) {
	switch name {
	case MoveTriage:
		return c.Triage(Triage{Category: "other.other", Severity: Low}, someone, t0)
	case MoveRespond:
		return c.Respond("", someone, t0)
	case MoveEscalate:
		return c.Escalate("why", []Ask{ask("police", Coordination)}, someone, t0, ids())
	case MoveNotifyNational:
		return c.NotifyNational("why", Agency{ID: "vncert"}, someone, t0, "r1")
	case MoveStandDown:
		return c.StandDown("why", func(string) bool { return true }, someone, t0)
	case MoveResolve:
		return c.Resolve(Resolve{Reason: "fixed", Summary: "s", Prevention: "p", Handled: "self"}, someone, t0)
	case MoveClose:
		c.Resolution.Summary, c.Resolution.Prevention = "s", "p"
		return c.Close("learned", someone, t0)
	case MoveReject:
		return c.Reject("other", "note", someone, t0)
	case MoveWithdraw:
		return c.Withdraw("why", someone, t0)
	case MoveMerge:
		target := caseIn(Triaged)
		target.ID = "target"
		m, err := c.Merge(target, Merge{Reason: "why"}, someone, t0)
		return m.Facts, err
	default:
		return c.Reopen("why", someone, t0)
	}
}

func ask(to string, kind HandoverKind) Ask {
	return Ask{FromAgencyID: "team", ToAgencyID: to, ToForce: to == "police" || to == "military", Kind: kind, Message: "m", Channel: ChannelAPI, Urgency: Normal}
}

func TestEveryStatusAllowsExactlyTheMovesOfTheTable(t *testing.T) {
	for _, s := range Statuses {
		for _, m := range Moves {
			c := caseIn(s.Status)
			facts, err := make1(m.Name, c)
			if !slices.Contains(m.From, s.Status) {
				require.ErrorIs(t, err, fault.Conflict, "%s from %s", m.Name, s.Status)
				require.Equal(t, s.Status, c.Status, "a refused %s changed the case", m.Name)
				f, _ := fault.As(err)
				require.Equal(t, "wrong_status", f.Reasons[0].Code)
				continue
			}
			require.NoError(t, err, "%s from %s", m.Name, s.Status)
			require.Contains(t, m.To, c.Status)
			require.Equal(t, m.Fact, facts[0].Type)
			require.Equal(t, string(s.Status), facts[0].Thin["from"])
			require.Equal(t, string(c.Status), facts[0].Thin["to"])
			require.True(t, facts[0].Bumps)
		}
	}
}

func TestAnImportedRecordTakesNoMove(t *testing.T) {
	for _, m := range Moves {
		c := caseIn(m.From[0])
		c.Imported = true
		_, err := make1(m.Name, c)
		require.ErrorIs(t, err, fault.Conflict, "%s", m.Name)
	}
}

func TestTheDiagramInTheDocsIsTheTable(t *testing.T) {
	doc, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	require.Contains(t, string(doc), "```mermaid\n"+Diagram()+"```", "run make gen")
}

func TestEscalateNeedsARequestToPoliceOrMilitary(t *testing.T) {
	for name, asks := range map[string][]Ask{
		"a notice to the police":  {ask("police", Notice)},
		"a request to a provider": {ask("provider", Coordination)},
	} {
		c := caseIn(Triaged)
		_, err := c.Escalate("why", asks, someone, t0, ids())
		require.ErrorIs(t, err, fault.Invalid, name)
		require.Equal(t, Triaged, c.Status)
	}
}

func TestStandDownFromNationalStaysEscalatedWhileAForceIsAsked(t *testing.T) {
	isForce := func(id string) bool { return id == "police" }
	c := caseIn(Responding)
	_, err := c.Escalate("why", []Ask{ask("police", Coordination)}, someone, t0, ids())
	require.NoError(t, err)
	_, err = c.NotifyNational("why", Agency{ID: "vncert"}, someone, t0, "r1")
	require.NoError(t, err)
	facts, err := c.StandDown("better", isForce, someone, t0)
	require.NoError(t, err)
	require.Equal(t, Escalated, c.Status)
	require.Equal(t, Requested, c.Handovers[0].Status, "open handovers stay open")
	require.Equal(t, ReportWithdrawn, c.Reports[0].Status, "an unsent request for help goes with it")
	require.Equal(t, "national_report.withdrawn", facts[1].Type)

	_, err = c.StandDown("better still", isForce, someone, t0)
	require.NoError(t, err)
	require.Equal(t, Responding, c.Status)
}

func TestRejectIsRefusedOnceAnyoneWasAsked(t *testing.T) {
	c := caseIn(Triaged)
	_, _, err := c.Ask(ask("police", Notice), someone, t0, "h1")
	require.NoError(t, err)
	require.Empty(t, c.Refusals(MoveReject, someone), "a notice is not a request")
	_, _, err = c.Ask(ask("provider", Coordination), someone, t0, "h2")
	require.NoError(t, err)
	_, err = c.Reject("other", "note", someone, t0)
	require.ErrorIs(t, err, fault.Conflict)
}

func TestDutiesEndWithARejectionAndComeBackWithTheirOldDueTime(t *testing.T) {
	c := caseIn(Triaged)
	due := t0.Add(-time.Hour)
	c.Duties = []Duty{{ID: "d1", Status: DutyPending, DueAt: &due}, {ID: "d2", Status: DutyFulfilled}}
	facts, err := c.Reject("out_of_scope", "not ours", someone, t0)
	require.NoError(t, err)
	require.Len(t, facts, 2)
	require.Equal(t, DutyNotApplicable, c.Duties[0].Status)
	require.Contains(t, c.Duties[0].Reason, "not ours")
	require.Equal(t, DutyFulfilled, c.Duties[1].Status)

	_, err = c.Reopen("was ours", someone, t0.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, Reported, c.Status)
	require.Nil(t, c.TriagedAt, "a rejected case is triaged anew")
	require.Equal(t, DutyPending, c.Duties[0].Status)
	require.Equal(t, due, *c.Duties[0].DueAt)
}

func TestTheGateNamesEachMissingThing(t *testing.T) {
	ready := func() *Case {
		c := caseIn(Resolved)
		c.Resolution = Resolution{Summary: "s", Prevention: "p"}
		return c
	}
	handover := func(k HandoverKind, s HandoverStatus) func(*Case) {
		return func(c *Case) { c.Handovers = []Handover{{Kind: k, Status: s}} }
	}
	u1 := "u1"
	lapsed := func(blocks bool, by *string) []Duty {
		return []Duty{{Status: DutyNotApplicable, EndedBy: endedByFacts, BlocksClosure: blocks, DecidedByID: by}}
	}
	for _, x := range []struct {
		name string
		with func(*Case)
		want string
	}{
		{"nothing missing", func(*Case) {}, ""},
		{"no result", func(c *Case) { c.Resolution.Summary = "" }, "resolution_missing"},
		{"no prevention", func(c *Case) { c.Resolution.Prevention = "" }, "resolution_missing"},
		{"pending duty", func(c *Case) { c.Duties = []Duty{{Status: DutyPending, BlocksClosure: true}} }, "obligation_pending"},
		{"pending duty that does not block", func(c *Case) { c.Duties = []Duty{{Status: DutyPending}} }, ""},
		{"superseded duty", func(c *Case) {
			c.Duties = []Duty{{Status: DutyNotApplicable, EndedBy: endedBySupersede, BlocksClosure: true}}
		}, ""},
		{"duty waived by the closer", func(c *Case) { c.Duties = []Duty{{Status: DutyWaived, DecidedByID: &u1}} }, "waived_by_closer"},
		{"blocking duty whose facts the closer took away", func(c *Case) { c.Duties = lapsed(true, &u1) }, "lapsed_by_closer"},
		{"duty that does not block, whose facts the closer took away", func(c *Case) { c.Duties = lapsed(false, &u1) }, ""},
		{"blocking duty whose facts somebody else took away", func(c *Case) { c.Duties = lapsed(true, &another.UserID) }, ""},
		{"blocking duty whose facts nobody is known to have taken away", func(c *Case) { c.Duties = lapsed(true, nil) }, ""},
		{"duty that the closer's merge ended", func(c *Case) {
			c.Duties = []Duty{{Status: DutyNotApplicable, EndedBy: endedByMerge, BlocksClosure: true, DecidedByID: &u1}}
		}, ""},
		{"duty that the closer entered as done", func(c *Case) { c.Duties = []Duty{{Status: DutyFulfilled, DecidedByID: &u1}} }, ""},
		{"coordination accepted", handover(Coordination, Accepted), "handover_open"},
		{"coordination completed", handover(Coordination, Completed), ""},
		{"mobilisation acknowledged", handover(Mobilisation, Acknowledged), "handover_open"},
		{"evidence transfer partly accepted", handover(EvidenceTransfer, PartlyAccepted), "handover_open"},
		{"investigation unanswered", handover(Investigation, Acknowledged), "handover_open"},
		{"investigation accepted may run on", handover(Investigation, Accepted), ""},
		{"direction unanswered", handover(Direction, Requested), "handover_open"},
		{"sanction referral declined", handover(SanctionReferral, Declined), ""},
		{"notice unanswered", handover(Notice, Requested), ""},
		{"request for help not sent", func(c *Case) { c.Reports = []NationalReport{{Kind: HelpRequest, Status: ReportCreated}} }, "national_report_unsent"},
		{"request for help sent", func(c *Case) { c.Reports = []NationalReport{{Kind: HelpRequest, Status: ReportSent}} }, ""},
		{"final report without an initial one", func(c *Case) { c.Reports = []NationalReport{{Kind: FinalReport, Status: ReportSent, SentAt: &t0}} }, "final_report_without_initial"},
		{"final report of an initial one", func(c *Case) {
			c.Reports = []NationalReport{{Kind: FinalReport, Status: ReportSent, SentAt: &t0, InitialReportID: &u1}}
		}, ""},
		{"draft of a report that no duty asks for", func(c *Case) { c.Reports = []NationalReport{{Kind: ProgressReport, Status: ReportCreated}} }, ""},
	} {
		c := ready()
		x.with(c)
		_, err := c.Close("learned", someone, t0)
		if x.want == "" {
			require.NoError(t, err, x.name)
			continue
		}
		f, ok := fault.As(err)
		require.True(t, ok, x.name)
		require.Equal(t, x.want, f.Reasons[0].Code, x.name)
		require.NotEmpty(t, f.Reasons[0].Text.VI)
	}
	c := ready()
	c.Duties = []Duty{{Status: DutyWaived, DecidedByID: &u1}}
	_, err := c.Close("learned", another, t0)
	require.NoError(t, err, "another team lead may close")
}

func TestEveryHandoverStatusAllowsExactlyItsSteps(t *testing.T) {
	given := Given{By: By{UserID: "p", AgencyID: "police", Name: "Đ/c Anh"}, At: t0}
	steps := map[string]func(*Case, *Handover) ([]Fact, error){
		"acknowledge": func(_ *Case, h *Handover) ([]Fact, error) { return h.Acknowledge("", given) },
		"accept":      func(c *Case, h *Handover) ([]Fact, error) { return c.Accept(h, Answer{}, given) },
		"decline":     func(_ *Case, h *Handover) ([]Fact, error) { return h.Decline("no", given) },
		"complete":    func(c *Case, h *Handover) ([]Fact, error) { return c.Complete(h, "done", given) },
		"withdraw":    func(_ *Case, h *Handover) ([]Fact, error) { return h.Withdraw("why", given) },
		"release":     func(c *Case, h *Handover) ([]Fact, error) { return c.Release(h, "why", given) },
	}
	for status := range handoverStatusVI {
		for step, take := range steps {
			c := caseIn(Responding)
			h := &Handover{Kind: Coordination, Status: status, Version: 1, RequestedAt: t0}
			_, err := take(c, h)
			if slices.Contains(handoverSteps[step], status) {
				require.NoError(t, err, "%s from %s", step, status)
				require.Equal(t, int64(2), h.Version)
			} else {
				require.ErrorIs(t, err, fault.Conflict, "%s from %s", step, status)
				require.Equal(t, status, h.Status)
				require.Equal(t, int64(1), h.Version)
			}
		}
	}
	notice := &Handover{Kind: Notice, Status: Acknowledged}
	_, err := notice.Decline("no", given)
	require.ErrorIs(t, err, fault.Conflict, "an acknowledged notice has ended")
}

func TestTheLeadMovesWithAcceptanceAndReturnsWithTheEnd(t *testing.T) {
	police := Given{By: By{AgencyID: "police"}, At: t0}
	for name, end := range map[string]func(*Case, *Handover) ([]Fact, error){
		"complete": func(c *Case, h *Handover) ([]Fact, error) { return c.Complete(h, "done", police) },
		"release":  func(c *Case, h *Handover) ([]Fact, error) { return c.Release(h, "why", police) },
	} {
		c := caseIn(Responding)
		a := ask("police", Investigation)
		a.TransfersLead = true
		h, _, err := c.Ask(a, someone, t0, "h1")
		require.NoError(t, err)
		_, err = h.Acknowledge("", police)
		require.NoError(t, err)
		require.Equal(t, "team", c.LeadAgencyID)
		facts, err := c.Accept(h, Answer{}, police)
		require.NoError(t, err)
		require.Equal(t, "police", c.LeadAgencyID)
		require.Equal(t, "incident.lead_changed", facts[1].Type)
		_, err = end(c, h)
		require.NoError(t, err)
		require.Equal(t, "team", c.LeadAgencyID, name)
	}
}

func TestARecordedAnswerIsTheOfficersWordAndCanBeContestedOnce(t *testing.T) {
	h := &Handover{Kind: Coordination, Status: Requested, Version: 1, RequestedAt: t0}
	rec := &Record{Step: "acknowledge", OfficerName: "Đ/c Bình", OfficerPosition: "Trưởng phòng", At: t0.Add(time.Hour), Channel: ChannelFax}
	_, err := h.Acknowledge("", Given{By: someone, At: t0.Add(2 * time.Hour), Record: rec})
	require.NoError(t, err)
	require.Equal(t, "Đ/c Bình, Trưởng phòng", h.AcknowledgedBy)
	require.Equal(t, t0.Add(time.Hour), *h.AcknowledgedAt, "the time is that of the act, not of the entry")
	require.True(t, h.Recorded)
	_, err = h.Contest("never said so", t0.Add(3*time.Hour))
	require.NoError(t, err)
	require.Equal(t, Acknowledged, h.Status, "contesting undoes nothing")
	_, err = h.Contest("again", t0.Add(3*time.Hour))
	require.ErrorIs(t, err, fault.Conflict)

	_, err = (&Handover{Kind: Coordination, Status: Requested, RequestedAt: t0}).
		Acknowledge("", Given{By: someone, At: t0, Record: &Record{At: t0.Add(time.Minute)}})
	require.ErrorIs(t, err, fault.Invalid, "an answer cannot come from the future")
}

func TestSightFollowsTakingPart(t *testing.T) {
	owner, operator := "owner", "operator"
	see := func(c *Case) string {
		var s []string
		for _, x := range c.Sights() {
			s = append(s, x.AgencyID)
		}
		slices.Sort(s)
		return strings.Join(s, " ")
	}
	c := caseIn(Reported)
	c.OwnerAgencyID, c.OperatorAgencyID = &owner, &operator
	require.Equal(t, "reporter team", see(c), "owner and operator are claims until triage")
	c.TriagedAt, c.Status = &t0, Triaged
	require.Equal(t, "operator owner reporter team", see(c))

	c = caseIn(Responding)
	h, _, err := c.Ask(ask("police", Coordination), someone, t0, "h1")
	require.NoError(t, err)
	require.Equal(t, "police reporter team", see(c))
	h.Status = Declined
	require.Equal(t, "reporter team", see(c), "an ended partner no longer sees the case")

	n, _, err := c.Ask(ask("military", Notice), someone, t0, "h2")
	require.NoError(t, err)
	n.Status = Acknowledged
	require.Equal(t, "military reporter team", see(c), "an acknowledged notice keeps the case in sight")
	c.Status = Closed
	require.Equal(t, "reporter team", see(c), "until it is closed")
}

func TestNothingIsAddedToAClosedCase(t *testing.T) {
	for _, s := range []Status{Closed, Rejected, Merged} {
		c := caseIn(s)
		_, _, err := c.Ask(ask("police", Notice), someone, t0, "h")
		require.ErrorIs(t, err, fault.Conflict)
		_, err = c.AddNote(Note{ID: "n"})
		require.ErrorIs(t, err, fault.Conflict)
	}
}

func TestAskIsRefusedWithEveryFieldThatIsWrong(t *testing.T) {
	past := t0.Add(-time.Minute)
	for name, x := range map[string]struct {
		change func(*Ask)
		want   string
	}{
		"to itself":                    {func(a *Ask) { a.ToAgencyID = "team" }, "/to_agency_id"},
		"direction to the police":      {func(a *Ask) { a.Kind = Direction }, "/to_agency_id"},
		"a notice that moves the lead": {func(a *Ask) { a.Kind, a.TransfersLead = Notice, true }, "/transfers_lead"},
		"lead passed on by a stranger": {func(a *Ask) { a.FromAgencyID, a.TransfersLead = "other", true }, "/transfers_lead"},
		"due in the past":              {func(a *Ask) { a.DueAt = &past }, "/due_at"},
	} {
		a := ask("police", Coordination)
		x.change(&a)
		_, _, err := caseIn(Responding).Ask(a, someone, t0, "h")
		f, ok := fault.As(err)
		require.True(t, ok, name)
		require.Equal(t, x.want, f.Fields[0].Pointer, name)
	}
}

func TestACorrectionNamesOnlyWhatChanged(t *testing.T) {
	c := caseIn(Triaged)
	before := c.Fields()
	_, changed := c.CorrectedFact(before, "", t0)
	require.False(t, changed)
	c.Title = "Mới"
	f, changed := c.CorrectedFact(before, "gõ nhầm", t0)
	require.True(t, changed)
	require.Equal(t, map[string]any{"title": "Mới"}, f.Full["changed_to"])
	require.Empty(t, f.Thin, "nothing of it leaves on the broker")
}
