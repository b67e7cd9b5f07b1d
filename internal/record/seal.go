// Package record owns what every recorded write shares: the request itself, and how the facts
// it made true become the next sealed events of a chain, each with its thin message.
package record

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Recorder seals the events of one province.
type Recorder struct{ slug string }

// New makes the recorder of a province, named as in the subjects on NATS.
func New(slug string) Recorder { return Recorder{slug} }

// Chain is the owner of a chain: a case, or an agency for what belongs to no case. The head
// stands in the owner's row, which whoever seals has locked and must save.
type Chain struct {
	id     string
	seq    *int64
	hash   *string
	branch string         // of the subject on NATS, before the type
	data   map[string]any // what every message of the chain says
}

// OfCase is the chain of a case. Cases for named people have a branch of their own on NATS, so that
// a consumer can be kept away from them.
func OfCase(inc *incident.Incident) Chain {
	c := Chain{
		id: inc.ID, seq: &inc.ChainSeq, hash: &inc.ChainHash,
		data: map[string]any{"incident_id": inc.ID, "code": inc.Code, "exercise": inc.Exercise},
	}
	if inc.ForNamed() {
		c.branch = "restricted."
	}
	return c
}

// OfAgency is the chain of an agency.
func OfAgency(a *incident.Agency) Chain {
	return Chain{id: a.ID, seq: &a.ChainSeq, hash: &a.ChainHash}
}

// Seal turns facts into the next events of the chain and moves its head.
func (r Recorder) Seal(c Chain, by incident.By, at time.Time, facts []incident.Fact) ([]store.Event, error) {
	events := make([]store.Event, 0, len(facts))
	for _, f := range facts {
		body, err := audit.Canonical(f.Full)
		if err != nil {
			return nil, err
		}
		salt := newSalt()
		e := audit.Entry{
			SealVersion: audit.Version, ID: uuid.Must(uuid.NewV7()).String(), ChainID: c.id, Seq: *c.seq + 1, Type: f.Type,
			ObjectKind: f.ObjectKind, ObjectID: f.ObjectID, ActorID: by.UserID, AgencyID: by.AgencyID,
			At: at, PayloadHash: audit.PayloadHash(salt, body), PrevHash: *c.hash,
		}
		hash, err := audit.Seal(e)
		if err != nil {
			return nil, err
		}
		message, err := r.message(c, e, hash, f)
		if err != nil {
			return nil, err
		}
		events = append(events, store.Event{
			ID: e.ID, ChainID: e.ChainID, Seq: e.Seq, Type: e.Type, ObjectKind: e.ObjectKind, ObjectID: e.ObjectID,
			ActorID: e.ActorID, AgencyID: e.AgencyID, At: e.At, PayloadHash: e.PayloadHash, SealVersion: e.SealVersion,
			PrevHash: e.PrevHash, Hash: hash, Salt: salt, Body: string(body),
			Subject: "ungcuu." + r.slug + "." + c.branch + f.Type, Message: message,
		})
		*c.seq, *c.hash = e.Seq, hash
	}
	return events, nil
}

func newSalt() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: crypto/rand aborts the program instead
	return hex.EncodeToString(b)
}

// message is the thin CloudEvent: what Thin names, and nothing else of the fact.
func (r Recorder) message(c Chain, e audit.Entry, hash string, f incident.Fact) (string, error) {
	data := maps.Clone(f.Thin)
	if data == nil {
		data = map[string]any{}
	}
	maps.Copy(data, c.data)
	data["object_id"], data["agency_id"] = f.ObjectID, e.AgencyID
	thin, err := api.NewEventData(e.Type, data)
	if err != nil {
		return "", fmt.Errorf("record: %w", err)
	}
	ev := api.Event{
		SpecVersion: "1.0", ID: e.ID, Source: "/ungcuu/" + r.slug, Type: e.Type, Subject: c.id,
		Time: e.At.Format(audit.TimeLayout), DataContentType: "application/json",
		Sequence: strconv.FormatInt(e.Seq, 10), SequenceType: "Integer",
		SealVersion: e.SealVersion, Seal: hash, PrevSeal: e.PrevHash, Data: thin,
	}
	out, err := json.Marshal(ev)
	return string(out), err
}
