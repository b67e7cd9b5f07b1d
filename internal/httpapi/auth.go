package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/authn"
)

// login opens a session.
//
// @Summary   Đăng nhập · Log in
// @Description Mọi lý do từ chối có cùng một câu trả lời. Mỗi mã xác thực dùng một lần. · Every refusal has the same answer. Each code is good for one use.
// @Tags      auth
// @Param     body  body      api.Login  true  "Tên đăng nhập và mật khẩu · User name and password"
// @Success   200   {object}  api.Tokens
// @Router    /api/v1/auth/login [post]
func (s *Server) login(ctx context.Context, x in[none, api.Login]) (out[api.Tokens], error) {
	end, err := s.try(ctx, x.body.Username, x.address)
	if err != nil {
		return out[api.Tokens]{}, err
	}
	defer end()
	t, err := s.auth.Login(ctx, authn.Credentials{
		Username: x.body.Username, Password: x.body.Password, OTP: x.body.OTP, Address: networkOf(x.address),
	}, x.At)
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
// @Description Ít nhất 14 ký tự (8 khi có yếu tố xác thực thứ hai), không phổ biến, không chứa tên, chưa từng dùng. Kết thúc mọi phiên khác của tài khoản. · At least 14 characters (8 with a second factor), not common, without names, not used before. Ends every other session of the account.
// @Tags      auth
// @Param     body  body  api.ChangePassword  true  "Mật khẩu cũ và mới · The old and the new password"
// @Success   204
// @Router    /api/v1/auth/password [post]
func (s *Server) changePassword(ctx context.Context, x in[none, api.ChangePassword]) (out[none], error) {
	end, err := s.try(ctx, x.By.Username, x.address)
	if err != nil {
		return out[none]{}, err
	}
	defer end()
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
			MustChangePassword: x.By.MustChange, MustEnrol: x.By.MustEnrol, Kind: kindOf(x.By), Verbs: verbsOf(x.By),
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
