package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// try asks for leave to check a password once more.
func (s *Server) try(ctx context.Context, username, address string) (end func(), err error) {
	end, err = s.attempts.begin(ctx, username, networkOf(address))
	if err != nil {
		s.watch.Add(telemetry.LoginsLimited, 1)
	}
	return end, err
}

// enrolFactor gives a secret for an authenticator.
//
// @Summary   Đăng ký yếu tố xác thực thứ hai · Enrol a second factor
// @Description Mã bí mật chỉ hiện một lần; có hiệu lực sau khi xác nhận bằng một mã. · The secret is shown once; it is in force once a code was confirmed.
// @Tags      auth
// @Param     body  body      api.EnrolFactor  true  "Mật khẩu · The password"
// @Success   200   {object}  api.FactorSecret
// @Router    /api/v1/auth/second-factor [post]
func (s *Server) enrolFactor(ctx context.Context, x in[none, api.EnrolFactor]) (out[api.FactorSecret], error) {
	end, err := s.try(ctx, x.By.Username, x.address)
	if err != nil {
		return out[api.FactorSecret]{}, err
	}
	defer end()
	d, err := s.directory.EnrolFactor(ctx, x.Call, x.body.Password)
	return reply(api.FactorSecret{Secret: d.Secret, URI: d.URI}, err)
}

// confirmFactor puts the second factor into force.
//
// @Summary   Xác nhận yếu tố xác thực thứ hai · Confirm the second factor
// @Description Trả về 10 mã khôi phục, chỉ hiện một lần, mỗi mã dùng một lần; mọi phiên khác kết thúc. · Answers ten recovery codes, shown once, each good for one use; every other session ends.
// @Tags      auth
// @Param     body  body      api.ConfirmFactor  true  "Mã 6 số · A code"
// @Success   200   {object}  api.RecoveryCodes
// @Router    /api/v1/auth/second-factor/confirm [post]
func (s *Server) confirmFactor(ctx context.Context, x in[none, api.ConfirmFactor]) (out[api.RecoveryCodes], error) {
	codes, err := s.directory.ConfirmFactor(ctx, x.Call, x.session.ID, x.body.Code)
	return reply(api.RecoveryCodes{Codes: codes}, err)
}

// disableFactor ends the second factor.
//
// @Summary   Tắt yếu tố xác thực thứ hai · End the second factor
// @Tags      auth
// @Param     body  body  api.ProveFactor  true  "Mật khẩu và mã · The password and a code"
// @Success   204
// @Router    /api/v1/auth/second-factor/disable [post]
func (s *Server) disableFactor(ctx context.Context, x in[none, api.ProveFactor]) (out[none], error) {
	end, err := s.try(ctx, x.By.Username, x.address)
	if err != nil {
		return out[none]{}, err
	}
	defer end()
	return out[none]{}, s.directory.DisableFactor(ctx, x.Call, x.session.ID, x.body.Password, x.body.Code)
}

// renewRecoveryCodes replaces the recovery codes.
//
// @Summary   Lấy bộ mã khôi phục mới · New recovery codes
// @Description Bộ mã cũ hết hiệu lực. · The old ones are good for nothing.
// @Tags      auth
// @Param     body  body      api.ProveFactor  true  "Mật khẩu và mã · The password and a code"
// @Success   200   {object}  api.RecoveryCodes
// @Router    /api/v1/auth/second-factor/recovery-codes [post]
func (s *Server) renewRecoveryCodes(ctx context.Context, x in[none, api.ProveFactor]) (out[api.RecoveryCodes], error) {
	end, err := s.try(ctx, x.By.Username, x.address)
	if err != nil {
		return out[api.RecoveryCodes]{}, err
	}
	defer end()
	codes, err := s.directory.RenewRecoveryCodes(ctx, x.Call, x.session.ID, x.body.Password, x.body.Code)
	return reply(api.RecoveryCodes{Codes: codes}, err)
}

// resetFactor takes a person's second factor away.
//
// @Summary   Gỡ yếu tố xác thực thứ hai · Take a second factor away
// @Description Mọi phiên kết thúc, phải đổi mật khẩu. Tài khoản mở được hồ sơ chờ người thứ hai xác nhận mới đăng nhập được. · Every session ends, the password must be changed. An account that opens cases awaits a second person before it logs in.
// @Tags      users
// @Success   200  {object}  api.User
// @Router    /api/v1/users/{id}/second-factor/reset [post]
func (s *Server) resetFactor(ctx context.Context, x in[none, none]) (out[api.User], error) {
	u, err := s.directory.ResetFactor(ctx, x.Call, x.id)
	return userAnswer(u, today(x.At), err)
}

