package casework_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// actRules are rules whose acts the tests below look at.
const actRules = `
id: acts
kind: overlay
title: {vi: Thử việc đã làm, en: Acts}
rules:
  - id: T-ask
    instrument: Luật thử
    clause: Điều 20
    confidence: read
    title: {vi: Đề nghị huy động, en: Ask for resources}
    when: "true"
    owed_by: team
    told: [police]
    clock: {start: decided, unit: none}
    fulfilled_by: [handover]
  - id: T-end
    instrument: Luật thử
    clause: Điều 21
    confidence: read
    title: {vi: Báo kết quả cho công an, en: Tell the police of the result}
    when: "true"
    owed_by: team
    told: [police]
    clock: {start: resolved, unit: none}
    fulfilled_by: [handover]
    blocks_closure: true
  - id: T-sign
    instrument: Luật thử
    clause: Điều 22
    confidence: read
    title: {vi: Báo ngay dấu hiệu, en: Report signs at once}
    when: security_order_signs
    owed_by: team
    told: [national_coordinator]
    clock: {start: learned, unit: immediate}
    fulfilled_by: ["report:help_request", "report:notice"]
  - id: T-paper
    instrument: Luật thử
    clause: Điều 23
    confidence: read
    title: {vi: Báo bằng văn bản hoặc điện thoại, en: Tell on paper or by phone}
    when: state_secret_may_leak
    owed_by: team
    told: [military]
    clock: {start: detected, unit: hours, value: 24}
    fulfilled_by: [handover]
    channels: [document, phone]
  - id: T-serious
    instrument: Luật thử
    clause: Điều 24
    confidence: read
    title: {vi: Báo sự cố nghiêm trọng, en: Report a serious incident}
    when: serious
    owed_by: team
    told: [national_coordinator]
    clock: {start: detected, unit: hours, value: 24}
    fulfilled_by: ["report:notice"]
  - id: T-police
    instrument: Luật thử
    clause: Điều 25
    confidence: read
    title: {vi: Công an báo quân sự, en: The police tell the military}
    when: '"police" in reporter_roles'
    owed_by: police
    told: [military]
    clock: {start: reported, unit: hours, value: 24}
    fulfilled_by: [handover]
`

func eachActDesk(t *testing.T, test func(d *lawDesk)) {
	t.Helper()
	eachLawDesk(t, func(d *lawDesk) {
		d.shelf.Put(bookOf(d, testRules, actRules))
		test(d)
	})
}

// tell asks the agency that plays the role, whose officer confirms receipt at once.
func (d *lawDesk) tell(caseID, role string, kind incident.HandoverKind) casework.HandoverView {
	d.Helper()
	h := d.ask(caseID, d.agency(incident.AgencyRole(role)), kind)
	h, err := d.Acknowledge(d.ctx(), d.call(role, "*"), caseID, h.ID, "")
	require.NoError(d, err)
	return h
}

func (d *lawDesk) responding(natures ...incident.Nature) casework.CaseView {
	d.Helper()
	v := d.triaged(natures...)
	v, err := d.Respond(d.ctx(), d.call("officer", "*"), v.ID, "")
	require.NoError(d, err)
	return v
}

func (d *lawDesk) resolved(id string) {
	d.Helper()
	_, err := d.Resolve(d.ctx(), d.call("officer", "*"), id, incident.Resolve{Reason: "fixed", Summary: "s", Prevention: "p", Handled: "self"})
	require.NoError(d, err)
}

