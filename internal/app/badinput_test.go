package app_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/httpapi"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// badInput is one request that must be refused, and how.
type badInput struct {
	name  string
	as    string   // a user of the demo, officer when empty; "-" sends no token
	do    string   // method and path; a path with one slash is below /api/v1, with two below /
	in    string   // the state of the case that $(id) names, if any
	body  string   //
	want  string   // status, kind of problem, and an entry of errors (pointer, code) or of reasons ("reason", code)
	head  []string // more headers, "Name: value"; a name alone takes the header away
	first *httpCall
}

const (
	reports  = "POST /incidents"
	theCase  = " /incidents/$(id)"
	handover = "POST /incidents/$(id)/handovers/$(hid)/"
	nobodyID = "0199aaaa-0000-7000-8000-000000000000"
)

// report is a right report with some members replaced by raw JSON, or taken away by "".
func report(edits ...string) string {
	members := [][2]string{
		{"title", `"Mã độc tống tiền"`}, {"description", `"Máy chủ bị mã hóa"`},
		{"detected_at", `"$(past)"`}, {"system", `{"name":"Máy chủ tệp"}`},
	}
	for i := 0; i+1 < len(edits); i += 2 {
		at := slices.IndexFunc(members, func(m [2]string) bool { return m[0] == edits[i] })
		if at < 0 {
			members = append(members, [2]string{edits[i], edits[i+1]})
			continue
		}
		members[at][1] = edits[i+1]
	}
	var parts []string
	for _, m := range members {
		if m[1] != "" {
			parts = append(parts, strconv.Quote(m[0])+":"+m[1])
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func long(n int) string { return `"` + strings.Repeat("ệ", n) + `"` }

func many(n int, item string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
}

// badBodies are bodies that are no JSON, or JSON of another shape.
func badBodies() []badInput {
	var list []badInput
	for _, x := range [][2]string{
		{"not JSON", `xin chào`}, {"no value", `{"title":}`}, {"cut off", report()[:60]}, {"cut off in a text", `{"title":"Mã`},
		{"something behind", report() + ` x`}, {"two documents", report() + report()}, {"a second, empty document", report() + `{}`},
		{"only white space", " \n\t"}, {"single quotes", `{'title':'x'}`}, {"a comment", report() + ` // x`},
		{"a comma too many", `{"title":"x",}`}, {"NaN", report("exercise", `NaN`)}, {"a number with a leading zero", report("exercise", `01`)},
		{"a byte order mark", "\ufeff" + report()}, {"invalid UTF-8", report("title", "\"\xff\xfe\"")}, {"cut UTF-8", report("title", "\"M\xc3\"")},
		{"UTF-16", "\xff\xfe{\x00}\x00"}, {"a lone surrogate", report("title", `"\ud800"`)}, {"surrogates in the wrong order", report("title", `"\udc00\ud800"`)},
		{"a raw control character", report("title", "\"a\x01b\"")}, {"a raw line break in a text", report("title", "\"a\nb\"")},
		{"a member twice", report("title", `"a","title":"b"`)}, {"a member twice, once escaped", report("title", `"a","\u0074itle":"b"`)},
		{"a member twice, deep", report("system", `{"name":"a","name":"b"}`)}, {"a member twice where nothing is known", report("x", `{"a":1,"a":2}`)},
		{"deeper than any reader goes", report("x", strings.Repeat("[", 20000)+strings.Repeat("]", 20000))},
		{"brackets that do not fit", report("natures", `[}`)}, {"a bad escape", report("title", `"\x41"`)},
	} {
		list = append(list, badInput{name: x[0], do: reports, body: x[1], want: "400 malformed"})
	}
	list = append(list, badInput{name: "no body", do: reports, head: []string{"Content-Type: application/json"}, want: "400 malformed"},
		badInput{name: "no body and no type", do: reports, want: "400 malformed"},
		badInput{name: "not JSON in a patch", do: "PATCH" + theCase, in: "quiet", body: `{"title":"a`, want: "400 malformed"},
		badInput{name: "a member twice in a patch", do: "PATCH" + theCase, in: "quiet", body: `{"title":"a","title":"b"}`, want: "400 malformed"})
	for _, x := range [][3]string{
		{"null", `null`, `"" not_null`}, {"an array", `[]`, `"" wrong_type`}, {"a report in an array", "[" + report() + "]", `"" wrong_type`},
		{"a text", `"x"`, `"" wrong_type`}, {"a number", `7`, `"" wrong_type`}, {"true", `true`, `"" wrong_type`},
		{"an empty object", `{}`, "/system required"}, {"no title", report("title", ""), "/title required"},
		{"no description", report("description", ""), "/description required"}, {"no time", report("detected_at", ""), "/detected_at required"},
		{"no system", report("system", ""), "/system required"}, {"an unnamed system", report("system", `{}`), "/system/name required"},
		{"a blank title", report("title", `" \t\n"`), "/title required"}, {"an empty description", report("description", `""`), "/description required"},
		{"null for a title", report("title", `null`), "/title not_null"}, {"null in a list", report("natures", `[null]`), "/natures/0 not_null"},
		{"null for a list", report("natures", `null`), "/natures not_null"}, {"null for a flag", report("exercise", `null`), "/exercise not_null"},
		{"a number for a title", report("title", `5`), "/title wrong_type"}, {"an object for a description", report("description", `{}`), "/description wrong_type"},
		{"a text for a list", report("natures", `"cybercrime"`), "/natures wrong_type"}, {"numbers in a list", report("natures", `["cybercrime",1]`), "/natures/1 wrong_type"},
		{"a text for a flag", report("exercise", `"true"`), "/exercise wrong_type"}, {"a number for a flag", report("confidential", `1`), "/confidential wrong_type"},
		{"a text for an object", report("system", `"Máy chủ"`), "/system wrong_type"}, {"a number deep down", report("system", `{"name":5}`), "/system/name wrong_type"},
		{"an object for a text deep down", report("report", `{"reporter_name":{}}`), "/report/reporter_name wrong_type"},
		{"a list in a list", report("system", `{"name":"x","domains":[["a.vn"]]}`), "/system/domains/0 wrong_type"},
		{"a text for a number", report("system", `{"name":"x","level":"3"}`), "/system/level wrong_type"},
		{"a broken number", report("system", `{"name":"x","level":3.5}`), "/system/level wrong_type"},
		{"a number beyond all numbers", report("system", `{"name":"x","level":1e400}`), "/system/level wrong_type"},
		{"a number of many digits", report("system", `{"name":"x","level":`+strings.Repeat("9", 400)+`}`), "/system/level wrong_type"},
		{"an unknown member", report("severity", `"high"`), "/severity unknown_field"}, {"an id in the body", report("id", `"`+nobodyID+`"`), "/id unknown_field"},
		{"a status in the body", report("status", `"closed"`), "/status unknown_field"}, {"an unknown member deep down", report("system", `{"name":"x","ip":"1.2.3.4"}`), "/system/ip unknown_field"},
		{"an unknown member in the report", report("report", `{"reporter":"x"}`), "/report/reporter unknown_field"}, {"another case of letters", report("Title", `"x"`), "/Title unknown_field"},
		{"a member to be escaped", report("a/b~c", `1`), "/a~1b~0c unknown_field"}, {"an empty name", report("", `1`), "/ unknown_field"},
		{"a proto", report("__proto__", `{}`), "/__proto__ unknown_field"},
		{"200 levels where nothing is known", report("x", strings.Repeat("[", 200)+strings.Repeat("]", 200)), "/x unknown_field"},
		{"200 levels for a title", report("title", strings.Repeat(`{"a":`, 200)+"1"+strings.Repeat("}", 200)), "/title wrong_type"},
	} {
		list = append(list, badInput{name: x[0], do: reports, body: x[1], want: "422 invalid " + x[2]})
	}
	return list
}

// badReports are reports with a value that the domain refuses.
func badReports() []badInput {
	var list []badInput
	system := func(more string) string { return report("system", `{"name":"x",`+more+`}`) }
	for _, x := range [][3]string{
		{"a title of 301 characters", report("title", long(301)), "/title too_long"}, {"a description of 20001", report("description", long(20001)), "/description too_long"},
		{"a long name", report("report", `{"reporter_name":`+long(301)+`}`), "/report/reporter_name too_long"}, {"a long phone", report("report", `{"reporter_phone":`+long(51)+`}`), "/report/reporter_phone too_long"},
		{"a long name of a system", report("system", `{"name":`+long(301)+`}`), "/system/name too_long"},
		{"NUL", report("title", `"a\u0000b"`), "/title control_character"}, {"a bell", report("description", `"a\u0007"`), "/description control_character"},
		{"DEL", report("title", `"a\u007f"`), "/title control_character"}, {"a control character of Latin-1", report("title", `"a\u009b31m"`), "/title control_character"},
		{"NUL deep down", report("report", `{"reference":"\u0000"}`), "/report/reference control_character"}, {"NUL in a list", report("natures", `["\u0000"]`), "/natures/0 control_character"},
		{"not an address of mail", report("report", `{"reporter_email":"a b@c"}`), "/report/reporter_email not_an_email"},

		{"a time without offset", report("detected_at", `"2026-11-22T10:00:00"`), "/detected_at missing_offset"}, {"a date for a time", report("detected_at", `"2026-01-02"`), "/detected_at missing_offset"},
		{"a number for a time", report("detected_at", `1763776800`), "/detected_at wrong_type"}, {"words for a time", report("detected_at", `"hôm qua"`), "/detected_at not_a_time"},
		{"no time of the day", report("detected_at", `"2026-01-02T25:00:00Z"`), "/detected_at not_a_time"}, {"no day", report("detected_at", `"2025-02-30T10:00:00Z"`), "/detected_at not_a_time"},
		{"a leap second", report("detected_at", `"2016-12-31T23:59:60Z"`), "/detected_at not_a_time"}, {"a time in small letters", report("detected_at", `"2026-01-02t10:00:00z"`), "/detected_at not_a_time"},
		{"an offset of no place", report("detected_at", `"2026-01-02T10:00:00+99:99"`), "/detected_at not_a_time"}, {"a year of five digits", report("detected_at", `"12026-01-02T10:00:00Z"`), "/detected_at not_a_time"},
		{"an empty time", report("detected_at", `""`), "/detected_at not_a_time"}, {"a time of the future", report("detected_at", `"$(hour ahead)"`), "/detected_at out_of_range"},
		{"a violation found in the future", report("violation_found_at", `"$(hour ahead)"`), "/violation_found_at out_of_range"}, {"a violation found at no time", report("violation_found_at", `"2026-01-02"`), "/violation_found_at missing_offset"},
		{"a time of 1800", report("detected_at", `"1800-01-02T10:00:00Z"`), "/detected_at out_of_range"}, {"the year 0000", report("detected_at", `"0000-01-02T10:00:00Z"`), "/detected_at not_a_time"},
		{"the last year", report("detected_at", `"9999-12-31T23:59:59Z"`), "/detected_at out_of_range"},
		{"a future that occurred", report("occurred_at", `"$(hour ahead)"`), "/occurred_at out_of_range"}, {"occurred in 1800", report("occurred_at", `"1800-01-02T10:00:00Z"`), "/occurred_at out_of_range"},

		{"no precision", report("detected_precision", `"second"`), "/detected_precision not_in_list"}, {"no nature", report("natures", `["ddos"]`), "/natures/0 not_in_list"},
		{"an empty nature", report("natures", `["cybercrime",""]`), "/natures/1 required"}, {"a label of TLP 1", report("tlp", `"white"`), "/tlp not_in_list"},
		{"a label in capitals", report("tlp", `"AMBER"`), "/tlp not_in_list"}, {"a secret for a label", report("tlp", `"mat"`), "/tlp not_in_list"},
		{"no channel", report("report", `{"channel":"pigeon"}`), "/report/channel not_in_list"},

		{"an internal address", system(`"public_addresses":["203.0.113.7","10.1.2.3"]`), "/system/public_addresses/1 not_public"}, {"this machine", system(`"public_addresses":["127.0.0.1"]`), "/system/public_addresses/0 not_public"},
		{"an internal address, mapped", system(`"public_addresses":["::ffff:192.168.1.1"]`), "/system/public_addresses/0 not_public"}, {"an internal address of six", system(`"public_addresses":["fd00::1"]`), "/system/public_addresses/0 not_public"},
		{"a link's address", system(`"public_addresses":["fe80::1"]`), "/system/public_addresses/0 not_public"}, {"the provider's inside", system(`"public_addresses":["100.64.0.1"]`), "/system/public_addresses/0 not_public"},
		{"nobody's address", system(`"public_addresses":["0.0.0.0"]`), "/system/public_addresses/0 not_public"}, {"everybody's address", system(`"public_addresses":["255.255.255.255"]`), "/system/public_addresses/0 not_public"},
		{"a network", system(`"public_addresses":["203.0.113.0/24"]`), "/system/public_addresses/0 not_an_address"}, {"a port", system(`"public_addresses":["203.0.113.7:443"]`), "/system/public_addresses/0 not_an_address"},
		{"no address", system(`"public_addresses":["999.1.1.1"]`), "/system/public_addresses/0 not_an_address"}, {"a zone", system(`"public_addresses":["fe80::1%eth0"]`), "/system/public_addresses/0 not_an_address"},
		{"150000 mistakes", report("natures", many(150000, `"x"`)), "/natures/0 not_in_list"}, {"101 addresses", system(`"public_addresses":` + many(101, `"203.0.113.7"`)), "/system/public_addresses too_many"},
		{"a link for a domain", system(`"domains":["http://sonla.gov.vn"]`), "/system/domains/0 not_a_domain"}, {"a space in a domain", system(`"domains":["son la.vn"]`), "/system/domains/0 not_a_domain"},
		{"one label", system(`"domains":["localhost"]`), "/system/domains/0 not_a_domain"}, {"an empty label", system(`"domains":["a..vn"]`), "/system/domains/0 not_a_domain"},
		{"a hyphen in front", system(`"domains":["-a.vn"]`), "/system/domains/0 not_a_domain"}, {"an address for a domain", system(`"domains":["1.2.3.4"]`), "/system/domains/0 not_a_domain"},
		{"a domain of 254 letters", system(`"domains":["` + strings.Repeat("a.", 126) + `vn"]`), "/system/domains/0 not_a_domain"}, {"101 domains", system(`"domains":` + many(101, `"a.vn"`)), "/system/domains too_many"},
		{"level 0", system(`"level":0`), "/system/level out_of_range"}, {"level 6", system(`"level":6`), "/system/level out_of_range"}, {"level -1", system(`"level":-1`), "/system/level out_of_range"},
		{"no id of a system", system(`"id":"7"`), "/system/id not_a_uuid"},

		{"an owner who does not exist", report("owner_agency_id", `"`+nobodyID+`"`), "/owner_agency_id unknown_agency"}, {"an operator who does not exist", report("operator_agency_id", `"`+nobodyID+`"`), "/operator_agency_id unknown_agency"},
		{"an owner that has ended", report("owner_agency_id", `"$(stttt)"`), "/owner_agency_id unknown_agency"}, {"a code for an id", report("owner_agency_id", `"tthdl"`), "/owner_agency_id not_a_uuid"},
		{"a person for an agency", report("owner_agency_id", `"$(user:officer)"`), "/owner_agency_id unknown_agency"}, {"SQL for an id", report("owner_agency_id", `"' OR 1=1 --"`), "/owner_agency_id not_a_uuid"},
	} {
		list = append(list, badInput{name: x[0], do: reports, body: x[1], want: "422 invalid " + x[2]})
	}
	secret := report("contains_state_secret", "true", "description", `"nội dung mật Đà Giang"`)
	return append(list,
		badInput{name: "a body of 1 MiB and a byte", do: reports, body: report() + strings.Repeat(" ", 1<<20+1-len(report())), want: "413 too-large"},
		badInput{name: "a title of 1 MiB", do: reports, body: report("title", `"`+strings.Repeat("a", 1<<20)+`"`), want: "413 too-large"},
		badInput{name: "a state secret", as: "reporter", do: reports, body: secret, want: "422 state-secret reason state_secret"},
		badInput{name: "a state secret that is wrong otherwise", do: reports, body: report("contains_state_secret", "true", "title", long(999)), want: "422 state-secret reason state_secret"},
		badInput{name: "a state secret by someone who may not report", as: "auditor", do: reports, body: secret, want: "422 state-secret reason state_secret"},
		badInput{name: "a text for whether it is secret", do: reports, body: report("contains_state_secret", `"true"`), want: "422 invalid /contains_state_secret wrong_type"},
	)
}

// badPatches are corrections of a case.
func badPatches() []badInput {
	var list []badInput
	for _, x := range [][3]string{
		{"null for a patch", `null`, `"" not_null`}, {"a list of operations", `[{"op":"replace","path":"/title","value":"x"}]`, `"" wrong_type`},
		{"the status", `{"status":"closed"}`, "/status unknown_field"}, {"the id", `{"id":"` + nobodyID + `"}`, "/id unknown_field"}, {"the version", `{"version":9}`, "/version unknown_field"},
		{"the lead", `{"lead_agency_id":"$(syt)"}`, "/lead_agency_id unknown_field"}, {"a secret", `{"contains_state_secret":true}`, "/contains_state_secret unknown_field"},
		{"an unknown member deep down", `{"system":{"name":"x","owner":"y"}}`, "/system/owner unknown_field"},
		{"no title", `{"title":null}`, "/title not_null"}, {"a blank title", `{"title":" "}`, "/title required"}, {"a long title", `{"title":` + long(301) + `}`, "/title too_long"},
		{"NUL", `{"description":"\u0000"}`, "/description control_character"}, {"no category", `{"category":"ddos"}`, "/category not_in_list"}, {"category null", `{"category":null}`, "/category not_null"},
		{"no national type", `{"category_vn":"dos"}`, "/category_vn not_in_list"}, {"no severity", `{"severity":"nghiem_trong"}`, "/severity not_in_list"}, {"no nature", `{"natures":["x"]}`, "/natures/0 not_in_list"},
		{"no fact", `{"facts":{"a/b":true}}`, "/facts/a~1b unknown_fact"}, {"a text for a fact", `{"facts":{"may_spread":"có"}}`, "/facts/may_spread wrong_type"}, {"NUL in a fact", `{"facts":{"\u0000":true}}`, "/facts control_character"},
		{"no label", `{"tlp":"white"}`, "/tlp not_in_list"}, {"no system", `{"system":null}`, "/system not_null"}, {"a system loses its name", `{"system":{"name":null}}`, "/system/name required"}, {"a system with a blank name", `{"system":{"name":" "}}`, "/system/name required"},
		{"level 6", `{"system":{"name":"x","level":6}}`, "/system/level out_of_range"}, {"an internal address", `{"system":{"name":"x","public_addresses":["10.0.0.1"]}}`, "/system/public_addresses/0 not_public"},
		{"no channel", `{"report":{"channel":"pigeon"}}`, "/report/channel not_in_list"}, {"a time without offset", `{"detected_at":"2026-11-22T10:00:00","reason":"x"}`, "/detected_at missing_offset"},
		{"no reason for a time", `{"detected_at":"$(past)"}`, "/reason required"}, {"a time of the future", `{"detected_at":"$(hour ahead)","reason":"x"}`, "/detected_at out_of_range"},
		{"no precision", `{"detected_precision":"second"}`, "/detected_precision not_in_list"}, {"occurred in 1800", `{"occurred_at":"1800-01-01T00:00:00Z"}`, "/occurred_at out_of_range"},
		{"an owner who does not exist", `{"owner_agency_id":"` + nobodyID + `"}`, "/owner_agency_id unknown_agency"}, {"a person of no team", `{"assignee_id":"$(user:reporter)"}`, "/assignee_id not_in_team"},
		{"nobody", `{"assignee_id":"` + nobodyID + `"}`, "/assignee_id not_in_team"}, {"no id", `{"assignee_id":"tuan"}`, "/assignee_id not_a_uuid"},
		{"named in an open case", `{"named_user_ids":["$(user:officer)"]}`, "/named_user_ids not_restricted"}, {"naming nobody known", `{"restricted":true,"named_user_ids":["` + nobodyID + `"]}`, "/named_user_ids unknown_user"},
		{"naming no ids", `{"restricted":true,"named_user_ids":["lead2"]}`, "/named_user_ids/0 not_a_uuid"}, {"a text for a flag", `{"restricted":"true"}`, "/restricted wrong_type"}, {"a flag null", `{"restricted":null}`, "/restricted not_null"},
	} {
		list = append(list, badInput{name: "patch: " + x[0], as: "lead", do: "PATCH" + theCase, in: "quiet", body: x[1], want: "422 invalid " + x[2]})
	}
	return list
}

// badMoves are the moves and the rest of a case's work, with wrong values.
func badMoves() []badInput {
	var list []badInput
	add := func(name, as, do, in, body, want string) {
		list = append(list, badInput{name: name, as: as, do: do, in: in, body: body, want: want})
	}
	post := "POST" + theCase + "/"
	for _, x := range [][4]string{
		{"triage", "reported", `{"category":"ddos","severity":"high"}`, "/category not_in_list"}, {"triage", "reported", `{"category":"availability.ddos","severity":"nghiem_trong"}`, "/severity not_in_list"},
		{"triage", "reported", `{"category":"availability.ddos"}`, "/severity required"}, {"triage", "reported", `{"severity":"high"}`, "/category required"},
		{"triage", "reported", `{"category":"availability.ddos","severity":"high","category_vn":"dos"}`, "/category_vn not_in_list"},
		{"triage", "reported", `{"category":"availability.ddos","severity":"high","natures":["x"]}`, "/natures/0 not_in_list"}, {"triage", "reported", `{"category":"availability.ddos","severity":"high","natures":{}}`, "/natures wrong_type"},
		{"triage", "reported", `{"category":"availability.ddos","severity":"high","facts":{"x":true}}`, "/facts/x unknown_fact"}, {"triage", "reported", `{"category":"availability.ddos","severity":"high","facts":{"may_spread":1}}`, "/facts/may_spread wrong_type"},
		{"triage", "reported", `{"category":"availability.ddos","severity":"high","assignee_id":"$(user:police)"}`, "/assignee_id not_in_team"}, {"triage", "reported", `{"category":"availability.ddos","severity":"high","status":"closed"}`, "/status unknown_field"},
		{"triage", "reported", `{"category":"availability.ddos","severity":"high","note":` + long(20001) + `}`, "/note too_long"},
		{"triage", "reported", `{"category":"availability.ddos","severity":"high","violation_found_at":"$(hour ahead)"}`, "/violation_found_at out_of_range"}, {"triage", "reported", `{"category":"availability.ddos","severity":"high","violation_found_at":"hôm qua"}`, "/violation_found_at not_a_time"},
		{"respond", "triaged", `{"note":5}`, "/note wrong_type"}, {"respond", "triaged", `{"reason":"x"}`, "/reason unknown_field"},
		{"escalate", "triaged", `{"reason":"x"}`, "/handovers required"}, {"escalate", "triaged", `{"reason":"x","handovers":[]}`, "/handovers required"}, {"escalate", "triaged", `{"reason":" ","handovers":[` + askBody + `]}`, "/reason required"},
		{"escalate", "triaged", `{"reason":"x","handovers":[{"to_agency_id":"$(cat-dau-moi)","kind":"notice","message":"x"}]}`, "/handovers no_request_to_police_or_military"},
		{"escalate", "triaged", `{"reason":"x","handovers":[{"to_agency_id":"$(syt)","kind":"coordination","message":"x"}]}`, "/handovers no_request_to_police_or_military"},
		{"escalate", "triaged", `{"reason":"x","handovers":[` + askBody + `,{"to_agency_id":"$(bchqs)","kind":"order","message":"x"}]}`, "/handovers/1/kind not_in_list"},
		{"escalate", "triaged", `{"reason":"x","handovers":[` + askBody + `,{"to_agency_id":"` + nobodyID + `","kind":"coordination","message":"x"}]}`, "/handovers/1/to_agency_id unknown_agency"},
		{"escalate", "triaged", `{"reason":"x","handovers":[` + askBody + `,{"to_agency_id":"$(doi-ucsc)","kind":"coordination","message":"x"}]}`, "/handovers/1/to_agency_id same_agency"},
		{"escalate", "triaged", `{"reason":"x","handovers":[{"from_agency_id":"$(syt)","to_agency_id":"$(cat-dau-moi)","kind":"coordination","message":"x"}]}`, "/handovers/0/from_agency_id not_here"},
		{"escalate", "triaged", `{"reason":"x","handovers":[null]}`, "/handovers/0 not_null"}, {"escalate", "triaged", `{"reason":"x","handovers":` + many(21, askBody) + `}`, "/handovers required"},
		{"escalate", "triaged", `{"reason":"x","handovers":[{"to_agency_id":"$(cat-dau-moi)","kind":"coordination","message":"x","id":"1"}]}`, "/handovers/0/id unknown_field"},
		{"notify-national", "triaged", `{}`, "/reason required"}, {"notify-national", "triaged", `{"reason":"x","to_agency_id":"` + nobodyID + `"}`, "/to_agency_id unknown_agency"},
		{"notify-national", "triaged", `{"reason":"x","to_agency_id":"$(stttt)"}`, "/to_agency_id unknown_agency"}, {"stand-down", "escalated", `{"reason":null}`, "/reason not_null"},
		{"resolve", "responding", `{"reason":"done","summary":"x","prevention":"x","handled":"self"}`, "/reason not_in_list"}, {"resolve", "responding", `{"reason":"fixed","summary":"x","prevention":"x","handled":"alone"}`, "/handled not_in_list"},
		{"resolve", "responding", `{"reason":"fixed","summary":"x","handled":"self"}`, "/prevention required"}, {"resolve", "responding", `{"reason":"fixed","summary":"","prevention":"x","handled":"self"}`, "/summary required"},
		{"resolve", "responding", `{"reason":"fixed","summary":"x","prevention":"x","handled":"self","estimated_damage":-1}`, "/estimated_damage out_of_range"},
		{"resolve", "responding", `{"reason":"fixed","summary":"x","prevention":"x","handled":"self","estimated_damage":1.5}`, "/estimated_damage wrong_type"},
		{"resolve", "responding", `{"reason":"fixed","summary":"x","prevention":"x","handled":"self","estimated_damage":1e400}`, "/estimated_damage wrong_type"},
		{"resolve", "responding", `{"reason":"fixed","summary":"x","prevention":"x","handled":"self","estimated_damage":"1000000"}`, "/estimated_damage wrong_type"},
		{"resolve", "responding", `{"reason":"fixed","summary":"x","prevention":"x","handled":"self","estimated_damage":9223372036854775807}`, "/estimated_damage out_of_range"},
		{"close", "resolved", `{"lessons":""}`, "/lessons required"}, {"reject", "noticed", `{"reason":"boring","note":"x"}`, "/reason not_in_list"}, {"reject", "noticed", `{"reason":"other"}`, "/note required"},
		{"reopen", "resolved", `{"reason":"\u0000"}`, "/reason control_character"},
		{"merge", "reported", `{"reason":"x"}`, "/into_id required"}, {"merge", "reported", `{"into_id":"SL-2026-000001","reason":"x"}`, "/into_id not_a_uuid"}, {"merge", "reported", `{"into_id":"$(target)"}`, "/reason required"},
		{"merge", "reported", `{"into_id":"$(id)","reason":"x"}`, "/into_id same_incident"}, {"merge", "reported", `{"into_id":"` + nobodyID + `","reason":"x"}`, "/into_id unknown_incident"},
		{"merge", "reported", `{"into_id":"$(target)","reason":" "}`, "/reason required"}, {"merge", "reported", `{"into_id":"$(target)","reason":"x","force":true}`, "/force unknown_field"},
		{"links", "reported", `{"kind":"related"}`, "/to_id required"}, {"links", "reported", `{"to_id":"$(id)","kind":"related"}`, "/to_id same_incident"}, {"links", "reported", `{"to_id":"` + nobodyID + `","kind":"related"}`, "/to_id unknown_incident"},
		{"links", "reported", `{"to_id":"$(target)","kind":"merged"}`, "/kind not_in_list"}, {"links", "reported", `{"to_id":"$(target)"}`, "/kind required"}, {"links", "reported", `{"to_id":"$(target)","kind":"related","note":` + long(20001) + `}`, "/note too_long"},
		{"links/$(lid)/remove", "linked", `{}`, "/reason required"},
		{"notes", "reported", `{"text":"x","audience":"public"}`, "/audience not_in_list"}, {"notes", "reported", `{"text":"x","audience":"team","tlp":"TLP:RED"}`, "/tlp not_in_list"},
		{"notes", "reported", `{"text":"x","audience":"team","confidential":"true"}`, "/confidential wrong_type"}, {"observables", "reported", `{"type":"ip","value":"203.0.113.7","audience":"team","confidential":1}`, "/confidential wrong_type"},
		{"notes", "reported", `{"audience":"team"}`, "/text required"}, {"notes", "reported", `{"text":` + long(20001) + `,"audience":"team"}`, "/text too_long"}, {"notes", "reported", `{"text":"x","audience":"team","incident_id":"` + nobodyID + `"}`, "/incident_id unknown_field"},
		{"handovers", "reported", `{"to_agency_id":"$(bchqs)","kind":"order","message":"x"}`, "/kind not_in_list"}, {"handovers", "reported", `{"to_agency_id":"$(bchqs)","kind":"coordination","message":"x","urgency":"asap"}`, "/urgency not_in_list"},
		{"handovers", "reported", `{"to_agency_id":"$(bchqs)","kind":"coordination","message":"x","channel":"sms"}`, "/channel not_in_list"}, {"handovers", "reported", `{"to_agency_id":"$(bchqs)","kind":"coordination"}`, "/message required"},
		{"handovers", "reported", `{"kind":"coordination","message":"x"}`, "/to_agency_id required"}, {"handovers", "reported", `{"to_agency_id":"bchqs","kind":"coordination","message":"x"}`, "/to_agency_id not_a_uuid"},
		{"handovers", "reported", `{"to_agency_id":"` + nobodyID + `","kind":"coordination","message":"x"}`, "/to_agency_id unknown_agency"}, {"handovers", "reported", `{"to_agency_id":"$(stttt)","kind":"coordination","message":"x"}`, "/to_agency_id unknown_agency"},
		{"handovers", "reported", `{"to_agency_id":"$(doi-ucsc)","kind":"coordination","message":"x"}`, "/to_agency_id same_agency"}, {"handovers", "reported", `{"to_agency_id":"$(bchqs)","kind":"direction","message":"x"}`, "/to_agency_id not_leadership"},
		{"handovers", "reported", `{"to_agency_id":"$(bchqs)","kind":"notice","message":"x","transfers_lead":true}`, "/transfers_lead not_a_request"}, {"handovers", "reported", `{"to_agency_id":"$(bchqs)","kind":"coordination","message":"x","due_at":"$(past)"}`, "/due_at in_the_past"},
		{"handovers", "reported", `{"to_agency_id":"$(bchqs)","kind":"coordination","message":"x","due_at":"2027-01-01T00:00:00"}`, "/due_at missing_offset"},
		{"handovers", "reported", `{"to_agency_id":"$(bchqs)","kind":"coordination","message":"x","document":{"number":"123456789012"}}`, "/document/number too_long"},
		{"handovers", "reported", `{"to_agency_id":"$(bchqs)","kind":"coordination","message":"x","document":{"issued_on":"22/11/2026"}}`, "/document/issued_on not_a_date"},
		{"handovers", "reported", `{"to_agency_id":"$(bchqs)","kind":"coordination","message":"x","document":{"issued_on":"2026-02-30"}}`, "/document/issued_on not_a_date"},
		{"handovers", "reported", `{"to_agency_id":"$(bchqs)","kind":"coordination","message":"x","document":{"signed_by":"x"}}`, "/document/signed_by unknown_field"},
		{"handovers", "reported", `{"from_agency_id":"` + nobodyID + `","to_agency_id":"$(doi-ucsc)","kind":"coordination","message":"x"}`, "/from_agency_id unknown_agency"},
		{"handovers", "reported", `{"from_agency_id":"$(syt)","to_agency_id":"$(syt)","kind":"coordination","message":"x"}`, "/to_agency_id same_agency"},
		{"handovers", "reported", `{"from_agency_id":"$(syt)","to_agency_id":"$(doi-ucsc)","kind":"coordination","message":"x","transfers_lead":true}`, "/transfers_lead not_lead"},
		{"national-reports", "triaged", `{}`, "/kind required"}, {"national-reports", "triaged", `{"kind":"summary"}`, "/kind not_in_list"}, {"national-reports", "triaged", `{"kind":"notice","fields":[]}`, "/fields wrong_type"},
		{"national-reports", "triaged", `{"kind":"notice","fields":{"no~such":"x"}}`, "/fields/no~0such unknown_field"}, {"national-reports", "triaged", `{"kind":"notice","fields":{"description":1}}`, "/fields/description wrong_type"},
		{"national-reports", "triaged", `{"kind":"notice","fields":{"description":{"x":1}}}`, "/fields/description wrong_type"}, {"national-reports", "triaged", `{"kind":"notice","fields":{"description":null}}`, "/fields/description not_null"},
		{"national-reports", "triaged", `{"kind":"notice","fields":{"description":1e999}}`, "/fields/description out_of_range"},
		{"national-reports", "triaged", `{"kind":"notice","fields":{"description":"a\u0000b"}}`, "/fields/description control_character"}, {"national-reports", "triaged", `{"kind":"notice","fields":{"description":` + long(20001) + `}}`, "/fields/description too_long"},
		{"national-reports", "triaged", `{"kind":"notice","fields":{"detected_at":"22/11/2026"}}`, "/fields/detected_at not_a_time"}, {"national-reports", "triaged", `{"kind":"initial","fields":{"state":"fixed"}}`, "/fields/state not_in_list"},
		{"national-reports", "triaged", `{"kind":"initial","fields":{"told":["isp","isp"]}}`, "/fields/told/1 repeated"}, {"national-reports", "triaged", `{"kind":"initial","fields":{"told":"isp"}}`, "/fields/told wrong_type"},
		{"national-reports", "triaged", `{"kind":"initial","fields":{"domains":["-x"]}}`, "/fields/domains/0 not_a_domain"}, {"national-reports", "triaged", `{"kind":"initial","fields":{"public_addresses":["113.160.0.1","10.0.0.1"]}}`, "/fields/public_addresses/1 not_public"},
		{"national-reports", "triaged", `{"kind":"notice","to_agency_id":"` + nobodyID + `"}`, "/to_agency_id unknown_agency"}, {"national-reports", "triaged", `{"kind":"notice","to_agency_id":"$(doi-ucsc)"}`, "/to_agency_id same_agency"},
		{"national-reports", "triaged", `{"kind":"notice","to_agency_id":"$(stttt)"}`, "/to_agency_id unknown_agency"}, {"national-reports", "triaged", `{"kind":"final","initial_report_id":"` + nobodyID + `"}`, "/initial_report_id no_initial_report"},
		{"national-reports", "triaged", `{"kind":"notice","initial_report_id":"` + nobodyID + `"}`, "/initial_report_id not_here"}, {"national-reports", "triaged", `{"kind":"notice","keep_secret":1}`, "/keep_secret wrong_type"},
		{"national-reports/$(rid)/withdraw", "filed", `{"reason":" "}`, "/reason required"},
		{"national-reports/$(rid)/send", "national", `{"channel":"sms"}`, "/channel not_in_list"}, {"national-reports/$(rid)/send", "national", `{}`, "/channel required"},
		{"national-reports/$(rid)/send", "national", `{"channel":"email","document":{"symbol":` + long(31) + `}}`, "/document/symbol too_long"},
		{"national-reports/$(rid)/acknowledge", "sent", `{}`, "/officer_name required"}, {"national-reports/$(rid)/acknowledge", "sent", `{"officer_name":"x","at":"$(hour ahead)"}`, "/at out_of_range"},
		{"national-reports/$(rid)/acknowledge", "sent", `{"officer_name":"x","at":"1800-01-01T00:00:00Z"}`, "/at out_of_range"}, {"national-reports/$(rid)/acknowledge", "sent", `{"officer_name":"x","channel":"sms"}`, "/channel not_in_list"},
		{"obligations/$(oid)/fulfil", "reported", `{"at":"$(past)","channel":"sms"}`, "/channel not_in_list"}, {"obligations/$(oid)/fulfil", "reported", `{"channel":"phone"}`, "/at required"},
		{"obligations/$(oid)/fulfil", "reported", `{"at":"$(hour ahead)","channel":"phone"}`, "/at out_of_range"}, {"obligations/$(oid)/fulfil", "reported", `{"at":"1800-01-01T00:00:00Z","channel":"phone"}`, "/at out_of_range"},
		{"obligations/$(oid)/waive", "reported", `{"reason":""}`, "/reason required"},
		{"obligations/$(oid)/reopen", "entered", `{"reason":" "}`, "/reason required"}, {"obligations/$(oid)/reopen", "entered", `{"reason":5}`, "/reason wrong_type"}, {"obligations/$(oid)/reopen", "entered", `{"reason":"x","status":"pending"}`, "/status unknown_field"},
		{"national-reports/$(rid)/send", "national", `{"channel":"email","at":"$(past)"}`, "/at not_here"}, {"national-reports/$(rid)/send", "national", `{"channel":"document","at":"$(hour ahead)"}`, "/at out_of_range"},
		{"national-reports/$(rid)/send", "national", `{"channel":"document","at":"hôm qua"}`, "/at not_a_time"},
		{"handovers/$(hid)/record", "reported", `{"step":"approve","officer_name":"x","at":"$(past)","channel":"phone"}`, "/step not_in_list"}, {"handovers/$(hid)/record", "reported", `{"step":"acknowledge","officer_name":"x","at":"$(past)","channel":"api"}`, "/channel not_outside"},
		{"handovers/$(hid)/record", "reported", `{"step":"acknowledge","officer_name":"x","at":"$(hour ahead)","channel":"phone"}`, "/at out_of_range"}, {"handovers/$(hid)/record", "reported", `{"step":"acknowledge","officer_name":"x","at":"1800-01-01T00:00:00Z","channel":"phone"}`, "/at out_of_range"},
		{"handovers/$(hid)/record", "reported", `{"step":"decline","officer_name":"x","at":"$(past)","channel":"phone"}`, "/reason required"}, {"handovers/$(hid)/record", "reported", `{"step":"complete","officer_name":"x","at":"$(past)","channel":"phone"}`, "/outcome required"},
		{"handovers/$(hid)/record", "reported", `{"step":"acknowledge","at":"$(past)","channel":"phone"}`, "/officer_name required"}, {"handovers/$(hid)/withdraw", "reported", `{}`, "/reason required"},
	} {
		add(x[0]+" "+x[2], "lead", post+x[0], x[1], x[2], "422 invalid "+x[3])
	}
	add("withdraw a report without a reason", "reporter", post+"withdraw", "noticed", `{"reason":" "}`, "422 invalid /reason required")
	add("decline without a reason", "police", handover+"decline", "acknowledged", `{"reason":"  "}`, "422 invalid /reason required")
	add("complete without an outcome", "police", handover+"complete", "accepted", `{}`, "422 invalid /outcome required")
	add("accept with a number", "police", handover+"accept", "acknowledged", `{"partly":1}`, "422 invalid /partly wrong_type")
	add("contest without a reason", "police", handover+"contest", "recorded", `{"reason":null}`, "422 invalid /reason not_null")
	add("a foreign agency as the asker", "officer", post+"handovers", "reported", `{"from_agency_id":"$(syt)","to_agency_id":"$(doi-ucsc)","kind":"coordination","message":"x"}`, "403 forbidden reason role_missing")
	add("someone else's agency as the asker", "police", post+"handovers", "reported", `{"from_agency_id":"$(bchqs)","to_agency_id":"$(doi-ucsc)","kind":"coordination","message":"x"}`, "403 forbidden reason role_missing")
	// Who may not set a field is told so before any question of versions.
	list = append(list, badInput{name: "no right and no version", do: "PATCH" + theCase, in: "quiet", body: `{"restricted":true}`, want: "403 forbidden reason role_missing", head: []string{"If-Match"}},
		badInput{name: "no right and an old version", do: "PATCH" + theCase, in: "quiet", body: `{"detected_at":"$(past)","reason":"x"}`, want: "403 forbidden reason role_missing", head: []string{`If-Match: "77"`}})
	for _, x := range [][3]string{
		{"login without a password", `{"username":"officer"}`, "422 invalid /password required"}, {"login with a number", `{"username":1,"password":"x"}`, "422 invalid /username wrong_type"},
		{"login with NUL", `{"username":"officer\u0000","password":"x"}`, "422 invalid /username control_character"}, {"login with a wrong password", `{"username":"officer","password":"x"}`, "401 unauthenticated"},
		{"login of nobody", `{"username":"' OR 1=1 --","password":"x"}`, "401 unauthenticated"}, {"login with more", `{"username":"officer","password":"x","role":"lead"}`, "422 invalid /role unknown_field"},
		{"login with a very long password", `{"username":"officer","password":"` + strings.Repeat("a", 100000) + `"}`, "401 unauthenticated"},
	} {
		add(x[0], "-", "POST /auth/login", "", x[1], x[2])
	}
	for _, x := range [][2]string{{`{"refresh_token":"x"}`, "401 unauthenticated"}, {`{"refresh_token":"` + nobodyID + `.x"}`, "401 unauthenticated"}, {`{"refresh_token":"' OR 1=1 --.x"}`, "401 unauthenticated"}, {`{}`, "422 invalid /refresh_token required"}} {
		add("refresh "+x[0], "-", "POST /auth/refresh", "", x[0], x[1])
	}
	add("a short password", "other", "POST /auth/password", "", `{"old_password":"$(password)","new_password":"ngan"}`, "422 invalid /new_password length")
	add("a common password", "other", "POST /auth/password", "", `{"old_password":"$(password)","new_password":"Password-20261122"}`, "422 invalid /new_password common")
	add("a password with the username", "other", "POST /auth/password", "", `{"old_password":"$(password)","new_password":"toi-la-O.T.H.E.R-day"}`, "422 invalid /new_password names")
	add("a password with our name", "other", "POST /auth/password", "", `{"old_password":"$(password)","new_password":"desk-UNG-CUU-desk-77"}`, "422 invalid /new_password names")
	add("a password of 257 bytes", "other", "POST /auth/password", "", `{"old_password":"$(password)","new_password":"`+strings.Repeat("abcdefgh", 32)+`x"}`, "422 invalid /new_password length")
	add("the same password", "other", "POST /auth/password", "", `{"old_password":"$(password)","new_password":"$(password)"}`, "422 invalid /new_password same")
	add("a wrong old password", "other", "POST /auth/password", "", `{"old_password":"x","new_password":"mot-mat-khau-khac-2026"}`, "422 invalid /old_password wrong")
	return list
}

// wrongStates are every move from every status it does not start from, every step of a
// handover likewise, and the work that a status refuses.
func wrongStates() []badInput {
	var list []badInput
	body := func(route string) string {
		return access[slices.IndexFunc(access, func(row accessRow) bool { return strings.EqualFold(row.route, route) })].body
	}
	for _, m := range incident.Moves {
		for _, s := range incident.Statuses {
			if !slices.Contains(m.From, s.Status) {
				as := "lead"
				if m.Name == incident.MoveWithdraw {
					as = "reporter"
				}
				list = append(list, badInput{
					name: string(m.Name) + " from " + string(s.Status), as: as, do: "POST" + theCase + "/" + m.Name.Path(), in: string(s.Status),
					body: body(strings.ReplaceAll(string(m.Name), "_", "")), want: "409 conflict reason wrong_status",
				})
			}
		}
	}
	from := map[string][]string{
		"acknowledge": {"reported"}, "accept": {"acknowledged"}, "decline": {"acknowledged"}, "complete": {"accepted"},
		"withdraw": {"reported", "acknowledged"}, "release": {"accepted"},
	}
	for step, starts := range from {
		as := "police"
		if step == "withdraw" || step == "release" {
			as = "officer"
		}
		for _, state := range []string{"reported", "acknowledged", "accepted", "completed"} {
			if slices.Contains(starts, state) {
				continue
			}
			list = append(list, badInput{name: step + " a handover that is " + state, as: as, do: handover + step, in: state, body: body(step + "Handover"), want: "409 conflict reason wrong_status"})
			if as == "police" {
				list = append(list, badInput{
					name: "record " + step + " of a handover that is " + state, as: "lead", do: handover + "record", in: state, want: "409 conflict reason wrong_status",
					body: `{"step":"` + step + `","officer_name":"x","at":"$(past)","channel":"phone","reason":"x","outcome":"x"}`,
				})
			}
		}
	}
	for _, x := range []badInput{
		{name: "accept a notice", as: "police", do: handover + "accept", in: "told", body: `{}`, want: "reason wrong_status"},
		{name: "decline a notice", as: "police", do: handover + "decline", in: "told", body: reasonBody, want: "reason wrong_status"},
		{name: "withdraw a notice that ended", do: handover + "withdraw", in: "told", body: reasonBody, want: "reason wrong_status"},
		{name: "contest what nobody recorded", as: "police", do: handover + "contest", in: "acknowledged", body: reasonBody, want: "reason not_recorded"},
		{name: "contest twice", as: "police", do: handover + "contest", in: "contested", body: reasonBody, want: "reason already_contested"},
		{name: "record the team's own step", as: "lead", do: handover + "record", in: "reported", body: `{"step":"withdraw","officer_name":"x","at":"$(past)","channel":"phone","reason":"x"}`, want: "reason own_step"},
		{name: "withdraw a report that others work on", as: "reporter", do: "POST" + theCase + "/withdraw", in: "reported", body: reasonBody, want: "reason already_in_hand"},
		{name: "merge into a closed case", as: "lead", do: "POST" + theCase + "/merge", in: "reported", body: `{"into_id":"$(closed case)","reason":"x"}`, want: "reason target_status"},
		{name: "merge into an exercise", as: "lead", do: "POST" + theCase + "/merge", in: "reported", body: `{"into_id":"$(exercise)","reason":"x"}`, want: "reason exercise_mismatch"},
		{name: "a note in a merged case", do: "POST" + theCase + "/notes", in: "merged", body: body("addNote"), want: "reason not_open"},
		{name: "link twice", do: "POST" + theCase + "/links", in: "linked", body: linkBody, want: "reason already_linked"},
		{name: "reject with a request", as: "lead", do: "POST" + theCase + "/reject", in: "reported", body: body("reject"), want: "reason requests_exist"},
		{name: "close with a duty pending", as: "lead", do: "POST" + theCase + "/close", in: "resolved too soon", body: body("close"), want: "reason obligation_pending"},
		{name: "close with a handover open", as: "lead", do: "POST" + theCase + "/close", in: "resolved too soon", body: body("close"), want: "reason handover_open"},
		{name: "correct a closed case", as: "lead", do: "PATCH" + theCase, in: "closed", body: correction, want: "reason not_open"},
		{name: "correct a rejected case", as: "lead", do: "PATCH" + theCase, in: "rejected", body: correction, want: "reason not_open"},
		{name: "a note in a closed case", do: "POST" + theCase + "/notes", in: "closed", body: body("addNote"), want: "reason not_open"},
		{name: "ask in a closed case", do: "POST" + theCase + "/handovers", in: "closed", body: body("askHandover"), want: "reason not_open"},
		{name: "ask in a rejected case", do: "POST" + theCase + "/handovers", in: "rejected", body: body("askHandover"), want: "reason not_open"},
		{name: "ask for help without the decision", do: "POST" + theCase + "/national-reports", in: "triaged", body: `{"kind":"help_request"}`, want: "reason not_national"},
		{name: "file in a closed case", do: "POST" + theCase + "/national-reports", in: "closed", body: `{"kind":"progress"}`, want: "reason not_open"},
		{name: "edit what was sent", do: "PATCH" + theCase + "/national-reports/$(rid)", in: "sent", body: `{"keep_secret":true}`, want: "reason wrong_status"},
		{name: "withdraw what was sent", as: "lead", do: "POST" + theCase + "/national-reports/$(rid)/withdraw", in: "sent", body: reasonBody, want: "reason wrong_status"},
		{name: "send a final report without an initial one", do: "POST" + theCase + "/national-reports/$(rid)/send", in: "filed final", body: `{"channel":"document"}`, want: "reason initial_report_missing"},
		{name: "send what was sent", do: "POST" + theCase + "/national-reports/$(rid)/send", in: "sent", body: `{"channel":"email"}`, want: "reason wrong_status"},
		{name: "confirm what was not sent", do: "POST" + theCase + "/national-reports/$(rid)/acknowledge", in: "national", body: `{"officer_name":"x"}`, want: "reason wrong_status"},
		{name: "fulfil a fulfilled duty", do: "POST" + theCase + "/obligations/$(oid)/fulfil", in: "acknowledged", body: fulfilBody, want: "reason not_pending"},
		{name: "waive a fulfilled duty", as: "lead", do: "POST /obligations/$(oid)/waive", in: "acknowledged", body: reasonBody, want: "reason not_pending"},
		{name: "reopen a duty that a handover fulfilled", as: "lead", do: "POST /obligations/$(oid)/reopen", in: "acknowledged", body: reasonBody, want: "reason fulfilled_by_handover"},
		{name: "reopen a pending duty", as: "lead", do: "POST" + theCase + "/obligations/$(oid)/reopen", in: "reported", body: reasonBody, want: "reason already_pending"},
		{name: "reopen a duty of a closed case", as: "lead", do: "POST" + theCase + "/obligations/$(oid)/reopen", in: "closed", body: reasonBody, want: "reason not_open"},
		{name: "reopen a duty of a rejected case", as: "lead", do: "POST" + theCase + "/obligations/$(oid)/reopen", in: "rejected", body: reasonBody, want: "reason not_open"},
	} {
		x.want = "409 conflict " + x.want
		list = append(list, x)
	}
	return list
}

// wrongVersions are the writes that need If-Match: without one, and with one that is not the
// version in force.
func wrongVersions() []badInput {
	var list []badInput
	for _, r := range httpapi.Routes() {
		if !r.Match {
			continue
		}
		row := access[slices.IndexFunc(access, func(row accessRow) bool { return row.route == r.Name })]
		x := badInput{as: "lead", do: r.Method + " " + strings.NewReplacer("{", "$(", "}", ")").Replace(strings.TrimPrefix(r.Path, "/api/v1")), in: row.state, body: row.body}
		switch {
		case row.want == answers:
			x.as = "police"
		case r.Name == "withdraw":
			x.as = "reporter"
		}
		if _, page := pages[row.state]; page {
			x.as = "admin"
		}
		for _, h := range []struct{ given, want string }{{"", "428 version-required"}, {`"77"`, "412 stale"}} {
			x.name, x.head, x.want = r.Name+" If-Match "+h.given, []string{"If-Match: " + h.given}, h.want
			list = append(list, x)
		}
	}
	for _, given := range []string{`1`, `W/"1"`, `"abc"`, `"1`, `"01"`, `"1.0"`, `" 1"`, `"77", "78"`, `"-1"`, `**`, `"99999999999999999999"`, `"*"`, `'1'`} {
		list = append(list, badInput{name: "If-Match " + given, as: "lead", do: "PATCH" + theCase, in: "quiet", body: correction, head: []string{"If-Match: " + given}, want: "412 stale"})
	}
	return list
}

// badMaterial are tasks, observables, messages and invitations that are refused.
func badMaterial() []badInput {
	var list []badInput
	add := func(name, as, do, in, body, want string) {
		list = append(list, badInput{name: name, as: as, do: do, in: in, body: body, want: want})
	}
	post := "POST" + theCase + "/"
	consent := func(more string) string {
		return `{"agency_id":"$(vnpt)","reason":"x","consents":[{"agency_id":"$(cat-dau-moi)","by_name":"x","at":"$(past)","channel":"phone"` + more + `}]}`
	}
	observable := func(typ, value, more string) string {
		return `{"type":"` + typ + `","value":"` + value + `","audience":"team"` + more + `}`
	}
	for _, x := range [][3]string{
		{"tasks", `{"audience":"team"}`, "/title required"}, {"tasks", `{"title":" ","audience":"team"}`, "/title required"}, {"tasks", `{"title":` + long(301) + `,"audience":"team"}`, "/title too_long"},
		{"tasks", `{"title":"x"}`, "/audience required"}, {"tasks", `{"title":"x","audience":"police"}`, "/audience not_in_list"}, {"tasks", `{"title":"x","audience":"team","tlp":"white"}`, "/tlp not_in_list"},
		{"tasks", `{"title":"x","audience":"team","due_at":"$(past)"}`, "/due_at out_of_range"}, {"tasks", `{"title":"x","audience":"team","due_at":"2040-01-01T00:00:00Z"}`, "/due_at out_of_range"},
		{"tasks", `{"title":"x","audience":"team","due_at":"2027-01-01"}`, "/due_at missing_offset"}, {"tasks", `{"title":"x","audience":"team","status":"done"}`, "/status unknown_field"},
		{"tasks", `{"title":"x","audience":"team","assignee_id":"` + nobodyID + `"}`, "/assignee_id not_taking_part"}, {"tasks", `{"title":"x","audience":"participants","assignee_id":"$(user:military)"}`, "/assignee_id not_taking_part"},
		{"tasks", `{"title":"x","audience":"team","assignee_id":"$(user:police)"}`, "/assignee_id may_not_read"}, {"tasks", `{"title":"x","audience":"participants","tlp":"red","assignee_id":"$(user:police)"}`, "/assignee_id may_not_read"},
		{"checklists", `{"type":"DDOS"}`, "/type not_in_list"}, {"checklists", `{"type":1}`, "/type wrong_type"},
		{"observables", observable("ip", "999.1.1.1", ""), "/value not_of_type"}, {"observables", observable("hash", "x", ""), "/type not_in_list"}, {"observables", observable("ip", " ", ""), "/value required"},
		{"observables", observable("url", "evil.vn/a", ""), "/value not_of_type"}, {"observables", observable("sha256", "abc", ""), "/value not_of_type"}, {"observables", observable("asn", "AS99999999999", ""), "/value not_of_type"},
		{"observables", observable("other", strings.Repeat("a", 2001), ""), "/value too_long"}, {"observables", observable("filename", `a\u0000b`, ""), "/value control_character"},
		{"observables", observable("ip", "10.0.0.1", `,"first_seen":"$(hour ahead)"`), "/first_seen out_of_range"}, {"observables", observable("ip", "10.0.0.1", `,"first_seen":"$(past)","last_seen":"2020-01-01T00:00:00Z"`), "/last_seen before_first_seen"},
		{"observables", observable("ip", "10.0.0.1", `,"is_ioc":"yes"`), "/is_ioc wrong_type"}, {"observables", observable("ip", "10.0.0.1", `,"seen_in":3`), "/seen_in unknown_field"},
		{"observables/bulk", `{"observables":[]}`, "/observables out_of_range"}, {"observables/bulk", `{"observables":` + many(501, observable("ip", "10.0.0.1", "")) + `}`, "/observables out_of_range"},
		{"observables/bulk", `{"observables":[` + observable("ip", "10.0.0.1", "") + `,` + observable("ip", "10[.]0.0.1", "") + `]}`, "/observables/1/value repeated"},
		{"observables/bulk", `{"observables":[` + observable("ip", "10.0.0.1", "") + `,` + observable("md5", "x", "") + `]}`, "/observables/1/value not_of_type"},
		{"observables/bulk", `{"observables":[` + observable("ip", "10.0.0.1", "") + `,null]}`, "/observables/1 not_null"}, {"observables/bulk", `{}`, "/observables required"},
		{"observables/$(obid)/retract", `{"reason":" "}`, "/reason required"}, {"observables/$(obid)/retract", `{}`, "/reason required"},
		{"messages", `{}`, "/text required"}, {"messages", `{"text":"\n"}`, "/text required"}, {"messages", `{"text":` + long(20001) + `}`, "/text too_long"}, {"messages", `{"text":"x","direction":"to_agency"}`, "/direction unknown_field"},
		{"participants", `{"reason":"x"}`, "/agency_id required"}, {"participants", `{"agency_id":"$(syt)"}`, "/reason required"}, {"participants", `{"agency_id":"` + nobodyID + `","reason":"x"}`, "/agency_id unknown_agency"},
		{"participants", `{"agency_id":"$(stttt)","reason":"x"}`, "/agency_id unknown_agency"}, {"participants", consent(""), "/consents/0/agency_id not_a_member"},
		{"participants", consent(`,"by_position":` + long(301)), "/consents/0/by_position too_long"}, {"participants", strings.Replace(consent(""), "phone", "api", 1), "/consents/0/channel not_outside"},
		{"participants", strings.Replace(consent(""), "phone", "sms", 1), "/consents/0/channel not_in_list"}, {"participants", strings.Replace(consent(""), "$(past)", "$(hour ahead)", 1), "/consents/0/at out_of_range"},
		{"participants", strings.Replace(consent(""), `"by_name":"x",`, "", 1), "/consents/0/by_name required"}, {"participants", consent(`,"document":{"issued_on":"22/11/2026"}`), "/consents/0/document/issued_on not_a_date"},
		{"participants/$(pid)/end", `{"reason":""}`, "/reason required"},
	} {
		state := "reported"
		if strings.Contains(x[0], "$(") {
			state = "worked"
		}
		add(x[0]+" "+x[2], "lead", post+x[0], state, x[1], "422 invalid "+x[2])
	}
	task := "PATCH" + theCase + "/tasks/$(tid)"
	for _, x := range [][2]string{
		{`{"title":""}`, "/title required"}, {`{"title":null}`, "/title not_null"}, {`{"status":"finished"}`, "/status not_in_list"}, {`{"status":null}`, "/status not_null"}, {`{"status":"cancelled"}`, "/reason required"},
		{`{"reason":"x"}`, "/reason not_here"}, {`{"due_at":"$(past)"}`, "/due_at out_of_range"}, {`{"audience":"team"}`, "/audience unknown_field"}, {`{"assignee_id":"$(user:military)"}`, "/assignee_id not_taking_part"},
	} {
		add("a task: "+x[0], "lead", task, "worked", x[0], "422 invalid "+x[1])
	}
	add("a task put back that was not begun", "lead", task, "worked done", `{"status":"cancelled","reason":"x"}`, "409 conflict reason wrong_status")
	add("a task that is done, rewritten", "lead", task, "worked done", `{"title":"x"}`, "409 conflict reason task_ended")
	add("a checklist without a national type", "lead", post+"checklists", "reported", `{}`, "409 conflict reason no_national_type")
	add("an observable again", "lead", post+"observables", "worked", observableBody, "409 conflict /value already_added")
	add("an observable again, among many", "lead", post+"observables/bulk", "worked", `{"observables":[`+observable("ip", "10.0.0.1", "")+`,`+observableBody+`]}`, "409 conflict /observables/1/value already_added")
	add("an observable retracted twice", "lead", post+"observables/$(obid)/retract", "retracted", reasonBody, "409 conflict reason already_retracted")
	add("an agency invited twice", "lead", post+"participants", "worked", inviteBody, "409 conflict reason already_takes_part")
	add("an agency that was asked, invited", "lead", post+"participants", "reported", strings.Replace(inviteBody, "vnpt", "cat-dau-moi", 1), "409 conflict reason already_takes_part")
	add("an invitation without the members' agreement", "lead", post+"participants", "accepted", inviteBody, "409 conflict reason consent_missing")
	add("an invitation ended twice", "lead", post+"participants/$(pid)/end", "uninvited", reasonBody, "409 conflict reason already_ended")
	for route, body := range map[string]string{"tasks": taskBody, "checklists": `{"type":"DOS"}`, "observables": observableBody, "messages": messageBody, "participants": inviteBody} {
		add(route+" in a closed case", "lead", post+route, "closed", body, "409 conflict reason not_open")
		add(route+" in a rejected case", "lead", post+route, "rejected", body, "409 conflict reason not_open")
	}
	for _, x := range [][2]string{
		{"/tasks?assignee_id=toi", "?assignee_id not_a_person"}, {"/tasks?status=late", "?status not_in_list"}, {"/tasks?overdue=1", "?overdue wrong_type"}, {"/tasks?sort=due_at", "?sort unknown_parameter"},
		{"/observables?type=hash", "?type not_in_list"}, {"/observables?q=" + strings.Repeat("a", 301), "?q bad_text"}, {"/observables?is_ioc=x", "?is_ioc wrong_type"}, {"/checklists?limit=0", "?limit out_of_range"},
	} {
		add(x[0], "", "GET "+x[0], "", "", "400 malformed "+x[1])
	}
	for _, x := range [][2]string{
		{"/rules?on=24/11/2026", "?on not_a_date"}, {"/rules?on=2026-02-30", "?on not_a_date"}, {"/rules?on=", "?on not_a_date"}, {"/rules?province=son-la", "?province unknown_parameter"},
		{"/rules?id=a&id=b", "?id repeated"}, {"/rules?basis=" + strings.Repeat("a", 301), "?basis bad_text"}, {"/rules?basis=a%00b", "?basis bad_text"}, {"/rules?id=%ff", "?id bad_text"},
		{"/rules?cursor=xyz", "?cursor wrong_cursor"}, {"/rules/facts?q=security", "?q unknown_parameter"}, {"/rules/books?limit=0", "?limit out_of_range"},
	} {
		add(x[0], "admin", "GET "+x[0], "", "", "400 malformed "+x[1])
	}
	for _, version := range []string{"draft", strings.Repeat("0", 64), strings.Repeat("A", 64), "%00", "..%2f..", strings.Repeat("0", 3000)} {
		add("the book "+version, "admin", "GET /rules/books/"+version, "", "", "404 not-found")
	}
	for _, do := range []string{"GET /checklists/dos", "GET /checklists/%00", "GET" + theCase + "/tasks/7", "GET" + theCase + "/tasks/$(id)", "GET" + theCase + "/observables/$(id)/seen"} {
		add(do, "", do, "reported", "", "404 not-found")
	}
	return list
}

// badQueries are lists asked wrongly.
func badQueries() []badInput {
	var list []badInput
	for _, x := range [][2]string{
		{"/incidents?page=2", "?page unknown_parameter"}, {"/incidents?Status=closed", "?Status unknown_parameter"}, {"/incidents?limit=0", "?limit out_of_range"}, {"/incidents?limit=201", "?limit out_of_range"},
		{"/incidents?limit=abc", "?limit out_of_range"}, {"/incidents?limit=-1", "?limit out_of_range"}, {"/incidents?limit=1.5", "?limit out_of_range"}, {"/incidents?limit=", "?limit out_of_range"},
		{"/incidents?limit=99999999999999999999", "?limit out_of_range"}, {"/incidents?limit=5&limit=6", "?limit repeated"}, {"/incidents?sort=title", "?sort not_in_list"}, {"/incidents?sort=-reported_at,title", "?sort not_in_list"},
		{"/incidents?sort=relevance", "?sort needs_q"}, {"/incidents?q=" + manyWords, "?q too_many_words"},
		{"/incidents?sort=", "?sort not_in_list"}, {"/incidents?status=open", "?status not_in_list"}, {"/incidents?status=closed,open", "?status not_in_list"}, {"/incidents?status=", "?status not_in_list"}, {"/incidents?severity=HIGH", "?severity not_in_list"},
		{"/incidents?category=ddos", "?category not_in_list"}, {"/incidents?nature=x", "?nature not_in_list"}, {"/incidents?agency_id=tthdl", "?agency_id not_a_uuid"}, {"/incidents?assignee_id=1", "?assignee_id not_a_uuid"},
		{"/incidents?reported_after=2026-11-22T10:00:00", "?reported_after missing_offset"}, {"/incidents?reported_before=2026-11-22", "?reported_before missing_offset"}, {"/incidents?updated_after=1763776800", "?updated_after not_a_time"},
		{"/incidents?reported_after=", "?reported_after not_a_time"}, {"/incidents?overdue=1", "?overdue wrong_type"}, {"/incidents?overdue=TRUE", "?overdue wrong_type"}, {"/incidents?exercise=", "?exercise wrong_type"}, {"/incidents?count=yes", "?count wrong_type"},
		{"/incidents?q=" + strings.Repeat("a", 301), "?q bad_text"}, {"/incidents?q=a%00b", "?q bad_text"}, {"/incidents?q=%ff%fe", "?q bad_text"}, {"/incidents?q=a&q=b", "?q repeated"},
		{"/incidents?cursor=xyz", "?cursor wrong_cursor"}, {"/incidents?cursor=%00", "?cursor bad_text"}, {"/incidents?cursor=e30", "?cursor wrong_cursor"}, {"/incidents?limit=1&q=a&cursor=$(cursor)", "?cursor wrong_cursor"},
		{"/incidents?limit=1&sort=updated_at&cursor=$(cursor)", "?cursor wrong_cursor"}, {"/handovers?cursor=$(cursor)", "?cursor wrong_cursor"}, {"/incidents?cursor=$(odd cursor)", "?cursor wrong_cursor"},
		{"/handovers?direction=both", "?direction not_in_list"}, {"/handovers?kind=order", "?kind not_in_list"}, {"/handovers?status=open", "?status not_in_list"}, {"/handovers?due_before=tomorrow", "?due_before not_a_time"}, {"/handovers?incident_id=7", "?incident_id not_a_uuid"},
		{"/handovers?agency_id=" + nobodyID, "?agency_id unknown_parameter"}, {"/obligations?status=overdue", "?status not_in_list"}, {"/obligations?owed_by=team", "?owed_by not_a_uuid"}, {"/obligations?overdue=maybe", "?overdue wrong_type"},
		{"/obligations?late=1", "?late wrong_type"}, {"/obligations?case=all", "?case wrong_type"}, {"/obligations?exercise=", "?exercise wrong_type"}, {"/obligations?sort=-due_at", "?sort not_in_list"},
		{"/obligations?agency_id=team", "?agency_id not_a_uuid"}, {"/obligations?to=police", "?to not_a_uuid"}, {"/obligations?due_after=2026-11-22", "?due_after missing_offset"}, {"/obligations?basis=a%00b", "?basis bad_text"},
		{"/obligations?sort=due_at&cursor=$(cursor)", "?cursor wrong_cursor"},
		{"/obligations/counts?from=11/2026", "?from not_a_date"}, {"/obligations/counts?to=2026-11", "?to not_a_date"}, {"/obligations/counts?from=2026-11-01&to=2026-11-01", "?to not_after_from"},
		{"/obligations/counts?case=all", "?case wrong_type"}, {"/obligations/counts?month=2026-11", "?month unknown_parameter"}, {"/obligations/counts?limit=5", "?limit unknown_parameter"},
		{"/deliveries?status=lost", "?status not_in_list"}, {"/deliveries?status=", "?status not_in_list"}, {"/deliveries?incident_id=7", "?incident_id not_a_uuid"}, {"/deliveries?agency_id=team", "?agency_id not_a_uuid"},
		{"/deliveries?event_id=1", "?event_id not_a_uuid"}, {"/deliveries?recipient=a@b.example", "?recipient unknown_parameter"}, {"/deliveries?cursor=$(cursor)", "?cursor wrong_cursor"}, {"/deliveries?limit=201", "?limit out_of_range"},
		{"/audit/accesses?kind=secret", "?kind not_in_list"}, {"/audit/accesses?actor_id=officer", "?actor_id not_a_uuid"}, {"/audit/accesses?agency_id=team", "?agency_id not_a_uuid"}, {"/audit/accesses?incident_id=7", "?incident_id not_a_uuid"},
		{"/audit/accesses?after=today", "?after not_a_time"}, {"/audit/accesses?before=2026-11-22T10:00:00", "?before missing_offset"}, {"/audit/accesses?q=x", "?q unknown_parameter"}, {"/audit/accesses?cursor=$(cursor)", "?cursor wrong_cursor"},
		{"/audit/denials?kind=incident", "?kind not_in_list"}, {"/audit/denials?address=127.0.0.1", "?address unknown_parameter"}, {"/audit/denials?after=1763776800", "?after not_a_time"}, {"/audit/denials?limit=201", "?limit out_of_range"},
		{"/agencies?limit=1000", "?limit out_of_range"}, {"/agencies?q=x", "?q unknown_parameter"}, {"/me?x=1", "?x unknown_parameter"},
	} {
		list = append(list, badInput{name: x[0], do: "GET " + x[0], want: "400 malformed " + x[1]})
	}
	for _, x := range [][2]string{
		{"GET" + theCase + "?expand=notes", "?expand unknown_parameter"}, {"GET" + theCase + "/timeline?limit=0", "?limit out_of_range"}, {"GET" + theCase + "/timeline?cursor=$(cursor)", "?cursor wrong_cursor"},
		{"GET" + theCase + "/notes?audience=team", "?audience unknown_parameter"}, {"GET" + theCase + "/handovers?direction=x", "?direction not_in_list"}, {"GET" + theCase + "/handovers?incident_id=" + nobodyID, "?incident_id unknown_parameter"},
		{"GET" + theCase + "/obligations?status=pending", "?status unknown_parameter"},
		{"GET" + theCase + "/accesses?kind=read", "?kind not_in_list"}, {"GET" + theCase + "/accesses?incident_id=" + nobodyID, "?incident_id unknown_parameter"},
	} {
		list = append(list, badInput{name: x[0], do: x[0], in: "quiet", want: "400 malformed " + x[1]})
	}
	return append(list,
		badInput{name: "a parameter of a write", as: "lead", do: "POST" + theCase + "/triage?dry_run=true", in: "reported", body: triageBody, want: "400 malformed ?dry_run unknown_parameter"},
		badInput{name: "a parameter of a report", do: reports + "?notify=false", body: report(), want: "400 malformed ?notify unknown_parameter"},
		badInput{name: "a token in the query", as: "-", do: "GET /me?access_token=$(token)", want: "401 unauthenticated"},
		badInput{name: "no escape", do: "GET /incidents?q=%zz", want: "400 malformed"},
		badInput{name: "semicolons", do: "GET /incidents?q=a;b=c", want: "400 malformed"},
		badInput{name: "someone else's cursor", as: "lead", do: "GET /incidents?limit=1&cursor=$(cursor)", want: "400 malformed ?cursor wrong_cursor"},
		badInput{name: "filter deliveries by a case without seeing cases", as: "admin", do: "GET /deliveries?incident_id=" + nobodyID, want: "403 forbidden"},
		badInput{name: "filter by assignee without the right", as: "reporter", do: "GET /incidents?assignee_id=$(user:officer)", want: "403 forbidden"},
	)
}

// badAddresses are paths and methods that name nothing.
func badAddresses() []badInput {
	var list []badInput
	for _, id := range []string{
		"7", "abc", "0199aaaa-0000-7000-8000-00000000000", "0199aaaa-0000-7000-8000-0000000000000", "%7B0199aaaa-0000-7000-8000-000000000000%7D", "0199aaaa00007000800000000000000000",
		"urn:uuid:" + nobodyID, "%00", "%27%20OR%201=1", "%2e%2e", "..%2f..%2fetc", "SL-2026-000001", strings.Repeat("a", 5000), "%ff", "g199aaaa-0000-7000-8000-000000000000", nobodyID,
	} {
		list = append(list, badInput{name: "the id " + id, do: "GET /incidents/" + id, want: "404 not-found"})
	}
	for _, do := range []string{
		"GET /incidents/x/timeline", "GET /incidents/x/handovers", "GET /incidents/x/moves", "GET" + theCase + "/handovers/7", "GET" + theCase + "/handovers/$(id)", "GET /agencies/x", "GET /agencies/$(id)",
	} {
		list = append(list, badInput{name: do, do: do, in: "reported", want: "404 not-found"})
	}
	for _, x := range [][3]string{
		{"POST" + theCase + "/handovers/7/acknowledge", `{}`, ""}, {"POST" + theCase + "/handovers/$(id)/acknowledge", `{}`, ""}, {"POST /obligations/7/waive", reasonBody, ""}, {"POST" + theCase + "/obligations/7/waive", reasonBody, ""}, {"POST /obligations/7/reopen", reasonBody, ""}, {"POST" + theCase + "/obligations/7/reopen", reasonBody, ""},
		{"POST" + theCase + "/national-reports/x/withdraw", reasonBody, ""}, {"PATCH" + theCase + "/national-reports/$(id)", `{"keep_secret":true}`, ""},
		{"POST" + theCase + "/national-reports/x/send", `{"channel":"email"}`, ""}, {"PATCH /incidents/x", correction, ""}, {"POST /incidents/x/triage", triageBody, ""},
	} {
		list = append(list, badInput{name: x[0], as: "lead", do: x[0], in: "reported", body: x[1], want: "404 not-found"})
	}
	for _, do := range []string{
		"GET //", "GET //api", "GET /", "GET //api/v1", "GET //api/v2/incidents", "GET //incidents", "GET /incident", "GET" + theCase + "/tasks/1/x", "POST" + theCase + "/delete", "GET //api//v1/incidents",
		"GET /incidents/", "GET" + theCase + "/", "GET //favicon.ico", "GET //.env", "GET //docs/../go.mod", "GET //docs/%2e%2e%2fgo.mod", "GET //problems/x", "GET //problems/", "GET //debug/pprof/", "GET //metrics",
	} {
		list = append(list, badInput{name: do, do: do, in: "reported", want: "404 not-found"})
	}
	for _, do := range []string{
		"PUT /incidents", "DELETE /incidents", "PATCH /incidents", "PUT" + theCase, "DELETE" + theCase, "POST" + theCase, "GET" + theCase + "/triage", "PUT" + theCase + "/triage", "DELETE" + theCase + "/notes",
		"GET /auth/login", "POST /me", "DELETE /agencies", "FOO /incidents", "TRACE /incidents", "POST //healthz", "POST //docs", "DELETE" + theCase + "/handovers/$(hid)",
	} {
		list = append(list, badInput{name: do, do: do, in: "reported", body: `{}`, want: "405 not-allowed"})
	}
	return list
}

// badHeaders are wrong types, tokens and keys.
func badHeaders() []badInput {
	var list []badInput
	for _, x := range [][2]string{
		{"text", "Content-Type: text/plain"}, {"XML", "Content-Type: application/xml"}, {"a form", "Content-Type: application/x-www-form-urlencoded"}, {"many parts", "Content-Type: multipart/form-data; boundary=x"},
		{"another JSON", "Content-Type: application/vnd.api+json"}, {"a patch for a report", "Content-Type: application/merge-patch+json"}, {"no type", "Content-Type:"}, {"half a type", "Content-Type: application/"},
		{"UTF-16", "Content-Type: application/json; charset=utf-16"}, {"Latin-1", "Content-Type: application/json; charset=iso-8859-1"}, {"gzip", "Content-Encoding: gzip"}, {"brotli", "Content-Encoding: br"},
	} {
		list = append(list, badInput{name: "media: " + x[0], do: reports, body: report(), head: []string{x[1]}, want: "415 unsupported"})
	}
	list = append(list,
		badInput{name: "a list of operations", as: "lead", do: "PATCH" + theCase, in: "quiet", body: `[]`, head: []string{"Content-Type: application/json-patch+json"}, want: "415 unsupported"},
		badInput{name: "too large and of another type", do: reports, body: strings.Repeat(" ", 1<<20+1), head: []string{"Content-Type: text/plain"}, want: "413 too-large"},
		badInput{name: "too large and no token", as: "-", do: reports, body: strings.Repeat(" ", 1<<20+1), want: "401 unauthenticated"},
		badInput{name: "another type and an unknown parameter", do: reports + "?x=1", body: report(), head: []string{"Content-Type: text/plain"}, want: "415 unsupported"},
		badInput{name: "bad input and no case", do: "POST /incidents/" + nobodyID + "/triage", body: `{"x":1}`, want: "422 invalid /x unknown_field"},
		badInput{name: "bad input and no right", as: "auditor", do: reports, body: `{"x":1}`, want: "422 invalid /x unknown_field"},
		badInput{name: "no case and no right", as: "auditor", do: "POST /incidents/" + nobodyID + "/triage", body: triageBody, want: "404 not-found"},
		badInput{name: "no right and no version", as: "officer", do: "POST" + theCase + "/close", in: "resolved", body: `{"lessons":"x"}`, head: []string{"If-Match"}, want: "403 forbidden reason role_missing"},
		badInput{name: "no version in a wrong state", as: "lead", do: "POST" + theCase + "/close", in: "reported", body: `{"lessons":"x"}`, head: []string{"If-Match"}, want: "428 version-required"},
		badInput{name: "an old version in a wrong state", as: "lead", do: "POST" + theCase + "/close", in: "reported", body: `{"lessons":"x"}`, head: []string{`If-Match: "77"`}, want: "412 stale"},
	)
	for _, x := range []string{
		"", "Authorization: Basic b2ZmaWNlcjp4", "Authorization: Bearer", "Authorization: Bearer ", "Authorization: $(token)", "Authorization: Token $(token)", "Authorization: Bearer $(token) x", "Authorization: Bearer $(token)x",
		"Authorization: Bearer $(unsigned)", "Authorization: Bearer $(swapped)", "Authorization: Bearer ..", "Authorization: Bearer null", "X-API-Key: khoa", "Cookie: token=$(token)", "Authorization: Bearer " + strings.Repeat("a", 20000),
	} {
		list = append(list, badInput{name: "token: " + x, as: "-", do: "GET /me", head: []string{x}, want: "401 unauthenticated"})
	}
	list = append(list,
		badInput{name: "two ways at once", do: "GET /me", head: []string{"X-API-Key: khoa"}, want: "401 unauthenticated"},
		badInput{name: "two tokens", as: "-", do: "GET /me", head: []string{"Authorization: Bearer $(token)", "+Authorization: Bearer $(token)"}, want: "401 unauthenticated"},
		badInput{name: "two tokens, one good", do: "GET /me", head: []string{"+Authorization: Bearer x"}, want: "401 unauthenticated"},
	)
	for _, x := range []string{"Idempotency-Key:", "Idempotency-Key: " + strings.Repeat("k", 256), "Idempotency-Key: khóa", "Idempotency-Key: a\tb"} {
		list = append(list, badInput{name: "key " + x, do: reports, body: report(), head: []string{x}, want: "400 malformed"})
	}
	kept := &httpCall{as: "officer", method: http.MethodPost, path: "/api/v1/incidents", body: report(), header: http.Header{"Idempotency-Key": {"mot-lan"}}}
	return append(list,
		badInput{name: "two keys", do: reports, body: report(), head: []string{"Idempotency-Key: a", "+Idempotency-Key: b"}, want: "400 malformed"},
		badInput{name: "a key with another body", do: reports, body: report("exercise", "true"), head: []string{"Idempotency-Key: mot-lan"}, want: "422 key-reused", first: kept},
		badInput{name: "a key with a body that is wrong", do: reports, body: report("title", `""`), head: []string{"Idempotency-Key: mot-lan"}, want: "422 invalid /title required", first: kept},
		badInput{name: "a key where there is no right", as: "auditor", do: reports, body: report(), head: []string{"Idempotency-Key: mot-lan"}, want: "403 forbidden reason role_missing", first: kept},
		badInput{name: "a key and a wrong state", as: "lead", do: "POST" + theCase + "/triage", in: "triaged", body: triageBody, head: []string{"Idempotency-Key: hai-lan"}, want: "409 conflict reason wrong_status"},
	)
}

// badExchange are files, mappings and exports that are refused before anything is read.
func badExchange() []badInput {
	const send, put = "POST /imports", "PUT /import-mappings/so"
	octets := []string{"Content-Type: application/octet-stream"}
	return []badInput{
		{name: "a file without a format", as: "admin", do: send, body: "x", head: octets, want: "400 malformed ?format required"},
		{name: "a file of no format", as: "admin", do: send + "?format=pdf", body: "x", want: "400 malformed ?format not_in_list"},
		{name: "a picture", as: "admin", do: send + "?format=csv", body: "x", head: []string{"Content-Type: image/png"}, want: "415 unsupported"},
		{name: "a form", as: "admin", do: send + "?format=csv", body: "x", head: []string{"Content-Type: multipart/form-data; boundary=x"}, want: "415 unsupported"},
		{name: "a file in another encoding", as: "admin", do: send + "?format=csv", body: "x", head: []string{"Content-Type: text/csv; charset=windows-1258"}, want: "415 unsupported"},
		{name: "a squeezed file", as: "admin", do: send + "?format=csv", body: "x", head: []string{"Content-Encoding: gzip"}, want: "415 unsupported"},
		{name: "no such mapping", as: "admin", do: send + "?format=csv&mapping=khong-co", body: "x", want: "422 invalid ?mapping unknown_mapping"},
		{name: "a mapping of what is no table", as: "admin", do: send + "?format=jsonl&mapping=ungcuu", body: "x", want: "422 invalid ?mapping not_a_table"},
		{name: "a flag that is none", as: "admin", do: send + "?format=csv&dry_run=1", body: "x", want: "400 malformed ?dry_run wrong_type"},
		{name: "a mapping without columns", as: "admin", do: put, body: `{"columns":[]}`, want: "422 invalid /columns required"},
		{name: "a mapping to no field", as: "admin", do: put, body: `{"columns":[{"header":"a","field":"x"}]}`, want: "422 invalid /columns/0/field not_in_list"},
		{name: "a mapping with a date of no form", as: "admin", do: put, body: `{"columns":[{"header":"a","field":"detected_at","date_formats":["MM/yy"]}]}`, want: "422 invalid /columns/0/date_formats/0 not_a_date_format"},
		{name: "a mapping of no place", as: "admin", do: put, body: `{"time_zone":"../x","columns":[{"header":"a","field":"title"}]}`, want: "422 invalid /time_zone unknown_time_zone"},
		{name: "a mapping with a value twice", as: "admin", do: put, body: `{"columns":[{"header":"a","field":"severity","values":[{"from":"Cao","to":"high"},{"from":"CAO","to":"low"}]}]}`, want: "422 invalid /columns/0/values/1/from repeated"},
		{name: "the built-in mapping", as: "admin", do: "PUT /import-mappings/ungcuu", body: `{"columns":[{"header":"a","field":"title"}]}`, want: "409 conflict reason built_in"},
		{name: "a mapping of a bad name", as: "admin", do: "PUT /import-mappings/A%20b", body: `{"columns":[{"header":"a","field":"title"}]}`, want: "404 not-found"},
		{name: "a mapping that is not there", as: "admin", do: "DELETE /import-mappings/khong-co", want: "404 not-found"},
		{name: "headers that are no list", as: "admin", do: "POST /import-mappings/propose", body: `{"headers":"a"}`, want: "422 invalid /headers wrong_type"},
		{name: "an import that is not there", as: "admin", do: "GET /imports/" + nobodyID, want: "404 not-found"},
		{name: "an export of no format", do: "GET /incidents/export?format=pdf", want: "400 malformed ?format not_in_list"},
		{name: "an export in an order", do: "GET /incidents/export?sort=reported_at", want: "400 malformed ?sort unknown_parameter"},
		{name: "an export by whose work it is", as: "police", do: "GET /incidents/export?assignee_id=" + nobodyID, want: "403 forbidden"},
	}
}

// badSecrets are redactions that are refused, and what bears the mark of a state secret.
func badSecrets() []badInput {
	var list []badInput
	redaction := func(name, edit, with, want string) {
		list = append(list, badInput{name: "redaction: " + name, as: "lead", do: "POST" + theCase + "/redactions", in: "quiet",
			body: strings.Replace(redactBody, edit, with, 1), want: want})
	}
	redaction("of nothing known", `"incident"`, `"evidence"`, "422 invalid /object_kind not_in_list")
	redaction("of another object's field", `"report.reporter_phone"`, `"text"`, "422 invalid /fields/0 not_in_list")
	redaction("of the status", `"report.reporter_phone"`, `"status"`, "422 invalid /fields/0 not_in_list")
	redaction("of no field", `["report.reporter_phone"]`, `[]`, "422 invalid /fields required")
	redaction("of a field twice", `"report.reporter_phone"`, `"title","title"`, "422 invalid /fields/1 repeated")
	redaction("for no reason known", `"personal_data"`, `"shame"`, "422 invalid /why not_in_list")
	redaction("without a reason", `"Nhập nhầm số riêng"`, `" "`, "422 invalid /reason required")
	redaction("without a document", `"number":"12",`, ``, "422 invalid /document/number required")
	redaction("on a secret document", `"number":"12"`, `"number":"12","secrecy":"mat"`, "422 state-secret /document/secrecy state_secret")
	redaction("of the case, with an id", `"object_kind":"incident"`, `"object_kind":"incident","object_id":"`+nobodyID+`"`, "422 invalid /object_id not_here")
	redaction("of a note without its id", `"object_kind":"incident","fields":["report.reporter_phone"]`, `"object_kind":"note","fields":["text"]`, "422 invalid /object_id required")
	redaction("of a note that is not there", `"object_kind":"incident","fields":["report.reporter_phone"]`, `"object_kind":"note","object_id":"`+nobodyID+`","fields":["text"]`, "404 not-found")
	redaction("of an event that is not there", `"object_kind":"incident","fields":["report.reporter_phone"]`, `"object_kind":"event","seq":999,"fields":["payload"]`, "404 not-found")
	redaction("of an event without its number", `"object_kind":"incident","fields":["report.reporter_phone"]`, `"object_kind":"event","fields":["payload"]`, "422 invalid /seq required")
	redaction("of what is empty", `"report.reporter_phone"`, `"lessons"`, "409 conflict reason nothing_there")
	redaction("that repeats the content", `"Nhập nhầm số riêng"`, `"Xóa số 0212 000 001 của chị Lan"`, "422 invalid /reason repeats_content")
	for _, x := range [][2]string{
		{`"reason":"x","handovers":[{"to_agency_id":"$(partner)","kind":"coordination","message":"x","document":{"secrecy":"toi_mat"}}]`, "/handovers/0/document/secrecy state_secret"},
		{`"reason":"TỐI MẬT\nĐà Giang","handovers":[` + askBody + `]`, "/reason state_secret_stamp"},
		{`"reason":"x","handovers":[{"to_agency_id":"$(partner)","kind":"coordination","message":"x","document":{"symbol":"KH-CAT (TM)"}}]`, "/handovers/0/document/symbol state_secret_mark"},
	} {
		list = append(list, badInput{name: "a secret: " + x[1], as: "lead", do: "POST" + theCase + "/escalate", in: "triaged", body: "{" + x[0] + "}", want: "422 state-secret " + x[1]})
	}
	return append(list,
		badInput{name: "who asked confirms", as: "lead2", do: "POST" + theCase + "/redactions/$(xid)/confirm", in: "asked to redact", body: decideBody, want: "403 forbidden reason second_person"},
		badInput{name: "a decision without a word", as: "lead", do: "POST" + theCase + "/redactions/$(xid)/confirm", in: "asked to redact", body: `{"note":""}`, want: "422 invalid /note required"},
		badInput{name: "redactions of no status", as: "lead", do: "GET" + theCase + "/redactions?status=done", in: "quiet", want: "400 malformed ?status not_in_list"},
	)
}

func TestBadInputIsRefusedInPlainWordsAndLeavesNothingBehind(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		d.moreWords()
		d.spare()
		files := map[string]caseFile{"": {}}
		maps.Copy(files, pages)
		list := slices.Concat(badBodies(), badReports(), badPatches(), badMoves(), badMaterial(), wrongStates(), wrongVersions(), badQueries(), badAddresses(), badHeaders(), badExchange(), badRegistry(), badSystems(), badSecrets())
		for _, x := range list {
			if files[x.in] == nil {
				files[x.in] = d.make(caseKind{state: x.in})
			}
			d.refuses(x, files[x.in])
		}
		require.NotContains(t, d.log.String(), "Đà Giang", "a state secret is kept nowhere, the log included")
		t.Logf("%d bad inputs, each in two languages; %d cases stood by", len(list), len(files)-1)
	})
}

// moreWords are cursors and tokens that are wrong in a subtle way.
func (d *door) moreWords() {
	for range 2 {
		d.make(caseKind{state: "quiet"})
	}
	d.targets()
	d.words["closed case"] = d.make(caseKind{state: "closed"})["id"]
	var drill api.Incident
	d.decode(d.send(httpCall{as: "reporter", method: http.MethodPost, path: "/api/v1/incidents", body: report("exercise", "true")}), &drill)
	d.words["exercise"] = drill.ID
	var page struct {
		NextCursor string `json:"next_cursor"`
	}
	r := d.send(httpCall{as: "officer", method: http.MethodGet, path: "/api/v1/incidents?limit=1"})
	require.NoError(d, json.Unmarshal([]byte(r.body), &page))
	d.words["cursor"] = page.NextCursor
	raw, err := base64.RawURLEncoding.DecodeString(page.NextCursor)
	require.NoError(d, err)
	odd := regexp.MustCompile(`"i":"[^"]*"`).ReplaceAllString(string(raw), `"i":"' OR 1=1 --"`)
	d.words["odd cursor"] = base64.RawURLEncoding.EncodeToString([]byte(odd))
	d.words["token"] = d.token["officer"]
	officer, lead := strings.Split(d.token["officer"], "."), strings.Split(d.token["lead"], ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
	d.words["unsigned"] = none + "." + officer[1] + "."
	d.words["swapped"] = officer[0] + "." + lead[1] + "." + officer[2]
}

// refuses sends the bad input in both languages and checks everything about the refusal.
func (d *door) refuses(x badInput, f caseFile) {
	d.Helper()
	method, path, _ := strings.Cut(x.do, " ")
	if rest, ok := strings.CutPrefix(path, "//"); ok {
		path = "/" + rest
	} else {
		path = "/api/v1" + path
	}
	c := httpCall{as: x.as, method: method, path: path, body: x.body, file: f, header: anyVersion()}
	switch x.as {
	case "":
		c.as = "officer"
	case "-":
		c.as = ""
	}
	c.fillHeaders(x.head, d)
	if x.first != nil {
		require.Less(d, d.send(*x.first).status, 300, x.name)
	}
	c.outside = !d.documented(c)
	want := strings.Fields(x.want)
	before := d.contents()
	for _, lang := range []string{"vi", "en"} {
		c.header["Accept-Language"] = []string{lang}
		got := d.send(c)
		for _, wrong := range faultsOf(got, want, lang, d.fill(path, f)) {
			d.Errorf("%s (%s %s): %s\n%d %s", x.name, method, path, wrong, got.status, got.body)
		}
	}
	if after := d.contents(); after != before {
		d.Errorf("%s (%s %s) left something behind:\n%s\n%s", x.name, method, path, before, after)
	}
}

// fillHeaders sets "Name: value", adds "+Name: value" and takes "Name" away.
func (c *httpCall) fillHeaders(lines []string, d *door) {
	for _, line := range lines {
		name, value, given := strings.Cut(line, ":")
		value = d.fill(strings.TrimSpace(value), c.file)
		more, add := strings.CutPrefix(name, "+")
		switch {
		case line == "":
		case add && c.header[more] == nil && more == "Authorization":
			c.header[more] = []string{"Bearer " + d.token[c.as], value}
			c.as = ""
		case add:
			c.header[more] = append(c.header[more], value)
		case given && (value != "" || name != "Content-Type"):
			c.header[name] = []string{value}
		default:
			c.header[name] = nil
		}
	}
}

// documented reports whether the path and method stand in the OpenAPI document.
func (d *door) documented(c httpCall) bool {
	req, err := http.NewRequestWithContext(d.Context(), c.method, d.base+d.fill(c.path, c.file), http.NoBody)
	require.NoError(d, err)
	_, _, err = document(d.T).FindRoute(req)
	return err == nil && strings.HasPrefix(c.path, "/api/")
}

var (
	vietnamese = regexp.MustCompile(`[À-ỹ]`)
	traceForm  = regexp.MustCompile(`^[0-9a-f]{32}$`)
	// inside is what no answer may tell: errors of Go, SQL, names of files.
	inside = regexp.MustCompile(`(?i)goroutine|panic|runtime error|\.go\b|/internal/|github\.com|strconv\.|jsontext|json:|unmarshal|invalid character|unexpected e|\bEOF\b|parsing time|` +
		`sqlstate|sqlite|gorm|pgx|postgres|constraint|duplicate key|syntax error|record not found|\bselect\b|\binsert\b|<nil>|%!|0x[0-9a-f]{4}|illegal base64|token is malformed|x509|ed25519`)
)

// faultsOf is everything that is wrong with a refusal.
func faultsOf(r httpReply, want []string, lang, path string) (wrong []string) {
	complain := func(format string, v ...any) { wrong = append(wrong, fmt.Sprintf(format, v...)) }
	status, _ := strconv.Atoi(want[0])
	if r.status != status {
		complain("the status is not %d", status)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/problem+json", "Content-Language": lang, "Cache-Control": "private, no-store",
	} {
		if r.header.Get(name) != value {
			complain("%s is %q, not %q", name, r.header.Get(name), value)
		}
	}
	if !strings.Contains(strings.Join(r.header.Values("Vary"), ","), "Accept-Language") {
		complain("Vary does not name Accept-Language")
	}
	for code, name := range map[int]string{401: "WWW-Authenticate", 405: "Allow", 503: "Retry-After"} {
		if (r.status == code) != (r.header.Get(name) != "") {
			complain("%s is %q", name, r.header.Get(name))
		}
	}
	var p api.Problem
	dec := json.NewDecoder(strings.NewReader(r.body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return append(wrong, "the body is no problem: "+err.Error())
	}
	if p.Type != "/problems/"+want[1] || p.Status != status || !traceForm.MatchString(p.TraceID) || p.TraceID != r.header.Get("X-Trace-Id") {
		complain("type, status or trace_id is wrong; the type should be %s", want[1])
	}
	if plain, _, _ := strings.Cut(path, "?"); p.Instance != plain {
		complain("instance is not %q", plain)
	} else if _, err := url.Parse(p.Instance); err != nil {
		complain("instance is no reference: %v", err)
	}
	if len(r.body) > 100<<10 {
		complain("an answer of %d bytes", len(r.body))
	}
	texts := []string{p.Title, p.Detail}
	found := len(want) == 2
	for _, e := range p.Errors {
		texts = append(texts, e.Message)
		found = found || want[2] == e.Pointer && want[3] == e.Code || want[2] == `""` && e.Pointer == "" && want[3] == e.Code
		if e.Code == "" || e.Pointer != "" && e.Pointer[0] != '/' && e.Pointer[0] != '?' {
			complain("the pointer %q or code %q is wrong", e.Pointer, e.Code)
		}
	}
	for _, e := range p.Reasons {
		texts = append(texts, e.Message)
		found = found || want[2] == "reason" && want[3] == e.Code
	}
	if !found {
		complain("no entry %v", want[2:])
	}
	for _, s := range texts {
		if s == "" || vietnamese.MatchString(s) != (lang == "vi") {
			complain("not in the language %s: %q", lang, s)
		}
	}
	if hit := inside.FindString(strings.ReplaceAll(r.body, p.Instance, "")); hit != "" {
		complain("tells of the inside: %q", hit)
	}
	return wrong
}

func TestAStateSecretIsSentToTheRightChannel(t *testing.T) {
	t.Parallel()
	d := openDoor(t, demo(t))
	r := d.send(httpCall{as: "reporter", method: http.MethodPost, path: "/api/v1/incidents", body: report("contains_state_secret", "true")})
	var p api.Problem
	require.NoError(t, json.Unmarshal([]byte(r.body), &p))
	require.Contains(t, p.Detail, "Công an tỉnh")
	require.Contains(t, p.Detail, "cơ yếu")
	require.Contains(t, p.Reasons[0].Basis, "117/2025/QH15")
}

func TestWhatIsNoRequestDoesNotHurt(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		before := d.contents()
		host := strings.TrimPrefix(d.base, "http://")
		auth := "Host: x\r\nAuthorization: Bearer " + d.token["officer"] + "\r\nContent-Type: application/json\r\n"
		for _, x := range []struct{ name, raw, want string }{
			{"not HTTP", "xin chào\r\n\r\n", "400"},
			{"a broken path", "GET /api/v1/incidents/%zz HTTP/1.1\r\n" + auth + "\r\n", "400"},
			{"no host", "GET /healthz HTTP/1.1\r\n\r\n", "400"},
			{"headers without end", "GET /api/v1/me HTTP/1.1\r\n" + auth + "X-Long: " + strings.Repeat("a", 100<<10) + "\r\n\r\n", "431"},
			{"two lengths", "POST /api/v1/incidents HTTP/1.1\r\n" + auth + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "400"},
			{"a body that ends before its length", "POST /api/v1/incidents HTTP/1.1\r\n" + auth + "Content-Length: 500\r\n\r\n" + d.fill(report(), nil), "400"},
			{"a body in broken pieces", "POST /api/v1/incidents HTTP/1.1\r\n" + auth + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", "400"},
			{"a piece that never comes", "POST /api/v1/incidents HTTP/1.1\r\n" + auth + "Transfer-Encoding: chunked\r\n\r\nff\r\n{}", "400"},
		} {
			conn, err := net.Dial("tcp", host)
			require.NoError(t, err)
			_, err = io.WriteString(conn, x.raw)
			require.NoError(t, err, x.name)
			require.NoError(t, conn.(*net.TCPConn).CloseWrite())
			line, err := bufio.NewReader(conn).ReadString('\n')
			require.NoError(t, err, x.name)
			require.Contains(t, line, "HTTP/1.1 "+x.want, x.name)
			require.NoError(t, conn.Close())
		}
		stream := httpCall{as: "officer", method: http.MethodPost, path: "/api/v1/incidents", body: report() + strings.Repeat(" ", 1<<20), stream: true}
		require.Equal(t, http.StatusRequestEntityTooLarge, d.send(stream).status, "a body without a length is bounded as well")
		require.Equal(t, before, d.contents())
		require.Equal(t, http.StatusOK, d.send(httpCall{as: "officer", method: http.MethodGet, path: "/api/v1/me"}).status, "and serves on")
	})
}

// manyWords are 21, one more than a search may have.
const manyWords = "a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r+s+t+u"
