package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
	"github.com/ungcuu/ungcuu/internal/telemetry/telemetrytest"
)

// desk is a worker with what stands around it.
type desk struct {
	*Worker
	t    *testing.T
	st   *store.Store
	bus  *bus.Bus
	dir  string
	said *telemetrytest.Log
}

// each runs f on both databases with both kinds of broker.
func each(t *testing.T, f func(d *desk)) {
	for _, broker := range bustest.Kinds() {
		t.Run(broker.Name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) { f(newDesk(t, st, broker.New(t))) })
		})
	}
}

func newDesk(t *testing.T, st *store.Store, cfg bus.Config) *desk {
	b, err := bus.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(b.Close)
	d := &desk{t: t, st: st, bus: b, dir: t.TempDir()}
	d.start()
	return d
}

// start puts a new worker in the place of the old one, as a new process would.
func (d *desk) start() {
	d.said = &telemetrytest.Log{}
	d.Worker = New(d.st, d.bus, d.dir, nil, d.said.Logger())
	d.wait = 100 * time.Millisecond
	d.t.Cleanup(d.Worker.close)
}

func (d *desk) mustPass() {
	d.t.Helper()
	require.NoError(d.t, d.pass(d.t.Context()))
}

// publish returns when one pass takes all of it. A worker must not run meanwhile.
func (d *desk) publish(events ...store.Event) {
	d.t.Helper()
	bustest.Publish(d.t, d.bus, bus.Ledger, messages(events)...)
}

func messages(events []store.Event) (list []bus.Message) {
	for _, e := range events {
		list = append(list, bus.Message{Subject: e.Subject, ID: e.ID, Data: []byte(e.Message)})
	}
	return list
}

// again publishes e under another message id, as after the time in which the broker knows
// repeats.
func (d *desk) again(e store.Event) {
	d.t.Helper()
	e.ID = uuid.NewString()
	d.publish(e)
}

func (d *desk) commit(events ...store.Event) {
	d.t.Helper()
	require.NoError(d.t, d.st.Write(d.t.Context(), func(_ context.Context, tx *store.Tx) error { return tx.AppendEvents(events) }))
}

func (d *desk) lines() []Line {
	d.t.Helper()
	lines, err := Read(d.path)
	require.NoError(d.t, err)
	for i, l := range lines {
		require.EqualValues(d.t, i+1, l.N)
	}
	return lines
}

func (d *desk) outstanding() int {
	n, err := d.bus.Consumer(bus.Ledger).Outstanding(d.t.Context())
	require.NoError(d.t, err)
	return n
}

// settles waits until n messages are delivered and not acknowledged: an ack is on its way to the
// broker when the worker is done.
func (d *desk) settles(n int) {
	d.t.Helper()
	require.Eventually(d.t, func() bool { return d.outstanding() == n }, 60*time.Second, 5*time.Millisecond)
}

// chainOfEvents makes n sealed events of one chain.
func chainOfEvents(t *testing.T, n int) []store.Event {
	t.Helper()
	chain, prev := uuid.NewString(), audit.Genesis
	var list []store.Event
	for seq := int64(1); seq <= int64(n); seq++ {
		e := sealed(t, chain, seq, prev)
		list = append(list, e)
		prev = e.Hash
	}
	return list
}

func sealed(t *testing.T, chain string, seq int64, prev string) store.Event {
	t.Helper()
	at := time.Now().UTC().Truncate(time.Microsecond)
	e := audit.Entry{
		SealVersion: audit.Version, ID: uuid.Must(uuid.NewV7()).String(), ChainID: chain, Seq: seq,
		Type: "incident.reported", ObjectKind: "incident", ObjectID: chain,
		ActorID: uuid.NewString(), AgencyID: uuid.NewString(), At: at,
		PayloadHash: audit.PayloadHash("salt", []byte("{}")), PrevHash: prev,
	}
	hash, err := audit.Seal(e)
	require.NoError(t, err)
	message, err := json.Marshal(api.Event{
		SpecVersion: "1.0", ID: e.ID, Type: e.Type, Subject: chain, Time: at.Format(audit.TimeLayout),
		Sequence: strconv.FormatInt(seq, 10), SequenceType: "Integer", SealVersion: 1, Seal: hash, PrevSeal: prev,
	})
	require.NoError(t, err)
	return store.Event{
		ID: e.ID, ChainID: chain, Seq: seq, Type: e.Type, ObjectKind: e.ObjectKind, ObjectID: e.ObjectID,
		ActorID: e.ActorID, AgencyID: e.AgencyID, At: at, PayloadHash: e.PayloadHash, SealVersion: e.SealVersion,
		PrevHash: prev, Hash: hash, Salt: "salt", Body: "{}",
		Subject: "ungcuu.son-la.incident.reported", Message: string(message),
	}
}

