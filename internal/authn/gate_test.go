package authn

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
)

func TestOfManyWhoWantToHashABoundedNumberRunsAndWaitsAndTheRestComesLater(t *testing.T) {
	const running, waiting, all = 2, 3, 40
	g := newGate(running, waiting)
	var held []func()
	for range running {
		leave, err := g.pass(t.Context())
		require.NoError(t, err)
		held = append(held, leave)
	}
	results := make(chan error, all)
	var passed sync.WaitGroup
	for range all {
		passed.Go(func() {
			leave, err := g.pass(t.Context())
			results <- err
			if err == nil {
				leave()
			}
		})
	}
	for range all - waiting {
		err := <-results
		require.ErrorIs(t, err, fault.Busy)
		f, ok := fault.As(err)
		require.True(t, ok)
		require.NotZero(t, f.RetryAfter)
	}
	for _, leave := range held {
		leave()
	}
	passed.Wait()
	for range waiting {
		require.NoError(t, <-results)
	}
	require.Empty(t, g.running)
	require.Empty(t, g.present)
}

func TestWhoGivesUpLeavesTheLine(t *testing.T) {
	g := newGate(1, 1)
	leave, err := g.pass(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = g.pass(ctx)
	require.ErrorIs(t, err, fault.Busy)
	require.Len(t, g.present, 1)
	leave()
	require.Empty(t, g.present)
}

func TestTheListOfCommonPasswordsIsSortedAndFolded(t *testing.T) {
	require.Greater(t, len(common()), 40000)
	for i, p := range common() {
		if i > 0 {
			require.Less(t, common()[i-1], p)
		}
	}
	for _, p := range []string{"password", "Password", "PASSWORD123", "ｐａｓｓｗｏｒｄ", "!!password2026!!", "qwertyuiop1234", "aaaaaaaaaaaaaaaa", "12121212121212"} {
		require.True(t, isCommon(p), p)
	}
	for _, p := range []string{"mot-mat-khau-rieng-2026", "correct horse battery staple", "ruộng bậc thang Mù Cang Chải"} {
		require.False(t, isCommon(p), p)
	}
}

// The example of RFC 6238, Appendix B: SHA-1, the last six digits.
func TestACodeIsThatOfTheStandardAndKnowsItsStep(t *testing.T) {
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"} {
		step, ok := stepOf(secret, code, time.Unix(at, 0))
		require.True(t, ok)
		require.Equal(t, at/30, step)
		step, ok = stepOf(secret, code, time.Unix(at+30, 0))
		require.True(t, ok, "a clock may be off by one step")
		require.Equal(t, at/30, step)
		_, ok = stepOf(secret, code, time.Unix(at+60, 0))
		require.False(t, ok)
	}
}

func TestASealedSecretOpensForItsPersonAndKeyAlone(t *testing.T) {
	dir := t.TempDir()
	v, err := openVault(dir)
	require.NoError(t, err)
	sealed := v.close("a", "SECRET")
	require.NotContains(t, sealed, "SECRET")
	require.NotEqual(t, sealed, v.close("a", "SECRET"))
	again, err := openVault(dir)
	require.NoError(t, err)
	got, err := again.open("a", sealed)
	require.NoError(t, err)
	require.Equal(t, "SECRET", got)
	_, err = again.open("b", sealed)
	require.Error(t, err, "moved to another person")
	other, err := openVault(t.TempDir())
	require.NoError(t, err)
	_, err = other.open("a", sealed)
	require.ErrorContains(t, err, "second-factor.key")
	_, err = v.open("a", "nonsense")
	require.Error(t, err)
}
