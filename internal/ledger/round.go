package ledger

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// chain is what the ledger knows of one chain. A sequence number without a hash below last
// is a seal that could not be had.
type chain struct {
	last   int64
	hashes map[int64][32]byte
}

func chainOf(chains map[string]*chain, id string) *chain {
	c := chains[id]
	if c == nil {
		c = &chain{hashes: map[int64][32]byte{}}
		chains[id] = c
	}
	return c
}

func (c *chain) set(seq int64, hash string) {
	var sum [32]byte
	if n, err := hex.Decode(sum[:], []byte(hash)); err != nil || n != len(sum) {
		return
	}
	c.hashes[seq] = sum
	c.last = max(c.last, seq)
}

// hash is the known seal of seq in hex; "" when it is not known.
func (c *chain) hash(seq int64) string {
	if seq == 0 {
		return audit.Genesis
	}
	sum, ok := c.hashes[seq]
	if !ok {
		return ""
	}
	return hex.EncodeToString(sum[:])
}

// round is the work of one pass: what to write, what to acknowledge after it, what to keep.
type round struct {
	w     *Worker
	ctx   context.Context
	list  []bus.Msg // everything in hand
	lines []Line
	done  []bus.Msg
	kept  []bus.Msg
	stuck map[string]bool // chains of kept messages
	err   error

	asked   bool
	earlier bool // earlier messages are delivered somewhere and will come again
}

func (r *round) take(m bus.Msg) {
	l, err := seal(m)
	if err != nil {
		r.alarm(Line{Alarm: Unreadable, ID: short(m.ID), Got: short(err.Error())})
		r.done = append(r.done, m)
		return
	}
	if r.stuck[l.Chain] {
		r.keep(m, l.Chain)
		return
	}
	c := chainOf(r.w.chains, l.Chain)
	switch known := c.hash(l.Seq); {
	case known == l.Hash: // a repeat
	case known != "":
		r.alarm(Line{Alarm: Altered, Chain: l.Chain, Seq: l.Seq, ID: l.ID, Expected: known, Got: l.Hash})
	case l.Seq > c.last+1:
		if err := r.fill(c, l); err != nil {
			if !errors.Is(err, errWaiting) && r.err == nil {
				r.err = err
			}
			r.keep(m, l.Chain)
			return
		}
		r.write(c, l)
	default: // the next one, or one that could not be had before
		r.write(c, l)
	}
	r.done = append(r.done, m)
}

// trace shows the writing of each event as a step of its trace.
func (r *round) trace(err error) {
	for _, m := range r.done {
		_, span := r.w.watch.Follow(r.ctx, m.Traceparent, "ledger append", telemetry.Consumer,
			"messaging.system", "nats", "messaging.destination.name", m.Subject, "messaging.message.id", m.ID)
		span.End(err)
	}
}

func (r *round) keep(m bus.Msg, chain string) {
	if r.stuck == nil {
		r.stuck = map[string]bool{}
	}
	r.stuck[chain] = true
	r.kept = append(r.kept, m)
}

func (r *round) alarm(l Line) { r.lines = append(r.lines, l) }

// write adds a seal, and an alarm before it when it does not link to the one before.
func (r *round) write(c *chain, l Line) {
	if prev := c.hash(l.Seq - 1); prev != "" && prev != l.Prev {
		r.alarm(Line{Alarm: Unlinked, Chain: l.Chain, Seq: l.Seq, ID: l.ID, Expected: prev, Got: l.Prev})
	}
	r.lines = append(r.lines, l)
	c.set(l.Seq, l.Hash)
}

// fill writes the seals between the last known one and l from the database. The gap stays an
// alarm, because the broker should have had them.
func (r *round) fill(c *chain, l Line) error {
	if r.toCome() {
		return errWaiting
	}
	from, to := c.last+1, l.Seq-1
	events, err := r.w.store.Read(r.ctx).EventsOf(l.Chain, from, to)
	if err != nil {
		return fmt.Errorf("ledger: chain %s from %d to %d: %w", l.Chain, from, to, err)
	}
	r.alarm(Line{Alarm: Gap, Chain: l.Chain, ID: l.ID, Expected: strconv.FormatInt(from, 10), Got: strconv.FormatInt(l.Seq, 10)})
	missing := func(a, b int64) {
		if a <= b {
			r.alarm(Line{Alarm: Missing, Chain: l.Chain, Expected: strconv.FormatInt(a, 10), Got: strconv.FormatInt(b, 10)})
		}
	}
	next := from
	for _, e := range events {
		missing(next, e.Seq-1)
		next = e.Seq + 1
		if want, err := audit.Seal(entry(e)); err != nil || want != e.Hash {
			r.alarm(Line{Alarm: Altered, Chain: l.Chain, Seq: e.Seq, ID: e.ID, Expected: want, Got: e.Hash, From: fromDatabase})
			continue
		}
		r.write(c, Line{Chain: l.Chain, Seq: e.Seq, ID: e.ID, At: e.At.UTC().Format(audit.TimeLayout),
			Prev: e.PrevHash, Hash: e.Hash, From: fromDatabase})
	}
	missing(next, to)
	return nil
}

// toCome reports whether earlier messages were delivered but not acknowledged, by a process
// that has ended or a connection that broke: then a gap is no gap yet.
func (r *round) toCome() bool {
	if !r.w.heldSince.IsZero() && time.Since(r.w.heldSince) > patience {
		return false
	}
	if !r.asked {
		r.asked = true
		n, err := r.w.consumer.Outstanding(r.ctx)
		if err != nil {
			r.err = err
		}
		r.earlier = err != nil || n > len(r.list)
	}
	return r.earlier
}

// seal reads the message as the line it becomes.
func seal(m bus.Msg) (Line, error) {
	var e api.Event
	if err := json.Unmarshal(m.Data, &e); err != nil {
		return Line{}, fmt.Errorf("no JSON: %w", err)
	}
	id, err := uuid.Parse(e.ID)
	if err != nil {
		return Line{}, fmt.Errorf("id: %w", err)
	}
	chain, err := uuid.Parse(e.Subject)
	if err != nil {
		return Line{}, fmt.Errorf("subject: %w", err)
	}
	seq, err := strconv.ParseInt(e.Sequence, 10, 64)
	if err != nil || seq < 1 {
		return Line{}, fmt.Errorf("sequence %q", e.Sequence)
	}
	for _, h := range []string{e.Seal, e.PrevSeal} {
		if b, err := hex.DecodeString(h); err != nil || len(b) != 32 {
			return Line{}, fmt.Errorf("seal %q", h)
		}
	}
	return Line{Chain: chain.String(), Seq: seq, ID: id.String(), At: short(e.Time),
		Prev: strings.ToLower(e.PrevSeal), Hash: strings.ToLower(e.Seal)}, nil
}

func entry(e store.Event) audit.Entry {
	return audit.Entry{
		SealVersion: e.SealVersion, ID: e.ID, ChainID: e.ChainID, Seq: e.Seq, Type: e.Type,
		ObjectKind: e.ObjectKind, ObjectID: e.ObjectID, ActorID: e.ActorID, AgencyID: e.AgencyID,
		At: e.At, PayloadHash: e.PayloadHash, PrevHash: e.PrevHash,
	}
}

// short bounds what a stranger may write into the ledger.
func short(s string) string {
	if len(s) > 80 {
		return s[:80]
	}
	return s
}
