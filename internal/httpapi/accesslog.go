package httpapi

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/accesslog"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Reads is what the access log calls that which the route shows, one of accesslog.ReadKinds; ""
// where an answer leaves no line. Every answer about a case leaves one, also that of a write: a
// change that changes nothing still shows the case. So does every other read, and every PATCH
// for the same reason, unless the route is Plain.
func (r Route) Reads() string {
	if !r.Auth || r.Plain {
		return ""
	}
	if below, ok := strings.CutPrefix(r.Path, oneCase); ok {
		if r.Answer() == reflect.TypeFor[api.Incident]() {
			return "incident"
		}
		return firstName(below)
	}
	switch {
	case strings.HasPrefix(r.Path, base+"/auth/"):
		return "session"
	case r.Method != get && r.Method != patch:
		return "" // what it does stands in the record, with who did it
	case r.gives != nil:
		return "export"
	}
	return firstName(strings.TrimPrefix(strings.TrimPrefix(r.Path, base), "/audit"))
}

// firstName is the first name of a path.
func firstName(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return strings.ReplaceAll(name, "-", "_")
}

// shape is where the types of a route hold what the access log wants to know.
type shape struct {
	items   []int // of the answer: the items of a list
	inCase  []int // of the answer: the case in which it lies
	asks    []int // of the query: the case that a list is about
	filters []filter
}

// filter is a field of a query, and its name.
type filter struct {
	name  string
	field int
}

// shapeOf reads the types of a query and an answer, once for each route.
func shapeOf(query, answer reflect.Type) shape {
	var s shape
	text := reflect.TypeFor[string]()
	if answer.Kind() == reflect.Struct {
		if f, ok := answer.FieldByName("Items"); ok && f.Type.Kind() == reflect.Slice {
			s.items = f.Index
		}
		if f, ok := answer.FieldByName("IncidentID"); ok && f.Type == text {
			s.inCase = f.Index
		}
	}
	for i := range query.NumField() {
		f := query.Field(i)
		if name := f.Tag.Get("json"); name != "" && name != "sort" && name != "format" && !f.Anonymous && query != reflect.TypeFor[api.Paging]() {
			s.filters = append(s.filters, filter{name, i})
			if f.Name == "IncidentID" && f.Type == text {
				s.asks = f.Index
			}
		}
	}
	return s
}

// access is what an answer has shown, beside what its route says.
type access struct {
	at       time.Time
	id, sub  string // of the path
	incident string // of a list that is about one case
	filters  string
	shown    int
}

// look reads what an answer has shown. A list about one case counts as read of it only when it
// held something: the id of the question is anybody's to write.
func (s shape) look(query, body reflect.Value) access {
	a := access{shown: 1}
	if s.items != nil {
		a.shown = body.FieldByIndex(s.items).Len()
	}
	if s.inCase != nil {
		a.incident = body.FieldByIndex(s.inCase).String()
	}
	if s.asks != nil && a.shown > 0 {
		a.incident = strings.ToLower(query.FieldByIndex(s.asks).String())
	}
	var names []string
	for _, f := range s.filters {
		if !query.Field(f.field).IsZero() {
			names = append(names, f.name)
		}
	}
	a.filters = strings.Join(names, " ")
	return a
}

// accessed notes in the access log what an answer has shown to whom.
func (s *Server) accessed(c echo.Context, r Route, a access) {
	kind := r.Reads()
	if kind == "" || s.journal == nil {
		return
	}
	who := traceOf(c).session
	x := accesslog.Access{
		At: a.at, By: who.Actor, SessionID: who.ID, Address: c.RealIP(), Kind: kind,
		IncidentID: a.incident, ObjectID: a.sub, Route: r.Name, Detail: a.filters, Shown: a.shown,
	}
	switch {
	case strings.HasPrefix(r.Path, oneCase):
		if x.IncidentID == "" { // else a merge may have moved what was read
			x.IncidentID = a.id
		}
	case x.ObjectID == "":
		x.ObjectID = a.id
	}
	if kind == "session" {
		x.Detail = r.Name
	}
	s.journal.Read(x)
}