func TestWhatWasToldBeforeAFactWasKnownDoesNotTellIt(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		v := d.triaged()
		d.tell(v.ID, "police", incident.Notice)
		waiting := d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		d.correct(v.ID, stated("important_data_unrecoverable"))
		x := d.one(v.ID, "T-learned")
		require.Equal(d, incident.DutyPending, x.Status, "the police confirmed a notice that could not tell it")
		_, err := d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, waiting.ID, "")
		require.NoError(d, err)
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-learned").Status, "who confirms now reads the case as it is now")
		d.replayed(v.ID)

		// What was said by telephone is written down afterwards.
		v = d.triaged()
		d.correct(v.ID, stated("important_data_unrecoverable"))
		said := d.at.Add(-20 * time.Minute)
		h := d.ask(v.ID, d.agency(incident.RolePolice), incident.Notice)
		_, err = d.Record(d.ctx(), d.call("lead", "*"), v.ID, h.ID, casework.RecordStep{
			Step: "acknowledge", OfficerName: "Hoàng Đức Anh", At: said, Channel: incident.ChannelPhone,
		})
		require.NoError(d, err)
		x = d.one(v.ID, "T-learned")
		require.Equal(d, incident.DutyFulfilled, x.Status)
		require.Equal(d, said, *x.FulfilledAt)
		require.False(d, x.Late)

		// The clock of the machine was set back in between.
		v = d.triaged()
		d.correct(v.ID, stated("important_data_unrecoverable"))
		d.at = d.at.Add(-time.Hour)
		d.tell(v.ID, "police", incident.Notice)
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-learned").Status)
		d.replayed(v.ID)
	})
}

func TestAReportSentBeforeASignWasKnownDoesNotReportIt(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		v := d.responding()
		send := func() {
			d.Helper()
			r := d.file(v.ID, casework.NewNationalReport{Kind: incident.NoticeReport})
			_, err := d.SendNationalReport(d.ctx(), d.call("lead", ""), v.ID, r.ID, incident.Send{Channel: incident.ChannelDocument})
			require.NoError(d, err)
		}
		send()
		d.correct(v.ID, stated("security_order_signs"))
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-sign").Status)
		send()
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-sign").Status)

		// A request for help says by itself what it is about.
		v = d.responding()
		_, err := d.NotifyNational(d.ctx(), d.call("lead", "*"), v.ID, "vượt khả năng", nil)
		require.NoError(d, err)
		reports, err := d.NationalReports(d.ctx(), d.by("lead"), v.ID)
		require.NoError(d, err)
		_, err = d.SendNationalReport(d.ctx(), d.call("lead", ""), v.ID, reports[0].ID, incident.Send{Channel: incident.ChannelDocument})
		require.NoError(d, err)
		d.correct(v.ID, stated("security_order_signs"))
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-sign").Status)
	})
}

func TestADecisionIsFollowedByARequestThatStillRuns(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		v := d.responding()
		d.tell(v.ID, "police", incident.Notice)
		_, err := d.NotifyNational(d.ctx(), d.call("lead", "*"), v.ID, "vượt khả năng", nil)
		require.NoError(d, err)
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-ask").Status, "a notice that ended before the decision asks for nothing")
		h := d.tell(v.ID, "police", incident.Mobilisation)
		require.Equal(d, h.ID, *d.one(v.ID, "T-ask").HandoverID)

		v = d.responding()
		h = d.tell(v.ID, "police", incident.Mobilisation)
		_, err = d.NotifyNational(d.ctx(), d.call("lead", "*"), v.ID, "vượt khả năng", nil)
		require.NoError(d, err)
		require.Equal(d, h.ID, *d.one(v.ID, "T-ask").HandoverID, "what was asked before, and still runs, is asked")
		d.replayed(v.ID)
	})
}

func TestANoticeOfTheBeginningDoesNotTellTheEnd(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		v := d.responding()
		d.tell(v.ID, "police", incident.Notice)
		d.resolved(v.ID)
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-end").Status)
		d.tell(v.ID, "police", incident.Notice)
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-end").Status)
	})
}

func TestAConfirmationThatItsAddresseeContestsFulfilsNothingNew(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		v := d.triaged()
		h := d.ask(v.ID, d.agency(incident.RoleMilitary), incident.Notice)
		_, err := d.Record(d.ctx(), d.call("lead", "*"), v.ID, h.ID, casework.RecordStep{
			Step: "acknowledge", OfficerName: "Trực ban", At: d.at, Channel: incident.ChannelPhone,
		})
		require.NoError(d, err)
		_, err = d.Contest(d.ctx(), d.call("military", "*"), v.ID, h.ID, "không ai gọi cho chúng tôi")
		require.NoError(d, err)
		d.correct(v.ID, stated("may_spread"))
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-law").Status)
	})
}

