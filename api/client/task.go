package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/ungcuu/ungcuu/api"
)

// AddTask adds a task.
func (c *Client) AddTask(ctx context.Context, w Write, id string, body api.NewTask) (api.Task, error) {
	return call[api.Task](ctx, c, http.MethodPost, incidentPath(id, "tasks"), w.headers(), body)
}

// CaseTasks lists the tasks of a case.
func (c *Client) CaseTasks(ctx context.Context, id string, f api.CaseTaskFilter) (api.TaskList, error) {
	return call[api.TaskList](ctx, c, http.MethodGet, incidentPath(id, "tasks")+query(f), nil, nil)
}

// Task reads a task.
func (c *Client) Task(ctx context.Context, id, tid string) (api.Task, error) {
	return call[api.Task](ctx, c, http.MethodGet, incidentPath(id, "tasks", tid), nil, nil)
}

// ChangeTask changes a task.
func (c *Client) ChangeTask(ctx context.Context, w Write, id, tid string, body api.TaskPatch) (api.Task, error) {
	return call[api.Task](ctx, c, http.MethodPatch, incidentPath(id, "tasks", tid), w.headers(), body)
}

// Tasks lists tasks over every case in sight.
func (c *Client) Tasks(ctx context.Context, f api.TaskFilter) (api.TaskList, error) {
	return call[api.TaskList](ctx, c, http.MethodGet, "/api/v1/tasks"+query(f), nil, nil)
}

// Checklists lists every checklist.
func (c *Client) Checklists(ctx context.Context, p api.Paging) (api.ChecklistList, error) {
	return call[api.ChecklistList](ctx, c, http.MethodGet, "/api/v1/checklists"+query(p), nil, nil)
}

// Checklist reads the checklist of a national type.
func (c *Client) Checklist(ctx context.Context, typ string) (api.Checklist, error) {
	return call[api.Checklist](ctx, c, http.MethodGet, "/api/v1/checklists/"+url.PathEscape(typ), nil, nil)
}

// ApplyChecklist makes the steps of a checklist tasks of the case.
func (c *Client) ApplyChecklist(ctx context.Context, w Write, id string, body api.ApplyChecklist) (api.NewTasks, error) {
	return call[api.NewTasks](ctx, c, http.MethodPost, incidentPath(id, "checklists"), w.headers(), body)
}
