package casework_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
)

func (d *desk) reasonsOf(user, id string, name incident.MoveName) []string {
	d.Helper()
	moves, err := d.Moves(d.ctx(), d.by(user), id)
	require.NoError(d, err)
	var codes []string
	for _, m := range moves {
		if m.Move == name {
			for _, r := range m.Reasons {
				codes = append(codes, r.Code)
			}
		}
	}
	return codes
}

func TestWhatTheClosingStillLacksIsToldFromTheFirstDayOnToTheTeamAlone(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime)
		lead := d.reasonsOf("lead", v.ID, incident.MoveClose)
		require.Equal(d, "wrong_status", lead[0])
		require.Contains(d, lead, "obligation_pending")
		require.Contains(d, lead, "resolution_missing")
		officer := d.reasonsOf("officer", v.ID, incident.MoveClose)
		require.Equal(d, "role_missing", officer[0])
		require.Contains(d, officer, "obligation_pending")
		for _, other := range []string{"reporter", "auditor", "leader"} {
			require.Len(d, d.reasonsOf(other, v.ID, incident.MoveClose), 1, other)
		}
	})
}
