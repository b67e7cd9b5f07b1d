package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// textTable is a table whose rows belong to a case and hold what people wrote. A test compares
// the list with the tables of the database.
type textTable struct {
	name    string
	kind    string // of the object, in the API; empty: a copy, which is no object of its own
	owner   string // the column with the case
	other   string // and with a second one; mostly empty
	texts   []string
	json    []string            // texts within JSON
	fields  map[string][]string // the columns of what the API calls by one name
	version bool                // its rows have a version
}

func documentColumns(more ...string) []string {
	return append([]string{"document_subject", "document_signer_name", "document_number", "document_symbol", "document_signer_position"}, more...)
}

var textTables = []textTable{
	{name: "incidents", kind: "incident", owner: "id", json: []string{"system_public_addresses", "system_domains"}, texts: []string{
		"title", "description", "report_reporter_name", "report_reporter_phone", "report_reporter_email", "report_reference", "system_name",
		"resolution_summary", "resolution_prevention", "lessons",
	}, fields: map[string][]string{
		"system.name": {"system_name"}, "system.domains": {"system_domains"}, "system.public_addresses": {"system_public_addresses"},
		"report.reporter_name": {"report_reporter_name"}, "report.reporter_phone": {"report_reporter_phone"},
		"report.reporter_email": {"report_reporter_email"}, "report.reference": {"report_reference"},
		"resolution.summary": {"resolution_summary"}, "resolution.prevention": {"resolution_prevention"},
	}},
	{name: "notes", kind: "note", owner: "incident_id", texts: []string{"text"}},
	{name: "tasks", kind: "task", owner: "incident_id", version: true, texts: []string{"title", "description", "reason"}},
	{name: "observables", kind: "observable", owner: "incident_id", texts: []string{"value", "given", "note", "retract_reason"},
		fields: map[string][]string{"value": {"value", "given"}}},
	{name: "messages", kind: "message", owner: "incident_id", texts: []string{"text"}},
	{name: "handovers", kind: "handover", owner: "incident_id", version: true, json: []string{"record"}, texts: documentColumns(
		"message", "requested_resources", "acknowledged_by", "answer_reason", "answer_resources", "answer_liaison_contact",
		"contest_reason", "end_reason", "outcome",
	), fields: map[string][]string{
		"document": documentColumns(), "answer.reason": {"answer_reason"}, "answer.resources": {"answer_resources"}, "answer.liaison_contact": {"answer_liaison_contact"},
	}},
	{name: "national_reports", kind: "national_report", owner: "incident_id", version: true, json: []string{"fields"}, texts: documentColumns("reason", "acknowledged_by", "reference"),
		fields: map[string][]string{"document": documentColumns()}},
	{name: "duties", kind: "obligation", owner: "incident_id", texts: documentColumns("reason"), fields: map[string][]string{"document": documentColumns()}},
	{name: "participants", kind: "participant", owner: "incident_id", json: []string{"consents"}, texts: []string{"reason", "end_reason"}},
	{name: "case_links", kind: "link", owner: "incident_id", other: "to_id", texts: []string{"note", "removal_reason"}},
	{name: "deliveries", owner: "incident_id", texts: []string{"recipient", "subject", "body", "last_error"}},
}

func (t textTable) columns() []string { return append(slices.Clone(t.texts), t.json...) }

func (t textTable) of(field string) []string {
	if c := t.fields[field]; c != nil {
		return c
	}
	return []string{field}
}

// common are columns whose values are no content by themselves («Giám đốc»): they go where they
// are asked for, and are not looked for elsewhere.
var common = []string{"document_number", "document_symbol", "document_signer_position"}

// written are the names of members of JSON that hold what people wrote, without case and _.
var written = func() map[string]bool {
	out := map[string]bool{}
	for _, name := range strings.Fields("title description note text reason message requestedresources outcome resources liaisoncontact contestreason " +
		"summary prevention lessons subject number symbol signername signerposition officername officerposition reportername reporterphone " +
		"reporteremail reference byname byposition value given mergereason name domains publicaddresses acknowledgedby retractreason endreason decision") {
		out[name] = true
	}
	return out
}()

func isWritten(name string) bool { return written[strings.ToLower(strings.ReplaceAll(name, "_", ""))] }

// isWrittenAt reports whether what stands at the end of the path was written by people: by its
// name, or as a field of a form.
func isWrittenAt(path []string) bool { return isWritten(nameOf(path)) || ofForm(path) }

