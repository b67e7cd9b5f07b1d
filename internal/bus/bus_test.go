package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/fault"
)

func open(t *testing.T, cfg bus.Config) *bus.Bus {
	t.Helper()
	b, err := bus.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(b.Close)
	return b
}

func some(n int) []bus.Message {
	list := make([]bus.Message, n)
	for i := range list {
		list[i] = bus.Message{Subject: "ungcuu.son-la.incident.reported", ID: uuid.NewString(), Data: fmt.Appendf(nil, "%d", i)}
	}
	return list
}

func publish(t *testing.T, b *bus.Bus, messages []bus.Message) {
	t.Helper()
	require.NoError(t, errors.Join(b.Publish(t.Context(), messages)...))
}

// drain acknowledges everything the consumer still has.
func drain(t *testing.T, c *bus.Consumer) (ids []string) {
	t.Helper()
	for {
		list, err := c.Fetch(t.Context(), 100, 250*time.Millisecond)
		require.NoError(t, err)
		if len(list) == 0 {
			return ids
		}
		for _, m := range list {
			require.NoError(t, m.Ack())
			ids = append(ids, m.ID)
		}
	}
}

func ids(messages []bus.Message) (list []string) {
	for _, m := range messages {
		list = append(list, m.ID)
	}
	return list
}

func replayed(t *testing.T, b *bus.Bus) (list []string) {
	t.Helper()
	require.NoError(t, b.Replay(t.Context(), func(m bus.Msg) error {
		list = append(list, m.ID)
		return nil
	}))
	return list
}

func TestEveryConsumerGetsEveryMessageOnceInStreamOrder(t *testing.T) {
	bustest.Each(t, func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		sent := some(300)
		for i := range sent { // one after the other: that is the order
			publish(t, b, sent[i:i+1])
		}
		require.Equal(t, ids(sent), drain(t, b.Consumer(bus.Ledger)))
		require.Equal(t, ids(sent), drain(t, b.Consumer(bus.Notify)))
		require.Equal(t, ids(sent), replayed(t, b))
		require.NoError(t, b.Ready())
	})
}

func TestAFetchReturnsAsSoonAsThereIsAMessage(t *testing.T) {
	bustest.Each(t, func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		c := b.Consumer(bus.Ledger)
		require.Empty(t, drain(t, c))
		got := make(chan int)
		go func() {
			list, _ := c.Fetch(t.Context(), 100, 3*time.Minute)
			got <- len(list)
		}()
		start := time.Now()
		publish(t, b, some(1))
		require.Equal(t, 1, <-got)
		require.Less(t, time.Since(start), time.Minute)
	})
}

func TestAMessageSentAgainUnderItsIDIsStoredOnce(t *testing.T) {
	bustest.Each(t, func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		sent := some(5)
		publish(t, b, sent)
		publish(t, b, sent)
		require.Len(t, replayed(t, b), 5)
	})
}

func TestAMessageGivenBackComesAgain(t *testing.T) {
	bustest.Each(t, func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		publish(t, b, some(1))
		c := b.Consumer(bus.Notify)
		list, err := c.Fetch(t.Context(), 1, time.Minute)
		require.NoError(t, err)
		require.Len(t, list, 1)
		n, err := c.Outstanding(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, n)

		require.NoError(t, list[0].Nak(0))
		list, err = c.Fetch(t.Context(), 1, time.Minute)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.EqualValues(t, 2, list[0].Deliveries)
		require.NoError(t, list[0].Ack())
		require.Eventually(t, func() bool {
			n, err := c.Outstanding(t.Context())
			return err == nil && n == 0
		}, 60*time.Second, 5*time.Millisecond)
	})
}

func TestAFetchThatIsCutShortGivesBackWhatItHad(t *testing.T) {
	bustest.Each(t, func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		c := b.Consumer(bus.Notify)
		require.Empty(t, drain(t, c))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			_, err := c.Fetch(ctx, 10, 20*time.Second)
			ended <- err
		}()
		cancel()
		require.ErrorIs(t, <-ended, context.Canceled)
		sent := some(3)
		publish(t, b, sent)
		var got []string
		require.Eventually(t, func() bool {
			got = append(got, drain(t, c)...)
			return len(got) == 3
		}, 60*time.Second, 5*time.Millisecond)
		require.ElementsMatch(t, ids(sent), got)
	})
}

