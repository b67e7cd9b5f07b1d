package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// Invite lets a further agency take part.
func (c *Client) Invite(ctx context.Context, w Write, id string, body api.NewInvitation) (api.Invitation, error) {
	return call[api.Invitation](ctx, c, http.MethodPost, incidentPath(id, "participants"), w.headers(), body)
}

// EndInvitation ends the part of an invited agency.
func (c *Client) EndInvitation(ctx context.Context, w Write, id, pid string, body api.EndInvitation) (api.Invitation, error) {
	return call[api.Invitation](ctx, c, http.MethodPost, incidentPath(id, "participants", pid, "end"), w.headers(), body)
}