// formFields is the member under which what was filled into a form stands, by the names of the
// form, in the payloads and answers; it is also the name of the column.
const formFields = "fields"

func ofForm(path []string) bool {
	i := slices.Index(path, formFields)
	return i >= 0 && i+1 < len(path) && path[i+1] != ""
}

// codeForm is what a form itself offers or fills in: a choice, a time, a day. By itself it tells
// nothing, so that it is taken in the report that was named alone.
var codeForm = regexp.MustCompile(`^(?:[a-z0-9_]+|\d{4}-\d\d-\d\d(?:T[0-9:.]+(?:Z|[+-]\d\d:\d\d))?)$`)

// nameOf is the name under which a text stands: of the member, or of the list that it is in.
func nameOf(path []string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] != "" {
			return path[i]
		}
	}
	return ""
}

// shortest is the length, in characters, from which a text is looked for within other texts. A
// shorter one is only taken where it stands alone in the object that was named.
const shortest = 8

// erasing is one redaction at work.
type erasing struct {
	tx     *Tx
	r      *incident.Redaction
	cases  []string
	mark   string
	keep   bool // what is taken is kept for a refusal
	long   []string
	short  []string
	number int
	out    Taken
	makers map[string]bool // who made the events that are taken, and when: their requests
}

// Taken is what a redaction has changed.
type Taken struct {
	Texts  []string            // what was taken, each once
	Events []string            // whose payloads are away
	Rows   map[string][]string // by table the ids of the rows that have changed
	Cases  []string            // whose words must be found anew
}

// Has reports whether the row has changed.
func (t Taken) Has(table, id string) bool { return slices.Contains(t.Rows[table], id) }

func (k *erasing) changed(table, id, caseID string) {
	if !slices.Contains(k.out.Rows[table], id) {
		k.out.Rows[table] = append(k.out.Rows[table], id)
		k.r.InRows++
	}
	k.ofCase(caseID)
}

func (k *erasing) ofCase(id string) {
	if id != "" && !slices.Contains(k.out.Cases, id) {
		k.out.Cases = append(k.out.Cases, id)
	}
}

// MergedWith returns the cases that merges tie together with the cases, themselves among them,
// in the order of their ids.
func (t *Tx) MergedWith(incidentIDs ...string) ([]string, error) {
	found := slices.Clone(incidentIDs)
	for i := 0; i < len(found); i++ {
		var more []string
		err := scan(t.db.Raw("SELECT id FROM incidents WHERE merged_into_id = ? UNION SELECT merged_into_id FROM incidents WHERE id = ? AND merged_into_id IS NOT NULL"+
			" UNION SELECT to_id FROM case_links WHERE incident_id = ? AND kind = 'merged' UNION SELECT incident_id FROM case_links WHERE to_id = ? AND kind = 'merged'",
			found[i], found[i], found[i], found[i]), &more)
		if err != nil {
			return nil, err
		}
		for _, id := range more {
			if !slices.Contains(found, id) {
				found = append(found, id)
			}
		}
	}
	slices.Sort(found)
	return found, nil
}

// HideContent takes the content that the redaction names, and every copy of it, out of the
// rows, payloads and kept answers of the cases, and keeps what stood there for the decision.
// seq is the number of the event, where that is what the redaction is about; its id is then
// put into r. The caller has locked the cases.
func (t *Tx) HideContent(r *incident.Redaction, seq int64, cases []string) (Taken, error) {
	k := t.erasing(r, cases, incident.RedactionPending, true)
	if err := k.wipes(); err != nil {
		return k.out, err
	}
	rows, err := k.rows()
	if err != nil {
		return k.out, err
	}
	events, err := k.payloads()
	if err != nil {
		return k.out, err
	}
	held, err := k.held()
	if err != nil {
		return k.out, err
	}
	if err := k.find(rows, events, held, seq); err != nil {
		return k.out, err
	}
	if err := k.take(rows, events); err != nil {
		return k.out, err
	}
	for _, s := range k.out.Texts {
		if err := k.part("", "", "", s, ""); err != nil {
			return k.out, err
		}
	}
	return k.out, k.refill()
}

