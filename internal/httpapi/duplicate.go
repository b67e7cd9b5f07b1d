package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// duplicates suggests cases that may tell of the same event.
//
// @Summary   Hồ sơ có thể trùng · Possible duplicates
// @Description Hồ sơ được xem, báo cáo cách nhau tối đa 14 ngày, cùng hệ thống (mã, tên), địa chỉ IP công khai hoặc tên miền; giống nhất đứng đầu, tối đa 20. · Cases in sight, reported at most 14 days apart, about the same system (id, name), public address or domain; the likeliest first, at most 20.
// @Tags      incidents
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.DuplicateList
// @Router    /api/v1/incidents/{id}/duplicates [get]
func (s *Server) duplicates(ctx context.Context, x in[api.Paging, none]) (out[api.DuplicateList], error) {
	list, err := s.cases.Duplicates(ctx, x.By, x.id)
	list, end := cut(x.page, list, func(d incident.Duplicate) string { return d.ID })
	return reply(api.DuplicateList{Paged: end, Items: each(list, func(d incident.Duplicate) api.Duplicate {
		return api.Duplicate{
			Incident:   api.LinkedCase{ID: d.ID, Code: d.Code, Title: d.Title, Status: string(d.Status)},
			ReportedAt: stamp(d.ReportedAt), ReportingAgencyID: d.ReportingAgencyID, Reasons: texts(d.Reasons),
		}
	})}, err)
}

// related names the suggestions in the answer to a report, when there are some. They are no
// part of the report: where they cannot be read, it stands all the same.
func (s *Server) related(ctx context.Context, x in[none, api.NewIncident], id string) string {
	some, err := s.cases.HasDuplicates(ctx, x.By, id)
	if err != nil {
		s.log.WarnContext(ctx, "duplicates of a report cannot be looked up", "incident_id", id, "error", err)
	}
	if !some {
		return ""
	}
	return "<" + incidents + "/" + id + "/duplicates>; rel=\"related\""
}
