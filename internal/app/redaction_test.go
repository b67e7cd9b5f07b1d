package app_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// plantedWord is a word that stands in every text that is redacted, and nowhere else.
const plantedWord = "zxqcanary"

// dump is every table of the desk, as a backup would hold them.
func dump(t *testing.T, cfg app.Config) string {
	t.Helper()
	st, err := store.Open(t.Context(), database(cfg), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, st.Close()) }()
	var out bytes.Buffer
	require.NoError(t, st.Snapshot(t.Context(), func(v *store.Snapshot) error {
		tables, err := v.Tables(t.Context())
		if err != nil {
			return err
		}
		for _, table := range tables {
			fmt.Fprintf(&out, "\n== %s\n", table.Name)
			if _, err := v.Unload(t.Context(), table, &out); err != nil {
				return err
			}
		}
		return nil
	}))
	return out.String()
}

// standsIn are the tables in which the word stands, as text or within bytes.
func standsIn(t *testing.T, cfg app.Config, word string) []string {
	t.Helper()
	var found []string
	for _, table := range strings.Split(dump(t, cfg), "\n== ") {
		name, rows, _ := strings.Cut(table, "\n")
		low := strings.ToLower(rows)
		if strings.Contains(low, word) || strings.Contains(low, hex.EncodeToString([]byte(word))) {
			found = append(found, name)
		}
	}
	return found
}

func verified(t *testing.T, cfg app.Config) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, app.Verify(t.Context(), cfg, false, &out, io.Discard, quiet), "%s", &out)
	require.Contains(t, out.String(), " 0 findings")
}

// sender makes writes, each under an Idempotency-Key of its own.
type sender struct {
	*door
	keys int
	sent []httpCall
}

func (s *sender) do(as, method, path, body string, words caseFile) map[string]any {
	s.Helper()
	s.keys++
	call := httpCall{as: as, method: method, path: "/api/v1" + path, body: body, file: words, header: anyVersion()}
	if method == http.MethodPost {
		call.header.Set("Idempotency-Key", fmt.Sprint("khoa-", s.keys))
	}
	r := s.send(call)
	require.Less(s, r.status, 300, "%s %s: %s", method, path, r.body)
	s.sent = append(s.sent, call)
	var out map[string]any
	require.NoError(s, json.Unmarshal([]byte(r.body), &out), r.body)
	return out
}

