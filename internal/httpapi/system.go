package httpapi

import (
	"context"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

const (
	systems        = base + "/systems"
	oneSystem      = systems + "/{id}"
	oneSystemGrant = oneSystem + "/grants/{gid}"
	oneKey         = oneSystem + "/keys/{kid}"
	apiKeys        = base + "/api-keys"
)

// systems lists systems.
//
// @Summary   Hệ thống · Systems
// @Description Tài khoản dành cho phần mềm của một cơ quan. Quản trị, lãnh đạo đội và kiểm tra viên đọc tất cả; quản trị đơn vị đọc của đơn vị mình. · Accounts of an agency's programs. Administrators, team leads and auditors read all, an agency's administrator its own.
// @Tags      systems
// @Param     filter  query     api.SystemFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.SystemAccountList
// @Router    /api/v1/systems [get]
func (s *Server) systems(ctx context.Context, x in[api.SystemFilter, none]) (out[api.SystemAccountList], error) {
	q := x.query
	list, err := s.directory.Systems(ctx, x.By, directory.SystemFilter{AgencyID: q.AgencyID, Disabled: q.Disabled, Awaiting: q.Awaiting}, x.At)
	list, end := cut(x.page, list, func(v store.System) string { return v.User.ID })
	return reply(api.SystemAccountList{Items: each(list, systemView(today(x.At))), Paged: end}, err)
}

// system reads one system.
//
// @Summary   Đọc một hệ thống · Read a system
// @Tags      systems
// @Success   200  {object}  api.SystemAccount
// @Router    /api/v1/systems/{id} [get]
func (s *Server) system(ctx context.Context, x in[none, none]) (out[api.SystemAccount], error) {
	v, err := s.directory.System(ctx, x.By, x.id)
	return systemAnswer(v, today(x.At), err)
}

// createSystem adds a system.
//
// @Summary   Thêm hệ thống · Add a system
// @Description Không có mật khẩu; chưa có vai trò và khóa nào. Hệ thống làm được điều mà cả vai trò lẫn danh sách thao tác (verbs) cho phép. · It has no password, and neither role nor key yet. It may do what its roles and its verbs both allow.
// @Tags      systems
// @Param     body  body      api.NewSystem  true  "Hệ thống · The system"
// @Success   201   {object}  api.SystemAccount
// @Router    /api/v1/systems [post]
func (s *Server) createSystem(ctx context.Context, x in[none, api.NewSystem]) (out[api.SystemAccount], error) {
	b := x.body
	verbs := make([]policy.Action, len(b.Verbs))
	for i, v := range b.Verbs {
		verbs[i] = policy.Action(v)
	}
	v, err := s.directory.CreateSystem(ctx, x.Call, directory.NewSystem{
		Username: b.Username, FullName: b.FullName, Purpose: b.Purpose, AgencyID: b.AgencyID, Verbs: verbs, Addresses: append([]string{}, b.Addresses...),
	})
	o, err := systemAnswer(v, today(x.At), err)
	o.location = systems + "/" + o.body.ID
	return o, err
}

// changeSystem changes a system.
//
// @Summary   Sửa hệ thống · Change a system
// @Description Thêm thao tác thì quyền mở hồ sơ phải được người thứ hai xác nhận lại; chuyển cơ quan thì mọi quyền và khóa chấm dứt. · More verbs put the grants that open cases before a second person again; another agency ends every grant and key.
// @Tags      systems
// @Param     body  body      api.SystemAccountPatch  true  "JSON Merge Patch"
// @Success   200   {object}  api.SystemAccount
// @Router    /api/v1/systems/{id} [patch]
func (s *Server) changeSystem(ctx context.Context, x in[none, api.SystemAccountPatch]) (out[api.SystemAccount], error) {
	v, err := s.directory.ChangeSystem(ctx, x.Call, x.id, x.body)
	return systemAnswer(v, today(x.At), err)
}

// disableSystem locks a system.
//
// @Summary   Khóa hệ thống · Disable a system
// @Description Có hiệu lực ngay với mọi khóa và mã truy cập. · At once, for every key and token.
// @Tags      systems
// @Param     body  body      api.DisableSystem  true  "Lý do, văn bản · Reason, document"
// @Success   200   {object}  api.SystemAccount
// @Router    /api/v1/systems/{id}/disable [post]
func (s *Server) disableSystem(ctx context.Context, x in[none, api.DisableSystem]) (out[api.SystemAccount], error) {
	v, err := s.directory.DisableSystem(ctx, x.Call, x.id, x.body.Reason, x.body.Document)
	return systemAnswer(v, today(x.At), err)
}

// enableSystem opens a system again.
//
// @Summary   Mở lại hệ thống · Enable a system
// @Tags      systems
// @Param     body  body      api.EnableSystem  true  "Lý do · Reason"
// @Success   200   {object}  api.SystemAccount
// @Router    /api/v1/systems/{id}/enable [post]
func (s *Server) enableSystem(ctx context.Context, x in[none, api.EnableSystem]) (out[api.SystemAccount], error) {
	v, err := s.directory.EnableSystem(ctx, x.Call, x.id, x.body.Reason)
	return systemAnswer(v, today(x.At), err)
}

// grantSystem gives a system a role.
//
// @Summary   Cấp quyền cho hệ thống · Grant a system a role
// @Description Theo đúng quy tắc cấp quyền cho người. · By the rules for people.
// @Tags      systems
// @Param     body  body      api.NewGrant  true  "Vai trò, thời hạn, căn cứ · Role, dates, basis"
// @Success   201   {object}  api.SystemAccount
// @Router    /api/v1/systems/{id}/grants [post]
func (s *Server) grantSystem(ctx context.Context, x in[none, api.NewGrant]) (out[api.SystemAccount], error) {
	b := x.body
	v, err := s.directory.GrantSystem(ctx, x.Call, x.id, policy.Role(b.Role), incident.Span{From: b.From, To: b.To}, b.Basis)
	return systemAnswer(v, today(x.At), err)
}

// confirmSystemGrant is the second person's yes.
//
// @Summary   Xác nhận quyền của hệ thống · Confirm a grant of a system
// @Description Người thứ hai xác nhận hệ thống đúng như phiên bản đã đọc (If-Match). · The second person confirms the system as it was read (If-Match).
// @Tags      systems
// @Success   200  {object}  api.SystemAccount
// @Router    /api/v1/systems/{id}/grants/{gid}/confirm [post]
func (s *Server) confirmSystemGrant(ctx context.Context, x in[none, none]) (out[api.SystemAccount], error) {
	v, err := s.directory.ConfirmSystemGrant(ctx, x.Call, x.id, x.sub)
	return systemAnswer(v, today(x.At), err)
}

// endSystemGrant ends a grant of a system.
//
// @Summary   Thu hồi quyền của hệ thống · End a grant of a system
// @Tags      systems
// @Param     body  body      api.EndGrant  true  "Ngày và lý do · Day and reason"
// @Success   200   {object}  api.SystemAccount
// @Router    /api/v1/systems/{id}/grants/{gid}/end [post]
func (s *Server) endSystemGrant(ctx context.Context, x in[none, api.EndGrant]) (out[api.SystemAccount], error) {
	v, err := s.directory.EndSystemGrant(ctx, x.Call, x.id, x.sub, x.body.On, x.body.Reason)
	return systemAnswer(v, today(x.At), err)
}

// makeKey makes a key of a system.
//
// @Summary   Tạo khóa · Make a key
// @Description Khóa chỉ hiện một lần; hệ thống chỉ lưu giá trị băm. · The secret is shown once; its hash alone is kept.
// @Tags      systems
// @Param     body  body      api.NewAPIKey  true  "Tên, hạn dùng · Name, expiry"
// @Success   201   {object}  api.SystemKeySecret
// @Router    /api/v1/systems/{id}/keys [post]
func (s *Server) makeKey(ctx context.Context, x in[none, api.NewAPIKey]) (out[api.SystemKeySecret], error) {
	k, secret, err := s.directory.MakeKey(ctx, x.Call, x.id, x.body.Name, momentOf(x.body.ExpiresAt))
	return secretAnswer(k, secret, x.At, err)
}

// systemKeys lists the keys of a system.
//
// @Summary   Khóa của hệ thống · Keys of a system
// @Tags      systems
// @Param     page  query     api.Paging  false  "Trang · Page"
// @Success   200   {object}  api.SystemKeyList
// @Router    /api/v1/systems/{id}/keys [get]
func (s *Server) systemKeys(ctx context.Context, x in[api.Paging, none]) (out[api.SystemKeyList], error) {
	list, err := s.directory.KeysOf(ctx, x.By, x.id)
	list, end := cut(x.page, list, func(k store.Key) string { return k.ID })
	return reply(api.SystemKeyList{Items: each(list, keyView(x.At)), Paged: end}, err)
}

// rotateKey makes the key that follows another.
//
// @Summary   Thay khóa · Rotate a key
// @Description Khóa cũ còn dùng được đến thời điểm đã chọn, tối đa 7 ngày. · The old key goes on until the chosen moment, at most 7 days.
// @Tags      systems
// @Param     body  body      api.RotateAPIKey  true  "Hạn của khóa cũ và khóa mới · The ends of the old and the new key"
// @Success   201   {object}  api.SystemKeySecret
// @Router    /api/v1/systems/{id}/keys/{kid}/rotate [post]
func (s *Server) rotateKey(ctx context.Context, x in[none, api.RotateAPIKey]) (out[api.SystemKeySecret], error) {
	k, secret, err := s.directory.RotateKey(ctx, x.Call, x.id, x.sub, momentOf(x.body.OldUntil), momentOf(x.body.ExpiresAt))
	return secretAnswer(k, secret, x.At, err)
}

// revokeKey ends a key.
//
// @Summary   Thu hồi khóa · Revoke a key
// @Description Có hiệu lực ngay, kể cả với mã truy cập đã cấp từ khóa này. · At once, for the tokens given for it too.
// @Tags      systems
// @Param     body  body      api.RevokeAPIKey  true  "Lý do · Reason"
// @Success   200   {object}  api.SystemKey
// @Router    /api/v1/systems/{id}/keys/{kid}/revoke [post]
func (s *Server) revokeKey(ctx context.Context, x in[none, api.RevokeAPIKey]) (out[api.SystemKey], error) {
	k, err := s.directory.RevokeKey(ctx, x.Call, x.id, x.sub, x.body.Reason)
	if err != nil {
		return out[api.SystemKey]{}, err
	}
	return reply(keyView(x.At)(*k), nil)
}

// apiKeys lists keys.
//
// @Summary   Mọi khóa · All keys
// @Description Khóa mà người gọi được quản lý. · The keys that the caller may manage.
// @Tags      systems
// @Param     filter  query     api.SystemKeyFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.SystemKeyList
// @Router    /api/v1/api-keys [get]
func (s *Server) apiKeys(ctx context.Context, x in[api.SystemKeyFilter, none]) (out[api.SystemKeyList], error) {
	list, err := s.directory.Keys(ctx, x.By, directory.KeyFilter{SystemID: x.query.SystemID, Live: x.query.Live}, x.At)
	list, end := cut(x.page, list, func(k store.Key) string { return k.ID })
	return reply(api.SystemKeyList{Items: each(list, keyView(x.At)), Paged: end}, err)
}

func systemAnswer(x *store.System, on string, err error) (out[api.SystemAccount], error) {
	if err != nil {
		return out[api.SystemAccount]{}, err
	}
	return out[api.SystemAccount]{body: systemView(on)(*x), version: x.User.Version}, nil
}

// systemView is a system, with the roles in force on the day on.
func systemView(on string) func(store.System) api.SystemAccount {
	return func(x store.System) api.SystemAccount {
		u := userView(on)(x.User)
		return api.SystemAccount{
			ID: u.ID, Version: u.Version, Username: u.Username, FullName: u.FullName, Purpose: x.Purpose, AgencyID: u.AgencyID,
			Verbs: texts(x.Verbs), Addresses: append([]string{}, x.Addresses...),
			DisabledAt: u.DisabledAt, DisabledReason: u.DisabledReason, DisabledDocument: u.DisabledDocument,
			Roles: u.Roles, Grants: u.Grants, CreatedAt: u.CreatedAt,
		}
	}
}

func secretAnswer(k *store.Key, secret string, at time.Time, err error) (out[api.SystemKeySecret], error) {
	if err != nil {
		return out[api.SystemKeySecret]{}, err
	}
	return out[api.SystemKeySecret]{
		body:     api.SystemKeySecret{Key: keyView(at)(*k), ClientID: k.UserID, Secret: secret},
		location: systems + "/" + k.UserID + "/keys",
	}, nil
}

// keyView is a key as it stands at the moment; of its secret it says how it begins.
func keyView(at time.Time) func(store.Key) api.SystemKey {
	return func(k store.Key) api.SystemKey {
		return api.SystemKey{
			ID: k.ID, SystemID: k.UserID, Name: k.Name, Prefix: authn.KeyPrefix + strings.ReplaceAll(k.ID, "-", ""), Live: k.Live(at),
			ExpiresAt: stamp(k.ExpiresAt), ReplacesID: k.ReplacesID, RevokedAt: stampOf(k.RevokedAt), RevokedByID: k.RevokedByID,
			RevokedReason: orNull(k.RevokedReason), LastUsedAt: stampOf(k.LastUsedAt), CreatedAt: stamp(k.CreatedAt), CreatedByID: k.CreatedByID,
		}
	}
}
