package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// Merge ends the case in another.
func (c *Client) Merge(ctx context.Context, w Write, id string, body api.Merge) (api.Incident, error) {
	return c.move(ctx, w, id, "merge", body)
}

// WithdrawReport takes a report back before triage.
func (c *Client) WithdrawReport(ctx context.Context, w Write, id string, body api.WithdrawReport) (api.Incident, error) {
	return c.move(ctx, w, id, "withdraw", body)
}
