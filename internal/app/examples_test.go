package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/httpapi"
)

var inPath = regexp.MustCompile(`\{\w+\}`)

// Whoever copies an example of the document sends something right: the server finds nothing to
// correct in it before it looks for the object, which is not there.
func TestEveryRequestBodyHasAnExampleThatTheServerTakes(t *testing.T) {
	t.Parallel()
	d := openDoor(t, demo(t))
	examples := 0
	for _, r := range httpapi.Routes() {
		if r.Hidden || r.Body() == nil && r.Form() == nil && r.Takes() == nil {
			continue
		}
		req, err := http.NewRequestWithContext(t.Context(), r.Method, "http://desk.example"+inPath.ReplaceAllString(r.Path, nobodyID), http.NoBody)
		require.NoError(t, err)
		route, _, err := document(t).FindRoute(req)
		require.NoError(t, err)
		for kind, content := range route.Operation.RequestBody.Value.Content {
			if r.Takes() != nil && content.Example == nil && kind != "text/csv" {
				continue // one form of a file is enough
			}
			if !assert.NotNil(t, content.Example, "%s takes %s and shows no example", r.Name, kind) {
				continue
			}
			examples++
			d.takes(r, kind, content)
		}
	}
	t.Logf("%d examples were sent", examples)
}

// takes checks an example against its schema, and sends it.
func (d *door) takes(r httpapi.Route, kind string, content *openapi3.MediaType) {
	d.Helper()
	raw, err := json.Marshal(content.Example)
	require.NoError(d, err)
	c := httpCall{as: "lead", method: r.Method, path: inPath.ReplaceAllString(r.Path, nobodyID), header: http.Header{"If-Match": {"*"}, "Content-Type": {kind}}}
	switch {
	case r.Takes() != nil:
		c.body = content.Example.(string)
		require.NoError(d, document(d.T).fits(content.Schema, kind, []byte(c.body)), r.Name)
		d.brings(c)
		return
	case r.Form() != nil:
		form := url.Values{}
		for name, v := range content.Example.(map[string]any) {
			form.Set(name, fmt.Sprint(v))
		}
		c.body = form.Encode()
	default:
		c.body = string(raw)
	}
	require.NoError(d, document(d.T).fits(content.Schema, "application/json", raw), r.Name)
	switch {
	case !r.Auth:
		c.as = ""
	case r.Name == "logout":
		c.as = "other"
	case !strings.HasPrefix(r.Path, "/api/v1/incidents"):
		c.as = "admin"
	}
	answer := d.send(c)
	assert.NotContains(d, []int{http.StatusBadRequest, http.StatusForbidden, http.StatusUnsupportedMediaType}, answer.status, "%s: %s", r.Name, answer.body)
	if answer.status != http.StatusUnprocessableEntity {
		return
	}
	var p api.Problem
	require.NoError(d, json.Unmarshal([]byte(answer.body), &p))
	for _, e := range p.Errors { // what an example cannot know: a password, an agency
		assert.Contains(d, []string{"wrong", "unknown_agency"}, e.Code, "%s: %s", r.Name, answer.body)
	}
}

// brings sends an example of a file, to be checked alone.
func (d *door) brings(c httpCall) {
	d.Helper()
	c.as, c.path = "admin", c.path+"?dry_run=true"
	var i api.Import
	d.decode(d.send(c), &i)
	await(d.T, time.Minute, "the import ends", func() bool {
		var err error
		i, err = d.as("admin").Import(d.Context(), i.ID)
		require.NoError(d, err)
		return i.Status != "queued" && i.Status != "running"
	})
	assert.Equal(d, "checked", i.Status, "%+v", i.Errors)
	assert.Equal(d, 1, i.Accepted, "%+v", i.Errors)
}
