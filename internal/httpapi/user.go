package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// users lists people.
//
// @Summary   Người dùng · People
// @Description Quản trị và lãnh đạo đội đọc mọi người; quản trị đơn vị đọc người của đơn vị mình. · Administrators and team leads read everyone, an agency's administrator its own people.
// @Tags      users
// @Param     filter  query     api.UserFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.UserList
// @Router    /api/v1/users [get]
func (s *Server) users(ctx context.Context, x in[api.UserFilter, none]) (out[api.UserList], error) {
	q := x.query
	list, err := s.directory.People(ctx, x.By, directory.PeopleFilter{
		AgencyID: q.AgencyID, Role: policy.Role(q.Role), Disabled: q.Disabled, Awaiting: q.Awaiting,
	}, x.At)
	list, end := cut(x.page, list, func(u store.User) string { return u.ID })
	return reply(api.UserList{Items: each(list, userView(today(x.At))), Paged: end}, err)
}

// user reads one person.
//
// @Summary   Đọc một người dùng · Read a person
// @Tags      users
// @Success   200  {object}  api.User
// @Router    /api/v1/users/{id} [get]
func (s *Server) user(ctx context.Context, x in[none, none]) (out[api.User], error) {
	u, err := s.directory.Person(ctx, x.By, x.id)
	return userAnswer(u, today(x.At), err)
}

// createUser adds a person.
//
// @Summary   Thêm người dùng · Add a person
// @Description Mật khẩu ngẫu nhiên chỉ hiện một lần, phải đổi khi đăng nhập. Chưa có quyền nào cho đến khi được cấp. · The random password is shown once and must be changed. There is no right until one is granted.
// @Tags      users
// @Param     body  body      api.NewUser  true  "Người dùng · The person"
// @Success   201   {object}  api.UserPassword
// @Router    /api/v1/users [post]
func (s *Server) createUser(ctx context.Context, x in[none, api.NewUser]) (out[api.UserPassword], error) {
	b := x.body
	u, password, err := s.directory.CreateUser(ctx, x.Call, directory.NewUser{
		Username: b.Username, FullName: b.FullName, Phone: b.Phone, AgencyID: b.AgencyID, HomeAgencyID: orNull(b.HomeAgencyID),
	})
	if err != nil {
		return out[api.UserPassword]{}, err
	}
	return out[api.UserPassword]{
		body: api.UserPassword{User: userView(today(x.At))(*u), Password: password}, version: u.Version, location: users + "/" + u.ID,
	}, nil
}

// changeUser changes a person.
//
// @Summary   Sửa người dùng · Change a person
// @Description Chuyển cơ quan thì mọi quyền ở cơ quan cũ kết thúc. · Whoever moves to another agency leaves every grant behind.
// @Tags      users
// @Param     body  body      api.UserPatch  true  "JSON Merge Patch"
// @Success   200   {object}  api.User
// @Router    /api/v1/users/{id} [patch]
func (s *Server) changeUser(ctx context.Context, x in[none, api.UserPatch]) (out[api.User], error) {
	u, err := s.directory.ChangeUser(ctx, x.Call, x.id, x.body)
	return userAnswer(u, today(x.At), err)
}

// disableUser locks an account.
//
// @Summary   Khóa tài khoản · Disable an account
// @Description Có hiệu lực ngay: mọi phiên kết thúc. Khi người dùng nghỉ việc, chuyển công tác: notice là văn bản thông báo, có số và ngày (TH 4.3.b). · At once: every session ends. When a person leaves: notice is the written notice, with number and date (TH 4.3.b).
// @Tags      users
// @Param     body  body      api.DisableUser  true  "Lý do, văn bản · Reason, document"
// @Success   200   {object}  api.User
// @Router    /api/v1/users/{id}/disable [post]
func (s *Server) disableUser(ctx context.Context, x in[none, api.DisableUser]) (out[api.User], error) {
	u, err := s.directory.Disable(ctx, x.Call, x.id, directory.Disabling{
		Reason: x.body.Reason, Document: x.body.Document, Notice: documentOf(x.body.Notice),
	})
	return userAnswer(u, today(x.At), err)
}

// enableUser opens an account again.
//
// @Summary   Mở lại tài khoản · Enable an account
// @Description Cũng mở tài khoản bị khóa vì 45 ngày không dùng. · Also opens an account that is locked because nobody used it for 45 days.
// @Tags      users
// @Param     body  body      api.EnableUser  true  "Lý do · Reason"
// @Success   200   {object}  api.User
// @Router    /api/v1/users/{id}/enable [post]
func (s *Server) enableUser(ctx context.Context, x in[none, api.EnableUser]) (out[api.User], error) {
	u, err := s.directory.Enable(ctx, x.Call, x.id, x.body.Reason)
	return userAnswer(u, today(x.At), err)
}

