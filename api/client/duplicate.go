package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// Duplicates suggests cases that may tell of the same event.
func (c *Client) Duplicates(ctx context.Context, id string, p api.Paging) (api.DuplicateList, error) {
	return get[api.DuplicateList](ctx, c, p, "incidents", id, "duplicates")
}