func TestOnlyAChannelThatTheClauseAllowsFulfilsADuty(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		v := d.triaged()
		d.correct(v.ID, stated("state_secret_may_leak"))
		d.tell(v.ID, "military", incident.Notice)
		x := d.one(v.ID, "T-paper")
		require.Equal(d, incident.DutyPending, x.Status, "the clause names no such channel")
		c := d.call("lead", "")
		_, err := d.FulfilObligation(d.ctx(), c, v.ID, x.ID, incident.Fulfil{At: c.At, Channel: incident.ChannelEmail})
		require.ErrorIs(d, err, fault.Invalid)
		require.Equal(d, x, d.one(v.ID, "T-paper"))
		h, err := d.AskHandover(d.ctx(), d.call("officer", ""), v.ID, casework.NewHandover{
			ToAgencyID: d.agency(incident.RoleMilitary), Kind: incident.Notice, Message: "m", Channel: incident.ChannelDocument, Urgency: incident.Khan,
		})
		require.NoError(d, err)
		_, err = d.Acknowledge(d.ctx(), d.call("military", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-paper").Status)
	})
}

func TestTheDecisionToAskForHelpIsTakenBackByALeadAlone(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		v := d.responding()
		_, err := d.NotifyNational(d.ctx(), d.call("lead", "*"), v.ID, "vượt khả năng", nil)
		require.NoError(d, err)
		reports, err := d.NationalReports(d.ctx(), d.by("lead"), v.ID)
		require.NoError(d, err)
		_, err = d.WithdrawNationalReport(d.ctx(), d.call("officer", ""), v.ID, reports[0].ID, "thôi")
		require.ErrorIs(d, err, fault.Forbidden)
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-help").Status)
		_, err = d.WithdrawNationalReport(d.ctx(), d.call("lead", ""), v.ID, reports[0].ID, "thôi")
		require.NoError(d, err)
		require.True(d, ptr(d.one(v.ID, "T-help")).Lapsed())
	})
}

func TestASuccessorOwesAndIsToldWhatAnEndedAgencyWas(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		old, heir := d.newOwner("so-cu", "2020-01-01"), d.newOwner("so-ke", "2020-01-01")
		v := d.triaged()
		p := stated("control_lost")
		p.OwnerAgencyID = api.Set(old.ID)
		d.correct(v.ID, p)
		first := d.one(v.ID, "T-owner")
		require.Equal(d, old.ID, first.OwedByID)
		reg, c := d.registry()
		_, err := reg.AddSuccessor(d.ctx(), c, old.ID, incident.AgencySuccessor{SuccessorID: heir.ID, On: "2026-11-23", Basis: "QĐ"})
		require.NoError(d, err)
		reg, c = d.registry()
		_, err = reg.EndAgency(d.ctx(), c, old.ID, "2026-11-23", "QĐ")
		require.NoError(d, err)
		d.at = d.at.AddDate(0, 0, 2)
		_, err = d.SendMessage(d.ctx(), d.call("officer", ""), v.ID, "Đã nhận.")
		require.NoError(d, err)
		now := d.one(v.ID, "T-owner")
		require.Equal(d, heir.ID, now.OwedByID)
		require.Equal(d, first.ID, now.ID)
		require.Equal(d, first.DueAt, now.DueAt)
		for _, x := range d.of(v.ID, "T-told") {
			if x.ToRole == "owner" {
				require.Equal(d, heir.ID, *x.ToAgencyID)
			}
		}
		d.replayed(v.ID)
	})
}

