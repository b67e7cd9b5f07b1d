package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// merge ends the case in another.
//
// @Summary   Gộp hồ sơ · Merge into another case
// @Description Thông báo, đề nghị đang chạy, báo cáo quốc gia chưa được xác nhận và nghĩa vụ chuyển sang hồ sơ nhận gộp; nhãn TLP và chế độ hạn chế chặt hơn được áp dụng. Đơn vị báo cáo đọc được lý do. · Running handovers, national reports not yet acknowledged and duties move to the target; the stricter TLP, restriction and confidentiality win. The reporting agency reads the reason.
// @Tags      moves
// @Param     body  body      api.Merge  true  "Hồ sơ nhận gộp và lý do · The target and the reason"
// @Success   200   {object}  api.Incident
// @Router    /api/v1/incidents/{id}/merge [post]
func (s *Server) merge(ctx context.Context, x in[none, api.Merge]) (out[api.Incident], error) {
	return caseReply(s.cases.Merge(ctx, x.Call, x.id, x.body.IntoID, x.body.Reason))
}

// withdrawReport takes a report back.
//
// @Summary   Rút báo cáo · Withdraw a report
// @Description Chỉ đơn vị đã báo cáo, trước khi phân loại. Hồ sơ chuyển sang rejected. · Only the agency that reported, before triage. The case becomes rejected.
// @Tags      moves
// @Param     body  body      api.WithdrawReport  true  "Lý do · The reason"
// @Success   200   {object}  api.Incident
// @Router    /api/v1/incidents/{id}/withdraw [post]
func (s *Server) withdrawReport(ctx context.Context, x in[none, api.WithdrawReport]) (out[api.Incident], error) {
	return caseReply(s.cases.WithdrawReport(ctx, x.Call, x.id, x.body.Reason))
}
