package app_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// demoUsers are in the demo of every province.
var demoUsers = []string{"admin", "lead", "lead2", "officer", "police", "military", "reporter", "other", "auditor", "leader"}

// settle does what the case still owes before it may be closed: what the team owes is entered
// by an officer, as done outside the desk by letter; what another agency owes is waived by the
// second lead, so that the first may close.
func (w *world) settle(id string) {
	w.Helper()
	list, err := w.as("officer").CaseObligations(w.Context(), id, api.Paging{Limit: 200})
	require.NoError(w, err)
	team := w.agency["doi-ucsc"]
	for _, o := range list.Items {
		switch {
		case o.Status != "pending" || !o.BlocksClosure:
		case o.OwedBy == team:
			_, err := w.as("officer").FulfilObligation(w.Context(), client.Write{}, id, o.ID, api.Fulfil{
				At: time.Now().UTC().Format(time.RFC3339Nano), Channel: "document", Note: "Đã gửi văn bản",
			})
			require.NoError(w, err, o.Rule)
		default:
			_, err := w.as("lead2").WaiveObligation(w.Context(), client.Write{}, id, o.ID, api.Waive{Reason: "Đơn vị đã gửi văn bản trực tiếp"})
			require.NoError(w, err, o.Rule)
		}
	}
}

// plays is the agency that plays the role today; several may be an owner or an operator.
func (w *world) plays(role string) string {
	w.Helper()
	list, err := w.as("officer").Agencies(w.Context(), api.AgencyFilter{Paging: api.Paging{Limit: 200}})
	require.NoError(w, err)
	i := slices.IndexFunc(list.Items, func(a api.Agency) bool { return slices.Contains(a.Roles, role) })
	require.GreaterOrEqual(w, i, 0, role)
	return list.Items[i].ID
}

// ownNotice is what a province's own regulation asks for beside the national law: the notice
// of a violation touching an ninh thông tin to the police.
var ownNotice = map[string]string{"son-la": "SL-6.1.e", "bac-giang": "BG-7.1.e", "thanh-hoa": "", "ninh-thuan": ""}

func TestInEveryProvinceTheDemosPeopleWorkACaseFromItsReportToItsEnd(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		for _, p := range regulation.Provinces() {
			t.Run(p.Slug, func(t *testing.T) {
				cfg := cfg
				cfg.Data, cfg.Province = filepath.Join(cfg.Data, p.Slug), p.Slug
				if cfg.DatabaseURL != "" {
					cfg.DatabaseURL = storetest.OpenPostgres(t)
				}
				liveInProvince(start(t, cfg), p)
			})
		}
	})
}

func liveInProvince(w *world, p regulation.Province) {
	ctx := w.Context()
	for _, name := range demoUsers {
		me, err := w.as(name).Me(ctx)
		require.NoError(w, err)
		require.NotEmpty(w, me.User.Roles, name)
	}
	officer, police := w.as("officer"), w.as("police")
	inc, err := w.as("reporter").Report(ctx, client.Write{}, api.NewIncident{
		Title: "Cổng thông tin điện tử bị tấn công từ chối dịch vụ", Description: "Không truy cập được từ 7 giờ sáng.",
		DetectedAt: time.Now().Add(-time.Hour).Format(time.RFC3339), System: api.System{Name: "Cổng TTĐT tỉnh", PriorityListed: true},
	})
	require.NoError(w, err)
	require.Regexp(w, "^"+p.Prefix+`-\d{4}-000001$`, inc.Code)
	inc, err = officer.Triage(ctx, client.Write{Version: inc.Version}, inc.ID, api.Triage{
		Category: "availability.ddos", Severity: "high", Natures: []string{"cybercrime"},
	})
	require.NoError(w, err)
	inc, err = officer.Respond(ctx, client.Write{Version: inc.Version}, inc.ID, api.Respond{})
	require.NoError(w, err)

	// The province's own notice, if its regulation asks for one, and no other province's.
	var own []api.Obligation
	duties, err := officer.CaseObligations(ctx, inc.ID, api.Paging{Limit: 200})
	require.NoError(w, err)
	for _, o := range duties.Items {
		for slug, q := range provinceCodes {
			require.False(w, slug != p.Slug && strings.HasPrefix(o.Rule, q+"-"), "%s is a rule of %s", o.Rule, slug)
		}
		if o.Rule == ownNotice[p.Slug] {
			own = append(own, o)
		}
	}
	if ownNotice[p.Slug] == "" {
		require.Empty(w, own)
	} else {
		require.Len(w, own, 1)
		require.Equal(w, "pending", own[0].Status)
		require.Equal(w, w.plays("police"), *own[0].To)
	}
	h, err := officer.AskHandover(ctx, client.Write{}, inc.ID, request(w.plays("police"), "investigation"))
	require.NoError(w, err)
	h, err = police.Acknowledge(ctx, client.Write{Version: h.Version}, inc.ID, h.ID, api.Acknowledge{Note: "đã nhận"})
	require.NoError(w, err)
	for _, o := range own {
		o := w.dutyOf(inc.ID, o.Rule)
		require.Equal(w, "fulfilled", o.Status, "acknowledging tells the police")
		require.Equal(w, h.ID, *o.HandoverID)
	}
	_, err = police.Accept(ctx, client.Write{Version: h.Version}, inc.ID, h.ID, api.Accept{Resources: "02 cán bộ", LiaisonContact: "Đ/c Anh"})
	require.NoError(w, err)
	inc, err = officer.Incident(ctx, inc.ID)
	require.NoError(w, err)
	inc = w.closeUp(inc)

	for _, m := range w.stream() {
		require.True(w, strings.HasPrefix(m.Subject, "ungcuu."+p.Slug+"."), m.Subject)
		var e api.Event
		require.NoError(w, json.Unmarshal(m.Data, &e))
		require.Equal(w, "/ungcuu/"+p.Slug, e.Source)
	}
	for _, other := range regulation.Provinces() {
		if other.Slug == p.Slug {
			continue
		}
		refusal := `this data belongs to the desk of "` + p.Slug + `" and cannot be run as "` + other.Slug + `"`
		cfg := w.cfg
		cfg.Province = other.Slug
		quiet := slog.New(slog.DiscardHandler)
		require.ErrorContains(w, app.Run(ctx, cfg, quiet, io.Discard, nil), refusal)
		_, err := app.OpenConsole(ctx, cfg, "admin", false, io.Discard, quiet)
		require.ErrorContains(w, err, refusal)
		err = app.Import(ctx, cfg, app.ImportOptions{Format: "csv", Files: []string{"-"}, As: "officer"}, quiet, io.Discard, io.Discard)
		require.ErrorContains(w, err, refusal)
	}
	require.NotEmpty(w, inc.ClosedAt)
}

