package regulation

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestASecurityNatureCallsForAnImmediateNoticeToThePolice(t *testing.T) {
	p, ok := Find("son-la")
	require.True(t, ok)
	learned := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	notices := func(f Facts) (out []Obligation) {
		f.Detected, f.Reported = f.Learned, f.Learned
		for _, o := range p.Rules.Book().Due("son-la", f).Duties {
			if o.Rule == "SL-6.1.e" {
				out = append(out, o)
			}
		}
		return out
	}
	for _, n := range securityNatures {
		due := notices(Facts{Natures: []string{n}, Learned: learned})
		require.Len(t, due, 1, n)
		require.Equal(t, learned, *due[0].DueAt)
		require.Equal(t, learned.Add(time.Hour), *due[0].TargetAt)
		require.True(t, due[0].Blocks)
	}
	require.Empty(t, notices(Facts{Natures: []string{"personal_data", "state_secret_exposure"}, Learned: learned}))
	require.Empty(t, notices(Facts{Learned: learned}))

	day := Facts{Natures: []string{"cybercrime"}, Learned: time.Date(2017, 11, 26, 16, 59, 0, 0, time.UTC)}
	require.Empty(t, notices(day), "26/11/2017 23:59 in Viet Nam")
	day.Learned = time.Date(2017, 11, 26, 17, 0, 0, 0, time.UTC)
	require.Len(t, notices(day), 1, "27/11/2017 00:00 in Viet Nam")
}
