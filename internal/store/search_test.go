package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"log/slog"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/sample"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// province is a demo with n sample cases, every word of them filled in.
func province(t *testing.T, st *store.Store, n int) *casework.Service {
	t.Helper()
	directorytest.Demo(t, st, sample.First)
	storetest.Load(t, st, sample.Cases(1, n, storetest.Cast(t, st, 3)))
	require.NoError(t, st.Refill(t.Context()))
	require.NoError(t, st.Migrate(t.Context()))
	p, ok := regulation.Find("son-la")
	require.True(t, ok)
	return casework.New(st, p, slog.New(slog.DiscardHandler))
}

func actor(t *testing.T, st *store.Store, username string) policy.Actor {
	t.Helper()
	u, err := read(st).UserByName(username)
	require.NoError(t, err)
	a, err := read(st).Agency(u.AgencyID)
	require.NoError(t, err)
	return authn.ActorOf(u, a, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
}

// readable is a case as a reader may read it: its title and code, and all words in sight.
type readable struct{ head, words []string }

// everythingRead reads every case of the actor as a client would, part by part.
func everythingRead(t *testing.T, cs *casework.Service, by policy.Actor) (codes []string, texts map[string]readable) {
	t.Helper()
	texts = map[string]readable{}
	ctx := context.Background()
	q := casework.ListQuery{Limit: 200, Sort: "-reported_at"}
	for {
		page, err := cs.List(ctx, by, q)
		require.NoError(t, err)
		for _, v := range page.Items {
			head := v.Title + " " + v.Code
			text := []string{head}
			if v.Parts.Has(policy.Description) {
				text = append(text, v.Description, v.System.Name, v.Resolution.Summary, v.Resolution.Prevention)
				text = append(append(text, v.System.Domains...), v.System.PublicAddresses...)
			}
			if v.Parts.Has(policy.Contact) {
				text = append(text, v.Report.ReporterName, v.Report.ReporterPhone, v.Report.ReporterEmail, v.Report.Reference)
			}
			if v.Parts.Has(policy.Material) {
				text = append(text, v.Lessons)
			}
			notes, err := cs.Notes(ctx, by, v.ID, nil, 200)
			require.NoError(t, err)
			for _, n := range notes.Items {
				text = append(text, n.Text)
			}
			asked, err := cs.CaseHandovers(ctx, by, casework.HandoverFilter{IncidentID: v.ID, Limit: 200})
			require.NoError(t, err)
			for _, h := range asked.Items {
				if !h.WithoutText {
					text = append(text, h.Message, h.RequestedResources, h.Document.Number, h.Document.Symbol, h.Document.Subject,
						h.Answer.Reason, h.Answer.Resources, h.Answer.LiaisonContact, h.Outcome)
				}
			}
			reports, err := cs.NationalReports(ctx, by, v.ID)
			require.NoError(t, err)
			for _, r := range reports {
				text = append(text, r.Reason, r.Document.Number, r.Document.Symbol, r.Document.Subject)
			}
			codes = append(codes, v.Code)
			texts[v.Code] = readable{store.Fold(head), store.Fold(strings.Join(text, "\n"))}
		}
		if page.Next == nil {
			return codes, texts
		}
		q.After = page.Next
	}
}

// in reports whether the text holds all words of q, the last as a prefix.
func in(text []string, q string) bool {
	words := store.Fold(q)
	for i, w := range words {
		if !slices.ContainsFunc(text, func(x string) bool { return x == w || i == len(words)-1 && strings.HasPrefix(x, w) }) {
			return false
		}
	}
	return len(words) > 0
}

// listed is the codes of a search, page by page.
func listed(t *testing.T, cs *casework.Service, by policy.Actor, q casework.ListQuery) []string {
	t.Helper()
	codes := []string{}
	for {
		page, err := cs.List(context.Background(), by, q)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Items), q.Limit)
		for _, v := range page.Items {
			codes = append(codes, v.Code)
		}
		if page.Next == nil {
			return codes
		}
		q.After = page.Next
	}
}

