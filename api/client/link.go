package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// AddLink ties the case to another.
func (c *Client) AddLink(ctx context.Context, w Write, id string, body api.NewLink) (api.Link, error) {
	return post[api.Link](ctx, c, w, body, "incidents", id, "links")
}

// Links lists the links of a case whose other case is in sight.
func (c *Client) Links(ctx context.Context, id string, p api.Paging) (api.LinkList, error) {
	return get[api.LinkList](ctx, c, p, "incidents", id, "links")
}

// RemoveLink takes a link away.
func (c *Client) RemoveLink(ctx context.Context, w Write, id, linkID string, body api.RemoveLink) (api.Link, error) {
	return post[api.Link](ctx, c, w, body, "incidents", id, "links", linkID, "remove")
}
