package app_test

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// watched lets two more processes look at the clocks of the desk at once, at that moment.
func (w *world) watched(at time.Time) {
	w.Helper()
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			st, err := store.Open(w.Context(), database(w.cfg), slog.New(slog.DiscardHandler))
			if err != nil {
				w.Error(err)
				return
			}
			defer func() { _ = st.Close() }()
			province, _ := regulation.Find(w.cfg.Province)
			s := casework.New(st, province, slog.New(slog.DiscardHandler))
			for more := true; more; {
				if more, err = s.Watch(w.Context(), at); err != nil {
					if more = fault.Busy.In(err); !more { // the other one holds it
						w.Error(err)
					}
				}
			}
		})
	}
	both.Wait()
}

// reminded is how many mails a kind of reminder asks for: one to the debtor, and one to the
// team where that is another; and how many came.
func (w *world) reminded(typ, subject string) (want, got int) {
	w.Helper()
	from := "events e JOIN duties d ON d.id = e.object_id WHERE e.type = '" + typ + "'"
	want = storetest.Count(w.T, database(w.cfg), from) +
		storetest.Count(w.T, database(w.cfg), from+" AND d.owed_by_id <> '"+w.agency["doi-ucsc"]+"'")
	ids := map[string]bool{}
	for _, l := range w.mail.all() {
		if strings.HasPrefix(l.Subject, subject) {
			require.False(w, ids[l.MessageID], "a mail came twice")
			ids[l.MessageID] = true
		}
	}
	return want, len(ids)
}

// However many processes look, whatever stopped meanwhile: a reminder is one event, and one mail
// to whom it concerns.
func TestEachReminderIsOneEventAndOneMail(t *testing.T) {
	kinds(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		inc := w.triaged("cybercrime")
		duties, err := w.as("officer").CaseObligations(w.Context(), inc.ID, api.Paging{Limit: 200})
		require.NoError(t, err)
		var target time.Time
		for _, d := range duties.Items {
			if d.Rule == "SL-6.1.e" {
				target, err = time.Parse(time.RFC3339Nano, *d.TargetAt)
				require.NoError(t, err)
			}
		}
		require.False(t, target.IsZero())
		settled := func() {
			t.Helper()
			for typ, subject := range map[string]string{
				"obligation.due_soon": "[Ứng Cứu] Nghĩa vụ sắp đến hạn", "obligation.overdue": "[Ứng Cứu] Nghĩa vụ đã quá hạn",
			} {
				require.Eventually(t, func() bool { want, got := w.reminded(typ, subject); return want == got }, 60*time.Second, 100*time.Millisecond, typ)
			}
		}
		count := func(typ string) int {
			return storetest.Count(t, database(w.cfg), "events e JOIN duties d ON d.id = e.object_id WHERE d.rule = 'SL-6.1.e' AND e.type = 'obligation."+typ+"'")
		}
		w.watched(target.Add(-time.Minute))
		settled()
		require.Equal(t, []int{1, 0}, []int{count("due_soon"), count("overdue")})
		w.watched(target.Add(time.Second))
		settled()
		w.stop()
		w.watched(target.Add(-time.Hour)) // the clock was set back
		w.watched(target.Add(time.Second))
		w.run()
		_ = must(w, w.as("officer").AskHandover, client.Write{}, inc.ID, request(w.agency["cat-dau-moi"], "coordination"))
		w.relayed()
		settled()
		require.Equal(t, []int{1, 1}, []int{count("due_soon"), count("overdue")})
	})
}

// monthly is an operator's file with a duty of the team that is open on every day of the year.
const monthly = `id: cua-tinh
kind: overlay
title: {vi: "Quy định bổ sung của tỉnh", en: "What the province adds"}
rules:
  - id: SL-THANG
    instrument: Công văn 17/UBND
    clause: điểm a
    confidence: read
    from: "2020-01-01"
    title: {vi: "Báo cáo tháng", en: "Monthly report"}
    owed_by: team
    told: []
    clock: {start: calendar, unit: month, opens: 31d, basis: điểm a}
`

func TestTheDutiesOfTheCalendarStandInTheListFromTheFirstAnswerOn(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		cfg.Rules = t.TempDir()
		lay(t, cfg.Rules, "10-cua-tinh.yaml", monthly)
		w := start(t, cfg)
		no := false
		list, err := w.as("officer").Obligations(w.Context(), api.ObligationFilter{Case: &no, Sort: "due_at", Paging: api.Paging{Count: true}})
		require.NoError(t, err)
		require.NotEmpty(t, list.Items)
		require.Equal(t, len(list.Items), *list.Total)
		for i, d := range list.Items {
			require.Nil(t, d.IncidentID)
			require.NotNil(t, d.DueAt)
			require.True(t, i == 0 || *list.Items[i-1].DueAt <= *d.DueAt)
		}
		// The team owes one of them: its officer does it, and it is nobody else's.
		var mine api.Obligation
		for _, d := range list.Items {
			if d.OwedBy == w.agency["doi-ucsc"] {
				mine = d
			}
		}
		done := api.Fulfil{At: time.Now().UTC().Format(time.RFC3339), Channel: "document", Document: &api.Document{Number: "12", Symbol: "BC-ĐUC"}}
		_, err = w.as("police").FulfilObligation(w.Context(), client.Write{}, "", mine.ID, done)
		require.Error(t, err)
		got := must2(w, func() (api.Obligation, error) {
			return w.as("officer").FulfilObligation(w.Context(), client.Write{Key: "a-key-of-the-officer"}, "", mine.ID, done)
		})
		require.Equal(t, "fulfilled", got.Status)
		again := must2(w, func() (api.Obligation, error) {
			return w.as("officer").FulfilObligation(w.Context(), client.Write{Key: "a-key-of-the-officer"}, "", mine.ID, done)
		})
		require.Equal(t, got, again, "a retry gets the same answer")
	})
}

func must2[T any](w *world, ask func() (T, error)) T {
	w.Helper()
	v, err := ask()
	require.NoError(w, err)
	return v
}