var readers = []string{"officer", "lead", "auditor", "leader", "police", "military", "reporter", "other", "xa-02", "admin"}

func TestASearchFindsWhatTheCallerReadsAndNothingElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		cs := province(t, st, 150)
		found, relevant := 0, 0
		for n, who := range readers {
			by := actor(t, st, who)
			codes, texts := everythingRead(t, cs, by)
			for i, question := range sample.Questions {
				if testing.Short() && (i+n)%6 != 0 {
					continue
				}
				var want, rest []string
				for _, code := range codes {
					if in(texts[code].words, question) {
						want = append(want, code)
					}
				}
				byRelevance := []string{}
				for _, code := range want {
					if in(texts[code].head, question) {
						byRelevance = append(byRelevance, code)
					} else {
						rest = append(rest, code)
					}
				}
				if len(byRelevance) > 0 && len(rest) > 0 {
					relevant++
				}
				byRelevance = append(byRelevance, rest...)
				// By looking at cases in order, by the index, and by both.
				walks := [][]int{{1024}, {1}, {3, 40}}[i%3]
				undo := store.SetWalks(walks)
				q := casework.ListQuery{Q: question, Limit: 1 + len(want)/2, Sort: "-reported_at", Count: true}
				require.Equal(t, append([]string{}, want...), listed(t, cs, by, q), "%s asks %q, %v", who, question, walks)
				page, err := cs.List(context.Background(), by, q)
				require.NoError(t, err)
				require.Equal(t, len(want), *page.Total, "%s counts %q", who, question)
				q.Sort = store.Relevance
				require.Equal(t, byRelevance, listed(t, cs, by, q), "%s asks %q by relevance, %v", who, question, walks)
				undo()
				found += len(want)
			}
		}
		if !testing.Short() {
			require.Positive(t, relevant)
		}
		t.Logf("%d questions of %d readers found %d cases", len(sample.Questions), len(readers), found)
	})
}

func TestWhatIsNotWrittenForAReaderIsNotFoundByThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.incident(func(inc *incident.Incident) {
			inc.Title, inc.Description, inc.Lessons = "tieude", "mota", "baihoc"
			inc.Confidential = true
			inc.Report.ReporterName = "nguoibao"
			inc.Resolution.Summary = "ketqua"
		})
		cs := &incident.Case{
			Incident:  inc,
			Handovers: []incident.Handover{*d.handover(inc, func(h *incident.Handover) { h.Message = "denghi" })},
			Reports: []incident.NationalReport{{
				ID: newID(), IncidentID: inc.ID, ToAgencyID: d.ministry, CreatedByID: d.lead, Reason: "quocgia", CreatedAt: t0, UpdatedAt: t0,
			}},
		}
		note := func(text string, agency string, audience incident.Audience, tlp incident.TLP) *incident.Note {
			return &incident.Note{ID: newID(), IncidentID: inc.ID, Audience: audience, TLP: tlp, Text: text, AuthorID: d.officer, AgencyID: agency, CreatedAt: t0}
		}
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.CreateIncident(inc))
			require.NoError(t, tx.CreateNote(note("riengdoi", d.team, incident.AudienceTeam, incident.TLPClear)))
			require.NoError(t, tx.SetTexts(inc.ID, cs.Texts()))
			require.NoError(t, tx.CreateNote(note("chung", d.team, incident.AudienceParticipants, incident.TLPAmber)))
			require.NoError(t, tx.CreateNote(note("do", d.team, incident.AudienceParticipants, incident.TLPRed)))
			require.NoError(t, tx.CreateNote(note("cuacongan", d.police, incident.AudienceParticipants, incident.TLPRed)))
			require.NoError(t, tx.SetTexts(inc.ID, cs.Texts()))
			return tx.SetSights(inc.ID, []incident.Sight{{AgencyID: d.police, AsPartner: true}, {AgencyID: d.operator, AsReporter: true}})
		})
		words := strings.Fields("tieude mota nguoibao ketqua baihoc denghi quocgia riengdoi chung do cuacongan")
		for name, c := range map[string]struct {
			by   policy.Actor
			want string
		}{
			"team":     {policy.Actor{AgencyID: d.team, Roles: []policy.Role{policy.Officer}}, strings.Join(words, " ")},
			"auditor":  {policy.Actor{AgencyID: d.ministry, Roles: []policy.Role{policy.Auditor}}, strings.Join(words, " ")},
			"leader":   {policy.Actor{AgencyID: d.ministry, Roles: []policy.Role{policy.Leader}}, "tieude"},
			"reporter": {policy.Actor{AgencyID: d.operator, Roles: []policy.Role{policy.Reporter}}, "tieude mota nguoibao ketqua chung"},
			"partner":  {policy.Actor{AgencyID: d.police, Roles: []policy.Role{policy.Liaison}}, "tieude mota ketqua denghi chung cuacongan"},
			"leader of the partner": {
				policy.Actor{AgencyID: d.police, Roles: []policy.Role{policy.Leader}}, "tieude mota ketqua denghi chung cuacongan"},
			"stranger": {policy.Actor{AgencyID: d.ministry, Roles: []policy.Role{policy.Liaison}}, ""},
		} {
			var found []string
			for _, w := range words {
				list, err := read(st).Incidents(store.IncidentQuery{Sight: c.by.Sight(), Reads: c.by.Reads(), Q: w, Limit: 5})
				require.NoError(t, err)
				if len(list) > 0 {
					found = append(found, w)
				}
			}
			require.Equal(t, c.want, strings.Join(found, " "), name)
		}
	})
}

