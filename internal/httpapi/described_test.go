package httpapi

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/openapi"
)

// plain are the fields whose name says all there is to say.
var plain = []string{"id", "version", "created_at", "updated_at"}

// Whoever connects another portal knows the law's part from the document alone.
func TestEveryFieldAndParameterOfTheLawIsDescribed(t *testing.T) {
	var doc struct {
		Paths      map[string]map[string]map[string]any
		Components struct{ Schemas map[string]map[string]any }
	}
	require.NoError(t, json.Unmarshal(openapi.Document, &doc))
	schemas := doc.Components.Schemas
	law := regexp.MustCompile(`^/api/v1/(obligations|report-forms|rules|incidents/\{id\}$|incidents/\{id\}/(obligations|national-reports|moves|triage|notify-national|resolve))`)
	named := regexp.MustCompile(`"#/components/schemas/(\w+)"`)
	refs := func(v any) (out []string) {
		raw, err := json.Marshal(v)
		require.NoError(t, err)
		for _, m := range named.FindAllStringSubmatch(string(raw), -1) {
			out = append(out, m[1])
		}
		return out
	}
	described := func(v map[string]any) bool {
		text, _ := v["description"].(string)
		return text != "" || slices.ContainsFunc(refs(v), func(name string) bool { return schemas[name]["description"] != nil })
	}
	seen := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		for _, name := range refs(v) {
			if !seen[name] {
				seen[name] = true
				walk(schemas[name])
			}
		}
	}
	for path, item := range doc.Paths {
		if !law.MatchString(path) {
			continue
		}
		for method, op := range item {
			walk(op)
			list, _ := op["parameters"].([]any)
			for _, p := range list {
				p := p.(map[string]any)
				assert.True(t, p["$ref"] != nil || described(p), "%s %s ?%s", method, path, p["name"])
			}
		}
	}
	seen["Problem"] = true
	walk(schemas["Problem"])
	require.Greater(t, len(seen), 40)
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		s := schemas[name]
		assert.True(t, s["type"] != "object" || described(map[string]any{"description": s["description"]}), name)
		fields, _ := s["properties"].(map[string]any)
		for field, f := range fields {
			assert.True(t, slices.Contains(plain, field) || described(f.(map[string]any)), "%s.%s", strings.TrimSuffix(name, "Input"), field)
		}
	}
}
