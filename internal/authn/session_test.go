package authn_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
)

func TestAnyEarlierRefreshTokenThatComesAgainEndsTheWholeSession(t *testing.T) {
	for _, rotations := range []int{1, 2, 5} {
		each(t, func(d *door) {
			first := d.login("officer")
			last := first
			for range rotations {
				var err error
				last, err = d.Refresh(d.Context(), last.Refresh, now)
				require.NoError(d, err)
			}
			twin := d.another()
			_, err := twin.Authenticate(d.Context(), last.Access, now)
			require.NoError(d, err)
			_, err = d.Authenticate(d.Context(), last.Access, now)
			require.NoError(d, err)

			_, err = d.Refresh(d.Context(), first.Refresh, now)
			require.ErrorIs(d, err, fault.Unauthenticated)
			_, err = d.Authenticate(d.Context(), last.Access, now)
			require.ErrorIs(d, err, fault.Unauthenticated, "at once on this instance")
			_, err = twin.Authenticate(d.Context(), last.Access, now.Add(time.Second))
			require.ErrorIs(d, err, fault.Unauthenticated, "within a second on another")
			_, err = d.Refresh(d.Context(), last.Refresh, now)
			require.ErrorIs(d, err, fault.Unauthenticated)
		})
	}
}

func TestAClientThatLostTheAnswerOfARefreshLogsInAnew(t *testing.T) {
	each(t, func(d *door) {
		lost := d.login("officer")
		_, err := d.Refresh(d.Context(), lost.Refresh, now)
		require.NoError(d, err)
		_, err = d.Refresh(d.Context(), lost.Refresh, now.Add(time.Second))
		require.ErrorIs(d, err, fault.Unauthenticated, "a thief would say the same")
		d.login("officer")
	})
}

func TestWhoKnowsASessionsIdAloneCannotEndIt(t *testing.T) {
	each(t, func(d *door) {
		tokens := d.login("officer")
		sess, err := d.Authenticate(d.Context(), tokens.Access, now)
		require.NoError(d, err)
		for _, guess := range []string{"", "x", tokens.Access, sess.ID} {
			_, err = d.Refresh(d.Context(), sess.ID+"."+guess, now)
			require.ErrorIs(d, err, fault.Unauthenticated)
		}
		_, err = d.Refresh(d.Context(), tokens.Refresh, now)
		require.NoError(d, err)
	})
}

func TestAnEndedSessionIsForgottenADayAfterItsShift(t *testing.T) {
	each(t, func(d *door) {
		tokens := d.login("officer")
		sess, err := d.Authenticate(d.Context(), tokens.Access, now)
		require.NoError(d, err)
		_, err = d.Refresh(d.Context(), tokens.Refresh, now)
		require.NoError(d, err)
		there := func() error {
			return d.store.Write(d.Context(), func(_ context.Context, tx *store.Tx) error {
				_, err := tx.Session(sess.ID)
				return err
			})
		}
		require.NoError(d, d.DropSessions(d.Context(), now.Add(36*time.Hour)))
		require.NoError(d, there())
		require.NoError(d, d.DropSessions(d.Context(), now.Add(36*time.Hour+time.Second)))
		require.ErrorIs(d, there(), fault.NotFound)
	})
}

func TestOfTwoWhoTradeOneRefreshTokenAtOnceNoneKeepsTheSession(t *testing.T) {
	each(t, func(d *door) {
		tokens := d.login("officer")
		twin := d.another()
		var won atomic.Int64
		var both sync.WaitGroup
		for _, s := range []*authn.Service{d.Service, twin} {
			both.Go(func() {
				if _, err := s.Refresh(d.Context(), tokens.Refresh, now); err == nil {
					won.Add(1)
				}
			})
		}
		both.Wait()
		require.EqualValues(d, 1, won.Load())
		_, err := d.Authenticate(d.Context(), tokens.Access, now.Add(time.Second))
		require.ErrorIs(d, err, fault.Unauthenticated, "one of them is a thief")
	})
}
