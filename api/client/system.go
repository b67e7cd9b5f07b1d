package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/ungcuu/ungcuu/api"
)

// Systems lists systems.
func (c *Client) Systems(ctx context.Context, f api.SystemFilter) (api.SystemAccountList, error) {
	return get[api.SystemAccountList](ctx, c, f, "systems")
}

// System reads one system.
func (c *Client) System(ctx context.Context, id string) (api.SystemAccount, error) {
	return get[api.SystemAccount](ctx, c, nil, "systems", id)
}

// CreateSystem adds a system.
func (c *Client) CreateSystem(ctx context.Context, w Write, body api.NewSystem) (api.SystemAccount, error) {
	return post[api.SystemAccount](ctx, c, w, body, "systems")
}

// ChangeSystem changes a system.
func (c *Client) ChangeSystem(ctx context.Context, w Write, id string, body api.SystemAccountPatch) (api.SystemAccount, error) {
	return patch[api.SystemAccount](ctx, c, w, body, "systems", id)
}

// DisableSystem locks a system.
func (c *Client) DisableSystem(ctx context.Context, w Write, id string, body api.DisableSystem) (api.SystemAccount, error) {
	return post[api.SystemAccount](ctx, c, w, body, "systems", id, "disable")
}

// EnableSystem opens a system again.
func (c *Client) EnableSystem(ctx context.Context, w Write, id string, body api.EnableSystem) (api.SystemAccount, error) {
	return post[api.SystemAccount](ctx, c, w, body, "systems", id, "enable")
}

// GrantSystemRole gives a system a role.
func (c *Client) GrantSystemRole(ctx context.Context, w Write, id string, body api.NewGrant) (api.SystemAccount, error) {
	return post[api.SystemAccount](ctx, c, w, body, "systems", id, "grants")
}

// ConfirmSystemGrant is the second person's yes, to the version of the system that was read.
func (c *Client) ConfirmSystemGrant(ctx context.Context, w Write, id, grantID string) (api.SystemAccount, error) {
	return post[api.SystemAccount](ctx, c, w, nil, "systems", id, "grants", grantID, "confirm")
}

// EndSystemGrant ends a grant of a system.
func (c *Client) EndSystemGrant(ctx context.Context, w Write, id, grantID string, body api.EndGrant) (api.SystemAccount, error) {
	return post[api.SystemAccount](ctx, c, w, body, "systems", id, "grants", grantID, "end")
}

// MakeKey makes a key of a system and answers its secret, which is shown once.
func (c *Client) MakeKey(ctx context.Context, id string, body api.NewAPIKey) (api.SystemKeySecret, error) {
	return post[api.SystemKeySecret](ctx, c, Write{}, body, "systems", id, "keys")
}

// SystemKeys lists the keys of a system.
func (c *Client) SystemKeys(ctx context.Context, id string, p api.Paging) (api.SystemKeyList, error) {
	return get[api.SystemKeyList](ctx, c, p, "systems", id, "keys")
}

// RotateKey makes the key that follows another and answers its secret, which is shown once.
func (c *Client) RotateKey(ctx context.Context, id, keyID string, body api.RotateAPIKey) (api.SystemKeySecret, error) {
	return post[api.SystemKeySecret](ctx, c, Write{}, body, "systems", id, "keys", keyID, "rotate")
}

// RevokeKey ends a key.
func (c *Client) RevokeKey(ctx context.Context, id, keyID string, body api.RevokeAPIKey) (api.SystemKey, error) {
	return post[api.SystemKey](ctx, c, Write{}, body, "systems", id, "keys", keyID, "revoke")
}

// APIKeys lists the keys that the caller may manage.
func (c *Client) APIKeys(ctx context.Context, f api.SystemKeyFilter) (api.SystemKeyList, error) {
	return get[api.SystemKeyList](ctx, c, f, "api-keys")
}

// ClientToken trades a key for an access token (RFC 6749 4.4); As makes the client that uses it.
// A refusal is an *OAuthRefusal.
func (c *Client) ClientToken(ctx context.Context, clientID, secret string, scope ...string) (api.OAuthToken, error) {
	var out api.OAuthToken
	form := url.Values{"grant_type": {"client_credentials"}}
	if len(scope) > 0 {
		form.Set("scope", strings.Join(scope, " "))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path("oauth", "token"), strings.NewReader(form.Encode()))
	if err != nil {
		return out, fmt.Errorf("client: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(clientID), url.QueryEscape(secret))
	resp, err := c.opts.HTTPClient.Do(req)
	if err != nil {
		return out, fmt.Errorf("client: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return out, fmt.Errorf("client: answer of the token endpoint: %w", err)
	}
	if resp.StatusCode < 300 {
		err = json.Unmarshal(raw, &out)
		return out, err
	}
	refusal := &OAuthRefusal{Status: resp.StatusCode}
	if err := json.Unmarshal(raw, &refusal.OAuthError); err != nil || refusal.OAuthError.Error == "" {
		return out, errors.Join(problem(resp, raw), err)
	}
	return out, refusal
}

// OAuthRefusal is the answer of the token endpoint to a request it does not take.
type OAuthRefusal struct {
	Status     int
	OAuthError api.OAuthError
}

func (r *OAuthRefusal) Error() string { return r.OAuthError.Error + ": " + r.OAuthError.Description }
