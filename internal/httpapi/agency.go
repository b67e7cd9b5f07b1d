package httpapi

import (
	"context"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

// agencies lists the registry of agencies.
//
// @Summary   Danh mục cơ quan · Agencies
// @Tags      agencies
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.AgencyList
// @Router    /api/v1/agencies [get]
func (s *Server) agencies(ctx context.Context, x in[api.Paging, none]) (out[api.AgencyList], error) {
	list, err := s.directory.Agencies(ctx)
	list, end := cut(x.page, list, func(a incident.Agency) string { return a.ID })
	return reply(api.AgencyList{Items: each(list, agencyView(x.At)), Paged: end}, err)
}

// agency reads one agency.
//
// @Summary   Đọc một cơ quan · Read an agency
// @Tags      agencies
// @Success   200  {object}  api.Agency
// @Router    /api/v1/agencies/{id} [get]
func (s *Server) agency(ctx context.Context, x in[none, none]) (out[api.Agency], error) {
	a, err := s.directory.Agency(ctx, x.id)
	if err != nil {
		return out[api.Agency]{}, err
	}
	return reply(agencyView(x.At)(*a), nil)
}

func agencyView(now time.Time) func(incident.Agency) api.Agency {
	today := now.In(regulation.Zone).Format(time.DateOnly)
	return func(a incident.Agency) api.Agency {
		out := api.Agency{
			ID: a.ID, Code: a.Code, Name: a.Name, NameEN: orNull(a.NameEN), ParentID: a.ParentID,
			ValidFrom: orNull(a.Valid.From), ValidTo: orNull(a.Valid.To), Roles: []string{},
			RoleHistory: each(a.Roles, func(r incident.AgencyRoleSpan) api.AgencyRole {
				return api.AgencyRole{Role: string(r.Role), ValidFrom: orNull(r.Valid.From), ValidTo: orNull(r.Valid.To), Basis: r.Basis}
			}),
			Successors: each(a.Successors, func(x incident.AgencySuccessor) api.AgencySuccessor {
				return api.AgencySuccessor{AgencyID: x.SuccessorID, On: x.On, Matter: x.Matter, Basis: x.Basis}
			}),
			Seats: each(a.Seats, func(x incident.AgencySeat) api.AgencySeat {
				return api.AgencySeat{AgencyID: x.SeatID, ValidFrom: orNull(x.Valid.From), ValidTo: orNull(x.Valid.To), Basis: x.Basis}
			}),
		}
		for _, r := range a.Roles {
			if r.Valid.Holds(today) {
				out.Roles = append(out.Roles, string(r.Role))
			}
		}
		return out
	}
}