func TestAChangeOfSettingsKeepsMessagesAndThePlaceOfAConsumer(t *testing.T) {
	bustest.Each(t, func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		first, second := some(3), some(2)
		publish(t, b, first)
		require.Len(t, drain(t, b.Consumer(bus.Ledger)), 3)

		js := bus.JetStreamForTest(b)
		info, err := js.Stream(t.Context(), bus.Stream)
		require.NoError(t, err)
		old := info.CachedInfo().Config
		old.MaxAge, old.Description = time.Hour, "an older version"
		_, err = js.UpdateStream(t.Context(), old)
		require.NoError(t, err)
		at, err := js.Consumer(t.Context(), bus.Stream, bus.Ledger)
		require.NoError(t, err)
		oldConsumer := at.CachedInfo().Config
		oldConsumer.AckWait = time.Minute
		_, err = js.UpdateConsumer(t.Context(), bus.Stream, oldConsumer)
		require.NoError(t, err)

		require.NoError(t, b.Prepare(t.Context()))
		require.NoError(t, b.Prepare(t.Context()))
		stream, err := js.Stream(t.Context(), bus.Stream)
		require.NoError(t, err)
		now := stream.CachedInfo().Config
		require.Equal(t, 30*24*time.Hour, now.MaxAge)
		require.EqualValues(t, 1<<30, now.MaxBytes)
		require.Equal(t, jetstream.DiscardNew, now.Discard)
		require.Equal(t, 10*time.Minute, now.Duplicates)
		require.Equal(t, []string{"ungcuu.son-la.>"}, now.Subjects)
		at, err = js.Consumer(t.Context(), bus.Stream, bus.Ledger)
		require.NoError(t, err)
		require.Equal(t, 30*time.Second, at.CachedInfo().Config.AckWait)
		publish(t, b, second)
		require.Equal(t, ids(second), drain(t, b.Consumer(bus.Ledger)))
		require.Len(t, replayed(t, b), 5)
	})
}

func TestAFullStreamRefusesAndLosesNothing(t *testing.T) {
	bustest.Each(t, func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		first := some(1)
		publish(t, b, first)
		js := bus.JetStreamForTest(b)
		s, err := js.Stream(t.Context(), bus.Stream)
		require.NoError(t, err)
		small := s.CachedInfo().Config
		small.MaxBytes = 1000
		_, err = js.UpdateStream(t.Context(), small)
		require.NoError(t, err)

		big := some(1)
		big[0].Data = make([]byte, 2000)
		require.Error(t, errors.Join(b.Publish(t.Context(), big)...))
		require.Equal(t, ids(first), replayed(t, b))

		require.NoError(t, b.Prepare(t.Context())) // the right size again
		publish(t, b, big)
		require.Equal(t, append(ids(first), ids(big)...), replayed(t, b))
	})
}

func TestAStreamThatWasDeletedIsMadeAgain(t *testing.T) {
	bustest.Each(t, func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		c := b.Consumer(bus.Ledger)
		publish(t, b, some(1))
		require.Len(t, drain(t, c), 1)
		require.NoError(t, bus.JetStreamForTest(b).DeleteStream(t.Context(), bus.Stream))
		again := some(1)
		require.Error(t, errors.Join(b.Publish(t.Context(), again)...))
		publish(t, b, again)
		var got []string
		require.Eventually(t, func() bool {
			list, err := c.Fetch(t.Context(), 10, 50*time.Millisecond)
			for _, m := range list {
				got = append(got, m.ID)
				require.NoError(t, m.Ack())
			}
			return err == nil && len(got) > 0
		}, 60*time.Second, 5*time.Millisecond)
		require.Equal(t, ids(again), got)
	})
}

func TestMessagesAndPlacesSurviveARestartOfTheProcess(t *testing.T) {
	bustest.Each(t, func(t *testing.T, cfg bus.Config) {
		b := open(t, cfg)
		first, second := some(3), some(2)
		publish(t, b, first)
		require.Len(t, drain(t, b.Consumer(bus.Notify)), 3)
		publish(t, b, second)
		b.Close()
		b.Close()

		b = open(t, cfg)
		require.Equal(t, append(ids(first), ids(second)...), replayed(t, b))
		require.Equal(t, ids(second), drain(t, b.Consumer(bus.Notify)))
		require.Len(t, drain(t, b.Consumer(bus.Ledger)), 5)
	})
}

func TestTheEmbeddedBrokerStoreBelongsToOneProcess(t *testing.T) {
	cfg := bus.Config{DataDir: t.TempDir(), Province: "son-la"}
	first := open(t, cfg)
	_, err := bus.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	require.ErrorIs(t, err, fault.Conflict)
	first.Close()
	open(t, cfg)
	require.DirExists(t, filepath.Join(cfg.DataDir, "jetstream"))
}

func TestTheEmbeddedBrokerOpensNoPort(t *testing.T) {
	b := open(t, bus.Config{DataDir: t.TempDir(), Province: "son-la"})
	require.Nil(t, bus.AddrForTest(b))
}

