package casework_test

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// testRules are rules of the tests alone, one for each thing that the engine does.
const testRules = `
id: test
kind: overlay
title: {vi: Thử, en: Test}
rules:
  - id: T-law
    instrument: Luật thử
    clause: Điều 1
    confidence: read
    from: 2017-01-01
    to: 2026-07-01
    title: {vi: Báo trong 24 giờ, en: Report within 24 hours}
    when: may_spread
    owed_by: team
    told: [military]
    clock: {start: detected, unit: hours, value: 24}
    fulfilled_by: [handover]
  - id: T-law
    instrument: Luật thử mới
    clause: Điều 2
    confidence: read
    from: 2026-07-01
    title: {vi: Báo trong 72 giờ, en: Report within 72 hours}
    when: may_spread
    owed_by: team
    told: [military]
    clock: {start: detected, unit: hours, value: 72}
    fulfilled_by: [handover]
    blocks_closure: true
  - id: T-owner
    instrument: Luật thử
    clause: Điều 3
    confidence: read
    title: {vi: Chủ quản báo công an, en: The owner tells the police}
    when: control_lost
    owed_by: owner
    told: [police]
    clock: {start: detected, unit: hours, value: 48}
    fulfilled_by: [handover]
  - id: T-told
    instrument: Luật thử
    clause: Điều 4
    confidence: read
    title: {vi: Báo đội và chủ quản, en: Tell the team and the owner}
    when: control_lost
    owed_by: operator
    told: [team, owner]
    clock: {start: reported, unit: hours, value: 2}
    fulfilled_by: [reported, handover]
  - id: T-receipt
    instrument: Luật thử
    clause: Điều 5
    confidence: read
    title: {vi: Xác nhận đã nhận, en: Confirm receipt}
    when: service_disrupted
    owed_by: team
    told: [reporter]
    clock: {start: reported, unit: immediate}
    fulfilled_by: [receipt]
  - id: T-help
    instrument: Luật thử
    clause: Điều 6
    confidence: read
    title: {vi: Đề nghị hỗ trợ, en: Ask for help}
    when: "true"
    owed_by: team
    told: [national_coordinator]
    clock: {start: decided, unit: hours, value: 1}
    fulfilled_by: ["report:help_request"]
    blocks_closure: true
  - id: T-found
    instrument: Luật thử
    clause: Điều 7
    confidence: read
    title: {vi: Thông báo vi phạm dữ liệu cá nhân, en: Tell of a violation of personal data}
    when: '"personal_data" in natures'
    owed_by: operator
    told: [data_protection_authority]
    clock: {start: violation_found, unit: hours, value: 72}
  - id: T-learned
    instrument: Luật thử
    clause: Điều 8
    confidence: read
    title: {vi: Báo ngay, en: Tell at once}
    when: important_data_unrecoverable
    owed_by: team
    told: [police]
    clock: {start: learned, unit: immediate}
    fulfilled_by: [handover]
  - id: T-done
    instrument: Luật thử
    clause: Điều 9
    confidence: read
    title: {vi: Báo cáo sau khắc phục, en: Report after the end}
    when: owner_cannot_cope
    owed_by: team
    clock: {start: resolved, unit: days, value: 5}
`

func bookOf(tb testing.TB, texts ...string) *regulation.Book {
	tb.Helper()
	sources := make([]regulation.Source, len(texts))
	for i, s := range texts {
		sources[i] = regulation.Source{Name: "test" + strconv.Itoa(i) + ".yaml", Text: []byte(s)}
	}
	b, err := regulation.Load(sources...)
	require.NoError(tb, err)
	return b
}

// lawDesk is a desk with the rules of the tests over those of the province.
type lawDesk struct {
	*desk
	shelf *regulation.Shelf
}

func eachLawDesk(t *testing.T, test func(d *lawDesk)) {
	t.Helper()
	book := bookOf(t, testRules)
	storetest.Each(t, func(t *testing.T, st *store.Store) { test(newLawDesk(t, st, book)) })
}

