package casework_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// pass watches until nothing is left to do at now.
func (d *desk) pass(s *casework.Service, now time.Time) {
	d.Helper()
	for {
		more, err := s.Watch(d.ctx(), now)
		require.NoError(d, err)
		if !more {
			return
		}
	}
}

// another is another process on the same database, with the book.
func (d *desk) another(book *regulation.Book) *casework.Service {
	d.Helper()
	province, _ := regulation.Find("son-la")
	if book != nil {
		province.Rules = regulation.NewShelf(book)
	}
	return casework.New(d.store, province, slog.New(slog.DiscardHandler))
}

// reminders are the reminders in a chain, in order, about the duty.
func (d *desk) reminders(chain, dutyID string) []string {
	d.Helper()
	events, err := d.store.Read(d.ctx()).Timeline(store.TimelineQuery{IncidentID: chain})
	require.NoError(d, err)
	out := []string{}
	for _, e := range events {
		if e.ObjectID == dutyID && (e.Type == "obligation.due_soon" || e.Type == "obligation.overdue") {
			require.Equal(d, incident.DeskID, e.ActorID)
			out = append(out, e.Type)
		}
	}
	return out
}

func (d *desk) dutyOf(caseID, rule string) incident.Duty {
	d.Helper()
	list := d.all(caseID)
	i := slices.IndexFunc(list, func(x incident.Duty) bool { return x.Rule == rule && x.EndedBy != "superseded" })
	require.GreaterOrEqual(d, i, 0, rule)
	return list[i]
}

var both = []string{"obligation.due_soon", "obligation.overdue"}

func TestADutyIsSaidToBeDueSoonAndThenOverdueEachOnce(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report(incident.Cybercrime)
		duty := d.dutyOf(v.ID, tellPolice)
		d.pass(d.Service, duty.WarnAt.Add(-time.Microsecond))
		require.Empty(d, d.reminders(v.ID, duty.ID), "nothing before its moment")
		for range 2 {
			d.pass(d.Service, *duty.WarnAt)
			require.Equal(d, both[:1], d.reminders(v.ID, duty.ID))
		}
		for range 2 {
			d.pass(d.Service, duty.TargetAt.Add(time.Microsecond))
			require.Equal(d, both, d.reminders(v.ID, duty.ID))
		}
		after := d.dutyOf(v.ID, tellPolice)
		require.Nil(d, after.WatchAt, "there is nothing more to say")
		require.Equal(d, *duty.WarnAt, *after.WarnedAt)
		require.Equal(d, duty.TargetAt.Add(time.Microsecond), *after.OverdueAt)
		got, err := d.Get(d.ctx(), d.by("officer"), v.ID)
		require.NoError(d, err)
		require.Equal(d, v.Version, got.Version, "a clock that runs out changes nothing of the case: whoever works on it need not read it anew")
	})
}

func TestTheDeskIsNamedInTimelinesWhereNobodyActed(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report(incident.Cybercrime)
		d.pass(d.Service, d.at.AddDate(0, 0, 3))
		list, _, err := d.Timeline(d.ctx(), d.by("officer"), v.ID, 0, 200)
		require.NoError(d, err)
		i := slices.IndexFunc(list, func(e casework.Entry) bool { return e.Type == "obligation.overdue" })
		require.GreaterOrEqual(d, i, 0)
		require.Equal(d, "Hệ thống", list[i].ActorName)
		team := d.agency(incident.RoleTeam)
		history, _, err := directory.New(d.store, "son-la").History(d.ctx(), d.by("auditor"), team, 0, 200)
		require.NoError(d, err)
		j := slices.IndexFunc(history, func(e directory.Entry) bool { return e.Type == "obligation.opened" })
		require.GreaterOrEqual(d, j, 0)
		require.Equal(d, "Hệ thống", history[j].ActorName)
		require.Equal(d, team, history[j].AgencyID)
	})
}

func TestADeskThatStoodStillForDaysSaysBothInOrderAndOnce(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report(incident.Cybercrime)
		duty := d.dutyOf(v.ID, tellPolice)
		back := d.at.AddDate(0, 0, 9)
		for range 2 {
			d.pass(d.another(nil), back)
			require.Equal(d, both, d.reminders(v.ID, duty.ID))
		}
	})
}

func TestAClockThatIsSetBackTakesNothingBackAndSaysNothingTwice(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report(incident.Cybercrime)
		duty := d.dutyOf(v.ID, tellPolice)
		late := duty.TargetAt.Add(time.Hour)
		for _, at := range []time.Time{late, duty.StartedAt.Add(-48 * time.Hour), duty.WarnAt.Add(time.Second), late} {
			d.pass(d.Service, at)
			d.pass(d.another(nil), at)
		}
		require.Equal(d, both, d.reminders(v.ID, duty.ID))
		require.Equal(d, late, *d.dutyOf(v.ID, tellPolice).OverdueAt)
	})
}

