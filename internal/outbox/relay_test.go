package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/outbox"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
	"github.com/ungcuu/ungcuu/internal/telemetry/telemetrytest"
)

// each runs f on both databases with both kinds of broker.
func each(t *testing.T, f func(t *testing.T, st *store.Store, b *bus.Bus)) {
	for _, broker := range bustest.Kinds() {
		t.Run(broker.Name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) { f(t, st, open(t, broker.New(t))) })
		})
	}
}

func open(t *testing.T, cfg bus.Config) *bus.Bus {
	b, err := bus.Open(t.Context(), cfg, quiet())
	require.NoError(t, err)
	t.Cleanup(b.Close)
	return b
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// event is the message of place seq in a chain.
func event(chain string, seq int64) store.Event {
	id := uuid.Must(uuid.NewV7()).String()
	return store.Event{
		ID: id, ChainID: chain, Seq: seq, Type: "incident.reported", ObjectKind: "incident", ObjectID: chain,
		ActorID: uuid.NewString(), AgencyID: uuid.NewString(), At: now(), PayloadHash: "x", SealVersion: 1,
		PrevHash: "x", Hash: "x", Salt: "x", Body: "{}",
		Subject: "ungcuu.son-la.incident.reported", Message: fmt.Sprintf(`{"chain":%q,"seq":%d}`, chain, seq),
	}
}

func commit(t *testing.T, st *store.Store, events ...store.Event) {
	t.Helper()
	require.NoError(t, st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error { return tx.AppendEvents(events) }))
}

// published is what the stream holds, as the order within each chain.
func published(t *testing.T, b *bus.Bus) (order map[string][]int64, total int) {
	t.Helper()
	order = map[string][]int64{}
	require.NoError(t, b.Replay(t.Context(), func(m bus.Msg) error {
		var e struct {
			Chain string
			Seq   int64
		}
		if err := json.Unmarshal(m.Data, &e); err != nil {
			return err
		}
		order[e.Chain] = append(order[e.Chain], e.Seq)
		total++
		return nil
	}))
	return order, total
}

func backlog(t *testing.T, st *store.Store) int64 {
	t.Helper()
	n, _, err := st.Backlog(t.Context())
	require.NoError(t, err)
	return n
}

func run(t *testing.T, r *outbox.Relay) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			require.NoError(t, <-ended)
		})
	}
	t.Cleanup(stop)
	return stop
}

func TestEveryCommittedEventIsPublishedOnceInTheOrderOfItsChain(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, b *bus.Bus) {
		want := map[string][]int64{}
		var chains []string
		for range 30 {
			chains = append(chains, uuid.NewString())
		}
		for seq := int64(1); seq <= 25; seq++ {
			var events []store.Event
			for i, chain := range chains {
				if int64(i)+seq <= 40 {
					events = append(events, event(chain, seq))
					want[chain] = append(want[chain], seq)
				}
			}
			commit(t, st, events...)
		}
		total := int(backlog(t, st))
		r := outbox.NewRelay(st, b, nil, quiet())
		first, err := r.Pass(t.Context())
		require.NoError(t, err)
		require.Equal(t, 500, first)
		second, err := r.Pass(t.Context())
		require.NoError(t, err)
		require.Equal(t, total, first+second)
		require.Zero(t, backlog(t, st))
		got, n := published(t, b)
		require.Equal(t, want, got)
		require.Equal(t, total, n)
		third, err := r.Pass(t.Context())
		require.NoError(t, err)
		require.Zero(t, third)
	})
}

func TestAnEventThatIsRefusedHoldsBackItsOwnChainOnly(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, b *bus.Bus) {
		sick, well := uuid.NewString(), uuid.NewString()
		bad := event(sick, 2)
		bad.Subject = "elsewhere.nobody.listens"
		commit(t, st, event(sick, 1), event(well, 1), bad, event(sick, 3), event(well, 2))
		r := outbox.NewRelay(st, b, nil, quiet())
		n, err := r.Pass(t.Context())
		require.Error(t, err)
		require.Equal(t, 3, n)
		got, _ := published(t, b)
		require.Equal(t, map[string][]int64{sick: {1}, well: {1, 2}}, got)
		require.EqualValues(t, 2, backlog(t, st))
	})
}

func TestAnEventThatWasPublishedButNotMarkedIsNotDoubled(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, b *bus.Bus) {
		chain := uuid.NewString()
		one, two := event(chain, 1), event(chain, 2)
		commit(t, st, one, two)
		require.NoError(t, errors.Join(b.Publish(t.Context(), []bus.Message{{Subject: one.Subject, ID: one.ID, Data: []byte(one.Message)}})...))
		// Here the process died: the broker has the event, its row does not know.
		n, err := outbox.NewRelay(st, b, nil, quiet()).Pass(t.Context())
		require.NoError(t, err)
		require.Equal(t, 2, n)
		got, _ := published(t, b)
		require.Equal(t, map[string][]int64{chain: {1, 2}}, got)
	})
}

