package store

import "github.com/ungcuu/ungcuu/internal/incident"

// CreateNote inserts a note. Notes are never changed. SetTexts makes the case found by it.
func (t *Tx) CreateNote(n *incident.Note) error {
	if err := t.db.Create(n).Error; err != nil {
		return err
	}
	return t.addTexts(n.IncidentID, n.Texts())
}

// NoteQuery is the notes of a case that a reader may read, the oldest first.
type NoteQuery struct {
	IncidentID string
	Audiences  []string // nil: all
	MaxTLP     []string // the labels allowed; nil: all
	OrAgencyID string   // notes of this agency whatever their audience and label
	After      *Position
	Limit      int // one more is returned when there is more; 0: all
}

// Notes returns a page of notes.
func (t *Tx) Notes(q NoteQuery) ([]incident.Note, error) {
	id, ok := canonical(q.IncidentID)
	if !ok {
		return []incident.Note{}, nil
	}
	db := t.db.Where("notes.incident_id = ?", id).Where(t.visibleNote("notes", q.Audiences, q.MaxTLP, q.OrAgencyID))
	return many[incident.Note](page(db, "notes", "created_at", false, q.After, q.Limit))
}
