package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/accesslog"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/httpapi"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// accesses asks for the access log until all says that what it waits for is there.
func (d *door) accesses(as, filter string, all func([]api.Access) bool) []api.Access {
	d.Helper()
	var list api.AccessList
	require.Eventually(d, func() bool {
		list = api.AccessList{}
		d.decode(d.send(httpCall{as: as, method: http.MethodGet, path: "/api/v1" + filter}), &list)
		return all(list.Items)
	}, 60*time.Second, 20*time.Millisecond, "%s: %+v", filter, list.Items)
	return list.Items
}

func (d *door) denials(as, filter string, all func([]api.Denial) bool) []api.Denial {
	d.Helper()
	var list api.DenialList
	require.Eventually(d, func() bool {
		list = api.DenialList{}
		d.decode(d.send(httpCall{as: as, method: http.MethodGet, path: "/api/v1/audit/denials?limit=200" + filter}), &list)
		return all(list.Items)
	}, 60*time.Second, 20*time.Millisecond, "%s: %+v", filter, list.Items)
	return list.Items
}

func byRoute(route string) func([]api.Access) bool {
	return func(list []api.Access) bool {
		return slices.ContainsFunc(list, func(a api.Access) bool { return a.Route != nil && *a.Route == route })
	}
}

// A route under a case that leaves no line fails here, whoever adds it.
func TestEveryReadOfACaseLeavesALine(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		f := d.make(caseKind{state: "sent"})
		n := 0
		for _, r := range httpapi.Routes() {
			if r.Method != http.MethodGet || !strings.HasPrefix(r.Path, "/api/v1/incidents/{id}") {
				continue
			}
			require.Contains(t, accesslog.ReadKinds, r.Reads(), r.Name)
			path := strings.NewReplacer("{", "$(", "}", ")").Replace(r.Path)
			got := d.send(httpCall{as: "auditor", method: http.MethodGet, path: path, file: f})
			require.Equal(t, http.StatusOK, got.status, "%s: %s", r.Name, got.body)
			list := d.accesses("lead", "/incidents/"+f["id"]+"/accesses?limit=200&actor_id="+d.words["user:auditor"], byRoute(r.Name))
			i := slices.IndexFunc(list, func(a api.Access) bool { return *a.Route == r.Name })
			require.Equal(t, r.Reads(), list[i].Kind)
			require.Equal(t, []string{"auditor"}, list[i].Roles)
			for _, child := range children {
				if strings.Contains(r.Path, "{"+child+"}") {
					require.Equal(t, f[child], *list[i].ObjectID, r.Name)
				}
			}
			n++
		}
		require.Greater(t, n, 12)
	})
}

func TestWhoHasReadACaseIsShownToItsLeadsAndToAuditorsAlone(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		f := d.make(caseKind{state: "reported", restricted: true}) // lead alone is named
		path := "/api/v1/incidents/$(id)"
		for range 3 {
			require.Equal(t, http.StatusOK, d.send(httpCall{as: "auditor", method: http.MethodGet, path: path, file: f}).status)
		}
		of := "/incidents/" + f["id"] + "/accesses?kind=incident&actor_id=" + d.words["user:auditor"]
		seen := func(list []api.Access) bool {
			times := int64(0)
			for _, a := range list {
				times += a.Times
			}
			return times == 3
		}
		list := d.accesses("lead", of, seen)
		require.LessOrEqual(t, len(list), 2, "the same within a minute is one line")
		require.Equal(t, "auditor", *list[0].Actor.Username)
		require.Equal(t, []string{"auditor"}, list[0].Roles)
		require.Nil(t, list[0].Address, "an address is for auditors")
		require.Nil(t, list[0].SessionID)
		list = d.accesses("auditor", of, seen)
		require.Equal(t, "127.0.0.1", *list[0].Address)
		require.NotNil(t, list[0].SessionID)

		// lead2 is not named: the case, and who reads it, does not exist for them.
		require.Equal(t, http.StatusNotFound, d.send(httpCall{as: "lead2", method: http.MethodGet, path: path + "/accesses", file: f}).status)
		require.Empty(t, d.accesses("lead2", "/audit/accesses?incident_id="+f["id"], func([]api.Access) bool { return true }))
		require.NotEmpty(t, d.accesses("lead", "/audit/accesses?incident_id="+f["id"], func([]api.Access) bool { return true }))

		// Reading the log is a read itself.
		d.accesses("auditor", "/incidents/"+f["id"]+"/accesses?kind=accesses&actor_id="+d.words["user:lead"], func(l []api.Access) bool { return len(l) > 0 })
		d.accesses("auditor", "/audit/accesses?kind=accesses&actor_id="+d.words["user:lead2"], byRoute("listAccesses"))

		// A write shows the case as well: a change that changes nothing is no way around the log.
		require.Equal(t, http.StatusOK, d.send(httpCall{as: "lead", method: http.MethodPatch, path: path, header: anyVersion(), body: `{}`, file: f}).status)
		d.accesses("lead", "/incidents/"+f["id"]+"/accesses?kind=incident", byRoute("correctIncident"))
	})
}

