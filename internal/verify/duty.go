package verify

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// toldDuty is a duty as the last event about it in one chain tells it.
type toldDuty struct {
	chain  string
	seq    int64
	at     time.Time
	dark   bool              // it does not tell: it was redacted, or is older than whole states
	marked bool              // a redaction has left its mark in its texts
	whole  [sha256.Size]byte // of all of it
	bare   [sha256.Size]byte // without its texts
}

// duty notes what an event says of a duty.
func (c *check) duty(e *store.Recorded, told bool) {
	t := toldDuty{chain: e.ChainID, seq: e.Seq, at: e.At, dark: true}
	if told && e.Type == "obligation.moved" {
		var from struct {
			ID string `json:"other_incident_id"`
		}
		if json.Unmarshal([]byte(e.Body), &from) == nil {
			c.left[e.ObjectID] = append(c.left[e.ObjectID], leaving{from.ID, e.At})
		}
	}
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

// leaving is when a merge took a duty out of a chain.
type leaving struct {
	chain string
	at    time.Time
}

// row holds a duty against what the record says of it: one of a case against the chain of its
// case, one of the calendar against that of the agency that owes it.
func (c *check) row(d *incident.Duty) error {
	list := c.duties[d.ID]
	delete(c.duties, d.ID)
	chain := d.OwedByID
	if d.IncidentID != nil {
		chain = *d.IncidentID
	}
	if o := c.owners[chain]; o != nil && !o.seen && (o.Seq != 0 || o.Status != "") || c.broken[chain] {
		return nil // the chain itself was found wanting
	}
	at := Finding{Kind: Disagrees, Chain: chain}
	i := slices.IndexFunc(list, func(t toldDuty) bool { return t.chain == chain })
	if i < 0 {
		c.find(at, say("nghĩa vụ %s (%s) không có trong các sự kiện", "no event tells of the duty %s (%s)", d.Rule, d.ID))
		return nil
	}
	t := list[i]
	at.Seq = t.seq
	same := t.dark || t.whole == d.Digest(true) || (t.marked || d.MarkedRedacted()) && t.bare == d.Digest(false)
	if !same {
		c.find(at, say("nghĩa vụ %s (%s) khác với sự kiện sau cùng về nó", "the duty %s (%s) is not what the last event about it says", d.Rule, d.ID))
	} else if slices.ContainsFunc(c.left[d.ID], func(l leaving) bool { return l.chain == chain && l.at.After(t.at) }) {
		c.find(at, say("nghĩa vụ %s (%s) đã chuyển sang hồ sơ khác theo các sự kiện", "the record says that the duty %s (%s) moved to another case", d.Rule, d.ID))
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
