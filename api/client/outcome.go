package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// Outcome says what became of a report, through merges to the case that goes on with it.
func (c *Client) Outcome(ctx context.Context, id string) (api.Outcome, error) {
	return get[api.Outcome](ctx, c, nil, "incidents", id, "outcome")
}
