package app_test

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/httpapi"
)

// ofRegistry reports whether a route is about agencies, contacts or people.
func ofRegistry(r httpapi.Route) bool {
	for _, prefix := range []string{"/api/v1/agencies", "/api/v1/contacts", "/api/v1/duty-shifts", "/api/v1/users", "/api/v1/systems", "/api/v1/rules"} {
		if strings.HasPrefix(r.Path, prefix) {
			return true
		}
	}
	return false
}

// spare makes agencies, contacts, a shift and a person on whom changes of the registry can be
// tried, and the words for them.
func (d *door) spare() {
	d.Helper()
	ctx, admin := d.Context(), d.as("admin")
	d.words["new code"] = "x" + uuid.NewString()[:8]
	d.words["further ahead"] = time.Now().UTC().Add(56 * time.Hour).Format(time.RFC3339)
	for _, name := range []string{"spare agency", "another spare agency"} {
		a, err := admin.CreateAgency(ctx, client.Write{}, api.NewAgency{Code: strings.ReplaceAll(name, " ", "-"), Name: "Sở Tư pháp tỉnh Sơn La"})
		require.NoError(d, err)
		d.words[name] = a.ID
	}
	police := d.agency["cat-dau-moi"]
	list, err := admin.Contacts(ctx, api.ContactFilter{AgencyID: police})
	require.NoError(d, err)
	d.words["police desk"] = list.Items[0].ID
	c, err := admin.CreateContact(ctx, client.Write{}, api.NewContact{AgencyID: police, Kind: "person", Name: "Thiếu tá Trần Văn B", Phone: "0912 000 000", Email: "b@sonla.example"})
	require.NoError(d, err)
	d.words["police person"] = c.ID
	now := time.Now().UTC()
	s, err := admin.AddShift(ctx, client.Write{}, api.NewShift{
		AgencyID: police, ContactID: c.ID, From: now.Add(time.Hour).Format(time.RFC3339), To: now.Add(9 * time.Hour).Format(time.RFC3339),
	})
	require.NoError(d, err)
	d.words["police shift"] = s.ID
	u, err := admin.CreateUser(ctx, api.NewUser{Username: "spare", FullName: "Tòng Thị Hạnh", AgencyID: d.agency["syt"]})
	require.NoError(d, err)
	d.words["spare user"] = u.User.ID
	g, err := admin.GrantRole(ctx, client.Write{}, u.User.ID, api.NewGrant{Role: "liaison", Basis: "QĐ 8"})
	require.NoError(d, err)
	d.words["spare grant"] = g.Grants[0].ID
	i, err := admin.BindIdentity(ctx, client.Write{}, u.User.ID, api.NewIdentity{Issuer: "https://dang-nhap.sonla.example", Subject: "hanh-01", Basis: "QĐ 9"})
	require.NoError(d, err)
	d.words["spare identity"] = i.ID
	d.spareSystem()
}

