package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
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
	if err != nil {
		return out[api.NationalReportList]{}, err
	}
	list, end := cut(x.page, list, func(r incident.NationalReport) string { return r.ID })
	missing, err := s.cases.Missing(ctx, list...)
	return reply(api.NationalReportList{Items: each(list, func(r incident.NationalReport) api.NationalReport {
		return nationalReportView(r, missing[r.ID], x.lang)
	}), Paged: end}, err)
}

// fileNationalReport makes the draft of a report.
//
// @Summary   Lập bản thảo báo cáo, thông báo cấp quốc gia · Make the draft of a national report
// @Description Theo biểu mẫu của ngày lập, điền sẵn từ hồ sơ; missing nêu những gì còn thiếu để gửi. help_request chỉ lập sau notify-national. · On the form of the day, filled in from the incident; missing says what it lacks to be sent. A help_request follows notify-national.
// @Tags      national-reports
// @Param     body  body      api.NewNationalReport  true  "Loại, nơi nhận, các mục · Kind, addressee, fields"
// @Success   201   {object}  api.NationalReport
// @Router    /api/v1/incidents/{id}/national-reports [post]
func (s *Server) fileNationalReport(ctx context.Context, x in[none, api.NewNationalReport]) (out[api.NationalReport], error) {
	r, err := s.cases.FileNationalReport(ctx, x.Call, x.id, casework.NewNationalReport{
		Kind: incident.ReportKind(x.body.Kind), ToAgencyID: x.body.ToAgencyID, Fields: x.body.Fields,
		InitialReportID: x.body.InitialReportID, KeepSecret: x.body.KeepSecret,
	})
	answer, err := s.reportReply(ctx, r, err, x.lang)
	answer.location = incidents + "/" + x.id + "/national-reports/" + r.ID
	return answer, err
}

// nationalReport reads one report.
//
// @Summary   Đọc một báo cáo cấp quốc gia · Read a national report
// @Tags      national-reports
// @Success   200  {object}  api.NationalReport
// @Router    /api/v1/incidents/{id}/national-reports/{rid} [get]
func (s *Server) nationalReport(ctx context.Context, x in[none, none]) (out[api.NationalReport], error) {
	r, err := s.cases.NationalReport(ctx, x.By, x.id, x.sub)
	return s.reportReply(ctx, r, err, x.lang)
}

// changeNationalReport changes a draft.
//
// @Summary   Sửa bản thảo báo cáo · Change a draft
// @Description Chỉ khi chưa gửi. Mục gửi null được bỏ trống. · Before it is sent. A field that is null is emptied.
// @Tags      national-reports
// @Param     body  body      api.NationalReportPatch  true  "JSON Merge Patch"
// @Success   200   {object}  api.NationalReport
// @Router    /api/v1/incidents/{id}/national-reports/{rid} [patch]
func (s *Server) changeNationalReport(ctx context.Context, x in[none, api.NationalReportPatch]) (out[api.NationalReport], error) {
	r, err := s.cases.ChangeNationalReport(ctx, x.Call, x.id, x.sub, x.body)
	return s.reportReply(ctx, r, err, x.lang)
}

// withdrawNationalReport takes a draft back.
//
// @Summary   Rút bản thảo báo cáo · Withdraw a draft
// @Description Bản thảo đề nghị hỗ trợ (help_request) chỉ lãnh đạo đội được rút. · That of a request for help is taken back by a team lead alone.
// @Tags      national-reports
// @Param     body  body      api.WithdrawNationalReport  true  "Lý do · Why"
// @Success   200   {object}  api.NationalReport
// @Router    /api/v1/incidents/{id}/national-reports/{rid}/withdraw [post]
func (s *Server) withdrawNationalReport(ctx context.Context, x in[none, api.WithdrawNationalReport]) (out[api.NationalReport], error) {
	r, err := s.cases.WithdrawNationalReport(ctx, x.Call, x.id, x.sub, x.body.Reason)
	return s.reportReply(ctx, r, err, x.lang)
}

// reportForms lists the forms of reports.
//
// @Summary   Biểu mẫu báo cáo cấp quốc gia đang áp dụng · Forms of national reports in force
// @Description Theo ngày lập báo cáo (mặc định hôm nay). · By the day on which the report is made (today when not given).
// @Tags      national-reports
// @Param     filter  query     api.ReportFormFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.ReportFormList
// @Router    /api/v1/report-forms [get]
func (s *Server) reportForms(_ context.Context, x in[api.ReportFormFilter, none]) (out[api.ReportFormList], error) {
	list, end := cut(x.page, s.cases.Forms(x.query.Kind, orElse(x.query.On, today(x.At))), func(f regulation.Form) string { return f.ID })
	return reply(api.ReportFormList{Items: each(list, reportFormView), Paged: end}, nil)
}

