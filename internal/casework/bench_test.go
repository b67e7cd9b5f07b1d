package casework_test

import (
	"log/slog"
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

// benchCalls makes the demo's desk, and returns requests of its reporter and of its officer.
func benchCalls(b *testing.B, st *store.Store) (reporter, officer casework.Call) {
	b.Helper()
	at := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	directorytest.Demo(b, st, at)
	call := func(username string) casework.Call {
		tx := st.Read(b.Context())
		u, err := tx.UserByName(username)
		require.NoError(b, err)
		a, err := tx.Agency(u.AgencyID)
		require.NoError(b, err)
		return casework.Call{By: authn.ActorOf(u, a, at), At: at, Match: "*"}
	}
	return call("reporter"), call("officer")
}

// BenchmarkWrites measures what one report, one move and one note cost, one after the other.
func BenchmarkWrites(b *testing.B) {
	storetest.Each(b, func(b *testing.B, st *store.Store) {
		reporter, officer := benchCalls(b, st)
		province, _ := regulation.Find("son-la")
		cs := casework.New(st, province, slog.New(slog.DiscardHandler))
		report := casework.NewReport{
			Title:             "Nghi ngờ mã độc tống tiền trên máy chủ quản lý văn bản và điều hành",
			Description:       "Từ 7 giờ sáng người dùng tại Mường La không truy cập được qlvb.sonla.gov.vn; các tệp trong thư mục dùng chung bị đổi đuôi, để lại yêu cầu trả tiền chuộc. Đã ngắt kết nối máy trạm của phòng Văn thư khỏi mạng nội bộ, chờ hướng dẫn của Đội ứng cứu.",
			DetectedAt:        reporter.At.Add(-time.Hour),
			DetectedPrecision: incident.PrecisionMinute, TLP: incident.TLPAmber,
			Natures: []incident.Nature{incident.Cybercrime}, System: incident.System{Name: "Hệ thống quản lý văn bản"},
		}
		var cases []string
		another := func(b *testing.B) {
			b.Helper()
			v, err := cs.Report(b.Context(), reporter, report)
			require.NoError(b, err)
			cases = append(cases, v.ID)
		}
		b.Run("report", func(b *testing.B) {
			for b.Loop() {
				another(b)
			}
		})
		next := 0
		b.Run("triage", func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				if next == len(cases) {
					another(b)
				}
				b.StartTimer()
				_, err := cs.Triage(b.Context(), officer, cases[next], incident.Triage{Category: "availability.ddos", Severity: incident.High})
				require.NoError(b, err)
				next++
			}
		})
		b.Run("note", func(b *testing.B) {
			for i := range b.N {
				_, err := cs.AddNote(b.Context(), officer, cases[i%len(cases)], casework.NewNote{
					Text: "Đã chặn địa chỉ tại tường lửa biên, theo dõi thêm; lần " + time.Duration(i).String(), Audience: incident.AudienceTeam, TLP: incident.TLPAmber,
				})
				require.NoError(b, err)
			}
		})
	})
}