func TestOneRelayWorksAtATimeAndAnotherTakesOver(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, b *bus.Bus) {
		chain := uuid.NewString()
		commit(t, st, event(chain, 1))
		first, second := outbox.NewRelay(st, b, nil, quiet()), outbox.NewRelay(st, b, nil, quiet())
		stop := run(t, first)
		require.Eventually(t, func() bool { return backlog(t, st) == 0 }, 60*time.Second, 5*time.Millisecond)

		mine, err := st.Lease(t.Context(), "relay", "another", now(), time.Minute)
		require.NoError(t, err)
		require.False(t, mine)
		stop() // gives the lease back: nobody has to wait until it runs out
		commit(t, st, event(chain, 2))
		n, err := second.Pass(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, n)
		commit(t, st, event(chain, 3))
		n, err = first.Pass(t.Context())
		require.NoError(t, err)
		require.Zero(t, n)
	})
}

func TestSeveralRelaysTogetherPublishEverythingOnceInOrder(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, b *bus.Bus) {
		for range 3 {
			run(t, outbox.NewRelay(st, b, nil, quiet()))
		}
		var writers sync.WaitGroup
		for range 4 {
			writers.Go(func() {
				chain := uuid.NewString()
				for seq := int64(1); seq <= 50; seq++ {
					commit(t, st, event(chain, seq))
				}
			})
		}
		writers.Wait()
		require.Eventually(t, func() bool { return backlog(t, st) == 0 }, 60*time.Second, 5*time.Millisecond)
		got, n := published(t, b)
		require.Equal(t, 200, n)
		for _, order := range got {
			for i, seq := range order {
				require.EqualValues(t, i+1, seq)
			}
		}
	})
}

func TestRowsPublishedLongAgoAreForgotten(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, b *bus.Bus) {
		chain := uuid.NewString()
		commit(t, st, event(chain, 1), event(chain, 2))
		rows, err := st.Waiting(t.Context(), 10)
		require.NoError(t, err)
		require.NoError(t, st.MarkPublished(t.Context(), []int64{rows[0].ID}, now().AddDate(0, 0, -8)))
		_, err = outbox.NewRelay(st, b, nil, quiet()).Pass(t.Context())
		require.NoError(t, err)
		left, err := st.PrunePublished(t.Context(), now().AddDate(1, 0, 0))
		require.NoError(t, err)
		require.EqualValues(t, 1, left, "only the young row was still there")
	})
}

func TestAnOutageOfTheBrokerIsWaitedOutAndToldOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := bustest.NewServer(t)
		s.Start()
		b := open(t, s.Config())
		said := &telemetrytest.Log{}
		run(t, outbox.NewRelay(st, b, nil, said.Logger()))
		chain := uuid.NewString()
		commit(t, st, event(chain, 1))
		require.Eventually(t, func() bool { return backlog(t, st) == 0 }, 60*time.Second, 5*time.Millisecond)

		s.Kill()
		for seq := int64(2); seq <= 21; seq++ {
			commit(t, st, event(chain, seq))
		}
		require.Eventually(t, func() bool { return said.Count("stands still") > 0 }, 60*time.Second, 5*time.Millisecond)
		require.EqualValues(t, 20, backlog(t, st))
		s.Start()
		require.Eventually(t, func() bool { return backlog(t, st) == 0 }, 60*time.Second, 5*time.Millisecond)
		require.Eventually(t, func() bool { return said.Count("goes on") > 0 }, 60*time.Second, 5*time.Millisecond)
		require.Equal(t, 1, said.Count("stands still"))
		require.Equal(t, 1, said.Count("goes on"))
		got, n := published(t, b)
		require.Equal(t, 21, n)
		for i, seq := range got[chain] {
			require.EqualValues(t, i+1, seq)
		}
	})
}

func TestADatabaseThatIsAwayIsToldOnceAndDoesNotEndTheRelay(t *testing.T) {
	said := &telemetrytest.Log{}
	st, err := store.Open(t.Context(), store.Config{DataDir: t.TempDir(), DatabaseURL: "postgres://nobody@127.0.0.1:1/none?connect_timeout=1"}, quiet())
	require.NoError(t, err)
	defer st.Close()
	b := open(t, bus.Config{DataDir: t.TempDir(), Province: "son-la"})
	stop := run(t, outbox.NewRelay(st, b, nil, said.Logger()))
	require.Eventually(t, func() bool { return said.Count("stands still") > 0 }, 60*time.Second, 5*time.Millisecond)
	stop()
	require.Equal(t, 1, said.Count("stands still"))
}
