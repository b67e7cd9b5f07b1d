package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/openapi"
)

// contract is a transport that checks every answer of the API against the document.
type contract struct {
	*testing.T
	document *promises
	next     http.RoundTripper
}

func (c *contract) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if err := c.document.check(req, resp, body); err != nil {
		c.Errorf("%s %s answered %d against the document: %v\n%s", req.Method, req.URL.Path, resp.StatusCode, err, body)
	}
	return resp, nil
}

// promises are what the document says of answers. A schema is compiled at its first use and kept:
// compiled for each answer anew, as openapi3filter does, it takes longer than the request.
type promises struct {
	routers.Router
	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[*openapi3.Schema]*jsonschema.Schema
}

const documentName = "openapi.json"

var document = func() func(t *testing.T) *promises {
	load := sync.OnceValues(func() (*promises, error) {
		doc, err := openapi3.NewLoader().LoadFromData(openapi.Document)
		if err != nil {
			return nil, err
		}
		doc.Servers = nil
		p := &promises{compiler: jsonschema.NewCompiler(), schemas: map[*openapi3.Schema]*jsonschema.Schema{}}
		if p.Router, err = gorillamux.NewRouter(doc); err != nil {
			return nil, err
		}
		p.compiler.DefaultDraft(jsonschema.Draft2020) // what OpenAPI 3.1 schemas are
		p.compiler.AssertFormat()
		whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(openapi.Document))
		if err != nil {
			return nil, err
		}
		return p, p.compiler.AddResource(documentName, whole)
	})
	return func(t *testing.T) *promises {
		t.Helper()
		p, err := load()
		require.NoError(t, err)
		return p
	}
}()

// check says what is wrong with an answer; nil when the document describes it: its path and
// method, its status, each header that it has or needs, its media type, its body.
func (p *promises) check(req *http.Request, resp *http.Response, body []byte) error {
	route, _, err := p.FindRoute(req)
	if err != nil {
		return fmt.Errorf("it stands in no path: %w", err)
	}
	ref := route.Operation.Responses.Status(resp.StatusCode)
	if ref == nil {
		return errors.New("the status is not described")
	}
	for name, header := range ref.Value.Headers {
		values := resp.Header.Values(name)
		if len(values) == 0 && header.Value.Required {
			return fmt.Errorf("the header %s is missing", name)
		}
		for _, v := range values {
			if err := p.fits(header.Value.Schema, "", []byte(v)); err != nil {
				return fmt.Errorf("the header %s: %w", name, err)
			}
		}
	}
	if len(ref.Value.Content) == 0 {
		return nil
	}
	kind := resp.Header.Get("Content-Type")
	content := ref.Value.Content.Get(kind)
	if content == nil {
		return fmt.Errorf("the media type %q is not described", kind)
	}
	return p.fits(content.Schema, kind, body)
}

// fits says what is wrong with a value against its schema. What is not JSON is a text, and what
// is in a header is of the type that the schema names.
func (p *promises) fits(ref *openapi3.SchemaRef, kind string, raw []byte) error {
	schema, err := p.schema(ref)
	if err != nil {
		return err
	}
	media, _, _ := mime.ParseMediaType(kind)
	isJSON := media == "application/json" || strings.HasSuffix(media, "+json") || kind == "" && !ref.Value.Type.Is(openapi3.TypeString)
	var value any = string(raw)
	if isJSON {
		if value, err = jsonschema.UnmarshalJSON(bytes.NewReader(raw)); err != nil {
			return err
		}
	}
	return schema.Validate(value)
}

func (p *promises) schema(ref *openapi3.SchemaRef) (*jsonschema.Schema, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.schemas[ref.Value]; s != nil {
		return s, nil
	}
	raw, err := json.Marshal(ref) // the schema itself, or a reference into the document
	if err != nil {
		return nil, err
	}
	whole, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.ReplaceAll(string(raw), `"$ref":"#/`, `"$ref":"`+documentName+`#/`)))
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("schema-%d.json", len(p.schemas))
	if err := p.compiler.AddResource(name, whole); err != nil {
		return nil, err
	}
	s, err := p.compiler.Compile(name)
	if err == nil {
		p.schemas[ref.Value] = s
	}
	return s, err
}

func TestAnAnswerThatIsNotAsDescribedIsNoticed(t *testing.T) {
	const id = "0199aaaa-0000-7000-8000-000000000000"
	note := `{"id":"` + id + `","incident_id":"` + id + `","audience":"participants","tlp":"amber","confidential":false,"text":"Đã chặn",` +
		`"author_id":"` + id + `","author":null,"agency_id":"` + id + `","agency":"Công an tỉnh","created_at":"2026-11-22T10:00:00Z"}`
	page := func(note string) string { return `{"items":[` + note + `],"next_cursor":null}` }
	for _, x := range []struct {
		name         string
		method, path string // the notes are read where nothing is said
		status       int
		header       [2]string
		body         string
		want         string // "" where it is as described
	}{
		{name: "a page", status: 200, body: page(note)},
		{name: "a page of another address", path: "/api/v1/unknown", status: 200, body: page(note), want: "path"},
		{name: "a page for another method", method: http.MethodPut, status: 200, body: page(note), want: "path"},
		{name: "another success", status: 202, body: page(note), want: "status"},
		{name: "a page as text", status: 200, header: [2]string{"Content-Type", "text/plain"}, body: page(note), want: "media type"},
		{name: "no media type", status: 200, header: [2]string{"Content-Type", ""}, body: page(note), want: "media type"},
		{name: "a body that is cut off", status: 200, body: page(note)[:40], want: "EOF"},
		{name: "no body", status: 200, want: "EOF"},
		{name: "two bodies", status: 200, body: page(note) + page(note), want: "invalid character"},
		{name: "a list for a page", status: 200, body: "[" + note + "]", want: "got array, want object"},
		{name: "a member is missing", status: 200, body: page(strings.Replace(note, `"text":"Đã chặn",`, "", 1)), want: "missing property 'text'"},
		{name: "null where it may not be", status: 200, body: page(strings.Replace(note, `"Đã chặn"`, "null", 1)), want: "got null, want string"},
		{name: "a word of no list", status: 200, body: page(strings.Replace(note, "amber", "orange", 1)), want: "value must be one of"},
		{name: "no id", status: 200, body: page(strings.Replace(note, id, "7", 1)), want: "not valid uuid"},
		{name: "no time", status: 200, body: page(strings.Replace(note, "10:00:00Z", "25:00:00Z", 1)), want: "not valid date-time"},
		{name: "no number of seconds", status: 429, header: [2]string{"Retry-After", "soon"}, body: "{}", want: "header Retry-After"},
		{name: "a refusal without its reasons", status: 404, header: [2]string{"Content-Type", "application/problem+json"}, body: "{}", want: "missing properties"},
		{name: "a file", path: "/api/v1/incidents/export", status: 200, header: [2]string{"Content-Type", "text/csv; charset=utf-8"}, body: "Mã sự cố"},
	} {
		t.Run(x.name, func(t *testing.T) {
			if x.path == "" {
				x.path = "/api/v1/incidents/" + id + "/notes"
			}
			req, err := http.NewRequestWithContext(t.Context(), x.method, "http://desk.example"+x.path, http.NoBody)
			require.NoError(t, err)
			resp := &http.Response{StatusCode: x.status, Header: http.Header{"Content-Type": {"application/json"}}}
			if x.header[0] != "" {
				resp.Header.Set(x.header[0], x.header[1])
			}
			err = document(t).check(req, resp, []byte(x.body))
			if x.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, x.want)
		})
	}
}
