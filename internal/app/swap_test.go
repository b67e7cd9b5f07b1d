package app_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/httpapi"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// Every request of every kind of life of a case, sent again by everyone, with each id in its
// path and body, and all of them together, put in place of those of foreign cases, of things of
// another kind and of nothing: no answer holds a word of what is not the caller's to read,
// nothing foreign is changed, and the server never fails.
func TestNoSwappedIDReadsOrChangesWhatIsForeign(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		s := &swapping{door: d, about: storetest.CaseContents(t, store.Config{DataDir: d.cfg.Data, DatabaseURL: d.cfg.DatabaseURL})}
		s.record()
		s.strangeFiles()
		all := s.swapped()
		few := all
		if !full() {
			r := rand.New(rand.NewPCG(2026, 11))
			r.Shuffle(len(few), func(i, j int) { few[i], few[j] = few[j], few[i] })
			few = few[:min(len(few), 150)]
		}
		for _, who := range swappers {
			s.replay(who, few)
		}
		t.Logf("%d recorded requests of %d routes, %d swapped forms of them, %d tried by each of %d callers: %d requests, %d of them answered with success; %d answers held a foreign case's word that its caller may read",
			len(s.recorded), len(s.routes), len(all), len(few), len(swappers), s.sent, s.succeeded, s.allowed)
	})
}

// swappers are the callers, those last whom much may be changed by: what they open, others
// would read.
var swappers = []string{"", "reporter", "police", "leader", "auditor", "other", "military", "officer", "lead2", "lead", "admin"}

// strange is a case that is foreign to most, each of its texts with a word of its own.
type strange struct {
	name string
	file caseFile
	// reads are the kinds of texts that a user reads of it; who is not there, reads none.
	reads map[string]string
	// works are the users who may change it.
	works string
}

// The kinds of texts, and the words in which they stand: foreignMark, the case's name, the kind.
const (
	everyText   = "title body contact team shared handover report message link"
	foreignMark = "chimhoangyen"
)

// slot is a place in a request where an id stands.
type slot struct {
	kind string // id, hid …: of a case; agency, user, other
	id   string
}

type recorded struct {
	method, path, body string
	route              httpapi.Route
	slots              []slot
	match              bool
}

type swapping struct {
	*door
	about    func(id string) string
	recorded []recorded
	routes   map[string]bool
	files    []strange

	sent, succeeded, allowed int
}

// recorder keeps what goes through it.
type recorder struct {
	next http.RoundTripper
	keep func(method, path, body string)
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	r.keep(req.Method, req.URL.RequestURI(), string(body))
	return r.next.RoundTrip(req)
}

var (
	anID     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	memberOf = regexp.MustCompile(`"(\w+)":\s*\[?("[0-9a-f-]{36}",?\s*)*$`)
)

// record runs every kind of life, and keeps each form of each request once.
func (s *swapping) record() {
	s.Helper()
	s.targets()
	s.routes = map[string]bool{}
	seen := map[string]bool{}
	keep := func(method, path, body string) {
		if strings.HasPrefix(path, "/api/v1/auth/") || !strings.HasPrefix(path, "/api/") || strings.Contains(path, "/imports") || strings.Contains(path, "/import-mappings") {
			return
		}
		form := method + anID.ReplaceAllString(path, "·") + anID.ReplaceAllString(body, "·")
		r := s.read(method, path, body)
		if r == nil || seen[form] || len(r.slots) == 0 {
			return
		}
		seen[form] = true
		s.routes[r.route.Name] = true
		s.recorded = append(s.recorded, *r)
	}
	before := s.http.Transport
	s.http.Transport = &recorder{next: before, keep: keep}
	for _, o := range occurrences {
		o.run(s.world)
	}
	var file caseFile
	for _, state := range []string{"sent", "worked done", "retracted", "uninvited", "contested", "led at work", "linked"} {
		f := s.make(caseKind{state: state})
		if state == "sent" {
			file = f
		}
	}
	s.http.Transport = before
	for _, r := range httpapi.Routes() { // what no life happens to ask
		if s.routes[r.Name] || !r.Auth || !strings.Contains(r.Path, "{") || ofRegistry(r) && r.Method != http.MethodGet {
			continue
		}
		row := slices.IndexFunc(access, func(x accessRow) bool { return x.route == r.Name })
		if row < 0 || pages[access[row].state] != nil {
			continue
		}
		words := file
		for _, child := range children {
			if words[child] == "" {
				words = words.but(child, uuid.NewString())
			}
		}
		path := strings.NewReplacer("{", "$(", "}", ")").Replace(r.Path)
		keep(r.Method, s.fill(path, words), s.fill(access[row].body, words))
	}
}

