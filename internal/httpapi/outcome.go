package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// outcome says what became of a report.
//
// @Summary   Kết quả xử lý báo cáo · What became of a report
// @Description Nếu hồ sơ đã gộp: trạng thái và thời điểm của hồ sơ nhận gộp, không kèm nội dung. · Of a merged case: the status and times of the case that absorbed it, and nothing else of it.
// @Tags      incidents
// @Success   200  {object}  api.Outcome
// @Router    /api/v1/incidents/{id}/outcome [get]
func (s *Server) outcome(ctx context.Context, x in[none, none]) (out[api.Outcome], error) {
	o, err := s.cases.Outcome(ctx, x.By, x.id)
	if err != nil {
		return out[api.Outcome]{}, err
	}
	body := api.Outcome{IncidentID: o.Asked.ID, Status: string(o.Asked.Status)}
	if o.ToldOfLast {
		body.HandledIn = &api.Handled{Status: string(o.Last.Status), ResolvedAt: stampOf(o.Last.ResolvedAt), ClosedAt: stampOf(o.Last.ClosedAt)}
	}
	if o.ShowsLast {
		body.HandledIn.IncidentID = &o.Last.ID
	}
	return reply(body, nil)
}