// plantedCase makes a case in which every text that people write holds the plantedWord, with another
// that was merged into it, and names the objects that were made.
func plantedCase(s *sender) (caseFile, []string) {
	s.Helper()
	n := 0
	word := func() string {
		n++
		return fmt.Sprintf(`Kế hoạch %s số %d "kín" <b>`, plantedWord, n)
	}
	const post, patch = http.MethodPost, http.MethodPatch
	f := caseFile{}
	report := func() string {
		return fmt.Sprintf(`{"title":%q,"description":%q,"detected_at":"$(past)","natures":["cybercrime"],"operator_agency_id":"$(tthdl)",`+
			`"system":{"name":%q,"domains":["%s.example.vn"]},"report":{"reporter_name":%q,"reporter_phone":"0912 %s","reporter_email":"%s@example.vn","reference":%q}}`,
			word(), word()+"\nmở đầu", word(), plantedWord, word(), plantedWord, plantedWord, word())
	}
	f["source"] = s.do("reporter", post, "/incidents", report(), nil)["id"].(string)
	f["id"] = s.do("reporter", post, "/incidents", report(), nil)["id"].(string)
	one := func(as, to, body string) map[string]any { return s.do(as, post, "/incidents/$(id)/"+to, body, f) }
	source := func(as, to, body string) map[string]any {
		return s.do(as, post, "/incidents/$(source)/"+to, body, f)
	}
	var objects []string
	object := func(kind, name string, made map[string]any) {
		f[name] = made["id"].(string)
		objects = append(objects, kind+" "+f[name])
	}
	document := func() string {
		return fmt.Sprintf(`"document":{"number":"12","symbol":"CV-CAT","subject":%q,"signer_name":%q}`, word(), plantedWord+" Văn A")
	}

	// In the case that is merged: a handover that moves with its whole state.
	object("handover", "moved", source("officer", "handovers", fmt.Sprintf(
		`{"to_agency_id":"$(bchqs)","kind":"coordination","message":%q,"requested_resources":%q,%s}`, word(), word(), document())))
	source("military", "handovers/$(moved)/acknowledge", fmt.Sprintf(`{"note":%q}`, word()))
	source("military", "handovers/$(moved)/accept", fmt.Sprintf(`{"partly":true,"reason":%q,"resources":%q,"liaison_contact":%q}`, word(), word(), word()))
	source("lead", "merge", fmt.Sprintf(`{"into_id":"$(id)","reason":%q}`, word()))

	s.do("officer", patch, "/incidents/$(id)", fmt.Sprintf(`{"description":%q,"reason":%q}`, word()+"\nđã sửa", word()), f)
	one("officer", "triage", fmt.Sprintf(`{"category":"availability.ddos","severity":"high","note":%q}`, word()))
	one("officer", "respond", fmt.Sprintf(`{"note":%q}`, word()))
	object("note", "note", one("officer", "notes", fmt.Sprintf(`{"text":%q,"audience":"team"}`, word())))
	object("task", "task", one("officer", "tasks", fmt.Sprintf(`{"title":%q,"description":%q,"audience":"participants"}`, word(), word())))
	s.do("officer", patch, "/incidents/$(id)/tasks/$(task)", fmt.Sprintf(`{"title":%q}`, word()), f)
	s.do("officer", patch, "/incidents/$(id)/tasks/$(task)", fmt.Sprintf(`{"status":"cancelled","reason":%q}`, word()), f)
	object("observable", "seen", one("officer", "observables", fmt.Sprintf(`{"type":"other","value":%q,"note":%q,"audience":"participants"}`, word(), word())))
	one("officer", "observables/$(seen)/retract", fmt.Sprintf(`{"reason":%q}`, word()))
	object("message", "message", one("officer", "messages", fmt.Sprintf(`{"text":%q}`, word())))
	f["duty"] = s.dutyOf(f["id"], tellPolice).ID
	one("officer", "obligations/$(duty)/fulfil", fmt.Sprintf(`{"at":"$(past)","channel":"document","note":%q,%s}`, word(), document()))
	objects = append(objects, "obligation "+f["duty"])
	object("handover", "asked", one("officer", "handovers", fmt.Sprintf(`{"to_agency_id":"$(cat-dau-moi)","kind":"coordination","message":%q,%s}`, word(), document())))
	one("lead", "handovers/$(asked)/record", fmt.Sprintf(
		`{"step":"acknowledge","officer_name":%q,"officer_position":"Đội trưởng","at":"$(past)","channel":"document",%s}`, word(), document()))
	one("police", "handovers/$(asked)/contest", fmt.Sprintf(`{"reason":%q}`, word()))
	one("police", "handovers/$(asked)/accept", fmt.Sprintf(`{"resources":%q}`, word()))
	one("police", "handovers/$(asked)/complete", fmt.Sprintf(`{"outcome":%q}`, word()))
	object("handover", "withdrawn", one("officer", "handovers", fmt.Sprintf(`{"to_agency_id":"$(syt)","kind":"notice","message":%q}`, word())))
	one("officer", "handovers/$(withdrawn)/withdraw", fmt.Sprintf(`{"reason":%q}`, word()))
	object("participant", "part", one("lead", "participants", fmt.Sprintf(
		`{"agency_id":"$(vnpt)","reason":%q,"consents":[{"agency_id":"$(bchqs)","by_name":%q,"by_position":"Trưởng phòng","at":"$(past)","channel":"document",%s}]}`,
		word(), word(), document())))
	one("lead", "participants/$(part)/end", fmt.Sprintf(`{"reason":%q}`, word()))
	f["third"] = s.do("officer", post, "/incidents", `{"title":"Sự cố khác","description":"Khác","detected_at":"$(past)","system":{"name":"Khác"}}`, nil)["id"].(string)
	object("link", "link", one("officer", "links", fmt.Sprintf(`{"to_id":"$(third)","kind":"related","note":%q}`, word())))
	one("officer", "links/$(link)/remove", fmt.Sprintf(`{"reason":%q}`, word()))
	one("lead", "notify-national", fmt.Sprintf(`{"reason":%q}`, word()))
	reports, err := s.as("officer").NationalReports(s.Context(), f["id"], api.Paging{})
	require.NoError(s, err)
	f["report"] = reports.Items[0].ID
	one("officer", "national-reports/$(report)/send", fmt.Sprintf(`{"channel":"document","note":%q,%s}`, word(), document()))
	one("officer", "national-reports/$(report)/acknowledge", fmt.Sprintf(`{"officer_name":%q,"reference":%q}`, word(), word()))
	objects = append(objects, "national_report "+f["report"])
	object("national_report", "draft", one("officer", "national-reports", fmt.Sprintf(
		`{"kind":"initial","fields":{"cause":%q,"operating_system":%q,"told":["isp"],"domains":["%s.draft.vn"]}}`, word(), word(), plantedWord)))
	s.do("officer", patch, "/incidents/$(id)/national-reports/$(draft)", fmt.Sprintf(`{"fields":{"cause":%q,"operating_system":null}}`, word()), f)
	one("officer", "national-reports/$(draft)/withdraw", fmt.Sprintf(`{"reason":%q}`, word()))
	one("officer", "resolve", fmt.Sprintf(`{"reason":"fixed","summary":%q,"prevention":%q,"handled":"self"}`, word(), word()))
	return f, objects
}