func TestADutyThatWasFreedAndCameBackIsNotSaidToBeOverdueAgain(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report(incident.Cybercrime)
		duty := d.dutyOf(v.ID, tellPolice)
		natures := func(list ...string) {
			_, err := d.Correct(d.ctx(), d.call("officer", "*"), v.ID, api.IncidentPatch{Natures: api.Set(list)})
			require.NoError(d, err)
		}
		natures()
		d.pass(d.Service, d.at.AddDate(0, 0, 1))
		require.Empty(d, d.reminders(v.ID, duty.ID), "a duty that does not apply is not late")
		natures("cybercrime")
		d.pass(d.Service, d.at.AddDate(0, 0, 1))
		natures()
		natures("cybercrime")
		d.pass(d.Service, d.at.AddDate(0, 0, 2))
		require.Equal(d, both, d.reminders(v.ID, duty.ID))
	})
}

func TestWhatWasDoneInTimeIsNeverSaidToBeLate(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report(incident.Cybercrime)
		duty := d.dutyOf(v.ID, tellPolice)
		_, err := d.WaiveObligation(d.ctx(), d.call("lead", ""), "", duty.ID, "đã báo trực tiếp")
		require.NoError(d, err)
		d.pass(d.Service, d.at.AddDate(0, 0, 1))
		require.Empty(d, d.reminders(v.ID, duty.ID))
	})
}

// calendarBook is the rules in force with two duties of the calendar: what every owner does by
// 10 December, and every operator by the end of the month.
func calendarBook(t *testing.T) *regulation.Book {
	t.Helper()
	b, err := regulation.Load(regulation.Source{Name: "overlay.yaml", Text: []byte(`
id: test
kind: overlay
title: {vi: Thử, en: Test}
rules:
  - id: T-NAM
    instrument: Thử
    clause: Điều 1
    confidence: read
    from: "2020-01-01"
    title: {vi: Báo cáo năm, en: Yearly report}
    owed_by: owner
    told: [national_coordinator]
    clock: {start: calendar, unit: day_of_year, before: "12-11", opens: 30d, warn: 5d, basis: thử}
  - id: T-THANG
    instrument: Thử
    clause: Điều 2
    confidence: read
    from: "2020-01-01"
    title: {vi: Rà soát lỗ hổng hằng tháng, en: Monthly round}
    owed_by: operator
    told: []
    clock: {start: calendar, unit: month, opens: 10d, basis: thử}
`)})
	require.NoError(t, err)
	return b
}

// agencyDuties are the duties of the rule that belong to no case, by agency.
func (d *desk) agencyDuties(rule string) map[string][]incident.Duty {
	d.Helper()
	no := false
	list, err := d.store.Read(d.ctx()).Duties(store.DutyQuery{Sight: store.Everything, Rule: rule, OfCase: &no})
	require.NoError(d, err)
	out := map[string][]incident.Duty{}
	for _, x := range list {
		out[x.OwedByID] = append(out[x.OwedByID], x)
	}
	return out
}

func (d *desk) playing(role incident.AgencyRole, on string) []incident.Agency {
	d.Helper()
	list, err := d.store.Read(d.ctx()).AgencyByRole(role, on)
	require.NoError(d, err)
	require.NotEmpty(d, list)
	return list
}

func viet(year int, month time.Month, dayOf, hour int) time.Time {
	return time.Date(year, month, dayOf, hour, 0, 0, 0, regulation.Zone).UTC()
}

func TestADutyOfTheCalendarOpensOnceForEachAgencyThatPlaysTheRole(t *testing.T) {
	eachDesk(t, func(d *desk) {
		s := d.another(calendarBook(d.T))
		owners := d.playing(incident.RoleOwner, "2026-11-22")
		for range 2 {
			d.pass(s, d.at)
			d.pass(d.another(calendarBook(d.T)), d.at)
		}
		got := d.agencyDuties("T-NAM")
		require.Len(d, got, len(owners))
		for _, a := range owners {
			require.Len(d, got[a.ID], 1)
			x := got[a.ID][0]
			require.Nil(d, x.IncidentID)
			require.Equal(d, "2026", x.Occurrence)
			require.Equal(d, viet(2026, 12, 11, 0), x.DueAt.UTC(), "before 11/12 ends on 10/12 at 24:00")
			require.NotNil(d, x.ToAgencyID)
			events, err := d.store.Read(d.ctx()).Timeline(store.TimelineQuery{IncidentID: a.ID, Types: []string{"obligation.opened"}})
			require.NoError(d, err)
			require.NotEmpty(d, events, "in the agency's own chain")
		}
		require.Empty(d, d.agencyDuties("ND333-8.5.b"), "what opens next year does not open yet")
		owner := got[owners[0].ID][0]
		d.pass(s, viet(2026, 12, 6, 1))
		require.Equal(d, both[:1], d.reminders(owners[0].ID, owner.ID))
		d.pass(s, viet(2026, 12, 11, 1))
		require.Equal(d, both, d.reminders(owners[0].ID, owner.ID))
	})
}

