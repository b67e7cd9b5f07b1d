package casework_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// laterRules has beside the others a rule that knows two versions, and counts from what was learned.
const laterRules = `
id: later
kind: overlay
title: {vi: Hai bản, en: Two versions}
rules:
  - id: T-two
    instrument: Luật cũ
    clause: Điều 1
    confidence: read
    to: 2026-12-01
    title: {vi: Báo trong 3 ngày, en: Report within 3 days}
    when: may_spread
    owed_by: team
    clock: {start: learned, unit: days, value: 3}
  - id: T-two
    instrument: Luật mới
    clause: Điều 1
    confidence: read
    from: 2026-12-01
    title: {vi: Báo trong 1 ngày, en: Report within a day}
    when: may_spread
    owed_by: team
    clock: {start: learned, unit: days, value: 1}
`

func (d *lawDesk) triage(id string) {
	d.Helper()
	_, err := d.Triage(d.ctx(), d.call("officer", "*"), id, incident.Triage{Category: "availability.ddos", Severity: incident.High})
	require.NoError(d, err)
}

// Its rules and the registry change afterwards, and a late answer comes in.
func TestAClosedCaseKeepsTheDutiesItWasClosedWith(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		v := d.responding()
		p := stated("control_lost", "may_spread")
		p.OwnerAgencyID = api.Set(d.newOwner("so-cu", "2020-01-01").ID)
		d.correct(v.ID, p)
		d.resolved(v.ID)
		d.settle("lead", v.ID)
		notice := d.ask(v.ID, d.agency(incident.RoleMilitary), incident.Notice)
		_, err := d.Close(d.ctx(), d.call("lead2", "*"), v.ID, "đã rút kinh nghiệm")
		require.NoError(d, err)
		was := d.all(v.ID)
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-owner").Status, "it blocks nothing")
		d.shelf.Put(bookOf(d, strings.ReplaceAll(testRules, "control_lost", "service_disrupted"), actRules, laterRules))
		reg, c := d.registry()
		_, err = reg.EndAgency(d.ctx(), c, p.OwnerAgencyID.Value, "2026-11-22", "QĐ")
		require.NoError(d, err)
		_, err = d.Acknowledge(d.ctx(), d.call("military", "*"), v.ID, notice.ID, "đã nhận")
		require.NoError(d, err)
		require.Equal(d, was, d.all(v.ID))
	})
}

func TestADutyToTellOneselfLapsesWhenTriageConfirmsTheOwner(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		police := d.agency(incident.RolePolice)
		owned := func() string {
			v := d.reportBy("reporter")
			p := stated("control_lost")
			p.OwnerAgencyID = api.Set(police)
			d.correct(v.ID, p)
			require.Equal(d, incident.DutyPending, d.one(v.ID, "T-owner").Status, "a claim is nobody's part yet")
			return v.ID
		}
		id := owned()
		d.triage(id)
		require.True(d, ptr(d.one(id, "T-owner")).Lapsed())
		d.replayed(id)

		// What came from another report stays with who owed it there.
		from, into := owned(), owned()
		d.merge(from, into)
		carried := d.one(into, "T-owner")
		require.NotNil(d, carried.CarriedFromID)
		d.triage(into)
		require.Equal(d, carried.OwedByID, d.one(into, "T-owner").OwedByID)
		require.Equal(d, incident.DutyPending, d.one(into, "T-owner").Status)
		d.replayed(into)
	})
}

// Nobody had triaged it, so that reopening changes no fact and no part.
func TestAReportThatWasMergedByMistakeOwesItsDutiesAgain(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		a, b := d.reportBy("reporter"), d.reportBy("reporter")
		for _, v := range []casework.CaseView{a, b} {
			d.correct(v.ID, stated("may_spread"))
		}
		owed := d.one(a.ID, "T-law")
		d.merge(a.ID, b.ID)
		require.True(d, ptr(d.one(a.ID, "T-law")).Joined())
		_, err := d.Reopen(d.ctx(), d.call("lead", "*"), a.ID, "không cùng vụ")
		require.NoError(d, err)
		now := d.one(a.ID, "T-law")
		require.Equal(d, incident.DutyPending, now.Status)
		require.Equal(d, owed.DueAt, now.DueAt)
		d.replayed(a.ID)
	})
}

func TestADutyKeepsTheLawOfTheDayOnWhichItsFactWasLearned(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		d.shelf.Put(bookOf(d, testRules, actRules, laterRules))
		v := d.triaged()
		d.correct(v.ID, stated("may_spread"))
		was := d.one(v.ID, "T-two")
		d.at = time.Date(2026, 12, 2, 3, 0, 0, 0, time.UTC)
		d.correct(v.ID, api.IncidentPatch{Severity: api.Set("low")})
		require.Equal(d, was, d.one(v.ID, "T-two"))
		d.replayed(v.ID)
	})
}

