package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// addLink ties the case to another.
//
// @Summary   Liên kết với hồ sơ khác · Link to another case
// @Description Được liên kết hồ sơ ở mọi trạng thái, kể cả hồ sơ nhập; không hồ sơ nào đổi phiên bản. · Cases in any status, imported ones included; neither changes its version.
// @Tags      links
// @Param     body  body      api.NewLink  true  "Liên kết · The link"
// @Success   201   {object}  api.Link
// @Router    /api/v1/incidents/{id}/links [post]
func (s *Server) addLink(ctx context.Context, x in[none, api.NewLink]) (out[api.Link], error) {
	l, err := s.cases.AddLink(ctx, x.Call, x.id, casework.NewLink{ToID: x.body.ToID, Kind: incident.LinkKind(x.body.Kind), Note: x.body.Note})
	return out[api.Link]{body: linkView(l), location: incidents + "/" + x.id + "/links"}, err
}

// links lists the links of a case.
//
// @Summary   Các hồ sơ liên quan · Links of an incident
// @Description Chỉ gồm liên kết mà tài khoản được xem cả hai hồ sơ. · Only links of which the caller sees both cases.
// @Tags      links
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.LinkList
// @Router    /api/v1/incidents/{id}/links [get]
func (s *Server) links(ctx context.Context, x in[api.Paging, none]) (out[api.LinkList], error) {
	items, end, err := keyset(x.page, func(after *store.Position, limit int) (casework.Page[casework.LinkView], error) {
		return s.cases.Links(ctx, x.By, x.id, after, limit)
	})
	return reply(api.LinkList{Items: each(items, linkView), Paged: end}, err)
}

// removeLink takes a link away.
//
// @Summary   Bỏ liên kết · Remove a link
// @Description Việc bỏ được ghi lại kèm lý do; liên kết của việc gộp hồ sơ được giữ. · The removal is kept with its reason; the link of a merge stays.
// @Tags      links
// @Param     body  body      api.RemoveLink  true  "Lý do · The reason"
// @Success   200   {object}  api.Link
// @Router    /api/v1/incidents/{id}/links/{lid}/remove [post]
func (s *Server) removeLink(ctx context.Context, x in[none, api.RemoveLink]) (out[api.Link], error) {
	return reply(linkReply(s.cases.RemoveLink(ctx, x.Call, x.id, x.sub, x.body.Reason)))
}

func linkReply(l casework.LinkView, err error) (api.Link, error) { return linkView(l), err }

func linkView(l casework.LinkView) api.Link {
	out := api.Link{
		ID: l.ID, IncidentID: l.IncidentID, ToID: l.ToID, Kind: string(l.Kind), Direction: l.Direction,
		Other:    api.LinkedCase{ID: l.OtherID, Code: l.OtherCode, Title: l.OtherTitle, Status: string(l.OtherStatus)},
		AgencyID: l.AgencyID, CreatedBy: l.CreatedByID, CreatedAt: stamp(l.CreatedAt), RemovedAt: stampOf(l.RemovedAt),
	}
	if l.ShowsNote {
		out.Note, out.RemovalReason = orNull(l.Note), orNull(l.RemovalReason)
	}
	return out
}
