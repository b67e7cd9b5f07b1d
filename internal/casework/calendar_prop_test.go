package casework_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Whatever happens to roles, agencies and clocks, in whatever order: what an agency owed when its
// term ended it owes still, if it plays the role, each duty is there once, and each thing is said once.
func TestNoSequenceOfRolesLosesADutyOfTheCalendar(t *testing.T) {
	book := calendarBook(t)
	eachDesk(t, func(d *desk) {
		most, made, failed, lived, back := lives(5, 10, 40), 0, false, 0, 0
		rapid.Check(d.T, func(rt *rapid.T) {
			if made++; made > most && !failed {
				return
			}
			defer func() { failed = failed || rt.Failed() }()
			lived++
			d.at = viet(2026, 11, 22, 9) // a clock that is set back by weeks, for who was there before
			services := []*casework.Service{d.another(book), d.another(book)}
			code := "so-" + strconv.Itoa(lived)
			agencies := []*incident.Agency{d.newOwner(code+"-a", "2020-01-01"), d.newOwner(code+"-b", "2020-01-01"), d.newOwner(code+"-c", "2020-01-01")}
			reg, c := d.registry()
			_, err := reg.AddSuccessor(d.ctx(), c, agencies[0].ID, incident.AgencySuccessor{SuccessorID: agencies[1].ID, On: "2026-11-25", Basis: "QĐ"})
			require.NoError(rt, err)
			watch := func(at time.Time) {
				for {
					more, err := services[rapid.IntRange(0, 1).Draw(rt, "process")].Watch(d.ctx(), at)
					require.NoError(rt, err)
					if !more {
						return
					}
				}
			}
			watch(d.at)
			for range rapid.IntRange(2, 10).Draw(rt, "steps") {
				a := rapid.SampledFrom(agencies).Draw(rt, "agency")
				today := d.at.In(regulation.Zone).Format(time.DateOnly)
				switch rapid.IntRange(0, 4).Draw(rt, "step") {
				case 0, 1:
					reg, c := d.registry()
					_, _ = reg.EndRole(d.ctx(), c, a.ID, incident.RoleOwner, today, "QĐ")
				case 2:
					reg, c := d.registry()
					before := rapid.IntRange(0, 25).Draw(rt, "days before")
					from := d.at.AddDate(0, 0, -before).In(regulation.Zone).Format(time.DateOnly)
					_, _ = reg.GiveRole(d.ctx(), c, a.ID, incident.AgencyRoleSpan{Role: incident.RoleOwner, Valid: incident.Span{From: from}, Basis: "QĐ"})
				default:
					d.at = d.at.Add(time.Duration(rapid.IntRange(1, 240).Draw(rt, "hours")) * time.Hour)
				}
				skewed := d.at.Add(-time.Duration(rapid.IntRange(0, 48).Draw(rt, "set back")) * time.Hour)
				if rapid.Bool().Draw(rt, "skewed") {
					watch(skewed)
				}
				watch(d.at)
				d.whole(rt, agencies)
			}
			for _, a := range agencies {
				events, err := d.store.Read(d.ctx()).Timeline(store.TimelineQuery{IncidentID: a.ID, Types: []string{"obligation.resumed"}})
				require.NoError(rt, err)
				back += len(events)
			}
		})
		if min(made, most) >= 40 { // enough to say that it must have come
			require.NotZero(d, back, "no duty came back: the test tries too little")
		}
		d.Logf("%d lives, %d times a duty came back", lived, back)
	})
}

// whole checks the duties of the agencies for the year.
func (d *desk) whole(t *rapid.T, agencies []*incident.Agency) {
	all, err := d.store.Read(d.ctx()).Agencies()
	require.NoError(t, err)
	today := d.at.In(regulation.Zone).Format(time.DateOnly)
	duties := d.agencyDuties("T-NAM")
	for _, known := range agencies {
		a := incident.AgencyOf(all, known.ID)
		var its []incident.Duty
		for _, x := range duties[a.ID] {
			if x.Occurrence == "2026" {
				its = append(its, x)
			}
		}
		require.LessOrEqual(t, len(its), 1, "%s owes it twice", a.Code)
		plays := a.HasRole(incident.RoleOwner, today)
		for _, x := range its {
			last := today
			if !x.DueAt.After(d.at) {
				last = x.DueAt.Add(-time.Microsecond).In(regulation.Zone).Format(time.DateOnly)
			}
			switch {
			case !plays:
				require.Equal(t, incident.DutyNotApplicable, x.Status, "%s plays the role no longer", a.Code)
			case a.HasRole(incident.RoleOwner, last):
				require.Equal(t, incident.DutyPending, x.Status, "%s plays the role, and did on the last day", a.Code)
			}
			overdue := x.Status == incident.DutyPending && x.DueAt.Before(d.at)
			require.False(t, overdue && x.OverdueAt == nil, "%s is overdue and nobody said so", a.Code)
			said := d.reminders(a.ID, x.ID)
			require.LessOrEqual(t, len(said), 2)
			require.False(t, len(said) == 2 && said[0] == said[1])
		}
		if plays && len(its) == 0 && today < "2026-12-11" {
			t.Fatalf("%s plays the role before the day, and owes nothing", a.Code)
		}
	}
}
