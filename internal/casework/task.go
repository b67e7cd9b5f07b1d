package casework

import (
	"context"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/checklist"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// NewTask is a piece of work to add.
type NewTask struct {
	Title, Description string
	AssigneeID         *string
	DueAt              *time.Time
	Audience           incident.Audience
	TLP                incident.TLP
}

// TaskView is a task with the names its readers know.
type TaskView struct {
	incident.Task
	AssigneeName, AuthorName, AgencyName string
}

// materialSight is which working material the actor sees: policy.PartsOf over every case.
func materialSight(by policy.Actor) store.MaterialSight {
	return store.MaterialSight{
		Case: by.Sight(), Whole: by.InTeam() || by.Has(policy.Auditor),
		AsReporter: by.Has(policy.Liaison, policy.Reporter), AsPartner: by.Has(policy.Liaison, policy.Reporter, policy.Leader),
		Audiences: []string{string(incident.AudienceParticipants)}, Labels: strs(incident.SharedTLP), AgencyID: by.AgencyID,
	}
}

// AddTask adds a piece of work. A task for the team alone is the team's to add.
func (s *Service) AddTask(ctx context.Context, c Call, incidentID string, in NewTask) (TaskView, error) {
	var check incident.Checker
	check.Text("/title", in.Title, true, incident.MaxTitle)
	check.Text("/description", in.Description, false, incident.MaxText)
	incident.OneOf(&check, "/audience", in.Audience, incident.Audiences)
	incident.OneOf(&check, "/tlp", in.TLP, incident.TLPs)
	checkDue(&check, in.DueAt, c.At)
	if err := check.Err(); err != nil {
		return TaskView{}, err
	}
	action := policy.AddTask
	if in.Audience == incident.AudienceTeam {
		action = policy.AddTaskTeam
	}
	t := incident.Task{
		ID: newID(), IncidentID: incidentID, Version: 1, Title: in.Title, Description: in.Description, Status: incident.TaskOpen,
		DueAt: in.DueAt, Audience: in.Audience, TLP: in.TLP,
		AuthorID: c.By.UserID, AgencyID: c.By.AgencyID, CreatedAt: c.At, UpdatedAt: c.At,
	}
	_, err := s.change(ctx, c, target{id: incidentID, action: action}, func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		if err := assign(tx, cs, &t, in.AssigneeID, c.At); err != nil {
			return nil, err
		}
		facts, err := cs.AddTask(&t)
		if err != nil {
			return nil, err
		}
		return facts, tx.CreateTasks([]incident.Task{t})
	})
	if err != nil {
		return TaskView{}, err
	}
	return s.taskView(ctx, t)
}

func checkDue(c *incident.Checker, due *time.Time, now time.Time) {
	if due != nil && (due.Before(now) || due.After(now.AddDate(10, 0, 0))) {
		c.Add("/due_at", "out_of_range", "Hạn phải ở tương lai, không quá 10 năm.", "The due time must lie ahead, within 10 years.")
	}
}

// assign gives the task to a person who will be able to read it: of the team, or of an agency
// that takes part where audience and label let that agency read; in a restricted case a
// person who is named.
func assign(tx *store.Tx, cs *incident.Case, t *incident.Task, id *string, at time.Time) error {
	t.AssigneeID, t.AssigneeAgencyID = nil, nil
	if id == nil {
		return nil
	}
	refuse := func(code, vi, en string) error {
		return fault.Input(fault.Field{Pointer: "/assignee_id", Code: code, Text: fault.Text{VI: vi, EN: en}})
	}
	found, err := tx.Users([]string{*id})
	if err != nil {
		return err
	}
	u, ok := found[*id]
	var held []policy.Role
	if ok {
		if held, err = rolesOf(tx, u, at); err != nil {
			return err
		}
	}
	has := func(roles ...policy.Role) bool {
		return slices.ContainsFunc(held, func(r policy.Role) bool { return slices.Contains(roles, r) })
	}
	i := slices.IndexFunc(cs.Sights(), func(x incident.Sight) bool { return x.AgencyID == u.AgencyID })
	takesPart, narrowed := i >= 0, i >= 0 && cs.Sights()[i].Narrowed
	inTeam := has(policy.Officer, policy.Lead)
	if !ok || !inTeam && !(takesPart && has(policy.Liaison, policy.Reporter)) {
		return refuse("not_taking_part", "Người này không thuộc đội ứng cứu hoặc cơ quan đang tham gia hồ sơ.",
			"This person works neither for the team nor for an agency that takes part.")
	}
	shared := t.Audience == incident.AudienceParticipants && !narrowed && slices.Contains(strs(incident.SharedTLP), string(t.TLP))
	if !inTeam && !shared && u.AgencyID != t.AgencyID {
		return refuse("may_not_read", "Phạm vi, nhãn TLP của việc hoặc của hồ sơ không cho cơ quan này đọc.",
			"The audience or TLP label of the task, or the label of the case, does not let this agency read it.")
	}
	if cs.Restricted {
		named, err := tx.People(cs.ID)
		if err != nil {
			return err
		}
		if !slices.Contains(named, u.ID) {
			return refuse("not_named", "Hồ sơ hạn chế: người này không có trong danh sách được xem.",
				"The case is restricted, and this person is not named in it.")
		}
	}
	t.AssigneeID, t.AssigneeAgencyID = &u.ID, &u.AgencyID
	return nil
}

