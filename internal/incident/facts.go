package incident

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

func itoa(i int) string { return strconv.Itoa(i) }

// SortNatures returns the natures once each, in the order of Natures.
func SortNatures(in []Nature) []Nature {
	out := make([]Nature, 0, len(in))
	for _, n := range Natures {
		if slices.Contains(in, n) {
			out = append(out, n)
		}
	}
	return out
}

// Fields is the case as its record keeps it: every field that a person states, under its
// name in the API. Times are RFC 3339.
func (inc *Incident) Fields() map[string]any {
	return map[string]any{
		"title": inc.Title, "description": inc.Description,
		"category": inc.Category, "category_vn": inc.CategoryVN, "severity": inc.Severity,
		"natures": inc.Natures, "facts": inc.Facts, "tlp": inc.TLP,
		"confidential": inc.Confidential, "restricted": inc.Restricted, "exercise": inc.Exercise,
		"report": map[string]any{
			"channel": inc.Report.Channel, "reporter_name": inc.Report.ReporterName,
			"reporter_phone": inc.Report.ReporterPhone, "reporter_email": inc.Report.ReporterEmail,
			"reference": inc.Report.Reference,
		},
		"system": map[string]any{
			"id": inc.System.ID, "name": inc.System.Name, "level": inc.System.Level,
			"priority_listed":  inc.System.PriorityListed,
			"public_addresses": inc.System.PublicAddresses, "domains": inc.System.Domains,
		},
		"owner_agency_id": inc.OwnerAgencyID, "operator_agency_id": inc.OperatorAgencyID,
		"lead_agency_id": inc.LeadAgencyID, "reporting_agency_id": inc.ReportingAgencyID,
		"assignee_id": inc.AssigneeID,
		"detected_at": stamp(&inc.DetectedAt), "detected_precision": inc.DetectedPrecision,
		"occurred_at": stamp(inc.OccurredAt), "violation_found_at": stamp(inc.ViolationFoundAt),
		"resolution": map[string]any{
			"reason": inc.Resolution.Reason, "summary": inc.Resolution.Summary,
			"prevention": inc.Resolution.Prevention, "handled": inc.Resolution.Handled,
			"estimated_damage": inc.Resolution.EstimatedDamage,
		},
	}
}

func (inc *Incident) fields(names ...string) map[string]any {
	all, out := inc.Fields(), map[string]any{}
	for _, n := range names {
		out[n] = all[n]
	}
	return out
}

func stamp(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}

// ReportedFact is the first fact of a case.
func (inc *Incident) ReportedFact() Fact {
	full := inc.Fields()
	delete(full, "resolution")
	full["to"] = string(Reported)
	full["code"] = inc.Code
	return Fact{
		Type: "incident.reported", ObjectKind: "incident", ObjectID: inc.ID, Full: full,
		Thin: map[string]any{"to": string(Reported)},
	}
}

// CorrectedFact says which fields were corrected, from what to what; ok is false when none
// changed. before is Fields() of the case as it was.
func (inc *Incident) CorrectedFact(before map[string]any, reason string, at time.Time) (Fact, bool) {
	from, to := map[string]any{}, map[string]any{}
	after := inc.Fields()
	for name, was := range before {
		if !sameJSON(was, after[name]) {
			from[name], to[name] = was, after[name]
		}
	}
	if len(to) == 0 {
		return Fact{}, false
	}
	inc.UpdatedAt = at
	full := map[string]any{"changed_from": from, "changed_to": to}
	if reason != "" {
		full["reason"] = reason
	}
	return Fact{Type: "incident.corrected", ObjectKind: "incident", ObjectID: inc.ID, Bumps: true, Full: full, Thin: map[string]any{}}, true
}

// sameJSON compares two values as the record would write them.
func sameJSON(a, b any) bool {
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(x, y)
}
