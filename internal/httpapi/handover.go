package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// askHandover asks, or tells, another agency.
//
// @Summary   Gửi thông báo, đề nghị · Ask another agency
// @Description from_agency_id chỉ dùng khi nhập văn bản giấy gửi đến. · from_agency_id only to enter a request that came on paper.
// @Tags      handovers
// @Param     body  body      api.NewHandover  true  "Nội dung · What is asked"
// @Success   201   {object}  api.Handover
// @Router    /api/v1/incidents/{id}/handovers [post]
func (s *Server) askHandover(ctx context.Context, x in[none, api.NewHandover]) (out[api.Handover], error) {
	o, err := handoverReply(s.cases.AskHandover(ctx, x.Call, x.id, newHandover(x.body)))
	if err == nil {
		o.location = incidents + "/" + x.id + "/handovers/" + o.body.ID
	}
	return o, err
}

// caseHandovers lists the handovers of a case.
//
// @Summary   Thông báo, đề nghị của hồ sơ · Handovers of an incident
// @Tags      handovers
// @Param     filter  query     api.CaseHandoverFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.HandoverList
// @Router    /api/v1/incidents/{id}/handovers [get]
func (s *Server) caseHandovers(ctx context.Context, x in[api.CaseHandoverFilter, none]) (out[api.HandoverList], error) {
	return handoverList(ctx, s.cases.CaseHandovers, x.Call, x.page, casework.HandoverFilter{
		IncidentID: x.id, Status: x.query.Status, Kind: x.query.Kind, Direction: x.query.Direction,
		DueBefore: momentOf(&x.query.DueBefore),
	})
}

// handovers is the inbox and outbox of the caller's agency.
//
// @Summary   Hộp đến, hộp đi của cơ quan · Inbox and outbox of my agency
// @Tags      handovers
// @Param     filter  query     api.HandoverFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.HandoverList
// @Router    /api/v1/handovers [get]
func (s *Server) handovers(ctx context.Context, x in[api.HandoverFilter, none]) (out[api.HandoverList], error) {
	return handoverList(ctx, s.cases.Handovers, x.Call, x.page, casework.HandoverFilter{
		IncidentID: x.query.IncidentID, Status: x.query.Status, Kind: x.query.Kind, Direction: x.query.Direction,
		DueBefore: momentOf(&x.query.DueBefore),
	})
}

func handoverList(ctx context.Context,
	read func(context.Context, policy.Actor, casework.HandoverFilter) (casework.Page[casework.HandoverView], error),
	c casework.Call, p page, f casework.HandoverFilter) (out[api.HandoverList], error) {
	items, end, err := keyset(p, func(after *store.Position, limit int) (casework.Page[casework.HandoverView], error) {
		f.After, f.Limit = after, limit
		return read(ctx, c.By, f)
	})
	return reply(api.HandoverList{Items: each(items, handoverView), Paged: end}, err)
}

// handover reads one handover.
//
// @Summary   Đọc một thông báo, đề nghị · Read a handover
// @Tags      handovers
// @Success   200  {object}  api.Handover
// @Router    /api/v1/incidents/{id}/handovers/{hid} [get]
func (s *Server) handover(ctx context.Context, x in[none, none]) (out[api.Handover], error) {
	return handoverReply(s.cases.Handover(ctx, x.By, x.id, x.sub))
}

// acknowledge confirms receipt.
//
// @Summary   Xác nhận tiếp nhận · Acknowledge
// @Tags      handovers
// @Param     body  body      api.Acknowledge  false  "Ghi chú · A note"
// @Success   200   {object}  api.Handover
// @Router    /api/v1/incidents/{id}/handovers/{hid}/acknowledge [post]
func (s *Server) acknowledge(ctx context.Context, x in[none, api.Acknowledge]) (out[api.Handover], error) {
	return handoverReply(s.cases.Acknowledge(ctx, x.Call, x.id, x.sub, x.body.Note))
}

// accept agrees, wholly or partly.
//
// @Summary   Đồng ý · Accept
// @Tags      handovers
// @Param     body  body      api.Accept  false  "Trả lời · The answer"
// @Success   200   {object}  api.Handover
// @Router    /api/v1/incidents/{id}/handovers/{hid}/accept [post]
func (s *Server) accept(ctx context.Context, x in[none, api.Accept]) (out[api.Handover], error) {
	return handoverReply(s.cases.Accept(ctx, x.Call, x.id, x.sub, incident.Answer(x.body)))
}

