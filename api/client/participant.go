package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// Invite lets a further agency take part.
func (c *Client) Invite(ctx context.Context, w Write, id string, body api.NewInvitation) (api.Invitation, error) {
	return post[api.Invitation](ctx, c, w, body, "incidents", id, "participants")
}

// EndInvitation ends the part of an invited agency.
func (c *Client) EndInvitation(ctx context.Context, w Write, id, pid string, body api.EndInvitation) (api.Invitation, error) {
	return post[api.Invitation](ctx, c, w, body, "incidents", id, "participants", pid, "end")
}
