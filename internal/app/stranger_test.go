package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/httpapi"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// questions are the lists a stranger may ask, with every filter, order and word that a
// foreign case would answer to.
func questions(d *door) []string {
	var out []string
	ask := func(path string, filters ...string) {
		for _, f := range filters {
			out = append(out, path+"?"+f)
		}
	}
	before, after := url.QueryEscape(time.Now().Add(-time.Hour).Format(time.RFC3339)), url.QueryEscape(time.Now().Add(time.Hour).Format(time.RFC3339))
	all := []string{"", "count=true"}
	ask("/api/v1/incidents", all...)
	year := "SL-" + strconv.Itoa(time.Now().In(regulation.Zone).Year())
	words := []string{
		"Cổng dịch vụ công bị tấn công từ chối dịch vụ", "cong dich vu cong", "tấn", "tan cong tu choi", "t", "SL", year,
		"0000", "khong truy cap", "Đinh Thị Lan",
		// what a contact, a handover, a note and a resolution say
		"0212 000 001", "Đề nghị phối hợp", "de nghi", "Đã chặn", "da ch", "Để biết", "Đã lọc lưu lượng", "chong DDoS", "đ",
	}
	for n := range 9 {
		words = append(words, year+"-00000"+strconv.Itoa(n+1))
	}
	for _, q := range words {
		ask("/api/v1/incidents", "count=true&q="+url.QueryEscape(q))
	}
	for name, values := range map[string][]string{
		"status": httpapi.Lists()["status"], "severity": {"high", "low"}, "category": {"availability.ddos", "availability.dos"}, "nature": {"cybercrime", "personal_data"},
	} {
		for _, v := range values {
			ask("/api/v1/incidents", "count=true&"+name+"="+url.QueryEscape(v))
		}
	}
	for _, s := range httpapi.Lists()["incident_order"] {
		if s == store.Relevance {
			s += "&q=" + url.QueryEscape("phối hợp")
		}
		ask("/api/v1/incidents", "sort="+s, "count=true&limit=1&sort="+s)
	}
	for _, code := range []string{"doi-ucsc", "tthdl", "cat-dau-moi", "bchqs", "vncert"} {
		ask("/api/v1/incidents", "count=true&agency_id="+d.agency[code])
		ask("/api/v1/obligations", "count=true&owed_by="+d.agency[code])
	}
	for _, f := range []string{"reported_after", "reported_before", "updated_after"} {
		ask("/api/v1/incidents", "count=true&"+f+"="+before, "count=true&"+f+"="+after)
	}
	for _, f := range []string{"overdue", "exercise"} {
		ask("/api/v1/incidents", "count=true&"+f+"=true", "count=true&"+f+"=false")
	}
	ask("/api/v1/incidents", "count=true&assignee_id="+d.words["user:officer"])
	ask("/api/v1/handovers", append(all, "count=true&direction=in", "count=true&direction=out", "count=true&due_before="+after, "limit=1")...)
	for _, s := range httpapi.Lists()["handover_status"] {
		ask("/api/v1/handovers", "count=true&status="+s)
	}
	for _, k := range httpapi.Lists()["handover_kind"] {
		ask("/api/v1/handovers", "count=true&kind="+k)
	}
	ask("/api/v1/obligations", append(all, "count=true&overdue=true", "count=true&overdue=false", "count=true&due_before="+after, "count=true&rule=SL-6.1.e", "limit=1")...)
	ask("/api/v1/obligations/counts", "", "case=true", "case=false", "from=2026-01-01&to=2028-01-01")
	for _, q := range []string{"late", "case", "exercise"} {
		ask("/api/v1/obligations", "count=true&"+q+"=true", "count=true&"+q+"=false")
	}
	ask("/api/v1/obligations", "count=true&sort=started_at", "limit=1&sort=due_at", "count=true&due_after="+before, "count=true&to="+d.agency["cat-dau-moi"],
		"count=true&agency_id="+d.agency["tthdl"], "count=true&basis="+url.QueryEscape("Nghị định"))
	for _, s := range httpapi.Lists()["obligation_status"] {
		ask("/api/v1/obligations", "count=true&status="+s)
	}
	ask("/api/v1/tasks", append(all, "count=true&assignee_id=all", "assignee_id=all&limit=1", "assignee_id="+d.words["user:officer"], "assignee_id=all&overdue=false", "assignee_id=all&due_before="+after)...)
	for _, s := range httpapi.Lists()["task_status"] {
		ask("/api/v1/tasks", "count=true&assignee_id=all&status="+s)
	}
	ask("/api/v1/observables", append(all, "count=true&value=203.0.113.7", "count=true&q=203", "count=true&type=ip", "count=true&is_ioc=true", "limit=1")...)
	slices.Sort(out)
	return out
}