// badRegistry are wrong changes of agencies, contacts, shifts and people.
func badRegistry() []badInput {
	var list []badInput
	add := func(name, as, do, in, body, want string) {
		list = append(list, badInput{name: "registry: " + name, as: as, do: do, in: in, body: body, want: want})
	}
	const agencies, contacts, shifts, users = "POST /agencies", "POST /contacts", "POST /duty-shifts", "POST /users"
	const agency, contact, user = " /agencies/$(id)", " /contacts/$(id)", " /users/$(id)"
	for _, x := range [][3]string{
		{"no code", `{"name":"x"}`, "/code required"}, {"no name", `{"code":"x"}`, "/name required"}, {"a code in capitals", `{"code":"SYT","name":"x"}`, "/code bad_code"},
		{"a code with đ", `{"code":"đội","name":"x"}`, "/code bad_code"}, {"a long code", `{"code":"` + strings.Repeat("a", 41) + `","name":"x"}`, "/code bad_code"},
		{"a taken code", `{"code":"syt","name":"x"}`, "/code taken"}, {"a blank name", `{"code":"q","name":" "}`, "/name required"}, {"a long name", `{"code":"q","name":` + long(301) + `}`, "/name too_long"},
		{"an unknown parent", `{"code":"q","name":"x","parent_id":"` + nobodyID + `"}`, "/parent_id unknown_agency"}, {"a code for a parent", `{"code":"q","name":"x","parent_id":"syt"}`, "/parent_id not_a_uuid"},
		{"dates out of order", `{"code":"q","name":"x","valid_from":"2025-01-01","valid_to":"2024-01-01"}`, "/valid_to not_after_start"}, {"no date", `{"code":"q","name":"x","valid_from":"01/03/2025"}`, "/valid_from not_a_date"},
		{"roles at once", `{"code":"q","name":"x","roles":["team"]}`, "/roles unknown_field"},
	} {
		add("an agency: "+x[0], "admin", agencies, "", x[1], "422 invalid "+x[2])
	}
	for _, x := range [][4]string{
		{"a name without a day", "PATCH" + agency, `{"name":"x","basis":"b"}`, "/on required"}, {"a name without a basis", "PATCH" + agency, `{"name":"x","on":"2026-01-01"}`, "/basis required"},
		{"a name of tomorrow", "PATCH" + agency, `{"name":"x","on":"2099-01-01","basis":"b"}`, "/on in_future"}, {"no name", "PATCH" + agency, `{"name":null}`, "/name not_null"},
		{"its own parent", "PATCH" + agency, `{"parent_id":"$(id)"}`, "/parent_id loop"}, {"another code", "PATCH" + agency, `{"code":"y"}`, "/code unknown_field"},
		{"no role", "POST" + agency + "/roles", `{"role":"king","from":"2026-01-01","basis":"b"}`, "/role not_in_list"}, {"a role without a basis", "POST" + agency + "/roles", `{"role":"owner","from":"2026-01-01","basis":" "}`, "/basis required"},
		{"a second team", "POST" + agency + "/roles", `{"role":"team","from":"2026-01-01","basis":"b"}`, "/role second_holder"}, {"a role that ends first", "POST" + agency + "/roles", `{"role":"owner","from":"2026-01-01","to":"2025-01-01","basis":"b"}`, "/to not_after_start"},
		{"a role without a day", "POST" + agency + "/roles", `{"role":"owner","basis":"b"}`, "/from required"}, {"the end of what is not held", "POST" + agency + "/roles/end", `{"role":"provider","on":"2026-01-01","basis":"b"}`, "/role not_held"},
		{"its own successor", "POST" + agency + "/successors", `{"successor_id":"$(id)","on":"2026-01-01","basis":"b"}`, "/successor_id loop"}, {"an unknown successor", "POST" + agency + "/successors", `{"successor_id":"` + nobodyID + `","on":"2026-01-01","basis":"b"}`, "/successor_id unknown_agency"},
		{"a successor that has ended", "POST" + agency + "/successors", `{"successor_id":"$(stttt)","on":"2026-01-01","basis":"b"}`, "/successor_id unknown_agency"}, {"a seat for whom is no team", "POST" + agency + "/seats", `{"seat_id":"$(cat)","from":"2026-01-01","basis":"b"}`, "/seat_id not_the_team"},
		{"the end of no seat", "POST" + agency + "/seats/end", `{"on":"2026-01-01","basis":"b"}`, "/on not_held"}, {"an end without a basis", "POST" + agency + "/end", `{"on":"2026-01-01","basis":""}`, "/basis required"},
	} {
		add(x[0], "admin", x[1], "a spare agency", x[2], "422 invalid "+x[3])
	}
	add("a second seat", "admin", "POST"+agency+"/seats", "the team", `{"seat_id":"$(bchqs)","from":"2026-01-01","basis":"b"}`, "422 invalid /from overlap")
	add("the end of the administrator's agency", "admin", "POST"+agency+"/end", "the team", `{"on":"2026-11-01","basis":"b"}`, "409 conflict reason last_admin")
	for _, x := range [][3]string{
		{"no kind", `{"agency_id":"$(syt)","name":"x"}`, "/kind required"}, {"another kind", `{"agency_id":"$(syt)","kind":"robot","name":"x"}`, "/kind not_in_list"}, {"a duty contact that nobody reaches", `{"agency_id":"$(syt)","kind":"desk","name":"x","duty":true}`, "/phone required"},
		{"no address", `{"agency_id":"$(syt)","kind":"desk","name":"x","email":"a b"}`, "/email not_an_email"}, {"no agency", `{"agency_id":"` + nobodyID + `","kind":"desk","name":"x"}`, "/agency_id unknown_agency"},
		{"an agency that has ended", `{"agency_id":"$(stttt)","kind":"desk","name":"x"}`, "/agency_id unknown_agency"}, {"a long phone", `{"agency_id":"$(syt)","kind":"desk","name":"x","phone":` + long(51) + `}`, "/phone too_long"},
	} {
		add("a contact: "+x[0], "admin", contacts, "", x[1], "422 invalid "+x[2])
	}
	add("a contact of another agency", "police", contacts, "", `{"agency_id":"$(syt)","kind":"desk","name":"x"}`, "403 forbidden")
	add("a contact without a name", "admin", "PATCH"+contact, "a person of the police", `{"name":""}`, "422 invalid /name required")
	add("a contact loses its agency", "admin", "PATCH"+contact, "a person of the police", `{"agency_id":"$(syt)"}`, "422 invalid /agency_id unknown_field")
	for _, x := range [][3]string{
		{"nobody", `{"agency_id":"$(syt)","from":"$(past)","to":"$(ahead)"}`, "/contact_id one_of"}, {"both", `{"agency_id":"$(syt)","contact_id":"$(police desk)","user_id":"$(user:other)","from":"$(past)","to":"$(ahead)"}`, "/contact_id one_of"},
		{"backwards", `{"agency_id":"$(syt)","user_id":"$(user:other)","from":"$(ahead)","to":"$(past)"}`, "/to out_of_range"}, {"for ever", `{"agency_id":"$(syt)","user_id":"$(user:other)","from":"$(past)","to":"2099-01-01T00:00:00Z"}`, "/to out_of_range"},
		{"someone else's contact", `{"agency_id":"$(syt)","contact_id":"$(police desk)","from":"$(past)","to":"$(ahead)"}`, "/contact_id unknown_contact"}, {"someone else's person", `{"agency_id":"$(syt)","user_id":"$(user:police)","from":"$(past)","to":"$(ahead)"}`, "/user_id unknown_user"},
		{"a time without offset", `{"agency_id":"$(syt)","user_id":"$(user:other)","from":"2026-11-22T10:00:00","to":"$(ahead)"}`, "/from missing_offset"},
	} {
		add("a shift: "+x[0], "admin", shifts, "", x[1], "422 invalid "+x[2])
	}
	for _, x := range [][3]string{
		{"no username", `{"full_name":"x","agency_id":"$(syt)"}`, "/username required"}, {"a username with a space", `{"username":"a b","full_name":"x","agency_id":"$(syt)"}`, "/username bad_username"}, {"a username with diacritics", `{"username":"hùng","full_name":"x","agency_id":"$(syt)"}`, "/username bad_username"},
		{"a look-alike in Cyrillic", `{"username":"аdmin","full_name":"x","agency_id":"$(syt)"}`, "/username bad_username"}, {"a taken username, in capitals", `{"username":" ADMIN ","full_name":"x","agency_id":"$(syt)"}`, "/username taken"}, {"a full-width username", `{"username":"ａｄｍｉｎ","full_name":"x","agency_id":"$(syt)"}`, "/username taken"},
		{"a password", `{"username":"q","full_name":"x","agency_id":"$(syt)","password":"x"}`, "/password unknown_field"}, {"roles", `{"username":"q","full_name":"x","agency_id":"$(syt)","roles":["admin"]}`, "/roles unknown_field"}, {"no agency", `{"username":"q","full_name":"x","agency_id":"` + nobodyID + `"}`, "/agency_id unknown_agency"},
		{"an agency that has ended", `{"username":"q","full_name":"x","agency_id":"$(stttt)"}`, "/agency_id unknown_agency"}, {"a home without the team", `{"username":"q","full_name":"x","agency_id":"$(syt)","home_agency_id":"$(cat)"}`, "/home_agency_id not_the_team"}, {"a long name", `{"username":"q","full_name":` + long(101) + `,"agency_id":"$(syt)"}`, "/full_name too_long"},
	} {
		add("a person: "+x[0], "admin", users, "", x[1], "422 invalid "+x[2])
	}
	for _, x := range [][4]string{
		{"an unknown role", "/grants", `{"role":"king","basis":"b"}`, "/role not_in_list"}, {"a role without a basis", "/grants", `{"role":"reporter","basis":""}`, "/basis required"}, {"an officer who is not of the team", "/grants", `{"role":"officer","basis":"b"}`, "/role wrong_agency"},
		{"a leader outside the leadership", "/grants", `{"role":"leader","basis":"b"}`, "/role wrong_agency"}, {"the same role twice", "/grants", `{"role":"liaison","basis":"b"}`, "/from overlap"}, {"a role of the past", "/grants", `{"role":"reporter","from":"2020-01-01","to":"2021-01-01","basis":"b"}`, "/to in_past"},
		{"dates out of order", "/grants", `{"role":"reporter","from":"2027-01-01","to":"2026-01-01","basis":"b"}`, "/to not_after_start"}, {"an end of the past", "/grants/$(gid)/end", `{"on":"2020-01-01","reason":"r"}`, "/on in_past"}, {"an end without a reason", "/grants/$(gid)/end", `{"reason":" "}`, "/reason required"},
		{"a lock without a reason", "/disable", `{}`, "/reason required"},
	} {
		add("a grant: "+x[0], "admin", "POST"+user+x[1], "a spare person", x[2], "422 invalid "+x[3])
	}
	add("open an open account", "admin", "POST"+user+"/enable", "a spare person", `{"reason":"r"}`, "409 conflict reason not_disabled")
	add("confirm one's own grant", "admin", "POST"+user+"/grants/$(gid)/confirm", "a spare person", ``, "403 forbidden reason second_person")
	add("a grant of somebody else", "lead", "POST /users/$(user:police)/grants/$(gid)/confirm", "a spare person", ``, "404 not-found")
	add("a grant to oneself", "admin", "POST /users/$(user:admin)/grants", "", `{"role":"auditor","basis":"b"}`, "403 forbidden reason own_grant")
	add("lock the last administrator", "admin", "POST /users/$(user:admin)/disable", "", `{"reason":"r"}`, "409 conflict reason last_admin")
	add("move the last administrator", "admin", "PATCH /users/$(user:admin)", "", `{"agency_id":"$(syt)"}`, "409 conflict reason last_admin")
	add("reset one's own password", "admin", "POST /users/$(user:admin)/password", "", ``, "409 conflict reason own_account")
	for _, x := range [][3]string{
		{"a notice without a date", `{"reason":"r","notice":{"number":"12"}}`, "/notice/issued_on required"}, {"a notice without a number", `{"reason":"r","notice":{"issued_on":"2026-01-02"}}`, "/notice/number required"},
		{"a notice of tomorrow", `{"reason":"r","notice":{"number":"12","issued_on":"2099-01-01"}}`, "/notice/issued_on in_future"}, {"a notice of no day", `{"reason":"r","notice":{"number":"12","issued_on":"2026-02-30"}}`, "/notice/issued_on not_a_date"},
		{"a notice with a long number", `{"reason":"r","notice":{"number":"123456789012","issued_on":"2026-01-02"}}`, "/notice/number too_long"},
	} {
		add("a leaver: "+x[0], "admin", "POST"+user+"/disable", "a spare person", x[1], "422 invalid "+x[2])
	}
	add("confirm no reset", "lead", "POST"+user+"/reset/confirm", "a spare person", ``, "409 conflict reason no_reset")
	add("take away no second factor", "admin", "POST"+user+"/second-factor/reset", "a spare person", ``, "409 conflict reason no_second_factor")
	add("review oneself", "admin", "POST /users/$(user:admin)/review", "", `{}`, "403 forbidden reason own_account")
	add("a long note of a review", "admin", "POST"+user+"/review", "a spare person", `{"note":`+long(301)+`}`, "422 invalid /note too_long")
	add("enrol with a wrong password", "other", "POST /auth/second-factor", "", `{"password":"x"}`, "422 invalid /password wrong")
	add("enrol without a password", "other", "POST /auth/second-factor", "", `{}`, "422 invalid /password required")
	add("a code for no enrolment", "auditor", "POST /auth/second-factor/confirm", "", `{"code":"123456"}`, "409 conflict reason nothing_to_confirm")
	add("end no second factor", "other", "POST /auth/second-factor/disable", "", `{"password":"$(password)","code":"123456"}`, "409 conflict reason no_second_factor")
	add("codes of no second factor", "other", "POST /auth/second-factor/recovery-codes", "", `{"password":"$(password)","code":"123456"}`, "409 conflict reason no_second_factor")
	const provider = `"issuer":"https://dang-nhap.sonla.example",`
	for _, x := range [][3]string{
		{"no issuer", `{"subject":"s","basis":"b"}`, "/issuer required"}, {"an issuer that is a name", `{"issuer":"keycloak","subject":"s","basis":"b"}`, "/issuer not_an_issuer"},
		{"an issuer of another scheme", `{"issuer":"ldap://sonla.example","subject":"s","basis":"b"}`, "/issuer not_an_issuer"}, {"an issuer with a query", `{"issuer":"https://sonla.example/?a=b","subject":"s","basis":"b"}`, "/issuer not_an_issuer"},
		{"no subject", `{` + provider + `"basis":"b"}`, "/subject required"}, {"a subject in Vietnamese", `{` + provider + `"subject":"hạnh","basis":"b"}`, "/subject not_a_subject"},
		{"a subject with a space", `{` + provider + `"subject":"a b","basis":"b"}`, "/subject not_a_subject"}, {"a long subject", `{` + provider + `"subject":"` + strings.Repeat("s", 256) + `","basis":"b"}`, "/subject not_a_subject"},
		{"no basis", `{` + provider + `"subject":"s","basis":" "}`, "/basis required"}, {"an e-mail in place of a subject", `{` + provider + `"email":"a@b.vn","basis":"b"}`, "/email unknown_field"},
		{"confirmed at once", `{` + provider + `"subject":"s","basis":"b","confirmed":"person"}`, "/confirmed unknown_field"},
	} {
		add("an identity: "+x[0], "admin", "POST"+user+"/identities", "a spare person", x[1], "422 invalid "+x[2])
	}
	add("an identity that is bound", "admin", "POST"+user+"/identities", "a spare person", `{`+provider+`"subject":"hanh-01","basis":"b"}`, "409 conflict reason already_bound")
	add("an identity for oneself", "admin", "POST /users/$(user:admin)/identities", "", `{`+provider+`"subject":"me","basis":"b"}`, "403 forbidden reason own_identity")
	add("confirm one's own binding", "admin", "POST"+user+"/identities/$(iid)/confirm", "a spare person", ``, "403 forbidden reason second_person")
	add("an identity of somebody else", "lead", "POST /users/$(user:police)/identities/$(iid)/confirm", "a spare person", ``, "404 not-found")
	add("an end of an identity without a reason", "admin", "POST"+user+"/identities/$(iid)/end", "a spare person", `{"reason":" "}`, "422 invalid /reason required")
	for _, x := range [][2]string{
		{"/users/review?due=maybe", "?due wrong_type"}, {"/users/review?agency_id=syt", "?agency_id not_a_uuid"}, {"/users/review?role=admin", "?role unknown_parameter"},
		{"/agencies?on=01/03/2025", "?on not_a_date"}, {"/contacts?stale=maybe", "?stale wrong_type"}, {"/contacts?agency_id=syt", "?agency_id not_a_uuid"}, {"/duty-shifts?from=2026-11-22", "?from missing_offset"},
		{"/users?role=king", "?role not_in_list"}, {"/users?q=x", "?q unknown_parameter"}, {"/agencies/$(spare agency)/duty?at=now", "?at not_a_time"},
	} {
		add("a query: "+x[0], "admin", "GET "+x[0], "", "", "400 malformed "+x[1])
	}
	return list
}
