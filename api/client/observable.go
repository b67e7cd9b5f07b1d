package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// AddObservable adds an observable.
func (c *Client) AddObservable(ctx context.Context, w Write, id string, body api.NewObservable) (api.Observable, error) {
	return post[api.Observable](ctx, c, w, body, "incidents", id, "observables")
}

// AddObservables adds up to 500 observables, all or none.
func (c *Client) AddObservables(ctx context.Context, w Write, id string, body api.NewObservables) (api.AddedObservables, error) {
	return post[api.AddedObservables](ctx, c, w, body, "incidents", id, "observables", "bulk")
}

// CaseObservables lists the observables of a case.
func (c *Client) CaseObservables(ctx context.Context, id string, f api.CaseObservableFilter) (api.ObservableList, error) {
	return get[api.ObservableList](ctx, c, f, "incidents", id, "observables")
}

// Observables searches the observables of every case in sight.
func (c *Client) Observables(ctx context.Context, f api.ObservableFilter) (api.ObservableList, error) {
	return get[api.ObservableList](ctx, c, f, "observables")
}

// RetractObservable takes an observable back.
func (c *Client) RetractObservable(ctx context.Context, w Write, id, observableID string, body api.Retract) (api.Observable, error) {
	return post[api.Observable](ctx, c, w, body, "incidents", id, "observables", observableID, "retract")
}

// Seen lists the other cases in which the caller sees the same value.
func (c *Client) Seen(ctx context.Context, id, observableID string, p api.Paging) (api.SightingList, error) {
	return get[api.SightingList](ctx, c, p, "incidents", id, "observables", observableID, "seen")
}
