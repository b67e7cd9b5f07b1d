package casework_test

import (
	"context"
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

// BenchmarkWrites measures what one report, one move and one note cost, one after the other.
func BenchmarkWrites(b *testing.B) {
	for _, db := range []string{store.SQLite, store.Postgres} {
		b.Run(db, func(b *testing.B) {
			cfg := store.Config{DataDir: b.TempDir()}
			if db == store.Postgres {
				cfg.DatabaseURL = storetest.OpenPostgres(b)
			}
			st := storetest.Open(b, cfg)
			directorytest.Demo(b, st, time.Now().UTC())
			province, _ := regulation.Find("son-la")
			cs := casework.New(st, province, slog.New(slog.DiscardHandler))
			call := func(username string) casework.Call {
				u, err := st.Read(context.Background()).UserByName(username)
				require.NoError(b, err)
				a, err := st.Read(context.Background()).Agency(u.AgencyID)
				require.NoError(b, err)
				now := time.Now().UTC().Truncate(time.Microsecond)
				return casework.Call{By: authn.ActorOf(u, a, now), At: now, Match: "*"}
			}
			reporter, officer := call("reporter"), call("officer")
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
}
