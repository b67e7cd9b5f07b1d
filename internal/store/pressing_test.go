package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestWhatPressesIsCountedFromRowsAndExercisesPressNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		now := at(100)
		p, err := st.Pressing(t.Context(), now)
		require.NoError(t, err)
		require.Equal(t, store.Pressing{Deliveries: map[string]int64{"pending": 0, "sending": 0, "held": 0, "failed": 0}, Duties: p.Duties}, p)
		require.Empty(t, p.Duties)

		for _, kind := range []func(*incident.Incident){nil,
			func(inc *incident.Incident) { inc.Exercise = true }, func(inc *incident.Incident) { inc.Imported = true }} {
			inc := d.create(t, kind)
			d.createDuty(t, inc, func(duty *incident.Duty) { duty.Rule, duty.TargetAt = "SL-1", to(at(99)) })
			d.createDuty(t, inc, func(duty *incident.Duty) { duty.Rule, duty.TargetAt, duty.DueAt = "SL-2", to(at(101)), to(at(1)) })
			d.createDuty(t, inc, func(duty *incident.Duty) { duty.Rule, duty.DueAt = "SL-3", to(at(50)) })
			d.createDuty(t, inc, func(duty *incident.Duty) {
				duty.Rule, duty.DueAt, duty.Status = "SL-4", to(at(50)), incident.DutyFulfilled
			})
			d.createHandover(t, inc, func(h *incident.Handover) { h.AcknowledgeBy = to(at(99)) })
			d.createHandover(t, inc, func(h *incident.Handover) { h.AcknowledgeBy = to(at(101)) })
			d.createHandover(t, inc, func(h *incident.Handover) { h.AcknowledgeBy, h.Status = to(at(1)), incident.Acknowledged })
		}
		for i, status := range []string{store.DeliveryPending, store.DeliverySending, store.DeliverySending, store.DeliveryHeld, store.DeliveryFailed, store.DeliverySent} {
			next := to(at(90 + i))
			if status == store.DeliverySent || status == store.DeliveryHeld || status == store.DeliveryFailed {
				next = nil
			}
			added, err := st.AddDelivery(t.Context(), &store.Delivery{ID: newID(), EventID: newID(), IncidentID: to(newID()), AgencyID: d.team,
				Recipient: "a@b.example", Status: status, NextAt: next, CreatedAt: t0})
			require.NoError(t, err)
			require.True(t, added)
		}
		p, err = st.Pressing(t.Context(), now)
		require.NoError(t, err)
		require.Equal(t, map[string]int64{"pending": 1, "sending": 2, "held": 1, "failed": 1}, p.Deliveries)
		require.Equal(t, 10*time.Minute, p.DeliveriesOldest)
		require.Equal(t, []store.RuleCount{{"SL-1", 1, 1}, {"SL-2", 1, 0}, {"SL-3", 1, 1}}, p.Duties)
		require.EqualValues(t, 1, p.HandoversOverdue)
		for rule, kind := range map[string]func(*incident.Incident){
			"SL-5": func(inc *incident.Incident) { inc.Restricted = true }, "SL-6": func(inc *incident.Incident) { inc.TLP = incident.TLPRed },
		} {
			d.createDuty(t, d.create(t, kind), func(duty *incident.Duty) { duty.Rule, duty.DueAt = rule, to(at(50)) })
		}
		p, err = st.Pressing(t.Context(), now)
		require.NoError(t, err)
		require.Contains(t, p.Duties, store.RuleCount{store.RuleNotTold, 2, 2}, "whoever reads metrics is not told the nature of a case for named people")
		require.Len(t, p.Duties, 4)
	})
}

func TestNoFigureOfTheMetricsReadsAllOfATable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		manyCases(t, d)
		require.NoError(t, st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
			for table, query := range store.PressingQueries {
				if st.Dialect() == store.Postgres {
					// An empty table is read whole, whatever its indexes.
					require.NoError(t, tx.Exec("SET LOCAL enable_seqscan = off"))
				}
				plan, err := tx.PlanOf(query, at(2000), at(2000))
				require.NoError(t, err)
				text := strings.Join(plan, "\n")
				require.NotContains(t, text, "Seq Scan on "+table, text)
				for _, line := range plan {
					require.False(t, strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, "USING"), "%s:\n%s", table, text)
				}
			}
			return nil
		}))
	})
}
