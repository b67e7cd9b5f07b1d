package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// Accesses lists who read what.
func (c *Client) Accesses(ctx context.Context, f api.AccessFilter) (api.AccessList, error) {
	return get[api.AccessList](ctx, c, f, "audit", "accesses")
}

// CaseAccesses lists who read one incident.
func (c *Client) CaseAccesses(ctx context.Context, id string, f api.CaseAccessFilter) (api.AccessList, error) {
	return get[api.AccessList](ctx, c, f, "incidents", id, "accesses")
}

// Denials lists what was refused.
func (c *Client) Denials(ctx context.Context, f api.DenialFilter) (api.DenialList, error) {
	return get[api.DenialList](ctx, c, f, "audit", "denials")
}
