package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// The statuses of a delivery.
const (
	DeliveryPending = "pending"
	DeliverySending = "sending"
	DeliverySent    = "sent"
	DeliveryHeld    = "held" // no channel is set up yet
	DeliveryFailed  = "failed"
)

// Delivery is one message of one event to one recipient.
type Delivery struct {
	ID         string
	EventID    string
	IncidentID *string // nil: of an agency alone
	AgencyID   string
	Recipient  string
	Personal   bool // the recipient is a person who reported, not a duty desk
	Subject    string
	Body       string
	Status     string
	Attempts   int
	NextAt     *time.Time // when it is tried next; nil: never again
	LastError  string
	CreatedAt  time.Time
	SentAt     *time.Time

	// Traceparent is the W3C traceparent of the event that wrote it; nil when it was not traced.
	Traceparent *string
}

// TableName is the table of the deliveries.
func (Delivery) TableName() string { return "deliveries" }

// AddDelivery inserts a delivery unless the event already has one to this recipient of this
// agency.
func (s *Store) AddDelivery(ctx context.Context, d *Delivery) (added bool, err error) {
	err = s.Write(ctx, func(ctx context.Context, tx *Tx) error {
		d.Traceparent = traceparent(ctx)
		db := tx.db.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "event_id"}, {Name: "agency_id"}, {Name: "recipient"}},
			DoNothing: true,
		}).Create(d)
		added = db.RowsAffected == 1
		return db.Error
	})
	return added && err == nil, err
}

// Told reports whether the event has a delivery to the agency already.
func (t *Tx) Told(eventID, agencyID string) (bool, error) {
	event, ok := canonical(eventID)
	if !ok {
		return false, nil
	}
	var n int64
	err := t.db.Model(&Delivery{}).Where("event_id = ? AND agency_id = ?", event, agencyID).Limit(1).Count(&n).Error
	return n > 0, err
}

// DueDeliveries returns what is to be sent now, the longest overdue first. A delivery whose
// sender died is due again when its claim has run out.
func (s *Store) DueDeliveries(ctx context.Context, now time.Time, limit int) ([]Delivery, error) {
	return many[Delivery](s.Read(ctx).db.Where("next_at <= ?", now).
		Where("status IN ?", []string{DeliveryPending, DeliverySending}).Order("next_at, id").Limit(limit))
}

// ClaimDelivery takes a due delivery until a time, and says whether this caller got it.
func (s *Store) ClaimDelivery(ctx context.Context, id string, now, until time.Time) (bool, error) {
	var got bool
	err := s.Write(ctx, func(_ context.Context, tx *Tx) error {
		db := tx.db.Model(&Delivery{}).Where("id = ? AND next_at <= ?", id, now).
			Where("status IN ?", []string{DeliveryPending, DeliverySending}).
			Updates(map[string]any{"status": DeliverySending, "next_at": until})
		got = db.RowsAffected == 1
		return db.Error
	})
	return got && err == nil, err
}

// SaveDelivery writes every column of a delivery.
func (s *Store) SaveDelivery(ctx context.Context, d *Delivery) error {
	return s.Write(ctx, func(_ context.Context, tx *Tx) error {
		row := *d
		return changed(tx.db.Model(&Delivery{}).Where("id = ?", d.ID).Select("*").Omit("id").Updates(&row))
	})
}

// DeliveryAccepted marks a delivery as sent that its sender could not mark any more; one
// that is marked, or does not exist, stays as it is.
func (s *Store) DeliveryAccepted(ctx context.Context, id string, at time.Time) error {
	id, ok := canonical(id)
	if !ok {
		return nil
	}
	return s.Write(ctx, func(_ context.Context, tx *Tx) error {
		return tx.db.Model(&Delivery{}).Where("id = ? AND status <> ?", id, DeliverySent).
			Updates(map[string]any{"status": DeliverySent, "sent_at": at, "next_at": nil, "last_error": ""}).Error
	})
}

// ReleaseHeld makes everything that was held due now.
func (s *Store) ReleaseHeld(ctx context.Context, now time.Time) error {
	return s.Write(ctx, func(_ context.Context, tx *Tx) error {
		return tx.db.Model(&Delivery{}).Where("status = ?", DeliveryHeld).
			Updates(map[string]any{"status": DeliveryPending, "next_at": now}).Error
	})
}
