package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// Users lists people.
func (c *Client) Users(ctx context.Context, f api.UserFilter) (api.UserList, error) {
	return get[api.UserList](ctx, c, f, "users")
}

// User reads one person.
func (c *Client) User(ctx context.Context, id string) (api.User, error) {
	return get[api.User](ctx, c, nil, "users", id)
}

// CreateUser adds a person and answers the password that is shown once.
func (c *Client) CreateUser(ctx context.Context, body api.NewUser) (api.UserPassword, error) {
	return post[api.UserPassword](ctx, c, Write{}, body, "users")
}

// ChangeUser changes a person.
func (c *Client) ChangeUser(ctx context.Context, w Write, id string, body api.UserPatch) (api.User, error) {
	return patch[api.User](ctx, c, w, body, "users", id)
}

// DisableUser locks an account.
func (c *Client) DisableUser(ctx context.Context, w Write, id string, body api.DisableUser) (api.User, error) {
	return post[api.User](ctx, c, w, body, "users", id, "disable")
}

// EnableUser opens an account again.
func (c *Client) EnableUser(ctx context.Context, w Write, id string, body api.EnableUser) (api.User, error) {
	return post[api.User](ctx, c, w, body, "users", id, "enable")
}

// ResetPassword gives an account a new password, which is shown once.
func (c *Client) ResetPassword(ctx context.Context, id string) (api.UserPassword, error) {
	return post[api.UserPassword](ctx, c, Write{}, nil, "users", id, "password")
}

// GrantRole gives a person a role.
func (c *Client) GrantRole(ctx context.Context, w Write, id string, body api.NewGrant) (api.User, error) {
	return post[api.User](ctx, c, w, body, "users", id, "grants")
}

// ConfirmGrant is the second person's yes.
func (c *Client) ConfirmGrant(ctx context.Context, w Write, id, grantID string) (api.User, error) {
	return post[api.User](ctx, c, w, nil, "users", id, "grants", grantID, "confirm")
}

// EndGrant ends a grant.
func (c *Client) EndGrant(ctx context.Context, w Write, id, grantID string, body api.EndGrant) (api.User, error) {
	return post[api.User](ctx, c, w, body, "users", id, "grants", grantID, "end")
}
