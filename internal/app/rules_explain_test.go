package app

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestTheConsoleExplainsEveryRuleOfACase(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	for name, cfg := range storetest.Databases(t) {
		t.Run(name, func(t *testing.T) {
			st := storetest.Open(t, cfg)
			at := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
			directorytest.Demo(t, st, at)
			province, _ := regulation.Find("son-la")
			tx := st.Read(t.Context())
			u, err := tx.UserByName("reporter")
			require.NoError(t, err)
			a, err := tx.Agency(u.AgencyID)
			require.NoError(t, err)
			v, err := casework.New(st, province, log).Report(t.Context(), casework.Call{By: authn.ActorOf(u, a, at), At: at}, casework.NewReport{
				Title: "Mã độc", Description: "…", DetectedAt: at.Add(-time.Hour), DetectedPrecision: incident.PrecisionMinute,
				Natures: []incident.Nature{incident.Cybercrime}, TLP: incident.TLPAmber, System: incident.System{Name: "Cổng"},
			})
			require.NoError(t, err)
			c := Config{Data: cfg.DataDir, DatabaseURL: cfg.DatabaseURL, Province: "son-la"}
			for _, called := range []string{v.ID, v.Code, "sl-2026-000001"} {
				var out bytes.Buffer
				require.NoError(t, ExplainRules(t.Context(), c, "", called, &out, log))
				require.Contains(t, out.String(), "[có] SL-6.1.e")
				require.Contains(t, out.String(), "Điều 6 khoản 1 điểm e")
				require.Less(t, strings.LastIndex(out.String(), "[có]"), strings.Index(out.String(), "[không]"), "what holds comes first")
				require.Contains(t, out.String(), "11:00:00 22/11/2026", "the internal target, in the time of Viet Nam")
				for _, verdict := range province.Rules.Book().Explain("son-la", regulation.Facts{}) {
					if verdict.Why == "calendar" {
						continue
					}
					require.Contains(t, out.String(), verdict.Rule+": ")
				}
			}
			inForce := func(version string) string {
				require.NoError(t, st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
					return tx.PutRuleBook(store.RuleBook{Version: version, Sources: "[]", FirstUsedAt: at})
				}))
				var out bytes.Buffer
				require.NoError(t, ExplainRules(t.Context(), c, "", v.Code, &out, log))
				return out.String()
			}
			require.Contains(t, inForce("another"), "bộ quy định đang có hiệu lực của hệ thống là another", "the desk goes by other rules than these")
			require.NotContains(t, inForce(province.Rules.Book().Version()), "Chú ý")
			require.ErrorContains(t, ExplainRules(t.Context(), c, "", "SL-2026-999999", &bytes.Buffer{}, log), "SL-2026-999999")
			bad := filepath.Join(t.TempDir(), "bad.yaml")
			require.NoError(t, os.WriteFile(bad, []byte("id: x\nkind: nothing\n"), 0o600))
			require.ErrorContains(t, ExplainRules(t.Context(), c, bad, v.Code, &bytes.Buffer{}, log), "bad.yaml")
		})
	}
}
