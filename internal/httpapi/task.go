package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/checklist"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// addTask adds a task.
//
// @Summary   Giao việc · Add a task
// @Description audience: team chỉ đội đọc; participants các bên tham gia đọc, theo nhãn TLP. Phạm vi và nhãn không đổi được về sau. · Audience and TLP are fixed when the task is made.
// @Tags      tasks
// @Param     body  body      api.NewTask  true  "Công việc · The task"
// @Success   201   {object}  api.Task
// @Router    /api/v1/incidents/{id}/tasks [post]
func (s *Server) addTask(ctx context.Context, x in[none, api.NewTask]) (out[api.Task], error) {
	b := x.body
	o, err := taskReply(x.Call)(s.cases.AddTask(ctx, x.Call, x.id, casework.NewTask{
		Title: b.Title, Description: b.Description, AssigneeID: b.AssigneeID, DueAt: momentOf(b.DueAt),
		Audience: incident.Audience(b.Audience), TLP: incident.TLP(orElse(b.TLP, string(incident.TLPAmber))),
	}))
	if err == nil {
		o.location = incidents + "/" + x.id + "/tasks/" + o.body.ID
	}
	return o, err
}

// caseTasks lists the tasks of a case.
//
// @Summary   Công việc của hồ sơ · Tasks of an incident
// @Tags      tasks
// @Param     filter  query     api.CaseTaskFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.TaskList
// @Router    /api/v1/incidents/{id}/tasks [get]
func (s *Server) caseTasks(ctx context.Context, x in[api.CaseTaskFilter, none]) (out[api.TaskList], error) {
	f := x.query
	return taskList(ctx, s.cases.CaseTasks, x.Call, x.page, casework.TaskFilter{
		IncidentID: x.id, AssigneeID: f.AssigneeID, Status: f.Status, DueBefore: momentOf(&f.DueBefore), Overdue: f.Overdue,
	})
}

// tasks lists tasks over every case in sight.
//
// @Summary   Việc của tôi trên mọi hồ sơ · My tasks over every incident in sight
// @Description assignee_id: me (mặc định), all, hoặc mã người. · assignee_id: me (the default), all, or a person's id.
// @Tags      tasks
// @Param     filter  query     api.TaskFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.TaskList
// @Router    /api/v1/tasks [get]
func (s *Server) tasks(ctx context.Context, x in[api.TaskFilter, none]) (out[api.TaskList], error) {
	f := x.query
	assignee := f.AssigneeID
	switch assignee {
	case "", "me":
		assignee = x.By.UserID
	case "all":
		assignee = ""
	}
	return taskList(ctx, s.cases.Tasks, x.Call, x.page, casework.TaskFilter{
		IncidentID: f.IncidentID, AssigneeID: assignee, Status: f.Status, DueBefore: momentOf(&f.DueBefore), Overdue: f.Overdue,
	})
}

func taskList(ctx context.Context, read func(context.Context, policy.Actor, casework.TaskFilter) (casework.Page[casework.TaskView], error),
	c casework.Call, p page, f casework.TaskFilter) (out[api.TaskList], error) {
	items, end, err := keyset(p, func(after *store.Position, limit int) (casework.Page[casework.TaskView], error) {
		f.After, f.Limit, f.Now = after, limit, c.At
		return read(ctx, c.By, f)
	})
	return reply(api.TaskList{Items: each(items, taskView(c)), Paged: end}, err)
}

// task reads one task.
//
// @Summary   Đọc một công việc · Read a task
// @Tags      tasks
// @Success   200  {object}  api.Task
// @Router    /api/v1/incidents/{id}/tasks/{tid} [get]
func (s *Server) task(ctx context.Context, x in[none, none]) (out[api.Task], error) {
	return taskReply(x.Call)(s.cases.Task(ctx, x.By, x.id, x.sub))
}

// changeTask changes a task.
//
// @Summary   Sửa công việc, chuyển trạng thái · Change a task
// @Description Người thực hiện của cơ quan phối hợp chỉ đổi trạng thái. Hủy hoặc mở lại phải có lý do. · Who works on it without leading changes the status alone. Cancelling and taking up again need a reason.
// @Tags      tasks
// @Param     body  body      api.TaskPatch  true  "JSON Merge Patch"
// @Success   200   {object}  api.Task
// @Router    /api/v1/incidents/{id}/tasks/{tid} [patch]
func (s *Server) changeTask(ctx context.Context, x in[none, api.TaskPatch]) (out[api.Task], error) {
	return taskReply(x.Call)(s.cases.ChangeTask(ctx, x.Call, x.id, x.sub, x.body))
}

