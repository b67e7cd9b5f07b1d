package casework_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// BenchmarkMoveWithRules measures what the rules of the province cost a move that opens no duty:
// ratio is the time of moves (triage, respond) with every rule, by that of the same moves with
// none, taken turn by turn in one run.
func BenchmarkMoveWithRules(b *testing.B) {
	storetest.Each(b, func(b *testing.B, st *store.Store) {
		reporter, officer := benchCalls(b, st)
		province, _ := regulation.Find("son-la")
		with := casework.New(st, province, slog.New(slog.DiscardHandler))
		province.Rules = regulation.NewShelf(&regulation.Book{})
		without := casework.New(st, province, slog.New(slog.DiscardHandler))
		duties := 0
		moves := func(s *casework.Service) time.Duration {
			v, err := s.Report(b.Context(), reporter, casework.NewReport{
				Title: "Cổng thông tin không truy cập được", Description: "Từ 7 giờ sáng người dùng không truy cập được.",
				DetectedAt: reporter.At.Add(-time.Hour), DetectedPrecision: incident.PrecisionMinute, TLP: incident.TLPAmber,
				System: incident.System{Name: "Cổng thông tin"},
			})
			require.NoError(b, err)
			before, err := st.Read(b.Context()).DutiesOf(v.ID)
			require.NoError(b, err)
			start := time.Now()
			_, err = s.Triage(b.Context(), officer, v.ID, incident.Triage{Category: "availability.ddos", Severity: incident.High})
			require.NoError(b, err)
			_, err = s.Respond(b.Context(), officer, v.ID, "")
			took := time.Since(start)
			require.NoError(b, err)
			after, err := st.Read(b.Context()).DutiesOf(v.ID)
			require.NoError(b, err)
			require.Len(b, after, len(before), "the moves open no duty")
			duties = len(after)
			return took
		}
		for range 20 {
			moves(with)
			moves(without)
		}
		var of, bare time.Duration
		pending := 0
		b.ResetTimer()
		for i := range b.N {
			if i%2 == 0 {
				of += moves(with)
				pending = duties
				bare += moves(without)
			} else {
				bare += moves(without)
				of += moves(with)
			}
		}
		b.ReportMetric(of.Seconds()/bare.Seconds(), "ratio")
		b.ReportMetric(float64(of.Microseconds())/float64(2*b.N), "µs/move")
		b.ReportMetric(float64(pending), "duties")
	})
}
