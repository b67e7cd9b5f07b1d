package app_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/directory"
)

// badSystems are wrong systems, grants and keys.
func badSystems() []badInput {
	var list []badInput
	add := func(name, as, do, in, body, want string, head ...string) {
		list = append(list, badInput{name: "systems: " + name, as: as, do: do, in: in, body: body, want: want, head: head})
	}
	with := func(more string) string {
		return `{"username":"q","full_name":"x","purpose":"y","agency_id":"$(syt)",` + more + `}`
	}
	const all, one = "POST /systems", " /systems/$(id)"
	for _, x := range [][3]string{
		{"no verbs", `{"username":"q","full_name":"x","purpose":"y","agency_id":"$(syt)"}`, "/verbs required"}, {"an empty list of verbs", with(`"verbs":[]`), "/verbs required"},
		{"an unknown verb", with(`"verbs":["read","rule"]`), "/verbs/1 not_in_list"}, {"people for a verb", with(`"verbs":["read","manage_people"]`), "/verbs/1 not_in_list"},
		{"its own kind for a verb", with(`"verbs":["manage_systems"]`), "/verbs/0 not_in_list"}, {"the second person for a verb", with(`"verbs":["read","confirm_grant"]`), "/verbs/1 not_in_list"},
		{"a waiver for a verb", with(`"verbs":["read","waive_obligation"]`), "/verbs/1 not_in_list"}, {"work without reading", with(`"verbs":["report","triage"]`), "/verbs needs_read"},
		{"a verb in capitals", with(`"verbs":["READ"]`), "/verbs/0 not_in_list"}, {"a text for the verbs", with(`"verbs":"read"`), "/verbs wrong_type"},
		{"an address of no form", with(`"verbs":["read"],"addresses":["10.0.0"]`), "/addresses/0 not_a_range"}, {"a name for an address", with(`"verbs":["read"],"addresses":["siem.sonla.gov.vn"]`), "/addresses/0 not_a_range"},
		{"too long a prefix", with(`"verbs":["read"],"addresses":["10.0.0.0/33"]`), "/addresses/0 not_a_range"}, {"a mapped address", with(`"verbs":["read"],"addresses":["::ffff:10.0.0.1"]`), "/addresses/0 not_a_range"},
		{"a zone", with(`"verbs":["read"],"addresses":["fe80::1%eth0"]`), "/addresses/0 not_a_range"}, {"bits beyond the prefix", with(`"verbs":["read"],"addresses":["10.0.0.7/24"]`), "/addresses/0 host_bits"},
		{"51 addresses", with(`"verbs":["read"],"addresses":` + many(51, `"10.0.0.1"`)), "/addresses too_many"}, {"no purpose", `{"username":"q","full_name":"x","agency_id":"$(syt)","verbs":["read"]}`, "/purpose required"},
		{"a taken name", strings.Replace(with(`"verbs":["read"]`), `"q"`, `"spare-system"`, 1), "/username taken"}, {"a person's name", strings.Replace(with(`"verbs":["read"]`), `"q"`, `"Officer"`, 1), "/username taken"},
		{"a name with a space", strings.Replace(with(`"verbs":["read"]`), `"q"`, `"a b"`, 1), "/username bad_username"},
		{"no agency", strings.Replace(with(`"verbs":["read"]`), `$(syt)`, nobodyID, 1), "/agency_id unknown_agency"}, {"an agency that has ended", strings.Replace(with(`"verbs":["read"]`), `$(syt)`, `$(stttt)`, 1), "/agency_id unknown_agency"},
		{"an id", with(`"verbs":["read"],"id":"` + nobodyID + `"`), "/id unknown_field"}, {"a kind", with(`"verbs":["read"],"kind":"person"`), "/kind unknown_field"},
		{"roles", with(`"verbs":["read"],"roles":["lead"]`), "/roles unknown_field"}, {"grants", with(`"verbs":["read"],"grants":[{"role":"lead","confirmed":"person"}]`), "/grants unknown_field"},
		{"a password", with(`"verbs":["read"],"password":"x"`), "/password unknown_field"}, {"a version", with(`"verbs":["read"],"version":9`), "/version unknown_field"},
	} {
		add(x[0], "admin", all, "", x[1], "422 invalid "+x[2])
	}
	for _, x := range [][2]string{
		{`{"verbs":null}`, "/verbs not_null"}, {`{"verbs":[]}`, "/verbs required"}, {`{"verbs":["triage"]}`, "/verbs needs_read"}, {`{"verbs":["read","manage_agencies"]}`, "/verbs/1 not_in_list"},
		{`{"username":"y"}`, "/username unknown_field"}, {`{"kind":"person"}`, "/kind unknown_field"}, {`{"id":"` + nobodyID + `"}`, "/id unknown_field"}, {`{"disabled_at":null}`, "/disabled_at unknown_field"},
		{`{"grants":[]}`, "/grants unknown_field"}, {`{"agency_id":"syt"}`, "/agency_id not_a_uuid"}, {`{"agency_id":"` + nobodyID + `"}`, "/agency_id unknown_agency"}, {`{"addresses":["x"]}`, "/addresses/0 not_a_range"},
	} {
		add("a patch "+x[0], "admin", "PATCH"+one, "a spare system", x[0], "422 invalid "+x[1])
	}
	for _, x := range [][3]string{
		{"/grants", `{"role":"officer","basis":"b"}`, "/role wrong_agency"}, {"/grants", `{"role":"king","basis":"b"}`, "/role not_in_list"}, {"/grants", `{"role":"liaison","basis":"b"}`, "/from overlap"},
		{"/grants", `{"role":"reporter","basis":"b","confirmed":"person"}`, "/confirmed unknown_field"}, {"/grants", `{"role":"reporter","basis":"b","agency_id":"$(doi-ucsc)"}`, "/agency_id unknown_field"},
		{"/keys", `{}`, "/name required"}, {"/keys", `{"name":" "}`, "/name required"}, {"/keys", `{"name":"x","expires_at":"$(past)"}`, "/expires_at out_of_range"}, {"/keys", `{"name":"x","expires_at":"2099-01-01T00:00:00Z"}`, "/expires_at out_of_range"},
		{"/keys", `{"name":"x","expires_at":"2027-01-01"}`, "/expires_at missing_offset"}, {"/keys", `{"name":"x","secret":"ucs_x"}`, "/secret unknown_field"}, {"/keys", `{"name":"x","system_id":"` + nobodyID + `"}`, "/system_id unknown_field"},
		{"/keys/$(kid)/rotate", `{"old_until":"$(past)"}`, "/old_until out_of_range"}, {"/keys/$(kid)/rotate", `{"old_until":"2099-01-01T00:00:00Z"}`, "/old_until out_of_range"}, {"/keys/$(kid)/rotate", `{"name":"x"}`, "/name unknown_field"},
		{"/keys/$(kid)/revoke", `{}`, "/reason required"}, {"/disable", `{"reason":" "}`, "/reason required"},
	} {
		add(x[0]+" "+x[1], "admin", "POST"+one+x[0], "a spare system", x[1], "422 invalid "+x[2])
	}
	add("open an open system", "admin", "POST"+one+"/enable", "a spare system", `{"reason":"r"}`, "409 conflict reason not_disabled")
	add("confirm one's own grant", "admin", "POST"+one+"/grants/$(gid)/confirm", "a spare system", ``, "403 forbidden reason second_person")
	add("a key of another system", "admin", "POST /systems/$(id)/keys/"+nobodyID+"/revoke", "a spare system", `{"reason":"r"}`, "404 not-found")
	add("a person for a system", "admin", "GET /systems/$(user:officer)", "", ``, "404 not-found")
	add("a system for a person", "admin", "GET /users/$(id)", "a spare system", ``, "404 not-found")
	add("a system's password", "admin", "POST /users/$(id)/password", "a spare system", ``, "404 not-found")
	add("a system's role by the way of people", "admin", "POST /users/$(id)/grants", "a spare system", `{"role":"reporter","basis":"b"}`, "404 not-found")
	add("a log-in of a system", "-", "POST /auth/login", "", `{"username":"spare-system","password":"x"}`, "401 unauthenticated")
	add("a system named in a restricted case", "lead", "PATCH"+theCase, "quiet", `{"restricted":true,"named_user_ids":["$(spare system)"]}`, "422 invalid /named_user_ids unknown_user")
	add("a system on duty", "admin", "POST /duty-shifts", "", `{"agency_id":"$(syt)","user_id":"$(spare system)","from":"$(past)","to":"$(ahead)"}`, "422 invalid /user_id unknown_user")
	add("work given to a system", "lead", "POST"+theCase+"/tasks", "reported", `{"title":"x","audience":"participants","assignee_id":"$(spare system)"}`, "422 invalid /assignee_id not_taking_part")
	for _, x := range []string{"X-API-Key:", "X-API-Key: ucs_", "X-API-Key: ' OR 1=1 --", "X-API-Key: " + strings.Repeat("a", 20000), "X-API-Key: $(token)", "Authorization: Bearer ucs_x"} {
		add("the header "+x, "-", "GET /me", "", ``, "401 unauthenticated", x)
	}
	add("two keys", "-", "GET /me", "", ``, "401 unauthenticated", "X-API-Key: a", "+X-API-Key: b")
	for _, x := range [][2]string{
		{"/systems?disabled=1", "?disabled wrong_type"}, {"/systems?agency_id=syt", "?agency_id not_a_uuid"}, {"/systems?role=lead", "?role unknown_parameter"},
		{"/api-keys?live=yes", "?live wrong_type"}, {"/api-keys?system_id=1", "?system_id not_a_uuid"}, {"/api-keys?hash=x", "?hash unknown_parameter"},
	} {
		add("a query: "+x[0], "admin", "GET "+x[0], "", "", "400 malformed "+x[1])
	}
	return list
}

