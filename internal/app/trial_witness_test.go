package app_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/ledger"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// witness is what the database holds, read past the program.
type witness struct {
	*testing.T
	cfg       app.Config
	st        *store.Store
	events    map[string]store.Event // by id
	handovers int
	repeats   int // on the stream

	ofAgencies int // how many of the events
}

// newWitness opens the database beside the program.
func newWitness(t *testing.T, cfg app.Config) *witness {
	t.Helper()
	st, err := store.Open(t.Context(), database(cfg), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return &witness{T: t, cfg: cfg, st: st, events: map[string]store.Event{}}
}

// backlog is how many events the broker does not have yet; -1 when it cannot be told now.
func (r *witness) backlog() int64 {
	n, _, err := r.st.Backlog(r.Context())
	if err != nil {
		return -1
	}
	return n
}

// settle waits until everything that was committed is on the broker and in the ledger, and
// everyone was told whom the clients' doings concern: sent, or held without a mail server.
func (r *witness) settle(limit time.Duration, l *load, mails string) {
	r.Helper()
	await(r.T, limit, "the backlog is empty", func() bool { return r.backlog() == 0 })
	n := storetest.Count(r.T, database(r.cfg), "events")
	await(r.T, limit, "the ledger is complete", func() bool {
		lines, err := ledger.Read(ledger.Path(r.cfg.Data))
		return err == nil && len(lines) >= n
	})
	if l != nil {
		_, total := l.expected()
		done, since := 0, time.Now()
		await(r.T, limit, "the mails are "+mails, func() bool {
			n := storetest.Count(r.T, database(r.cfg), "deliveries WHERE status = '"+mails+"'"+notReceipts)
			if n != done {
				done, since = n, time.Now()
			}
			if n < total && !full() && time.Since(since) > 10*time.Second {
				r.claimsRunOut()
				since = time.Now()
			}
			return n >= total
		})
		r.total("deliveries WHERE TRUE"+notReceipts, total)
	}
}

// claimsRunOut makes the claims of a sender that does not send any more run out now, and not
// in two minutes: it died, or its connection broke before it knew that the claim was its own.
func (r *witness) claimsRunOut() {
	r.Helper()
	now := time.Now().UTC()
	due, err := r.st.DueDeliveries(r.Context(), now.Add(time.Hour), 1000)
	require.NoError(r, err)
	for _, d := range due {
		if d.Status == store.DeliverySending {
			d.NextAt = &now
			require.NoError(r, r.st.SaveDelivery(r.Context(), &d))
		}
	}
}

// check compares the database with itself and with what the clients were answered.
func (r *witness) check(cases []*deskCase) {
	r.Helper()
	titles, duties := map[string]bool{}, 0
	for _, c := range cases {
		n := r.checkCase(c.inc.ID)
		duties += n
		inc, err := r.st.Read(r.Context()).Case(c.inc.ID)
		require.NoError(r, err, "what was answered is there")
		require.Equal(r, c.inc.Code, inc.Code)
		require.Equal(r, c.inc.Version, inc.Version)
		require.Equal(r, c.inc.Status, string(inc.Status))
		require.Equal(r, c.body.Title, inc.Title)
		require.False(r, titles[inc.Title], "%q is there twice", inc.Title)
		titles[inc.Title] = true
		all, err := r.st.Read(r.Context()).HandoversOf(inc.ID)
		require.NoError(r, err)
		require.Len(r, all, len(c.handovers), "the handovers of case %s are those that were answered", inc.ID)
		for i, h := range c.handovers {
			require.Equal(r, h.ID, all[i].ID)
			require.Equal(r, h.Version, all[i].Version)
			require.Equal(r, h.Status, string(all[i].Status))
		}
	}
	r.checkAgencies()
	r.total("incidents", len(cases))
	r.total("handovers", r.handovers)
	r.total("duties WHERE incident_id IS NOT NULL", duties)
	r.total("events", len(r.events))
	r.total("event_payloads", len(r.events))
	r.total("outbox", len(r.events))
	r.total("outbox WHERE published_at IS NULL", 0)
	r.total("idempotency WHERE status = 0", 0)
}

// checkAgencies reads the chains of the agencies: what they owe by the calendar stands there.
func (r *witness) checkAgencies() {
	r.Helper()
	agencies, err := r.st.Read(r.Context()).Agencies()
	require.NoError(r, err)
	r.ofAgencies = 0
	for _, a := range agencies {
		events, err := r.st.Read(r.Context()).Timeline(store.TimelineQuery{IncidentID: a.ID})
		require.NoError(r, err)
		for _, e := range events {
			r.events[e.ID] = e
		}
		r.ofAgencies += len(events)
	}
}

func (r *witness) total(from string, want int) {
	r.Helper()
	require.Equal(r, want, storetest.Count(r.T, database(r.cfg), from), from)
}

// checkCase verifies a chain, and that the case, its handovers and its duties are what their
// events say: nothing was written by half. It returns the number of duties.
func (r *witness) checkCase(id string) int {
	r.Helper()
	tx := r.st.Read(r.Context())
	inc, err := tx.Case(id)
	require.NoError(r, err)
	events, err := tx.Timeline(store.TimelineQuery{IncidentID: id})
	require.NoError(r, err)
	seq, hash := int64(0), audit.Genesis
	version, states, versions := int64(1), map[string]string{}, map[string]int64{}
	for _, e := range events {
		require.NoError(r, audit.Link(entryOf(e), e.Hash, seq, hash))
		require.Equal(r, e.PayloadHash, audit.PayloadHash(e.Salt, []byte(e.Body)), "payload of event %d of %s", e.Seq, id)
		seq, hash = e.Seq, e.Hash
		r.events[e.ID] = e
		if e.Type == "incident.classified" { // follows from the fact it comes with, in the same version
			continue
		}
		var said struct {
			To      string
			Version int64
			Moved   []string // what a merge has taken away
		}
		require.NoError(r, json.Unmarshal([]byte(e.Body), &said))
		if strings.HasPrefix(e.Type, "incident.") && e.Type != "incident.reported" {
			version++
		}
		if said.To != "" {
			states[e.ObjectID] = said.To
		}
		versions[e.ObjectID]++
		if strings.HasSuffix(e.Type, ".moved") {
			versions[e.ObjectID] = said.Version
		}
		if e.Type == "incident.merged" {
			for _, child := range said.Moved {
				delete(states, child)
			}
		}
	}
	require.Equal(r, seq, inc.ChainSeq, "the case's head is its last event")
	require.Equal(r, hash, inc.ChainHash)
	require.Equal(r, version, inc.Version, "one version for each change")
	require.Equal(r, states[id], string(inc.Status))
	delete(states, id)
	handovers, err := tx.HandoversOf(id)
	require.NoError(r, err)
	for _, h := range handovers {
		require.Equal(r, states[h.ID], string(h.Status))
		require.Equal(r, versions[h.ID], h.Version)
		delete(states, h.ID)
	}
	r.handovers += len(handovers)
	duties, err := tx.DutiesOf(id)
	require.NoError(r, err)
	for _, d := range duties {
		require.Equal(r, states[d.ID], string(d.Status))
		delete(states, d.ID)
	}
	reports, err := tx.NationalReportsOf(id)
	require.NoError(r, err)
	for _, n := range reports {
		require.Equal(r, versions[n.ID], n.Version)
		delete(states, n.ID)
	}
	require.Empty(r, states, "events speak of what is not there")
	return len(duties)
}

func entryOf(e store.Event) audit.Entry {
	return audit.Entry{
		SealVersion: e.SealVersion, ID: e.ID, ChainID: e.ChainID, Seq: e.Seq, Type: e.Type,
		ObjectKind: e.ObjectKind, ObjectID: e.ObjectID, ActorID: e.ActorID, AgencyID: e.AgencyID,
		At: e.At, PayloadHash: e.PayloadHash, PrevHash: e.PrevHash,
	}
}

// checkStream reads the broker from its start: every event is there, in order within its
// chain once repeats are dropped. The program must have stopped.
func (r *witness) checkStream() {
	r.Helper()
	b, err := bus.Open(r.Context(), bus.Config{URL: r.cfg.NATSURL, DataDir: r.cfg.Data, Province: "son-la"}, slog.New(slog.DiscardHandler))
	require.NoError(r, err)
	defer b.Close()
	await(r.T, 60*time.Second, "the broker answers", func() bool { return b.Ready() == nil })
	seen, last := map[string]bool{}, map[string]int64{}
	require.NoError(r, b.Replay(r.Context(), func(m bus.Msg) error {
		var e api.Event
		if err := json.Unmarshal(m.Data, &e); err != nil {
			return err
		}
		if seen[e.ID] {
			r.repeats++
			return nil
		}
		seen[e.ID] = true
		if want := strconv.FormatInt(last[e.Subject]+1, 10); e.Sequence != want {
			return fmt.Errorf("chain %s: %s came where %s was next", e.Subject, e.Sequence, want)
		}
		last[e.Subject]++
		if stored, ok := r.events[e.ID]; !ok || stored.Hash != e.Seal || m.ID != e.ID {
			return fmt.Errorf("event %s is not the one that was committed", e.ID)
		}
		return nil
	}))
	require.Len(r, seen, len(r.events), "every event reached the broker")
}

// checkLedger asks for exactly one line for each event and no alarm.
func (r *witness) checkLedger() {
	r.Helper()
	lines, err := ledger.Read(ledger.Path(r.cfg.Data))
	require.NoError(r, err)
	seen := map[string]bool{}
	for i, l := range lines {
		require.Empty(r, l.Alarm, "line %d: %+v", i+1, l)
		require.False(r, seen[l.ID], "event %s has two lines", l.ID)
		seen[l.ID] = true
		e := r.events[l.ID]
		require.Equal(r, []any{e.ChainID, e.Seq, e.Hash, e.PrevHash, int64(i + 1)}, []any{l.Chain, l.Seq, l.Hash, l.Prev, l.N})
	}
	require.Len(r, seen, len(r.events), "every seal is in the ledger")
}

func (r *witness) String() string {
	return fmt.Sprintf("%d cases, %d handovers, %d events, %d repeats on the stream",
		storetest.Count(r.T, database(r.cfg), "incidents"), r.handovers, len(r.events), r.repeats)
}