// redact asks for a redaction, and returns its id.
func (d *door) redact(id, body string) string {
	d.Helper()
	r := d.send(httpCall{as: "lead", method: http.MethodPost, path: "/api/v1/incidents/" + id + "/redactions", body: body})
	require.Equal(d, http.StatusCreated, r.status, r.body)
	require.NotContains(d, r.body, plantedWord)
	var made api.Redaction
	d.decode(r, &made)
	require.Equal(d, "open", made.Status)
	require.Len(d, made.Unreached, 3)
	return made.ID
}

func (d *door) confirm(id, redaction string) {
	d.Helper()
	r, err := d.as("lead2").ConfirmRedaction(d.Context(), client.Write{}, id, redaction, api.DecideRedaction{Note: "Đồng ý xóa"})
	require.NoError(d, err)
	require.Equal(d, "confirmed", r.Status)
	require.Empty(d, r.Content)
}

// everywhere is all that every user reads of the cases, and the answers of searches and exports.
func (d *door) everywhere(ids ...string) string {
	d.Helper()
	var out strings.Builder
	for _, who := range everyone {
		paths := []string{
			"/incidents?limit=200", "/incidents?q=" + plantedWord, "/incidents/export?format=jsonl", "/handovers?limit=200", "/obligations?limit=200",
			"/tasks?limit=200", "/observables?limit=200", "/deliveries?limit=200", "/imports",
		}
		for _, id := range ids {
			for _, p := range strings.Fields("- moves timeline notes participants handovers national-reports obligations tasks observables messages links duplicates outcome redactions") {
				path := "/incidents/" + id + "/" + p + "?limit=200"
				if p == "-" || p == "outcome" {
					path = strings.TrimSuffix(strings.TrimSuffix("/incidents/"+id+"/"+p, "-"), "/")
				}
				paths = append(paths, path)
			}
		}
		for _, p := range paths {
			out.WriteString(d.send(httpCall{as: who, method: http.MethodGet, path: "/api/v1" + p, outside: strings.Contains(p, "export")}).body)
		}
	}
	return out.String()
}

const basis = `"document":{"number":"12","symbol":"QĐ-CAT","subject":"Về việc xóa thông tin"}`

