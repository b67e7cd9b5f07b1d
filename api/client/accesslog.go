package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// Accesses lists who read what.
func (c *Client) Accesses(ctx context.Context, f api.AccessFilter) (api.AccessList, error) {
	return call[api.AccessList](ctx, c, http.MethodGet, "/api/v1/audit/accesses"+query(f), nil, nil)
}

// CaseAccesses lists who read one incident.
func (c *Client) CaseAccesses(ctx context.Context, id string, f api.CaseAccessFilter) (api.AccessList, error) {
	return call[api.AccessList](ctx, c, http.MethodGet, "/api/v1/incidents/"+id+"/accesses"+query(f), nil, nil)
}

// Denials lists what was refused.
func (c *Client) Denials(ctx context.Context, f api.DenialFilter) (api.DenialList, error) {
	return call[api.DenialList](ctx, c, http.MethodGet, "/api/v1/audit/denials"+query(f), nil, nil)
}
