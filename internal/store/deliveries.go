package store

import "context"

// DeliveriesOf returns what was written of an event, to whomever and whatever became of it.
func (s *Store) DeliveriesOf(ctx context.Context, eventID string) ([]Delivery, error) {
	id, ok := canonical(eventID)
	if !ok {
		return []Delivery{}, nil
	}
	return many[Delivery](s.Read(ctx).db.Where("event_id = ?", id).Order("agency_id, recipient"))
}
