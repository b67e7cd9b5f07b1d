package app_test

import (
	"strings"
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
	for _, x := range [][2]string{
		{"/systems?disabled=1", "?disabled wrong_type"}, {"/systems?agency_id=syt", "?agency_id not_a_uuid"}, {"/systems?role=lead", "?role unknown_parameter"},
		{"/api-keys?live=yes", "?live wrong_type"}, {"/api-keys?system_id=1", "?system_id not_a_uuid"}, {"/api-keys?hash=x", "?hash unknown_parameter"},
	} {
		add("a query: "+x[0], "admin", "GET "+x[0], "", "", "400 malformed "+x[1])
	}
	return list
}