func TestWhatTwoPeopleRedactIsNowhere(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		s := &sender{door: openDoor(t, cfg)}
		f, objects := plantedCase(s)
		require.NotEmpty(t, standsIn(t, s.cfg, plantedWord))
		require.Subset(t, standsIn(t, s.cfg, plantedWord), []string{
			"incidents", "event_payloads", "idempotency", "notes", "tasks", "observables", "messages", "handovers", "duties", "national_reports", "participants", "case_links", "incident_texts", "incident_marks",
		}, "the search finds what it looks for")
		cases := []string{f["id"], f["source"], f["third"]}
		require.Contains(t, s.everywhere(cases...), plantedWord)

		type act struct{ in, id string }
		var acts []act
		ask := func(in, body string) { acts = append(acts, act{in, s.redact(in, body)}) }
		all := func(kind, id string) string {
			fields, err := json.Marshal(incident.RedactableFields(kind))
			require.NoError(t, err)
			if id != "" {
				id = `"object_id":"` + id + `",`
			}
			return fmt.Sprintf(`{"object_kind":%q,%s"fields":%s,"why":"state_secret","reason":"Dán nhầm",%s}`, kind, id, fields, basis)
		}
		for _, in := range cases[:2] {
			ask(in, all("incident", ""))
		}
		for _, o := range objects {
			kind, id, _ := strings.Cut(o, " ")
			ask(f["id"], all(kind, id))
		}
		// What is left stands in payloads alone: notes of moves and steps, values that were corrected.
		for _, in := range cases {
			line, err := s.as("lead").Timeline(t.Context(), in, api.Paging{Limit: 200})
			require.NoError(t, err)
			for _, e := range line.Items {
				raw, err := json.Marshal(e.Data)
				require.NoError(t, err)
				if strings.Contains(string(raw), plantedWord) {
					ask(in, fmt.Sprintf(`{"object_kind":"event","seq":%d,"fields":["payload"],"why":"state_secret","reason":"Dán nhầm",%s}`, e.Seq, basis))
				}
			}
		}
		require.NotContains(t, s.everywhere(cases...), plantedWord, "an open redaction hides at once, from everyone")
		require.Equal(t, []string{"redaction_parts"}, standsInRows(t, s.cfg), "and keeps the content apart")
		open, err := s.as("lead2").Redaction(t.Context(), acts[1].in, acts[1].id)
		require.NoError(t, err)
		require.Contains(t, strings.Join(open.Content, "\n"), plantedWord, "who decides reads it")
		reader, err := s.as("auditor").Redaction(t.Context(), acts[1].in, acts[1].id)
		require.NoError(t, err)
		require.Empty(t, reader.Content, "and nobody else")
		verified(t, s.cfg)

		_, err = s.as("lead2").ConfirmRedaction(t.Context(), client.Write{}, acts[0].in, acts[0].id, api.DecideRedaction{Note: "Đồng ý"})
		require.ErrorContains(t, err, "later_open")
		for _, a := range slices.Backward(acts) {
			s.confirm(a.in, a.id)
		}
		require.Empty(t, standsIn(t, s.cfg, plantedWord), "no table holds it")
		require.NotContains(t, s.everywhere(cases...), plantedWord)
		require.Contains(t, s.everywhere(cases...), "[đã xóa theo quyết định 12/QĐ-CAT]")
		for _, call := range s.sent {
			if call.header.Get("Idempotency-Key") != "" && strings.Contains(call.body, plantedWord) {
				r := s.send(call)
				require.NotContains(t, r.body, plantedWord, "%s: a repeat tells nothing", call.path)
				require.Equal(t, http.StatusUnprocessableEntity, r.status, "%s: and brings nothing back: %s", call.path, r.body)
			}
		}
		require.Empty(t, standsIn(t, s.cfg, plantedWord))
		verified(t, s.cfg)

		file := backUp(t, s.cfg)
		for _, m := range s.stream() { // stops the desk
			require.NotContains(t, string(m.Data), plantedWord)
		}
		require.NotContains(t, s.log.String(), plantedWord)
		to := empty(t, kindOf(cfg))
		restore(t, file, to)
		require.Empty(t, standsIn(t, to, plantedWord))
		verified(t, to)
		s.noFileHolds(plantedWord)
	})
}

