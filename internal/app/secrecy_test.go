package app_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/httpapi"
)

// stamped is a text that bears the stamp of a độ mật.
const stamped = "Kính gửi Đội\nTỐI MẬT\nzxqcanary mục tiêu"

// notFree are the members of bodies that take no free text, or are not kept as it: each is
// compared with a value that exists, or read into a form in which no stamp fits.
var notFree = map[string]string{
	"old_password": "is compared, and never kept", "new_password": "is hashed", "refresh_token": "is compared",
	"username": "has a form without spaces", "code": "has a form without spaces", "to_id": "is an id", "into_id": "is an id",
	"public_addresses": "are addresses", "domains": "are domains", "reporter_email": "has a form without spaces", "email": "has a form without spaces",
	"type": "is of a list", "field": "is of a list", "delimiter": "is of a list", "letter": "is of a form", "time_zone": "is of a list", "date_formats": "are of a form",
	"fields": "are of a list", "on": "is a date", "from": "is a date, or of a mapping that has its own test", "to": "is a date, or of a mapping that has its own test", "valid_from": "is a date",
	"sheet": "is shorter than the text",
}

// freeTexts are the pointers of every member of the type that takes free text.
func freeTexts(t reflect.Type, at string, tag reflect.StructTag) []string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct && strings.HasPrefix(t.Name(), "Patch[") {
		f, _ := t.FieldByName("Value")
		return freeTexts(f.Type, at, tag)
	}
	name := at[strings.LastIndex(at, "/")+1:]
	switch t.Kind() {
	case reflect.String:
		if tag.Get("enum") == "" && tag.Get("format") == "" && notFree[name] == "" {
			return []string{at}
		}
	case reflect.Slice:
		if notFree[name] != "" {
			return nil
		}
		return freeTexts(t.Elem(), at+"/0", tag)
	case reflect.Struct:
		var out []string
		for i := range t.NumField() {
			f := t.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			out = append(out, freeTexts(f.Type, at+"/"+name, f.Tag)...)
		}
		return out
	}
	return nil
}

// with is the document with the text at the pointer; what is on the way there is made.
func planted(v any, pointer []string, text string) any {
	if len(pointer) == 0 {
		return text
	}
	if pointer[0] == "0" {
		list, _ := v.([]any)
		if len(list) == 0 {
			list = []any{nil}
		}
		list[0] = planted(list[0], pointer[1:], text)
		return list
	}
	m, _ := v.(map[string]any)
	if m == nil {
		m = map[string]any{}
	}
	m[pointer[0]] = planted(m[pointer[0]], pointer[1:], text)
	return m
}

// needed fill what an object of these names must have beside the text that is tried.
var needed = map[string]string{
	"handovers": askBody,
	"consents":  `{"agency_id":"$(partner)","by_name":"Lò Văn Pâng","at":"$(past)","channel":"phone"}`,
	"columns":   `{"header":"Tiêu đề","field":"title"}`, "defaults": `{"field":"title","value":"x"}`, "values": `{"from":"a","to":"b"}`,
	"system": `{"name":"Cổng"}`,
}