// resetPassword gives an account a new password.
//
// @Summary   Cấp lại mật khẩu · Reset a password
// @Description Mật khẩu ngẫu nhiên chỉ hiện một lần, phải đổi khi đăng nhập; mọi phiên kết thúc. Tài khoản mở được hồ sơ chờ người thứ hai xác nhận (reset_awaiting) mới đăng nhập được. · The random password is shown once and must be changed; every session ends. An account that opens cases awaits a second person (reset_awaiting) before it logs in.
// @Tags      users
// @Success   200  {object}  api.UserPassword
// @Router    /api/v1/users/{id}/password [post]
func (s *Server) resetPassword(ctx context.Context, x in[none, none]) (out[api.UserPassword], error) {
	password, err := s.directory.ResetPassword(ctx, x.Call, x.id)
	if err != nil {
		return out[api.UserPassword]{}, err
	}
	u, err := s.directory.Person(ctx, x.By, x.id)
	if err != nil {
		return out[api.UserPassword]{}, err
	}
	return reply(api.UserPassword{User: userView(today(x.At))(*u), Password: password}, nil)
}

// grant gives a person a role.
//
// @Summary   Cấp quyền · Grant a role
// @Description Quyền mở được hồ sơ chờ người thứ hai xác nhận, trước đó chưa có hiệu lực. · A role that opens cases awaits a second person, and gives nothing before.
// @Tags      users
// @Param     body  body      api.NewGrant  true  "Vai trò, thời hạn, căn cứ · Role, dates, basis"
// @Success   201   {object}  api.User
// @Router    /api/v1/users/{id}/grants [post]
func (s *Server) grant(ctx context.Context, x in[none, api.NewGrant]) (out[api.User], error) {
	b := x.body
	u, _, err := s.directory.Grant(ctx, x.Call, x.id, policy.Role(b.Role), incident.Span{From: b.From, To: b.To}, b.Basis)
	return userAnswer(u, today(x.At), err)
}

// confirmGrant is the second person's yes.
//
// @Summary   Xác nhận cấp quyền · Confirm a grant
// @Description Người thứ hai: quản trị khác hoặc lãnh đạo đội; không phải người cấp, không phải người được cấp. · Another administrator or a team lead; neither who granted nor who is granted.
// @Tags      users
// @Success   200  {object}  api.User
// @Router    /api/v1/users/{id}/grants/{gid}/confirm [post]
func (s *Server) confirmGrant(ctx context.Context, x in[none, none]) (out[api.User], error) {
	u, err := s.directory.ConfirmGrant(ctx, x.Call, x.id, x.sub)
	return userAnswer(u, today(x.At), err)
}

// endGrant ends a grant.
//
// @Summary   Thu hồi quyền · End a grant
// @Tags      users
// @Param     body  body      api.EndGrant  true  "Ngày và lý do · Day and reason"
// @Success   200   {object}  api.User
// @Router    /api/v1/users/{id}/grants/{gid}/end [post]
func (s *Server) endGrant(ctx context.Context, x in[none, api.EndGrant]) (out[api.User], error) {
	u, err := s.directory.EndGrant(ctx, x.Call, x.id, x.sub, x.body.On, x.body.Reason)
	return userAnswer(u, today(x.At), err)
}

func userAnswer(u *store.User, on string, err error) (out[api.User], error) {
	if err != nil {
		return out[api.User]{}, err
	}
	return out[api.User]{body: userView(on)(*u), version: u.Version}, nil
}

// userView is a person, with the roles in force on the day on. Of the password it says only
// whether it must be changed.
func userView(on string) func(store.User) api.User {
	return func(u store.User) api.User {
		return api.User{
			ID: u.ID, Version: u.Version, Username: u.Username, FullName: u.FullName, Phone: orNull(u.Phone),
			AgencyID: u.AgencyID, HomeAgencyID: u.HomeAgencyID, MustChangePassword: u.MustChangePassword,
			DisabledAt: stampOf(u.DisabledAt), DisabledReason: orNull(u.DisabledReason), DisabledDocument: orNull(u.DisabledDocument),
			Roles: texts(u.RolesOn(on)), CreatedAt: stamp(u.CreatedAt),
			Grants:         grantViews(u.Grants),
			DisabledNotice: documentView(u.Notice), SecondFactor: u.SecondFactorAt != nil, Idle: u.Idle(on),
			ResetAwaiting: orNull(u.ResetKind), ResetByID: u.ResetByID,
		}
	}
}