func TestWhoActsForAnEndedAgencyIsToldInItsPlace(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		heir := d.newOwner("ca-moi", "2020-01-01")
		police := d.agency(incident.RolePolice)
		reg, c := d.registry()
		_, err := reg.AddSuccessor(d.ctx(), c, police, incident.AgencySuccessor{SuccessorID: heir.ID, On: "2026-11-22", Basis: "QĐ"})
		require.NoError(d, err)
		reg, c = d.registry()
		_, err = reg.EndAgency(d.ctx(), c, police, "2026-11-22", "QĐ")
		require.NoError(d, err)
		v := d.triaged()
		d.correct(v.ID, stated("important_data_unrecoverable"))
		require.Equal(d, heir.ID, *d.one(v.ID, "T-learned").ToAgencyID)
		h := d.ask(v.ID, heir.ID, incident.Notice)
		_, err = d.Record(d.ctx(), d.call("lead", "*"), v.ID, h.ID, casework.RecordStep{
			Step: "acknowledge", OfficerName: "Trực ban", At: d.at, Channel: incident.ChannelPhone,
		})
		require.NoError(d, err)
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-learned").Status)
	})
}

func TestAJoinedDutyFollowsACorrectionThatMakesItDueEarlierAndNoOther(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		a, b := d.triaged(), d.triaged()
		for _, v := range []casework.CaseView{a, b} {
			d.correct(v.ID, stated("may_spread"))
		}
		d.merge(a.ID, b.ID)
		detected := func(at time.Time) { d.correct(b.ID, api.IncidentPatch{DetectedAt: api.Set(at.Format(time.RFC3339))}) }
		was := d.one(b.ID, "T-law")
		detected(b.DetectedAt.Add(time.Hour))
		require.Equal(d, was, d.one(b.ID, "T-law"), "the other case still owes it by then")
		detected(b.DetectedAt.AddDate(0, 0, -1))
		list := d.of(b.ID, "T-law")
		require.Len(d, list, 2)
		require.Equal(d, b.DetectedAt.AddDate(0, 0, 2), *list[0].DueAt)
		require.Equal(d, incident.DutyPending, list[0].Status)
		require.True(d, list[1].Superseded())
		d.correct(b.ID, api.IncidentPatch{Facts: api.Set(map[string]api.Patch[bool]{"may_spread": api.Set(false)})})
		require.Equal(d, incident.DutyPending, d.of(b.ID, "T-law")[0].Status, "nor do the facts of this case end it")
		d.replayed(b.ID)
	})
}

func TestTheDutiesOfMergedReportsGoToTheOwnerThatTriageConfirms(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		other := d.by("other").AgencyID
		a, b := d.reportBy("reporter"), d.reportBy("reporter")
		for _, v := range []casework.CaseView{a, b} {
			d.correct(v.ID, stated("control_lost"))
		}
		d.merge(a.ID, b.ID)
		require.NotNil(d, d.one(b.ID, "T-owner").CarriedFromID)
		p := api.IncidentPatch{OwnerAgencyID: api.Set(other)}
		d.correct(b.ID, p)
		require.Equal(d, d.by("reporter").AgencyID, d.one(b.ID, "T-owner").OwedByID, "a claim owes nothing")
		_, err := d.Triage(d.ctx(), d.call("officer", "*"), b.ID, incident.Triage{Category: "availability.ddos", Severity: incident.High})
		require.NoError(d, err)
		require.Equal(d, other, d.one(b.ID, "T-owner").OwedByID)
		d.replayed(b.ID)
	})
}

func TestADutyJoinedWithAFulfilledOneIsLateByItsOwnClock(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		early, late := d.triaged(), d.triaged()
		d.correct(early.ID, stated("may_spread"))
		p := stated("may_spread")
		d.at = d.at.AddDate(0, 0, 4)
		p.DetectedAt = api.Set(d.at.Format(time.RFC3339))
		d.correct(late.ID, p)
		d.tell(late.ID, "military", incident.Notice)
		require.False(d, d.of(late.ID, "T-law")[0].Late)
		d.merge(late.ID, early.ID)
		x := d.one(early.ID, "T-law")
		require.Equal(d, incident.DutyFulfilled, x.Status)
		require.True(d, x.FulfilledAt.After(*x.DueAt))
		require.True(d, x.Late)
		d.replayed(early.ID)
	})
}

