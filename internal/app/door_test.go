package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// everyone is every user of the demo.
var everyone = []string{"admin", "lead", "lead2", "officer", "police", "military", "reporter", "other", "auditor", "leader"}

// door is the program seen from outside: requests as anyone may send them, byte by byte.
type door struct {
	*world
	token    map[string]string // of each user of the demo
	contents func() string     // how much is in the tables
	words    map[string]string // what $name stands for in paths and bodies
}

func openDoor(t *testing.T, cfg app.Config) *door {
	t.Helper()
	d := &door{world: start(t, cfg), token: map[string]string{}, words: map[string]string{}}
	d.contents = storetest.Contents(t, store.Config{DataDir: d.cfg.Data, DatabaseURL: d.cfg.DatabaseURL})
	for _, name := range everyone {
		d.token[name] = d.login(name).AccessToken
		var me api.Me
		d.decode(d.send(httpCall{as: name, method: http.MethodGet, path: "/api/v1/me"}), &me)
		d.words["user:"+name] = me.User.ID
		d.words["agency:"+name] = me.Agency.ID
	}
	for code, id := range d.agency {
		d.words[code] = id
	}
	now := time.Now().UTC()
	for name, at := range map[string]time.Time{
		"past": now.Add(-time.Minute), "ahead": now.Add(48 * time.Hour), "hour ahead": now.Add(time.Hour),
	} {
		d.words[name] = at.Format(time.RFC3339)
	}
	d.words["password"] = directory.DemoPassword
	return d
}

// watchSaysAll waits until the watch has said what the clock has made true by now: what it says, nobody
// has asked for.
func (w *world) watchSaysAll() {
	w.Helper()
	st, err := store.Open(w.Context(), database(w.cfg), slog.New(slog.DiscardHandler))
	require.NoError(w, err)
	defer func() { require.NoError(w, st.Close()) }()
	require.Eventually(w, func() bool {
		due, err := st.Read(w.Context()).DutiesToWatch(time.Now().UTC(), nil, 1)
		return err == nil && len(due) == 0
	}, 60*time.Second, 20*time.Millisecond, "the watch falls behind")
}

func (d *door) login(name string) api.Tokens {
	d.Helper()
	tokens, err := client.New(d.base, client.Options{HTTPClient: d.http}).Login(d.Context(), api.Login{Username: name, Password: directory.DemoPassword})
	require.NoError(d, err)
	return tokens
}

// httpCall is what goes through the door. $(name) in path and body stands for a word of the
// door or of the file.
type httpCall struct {
	as      string // a user of the demo; "" sends no token
	bearer  string // a token, instead
	method  string
	path    string
	header  http.Header
	body    string
	file    caseFile
	stream  bool // send the body without its length
	outside bool // compare the answer with no document
}

type httpReply struct {
	status int
	header http.Header
	body   string
}

func (d *door) send(r httpCall) httpReply {
	d.Helper()
	body := d.fill(r.body, r.file)
	var payload io.Reader = strings.NewReader(body)
	if r.stream {
		payload = io.MultiReader(payload)
	}
	req, err := http.NewRequestWithContext(d.Context(), r.method, d.base+d.fill(r.path, r.file), payload)
	require.NoError(d, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.as != "" {
		r.bearer = d.token[r.as]
		require.NotEmpty(d, r.bearer, r.as)
	}
	if r.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+r.bearer)
	}
	for name, values := range r.header {
		req.Header.Del(name)
		for _, v := range values {
			req.Header.Add(name, d.fill(v, r.file))
		}
	}
	c := d.http
	if r.outside {
		c = &http.Client{Timeout: d.http.Timeout, Transport: http.DefaultTransport}
	}
	resp, err := c.Do(req)
	require.NoError(d, err)
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(d, err)
	return httpReply{resp.StatusCode, resp.Header, string(raw)}
}

// fill puts the words of the file, then those of the door, into a text.
func (d *door) fill(s string, f caseFile) string {
	for strings.Contains(s, "$(") {
		before, rest, _ := strings.Cut(s, "$(")
		name, after, ok := strings.Cut(rest, ")")
		require.True(d, ok, s)
		v, ok := f[name]
		if !ok {
			v, ok = d.words[name]
		}
		require.True(d, ok, "there is no $(%s)", name)
		s = before + v + after
	}
	return s
}