// keyed is a request of a system with its key.
func (d *door) keyed(secret, method, path, body string) httpReply {
	d.Helper()
	h := anyVersion()
	h.Set("X-API-Key", secret)
	return d.send(httpCall{method: method, path: path, body: body, header: h})
}

// refusesFor checks a refusal by its status and the code of its reason.
func (d *door) refusesFor(r httpReply, status int, code string) {
	d.Helper()
	require.Equal(d, status, r.status, r.body)
	require.Contains(d, r.body, `"code":"`+code+`"`)
}

func (d *door) meOf(r httpReply) api.MeUser {
	d.Helper()
	var me api.Me
	d.decode(r, &me)
	return me.User
}

func TestASystemReportsUnderItsOwnNameAndMayNoMoreThanItsVerbs(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		gate := d.system("cong-bao-cao", "reporter", []string{"report"})
		me := d.meOf(d.keyed(gate.secret, "GET", "/api/v1/me", ""))
		require.Equal(t, "system", me.Kind)
		require.Equal(t, []string{"report"}, me.Verbs)
		require.Equal(t, []string{"reporter"}, me.Roles)
		person := d.meOf(d.send(httpCall{as: "reporter", method: "GET", path: "/api/v1/me"}))
		require.Equal(t, "person", person.Kind)
		require.Nil(t, person.Verbs)

		var inc api.Incident
		d.decode(d.keyed(gate.secret, "POST", "/api/v1/incidents", report()), &inc)
		var line api.Timeline
		d.decode(d.send(httpCall{as: "officer", method: "GET", path: "/api/v1/incidents/" + inc.ID + "/timeline"}), &line)
		require.Equal(t, "Hệ thống cong-bao-cao", line.Items[0].Actor.Name)
		d.refusesFor(d.keyed(gate.secret, "GET", "/api/v1/incidents/"+inc.ID, ""), 403, "verb_missing")
		d.refusesFor(d.keyed(gate.secret, "GET", "/api/v1/incidents", ""), 403, "verb_missing")
		d.refusesFor(d.keyed(gate.secret, "GET", "/api/v1/incidents/export?format=csv", ""), 403, "verb_missing")
		d.refusesFor(d.keyed(gate.secret, "POST", "/api/v1/incidents/"+inc.ID+"/notes", `{"text":"x","audience":"participants"}`), 403, "verb_missing")
		require.Equal(t, 404, d.keyed(gate.secret, "GET", "/api/v1/incidents/"+nobodyID, "").status)

		must(d.world, d.as("admin").ChangeSystem, whichever, gate.id, api.SystemAccountPatch{Verbs: api.Set([]string{"read", "report"})})
		require.Equal(t, 200, d.keyed(gate.secret, "GET", "/api/v1/incidents/"+inc.ID, "").status, "a reporter's grant opens no case of others: no second person")
		must(d.world, d.as("admin").ChangeSystem, whichever, gate.id, api.SystemAccountPatch{Verbs: api.Set([]string{"report"})})
		d.refusesFor(d.keyed(gate.secret, "GET", "/api/v1/incidents/"+inc.ID, ""), 403, "verb_missing")
	})
}

