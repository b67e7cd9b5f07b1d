package app_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/sample"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// searched is what one reader is answered to one question.
type searched struct {
	codes  []string // newest first, up to two pages of fifty
	best   []string // by relevance, one page
	total  int
	capped bool
}

// TestTrialSearch asks two databases with the same many cases the same questions.
func TestTrialSearch(t *testing.T) {
	if !full() {
		t.Parallel()
	}
	n := times(1_000, 100_000)
	answers := map[string]map[string]searched{}
	for name, cfg := range storetest.Databases(t) {
		st := storetest.Open(t, cfg)
		ctx := t.Context()
		directorytest.Demo(t, st, sample.First)
		start := time.Now()
		storetest.Load(t, st, sample.Cases(1, n, storetest.Cast(t, st, 40)))
		loaded := time.Since(start)
		require.NoError(t, st.Refill(ctx))
		start = time.Now()
		require.NoError(t, st.Migrate(ctx))
		t.Logf("%s: %d cases stored in %v, their words filled in in %v", name, n, loaded.Round(time.Millisecond), time.Since(start).Round(time.Millisecond))
		logSize(t, cfg)

		province, _ := regulation.Find("son-la")
		cs := casework.New(st, province, slog.New(slog.DiscardHandler))
		answers[name] = map[string]searched{}
		for _, who := range []string{"officer", "leader", "police", "reporter", "xa-39"} {
			u, err := st.Read(ctx).UserByName(who)
			require.NoError(t, err)
			a, err := st.Read(ctx).Agency(u.AgencyID)
			require.NoError(t, err)
			by := authn.ActorOf(u, a, time.Now())
			var first, second, best, count []time.Duration
			for _, q := range sample.Questions {
				got, took := searchTwice(ctx, t, cs, by, q)
				answers[name][who+" "+q] = got
				first, second, best, count = append(first, took[0]), append(second, took[1]), append(best, took[2]), append(count, took[3])
			}
			t.Logf("%s, %s (p50/p95/max): first page %s, second page %s, by relevance %s, counted %s", name, who, spread(first), spread(second), spread(best), spread(count))
		}
	}
	if len(answers) < 2 {
		t.Skip("one database alone has nothing to be compared with")
	}
	found := 0
	for asked, got := range answers[store.SQLite] {
		require.Equal(t, got, answers[store.Postgres][asked], asked)
		found += got.total
	}
	require.Positive(t, found)
	t.Logf("%d questions were answered alike", len(answers[store.SQLite]))
}

func searchTwice(ctx context.Context, t *testing.T, cs *casework.Service, by policy.Actor, question string) (got searched, took [4]time.Duration) {
	t.Helper()
	ask := func(i int, q casework.ListQuery) casework.Page[casework.CaseView] {
		q.Q, q.Limit = question, 50
		start := time.Now()
		page, err := cs.List(ctx, by, q)
		took[i] = time.Since(start)
		require.NoError(t, err)
		return page
	}
	codes := func(page casework.Page[casework.CaseView]) (out []string) {
		for _, v := range page.Items {
			out = append(out, v.Code)
		}
		return out
	}
	page := ask(0, casework.ListQuery{Sort: "-reported_at"})
	got.codes = codes(page)
	if page.Next != nil {
		got.codes = append(got.codes, codes(ask(1, casework.ListQuery{Sort: "-reported_at", After: page.Next}))...)
	}
	got.best = codes(ask(2, casework.ListQuery{Sort: store.Relevance}))
	page = ask(3, casework.ListQuery{Sort: "-reported_at", Count: true})
	got.total, got.capped = *page.Total, page.TotalCapped
	return got, took
}

func spread(list []time.Duration) string {
	slices.Sort(list)
	at := func(percent int) string { return list[(len(list)-1)*percent/100].Round(10 * time.Microsecond).String() }
	return at(50) + "/" + at(95) + "/" + at(100)
}

// logSize says how much room the words and all take.
func logSize(t *testing.T, c store.Config) {
	t.Helper()
	if c.DatabaseURL == "" {
		info, err := os.Stat(filepath.Join(c.DataDir, "ungcuu.db"))
		require.NoError(t, err)
		words := storetest.Count(t, c, "(SELECT 1 FROM incident_texts WHERE words <> '')")
		t.Logf("sqlite: %d MB in all, for %d cases", info.Size()>>20, words)
		return
	}
	mb := func(what string) int { return storetest.Count(t, c, "generate_series(1, ("+what+" >> 20)::int)") }
	t.Logf("postgres: %d MB words, of which %d MB index; %d MB in all", mb("pg_total_relation_size('incident_texts')"),
		mb("pg_relation_size('incident_texts_words')"), mb("pg_database_size(current_database())"))
}