// lineOf is how e stands in the ledger.
func lineOf(n int, e store.Event, from string) Line {
	return Line{N: int64(n), Chain: e.ChainID, Seq: e.Seq, ID: e.ID, At: e.At.Format(audit.TimeLayout),
		Prev: e.PrevHash, Hash: e.Hash, From: from}
}

func TestEveryEventIsOneLineAndARepeatIsNone(t *testing.T) {
	each(t, func(d *desk) {
		a, b := chainOfEvents(d.t, 3), chainOfEvents(d.t, 2)
		d.publish(a[0], b[0], a[1], a[2], b[1])
		d.mustPass()
		want := []Line{lineOf(1, a[0], ""), lineOf(2, b[0], ""), lineOf(3, a[1], ""), lineOf(4, a[2], ""), lineOf(5, b[1], "")}
		require.Equal(d.t, want, d.lines())
		d.settles(0)

		d.again(a[1])
		d.mustPass()
		require.Equal(d.t, want, d.lines())

		d.close()
		d.start() // what it knows it reads from the file
		d.again(b[0])
		d.mustPass()
		require.Equal(d.t, want, d.lines())
	})
}

func TestATornLastLineIsCutOffAndItsEventComesAgain(t *testing.T) {
	each(t, func(d *desk) {
		a := chainOfEvents(d.t, 2)
		d.publish(a[0])
		d.mustPass()
		d.close()
		f, err := os.OpenFile(d.path, os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(d.t, err)
		_, err = f.WriteString("{\"n\":2,\"chain\":\"\x00\x00\x00\n" + `{"n":3,"chain":"` + a[1].ChainID)
		require.NoError(d.t, err)
		require.NoError(d.t, f.Close())

		d.start()
		d.publish(a[1])
		d.mustPass()
		require.Equal(d.t, []Line{lineOf(1, a[0], ""), lineOf(2, a[1], "")}, d.lines())
		require.Equal(d.t, 1, d.said.Count("torn line"))
		require.Zero(d.t, d.said.Count("alarm"))
	})
}

func TestALineThatWasDamagedIsToldAndShownByRead(t *testing.T) {
	each(t, func(d *desk) {
		a := chainOfEvents(d.t, 4)
		d.publish(a[:3]...)
		d.mustPass()
		d.close()
		raw, err := os.ReadFile(d.path)
		require.NoError(d.t, err)
		rows := bytes.SplitAfter(raw, []byte("\n"))
		rows[1] = []byte("scribbled over\n")
		require.NoError(d.t, os.WriteFile(d.path, bytes.Join(rows, nil), 0o600))

		d.start()
		d.publish(a[3])
		d.mustPass()
		lines, err := Read(d.path)
		require.NoError(d.t, err)
		require.Equal(d.t, []Line{lineOf(1, a[0], ""), {Alarm: Damaged}, lineOf(3, a[2], ""), lineOf(4, a[3], "")}, lines)
		require.Equal(d.t, 1, d.said.Count("cannot be read"))
	})
}

func TestAnEventWithAnotherSealThanBeforeIsAnAlarm(t *testing.T) {
	each(t, func(d *desk) {
		a := chainOfEvents(d.t, 2)
		d.publish(a...)
		d.mustPass()
		forged := sealed(d.t, a[0].ChainID, 1, audit.Genesis)
		d.publish(forged)
		d.mustPass()
		lines := d.lines()
		require.Len(d.t, lines, 3)
		require.Equal(d.t, Line{N: 3, Alarm: Altered, Chain: a[0].ChainID, Seq: 1, ID: forged.ID, Expected: a[0].Hash, Got: forged.Hash}, lines[2])
		require.Equal(d.t, 1, d.said.Count("level=ERROR"))

		d.close()
		d.start() // the first seal stays the one that counts
		d.again(a[0])
		d.mustPass()
		require.Len(d.t, d.lines(), 3)
	})
}

func TestAnEventThatDoesNotLinkToTheSealBeforeItIsAnAlarm(t *testing.T) {
	each(t, func(d *desk) {
		a := chainOfEvents(d.t, 1)
		d.publish(a...)
		other := sealed(d.t, a[0].ChainID, 2, strings.Repeat("a", 64))
		d.publish(other)
		d.mustPass()
		require.Equal(d.t, []Line{
			lineOf(1, a[0], ""),
			{N: 2, Alarm: Unlinked, Chain: a[0].ChainID, Seq: 2, ID: other.ID, Expected: a[0].Hash, Got: other.PrevHash},
			lineOf(3, other, ""),
		}, d.lines())
	})
}

func TestAGapIsAnAlarmAndIsFilledFromTheDatabase(t *testing.T) {
	each(t, func(d *desk) {
		a := chainOfEvents(d.t, 5)
		d.commit(a...)
		d.publish(a[0], a[4])
		d.mustPass()
		want := []Line{
			lineOf(1, a[0], ""),
			{N: 2, Alarm: Gap, Chain: a[0].ChainID, ID: a[4].ID, Expected: "2", Got: "5"},
			lineOf(3, a[1], fromDatabase), lineOf(4, a[2], fromDatabase), lineOf(5, a[3], fromDatabase),
			lineOf(6, a[4], ""),
		}
		require.Equal(d.t, want, d.lines())
		d.publish(a[2]) // late: a repeat
		d.mustPass()
		require.Equal(d.t, want, d.lines())
	})
}

func TestWhatTheDatabaseDoesNotHaveEitherStaysAnAlarm(t *testing.T) {
	each(t, func(d *desk) {
		a := chainOfEvents(d.t, 6)
		d.commit(a[2])
		d.publish(a[0], a[5])
		d.mustPass()
		gap := func(n int, alarm Alarm, id, expected, got string) Line {
			return Line{N: int64(n), Alarm: alarm, Chain: a[0].ChainID, ID: id, Expected: expected, Got: got}
		}
		want := []Line{
			lineOf(1, a[0], ""),
			gap(2, Gap, a[5].ID, "2", "6"),
			gap(3, Missing, "", "2", "2"),
			lineOf(4, a[2], fromDatabase),
			gap(5, Missing, "", "4", "5"),
			lineOf(6, a[5], ""),
		}
		require.Equal(d.t, want, d.lines())
		d.publish(a[1]) // what was missing comes after all
		d.mustPass()
		require.Equal(d.t, append(want, lineOf(7, a[1], "")), d.lines())
	})
}

func TestASealThatWasChangedInTheDatabaseIsNotTakenOver(t *testing.T) {
	each(t, func(d *desk) {
		a := chainOfEvents(d.t, 3)
		changed := a[1]
		changed.AgencyID = uuid.NewString()
		d.commit(changed)
		d.publish(a[0], a[2])
		d.mustPass()
		lines := d.lines()
		require.Len(d.t, lines, 4)
		require.Equal(d.t, Altered, lines[2].Alarm)
		require.Equal(d.t, a[1].Hash, lines[2].Got)
		require.Equal(d.t, lineOf(4, a[2], ""), lines[3])
	})
}

func TestAnEventWhoseForerunnersAreOnTheirWayAgainWaitsForThem(t *testing.T) {
	each(t, func(d *desk) {
		a := chainOfEvents(d.t, 4)
		b := chainOfEvents(d.t, 1)
		d.publish(a[:2]...)
		// A process took two events and died before it acknowledged them.
		dead, err := d.bus.Consumer(bus.Ledger).Fetch(d.t.Context(), 10, time.Second)
		require.NoError(d.t, err)
		require.Len(d.t, dead, 2)
		d.publish(a[2], b[0], a[3])
		d.mustPass()
		require.Equal(d.t, []Line{lineOf(1, b[0], "")}, d.lines(), "another chain does not wait")
		for _, m := range dead {
			require.NoError(d.t, m.Nak(0))
		}
		require.Eventually(d.t, func() bool {
			d.mustPass()
			return len(d.lines()) == 5
		}, 60*time.Second, time.Millisecond)
		require.Equal(d.t, []Line{
			lineOf(1, b[0], ""), lineOf(2, a[0], ""), lineOf(3, a[1], ""), lineOf(4, a[2], ""), lineOf(5, a[3], ""),
		}, d.lines())
		require.Zero(d.t, d.said.Count("alarm"))
	})
}

func TestAGapWaitsForADatabaseThatIsAway(t *testing.T) {
	each(t, func(d *desk) {
		a := chainOfEvents(d.t, 3)
		d.commit(a...)
		away, err := store.Open(d.t.Context(), store.Config{DataDir: d.t.TempDir(), DatabaseURL: "postgres://nobody@127.0.0.1:1/none?connect_timeout=1"}, slog.New(slog.DiscardHandler))
		require.NoError(d.t, err)
		defer away.Close()
		d.store = away
		d.publish(a[0], a[2])
		require.ErrorIs(d.t, d.pass(d.t.Context()), fault.Unavailable)
		require.Equal(d.t, []Line{lineOf(1, a[0], "")}, d.lines())
		d.settles(1)

		d.store = d.st
		d.mustPass()
		lines := d.lines()
		require.Len(d.t, lines, 4)
		require.Equal(d.t, lineOf(3, a[1], fromDatabase), lines[2])
		require.Equal(d.t, lineOf(4, a[2], ""), lines[3])
	})
}

func TestAMessageThatIsNoEventIsAnAlarmAndNoObstacle(t *testing.T) {
	each(t, func(d *desk) {
		a := chainOfEvents(d.t, 1)
		bad := a[0]
		bad.ID, bad.Message = uuid.NewString(), `{"id":"`+strings.Repeat("x", 5000)+`"}`
		d.publish(bad, a[0])
		d.mustPass()
		lines := d.lines()
		require.Len(d.t, lines, 2)
		require.Equal(d.t, Unreadable, lines[0].Alarm)
		require.Less(d.t, len(lines[0].Got), 100)
		require.Equal(d.t, lineOf(2, a[0], ""), lines[1])
		d.settles(0)
	})
}

func TestTwoProcessesNeverWriteTheSameLedger(t *testing.T) {
	each(t, func(d *desk) {
		a := chainOfEvents(d.t, 2)
		d.publish(a[0])
		d.mustPass()
		d.settles(0)
		second := New(d.st, d.bus, d.dir, nil, slog.New(slog.DiscardHandler))
		second.wait = 100 * time.Millisecond
		defer second.close()
		d.publish(a[1])
		require.ErrorIs(d.t, second.pass(d.t.Context()), fault.Busy)
		require.Zero(d.t, d.outstanding(), "who does not write takes no event")
		d.close()
		require.NoError(d.t, second.pass(d.t.Context()))
		require.Equal(d.t, []Line{lineOf(1, a[0], ""), lineOf(2, a[1], "")}, d.lines())
	})
}

func TestAWriteThatFailsAcknowledgesNothingAndIsUndone(t *testing.T) {
	each(t, func(d *desk) {
		a := chainOfEvents(d.t, 3)
		d.publish(a[0])
		d.mustPass()
		d.publish(a[1], a[2])
		full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
		require.NoError(d.t, err)
		good := d.file.f
		d.file.f = full
		require.Error(d.t, d.pass(d.t.Context()))
		d.settles(2)
		require.NoError(d.t, full.Close())
		d.file.f = good
		_, err = good.WriteAt([]byte(`{"n":2,"chain":"half`), d.file.size) // what reached the disk of it
		require.NoError(d.t, err)

		d.mustPass()
		require.Equal(d.t, []Line{lineOf(1, a[0], ""), lineOf(2, a[1], ""), lineOf(3, a[2], "")}, d.lines())
		d.settles(0)
	})
}

func TestTheLedgerRunsOverAnOutageOfTheBrokerAndEndsWithItsContext(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		s := bustest.NewServer(t)
		s.Start()
		d := newDesk(t, st, s.Config())
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		a := chainOfEvents(t, 40)
		send := func(events []store.Event) {
			for _, m := range messages(events) {
				require.NoError(t, errors.Join(d.bus.Publish(t.Context(), []bus.Message{m})...))
			}
		}
		send(a[:20])
		require.Eventually(t, func() bool { return len(d.lines()) == 20 }, 60*time.Second, 5*time.Millisecond)
		s.Kill()
		require.Eventually(t, func() bool { return d.said.Count("stands still") == 1 }, 60*time.Second, 5*time.Millisecond)
		s.Start()
		require.Eventually(t, func() bool { return d.said.Count("goes on") == 1 }, 60*time.Second, 5*time.Millisecond)
		send(a[20:])
		require.Eventually(t, func() bool { return len(d.lines()) == 40 }, 60*time.Second, 5*time.Millisecond)
		cancel()
		require.NoError(t, <-ended)
		for i, l := range d.lines() {
			require.Equal(t, lineOf(i+1, a[i], ""), l)
		}
		require.Equal(t, 1, d.said.Count("stands still"))
	})
}
