package store

import "github.com/ungcuu/ungcuu/internal/incident"

// participantRow holds the consents in a column that is never NULL.
type participantRow struct {
	incident.Participant `gorm:"embedded"`
	ConsentsJSON         jsonOf[[]incident.Consent] `gorm:"column:consents"`
}

// TableName is the table of the invited participants.
func (participantRow) TableName() string { return "participants" }

// ParticipantsOf returns every invitation of a case, the ended too, the oldest first.
func (t *Tx) ParticipantsOf(incidentID string) ([]incident.Participant, error) {
	id, ok := canonical(incidentID)
	if !ok {
		return []incident.Participant{}, nil
	}
	rows, err := many[participantRow](t.db.Where("incident_id = ?", id).Order("invited_at, id"))
	if err != nil {
		return nil, err
	}
	out := make([]incident.Participant, len(rows))
	for i, r := range rows {
		out[i] = r.Participant
		out[i].Consents = r.ConsentsJSON.V
		for j := range out[i].Consents {
			out[i].Consents[j].At = out[i].Consents[j].At.UTC()
		}
	}
	return out, nil
}

// CreateParticipant inserts an invitation.
func (t *Tx) CreateParticipant(p *incident.Participant) error {
	return t.db.Create(&participantRow{Participant: *p, ConsentsJSON: jsonOf[[]incident.Consent]{p.Consents}}).Error
}

// EndParticipant writes that the part of an invited agency has ended.
func (t *Tx) EndParticipant(p *incident.Participant) error {
	return changed(t.db.Model(&participantRow{}).Where("id = ?", p.ID).
		Updates(map[string]any{"ended_at": p.EndedAt, "ended_by_id": p.EndedByID, "end_reason": p.EndReason}))
}
