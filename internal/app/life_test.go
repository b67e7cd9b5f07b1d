package app_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/bus"
)

func (w *world) report(natures ...string) api.Incident {
	w.Helper()
	inc, err := w.as("reporter").Report(w.Context(), client.Write{}, api.NewIncident{
		Title: "Cổng thông tin điện tử bị tấn công từ chối dịch vụ", Description: "Không truy cập được từ 7 giờ sáng.",
		DetectedAt: time.Now().Add(-time.Hour).Format(time.RFC3339), Natures: natures, System: api.System{Name: "Cổng TTĐT tỉnh"},
	})
	require.NoError(w, err)
	return inc
}

func (w *world) triaged(natures ...string) api.Incident {
	w.Helper()
	inc := w.report(natures...)
	inc, err := w.as("officer").Triage(w.Context(), client.Write{Version: inc.Version}, inc.ID, api.Triage{Category: "availability.ddos", Severity: "high"})
	require.NoError(w, err)
	return inc
}

func request(to, kind string) api.NewHandover {
	return api.NewHandover{ToAgencyID: to, Kind: kind, Message: "Đề nghị cử cán bộ phối hợp.", Urgency: "khan"}
}

// fails asks for a problem of that status whose first reason or error has that code.
func (w *world) fails(err error, status int, code string) {
	w.Helper()
	var p *api.ProblemError
	require.ErrorAs(w, err, &p)
	require.Equal(w, status, p.Status, p.Error())
	if code == "" {
		return
	}
	require.Contains(w, p.Error(), code)
}

func TestACaseWalksItsWholeLifeBetweenAgencies(t *testing.T) {
	kinds(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		inc := w.report("cybercrime")
		require.Equal(w, "reported", inc.Status)
		require.Nil(w, inc.Category)
		require.Contains(w, inc.Withheld, "natures", "a reporter does not read the natures")
		_, err := w.as("police").Incident(w.Context(), inc.ID)
		w.fails(err, http.StatusNotFound, "")
		w.readBack(w.wholeLife(inc, "availability.ddos"))
	})
}

// wholeLife drives a reported case to closure and through a reopening, with the police
// answering through the API and the military on paper, and returns it closed.
func (w *world) wholeLife(inc api.Incident, category string) api.Incident {
	w.Helper()
	ctx, officer, lead := w.Context(), w.as("officer"), w.as("lead")
	police, military := w.as("police"), w.as("military")
	inc, err := officer.Triage(ctx, client.Write{Version: inc.Version}, inc.ID, api.Triage{Category: category, Severity: "high", Note: "đúng"})
	require.NoError(w, err)
	inc, err = officer.Respond(ctx, client.Write{Version: inc.Version}, inc.ID, api.Respond{})
	require.NoError(w, err)
	inc, err = officer.Escalate(ctx, client.Write{Version: inc.Version}, inc.ID, api.Escalate{
		Reason:    "Cần truy vết nguồn tấn công",
		Handovers: []api.NewHandover{request(w.agency["cat-dau-moi"], "investigation"), request(w.agency["bchqs"], "mobilisation")},
	})
	require.NoError(w, err)
	require.Equal(w, "escalated", inc.Status)

	inbox, err := police.Handovers(ctx, api.HandoverFilter{Direction: "in", Status: []string{"requested"}, IncidentID: inc.ID})
	require.NoError(w, err)
	require.Len(w, inbox.Items, 1)
	h := inbox.Items[0]
	_, err = military.Handover(ctx, inc.ID, h.ID)
	w.fails(err, http.StatusNotFound, "")
	_, err = officer.Acknowledge(ctx, client.Write{Version: 1}, inc.ID, h.ID, api.Acknowledge{})
	w.fails(err, http.StatusForbidden, "")
	h, err = police.Acknowledge(ctx, client.Write{Version: h.Version}, inc.ID, h.ID, api.Acknowledge{Note: "đã nhận"})
	require.NoError(w, err)
	require.Equal(w, "fulfilled", w.dutyOf(inc.ID, tellPolice).Status, "acknowledging tells the police")
	h, err = police.Accept(ctx, client.Write{Version: h.Version}, inc.ID, h.ID, api.Accept{Partly: true, Resources: "02 cán bộ", LiaisonContact: "Đ/c Anh"})
	require.NoError(w, err)
	require.Equal(w, "partly_accepted", h.Status)

	out, err := officer.CaseHandovers(ctx, inc.ID, api.CaseHandoverFilter{Kind: []string{"mobilisation"}})
	require.NoError(w, err)
	m := out.Items[0]
	for _, step := range []api.Record{
		{Step: "acknowledge", OfficerName: "Đại úy Thắng", Channel: "phone"}, {Step: "accept", OfficerName: "Đại úy Thắng", Channel: "fax"},
		{Step: "complete", OfficerName: "Đại úy Thắng", Channel: "in_person", Outcome: "Đã lọc lưu lượng"},
	} {
		step.At = time.Now().Format(time.RFC3339Nano)
		m, err = lead.Record(ctx, client.Write{Version: m.Version}, inc.ID, m.ID, step)
		require.NoError(w, err)
		require.True(w, m.Recorded)
	}
	m, err = military.Contest(ctx, client.Write{Version: m.Version}, inc.ID, m.ID, api.Contest{Reason: "Chưa hoàn thành"})
	require.NoError(w, err)
	require.Equal(w, "completed", m.Status)

	inc = w.askNational(inc)
	inc = w.closeUp(inc)
	inc, err = w.as("lead2").Reopen(ctx, client.Write{Version: inc.Version}, inc.ID, api.Reopen{Reason: "Tái phát"})
	require.NoError(w, err)
	require.Equal(w, "responding", inc.Status)
	return w.closeUp(inc)
}