func TestListsSearchesAndExportsLeaveTheirFiltersAndNoWords(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		f := d.make(caseKind{state: "reported"})
		get := func(path string) {
			require.Equal(t, http.StatusOK, d.send(httpCall{as: "officer", method: http.MethodGet, path: path, outside: strings.Contains(path, "export")}).status)
		}
		get("/api/v1/incidents?q=dich+vu+cong&status=reported&sort=-reported_at&limit=7&count=true")
		get("/api/v1/incidents/export?status=reported&format=jsonl")
		get("/api/v1/handovers?incident_id=" + f["id"])
		get("/api/v1/handovers?incident_id=" + uuid.Must(uuid.NewV7()).String())
		mine := "/audit/accesses?limit=200&actor_id=" + d.words["user:officer"]
		list := d.accesses("auditor", mine, func(list []api.Access) bool {
			return byRoute("login")(list) && byRoute("listIncidents")(list) && byRoute("exportIncidents")(list) &&
				len(slices.DeleteFunc(slices.Clone(list), func(a api.Access) bool { return *a.Route != "listHandovers" })) == 2
		})
		find := func(route string) (out []api.Access) {
			for _, a := range list {
				if *a.Route == route {
					out = append(out, a)
				}
			}
			return out
		}
		search := find("listIncidents")
		require.Len(t, search, 1)
		require.Equal(t, []string{"status", "q"}, search[0].Filters)
		require.EqualValues(t, 1, search[0].Shown)
		export := find("exportIncidents")
		require.Equal(t, "export", export[0].Kind)
		require.EqualValues(t, 1, export[0].Shown, "how many incidents went out")
		require.Equal(t, []string{"status"}, export[0].Filters)
		asked := find("listHandovers")
		require.Len(t, asked, 2)
		for _, a := range asked {
			require.Equal(t, a.Shown > 0, a.IncidentID != nil, "a list counts as read of a case only when it held something")
		}
		require.NotEmpty(t, find("login"), "when somebody logged in, and from where")
		raw, err := json.Marshal(list)
		require.NoError(t, err)
		require.NotContains(t, string(raw), "dich")
	})
}