// entered notes that somebody logged in (NĐ 333/2026/NĐ-CP Điều 16.6.c). Tokens that let nobody
// in yet, because a second factor is still to come, are none.
func (s *Server) entered(ctx context.Context, at time.Time, address string, t authn.Tokens) {
	if s.journal == nil || t.Access == "" {
		return
	}
	who, err := s.auth.Authenticate(ctx, t.Access, at)
	if err != nil {
		return
	}
	s.journal.Read(accesslog.Access{At: at, By: who.Actor, SessionID: who.ID, Address: address, Kind: "session", Route: "login", Detail: "login", Shown: 1})
}

// tried is a failed login with the user name as it was typed, which may be a password: it goes
// to the security log alone, and stays there only if an account has it.
type tried struct {
	error
	name string
}

func (t tried) Unwrap() error { return t.error }

func triedAs(err error, name string) error {
	if err == nil {
		return nil
	}
	return tried{err, name}
}

// refused notes a refusal in the security log; other failures are none.
func (s *Server) refused(c echo.Context, err error, f *fault.Error) {
	if s.journal == nil {
		return
	}
	t := traceOf(c)
	name, _ := s.named(c)
	x := accesslog.Denial{
		At: s.now().UTC().Truncate(time.Microsecond), By: t.session.Actor, SessionID: t.session.ID, Address: c.RealIP(), Route: name,
	}
	id, sub, bad := pathIDs(c)
	if bad != nil {
		id, sub = "", ""
	}
	inCase := strings.HasPrefix(c.Path(), echoPath(oneCase))
	if x.By.UserID != "" {
		if x.ObjectID = sub; inCase {
			x.IncidentID = id
		} else if sub == "" {
			x.ObjectID = id
		}
	}
	if len(f.Reasons) > 0 {
		x.Detail = f.Reasons[0].Code
	}
	switch f.Kind {
	case fault.Unauthenticated:
		x.Kind = unauthenticated(c, name)
		var why authn.Refused
		if errors.As(err, &why) {
			x.Detail, x.AccountID, x.SessionID = why.Why, why.UserID, why.SessionID
		}
		var login tried
		if errors.As(err, &login) {
			x.Typed = login.name
		}
	case fault.Forbidden:
		x.Kind = accesslog.Forbidden
	case fault.TooMany:
		x.Kind = accesslog.TooMany
	case fault.StateSecret:
		x.Kind = accesslog.StateSecret
	case fault.NotFound:
		if !inCase || id == "" || x.By.UserID == "" {
			return
		}
		x.Kind = accesslog.OutOfSight
	default:
		return
	}
	s.journal.Refused(x)
}

func unauthenticated(c echo.Context, route string) string {
	h := c.Request().Header
	switch {
	case route == "login":
		return accesslog.LoginFailed
	case route == "refresh":
		return accesslog.RefreshRefused
	case h.Get("X-API-Key") != "", route == "clientToken", route == "clientTokenAtRoot":
		return accesslog.BadKey
	case h.Get("Authorization") == "":
		return accesslog.NoCredentials
	}
	return accesslog.BadToken
}

// accesses lists who read what.
//
// @Summary   Nhật ký truy cập: ai đã đọc gì · Access log: who read what
// @Description Mới nhất trước, gộp theo phút. Kiểm tra viên: tất cả; lãnh đạo đội: về hồ sơ được xem. Không ghi từ tìm kiếm, chỉ tên bộ lọc. Giữ 12 tháng. · The newest first, summed up by the minute. Auditors: all; team leads: about the incidents they see. Words of a search are not kept, only the names of filters. Kept for 12 months.
// @Tags      audit
// @Param     filter  query     api.AccessFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.AccessList
// @Router    /api/v1/audit/accesses [get]
func (s *Server) accesses(ctx context.Context, x in[api.AccessFilter, none]) (out[api.AccessList], error) {
	f := x.query
	items, end, err := entries(x.page, accesslog.Filter{
		Kind: f.Kind, ActorID: f.ActorID, AgencyID: f.AgencyID, IncidentID: f.IncidentID, After: momentOf(&f.After), Before: momentOf(&f.Before),
	}, func(f accesslog.Filter) (accesslog.Page, error) { return s.journal.Accesses(ctx, x.By, f) })
	return reply(api.AccessList{Items: each(items, accessView), Paged: end}, err)
}