func TestADeskThatStoodStillOpensWhatFellDueMeanwhileAndNothingOfBeforeItsFirstStart(t *testing.T) {
	eachDesk(t, func(d *desk) {
		book := calendarBook(d.T)
		d.pass(d.another(book), viet(2026, 12, 11, 0))
		require.Empty(d, d.agencyDuties("T-NAM"), "it was due before the desk first looked")
		d.pass(d.another(book), viet(2027, 3, 3, 8))
		for _, list := range d.agencyDuties("T-THANG") {
			var got []string
			for _, x := range list {
				got = append(got, x.Occurrence)
			}
			slices.Sort(got)
			require.Equal(d, []string{"2026-12", "2027-01", "2027-02"}, got)
			d.pass(d.another(book), viet(2027, 3, 3, 9))
			require.Equal(d, both, d.reminders(list[0].OwedByID, list[0].ID), "it is overdue, and said to be")
		}
		require.NotEmpty(d, d.agencyDuties("T-THANG"))
	})
}

// registry is the use cases of the registry, with a call of an administrator.
func (d *desk) registry() (*directory.Service, casework.Call) {
	d.Helper()
	return directory.New(d.store, "son-la"), d.call("admin", "*")
}

func (d *desk) newOwner(code, from string) *incident.Agency {
	d.Helper()
	reg, c := d.registry()
	a, err := reg.CreateAgency(d.ctx(), c, incident.Agency{Code: code, Name: "Sở " + code, Valid: incident.Span{From: "2020-01-01"}})
	require.NoError(d, err)
	reg, c = d.registry()
	a, err = reg.GiveRole(d.ctx(), c, a.ID, incident.AgencyRoleSpan{Role: incident.RoleOwner, Valid: incident.Span{From: from}, Basis: "QĐ"})
	require.NoError(d, err)
	return a
}

func TestAnAgencyThatGetsTheRoleLaterOwesWhatIsStillToComeDue(t *testing.T) {
	eachDesk(t, func(d *desk) {
		s := d.another(calendarBook(d.T))
		d.pass(s, d.at)
		now := d.newOwner("so-nay", "2020-01-01")
		d.pass(s, d.at)
		require.Len(d, d.agencyDuties("T-NAM")[now.ID], 1, "a change of the registry is seen at once, by the process that has looked already")
		late := d.newOwner("so-moi", "2026-12-01")
		never := d.newOwner("so-cuoi", "2026-12-11")
		d.pass(s, viet(2026, 11, 30, 23))
		require.Empty(d, d.agencyDuties("T-NAM")[late.ID], "it does not play the role yet")
		d.pass(s, viet(2026, 12, 1, 0))
		require.Len(d, d.agencyDuties("T-NAM")[late.ID], 1)
		d.pass(s, viet(2026, 12, 20, 1))
		require.Empty(d, d.agencyDuties("T-NAM")[never.ID], "it was due before")
	})
}