func newLawDesk(t *testing.T, st *store.Store, book *regulation.Book) *lawDesk {
	t.Helper()
	at := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	directorytest.Demo(t, st, at)
	province, _ := regulation.Find("son-la")
	province.Rules = regulation.NewShelf(book)
	return &lawDesk{&desk{t, casework.New(st, province, slog.New(slog.DiscardHandler)), st, at}, province.Rules}
}

func (d *lawDesk) one(caseID, rule string) incident.Duty {
	d.Helper()
	list := d.of(caseID, rule)
	require.Len(d, list, 1)
	return list[0]
}

func (d *lawDesk) correct(caseID string, p api.IncidentPatch) casework.CaseView {
	d.Helper()
	p.Reason = "đính chính"
	v, err := d.Correct(d.Context(), d.call("lead", "*"), caseID, p)
	require.NoError(d, err)
	return v
}

func stated(names ...string) api.IncidentPatch {
	facts := map[string]api.Patch[bool]{}
	for _, n := range names {
		facts[n] = api.Set(true)
	}
	return api.IncidentPatch{Facts: api.Set(facts)}
}

// events are the types of the case's events.
func (d *lawDesk) events(caseID string) []store.Event {
	d.Helper()
	list, err := d.store.Read(d.Context()).Timeline(store.TimelineQuery{IncidentID: caseID})
	require.NoError(d, err)
	return list
}

// replayed asks that the record alone tells the duties of the case.
func (d *lawDesk) replayed(caseID string) {
	d.Helper()
	replay := map[string]*incident.Duty{}
	for _, e := range d.events(caseID) {
		if e.ObjectKind == "obligation" {
			x, err := incident.DutyTold{DutyID: e.ObjectID, Payload: []byte(e.Body)}.Duty()
			require.NoError(d, err)
			replay[e.ObjectID] = x
		}
	}
	for _, row := range d.all(caseID) {
		got := replay[row.ID]
		require.NotNil(d, got, "%s: no event tells of it", row.Rule)
		require.Equal(d, row, *got)
	}
	for id := range replay {
		_, err := d.store.Read(d.Context()).Duty("", id, store.DutySight{Case: d.by("auditor").Sight(), Whole: true})
		require.NoError(d, err, "the record knows a duty that is gone")
	}
}

func TestACorrectedDetectionAcrossAChangeOfLawSupersedesTheDuty(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		v := d.report()
		d.correct(v.ID, stated("may_spread"))
		first := d.one(v.ID, "T-law")
		require.Equal(d, "2026-07-01", first.RuleFrom)
		require.Equal(d, v.DetectedAt.Add(72*time.Hour), *first.DueAt)
		at := time.Date(2026, 6, 30, 16, 59, 59, 0, time.UTC) // 23:59:59 of the last day in Viet Nam
		d.correct(v.ID, api.IncidentPatch{DetectedAt: api.Set(at.Format(time.RFC3339))})
		list := d.of(v.ID, "T-law")
		require.Len(d, list, 2)
		now, was := list[0], list[1] // the oldest start first
		require.Equal(d, first.ID, was.ID)
		require.Equal(d, incident.DutyNotApplicable, was.Status)
		require.True(d, was.Superseded())
		require.Equal(d, now.ID, *was.SupersededByID)
		require.Nil(d, was.WatchAt)
		require.Equal(d, incident.DutyPending, now.Status)
		require.Equal(d, "2017-01-01", now.RuleFrom)
		require.Equal(d, "Luật thử Điều 1", now.Basis)
		require.Equal(d, at.Add(24*time.Hour), *now.DueAt)

		// What was done counts by the new clock: it is late for ever.
		h := d.ask(v.ID, d.agency(incident.RoleMilitary), incident.Notice)
		_, err := d.Acknowledge(d.ctx(), d.call("military", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		done := d.of(v.ID, "T-law")[0]
		require.Equal(d, incident.DutyFulfilled, done.Status)
		require.True(d, done.Late)
		d.correct(v.ID, api.IncidentPatch{DetectedAt: api.Set(v.DetectedAt.Format(time.RFC3339))})
		require.Len(d, d.of(v.ID, "T-law"), 2, "what was fulfilled is not opened again")
		require.True(d, d.of(v.ID, "T-law")[0].Late)
		d.replayed(v.ID)
	})
}

