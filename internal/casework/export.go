package casework

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// exportPage is how many cases are read at once; between two pages no connection is held.
const exportPage = 200

// Export hands out, one by one, the cases that the caller sees and the query asks for, each
// cut to the caller's parts. The order is that of report, so that a case reported meanwhile
// comes last or not at all, and none comes twice.
func (s *Service) Export(ctx context.Context, by policy.Actor, q ListQuery, give func(*api.HistoricIncident) error) error {
	reg, err := s.registry(ctx)
	if err != nil {
		return err
	}
	q.Sort, q.Limit, q.Count, q.After = "reported_at", exportPage, false, nil
	for {
		page, err := s.List(ctx, by, q)
		if err != nil {
			return err
		}
		for _, v := range page.Items {
			if err := give(recordOf(v.Incident, v.Parts, reg)); err != nil {
				return err
			}
		}
		if page.Next == nil {
			return nil
		}
		q.After = page.Next
	}
}

// allParts is what the desk itself knows of a case.
var allParts = policy.Parts{Fields: ^policy.Part(0)}

// recordOf is a case as it is exported: what the reader may not see is empty, and named.
func recordOf(inc *incident.Incident, parts policy.Parts, reg *registry) *api.HistoricIncident {
	stamp := func(t string) *string { return &t }
	h := &api.HistoricIncident{
		NewIncident: api.NewIncident{
			Title: inc.Title, DetectedAt: inc.DetectedAt.UTC().Format(audit.TimeLayout), DetectedPrecision: string(inc.DetectedPrecision),
			TLP: string(inc.TLP), Confidential: inc.Confidential, Exercise: inc.Exercise,
		},
		ID: inc.ID, Code: inc.Code, Status: string(inc.Status), Restricted: inc.Restricted,
		ReportingAgency: reg.code[inc.ReportingAgencyID], ReportedAt: stamp(inc.ReportedAt.UTC().Format(audit.TimeLayout)),
	}
	if inc.OccurredAt != nil {
		h.OccurredAt = stamp(inc.OccurredAt.UTC().Format(audit.TimeLayout))
	}
	if inc.TriagedAt != nil {
		h.TriagedAt = stamp(inc.TriagedAt.UTC().Format(audit.TimeLayout))
	}
	if inc.ResolvedAt != nil {
		h.ResolvedAt = stamp(inc.ResolvedAt.UTC().Format(audit.TimeLayout))
	}
	if inc.ClosedAt != nil {
		h.ClosedAt = stamp(inc.ClosedAt.UTC().Format(audit.TimeLayout))
	}
	if inc.OwnerAgencyID != nil {
		h.OwnerAgency = reg.code[*inc.OwnerAgencyID]
	}
	if inc.OperatorAgencyID != nil {
		h.OperatorAgency = reg.code[*inc.OperatorAgencyID]
	}
	for _, x := range []struct {
		name string
		show func()
	}{
		{"description", func() { h.Description = inc.Description }},
		{"category", func() { h.Category = inc.Category }},
		{"category_vn", func() { h.CategoryVN = inc.CategoryVN }},
		{"severity", func() {
			if inc.Severity != nil {
				v := string(*inc.Severity)
				h.Severity = &v
			}
		}},
		{"natures", func() {
			for _, n := range inc.Natures {
				h.Natures = append(h.Natures, string(n))
			}
		}},
		{"report", func() {
			h.Report = &api.Report{
				Channel: string(inc.Report.Channel), ReporterName: inc.Report.ReporterName, ReporterPhone: inc.Report.ReporterPhone,
				ReporterEmail: inc.Report.ReporterEmail, Reference: inc.Report.Reference,
			}
		}},
		{"system", func() {
			h.System = api.System{
				ID: inc.System.ID, Name: inc.System.Name, Level: inc.System.Level, PriorityListed: inc.System.PriorityListed,
				PublicAddresses: inc.System.PublicAddresses, Domains: inc.System.Domains,
			}
		}},
		{"resolution", func() {
			if r := inc.Resolution; r != (incident.Resolution{}) {
				h.Resolution = &api.Resolution{Reason: r.Reason, Summary: r.Summary, Prevention: r.Prevention, Handled: r.Handled, EstimatedDamage: r.EstimatedDamage}
			}
		}},
		{"lessons", func() { h.Lessons = inc.Lessons }},
	} {
		if parts.Has(policy.FieldParts[x.name]) {
			x.show()
		} else {
			h.Withheld = append(h.Withheld, x.name)
		}
	}
	return h
}
