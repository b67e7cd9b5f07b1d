package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// Deliveries lists what was sent to whom about which event.
func (c *Client) Deliveries(ctx context.Context, f api.DeliveryFilter) (api.DeliveryList, error) {
	return call[api.DeliveryList](ctx, c, http.MethodGet, "/api/v1/deliveries"+query(f), nil, nil)
}
