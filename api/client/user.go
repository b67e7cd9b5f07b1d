package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/ungcuu/ungcuu/api"
)

func userPath(id, more string) string { return "/api/v1/users/" + url.PathEscape(id) + more }

// Users lists people.
func (c *Client) Users(ctx context.Context, f api.UserFilter) (api.UserList, error) {
	return call[api.UserList](ctx, c, http.MethodGet, "/api/v1/users"+query(f), nil, nil)
}

// User reads one person.
func (c *Client) User(ctx context.Context, id string) (api.User, error) {
	return call[api.User](ctx, c, http.MethodGet, userPath(id, ""), nil, nil)
}

// CreateUser adds a person and answers the password that is shown once.
func (c *Client) CreateUser(ctx context.Context, body api.NewUser) (api.UserPassword, error) {
	return call[api.UserPassword](ctx, c, http.MethodPost, "/api/v1/users", nil, body)
}

// ChangeUser changes a person.
func (c *Client) ChangeUser(ctx context.Context, w Write, id string, body api.UserPatch) (api.User, error) {
	return call[api.User](ctx, c, http.MethodPatch, userPath(id, ""), w.headers(), body)
}

// DisableUser locks an account.
func (c *Client) DisableUser(ctx context.Context, w Write, id string, body api.DisableUser) (api.User, error) {
	return call[api.User](ctx, c, http.MethodPost, userPath(id, "/disable"), w.headers(), body)
}

// EnableUser opens an account again.
func (c *Client) EnableUser(ctx context.Context, w Write, id string, body api.EnableUser) (api.User, error) {
	return call[api.User](ctx, c, http.MethodPost, userPath(id, "/enable"), w.headers(), body)
}

// ResetPassword gives an account a new password, which is shown once.
func (c *Client) ResetPassword(ctx context.Context, id string) (api.UserPassword, error) {
	return call[api.UserPassword](ctx, c, http.MethodPost, userPath(id, "/password"), nil, nil)
}

// GrantRole gives a person a role.
func (c *Client) GrantRole(ctx context.Context, w Write, id string, body api.NewGrant) (api.User, error) {
	return call[api.User](ctx, c, http.MethodPost, userPath(id, "/grants"), w.headers(), body)
}

// ConfirmGrant is the second person's yes.
func (c *Client) ConfirmGrant(ctx context.Context, w Write, id, grantID string) (api.User, error) {
	return call[api.User](ctx, c, http.MethodPost, userPath(id, "/grants/"+url.PathEscape(grantID)+"/confirm"), w.headers(), nil)
}

// EndGrant ends a grant.
func (c *Client) EndGrant(ctx context.Context, w Write, id, grantID string, body api.EndGrant) (api.User, error) {
	return call[api.User](ctx, c, http.MethodPost, userPath(id, "/grants/"+url.PathEscape(grantID)+"/end"), w.headers(), body)
}
