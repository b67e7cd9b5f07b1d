package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/ungcuu/ungcuu/api"
)

// Agencies lists the registry of agencies.
func (c *Client) Agencies(ctx context.Context, p api.Paging) (api.AgencyList, error) {
	return call[api.AgencyList](ctx, c, http.MethodGet, "/api/v1/agencies"+query(p), nil, nil)
}

// Agency reads one agency.
func (c *Client) Agency(ctx context.Context, id string) (api.Agency, error) {
	return call[api.Agency](ctx, c, http.MethodGet, "/api/v1/agencies/"+url.PathEscape(id), nil, nil)
}