// provinceCodes begin the ids of the rules of each province.
var provinceCodes = map[string]string{"son-la": "SL", "bac-giang": "BG", "thanh-hoa": "TH", "ninh-thuan": "NT"}

// tellPolice is the rule of Sơn La whose duty the tests follow: a security nature calls for it, a
// handover to the police fulfils it. Every case has duties of the national law beside it.
const tellPolice = "SL-6.1.e"

// dutyOf is the duty of a case by a rule that tells one alone.
func (w *world) dutyOf(id, rule string) api.Obligation {
	w.Helper()
	list, err := w.as("officer").CaseObligations(w.Context(), id, api.Paging{Limit: 200})
	require.NoError(w, err)
	i := slices.IndexFunc(list.Items, func(o api.Obligation) bool { return o.Rule == rule })
	require.GreaterOrEqual(w, i, 0, "the case has no duty by %s", rule)
	return list.Items[i]
}

func TestInEveryProvinceARealDeskStartsWithItsAgenciesAndOneAdministrator(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		for _, p := range regulation.Provinces() {
			t.Run(p.Slug, func(t *testing.T) {
				cfg := cfg
				cfg.Data, cfg.Province, cfg.Demo = filepath.Join(cfg.Data, p.Slug), p.Slug, false
				if cfg.DatabaseURL != "" {
					cfg.DatabaseURL = storetest.OpenPostgres(t)
				}
				w := &world{T: t, cfg: cfg, log: &lockedBuffer{}, out: &lockedBuffer{}, clients: map[string]*client.Client{}, agency: map[string]string{}}
				w.mail = newMailbox(t)
				w.cfg.SMTPURL = w.mail.url
				w.run()
				admin := w.enter("admin", shownOnce.FindString(w.out.String()))
				me, err := admin.Me(t.Context())
				require.NoError(t, err)
				require.Equal(t, []string{"admin"}, me.User.Roles)
				c := client.New(w.base, client.Options{HTTPClient: w.http})
				_, err = c.Login(t.Context(), api.Login{Username: "officer", Password: directory.DemoPassword})
				w.fails(err, http.StatusUnauthorized, "")
				w.stop()
				st, err := store.Open(context.WithoutCancel(t.Context()), store.Config{DataDir: cfg.Data, DatabaseURL: cfg.DatabaseURL}, slog.New(slog.DiscardHandler))
				require.NoError(t, err)
				defer func() { require.NoError(t, st.Close()) }()
				agencies, err := st.Read(t.Context()).Agencies()
				require.NoError(t, err)
				var got, want []string
				for _, a := range agencies {
					got = append(got, a.Code)
				}
				for _, n := range directorytest.Profile(t, p.Slug).Agencies {
					if !n.Demo {
						want = append(want, n.Code)
					}
				}
				require.ElementsMatch(t, want, got)
			})
		}
	})
}
