package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/store"
)

// deliveries lists what was sent to whom about which event.
//
// @Summary   Thông báo đã gửi, chờ gửi, gửi lỗi · What was sent to whom
// @Description Mới nhất trước. Đội và kiểm tra viên: về hồ sơ được xem; quản trị: mọi thông báo, không có hồ sơ và nội dung. · The newest first. The team and auditors: about the incidents they see; the administrator: all, without incident and text.
// @Tags      deliveries
// @Param     filter  query     api.DeliveryFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.DeliveryList
// @Router    /api/v1/deliveries [get]
func (s *Server) deliveries(ctx context.Context, x in[api.DeliveryFilter, none]) (out[api.DeliveryList], error) {
	f := x.query
	items, end, err := keyset(x.page, func(after *store.Position, limit int) (casework.Page[casework.DeliveryView], error) {
		return s.cases.Deliveries(ctx, x.By, casework.DeliveryFilter{
			Status: f.Status, EventID: f.EventID, IncidentID: f.IncidentID, AgencyID: f.AgencyID, After: after, Limit: limit,
		})
	})
	return reply(api.DeliveryList{Items: each(items, deliveryView), Paged: end}, err)
}

func deliveryView(d casework.DeliveryView) api.Delivery {
	out := api.Delivery{
		ID: d.ID, EventID: d.EventID, AgencyID: d.AgencyID, Recipient: orNull(d.Recipient), Status: d.Status,
		Attempts: d.Attempts, NextAt: stampOf(d.NextAt), LastError: orNull(d.LastError), CreatedAt: stamp(d.CreatedAt), SentAt: stampOf(d.SentAt),
	}
	if d.Personal && !d.Whole { // the reporter's contact is the case's
		out.Recipient, out.LastError = nil, nil
	}
	if d.Whole {
		out.IncidentID, out.Subject, out.Body = d.IncidentID, &d.Subject, &d.Body
	}
	return out
}
