package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/store"
)

// operation is what is measured: the requests, and the floor in plain SQL.
type operation struct {
	name string
	// requests prepares what it needs and returns the request of a worker.
	requests func(ctx context.Context, d *desk) (func(worker, i int) call, error)
	// sql is how often a second plain SQL does the same; nil: only HTTP is the floor.
	sql func(ctx context.Context, d *desk) (float64, error)
}

const incidents = "/api/v1/incidents"

// ofAgency are the cases in sight of the agency that the reporter of the runs belongs to.
const ofAgency = "incidents.id IN (SELECT incident_id FROM case_sights WHERE agency_id = (SELECT id FROM agencies WHERE code = 'tthdl'))"

var operations = []operation{
	{"report", reports, reportSQL},
	{"move", moves, moveSQL},
	{"read a case", child(""), selects(
		"SELECT * FROM incidents WHERE id = ?",
		"SELECT as_reporter, as_partner FROM case_sights WHERE incident_id = ?")},
	{"read a timeline", child("/timeline"), selects(
		"SELECT * FROM incidents WHERE id = ?",
		"SELECT e.*, p.body FROM events e JOIN event_payloads p ON p.event_id = e.id WHERE e.chain_id = ? ORDER BY e.seq LIMIT 51")},
	{"list, newest 50", list("officer", nil), selects("SELECT * FROM incidents ORDER BY reported_at DESC, id DESC LIMIT 51")},
	{"list, by status", list("officer", url.Values{"status": {"closed"}}), selects("SELECT * FROM incidents WHERE status = 'closed' ORDER BY reported_at DESC, id DESC LIMIT 51")},
	{"list, of an agency", list("reporter", nil), selects("SELECT * FROM incidents WHERE " + ofAgency + " ORDER BY reported_at DESC, id DESC LIMIT 51")},
	{"search, common words", list("officer", url.Values{"q": {"tan cong"}}), finds("", "tan", "cong")},
	{"search, rare words", list("officer", url.Values{"q": {"SL-2026-000007"}}), finds("", "sl", "2026", "000007")},
	{"search, two and a prefix", list("officer", url.Values{"q": {"máy chủ tố"}}), finds("", "may", "chu", "to")},
	{"search, of an agency", list("reporter", url.Values{"q": {"tan cong"}}), finds(ofAgency, "tan", "cong")},
}

// one measures an operation and its floors, one after the other.
func (d *desk) one(ctx context.Context, o operation, r *result) error {
	next, err := o.requests(ctx, d)
	if err != nil {
		return err
	}
	d.profiled()
	r.speed, err = d.load(ctx, next)
	d.profiled()
	if err != nil {
		return err
	}
	// The same request to a bare server, with the bytes of the answer.
	if r.http, err = d.static(ctx, next(0, 0), make([]byte, r.bytes)); err != nil {
		return err
	}
	if o.sql != nil {
		r.sql, err = o.sql(ctx, d)
	}
	return err
}

const report = `{"title":"Cổng thông tin điện tử của sở bị tấn công từ chối dịch vụ","description":"Từ 7 giờ sáng không truy cập được; lưu lượng tăng gấp nhiều lần, chủ yếu từ nước ngoài. Đã báo nhà cung cấp đường truyền và chuyển trang thông báo tạm.",` +
	`"detected_at":"2026-11-01T00:10:00Z","natures":["cybercrime"],"system":{"name":"Cổng thông tin điện tử","level":3}}`

func (d *desk) reported(ctx context.Context) (api.Incident, error) {
	var inc api.Incident
	raw, err := d.fetch(ctx, d.base, call{method: "POST", path: incidents, token: d.token["reporter"], body: report})
	if err == nil {
		err = json.Unmarshal(raw, &inc)
	}
	return inc, err
}

func reports(_ context.Context, d *desk) (func(int, int) call, error) {
	return func(int, int) call {
		return call{method: "POST", path: incidents, token: d.token["reporter"], body: report}
	}, nil
}

func reportSQL(ctx context.Context, d *desk) (float64, error) {
	inc, err := d.reported(ctx)
	if err != nil {
		return 0, err
	}
	tables, err := d.takeCopy(ctx, inc.ID, 0, nil)
	if err != nil {
		return 0, err
	}
	return d.writing(ctx, tables, nil)
}

