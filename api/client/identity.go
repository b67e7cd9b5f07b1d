package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// Identities lists who a person is at identity providers.
func (c *Client) Identities(ctx context.Context, userID string, f api.IdentityFilter) (api.IdentityList, error) {
	return get[api.IdentityList](ctx, c, f, "users", userID, "identities")
}

// BindIdentity binds the subject of a provider to a person.
func (c *Client) BindIdentity(ctx context.Context, w Write, userID string, body api.NewIdentity) (api.Identity, error) {
	return post[api.Identity](ctx, c, w, body, "users", userID, "identities")
}

// ConfirmIdentity is the second person's yes.
func (c *Client) ConfirmIdentity(ctx context.Context, w Write, userID, id string) (api.Identity, error) {
	return post[api.Identity](ctx, c, w, nil, "users", userID, "identities", id, "confirm")
}

// EndIdentity unbinds it.
func (c *Client) EndIdentity(ctx context.Context, w Write, userID, id string, body api.EndIdentity) (api.Identity, error) {
	return post[api.Identity](ctx, c, w, body, "users", userID, "identities", id, "end")
}