func TestADutyThatDidNotApplyTakesTheClockOfTheOneThatDoes(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		old, fresh := d.triaged(), d.triaged()
		p := stated("may_spread")
		p.DetectedAt = api.Set("2026-06-01T00:00:00Z")
		d.correct(old.ID, p)
		d.correct(old.ID, api.IncidentPatch{Facts: api.Set(map[string]api.Patch[bool]{"may_spread": api.Clear[bool]()})})
		require.True(d, ptr(d.one(old.ID, "T-law")).Lapsed())
		d.correct(fresh.ID, stated("may_spread"))
		want := d.one(fresh.ID, "T-law")
		d.merge(fresh.ID, old.ID)
		got := d.one(old.ID, "T-law")
		require.Equal(d, incident.DutyPending, got.Status)
		require.Equal(d, want.DueAt, got.DueAt, "it was not due before")
		require.Equal(d, want.StartedAt, got.StartedAt)
		require.Equal(d, want.Basis, got.Basis)
		d.replayed(old.ID)
	})
}

func TestOfTwoLawsADutyThatIsJoinedKeepsTheEarlierClockWithItsClause(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		a, b := d.triaged(), d.triaged()
		p := stated("may_spread")
		p.DetectedAt = api.Set("2026-06-01T00:00:00Z")
		d.correct(a.ID, p)
		d.correct(b.ID, stated("may_spread"))
		old, id := d.one(a.ID, "T-law"), d.one(b.ID, "T-law").ID
		d.merge(a.ID, b.ID)
		got := d.one(b.ID, "T-law")
		require.Equal(d, id, got.ID)
		require.Equal(d, old.DueAt, got.DueAt)
		require.Equal(d, old.Basis, got.Basis)
		require.Equal(d, old.RuleFrom, got.RuleFrom)
		require.Equal(d, old.Title, got.Title)
		require.True(d, got.BlocksClosure, "what either asks for is asked")
		d.replayed(b.ID)
	})
}

func TestADutyOfAReopenedCaseWithTheSameClockIsNotSaidToBeOverdueAgain(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		a, b := d.triaged(), d.triaged()
		d.correct(a.ID, stated("may_spread"))
		d.correct(b.ID, stated("may_spread"))
		x := d.one(a.ID, "T-law")
		d.at = d.at.AddDate(0, 0, 5)
		d.pass(d.Service, d.at)
		require.Equal(d, both, d.reminders(a.ID, x.ID))
		d.merge(a.ID, b.ID)
		_, err := d.Reopen(d.ctx(), d.call("lead", "*"), a.ID, "không cùng vụ")
		require.NoError(d, err)
		now := d.one(a.ID, "T-law")
		require.Equal(d, x.DueAt, now.DueAt)
		d.at = d.at.Add(time.Hour)
		d.pass(d.Service, d.at)
		require.Equal(d, both, d.reminders(a.ID, x.ID))
		d.replayed(a.ID)
	})
}

// unclassified is a table of classes by which nothing is serious.
const unclassified = `
id: rows
kind: overlay
title: {vi: Bảng khác, en: Another table}
classification:
  - {id: QD05-9, kind: class, value: serious, instrument: a, clause: b, confidence: read, from: 2026-07-01, when: "false"}
`

