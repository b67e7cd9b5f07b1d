package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// Deliveries lists what was sent to whom about which event.
func (c *Client) Deliveries(ctx context.Context, f api.DeliveryFilter) (api.DeliveryList, error) {
	return get[api.DeliveryList](ctx, c, f, "deliveries")
}
