package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// Login trades a name and a password for tokens; As makes the client that uses them.
func (c *Client) Login(ctx context.Context, body api.Login) (api.Tokens, error) {
	return post[api.Tokens](ctx, c, Write{}, body, "auth", "login")
}

// Refresh trades a refresh token for new tokens.
func (c *Client) Refresh(ctx context.Context, body api.Refresh) (api.Tokens, error) {
	return post[api.Tokens](ctx, c, Write{}, body, "auth", "refresh")
}

// Logout ends the session of the client's token.
func (c *Client) Logout(ctx context.Context, body api.Logout) error {
	_, err := c.send(ctx, http.MethodPost, path("auth", "logout"), nil, body)
	return err
}

// ChangePassword changes the caller's password.
func (c *Client) ChangePassword(ctx context.Context, body api.ChangePassword) error {
	_, err := c.send(ctx, http.MethodPost, path("auth", "password"), nil, body)
	return err
}

// Me is the caller.
func (c *Client) Me(ctx context.Context) (api.Me, error) {
	return get[api.Me](ctx, c, nil, "me")
}
