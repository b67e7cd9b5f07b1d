package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// AskRedaction asks for a content to be taken away, and hides it at once.
func (c *Client) AskRedaction(ctx context.Context, w Write, id string, body api.NewRedaction) (api.Redaction, error) {
	return post[api.Redaction](ctx, c, w, body, "incidents", id, "redactions")
}

// Redactions lists the redactions of a case.
func (c *Client) Redactions(ctx context.Context, id string, f api.RedactionFilter) (api.RedactionList, error) {
	return get[api.RedactionList](ctx, c, f, "incidents", id, "redactions")
}

// Redaction reads one redaction.
func (c *Client) Redaction(ctx context.Context, id, redactionID string) (api.Redaction, error) {
	return get[api.Redaction](ctx, c, nil, "incidents", id, "redactions", redactionID)
}

// ConfirmRedaction is the second person's yes.
func (c *Client) ConfirmRedaction(ctx context.Context, w Write, id, redactionID string, body api.DecideRedaction) (api.Redaction, error) {
	return post[api.Redaction](ctx, c, w, body, "incidents", id, "redactions", redactionID, "confirm")
}

// RefuseRedaction is the second person's no.
func (c *Client) RefuseRedaction(ctx context.Context, w Write, id, redactionID string, body api.DecideRedaction) (api.Redaction, error) {
	return post[api.Redaction](ctx, c, w, body, "incidents", id, "redactions", redactionID, "refuse")
}