// decline refuses.
//
// @Summary   Từ chối · Decline
// @Tags      handovers
// @Param     body  body      api.Decline  true  "Lý do · The reason"
// @Success   200   {object}  api.Handover
// @Router    /api/v1/incidents/{id}/handovers/{hid}/decline [post]
func (s *Server) decline(ctx context.Context, x in[none, api.Decline]) (out[api.Handover], error) {
	return handoverReply(s.cases.Decline(ctx, x.Call, x.id, x.sub, x.body.Reason))
}

// complete ends what was accepted.
//
// @Summary   Hoàn thành · Complete
// @Tags      handovers
// @Param     body  body      api.Complete  true  "Kết quả · The outcome"
// @Success   200   {object}  api.Handover
// @Router    /api/v1/incidents/{id}/handovers/{hid}/complete [post]
func (s *Server) complete(ctx context.Context, x in[none, api.Complete]) (out[api.Handover], error) {
	return handoverReply(s.cases.Complete(ctx, x.Call, x.id, x.sub, x.body.Outcome))
}

// withdraw takes an unanswered handover back.
//
// @Summary   Rút · Withdraw
// @Tags      handovers
// @Param     body  body      api.Withdraw  true  "Lý do · The reason"
// @Success   200   {object}  api.Handover
// @Router    /api/v1/incidents/{id}/handovers/{hid}/withdraw [post]
func (s *Server) withdraw(ctx context.Context, x in[none, api.Withdraw]) (out[api.Handover], error) {
	return handoverReply(s.cases.Withdraw(ctx, x.Call, x.id, x.sub, x.body.Reason))
}

// release frees the addressee from what it accepted.
//
// @Summary   Thôi yêu cầu · Release
// @Tags      handovers
// @Param     body  body      api.Release  true  "Lý do · The reason"
// @Success   200   {object}  api.Handover
// @Router    /api/v1/incidents/{id}/handovers/{hid}/release [post]
func (s *Server) release(ctx context.Context, x in[none, api.Release]) (out[api.Handover], error) {
	return handoverReply(s.cases.Release(ctx, x.Call, x.id, x.sub, x.body.Reason))
}

// record enters a step for a partner.
//
// @Summary   Ghi nhận thay cho đối tác · Record a partner's step
// @Description Cho đối tác trả lời bằng văn bản, điện thoại, fax hoặc trực tiếp; bên nhận được phản đối. · For a partner who answered by letter, phone, fax or in person; the addressee may contest it.
// @Tags      handovers
// @Param     body  body      api.Record  true  "Bước và người trả lời · The step and who took it"
// @Success   200   {object}  api.Handover
// @Router    /api/v1/incidents/{id}/handovers/{hid}/record [post]
func (s *Server) record(ctx context.Context, x in[none, api.Record]) (out[api.Handover], error) {
	b := x.body
	return handoverReply(s.cases.Record(ctx, x.Call, x.id, x.sub, casework.RecordStep{
		Step: b.Step, OfficerName: b.OfficerName, OfficerPosition: b.OfficerPosition, At: moment(b.At),
		Channel: incident.Channel(b.Channel), Document: documentIf(b.Document), Partly: b.Partly, Reason: b.Reason,
		Resources: b.Resources, LiaisonContact: b.LiaisonContact, Outcome: b.Outcome,
	}))
}

// contest objects to a recorded answer.
//
// @Summary   Phản đối câu trả lời được ghi nhận · Contest a recorded answer
// @Tags      handovers
// @Param     body  body      api.Contest  true  "Lý do · The reason"
// @Success   200   {object}  api.Handover
// @Router    /api/v1/incidents/{id}/handovers/{hid}/contest [post]
func (s *Server) contest(ctx context.Context, x in[none, api.Contest]) (out[api.Handover], error) {
	return handoverReply(s.cases.Contest(ctx, x.Call, x.id, x.sub, x.body.Reason))
}

func handoverReply(v casework.HandoverView, err error) (out[api.Handover], error) {
	if err != nil {
		return out[api.Handover]{}, err
	}
	return out[api.Handover]{body: handoverView(v), version: v.Version}, nil
}

