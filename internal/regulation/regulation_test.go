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
	for _, n := range securityNatures {
		due := p.Due(Facts{Natures: []string{n}}, learned)
		require.Len(t, due, 1, n)
		require.Equal(t, "SL-6.1.e", due[0].Rule)
		require.Equal(t, learned, *due[0].DueAt)
		require.Equal(t, learned.Add(time.Hour), *due[0].TargetAt)
		require.True(t, due[0].BlocksClosure)
	}
	require.Empty(t, p.Due(Facts{Natures: []string{"personal_data", "state_secret_exposure"}}, learned))
	require.Empty(t, p.Due(Facts{}, learned))
}

func TestARuleHoldsFromItsDayInVietNam(t *testing.T) {
	p, _ := Find("son-la")
	f := Facts{Natures: []string{"cybercrime"}}
	require.Empty(t, p.Due(f, time.Date(2017, 11, 26, 16, 59, 0, 0, time.UTC)), "26/11/2017 23:59 in Viet Nam")
	require.Len(t, p.Due(f, time.Date(2017, 11, 26, 17, 0, 0, 0, time.UTC)), 1, "27/11/2017 00:00 in Viet Nam")
}