func TestTheEmbeddedStoreComesBackAfterItWasStopped(t *testing.T) {
	b := open(t, bus.Config{DataDir: t.TempDir(), Province: "son-la"})
	before, after := some(2), some(2)
	publish(t, b, before)
	require.NoError(t, bus.StopStoreForTest(b)) // as the server does when the disk is full
	require.ErrorIs(t, b.Ready(), fault.Unavailable)
	c := b.Consumer(bus.Ledger)
	_, err := c.Fetch(t.Context(), 1, time.Millisecond)
	require.ErrorIs(t, err, fault.Unavailable)

	require.Error(t, errors.Join(b.Publish(t.Context(), after)...))
	publish(t, b, after)
	require.NoError(t, b.Ready())
	require.Equal(t, append(ids(before), ids(after)...), drain(t, c))
}

func TestAnotherProvinceOfTheSameDeskIsAddedToItsOwnBroker(t *testing.T) {
	cfg := bus.Config{DataDir: t.TempDir(), Province: "son-la"}
	b := open(t, cfg)
	publish(t, b, some(1))
	b.Close()
	cfg.Province = "bac-ninh"
	b = open(t, cfg)
	m := some(1)
	m[0].Subject = "ungcuu.bac-ninh.incident.reported"
	publish(t, b, m)
	require.Len(t, replayed(t, b), 2)
}

func TestTheStreamOfAnotherProvinceIsNotTakenOver(t *testing.T) {
	s := bustest.NewServer(t)
	s.Start()
	cfg := s.Config()
	publish(t, open(t, cfg), some(1))
	cfg.Province = "bac-giang"
	other := open(t, cfg)
	require.ErrorIs(t, other.Prepare(t.Context()), fault.Conflict)
	require.ErrorIs(t, other.Ready(), fault.Unavailable)
}

func TestABrokerThatIsAwayDoesNotFailTheStartAndIsUsedWhenItComes(t *testing.T) {
	s := bustest.NewServer(t)
	b := open(t, s.Config())
	require.ErrorIs(t, b.Ready(), fault.Unavailable)
	require.ErrorIs(t, b.Prepare(t.Context()), fault.Unavailable)
	require.ErrorIs(t, errors.Join(b.Publish(t.Context(), some(2))...), fault.Unavailable)
	_, err := b.Consumer(bus.Ledger).Fetch(t.Context(), 1, time.Millisecond)
	require.ErrorIs(t, err, fault.Unavailable)

	s.Start()
	require.Eventually(t, func() bool { return b.Prepare(t.Context()) == nil }, 60*time.Second, 10*time.Millisecond)
	require.NoError(t, b.Ready())
	publish(t, b, some(1))
	require.Len(t, replayed(t, b), 1)
}

func TestWhatWasAcknowledgedSurvivesACrashOfTheBroker(t *testing.T) {
	s := bustest.NewServer(t)
	s.Start()
	b := open(t, s.Config())
	c := b.Consumer(bus.Ledger)
	publish(t, b, some(1))
	require.Len(t, drain(t, c), 1)

	var acked []string
	all := some(2000)
	killed := make(chan struct{})
	for i := 0; i < len(all); i += 50 {
		if i == 1000 {
			go func() { s.Kill(); close(killed) }()
		}
		for k, err := range b.Publish(t.Context(), all[i:i+50]) {
			if err == nil {
				acked = append(acked, all[i+k].ID)
				continue
			}
			require.ErrorIs(t, err, fault.Unavailable)
		}
	}
	<-killed
	require.Eventually(t, func() bool { return fault.Unavailable.In(b.Ready()) }, 60*time.Second, time.Millisecond, "the connection is seen to be broken")
	require.GreaterOrEqual(t, len(acked), 1000)

	s.Start()
	require.Eventually(t, func() bool { return b.Prepare(t.Context()) == nil }, 60*time.Second, 10*time.Millisecond)
	require.Subset(t, replayed(t, b), acked)
	publish(t, b, all) // what was stored is not stored twice
	require.Len(t, replayed(t, b), 2001)
	require.ElementsMatch(t, ids(all), drain(t, c))
}

func TestASettingThatCannotWorkIsAnError(t *testing.T) {
	for name, cfg := range map[string]bus.Config{
		"province":    {Province: "Sơn La", DataDir: t.TempDir()},
		"wildcard":    {Province: "*", DataDir: t.TempDir()},
		"address":     {Province: "son-la", URL: "no address"},
		"credentials": {Province: "son-la", URL: "nats://127.0.0.1:1", CredsFile: "/nowhere/x.creds"},
		"authority":   {Province: "son-la", URL: "nats://127.0.0.1:1", CAFile: "/nowhere/ca.pem"},
	} {
		_, err := bus.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
		require.Error(t, err, name)
	}
}

func BenchmarkPublish(b *testing.B) {
	x, err := bus.Open(b.Context(), bus.Config{DataDir: b.TempDir(), Province: "son-la"}, slog.New(slog.DiscardHandler))
	require.NoError(b, err)
	defer x.Close()
	for b.Loop() {
		list := some(500)
		for i := range list {
			list[i].Data = make([]byte, 900)
		}
		require.NoError(b, errors.Join(x.Publish(b.Context(), list)...))
	}
}
