package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// AddObservable adds an observable.
func (c *Client) AddObservable(ctx context.Context, w Write, id string, body api.NewObservable) (api.Observable, error) {
	return call[api.Observable](ctx, c, http.MethodPost, incidentPath(id, "observables"), w.headers(), body)
}

// AddObservables adds up to 500 observables, all or none.
func (c *Client) AddObservables(ctx context.Context, w Write, id string, body api.NewObservables) (api.AddedObservables, error) {
	return call[api.AddedObservables](ctx, c, http.MethodPost, incidentPath(id, "observables", "bulk"), w.headers(), body)
}

// CaseObservables lists the observables of a case.
func (c *Client) CaseObservables(ctx context.Context, id string, f api.CaseObservableFilter) (api.ObservableList, error) {
	return call[api.ObservableList](ctx, c, http.MethodGet, incidentPath(id, "observables")+query(f), nil, nil)
}

// Observables searches the observables of every case in sight.
func (c *Client) Observables(ctx context.Context, f api.ObservableFilter) (api.ObservableList, error) {
	return call[api.ObservableList](ctx, c, http.MethodGet, "/api/v1/observables"+query(f), nil, nil)
}

// RetractObservable takes an observable back.
func (c *Client) RetractObservable(ctx context.Context, w Write, id, observableID string, body api.Retract) (api.Observable, error) {
	return call[api.Observable](ctx, c, http.MethodPost, incidentPath(id, "observables", observableID, "retract"), w.headers(), body)
}

// Seen lists the other cases in which the caller sees the same value.
func (c *Client) Seen(ctx context.Context, id, observableID string, p api.Paging) (api.SightingList, error) {
	return call[api.SightingList](ctx, c, http.MethodGet, incidentPath(id, "observables", observableID, "seen")+query(p), nil, nil)
}
