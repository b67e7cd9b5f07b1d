package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// login opens a session.
//
// @Summary   Đăng nhập · Log in
// @Tags      auth
// @Param     body  body      api.Login  true  "Tên đăng nhập và mật khẩu · User name and password"
// @Success   200   {object}  api.Tokens
// @Router    /api/v1/auth/login [post]
func (s *Server) login(ctx context.Context, x in[none, api.Login]) (out[api.Tokens], error) {
	if err := s.attempts.attempt(ctx, x.body.Username, x.address); err != nil {
		s.watch.Add(telemetry.LoginsLimited, 1)
		return out[api.Tokens]{}, err
	}
	t, err := s.auth.Login(ctx, x.body.Username, x.body.Password, x.At)
	s.entered(ctx, x.At, x.address, t)
	return reply(tokensView(t), triedAs(err, x.body.Username))
}

// refresh rotates the refresh token.
//
// @Summary   Đổi refresh token · Trade a refresh token
// @Description Mỗi refresh token dùng một lần; dùng lại token cũ sẽ kết thúc phiên. · Each is good for one use; an old one that comes again ends the session.
// @Tags      auth
// @Param     body  body      api.Refresh  true  "Refresh token"
// @Success   200   {object}  api.Tokens
// @Router    /api/v1/auth/refresh [post]
func (s *Server) refresh(ctx context.Context, x in[none, api.Refresh]) (out[api.Tokens], error) {
	t, err := s.auth.Refresh(ctx, x.body.RefreshToken, x.At)
	return reply(tokensView(t), err)
}

// logout ends the session of the access token.
//
// @Summary   Đăng xuất · Log out
// @Tags      auth
// @Param     body  body  api.Logout  false  "Không bắt buộc · Optional"
// @Success   204
// @Router    /api/v1/auth/logout [post]
func (s *Server) logout(ctx context.Context, x in[none, api.Logout]) (out[none], error) {
	return out[none]{}, s.auth.Logout(ctx, x.session.ID, x.At)
}

// changePassword changes the caller's password.
//
// @Summary   Đổi mật khẩu · Change the password
// @Description Kết thúc mọi phiên khác của tài khoản. · Ends every other session of the account.
// @Tags      auth
// @Param     body  body  api.ChangePassword  true  "Mật khẩu cũ và mới · The old and the new password"
// @Success   204
// @Router    /api/v1/auth/password [post]
func (s *Server) changePassword(ctx context.Context, x in[none, api.ChangePassword]) (out[none], error) {
	return out[none]{}, s.auth.ChangePassword(ctx, x.session, x.body.OldPassword, x.body.NewPassword, x.At)
}

// me says who the caller is.
//
// @Summary   Tài khoản đang dùng · The caller's account
// @Tags      auth
// @Success   200  {object}  api.Me
// @Router    /api/v1/me [get]
func (s *Server) me(_ context.Context, x in[none, none]) (out[api.Me], error) {
	return reply(api.Me{
		User: api.MeUser{
			ID: x.By.UserID, Username: x.By.Username, FullName: x.By.FullName, Roles: texts(x.By.Roles),
			MustChangePassword: x.By.MustChange,
		},
		Agency: api.MeAgency{ID: x.By.AgencyID, Code: x.By.AgencyCode, Name: x.By.AgencyName, Roles: texts(x.By.AgencyRoles)},
	}, nil)
}

func tokensView(t authn.Tokens) api.Tokens {
	return api.Tokens{
		AccessToken: t.Access, TokenType: "Bearer", ExpiresIn: t.ExpiresIn, RefreshToken: t.Refresh,
		MustChangePassword: t.MustChangePassword,
	}
}
