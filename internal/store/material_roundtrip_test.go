package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestWorkingMaterialComesBackAsItWasSaved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, nil)
		ids := func() map[string]string {
			return map[string]string{
				"ID": newID(), "IncidentID": inc.ID, "AgencyID": d.team, "AuthorID": d.officer, "AssigneeID": d.lead, "AssigneeAgencyID": d.team,
				"RetractedByID": d.lead, "InvitedByID": d.lead, "EndedByID": d.officer,
			}
		}
		sight := store.MaterialSight{Case: all, Whole: true}
		task := filled[incident.Task](t, ids())
		seen := filled[incident.Observable](t, ids())
		said := filled[incident.Message](t, ids())
		consent := filled[incident.Consent](t, ids())
		invited := &incident.Participant{ID: newID(), IncidentID: inc.ID, AgencyID: d.ministry, Reason: "vì", Consents: []incident.Consent{*consent}, InvitedByID: d.lead, InvitedAt: t0}
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.CreateTasks([]incident.Task{*task}))
			require.NoError(t, tx.CreateObservables([]incident.Observable{*seen}))
			require.NoError(t, tx.CreateMessage(said, inc.ReportingAgencyID))
			return tx.CreateParticipant(invited)
		})
		compare := func() {
			gotTask, err := read(st).Task(inc.ID, task.ID, sight)
			require.NoError(t, err)
			require.Equal(t, task, gotTask)
			gotSeen, err := read(st).Observable(inc.ID, seen.ID, sight)
			require.NoError(t, err)
			require.Equal(t, seen, gotSeen)
			gotSaid, err := read(st).Message(inc.ID, said.ID)
			require.NoError(t, err)
			require.Equal(t, said, gotSaid)
			gotInvited, err := read(st).ParticipantsOf(inc.ID)
			require.NoError(t, err)
			require.Equal(t, []incident.Participant{*invited}, gotInvited)
		}
		compare()

		emptied := incident.Task{
			ID: task.ID, IncidentID: inc.ID, Version: task.Version + 1, AuthorID: d.officer, AgencyID: d.team, CreatedAt: t0, UpdatedAt: t0,
		}
		old := task.Version
		task = &emptied
		invited.EndedAt, invited.EndedByID, invited.EndReason = to(at(5)), to(d.officer), "xong"
		seen.RetractReason, seen.RetractedAt = "nhầm", to(at(6))
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.SaveTask(task, old))
			require.NoError(t, tx.RetractObservable(seen))
			return tx.EndParticipant(invited)
		})
		compare()
		write(t, st, func(tx *store.Tx) error {
			require.ErrorIs(t, tx.SaveTask(task, old), fault.Stale)
			return nil
		})
	})
}