// Task reads one task.
func (s *Service) Task(ctx context.Context, by policy.Actor, incidentID, id string) (TaskView, error) {
	t, err := s.store.Read(ctx).Task(incidentID, id, materialSight(by))
	if err != nil {
		return TaskView{}, err
	}
	return s.taskView(ctx, *t)
}

// ChangeTask corrects a task or moves its status. Who does the work but does not lead it
// moves the status alone.
func (s *Service) ChangeTask(ctx context.Context, c Call, incidentID, id string, p api.TaskPatch) (TaskView, error) {
	due, err := readTaskPatch(p, c.At)
	if err != nil {
		return TaskView{}, err
	}
	rewrites := p.Title.Given || p.Description.Given || p.AssigneeID.Given || p.DueAt.Given
	t := target{
		id: incidentID, action: policy.WorkTask,
		object: func(tx *store.Tx, o *policy.Object) (err error) {
			o.Task, err = tx.Task(incidentID, id, materialSight(c.By))
			return err
		},
		also: func(o policy.Object) error {
			if !rewrites {
				return nil
			}
			return policy.Check(c.By, policy.AddTask, o)
		},
		version: func(o policy.Object) int64 { return o.Task.Version },
	}
	var out incident.Task
	_, err = s.change(ctx, c, t, func(tx *store.Tx, cs *incident.Case, o policy.Object) ([]incident.Fact, error) {
		was := *o.Task
		out = was
		set(p.Title, &out.Title)
		set(p.Description, &out.Description)
		if p.DueAt.Given {
			out.DueAt = due
		}
		if p.AssigneeID.Given {
			if err := assign(tx, cs, &out, optional(p.AssigneeID), c.At); err != nil {
				return nil, err
			}
		}
		ch := incident.TaskChange{Status: was.Status, Reason: p.Reason}
		if p.Status.Given {
			ch.Status = incident.TaskStatus(p.Status.Value)
		}
		facts, err := cs.ChangeTask(was, &out, ch, c.At)
		if err != nil || len(facts) == 0 {
			return nil, err
		}
		return facts, tx.SaveTask(&out, was.Version)
	})
	if err != nil {
		return TaskView{}, err
	}
	return s.taskView(ctx, out)
}

func readTaskPatch(p api.TaskPatch, now time.Time) (*time.Time, error) {
	var c incident.Checker
	if p.Title.Given {
		c.Text("/title", p.Title.Value, true, incident.MaxTitle)
	}
	c.Text("/description", p.Description.Value, false, incident.MaxText)
	c.Text("/reason", p.Reason, false, incident.MaxText)
	oneOf(&c, "/status", p.Status, strs(incident.TaskStatuses))
	if p.Reason != "" && !p.Status.Given {
		c.Add("/reason", "not_here", "Lý do đi cùng thay đổi trạng thái.", "A reason goes with a change of the status.")
	}
	var due *time.Time
	if p.DueAt.Given && !p.DueAt.Null {
		if t, err := time.Parse(time.RFC3339Nano, p.DueAt.Value); err != nil {
			c.Add("/due_at", "not_a_time", "Thời điểm theo RFC 3339, có múi giờ.", "A time of RFC 3339, with its offset.")
		} else {
			t = t.UTC().Truncate(time.Microsecond)
			due = &t
			checkDue(&c, due, now)
		}
	}
	return due, c.Err()
}

