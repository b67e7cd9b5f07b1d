package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// SendMessage speaks to the other side of the report.
func (c *Client) SendMessage(ctx context.Context, w Write, id string, body api.NewMessage) (api.Message, error) {
	return post[api.Message](ctx, c, w, body, "incidents", id, "messages")
}

// Messages lists the conversation between the reporting agency and the team.
func (c *Client) Messages(ctx context.Context, id string, p api.Paging) (api.MessageList, error) {
	return get[api.MessageList](ctx, c, p, "incidents", id, "messages")
}