func TestAKeyEndsAtOnceAndTheTokensGivenForItToo(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		ctx, admin, door := t.Context(), d.as("admin"), client.New(d.base, client.Options{HTTPClient: d.http})
		x := d.system("siem", "officer", []string{"read", "note"})
		status := func(secret, bearer string) int {
			h := http.Header{}
			if secret != "" {
				h.Set("X-API-Key", secret)
			}
			return d.send(httpCall{bearer: bearer, method: "GET", path: "/api/v1/incidents", header: h}).status
		}
		keys, err := admin.SystemKeys(ctx, x.id, api.Paging{})
		require.NoError(t, err)
		first := keys.Items[0]
		second, err := admin.RotateKey(ctx, x.id, first.ID, api.RotateAPIKey{})
		require.NoError(t, err)
		require.Equal(t, first.ID, *second.Key.ReplacesID)
		require.Equal(t, 200, status(x.secret, ""), "the old key goes on beside the new one")
		require.Equal(t, 200, status(second.Secret, ""))
		at := time.Now().UTC().Add(10 * time.Second) // more than the request needs to arrive
		until := at.Format(time.RFC3339Nano)
		third, err := admin.RotateKey(ctx, x.id, second.Key.ID, api.RotateAPIKey{OldUntil: &until})
		require.NoError(t, err)
		require.Eventually(t, func() bool { return status(second.Secret, "") == 401 }, 60*time.Second, 20*time.Millisecond, "until the chosen moment")
		require.False(t, time.Now().Before(at), "and not before it")

		token, err := door.ClientToken(ctx, x.id, third.Secret)
		require.NoError(t, err)
		require.Equal(t, "note read", token.Scope)
		require.Equal(t, 200, status("", token.AccessToken))
		narrow, err := door.ClientToken(ctx, "siem", third.Secret, "read")
		require.NoError(t, err)
		must(d.world, admin.ChangeSystem, whichever, x.id, api.SystemAccountPatch{Verbs: api.Set([]string{"report"})})
		require.Equal(t, 403, status("", narrow.AccessToken), "a token has no verb that its system lost")
		_, err = admin.RevokeKey(ctx, x.id, third.Key.ID, api.RevokeAPIKey{Reason: "Lộ khóa"})
		require.NoError(t, err)
		require.Equal(t, 401, status(third.Secret, ""))
		require.Equal(t, 401, status("", token.AccessToken))
		require.Equal(t, 200, d.keyed(x.secret, "GET", "/api/v1/me", "").status, "another key is another key")
		must(d.world, admin.DisableSystem, client.Write{}, x.id, api.DisableSystem{Reason: "Ngừng dùng"})
		require.Equal(t, 401, status(x.secret, ""))
		require.Eventually(t, func() bool {
			keys, err = admin.SystemKeys(ctx, x.id, api.Paging{})
			return err == nil && keys.Items[0].LastUsedAt != nil
		}, 60*time.Second, 50*time.Millisecond, "the last use becomes visible")
		all, err := admin.APIKeys(ctx, api.SystemKeyFilter{SystemID: x.id})
		require.NoError(t, err)
		require.Len(t, all.Items, 3)
		for _, secret := range []string{x.secret, second.Secret, third.Secret, token.AccessToken} {
			require.NotContains(t, d.log.String(), secret[len(secret)-43:], "no log holds a secret")
		}
	})
}

