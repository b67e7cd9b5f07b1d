package incident

import (
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// TaskStatus is where a task stands.
type TaskStatus string

// The statuses.
const (
	TaskOpen       TaskStatus = "open"
	TaskInProgress TaskStatus = "in_progress"
	TaskDone       TaskStatus = "done"
	TaskCancelled  TaskStatus = "cancelled"
)

// TaskStatuses lists every status.
var TaskStatuses = []TaskStatus{TaskOpen, TaskInProgress, TaskDone, TaskCancelled}

// taskMoves is which status follows which, and the fact it makes true.
var taskMoves = map[TaskStatus]map[TaskStatus]string{
	TaskOpen:       {TaskInProgress: "task.started", TaskDone: "task.done", TaskCancelled: "task.cancelled"},
	TaskInProgress: {TaskOpen: "task.put_back", TaskDone: "task.done", TaskCancelled: "task.cancelled"},
	TaskDone:       {TaskInProgress: "task.reopened", TaskOpen: "task.reopened"},
	TaskCancelled:  {TaskOpen: "task.reopened"},
}

// Task is a piece of work on a case. Its audience and label are fixed when it is made,
// because its history was written for those readers. Times are UTC.
type Task struct {
	ID               string
	IncidentID       string
	Version          int64
	Title            string
	Description      string
	Status           TaskStatus
	Reason           string // why it was cancelled or taken up again; empty otherwise
	AssigneeID       *string
	AssigneeAgencyID *string // the agency the assignee works for; it may do the work
	DueAt            *time.Time
	Audience         Audience
	TLP              TLP    `gorm:"column:tlp"`
	ChecklistType    string // the checklist it was made from; empty otherwise
	ChecklistKey     string // the step of that checklist
	Basis            string // the clause that names the step; mostly empty
	AuthorID         string
	AgencyID         string
	CreatedAt        time.Time
	UpdatedAt        time.Time
	EndedAt          *time.Time // when it was done or cancelled
}

// TableName is the table of the tasks.
func (Task) TableName() string { return "tasks" }

// Overdue reports whether the task is unfinished after its due time.
func (t *Task) Overdue(now time.Time) bool {
	return t.EndedAt == nil && t.DueAt != nil && t.DueAt.Before(now)
}

// fields is the task as its record keeps it. Times are RFC 3339.
func (t *Task) fields() map[string]any {
	return map[string]any{
		"title": t.Title, "description": t.Description, "assignee_id": t.AssigneeID, "due_at": stamp(t.DueAt),
	}
}

// AddTask adds a piece of work. Tasks work in every open status and move nothing.
func (c *Case) AddTask(t *Task) ([]Fact, error) {
	if !c.Status.Open() {
		return nil, closedForWork(c.Status)
	}
	full := t.fields()
	full["audience"], full["tlp"], full["to"] = t.Audience, t.TLP, string(t.Status)
	if t.ChecklistKey != "" {
		full["checklist_type"], full["checklist_key"], full["basis"] = t.ChecklistType, t.ChecklistKey, t.Basis
	}
	thin := map[string]any{"to": string(t.Status)}
	if t.AssigneeID != nil {
		thin["to_assignee_id"] = *t.AssigneeID
	}
	return []Fact{t.fact("task.added", full, thin)}, nil
}

func (t *Task) fact(typ string, full, thin map[string]any) Fact {
	return Fact{Type: typ, ObjectKind: "task", ObjectID: t.ID, Full: full, Thin: thin}
}

// TaskChange is what a change wants of a task that already carries the new fields: the status
// to reach (the same: none) and why.
type TaskChange struct {
	Status TaskStatus
	Reason string
}

// ChangeTask records what a change has made of the task: was is the task before it. No fact
// means that nothing changed. What was left over when the case ended, or was merged into
// another, is still done or cancelled; nothing else of it changes then.
func (c *Case) ChangeTask(was Task, t *Task, ch TaskChange, at time.Time) ([]Fact, error) {
	ends := ch.Status != was.Status && (ch.Status == TaskDone || ch.Status == TaskCancelled)
	if !c.Status.Open() && !ends {
		return nil, closedForWork(c.Status)
	}
	var facts []Fact
	from, to := map[string]any{}, map[string]any{}
	after := t.fields()
	for name, v := range was.fields() {
		if !sameJSON(v, after[name]) {
			from[name], to[name] = v, after[name]
		}
	}
	if len(to) > 0 {
		if !c.Status.Open() {
			return nil, closedForWork(c.Status)
		}
		if was.EndedAt != nil {
			return nil, taskEnded(was.Status)
		}
		thin := map[string]any{}
		if _, moved := to["assignee_id"]; moved {
			if was.AssigneeID != nil {
				thin["from_assignee_id"] = *was.AssigneeID
			}
			if t.AssigneeID != nil {
				thin["to_assignee_id"] = *t.AssigneeID
			}
		}
		facts = append(facts, t.fact("task.changed", map[string]any{"changed_from": from, "changed_to": to}, thin))
	}
	if ch.Status != was.Status {
		f, err := t.move(ch, at)
		if err != nil {
			return nil, err
		}
		facts = append(facts, f)
	}
	if len(facts) > 0 {
		t.Version, t.UpdatedAt = was.Version+1, at
	}
	return facts, nil
}

func (t *Task) move(ch TaskChange, at time.Time) (Fact, error) {
	typ, ok := taskMoves[t.Status][ch.Status]
	if !ok {
		return Fact{}, fault.New(fault.Conflict, "Không chuyển được việc từ "+string(t.Status)+" sang "+string(ch.Status)+".",
			"A task does not go from "+string(t.Status)+" to "+string(ch.Status)+".").Because(fault.Reason{Code: "wrong_status", Text: fault.Text{
			VI: "Việc đã hủy chỉ mở lại được ở trạng thái open.", EN: "A cancelled task is taken up again as open."}})
	}
	if ch.Reason == "" && (ch.Status == TaskCancelled || typ == "task.reopened") {
		return Fact{}, fault.Input(fault.Field{Pointer: "/reason", Code: "required", Text: fault.Text{
			VI: "Hủy hoặc mở lại việc phải ghi lý do.", EN: "To cancel a task or take it up again needs a reason."}})
	}
	from := t.Status
	t.Status, t.Reason, t.EndedAt = ch.Status, ch.Reason, nil
	if slices.Contains([]TaskStatus{TaskDone, TaskCancelled}, t.Status) {
		t.EndedAt = &at
	}
	full := map[string]any{"from": string(from), "to": string(t.Status)}
	if ch.Reason != "" {
		full["reason"] = ch.Reason
	}
	return t.fact(typ, full, map[string]any{"from": string(from), "to": string(t.Status)}), nil
}

func taskEnded(s TaskStatus) error {
	return fault.New(fault.Conflict, "Việc đã kết thúc ("+string(s)+"); hãy mở lại trước khi sửa.",
		"The task has ended ("+string(s)+"); take it up again first.").Because(fault.Reason{Code: "task_ended", Text: fault.Text{
		VI: "Việc đã xong hoặc đã hủy không sửa được.", EN: "What is done or cancelled is not changed."}})
}
