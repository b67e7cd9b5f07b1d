package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/ungcuu/ungcuu/api"
)

func identityPath(userID, id, more string) string {
	return userPath(userID, "/identities/"+url.PathEscape(id)+more)
}

// Identities lists who a person is at identity providers.
func (c *Client) Identities(ctx context.Context, userID string, f api.IdentityFilter) (api.IdentityList, error) {
	return call[api.IdentityList](ctx, c, http.MethodGet, userPath(userID, "/identities")+query(f), nil, nil)
}

// BindIdentity binds the subject of a provider to a person.
func (c *Client) BindIdentity(ctx context.Context, w Write, userID string, body api.NewIdentity) (api.Identity, error) {
	return call[api.Identity](ctx, c, http.MethodPost, userPath(userID, "/identities"), w.headers(), body)
}

// ConfirmIdentity is the second person's yes.
func (c *Client) ConfirmIdentity(ctx context.Context, w Write, userID, id string) (api.Identity, error) {
	return call[api.Identity](ctx, c, http.MethodPost, identityPath(userID, id, "/confirm"), w.headers(), nil)
}

// EndIdentity unbinds it.
func (c *Client) EndIdentity(ctx context.Context, w Write, userID, id string, body api.EndIdentity) (api.Identity, error) {
	return call[api.Identity](ctx, c, http.MethodPost, identityPath(userID, id, "/end"), w.headers(), body)
}