func TestNoDutyEndsBecauseAFileOrTheRegistryChanged(t *testing.T) {
	replace := func(old, now string) string {
		out := strings.Replace(actRules, old, now, 1)
		require.NotEqual(t, actRules, out)
		return out
	}
	eachActDesk(t, func(d *lawDesk) {
		law := d.shelf.Book()
		v := d.triaged()
		level := 4
		p := stated("in_national_list", "service_disrupted", "owner_cannot_cope", "state_secret_may_leak")
		p.System = api.Set(api.SystemPatch{Level: api.Set(level)})
		d.correct(v.ID, p)
		serious, paper := d.one(v.ID, "T-serious"), d.one(v.ID, "T-paper")
		stay := func() {
			d.Helper()
			require.Equal(d, serious, d.one(v.ID, "T-serious"))
			require.Equal(d, paper, d.one(v.ID, "T-paper"))
		}
		other := func(severity string) { // another fact, on which neither rests
			d.correct(v.ID, api.IncidentPatch{Severity: api.Set(severity)})
		}
		d.shelf.Put(bookOf(d, testRules, actRules, unclassified))
		other("low")
		stay()
		d.shelf.Put(bookOf(d, testRules, replace("clock: {start: detected, unit: hours, value: 24}\n    fulfilled_by: [handover]\n    channels", "clock: {start: resolved, unit: hours, value: 24}\n    fulfilled_by: [handover]\n    channels")))
		other("medium")
		stay()
		d.shelf.Put(bookOf(d, testRules, actRules+"off:\n  - {rule: T-paper, basis: thôi}\n"))
		other("high")
		d.correct(v.ID, api.IncidentPatch{DetectedAt: api.Set(v.DetectedAt.Add(time.Minute).Format(time.RFC3339))})
		require.Equal(d, paper, d.one(v.ID, "T-paper"), "switched off by a file, whatever else is corrected")
		d.shelf.Put(law)
		d.correct(v.ID, api.IncidentPatch{Facts: api.Set(map[string]api.Patch[bool]{"owner_cannot_cope": api.Set(false), "state_secret_may_leak": api.Set(false)})})
		for _, rule := range []string{"T-serious", "T-paper"} {
			list := d.of(v.ID, rule)
			for _, x := range list {
				require.NotEqual(d, incident.DutyPending, x.Status, "facts end what rests on them: %s", rule)
			}
		}
		d.replayed(v.ID)

		// Roles that are corrected afterwards are no facts of a case.
		v = d.reportBy("police")
		told := d.one(v.ID, "T-police")
		reg, c := d.registry()
		police := d.agency(incident.RolePolice)
		_, err := reg.EndRole(d.ctx(), c, police, incident.RolePolice, "2026-11-01", "QĐ")
		require.NoError(d, err)
		d.correct(v.ID, stated("may_spread"))
		now := d.one(v.ID, "T-police")
		require.Equal(d, incident.DutyPending, now.Status)
		require.Equal(d, told.ID, now.ID)

		// Nor does a duty end because the one who must be told has become the one who owes it.
		v = d.triaged(incident.PersonalData)
		found := d.one(v.ID, "T-found")
		reg, c = d.registry()
		_, err = reg.EndRole(d.ctx(), c, *found.ToAgencyID, incident.RoleDataProtection, "2026-11-22", "QĐ")
		require.NoError(d, err)
		reg, c = d.registry()
		_, err = reg.GiveRole(d.ctx(), c, found.OwedByID, incident.AgencyRoleSpan{Role: incident.RoleDataProtection, Valid: incident.Span{From: "2026-11-22"}, Basis: "QĐ"})
		require.NoError(d, err)
		d.correct(v.ID, stated("may_spread"))
		require.Equal(d, found, d.one(v.ID, "T-found"))
		d.replayed(v.ID)
	})
}

// Facts that are taken away while a wrong file holds are seen once the right one holds again, with
// the next that changes; a file alone ends nothing, nor does the registry.
func TestADutyThatOutlivedItsFactsUnderAWrongFileLapsesUnderTheRightOne(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		right := d.shelf.Book()
		wrong := bookOf(d, testRules, actRules+"off:\n  - {rule: T-paper, basis: nhầm}\n  - {rule: T-police, basis: nhầm}\n")
		v := d.reportBy("police")
		d.correct(v.ID, stated("state_secret_may_leak"))
		severity := func(to string) { d.correct(v.ID, api.IncidentPatch{Severity: api.Set(to)}) }
		without := func(name string) {
			d.correct(v.ID, api.IncidentPatch{Facts: api.Set(map[string]api.Patch[bool]{name: api.Set(false)})})
		}
		d.shelf.Put(wrong)
		severity("low")
		d.shelf.Put(right)
		severity("medium")
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-paper").Status, "its facts hold")

		d.shelf.Put(wrong)
		without("state_secret_may_leak")
		severity("low")
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-paper").Status, "the file that holds does not know it")
		reg, c := d.registry()
		_, err := reg.EndRole(d.ctx(), c, d.agency(incident.RolePolice), incident.RolePolice, "2026-11-01", "QĐ")
		require.NoError(d, err)
		d.shelf.Put(right)
		d.correct(v.ID, api.IncidentPatch{Title: api.Set("khác")})
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-paper").Status, "no fact has changed")
		severity("high")
		require.True(d, ptr(d.one(v.ID, "T-paper")).Lapsed())
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-police").Status, "a role that is corrected is no fact")
		d.replayed(v.ID)
	})
}

