package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/ungcuu/ungcuu/api"
)

// CaseObligations lists the obligations of a case.
func (c *Client) CaseObligations(ctx context.Context, id string, p api.Paging) (api.ObligationList, error) {
	return call[api.ObligationList](ctx, c, http.MethodGet, incidentPath(id, "obligations")+query(p), nil, nil)
}

// ExplainObligations says of every rule why it calls for an obligation in the case, or does not.
func (c *Client) ExplainObligations(ctx context.Context, id string) (api.ExplainedList, error) {
	return call[api.ExplainedList](ctx, c, http.MethodGet, incidentPath(id, "obligations", "explain"), nil, nil)
}

// Obligations lists the obligations in sight.
func (c *Client) Obligations(ctx context.Context, f api.ObligationFilter) (api.ObligationList, error) {
	return call[api.ObligationList](ctx, c, http.MethodGet, "/api/v1/obligations"+query(f), nil, nil)
}

// CountObligations counts obligations by the agency that owes them.
func (c *Client) CountObligations(ctx context.Context, f api.ObligationCountFilter) (api.ObligationCounts, error) {
	return call[api.ObligationCounts](ctx, c, http.MethodGet, "/api/v1/obligations/counts"+query(f), nil, nil)
}

// FulfilObligation fulfils an obligation by hand; id may be empty.
func (c *Client) FulfilObligation(ctx context.Context, w Write, id, oid string, body api.Fulfil) (api.Obligation, error) {
	return call[api.Obligation](ctx, c, http.MethodPost, obligationPath(id, oid)+"/fulfil", w.headers(), body)
}

// WaiveObligation frees from an obligation; id may be empty.
func (c *Client) WaiveObligation(ctx context.Context, w Write, id, oid string, body api.Waive) (api.Obligation, error) {
	return call[api.Obligation](ctx, c, http.MethodPost, obligationPath(id, oid)+"/waive", w.headers(), body)
}

func obligationPath(id, oid string) string {
	if id == "" {
		return "/api/v1/obligations/" + url.PathEscape(oid)
	}
	return incidentPath(id, "obligations", oid)
}
