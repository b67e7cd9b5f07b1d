package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// AskHandover asks, or tells, another agency.
func (c *Client) AskHandover(ctx context.Context, w Write, id string, body api.NewHandover) (api.Handover, error) {
	return post[api.Handover](ctx, c, w, body, "incidents", id, "handovers")
}

// CaseHandovers lists the handovers of a case.
func (c *Client) CaseHandovers(ctx context.Context, id string, f api.CaseHandoverFilter) (api.HandoverList, error) {
	return get[api.HandoverList](ctx, c, f, "incidents", id, "handovers")
}

// Handovers is the inbox and outbox of the caller's agency.
func (c *Client) Handovers(ctx context.Context, f api.HandoverFilter) (api.HandoverList, error) {
	return get[api.HandoverList](ctx, c, f, "handovers")
}

// Handover reads one handover.
func (c *Client) Handover(ctx context.Context, id, hid string) (api.Handover, error) {
	return get[api.Handover](ctx, c, nil, "incidents", id, "handovers", hid)
}

func (c *Client) step(ctx context.Context, w Write, id, hid, name string, body any) (api.Handover, error) {
	return post[api.Handover](ctx, c, w, body, "incidents", id, "handovers", hid, name)
}

// Acknowledge confirms receipt.
func (c *Client) Acknowledge(ctx context.Context, w Write, id, hid string, body api.Acknowledge) (api.Handover, error) {
	return c.step(ctx, w, id, hid, "acknowledge", body)
}

// Accept agrees, wholly or partly.
func (c *Client) Accept(ctx context.Context, w Write, id, hid string, body api.Accept) (api.Handover, error) {
	return c.step(ctx, w, id, hid, "accept", body)
}

// Decline refuses.
func (c *Client) Decline(ctx context.Context, w Write, id, hid string, body api.Decline) (api.Handover, error) {
	return c.step(ctx, w, id, hid, "decline", body)
}

// Complete ends what was accepted.
func (c *Client) Complete(ctx context.Context, w Write, id, hid string, body api.Complete) (api.Handover, error) {
	return c.step(ctx, w, id, hid, "complete", body)
}

// Withdraw takes an unanswered handover back.
func (c *Client) Withdraw(ctx context.Context, w Write, id, hid string, body api.Withdraw) (api.Handover, error) {
	return c.step(ctx, w, id, hid, "withdraw", body)
}

// Release frees the addressee from what it accepted.
func (c *Client) Release(ctx context.Context, w Write, id, hid string, body api.Release) (api.Handover, error) {
	return c.step(ctx, w, id, hid, "release", body)
}

// Record enters a step for a partner without a client.
func (c *Client) Record(ctx context.Context, w Write, id, hid string, body api.Record) (api.Handover, error) {
	return c.step(ctx, w, id, hid, "record", body)
}

// Contest objects to a recorded answer.
func (c *Client) Contest(ctx context.Context, w Write, id, hid string, body api.Contest) (api.Handover, error) {
	return c.step(ctx, w, id, hid, "contest", body)
}
