package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// addObservable adds an observable.
//
// @Summary   Thêm dấu hiệu kỹ thuật · Add an observable
// @Description Giá trị được chuẩn hóa; nhận cả dạng đã vô hiệu hóa (hxxp, [.]). Giá trị đã có trong hồ sơ: 409. · The value is normalised and may be defanged. One that the case has already is a 409.
// @Tags      observables
// @Param     body  body      api.NewObservable  true  "Dấu hiệu · The observable"
// @Success   201   {object}  api.Observable
// @Router    /api/v1/incidents/{id}/observables [post]
func (s *Server) addObservable(ctx context.Context, x in[none, api.NewObservable]) (out[api.Observable], error) {
	o, err := s.cases.AddObservable(ctx, x.Call, x.id, newObservable(x.body))
	return out[api.Observable]{body: observableView(o), location: incidents + "/" + x.id + "/observables"}, err
}

// addObservables adds many observables.
//
// @Summary   Thêm nhiều dấu hiệu kỹ thuật · Add many observables
// @Description Tối đa 500, tất cả hoặc không gì cả; lỗi chỉ rõ từng mục. · At most 500, all or none; each wrong item is named.
// @Tags      observables
// @Param     body  body      api.NewObservables  true  "Các dấu hiệu · The observables"
// @Success   201   {object}  api.AddedObservables
// @Router    /api/v1/incidents/{id}/observables/bulk [post]
func (s *Server) addObservables(ctx context.Context, x in[none, api.NewObservables]) (out[api.AddedObservables], error) {
	list, err := s.cases.AddObservables(ctx, x.Call, x.id, each(x.body.Observables, newObservable))
	return out[api.AddedObservables]{
		body: api.AddedObservables{Items: each(list, observableView)}, location: incidents + "/" + x.id + "/observables",
	}, err
}

// caseObservables lists the observables of a case.
//
// @Summary   Dấu hiệu kỹ thuật của hồ sơ · Observables of an incident
// @Description Kể cả dấu hiệu đã rút lại. · With those that were retracted.
// @Tags      observables
// @Param     filter  query     api.CaseObservableFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.ObservableList
// @Router    /api/v1/incidents/{id}/observables [get]
func (s *Server) caseObservables(ctx context.Context, x in[api.CaseObservableFilter, none]) (out[api.ObservableList], error) {
	items, end, err := keyset(x.page, func(after *store.Position, limit int) (casework.Page[casework.ObservableView], error) {
		return s.cases.CaseObservables(ctx, x.By, casework.ObservableFilter{
			IncidentID: x.id, Type: x.query.Type, IOC: x.query.IsIOC, After: after, Limit: limit,
		})
	})
	return reply(api.ObservableList{Items: each(items, observableView), Paged: end}, err)
}

// observables searches the observables of every case in sight.
//
// @Summary   Tra cứu dấu hiệu kỹ thuật trên mọi hồ sơ được xem · Search observables
// @Tags      observables
// @Param     filter  query     api.ObservableFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.ObservableList
// @Router    /api/v1/observables [get]
func (s *Server) observables(ctx context.Context, x in[api.ObservableFilter, none]) (out[api.ObservableList], error) {
	f := x.query
	items, end, err := keyset(x.page, func(after *store.Position, limit int) (casework.Page[casework.ObservableView], error) {
		return s.cases.Observables(ctx, x.By, casework.ObservableFilter{
			Type: f.Type, Value: f.Value, Prefix: f.Q, IOC: f.IsIOC, After: after, Limit: limit,
		})
	})
	return reply(api.ObservableList{Items: each(items, observableView), Paged: end}, err)
}

// retractObservable takes an observable back.
//
// @Summary   Rút lại dấu hiệu · Retract an observable
// @Description Dấu hiệu được giữ và hiển thị là đã rút lại. · It is kept and shown as retracted.
// @Tags      observables
// @Param     body  body      api.Retract  true  "Lý do · The reason"
// @Success   200   {object}  api.Observable
// @Router    /api/v1/incidents/{id}/observables/{obid}/retract [post]
func (s *Server) retractObservable(ctx context.Context, x in[none, api.Retract]) (out[api.Observable], error) {
	o, err := s.cases.RetractObservable(ctx, x.Call, x.id, x.sub, x.body.Reason)
	return reply(observableView(o), err)
}

// seen lists the other cases in which the caller sees the same value.
//
// @Summary   Dấu hiệu này còn thấy ở hồ sơ nào · Where else it was seen
// @Description Chỉ những hồ sơ và dấu hiệu tài khoản này được xem. · Only cases and observables that the caller may see.
// @Tags      observables
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.SightingList
// @Router    /api/v1/incidents/{id}/observables/{obid}/seen [get]
func (s *Server) seen(ctx context.Context, x in[api.Paging, none]) (out[api.SightingList], error) {
	items, end, err := keyset(x.page, func(after *store.Position, limit int) (casework.Page[store.Sighting], error) {
		return s.cases.Seen(ctx, x.By, x.id, x.sub, after, limit)
	})
	return reply(api.SightingList{Paged: end, Items: each(items, func(o store.Sighting) api.Sighting {
		return api.Sighting{
			IncidentID: o.IncidentID, Code: o.Code, Title: o.CaseTitle, Status: string(o.CaseStatus), ObservableID: o.ID,
			IsIOC: o.IsIOC, FirstSeen: stampOf(o.FirstSeen), LastSeen: stampOf(o.LastSeen), AddedAt: stamp(o.CreatedAt),
		}
	})}, err)
}

func newObservable(b api.NewObservable) casework.NewObservable {
	return casework.NewObservable{
		Type: incident.ObservableType(b.Type), Value: b.Value, Note: b.Note, IsIOC: b.IsIOC,
		Audience: incident.Audience(b.Audience), TLP: incident.TLP(orElse(b.TLP, string(incident.TLPAmber))), Confidential: b.Confidential,
		FirstSeen: momentOf(b.FirstSeen), LastSeen: momentOf(b.LastSeen),
	}
}

func observableView(o casework.ObservableView) api.Observable {
	return api.Observable{
		ID: o.ID, IncidentID: o.IncidentID, Type: string(o.Type), Value: o.Value, Given: o.Given, Audience: string(o.Audience),
		TLP: string(o.TLP), Confidential: o.Confidential, Note: o.Note, IsIOC: o.IsIOC, FirstSeen: stampOf(o.FirstSeen), LastSeen: stampOf(o.LastSeen),
		SeenIn: o.SeenIn, AuthorID: o.AuthorID, Author: orNull(o.AuthorName), AgencyID: o.AgencyID, Agency: orNull(o.AgencyName),
		CreatedAt: stamp(o.CreatedAt), RetractedAt: stampOf(o.RetractedAt), RetractReason: orNull(o.RetractReason),
	}
}