func (w *world) askNational(inc api.Incident) api.Incident {
	w.Helper()
	ctx, officer, lead := w.Context(), w.as("officer"), w.as("lead")
	_, err := officer.NotifyNational(ctx, client.Write{Version: inc.Version}, inc.ID, api.NotifyNational{Reason: "Vượt khả năng"})
	w.fails(err, http.StatusForbidden, "role_missing")
	inc, err = lead.NotifyNational(ctx, client.Write{Version: inc.Version}, inc.ID, api.NotifyNational{Reason: "Vượt khả năng xử lý của tỉnh"})
	require.NoError(w, err)
	reports, err := officer.NationalReports(ctx, inc.ID, api.Paging{})
	require.NoError(w, err)
	require.Equal(w, w.agency["vncert"], reports.Items[0].ToAgencyID)
	r, err := officer.SendNationalReport(ctx, client.Write{}, inc.ID, reports.Items[0].ID, api.SendReport{Channel: "email"})
	require.NoError(w, err)
	r, err = lead.AcknowledgeNationalReport(ctx, client.Write{}, inc.ID, r.ID, api.AcknowledgeReport{OfficerName: "Trực ban VNCERT/CC", Reference: "VNCERT-77"})
	require.NoError(w, err)
	require.Equal(w, "acknowledged", r.Status)
	return inc
}

func (w *world) closeUp(inc api.Incident) api.Incident {
	w.Helper()
	ctx := w.Context()
	inc, err := w.as("officer").Resolve(ctx, client.Write{Version: inc.Version}, inc.ID, api.Resolve{
		Reason: "fixed", Summary: "Đã lọc lưu lượng, khôi phục dịch vụ", Prevention: "Bổ sung chống DDoS", Handled: "with_others",
	})
	require.NoError(w, err)
	_, err = w.as("officer").Close(ctx, client.Write{Version: inc.Version}, inc.ID, api.Close{Lessons: "x"})
	w.fails(err, http.StatusForbidden, "role_missing")
	w.settle(inc.ID)
	moves, err := w.as("lead").Moves(ctx, inc.ID, api.Paging{})
	require.NoError(w, err)
	for _, m := range moves.Items {
		if m.Move == "close" {
			require.Empty(w, m.Reasons, "the gate is open")
			require.True(w, m.Allowed)
			require.Equal(w, "/api/v1/incidents/"+inc.ID+"/close", m.Href)
		}
	}
	inc, err = w.as("lead").Close(ctx, client.Write{Version: inc.Version}, inc.ID, api.Close{Lessons: "Diễn tập thường xuyên hơn"})
	require.NoError(w, err)
	require.Equal(w, "closed", inc.Status)
	return inc
}

// readBack checks what the two workers and any subscriber have seen of the case.
func (w *world) readBack(inc api.Incident) {
	w.Helper()
	line, err := w.as("auditor").Timeline(w.Context(), inc.ID, api.Paging{Limit: 200})
	require.NoError(w, err)
	n := len(line.Items)
	require.Eventually(w, func() bool { return len(w.sealsOf(inc.ID)) == n }, 60*time.Second, 20*time.Millisecond, "the ledger holds every event")
	require.Eventually(w, func() bool { return len(w.mail.about(inc)) >= 8 }, 60*time.Second, 20*time.Millisecond, "every addressee has its mail")
	events := w.streamOf(inc.ID)
	require.Len(w, events, n)
	for i, m := range events {
		e := w.thin(m)
		require.Equal(w, line.Items[i].Type, e.Type)
		require.Equal(w, strconv.Itoa(i+1), e.Sequence, "in order, without a gap")
		require.Equal(w, inc.ID, e.Subject)
	}
}

// thin checks that a message is a thin, valid CloudEvent.
func (w *world) thin(m bus.Msg) api.Event {
	w.Helper()
	var official cloudevents.Event
	require.NoError(w, json.Unmarshal(m.Data, &official))
	require.NoError(w, official.Validate(), "the CloudEvents SDK accepts it")
	var e api.Event
	dec := json.NewDecoder(strings.NewReader(string(m.Data)))
	dec.DisallowUnknownFields()
	require.NoError(w, dec.Decode(&e), "%s", m.Data)
	require.Equal(w, m.ID, e.ID, "the message id is the event's id")
	require.Equal(w, e.Type, strings.TrimPrefix(strings.TrimPrefix(m.Subject, "ungcuu.son-la."), "restricted."))
	require.Equal(w, "1.0", e.SpecVersion)
	require.Equal(w, "/ungcuu/son-la", e.Source)
	_, err := time.Parse(time.RFC3339Nano, e.Time)
	require.NoError(w, err)
	require.Equal(w, "application/json", e.DataContentType)
	for _, word := range []string{"cybercrime", "amber", "Cổng", "lưu lượng", "cán bộ", "VNCERT-77", "nội gián", "espionage", "203.0.113", "Hạnh", "0912 000", "nhật ký"} {
		require.NotContains(w, string(m.Data), word, "an event holds no free text, natures or TLP")
	}
	return e
}