func TestTheSameCorrectionTwiceAddsNoFact(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		v := d.report()
		p := stated("may_spread", "control_lost", "service_disrupted")
		p.DetectedAt = api.Set("2026-06-01T00:00:00Z")
		p.Natures = api.Set([]string{"personal_data"})
		d.correct(v.ID, p)
		n := len(d.events(v.ID))
		d.correct(v.ID, p)
		require.Len(d, d.events(v.ID), n)
		d.replayed(v.ID)
	})
}

func TestAClaimedOwnerOwesAndLearnsNothingBeforeTriage(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		other := d.by("other").AgencyID
		v, err := d.Report(d.ctx(), d.call("reporter", ""), casework.NewReport{
			Title: "t", Description: "d", DetectedAt: d.at.Add(-time.Hour), DetectedPrecision: incident.PrecisionMinute, TLP: incident.TLPAmber,
			System: incident.System{Name: "s"}, OwnerAgencyID: &other,
		})
		require.NoError(d, err)
		d.correct(v.ID, stated("control_lost"))
		reporter := d.by("reporter").AgencyID
		first := d.one(v.ID, "T-owner")
		require.Equal(d, reporter, first.OwedByID, "who told of it stands in")
		page, err := d.ListObligations(d.ctx(), d.by("other"), casework.DutyFilter{Limit: 10, Now: d.at})
		require.NoError(d, err)
		require.Empty(d, page.Items)
		for _, x := range d.of(v.ID, "T-told") {
			if x.ToRole == "owner" {
				require.Nil(d, x.ToAgencyID)
			}
		}

		_, err = d.Triage(d.ctx(), d.call("officer", "*"), v.ID, incident.Triage{Category: "availability.ddos", Severity: incident.High})
		require.NoError(d, err)
		now := d.one(v.ID, "T-owner")
		require.Equal(d, other, now.OwedByID)
		require.Equal(d, first.ID, now.ID)
		require.Equal(d, first.DueAt, now.DueAt, "the clock runs on")
		page, err = d.ListObligations(d.ctx(), d.by("other"), casework.DutyFilter{Rule: "T-owner", Limit: 10, Now: d.at})
		require.NoError(d, err)
		require.Len(d, page.Items, 1)
		var assigned []store.Event
		for _, e := range d.events(v.ID) {
			ours := slices.ContainsFunc(append(d.of(v.ID, "T-owner"), d.of(v.ID, "T-told")...), func(x incident.Duty) bool { return x.ID == e.ObjectID })
			if e.Type == "obligation.assigned" && ours {
				assigned = append(assigned, e)
			}
		}
		require.Len(d, assigned, 2, "the owner owes one, and must be told of another")

		// The team may act for who has a part in the case.
		h := d.ask(v.ID, d.agency(incident.RolePolice), incident.Notice)
		_, err = d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-owner").Status)
		d.replayed(v.ID)
	})
}

