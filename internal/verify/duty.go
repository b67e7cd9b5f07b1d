package verify

import (
	"crypto/sha256"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// toldDuty is a duty as the last event about it in one chain tells it.
type toldDuty struct {
	chain  string
	seq    int64
	dark   bool              // it does not tell: it was redacted, or is older than whole states
	marked bool              // a redaction has left its mark in its texts
	whole  [sha256.Size]byte // of all of it
	bare   [sha256.Size]byte // without its texts
}

// duty notes what an event says of a duty.
func (c *check) duty(e *store.Recorded, told bool) {
	t := toldDuty{chain: e.ChainID, seq: e.Seq, dark: true}
	if told {
		d, err := incident.DutyTold{DutyID: e.ObjectID, Payload: []byte(e.Body)}.Duty()
		if err == nil && d != nil {
			t.dark, t.marked, t.whole, t.bare = false, d.MarkedRedacted(), d.Digest(true), d.Digest(false)
		}
	}
	list := c.duties[e.ObjectID]
	for i := range list {
		if list[i].chain == e.ChainID {
			list[i] = t
			return
		}
	}
	c.duties[e.ObjectID] = append(list, t)
}

// row holds a duty against what the record says of it: one of a case against the chain of its
// case, one of the calendar against that of any agency that has owed it.
func (c *check) row(d *incident.Duty) error {
	list := c.duties[d.ID]
	delete(c.duties, d.ID)
	chain := d.OwedByID
	if d.IncidentID != nil {
		chain = *d.IncidentID
	}
	if o := c.owners[chain]; o == nil || !o.seen || c.broken[chain] {
		return nil // the chain itself was found wanting
	}
	at := Finding{Kind: Disagrees, Chain: chain}
	for _, t := range list {
		if d.IncidentID != nil && t.chain != chain {
			continue
		}
		if at.Seq = t.seq; t.dark || c.broken[t.chain] || t.whole == d.Digest(true) || (t.marked || d.MarkedRedacted()) && t.bare == d.Digest(false) {
			return nil
		}
	}
	if at.Seq == 0 {
		c.find(at, say("nghĩa vụ %s (%s) không có trong các sự kiện", "no event tells of the duty %s (%s)", d.Rule, d.ID))
	} else {
		c.find(at, say("nghĩa vụ %s (%s) khác với sự kiện sau cùng về nó", "the duty %s (%s) is not what the last event about it says", d.Rule, d.ID))
	}
	return nil
}

// gone tells of the duties that the record knows and the database does not have.
func (c *check) gone() {
	for id, list := range c.duties {
		if t := list[len(list)-1]; !c.broken[t.chain] {
			c.find(Finding{Kind: Disagrees, Chain: t.chain, Seq: t.seq}, say(
				"nghĩa vụ %s có trong các sự kiện mà không có trong cơ sở dữ liệu", "the record knows the duty %s, the database does not have it", id))
		}
	}
}
