package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestALeaseHasOneHolder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for i, step := range []struct {
			holder string
			at     time.Time
			got    bool
		}{
			{"a", at(0), true},
			{"b", at(0), false},
			{"a", at(4), true}, // renewed: until 9
			{"b", at(8), false},
			{"b", at(9), true}, // run out
			{"a", at(10), false},
		} {
			got, err := st.Lease(t.Context(), "relay", step.holder, step.at, 5*time.Minute)
			require.NoError(t, err)
			require.Equal(t, step.got, got, "step %d", i)
		}
		got, err := st.Lease(t.Context(), "another", "a", at(10), time.Minute)
		require.NoError(t, err)
		require.True(t, got)

		var wg sync.WaitGroup
		winners := make(chan string, 8)
		for range cap(winners) {
			wg.Go(func() {
				holder := newID()
				if ok, err := st.Lease(context.Background(), "race", holder, at(0), time.Minute); err == nil && ok {
					winners <- holder
				}
			})
		}
		wg.Wait()
		require.Len(t, winners, 1)
	})
}

func delivery(edit func(*store.Delivery)) *store.Delivery {
	d := &store.Delivery{
		ID: newID(), EventID: newID(), IncidentID: to(newID()), AgencyID: newID(), Recipient: "a@b.vn",
		Status: store.DeliveryPending, NextAt: to(at(1)), CreatedAt: t0,
	}
	if edit != nil {
		edit(d)
	}
	return d
}

func TestADeliveryIsSentByOneSender(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := t.Context()
		d := delivery(nil)
		add := func(d *store.Delivery) bool {
			added, err := st.AddDelivery(ctx, d)
			require.NoError(t, err)
			return added
		}
		require.True(t, add(d))
		again := *d
		again.ID = newID()
		require.False(t, add(&again), "the same event is told to a recipient once")
		again.Recipient = "c@d.vn"
		again.NextAt = to(at(2))
		require.True(t, add(&again))
		held := delivery(func(d *store.Delivery) { d.Status, d.NextAt = store.DeliveryHeld, nil })
		require.True(t, add(held))

		due := func(minute int) []string {
			rows, err := st.DueDeliveries(ctx, at(minute), 10)
			require.NoError(t, err)
			ids := []string{}
			for _, r := range rows {
				ids = append(ids, r.ID)
			}
			return ids
		}
		require.Empty(t, due(0))
		require.Equal(t, []string{d.ID, again.ID}, due(2))

		var wg sync.WaitGroup
		got := make(chan bool, 8)
		for range cap(got) {
			wg.Go(func() {
				if ok, err := st.ClaimDelivery(context.Background(), d.ID, at(2), at(5)); err == nil && ok {
					got <- true
				}
			})
		}
		wg.Wait()
		require.Len(t, got, 1)
		require.Equal(t, []string{again.ID}, due(4))
		require.Equal(t, []string{again.ID, d.ID}, due(5), "a sender that died gives it back")

		d.Status, d.Attempts, d.NextAt, d.SentAt = store.DeliverySent, 1, nil, to(at(5))
		require.NoError(t, st.SaveDelivery(ctx, d))
		require.Equal(t, []string{again.ID}, due(99))
		ok, err := st.ClaimDelivery(ctx, d.ID, at(99), at(100))
		require.NoError(t, err)
		require.False(t, ok, "what was sent is never claimed")

		require.NoError(t, st.ReleaseHeld(ctx, at(3)))
		require.Equal(t, []string{again.ID, held.ID}, due(3))
	})
}

func key(edit func(*store.IdempotencyKey)) store.IdempotencyKey {
	k := store.IdempotencyKey{Principal: "01a20214-1c7d-7c7f-a704-c49aa18c6496", Method: "POST", Path: "/x", Key: "k", BodyHash: "b"}
	if edit != nil {
		edit(&k)
	}
	return k
}

