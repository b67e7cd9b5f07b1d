package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
)

// identities lists who a person is at identity providers.
//
// @Summary   Định danh tại nhà cung cấp danh tính · Identities at identity providers
// @Tags      users
// @Param     page  query     api.IdentityFilter  false  "Trang · Page"
// @Success   200   {object}  api.IdentityList
// @Router    /api/v1/users/{id}/identities [get]
func (s *Server) identities(ctx context.Context, x in[api.IdentityFilter, none]) (out[api.IdentityList], error) {
	list, err := s.directory.Identities(ctx, x.By, x.id)
	list, end := cut(x.page, list, func(i store.Identity) string { return i.ID })
	return reply(api.IdentityList{Items: each(list, func(i store.Identity) api.Identity { return identityView(&i) }), Paged: end}, err)
}

// bindIdentity binds the subject of a provider to a person.
//
// @Summary   Gắn định danh · Bind an identity
// @Description Gắn theo (iss, sub) của nhà cung cấp, không theo thư điện tử hay tên. Chưa có hiệu lực cho đến khi người thứ hai xác nhận. · Bound by the provider's (iss, sub), never by e-mail or name. It opens nothing until a second person confirms it.
// @Tags      users
// @Param     body  body      api.NewIdentity  true  "Nhà cung cấp, sub, căn cứ · Issuer, subject, basis"
// @Success   201   {object}  api.Identity
// @Router    /api/v1/users/{id}/identities [post]
func (s *Server) bindIdentity(ctx context.Context, x in[none, api.NewIdentity]) (out[api.Identity], error) {
	b := x.body
	if trusted := s.auth.Issuer(); trusted != "" && b.Issuer != trusted {
		return out[api.Identity]{}, fault.Input(fault.Field{Pointer: "/issuer", Code: "unknown_issuer", Text: fault.Text{
			VI: "Hệ thống chỉ nhận mã của " + trusted + ".", EN: "Tokens are taken of " + trusted + " alone."}})
	}
	i, err := s.directory.BindIdentity(ctx, x.Call, x.id, b.Issuer, b.Subject, b.Basis)
	return identityAnswer(i, err)
}

// confirmIdentity is the second person's yes.
//
// @Summary   Xác nhận định danh · Confirm an identity
// @Description Người thứ hai: quản trị khác hoặc lãnh đạo đội; không phải người gắn, không phải chủ tài khoản. · Another administrator or a team lead; neither who bound it nor whose account it is.
// @Tags      users
// @Success   200  {object}  api.Identity
// @Router    /api/v1/users/{id}/identities/{iid}/confirm [post]
func (s *Server) confirmIdentity(ctx context.Context, x in[none, none]) (out[api.Identity], error) {
	i, err := s.directory.ConfirmIdentity(ctx, x.Call, x.id, x.sub)
	return identityAnswer(i, err)
}

// endIdentity unbinds an identity.
//
// @Summary   Gỡ định danh · Unbind an identity
// @Description Có hiệu lực ngay. · At once.
// @Tags      users
// @Param     body  body      api.EndIdentity  true  "Lý do · Reason"
// @Success   200   {object}  api.Identity
// @Router    /api/v1/users/{id}/identities/{iid}/end [post]
func (s *Server) endIdentity(ctx context.Context, x in[none, api.EndIdentity]) (out[api.Identity], error) {
	i, err := s.directory.EndIdentity(ctx, x.Call, x.id, x.sub, x.body.Reason)
	return identityAnswer(i, err)
}

func identityAnswer(i *store.Identity, err error) (out[api.Identity], error) {
	if err != nil {
		return out[api.Identity]{}, err
	}
	return out[api.Identity]{body: identityView(i)}, nil
}

func identityView(i *store.Identity) api.Identity {
	return api.Identity{
		ID: i.ID, UserID: i.UserID, Issuer: i.Issuer, Subject: i.Subject, Basis: i.Basis, BoundByID: i.BoundByID, BoundAt: stamp(i.BoundAt),
		Confirmed: orNull(i.Confirmed), ConfirmedByID: i.ConfirmedByID, ConfirmedAt: stampOf(i.ConfirmedAt),
		EndedAt: stampOf(i.EndedAt), EndReason: orNull(i.EndReason),
	}
}
