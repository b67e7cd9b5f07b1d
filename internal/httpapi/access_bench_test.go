package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// BenchmarkARead is one handler, asked without and with a token: what knowing the caller
// costs. list reads a page of agencies and fills it; nothing answers at once, so that the cost
// stands alone. The two are asked in turn, and their medians compared:
//
//	go test ./internal/httpapi -run '^$' -bench ARead
func BenchmarkARead(b *testing.B) {
	storetest.Each(b, func(b *testing.B, st *store.Store) {
		now := time.Now().UTC().Truncate(time.Microsecond)
		directorytest.Demo(b, st, now)
		auth, err := authn.New(st, b.TempDir())
		require.NoError(b, err)
		s, err := New(Config{Store: st, Auth: auth, Directory: directory.New(st, "son-la"), Log: slog.New(slog.DiscardHandler), Ready: st.Ready, Demo: true, Version: "test"})
		require.NoError(b, err)
		list := handle(func(s *Server, ctx context.Context, x in[api.AgencyFilter, none]) (out[api.AgencyList], error) {
			x.By = policy.Actor{} // the same answer for both
			return (*Server).agencies(s, ctx, x)
		})
		nothing := handle(func(*Server, context.Context, in[none, none]) (out[api.Health], error) {
			return reply(api.Health{Status: "ok"}, nil)
		})
		s.mount([]Route{
			{Method: get, Path: "/bench/list/without", Name: "b1", Status: 200, endpoint: list},
			{Method: get, Path: "/bench/list/with", Name: "b2", Status: 200, Auth: true, endpoint: list},
			{Method: get, Path: "/bench/nothing/without", Name: "b3", Status: 200, endpoint: nothing},
			{Method: get, Path: "/bench/nothing/with", Name: "b4", Status: 200, Auth: true, endpoint: nothing},
		})
		tokens, err := auth.Login(b.Context(), authn.Credentials{Username: "officer", Password: directory.DemoPassword}, now)
		require.NoError(b, err)
		for _, path := range []string{"list", "nothing"} {
			b.Run(path, func(b *testing.B) {
				ask := func(path string) time.Duration {
					r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/bench/"+path, nil)
					r.Header.Set("Authorization", "Bearer "+tokens.Access)
					w := httptest.NewRecorder()
					start := time.Now()
					s.ServeHTTP(w, r)
					took := time.Since(start)
					if w.Code != http.StatusOK {
						b.Fatal(w.Code, w.Body)
					}
					return took
				}
				var without, with []time.Duration
				for b.Loop() {
					without, with = append(without, ask(path+"/without")), append(with, ask(path+"/with"))
				}
				slices.Sort(without)
				slices.Sort(with)
				half := len(with) / 2
				b.ReportMetric(float64(without[half])/float64(with[half]), "without/with")
				b.ReportMetric(float64(with[half].Nanoseconds()), "ns-with")
				b.ReportMetric(float64(without[half].Nanoseconds()), "ns-without")
			})
		}
	})
}
