package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// AddLink ties the case to another.
func (c *Client) AddLink(ctx context.Context, w Write, id string, body api.NewLink) (api.Link, error) {
	return call[api.Link](ctx, c, http.MethodPost, incidentPath(id, "links"), w.headers(), body)
}

// Links lists the links of a case whose other case is in sight.
func (c *Client) Links(ctx context.Context, id string, p api.Paging) (api.LinkList, error) {
	return call[api.LinkList](ctx, c, http.MethodGet, incidentPath(id, "links")+query(p), nil, nil)
}

// RemoveLink takes a link away.
func (c *Client) RemoveLink(ctx context.Context, w Write, id, linkID string, body api.RemoveLink) (api.Link, error) {
	return call[api.Link](ctx, c, http.MethodPost, incidentPath(id, "links", linkID, "remove"), w.headers(), body)
}