func newHandover(b api.NewHandover) casework.NewHandover {
	return casework.NewHandover{
		ToAgencyID: b.ToAgencyID, FromAgencyID: b.FromAgencyID, Kind: incident.HandoverKind(b.Kind), Message: b.Message,
		Channel: incident.Channel(orElse(b.Channel, string(incident.ChannelAPI))),
		Urgency: incident.Urgency(orElse(b.Urgency, string(incident.Normal))), Document: documentOf(b.Document),
		RequestedResources: b.RequestedResources, DueAt: momentOf(b.DueAt), TransfersLead: b.TransfersLead,
	}
}

func documentOf(d *api.Document) incident.Document {
	if d == nil {
		return incident.Document{}
	}
	out := incident.Document{Number: d.Number, Symbol: d.Symbol, Subject: d.Subject, SignerName: d.SignerName, SignerPosition: d.SignerPosition, Secrecy: d.Secrecy}
	if d.IssuedOn != nil {
		out.IssuedOn = *d.IssuedOn
	}
	return out
}

func documentIf(d *api.Document) *incident.Document {
	if d == nil {
		return nil
	}
	out := documentOf(d)
	return &out
}

// documentView is a document, null where there is none.
func documentView(d incident.Document) *api.Document {
	if d == (incident.Document{}) {
		return nil
	}
	return &api.Document{
		Number: d.Number, Symbol: d.Symbol, IssuedOn: orNull(d.IssuedOn), Subject: d.Subject,
		SignerName: d.SignerName, SignerPosition: d.SignerPosition,
	}
}

func handoverView(v casework.HandoverView) api.Handover {
	h := v.Handover
	out := api.Handover{
		ID: h.ID, IncidentID: h.IncidentID, Version: h.Version, Kind: string(h.Kind), Status: string(h.Status),
		FromAgencyID: h.FromAgencyID, ToAgencyID: h.ToAgencyID, Channel: string(h.Channel), Urgency: string(h.Urgency),
		TransfersLead: h.TransfersLead, Message: &h.Message, RequestedResources: orNull(h.RequestedResources),
		AcknowledgeBy: stampOf(h.AcknowledgeBy), DueAt: stampOf(h.DueAt), RequestedAt: stamp(h.RequestedAt),
		RequestedBy: h.RequestedByID, AcknowledgedAt: stampOf(h.AcknowledgedAt), AcknowledgedBy: orNull(h.AcknowledgedBy),
		AnsweredAt: stampOf(h.AnsweredAt), Recorded: h.Recorded, ContestedAt: stampOf(h.ContestedAt),
		ContestReason: orNull(h.ContestReason), EndReason: orNull(h.EndReason), CompletedAt: stampOf(h.CompletedAt),
		EndedAt: stampOf(h.EndedAt), Outcome: orNull(h.Outcome), WithoutText: v.WithoutText,
		CreatedAt: stamp(h.CreatedAt), UpdatedAt: stamp(h.UpdatedAt),
	}
	if d := documentView(h.Document); d != nil {
		out.Document = &api.DocumentView{
			Number: d.Number, Symbol: d.Symbol, IssuedOn: d.IssuedOn, Subject: &d.Subject,
			SignerName: d.SignerName, SignerPosition: d.SignerPosition,
		}
	}
	if h.AnsweredAt != nil {
		a := api.HandoverAnswer(h.Answer)
		out.Answer = &a
	}
	if r := h.Record; r != nil {
		out.Record = &api.HandoverRecord{
			Step: r.Step, OfficerName: r.OfficerName, OfficerPosition: r.OfficerPosition, At: stamp(r.At),
			Channel: string(r.Channel), RecordedBy: r.RecordedByID,
		}
		if r.Document != nil {
			out.Record.Document = documentView(*r.Document)
		}
	}
	if v.WithoutText {
		leaveText(&out)
	}
	return out
}

// leaveText takes out what was written, for leaders, who see that a handover runs and how
// far it is.
func leaveText(h *api.Handover) {
	h.Message, h.RequestedResources, h.Answer, h.Outcome = nil, nil, nil, nil
	h.ContestReason, h.EndReason = nil, nil
	if h.Document != nil {
		h.Document.Subject = nil
	}
	if h.Record != nil {
		h.Record.Document = nil
	}
}
