package casework_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

func (d *desk) reopens(who, caseID, id string) (incident.Duty, error) {
	return d.ReopenObligation(d.ctx(), d.call(who, ""), caseID, id, "Ghi nhầm hồ sơ")
}

func TestWhatWasEnteredByHandOrWaivedIsTakenBackByALeadWithItsOldClock(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		v := d.triaged()
		d.correct(v.ID, stated("may_spread"))
		was := d.one(v.ID, "T-law")
		for _, enter := range []func() (incident.Duty, error){
			func() (incident.Duty, error) {
				c := d.call("officer", "")
				return d.FulfilObligation(d.ctx(), c, v.ID, was.ID, incident.Fulfil{
					At: c.At, Channel: incident.ChannelDocument, Document: incident.Document{Number: "12", Symbol: "CV"}, Note: "đã gửi"})
			},
			func() (incident.Duty, error) {
				return d.WaiveObligation(d.ctx(), d.call("lead", ""), v.ID, was.ID, "được miễn")
			},
		} {
			entered, err := enter()
			require.NoError(d, err)
			_, err = d.reopens("officer", v.ID, was.ID)
			require.ErrorIs(d, err, fault.Forbidden)
			_, err = d.ReopenObligation(d.ctx(), d.call("lead", ""), v.ID, was.ID, " ")
			require.ErrorIs(d, err, fault.Invalid, "not without a reason")
			require.Equal(d, entered, d.one(v.ID, "T-law"))

			got, err := d.reopens("lead", "", was.ID)
			require.NoError(d, err)
			now := d.one(v.ID, "T-law")
			require.Equal(d, now, got)
			now.UpdatedAt = was.UpdatedAt
			require.Equal(d, was, now, "as if nobody had entered anything")
			d.replayed(v.ID)

			_, err = d.reopens("lead", v.ID, was.ID)
			require.ErrorContains(d, err, "already_pending")
		}
		var told []string
		for _, e := range d.events(v.ID) {
			if e.ObjectID == was.ID {
				told = append(told, e.Type)
			}
		}
		require.Equal(d, []string{"obligation.opened", "obligation.fulfilled", "obligation.reopened", "obligation.waived", "obligation.reopened"}, told)
		require.NotContains(d, d.reasonsOf("lead", v.ID, incident.MoveClose), "waived_by_closer")
		require.Contains(d, d.reasonsOf("lead", v.ID, incident.MoveClose), "obligation_pending")
	})
}

func TestADutyTakenBackAfterItsTimeIsOverdueAtOnceAndToldOnce(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report(incident.Cybercrime)
		duty := d.dutyOf(v.ID, tellPolice)
		fulfil := func() {
			c := d.call("officer", "")
			got, err := d.FulfilObligation(d.ctx(), c, v.ID, duty.ID, incident.Fulfil{At: c.At, Channel: incident.ChannelPhone})
			require.NoError(d, err)
			require.Equal(d, got.FulfilledAt.After(*got.Limit()), got.Late)
		}
		fulfil()
		d.at = d.at.AddDate(0, 0, 2)
		d.pass(d.Service, d.at)
		require.Empty(d, d.reminders(v.ID, duty.ID))
		for range 2 {
			got, err := d.reopens("lead", v.ID, duty.ID)
			require.NoError(d, err)
			require.True(d, got.Overdue(d.at))
			require.False(d, got.Late)
			d.pass(d.Service, d.at)
			d.pass(d.Service, d.at.AddDate(0, 0, 1))
			require.Equal(d, both, d.reminders(v.ID, duty.ID))
			fulfil()
		}
		require.True(d, ptr(d.dutyOf(v.ID, tellPolice)).Late, "done now, after its time")
	})
}

func TestWhatAHandoverAReportOrTheReportItselfFulfilledIsNotTakenBack(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		v := d.triaged()
		d.correct(v.ID, stated("may_spread", "control_lost"))
		h := d.ask(v.ID, d.agency(incident.RoleMilitary), incident.Coordination)
		_, err := d.Acknowledge(d.ctx(), d.call("military", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		_, err = d.NotifyNational(d.ctx(), d.call("lead", "*"), v.ID, "vượt khả năng", nil)
		require.NoError(d, err)
		reports, err := d.NationalReports(d.ctx(), d.by("lead"), v.ID)
		require.NoError(d, err)
		_, err = d.SendNationalReport(d.ctx(), d.call("lead", ""), v.ID, reports[0].ID, incident.Send{Channel: incident.ChannelDocument})
		require.NoError(d, err)

		for rule, code := range map[string]string{
			"T-law": "fulfilled_by_handover", "T-help": "fulfilled_by_report", "T-told": "fulfilled_by_incident", "T-owner": "already_pending",
		} {
			for _, x := range d.of(v.ID, rule) {
				if rule == "T-told" && x.ToRole != string(incident.RoleTeam) {
					continue
				}
				_, err := d.reopens("lead", v.ID, x.ID)
				require.ErrorIs(d, err, fault.Conflict, rule)
				require.ErrorContains(d, err, code)
				f, _ := fault.As(err)
				require.Equal(d, x.Basis, f.Reasons[0].Basis)
				if rule == "T-law" {
					require.Contains(d, f.Reasons[0].Text.VI, incident.Coordination.VI(), "it says what did it")
				}
			}
		}
		d.correct(v.ID, api.IncidentPatch{Facts: api.Set(map[string]api.Patch[bool]{"control_lost": api.Set(false)})})
		_, err = d.reopens("lead", v.ID, d.one(v.ID, "T-owner").ID)
		require.ErrorContains(d, err, "not_applicable")
		d.replayed(v.ID)
	})
}

