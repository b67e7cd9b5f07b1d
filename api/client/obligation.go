package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// CaseObligations lists the obligations of a case.
func (c *Client) CaseObligations(ctx context.Context, id string, p api.Paging) (api.ObligationList, error) {
	return get[api.ObligationList](ctx, c, p, "incidents", id, "obligations")
}

// ExplainObligations says of every rule why it calls for an obligation in the case, or does not. It is for
// the team and auditors, 403 for others.
func (c *Client) ExplainObligations(ctx context.Context, id string) (api.ExplainedList, error) {
	return get[api.ExplainedList](ctx, c, nil, "incidents", id, "obligations", "explain")
}

// Obligations lists the obligations in sight, beginning with what is due first.
func (c *Client) Obligations(ctx context.Context, f api.ObligationFilter) (api.ObligationList, error) {
	return get[api.ObligationList](ctx, c, f, "obligations")
}

// CountObligations counts obligations by the agency that owes them.
func (c *Client) CountObligations(ctx context.Context, f api.ObligationCountFilter) (api.ObligationCounts, error) {
	return get[api.ObligationCounts](ctx, c, f, "obligations", "counts")
}

// FulfilObligation fulfils an obligation by hand; id may be empty. For what is refused see api.Fulfil; 403
// where another agency owes it and the caller is not of the team.
func (c *Client) FulfilObligation(ctx context.Context, w Write, id, oid string, body api.Fulfil) (api.Obligation, error) {
	return post[api.Obligation](ctx, c, w, body, obligation(id, oid, "fulfil")...)
}

// WaiveObligation frees from an obligation; id may be empty. It is a team lead's, 403 for others; for what
// else is refused see api.Waive.
func (c *Client) WaiveObligation(ctx context.Context, w Write, id, oid string, body api.Waive) (api.Obligation, error) {
	return post[api.Obligation](ctx, c, w, body, obligation(id, oid, "waive")...)
}

// ReopenObligation takes back a fulfilment by hand, or a waiver; id may be empty.
func (c *Client) ReopenObligation(ctx context.Context, w Write, id, oid string, body api.ReopenObligation) (api.Obligation, error) {
	return post[api.Obligation](ctx, c, w, body, obligation(id, oid, "reopen")...)
}

func obligation(id, oid, step string) []string {
	if id == "" {
		return []string{"obligations", oid, step}
	}
	return []string{"incidents", id, "obligations", oid, step}
}
