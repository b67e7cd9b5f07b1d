package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// hours is an operator's file with one rule: the police are told of a violation within so many
// hours of its detection, where that is on the day from or later.
func hours(n int, from string) string {
	return `id: cua-tinh
kind: overlay
title: {vi: "Quy định bổ sung của tỉnh", en: "What the province adds"}
rules:
  - id: SL-24H
    instrument: Công văn 15/UBND
    clause: điểm a
    confidence: read
    from: ` + from + `
    title: {vi: "Thông báo cho Công an tỉnh", en: "Tell the provincial police"}
    when: security
    owed_by: team
    told: [police]
    clock: {start: detected, unit: hours, value: ` + strconv.Itoa(n) + `, basis: điểm a}
    fulfilled_by: [handover]
`
}

// carried is the version of the book of the packs of the program alone.
func carried() string {
	p, _ := regulation.Find("son-la")
	return p.Rules.Book().Version()
}

// lay puts a file where the desk looks, as an editor does that writes by renaming.
func lay(t *testing.T, dir, name, text string) {
	t.Helper()
	temp := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(temp, []byte(text), 0o600))
	require.NoError(t, os.Rename(temp, filepath.Join(dir, name)))
}

// hangUp sends this process the signal that makes a desk look at its rules at once.
func hangUp(t *testing.T) {
	t.Helper()
	mine := make(chan os.Signal, 1)
	signal.Notify(mine, syscall.SIGHUP) // without anyone to hear it, the signal would end the tests
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	<-mine
	signal.Stop(mine)
}

func (w *world) rules(who string, f api.RuleFilter) api.RuleList {
	w.Helper()
	list, err := w.as(who).Rules(w.Context(), f)
	require.NoError(w, err)
	return list
}

// inForce waits until the version of the rule that holds today is the one from that day.
func (w *world) inForce(id, from string) {
	w.Helper()
	require.Eventually(w, func() bool {
		list := w.rules("officer", api.RuleFilter{ID: id})
		return len(list.Items) == 1 && *list.Items[0].From == from
	}, 60*time.Second, 20*time.Millisecond)
}

// hoursGiven are the hours from detection to the due time of the duty of the rule.
func (w *world) hoursGiven(rule string, detected time.Time) float64 {
	w.Helper()
	inc, err := w.as("reporter").Report(w.Context(), client.Write{}, api.NewIncident{
		Title: "Máy chủ bị chiếm quyền", Description: "Tài khoản quản trị lạ.", DetectedAt: detected.Format(time.RFC3339),
		Natures: []string{"cybercrime"}, System: api.System{Name: "Cổng TTĐT tỉnh"},
	})
	require.NoError(w, err)
	return w.hoursOf(inc.ID, rule)
}

func (w *world) hoursOf(id, rule string) float64 {
	w.Helper()
	duties, err := w.as("officer").CaseObligations(w.Context(), id, api.Paging{})
	require.NoError(w, err)
	for _, d := range duties.Items {
		if d.Rule != rule {
			continue
		}
		start, err := time.Parse(time.RFC3339, d.StartedAt)
		require.NoError(w, err)
		due, err := time.Parse(time.RFC3339, *d.DueAt)
		require.NoError(w, err)
		return due.Sub(start).Hours()
	}
	w.Fatalf("%s opened no duty of %s", id, rule)
	return 0
}

// replaced are the changes of the book that stand in the chain of the team, as from → to.
func (w *world) replaced() (out [][2]string) {
	w.Helper()
	history, err := w.as("auditor").AgencyHistory(w.Context(), w.agency["doi-ucsc"], api.Paging{Limit: 200})
	require.NoError(w, err)
	for _, e := range history.Items {
		if e.Type == "rules.replaced" {
			out = append(out, [2]string{e.Data["from"].(string), e.Data["to"].(string)})
		}
	}
	return out
}

func daysAgo(n int) string {
	return time.Now().In(regulation.Zone).AddDate(0, 0, -n).Format(time.DateOnly)
}

