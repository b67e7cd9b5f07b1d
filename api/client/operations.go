package client

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// Health says that the process answers.
func (c *Client) Health(ctx context.Context) (api.Health, error) {
	return call[api.Health](ctx, c, http.MethodGet, "/healthz", nil, nil)
}

// Ready says whether the service can do its work. A service that is not ready answers 503:
// its checks come back beside the error.
func (c *Client) Ready(ctx context.Context) (api.Readiness, error) {
	var out api.Readiness
	raw, err := c.send(ctx, http.MethodGet, "/readyz", nil, nil)
	if bad := json.Unmarshal(raw, &out); err == nil {
		err = bad
	}
	return out, err
}