// standsInRows leaves out the index of words, in whose pages SQLite keeps what was taken until a
// confirmation merges them.
func standsInRows(t *testing.T, cfg app.Config) []string {
	t.Helper()
	var out []string
	for _, name := range standsIn(t, cfg, plantedWord) {
		if !strings.HasPrefix(name, "incident_words_index") {
			out = append(out, name)
		}
	}
	return out
}

// noFileHolds looks for the word in every file of the data folder of a desk that was stopped,
// but those of the database: what SQLite freed before a redaction is overwritten in time.
func (w *world) noFileHolds(word string) {
	w.Helper()
	require.NoError(w, filepath.WalkDir(w.cfg.Data, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), "ungcuu.db") {
			return err
		}
		raw, err := os.ReadFile(path)
		require.NoError(w, err)
		require.NotContains(w, strings.ToLower(string(raw)), word, path)
		return nil
	}))
}

func TestARefusedRedactionLeavesTheCaseAsItWas(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		s := &sender{door: openDoor(t, cfg)}
		f, objects := plantedCase(s)
		s.watchSaysAll()
		before := dumpWithout(t, s.cfg)
		var asked [][2]string
		for _, o := range append(objects, "incident ") {
			kind, id, _ := strings.Cut(o, " ")
			fields, err := json.Marshal(incident.RedactableFields(kind))
			require.NoError(t, err)
			if id != "" {
				id = `"object_id":"` + id + `",`
			}
			asked = append(asked, [2]string{f["id"], s.redact(f["id"], fmt.Sprintf(`{"object_kind":%q,%s"fields":%s,"why":"personal_data","reason":"Dán nhầm",%s}`, kind, id, fields, basis))})
		}
		require.NotEqual(t, before, dumpWithout(t, s.cfg))
		for _, a := range slices.Backward(asked) {
			r, err := s.as("lead2").RefuseRedaction(t.Context(), client.Write{}, a[0], a[1], api.DecideRedaction{Note: "Không phải bí mật"})
			require.NoError(t, err)
			require.Equal(t, "refused", r.Status)
		}
		after := dumpWithout(t, s.cfg)
		require.Subset(t, after["deliveries"], before["deliveries"], "the mails are made meanwhile")
		delete(before, "deliveries")
		delete(after, "deliveries")
		require.Equal(t, before, after)
		found, err := s.as("officer").Incidents(t.Context(), api.IncidentFilter{Q: plantedWord})
		require.NoError(t, err)
		require.NotEmpty(t, found.Items, "it is found again")
		verified(t, s.cfg)
		for _, call := range s.sent {
			if call.header.Get("Idempotency-Key") != "" {
				r := s.send(call)
				require.Less(t, r.status, 300, "a repeat is answered as before: %s", r.body)
			}
		}
	})
}

// dumpWithout is what the cases say, without what any act changes: versions, chains, times of
// change, and the record of the acts themselves.
func dumpWithout(t *testing.T, cfg app.Config) map[string][]string {
	t.Helper()
	st, err := store.Open(t.Context(), database(cfg), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, st.Close()) }()
	moving := map[string]bool{"version": true, "chain_seq": true, "chain_hash": true, "updated_at": true, "words": true, "texts": true, "added": true, "doc": true}
	out := map[string][]string{}
	require.NoError(t, st.Snapshot(context.WithoutCancel(t.Context()), func(v *store.Snapshot) error {
		tables, err := v.Tables(t.Context())
		if err != nil {
			return err
		}
		for _, table := range tables {
			if table.Index || slices.Contains(strings.Fields("events outbox redactions redaction_parts sessions counters leases users access_log security_log watch_state"), table.Name) {
				continue
			}
			var kept []store.Column
			for _, c := range table.Columns {
				if !moving[c.Name] && (table.Name != "deliveries" || slices.Contains(strings.Fields("id event_id recipient subject body"), c.Name)) {
					kept = append(kept, c)
				}
			}
			table.Columns = kept
			var rows bytes.Buffer
			if _, err := v.Unload(t.Context(), table, &rows); err != nil {
				return err
			}
			for _, line := range strings.Split(rows.String(), "\n") {
				if table.Name == "event_payloads" && strings.Contains(line, "redaction_id") || table.Name == "idempotency" && strings.Contains(line, "/redactions") {
					continue
				}
				out[table.Name] = append(out[table.Name], line)
			}
			slices.Sort(out[table.Name])
		}
		return nil
	}))
	return out
}