// read finds the ids of a request.
func (s *swapping) read(method, path, body string) *recorded {
	plain, query, _ := strings.Cut(path, "?")
	out := &recorded{method: method, path: path, body: body}
	segments := strings.Split(plain, "/")
	for _, r := range httpapi.Routes() {
		want := strings.Split(r.Path, "/")
		if r.Method != method || len(want) != len(segments) {
			continue
		}
		fits, slots := true, []slot(nil)
		for i, w := range want {
			if name, isParameter := strings.CutPrefix(w, "{"); isParameter {
				slots = append(slots, slot{strings.TrimSuffix(name, "}"), segments[i]})
			} else {
				fits = fits && w == segments[i]
			}
		}
		if fits && (out.route.Name == "" || len(slots) == 0) {
			out.route, out.slots, out.match = r, slots, r.Match
		}
	}
	if out.route.Name == "" {
		return nil
	}
	out.slots = slices.DeleteFunc(out.slots, func(x slot) bool { return !anID.MatchString(x.id) })
	for i := range out.slots {
		if out.slots[i].kind == "id" && !strings.HasPrefix(out.route.Path, "/api/v1/incidents") {
			out.slots[i].kind = "other"
		}
	}
	for _, text := range []string{body, query} {
		for _, at := range anID.FindAllStringIndex(text, -1) {
			kind, before := "other", text[:at[0]-1]
			if m := memberOf.FindStringSubmatch(before); m != nil {
				kind = kindOfMember(m[1])
			} else if i := strings.LastIndexAny(text[:at[0]], "&="); i >= 0 && text[i] == '=' {
				kind = kindOfMember(text[strings.LastIndexAny(text[:i], "&")+1 : i])
			}
			out.slots = append(out.slots, slot{kind, text[at[0]:at[1]]})
		}
	}
	return out
}

func kindOfMember(name string) string {
	switch {
	case strings.Contains(name, "agency"), name == "seat_id", name == "successor_id", name == "parent_id", name == "owed_by":
		return "agency"
	case strings.Contains(name, "user"), name == "assignee_id":
		return "user"
	case name == "to_id", name == "into_id", name == "incident_id":
		return "id"
	}
	return "other"
}

// strangeFiles makes the foreign cases, with every kind of child.
func (s *swapping) strangeFiles() {
	s.Helper()
	team := "officer lead lead2"
	for _, x := range []struct {
		strange
		partner, last string // last is what closes the case to others, once all is in it
	}{
		{strange{name: "kin", reads: map[string]string{"lead": everyText, "auditor": everyText}, works: "lead"}, "vnpt", `{"restricted":true}`},
		{strange{name: "ngoai", reads: map[string]string{
			"auditor": everyText, "leader": "title", "other": "title body contact shared message", "military": "title body shared handover",
		}, works: team + " other military"}, "bchqs", `{"tlp":"amber"}`},
		{strange{name: "do", reads: map[string]string{
			"auditor": everyText, "other": "title body contact shared message", "military": "handover",
		}, works: team + " other military"}, "bchqs", `{"tlp":"red"}`},
	} {
		f, k := caseFile{"partner": s.agency[x.partner]}, caseKind{}
		say := func(kind string) string { return foreignMark + x.name + kind }
		for _, a := range []caseAct{
			{"other", "", `{"title":"` + say("title") + `","description":"` + say("body") + `","detected_at":"$(past)","natures":["cybercrime"]` +
				`,"confidential":true,"operator_agency_id":"$(vnpt)","system":{"name":"` + say("body") + `"},"report":{"reporter_name":"` + say("contact") + `"}}`, "id"},
			{"officer", "handovers", `{"to_agency_id":"$(partner)","kind":"coordination","message":"` + say("handover") + `"}`, "hid"},
			doTriage,
			{"lead", "notify-national", `{"reason":"` + say("report") + `"}`, ""},
			{"officer", "links", `{"to_id":"$(other case)","kind":"related","note":"` + say("link") + `"}`, "lid"},
			{"officer", "tasks", `{"title":"` + say("shared") + `","audience":"participants"}`, "tid"},
			{"officer", "tasks", `{"title":"` + say("team") + `","audience":"team"}`, ""},
			{"officer", "observables", `{"type":"ip","value":"203.0.113.7","note":"` + say("shared") + `","audience":"participants"}`, "obid"},
			{"officer", "observables", `{"type":"ip","value":"203.0.113.8","note":"` + say("team") + `","audience":"participants","confidential":true}`, ""},
			{"lead", "participants", `{"agency_id":"$(vncert)","reason":"` + say("team") + `"}`, "pid"},
			{"officer", "messages", `{"text":"` + say("message") + `"}`, ""},
			{"officer", "notes", `{"text":"` + say("team") + `","audience":"team"}`, ""},
			{"officer", "notes", `{"text":"` + say("shared") + `","audience":"participants"}`, ""},
			{"officer", "notes", `{"text":"` + say("team") + `","audience":"participants","confidential":true}`, ""},
		} {
			s.act(f, k, a)
		}
		s.lookUp(f)
		r := s.send(httpCall{as: "lead", method: http.MethodPatch, path: "/api/v1/incidents/$(id)", header: anyVersion(), body: x.last, file: f})
		require.Equal(s, http.StatusOK, r.status, r.body)
		x.file = f
		for _, who := range strings.Fields(team) {
			if slices.Contains(strings.Fields(x.works), who) {
				x.reads[who] = everyText
			}
		}
		s.files = append(s.files, x.strange)
	}
}