// EraseContent makes what HideContent has taken gone for good, and takes what has come back
// since, out of what earlier redactions hold for their own decision as well. What it marks
// bears the document of the redaction. No later redaction of the cases may be open.
func (t *Tx) EraseContent(r *incident.Redaction, cases []string) (Taken, error) {
	k := t.erasing(r, cases, r.Mark(), false)
	if err := k.wipes(); err != nil {
		return k.out, err
	}
	parts, err := t.redactionParts(r.ID)
	if err != nil {
		return k.out, err
	}
	for _, p := range parts {
		if p.Place == "" {
			k.add(p.Was, true)
		}
		if p.Place == "event_payloads" && !slices.Contains(k.out.Events, p.RowKey) {
			k.out.Events = append(k.out.Events, p.RowKey)
		}
	}
	rows, err := k.rows()
	if err != nil {
		return k.out, err
	}
	events, err := k.payloads()
	if err != nil {
		return k.out, err
	}
	if err := k.take(rows, events); err != nil {
		return k.out, err
	}
	for _, p := range parts {
		final := strings.ReplaceAll(p.Stands, incident.RedactionPending, k.mark)
		if final == p.Stands {
			continue
		}
		if err := k.below(p, final); err != nil {
			return k.out, err
		}
		p.Was = final
		if err := k.put(p); err != nil {
			return k.out, err
		}
	}
	if err := k.takeHeld(); err != nil {
		return k.out, err
	}
	if err := t.dropParts(r.ID); err != nil {
		return k.out, err
	}
	if err := k.refill(); err != nil {
		return k.out, err
	}
	if t.store.dialect == SQLite { // the index keeps the words of what it lost until it is merged
		err = t.db.Exec("INSERT INTO incident_words_index (incident_words_index) VALUES ('optimize')").Error
	}
	return k.out, explain(err)
}

// RestoreContent puts back what HideContent has taken, wherever nobody has written since. No
// later redaction of the cases may be open: it may hide what came back.
func (t *Tx) RestoreContent(r *incident.Redaction, cases []string) (Taken, error) {
	k := t.erasing(r, cases, "", false)
	parts, err := t.redactionParts(r.ID)
	if err != nil {
		return k.out, err
	}
	for _, p := range parts {
		if p.Place == "" {
			continue
		}
		if err := k.put(p); err != nil {
			return k.out, err
		}
	}
	if err := t.dropParts(r.ID); err != nil {
		return k.out, err
	}
	return k.out, k.refill()
}

func (t *Tx) erasing(r *incident.Redaction, cases []string, mark string, keep bool) *erasing {
	return &erasing{tx: t, r: r, cases: cases, mark: mark, keep: keep, out: Taken{Rows: map[string][]string{}}, makers: map[string]bool{}}
}

// wipes has SQLite overwrite what is taken; PostgreSQL does so when it vacuums.
func (k *erasing) wipes() error {
	if k.tx.store.dialect != SQLite {
		return nil
	}
	return explain(k.tx.db.Exec("PRAGMA secure_delete = on").Error)
}

// textRow is a row with what people wrote in it.
type textRow struct {
	table  *textTable
	id     string
	caseID string
	cells  map[string]string
}

