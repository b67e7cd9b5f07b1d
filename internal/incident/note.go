package incident

import "time"

// Audience is who may read a note.
type Audience string

// The audiences.
const (
	AudienceTeam         Audience = "team"
	AudienceParticipants Audience = "participants"
)

// Note is working material of a case.
type Note struct {
	ID           string
	IncidentID   string
	Audience     Audience
	TLP          TLP  `gorm:"column:tlp"`
	Confidential bool // its giver's wish (SL 3.4): for the team and the giver's own agency
	Text         string
	AuthorID     string
	AgencyID     string
	CreatedAt    time.Time
}

// TableName is the table of the notes.
func (Note) TableName() string { return "notes" }

// AddNote adds working material. Notes work in every open status and move nothing.
func (c *Case) AddNote(n Note) ([]Fact, error) {
	if !c.Status.Open() {
		return nil, closedForWork(c.Status)
	}
	return []Fact{{
		Type: "note.added", ObjectKind: "note", ObjectID: n.ID,
		Full: map[string]any{"audience": n.Audience, "tlp": n.TLP, "confidential": n.Confidential, "text": n.Text},
		Thin: map[string]any{},
	}}, nil
}
