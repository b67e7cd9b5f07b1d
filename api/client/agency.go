package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/ungcuu/ungcuu/api"
)

func agencyPath(id, more string) string { return "/api/v1/agencies/" + url.PathEscape(id) + more }

// Agencies lists the registry of agencies.
func (c *Client) Agencies(ctx context.Context, f api.AgencyFilter) (api.AgencyList, error) {
	return call[api.AgencyList](ctx, c, http.MethodGet, "/api/v1/agencies"+query(f), nil, nil)
}

// Agency reads one agency, as it stands on a day.
func (c *Client) Agency(ctx context.Context, id string, on api.OnDay) (api.Agency, error) {
	return call[api.Agency](ctx, c, http.MethodGet, agencyPath(id, query(on)), nil, nil)
}

// CreateAgency adds an agency.
func (c *Client) CreateAgency(ctx context.Context, w Write, body api.NewAgency) (api.Agency, error) {
	return call[api.Agency](ctx, c, http.MethodPost, "/api/v1/agencies", w.headers(), body)
}

// ChangeAgency corrects or renames an agency.
func (c *Client) ChangeAgency(ctx context.Context, w Write, id string, body api.AgencyPatch) (api.Agency, error) {
	return call[api.Agency](ctx, c, http.MethodPatch, agencyPath(id, ""), w.headers(), body)
}

// GiveAgencyRole gives an agency a role.
func (c *Client) GiveAgencyRole(ctx context.Context, w Write, id string, body api.GiveRole) (api.Agency, error) {
	return call[api.Agency](ctx, c, http.MethodPost, agencyPath(id, "/roles"), w.headers(), body)
}

// EndAgencyRole ends a role of an agency.
func (c *Client) EndAgencyRole(ctx context.Context, w Write, id string, body api.EndRole) (api.Agency, error) {
	return call[api.Agency](ctx, c, http.MethodPost, agencyPath(id, "/roles/end"), w.headers(), body)
}

// AddSuccessor says who takes over from an agency.
func (c *Client) AddSuccessor(ctx context.Context, w Write, id string, body api.NewSuccessor) (api.Agency, error) {
	return call[api.Agency](ctx, c, http.MethodPost, agencyPath(id, "/successors"), w.headers(), body)
}

// GiveSeat says which agency hosts the team.
func (c *Client) GiveSeat(ctx context.Context, w Write, id string, body api.GiveSeat) (api.Agency, error) {
	return call[api.Agency](ctx, c, http.MethodPost, agencyPath(id, "/seats"), w.headers(), body)
}

// EndSeat ends the seat of the team.
func (c *Client) EndSeat(ctx context.Context, w Write, id string, body api.EndOn) (api.Agency, error) {
	return call[api.Agency](ctx, c, http.MethodPost, agencyPath(id, "/seats/end"), w.headers(), body)
}

// EndAgency ends an agency.
func (c *Client) EndAgency(ctx context.Context, w Write, id string, body api.EndOn) (api.Agency, error) {
	return call[api.Agency](ctx, c, http.MethodPost, agencyPath(id, "/end"), w.headers(), body)
}

// AgencyHistory reads the chain of an agency.
func (c *Client) AgencyHistory(ctx context.Context, id string, p api.Paging) (api.History, error) {
	return call[api.History](ctx, c, http.MethodGet, agencyPath(id, "/history"+query(p)), nil, nil)
}

// AgencyDuty says who is on duty for an agency.
func (c *Client) AgencyDuty(ctx context.Context, id string, at api.AtMoment) (api.Duty, error) {
	return call[api.Duty](ctx, c, http.MethodGet, agencyPath(id, "/duty"+query(at)), nil, nil)
}
