package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// Agencies lists the registry of agencies.
func (c *Client) Agencies(ctx context.Context, f api.AgencyFilter) (api.AgencyList, error) {
	return get[api.AgencyList](ctx, c, f, "agencies")
}

// Agency reads one agency, as it stands on a day.
func (c *Client) Agency(ctx context.Context, id string, on api.OnDay) (api.Agency, error) {
	return get[api.Agency](ctx, c, on, "agencies", id)
}

// CreateAgency adds an agency.
func (c *Client) CreateAgency(ctx context.Context, w Write, body api.NewAgency) (api.Agency, error) {
	return post[api.Agency](ctx, c, w, body, "agencies")
}

// ChangeAgency corrects or renames an agency.
func (c *Client) ChangeAgency(ctx context.Context, w Write, id string, body api.AgencyPatch) (api.Agency, error) {
	return patch[api.Agency](ctx, c, w, body, "agencies", id)
}

// GiveAgencyRole gives an agency a role.
func (c *Client) GiveAgencyRole(ctx context.Context, w Write, id string, body api.GiveRole) (api.Agency, error) {
	return post[api.Agency](ctx, c, w, body, "agencies", id, "roles")
}

// EndAgencyRole ends a role of an agency.
func (c *Client) EndAgencyRole(ctx context.Context, w Write, id string, body api.EndRole) (api.Agency, error) {
	return post[api.Agency](ctx, c, w, body, "agencies", id, "roles", "end")
}

// AddSuccessor says who takes over from an agency.
func (c *Client) AddSuccessor(ctx context.Context, w Write, id string, body api.NewSuccessor) (api.Agency, error) {
	return post[api.Agency](ctx, c, w, body, "agencies", id, "successors")
}

// GiveSeat says which agency hosts the team.
func (c *Client) GiveSeat(ctx context.Context, w Write, id string, body api.GiveSeat) (api.Agency, error) {
	return post[api.Agency](ctx, c, w, body, "agencies", id, "seats")
}

// EndSeat ends the seat of the team.
func (c *Client) EndSeat(ctx context.Context, w Write, id string, body api.EndOn) (api.Agency, error) {
	return post[api.Agency](ctx, c, w, body, "agencies", id, "seats", "end")
}

// EndAgency ends an agency.
func (c *Client) EndAgency(ctx context.Context, w Write, id string, body api.EndOn) (api.Agency, error) {
	return post[api.Agency](ctx, c, w, body, "agencies", id, "end")
}

// AgencyHistory reads the chain of an agency.
func (c *Client) AgencyHistory(ctx context.Context, id string, p api.Paging) (api.History, error) {
	return get[api.History](ctx, c, p, "agencies", id, "history")
}

// AgencyDuty says who is on duty for an agency.
func (c *Client) AgencyDuty(ctx context.Context, id string, at api.AtMoment) (api.Duty, error) {
	return get[api.Duty](ctx, c, at, "agencies", id, "duty")
}