// swap is a request with other ids.
type swap struct {
	*recorded
	path, body, about string
}

// swapped is every recorded request with each of its ids, and all of them, in place of others.
func (s *swapping) swapped() []swap {
	var out []swap
	add := func(r *recorded, about string, pairs ...string) {
		change := strings.NewReplacer(pairs...)
		out = append(out, swap{r, change.Replace(r.path), change.Replace(r.body), about})
	}
	absent := uuid.Must(uuid.NewV7()).String()
	for i := range s.recorded {
		r := &s.recorded[i]
		for _, x := range r.slots {
			for _, f := range s.files {
				if id := f.file[x.kind]; id != "" {
					add(r, x.kind+" of "+f.name, x.id, id)
				}
			}
			switch x.kind {
			case "agency":
				for _, code := range []string{"bchqs", "tthdl", "syt", "ubnd"} {
					add(r, "agency "+code, x.id, s.agency[code])
				}
			case "user", "other":
				for _, who := range []string{"police", "lead", "admin", "other"} {
					add(r, "user "+who, x.id, s.words["user:"+who])
				}
				add(r, "police's desk", x.id, s.agency["cat-dau-moi"])
			}
			add(r, x.kind+" of nothing", x.id, absent)
			add(r, x.kind+" of another kind", x.id, s.words["user:officer"])
			add(r, x.kind+" that is none", x.id, "x"+x.id[1:])
		}
		for _, f := range s.files {
			var pairs []string
			for _, x := range r.slots {
				if id := f.file[x.kind]; id != "" {
					pairs = append(pairs, x.id, id)
				}
			}
			if len(pairs) > 2 {
				add(r, "all of "+f.name, pairs...)
			}
		}
		add(r, "itself")
	}
	return out
}

// replay sends them all as one caller.
func (s *swapping) replay(who string, list []swap) {
	s.Helper()
	if who != "" {
		s.token[who] = s.login(who).AccessToken
	}
	foreign := func() map[string]string {
		out := map[string]string{}
		for _, f := range s.files {
			if !slices.Contains(strings.Fields(f.works), who) {
				out[f.name] = s.about(f.file["id"])
			}
		}
		if who != "admin" && who != "lead" && who != "lead2" { // a lead is a grant's second person
			out["people and agencies"] = s.about("")
		}
		return out
	}
	s.watchSaysAll()
	before := foreign()
	for _, x := range list {
		if who == "admin" && x.method != http.MethodGet && ofRegistry(x.route) {
			continue // the registry is theirs, and whoever they locked out would try nothing more
		}
		c := httpCall{as: who, method: x.method, path: x.path, body: x.body, outside: true}
		if x.match {
			c.header = anyVersion()
		}
		r := s.send(c)
		s.sent++
		what := fmt.Sprintf("%q: %s %s %s (%s)", who, x.method, x.path, x.body, x.about)
		require.Less(s, r.status, 500, "%s: %s", what, r.body)
		if r.status < 300 {
			s.succeeded++
			if x.method != http.MethodGet {
				require.Equal(s, before, foreign(), "%s changed what is foreign: %d", what, r.status)
			}
		}
		s.holds(who, what, x.body, r)
	}
	require.Equal(s, before, foreign(), "%q changed what is foreign", who)
	// And what it finds when it looks around.
	for _, path := range []string{
		"/incidents?limit=200&count=true", "/incidents?limit=200&q=" + foreignMark, "/handovers?limit=200", "/obligations?limit=200",
		"/tasks?limit=200&assignee_id=all", "/observables?limit=200", "/incidents/export?format=jsonl",
	} {
		s.holds(who, path, "", s.send(httpCall{as: who, method: http.MethodGet, path: "/api/v1" + path, outside: true}))
		s.sent++
	}
}

// holds fails where an answer holds a foreign case's word that the caller may not read. A
// team lead who has tried all this has opened the cases to others, and is asked last.
func (s *swapping) holds(who, what, asked string, r httpReply) {
	s.Helper()
	if !strings.Contains(r.body, foreignMark) {
		return
	}
	for _, f := range s.files {
		for _, kind := range strings.Fields(everyText) {
			word := foreignMark + f.name + kind
			if !strings.Contains(r.body, word) || strings.Contains(asked, word) {
				continue
			}
			require.Contains(s, strings.Fields(f.reads[who]), kind, "%s told of %s: %s", what, word, r.body)
			s.allowed++
		}
	}
}