func reportFormView(f regulation.Form) api.ReportForm {
	return api.ReportForm{
		ID: f.ID, Kind: f.Kind, From: f.From, To: orNull(f.To), Title: f.Title.VI, TitleEN: f.Title.EN,
		Instrument: f.Instrument, Clause: f.Clause, Confidence: f.Confidence, Note: orNull(f.Note), Signer: f.Signer, Initial: f.Initial,
		Fields: each(f.Fields, func(x regulation.FormField) api.ReportFormField {
			return api.ReportFormField{
				Name: x.Name, Title: x.Title.VI, TitleEN: x.Title.EN, Type: x.Type, Mandatory: x.Mandatory, FromCase: orNull(x.From), Note: orNull(x.Note),
				Choices: each(x.Choices, func(c regulation.Choice) api.ReportFormChoice {
					return api.ReportFormChoice{Value: c.Value, Title: c.Title.VI, TitleEN: c.Title.EN}
				}),
			}
		}),
	}
}

// sendNationalReport says that a report went out.
//
// @Summary   Ghi nhận đã gửi · Mark as sent
// @Description Biểu mẫu phải đủ mục bắt buộc; báo cáo phải có người ký; báo cáo kết thúc phải dẫn chiếu báo cáo ban đầu đã gửi: xem missing của bản thảo. Kênh email gửi thư ngay; đã gửi bằng cách khác thì at là lúc đã gửi, và tính đúng hạn theo lúc đó. · The form must be complete, a report signed, a final one must name an initial one that was sent: see missing of the draft. The channel email sends it now; of what went out otherwise at is when, and by that it is in time.
// @Tags      national-reports
// @Param     body  body      api.SendReport  true  "Gửi bằng kênh nào, văn bản nào · By which channel and document"
// @Success   200   {object}  api.NationalReport
// @Router    /api/v1/incidents/{id}/national-reports/{rid}/send [post]
func (s *Server) sendNationalReport(ctx context.Context, x in[none, api.SendReport]) (out[api.NationalReport], error) {
	r, err := s.cases.SendNationalReport(ctx, x.Call, x.id, x.sub, incident.Send{
		Channel: incident.Channel(x.body.Channel), Document: documentOf(x.body.Document), Note: x.body.Note,
		At: momentOf(x.body.At),
	})
	return s.reportReply(ctx, r, err, x.lang)
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
	return s.reportReply(ctx, r, err, x.lang)
}

// reportReply answers with one report, and what it still lacks.
func (s *Server) reportReply(ctx context.Context, r incident.NationalReport, err error, lang string) (out[api.NationalReport], error) {
	if err != nil {
		return out[api.NationalReport]{}, err
	}
	missing, err := s.cases.Missing(ctx, r)
	return out[api.NationalReport]{body: nationalReportView(r, missing[r.ID], lang), version: r.Version}, err
}

func nationalReportView(r incident.NationalReport, missing []fault.Field, lang string) api.NationalReport {
	if r.Fields == nil {
		r.Fields = map[string]any{}
	}
	return api.NationalReport{
		ID: r.ID, IncidentID: r.IncidentID, Version: r.Version, Kind: string(r.Kind), Status: string(r.Status),
		ToAgencyID: r.ToAgencyID, Reason: r.Reason, Form: orNull(r.Form), FormFrom: orNull(r.FormFrom), Fields: r.Fields,
		InitialReportID: r.InitialReportID, KeepSecret: r.KeepSecret, CreatedBy: r.CreatedByID, CreatedAt: stamp(r.CreatedAt),
		SentAt: stampOf(r.SentAt), SentBy: orNull(r.SentByID), Channel: orNull(string(r.Channel)),
		Document: documentView(r.Document), AcknowledgedAt: stampOf(r.AcknowledgedAt), AcknowledgedBy: orNull(r.AcknowledgedBy),
		Reference: orNull(r.Reference), Recorded: r.Recorded, UpdatedAt: stamp(r.UpdatedAt),
		Missing: each(missing, fieldErrorIn(lang)),
	}
}
