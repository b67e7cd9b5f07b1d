package casework_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

func (d *desk) endRole(a *incident.Agency, role incident.AgencyRole, on string) {
	d.Helper()
	reg, c := d.registry()
	_, err := reg.EndRole(d.ctx(), c, a.ID, role, on, "QĐ")
	require.NoError(d, err)
}

func (d *desk) giveRole(a *incident.Agency, role incident.AgencyRole, from string) {
	d.Helper()
	reg, c := d.registry()
	_, err := reg.GiveRole(d.ctx(), c, a.ID, incident.AgencyRoleSpan{Role: role, Valid: incident.Span{From: from}, Basis: "QĐ"})
	require.NoError(d, err)
}

func (d *desk) yearly(a *incident.Agency) incident.Duty {
	d.Helper()
	list := d.agencyDuties("T-NAM")[a.ID]
	require.Len(d, list, 1)
	return list[0]
}

// Its term ran all the while: it is overdue, and is said to be, once.
func TestADutyOfARoleThatWasEndedByMistakeComesBackAlsoAfterItsDay(t *testing.T) {
	eachDesk(t, func(d *desk) {
		s := d.another(calendarBook(d.T))
		mistaken, later := d.newOwner("so-nham", "2020-01-01"), d.newOwner("so-sau", "2020-01-01")
		d.pass(s, d.at)
		was := d.yearly(mistaken)
		for _, a := range []*incident.Agency{mistaken, later} {
			d.endRole(a, incident.RoleOwner, "2026-12-01")
		}
		d.pass(s, viet(2026, 12, 15, 8))
		require.Equal(d, incident.EndedByRole, d.yearly(mistaken).EndedBy)
		d.giveRole(mistaken, incident.RoleOwner, "2026-12-01")
		d.giveRole(later, incident.RoleOwner, "2026-12-15")
		for hour := range 3 {
			d.pass(s, viet(2026, 12, 15, 9+hour))
			d.pass(d.another(calendarBook(d.T)), viet(2026, 12, 15, 9+hour))
		}
		back := d.yearly(mistaken)
		require.Equal(d, was.ID, back.ID)
		require.Equal(d, incident.DutyPending, back.Status)
		require.Equal(d, was.DueAt, back.DueAt, "with its old time")
		require.NotNil(d, back.OverdueAt)
		require.Equal(d, both, d.reminders(mistaken.ID, back.ID))
		require.Equal(d, incident.DutyNotApplicable, d.yearly(later).Status, "on the last day it did not play the role")

		d.endRole(mistaken, incident.RoleOwner, "2026-12-15")
		d.pass(s, viet(2026, 12, 16, 9))
		d.giveRole(mistaken, incident.RoleOwner, "2026-12-16")
		d.pass(s, viet(2026, 12, 16, 10))
		require.Equal(d, incident.DutyPending, d.yearly(mistaken).Status)
		require.Equal(d, both, d.reminders(mistaken.ID, back.ID), "what was said is not said again")
	})
}

// A role that one agency plays at a time goes away and comes back; another had it on the day.
func TestADutyThatGoesBackToWhoOwedItBeforeIsNotLost(t *testing.T) {
	book, err := regulation.Load(regulation.Source{Name: "overlay.yaml", Text: []byte(`
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
    owed_by: leadership
    told: []
    clock: {start: calendar, unit: day_of_year, before: "12-11", opens: 30d, warn: 5d, basis: thử}
`)})
	require.NoError(t, err)
	eachDesk(t, func(d *desk) {
		s := d.another(book)
		first, second := &d.playing(incident.RoleLeadership, "2026-11-22")[0], d.newOwner("uy-ban", "2020-01-01")
		d.pass(s, d.at)
		d.endRole(first, incident.RoleLeadership, "2026-12-01")
		d.pass(s, viet(2026, 12, 1, 8))
		require.Equal(d, incident.EndedByRole, d.yearly(first).EndedBy, "nobody has taken over")
		d.giveRole(second, incident.RoleLeadership, "2026-12-02")
		d.pass(s, viet(2026, 12, 2, 8))
		d.endRole(second, incident.RoleLeadership, "2026-12-15")
		d.giveRole(first, incident.RoleLeadership, "2026-12-15")
		for hour := range 3 {
			d.pass(s, viet(2026, 12, 15, 8+hour))
		}
		require.Equal(d, incident.EndedByRole, d.yearly(second).EndedBy)
		require.Equal(d, incident.DutyPending, d.yearly(first).Status)
		require.Equal(d, both, d.reminders(first.ID, d.yearly(first).ID))
	})
}
