package regulation

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// asJSON is a file as an editor with the schema sees it: days are texts.
func asJSON(t *testing.T, n *yaml.Node) any {
	t.Helper()
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			out[n.Content[i].Value] = asJSON(t, n.Content[i+1])
		}
		return out
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			out = append(out, asJSON(t, c))
		}
		return out
	}
	var v any
	switch n.ShortTag() {
	case "!!timestamp", "!!str":
		return n.Value
	default:
		require.NoError(t, n.Decode(&v))
	}
	return v
}

func TestTheSchemaIsThatOfTheFiles(t *testing.T) {
	schema, err := Schema()
	require.NoError(t, err)
	written, err := os.ReadFile("../../openapi/rulepack.schema.json")
	require.NoError(t, err)
	require.Equal(t, string(schema), string(written), "run make gen")

	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("rulepack.schema.json", doc))
	compiled, err := c.Compile("rulepack.schema.json")
	require.NoError(t, err)
	valid := func(text []byte) error {
		root, err := parse(text)
		require.NoError(t, err)
		return compiled.Validate(asJSON(t, root))
	}

	embedded, err := carried()
	require.NoError(t, err)
	for _, s := range append(embedded, sources(t, "overlay-12h.yaml")...) {
		require.NoError(t, valid(s.Text), s.Name)
	}
	require.NoError(t, valid([]byte(ruleHead+ruleRest)))
	for _, wrong := range []struct{ old, now string }{
		{"kind: overlay", "kind: overlai"}, {"title: {vi: Sửa đổi, en: Changes}", "title: {vi: Sửa đổi}"}, {"owed_by: team", "owed_by: teem"},
		{"[police]", "[polizei]"}, {"[police]", "police"}, {"unit: hours", "unit: weeks"}, {"start: learned", "start: now"}, {"value: 24", "value: -1"},
		{"value: 24", "vallue: 24"}, {"confidence: read", "confidence: sure"}, {"2026-12-01", "1/12/2026"}, {"    clause: Điều 1\n", ""},
	} {
		text := strings.Replace(ruleHead+ruleRest, wrong.old, wrong.now, 1)
		require.Error(t, valid([]byte(text)), wrong.now)
		_, err := Load(Source{"x.yaml", []byte(text)})
		require.Error(t, err, wrong.now)
	}
	for key := range fields {
		kind, name, _ := strings.Cut(key, ".")
		require.Contains(t, string(schema), `"`+name+`"`, "the type %s has no such field", kind)
	}
}

// An editor shows them to a lawyer.
func TestWhatTheSchemaSaysIsInVietnameseFirst(t *testing.T) {
	for key, f := range fields {
		said, ok := f["description"].(string)
		if !ok {
			continue
		}
		vi, en, both := strings.Cut(said, " · ")
		require.True(t, both && en != "" && vietnameseLetter.MatchString(vi), "%s: %s", key, said)
	}
}