func TestEachWayFulfilsWhatItIs(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		v := d.triaged()
		d.correct(v.ID, stated("control_lost", "service_disrupted"))
		told := d.of(v.ID, "T-told")
		require.Len(d, told, 2, "one for each who must be told")
		for _, x := range told {
			if x.ToRole == "team" {
				require.Equal(d, incident.DutyFulfilled, x.Status, "the reporter told the team by its report")
				require.Equal(d, v.ReportedAt, *x.FulfilledAt)
				require.False(d, x.Late)
			} else {
				require.Equal(d, incident.DutyPending, x.Status)
			}
		}
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-receipt").Status, "a report over the API is answered at once")

		require.Empty(d, d.of(v.ID, "T-help"))
		_, err := d.Respond(d.ctx(), d.call("officer", "*"), v.ID, "")
		require.NoError(d, err)
		_, err = d.NotifyNational(d.ctx(), d.call("lead", "*"), v.ID, "vượt khả năng", nil)
		require.NoError(d, err)
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-help").Status)
		_, err = d.StandDown(d.ctx(), d.call("lead", "*"), v.ID, "tự làm được")
		require.NoError(d, err)
		require.True(d, ptr(d.one(v.ID, "T-help")).Lapsed(), "the decision was taken back")
		_, err = d.NotifyNational(d.ctx(), d.call("lead", "*"), v.ID, "vượt khả năng", nil)
		require.NoError(d, err)
		list := d.of(v.ID, "T-help")
		require.Len(d, list, 2, "another decision starts another clock")
		reports, err := d.NationalReports(d.ctx(), d.by("lead"), v.ID)
		require.NoError(d, err)
		for _, r := range reports {
			if r.Status == incident.ReportCreated {
				_, err = d.SendNationalReport(d.ctx(), d.call("lead", ""), v.ID, r.ID, incident.Send{Channel: incident.ChannelDocument})
				require.NoError(d, err)
			}
		}
		done := d.of(v.ID, "T-help")[1]
		require.Equal(d, incident.DutyFulfilled, done.Status)
		require.NotNil(d, done.ReportID)
		d.replayed(v.ID)
	})
}

func ptr[T any](v T) *T { return &v }

func TestAReportByPhoneIsAnsweredByAMessage(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		v, err := d.Report(d.ctx(), d.call("reporter", ""), casework.NewReport{
			Title: "t", Description: "d", DetectedAt: d.at.Add(-time.Hour), DetectedPrecision: incident.PrecisionMinute, TLP: incident.TLPAmber,
			System: incident.System{Name: "s"}, Report: incident.Report{Channel: incident.ChannelPhone},
		})
		require.NoError(d, err)
		d.correct(v.ID, stated("service_disrupted"))
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-receipt").Status)
		_, err = d.SendMessage(d.ctx(), d.call("reporter", ""), v.ID, "Đã báo.")
		require.NoError(d, err)
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-receipt").Status, "their own message is no answer")
		_, err = d.SendMessage(d.ctx(), d.call("officer", ""), v.ID, "Đã nhận.")
		require.NoError(d, err)
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-receipt").Status)
		d.replayed(v.ID)
	})
}

func TestADutyKeepsTheFactsAndTheBookThatCalledForIt(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		v := d.report()
		d.correct(v.ID, stated("important_data_unrecoverable"))
		x := d.one(v.ID, "T-learned")
		require.Equal(d, d.shelf.Book().Version(), x.Book)
		require.Equal(d, "test", x.Pack)
		var because map[string]any
		require.NoError(d, json.Unmarshal([]byte(x.Because), &because))
		require.Equal(d, map[string]any{"important_data_unrecoverable": true}, because)
		require.Equal(d, d.at, x.StartedAt)

		// Another fact is learned later: this one stays learned when it was.
		d.correct(v.ID, stated("may_spread"))
		require.Equal(d, x, d.one(v.ID, "T-learned"))

		// The rule leaves the book, or asks for more: the duty stays as it is.
		for _, text := range []string{"", strings.Replace(testRules, "when: important_data_unrecoverable", "when: important_data_unrecoverable && level == 5", 1)} {
			if text == "" {
				d.shelf.Put(bookOf(d))
			} else {
				d.shelf.Put(bookOf(d, text))
			}
			d.correct(v.ID, api.IncidentPatch{Title: api.Set("tên " + text[:min(len(text), 3)])})
			require.Equal(d, x, d.one(v.ID, "T-learned"))
		}
		d.shelf.Put(bookOf(d, testRules))
		none := map[string]api.Patch[bool]{"important_data_unrecoverable": api.Set(false)}
		d.correct(v.ID, api.IncidentPatch{Facts: api.Set(none)})
		require.True(d, ptr(d.one(v.ID, "T-learned")).Lapsed())
		d.correct(v.ID, stated("important_data_unrecoverable"))
		again := d.one(v.ID, "T-learned")
		require.Equal(d, incident.DutyPending, again.Status)
		require.Equal(d, x.DueAt, again.DueAt, "with its old time")
		d.replayed(v.ID)
	})
}