func (d *door) decode(r httpReply, into any) {
	d.Helper()
	require.Less(d, r.status, 300, r.body)
	dec := json.NewDecoder(bytes.NewReader([]byte(r.body)))
	dec.DisallowUnknownFields()
	require.NoError(d, dec.Decode(into), r.body)
}

// caseFile is a case in some state: its id, and the ids of what lies below it (hid, oid, rid).
type caseFile map[string]string

// children are the words for what lies below a case.
var children = []string{"hid", "oid", "rid", "lid", "tid", "obid", "pid", "xid"}

// caseKind says which file is wanted.
type caseKind struct {
	state      string
	partner    string // the user whose agency is asked; "" : police
	ended      bool   // the military was asked too, and declined
	restricted bool   // for named people; lead alone is named
}

// caseAct is one request of somebody on the way to a state; id keeps the answer's id under a name.
type caseAct struct{ as, to, body, id string }

const (
	newReport = `{"title":"Cổng dịch vụ công bị tấn công từ chối dịch vụ","description":"Không truy cập được từ 7 giờ.","detected_at":"$(past)",` +
		`"natures":["cybercrime"],"operator_agency_id":"$(tthdl)","system":{"name":"Cổng dịch vụ công"},"report":{"reporter_name":"Đinh Thị Lan","reporter_phone":"0212 000 001"}}`
	triageBody     = `{"category":"availability.ddos","severity":"high"}`
	resolveBody    = `{"reason":"fixed","summary":"Đã lọc lưu lượng","prevention":"Chống DDoS","handled":"with_others"}`
	askBody        = `{"to_agency_id":"$(partner)","kind":"coordination","message":"Đề nghị phối hợp"}`
	recordBody     = `{"step":"acknowledge","officer_name":"Đại úy Thắng","at":"$(past)","channel":"phone"}`
	fileBody       = `{"kind":"notice"}`
	fulfilBody     = `{"at":"$(past)","channel":"phone"}`
	reasonBody     = `{"reason":"Vì yêu cầu của nhiệm vụ"}`
	mergeBody      = `{"into_id":"$(target)","reason":"Cùng một vụ tấn công"}`
	linkBody       = `{"to_id":"$(other case)","kind":"related"}`
	escalateBody   = `{"reason":"Cần truy vết","handovers":[` + askBody + `]}`
	taskBody       = `{"title":"Chặn dải địa chỉ","audience":"participants"}`
	taskTheirsBody = `{"title":"Truy vết nguồn tấn công","audience":"participants","assignee_id":"$(user:police)"}`
	observableBody = `{"type":"ip","value":"203[.]0[.]113[.]7","audience":"participants","is_ioc":true}`
	messageBody    = `{"text":"Đề nghị gửi nhật ký máy chủ"}`
	redactBody     = `{"object_kind":"incident","fields":["report.reporter_phone"],"why":"personal_data","reason":"Nhập nhầm số riêng","document":{"number":"12","symbol":"QĐ-CAT"}}`
	decideBody     = `{"note":"Đồng ý xóa"}`
	inviteBody     = `{"agency_id":"$(vnpt)","reason":"Quản lý đường truyền"}`
)

var (
	doAsk     = caseAct{"officer", "handovers", askBody, "hid"}
	doTriage  = caseAct{"officer", "triage", triageBody, ""}
	doEnter   = caseAct{"officer", "obligations/$(oid)/fulfil", fulfilBody, ""}
	doRespond = caseAct{"officer", "respond", `{}`, ""}
	doAck     = caseAct{"partner", "handovers/$(hid)/acknowledge", `{}`, ""}
	doAccept  = caseAct{"partner", "handovers/$(hid)/accept", `{}`, ""}
	doHelp    = caseAct{"lead", "notify-national", reasonBody, ""}
	doSend    = caseAct{"officer", "national-reports/$(rid)/send", `{"channel":"email"}`, ""}
	doFile    = caseAct{"officer", "national-reports", fileBody, "rid"}
	doResolve = caseAct{"officer", "resolve", resolveBody, ""}
	doLink    = caseAct{"officer", "links", linkBody, "lid"}
	doSettle  = caseAct{to: "settle"} // what the law asks for beside

	doTask    = caseAct{"officer", "tasks", taskBody, "tid"}
	doObserve = caseAct{"officer", "observables", observableBody, "obid"}
	doInvite  = caseAct{"lead", "participants", inviteBody, "pid"}
	doMessage = caseAct{"officer", "messages", messageBody, ""}
	doRedact  = caseAct{"lead2", "redactions", redactBody, "xid"}
)

