package httpapi

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// fieldsOf is v as a client reads it.
func fieldsOf(t *testing.T, v any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	var out map[string]any
	require.NoError(t, json.Unmarshal(raw, &out))
	return out
}

func fullCase() *incident.Incident {
	set := func(s string) *string { return &s }
	severity := incident.High
	now := time.Unix(1, 0)
	return &incident.Incident{
		ID: someID, Code: "SL-2026-000001", Version: 2, Status: incident.Resolved, Title: "t", Description: "d",
		Category: set("other.other"), CategoryVN: set("OTHER"), Severity: &severity, Natures: []incident.Nature{incident.Cybercrime},
		TLP: incident.TLPAmber, Restricted: true, Facts: incident.Facts{"may_spread": true}, AssigneeID: set(someID),
		Resolution: incident.Resolution{Reason: "fixed"}, Lessons: "l", TriagedAt: &now, ResolvedAt: &now, ViolationFoundAt: &now,
	}
}

func TestAFieldTheReaderMayNotSeeIsNullAndNamed(t *testing.T) {
	v := casework.CaseView{Incident: fullCase(), Parts: policy.Parts{Fields: policy.Core}, People: []string{someID}}
	got := fieldsOf(t, incidentView(v))
	withheld := []string{}
	for _, name := range got["withheld"].([]any) {
		withheld = append(withheld, name.(string))
		assert.Nil(t, got[name.(string)], name)
	}
	for name, part := range policy.FieldParts {
		if _, ok := got[name]; ok {
			assert.Equal(t, part != policy.Core, slices.Contains(withheld, name), name)
		}
	}
	assert.Subset(t, withheld, []string{"classification", "named_user_ids"})
	assert.Equal(t, "t", got["title"])
}

func TestWhoSeesEveryPartMissesNothing(t *testing.T) {
	all := policy.Parts{Fields: ^policy.Part(0)}
	got := fieldsOf(t, incidentView(casework.CaseView{Incident: fullCase(), Parts: all, People: []string{someID}}))
	assert.Empty(t, got["withheld"])
	for _, f := range withholdable {
		assert.NotNil(t, got[f.name], f.name)
	}
}

func TestACaseAlwaysHasEveryFieldAndArraysAreNeverNullToWhoSeesThem(t *testing.T) {
	all := policy.Parts{Fields: ^policy.Part(0)}
	full := fieldsOf(t, incidentView(casework.CaseView{Incident: fullCase(), Parts: all}))
	empty := fieldsOf(t, incidentView(casework.CaseView{Incident: &incident.Incident{}, Parts: all}))
	for name := range full {
		assert.Contains(t, empty, name)
	}
	assert.Equal(t, []any{}, empty["natures"])
	assert.Equal(t, []any{}, empty["system"].(map[string]any)["domains"])
	assert.Equal(t, map[string]any{}, empty["classification"].(map[string]any)["facts"])
	assert.Nil(t, empty["resolution"])
	assert.Nil(t, empty["named_user_ids"])
}

func TestAHandoverWithoutTextKeepsWhoAndWhenAlone(t *testing.T) {
	now := time.Unix(1, 0)
	doc := incident.Document{Number: "12", Subject: "secret"}
	h := &incident.Handover{
		ID: someID, Status: incident.Completed, Message: "secret", RequestedResources: "secret", Document: doc, AnsweredAt: &now,
		Answer: incident.Answer{Reason: "secret"}, Outcome: "secret", EndReason: "secret", ContestReason: "secret",
		AcknowledgedBy: "Trần Văn B", Record: &incident.Record{Step: "complete", OfficerName: "B", Document: &doc},
	}
	whole := fieldsOf(t, handoverView(casework.HandoverView{Handover: h}))
	assert.Equal(t, "secret", whole["message"])
	assert.Equal(t, "secret", whole["document"].(map[string]any)["subject"])

	raw, err := json.Marshal(handoverView(casework.HandoverView{Handover: h, WithoutText: true}))
	require.NoError(t, err)
	assert.NotContains(t, string(raw), "secret")
	cut := fieldsOf(t, json.RawMessage(raw))
	assert.Equal(t, true, cut["without_text"])
	assert.Equal(t, "12", cut["document"].(map[string]any)["number"])
	assert.Equal(t, "Trần Văn B", cut["acknowledged_by"])
	assert.Equal(t, "completed", cut["status"])
}

func TestAReportOfAStateSecretIsCarriedNoFurther(t *testing.T) {
	b := fieldsOf(t, newReport(mustReport(t, `{"title":"secret","description":"secret","detected_at":"2026-03-01T00:00:00Z","system":{"name":"secret"},"contains_state_secret":true}`)))
	assert.Equal(t, true, b["ContainsStateSecret"])
	assert.Empty(t, b["Title"])
	assert.Empty(t, b["Description"])
}
