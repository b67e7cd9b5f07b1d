package store

import "github.com/ungcuu/ungcuu/internal/policy"

// DeliveryStatuses lists every status of a delivery.
var DeliveryStatuses = []string{DeliveryPending, DeliverySending, DeliverySent, DeliveryHeld, DeliveryFailed}

// DeliveryQuery is a list of deliveries, the newest first.
type DeliveryQuery struct {
	Sight      policy.Sight // deliveries about these cases, by role or by name
	Status     []string
	EventID    string
	IncidentID string
	AgencyID   string // the agency that is told
	AfterID    string // where the page before ended
	Limit      int    // one more is returned when there is more; 0: all
}

// Deliveries returns a page of deliveries. Their ids rise with time, so that the primary key
// gives the order.
func (t *Tx) Deliveries(q DeliveryQuery) ([]Delivery, error) {
	db := t.db.Where(withoutCase(q.Sight, "deliveries"))
	db = t.filter(db, "deliveries.status", q.Status)
	db = is(db, "deliveries.event_id", q.EventID)
	db = is(db, "deliveries.incident_id", q.IncidentID)
	db = is(db, "deliveries.agency_id", q.AgencyID)
	if q.AfterID != "" {
		last, ok := canonical(q.AfterID)
		if !ok {
			return []Delivery{}, nil
		}
		db = db.Where("deliveries.id < ?", last)
	}
	if q.Limit > 0 {
		db = db.Limit(q.Limit + 1)
	}
	return many[Delivery](db.Order("deliveries.id DESC"))
}
