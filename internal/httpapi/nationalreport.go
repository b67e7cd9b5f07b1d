package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// nationalReports lists the national reports of a case.
//
// @Summary   Báo cáo, đề nghị cấp quốc gia · National reports of an incident
// @Tags      national-reports
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.NationalReportList
// @Router    /api/v1/incidents/{id}/national-reports [get]
func (s *Server) nationalReports(ctx context.Context, x in[api.Paging, none]) (out[api.NationalReportList], error) {
	list, err := s.cases.NationalReports(ctx, x.By, x.id)
	list, end := cut(x.page, list, func(r incident.NationalReport) string { return r.ID })
	return reply(api.NationalReportList{Items: each(list, nationalReportView), Paged: end}, err)
}

// sendNationalReport says that a report went out.
//
// @Summary   Ghi nhận đã gửi · Mark as sent
// @Tags      national-reports
// @Param     body  body      api.SendReport  true  "Gửi bằng kênh nào, văn bản nào · By which channel and document"
// @Success   200   {object}  api.NationalReport
// @Router    /api/v1/incidents/{id}/national-reports/{rid}/send [post]
func (s *Server) sendNationalReport(ctx context.Context, x in[none, api.SendReport]) (out[api.NationalReport], error) {
	r, err := s.cases.SendNationalReport(ctx, x.Call, x.id, x.sub, incident.Send{
		Channel: incident.Channel(x.body.Channel), Document: documentOf(x.body.Document), Note: x.body.Note,
	})
	return out[api.NationalReport]{body: nationalReportView(r), version: r.Version}, err
}

// acknowledgeNationalReport says who confirmed receipt.
//
// @Summary   Ghi nhận nơi nhận đã tiếp nhận · Acknowledge receipt
// @Tags      national-reports
// @Param     body  body      api.AcknowledgeReport  false  "Ai xác nhận, lúc nào · Who confirmed, and when"
// @Success   200   {object}  api.NationalReport
// @Router    /api/v1/incidents/{id}/national-reports/{rid}/acknowledge [post]
func (s *Server) acknowledgeNationalReport(ctx context.Context, x in[none, api.AcknowledgeReport]) (out[api.NationalReport], error) {
	r, err := s.cases.AcknowledgeNationalReport(ctx, x.Call, x.id, x.sub, casework.AckReport{
		OfficerName: x.body.OfficerName, Reference: x.body.Reference, At: momentOf(x.body.At),
		Channel: incident.Channel(x.body.Channel), Document: documentIf(x.body.Document),
	})
	return out[api.NationalReport]{body: nationalReportView(r), version: r.Version}, err
}

func nationalReportView(r incident.NationalReport) api.NationalReport {
	return api.NationalReport{
		ID: r.ID, IncidentID: r.IncidentID, Version: r.Version, Kind: string(r.Kind), Status: string(r.Status),
		ToAgencyID: r.ToAgencyID, Reason: r.Reason, CreatedBy: r.CreatedByID, CreatedAt: stamp(r.CreatedAt),
		SentAt: stampOf(r.SentAt), SentBy: orNull(r.SentByID), Channel: orNull(string(r.Channel)),
		Document: documentView(r.Document), AcknowledgedAt: stampOf(r.AcknowledgedAt), AcknowledgedBy: orNull(r.AcknowledgedBy),
		Reference: orNull(r.Reference), Recorded: r.Recorded, UpdatedAt: stamp(r.UpdatedAt),
	}
}
