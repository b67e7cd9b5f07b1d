package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// Pressing is what waits, as the rows say at one moment.
type Pressing struct {
	Outbox       int64
	OutboxOldest time.Duration // 0: nothing waits

	Deliveries       map[string]int64 // by status, without sent
	DeliveriesOldest time.Duration    // 0: nothing is due

	Duties           []RuleCount
	WatchLag         time.Duration // since when a duty waits for the watch; 0: none does
	HandoversOverdue int64         // requests past the time by which they were to be acknowledged
}

// RuleNotTold stands for the rules of every duty of a case for named people.
const RuleNotTold = "restricted"

// RuleCount is the duties of one rule.
type RuleCount struct {
	Rule             string
	Pending, Overdue int64
}

// What the metrics ask of the rows. A condition that belongs to an index is written out,
// because PostgreSQL does not use a partial index for a parameter.
const (
	inEarnest = " AND NOT i.exercise AND NOT i.imported"

	openDeliveries = "SELECT status, count(*) AS n FROM deliveries WHERE status <> 'sent' GROUP BY status"
	// A rule tells the nature of a case: of one for named people it is not told.
	dutyRule      = "CASE WHEN i.restricted OR i.tlp = 'red' THEN '" + RuleNotTold + "' ELSE d.rule END"
	pendingDuties = "SELECT " + dutyRule + " AS rule, count(*) AS pending," +
		" count(CASE WHEN d.target_at < ? OR d.target_at IS NULL AND d.due_at < ? THEN 1 END) AS overdue" +
		" FROM duties d LEFT JOIN incidents i ON i.id = d.incident_id WHERE d.status = 'pending'" +
		" AND (d.incident_id IS NULL OR (NOT i.exercise AND NOT i.imported)) GROUP BY " + dutyRule + " ORDER BY 1"
	lateHandovers = "SELECT count(*) FROM handovers h JOIN incidents i ON i.id = h.incident_id" +
		" WHERE h.status = 'requested' AND h.acknowledge_by IS NOT NULL AND h.acknowledge_by < ?" + inEarnest
)

// Pressing counts what waits at now. Exercises and imported cases press nobody. Each query
// reads an index of what is open, never what is done.
func (s *Store) Pressing(ctx context.Context, now time.Time) (Pressing, error) {
	p := Pressing{Deliveries: map[string]int64{DeliveryPending: 0, DeliverySending: 0, DeliveryHeld: 0, DeliveryFailed: 0}}
	var oldest *time.Time
	var err error
	if p.Outbox, oldest, err = s.Backlog(ctx); err != nil {
		return p, err
	}
	p.OutboxOldest = since(oldest, now)
	db := s.Read(ctx).db
	var open []struct {
		Status string
		N      int64
	}
	if err := scan(db.Raw(openDeliveries), &open); err != nil {
		return p, err
	}
	for _, row := range open {
		p.Deliveries[row.Status] = row.N
	}
	due, err := many[Delivery](db.Select("next_at").Where("next_at <= ? AND status IN ('pending', 'sending')", now).Order("next_at").Limit(1))
	if err != nil {
		return p, err
	}
	if len(due) > 0 {
		p.DeliveriesOldest = since(due[0].NextAt, now)
	}
	if err := scan(db.Raw(pendingDuties, now, now), &p.Duties); err != nil {
		return p, err
	}
	watched, err := s.Read(ctx).DutiesToWatch(now, nil, 1)
	if err != nil {
		return p, err
	}
	if len(watched) > 0 {
		p.WatchLag = since(&watched[0].WatchAt, now)
	}
	return p, scan(db.Raw(lateHandovers, now), &p.HandoversOverdue)
}

func since(t *time.Time, now time.Time) time.Duration {
	if t == nil {
		return 0
	}
	return max(0, now.Sub(*t))
}

// Pool is the connections of one pool.
type Pool struct {
	Name               string // write, read; main where there is one for both
	InUse, Idle, Limit int
	Waits              int64
	Waited             time.Duration
}

// Pools are the pools of this process. It does not ask the database.
func (s *Store) Pools() []Pool {
	if s.pool != nil {
		p, outer := s.pool.Stat(), s.write.Stats()
		return []Pool{{
			Name: "main", InUse: int(p.AcquiredConns()), Idle: int(p.IdleConns()), Limit: int(p.MaxConns()),
			Waits: p.EmptyAcquireCount() + outer.WaitCount, Waited: p.EmptyAcquireWaitTime() + outer.WaitDuration,
		}}
	}
	return []Pool{poolOf("write", s.write), poolOf("read", s.read)}
}

func poolOf(name string, db *sql.DB) Pool {
	p := db.Stats()
	return Pool{Name: name, InUse: p.InUse, Idle: p.Idle, Limit: p.MaxOpenConnections, Waits: p.WaitCount, Waited: p.WaitDuration}
}

// system is the database's name in traces (OpenTelemetry's registry of names).
func (s *Store) system() string {
	if s.dialect == Postgres {
		return "postgresql"
	}
	return SQLite
}

func traceparent(ctx context.Context) *string {
	if v := telemetry.Traceparent(ctx); v != "" {
		return &v
	}
	return nil
}
