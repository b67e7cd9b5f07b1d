package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

const factorPath = "/api/v1/auth/second-factor"

// EnrolFactor asks for the secret of a second factor, which is shown once.
func (c *Client) EnrolFactor(ctx context.Context, body api.EnrolFactor) (api.FactorSecret, error) {
	return call[api.FactorSecret](ctx, c, http.MethodPost, factorPath, nil, body)
}

// ConfirmFactor puts it into force and answers the recovery codes, which are shown once.
func (c *Client) ConfirmFactor(ctx context.Context, body api.ConfirmFactor) (api.RecoveryCodes, error) {
	return call[api.RecoveryCodes](ctx, c, http.MethodPost, factorPath+"/confirm", nil, body)
}

// DisableFactor ends the caller's second factor.
func (c *Client) DisableFactor(ctx context.Context, body api.ProveFactor) error {
	_, err := c.send(ctx, http.MethodPost, factorPath+"/disable", nil, body)
	return err
}

// RenewRecoveryCodes answers new recovery codes; the old ones are good for nothing.
func (c *Client) RenewRecoveryCodes(ctx context.Context, body api.ProveFactor) (api.RecoveryCodes, error) {
	return call[api.RecoveryCodes](ctx, c, http.MethodPost, factorPath+"/recovery-codes", nil, body)
}

// ResetFactor takes a person's second factor away.
func (c *Client) ResetFactor(ctx context.Context, w Write, id string) (api.User, error) {
	return call[api.User](ctx, c, http.MethodPost, userPath(id, "/second-factor/reset"), w.headers(), nil)
}

// ConfirmReset is the second person's yes to a reset.
func (c *Client) ConfirmReset(ctx context.Context, w Write, id string) (api.User, error) {
	return call[api.User](ctx, c, http.MethodPost, userPath(id, "/reset/confirm"), w.headers(), nil)
}

// UserReviews lists what the half-yearly review looks at.
func (c *Client) UserReviews(ctx context.Context, f api.ReviewFilter) (api.UserReviewList, error) {
	return call[api.UserReviewList](ctx, c, http.MethodGet, "/api/v1/users/review"+query(f), nil, nil)
}

// RecordReview records that somebody has looked at what a person may do.
func (c *Client) RecordReview(ctx context.Context, w Write, id string, body api.RecordReview) (api.UserReview, error) {
	return call[api.UserReview](ctx, c, http.MethodPost, userPath(id, "/review"), w.headers(), body)
}
