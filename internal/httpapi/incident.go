package httpapi

import (
	"context"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// report takes a report.
//
// @Summary   Báo cáo sự cố · Report an incident
// @Description Nghĩa vụ theo quy định phát sinh ngay khi báo cáo. Nội dung bí mật nhà nước bị từ chối. · Duties open with the report. State secrets are refused.
// @Tags      incidents
// @Param     body  body      api.NewIncident  true  "Báo cáo · The report"
// @Success   201   {object}  api.Incident
// @Router    /api/v1/incidents [post]
func (s *Server) report(ctx context.Context, x in[none, api.NewIncident]) (out[api.Incident], error) {
	v, err := s.cases.Report(ctx, x.Call, newReport(x.body))
	o, err := caseReply(v, err)
	if err == nil {
		o.location = incidents + "/" + o.body.ID
		o.link = s.related(ctx, x, o.body.ID)
	}
	return o, err
}

// listIncidents lists the cases in sight.
//
// @Summary   Danh sách sự cố · List incidents
// @Description Chỉ gồm hồ sơ tài khoản được xem; bộ lọc chỉ xét phần được xem. · Only cases in sight; a filter looks only at what the caller may read.
// @Tags      incidents
// @Param     filter  query     api.IncidentFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.IncidentList
// @Router    /api/v1/incidents [get]
func (s *Server) listIncidents(ctx context.Context, x in[api.IncidentFilter, none]) (out[api.IncidentList], error) {
	f := x.query
	if f.Sort == "" {
		f.Sort = "-reported_at"
	}
	list, err := s.cases.List(ctx, x.By, casework.ListQuery{
		Status: f.Status, Severity: f.Severity, Category: f.Category, Nature: f.Nature,
		AgencyID: f.AgencyID, AssigneeID: f.AssigneeID, ReportedAfter: momentOf(&f.ReportedAfter),
		ReportedBefore: momentOf(&f.ReportedBefore), UpdatedAfter: momentOf(&f.UpdatedAfter),
		Overdue: f.Overdue, Exercise: f.Exercise, Q: f.Q, Sort: f.Sort,
		After: x.page.after(), Limit: x.page.limit, Count: x.page.count, Now: x.At,
	})
	if err != nil {
		return out[api.IncidentList]{}, err
	}
	end := x.page.end(list.Next)
	if list.Total != nil {
		end = x.page.counted(end, *list.Total, list.TotalCapped)
	}
	return reply(api.IncidentList{Items: each(list.Items, incidentView), Paged: end}, nil)
}

// incident reads a case.
//
// @Summary   Đọc hồ sơ sự cố · Read an incident
// @Description Trường không được xem là null và được nêu ở withheld. · A field the caller may not see is null and named in withheld.
// @Tags      incidents
// @Success   200  {object}  api.Incident
// @Router    /api/v1/incidents/{id} [get]
func (s *Server) incident(ctx context.Context, x in[none, none]) (out[api.Incident], error) {
	return caseReply(s.cases.Get(ctx, x.By, x.id))
}

// correct corrects the facts of a case.
//
// @Summary   Sửa dữ kiện · Correct facts of an incident
// @Description JSON Merge Patch (RFC 7396); không đổi trạng thái. Sửa detected_at cần reason. · Not the status. A correction of detected_at needs a reason.
// @Tags      incidents
// @Param     body  body      api.IncidentPatch  true  "Phần sửa · The patch"
// @Success   200   {object}  api.Incident
// @Router    /api/v1/incidents/{id} [patch]
func (s *Server) correct(ctx context.Context, x in[none, api.IncidentPatch]) (out[api.Incident], error) {
	return caseReply(s.cases.Correct(ctx, x.Call, x.id, x.body))
}

func caseReply(v casework.CaseView, err error) (out[api.Incident], error) {
	if err != nil {
		return out[api.Incident]{}, err
	}
	return out[api.Incident]{body: incidentView(v), version: v.Version}, nil
}

func newReport(b api.NewIncident) casework.NewReport {
	if b.ContainsStateSecret {
		return casework.NewReport{ContainsStateSecret: true} // nothing else goes any further
	}
	in := casework.NewReport{
		Title: b.Title, Description: b.Description, DetectedAt: moment(b.DetectedAt),
		DetectedPrecision: incident.Precision(orElse(b.DetectedPrecision, string(incident.PrecisionMinute))),
		OccurredAt:        momentOf(b.OccurredAt), ViolationFoundAt: momentOf(b.ViolationFoundAt), Natures: named[incident.Nature](b.Natures),
		TLP:          incident.TLP(orElse(b.TLP, string(incident.TLPAmber))),
		Confidential: b.Confidential, Exercise: b.Exercise, System: systemOf(b.System),
		OwnerAgencyID: b.OwnerAgencyID, OperatorAgencyID: b.OperatorAgencyID,
	}
	if r := b.Report; r != nil {
		in.Report = incident.Report{
			Channel: incident.Channel(r.Channel), ReporterName: r.ReporterName, ReporterPhone: r.ReporterPhone,
			ReporterEmail: r.ReporterEmail, Reference: r.Reference,
		}
	}
	return in
}

func systemOf(s api.System) incident.System {
	return incident.System{
		ID: s.ID, Name: s.Name, Level: s.Level, PriorityListed: s.PriorityListed,
		PublicAddresses: filled(s.PublicAddresses), Domains: filled(s.Domains),
	}
}

// withholdable are the fields of a case that not every reader sees: the part they belong to
// (policy.FieldParts; what is not listed there is the team's and the auditors'), and how they
// are left out.
var withholdable = []struct {
	name  string
	part  policy.Part
	leave func(*api.Incident)
}{
	{"description", policy.FieldParts["description"], func(i *api.Incident) { i.Description = nil }},
	{"category", policy.FieldParts["category"], func(i *api.Incident) { i.Category = nil }},
	{"category_vn", policy.FieldParts["category_vn"], func(i *api.Incident) { i.CategoryVN = nil }},
	{"severity", policy.FieldParts["severity"], func(i *api.Incident) { i.Severity = nil }},
	{"natures", policy.FieldParts["natures"], func(i *api.Incident) { i.Natures = nil }},
	{"classification", policy.FieldParts["facts"], func(i *api.Incident) { i.Classification = nil }},
	{"violation_found_at", policy.FieldParts["violation_found_at"], func(i *api.Incident) { i.ViolationFoundAt = nil }},
	{"report", policy.FieldParts["report"], func(i *api.Incident) { i.Report = nil }},
	{"system", policy.FieldParts["system"], func(i *api.Incident) { i.System = nil }},
	{"assignee_id", policy.FieldParts["assignee_id"], func(i *api.Incident) { i.AssigneeID = nil }},
	{"resolution", policy.FieldParts["resolution"], func(i *api.Incident) { i.Resolution = nil }},
	{"lessons", policy.FieldParts["lessons"], func(i *api.Incident) { i.Lessons = nil }},
	{"named_user_ids", policy.Material, func(i *api.Incident) { i.NamedUserIDs = nil }},
}

func incidentView(v casework.CaseView) api.Incident {
	i := v.Incident
	out := api.Incident{
		ID: i.ID, Code: i.Code, Version: i.Version, Status: string(i.Status), Title: i.Title, Description: &i.Description,
		Category: i.Category, CategoryVN: i.CategoryVN, Severity: text(i.Severity), Natures: texts(i.Natures),
		Classification: classView(i), TLP: string(i.TLP),
		Confidential: i.Confidential, Restricted: i.Restricted, Exercise: i.Exercise, Imported: i.Imported,
		Report: &api.Report{
			Channel: string(i.Report.Channel), ReporterName: i.Report.ReporterName, ReporterPhone: i.Report.ReporterPhone,
			ReporterEmail: i.Report.ReporterEmail, Reference: i.Report.Reference,
		},
		ReportingAgencyID: i.ReportingAgencyID, OwnerAgencyID: i.OwnerAgencyID, OperatorAgencyID: i.OperatorAgencyID,
		LeadAgencyID: i.LeadAgencyID, System: &api.System{
			ID: i.System.ID, Name: i.System.Name, Level: i.System.Level, PriorityListed: i.System.PriorityListed,
			PublicAddresses: filled(i.System.PublicAddresses), Domains: filled(i.System.Domains),
		},
		AssigneeID: i.AssigneeID, DetectedAt: stamp(i.DetectedAt), DetectedPrecision: string(i.DetectedPrecision),
		OccurredAt: stampOf(i.OccurredAt), ViolationFoundAt: stampOf(i.ViolationFoundAt), ReportedAt: stamp(i.ReportedAt), TriagedAt: stampOf(i.TriagedAt),
		ResolvedAt: stampOf(i.ResolvedAt), ClosedAt: stampOf(i.ClosedAt), MergedIntoID: i.MergedIntoID,
		Lessons: orNull(i.Lessons), CreatedAt: stamp(i.CreatedAt), UpdatedAt: stamp(i.UpdatedAt), Withheld: []string{},
	}
	if r := i.Resolution; r != (incident.Resolution{}) {
		out.Resolution = &api.Resolution{
			Reason: r.Reason, Summary: r.Summary, Prevention: r.Prevention, Handled: r.Handled, EstimatedDamage: r.EstimatedDamage,
		}
	}
	if i.Restricted {
		out.NamedUserIDs = filled(v.People)
	}
	if v.HidesTarget {
		out.MergedIntoID = nil
		out.Withheld = append(out.Withheld, "merged_into_id")
	}
	for _, f := range withholdable {
		if !v.Parts.Has(f.part) {
			f.leave(&out)
			out.Withheld = append(out.Withheld, f.name)
		}
	}
	return out
}

// stamp is how a time goes out: UTC, always six digits.
func stamp(t time.Time) string { return t.UTC().Format(audit.TimeLayout) }

func stampOf(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := stamp(*t)
	return &s
}

func text[T ~string](v *T) *string {
	if v == nil {
		return nil
	}
	s := string(*v)
	return &s
}

// orNull is a text, or null where nothing was said.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func named[T ~string](list []string) []T {
	if list == nil {
		return nil
	}
	out := make([]T, len(list))
	for i, s := range list {
		out[i] = T(s)
	}
	return out
}

func filled(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func filledMap(m map[string]bool) map[string]bool {
	if m == nil {
		return map[string]bool{}
	}
	return m
}