// checklists lists every checklist.
//
// @Summary   Quy trình xử lý theo loại sự cố · Checklists by national type
// @Tags      tasks
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.ChecklistList
// @Router    /api/v1/checklists [get]
func (s *Server) checklists(_ context.Context, x in[api.Paging, none]) (out[api.ChecklistList], error) {
	list, end := cut(x.page, checklist.All(), func(l checklist.List) string { return l.Type })
	return reply(api.ChecklistList{Items: each(list, checklistView), Paged: end}, nil)
}

// checklist reads the checklist of a national type.
//
// @Summary   Quy trình của một loại sự cố · The checklist of a national type
// @Tags      tasks
// @Success   200  {object}  api.Checklist
// @Router    /api/v1/checklists/{type} [get]
func (s *Server) checklist(_ context.Context, x in[none, none]) (out[api.Checklist], error) {
	l, ok := checklist.Find(x.sub)
	if !ok {
		return out[api.Checklist]{}, fault.Absent()
	}
	return reply(checklistView(l), nil)
}

// applyChecklist makes the steps of a checklist tasks of the case.
//
// @Summary   Áp dụng quy trình vào hồ sơ · Apply a checklist
// @Description Áp dụng lại chỉ thêm bước còn thiếu. Mặc định theo category_vn của hồ sơ. · Applied again it adds only what is missing. The default is the incident's category_vn.
// @Tags      tasks
// @Param     body  body      api.ApplyChecklist  false  "Loại · The type"
// @Success   201   {object}  api.NewTasks
// @Router    /api/v1/incidents/{id}/checklists [post]
func (s *Server) applyChecklist(ctx context.Context, x in[none, api.ApplyChecklist]) (out[api.NewTasks], error) {
	list, err := s.cases.ApplyChecklist(ctx, x.Call, x.id, x.body.Type)
	return out[api.NewTasks]{body: api.NewTasks{Items: each(list, taskView(x.Call))}, location: incidents + "/" + x.id + "/tasks"}, err
}

func taskReply(c casework.Call) func(casework.TaskView, error) (out[api.Task], error) {
	return func(t casework.TaskView, err error) (out[api.Task], error) {
		return out[api.Task]{body: taskView(c)(t), version: t.Version}, err
	}
}

func taskView(c casework.Call) func(casework.TaskView) api.Task {
	return func(t casework.TaskView) api.Task {
		v := api.Task{
			ID: t.ID, IncidentID: t.IncidentID, Version: t.Version, Title: t.Title, Description: t.Description,
			Status: string(t.Status), Reason: orNull(t.Reason), AssigneeID: t.AssigneeID, Assignee: orNull(t.AssigneeName),
			AssigneeAgencyID: t.AssigneeAgencyID, DueAt: stampOf(t.DueAt), Overdue: t.Overdue(c.At),
			Audience: string(t.Audience), TLP: string(t.TLP), AuthorID: t.AuthorID, Author: orNull(t.AuthorName),
			AgencyID: t.AgencyID, Agency: orNull(t.AgencyName), CreatedAt: stamp(t.CreatedAt), UpdatedAt: stamp(t.UpdatedAt),
			EndedAt: stampOf(t.EndedAt),
		}
		if t.ChecklistKey != "" {
			v.Checklist = &api.TaskStep{Type: t.ChecklistType, Key: t.ChecklistKey, Basis: orNull(t.Basis)}
		}
		return v
	}
}

func checklistView(l checklist.List) api.Checklist {
	return api.Checklist{Type: l.Type, Title: l.Title.VI, TitleEN: l.Title.EN, Steps: each(l.Steps, func(s checklist.Step) api.ChecklistStep {
		v := api.ChecklistStep{Key: s.Key, Title: s.Text.VI, TitleEN: s.Text.EN, Basis: orNull(s.Basis)}
		if s.Hours > 0 {
			v.DueHours, v.DueFrom = &s.Hours, orNull(orElse(s.From, "start"))
		}
		return v
	})}
}
