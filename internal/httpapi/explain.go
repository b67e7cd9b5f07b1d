package httpapi

import (
	"context"
	"slices"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

// explainObligations says why each obligation of a case exists, or does not.
//
// @Summary   Vì sao có hoặc không có từng nghĩa vụ · Why each obligation exists, or does not
// @Description Mọi quy định của tỉnh, dữ kiện và điều khoản; chỉ dành cho đội ứng cứu và người kiểm tra. · Every rule of the province with its facts and clause; for the team and auditors.
// @Tags      obligations
// @Success   200  {object}  api.ExplainedList
// @Router    /api/v1/incidents/{id}/obligations/explain [get]
func (s *Server) explainObligations(ctx context.Context, x in[none, none]) (out[api.ExplainedList], error) {
	e, err := s.cases.Explain(ctx, x.By, x.id)
	if err != nil {
		return out[api.ExplainedList]{}, err
	}
	duties := slices.Clone(e.Unruled)
	for _, r := range e.Rules {
		duties = append(duties, r.Duties...)
	}
	view, err := s.obligationView(ctx, x.At, x.By, duties...)
	if err != nil {
		return out[api.ExplainedList]{}, err
	}
	return reply(api.ExplainedList{
		Book: e.Book, Classification: classView(e.Incident), Unruled: each(e.Unruled, view),
		Items: each(e.Rules, func(r casework.Explained) api.Explained {
			return api.Explained{
				Rule: r.Rule, RuleFrom: orNull(r.RuleFrom), Pack: r.Pack, Basis: r.Basis, Title: localText(r.Title), Holds: r.Holds,
				Why: r.Why, Detail: localText(r.Detail), Because: r.Because, Duties: each(r.Duties, view),
			}
		}),
	}, nil)
}

func localText(t regulation.Text) api.LocalText { return api.LocalText{VI: t.VI, EN: t.EN} }