func TestWhatIsRefusedIsNotedAndTellsNothing(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		f := d.make(caseKind{state: "reported"})
		hidden := d.make(caseKind{state: "quiet", restricted: true})
		path := "/api/v1/incidents/$(id)"
		for _, x := range []struct {
			c    httpCall
			want int
		}{
			{httpCall{as: "other", method: http.MethodGet, path: path, file: f}, 404},
			{httpCall{as: "lead2", method: http.MethodGet, path: path, file: hidden}, 404},
			{httpCall{as: "other", method: http.MethodGet, path: "/api/v1/incidents/" + nobodyID}, 404},
			{httpCall{as: "officer", method: http.MethodGet, path: path + "/handovers/" + nobodyID, file: f}, 404},
			{httpCall{as: "auditor", method: http.MethodPost, path: path + "/close", header: anyVersion(), body: `{"lessons":"x"}`, file: f}, 403},
			{httpCall{bearer: "khong.phai.token", method: http.MethodGet, path: path, file: f}, 401},
			{httpCall{method: http.MethodGet, path: path, file: f}, 401},
			{httpCall{method: http.MethodPost, path: "/api/v1/auth/login", body: `{"username":"officer","password":"sai-mat-khau-roi"}`}, 401},
			{httpCall{method: http.MethodPost, path: "/api/v1/auth/login", body: `{"username":"sai-mat-khau-roi","password":"officer"}`}, 401},
			{httpCall{method: http.MethodPost, path: "/api/v1/oauth/token", header: formHeader, body: "grant_type=client_credentials&client_id=siem&client_secret=sai-mat-khau-roi"}, 401},
			{httpCall{as: "reporter", method: http.MethodPost, path: "/api/v1/incidents", body: strings.Replace(newReport, `{"title"`, `{"contains_state_secret":true,"title"`, 1)}, 422},
		} {
			got := d.send(x.c)
			require.Equal(t, x.want, got.status, "%s %s: %s", x.c.method, x.c.path, got.body)
		}
		first := d.login("police")
		refresh := httpCall{method: http.MethodPost, path: "/api/v1/auth/refresh", body: `{"refresh_token":"` + first.RefreshToken + `"}`}
		require.Equal(t, 200, d.send(refresh).status)
		require.Equal(t, 401, d.send(refresh).status)

		want := []string{
			"bad_key", "bad_token", "forbidden", "login_failed", "login_failed", "no_credentials", "out_of_sight", "out_of_sight", "refresh_refused", "state_secret",
		}
		kinds := func(list []api.Denial) (out []string) {
			for _, x := range list {
				out = append(out, x.Kind)
			}
			slices.Sort(out)
			return out
		}
		list := d.denials("auditor", "", func(l []api.Denial) bool { return len(l) >= len(want) })
		require.Equal(t, want, kinds(list))
		raw, err := json.Marshal(list)
		require.NoError(t, err)
		for _, secret := range []string{"sai-mat-khau", "khong.phai", first.RefreshToken, "Cổng dịch vụ", "0212 000 001", nobodyID} {
			require.NotContains(t, string(raw), secret)
		}
		for _, x := range list {
			switch x.Kind {
			case "refresh_refused":
				require.Equal(t, "police", *x.Actor.Username)
				require.Equal(t, "refresh_reused", *x.Detail)
			case "forbidden":
				require.Equal(t, "auditor", *x.Actor.Username)
				require.Equal(t, f["id"], *x.IncidentID)
				require.Equal(t, "role_missing", *x.Detail)
			case "state_secret":
				require.Equal(t, "reporter", *x.Actor.Username)
			case "bad_token", "no_credentials":
				require.Nil(t, x.Actor.ID)
				require.Nil(t, x.IncidentID, "who is nobody names no case")
			case "login_failed":
				require.Equal(t, x.Actor.ID == nil, x.Detail != nil && *x.Detail == "unknown_account")
			}
		}
		// A lead reads of the cases in sight: of the restricted one only who is named, not who was refused.
		count := func(as string) int {
			return len(d.denials(as, "&kind=out_of_sight", func([]api.Denial) bool { return true }))
		}
		require.Equal(t, 2, count("lead"))
		require.Equal(t, 1, count("lead2"))
		d.denials("lead", "&incident_id="+hidden["id"], func(l []api.Denial) bool { return len(l) == 1 && *l[0].Actor.Username == "lead2" })
	})
}

// Nothing of the log stands in the record: neither an event nor a line of the outbox.
func TestReadsAndRefusalsLeaveTheRecordAlone(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		f := d.make(caseKind{state: "reported"})
		before := d.contents()
		require.Equal(t, http.StatusOK, d.send(httpCall{as: "officer", method: http.MethodGet, path: "/api/v1/incidents/$(id)", file: f}).status)
		require.Equal(t, http.StatusNotFound, d.send(httpCall{as: "other", method: http.MethodGet, path: "/api/v1/incidents/$(id)", file: f}).status)
		d.accesses("auditor", "/incidents/"+f["id"]+"/accesses", byRoute("getIncident"))
		d.denials("auditor", "&incident_id="+f["id"], func(l []api.Denial) bool { return len(l) == 1 })
		require.Equal(t, before, d.contents())
	})
}

func TestAStopInOrderLosesNoLine(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		f := d.make(caseKind{state: "quiet"})
		path := "/api/v1/incidents/$(id)/"
		for _, part := range []string{"timeline", "notes", "tasks", "links", "moves"} {
			require.Equal(t, http.StatusOK, d.send(httpCall{as: "officer", method: http.MethodGet, path: path + part, file: f}).status)
		}
		d.stop()
		require.Equal(t, 5, storetest.Count(t, database(d.cfg), "access_log WHERE incident_id = '"+f["id"]+"' AND kind IN ('timeline', 'notes', 'tasks', 'links', 'moves')"))
	})
}
