package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/store"
)

// sendMessage speaks to the other side of the report.
//
// @Summary   Trao đổi với bên kia · Send a message
// @Description Giữa đơn vị báo cáo và đội; các bên khác không đọc được. Đầu mối trực của bên kia được báo qua thư, không kèm nội dung. · Between the reporting agency and the team; nobody else reads it. The other side's duty contacts are told by mail, without the text.
// @Tags      messages
// @Param     body  body      api.NewMessage  true  "Nội dung · The message"
// @Success   201   {object}  api.Message
// @Router    /api/v1/incidents/{id}/messages [post]
func (s *Server) sendMessage(ctx context.Context, x in[none, api.NewMessage]) (out[api.Message], error) {
	m, err := s.cases.SendMessage(ctx, x.Call, x.id, x.body.Text)
	return out[api.Message]{body: messageView(m), location: incidents + "/" + x.id + "/messages"}, err
}

// messages lists the conversation.
//
// @Summary   Trao đổi giữa đơn vị báo cáo và đội · Messages of an incident
// @Tags      messages
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.MessageList
// @Router    /api/v1/incidents/{id}/messages [get]
func (s *Server) messages(ctx context.Context, x in[api.Paging, none]) (out[api.MessageList], error) {
	items, end, err := keyset(x.page, func(after *store.Position, limit int) (casework.Page[casework.MessageView], error) {
		return s.cases.Messages(ctx, x.By, x.id, after, limit)
	})
	return reply(api.MessageList{Items: each(items, messageView), Paged: end}, err)
}

func messageView(m casework.MessageView) api.Message {
	return api.Message{
		ID: m.ID, IncidentID: m.IncidentID, Direction: string(m.Direction), Text: m.Text, AuthorID: m.AuthorID, Author: orNull(m.AuthorName),
		AgencyID: m.AgencyID, Agency: orNull(m.AgencyName), CreatedAt: stamp(m.CreatedAt),
	}
}
