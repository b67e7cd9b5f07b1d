package casework_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

func (d *desk) resolved(id string) {
	d.Helper()
	_, err := d.Respond(d.ctx(), d.call("officer", "*"), id, "")
	require.NoError(d, err)
	_, err = d.Resolve(d.ctx(), d.call("officer", "*"), id, incident.Resolve{Reason: "fixed", Summary: "s", Prevention: "p", Handled: "self"})
	require.NoError(d, err)
}

func (d *desk) natures(who, id string, list ...string) {
	d.Helper()
	_, err := d.Correct(d.ctx(), d.call(who, "*"), id, api.IncidentPatch{Natures: api.Set(list), Reason: "Xác minh lại"})
	require.NoError(d, err)
}

func (d *desk) closes(who, id string) error {
	_, err := d.Close(d.ctx(), d.call(who, "*"), id, "learned")
	return err
}

func TestWhoeverTakesAwayTheFactsOfADutyDoesNotClose(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime)
		d.natures("lead", v.ID)
		require.True(d, ptr(d.duty(v.ID)).Lapsed())
		require.Contains(d, d.reasonsOf("lead", v.ID, incident.MoveClose), "lapsed_by_closer", "told before anybody tries")
		require.NotContains(d, d.reasonsOf("lead2", v.ID, incident.MoveClose), "lapsed_by_closer")
		d.resolved(v.ID)
		d.settle("lead2", v.ID)

		err := d.closes("lead", v.ID)
		require.ErrorIs(d, err, fault.Conflict)
		require.ErrorContains(d, err, "lapsed_by_closer")
		f, _ := fault.As(err)
		for _, r := range f.Reasons {
			require.Equal(d, "lapsed_by_closer", r.Code)
			require.NotEmpty(d, r.Basis)
		}
		require.ErrorContains(d, d.closes("lead2", v.ID), "waived_by_closer", "the other one has waived")
	})
}

func TestAnHonestCorrectionKeepsNobodyElseFromClosing(t *testing.T) {
	eachDesk(t, func(d *desk) {
		for _, x := range []struct {
			name     string
			corrects []string // who takes the nature away, and each time before the last gives it back
			closes   string
			refused  bool
		}{
			{"an officer corrects, a lead closes", []string{"officer"}, "lead", false},
			{"a lead corrects, another closes", []string{"lead"}, "lead2", false},
			{"a lead corrects and closes", []string{"lead"}, "lead", true},
			{"a lead takes it back, and an officer finds the same", []string{"lead", "officer"}, "lead", false},
			{"an officer takes it back, and the lead finds the same", []string{"officer", "lead"}, "lead", true},
		} {
			v := d.triaged(incident.Cybercrime)
			for i, who := range x.corrects {
				if i > 0 {
					d.natures(x.corrects[i-1], v.ID, "cybercrime")
					require.NotContains(d, d.reasonsOf("lead", v.ID, incident.MoveClose), "lapsed_by_closer", "it applies again")
				}
				d.natures(who, v.ID)
			}
			d.resolved(v.ID)
			list, err := d.store.Read(d.ctx()).DutiesOf(v.ID)
			require.NoError(d, err)
			for _, o := range list {
				if o.Status == incident.DutyPending && o.BlocksClosure {
					c := d.call("officer", "")
					_, err := d.FulfilObligation(d.ctx(), c, v.ID, o.ID, incident.Fulfil{At: c.At, Channel: incident.ChannelDocument})
					require.NoError(d, err)
				}
			}
			if err := d.closes(x.closes, v.ID); x.refused {
				require.ErrorContains(d, err, "lapsed_by_closer", x.name)
			} else {
				require.NoError(d, err, x.name)
			}
		}
	})
}

func TestAMergeHidesNobodyWhoTookTheFactsOfADutyAway(t *testing.T) {
	eachDesk(t, func(d *desk) {
		into, v := d.triaged(), d.triaged(incident.Cybercrime)
		d.natures("lead", v.ID)
		d.merge(v.ID, into.ID)
		require.True(d, ptr(d.duty(into.ID)).Lapsed(), "it goes on there, as one that was waived does")
		require.Empty(d, d.duties(v.ID))
		require.Contains(d, d.reasonsOf("lead", into.ID, incident.MoveClose), "lapsed_by_closer")
		require.NotContains(d, d.reasonsOf("lead2", into.ID, incident.MoveClose), "lapsed_by_closer")

		// The target has the nature after all: the duty is its own, with a clock of its own.
		old := d.duty(into.ID)
		d.natures("officer", into.ID, "cybercrime")
		now := d.duty(into.ID)
		require.Equal(d, old.ID, now.ID)
		require.Equal(d, incident.DutyPending, now.Status)
		require.True(d, now.StartedAt.After(old.StartedAt))
		require.NotContains(d, d.reasonsOf("lead", into.ID, incident.MoveClose), "lapsed_by_closer")
		d.natures("officer", into.ID)
		require.True(d, ptr(d.duty(into.ID)).Lapsed(), "and ends with its facts")
	})
}

func TestADecisionTakenBackIsNotWhoTookItBackToCloseOver(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		v := d.triaged()
		_, err := d.NotifyNational(d.ctx(), d.call("lead", "*"), v.ID, "vượt khả năng", nil)
		require.NoError(d, err)
		_, err = d.StandDown(d.ctx(), d.call("lead2", "*"), v.ID, "tự làm được")
		require.NoError(d, err)
		require.True(d, ptr(d.one(v.ID, "T-help")).Lapsed())
		require.Contains(d, d.reasonsOf("lead2", v.ID, incident.MoveClose), "lapsed_by_closer")
		require.NotContains(d, d.reasonsOf("lead", v.ID, incident.MoveClose), "lapsed_by_closer")
	})
}
