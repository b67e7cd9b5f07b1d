package policy

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// What each column keeps of a case under each label; the words are those of the table in
// internal/README.md.
func TestALabelNarrowsTheColumnsAndWidensNone(t *testing.T) {
	const (
		whole    = "whole"
		standing = "standing"
		nothing  = "nothing"
	)
	actor := func(agency string, r Role) Actor { return Actor{AgencyID: agency, Roles: []Role{r}} }
	for _, x := range []struct {
		who                                string
		a                                  Actor
		reporter, partner                  bool
		clear, green, amber, strict, red   string
		restrictedStrict, restrictedAndRed string
	}{
		{"the reporting agency", actor("rep", Reporter), true, false, whole, whole, whole, whole, whole, whole, whole},
		{"the agency that leads", actor("lead", Liaison), false, true, whole, whole, whole, whole, whole, whole, whole},
		{"a partner", actor("police", Liaison), false, true, whole, whole, whole, standing, nothing, whole, whole},
		{"the operator", actor("op", Reporter), true, false, whole, whole, whole, standing, nothing, whole, whole},
		{"a leader of a partner", actor("ubnd", Leader), false, true, whole, whole, whole, standing, nothing, whole, whole},
		{"the team", actor("team", Officer), false, false, whole, whole, whole, whole, whole, whole, whole},
		{"an auditor", actor("tt", Auditor), false, false, whole, whole, whole, whole, whole, whole, whole},
		{"a leader", actor("ubnd", Leader), false, false, whole, whole, whole, whole, nothing, whole, whole},
	} {
		amber := PartsOf(x.a, &incident.Incident{ReportingAgencyID: "rep", LeadAgencyID: "lead", TLP: incident.TLPAmber}, x.reporter, x.partner)
		for _, l := range []struct {
			tlp        incident.TLP
			restricted bool
			want       string
		}{
			{incident.TLPClear, false, x.clear}, {incident.TLPGreen, false, x.green}, {incident.TLPAmber, false, x.amber},
			{incident.TLPAmberStrict, false, x.strict}, {incident.TLPRed, false, x.red}, {"of no list", false, x.red},
			{incident.TLPAmberStrict, true, x.restrictedStrict}, {incident.TLPRed, true, x.restrictedAndRed},
		} {
			inc := &incident.Incident{ReportingAgencyID: "rep", LeadAgencyID: "lead", TLP: l.tlp, Restricted: l.restricted}
			got := PartsOf(x.a, inc, x.reporter, x.partner)
			require.Zero(t, got.Fields&^amber.Fields, "%s, %s: wider than the table of parts", x.who, l.tlp)
			require.LessOrEqual(t, got.Handovers, amber.Handovers)
			require.LessOrEqual(t, got.Obligations, amber.Obligations)
			switch l.want {
			case whole:
				require.Equal(t, amber, got, "%s, %s", x.who, l.tlp)
			case standing:
				require.True(t, got.Has(Core|Severity|Written|Moves), "%s, %s", x.who, l.tlp)
				require.False(t, got.Has(Description) || got.Has(Contact) || got.Has(Shared) || got.Has(Material), "%s, %s", x.who, l.tlp)
			case nothing:
				require.Equal(t, Parts{}, got, "%s, %s", x.who, l.tlp)
			}
		}
	}
}

// Why help is asked for is the text of a national report: the timeline tells it to nobody who
// does not read that.
func TestTheReasonOfARequestForHelpIsNotToldByTheTimeline(t *testing.T) {
	inc := &incident.Incident{ReportingAgencyID: "rep", LeadAgencyID: "team", TLP: incident.TLPAmber}
	told := map[string]any{"from": "triaged", "to": "national", "reason": "vượt khả năng"}
	for _, x := range []struct {
		a    Actor
		want bool
	}{
		{Actor{AgencyID: "rep", Roles: []Role{Reporter}}, false}, {Actor{AgencyID: "police", Roles: []Role{Liaison}}, false},
		{Actor{AgencyID: "team", Roles: []Role{Officer}}, true}, {Actor{AgencyID: "tt", Roles: []Role{Auditor}}, true},
	} {
		_, reads := CutEvent(PartsOf(x.a, inc, true, true), "incident", incident.MoveNamed(incident.MoveNotifyNational).Fact, told)["reason"]
		require.Equal(t, x.want, reads, "%v", x.a)
	}
}

// The leader of an agency that takes part keeps the column of leaders under amber+strict, and
// the administrator, named or not, sees no case.
func TestSightOfLeadersAndAdministrators(t *testing.T) {
	require.Equal(t, Sight{Unrestricted: true, NotRed: true, AgencyID: "ubnd", UserID: "u"}, Actor{UserID: "u", AgencyID: "ubnd", Roles: []Role{Leader}}.Sight())
	require.Equal(t, Sight{Unrestricted: true, AgencyID: "team", UserID: "u"}, Actor{UserID: "u", AgencyID: "team", Roles: []Role{Lead, Leader}}.Sight())
	require.Equal(t, Sight{}, Actor{UserID: "u", AgencyID: "team", Roles: []Role{Admin, AgencyAdmin}}.Sight())
}

func TestOnlyTheTeamAndTheReporterWidenALabelAndOnlyTheTeamConfirmsParties(t *testing.T) {
	o := Object{Incident: &incident.Incident{ReportingAgencyID: "rep", LeadAgencyID: "police", Status: incident.Triaged}}
	for _, x := range []struct {
		a              Actor
		widen, confirm bool
	}{
		{Actor{AgencyID: "team", Roles: []Role{Officer}}, true, true}, {Actor{AgencyID: "rep", Roles: []Role{Reporter}}, true, false},
		{Actor{AgencyID: "police", Roles: []Role{Liaison}}, false, false}, {Actor{AgencyID: "tt", Roles: []Role{Auditor}}, false, false},
	} {
		require.Equal(t, x.widen, Allows(x.a, Widen, o), "%v", x.a)
		require.Equal(t, x.confirm, Allows(x.a, ConfirmParties, o), "%v", x.a)
	}
}