func TestADutyToTellOneselfLapsesWhenThePartiesAreCorrected(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		v := d.triaged()
		d.correct(v.ID, stated("control_lost"))
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-owner").Status)
		d.correct(v.ID, api.IncidentPatch{OwnerAgencyID: api.Set(d.agency(incident.RolePolice))})
		require.True(d, ptr(d.one(v.ID, "T-owner")).Lapsed())
		d.correct(v.ID, api.IncidentPatch{OwnerAgencyID: api.Set(d.by("other").AgencyID)})
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-owner").Status)
	})
}

// Two processes, of which one has not taken the new rules up yet.
func TestTwoBooksAtOnceDoNotReplaceADutyBackAndForth(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		v := d.triaged()
		d.correct(v.ID, stated("may_spread"))
		corrected := bookOf(d, testRules+`
  - id: T-law
    instrument: Luật thử mới hơn
    clause: Điều 3
    confidence: read
    from: 2026-11-01
    title: {vi: Báo trong 12 giờ, en: Report within 12 hours}
    when: may_spread
    owed_by: team
    told: [military]
    clock: {start: detected, unit: hours, value: 12}
    fulfilled_by: [handover]
  - id: T-new
    instrument: Luật thử mới hơn
    clause: Điều 4
    confidence: read
    title: {vi: Báo thêm, en: Report more}
    when: may_spread
    owed_by: team
    clock: {start: detected, unit: hours, value: 12}
`, actRules)
		services := []*casework.Service{d.Service, d.another(corrected)}
		for i := range 6 {
			_, err := services[i%2].SendMessage(d.ctx(), d.call("officer", ""), v.ID, "x")
			require.NoError(d, err)
		}
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-law").Status, "a message is no fact of the law")
		require.Empty(d, d.of(v.ID, "T-new"))
		d.shelf.Put(corrected)
		d.correct(v.ID, api.IncidentPatch{Severity: api.Set("low")})
		list := d.of(v.ID, "T-law")
		require.Len(d, list, 2, "the next fact asks the rules anew")
		d.one(v.ID, "T-new")
		d.replayed(v.ID)
	})
}

// A case that somebody holds for long, and a duty that cannot be written, hold up no other.
func TestOneCaseThatIsHeldHoldsUpNoReminderOfAnother(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		if d.store.Dialect() != store.Postgres {
			d.Skip("SQLite has one writer: who holds it holds all")
		}
		held, free := d.triaged(incident.Cybercrime), d.triaged(incident.Cybercrime)
		at := d.at.AddDate(0, 0, 2)
		let, has := make(chan struct{}), make(chan struct{})
		done := make(chan error, 1)
		go func() {
			done <- d.store.Write(context.WithoutCancel(d.ctx()), func(_ context.Context, tx *store.Tx) error {
				_, err := tx.LockCase(held.ID)
				close(has)
				<-let
				return err
			})
		}()
		<-has
		_, err := d.Watch(d.ctx(), at)
		close(let)
		require.NoError(d, <-done)
		require.ErrorIs(d, err, fault.Busy)
		require.Equal(d, both, d.reminders(free.ID, d.dutyOf(free.ID, tellPolice).ID))
		d.pass(d.Service, at)
		require.Equal(d, both, d.reminders(held.ID, d.dutyOf(held.ID, tellPolice).ID))
	})
}
