package httpapi

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

// agencies lists the registry of agencies.
//
// @Summary   Danh mục cơ quan · Agencies
// @Description on: danh mục vào ngày đó (tên, vai trò của ngày đó). · on: the registry as it stood that day, with the names and roles of that day.
// @Tags      agencies
// @Param     filter  query     api.AgencyFilter  false  "Ngày và trang · Day and paging"
// @Success   200     {object}  api.AgencyList
// @Router    /api/v1/agencies [get]
func (s *Server) agencies(ctx context.Context, x in[api.AgencyFilter, none]) (out[api.AgencyList], error) {
	list, err := s.directory.Agencies(ctx, x.query.On)
	if err != nil {
		return out[api.AgencyList]{}, err
	}
	all, err := s.directory.Agencies(ctx, "")
	list, end := cut(x.page, list, func(a incident.Agency) string { return a.ID })
	return reply(api.AgencyList{Items: each(list, agencyView(all, orElse(x.query.On, today(x.At)))), Paged: end}, err)
}

// agency reads one agency.
//
// @Summary   Đọc một cơ quan · Read an agency
// @Tags      agencies
// @Param     filter  query     api.OnDay  false  "Ngày · Day"
// @Success   200  {object}  api.Agency
// @Router    /api/v1/agencies/{id} [get]
func (s *Server) agency(ctx context.Context, x in[api.OnDay, none]) (out[api.Agency], error) {
	a, err := s.directory.Agency(ctx, x.id)
	if err != nil {
		return out[api.Agency]{}, err
	}
	if x.query.On != "" {
		*a = a.On(x.query.On)
	}
	return s.agencyAnswer(ctx, a, orElse(x.query.On, today(x.At)), nil)
}

// createAgency adds an agency.
//
// @Summary   Thêm cơ quan · Add an agency
// @Tags      agencies
// @Param     body  body      api.NewAgency  true  "Cơ quan · The agency"
// @Success   201   {object}  api.Agency
// @Router    /api/v1/agencies [post]
func (s *Server) createAgency(ctx context.Context, x in[none, api.NewAgency]) (out[api.Agency], error) {
	b := x.body
	a, err := s.directory.CreateAgency(ctx, x.Call, incident.Agency{
		Code: b.Code, Name: b.Name, NameEN: b.NameEN, ParentID: orNull(b.ParentID), Valid: incident.Span{From: b.ValidFrom, To: b.ValidTo},
	})
	o, err := s.agencyAnswer(ctx, a, today(x.At), err)
	o.location = agencies + "/" + o.body.ID
	return o, err
}

// changeAgency corrects an agency.
//
// @Summary   Sửa, đổi tên cơ quan · Change or rename an agency
// @Description Tên mới cần on (ngày có hiệu lực) và basis; tên cũ được giữ lại. · A new name needs on, its first day, and basis; the old one is kept.
// @Tags      agencies
// @Param     body  body      api.AgencyPatch  true  "JSON Merge Patch"
// @Success   200   {object}  api.Agency
// @Router    /api/v1/agencies/{id} [patch]
func (s *Server) changeAgency(ctx context.Context, x in[none, api.AgencyPatch]) (out[api.Agency], error) {
	a, err := s.directory.ChangeAgency(ctx, x.Call, x.id, x.body)
	return s.agencyAnswer(ctx, a, today(x.At), err)
}

// giveRole gives an agency a role.
//
// @Summary   Giao vai trò cho cơ quan · Give an agency a role
// @Tags      agencies
// @Param     body  body      api.GiveRole  true  "Vai trò, thời hạn, căn cứ · Role, dates, basis"
// @Success   201   {object}  api.Agency
// @Router    /api/v1/agencies/{id}/roles [post]
func (s *Server) giveRole(ctx context.Context, x in[none, api.GiveRole]) (out[api.Agency], error) {
	b := x.body
	a, err := s.directory.GiveRole(ctx, x.Call, x.id, incident.AgencyRoleSpan{
		Role: incident.AgencyRole(b.Role), Valid: incident.Span{From: b.From, To: b.To}, Basis: b.Basis,
	})
	return s.agencyAnswer(ctx, a, today(x.At), err)
}

