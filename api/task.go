package api

// NewTask adds a piece of work to a case.
type NewTask struct {
	Title       string  `json:"title" validate:"required"`
	Description string  `json:"description,omitempty"`
	AssigneeID  *string `json:"assignee_id,omitempty" format:"uuid"` // of the team, or of an agency that takes part and may read it
	DueAt       *string `json:"due_at,omitempty" format:"date-time"` // ahead
	Audience    string  `json:"audience" validate:"required" enum:"audience"`
	TLP         string  `json:"tlp,omitempty" enum:"tlp"` // amber when not given
}

// TaskPatch changes a task. Audience and TLP are fixed when it is made. Who works on it but
// does not lead it changes the status alone.
type TaskPatch struct {
	Title       Patch[string] `json:"title,omitzero" nullable:"false"`
	Description Patch[string] `json:"description,omitzero" nullable:"false"`
	AssigneeID  Patch[string] `json:"assignee_id,omitzero" format:"uuid"`
	DueAt       Patch[string] `json:"due_at,omitzero" format:"date-time"`
	Status      Patch[string] `json:"status,omitzero" enum:"task_status" nullable:"false"`
	Reason      string        `json:"reason,omitempty"` // with a status; required to cancel and to take up again
}

// Task is a piece of work on a case.
type Task struct {
	ID               string    `json:"id" format:"uuid"`
	IncidentID       string    `json:"incident_id" format:"uuid"`
	Version          int64     `json:"version"`
	Title            string    `json:"title"`
	Description      string    `json:"description"`
	Status           string    `json:"status" enum:"task_status"`
	Reason           *string   `json:"reason"` // why it was cancelled or taken up again
	AssigneeID       *string   `json:"assignee_id" format:"uuid"`
	Assignee         *string   `json:"assignee"` // the person's name
	AssigneeAgencyID *string   `json:"assignee_agency_id" format:"uuid"`
	DueAt            *string   `json:"due_at" format:"date-time"`
	Overdue          bool      `json:"overdue"`
	Audience         string    `json:"audience" enum:"audience"`
	TLP              string    `json:"tlp" enum:"tlp"`
	Checklist        *TaskStep `json:"checklist"` // the step it was made from
	AuthorID         string    `json:"author_id" format:"uuid"`
	Author           *string   `json:"author"`
	AgencyID         string    `json:"agency_id" format:"uuid"`
	Agency           *string   `json:"agency"`
	CreatedAt        string    `json:"created_at" format:"date-time"`
	UpdatedAt        string    `json:"updated_at" format:"date-time"`
	EndedAt          *string   `json:"ended_at" format:"date-time"` // when it was done or cancelled
}

// TaskStep is the step of a checklist that a task was made from.
type TaskStep struct {
	Type  string  `json:"type" enum:"category_vn"`
	Key   string  `json:"key"`
	Basis *string `json:"basis"` // the clause that names the step; null: practice, not law
}

// TaskList is a page of tasks: of a case the oldest first, of all cases the newest.
type TaskList struct {
	Items []Task `json:"items"`
	Paged
}

// CaseTaskFilter narrows the tasks of a case.
type CaseTaskFilter struct {
	Status     []string `json:"status" enum:"task_status"`
	AssigneeID string   `json:"assignee_id" format:"uuid"`
	DueBefore  string   `json:"due_before" format:"date-time"` // exclusive
	Overdue    *bool    `json:"overdue"`
	Paging
}

// TaskFilter narrows the tasks of every case in sight.
type TaskFilter struct {
	AssigneeID string   `json:"assignee_id" format:"person"` // me (when not given), all, or a person's id
	Status     []string `json:"status" enum:"task_status"`
	DueBefore  string   `json:"due_before" format:"date-time"` // exclusive
	Overdue    *bool    `json:"overdue"`
	IncidentID string   `json:"incident_id" format:"uuid"`
	Paging
}

// Checklist is the steps for one national type of incident, in order.
type Checklist struct {
	Type    string          `json:"type" enum:"category_vn"`
	Title   string          `json:"title"` // Vietnamese
	TitleEN string          `json:"title_en"`
	Steps   []ChecklistStep `json:"steps"`
}

// ChecklistStep is one thing to do.
type ChecklistStep struct {
	Key      string  `json:"key"`
	Title    string  `json:"title"` // Vietnamese
	TitleEN  string  `json:"title_en"`
	DueHours *int    `json:"due_hours"` // after the checklist is applied, or after the detection
	DueFrom  *string `json:"due_from" enum:"checklist_start"`
	Basis    *string `json:"basis"` // the clause that names the step; null: practice, not law
}

// ChecklistList is every checklist.
type ChecklistList struct {
	Items []Checklist `json:"items"`
	Paged
}

// ApplyChecklist makes the steps of a checklist tasks of the case.
type ApplyChecklist struct {
	Type string `json:"type,omitempty" enum:"category_vn"` // the case's category_vn when not given
}

// NewTasks is the tasks that were made; none when the case had them all.
type NewTasks struct {
	Items []Task `json:"items"`
}
