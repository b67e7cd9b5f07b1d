package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// Report reports an incident.
func (c *Client) Report(ctx context.Context, w Write, body api.NewIncident) (api.Incident, error) {
	return post[api.Incident](ctx, c, w, body, "incidents")
}

// Incidents lists the cases in sight.
func (c *Client) Incidents(ctx context.Context, f api.IncidentFilter) (api.IncidentList, error) {
	return get[api.IncidentList](ctx, c, f, "incidents")
}

// Incident reads a case.
func (c *Client) Incident(ctx context.Context, id string) (api.Incident, error) {
	return get[api.Incident](ctx, c, nil, "incidents", id)
}

// Correct corrects facts of a case.
func (c *Client) Correct(ctx context.Context, w Write, id string, body api.IncidentPatch) (api.Incident, error) {
	return patch[api.Incident](ctx, c, w, body, "incidents", id)
}

// Moves lists the moves of the lifecycle, and whether the caller can make them.
func (c *Client) Moves(ctx context.Context, id string, p api.Paging) (api.MoveList, error) {
	return get[api.MoveList](ctx, c, p, "incidents", id, "moves")
}

func (c *Client) move(ctx context.Context, w Write, id, name string, body any) (api.Incident, error) {
	return post[api.Incident](ctx, c, w, body, "incidents", id, name)
}

// Triage classifies a case.
func (c *Client) Triage(ctx context.Context, w Write, id string, body api.Triage) (api.Incident, error) {
	return c.move(ctx, w, id, "triage", body)
}

// Respond starts the work.
func (c *Client) Respond(ctx context.Context, w Write, id string, body api.Respond) (api.Incident, error) {
	return c.move(ctx, w, id, "respond", body)
}

// Escalate asks the police or the military.
func (c *Client) Escalate(ctx context.Context, w Write, id string, body api.Escalate) (api.Incident, error) {
	return c.move(ctx, w, id, "escalate", body)
}

// NotifyNational asks for help at the national level.
func (c *Client) NotifyNational(ctx context.Context, w Write, id string, body api.NotifyNational) (api.Incident, error) {
	return c.move(ctx, w, id, "notify-national", body)
}

// StandDown lowers the alert.
func (c *Client) StandDown(ctx context.Context, w Write, id string, body api.StandDown) (api.Incident, error) {
	return c.move(ctx, w, id, "stand-down", body)
}

// Resolve ends the technical work.
func (c *Client) Resolve(ctx context.Context, w Write, id string, body api.Resolve) (api.Incident, error) {
	return c.move(ctx, w, id, "resolve", body)
}

// Close ends the case.
func (c *Client) Close(ctx context.Context, w Write, id string, body api.Close) (api.Incident, error) {
	return c.move(ctx, w, id, "close", body)
}

// Reject refuses the case.
func (c *Client) Reject(ctx context.Context, w Write, id string, body api.Reject) (api.Incident, error) {
	return c.move(ctx, w, id, "reject", body)
}

// Reopen takes the case up again.
func (c *Client) Reopen(ctx context.Context, w Write, id string, body api.Reopen) (api.Incident, error) {
	return c.move(ctx, w, id, "reopen", body)
}

// Timeline lists the events of a case, in order.
func (c *Client) Timeline(ctx context.Context, id string, p api.Paging) (api.Timeline, error) {
	return get[api.Timeline](ctx, c, p, "incidents", id, "timeline")
}

// AddNote adds a note.
func (c *Client) AddNote(ctx context.Context, w Write, id string, body api.NewNote) (api.Note, error) {
	return post[api.Note](ctx, c, w, body, "incidents", id, "notes")
}

// Notes lists the notes of a case.
func (c *Client) Notes(ctx context.Context, id string, p api.Paging) (api.NoteList, error) {
	return get[api.NoteList](ctx, c, p, "incidents", id, "notes")
}

// Participants lists the agencies that take part.
func (c *Client) Participants(ctx context.Context, id string, p api.Paging) (api.ParticipantList, error) {
	return get[api.ParticipantList](ctx, c, p, "incidents", id, "participants")
}
