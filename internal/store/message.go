package store

import (
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// CreateMessage inserts a message. Messages are never changed.
func (t *Tx) CreateMessage(m *incident.Message, reportingAgencyID string) error {
	if err := t.db.Create(m).Error; err != nil {
		return err
	}
	return t.addTexts(m.IncidentID, m.Texts(reportingAgencyID))
}

// Messages returns a page of the messages of a case, the oldest first; one more when there is
// more.
func (t *Tx) Messages(incidentID string, after *Position, limit int) ([]incident.Message, error) {
	id, ok := canonical(incidentID)
	if !ok {
		return []incident.Message{}, nil
	}
	return many[incident.Message](page(t.db.Where("messages.incident_id = ?", id), "messages", "created_at", false, after, limit))
}

// Message reads a message of the case; fault.Absent when there is none.
func (t *Tx) Message(incidentID, id string) (*incident.Message, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	return one[incident.Message](is(t.db.Where("messages.id = ?", id), "messages.incident_id", incidentID))
}
