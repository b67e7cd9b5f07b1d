package policy

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
)

func TestThePageOfRightsIsTheTables(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "openapi", "RIGHTS.md"))
	require.NoError(t, err)
	require.Equal(t, Rights(), string(page), "make gen")
}

func TestEveryActionStandsOnThePageOnce(t *testing.T) {
	seen := map[Action]bool{}
	for _, w := range words {
		require.False(t, seen[w.Action], "%s twice", w.Action)
		require.NotEmpty(t, w.VI, w.Action)
		require.NotEmpty(t, w.EN, w.Action)
		seen[w.Action] = true
	}
	for act := range table {
		require.True(t, seen[act], "%s has no words", act)
	}
	require.Len(t, seen, len(table))
}

func TestASystemMayDoWhatItsRolesAndItsVerbsBothAllow(t *testing.T) {
	o := Object{Incident: &incident.Incident{LeadAgencyID: "team"}}
	system := Actor{AgencyID: "team", Roles: []Role{Officer}, System: true}
	require.False(t, Allows(system, "triage", o), "no verb")
	require.ErrorContains(t, Check(system, "triage", o), "verb_missing")
	system.Verbs = []Action{Read, "triage", "close", WaiveDuty, ConfirmGrant}
	require.True(t, Allows(system, "triage", o))
	require.False(t, Allows(system, Note, o), "another verb")
	system.Roles = []Role{Lead, Admin}
	for _, act := range []Action{"close", WaiveDuty, ConfirmGrant} {
		require.False(t, Allows(system, act, o), "%s is no verb, wherever it was written", act)
		require.ErrorContains(t, Check(system, act, o), "person_needed")
	}
	system.Roles = []Role{Auditor}
	require.False(t, Allows(system, "triage", o), "no role")
}

func TestEveryVerbIsAnActionAndTheActsOfTwoPeopleAreNone(t *testing.T) {
	for _, v := range Verbs {
		if v != Read {
			require.Contains(t, table, v)
		}
	}
	for _, act := range []Action{ManagePeople, ReadPeople, ManageSystems, ReadSystems, ManageAgencies, ConfirmGrant, WaiveDuty, ReopenDuty, Restrict, "close"} {
		require.NotContains(t, Verbs, act)
	}
	require.True(t, Usable([]Action{Report}))
	require.True(t, Usable([]Action{Read, "triage"}))
	require.False(t, Usable([]Action{Report, "triage"}), "what is triaged is answered")
}