// endRole ends a role of an agency.
//
// @Summary   Kết thúc vai trò của cơ quan · End a role of an agency
// @Tags      agencies
// @Param     body  body      api.EndRole  true  "Vai trò, ngày, căn cứ · Role, day, basis"
// @Success   200   {object}  api.Agency
// @Router    /api/v1/agencies/{id}/roles/end [post]
func (s *Server) endRole(ctx context.Context, x in[none, api.EndRole]) (out[api.Agency], error) {
	a, err := s.directory.EndRole(ctx, x.Call, x.id, incident.AgencyRole(x.body.Role), x.body.On, x.body.Basis)
	return s.agencyAnswer(ctx, a, today(x.At), err)
}

// addSuccessor says who takes over from an agency.
//
// @Summary   Ghi cơ quan kế thừa · Name a successor
// @Tags      agencies
// @Param     body  body      api.NewSuccessor  true  "Cơ quan kế thừa, ngày, nội dung, căn cứ · Successor, day, matter, basis"
// @Success   201   {object}  api.Agency
// @Router    /api/v1/agencies/{id}/successors [post]
func (s *Server) addSuccessor(ctx context.Context, x in[none, api.NewSuccessor]) (out[api.Agency], error) {
	b := x.body
	a, err := s.directory.AddSuccessor(ctx, x.Call, x.id, incident.AgencySuccessor{SuccessorID: b.SuccessorID, On: b.On, Matter: b.Matter, Basis: b.Basis})
	return s.agencyAnswer(ctx, a, today(x.At), err)
}

// giveSeat says which agency hosts the team.
//
// @Summary   Ghi cơ quan thường trực của Đội · Seat the team
// @Tags      agencies
// @Param     body  body      api.GiveSeat  true  "Cơ quan thường trực, thời hạn, căn cứ · Seat, dates, basis"
// @Success   201   {object}  api.Agency
// @Router    /api/v1/agencies/{id}/seats [post]
func (s *Server) giveSeat(ctx context.Context, x in[none, api.GiveSeat]) (out[api.Agency], error) {
	b := x.body
	a, err := s.directory.GiveSeat(ctx, x.Call, x.id, incident.AgencySeat{SeatID: b.SeatID, Valid: incident.Span{From: b.From, To: b.To}, Basis: b.Basis})
	return s.agencyAnswer(ctx, a, today(x.At), err)
}

// endSeat ends the seat of the team.
//
// @Summary   Kết thúc nơi đặt Đội · End the seat of the team
// @Tags      agencies
// @Param     body  body      api.EndOn  true  "Ngày, căn cứ · Day, basis"
// @Success   200   {object}  api.Agency
// @Router    /api/v1/agencies/{id}/seats/end [post]
func (s *Server) endSeat(ctx context.Context, x in[none, api.EndOn]) (out[api.Agency], error) {
	a, err := s.directory.EndSeat(ctx, x.Call, x.id, x.body.On, x.body.Basis)
	return s.agencyAnswer(ctx, a, today(x.At), err)
}

// endAgency ends an agency.
//
// @Summary   Kết thúc hoạt động của cơ quan · End an agency
// @Description Vai trò kết thúc cùng ngày; người của cơ quan không còn quyền. · Its roles end with it, and its people have no rights from that day.
// @Tags      agencies
// @Param     body  body      api.EndOn  true  "Ngày, căn cứ · Day, basis"
// @Success   200   {object}  api.Agency
// @Router    /api/v1/agencies/{id}/end [post]
func (s *Server) endAgency(ctx context.Context, x in[none, api.EndOn]) (out[api.Agency], error) {
	a, err := s.directory.EndAgency(ctx, x.Call, x.id, x.body.On, x.body.Basis)
	return s.agencyAnswer(ctx, a, today(x.At), err)
}

