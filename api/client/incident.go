package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// Report reports an incident.
func (c *Client) Report(ctx context.Context, w Write, body api.NewIncident) (api.Incident, error) {
	return call[api.Incident](ctx, c, http.MethodPost, "/api/v1/incidents", w.headers(), body)
}

// Incidents lists the cases in sight.
func (c *Client) Incidents(ctx context.Context, f api.IncidentFilter) (api.IncidentList, error) {
	return call[api.IncidentList](ctx, c, http.MethodGet, "/api/v1/incidents"+query(f), nil, nil)
}

// Incident reads a case.
func (c *Client) Incident(ctx context.Context, id string) (api.Incident, error) {
	return call[api.Incident](ctx, c, http.MethodGet, incidentPath(id), nil, nil)
}

// Correct corrects facts of a case.
func (c *Client) Correct(ctx context.Context, w Write, id string, body api.IncidentPatch) (api.Incident, error) {
	return call[api.Incident](ctx, c, http.MethodPatch, incidentPath(id), w.headers(), body)
}

// Moves lists the moves of the lifecycle, and whether the caller can make them.
func (c *Client) Moves(ctx context.Context, id string, p api.Paging) (api.MoveList, error) {
	return call[api.MoveList](ctx, c, http.MethodGet, incidentPath(id, "moves")+query(p), nil, nil)
}

func (c *Client) move(ctx context.Context, w Write, id, name string, body any) (api.Incident, error) {
	return call[api.Incident](ctx, c, http.MethodPost, incidentPath(id, name), w.headers(), body)
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
	return call[api.Timeline](ctx, c, http.MethodGet, incidentPath(id, "timeline")+query(p), nil, nil)
}

// AddNote adds a note.
func (c *Client) AddNote(ctx context.Context, w Write, id string, body api.NewNote) (api.Note, error) {
	return call[api.Note](ctx, c, http.MethodPost, incidentPath(id, "notes"), w.headers(), body)
}

// Notes lists the notes of a case.
func (c *Client) Notes(ctx context.Context, id string, p api.Paging) (api.NoteList, error) {
	return call[api.NoteList](ctx, c, http.MethodGet, incidentPath(id, "notes")+query(p), nil, nil)
}

// Participants lists the agencies that take part.
func (c *Client) Participants(ctx context.Context, id string, p api.Paging) (api.ParticipantList, error) {
	return call[api.ParticipantList](ctx, c, http.MethodGet, incidentPath(id, "participants")+query(p), nil, nil)
}