// of is an act with another body.
func (a caseAct) of(body string) caseAct { a.body = body; return a }

func doAskFor(kind, to, more string) caseAct {
	return doAsk.of(`{"to_agency_id":"` + to + `","kind":"` + kind + `","message":"Đề nghị phối hợp"` + more + `}`)
}

// states are the files the tests ask for: what happens to a report until it is one.
var states = map[string][]caseAct{
	"reported":     {doAsk},
	"noticed":      {doAskFor("notice", "$(partner)", "")},
	"triaged":      {doAsk, doTriage},
	"responding":   {doAsk, doTriage, doRespond},
	"escalated":    {doTriage, {"officer", "escalate", escalateBody, ""}},
	"national":     {doAsk, doTriage, doHelp},
	"sent":         {doAsk, doTriage, doHelp, doSend, doLink, doTask, doObserve, doInvite, doMessage, doRedact},
	"sent to them": {doAsk, doTriage, doHelp.of(`{"reason":"Vượt khả năng","to_agency_id":"$(partner)"}`), doSend},
	"filed":        {doAsk, doTriage, doFile},
	"filed final":  {doTriage, doFile.of(`{"kind":"final"}`)},
	"resolved":     {doAskFor("investigation", "$(partner)", ""), doTriage, doRespond, doAck, doAccept, doResolve, doSettle},
	"closed":       {doAskFor("investigation", "$(partner)", ""), doTriage, doRespond, doAck, doAccept, doResolve, doSettle, {"lead", "close", `{"lessons":"Diễn tập"}`, ""}},
	"rejected":     {doAskFor("notice", "$(partner)", ""), {"lead", "reject", `{"reason":"false_positive","note":"Bảo trì"}`, ""}},

	"acknowledged":      {doAsk, doAck},
	"accepted":          {doAsk, doAck, doAccept},
	"completed":         {doAsk, doAck, doAccept, {"partner", "handovers/$(hid)/complete", `{"outcome":"Đã xong"}`, ""}},
	"recorded":          {doAsk, {"lead", "handovers/$(hid)/record", recordBody, ""}},
	"told":              {doAskFor("notice", "$(partner)", ""), doAck},
	"entered":           {doAsk, doEnter},
	"contested":         {doAsk, {"lead", "handovers/$(hid)/record", recordBody, ""}, {"partner", "handovers/$(hid)/contest", reasonBody, ""}},
	"resolved too soon": {doAsk, doTriage, doRespond, doResolve},
	"directed":          {doAskFor("direction", "$(ubnd)", "")},
	"asked above":       {doAskFor("coordination", "$(ubnd)", "")},
	"asked below":       {doAskFor("coordination", "$(tthdl)", "")},
	"quiet":             {},
	"linked":            {doAsk, doLink},
	"merged":            {{"lead", "merge", mergeBody, ""}},
	"withdrawn":         {{"reporter", "withdraw", reasonBody, ""}},

	"worked":      {doAsk, doTask.of(taskTheirsBody), doObserve, doInvite},
	"worked done": {doAsk, doTask, {"officer", "PATCH tasks/$(tid)", `{"status":"done"}`, ""}},
	"retracted":   {doAsk, doObserve, {"officer", "observables/$(obid)/retract", reasonBody, ""}},
	"uninvited":   {doAsk, doInvite, {"lead", "participants/$(pid)/end", reasonBody, ""}},

	"asked to redact": {doAsk, doRedact},

	"led":          {doAskFor("coordination", "$(partner)", `,"transfers_lead":true`), doTriage, doAck, doAccept},
	"led at work":  {doAskFor("coordination", "$(partner)", `,"transfers_lead":true`), doTriage, doRespond, doAck, doAccept},
	"led upwards":  {doAskFor("coordination", "$(partner)", `,"transfers_lead":true`), doTriage, doAck, doAccept, doHelp},
	"led filed":    {doAskFor("coordination", "$(partner)", `,"transfers_lead":true`), doTriage, doAck, doAccept, doFile},
	"led reported": {doAskFor("coordination", "$(partner)", `,"transfers_lead":true`), doAck, doAccept},
}

