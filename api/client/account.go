package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// EnrolFactor asks for the secret of a second factor, which is shown once.
func (c *Client) EnrolFactor(ctx context.Context, body api.EnrolFactor) (api.FactorSecret, error) {
	return post[api.FactorSecret](ctx, c, Write{}, body, "auth", "second-factor")
}

// ConfirmFactor puts it into force and answers the recovery codes, which are shown once.
func (c *Client) ConfirmFactor(ctx context.Context, body api.ConfirmFactor) (api.RecoveryCodes, error) {
	return post[api.RecoveryCodes](ctx, c, Write{}, body, "auth", "second-factor", "confirm")
}

// DisableFactor ends the caller's second factor.
func (c *Client) DisableFactor(ctx context.Context, body api.ProveFactor) error {
	_, err := c.send(ctx, http.MethodPost, path("auth", "second-factor", "disable"), nil, body)
	return err
}

// RenewRecoveryCodes answers new recovery codes; the old ones are good for nothing.
func (c *Client) RenewRecoveryCodes(ctx context.Context, body api.ProveFactor) (api.RecoveryCodes, error) {
	return post[api.RecoveryCodes](ctx, c, Write{}, body, "auth", "second-factor", "recovery-codes")
}

// ResetFactor takes a person's second factor away.
func (c *Client) ResetFactor(ctx context.Context, w Write, id string) (api.User, error) {
	return post[api.User](ctx, c, w, nil, "users", id, "second-factor", "reset")
}

// ConfirmReset is the second person's yes to a reset.
func (c *Client) ConfirmReset(ctx context.Context, w Write, id string) (api.User, error) {
	return post[api.User](ctx, c, w, nil, "users", id, "reset", "confirm")
}

// UserReviews lists what the half-yearly review looks at.
func (c *Client) UserReviews(ctx context.Context, f api.ReviewFilter) (api.UserReviewList, error) {
	return get[api.UserReviewList](ctx, c, f, "users", "review")
}

// RecordReview records that somebody has looked at what a person may do.
func (c *Client) RecordReview(ctx context.Context, w Write, id string, body api.RecordReview) (api.UserReview, error) {
	return post[api.UserReview](ctx, c, w, body, "users", id, "review")
}
