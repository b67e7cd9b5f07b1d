package httpapi

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/accesslog"
)

// A new route cannot forget the access log: it leaves a line unless it says that it is Plain,
// which no route about a case may.
func TestEveryReadSaysWhatTheAccessLogCallsIt(t *testing.T) {
	named := map[string]bool{accesslog.Several: true, accesslog.Lost: true, accesslog.Purged: true}
	for _, r := range Routes() {
		kind := r.Reads()
		if kind != "" {
			assert.Contains(t, accesslog.ReadKinds, kind, r.Name)
			named[kind] = true
		}
		if r.Plain {
			assert.Equal(t, get, r.Method, r.Name)
			assert.NotContains(t, r.Path, oneCase, r.Name)
			assert.True(t, r.Auth, "%s: who is nobody leaves no line anyway", r.Name)
		}
		if r.Auth && !r.Plain && (r.Method == get || r.Method == patch || strings.HasPrefix(r.Path, oneCase)) {
			assert.NotEmpty(t, kind, r.Name)
		}
		if !r.Auth {
			assert.Empty(t, kind, r.Name)
		}
	}
	for _, kind := range accesslog.ReadKinds {
		assert.True(t, named[kind], "no route shows %s", kind)
	}
}

func TestTheLogLooksAtNamesOfFiltersAndNotAtTheirValues(t *testing.T) {
	s := shapeOf(reflect.TypeFor[api.IncidentFilter](), reflect.TypeFor[api.IncidentList]())
	yes := true
	a := s.look(reflect.ValueOf(api.IncidentFilter{Q: "bí mật", Status: []string{"closed"}, Overdue: &yes, Sort: "reported_at", Paging: api.Paging{Limit: 3, Count: true}}),
		reflect.ValueOf(api.IncidentList{Items: make([]api.Incident, 3)}))
	require.Equal(t, access{filters: "status overdue q", shown: 3}, a)

	s = shapeOf(reflect.TypeFor[none](), reflect.TypeFor[api.Handover]())
	a = s.look(reflect.ValueOf(none{}), reflect.ValueOf(api.Handover{IncidentID: "where a merge took it"}))
	require.Equal(t, access{incident: "where a merge took it", shown: 1}, a)

	s = shapeOf(reflect.TypeFor[api.Paging](), reflect.TypeFor[api.NoteList]())
	require.Empty(t, s.filters)
}