func TestADutyTakenBackIsFulfilledAtOnceByWhatIsThere(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		v := d.triaged()
		d.correct(v.ID, stated("may_spread"))
		x := d.one(v.ID, "T-law")
		c := d.call("officer", "")
		_, err := d.FulfilObligation(d.ctx(), c, v.ID, x.ID, incident.Fulfil{At: c.At, Channel: incident.ChannelPhone, Note: "nhầm"})
		require.NoError(d, err)
		h := d.ask(v.ID, d.agency(incident.RoleMilitary), incident.Coordination)
		_, err = d.Acknowledge(d.ctx(), d.call("military", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		require.Nil(d, d.one(v.ID, "T-law").HandoverID)

		got, err := d.reopens("lead", v.ID, x.ID)
		require.NoError(d, err)
		require.Equal(d, incident.DutyFulfilled, got.Status, "the answer says what followed")
		require.Equal(d, h.ID, *got.HandoverID)
		require.Empty(d, got.Reason)
		require.Equal(d, d.one(v.ID, "T-law"), got)
		d.replayed(v.ID)
	})
}

func TestADutyIsTakenBackOnlyWhereItsCaseIsOpen(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		ends := map[incident.Status]func(id string){
			incident.Closed: func(id string) {
				d.desk.resolved(id)
				d.settle("lead2", id)
				require.NoError(d, d.closes("lead", id))
			},
			incident.Rejected: func(id string) {
				_, err := d.Reject(d.ctx(), d.call("lead", "*"), id, "other", "n")
				require.NoError(d, err)
			},
			incident.Merged: func(id string) {
				into := d.triaged()
				d.correct(into.ID, stated("may_spread"))
				d.merge(id, into.ID)
			},
		}
		for status, end := range ends {
			v := d.triaged()
			d.correct(v.ID, stated("may_spread"))
			x := d.one(v.ID, "T-law")
			c := d.call("officer", "")
			_, err := d.FulfilObligation(d.ctx(), c, v.ID, x.ID, incident.Fulfil{At: c.At, Channel: incident.ChannelPhone})
			require.NoError(d, err)
			end(v.ID)
			before := d.one(v.ID, "T-law")
			_, err = d.reopens("lead", v.ID, x.ID)
			require.ErrorContains(d, err, "not_open", status)
			require.Equal(d, before, d.one(v.ID, "T-law"))
			if status == incident.Merged {
				continue // it goes on in the target
			}
			_, err = d.Reopen(d.ctx(), d.call("lead", "*"), v.ID, "có sai sót")
			require.NoError(d, err)
			got, err := d.reopens("lead", v.ID, x.ID)
			require.NoError(d, err)
			require.Equal(d, incident.DutyPending, got.Status)
		}
	})
}

func TestADutyOfTheCalendarIsTakenBackInItsAgencysChain(t *testing.T) {
	eachDesk(t, func(d *desk) {
		s := d.another(calendarBook(d.T))
		d.pass(s, d.at)
		reporter := d.by("reporter").AgencyID
		was := d.agencyDuties("T-THANG")[reporter][0]
		reopen := func(who string) (incident.Duty, error) {
			return s.ReopenObligation(d.ctx(), d.call(who, ""), "", was.ID, "Nhầm kỳ báo cáo")
		}
		_, err := reopen("lead")
		require.ErrorContains(d, err, "already_pending")
		_, err = s.FulfilObligation(d.ctx(), d.call("reporter", ""), "", was.ID, incident.Fulfil{At: d.at, Channel: incident.ChannelDocument, Note: "n"})
		require.NoError(d, err)
		_, err = reopen("reporter")
		require.ErrorIs(d, err, fault.Forbidden, "who entered it asks a team lead")
		got, err := reopen("lead")
		require.NoError(d, err)
		got.UpdatedAt = was.UpdatedAt
		require.Equal(d, was, got)
		events, err := d.store.Read(d.ctx()).Timeline(store.TimelineQuery{IncidentID: reporter, Types: []string{"obligation.reopened"}})
		require.NoError(d, err)
		require.Len(d, events, 1)
		require.Contains(d, events[0].Body, "Nhầm kỳ báo cáo")
		d.pass(s, viet(2026, time.December, 5, 0))
		require.Equal(d, both, d.reminders(reporter, was.ID))
	})
}