func TestAnOperatorsFileTurns24Into12HoursOnTheRunningDesk(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		cfg.Rules = t.TempDir()
		lay(t, cfg.Rules, "10-cua-tinh.yaml", hours(24, "2026-07-01"))
		w := start(t, cfg)
		book := w.rules("officer", api.RuleFilter{}).Book
		now := time.Now().Add(-time.Second)
		yesterday, today := now.Add(-24*time.Hour), now.In(regulation.Zone).Format(time.DateOnly)
		require.InDelta(w, 24, w.hoursGiven("SL-24H", now), 0)
		before, err := w.as("reporter").Incidents(w.Context(), api.IncidentFilter{Paging: api.Paging{Limit: 1}})
		require.NoError(w, err)

		lay(t, cfg.Rules, "20-12-gio.yaml", strings.Replace(hours(12, today), "cua-tinh", "sua-12-gio", 1))
		w.inForce("SL-24H", today)
		require.InDelta(w, 12, w.hoursGiven("SL-24H", now), 0, "detected from that day on")
		require.InDelta(w, 24, w.hoursGiven("SL-24H", yesterday), 0, "detected before, reported after")
		require.InDelta(w, 24, w.hoursOf(before.Items[0].ID, "SL-24H"), 0, "a duty does not change because a file did")

		after := w.rules("officer", api.RuleFilter{}).Book
		require.Equal(w, [][2]string{{book, after}}, w.replaced())
		for _, version := range []string{book, after} {
			b, err := w.as("auditor").RuleBook(w.Context(), version)
			require.NoError(w, err)
			var list []regulation.Source
			for _, f := range b.Files {
				list = append(list, regulation.Source{Name: f.Name, Text: []byte(f.Text)})
			}
			require.Equal(w, version, regulation.VersionOf(list), "the texts are those of the version")
		}

		w.stop()
		w.run()
		require.Equal(w, after, w.rules("officer", api.RuleFilter{}).Book, "a restart keeps the book")
		require.Len(w, w.replaced(), 1, "and records nothing anew")
		require.InDelta(w, 12, w.hoursGiven("SL-24H", now), 0)
		w.sound()
	})
}

// sound holds the whole record to its seals.
func (w *world) sound() {
	w.Helper()
	require.NoError(w, app.Verify(w.Context(), w.cfg, false, io.Discard, io.Discard, quiet))
}

func (w *world) checks() (out api.Readiness) {
	w.Helper()
	resp, err := w.http.Get(w.base + "/readyz")
	require.NoError(w, err)
	defer func() { _ = resp.Body.Close() }()
	require.Equal(w, http.StatusOK, resp.StatusCode)
	require.NoError(w, json.NewDecoder(resp.Body).Decode(&out))
	return out
}

func TestABadFileIsRefusedWhileTheDeskRunsAndTheOldRulesGoOn(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		cfg.Rules = t.TempDir()
		lay(t, cfg.Rules, "10-cua-tinh.yaml", hours(24, "2026-07-01"))
		w := start(t, cfg)
		book := w.rules("admin", api.RuleFilter{}).Book
		require.Equal(w, "ok", w.checks().Status)

		today := daysAgo(0)
		bad := strings.Replace(hours(12, today), "cua-tinh", "sua-12-gio", 1)
		lay(t, cfg.Rules, "20-12-gio.yaml", strings.Replace(bad, "when: security", "when: sekurity", 1))
		require.Eventually(w, func() bool { return w.rules("admin", api.RuleFilter{}).Refusal != nil }, 60*time.Second, 20*time.Millisecond)
		refusal := w.rules("admin", api.RuleFilter{}).Refusal
		require.Equal(w, filepath.Join(cfg.Rules, "20-12-gio.yaml"), refusal.Problems[0].File)
		require.Equal(w, 11, refusal.Problems[0].Line)
		require.Contains(w, refusal.Problems[0].Message, "sekurity")
		require.Nil(w, w.rules("officer", api.RuleFilter{}).Refusal, "the files are the operator's")
		require.Equal(w, api.Readiness{Status: "degraded", Checks: []api.Check{
			{Name: "database", OK: true}, {Name: "broker", OK: true}, {Name: "rules", OK: false}}}, w.checks())
		require.Equal(w, book, w.rules("officer", api.RuleFilter{}).Book)
		require.InDelta(w, 24, w.hoursGiven("SL-24H", time.Now().Add(-time.Second)), 0)
		hangUp(t) // looks once more
		require.Empty(w, w.replaced())
		books, err := w.as("admin").RuleBooks(w.Context(), api.Paging{})
		require.NoError(w, err)
		require.Len(w, books.Items, 1, "what never came into force is not kept")

		lay(t, cfg.Rules, "20-12-gio.yaml", bad)
		w.inForce("SL-24H", today)
		require.Nil(w, w.rules("admin", api.RuleFilter{}).Refusal)
		require.Equal(w, "ok", w.checks().Status)
		require.Equal(w, 1, strings.Count(w.log.String(), "the rules are refused"), "told once")
	})
}

func TestABadFileStopsTheStartWithItsPlaceAndLeavesEverythingAsItWas(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		cfg.Data = filepath.Join(t.TempDir(), "data")
		cfg.Rules = filepath.Join(t.TempDir(), "quy-dinh.yaml")
		for name, c := range map[string]struct{ text, place string }{
			"no YAML":         {"id: [", "quy-dinh.yaml:1:"},
			"an unknown key":  {hours(24, "2026-07-01") + "    wenn: true\n", "quy-dinh.yaml:16:5: "},
			"a wrong trigger": {strings.Replace(hours(24, "2026-07-01"), "when: security", "when: security == 3", 1), "quy-dinh.yaml:11:"},
			"no such day":     {hours(24, "2026-02-30"), "quy-dinh.yaml:9:11: "},
		} {
			require.NoError(t, os.WriteFile(cfg.Rules, []byte(c.text), 0o600))
			err := app.Run(t.Context(), cfg, quiet, io.Discard, func(string) { t.Error("listened") })
			require.ErrorContains(t, err, filepath.Join(filepath.Dir(cfg.Rules), c.place), name)
			require.ErrorContains(t, err, "không khởi động và chưa thay đổi gì")
			require.ErrorContains(t, err, "ungcuu rules check")
		}
		cfg.Rules = filepath.Join(t.TempDir(), "khong-co")
		require.ErrorContains(t, app.Run(t.Context(), cfg, quiet, io.Discard, nil), cfg.Rules+":1:1: không có tệp hoặc thư mục này")
		require.NoDirExists(t, cfg.Data)
		if cfg.DatabaseURL != "" {
			st, err := store.Open(t.Context(), database(cfg), quiet)
			require.NoError(t, err)
			require.ErrorContains(t, st.Ready(t.Context()), "goose_db_version", "no table was made")
			require.NoError(t, st.Close())
		}
	})
}