// look is everything the user is told, page by page to the end.
func (d *door) look(who string, asked []string) map[string]string {
	d.Helper()
	told := map[string]string{}
	for _, path := range asked {
		for next := path; next != ""; {
			r := d.send(httpCall{as: who, method: http.MethodGet, path: next, outside: true})
			told[path] += anonymous(r)
			var page struct {
				NextCursor string `json:"next_cursor"`
			}
			require.NoError(d, json.Unmarshal([]byte(r.body), &page), r.body)
			if next = ""; page.NextCursor != "" {
				next = path + "&cursor=" + page.NextCursor
			}
		}
	}
	return told
}

// anonymous is an answer without what differs from one request to the next by its nature.
func anonymous(r httpReply, ids ...string) string {
	h := r.header.Clone()
	trace := h.Get("X-Trace-Id")
	for _, name := range []string{"Date", "X-Trace-Id", "X-Request-Id"} {
		h.Del(name)
	}
	var b strings.Builder
	_ = h.Write(&b) // a strings.Builder takes everything
	text := http.StatusText(r.status) + "\n" + b.String() + "\n" + r.body + "\n"
	for _, id := range append(ids, trace) {
		if id != "" {
			text = strings.ReplaceAll(text, id, "…")
		}
	}
	return text
}

func TestStrangersAreToldTheSameWhetherACaseExistsOrNot(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		// Everyone has something of their own to be told of.
		for range 2 {
			require.Equal(d, http.StatusCreated, d.send(httpCall{as: "other", method: http.MethodPost, path: "/api/v1/incidents", body: newReport}).status)
		}
		d.make(caseKind{state: "accepted", partner: "military"})
		d.make(caseKind{state: "triaged", partner: "police"})
		asked := questions(d)

		unseen := func(about string, strangers []string, happens func()) {
			d.Helper()
			before := map[string]map[string]string{}
			for _, who := range append(strangers, "lead") {
				before[who] = d.look(who, asked)
			}
			happens()
			for _, who := range strangers {
				after := d.look(who, asked)
				for _, path := range asked {
					require.Equal(d, before[who][path], after[path], "%s asks %s: %s", who, path, about)
				}
			}
			require.NotEqual(d, before["lead"], d.look("lead", asked), "the team lead is told: %s", about)
		}
		unseen("a case from its report to its resolution, with the military", []string{"admin", "police", "other"}, func() {
			d.make(caseKind{state: "resolved", partner: "military"})
		})
		unseen("a case with the police, and a request for help", []string{"admin", "military", "other"}, func() {
			d.make(caseKind{state: "sent", partner: "police"})
		})
		ended := d.make(caseKind{state: "quiet", ended: true})
		unseen("a case goes on after a partner has declined", []string{"admin", "military", "police", "other"}, func() {
			d.act(ended, caseKind{}, caseAct{"officer", "triage", triageBody, ""})
			d.act(ended, caseKind{}, caseAct{"officer", "notes", `{"text":"Đã chặn","audience":"participants","tlp":"clear"}`, ""})
			d.act(ended, caseKind{}, caseAct{"officer", "handovers", `{"to_agency_id":"$(vnpt)","kind":"notice","message":"Để biết"}`, ""})
		})
		unseen("a restricted case", []string{"admin", "lead2", "officer", "police", "military", "reporter", "other", "leader"}, func() {
			d.make(caseKind{state: "quiet", restricted: true})
		})
		t.Logf("%d questions, each page by page", len(asked))
	})
}

