package casework

import (
	"context"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// commonMarks bounds how many common marks are looked at: where a name as common as "máy chủ"
// fits more, the newest reports count.
const commonMarks = 500

// HasDuplicates reports whether Duplicates has something to suggest.
func (s *Service) HasDuplicates(ctx context.Context, by policy.Actor, incidentID string) (bool, error) {
	list, err := s.duplicates(ctx, by, incidentID, incident.MaxDuplicates)
	return len(list) > 0, err
}

// Duplicates suggests cases that may tell of the same event, the likeliest first. Only cases
// are compared of which the reader may read the system, and types only where they may read
// those.
func (s *Service) Duplicates(ctx context.Context, by policy.Actor, incidentID string) ([]incident.Duplicate, error) {
	return s.duplicates(ctx, by, incidentID, commonMarks)
}

func (s *Service) duplicates(ctx context.Context, by policy.Actor, incidentID string, limit int) ([]incident.Duplicate, error) {
	v, err := s.Get(ctx, by, incidentID)
	if err != nil || !v.Parts.Has(policy.Description) {
		return []incident.Duplicate{}, err
	}
	tx := s.store.Read(ctx)
	shared, err := tx.SharedMarks(store.DuplicateQuery{Of: v.Incident, Sight: by.Sight(), Window: incident.DuplicateWindow, Limit: limit})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(shared))
	for i := range shared {
		ids[i] = shared[i].Incident.ID
	}
	rel, err := tx.Relations(ids, by.AgencyID)
	if err != nil {
		return nil, err
	}
	list := []incident.Duplicate{}
	for i := range shared {
		other := &shared[i].Incident
		parts := policy.PartsOf(by, other, rel[other.ID].AsReporter, rel[other.ID].AsPartner)
		if !parts.Has(policy.Description) {
			continue
		}
		types := v.Parts.Has(policy.Assessment) && parts.Has(policy.Assessment)
		if why := incident.Alike(v.Incident, other, shared[i].Marks, types); len(why) > 0 {
			list = append(list, incident.Duplicate{Incident: other, Reasons: why})
		}
	}
	return incident.RankDuplicates(list), nil
}
