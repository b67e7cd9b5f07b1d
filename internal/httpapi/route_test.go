package httpapi

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/openapi"
)

func mustReport(t *testing.T, body string) api.NewIncident {
	t.Helper()
	var b api.NewIncident
	require.NoError(t, decode([]byte(body), &b))
	return b
}

func TestRoutesAndDocumentAgreeBothWays(t *testing.T) {
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string           `json:"operationId"`
			Security    []map[string]any `json:"security"`
			Parameters  []struct {
				Ref string `json:"$ref"`
			} `json:"parameters"`
			Responses map[string]any `json:"responses"`
		} `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(openapi.Document, &doc))
	names := map[string]bool{}
	for _, r := range Routes() {
		assert.False(t, names[r.Name], "%s twice", r.Name)
		names[r.Name] = true
		if r.Hidden {
			continue
		}
		op, ok := doc.Paths[r.Path][strings.ToLower(r.Method)]
		if !assert.True(t, ok, "%s %s is not in the document; make gen", r.Method, r.Path) {
			continue
		}
		delete(doc.Paths[r.Path], strings.ToLower(r.Method))
		assert.Equal(t, r.Name, op.OperationID)
		_, systems := r.Scopes()
		assert.Len(t, op.Security, map[bool]int{true: 1}[r.Auth]+map[bool]int{true: 2}[systems], r.Name)
		assert.Contains(t, op.Responses, strconv.Itoa(r.Status), r.Name)
		refs := map[string]bool{}
		for _, p := range op.Parameters {
			refs[strings.TrimPrefix(p.Ref, "#/components/parameters/")] = true
		}
		assert.Equal(t, r.Match, refs["IfMatch"], r.Name)
		assert.Equal(t, r.Keyed(), refs["IdempotencyKey"], r.Name)
	}
	for path, item := range doc.Paths {
		assert.Empty(t, item, "%s is documented, but no route", path)
	}
}

func TestTheDocumentIsValidAndItsExamplesFit(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(openapi.Document)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()))
}

func TestEveryEnumTagNamesAList(t *testing.T) {
	lists := Lists()
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(ty reflect.Type) {
		if ty == nil || seen[ty] {
			return
		}
		seen[ty] = true
		switch ty.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(ty.Elem())
		case reflect.Struct:
			for i := range ty.NumField() {
				if name := ty.Field(i).Tag.Get("enum"); name != "" {
					assert.NotEmpty(t, lists[name], "%s.%s", ty, name)
				}
				walk(ty.Field(i).Type)
			}
		}
	}
	for _, r := range Routes() {
		walk(r.Query())
		walk(r.Body())
		walk(r.Answer())
	}
}

func TestEveryKindOfFailureHasAStatusAndBothLanguages(t *testing.T) {
	for _, k := range []fault.Kind{
		fault.Malformed, fault.Invalid, fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.Conflict, fault.Stale,
		fault.VersionRequired, fault.KeyReused, fault.Busy, fault.TooMany, fault.TooLarge, fault.Unsupported, fault.NotAllowed,
		fault.Unavailable, fault.StateSecret, internal,
	} {
		x, ok := kinds[k]
		require.True(t, ok, k)
		assert.GreaterOrEqual(t, x.status, 400)
		for _, text := range []fault.Text{x.title, x.about} {
			assert.NotEmpty(t, text.VI, k)
			assert.NotEmpty(t, text.EN, k)
		}
	}
	assert.Len(t, kinds, 17)
}

func TestAProblemSpeaksTheCallersLanguageAndNamesTheClause(t *testing.T) {
	f := fault.New(fault.Conflict, "vi", "en").Because(fault.Reason{Code: "c", Basis: "SL 6.1.e", Text: fault.Text{VI: "lý do", EN: "why"}})
	f.Fields = []fault.Field{{Pointer: "/a", Code: "x", Text: fault.Text{VI: "sai", EN: "wrong"}}}
	assert.Equal(t, api.Problem{
		Type: "/problems/conflict", Title: "Trạng thái chưa cho phép", Status: 409, Detail: "vi", Instance: "/i", TraceID: "t",
		Errors: []api.FieldError{{Pointer: "/a", Code: "x", Message: "sai"}}, Reasons: []api.Reason{{Code: "c", Basis: "SL 6.1.e", Message: "lý do"}},
	}, problemOf(f, "vi", 409, "/i", "t"))
	en := problemOf(f, "en", 409, "/i", "t")
	assert.Equal(t, "en", en.Detail)
	assert.Equal(t, "why", en.Reasons[0].Message)
}
