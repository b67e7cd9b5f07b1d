package policy

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

func TestWhatIsNotListedIsDenied(t *testing.T) {
	everyone := Actor{Roles: Roles, AgencyID: "a"}
	require.ErrorIs(t, Check(everyone, "no_such_action", Object{}), fault.Forbidden)
	for act := range table {
		require.ErrorIs(t, Check(Actor{AgencyID: "a"}, act, Object{}), fault.Forbidden, "no role, %s", act)
	}
}

func TestEveryMoveOfTheLifecycleStandsInTheTable(t *testing.T) {
	for _, m := range incident.Moves {
		require.Contains(t, table, Of(m.Name))
	}
}

func TestNobodyActsOnBothSidesOfAHandover(t *testing.T) {
	h := &incident.Handover{FromAgencyID: "team", ToAgencyID: "police"}
	o := Object{Incident: &incident.Incident{LeadAgencyID: "team"}, Handover: h}
	team := Actor{AgencyID: "team", Roles: []Role{Officer, Lead}}
	police := Actor{AgencyID: "police", Roles: []Role{Liaison}}
	require.False(t, Allows(team, AnswerHandover, o))
	require.True(t, Allows(team, EndOwnRequest, o))
	require.True(t, Allows(police, AnswerHandover, o))
	require.False(t, Allows(police, EndOwnRequest, o))
	require.False(t, Allows(team, Contest, o), "the team cannot contest what it recorded")
}

func TestALiaisonWorksOnACaseOnlyWhileItsAgencyLeads(t *testing.T) {
	police := Actor{AgencyID: "police", Roles: []Role{Liaison}}
	for act, want := range map[Action]bool{
		Of(incident.MoveRespond): true, Of(incident.MoveEscalate): true, Of(incident.MoveResolve): true,
		Of(incident.MoveTriage): false, Of(incident.MoveClose): false, Of(incident.MoveReject): false,
	} {
		lead := Object{Incident: &incident.Incident{LeadAgencyID: "police"}}
		other := Object{Incident: &incident.Incident{LeadAgencyID: "team"}}
		require.Equal(t, want, Allows(police, act, lead), "%s while leading", act)
		require.False(t, Allows(police, act, other), "%s while not leading", act)
	}
}

func TestWhoSeesWhichPart(t *testing.T) {
	inc := &incident.Incident{ReportingAgencyID: "rep"}
	actor := func(agency string, r ...Role) Actor { return Actor{AgencyID: agency, Roles: r} }
	for _, x := range []struct {
		name                  string
		a                     Actor
		asReporter, asPartner bool
		has, hasNot           []Part
	}{
		{"stranger", actor("x", Reporter), false, false, nil, []Part{Core}},
		{"reporter", actor("rep", Reporter), true, false, []Part{Core, Description, Contact, Severity, Shared}, []Part{Assessment, Material}},
		{"operator", actor("op", Reporter), true, false, []Part{Core, Description}, []Part{Contact, Assessment}},
		{"partner", actor("police", Liaison), false, true, []Part{Core, Description, Contact, Assessment, Shared}, []Part{Material}},
		{"team", actor("team", Officer), false, false, []Part{Core, Material, Assessment, Contact}, nil},
		{"leader", actor("ubnd", Leader), false, false, []Part{Core, Severity, Assessment, Moves}, []Part{Description, Contact, Shared, Material}},
		{"auditor", actor("tt", Auditor), false, false, []Part{Core, Description, Contact, Material}, nil},
		{"administrator", actor("team", Admin), false, true, nil, []Part{Core}},
	} {
		p := PartsOf(x.a, inc, x.asReporter, x.asPartner)
		for _, part := range x.has {
			require.True(t, p.Has(part), "%s should see part %d", x.name, part)
		}
		for _, part := range x.hasNot {
			require.False(t, p.Has(part), "%s should not see part %d", x.name, part)
		}
	}
	inc.Confidential = true
	require.False(t, PartsOf(actor("police", Liaison), inc, false, true).Has(Contact), "a confidential reporter stays unnamed")
}

func TestACutEventTellsNothingOfOtherParts(t *testing.T) {
	reporter := PartsOf(Actor{AgencyID: "rep", Roles: []Role{Reporter}}, &incident.Incident{ReportingAgencyID: "rep"}, true, false)
	got := CutEvent(reporter, "incident", "incident.triaged", map[string]any{
		"from": "reported", "to": "triaged", "severity": "high", "category": "availability.ddos",
		"natures": []any{"cybercrime"}, "note": "nội bộ", "assignee_id": "x", "facts": map[string]any{},
	})
	require.Equal(t, map[string]any{"from": "reported", "to": "triaged", "severity": "high"}, got)
	got = CutEvent(reporter, "incident", "incident.corrected", map[string]any{
		"changed_from": map[string]any{"natures": nil}, "changed_to": map[string]any{"natures": []any{"cybercrime"}, "title": "t"},
	})
	require.Equal(t, map[string]any{"changed_to": map[string]any{"title": "t"}}, got)
	leader := PartsOf(Actor{AgencyID: "ubnd", Roles: []Role{Leader}}, &incident.Incident{}, false, false)
	got = CutEvent(leader, "incident", "incident.escalated", map[string]any{"from": "triaged", "to": "escalated", "reason": "chữ"})
	require.Equal(t, map[string]any{"from": "triaged", "to": "escalated"}, got)
}