func TestAViolationOfPersonalDataStartsWhenItWasFound(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		v := d.report()
		got := d.correct(v.ID, api.IncidentPatch{Natures: api.Set([]string{"personal_data"})})
		require.Equal(d, d.at, *got.ViolationFoundAt, "no time given: when the desk learned of it")
		require.Equal(d, d.at, d.one(v.ID, "T-found").StartedAt)
		found := v.DetectedAt.Add(-time.Hour)
		d.correct(v.ID, api.IncidentPatch{ViolationFoundAt: api.Set(found.Format(time.RFC3339))})
		list := d.of(v.ID, "T-found")
		require.Len(d, list, 2)
		require.Equal(d, found, list[0].StartedAt)
		require.True(d, list[1].Superseded())
		_, err := d.Correct(d.ctx(), d.call("lead", "*"), v.ID, api.IncidentPatch{ViolationFoundAt: api.Set(found.Format(time.RFC3339))})
		require.ErrorIs(d, err, fault.Invalid, "a correction of a clock needs a reason")
	})
}

func TestADutyThatStartsWithTheEndWaitsForIt(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		v := d.triaged()
		d.correct(v.ID, stated("owner_cannot_cope"))
		require.Empty(d, d.of(v.ID, "T-done"))
		_, err := d.Respond(d.ctx(), d.call("officer", "*"), v.ID, "")
		require.NoError(d, err)
		end := incident.Resolve{Reason: "fixed", Summary: "s", Prevention: "p", Handled: "self"}
		got, err := d.Resolve(d.ctx(), d.call("officer", "*"), v.ID, end)
		require.NoError(d, err)
		require.Equal(d, *got.ResolvedAt, d.one(v.ID, "T-done").StartedAt)
		_, err = d.Reopen(d.ctx(), d.call("lead", "*"), v.ID, "tái phát")
		require.NoError(d, err)
		require.True(d, ptr(d.one(v.ID, "T-done")).Lapsed())
		got, err = d.Resolve(d.ctx(), d.call("officer", "*"), v.ID, end)
		require.NoError(d, err)
		list := d.of(v.ID, "T-done")
		require.Len(d, list, 2)
		require.Equal(d, *got.ResolvedAt, list[1].StartedAt)
		d.replayed(v.ID)
	})
}

func TestEveryRuleIsExplainedToTheTeamAlone(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		v := d.triaged()
		d.correct(v.ID, stated("may_spread"))
		for _, who := range []string{"reporter", "leader", "admin", "other", "police"} {
			_, err := d.Explain(d.ctx(), d.by(who), v.ID)
			require.Error(d, err, who)
		}
		for _, who := range []string{"officer", "lead", "auditor"} {
			e, err := d.Explain(d.ctx(), d.by(who), v.ID)
			require.NoError(d, err, who)
			why := map[string]string{}
			for _, r := range e.Rules {
				if r.Rule == "T-law" {
					why[r.RuleFrom] = r.Why
					require.Equal(d, r.Holds, len(r.Duties) == 1)
				}
				require.NotEmpty(d, r.Detail.VI, r.Rule)
			}
			require.Equal(d, map[string]string{"2017-01-01": "not_in_force", "2026-07-01": "holds"}, why)
			require.Empty(d, e.Unruled)
		}
		d.shelf.Put(bookOf(d))
		e, err := d.Explain(d.ctx(), d.by("officer"), v.ID)
		require.NoError(d, err)
		require.Len(d, e.Unruled, 1, "its rule has left the book; the duty stands")
	})
}
