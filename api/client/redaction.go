package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// AskRedaction asks for a content to be taken away, and hides it at once.
func (c *Client) AskRedaction(ctx context.Context, w Write, id string, body api.NewRedaction) (api.Redaction, error) {
	return call[api.Redaction](ctx, c, http.MethodPost, incidentPath(id, "redactions"), w.headers(), body)
}

// Redactions lists the redactions of a case.
func (c *Client) Redactions(ctx context.Context, id string, f api.RedactionFilter) (api.RedactionList, error) {
	return call[api.RedactionList](ctx, c, http.MethodGet, incidentPath(id, "redactions")+query(f), nil, nil)
}

// Redaction reads one redaction.
func (c *Client) Redaction(ctx context.Context, id, redactionID string) (api.Redaction, error) {
	return call[api.Redaction](ctx, c, http.MethodGet, incidentPath(id, "redactions", redactionID), nil, nil)
}

// ConfirmRedaction is the second person's yes.
func (c *Client) ConfirmRedaction(ctx context.Context, w Write, id, redactionID string, body api.DecideRedaction) (api.Redaction, error) {
	return call[api.Redaction](ctx, c, http.MethodPost, incidentPath(id, "redactions", redactionID, "confirm"), w.headers(), body)
}

// RefuseRedaction is the second person's no.
func (c *Client) RefuseRedaction(ctx context.Context, w Write, id, redactionID string, body api.DecideRedaction) (api.Redaction, error) {
	return call[api.Redaction](ctx, c, http.MethodPost, incidentPath(id, "redactions", redactionID, "refuse"), w.headers(), body)
}
