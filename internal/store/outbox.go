package store

import (
	"context"
	"time"
)

// OutboxRow is a message for the broker. The rows are the only ones that are ever marked
// published.
type OutboxRow struct {
	ID        int64 `gorm:"primaryKey;autoIncrement"`
	EventID   string
	ChainID   string
	Seq       int64
	Subject   string
	Message   string
	CreatedAt time.Time

	// Traceparent is the W3C traceparent of the request that wrote the row; nil when it was
	// not traced.
	Traceparent *string
}

// TableName is the table of the messages.
func (OutboxRow) TableName() string { return "outbox" }

// Waiting returns what is not published yet, in the order of ids. A smaller id may appear
// after a larger one was seen, but never within one chain.
func (s *Store) Waiting(ctx context.Context, limit int) ([]OutboxRow, error) {
	return many[OutboxRow](s.Read(ctx).db.Where("published_at IS NULL").Order("id").Limit(limit))
}

// MarkPublished marks the messages published.
func (s *Store) MarkPublished(ctx context.Context, ids []int64, at time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return s.Write(ctx, func(_ context.Context, tx *Tx) error {
		return tx.db.Model(&OutboxRow{}).Where(tx.numbers("id", ids)).Where("published_at IS NULL").
			UpdateColumn("published_at", at).Error
	})
}

// Backlog counts what is not published yet, and says since when the oldest waits.
func (s *Store) Backlog(ctx context.Context) (count int64, oldest *time.Time, err error) {
	tx := s.Read(ctx)
	if err := tx.db.Model(&OutboxRow{}).Where("published_at IS NULL").Count(&count).Error; err != nil {
		return 0, nil, err
	}
	first, err := many[OutboxRow](tx.db.Where("published_at IS NULL").Order("id").Limit(1))
	if err != nil || len(first) == 0 {
		return count, nil, err
	}
	return count, &first[0].CreatedAt, nil
}

// PrunePublished deletes messages that were published before, and says how many.
func (s *Store) PrunePublished(ctx context.Context, before time.Time) (int64, error) {
	var n int64
	err := s.Write(ctx, func(_ context.Context, tx *Tx) error {
		db := tx.db.Where("published_at < ?", before).Delete(&OutboxRow{})
		n = db.RowsAffected
		return db.Error
	})
	return n, err
}
