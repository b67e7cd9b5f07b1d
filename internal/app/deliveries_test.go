package app_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
)

func TestDeliveriesTellWhatWasSentToWhomAndNoMoreThanTheReaderMayKnow(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		list := func(who string, f api.DeliveryFilter) []api.Delivery {
			w.Helper()
			l, err := w.as(who).Deliveries(w.Context(), f)
			require.NoError(w, err)
			return slices.DeleteFunc(l.Items, func(d api.Delivery) bool { // receipts, whose agency is told of every report; reminders of the calendar
				return d.AgencyID == w.agency["tthdl"] || d.IncidentID == nil
			})
		}
		open, restricted := w.triaged(), w.triaged()
		must(w, w.as("lead").Correct, whichever, restricted.ID, api.IncidentPatch{Restricted: api.Set(true)})
		for _, inc := range []api.Incident{open, restricted} {
			must(w, w.as("lead").AskHandover, client.Write{}, inc.ID, request(w.agency["cat-dau-moi"], "coordination"))
		}
		require.Eventually(w, func() bool { return len(list("auditor", api.DeliveryFilter{Status: []string{"sent"}})) == 2 },
			60*time.Second, 20*time.Millisecond, "both are sent")

		got := list("officer", api.DeliveryFilter{})
		require.Len(w, got, 1, "of the restricted case nothing")
		d := got[0]
		require.Equal(w, open.ID, *d.IncidentID)
		require.Equal(w, w.agency["cat-dau-moi"], d.AgencyID)
		require.Contains(w, *d.Subject, open.Code)
		require.Contains(w, *d.Body, open.Code)
		require.NotNil(w, d.SentAt)
		require.Nil(w, d.NextAt)
		require.Equal(w, "sent", d.Status)
		require.Len(w, list("lead", api.DeliveryFilter{}), 2)
		require.Equal(w, got, list("lead", api.DeliveryFilter{IncidentID: open.ID}))
		require.Equal(w, got, list("auditor", api.DeliveryFilter{EventID: d.EventID}))
		require.Empty(w, list("lead", api.DeliveryFilter{AgencyID: w.agency["bchqs"]}))
		require.Empty(w, list("officer", api.DeliveryFilter{IncidentID: restricted.ID}))

		first, err := w.as("admin").Deliveries(w.Context(), api.DeliveryFilter{AgencyID: w.agency["cat-dau-moi"], Paging: api.Paging{Limit: 1, Count: true}})
		require.NoError(w, err)
		require.Equal(w, 2, *first.Total)
		next, err := w.as("admin").Deliveries(w.Context(), api.DeliveryFilter{AgencyID: w.agency["cat-dau-moi"], Paging: api.Paging{Limit: 1, Cursor: *first.NextCursor}})
		require.NoError(w, err)
		require.Nil(w, next.NextCursor)
		for _, d := range append(first.Items, next.Items...) {
			require.Nil(w, d.IncidentID, "the administrator sees no case")
			require.Nil(w, d.Subject)
			require.Nil(w, d.Body)
			require.NotNil(w, d.Recipient)
			require.Equal(w, "sent", d.Status)
		}
		require.Greater(w, first.Items[0].ID, next.Items[0].ID)

		// The address of a person who reported is the case's: no part of what the administrator sees.
		inc, err := w.as("reporter").Report(w.Context(), client.Write{}, api.NewIncident{
			Title: "Mất kết nối", Description: "…", DetectedAt: anHourAgo(), System: api.System{Name: "Cổng"},
			Report: &api.Report{Channel: "email", ReporterEmail: "lan.dinh@sonla.example"},
		})
		require.NoError(w, err)
		receipts := func(who string) []api.Delivery {
			l, err := w.as(who).Deliveries(w.Context(), api.DeliveryFilter{AgencyID: w.agency["tthdl"], Status: []string{"sent"}})
			require.NoError(w, err)
			return l.Items
		}
		mine := func() bool {
			return slices.ContainsFunc(receipts("lead"), func(d api.Delivery) bool {
				return d.IncidentID != nil && *d.IncidentID == inc.ID && d.Recipient != nil && *d.Recipient == "lan.dinh@sonla.example"
			})
		}
		require.Eventually(w, mine, 60*time.Second, 20*time.Millisecond)
		hidden := 0
		for _, d := range receipts("admin") {
			if d.Recipient == nil {
				hidden++
			} else {
				require.NotContains(w, *d.Recipient, "lan.dinh")
			}
		}
		require.Equal(w, 1, hidden)
		_, err = w.as("police").Deliveries(w.Context(), api.DeliveryFilter{})
		w.fails(err, http.StatusForbidden, "role_missing")
	})
}