// TestNoRouteTakesATextThatBearsAStamp tries every member of every body: the members come from
// the types of the table of routes, so that a new way in cannot be forgotten.
func TestNoRouteTakesATextThatBearsAStamp(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		d.targets()
		d.spare()
		rows := map[string]accessRow{}
		for _, row := range access {
			if _, had := rows[row.route]; !had && strings.HasPrefix(row.body, "{") {
				rows[row.route] = row
			}
		}
		files, tried := map[string]caseFile{"": {"partner": d.words["agency:police"]}}, 0
		for name, f := range pages {
			files[name] = f
		}
		for _, r := range httpapi.Routes() {
			if r.Body() == nil || r.Method == http.MethodGet || !r.Auth {
				continue
			}
			pointers := freeTexts(r.Body(), "", "")
			if len(pointers) == 0 {
				continue
			}
			row, ok := rows[r.Name]
			if !ok {
				row = accessRow{route: r.Name, body: `{}`}
			}
			state := row.state
			if files[state] == nil {
				files[state] = d.make(caseKind{state: state})
			}
			for _, pointer := range pointers {
				var body any
				require.NoError(t, json.Unmarshal([]byte(row.body), &body))
				path := strings.Split(pointer, "/")[1:]
				for i, name := range path[:len(path)-1] {
					if fill := needed[name]; fill != "" && path[i] == name {
						body = filled(body, path[:i+1], fill, i+1 < len(path) && path[i+1] == "0")
					}
				}
				raw, err := json.Marshal(planted(body, path, stamped))
				require.NoError(t, err)
				before := d.contents()
				url := strings.NewReplacer("{", "$(", "}", ")").Replace(r.Path)
				got := d.send(httpCall{as: whoMay(row), method: r.Method, path: url, body: string(raw), header: http.Header{
					"If-Match": {"*"}, "Idempotency-Key": {"dau-mat-" + r.Name},
				}, file: files[state]})
				require.Equal(t, http.StatusUnprocessableEntity, got.status, "%s %s: %s", r.Name, pointer, got.body)
				require.Contains(t, got.body, `"/problems/state-secret"`, "%s %s", r.Name, pointer)
				require.Contains(t, got.body, "Công an tỉnh", "the answer names the right channel")
				require.NotContains(t, got.body, plantedWord)
				require.Equal(t, before, d.contents(), "%s %s", r.Name, pointer)
				tried++
			}
		}
		require.Empty(t, standsIn(t, d.cfg, plantedWord), "nothing of it is in any table")
		for _, m := range d.stream() {
			require.NotContains(t, string(m.Data), plantedWord)
		}
		require.NotContains(t, d.log.String(), plantedWord)
		require.Equal(t, tried, strings.Count(d.log.String(), `"msg":"state secret refused"`), "each refusal leaves the fact")
		d.noFileHolds(plantedWord)
		t.Logf("%d members of bodies tried", tried)
	})
}

// filled puts what an object must have under the name, unless something is there.
func filled(body any, path []string, fill string, list bool) any {
	m, _ := body.(map[string]any)
	if m == nil {
		return body
	}
	if len(path) > 1 {
		switch inner := m[path[0]].(type) {
		case map[string]any:
			m[path[0]] = filled(inner, path[1:], fill, list)
		case []any:
			inner[0] = filled(inner[0], path[2:], fill, list)
		}
		return m
	}
	if m[path[0]] == nil {
		var v any
		_ = json.Unmarshal([]byte(fill), &v)
		if list {
			v = []any{v}
		}
		m[path[0]] = v
	}
	return m
}

// whoMay is somebody whom the row lets do it.
func whoMay(row accessRow) string {
	for i, code := range strings.Fields(row.want) {
		if strings.HasPrefix(code, "2") && slices.Contains(everyone, callers[i]) {
			return callers[i]
		}
	}
	return "lead"
}

// A list is a way in as well: its stamped rows are refused, and what slipped in by one is
// redacted with all that tells of the row.
func TestAListBringsNoStampedTextInAndKeepsNothingOfARedactedRow(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		line := func(description string) []byte {
			raw, err := json.Marshal(map[string]any{
				"title": "Mất tài liệu", "description": description, "detected_at": "2024-03-01T02:00:00Z", "system": map[string]any{"name": "Trang tin"},
				"report": map[string]any{"reference": "so zxqcanary 7"},
			})
			require.NoError(t, err)
			return append(raw, '\n')
		}
		i := d.bring(api.ImportQuery{Format: "jsonl"}, line(stamped))
		require.Equal(t, 1, i.Refused, "%+v", i)
		require.Equal(t, "state_secret_stamp", i.Errors[0].Code)
		require.Empty(t, standsIn(t, d.cfg, plantedWord))
		require.NotContains(t, d.log.String(), plantedWord)
		require.Contains(t, d.log.String(), "state secret refused")

		i = d.bring(api.ImportQuery{Format: "jsonl"}, line("Bí số zxqcanary của trạm"))
		require.Equal(t, "done", i.Status, "%+v", i)
		require.Contains(t, standsIn(t, d.cfg, plantedWord), "import_rows")
		list, err := d.as("lead").Incidents(t.Context(), api.IncidentFilter{Q: plantedWord})
		require.NoError(t, err)
		require.Len(t, list.Items, 1)
		id := list.Items[0].ID
		r := must(d.world, d.as("lead").AskRedaction, client.Write{}, id, api.NewRedaction{
			ObjectKind: "incident", Fields: []string{"description", "report.reference"}, Why: "state_secret", Reason: "Dán nhầm",
			Document: &api.Document{Number: "12", Symbol: "QĐ-CAT"},
		})
		d.confirm(id, r.ID)
		require.Empty(t, standsIn(t, d.cfg, plantedWord))
		verified(t, d.cfg)
	})
}
