package incident

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnOpenChannelDoesNotNameACaseForNamedPeople(t *testing.T) {
	l := Link{ID: "l", IncidentID: "a", ToID: "b", Kind: LinkRelated}
	for _, x := range []struct {
		here, there Incident
		names       bool
	}{
		{Incident{TLP: TLPAmber}, Incident{TLP: TLPAmberStrict}, true}, {Incident{TLP: TLPAmber}, Incident{TLP: TLPRed}, false},
		{Incident{TLP: TLPAmber}, Incident{Restricted: true}, false}, {Incident{TLP: TLPRed}, Incident{TLP: TLPRed}, true},
		{Incident{Restricted: true}, Incident{TLP: TLPRed}, true}, {Incident{TLP: TLPRed}, Incident{TLP: TLPClear}, true},
	} {
		x.here.ID, x.there.ID = "a", "b"
		_, names := l.Added(&x.here, &x.there).Thin["other_incident_id"]
		require.Equal(t, x.names, names, "%+v %+v", x.here.TLP, x.there.TLP)
	}
}

// Red takes the case from the sight of partners, amber+strict what is in it; whoever takes part
// still stands in the desk's own list, and an invitation that would open nothing is refused.
func TestALabelTakesSightFromOtherAgenciesOnly(t *testing.T) {
	c := &Case{Incident: &Incident{ReportingAgencyID: "rep", LeadAgencyID: "team", Status: Triaged}, Handovers: []Handover{
		{ToAgencyID: "police", Kind: Coordination, Status: Requested}, {ToAgencyID: "rep", Kind: Coordination, Status: Requested},
	}}
	of := func(tlp TLP) map[string]bool { // agency → narrowed
		c.TLP = tlp
		require.Len(t, c.TakingPart(), 3)
		out := map[string]bool{}
		for _, s := range c.Sights() {
			out[s.AgencyID] = s.Narrowed
		}
		return out
	}
	whole := map[string]bool{"rep": false, "team": false, "police": false}
	for _, tlp := range []TLP{TLPClear, TLPGreen, TLPAmber} {
		require.Equal(t, whole, of(tlp), tlp)
	}
	require.Equal(t, map[string]bool{"rep": false, "team": false, "police": true}, of(TLPAmberStrict))
	require.Equal(t, map[string]bool{"rep": false, "team": false}, of(TLPRed))
	require.Equal(t, map[string]bool{"rep": false, "team": false}, of("of no list"))
	_, err := c.Invite(Participant{AgencyID: "provider"}, "team", nil)
	require.ErrorContains(t, err, "TLP:RED")
	c.Restricted = true
	require.Equal(t, whole, of(TLPRed), "the people named are the recipients")
}