func TestTheDutyOfAnAgencyThatEndsGoesToItsSuccessorOrEnds(t *testing.T) {
	eachDesk(t, func(d *desk) {
		s := d.another(calendarBook(d.T))
		old, lone, heir := d.newOwner("so-cu", "2020-01-01"), d.newOwner("so-don", "2020-01-01"), d.newOwner("so-ke", "2026-12-01")
		d.pass(s, d.at)
		before := d.agencyDuties("T-NAM")[old.ID][0]
		reg, c := d.registry()
		_, err := reg.AddSuccessor(d.ctx(), c, old.ID, incident.AgencySuccessor{SuccessorID: heir.ID, On: "2026-12-01", Basis: "QĐ"})
		require.NoError(d, err)
		for _, a := range []*incident.Agency{old, lone} {
			reg, c := d.registry()
			_, err := reg.EndAgency(d.ctx(), c, a.ID, "2026-12-01", "QĐ")
			require.NoError(d, err)
		}
		for range 2 {
			d.pass(s, viet(2026, 12, 1, 1))
		}
		got := d.agencyDuties("T-NAM")
		require.Empty(d, got[old.ID])
		require.Len(d, got[heir.ID], 1, "its own and what it took over are one")
		after := got[heir.ID][0]
		require.Equal(d, before.ID, after.ID)
		require.Equal(d, before.DueAt, after.DueAt, "the clock runs on")
		for _, chain := range []string{old.ID, heir.ID} {
			events, err := d.store.Read(d.ctx()).Timeline(store.TimelineQuery{IncidentID: chain, Types: []string{"obligation.assigned"}})
			require.NoError(d, err)
			events = slices.DeleteFunc(events, func(e store.Event) bool { return e.ObjectID != after.ID })
			require.Len(d, events, 1, "both chains tell it")
		}
		require.Len(d, got[lone.ID], 1)
		require.Equal(d, incident.DutyNotApplicable, got[lone.ID][0].Status)
		require.NotEmpty(d, got[lone.ID][0].Reason)
	})
}

// Whatever races, each reminder is one event, and each duty of the calendar opens once.
func TestTwoProcessesThatWatchAtOnceSayAndOpenEverythingOnce(t *testing.T) {
	eachDesk(t, func(d *desk) {
		var cases []casework.CaseView
		for range 4 {
			cases = append(cases, d.report(incident.Cybercrime))
		}
		book := calendarBook(d.T)
		at := viet(2026, 12, 12, 9)
		_, err := d.store.CalendarLooked(d.ctx(), d.at)
		require.NoError(d, err)
		services := []*casework.Service{d.another(book), d.another(book)}
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				for range 3 {
					if _, err := services[i%2].Watch(d.ctx(), at); err != nil {
						if fault.Busy.In(err) || errors.Is(err, context.DeadlineExceeded) {
							continue
						}
						d.Errorf("watch: %v", err)
					}
				}
			})
		}
		all.Wait()
		d.pass(services[0], at)
		for _, v := range cases {
			require.Equal(d, both, d.reminders(v.ID, d.dutyOf(v.ID, tellPolice).ID))
		}
		owners := d.playing(incident.RoleOwner, "2026-12-12")
		got := d.agencyDuties("T-NAM")
		require.Len(d, got, len(owners))
		for id, list := range got {
			require.Len(d, list, 1)
			require.Equal(d, both, d.reminders(id, list[0].ID))
		}
	})
}

func TestTheDebtorsOwnPeopleFulfilADutyOfTheCalendarAndATeamLeadWaives(t *testing.T) {
	eachDesk(t, func(d *desk) {
		s := d.another(calendarBook(d.T))
		d.pass(s, d.at)
		reporter := d.by("reporter")
		mine := d.agencyDuties("T-THANG")[reporter.AgencyID]
		require.Len(d, mine, 1, "the reporter of the demo works for an operator")
		done := incident.Fulfil{At: d.at, Channel: incident.ChannelDocument, Document: incident.Document{Number: "12"}, Note: "đã rà soát"}
		_, err := s.FulfilObligation(d.ctx(), d.call("police", ""), "", mine[0].ID, done)
		require.ErrorIs(d, err, fault.NotFound, "who does not owe it does not see it")
		_, err = s.WaiveObligation(d.ctx(), d.call("officer", ""), "", mine[0].ID, "để sau")
		require.ErrorIs(d, err, fault.Forbidden, "the team enters what they did, and its lead alone frees them of it")
		_, err = s.FulfilObligation(d.ctx(), d.call("reporter", ""), d.report().ID, mine[0].ID, done)
		require.ErrorIs(d, err, fault.NotFound, "it lies in no case")
		got, err := s.FulfilObligation(d.ctx(), d.call("reporter", ""), "", mine[0].ID, done)
		require.NoError(d, err)
		require.Equal(d, incident.DutyFulfilled, got.Status)
		require.False(d, got.Late)
		_, err = s.FulfilObligation(d.ctx(), d.call("reporter", ""), "", mine[0].ID, done)
		require.ErrorIs(d, err, fault.Conflict)
		d.pass(s, viet(2026, 12, 5, 0))
		require.Empty(d, d.reminders(reporter.AgencyID, mine[0].ID))

		var owner incident.Duty
		for _, list := range d.agencyDuties("T-NAM") {
			owner = list[0]
		}
		_, err = s.WaiveObligation(d.ctx(), d.call("officer", ""), "", owner.ID, "vì sao")
		require.ErrorIs(d, err, fault.Forbidden)
		got, err = s.WaiveObligation(d.ctx(), d.call("lead", ""), "", owner.ID, "được miễn theo văn bản số 5")
		require.NoError(d, err)
		require.Equal(d, incident.DutyWaived, got.Status)
		events, err := d.store.Read(d.ctx()).Timeline(store.TimelineQuery{IncidentID: owner.OwedByID, Types: []string{"obligation.waived"}})
		require.NoError(d, err)
		require.Len(d, events, 1)
	})
}

