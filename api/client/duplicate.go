package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// Duplicates suggests cases that may tell of the same event.
func (c *Client) Duplicates(ctx context.Context, id string, p api.Paging) (api.DuplicateList, error) {
	return call[api.DuplicateList](ctx, c, http.MethodGet, incidentPath(id, "duplicates")+query(p), nil, nil)
}
