package httpapi

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// caseObligations lists the obligations of a case.
//
// @Summary   Nghĩa vụ của hồ sơ · Obligations of an incident
// @Description Việc chưa thực hiện đến hạn sớm nhất đứng đầu. Lãnh đạo chỉ thấy số lượng (counts). · What is pending and due soonest comes first. Leaders see how many there are (counts).
// @Tags      obligations
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.ObligationList
// @Router    /api/v1/incidents/{id}/obligations [get]
func (s *Server) caseObligations(ctx context.Context, x in[api.Paging, none]) (out[api.ObligationList], error) {
	list, counts, err := s.cases.Obligations(ctx, x.By, x.id)
	if err != nil {
		return out[api.ObligationList]{}, err
	}
	list, end := cut(x.page, list, func(d incident.Duty) string { return d.ID })
	view, err := s.obligationView(ctx, x.At, x.By, list...)
	if err != nil {
		return out[api.ObligationList]{}, err
	}
	body := api.ObligationList{Items: each(list, view), Paged: end}
	if counts != nil {
		body.Counts = map[string]int{}
		for status, n := range counts {
			body.Counts[string(status)] = n
		}
	}
	return reply(body, nil)
}

// obligations lists the obligations in sight.
//
// @Summary   Nghĩa vụ trên mọi hồ sơ được xem · Obligations of every incident in sight
// @Description Việc đến hạn sớm nhất đứng đầu; việc phải làm ngay đứng theo lúc đơn vị có nghĩa vụ biết sự việc. Danh sách việc cần làm: status=pending. basis tìm theo văn bản và điều khoản. · What is due first comes first, what must be done at once by when its debtor learned. What is to be done: status=pending. basis looks for an instrument and clause.
// @Tags      obligations
// @Param     filter  query     api.ObligationFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.ObligationList
// @Router    /api/v1/obligations [get]
func (s *Server) obligations(ctx context.Context, x in[api.ObligationFilter, none]) (out[api.ObligationList], error) {
	f := x.query
	items, end, err := keyset(x.page, func(after *store.Position, limit int) (casework.Page[incident.Duty], error) {
		return s.cases.ListObligations(ctx, x.By, casework.DutyFilter{
			Status: f.Status, Overdue: f.Overdue, DueBefore: momentOf(&f.DueBefore), Rule: f.Rule, OwedByID: f.OwedBy,
			Late: f.Late, DueAfter: momentOf(&f.DueAfter), AgencyID: f.AgencyID, ToID: f.To, Basis: f.Basis, OfCase: f.Case, Exercise: f.Exercise,
			ByDue: f.Sort != "started_at", After: after, Limit: limit, Now: x.At,
		})
	})
	if err != nil {
		return out[api.ObligationList]{}, err
	}
	view, err := s.obligationView(ctx, x.At, x.By, items...)
	if err != nil {
		return out[api.ObligationList]{}, err
	}
	return reply(api.ObligationList{Items: each(items, view), Paged: end}, nil)
}

// fulfil fulfils an obligation by hand.
//
// @Summary   Ghi nhận đã thực hiện nghĩa vụ · Fulfil an obligation
// @Description Khi không có bàn giao hay báo cáo nào trên hệ thống thực hiện nghĩa vụ đó. Đội ghi nhận thay mọi cơ quan; at là lúc đã thực hiện, có thể trước khi Đội biết. Ghi nhận nhầm thì lãnh đạo đội mở lại (reopen). · Where no handover or report on the desk does it. The team enters what any agency did; at is when it was done, also before the team learned. A team lead takes back what was entered by mistake (reopen).
// @Tags      obligations
// @Param     body  body      api.Fulfil  true  "Thực hiện lúc nào, bằng kênh nào · When and by which channel"
// @Success   200   {object}  api.Obligation
// @Router    /api/v1/obligations/{oid}/fulfil [post]
// @Router    /api/v1/incidents/{id}/obligations/{oid}/fulfil [post]
func (s *Server) fulfil(ctx context.Context, x in[none, api.Fulfil]) (out[api.Obligation], error) {
	d, err := s.cases.FulfilObligation(ctx, x.Call, x.id, x.sub, incident.Fulfil{
		At: moment(x.body.At), Channel: incident.Channel(x.body.Channel), Document: documentOf(x.body.Document), Note: x.body.Note,
	})
	return s.obligationReply(ctx, x.At, x.By, d, err)
}

// waive frees from an obligation.
//
// @Summary   Miễn nghĩa vụ · Waive an obligation
// @Description Người miễn không được tự kết thúc hồ sơ. · Whoever waives may not close the incident.
// @Tags      obligations
// @Param     body  body      api.Waive  true  "Lý do · The reason"
// @Success   200   {object}  api.Obligation
// @Router    /api/v1/obligations/{oid}/waive [post]
// @Router    /api/v1/incidents/{id}/obligations/{oid}/waive [post]
func (s *Server) waive(ctx context.Context, x in[none, api.Waive]) (out[api.Obligation], error) {
	d, err := s.cases.WaiveObligation(ctx, x.Call, x.id, x.sub, x.body.Reason)
	return s.obligationReply(ctx, x.At, x.By, d, err)
}

