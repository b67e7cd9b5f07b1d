package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/accesslog"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/sample"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// What reads of a case over HTTP, with real tokens, pay for the access log: the ratio of those
// with it to those without it, taken in turns on the same database.
//
//	go test ./internal/httpapi -run NONE -bench AccessLog -benchtime 10x
func BenchmarkReadWithAndWithoutAccessLog(b *testing.B) {
	storetest.Each(b, func(b *testing.B, st *store.Store) {
		directorytest.Demo(b, st, time.Now().UTC())
		storetest.Load(b, st, sample.Cases(1, 500, storetest.Cast(b, st, 3)))
		cases, err := st.Read(b.Context()).Incidents(store.IncidentQuery{Sight: policy.Sight{Unrestricted: true}})
		require.NoError(b, err)
		log := slog.New(slog.DiscardHandler)
		journal := accesslog.New(st, nil, log)
		ctx, stop := context.WithCancel(context.Background())
		var ended sync.WaitGroup
		ended.Go(func() { journal.Run(ctx) })
		defer ended.Wait()
		defer stop()
		with, without := newReading(b, st, journal, log, cases), newReading(b, st, nil, log, cases)
		with.round(b, 300*time.Millisecond)
		without.round(b, 300*time.Millisecond)
		var n, cpu [2]float64
		b.ResetTimer()
		for i := range b.N {
			order := []int{0, 1}
			if i%2 == 1 {
				order = []int{1, 0}
			}
			for _, which := range order {
				before := processor()
				n[which] += []*reading{with, without}[which].round(b, 500*time.Millisecond)
				cpu[which] += processor() - before
			}
		}
		b.ReportMetric(n[0]/n[1], "with/without")
		b.ReportMetric(cpu[1]/n[1]/(cpu[0]/n[0]), "with/without-by-cpu")
		b.ReportMetric(n[0]/float64(b.N)*2, "reads/s-with")
		b.ReportMetric(0, "ns/op")
	})
}

// processor is the time of processors that this process has used, clients included, in seconds.
// Other work on the machine disturbs it less than the clock.
func processor() float64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// reading is a server and eight clients who read its cases.
type reading struct {
	url, token string
	http       *http.Client
	ids        []string
}

func newReading(b *testing.B, st *store.Store, journal *accesslog.Log, log *slog.Logger, cases []incident.Incident) *reading {
	b.Helper()
	auth, err := authn.New(st, b.TempDir())
	require.NoError(b, err)
	province, _ := regulation.Find("son-la")
	server, err := New(Config{
		Cases: casework.New(st, province, log), Auth: auth, Journal: journal, Store: st, Log: log, Ready: st.Ready, Demo: true, Version: "bench",
	})
	require.NoError(b, err)
	desk := httptest.NewServer(server)
	b.Cleanup(desk.Close)
	r := &reading{url: desk.URL, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
	for i := range cases {
		r.ids = append(r.ids, cases[i].ID)
	}
	resp, err := r.http.Post(r.url+"/api/v1/auth/login", "application/json", strings.NewReader(`{"username":"officer","password":"`+directory.DemoPassword+`"}`))
	require.NoError(b, err)
	defer func() { _ = resp.Body.Close() }()
	var tokens api.Tokens
	require.NoError(b, json.NewDecoder(resp.Body).Decode(&tokens))
	r.token = tokens.AccessToken
	return r
}

func (r *reading) round(b *testing.B, d time.Duration) float64 {
	b.Helper()
	var n atomic.Int64
	var all sync.WaitGroup
	end := time.Now().Add(d)
	for range 8 {
		all.Go(func() {
			for time.Now().Before(end) {
				req, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, r.url+"/api/v1/incidents/"+r.ids[rand.IntN(len(r.ids))], nil)
				req.Header.Set("Authorization", "Bearer "+r.token)
				resp, err := r.http.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					b.Error(resp.Status)
					return
				}
				n.Add(1)
			}
		})
	}
	all.Wait()
	return float64(n.Load())
}
