package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestASessionLivesUntilItIsEnded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		var mine []*store.Session
		add := func(user string) *store.Session {
			s := &store.Session{ID: newID(), UserID: user, RefreshHash: "h", CreatedAt: t0, ExpiresAt: at(60)}
			write(t, st, func(tx *store.Tx) error { return tx.CreateSession(s) })
			return s
		}
		for range 4 {
			mine = append(mine, add(d.lead))
		}
		other := add(d.officer)
		get := func(s *store.Session) *store.Session {
			got, err := read(st).Session(s.ID)
			require.NoError(t, err)
			return got
		}
		require.Equal(t, mine[0], get(mine[0]))
		write(t, st, func(tx *store.Tx) error {
			locked, err := tx.LockSession(mine[0].ID)
			require.NoError(t, err)
			require.Equal(t, mine[0], locked)
			require.NoError(t, tx.RotateSession(mine[0], "next", at(1)))
			require.NoError(t, tx.EndSession(mine[1].ID, at(1)))
			require.NoError(t, tx.EndSession(mine[1].ID, at(2)))
			return tx.EndSessionsOf(d.lead, mine[0].ID, at(3))
		})
		require.Equal(t, "next", get(mine[0]).RefreshHash)
		for hash, want := range map[string]bool{"h": true, "next": false} {
			spent, all, err := read(st).Spent(mine[0].ID, hash)
			require.NoError(t, err)
			require.Equal(t, want, spent, hash)
			require.Equal(t, int64(1), all)
		}
		require.Nil(t, get(mine[0]).EndedAt)
		require.Equal(t, at(1), *get(mine[1]).EndedAt, "the first end stays")
		require.Equal(t, at(3), *get(mine[2]).EndedAt)
		require.Nil(t, get(other).EndedAt)
		write(t, st, func(tx *store.Tx) error { return tx.EndSessionsOf(d.lead, "", at(4)) })
		require.Equal(t, at(4), *get(mine[0]).EndedAt)
		_, err := read(st).Session("x")
		require.ErrorIs(t, err, fault.NotFound)
	})
}

func TestAMarkStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		marked, err := read(st).Mark("demo")
		require.NoError(t, err)
		require.False(t, marked)
		for range 2 {
			write(t, st, func(tx *store.Tx) error { _, err := tx.SetMark("demo"); return err })
		}
		marked, err = read(st).Mark("demo")
		require.NoError(t, err)
		require.True(t, marked)
		for prefix, want := range map[string]string{"province:": "", "dem": "o"} {
			rest, err := read(st).MarkedAs(prefix)
			require.NoError(t, err)
			require.Equal(t, want, rest, prefix)
		}
		write(t, st, func(tx *store.Tx) error { _, err := tx.SetMark("province:son-la"); return err })
		rest, err := read(st).MarkedAs("province:")
		require.NoError(t, err)
		require.Equal(t, "son-la", rest)
	})
}