func claim(st *store.Store, k store.IdempotencyKey, now time.Time, then func(tx *store.Tx) error) (a *store.Answer, err error) {
	err = st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
		if a, err = tx.Claim(k, now); err != nil || a != nil {
			return err
		}
		return then(tx)
	})
	return a, err
}

func TestARepeatGetsTheSameAnswer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		answer := store.Answer{Status: 201, Header: map[string]string{"Etag": `"1"`}, Body: []byte(`{"tên":"Sự cố"}`)}
		keep := func(k store.IdempotencyKey) func(tx *store.Tx) error {
			return func(tx *store.Tx) error { return tx.KeepAnswer(k, answer) }
		}
		k := key(nil)
		got, err := claim(st, k, t0, keep(k))
		require.NoError(t, err)
		require.Nil(t, got)
		got, err = claim(st, k, at(1), keep(k))
		require.NoError(t, err)
		require.Equal(t, &answer, got)

		_, err = claim(st, key(func(k *store.IdempotencyKey) { k.BodyHash = "c" }), at(1), keep(k))
		require.ErrorIs(t, err, fault.KeyReused)
		for _, edit := range []func(k *store.IdempotencyKey){
			func(k *store.IdempotencyKey) { k.Principal = newID() },
			func(k *store.IdempotencyKey) { k.Method = "PUT" },
			func(k *store.IdempotencyKey) { k.Path = "/y" },
			func(k *store.IdempotencyKey) { k.Key = "l" },
		} {
			other := key(edit)
			got, err = claim(st, other, at(1), keep(other))
			require.NoError(t, err)
			require.Nil(t, got, "another request")
		}

		// After a day it is forgotten, dropped or not.
		got, err = claim(st, key(func(k *store.IdempotencyKey) { k.BodyHash = "c" }), t0.Add(24*time.Hour), keep(k))
		require.NoError(t, err)
		require.Nil(t, got)
		write(t, st, func(tx *store.Tx) error { return tx.DropAnswers(t0.Add(48 * time.Hour)) })
		got, err = claim(st, k, t0.Add(25*time.Hour), keep(k))
		require.NoError(t, err)
		require.Nil(t, got)
	})
}

func TestAKeyIsFreeAgainAfterARollback(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		k := key(nil)
		boom := errors.New("boom")
		_, err := claim(st, k, t0, func(*store.Tx) error { return boom })
		require.ErrorIs(t, err, boom)
		got, err := claim(st, k, t0, func(tx *store.Tx) error { return tx.KeepAnswer(k, store.Answer{Status: 200}) })
		require.NoError(t, err)
		require.Nil(t, got)
	})
}

// Two requests with one key at the same time: the second waits for the first, and then
// replays its answer or, after its rollback, does the work itself.
func TestTwoRequestsWithOneKeyDoTheWorkOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		boom := errors.New("boom")
		for _, fails := range []bool{false, true} {
			k := key(func(k *store.IdempotencyKey) { k.Key = newID() })
			claimed, release := make(chan struct{}), make(chan struct{})
			first := make(chan error, 1)
			go func() {
				_, err := claim(st, k, t0, func(tx *store.Tx) error {
					close(claimed)
					<-release
					if fails {
						return boom
					}
					return tx.KeepAnswer(k, store.Answer{Status: 201})
				})
				first <- err
			}()
			<-claimed
			type outcome struct {
				answer *store.Answer
				err    error
			}
			second := make(chan outcome, 1)
			go func() {
				a, err := claim(st, k, t0, func(tx *store.Tx) error { return tx.KeepAnswer(k, store.Answer{Status: 202}) })
				second <- outcome{a, err}
			}()
			close(release)
			err := <-first
			got := <-second
			require.NoError(t, got.err)
			if fails {
				require.ErrorIs(t, err, boom)
				require.Nil(t, got.answer)
			} else {
				require.NoError(t, err)
				require.Equal(t, 201, got.answer.Status)
			}
		}
	})
}