// caseAccesses lists who read one case.
//
// @Summary   Ai đã đọc hồ sơ này · Who has read this incident
// @Description Dành cho lãnh đạo đội và kiểm tra viên; gồm cả lần xem của kiểm tra viên. · For team leads and auditors; it shows what auditors read as well.
// @Tags      audit
// @Param     filter  query     api.CaseAccessFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.AccessList
// @Router    /api/v1/incidents/{id}/accesses [get]
func (s *Server) caseAccesses(ctx context.Context, x in[api.CaseAccessFilter, none]) (out[api.AccessList], error) {
	f := x.query
	items, end, err := entries(x.page, accesslog.Filter{
		Kind: f.Kind, ActorID: f.ActorID, AgencyID: f.AgencyID, After: momentOf(&f.After), Before: momentOf(&f.Before),
	}, func(f accesslog.Filter) (accesslog.Page, error) { return s.journal.CaseAccesses(ctx, x.By, x.id, f) })
	return reply(api.AccessList{Items: each(items, accessView), Paged: end}, err)
}

// denials lists what was refused.
//
// @Summary   Nhật ký an ninh: những gì bị từ chối · Security log: what was refused
// @Description Mới nhất trước, gộp theo phút. Kiểm tra viên: tất cả; lãnh đạo đội: về hồ sơ được xem. · The newest first, summed up by the minute. Auditors: all; team leads: about the incidents they see.
// @Tags      audit
// @Param     filter  query     api.DenialFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.DenialList
// @Router    /api/v1/audit/denials [get]
func (s *Server) denials(ctx context.Context, x in[api.DenialFilter, none]) (out[api.DenialList], error) {
	f := x.query
	items, end, err := entries(x.page, accesslog.Filter{
		Kind: f.Kind, ActorID: f.ActorID, AgencyID: f.AgencyID, IncidentID: f.IncidentID, After: momentOf(&f.After), Before: momentOf(&f.Before),
	}, func(f accesslog.Filter) (accesslog.Page, error) { return s.journal.Denials(ctx, x.By, f) })
	return reply(api.DenialList{Items: each(items, denialView), Paged: end}, err)
}

func entries(p page, f accesslog.Filter, ask func(accesslog.Filter) (accesslog.Page, error)) ([]accesslog.Entry, api.Paged, error) {
	return keyset(p, func(after *store.Position, limit int) (casework.Page[accesslog.Entry], error) {
		f.Past, f.Limit = after, limit
		list, err := ask(f)
		return casework.Page[accesslog.Entry]{Items: list.Items, Next: list.Next}, err
	})
}

func logActor(e accesslog.Entry) api.LogActor {
	return api.LogActor{
		ID: e.ActorID, Username: orNull(e.Username), FullName: orNull(e.ActorName), AgencyID: e.AgencyID, AgencyName: orNull(e.AgencyName),
	}
}

func accessView(e accesslog.Entry) api.Access {
	v := api.Access{
		ID: e.ID, Kind: e.Kind, Actor: logActor(e), Roles: filled(strings.Fields(e.Roles)), IncidentID: e.IncidentID,
		ObjectID: orNull(e.ObjectID), Route: orNull(e.Route), Filters: []string{}, Times: e.Times, Shown: e.Shown,
		FirstAt: stamp(e.FirstAt), LastAt: stamp(e.LastAt),
	}
	switch e.Kind {
	case "session", accesslog.Purged:
		v.Detail = orNull(e.Detail)
	default:
		v.Filters = filled(strings.Fields(e.Detail))
	}
	if e.Traces {
		v.Address, v.SessionID = orNull(e.Address), orNull(e.SessionID)
	}
	return v
}

func denialView(e accesslog.Entry) api.Denial {
	v := api.Denial{
		ID: e.ID, Kind: e.Kind, Actor: logActor(e), Roles: filled(strings.Fields(e.Roles)), IncidentID: e.IncidentID,
		ObjectID: orNull(e.ObjectID), Route: orNull(e.Route), Detail: orNull(e.Detail), Times: e.Times,
		FirstAt: stamp(e.FirstAt), LastAt: stamp(e.LastAt),
	}
	if e.Traces {
		v.Address, v.SessionID = orNull(e.Address), orNull(e.SessionID)
	}
	return v
}
