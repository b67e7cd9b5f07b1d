package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// SendMessage speaks to the other side of the report.
func (c *Client) SendMessage(ctx context.Context, w Write, id string, body api.NewMessage) (api.Message, error) {
	return call[api.Message](ctx, c, http.MethodPost, incidentPath(id, "messages"), w.headers(), body)
}

// Messages lists the conversation between the reporting agency and the team.
func (c *Client) Messages(ctx context.Context, id string, p api.Paging) (api.MessageList, error) {
	return call[api.MessageList](ctx, c, http.MethodGet, incidentPath(id, "messages")+query(p), nil, nil)
}