func TestTheTokenEndpointRefusesAsRFC6749Says(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		x, y := d.system("siem", "officer", []string{"read", "report", "note"}), d.system("khac", "other", []string{"report"})
		far := d.system("xa", "officer", []string{"read"}, "203.0.113.0/24")
		basic := func(id, secret string) string {
			return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
		}
		before := d.contents()
		const grant = "grant_type=client_credentials"
		for _, c := range []struct {
			name, auth, body string
			status           int
			want             string
		}{
			{"by Basic", basic(x.id, x.secret), grant, 200, `"scope":"note read report"`},
			{"in the form", "", form("grant_type", "client_credentials", "client_id", x.id, "client_secret", x.secret), 200, `"token_type":"Bearer"`},
			{"by name", basic("siem", x.secret), grant + "&scope=read", 200, `"scope":"read"`},
			{"Basic with the same client_id", basic(x.id, x.secret), grant + "&client_id=" + x.id, 200, ""},
			{"an unknown parameter", basic(x.id, x.secret), grant + "&resource=x", 200, ""},
			{"both ways", basic(x.id, x.secret), form("grant_type", "client_credentials", "client_secret", x.secret), 400, "invalid_request"},
			{"two clients", basic(x.id, x.secret), grant + "&client_id=" + y.id, 400, "invalid_request"},
			{"nobody", "", grant, 401, "invalid_client"},
			{"a token", "Bearer " + d.token["officer"], grant, 401, "invalid_client"},
			{"a person", basic("officer", directory.DemoPassword), grant, 401, "invalid_client"},
			{"another's key", basic(y.id, x.secret), grant, 401, "invalid_client"},
			{"a wrong secret", basic(x.id, x.secret+"x"), grant, 401, "invalid_client"},
			{"a wrong address", basic(far.id, far.secret), grant, 401, "invalid_client"},
			{"no grant type", basic(x.id, x.secret), "scope=read", 400, "invalid_request"},
			{"a password", basic(x.id, x.secret), "grant_type=password&username=officer&password=x", 400, "unsupported_grant_type"},
			{"a refresh", basic(x.id, x.secret), "grant_type=refresh_token&refresh_token=x", 400, "unsupported_grant_type"},
			{"a verb it does not have", basic(x.id, x.secret), grant + "&scope=read+triage", 400, "invalid_scope"},
			{"a verb that there is not", basic(x.id, x.secret), grant + "&scope=admin", 400, "invalid_scope"},
			{"a verb of people", basic(x.id, x.secret), grant + "&scope=read+manage_people", 400, "invalid_scope"},
			{"work without reading", basic(x.id, x.secret), grant + "&scope=note", 400, "invalid_scope"},
			{"a parameter twice", basic(x.id, x.secret), grant + "&" + grant, 400, "invalid_request"},
			{"a broken form", basic(x.id, x.secret), grant + "&scope=%zz", 400, "invalid_request"},
		} {
			for _, path := range []string{"/api/v1/oauth/token", "/oauth/token"} {
				h := formHeader.Clone()
				if c.auth != "" {
					h.Set("Authorization", c.auth)
				}
				r := d.send(httpCall{method: "POST", path: path, header: h, body: c.body, outside: path == "/oauth/token"})
				require.Equal(t, c.status, r.status, "%s: %s", c.name, r.body)
				require.Contains(t, r.body, c.want, c.name)
				require.Equal(t, "no-store", r.header.Get("Cache-Control"), c.name)
				require.Equal(t, c.status == 401, strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Basic"), c.name)
				if c.status != 200 {
					var e api.OAuthError
					require.NoError(t, json.Unmarshal([]byte(r.body), &e), c.name)
					require.Equal(t, c.want, e.Error, c.name)
				}
			}
		}
		r := d.send(httpCall{method: "POST", path: "/api/v1/oauth/token", header: http.Header{"Authorization": {basic(x.id, x.secret)}}, body: `{"grant_type":"client_credentials"}`})
		require.Equal(t, 400, r.status, "JSON is no form")
		require.Equal(t, before, d.contents(), "a token is kept nowhere")
	})
}