// confirmReset is the second person's yes to a reset.
//
// @Summary   Xác nhận cấp lại mật khẩu, yếu tố xác thực · Confirm a reset
// @Description Người thứ hai: quản trị khác hoặc lãnh đạo đội; không phải người cấp lại, không phải chủ tài khoản. · Another administrator or a team lead; neither who reset nor whose account it is.
// @Tags      users
// @Success   200  {object}  api.User
// @Router    /api/v1/users/{id}/reset/confirm [post]
func (s *Server) confirmReset(ctx context.Context, x in[none, none]) (out[api.User], error) {
	u, err := s.directory.ConfirmReset(ctx, x.Call, x.id)
	return userAnswer(u, today(x.At), err)
}

// userReviews lists what the half-yearly review looks at.
//
// @Summary   Danh sách rà soát quyền truy cập · The review of access
// @Description Sáu tháng một lần: quyền, căn cứ, người cấp, người xác nhận, lần dùng cuối. · Every six months: grants, their basis, who granted and confirmed them, the last use.
// @Tags      users
// @Param     filter  query     api.ReviewFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.UserReviewList
// @Router    /api/v1/users/review [get]
func (s *Server) userReviews(ctx context.Context, x in[api.ReviewFilter, none]) (out[api.UserReviewList], error) {
	list, err := s.directory.Reviews(ctx, x.By, directory.ReviewFilter{AgencyID: x.query.AgencyID, Due: x.query.Due}, x.At)
	list, end := cut(x.page, list, func(r directory.Review) string { return r.ID })
	return reply(api.UserReviewList{Items: each(list, reviewView(today(x.At))), Paged: end}, err)
}

// recordReview records that somebody has looked at what a person may do.
//
// @Summary   Ghi nhận đã rà soát · Record a review
// @Tags      users
// @Param     body  body      api.RecordReview  false  "Ghi chú · A note"
// @Success   200   {object}  api.UserReview
// @Router    /api/v1/users/{id}/review [post]
func (s *Server) recordReview(ctx context.Context, x in[none, api.RecordReview]) (out[api.UserReview], error) {
	r, err := s.directory.RecordReview(ctx, x.Call, x.id, x.body.Note)
	if err != nil {
		return out[api.UserReview]{}, err
	}
	return out[api.UserReview]{body: reviewView(today(x.At))(*r), version: r.Version}, nil
}

func reviewView(on string) func(directory.Review) api.UserReview {
	return func(r directory.Review) api.UserReview {
		return api.UserReview{
			ID: r.ID, Username: r.Username, FullName: r.FullName, AgencyID: r.AgencyID, Roles: texts(r.RolesOn(on)), Grants: grantViews(r.Grants),
			CreatedAt: stamp(r.CreatedAt), LastLoginAt: stampOf(r.LastLoginAt), LastUsedOn: orNull(r.LastUsedOn), IdleDays: r.IdleDays, Idle: r.Idle,
			SecondFactor: r.SecondFactorAt != nil, DisabledAt: stampOf(r.DisabledAt), DisabledReason: orNull(r.DisabledReason),
			DisabledNotice: documentView(r.Notice), ReviewedAt: stampOf(r.ReviewedAt), ReviewedByID: r.ReviewedByID, DueOn: r.DueOn, Due: r.Due,
		}
	}
}

func grantViews(list []store.Grant) []api.Grant {
	return each(list, func(g store.Grant) api.Grant {
		return api.Grant{
			ID: g.ID, AgencyID: g.AgencyID, Role: string(g.Role), ValidFrom: orNull(g.Valid.From), ValidTo: orNull(g.Valid.To),
			Basis: g.Basis, GrantedByID: g.GrantedByID, GrantedAt: stamp(g.GrantedAt), Confirmed: orNull(g.Confirmed),
			ConfirmedByID: g.ConfirmedByID, ConfirmedAt: stampOf(g.ConfirmedAt),
		}
	})
}
