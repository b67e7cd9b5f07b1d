package httpapi

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// codes are the pointers and codes of a refused input.
func codes(t *testing.T, err error) map[string]string {
	t.Helper()
	f, ok := fault.As(err)
	require.True(t, ok, "%v", err)
	out := map[string]string{}
	for _, x := range f.Fields {
		out[x.Pointer] = x.Code
		assert.NotEmpty(t, x.Text.VI)
		assert.NotEmpty(t, x.Text.EN)
	}
	return out
}

func TestABodyThatFitsIsRead(t *testing.T) {
	var b api.NewIncident
	require.NoError(t, decode([]byte(`{"title":"t","description":"d","detected_at":"2026-03-01T08:30:00+07:00","natures":["cybercrime"],
		"occurred_at":null,"system":{"id":null,"name":"Cổng","level":3,"domains":["a.vn"]}}`), &b))
	assert.Equal(t, "t", b.Title)
	assert.Equal(t, []string{"cybercrime"}, b.Natures)
	assert.Nil(t, b.OccurredAt)
	assert.Equal(t, 3, *b.System.Level)
}

func TestEveryMistakeOfABodyIsNamedAtOnce(t *testing.T) {
	var b api.NewIncident
	err := decode([]byte(`{"title":7,"nope":{"x":[1]},"detected_at":"2026-03-01T08:30:00","natures":["a",null,3],
		"owner_agency_id":"x","tlp":null,"confidential":"yes","system":{"level":2.5,"extra~/":1,"domains":{}}}`), &b)
	require.ErrorIs(t, err, fault.Invalid)
	assert.Equal(t, map[string]string{
		"/title": "wrong_type", "/nope": "unknown_field", "/detected_at": "missing_offset", "/natures/1": "not_null",
		"/natures/2": "wrong_type", "/owner_agency_id": "not_a_uuid", "/tlp": "not_null", "/confidential": "wrong_type",
		"/system/level": "wrong_type", "/system/extra~0~1": "unknown_field", "/system/domains": "wrong_type",
		"/description": "required",
	}, codes(t, err))
}

func TestAllMissingMembersAreNamedTogether(t *testing.T) {
	var b api.NewIncident
	assert.Equal(t, map[string]string{
		"/title": "required", "/description": "required", "/detected_at": "required", "/system": "required",
	}, codes(t, decode([]byte(`{}`), &b)))
	var e api.Escalate
	assert.Equal(t, map[string]string{
		"/reason": "required", "/handovers/0/message": "required", "/handovers/0/kind": "required",
		"/handovers/0/to_agency_id": "not_a_uuid", "/handovers/1": "wrong_type",
	}, codes(t, decode([]byte(`{"handovers":[{"to_agency_id":"1"},"x"]}`), &e)))
}

func TestWhatIsNotOneJSONValueIsMalformed(t *testing.T) {
	for name, body := range map[string]string{
		"cut":                 `{"note":`,
		"not json":            `note=1`,
		"repeated member":     `{"note":"a","note":"b"}`,
		"repeated in unknown": `{"x":{"a":1,"a":2}}`,
		"invalid UTF-8":       "{\"note\":\"\xff\"}",
		"lone surrogate":      `{"note":"\ud800"}`,
		"two values":          `{} {}`,
		"trailing comma":      `{"note":"a",}`,
		"comment":             `{/* */}`,
		"only space":          "  ",
		"number of Go":        `{"note":0x1}`,
	} {
		t.Run(name, func(t *testing.T) {
			var b api.Respond
			require.ErrorIs(t, decode([]byte(body), &b), fault.Malformed)
		})
	}
}

func TestABodyThatIsNoObjectIsOfTheWrongType(t *testing.T) {
	var b api.Respond
	assert.Equal(t, map[string]string{"": "wrong_type"}, codes(t, decode([]byte(`[]`), &b)))
	assert.Equal(t, map[string]string{"": "not_null"}, codes(t, decode([]byte(`null`), &b)))
}

func TestMembersAreCaseSensitive(t *testing.T) {
	var b api.Respond
	assert.Equal(t, map[string]string{"/Note": "unknown_field"}, codes(t, decode([]byte(`{"Note":"a"}`), &b)))
}

func TestControlCharactersAreRefusedAndLineBreaksAreNot(t *testing.T) {
	var b api.Respond
	require.NoError(t, decode([]byte(`{"note":"a\r\n\tb – đ 🙂"}`), &b))
	for _, bad := range []string{`\u0000`, `\u0007`, `\u001b`, `\u007f`} {
		assert.Equal(t, map[string]string{"/note": "control_character"}, codes(t, decode([]byte(`{"note":"a`+bad+`"}`), &b)))
	}
	var tr api.Triage
	assert.Contains(t, codes(t, decode([]byte(`{"category":"a","severity":"b","facts":{"x\u0000":true}}`), &tr)), "/facts")
}

