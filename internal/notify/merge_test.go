package notify

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

func TestAnEventIsToldEvenIfItsHandoverHasMovedMeanwhile(t *testing.T) {
	each(t, func(d *desk) {
		h := d.handover(incident.Coordination, incident.Khan)
		asked := d.event("requested", h, incident.Requested)
		target := d.newCase(func(*incident.Incident) {})
		d.write(func(tx *store.Tx) error {
			h.IncidentID = target.ID
			h.Version++
			require.NoError(d.t, tx.SaveHandover(&h, 1))
			return tx.KeepAddress(d.inc.ID, []string{h.ID})
		})
		moved := newID()
		d.publish("handover.moved", moved, api.EventData{
			IncidentID: target.ID, ObjectID: h.ID, To: string(h.Status), OtherIncidentID: d.inc.ID,
			Kind: string(h.Kind), FromAgencyID: h.FromAgencyID, ToAgencyID: h.ToAgencyID, AgencyID: d.team.ID,
		})
		d.mustPass()
		first, second := d.deliveries(asked), d.deliveries(moved)
		require.Len(d.t, first, 1)
		require.Contains(d.t, first[0].Subject, d.inc.Code)
		require.Len(d.t, second, 1, "the addressee learns under which code it goes on")
		require.Equal(d.t, "congan@sonla.example", second[0].Recipient)
		require.Contains(d.t, second[0].Body, "Hồ sơ "+d.inc.Code+" đã được gộp vào hồ sơ "+target.Code)
		require.Contains(d.t, second[0].Body, "merged into case "+target.Code)
	})
}