// TaskFilter is a question for tasks. Zero values ask nothing.
type TaskFilter struct {
	IncidentID, AssigneeID string
	Status                 []string
	DueBefore              *time.Time
	Overdue                *bool
	After                  *store.Position
	Limit                  int
	Now                    time.Time
}

// Tasks reads the tasks of every case in sight that the caller may read.
func (s *Service) Tasks(ctx context.Context, by policy.Actor, f TaskFilter) (Page[TaskView], error) {
	page := Page[TaskView]{Items: []TaskView{}}
	tx := s.store.Read(ctx)
	list, err := tx.Tasks(store.TaskQuery{
		Sight: materialSight(by), IncidentID: f.IncidentID, AssigneeID: f.AssigneeID, Status: f.Status, DueBefore: f.DueBefore,
		Overdue: f.Overdue, Now: f.Now, After: f.After, Limit: f.Limit,
	})
	if err != nil {
		return page, err
	}
	list, page.Next = cut(list, f.Limit, func(t incident.Task) store.Position { return store.Position{At: t.CreatedAt, ID: t.ID} })
	page.Items, err = taskViews(tx, list)
	return page, err
}

// CaseTasks reads the tasks of the one case f names.
func (s *Service) CaseTasks(ctx context.Context, by policy.Actor, f TaskFilter) (Page[TaskView], error) {
	if _, err := s.Get(ctx, by, f.IncidentID); err != nil {
		return Page[TaskView]{}, err
	}
	return s.Tasks(ctx, by, f)
}

// ApplyChecklist makes the steps of a checklist tasks of the team, and returns the new ones;
// a step that the case has already is not made again, whatever became of it. An empty type
// is the national type of the case.
func (s *Service) ApplyChecklist(ctx context.Context, c Call, incidentID, typ string) ([]TaskView, error) {
	if typ != "" {
		var check incident.Checker
		if incident.OneOf(&check, "/type", typ, incident.CategoriesVN); check.Err() != nil {
			return nil, check.Err()
		}
	}
	made := []incident.Task{}
	_, err := s.change(ctx, c, target{id: incidentID, action: policy.AddTaskTeam}, func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		typ := typ
		if typ == "" && cs.CategoryVN != nil {
			typ = *cs.CategoryVN
		}
		l, ok := checklist.Find(typ)
		if !ok {
			text := fault.Text{
				VI: "Hồ sơ chưa có loại sự cố quốc gia (category_vn); hãy phân loại hoặc gửi kèm type.",
				EN: "The case has no national type (category_vn); classify it, or name a type.",
			}
			return nil, fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "no_national_type", Text: text})
		}
		have, err := tx.ChecklistKeys(cs.ID)
		if err != nil {
			return nil, err
		}
		var facts []incident.Fact
		for _, step := range l.Steps {
			if have[step.Key] {
				continue
			}
			t := incident.Task{
				ID: newID(), IncidentID: cs.ID, Version: 1, Title: step.Text.VI, Description: step.Text.EN, Status: incident.TaskOpen,
				DueAt: step.Due(c.At, cs.DetectedAt), Audience: incident.AudienceTeam, TLP: incident.TLPAmber,
				ChecklistType: l.Type, ChecklistKey: step.Key, Basis: step.Basis,
				AuthorID: c.By.UserID, AgencyID: c.By.AgencyID, CreatedAt: c.At, UpdatedAt: c.At,
			}
			more, err := cs.AddTask(&t)
			if err != nil {
				return nil, err
			}
			made, facts = append(made, t), append(facts, more...)
		}
		return facts, tx.CreateTasks(made)
	})
	if err != nil {
		return nil, err
	}
	return taskViews(s.store.Read(ctx), made)
}

func (s *Service) taskView(ctx context.Context, t incident.Task) (TaskView, error) {
	list, err := taskViews(s.store.Read(ctx), []incident.Task{t})
	if err != nil {
		return TaskView{}, err
	}
	return list[0], nil
}

func taskViews(tx *store.Tx, list []incident.Task) ([]TaskView, error) {
	names := namesOf(tx)
	out := make([]TaskView, len(list))
	for i, t := range list {
		out[i] = TaskView{Task: t, AuthorName: names.person(t.AuthorID), AgencyName: names.agency[t.AgencyID]}
		if t.AssigneeID != nil {
			out[i].AssigneeName = names.person(*t.AssigneeID)
		}
	}
	return out, names.err
}
