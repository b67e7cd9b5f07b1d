package store

import (
	"time"

	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// CreateTasks inserts tasks.
func (t *Tx) CreateTasks(tasks []incident.Task) error {
	if err := createAll(t.db, tasks); err != nil || len(tasks) == 0 {
		return err
	}
	var texts []incident.Text
	for i := range tasks {
		texts = append(texts, tasks[i].Texts()...)
	}
	return t.addTexts(tasks[0].IncidentID, texts)
}

// SaveTask writes every column of a task whose stored version is seen; fault.Stale when it is
// another.
func (t *Tx) SaveTask(task *incident.Task, seen int64) error {
	err := guarded(t.db.Model(&incident.Task{}).Where("id = ? AND version = ?", task.ID, seen).
		Select("*").Omit("id").Updates(task))
	if err != nil {
		return err
	}
	return t.addTexts(task.IncidentID, task.Texts())
}

// Task reads a task of the case that is in sight; fault.Absent otherwise.
func (t *Tx) Task(incidentID, id string, sight MaterialSight) (*incident.Task, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	return one[incident.Task](is(t.db.Where("tasks.id = ?", id), "tasks.incident_id", incidentID).Where(t.visibleMaterial("tasks", sight)))
}

// ChecklistKeys lists the steps of checklists that the case already has as tasks.
func (t *Tx) ChecklistKeys(incidentID string) (map[string]bool, error) {
	rows, err := many[incident.Task](is(t.db.Where("checklist_key <> ''"), "incident_id", incidentID))
	out := map[string]bool{}
	for _, r := range rows {
		out[r.ChecklistKey] = true
	}
	return out, err
}

// TaskQuery is a list of tasks, of a case the oldest first, of all cases the newest.
type TaskQuery struct {
	Sight      MaterialSight
	IncidentID string
	AssigneeID string
	Status     []string
	DueBefore  *time.Time
	Overdue    *bool // unfinished, and past its due time at Now
	Now        time.Time
	After      *Position // by the time it was added
	Limit      int       // one more is returned when there is more; 0: all
}

// Tasks returns a page of tasks.
func (t *Tx) Tasks(q TaskQuery) ([]incident.Task, error) { return many[incident.Task](t.taskPage(q)) }

func (t *Tx) taskPage(q TaskQuery) *gorm.DB {
	db := t.db.Model(&incident.Task{}).Where(t.visibleMaterial("tasks", q.Sight))
	db = is(db, "tasks.incident_id", q.IncidentID)
	db = is(db, "tasks.assignee_id", q.AssigneeID)
	db = t.filter(db, "tasks.status", q.Status)
	if q.DueBefore != nil {
		db = db.Where("tasks.due_at < ?", *q.DueBefore)
	}
	if q.Overdue != nil {
		late := "tasks.due_at IS NOT NULL AND tasks.ended_at IS NULL AND tasks.due_at < ?"
		if !*q.Overdue {
			late = "NOT (" + late + ")"
		}
		db = db.Where(late, q.Now)
	}
	return page(db, "tasks", "created_at", q.IncidentID == "", q.After, q.Limit)
}
