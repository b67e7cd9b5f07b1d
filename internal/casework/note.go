package casework

import (
	"context"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// NewNote is a note to add.
type NewNote struct {
	Text         string
	Audience     incident.Audience
	TLP          incident.TLP
	Confidential bool // for the team and the own agency (SL 3.4)
}

// NoteView is a note with the names its readers know.
type NoteView struct {
	incident.Note
	AuthorName, AgencyName string
}

// AddNote adds a note. A note for the team alone is the team's to write.
func (s *Service) AddNote(ctx context.Context, c Call, incidentID string, in NewNote) (NoteView, error) {
	var check incident.Checker
	check.Text("/text", in.Text, true, incident.MaxText)
	incident.OneOf(&check, "/audience", in.Audience, incident.Audiences)
	incident.OneOf(&check, "/tlp", in.TLP, incident.TLPs)
	if err := check.Err(); err != nil {
		return NoteView{}, err
	}
	action := policy.Note
	if in.Audience == incident.AudienceTeam {
		action = policy.NoteTeam
	}
	n := incident.Note{
		ID: newID(), IncidentID: incidentID, Audience: in.Audience, TLP: in.TLP, Confidential: in.Confidential, Text: in.Text,
		AuthorID: c.By.UserID, AgencyID: c.By.AgencyID, CreatedAt: c.At,
	}
	_, err := s.change(ctx, c, target{id: incidentID, action: action}, func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		facts, err := cs.AddNote(n)
		if err != nil {
			return nil, err
		}
		return facts, tx.CreateNote(&n)
	})
	return NoteView{Note: n, AuthorName: c.By.FullName, AgencyName: c.By.AgencyName}, err
}

// Notes reads the notes of a case that the caller's parts and the notes' labels allow.
func (s *Service) Notes(ctx context.Context, by policy.Actor, incidentID string, after *store.Position, limit int) (Page[NoteView], error) {
	var page Page[NoteView]
	v, err := s.Get(ctx, by, incidentID)
	if err != nil {
		return page, err
	}
	page.Items = []NoteView{}
	q := store.NoteQuery{IncidentID: incidentID, After: after, Limit: limit}
	switch {
	case v.Parts.Has(policy.Material):
	case v.Parts.Has(policy.Written):
		q.Audiences, q.MaxTLP, q.OrAgencyID = sharedAudiences(v), strs(incident.SharedTLP), by.AgencyID
	default:
		return page, nil
	}
	tx := s.store.Read(ctx)
	list, err := tx.Notes(q)
	if err != nil {
		return page, err
	}
	names := namesOf(tx)
	page = pageOf(list, limit, func(n incident.Note) store.Position { return store.Position{At: n.CreatedAt, ID: n.ID} }, func(n incident.Note) NoteView {
		view := NoteView{Note: n, AgencyName: names.agency[n.AgencyID]}
		if !v.unnamed(n.AgencyID) {
			view.AuthorName = names.person(n.AuthorID)
		}
		return view
	})
	return page, names.err
}

// sharedAudiences are the audiences that reach the reader of a case beside what the own agency
// wrote; none where the case's label leaves no more.
func sharedAudiences(v CaseView) []string {
	if v.Parts.Has(policy.Shared) {
		return []string{string(incident.AudienceParticipants)}
	}
	return []string{}
}

// unnamed: who reported in confidence is not named as the author of anything either, to who
// does not read their contact (SL 3.4).
func (v CaseView) unnamed(agencyID string) bool {
	return v.Confidential && agencyID == v.ReportingAgencyID && !v.Parts.Has(policy.Contact)
}
