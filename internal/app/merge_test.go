package app_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
)

func TestTwoReportsOfOneAttackBecomeOneCase(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		ctx, lead, officer := d.Context(), d.as("lead"), d.as("officer")
		body := report("system", `{"name":"Trục liên thông","domains":["truc.sonla.example.vn"]}`)
		first := d.send(httpCall{as: "reporter", method: http.MethodPost, path: "/api/v1/incidents", body: body})
		require.Empty(t, first.header.Get("Link"))
		var a, b api.Incident
		d.decode(first, &a)
		second := d.send(httpCall{as: "other", method: http.MethodPost, path: "/api/v1/incidents", body: body})
		require.Empty(t, second.header.Get("Link"), "another agency's report is not its to learn of")
		d.decode(second, &b)
		again := d.send(httpCall{as: "reporter", method: http.MethodPost, path: "/api/v1/incidents", body: body})
		require.Contains(t, again.header.Get("Link"), `/duplicates>; rel="related"`)

		found, err := officer.Duplicates(ctx, b.ID, api.Paging{})
		require.NoError(t, err)
		require.Len(t, found.Items, 2)
		require.Equal(t, []string{"same_system", "same_domain"}, found.Items[0].Reasons)
		mine, err := d.as("other").Duplicates(ctx, b.ID, api.Paging{})
		require.NoError(t, err)
		require.Empty(t, mine.Items)

		key := client.Write{Version: b.Version, Key: uuid.NewString()}
		merged, err := lead.Merge(ctx, key, b.ID, api.Merge{IntoID: a.ID, Reason: "Cùng một vụ tấn công"})
		require.NoError(t, err)
		require.Equal(t, "merged", merged.Status)
		require.Equal(t, a.ID, *merged.MergedIntoID)
		repeat, err := lead.Merge(ctx, key, b.ID, api.Merge{IntoID: a.ID, Reason: "Cùng một vụ tấn công"})
		require.NoError(t, err, "a retry is answered, not repeated")
		require.Equal(t, merged, repeat)
		theirs, err := d.as("other").Incident(ctx, b.ID)
		require.NoError(t, err)
		require.Equal(t, "merged", theirs.Status)
		require.Nil(t, theirs.MergedIntoID)
		require.Contains(t, theirs.Withheld, "merged_into_id")
		o, err := d.as("other").Outcome(ctx, b.ID)
		require.NoError(t, err)
		require.Equal(t, "reported", o.HandledIn.Status)
		require.Nil(t, o.HandledIn.IncidentID)

		moves, err := lead.Moves(ctx, b.ID, api.Paging{})
		require.NoError(t, err)
		for _, m := range moves.Items {
			require.Equal(t, m.Move == "reopen", m.Allowed, m.Move)
		}
		links, err := officer.Links(ctx, a.ID, api.Paging{})
		require.NoError(t, err)
		require.Equal(t, []string{"merged", "in", b.Code}, []string{links.Items[0].Kind, links.Items[0].Direction, links.Items[0].Other.Code})
		back, err := lead.Reopen(ctx, client.Write{Version: merged.Version}, b.ID, api.Reopen{Reason: "Hai vụ khác nhau"})
		require.NoError(t, err)
		require.Equal(t, "reported", back.Status)
		gone, err := d.as("other").WithdrawReport(ctx, client.Write{Version: back.Version}, b.ID, api.WithdrawReport{Reason: "Nhầm lẫn"})
		require.NoError(t, err)
		require.Equal(t, "rejected", gone.Status)
	})
}
