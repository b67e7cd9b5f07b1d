package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// askRedaction asks for a content to be taken away.
//
// @Summary   Yêu cầu xóa nội dung lọt vào nhầm · Ask for a redaction
// @Description Nội dung được ẩn ngay với mọi người, chờ người thứ hai quyết định; reason không được nhắc lại nội dung. · The content is hidden from everyone at once, until a second person decides; reason must not repeat it.
// @Tags      redactions
// @Param     body  body      api.NewRedaction  true  "Nội dung cần xóa và căn cứ · What is to go, and on which basis"
// @Success   201   {object}  api.Redaction
// @Router    /api/v1/incidents/{id}/redactions [post]
func (s *Server) askRedaction(ctx context.Context, x in[none, api.NewRedaction]) (out[api.Redaction], error) {
	b := x.body
	r, err := s.cases.AskRedaction(ctx, x.Call, x.id, casework.NewRedaction{
		ObjectKind: b.ObjectKind, ObjectID: b.ObjectID, Seq: b.Seq, Fields: b.Fields, Why: incident.RedactionWhy(b.Why),
		Reason: b.Reason, Document: documentOf(b.Document),
	})
	r.Content = nil // an answer to a write is kept for a repeat
	return out[api.Redaction]{body: redactionView(r, x.lang), location: incidents + "/" + x.id + "/redactions/" + r.ID}, err
}

// redactions lists the redactions of a case.
//
// @Summary   Các yêu cầu xóa nội dung của hồ sơ · Redactions of an incident
// @Tags      redactions
// @Param     filter  query     api.RedactionFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.RedactionList
// @Router    /api/v1/incidents/{id}/redactions [get]
func (s *Server) redactions(ctx context.Context, x in[api.RedactionFilter, none]) (out[api.RedactionList], error) {
	items, end, err := keyset(x.page, func(after *store.Position, limit int) (casework.Page[casework.RedactionView], error) {
		return s.cases.Redactions(ctx, x.By, x.id, x.query.Status, after, limit)
	})
	return reply(api.RedactionList{Items: each(items, func(r casework.RedactionView) api.Redaction { return redactionView(r, x.lang) }), Paged: end}, err)
}

// redaction reads one redaction.
//
// @Summary   Đọc một yêu cầu xóa nội dung · Read a redaction
// @Description Chỉ người được quyết định đọc được content, và chỉ khi chưa quyết định. · Only who may decide reads content, and only while it is open.
// @Tags      redactions
// @Success   200  {object}  api.Redaction
// @Router    /api/v1/incidents/{id}/redactions/{xid} [get]
func (s *Server) redaction(ctx context.Context, x in[none, none]) (out[api.Redaction], error) {
	r, err := s.cases.Redaction(ctx, x.By, x.id, x.sub)
	return reply(redactionView(r, x.lang), err)
}

// confirmRedaction is the second person's yes.
//
// @Summary   Xác nhận xóa nội dung · Confirm a redaction
// @Description Người thứ hai xác nhận; nội dung bị xóa khỏi hồ sơ, dòng thời gian, tìm kiếm và câu trả lời đã lưu, không khôi phục được. · By a second person; the content leaves the case, its timeline, search and kept answers for good.
// @Tags      redactions
// @Param     body  body      api.DecideRedaction  true  "Ý kiến · The decision"
// @Success   200   {object}  api.Redaction
// @Router    /api/v1/incidents/{id}/redactions/{xid}/confirm [post]
func (s *Server) confirmRedaction(ctx context.Context, x in[none, api.DecideRedaction]) (out[api.Redaction], error) {
	r, err := s.cases.ConfirmRedaction(ctx, x.Call, x.id, x.sub, x.body.Note)
	return reply(redactionView(r, x.lang), err)
}

// refuseRedaction is the second person's no.
//
// @Summary   Không đồng ý xóa nội dung · Refuse a redaction
// @Description Nội dung hiện lại ở nơi cũ, trừ nơi đã được viết lại. · The content stands again where it stood, unless somebody has written there since.
// @Tags      redactions
// @Param     body  body      api.DecideRedaction  true  "Ý kiến · The decision"
// @Success   200   {object}  api.Redaction
// @Router    /api/v1/incidents/{id}/redactions/{xid}/refuse [post]
func (s *Server) refuseRedaction(ctx context.Context, x in[none, api.DecideRedaction]) (out[api.Redaction], error) {
	r, err := s.cases.RefuseRedaction(ctx, x.Call, x.id, x.sub, x.body.Note)
	return reply(redactionView(r, x.lang), err)
}

func redactionView(r casework.RedactionView, lang string) api.Redaction {
	return api.Redaction{
		ID: r.ID, IncidentID: r.IncidentID, Status: string(r.Status), ObjectKind: r.ObjectKind, ObjectID: r.ObjectID,
		Fields: each(r.Fields, func(s string) string { return s }), Why: string(r.Why), Reason: r.Reason, Document: documentView(r.Document),
		InRows: r.InRows, InEvents: r.InEvents, InAnswers: r.InAnswers,
		AskedByID: r.AskedByID, AskedBy: orNull(r.AskedBy), AskedAt: stamp(r.AskedAt),
		DecidedByID: r.DecidedByID, DecidedBy: orNull(r.DecidedBy), DecidedAt: stampOf(r.DecidedAt), Decision: orNull(r.Decision),
		Content: each(r.Content, func(s string) string { return s }), Unreached: reasonsOf(casework.Unreached(), lang),
	}
}