func TestARedactionNeedsTwoPeopleAndItsWordsDoNotRepeatTheContent(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		ctx, lead, lead2 := d.Context(), d.as("lead"), d.as("lead2")
		inc := d.triaged()
		doc := &api.Document{Number: "12", Symbol: "QĐ-CAT"}
		n := must(d.world, d.as("officer").AddNote, client.Write{}, inc.ID, api.NewNote{Text: "Số căn cước 014 099 000 123", Audience: "participants"})
		ask := func(reason string) (api.Redaction, error) {
			return lead.AskRedaction(ctx, client.Write{}, inc.ID, api.NewRedaction{
				ObjectKind: "note", ObjectID: n.ID, Fields: []string{"text"}, Why: "personal_data", Reason: reason, Document: doc,
			})
		}
		before := d.contents()
		_, err := ask("Xóa: Số căn cước 014 099 000 123")
		require.ErrorContains(t, err, "repeats_content")
		require.Equal(t, before, d.contents(), "a refused request hides nothing")
		r, err := ask("Dán nhầm số căn cước")
		require.NoError(t, err)
		require.Equal(t, []int{1, 1}, []int{r.InRows, r.InEvents})
		_, err = ask("Một lần nữa")
		require.ErrorContains(t, err, "already_redacted")
		_, err = lead.ConfirmRedaction(ctx, client.Write{}, inc.ID, r.ID, api.DecideRedaction{Note: "Đồng ý"})
		require.ErrorContains(t, err, "second_person")
		_, err = lead.RefuseRedaction(ctx, client.Write{}, inc.ID, r.ID, api.DecideRedaction{Note: "Thôi"})
		require.ErrorContains(t, err, "second_person", "who hid a content does not bring it back alone either")
		_, err = d.as("officer").ConfirmRedaction(ctx, client.Write{}, inc.ID, r.ID, api.DecideRedaction{Note: "Đồng ý"})
		require.ErrorContains(t, err, "403")
		_, err = lead2.ConfirmRedaction(ctx, client.Write{}, inc.ID, r.ID, api.DecideRedaction{Note: "Đồng ý xóa Số căn cước 014 099 000 123"})
		require.ErrorContains(t, err, "repeats_content")
		d.confirm(inc.ID, r.ID)
		_, err = lead2.RefuseRedaction(ctx, client.Write{}, inc.ID, r.ID, api.DecideRedaction{Note: "Nhầm"})
		require.ErrorContains(t, err, "already_decided")
		notes, err := d.as("reporter").Notes(ctx, inc.ID, api.Paging{})
		require.NoError(t, err)
		require.Equal(t, "[đã xóa theo quyết định 12/QĐ-CAT]", notes.Items[0].Text)
		list, err := d.as("auditor").Redactions(ctx, inc.ID, api.RedactionFilter{Status: []string{"open"}})
		require.NoError(t, err)
		require.Empty(t, list.Items)
		list, err = d.as("auditor").Redactions(ctx, inc.ID, api.RedactionFilter{})
		require.NoError(t, err)
		require.Len(t, list.Items, 1)
		require.Equal(t, "Dán nhầm số căn cước", list.Items[0].Reason)
		line, err := d.as("lead").Timeline(ctx, inc.ID, api.Paging{Limit: 200})
		require.NoError(t, err)
		last := line.Items[len(line.Items)-1]
		require.Equal(t, "incident.redacted", last.Type)
		require.Equal(t, "Đồng ý xóa", last.Data["decision"])
	})
}