// Both owners have the same roles, so that the rules see no other fact.
func TestAnotherOwnerTakesTheDutyOverWithTheClockItHas(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		first, second := d.newOwner("so-mot", "2020-01-01"), d.newOwner("so-hai", "2020-01-01")
		v := d.triaged()
		p := stated("control_lost")
		p.OwnerAgencyID = api.Set(first.ID)
		d.correct(v.ID, p)
		was := d.one(v.ID, "T-owner")
		d.shelf.Put(bookOf(d, strings.Replace(testRules, "clock: {start: detected, unit: hours, value: 48}", "clock: {start: reported, unit: hours, value: 12}", 1), actRules))
		d.correct(v.ID, api.IncidentPatch{OwnerAgencyID: api.Set(second.ID)})
		now := d.one(v.ID, "T-owner")
		require.Equal(d, second.ID, now.OwedByID)
		require.Equal(d, was.ID, now.ID)
		require.Equal(d, was.DueAt, now.DueAt)
		d.replayed(v.ID)
	})
}

func TestAClockThatWasSetBackOpensWhatIsStillToComeDue(t *testing.T) {
	eachDesk(t, func(d *desk) {
		s := d.another(calendarBook(d.T))
		d.pass(s, viet(2027, 1, 5, 8))
		require.Empty(d, d.agencyDuties("T-NAM"))
		d.pass(s, d.at)
		require.NotEmpty(d, d.agencyDuties("T-NAM"), "it is due in December")
	})
}

func TestTwoAgenciesThatEndLeaveTheirSuccessorOneDutyOfWhatFellDueMeanwhile(t *testing.T) {
	eachDesk(t, func(d *desk) {
		s := d.another(calendarBook(d.T))
		d.pass(s, d.at)
		heir := d.newOwner("so-ke", "2026-12-12")
		for _, code := range []string{"so-mot", "so-hai"} {
			old := d.newOwner(code, "2020-01-01")
			reg, c := d.registry()
			_, err := reg.AddSuccessor(d.ctx(), c, old.ID, incident.AgencySuccessor{SuccessorID: heir.ID, On: "2026-12-12", Basis: "QĐ"})
			require.NoError(d, err)
			reg, c = d.registry()
			_, err = reg.EndAgency(d.ctx(), c, old.ID, "2026-12-12", "QĐ")
			require.NoError(d, err)
		}
		d.pass(s, viet(2026, 12, 15, 1))
		require.Len(d, d.agencyDuties("T-NAM")[heir.ID], 1)
	})
}

func TestNoAgencyOwesByTheCalendarWhatItWouldReportToItself(t *testing.T) {
	eachDesk(t, func(d *desk) {
		coordinator := d.agency(incident.RoleNationalCoordinator)
		reg, c := d.registry()
		_, err := reg.GiveRole(d.ctx(), c, coordinator, incident.AgencyRoleSpan{Role: incident.RoleOwner, Valid: incident.Span{From: "2020-01-01"}, Basis: "QĐ"})
		require.NoError(d, err)
		d.pass(d.another(calendarBook(d.T)), d.at)
		require.NotEmpty(d, d.agencyDuties("T-NAM"))
		require.Empty(d, d.agencyDuties("T-NAM")[coordinator])
	})
}

func TestOfTwoActsThatFulfilADutyTheFirstCounts(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		v := d.triaged()
		first := d.tell(v.ID, "military", incident.Notice)
		d.at = d.at.AddDate(0, 0, 5)
		d.tell(v.ID, "military", incident.Notice)
		d.correct(v.ID, stated("may_spread"))
		got := d.one(v.ID, "T-law")
		require.Equal(d, first.ID, *got.HandoverID)
		require.False(d, got.Late)
		d.replayed(v.ID)
	})
}

func TestNobodyActsForAnAgencyInARoleThatItHadGivenUpBefore(t *testing.T) {
	eachActDesk(t, func(d *lawDesk) {
		heir, police := d.newOwner("ca-moi", "2020-01-01"), d.agency(incident.RolePolice)
		reg, c := d.registry()
		_, err := reg.EndRole(d.ctx(), c, police, incident.RolePolice, "2026-11-01", "QĐ")
		require.NoError(d, err)
		reg, c = d.registry()
		_, err = reg.AddSuccessor(d.ctx(), c, police, incident.AgencySuccessor{SuccessorID: heir.ID, On: "2026-11-22", Basis: "QĐ"})
		require.NoError(d, err)
		reg, c = d.registry()
		_, err = reg.EndAgency(d.ctx(), c, police, "2026-11-22", "QĐ")
		require.NoError(d, err)
		v := d.triaged()
		d.correct(v.ID, stated("important_data_unrecoverable"))
		require.Nil(d, d.one(v.ID, "T-learned").ToAgencyID)
	})
}
