package casework

import (
	"context"
	"slices"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// ParticipantView is an agency that takes part in a case.
type ParticipantView struct {
	Agency     incident.Agency
	Lead       bool
	AsReporter bool
	AsPartner  bool
}

// Participants lists who takes part: everyone for the team, leaders and auditors; for others
// who leads, who reported, and themselves, because a handover is known to its two sides only.
func (s *Service) Participants(ctx context.Context, by policy.Actor, incidentID string) ([]ParticipantView, error) {
	v, err := s.Get(ctx, by, incidentID)
	if err != nil {
		return nil, err
	}
	tx := s.store.Read(ctx)
	cs, err := load(tx, v.Incident)
	if err != nil {
		return nil, err
	}
	agencies, err := tx.Agencies()
	if err != nil {
		return nil, err
	}
	whole := v.Parts.Handovers >= policy.WithoutText
	out := []ParticipantView{}
	for _, x := range cs.Sights() {
		if !whole && x.AgencyID != by.AgencyID && x.AgencyID != v.LeadAgencyID && x.AgencyID != v.ReportingAgencyID {
			continue
		}
		i := slices.IndexFunc(agencies, func(a incident.Agency) bool { return a.ID == x.AgencyID })
		out = append(out, ParticipantView{
			Agency: agencies[i], Lead: x.AgencyID == v.LeadAgencyID, AsReporter: x.AsReporter, AsPartner: x.AsPartner,
		})
	}
	return out, nil
}