// What somebody wrote while a redaction was open stays when it is refused, and the content of
// before is still in the record.
func TestARefusedRedactionDoesNotOverwriteWhatWasWrittenMeanwhile(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		inc := d.triaged()
		r := must(d.world, d.as("lead").AskRedaction, client.Write{}, inc.ID, api.NewRedaction{
			ObjectKind: "incident", Fields: []string{"description"}, Why: "other", Reason: "Nghi nhầm", Document: &api.Document{Number: "1", Symbol: "QĐ-CAT"},
		})
		got := must(d.world, d.as("officer").Correct, whichever, inc.ID, api.IncidentPatch{Description: api.Set("Mô tả viết lại")})
		require.Equal(t, "Mô tả viết lại", *got.Description)
		_, err := d.as("lead2").RefuseRedaction(t.Context(), client.Write{}, inc.ID, r.ID, api.DecideRedaction{Note: "Không mật"})
		require.NoError(t, err)
		got, err = d.as("officer").Incident(t.Context(), inc.ID)
		require.NoError(t, err)
		require.Equal(t, "Mô tả viết lại", *got.Description)
		line, err := d.as("officer").Timeline(t.Context(), inc.ID, api.Paging{Limit: 200})
		require.NoError(t, err)
		require.Equal(t, *inc.Description, line.Items[0].Data["description"])
		verified(t, d.cfg)
	})
}

// Two redactions of one case may take from one payload: what one of them puts back must not be
// what the other has taken.
func TestARefusalDoesNotBringBackWhatAnotherRedactionHasTaken(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		ctx := t.Context()
		var inc api.Incident
		d.decode(d.send(httpCall{as: "reporter", method: http.MethodPost, path: "/api/v1/incidents", body: report(
			"title", `"Tiêu đề thường"`, "description", `"Bí số zxqcanary của trạm"`)}), &inc)
		ask := func(field string) string {
			return must(d.world, d.as("lead").AskRedaction, client.Write{}, inc.ID, api.NewRedaction{
				ObjectKind: "incident", Fields: []string{field}, Why: "other", Reason: "Nghi nhầm", Document: &api.Document{Number: "1", Symbol: "QĐ-CAT"},
			}).ID
		}
		title, description := ask("title"), ask("description")
		d.confirm(inc.ID, description)
		_, err := d.as("lead2").RefuseRedaction(ctx, client.Write{}, inc.ID, title, api.DecideRedaction{Note: "Không mật"})
		require.NoError(t, err)
		got, err := d.as("officer").Incident(ctx, inc.ID)
		require.NoError(t, err)
		require.Equal(t, "Tiêu đề thường", got.Title)
		require.Empty(t, standsIn(t, d.cfg, plantedWord))
		verified(t, d.cfg)
	})
}

func TestAShortContentIsTakenWhereItStandsAloneAndNowhereElse(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		ctx, inc := t.Context(), d.triaged()
		n := must(d.world, d.as("officer").AddNote, client.Write{}, inc.ID, api.NewNote{Text: "7q", Audience: "team"})
		must(d.world, d.as("officer").AddNote, client.Write{}, inc.ID, api.NewNote{Text: "Máy chủ 7q bị tắt", Audience: "team"})
		r := must(d.world, d.as("lead").AskRedaction, client.Write{}, inc.ID, api.NewRedaction{
			ObjectKind: "note", ObjectID: n.ID, Fields: []string{"text"}, Why: "other", Reason: "Nhầm", Document: &api.Document{Number: "1", Symbol: "QĐ-CAT"},
		})
		require.Equal(t, []int{1, 1}, []int{r.InRows, r.InEvents})
		d.confirm(inc.ID, r.ID)
		notes, err := d.as("officer").Notes(ctx, inc.ID, api.Paging{})
		require.NoError(t, err)
		require.Equal(t, "[đã xóa theo quyết định 1/QĐ-CAT]", notes.Items[0].Text)
		require.Equal(t, "Máy chủ 7q bị tắt", notes.Items[1].Text)
	})
}