// make makes a file: the reporter reports, and the acts of the state follow.
func (d *door) make(k caseKind) caseFile {
	d.Helper()
	acts, ok := states[k.state]
	require.True(d, ok, "there is no state %q", k.state)
	if k.partner == "" {
		k.partner = "police"
	}
	f := caseFile{"partner": d.words["agency:"+k.partner]}
	d.act(f, k, caseAct{"reporter", "", newReport, "id"})
	if k.ended {
		d.act(f, k, caseAct{"officer", "handovers", `{"to_agency_id":"$(bchqs)","kind":"coordination","message":"Đề nghị phối hợp"}`, "ended hid"})
		d.act(f, k, caseAct{"military", "handovers/$(ended hid)/acknowledge", `{}`, ""})
		d.act(f, k, caseAct{"military", "handovers/$(ended hid)/decline", reasonBody, ""})
	}
	for _, a := range acts {
		if a == doSettle {
			d.settle(f)
			continue
		}
		if strings.Contains(a.to, "$(rid)") || strings.Contains(a.to, "$(oid)") {
			d.lookUp(f)
		}
		d.act(f, k, a)
	}
	d.lookUp(f)
	if k.restricted {
		r := d.send(httpCall{as: "lead", method: http.MethodPatch, path: "/api/v1/incidents/$(id)", header: anyVersion(), body: `{"restricted":true}`, file: f})
		require.Equal(d, http.StatusOK, r.status, r.body)
	}
	return f
}

// settle is that of the world, with the door's own tokens: a test may have ended every other.
func (d *door) settle(f caseFile) {
	d.Helper()
	var list api.ObligationList
	d.decode(d.send(httpCall{as: "officer", method: http.MethodGet, path: "/api/v1/incidents/$(id)/obligations?limit=200", file: f}), &list)
	for _, o := range list.Items {
		if o.Status != "pending" || !o.BlocksClosure {
			continue
		}
		as, act, body := "lead2", "/waive", reasonBody
		if o.OwedBy == d.agency["doi-ucsc"] {
			as, act, body = "officer", "/fulfil", fulfilBody
		}
		r := d.send(httpCall{as: as, method: http.MethodPost, path: "/api/v1/incidents/$(id)/obligations/" + o.ID + act, body: body, file: f})
		require.Equal(d, http.StatusOK, r.status, r.body)
	}
}

// lookUp keeps the ids of what the acts have made beside; of the duties that to tell the police.
func (d *door) lookUp(f caseFile) {
	d.Helper()
	for _, x := range []struct{ path, name string }{{"handovers", "hid"}, {"obligations", "oid"}, {"national-reports", "rid"}} {
		if f[x.name] != "" {
			continue
		}
		var list struct{ Items []struct{ ID, Rule string } }
		r := d.send(httpCall{as: "lead", method: http.MethodGet, path: "/api/v1/incidents/$(id)/" + x.path + "?limit=200", file: f})
		require.NoError(d, json.Unmarshal([]byte(r.body), &list), r.body)
		for i := len(list.Items) - 1; i >= 0; i-- {
			if rule := list.Items[i].Rule; rule != "" && rule != tellPolice {
				list.Items = slices.Delete(list.Items, i, i+1)
			}
		}
		if n := len(list.Items); n > 0 {
			f[x.name] = list.Items[n-1].ID
		}
	}
}

// targets makes the cases that others are merged into and linked to, once.
func (d *door) targets() {
	d.Helper()
	for _, name := range []string{"target", "other case"} {
		if d.words[name] == "" {
			d.words[name] = d.make(caseKind{state: "quiet"})["id"]
		}
	}
}

func (d *door) act(f caseFile, k caseKind, a caseAct) {
	d.Helper()
	if a.as == "partner" {
		a.as = k.partner
	}
	if strings.Contains(a.body, "$(target)") || strings.Contains(a.body, "$(other case)") {
		d.targets()
	}
	path := "/api/v1/incidents"
	if f["id"] != "" {
		path += "/$(id)/" + a.to
	}
	method := http.MethodPost
	if strings.Contains(path, "PATCH ") {
		method, path = http.MethodPatch, strings.Replace(path, "PATCH ", "", 1)
	}
	r := d.send(httpCall{as: a.as, method: method, path: path, header: anyVersion(), body: a.body, file: f})
	require.Less(d, r.status, 300, "%s %s: %s", a.as, a.to, r.body)
	if a.id != "" {
		var made struct{ ID string }
		require.NoError(d, json.Unmarshal([]byte(r.body), &made))
		f[a.id] = made.ID
	}
}

func anyVersion() http.Header { return http.Header{"If-Match": {"*"}} }
