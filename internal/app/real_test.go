package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
)

// record is a publicly documented incident, as real lists are: detection times missing, or
// known to the month.
type record struct {
	Ref               string   `json:"ref"`
	Title             string   `json:"title"`
	Description       string   `json:"description"`
	DetectedAt        *string  `json:"detected_at"`
	DetectedPrecision *string  `json:"detected_precision"`
	System            string   `json:"system"`
	RSIT              string   `json:"rsit"`
	Natures           []string `json:"natures"`
}

func (r record) report() api.NewIncident {
	in := api.NewIncident{
		Title: r.Title, Description: r.Description, Natures: r.Natures, System: api.System{Name: r.System},
		Report: &api.Report{Reference: r.Ref},
	}
	if r.DetectedAt == nil {
		return in
	}
	in.DetectedAt = *r.DetectedAt
	if len(in.DetectedAt) == len(time.DateOnly) {
		in.DetectedAt += "T00:00:00+07:00"
	}
	in.DetectedPrecision = *r.DetectedPrecision
	if in.DetectedPrecision == "range" {
		in.DetectedPrecision = "month"
	}
	return in
}

func TestRealIncidentsAreReportedAndThreeWalkTheirWholeLife(t *testing.T) {
	var records []record
	require.NoError(t, json.Unmarshal(shared(t, "data/incidents-dev.json"), &records))
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		whole := map[string]string{
			"VN-2017-001": "information-content-security.unauthorised-information-modification",
			"VN-2021-002": "availability.ddos", "VN-2025-003": "information-content-security.data-leak",
		}
		reported, refused := 0, 0
		for _, r := range records {
			inc, err := w.as("reporter").Report(t.Context(), client.Write{}, r.report())
			if r.DetectedAt == nil {
				w.fails(err, http.StatusUnprocessableEntity, "/detected_at")
				t.Logf("%-12s refused: no time of detection", r.Ref)
				refused++
				continue
			}
			require.NoError(t, err, r.Ref)
			reported++
			t.Logf("%-12s %s %s detected %s (%s)", r.Ref, inc.Code, inc.Status, inc.DetectedAt, inc.DetectedPrecision)
			if category := whole[r.Ref]; category != "" {
				inc = w.wholeLife(inc, category)
				t.Logf("%-12s %s %s", r.Ref, inc.Code, inc.Status)
			}
		}
		require.Equal(t, len(records), reported+refused)
		list, err := w.as("officer").Incidents(t.Context(), api.IncidentFilter{Paging: api.Paging{Limit: 200, Count: true}})
		require.NoError(t, err)
		require.Equal(t, reported, *list.Total)
		found, err := w.as("officer").Incidents(t.Context(), api.IncidentFilter{Q: "tan cong tu choi"})
		require.NoError(t, err)
		for _, inc := range found.Items {
			require.Contains(t, strings.ToLower(inc.Title), "từ chối")
		}
		line, err := w.as("officer").Timeline(t.Context(), w.closed().ID, api.Paging{Limit: 200})
		require.NoError(t, err)
		for _, e := range line.Items {
			t.Logf("%3d %s %-28s %s, %s", e.Seq, e.At, e.Type, e.Actor.Name, e.Actor.Agency)
		}
		require.Eventually(t, func() bool { return len(w.mail.all()) >= 24 }, 60*time.Second, 20*time.Millisecond)
		t.Log(w.mail.all()[0].Raw)
	})
}

func (w *world) closed() api.Incident {
	w.Helper()
	list, err := w.as("officer").Incidents(w.Context(), api.IncidentFilter{Status: []string{"closed"}})
	require.NoError(w, err)
	require.NotEmpty(w, list.Items)
	return list.Items[0]
}