func TestAnAgencysAdministratorMakesNoSystemAboveTheOwnLevel(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		ctx, admin, lead := t.Context(), d.as("admin"), d.as("lead")
		d.token["local"] = d.localAdmin("quan-tri-syt", d.agency["syt"])
		as := func(method, path, body string) httpReply {
			return d.send(httpCall{as: "local", method: method, path: path, body: body, header: anyVersion()})
		}
		system := func(agency, verbs string) string {
			return `{"username":"siem-` + agency + `","full_name":"SIEM","purpose":"Giám sát","agency_id":"$(` + agency + `)","verbs":[` + verbs + `]}`
		}
		require.Equal(t, 403, as("POST", "/api/v1/systems", system("tthdl", `"read"`)).status, "another agency")
		var x api.SystemAccount
		d.decode(as("POST", "/api/v1/systems", system("syt", `"report"`)), &x)
		own := "/api/v1/systems/" + x.ID
		for _, role := range []string{"officer", "lead", "leader", "auditor", "agency_admin", "admin"} {
			d.refusesFor(as("POST", own+"/grants", `{"role":"`+role+`","basis":"QĐ 1"}`), 403, "above_own_level")
		}
		require.Equal(t, 403, as("PATCH", own, `{"agency_id":"$(doi-ucsc)"}`).status, "not into another agency")

		d.decode(as("POST", own+"/grants", `{"role":"liaison","basis":"QĐ 1"}`), &x)
		var key api.SystemKeySecret
		d.decode(as("POST", own+"/keys", `{"name":"x"}`), &key)
		require.Empty(t, d.meOf(d.keyed(key.Secret, "GET", "/api/v1/me", "")).Roles, "a grant that opens cases awaits a second person")
		require.Equal(t, 403, as("POST", own+"/grants/"+x.Grants[0].ID+"/confirm", "").status)
		stale := x.Version
		d.decode(as("PATCH", own, `{"verbs":["read","report"]}`), &x)
		_, err := lead.ConfirmSystemGrant(ctx, client.Write{Version: stale}, x.ID, x.Grants[0].ID)
		require.ErrorContains(t, err, "412", "nobody confirms what has grown since they read it")
		_, err = lead.ConfirmSystemGrant(ctx, client.Write{Version: x.Version}, x.ID, x.Grants[0].ID)
		require.NoError(t, err)
		require.Equal(t, []string{"liaison"}, d.meOf(d.keyed(key.Secret, "GET", "/api/v1/me", "")).Roles)
		d.decode(as("PATCH", own, `{"verbs":["read","report","answer_handover"]}`), &x)
		require.Empty(t, d.meOf(d.keyed(key.Secret, "GET", "/api/v1/me", "")).Roles, "more verbs await the second person again")
		last := x.Grants[len(x.Grants)-1]
		require.Nil(t, last.Confirmed)
		_, err = lead.ConfirmSystemGrant(ctx, client.Write{Version: x.Version}, x.ID, last.ID)
		require.NoError(t, err)
		d.decode(as("PATCH", own, `{"verbs":["read"],"addresses":["127.0.0.0/8","::1"]}`), &x)
		me := d.meOf(d.keyed(key.Secret, "GET", "/api/v1/me", ""))
		require.Equal(t, []string{"liaison"}, me.Roles, "fewer do not")
		require.Equal(t, []string{"read"}, me.Verbs)

		// The administrator gives the system more: now its agency's own leave it alone.
		y, err := admin.GrantSystemRole(ctx, client.Write{}, x.ID, api.NewGrant{Role: "auditor", Basis: "QĐ 2"})
		require.NoError(t, err)
		open := slices.IndexFunc(y.Grants, func(g api.Grant) bool { return g.Confirmed == nil })
		_, err = lead.ConfirmSystemGrant(ctx, client.Write{Version: y.Version}, x.ID, y.Grants[open].ID)
		require.NoError(t, err)
		before := d.contents()
		for _, c := range [][3]string{
			{"PATCH", own, `{"purpose":"y"}`}, {"PATCH", own, `{"verbs":["read","report"]}`}, {"PATCH", own, `{"addresses":null}`},
			{"POST", own + "/grants", `{"role":"reporter","basis":"QĐ 1"}`}, {"POST", own + "/grants/" + last.ID + "/end", `{"reason":"x"}`},
			{"POST", own + "/keys", `{"name":"y"}`}, {"POST", own + "/keys/" + key.Key.ID + "/rotate", `{}`}, {"POST", own + "/keys/" + key.Key.ID + "/revoke", `{"reason":"x"}`},
			{"POST", own + "/disable", `{"reason":"x"}`}, {"POST", own + "/enable", `{"reason":"x"}`},
		} {
			d.refusesFor(as(c[0], c[1], c[2]), 403, "above_own_level")
		}
		require.Equal(t, before, d.contents())

		// A system that moves leaves its roles and its keys behind.
		z, err := admin.ChangeSystem(ctx, whichever, x.ID, api.SystemAccountPatch{AgencyID: api.Set(d.agency["tthdl"])})
		require.NoError(t, err)
		require.Empty(t, z.Roles)
		require.Equal(t, 401, d.keyed(key.Secret, "GET", "/api/v1/me", "").status)
		require.Equal(t, 404, as("GET", own, "").status)
		foreign := as("GET", "/api/v1/api-keys", "")
		require.NotContains(t, foreign.body, x.ID)
	})
}