func (k *erasing) rows() ([]textRow, error) {
	var out []textRow
	for i := range textTables {
		found, err := k.rowsOf(&textTables[i])
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (k *erasing) rowsOf(table *textTable) ([]textRow, error) {
	names := table.columns()
	where := k.tx.among(table.owner, k.cases)
	query, vars := "SELECT id, "+table.owner+", "+strings.Join(names, ", ")+" FROM "+table.name+" WHERE "+where.SQL, where.Vars
	if table.other != "" {
		also := k.tx.among(table.other, k.cases)
		query, vars = query+" OR "+also.SQL, append(slices.Clone(vars), also.Vars...)
	}
	rows, err := k.tx.db.Raw(query, vars...).Rows()
	if err != nil {
		return nil, explain(err)
	}
	defer func() { _ = rows.Close() }()
	var out []textRow
	for rows.Next() {
		row := textRow{table: table, cells: map[string]string{}}
		values := make([]string, len(names))
		into := []any{&row.id, &row.caseID}
		for i := range values {
			into = append(into, &values[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("store: texts of %s: %w", table.name, err)
		}
		for i, name := range names {
			row.cells[name] = values[i]
		}
		out = append(out, row)
	}
	return out, explain(rows.Err())
}

// payload is an event with what it says.
type payload struct {
	ID, ChainID, Type, ObjectKind, ObjectID, ActorID, Salt, Body string
	Seq                                                          int64
	At                                                           time.Time
}

func (k *erasing) payloads() ([]payload, error) {
	var out []payload
	err := scan(k.tx.db.Raw("SELECT e.id, e.chain_id, e.type, e.object_kind, e.object_id, e.actor_id, e.seq, e.at, p.salt, p.body"+
		" FROM events e JOIN event_payloads p ON p.event_id = e.id WHERE p.body <> '' AND "+k.tx.among("e.chain_id", k.cases).SQL+" ORDER BY e.chain_id, e.seq",
		k.tx.among("e.chain_id", k.cases).Vars...), &out)
	return slices.DeleteFunc(out, func(e payload) bool { return slices.Contains(incident.RedactionFacts, e.Type) }), err
}

// heldParts are what the other open redactions of the cases have taken.
func (k *erasing) heldParts() ([]redactionPart, error) {
	of := k.tx.among("r.incident_id", k.cases)
	return many[redactionPart](k.tx.db.Where("redaction_id IN (SELECT r.id FROM redactions r WHERE r.status = 'open' AND r.id <> ? AND "+of.SQL+")",
		append([]any{k.r.ID}, of.Vars...)...).Order("redaction_id, number"))
}

// held are the payloads that other open redactions have taken, and may put back.
func (k *erasing) held() ([]payload, error) {
	parts, err := k.heldParts()
	if err != nil {
		return nil, err
	}
	var out []payload
	for _, p := range parts {
		if p.Place != "event_payloads" || p.Name != "body" {
			continue
		}
		var e []payload
		if err := scan(k.tx.db.Raw("SELECT id, chain_id, type, object_kind, object_id, actor_id, seq, at FROM events WHERE id = ?", p.RowKey), &e); err != nil {
			return nil, err
		}
		for i := range e {
			e[i].Body = p.Was
			out = append(out, e[i])
		}
	}
	return out, nil
}

// takeHeld takes the texts out of what other redactions hold, so that their refusal does not
// bring them back.
func (k *erasing) takeHeld() error {
	parts, err := k.heldParts()
	if err != nil {
		return err
	}
	held, err := k.held()
	if err != nil {
		return err
	}
	gone := map[string]bool{}
	for _, e := range held {
		_, err := eachText(e.Body, func(path []string, s string) (string, bool) {
			_, in := k.in(s, e.ObjectID == k.r.ObjectID, isWrittenAt(path))
			gone[e.ID] = gone[e.ID] || in
			return s, false
		})
		if err != nil {
			return err
		}
	}
	for _, p := range parts {
		at := k.tx.db.Where("redaction_id = ? AND number = ?", p.RedactionID, p.Number)
		if p.Place == "event_payloads" {
			if gone[p.RowKey] {
				if err := at.Delete(&redactionPart{}).Error; err != nil {
					return err
				}
				k.out.Events = append(k.out.Events, p.RowKey)
			}
			continue
		}
		was, hit := k.in(p.Was, p.RowKey == k.r.ObjectID, true)
		if p.Place == "idempotency" && p.Name == "body" {
			if was, err = eachText(p.Was, func(path []string, s string) (string, bool) {
				return k.in(s, strings.Contains(p.Was, k.r.ObjectID), isWrittenAt(path))
			}); err != nil {
				return err
			}
			hit = was != p.Was
		}
		if hit {
			if err := changed(at.Model(&redactionPart{}).Update("was", was)); err != nil {
				return err
			}
		}
	}
	slices.Sort(k.out.Events)
	k.out.Events = slices.Compact(k.out.Events)
	return nil
}

// below tells an earlier redaction of the same place what stands there from now on.
func (k *erasing) below(p redactionPart, now string) error {
	return explain(k.tx.db.Exec("UPDATE redaction_parts SET stands = ? WHERE redaction_id <> ? AND place = ? AND row_key = ? AND name = ? AND stands = ?",
		now, k.r.ID, p.Place, p.RowKey, p.Name, p.Was).Error)
}

// LaterRedaction reports whether a redaction of the cases is open that was asked for after r.
func (t *Tx) LaterRedaction(r *incident.Redaction, cases []string) (bool, error) {
	var n int64
	of := t.among("incident_id", cases)
	err := t.db.Model(&incident.Redaction{}).Where("status = 'open' AND (asked_at, id) > (?, ?)", r.AskedAt, r.ID).Where(of).Count(&n).Error
	return n > 0, err
}

// add notes a text to take.
func (k *erasing) add(s string, anywhere bool) {
	if strings.TrimSpace(s) == "" || incident.Redacted(s) || slices.Contains(k.out.Texts, s) {
		return
	}
	k.out.Texts = append(k.out.Texts, s)
	if anywhere && utf8.RuneCountInString(s) >= shortest {
		k.long = append(k.long, s)
		slices.SortStableFunc(k.long, func(a, b string) int { return len(b) - len(a) }) // the whole before its parts
	} else {
		k.short = append(k.short, s)
	}
}

// target reports whether the cell is one that the redaction names.
func (k *erasing) target(row *textRow, column string) bool {
	if row.table.kind != k.r.ObjectKind || row.id != k.r.ObjectID {
		return false
	}
	for _, f := range k.r.Fields {
		if slices.Contains(row.table.of(f), column) {
			return true
		}
	}
	return false
}

// find collects the texts: what stands in the object now, and what stood there by the record.
func (k *erasing) find(rows []textRow, events, held []payload, seq int64) error {
	if k.r.ObjectKind == incident.RedactedEvent {
		return k.findEvent(rows, events, seq)
	}
	there, hidden := false, false
	for i := range rows {
		row := &rows[i]
		there = there || row.table.kind == k.r.ObjectKind && row.id == k.r.ObjectID && row.belongs(k.r.IncidentID)
		for name, value := range row.cells {
			if !k.target(row, name) {
				continue
			}
			hidden = hidden || incident.Redacted(value)
			if !slices.Contains(row.table.json, name) {
				k.add(value, !slices.Contains(common, name))
				continue
			}
			_, err := eachText(value, func(path []string, s string) (string, bool) {
				if of := nameOf(path); name == formFields {
					k.add(s, !codeForm.MatchString(s))
				} else if isWritten(of) || of == "" {
					k.add(s, !strings.HasSuffix(strings.ToLower(of), "position"))
				}
				return s, false
			})
			if err != nil {
				return err
			}
		}
	}
	if !there {
		return fault.Absent()
	}
	if len(k.out.Texts) == 0 {
		code, text := "nothing_there", fault.Text{VI: "Trường đã nêu không có nội dung.", EN: "There is nothing in the fields named."}
		if hidden {
			code, text = "already_redacted", fault.Text{VI: "Nội dung này đã được xóa hoặc đang chờ quyết định xóa.", EN: "This content is redacted, or its redaction awaits a decision."}
		}
		return fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: code, Text: text})
	}
	for _, e := range slices.Concat(events, held) {
		if e.ObjectID != k.r.ObjectID || e.ObjectKind != k.r.ObjectKind {
			continue
		}
		_, err := eachText(e.Body, func(path []string, s string) (string, bool) {
			for _, f := range k.r.Fields {
				if f == formFields && ofForm(path) {
					k.add(s, !codeForm.MatchString(s))
				} else if strings.HasSuffix("."+strings.TrimRight(strings.Join(path, "."), "."), "."+f) {
					k.add(s, true)
				}
			}
			return s, false
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *textRow) belongs(caseID string) bool {
	return r.caseID == caseID || r.table.other != "" // of a link the caller has asked
}

// findEvent collects what only the payload says: what still stands in a row is redacted there.
func (k *erasing) findEvent(rows []textRow, events []payload, seq int64) error {
	i := slices.IndexFunc(events, func(e payload) bool { return e.ChainID == k.r.IncidentID && e.Seq == seq })
	if i < 0 {
		return fault.Absent()
	}
	k.r.ObjectID = events[i].ID
	live := map[string]bool{}
	for _, row := range rows {
		for _, v := range row.cells {
			live[v] = true
		}
	}
	_, err := eachText(events[i].Body, func(path []string, s string) (string, bool) {
		if isWrittenAt(path) && !live[s] {
			k.add(s, true)
		}
		return s, false
	})
	return err
}

// in is the text without what is to go, and whether that was in it. same says that it is of
// the object that was named, alone that a person wrote it.
func (k *erasing) in(s string, same, alone bool) (string, bool) {
	if s == "" {
		return s, false
	}
	if same && alone && slices.Contains(k.short, s) {
		return k.mark, true
	}
	was := s
	for _, l := range k.long {
		s = strings.ReplaceAll(s, l, k.mark)
	}
	return s, s != was
}

// take replaces in the rows, the payloads and the kept answers.
func (k *erasing) take(rows []textRow, events []payload) error {
	for i := range rows {
		if err := k.takeRow(&rows[i]); err != nil {
			return err
		}
	}
	for _, e := range events {
		hit := e.ID == k.r.ObjectID
		_, err := eachText(e.Body, func(path []string, s string) (string, bool) {
			_, in := k.in(s, e.ObjectID == k.r.ObjectID, isWrittenAt(path))
			hit = hit || in
			return s, false
		})
		if err != nil {
			return err
		}
		if !hit {
			continue
		}
		k.r.InEvents++
		k.out.Events = append(k.out.Events, e.ID)
		k.makers[e.ActorID+" "+e.At.UTC().Format(time.RFC3339Nano)] = true
		for name, was := range map[string]string{"salt": e.Salt, "body": e.Body} {
			if err := k.part("event_payloads", e.ID, name, was, ""); err != nil {
				return err
			}
		}
		if err := changed(k.tx.db.Exec("UPDATE event_payloads SET salt = '', body = '' WHERE event_id = ?", e.ID)); err != nil {
			return err
		}
	}
	if err := k.takeAnswers(); err != nil {
		return err
	}
	return k.takeImports()
}

func (k *erasing) takeRow(row *textRow) error {
	now := map[string]string{}
	for _, name := range row.table.columns() {
		was, target := row.cells[name], k.target(row, name)
		var s string
		var hit bool
		var err error
		if slices.Contains(row.table.json, name) {
			s, err = eachText(was, func(path []string, s string) (string, bool) {
				out, in := k.in(s, target, true)
				if in && path[len(path)-1] == "" { // an element of a list of names or addresses
					return "", true
				}
				return out, in
			})
			if err != nil {
				return err
			}
			hit = s != was
		} else {
			s, hit = k.in(was, target, true)
			if hit {
				s = k.fit(row, name, s)
			}
		}
		if hit {
			now[name] = s
		}
	}
	if len(now) == 0 {
		return nil
	}
	sets, vars := []string{}, []any{}
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if err := k.part(row.table.name, row.id, name, row.cells[name], now[name]); err != nil {
			return err
		}
		sets, vars = append(sets, name+" = ?"), append(vars, now[name])
	}
	if k.bumps(row.table, row.caseID) {
		sets = append(sets, "version = version + 1")
	}
	k.changed(row.table.name, row.id, row.caseID)
	return changed(k.tx.db.Exec("UPDATE "+row.table.name+" SET "+strings.Join(sets, ", ")+" WHERE id = ?", append(vars, row.id)...))
}

// bumps: the children that the rules of a case hold in memory get their version there.
func (k *erasing) bumps(table *textTable, caseID string) bool {
	return table.version && (table.name == "tasks" || caseID != k.r.IncidentID)
}

// fit is the mark as a column takes it: an address of mail is none any more, a document keeps
// the mark once, and what must be unique in a case stays so.
func (k *erasing) fit(row *textRow, column, s string) string {
	switch {
	case column == "report_reporter_email" || column == "recipient" || slices.Contains(common, column):
		return ""
	case row.table.name == "observables" && column == "value":
		return s + " " + row.id[len(row.id)-12:]
	}
	return s
}

// takeAnswers takes the content out of the answers that were kept for a repeat. The repeat of a
// request that brought it in is refused: the hash of its body is dropped, so that a guess at
// the body cannot be tested either.
func (k *erasing) takeAnswers() error {
	var rows []answerRow
	var parts []string
	var vars []any
	for _, id := range k.cases {
		parts, vars = append(parts, "path LIKE ? OR body LIKE ?"), append(vars, "%"+id+"%", "%"+id+"%")
	}
	if err := k.tx.db.Where("("+strings.Join(parts, " OR ")+")", vars...).Where("status <> 0").Find(&rows).Error; err != nil {
		return err
	}
	for _, a := range rows {
		same := strings.Contains(a.Body, k.r.ObjectID)
		body, err := eachText(a.Body, func(path []string, s string) (string, bool) { return k.in(s, same, isWrittenAt(path)) })
		if err != nil {
			return err
		}
		if body == a.Body && !k.makers[a.Principal+" "+a.CreatedAt.UTC().Format(time.RFC3339Nano)] {
			continue
		}
		k.r.InAnswers++
		key, err := json.Marshal([]string{a.Principal, a.Method, a.Path, a.Key})
		if err != nil {
			return fmt.Errorf("store: %w", err)
		}
		for name, x := range map[string][2]string{"body": {a.Body, body}, "body_hash": {a.BodyHash, ""}} {
			if x[0] == x[1] {
				continue
			}
			if err := k.part("idempotency", string(key), name, x[0], x[1]); err != nil {
				return err
			}
		}
		err = changed(k.tx.db.Exec("UPDATE idempotency SET body = ?, body_hash = '' WHERE principal = ? AND method = ? AND path = ? AND key = ?",
			body, a.Principal, a.Method, a.Path, a.Key))
		if err != nil {
			return err
		}
	}
	return nil
}

// takeImports drops what tells of the row of a list that became the case: the hash of its
// content, with which a guess could be tested, and a key that holds the text.
func (k *erasing) takeImports() error {
	if k.r.ObjectKind == incident.RedactedEvent {
		return nil
	}
	list, err := many[ImportRow](k.tx.db.Where(k.tx.among("incident_id", k.cases)))
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.IncidentID == k.r.IncidentID && k.r.ObjectKind == "incident" && x.Content != "redacted" {
			if err := k.part("import_rows", x.Key, "content", x.Content, "redacted"); err != nil {
				return err
			}
			if err := changed(k.tx.db.Exec("UPDATE import_rows SET content = 'redacted' WHERE key = ?", x.Key)); err != nil {
				return err
			}
		}
		_, in := k.in(x.Key, false, false)
		for _, s := range k.short {
			in = in || x.IncidentID == k.r.IncidentID && strings.HasSuffix(x.Key, "\n"+s)
		}
		if hash, ok := strings.CutPrefix(x.Key, "content:"); ok && k.r.ObjectKind == "incident" && hash != "" {
			in = in || x.IncidentID == k.r.IncidentID
		}
		if !in {
			continue
		}
		key := "redacted:" + k.r.ID + ":" + x.IncidentID
		if err := k.part("import_rows", key, "key", x.Key, key); err != nil {
			return err
		}
		if err := changed(k.tx.db.Exec("UPDATE import_rows SET key = ? WHERE key = ?", key, x.Key)); err != nil {
			return err
		}
	}
	return nil
}

// refill makes the words of the cases again from what stands in them. Whoever holds a case saves
// its own texts after.
func (k *erasing) refill() error {
	for _, id := range k.out.Cases {
		texts, err := k.tx.growingTexts(id)
		if err != nil {
			return err
		}
		err = k.tx.db.Exec("UPDATE incident_texts SET added = ?, texts = '' WHERE incident_id = ?", strings.Join(wordsOf(texts).words, " "), id).Error
		if err != nil {
			return explain(err)
		}
	}
	return nil
}

// FoundAnew makes the case found by what stands in it now, after RestoreContent and the like.
func (t *Tx) FoundAnew(c *incident.Case) error {
	if err := t.setMarks(c.Incident); err != nil {
		return err
	}
	return t.SetTexts(c.ID, c.Texts())
}

// redactionPart is one place from which a redaction has taken something. Without a place it is
// a text that was taken.
type redactionPart struct {
	RedactionID string
	Number      int
	Place       string
	RowKey      string
	Name        string
	Was         string
	Stands      string
}

// TableName is the table of the parts.
func (redactionPart) TableName() string { return "redaction_parts" }

func (k *erasing) part(place, key, name, was, stands string) error {
	if !k.keep {
		return nil
	}
	k.number++
	return k.tx.db.Create(&redactionPart{RedactionID: k.r.ID, Number: k.number, Place: place, RowKey: key, Name: name, Was: was, Stands: stands}).Error
}

// put writes what was into its place, unless somebody has written there since.
func (k *erasing) put(p redactionPart) error {
	switch p.Place {
	case "event_payloads":
		return explain(k.tx.db.Exec("UPDATE event_payloads SET "+p.Name+" = ? WHERE event_id = ? AND "+p.Name+" = ?", p.Was, p.RowKey, p.Stands).Error)
	case "import_rows":
		return explain(k.tx.db.Exec("UPDATE import_rows SET "+p.Name+" = ? WHERE key = ? AND "+p.Name+" = ?", p.Was, p.RowKey, p.Stands).Error)
	case "idempotency":
		var key []string
		if err := json.Unmarshal([]byte(p.RowKey), &key); err != nil || len(key) != 4 {
			return fmt.Errorf("store: a part of the redaction %s has no key: %w", k.r.ID, err)
		}
		return explain(k.tx.db.Exec("UPDATE idempotency SET "+p.Name+" = ? WHERE principal = ? AND method = ? AND path = ? AND key = ? AND "+p.Name+" = ?",
			p.Was, key[0], key[1], key[2], key[3], p.Stands).Error)
	}
	i := slices.IndexFunc(textTables, func(t textTable) bool { return t.name == p.Place })
	if i < 0 || !slices.Contains(textTables[i].columns(), p.Name) {
		return fmt.Errorf("store: a part of the redaction %s stands nowhere", k.r.ID)
	}
	table := &textTables[i]
	if slices.Contains(table.json, p.Name) { // whoever saved the row has written it in an order of their own
		var now string
		if err := scan(k.tx.db.Raw("SELECT "+p.Name+" FROM "+table.name+" WHERE id = ?", p.RowKey), &now); err != nil {
			return err
		}
		if sameJSON(now, p.Stands) {
			p.Stands = now
		}
	}
	db := k.tx.db.Exec("UPDATE "+table.name+" SET "+p.Name+" = ? WHERE id = ? AND "+p.Name+" = ?", p.Was, p.RowKey, p.Stands)
	if db.Error != nil || db.RowsAffected == 0 {
		return explain(db.Error)
	}
	var caseID string
	if err := scan(k.tx.db.Raw("SELECT "+table.owner+" FROM "+table.name+" WHERE id = ?", p.RowKey), &caseID); err != nil {
		return err
	}
	first := !k.out.Has(table.name, p.RowKey)
	k.changed(table.name, p.RowKey, caseID)
	if !first || !k.bumps(table, caseID) {
		return nil
	}
	return explain(k.tx.db.Exec("UPDATE "+table.name+" SET version = version + 1 WHERE id = ?", p.RowKey).Error)
}

func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

// redactionParts returns the parts, the last first: the way back.
func (t *Tx) redactionParts(id string) ([]redactionPart, error) {
	return many[redactionPart](t.db.Where("redaction_id = ?", id).Order("number DESC"))
}

func (t *Tx) dropParts(id string) error {
	return t.db.Where("redaction_id = ?", id).Delete(&redactionPart{}).Error
}

// HiddenTexts are the texts that an open redaction has taken, for those who decide.
func (t *Tx) HiddenTexts(id string) ([]string, error) {
	parts, err := many[redactionPart](t.db.Where("redaction_id = ? AND place = ''", id).Order("number"))
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = p.Was
	}
	return out, err
}

// CreateRedaction inserts a redaction.
func (t *Tx) CreateRedaction(r *incident.Redaction) error { return t.db.Create(r).Error }

// SaveRedaction writes what was decided.
func (t *Tx) SaveRedaction(r *incident.Redaction) error {
	return changed(t.db.Model(&incident.Redaction{}).Where("id = ?", r.ID).Updates(map[string]any{
		"status": r.Status, "decided_by_id": r.DecidedByID, "decided_at": r.DecidedAt, "decision": r.Decision,
		"in_rows": r.InRows, "in_events": r.InEvents, "in_answers": r.InAnswers, "object_id": r.ObjectID,
	}))
}

// Redaction returns a redaction of the case.
func (t *Tx) Redaction(incidentID, id string) (*incident.Redaction, error) {
	c, ok := canonical(incidentID)
	x, ok2 := canonical(id)
	if !ok || !ok2 {
		return nil, fault.Absent()
	}
	return one[incident.Redaction](t.db.Where("incident_id = ? AND id = ?", c, x))
}

// Redactions returns a page of the redactions of a case, the oldest first; statuses nil: all.
func (t *Tx) Redactions(incidentID string, statuses []string, after *Position, limit int) ([]incident.Redaction, error) {
	id, ok := canonical(incidentID)
	if !ok {
		return []incident.Redaction{}, nil
	}
	db := t.filter(t.db.Where("incident_id = ?", id), "redactions.status", statuses)
	return many[incident.Redaction](page(db, "redactions", "asked_at", false, after, limit))
}

// eachText calls fn with every text of a JSON document and the names on the way to it, "" for
// the place in a list, and returns the document with what fn has put there; an element of a
// list that became "" is taken out. A document in which nothing has changed is returned as it
// was.
func eachText(doc string, fn func(path []string, s string) (string, bool)) (string, error) {
	if doc == "" {
		return doc, nil
	}
	dec := json.NewDecoder(strings.NewReader(doc))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return doc, fmt.Errorf("store: what is kept is no JSON: %w", err)
	}
	altered := false
	var walk func(v any, path []string) any
	walk = func(v any, path []string) any {
		switch x := v.(type) {
		case string:
			if len(path) == 0 {
				path = []string{""}
			}
			s, hit := fn(path, x)
			altered = altered || hit
			return s
		case map[string]any:
			for name, inner := range x {
				x[name] = walk(inner, append(slices.Clone(path), name))
			}
		case []any:
			out := x[:0]
			for _, inner := range x {
				_, text := inner.(string)
				if inner = walk(inner, append(slices.Clone(path), "")); !text || inner != "" {
					out = append(out, inner)
				}
			}
			return out
		}
		return v
	}
	v = walk(v, nil)
	if !altered {
		return doc, nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimRight(b.String(), "\n"), err
}