func TestWordsTooManyForOneCaseDoNotStopItsChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, func(inc *incident.Incident) { inc.Title = "day" })
		var b strings.Builder
		for i := range 30_000 {
			b.WriteString(strings.ReplaceAll(newID(), "-", "") + " ")
			if i == 0 {
				b.WriteString("dautien ")
			}
		}
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.CreateNote(&incident.Note{
				ID: newID(), IncidentID: inc.ID, Audience: incident.AudienceTeam, TLP: incident.TLPRed, Text: b.String(),
				AuthorID: d.officer, AgencyID: d.team, CreatedAt: t0,
			}))
			return tx.SetTexts(inc.ID, (&incident.Case{Incident: inc}).Texts())
		})
		require.Equal(t, []string{"day"}, titles(t, st, store.IncidentQuery{Q: "day"}))
	})
}

func TestAFillThatWasStoppedGoesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		for range 7 {
			d.create(t, func(inc *incident.Incident) { inc.Title = "Mường La" })
		}
		forget := func() {
			write(t, st, func(tx *store.Tx) error {
				if st.Dialect() == store.SQLite {
					require.NoError(t, tx.Exec("DELETE FROM incident_words_index"))
				}
				return tx.Exec("DELETE FROM incident_texts")
			})
			require.NoError(t, st.Refill(t.Context()))
		}
		count := func() int { return len(titles(t, st, store.IncidentQuery{Q: "muong la"})) }
		forget()
		require.Zero(t, count())
		write(t, st, func(tx *store.Tx) error {
			done, err := tx.FillSome(3)
			require.False(t, done)
			return err
		})
		require.Equal(t, 3, count(), "what was filled in before the end stays")
		failed := st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
			_, err := tx.FillSome(3)
			require.NoError(t, err)
			return context.Canceled
		})
		require.ErrorIs(t, failed, context.Canceled)
		require.Equal(t, 3, count())
		require.NoError(t, st.Migrate(t.Context()))
		require.Equal(t, 7, count(), "the next start goes on")
		write(t, st, func(tx *store.Tx) error {
			done, err := tx.FillSome(3)
			require.True(t, done, "nothing is left to do")
			return err
		})
		require.NoError(t, st.Refill(t.Context()))
		require.NoError(t, st.Migrate(t.Context()))
		require.Equal(t, 7, count())
	})
}
