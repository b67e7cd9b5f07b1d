package casework

import (
	"context"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// MessageView is a message with the names its readers know.
type MessageView struct {
	incident.Message
	AuthorName, AgencyName string
}

// readsMessages: the conversation is the reporting agency's and the team's; auditors read it.
func readsMessages(by policy.Actor, v CaseView) bool {
	return v.Parts.Has(policy.Material) ||
		v.Parts.Has(policy.Shared) && by.Has(policy.Liaison, policy.Reporter) && v.ReportingAgencyID == by.AgencyID
}

// SendMessage speaks to the other side: the team to the reporting agency, or that agency to
// the team.
func (s *Service) SendMessage(ctx context.Context, c Call, incidentID, words string) (MessageView, error) {
	if err := texts(text{"/text", words, true}); err != nil {
		return MessageView{}, err
	}
	m := incident.Message{
		ID: newID(), IncidentID: incidentID, Direction: incident.FromAgency, Text: words,
		AuthorID: c.By.UserID, AgencyID: c.By.AgencyID, CreatedAt: c.At,
	}
	if c.By.InTeam() {
		m.Direction = incident.ToAgency
	}
	_, err := s.change(ctx, c, target{id: incidentID, action: policy.SendMessage}, func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		facts, err := cs.Send(m)
		if err != nil {
			return nil, err
		}
		return facts, tx.CreateMessage(&m, cs.ReportingAgencyID)
	})
	return MessageView{Message: m, AuthorName: c.By.FullName, AgencyName: c.By.AgencyName}, err
}

// Messages reads the conversation, the oldest first; who has no part in it reads none.
func (s *Service) Messages(ctx context.Context, by policy.Actor, incidentID string, after *store.Position, limit int) (Page[MessageView], error) {
	page := Page[MessageView]{Items: []MessageView{}}
	v, err := s.Get(ctx, by, incidentID)
	if err != nil || !readsMessages(by, v) {
		return page, err
	}
	tx := s.store.Read(ctx)
	list, err := tx.Messages(incidentID, after, limit)
	if err != nil {
		return page, err
	}
	names := namesOf(tx)
	page = pageOf(list, limit, func(m incident.Message) store.Position { return store.Position{At: m.CreatedAt, ID: m.ID} }, func(m incident.Message) MessageView {
		return MessageView{Message: m, AuthorName: names.person(m.AuthorID), AgencyName: names.agency[m.AgencyID]}
	})
	return page, names.err
}
