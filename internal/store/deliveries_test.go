package store_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestDeliveriesAreListedNewestFirstWithinSightInPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		cases := sightings(t, d)
		open, restricted := cases["open"].ID, cases["restricted"].ID
		var ids []string
		var rows []*store.Delivery
		for i := range 6 {
			row := delivery(func(x *store.Delivery) {
				x.IncidentID, x.AgencyID = &open, d.police
				if i%2 == 1 {
					x.IncidentID, x.AgencyID, x.Status = &restricted, d.ministry, store.DeliveryFailed
				}
			})
			_, err := st.AddDelivery(t.Context(), row)
			require.NoError(t, err)
			ids, rows = append(ids, row.ID), append(rows, row)
		}
		slices.Reverse(ids)
		of := func(q store.DeliveryQuery) []string {
			list, err := read(st).Deliveries(q)
			require.NoError(t, err)
			out := []string{}
			for _, x := range list {
				out = append(out, x.ID)
			}
			return out
		}
		all := policy.Sight{All: true}
		require.Equal(t, ids, of(store.DeliveryQuery{Sight: all}))
		require.Equal(t, []string{ids[1], ids[3], ids[5]}, of(store.DeliveryQuery{Sight: policy.Sight{Unrestricted: true, UserID: d.officer}}))
		require.Equal(t, ids, of(store.DeliveryQuery{Sight: policy.Sight{Unrestricted: true, UserID: d.lead}}), "named in the restricted case")
		require.Empty(t, of(store.DeliveryQuery{Sight: policy.Sight{AgencyID: d.operator}}), "taking part shows none")
		require.Empty(t, of(store.DeliveryQuery{}))

		require.Equal(t, []string{ids[0], ids[2], ids[4]}, of(store.DeliveryQuery{Sight: all, Status: []string{store.DeliveryFailed, store.DeliverySent}}))
		require.Equal(t, []string{ids[0], ids[2], ids[4]}, of(store.DeliveryQuery{Sight: all, AgencyID: d.ministry}))
		require.Equal(t, []string{ids[1], ids[3], ids[5]}, of(store.DeliveryQuery{Sight: all, IncidentID: open}))
		require.Equal(t, []string{rows[2].ID}, of(store.DeliveryQuery{Sight: all, EventID: rows[2].EventID}))
		require.Empty(t, of(store.DeliveryQuery{Sight: all, EventID: "x"}))

		require.Equal(t, ids[:3], of(store.DeliveryQuery{Sight: all, Limit: 2}), "one more says that there is more")
		require.Equal(t, ids[2:5], of(store.DeliveryQuery{Sight: all, Limit: 2, AfterID: ids[1]}))
		require.Empty(t, of(store.DeliveryQuery{Sight: all, AfterID: "x"}))

		list, err := read(st).Deliveries(store.DeliveryQuery{Sight: all, EventID: rows[0].EventID})
		require.NoError(t, err)
		require.Equal(t, []store.Delivery{*rows[0]}, list)
	})
}