func TestTwoInstancesRecordAChangeOfTheRulesOnce(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		cfg.Rules = t.TempDir()
		lay(t, cfg.Rules, "10-cua-tinh.yaml", hours(24, "2026-07-01"))
		w := start(t, cfg)
		second, today := w.beside(), daysAgo(0)
		lay(t, cfg.Rules, "20-12-gio.yaml", strings.Replace(hours(12, today), "cua-tinh", "sua-12-gio", 1))
		hangUp(t)
		w.inForce("SL-24H", today)
		second.inForce("SL-24H", today)
		require.Equal(w, w.rules("officer", api.RuleFilter{}).Book, second.rules("officer", api.RuleFilter{}).Book)
		require.Len(w, w.replaced(), 1)
	})
}

// beside is another instance of the API on the database of the world.
func (w *world) beside() *world {
	w.Helper()
	other := &world{T: w.T, cfg: w.cfg, log: w.log, out: w.out, clients: map[string]*client.Client{}, agency: w.agency}
	other.cfg.Addr, other.cfg.Only, other.cfg.Data = anyPort, []string{"api"}, w.cfg.Data
	other.run()
	w.Cleanup(func() { other.stop() })
	return other
}

func TestAHangUpTakesTheRulesUpAtOnce(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		cfg.Rules = filepath.Join(t.TempDir(), "quy-dinh.yaml")
		lay(t, filepath.Dir(cfg.Rules), "quy-dinh.yaml", hours(24, "2026-07-01"))
		w := start(t, cfg)
		yesterday, today := daysAgo(1), daysAgo(0)
		lay(t, filepath.Dir(cfg.Rules), "quy-dinh.yaml", hours(24, "2026-07-01")+"off: [{rule: SL-24H, from: "+today+", basis: Công văn 16/UBND}]\n")
		hangUp(t)
		require.Eventually(w, func() bool { return len(w.rules("officer", api.RuleFilter{ID: "SL-24H"}).Items) == 0 }, 60*time.Second, 20*time.Millisecond)
		require.Len(w, w.rules("officer", api.RuleFilter{ID: "SL-24H", On: yesterday}).Items, 1, "on the day before it held")
	})
}

func TestTheRulesOfADayAreReadByEveryoneAndTheBooksByThoseWhoAnswerForThem(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		cfg.Rules = t.TempDir()
		lay(t, cfg.Rules, "10-cua-tinh.yaml", hours(24, "2026-07-01"))
		w := start(t, cfg)
		list := w.rules("other", api.RuleFilter{Basis: "cong van 15"})
		require.Len(w, list.Items, 1, "found without diacritics")
		r := list.Items[0]
		require.Equal(w, "SL-24H", r.ID)
		require.Equal(w, "cua-tinh", r.Pack)
		require.Equal(w, "national-2026", *list.Pack)
		require.Equal(w, "hours", r.Clock.Unit)
		require.Equal(w, 24, *r.Clock.Value)
		require.Equal(w, []string{"police"}, r.Told)

		old := w.rules("reporter", api.RuleFilter{On: "2015-06-01"})
		require.Nil(w, old.Pack)
		require.NotEmpty(w, old.PackNote.VI)
		require.Empty(w, w.rules("reporter", api.RuleFilter{On: "2026-06-30", ID: "SL-24H"}).Items)
		require.Len(w, w.rules("reporter", api.RuleFilter{On: "2026-07-01", ID: "SL-24H"}).Items, 1)

		facts, err := w.as("reporter").RuleFacts(w.Context(), api.Paging{Limit: 200})
		require.NoError(w, err)
		require.Len(w, facts.Items, len(regulation.FactTable))
		for name := range incident.FactNames {
			require.True(w, containsFact(facts.Items, name), name)
		}
		_, err = w.as("officer").RuleBooks(w.Context(), api.Paging{})
		w.fails(err, http.StatusForbidden, "role_missing")
		_, err = w.as("lead").RuleBook(w.Context(), strings.Repeat("0", 64))
		w.fails(err, http.StatusNotFound, "")
	})
}

func containsFact(list []api.RuleFact, name string) bool {
	for _, f := range list {
		if f.Name == name {
			return f.Title.VI != "" && f.Title.EN != "" && f.Source != ""
		}
	}
	return false
}
