package incident

import (
	"slices"
	"time"
)

// Past is what history adds to a report: where the case stood, and when.
type Past struct {
	Status               Status
	Category, CategoryVN *string
	Severity             *Severity
	ReportedAt           *time.Time
	TriagedAt            *time.Time
	ResolvedAt           *time.Time
	ClosedAt             *time.Time
	Resolution           Resolution
	Lessons              string
}

// Check checks the past of a record. Nothing of it is required: old records are as they are.
func (p Past) Check(c *Checker, now time.Time) {
	if !slices.ContainsFunc(Statuses, func(s struct {
		Status Status
		VI     string
	}) bool {
		return s.Status == p.Status
	}) {
		names := make([]Status, len(Statuses))
		for i, s := range Statuses {
			names[i] = s.Status
		}
		OneOf(c, "/status", p.Status, names)
	}
	if p.Category != nil {
		OneOf(c, "/category", *p.Category, Categories)
	}
	if p.CategoryVN != nil {
		OneOf(c, "/category_vn", *p.CategoryVN, CategoriesVN)
	}
	if p.Severity != nil {
		OneOf(c, "/severity", *p.Severity, Severities)
	}
	var before *time.Time
	for _, x := range []struct {
		pointer string
		at      *time.Time
	}{{"/reported_at", p.ReportedAt}, {"/triaged_at", p.TriagedAt}, {"/resolved_at", p.ResolvedAt}, {"/closed_at", p.ClosedAt}} {
		if x.at == nil {
			continue
		}
		c.DetectedAt(x.pointer, *x.at, now)
		if before != nil && x.at.Before(*before) {
			c.Add(x.pointer, "out_of_order", "Thời điểm này trước thời điểm của bước trước.", "It lies before the step before it.")
		}
		before = x.at
	}
	r := p.Resolution
	if r.Reason != "" {
		OneOf(c, "/resolution/reason", r.Reason, ResolutionReasons)
	}
	if r.Handled != "" {
		OneOf(c, "/resolution/handled", r.Handled, HandledBy)
	}
	c.Text("/resolution/summary", r.Summary, false, MaxText)
	c.Text("/resolution/prevention", r.Prevention, false, MaxText)
	if r.EstimatedDamage != nil && (*r.EstimatedDamage < 0 || *r.EstimatedDamage > 1e15) {
		c.Add("/resolution/estimated_damage", "out_of_range", "Số tiền nguyên (VND), không âm.", "Whole VND, not negative.")
	}
	c.Text("/lessons", p.Lessons, false, MaxText)
}

// Import makes the case a record of the past: no duty, no notice, no move.
func (inc *Incident) Import(p Past) {
	inc.Imported = true
	inc.Status, inc.Category, inc.CategoryVN, inc.Severity = p.Status, p.Category, p.CategoryVN, p.Severity
	if p.ReportedAt != nil {
		inc.ReportedAt = *p.ReportedAt
	}
	inc.TriagedAt, inc.ResolvedAt, inc.ClosedAt = p.TriagedAt, p.ResolvedAt, p.ClosedAt
	inc.Resolution, inc.Lessons = p.Resolution, p.Lessons
}

// Origin is where an imported record comes from.
type Origin struct {
	ImportID string
	Format   string
	File     string
	Line     int
	Source   string
	ID, Code string // of the desk that exported it
}

// ImportedFact is the first and only fact of an imported case.
func (inc *Incident) ImportedFact(o Origin) Fact {
	full := inc.Fields()
	full["to"], full["code"], full["lessons"] = string(inc.Status), inc.Code, inc.Lessons
	full["reported_at"], full["triaged_at"] = stamp(&inc.ReportedAt), stamp(inc.TriagedAt)
	full["resolved_at"], full["closed_at"] = stamp(inc.ResolvedAt), stamp(inc.ClosedAt)
	full["origin"] = map[string]any{
		"import_id": o.ImportID, "format": o.Format, "file": o.File, "line": o.Line, "source": o.Source, "id": o.ID, "code": o.Code,
	}
	return Fact{
		Type: "incident.imported", ObjectKind: "incident", ObjectID: inc.ID, Full: full,
		Thin: map[string]any{"to": string(inc.Status)},
	}
}
