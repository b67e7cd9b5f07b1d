package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/store"
)

// countObligations counts obligations by agency.
//
// @Summary   Số nghĩa vụ theo cơ quan, trong một khoảng thời gian · Obligations by agency, in a time
// @Description Để lập báo cáo: mỗi cơ quan còn bao nhiêu nghĩa vụ chưa thực hiện, quá hạn, đã thực hiện, thực hiện trễ, được miễn; cả nghĩa vụ định kỳ. Lãnh đạo UBND thấy số lượng của mọi cơ quan, cơ quan khác thấy của mình. · For reports: how many obligations each agency has pending, overdue, fulfilled, fulfilled late, waived; those by the calendar too. Leaders see the figures of every agency, other agencies their own.
// @Tags      obligations
// @Param     filter  query     api.ObligationCountFilter  false  "Khoảng thời gian · The time"
// @Success   200     {object}  api.ObligationCounts
// @Router    /api/v1/obligations/counts [get]
func (s *Server) countObligations(ctx context.Context, x in[api.ObligationCountFilter, none]) (out[api.ObligationCounts], error) {
	n, err := s.cases.CountObligations(ctx, x.By, x.query.From, x.query.To, x.query.Case, x.At)
	return reply(api.ObligationCounts{
		From: n.From, To: n.To, Total: countView(n.Total),
		Agencies: each(n.Agencies, func(a casework.AgencyDuties) api.AgencyObligations {
			return api.AgencyObligations{AgencyID: a.OwedByID, AgencyName: a.Name, ObligationCount: countView(a.DutyCount)}
		}),
	}, err)
}

func countView(c store.DutyCount) api.ObligationCount {
	return api.ObligationCount{
		Pending: c.Pending, Overdue: c.Overdue, Fulfilled: c.Fulfilled, Late: c.Late, Waived: c.Waived, NotApplicable: c.NotApplicable,
	}
}
