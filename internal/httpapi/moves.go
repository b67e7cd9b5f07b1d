package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// moves lists every move of the lifecycle.
//
// @Summary   Các thao tác có thể thực hiện · Which moves are possible
// @Description Với mỗi thao tác: có thực hiện được không, nếu không thì vì sao, theo điều khoản nào. · For each move: whether it is allowed, and if not, why and by which clause.
// @Tags      moves
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.MoveList
// @Router    /api/v1/incidents/{id}/moves [get]
func (s *Server) moves(ctx context.Context, x in[api.Paging, none]) (out[api.MoveList], error) {
	list, err := s.cases.Moves(ctx, x.By, x.id)
	if err != nil {
		return out[api.MoveList]{}, err
	}
	list, end := cut(x.page, list, func(m casework.MoveView) string { return string(m.Move) })
	return reply(api.MoveList{Paged: end, Items: each(list, func(m casework.MoveView) api.Move {
		return api.Move{
			Move: string(m.Move), Href: incidents + "/" + x.id + "/" + m.Move.Path(), Allowed: m.Allowed,
			Reasons: reasonsOf(m.Reasons, x.lang),
		}
	})}, nil)
}

// triage classifies a reported case.
//
// @Summary   Phân loại · Triage
// @Tags      moves
// @Param     body  body      api.Triage  true  "Kết quả phân loại · The triage"
// @Success   200   {object}  api.Incident
// @Router    /api/v1/incidents/{id}/triage [post]
func (s *Server) triage(ctx context.Context, x in[none, api.Triage]) (out[api.Incident], error) {
	b := x.body
	return caseReply(s.cases.Triage(ctx, x.Call, x.id, incident.Triage{
		Category: b.Category, CategoryVN: b.CategoryVN, Severity: incident.Severity(b.Severity),
		Natures: named[incident.Nature](b.Natures), Facts: b.Facts, AssigneeID: b.AssigneeID, Note: b.Note,
		ViolationFoundAt: momentOf(b.ViolationFoundAt),
	}))
}

// respond starts the work.
//
// @Summary   Bắt đầu xử lý · Start the work
// @Tags      moves
// @Param     body  body      api.Respond  false  "Ghi chú · A note"
// @Success   200   {object}  api.Incident
// @Router    /api/v1/incidents/{id}/respond [post]
func (s *Server) respond(ctx context.Context, x in[none, api.Respond]) (out[api.Incident], error) {
	return caseReply(s.cases.Respond(ctx, x.Call, x.id, x.body.Note))
}

// escalate asks the police or the military.
//
// @Summary   Đề nghị công an, quân sự phối hợp · Ask the police or the military
// @Description Cần ít nhất một đề nghị gửi Công an tỉnh hoặc Bộ Chỉ huy Quân sự tỉnh. · At least one request to the police or the military.
// @Tags      moves
// @Param     body  body      api.Escalate  true  "Lý do và các đề nghị · The reason and the requests"
// @Success   200   {object}  api.Incident
// @Router    /api/v1/incidents/{id}/escalate [post]
func (s *Server) escalate(ctx context.Context, x in[none, api.Escalate]) (out[api.Incident], error) {
	return caseReply(s.cases.Escalate(ctx, x.Call, x.id, x.body.Reason, each(x.body.Handovers, newHandover)))
}

// notifyNational asks for help at the national level.
//
// @Summary   Đề nghị hỗ trợ cấp quốc gia · Ask the national coordinator for help
// @Tags      moves
// @Param     body  body      api.NotifyNational  true  "Lý do và nơi nhận · The reason and the addressee"
// @Success   200   {object}  api.Incident
// @Router    /api/v1/incidents/{id}/notify-national [post]
func (s *Server) notifyNational(ctx context.Context, x in[none, api.NotifyNational]) (out[api.Incident], error) {
	return caseReply(s.cases.NotifyNational(ctx, x.Call, x.id, x.body.Reason, x.body.ToAgencyID))
}

// standDown lowers the alert.
//
// @Summary   Hạ mức ứng cứu · Stand down
// @Tags      moves
// @Param     body  body      api.StandDown  true  "Lý do · The reason"
// @Success   200   {object}  api.Incident
// @Router    /api/v1/incidents/{id}/stand-down [post]
func (s *Server) standDown(ctx context.Context, x in[none, api.StandDown]) (out[api.Incident], error) {
	return caseReply(s.cases.StandDown(ctx, x.Call, x.id, x.body.Reason))
}

// resolve ends the technical work.
//
// @Summary   Khắc phục xong · Resolve
// @Tags      moves
// @Param     body  body      api.Resolve  true  "Kết quả · The result"
// @Success   200   {object}  api.Incident
// @Router    /api/v1/incidents/{id}/resolve [post]
func (s *Server) resolve(ctx context.Context, x in[none, api.Resolve]) (out[api.Incident], error) {
	return caseReply(s.cases.Resolve(ctx, x.Call, x.id, incident.Resolve(x.body)))
}

// closeCase ends the case.
//
// @Summary   Kết thúc hồ sơ · Close
// @Description Chỉ khi không còn điều kiện nào thiếu; 409 nêu từng điều còn thiếu. · Only while nothing is missing; 409 names each missing thing.
// @Tags      moves
// @Param     body  body      api.Close  true  "Bài học · The lessons"
// @Success   200   {object}  api.Incident
// @Router    /api/v1/incidents/{id}/close [post]
func (s *Server) closeCase(ctx context.Context, x in[none, api.Close]) (out[api.Incident], error) {
	return caseReply(s.cases.Close(ctx, x.Call, x.id, x.body.Lessons))
}

// reject refuses the case.
//
// @Summary   Không thụ lý · Reject
// @Tags      moves
// @Param     body  body      api.Reject  true  "Lý do · The reason"
// @Success   200   {object}  api.Incident
// @Router    /api/v1/incidents/{id}/reject [post]
func (s *Server) reject(ctx context.Context, x in[none, api.Reject]) (out[api.Incident], error) {
	return caseReply(s.cases.Reject(ctx, x.Call, x.id, x.body.Reason, x.body.Note))
}

// reopen takes an ended case up again.
//
// @Summary   Mở lại hồ sơ · Reopen
// @Tags      moves
// @Param     body  body      api.Reopen  true  "Lý do · The reason"
// @Success   200   {object}  api.Incident
// @Router    /api/v1/incidents/{id}/reopen [post]
func (s *Server) reopen(ctx context.Context, x in[none, api.Reopen]) (out[api.Incident], error) {
	return caseReply(s.cases.Reopen(ctx, x.Call, x.id, x.body.Reason))
}