// reopenObligation takes back a fulfilment by hand, or a waiver.
//
// @Summary   Mở lại nghĩa vụ đã ghi nhận nhầm hoặc đã miễn · Reopen an obligation
// @Description Nghĩa vụ được ghi nhận bằng tay, hoặc được miễn, trở lại chưa thực hiện với thời hạn cũ: đã quá hạn thì quá hạn ngay. Lần ghi nhận trước vẫn còn trong dòng thời gian. Nghĩa vụ do bàn giao hay báo cáo thực hiện thì không mở lại được; hồ sơ đã kết thúc phải mở lại trước. Nếu trên hệ thống đã có bàn giao hay báo cáo thực hiện nghĩa vụ đó, nghĩa vụ được ghi nhận theo đó ngay: xem status trong trả lời. · What was fulfilled by hand, or waived, is pending again with its old due time: overdue at once where that has passed. The entry stays in the timeline. What a handover or report fulfilled cannot be reopened, and of a closed incident nothing. Where a handover or report on the desk fulfils it, it is fulfilled by that at once: read status in the answer.
// @Tags      obligations
// @Param     body  body      api.ReopenObligation  true  "Lý do · The reason"
// @Success   200   {object}  api.Obligation
// @Router    /api/v1/obligations/{oid}/reopen [post]
// @Router    /api/v1/incidents/{id}/obligations/{oid}/reopen [post]
func (s *Server) reopenObligation(ctx context.Context, x in[none, api.ReopenObligation]) (out[api.Obligation], error) {
	d, err := s.cases.ReopenObligation(ctx, x.Call, x.id, x.sub, x.body.Reason)
	return s.obligationReply(ctx, x.At, x.By, d, err)
}

func (s *Server) obligationReply(ctx context.Context, now time.Time, by policy.Actor, d incident.Duty, err error) (out[api.Obligation], error) {
	if err != nil {
		return out[api.Obligation]{}, err
	}
	view, err := s.obligationView(ctx, now, by, d)
	if err != nil {
		return out[api.Obligation]{}, err
	}
	return reply(view(d), nil)
}

// obligationView is how duties of the list are shown, with the names that go with them.
func (s *Server) obligationView(ctx context.Context, now time.Time, by policy.Actor, list ...incident.Duty) (func(incident.Duty) api.Obligation, error) {
	whole := by.InTeam() || by.Has(policy.Auditor)
	words, err := s.cases.DutyWords(ctx, now, list...)
	named := func(names map[string]string, id *string) *string {
		if id == nil {
			return nil
		}
		return orNull(names[*id])
	}
	return func(d incident.Duty) api.Obligation {
		var because map[string]any // tells more of the case than the duty
		if whole && json.Unmarshal([]byte(d.Because), &because) != nil {
			because = nil
		}
		return api.Obligation{
			ID: d.ID, IncidentID: d.IncidentID, Rule: d.Rule, Basis: d.Basis, Title: d.Title, OwedBy: d.OwedByID,
			To: d.ToAgencyID, ToRole: d.ToRole, Status: string(d.Status), Immediate: d.Immediate,
			StartedAt: stamp(d.StartedAt), DueAt: stampOf(d.DueAt), TargetAt: stampOf(d.TargetAt), Overdue: d.Overdue(now),
			BlocksClosure: d.BlocksClosure, FulfilledAt: stampOf(d.FulfilledAt), HandoverID: d.HandoverID,
			Channel: orNull(string(d.Channel)), Document: documentView(d.Document), Reason: orNull(d.Reason),
			Pack: orNull(d.Pack), RuleFrom: orNull(d.RuleFrom), Book: orNull(d.Book), Confidence: orNull(d.Confidence),
			OwedByPart: orNull(d.OwedByPart), Occurrence: orNull(d.Occurrence), Form: orNull(d.Form),
			Ways: filled(strings.Fields(d.Ways)), Channels: filled(strings.Fields(d.Channels)), Because: because,
			StartEvent: orNull(d.StartEvent), WarnAt: stampOf(d.WarnAt), OverdueAt: stampOf(d.OverdueAt), Late: d.Late,
			ReportID: d.ReportID, SupersededByID: d.SupersededByID,
			IncidentCode: named(words.Codes, d.IncidentID), OwedByName: words.Agencies[d.OwedByID], ToName: named(words.Agencies, d.ToAgencyID),
			Forms: each(words.FormsOf(&d), func(f regulation.Form) api.ObligationForm {
				return api.ObligationForm{Kind: f.Kind, ID: f.ID, Title: localText(f.Title), Basis: f.Basis()}
			}),
		}
	}, err
}
