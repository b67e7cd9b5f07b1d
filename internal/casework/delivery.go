package casework

import (
	"context"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// DeliveryFilter is a question for what was sent to whom.
type DeliveryFilter struct {
	Status                        []string
	EventID, IncidentID, AgencyID string
	After                         *store.Position
	Limit                         int
}

// DeliveryView is a delivery as its reader sees it: Whole with its case and what was written.
type DeliveryView struct {
	store.Delivery
	Whole bool
}

// Deliveries reads what was sent to whom about which event, the newest first: the team and
// auditors of the cases they see, the administrator of all cases, without anything of the
// case.
func (s *Service) Deliveries(ctx context.Context, by policy.Actor, f DeliveryFilter) (Page[DeliveryView], error) {
	page := Page[DeliveryView]{Items: []DeliveryView{}}
	if err := policy.Check(by, policy.ReadDeliveries, policy.Object{}); err != nil {
		return page, err
	}
	whole := by.InTeam() || by.Has(policy.Auditor)
	q := store.DeliveryQuery{
		Sight: by.Sight(), Status: f.Status, EventID: f.EventID, IncidentID: f.IncidentID, AgencyID: f.AgencyID, Limit: f.Limit,
	}
	if !whole {
		q.Sight = policy.Sight{All: true}
		if f.IncidentID != "" { // it would tell what the list itself withholds
			return page, fault.New(fault.Forbidden, "Chỉ người được xem hồ sơ mới lọc được theo hồ sơ.", "Only who sees incidents may filter by one.")
		}
	}
	if f.After != nil {
		q.AfterID = f.After.ID
	}
	list, err := s.store.Read(ctx).Deliveries(q)
	return pageOf(list, f.Limit,
		func(d store.Delivery) store.Position { return store.Position{ID: d.ID} },
		func(d store.Delivery) DeliveryView { return DeliveryView{Delivery: d, Whole: whole} }), err
}
