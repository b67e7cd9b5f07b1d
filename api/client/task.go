package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// AddTask adds a task.
func (c *Client) AddTask(ctx context.Context, w Write, id string, body api.NewTask) (api.Task, error) {
	return post[api.Task](ctx, c, w, body, "incidents", id, "tasks")
}

// CaseTasks lists the tasks of a case.
func (c *Client) CaseTasks(ctx context.Context, id string, f api.CaseTaskFilter) (api.TaskList, error) {
	return get[api.TaskList](ctx, c, f, "incidents", id, "tasks")
}

// Task reads a task.
func (c *Client) Task(ctx context.Context, id, tid string) (api.Task, error) {
	return get[api.Task](ctx, c, nil, "incidents", id, "tasks", tid)
}

// ChangeTask changes a task.
func (c *Client) ChangeTask(ctx context.Context, w Write, id, tid string, body api.TaskPatch) (api.Task, error) {
	return patch[api.Task](ctx, c, w, body, "incidents", id, "tasks", tid)
}

// Tasks lists tasks over every case in sight.
func (c *Client) Tasks(ctx context.Context, f api.TaskFilter) (api.TaskList, error) {
	return get[api.TaskList](ctx, c, f, "tasks")
}

// Checklists lists every checklist.
func (c *Client) Checklists(ctx context.Context, p api.Paging) (api.ChecklistList, error) {
	return get[api.ChecklistList](ctx, c, p, "checklists")
}

// Checklist reads the checklist of a national type.
func (c *Client) Checklist(ctx context.Context, typ string) (api.Checklist, error) {
	return get[api.Checklist](ctx, c, nil, "checklists", typ)
}

// ApplyChecklist makes the steps of a checklist tasks of the case.
func (c *Client) ApplyChecklist(ctx context.Context, w Write, id string, body api.ApplyChecklist) (api.NewTasks, error) {
	return post[api.NewTasks](ctx, c, w, body, "incidents", id, "checklists")
}