// localAdmin makes a person who administers an agency, and answers a token.
func (d *door) localAdmin(name, agency string) string {
	d.Helper()
	ctx, admin := d.Context(), d.as("admin")
	u, err := admin.CreateUser(ctx, api.NewUser{Username: name, FullName: "Quản trị đơn vị", AgencyID: agency})
	require.NoError(d, err)
	must(d.world, admin.GrantRole, client.Write{}, u.User.ID, api.NewGrant{Role: "agency_admin", Basis: "QĐ 1"})
	plain := client.New(d.base, client.Options{HTTPClient: d.http})
	tokens, err := plain.Login(ctx, api.Login{Username: name, Password: u.Password})
	require.NoError(d, err)
	const password = "mot-mat-khau-rieng-2026"
	require.NoError(d, plain.As(tokens.AccessToken).ChangePassword(ctx, api.ChangePassword{OldPassword: u.Password, NewPassword: password}))
	tokens, err = plain.Login(ctx, api.Login{Username: name, Password: password})
	require.NoError(d, err)
	return tokens.AccessToken
}

func TestAKeyNeitherMakesKeysNorIsTheSecondPerson(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		d.spare()
		for _, like := range []string{"admin", "lead"} {
			x := d.system("may-"+like, like, allVerbs())
			before := d.contents()
			for _, c := range [][3]string{
				{"POST", "/api/v1/systems/" + x.id + "/keys", `{"name":"y"}`}, {"GET", "/api/v1/systems/" + x.id, ""}, {"GET", "/api/v1/api-keys", ""},
				{"PATCH", "/api/v1/systems/" + x.id, `{"verbs":["read"]}`}, {"POST", "/api/v1/systems/$(spare system)/keys/$(spare key)/rotate", `{}`},
				{"POST", "/api/v1/systems/$(spare system)/grants/$(spare system grant)/confirm", ""}, {"POST", "/api/v1/users/$(spare user)/grants/$(spare grant)/confirm", ""},
				{"POST", "/api/v1/users", `{"username":"q","full_name":"x","agency_id":"$(syt)"}`}, {"POST", "/api/v1/users/$(user:officer)/password", ""}, {"GET", "/api/v1/users", ""},
				{"POST", "/api/v1/auth/password", `{"old_password":"$(password)","new_password":"mot-mat-khau-khac-2026"}`}, {"POST", "/api/v1/auth/logout", ""},
			} {
				d.refusesFor(d.keyed(x.secret, c[0], c[1], c[2]), 403, "person_needed")
			}
			d.refusesFor(d.keyed(x.secret, "POST", "/api/v1/agencies", `{"code":"q","name":"x"}`), 403, "person_needed")
			require.Equal(t, before, d.contents())
			login := d.send(httpCall{method: "POST", path: "/api/v1/auth/login", body: `{"username":"may-` + like + `","password":"` + x.secret + `"}`})
			require.Equal(t, 401, login.status)
		}
		// The last administrator is a person: a system does not count.
		require.Equal(t, 409, d.send(httpCall{as: "admin", method: "POST", path: "/api/v1/users/$(user:admin)/disable", body: `{"reason":"r"}`}).status)
	})
}

func TestARestoreBringsNoKeyBackToLife(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		x := d.system("siem", "officer", []string{"read"})
		file := backUp(t, d.cfg)
		to := empty(t, kindOf(d.cfg))
		d.stop()
		restore(t, file, to)
		again := start(t, to)
		keys, err := again.as("admin").SystemKeys(t.Context(), x.id, api.Paging{})
		require.NoError(t, err)
		require.False(t, keys.Items[0].Live, "it may have been revoked since")
		require.Equal(t, "restore", *keys.Items[0].RevokedReason)
		_, err = client.New(again.base, client.Options{HTTPClient: again.http, APIKey: x.secret}).Me(t.Context())
		require.ErrorContains(t, err, "401")
		fresh, err := again.as("admin").MakeKey(t.Context(), x.id, api.NewAPIKey{Name: "mới"})
		require.NoError(t, err)
		me, err := client.New(again.base, client.Options{HTTPClient: again.http, APIKey: fresh.Secret}).Me(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{"officer"}, me.User.Roles, "what it may do came back")
	})
}