func TestAForeignIDIsAnsweredLikeAnAbsentOne(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		police := d.make(caseKind{state: "sent", partner: "police"})
		military := d.make(caseKind{state: "sent", partner: "military"})
		secret := d.make(caseKind{state: "sent", partner: "military", restricted: true})
		d.targets()
		absent := caseFile{}
		for _, name := range append([]string{"id"}, children...) {
			absent[name] = uuid.Must(uuid.NewV7()).String()
		}
		pairs := 0
		for _, x := range []struct {
			who          string
			foreign, own caseFile
			hidden       string // what they do not see below a case they see
		}{
			{"admin", police, nil, ""}, {"military", police, military, "oid rid"}, {"other", police, nil, ""}, {"police", military, police, "oid rid"},
			{"officer", secret, police, ""}, {"lead2", secret, police, ""}, {"leader", secret, police, "oid"}, {"reporter", secret, police, "hid oid rid"},
		} {
			for _, r := range httpapi.Routes() {
				if !strings.Contains(r.Path, "{") || !r.Auth || ofRegistry(r) || r.Name == "getChecklist" || strings.Contains(r.Path, "{name}") {
					continue
				}
				i := slices.IndexFunc(access, func(row accessRow) bool { return row.route == r.Name })
				for _, c := range trials(r, access[i].body) {
					c.as = x.who
					c.path = strings.NewReplacer("{", "$(", "}", ")").Replace(r.Path)
					child := below(r)
					pairs += d.sameAnswer(c, x.foreign, absent, x.foreign.with(child, absent[child]))
					if x.own != nil && child != "" {
						pairs += d.sameAnswer(c, x.own.with(child, x.foreign[child]), x.own.with(child, absent[child]))
					}
					if child != "" && strings.Contains(x.hidden, child) {
						pairs += d.sameAnswer(c, x.own, x.own.with(child, absent[child]))
					}
				}
			}
			for _, path := range []string{"/api/v1/handovers?incident_id=$(id)", "/api/v1/handovers?count=true&direction=in&incident_id=$(id)"} {
				pairs += d.sameAnswer(httpCall{as: x.who, method: http.MethodGet, path: path}, x.foreign, absent)
			}
		}
		t.Logf("%d pairs of answers compared byte by byte", pairs)
	})
}

// below is the word for what lies below the case in a route's path, "" when nothing does.
func below(r httpapi.Route) string {
	for _, name := range children {
		if strings.Contains(r.Path, "{"+name+"}") {
			return name
		}
	}
	return ""
}

// trials are the ways to ask one route: right, without a version, with an old one, with a
// key, and with a body that is wrong.
func trials(r httpapi.Route, body string) []httpCall {
	if r.Method == http.MethodGet {
		return []httpCall{{method: r.Method}}
	}
	body = strings.ReplaceAll(body, "$(partner)", "$(cat-dau-moi)")
	return []httpCall{
		{method: r.Method, body: body, header: anyVersion()},
		{method: r.Method, body: body},
		{method: r.Method, body: body, header: http.Header{"If-Match": {`"77"`}}},
		{method: r.Method, body: body, header: http.Header{"If-Match": {"*"}, "Idempotency-Key": {"một-khóa"}}},
		{method: r.Method, body: body, header: http.Header{"If-Match": {"*"}, "Idempotency-Key": {"khoa-" + r.Name}}},
		{method: r.Method, body: `{"khong_co":1}`, header: anyVersion()},
		{method: r.Method, body: `{"cut`, header: anyVersion()},
	}
}

// with is the file with another word; none when there is no such word.
func (f caseFile) with(name, value string) caseFile {
	if name == "" {
		return nil
	}
	return f.but(name, value)
}

// sameAnswer asks the same of each file and compares the answers, byte by byte.
func (d *door) sameAnswer(c httpCall, files ...caseFile) int {
	d.Helper()
	first, n := "", 0
	for _, f := range files {
		if f == nil {
			continue
		}
		c.file, c.outside = f, true
		r := d.send(c)
		if strings.Contains(c.path, "?") { // a list that is filtered by the id: empty, not absent
			require.Contains(d, r.body, `"items":[],"next_cursor":null`, "%s %s by %s", c.method, c.path, c.as)
		} else {
			require.GreaterOrEqual(d, r.status, 400, "%s %s by %s: %s", c.method, c.path, c.as, r.body)
		}
		ids := []string{f["id"]}
		for _, name := range children {
			ids = append(ids, f[name])
		}
		got := anonymous(r, ids...)
		if first == "" {
			first = got
			continue
		}
		n++
		require.Equal(d, first, got, "%s %s by %s", c.method, c.path, c.as)
	}
	return n
}
