package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// Outcome says what became of a report, through merges to the case that goes on with it.
func (c *Client) Outcome(ctx context.Context, id string) (api.Outcome, error) {
	return call[api.Outcome](ctx, c, http.MethodGet, incidentPath(id, "outcome"), nil, nil)
}