// moves lets each worker resolve and reopen a case of its own, over and over.
func moves(ctx context.Context, d *desk) (func(int, int) call, error) {
	const resolve = `{"reason":"fixed","summary":"Đã chặn nguồn tấn công và khôi phục dịch vụ.","prevention":"Bổ sung lọc lưu lượng ở nhà cung cấp.","handled":"self"}`
	cases, err := d.workCases(ctx)
	if err != nil {
		return nil, err
	}
	resolved := make([]bool, len(cases))
	return func(worker, _ int) call {
		c := call{method: "POST", path: incidents + "/" + cases[worker], token: d.token["lead"], match: "*"}
		if resolved[worker] {
			c.path, c.body = c.path+"/reopen", `{"reason":"Phát hiện thêm máy bị ảnh hưởng."}`
		} else {
			c.path, c.body = c.path+"/resolve", resolve
		}
		resolved[worker] = !resolved[worker]
		return c
	}, nil
}

// workCases makes one case in response for each worker.
func (d *desk) workCases(ctx context.Context) ([]string, error) {
	out := make([]string, d.clients)
	for i := range out {
		inc, err := d.reported(ctx)
		if err != nil {
			return nil, err
		}
		out[i] = inc.ID
		for _, step := range [][2]string{{"triage", `{"category":"availability.ddos","severity":"high"}`}, {"respond", `{}`}} {
			c := call{method: "POST", path: incidents + "/" + inc.ID + "/" + step[0], token: d.token["officer"], body: step[1], match: "*"}
			if _, err := d.fetch(ctx, d.base, c); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func moveSQL(ctx context.Context, d *desk) (float64, error) {
	cases, err := d.workCases(ctx)
	if err != nil {
		return 0, err
	}
	var seq int
	if err := d.sql.QueryRowContext(ctx, d.numbered("SELECT max(seq) FROM events WHERE chain_id = ?"), cases[0]).Scan(&seq); err != nil {
		return 0, err
	}
	tables, err := d.takeCopy(ctx, cases[0], seq-1, []string{"events", "event_payloads", "outbox"})
	if err != nil {
		return 0, err
	}
	return d.writing(ctx, tables, cases)
}

// child reads what hangs on one of the sampled cases.
func child(path string) func(context.Context, *desk) (func(int, int) call, error) {
	return func(_ context.Context, d *desk) (func(int, int) call, error) {
		return func(_, i int) call {
			return call{method: "GET", path: incidents + "/" + d.ids[i%len(d.ids)] + path, token: d.token["officer"]}
		}, nil
	}
}

func list(as string, q url.Values) func(context.Context, *desk) (func(int, int) call, error) {
	return func(ctx context.Context, d *desk) (func(int, int) call, error) {
		c := call{method: "GET", path: incidents + "?" + q.Encode(), token: d.token[as]}
		raw, err := d.fetch(ctx, d.base, c)
		var found api.IncidentList
		if err == nil {
			err = json.Unmarshal(raw, &found)
		}
		if err == nil && len(found.Items) == 0 {
			err = fmt.Errorf("%s finds nothing", c.path)
		}
		return func(int, int) call { return c }, err
	}
}

func selects(statements ...string) func(context.Context, *desk) (float64, error) {
	return func(ctx context.Context, d *desk) (float64, error) { return d.reading(ctx, statements) }
}

// finds is the search as anyone would write it: the index of words joined with the cases, the
// newest first. It does not ask in which part of a case a word stands. CROSS JOIN keeps SQLite
// from asking the index anew for each case.
func finds(also string, words ...string) func(context.Context, *desk) (float64, error) {
	return func(ctx context.Context, d *desk) (float64, error) {
		from := "incident_words_index w CROSS JOIN incident_texts t ON t.doc = w.rowid CROSS JOIN incidents ON incidents.id = t.incident_id" +
			" WHERE incident_words_index MATCH '" + strings.Join(words, " AND ") + "*'"
		if d.dialect == store.Postgres {
			from = "incident_texts t JOIN incidents ON incidents.id = t.incident_id" +
				" WHERE t.words @@ '" + strings.Join(words, " & ") + ":*'::tsquery"
		}
		if also != "" {
			from += " AND " + also
		}
		return d.reading(ctx, []string{"SELECT incidents.* FROM " + from + " ORDER BY incidents.reported_at DESC, incidents.id DESC LIMIT 51"})
	}
}