// history reads the chain of an agency.
//
// @Summary   Lịch sử thay đổi của cơ quan, đầu mối và người dùng · The chain of an agency
// @Description Dành cho quản trị và kiểm tra, giám sát. · For administrators and auditors.
// @Tags      agencies
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.History
// @Router    /api/v1/agencies/{id}/history [get]
func (s *Server) history(ctx context.Context, x in[api.Paging, none]) (out[api.History], error) {
	list, more, err := s.directory.History(ctx, x.By, x.id, x.page.at.Seq, x.page.limit)
	if err != nil {
		return out[api.History]{}, err
	}
	var end api.Paged
	if more {
		end = x.page.endAt(cursor{Seq: list[len(list)-1].Seq})
	}
	if x.page.count {
		total, capped, err := countBy(func(after *int64) (int, *int64, error) {
			var seq int64
			if after != nil {
				seq = *after
			}
			list, more, err := s.directory.History(ctx, x.By, x.id, seq, 200)
			if err != nil || !more {
				return len(list), nil, err
			}
			return len(list), &list[len(list)-1].Seq, nil
		})
		if err != nil {
			return out[api.History]{}, err
		}
		end = x.page.counted(end, total, capped)
	}
	return reply(api.History{Paged: end, Items: each(list, func(e directory.Entry) api.HistoryEntry {
		v := api.HistoryEntry{
			Seq: e.Seq, ID: e.ID, Type: e.Type, ObjectKind: e.ObjectKind, ObjectID: e.ObjectID, At: stamp(e.At),
			ActorID: e.ActorID, Actor: orNull(e.ActorName), AgencyID: e.AgencyID, Seal: e.Hash, PrevSeal: e.PrevHash,
		}
		if e.Data != nil {
			_ = json.Unmarshal(e.Data, &v.Data) // it is what audit.Canonical wrote
		}
		return v
	})}, nil)
}

// agencyAnswer is an agency as the answer of a request.
func (s *Server) agencyAnswer(ctx context.Context, a *incident.Agency, on string, err error) (out[api.Agency], error) {
	if err != nil {
		return out[api.Agency]{}, err
	}
	all, err := s.directory.Agencies(ctx, "")
	if err != nil {
		return out[api.Agency]{}, err
	}
	return out[api.Agency]{body: agencyView(all, on)(*a), version: a.Version}, nil
}

func today(now time.Time) string { return now.In(regulation.Zone).Format(time.DateOnly) }

// agencyView is an agency as it stands on the day on; registry says who acts for it then.
func agencyView(registry []incident.Agency, on string) func(incident.Agency) api.Agency {
	successor := func(x incident.AgencySuccessor) api.AgencySuccessor {
		return api.AgencySuccessor{AgencyID: x.SuccessorID, On: x.On, Matter: x.Matter, Basis: x.Basis}
	}
	return func(a incident.Agency) api.Agency {
		out := api.Agency{
			ID: a.ID, Code: a.Code, Version: a.Version, Name: a.Name, NameEN: orNull(a.NameEN), ParentID: a.ParentID,
			ValidFrom: orNull(a.Valid.From), ValidTo: orNull(a.Valid.To), Roles: []string{},
			FormerNames: each(a.Names, func(n incident.AgencyName) api.AgencyName {
				return api.AgencyName{Name: n.Name, NameEN: orNull(n.NameEN), ValidFrom: orNull(n.Valid.From), ValidTo: n.Valid.To, Basis: n.Basis}
			}),
			RoleHistory: each(a.Roles, func(r incident.AgencyRoleSpan) api.AgencyRole {
				return api.AgencyRole{Role: string(r.Role), ValidFrom: orNull(r.Valid.From), ValidTo: orNull(r.Valid.To), Basis: r.Basis}
			}),
			Successors: each(a.Successors, successor),
			Seats: each(a.Seats, func(x incident.AgencySeat) api.AgencySeat {
				return api.AgencySeat{AgencyID: x.SeatID, ValidFrom: orNull(x.Valid.From), ValidTo: orNull(x.Valid.To), Basis: x.Basis}
			}),
			ActsThrough: each(incident.Acting(registry, a.ID, on), func(x incident.Acts) api.AgencyActs {
				return api.AgencyActs{AgencyID: x.AgencyID, Matter: x.Matter}
			}),
		}
		for _, r := range a.Roles {
			if r.Valid.Holds(on) {
				out.Roles = append(out.Roles, string(r.Role))
			}
		}
		return out
	}
}
