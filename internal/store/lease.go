package store

import (
	"context"
	"time"
)

// Lease takes the lease of that name for the holder, or renews it, until now plus ttl. It is
// false while another holder's lease has not run out.
func (s *Store) Lease(ctx context.Context, name, holder string, now time.Time, ttl time.Duration) (bool, error) {
	var got bool
	err := s.Write(ctx, func(_ context.Context, tx *Tx) error {
		db := tx.db.Exec("INSERT INTO leases (name, holder, until) VALUES (?, ?, ?)"+
			" ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until"+
			" WHERE leases.holder = excluded.holder OR leases.until <= ?", name, holder, now.Add(ttl), now)
		got = db.RowsAffected == 1
		return db.Error
	})
	return got && err == nil, err
}
