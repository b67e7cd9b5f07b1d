package api_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
)

func TestTheCatalogueNamesEveryTypeOnceAndEveryFieldOfItsData(t *testing.T) {
	types, fields := map[string]bool{}, map[string]bool{}
	for _, e := range api.EventTypes {
		require.False(t, types[e.Type], "%s stands twice", e.Type)
		types[e.Type] = true
		object, fact, ok := strings.Cut(e.Type, ".")
		require.True(t, ok && fact != "" && !strings.Contains(fact, "."), e.Type)
		require.Equal(t, e.Object, object, e.Type)
		require.NotEmpty(t, e.VI, e.Type)
		require.NotEmpty(t, e.EN, e.Type)
		own := map[string]bool{}
		for _, f := range e.Data() {
			require.False(t, own[f.Name], "%s: %s stands twice", e.Type, f.Name)
			own[f.Name], fields[f.Name] = true, true
			require.Equal(t, f.Kind == api.EnumField, f.List != "", "%s: a closed list belongs to an enum", e.Type)
			require.NotEmpty(t, f.VI+f.EN, e.Type)
		}
	}
	data := reflect.TypeFor[api.EventData]()
	for i := range data.NumField() {
		name, _, _ := strings.Cut(data.Field(i).Tag.Get("json"), ",")
		require.True(t, fields[name], "EventData has %s, which no type carries", name)
		delete(fields, name)
	}
	require.Empty(t, fields, "EventData has no field for it")
}

func TestWhatTheCatalogueDoesNotListMakesNoMessage(t *testing.T) {
	whole := func(more ...string) map[string]any {
		m := map[string]any{
			"incident_id": "0199", "code": "SL-2026-000001", "exercise": true, "object_id": "0199", "agency_id": "0198",
			"from": "reported", "to": "triaged",
		}
		for i := 0; i+1 < len(more); i += 2 {
			m[more[i]] = more[i+1]
		}
		return m
	}
	data, err := api.NewEventData("incident.triaged", whole())
	require.NoError(t, err)
	exercise := true
	require.Equal(t, api.EventData{
		IncidentID: "0199", Code: "SL-2026-000001", Exercise: &exercise, ObjectID: "0199", AgencyID: "0198", From: "reported", To: "triaged",
	}, data)

	_, err = api.NewEventData("incident.leaked", whole())
	require.ErrorContains(t, err, "incident.leaked")
	_, err = api.NewEventData("incident.triaged", whole("title", "Cổng thông tin"))
	require.ErrorContains(t, err, "title")
	_, err = api.NewEventData("incident.triaged", whole("rule", "SL-6.1.e"))
	require.ErrorContains(t, err, "rule", "a field of another type")
	lacking := whole()
	delete(lacking, "to")
	_, err = api.NewEventData("incident.triaged", lacking)
	require.ErrorContains(t, err, "lacks to")
	wrong := whole()
	wrong["to"] = 7
	_, err = api.NewEventData("incident.triaged", wrong)
	require.Error(t, err)
}