func TestTimesNeedTheirOffset(t *testing.T) {
	for value, code := range map[string]string{
		"2026-03-01T08:30:00+07:00":      "",
		"2026-03-01T01:30:00Z":           "",
		"2026-03-01T01:30:00.123456789Z": "",
		"2026-03-01T08:30:00":            "missing_offset",
		"2026-03-01 08:30:00":            "missing_offset",
		"2026-03-01T08:30":               "missing_offset",
		"2026-03-01":                     "missing_offset",
		"2026-02-30T08:30:00Z":           "not_a_time",
		"2026-03-01T25:30:00Z":           "not_a_time",
		"2026-03-01T08:30:00,5Z":         "not_a_time",
		"0001-01-01T00:00:00+07:00":      "not_a_time",
		"01/03/2026":                     "not_a_time",
		"":                               "not_a_time",
	} {
		got, _ := misformed(value, "date-time")
		assert.Equal(t, code, got, value)
	}
	assert.Equal(t, "2026-03-01T01:30:00.123456Z", stamp(moment("2026-03-01T08:30:00.123456789+07:00")))
}

func TestAPatchTellsAbsentFromNullFromAValue(t *testing.T) {
	var p api.IncidentPatch
	require.NoError(t, decode([]byte(`{"assignee_id":null,"confidential":false,"system":{"name":"x"},"facts":{"may_spread":true}}`), &p))
	assert.Equal(t, api.Clear[string](), p.AssigneeID)
	assert.Equal(t, api.Set(false), p.Confidential)
	assert.Equal(t, api.Set("x"), p.System.Value.Name)
	assert.Equal(t, map[string]api.Patch[bool]{"may_spread": api.Set(true)}, p.Facts.Value)
	assert.False(t, p.Title.Given)
}

func TestAPatchIsAsStrictAsABody(t *testing.T) {
	var p api.IncidentPatch
	assert.Equal(t, map[string]string{
		"/system/nope": "unknown_field", "/system/level": "wrong_type", "/title": "not_null", "/severity": "wrong_type",
		"/detected_at": "missing_offset", "/natures": "wrong_type", "/status": "unknown_field", "/named_user_ids/0": "not_a_uuid",
	}, codes(t, decode([]byte(`{"system":{"nope":1,"level":"3"},"title":null,"severity":1,"detected_at":"2026-03-01T08:30:00",
		"natures":{},"status":"closed","named_user_ids":["x"]}`), &p)))
}

func TestADeepOrWideBodyIsRefusedWithoutHarm(t *testing.T) {
	var b api.Respond
	require.Error(t, decode([]byte(`{"x":`+strings.Repeat("[", 100000)+strings.Repeat("]", 100000)+`}`), &b))
	var wide strings.Builder
	wide.WriteString(`{"a":1`)
	for i := range 5000 {
		wide.WriteString(`,"x` + strings.Repeat("y", i%7) + string(rune('0'+i%10)) + strings.Repeat("z", i) + `":1`)
		if wide.Len() > 500000 {
			break
		}
	}
	wide.WriteString(`}`)
	f, ok := fault.As(decode([]byte(wide.String()), &b))
	require.True(t, ok)
	assert.LessOrEqual(t, len(f.Fields), incident.MaxWrong)
}

func TestAQueryIsReadStrictly(t *testing.T) {
	var f api.IncidentFilter
	require.NoError(t, decodeQuery("status=reported,triaged&status=closed&overdue=false&limit=200&q=t%E1%BA%A5n+c%C3%B4ng&sort=-updated_at&reported_after=2026-03-01T00:00:00%2B07:00&count=true", &f))
	assert.Equal(t, []string{"reported", "triaged", "closed"}, f.Status)
	assert.Equal(t, "tấn công", f.Q)
	assert.Equal(t, 200, f.Limit)
	assert.False(t, *f.Overdue)
	assert.True(t, f.Count)

	f = api.IncidentFilter{}
	require.NoError(t, decodeQuery("", &f))
	assert.Equal(t, 50, f.Limit)

	err := decodeQuery("status=open&limit=0&count=1&overdue=&q=a&q=b&agency_id=1&reported_after=2026-03-01T00:00:00+07:00&updated_after=2026-03-01T00:00:00&sort=title&page=2&q%00=1", &f)
	require.ErrorIs(t, err, fault.Malformed)
	assert.Equal(t, map[string]string{
		"?status": "not_in_list", "?limit": "out_of_range", "?count": "wrong_type", "?overdue": "wrong_type", "?q": "repeated",
		"?agency_id": "not_a_uuid", "?reported_after": "not_a_time", "?updated_after": "missing_offset", "?sort": "not_in_list",
		"?page": "unknown_parameter", "?q\x00": "unknown_parameter",
	}, codes(t, err))

	require.ErrorIs(t, decodeQuery("q=%zz", &f), fault.Malformed)
	assert.Equal(t, map[string]string{"?q": "bad_text"}, codes(t, decodeQuery("q=%00", &f)))
	assert.Equal(t, map[string]string{"?q": "bad_text"}, codes(t, decodeQuery("q="+strings.Repeat("a", 301), &f)))
	assert.Equal(t, map[string]string{"?limit": "unknown_parameter"}, codes(t, decodeQuery("limit=1", &none{})))
}