func TestDutiesOfTheCalendarAreSeenByTheTeamByAuditorsAndByWhoOwesThem(t *testing.T) {
	eachDesk(t, func(d *desk) {
		s := d.another(calendarBook(d.T))
		d.pass(s, d.at)
		no := false
		all := 0
		for _, list := range d.agencyDuties("") {
			all += len(list)
		}
		for who, want := range map[string]int{"officer": all, "lead": all, "auditor": all, "admin": 0, "police": 0, "military": 0} {
			page, err := s.ListObligations(d.ctx(), d.by(who), casework.DutyFilter{OfCase: &no, Limit: 200, Now: d.at})
			require.NoError(d, err)
			require.Len(d, page.Items, want, who)
		}
		page, err := s.ListObligations(d.ctx(), d.by("reporter"), casework.DutyFilter{OfCase: &no, Limit: 200, Now: d.at})
		require.NoError(d, err)
		require.NotEmpty(d, page.Items)
		for _, x := range page.Items {
			require.Equal(d, d.by("reporter").AgencyID, x.OwedByID)
		}
	})
}

func TestAListByDueTimeHoldsEveryDutyOnceThoseWithoutATimeLast(t *testing.T) {
	eachDesk(t, func(d *desk) {
		s := d.another(calendarBook(d.T))
		d.report(incident.Cybercrime)
		d.triaged(incident.InformationConflict)
		d.pass(s, d.at)
		want, err := d.store.Read(d.ctx()).Duties(store.DutyQuery{Sight: store.Everything})
		require.NoError(d, err)
		var got []incident.Duty
		var after *store.Position
		for {
			page, err := s.ListObligations(d.ctx(), d.by("auditor"), casework.DutyFilter{ByDue: true, After: after, Limit: 3, Now: d.at})
			require.NoError(d, err)
			got = append(got, page.Items...)
			if after = page.Next; after == nil {
				break
			}
		}
		require.ElementsMatch(d, want, got)
		require.True(d, slices.IsSortedFunc(got, func(a, b incident.Duty) int {
			switch {
			case a.DueAt == nil || b.DueAt == nil:
				return map[[2]bool]int{{true, false}: 1, {false, true}: -1}[[2]bool{a.DueAt == nil, b.DueAt == nil}]
			}
			return a.DueAt.Compare(*b.DueAt)
		}))
	})
}

// A duty that no database takes holds up none beside it.
func TestADutyThatCannotBeWrittenHoldsUpNoOther(t *testing.T) {
	for name, cfg := range storetest.Databases(t) {
		t.Run(name, func(t *testing.T) {
			at := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
			st := storetest.Open(t, cfg)
			directorytest.Demo(t, st, at)
			d := &desk{t, nil, st, at}
			d.Service = d.another(calendarBook(t))
			d.pass(d.Service, at)
			driver, source := "pgx", cfg.DatabaseURL.Reveal()
			if source == "" {
				driver, source = "sqlite3", "file:"+filepath.Join(cfg.DataDir, "ungcuu.db")+"?_pragma=busy_timeout(5000)"
			}
			raw, err := sql.Open(driver, source)
			require.NoError(t, err)
			defer raw.Close()
			var first incident.Duty
			for _, list := range d.agencyDuties("T-NAM") {
				first = list[0]
			}
			poison := "CREATE TRIGGER poison BEFORE UPDATE ON duties WHEN new.id = '" + first.ID + "' BEGIN SELECT raise(ABORT, 'poison'); END"
			if driver == "pgx" {
				poison = "ALTER TABLE duties ADD CONSTRAINT poison CHECK (id <> '" + first.ID + "' OR warned_at IS NULL)"
			}
			_, err = raw.ExecContext(t.Context(), poison)
			require.NoError(t, err)
			_, err = d.Watch(t.Context(), viet(2026, 12, 11, 1))
			require.ErrorContains(t, err, first.ID, "which one it is stands in the log")
			said := 0
			for id, list := range d.agencyDuties("T-NAM") {
				if list[0].ID != first.ID {
					said++
					require.Equal(t, both, d.reminders(id, list[0].ID))
				}
			}
			require.NotZero(t, said)
		})
	}
}
