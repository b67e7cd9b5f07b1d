// Package directory owns the registry of agencies, contacts and people: its use cases, who
// may do them, and filling it at the first start from the province's regulation. change is the
// only write path; what it does is sealed into the chain of the agency concerned.
package directory

import (
	"context"
	"maps"
	"time"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/record"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Call is one write request.
type Call = record.Call

// Service is the use cases of the registry.
type Service struct {
	store    *store.Store
	recorder record.Recorder
	auth     *authn.Service // nil at the console, which hashes alone and enrols nobody
	console  bool
}

// New makes the use cases of a province, named as in the subjects on NATS.
func New(st *store.Store, province string) *Service {
	return &Service{store: st, recorder: record.New(province)}
}

// WithAuth is the same with the service that hashes passwords in turn and knows second factors.
func (s *Service) WithAuth(auth *authn.Service) *Service {
	c := *s
	c.auth = auth
	return &c
}

// hash returns the hash of a password.
func (s *Service) hash(ctx context.Context, password string) (string, error) {
	if s.auth == nil {
		return authn.HashPassword(password)
	}
	return s.auth.Hash(ctx, password)
}

// AtConsole is the same for whoever has the machine: every event says so, and the console is
// the second person of a grant.
func (s *Service) AtConsole() *Service {
	c := *s
	c.console = true
	return &c
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// day is the civil date of t in Viet Nam.
func day(t time.Time) string { return t.In(regulation.Zone).Format(time.DateOnly) }

// registry is what a change looks at: everything, because its rules look across rows.
type registry struct {
	tx       *store.Tx
	agencies []incident.Agency
	today    string
}

// facts are what a change made true, by the agency whose chain they belong to.
type facts map[string][]incident.Fact

func (f facts) add(agencyID string, list ...incident.Fact) {
	f[agencyID] = append(f[agencyID], list...)
}

// change is the only write path of the registry: one writer at a time reads it, find says what
// the action touches (fault.Absent for what the caller may not see), policy, the key's stored
// answer, then fn, which checks versions, changes and saves. The facts it returns are sealed.
func (s *Service) change(ctx context.Context, c Call, action policy.Action,
	find func(r *registry) (policy.Object, error), fn func(r *registry) (facts, error)) error {
	return s.changeIf(ctx, c, find, func(o policy.Object) error { return policy.Check(c.By, action, o) }, fn)
}

// changeIf is change with what says who may.
func (s *Service) changeIf(ctx context.Context, c Call, find func(r *registry) (policy.Object, error),
	may func(o policy.Object) error, fn func(r *registry) (facts, error)) error {
	return s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		if err := tx.LockRegistry(); err != nil {
			return err
		}
		list, err := tx.Agencies()
		if err != nil {
			return err
		}
		r := &registry{tx: tx, agencies: list, today: day(c.At)}
		o, err := find(r)
		if err != nil {
			return err
		}
		if err := may(o); err != nil {
			return err
		}
		if err := c.Claim(tx); err != nil {
			return err
		}
		made, err := fn(r)
		if err != nil {
			return err
		}
		return s.seal(r, c, made)
	})
}

func (s *Service) seal(r *registry, c Call, made facts) error {
	for i := range r.agencies {
		a := &r.agencies[i]
		list := made[a.ID]
		if len(list) == 0 {
			continue
		}
		if s.console {
			for j := range list {
				list[j].Full = maps.Clone(list[j].Full)
				list[j].Full["via"] = "console"
			}
		}
		by := incident.By{UserID: c.By.UserID, AgencyID: c.By.AgencyID, Name: c.By.FullName}
		events, err := s.recorder.Seal(record.OfAgency(a), by, c.At, list)
		if err != nil {
			return err
		}
		if err := r.tx.SaveChain(a); err != nil {
			return err
		}
		if err := r.tx.AppendEvents(events); err != nil {
			return err
		}
	}
	return nil
}

// agency finds an agency of the registry; fault.Absent when there is none.
func (r *registry) agency(id string) (*incident.Agency, error) {
	if a := incident.AgencyOf(r.agencies, id); a != nil {
		return a, nil
	}
	return nil, fault.Absent()
}

// anywhere is for actions that touch nothing that exists yet.
func anywhere(*registry) (policy.Object, error) { return policy.Object{}, nil }

// Entry is one event of an agency's chain.
type Entry struct {
	store.Event
	ActorName string
	Data      []byte // the payload as JSON; nil once redacted, and where it is not the reader's
}

// History reads the chain of an agency, in order, for administrators and auditors. more says
// that it goes on.
func (s *Service) History(ctx context.Context, by policy.Actor, agencyID string, afterSeq int64, limit int) (list []Entry, more bool, err error) {
	tx := s.store.Read(ctx)
	if _, err := tx.Agency(agencyID); err != nil {
		return nil, false, err
	}
	if err := policy.Check(by, policy.ReadHistory, policy.Object{}); err != nil {
		return nil, false, err
	}
	events, err := tx.Timeline(store.TimelineQuery{IncidentID: agencyID, AfterSeq: afterSeq, Limit: limit})
	if err != nil {
		return nil, false, err
	}
	if more = len(events) > limit; more {
		events = events[:limit]
	}
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ActorID
	}
	people, err := tx.Users(ids)
	if err != nil {
		return nil, false, err
	}
	list = make([]Entry, len(events))
	for i, e := range events {
		list[i] = Entry{Event: e, ActorName: people[e.ActorID].FullName}
		if e.ActorID == incident.DeskID {
			list[i].ActorName = incident.DeskName
		}
		// What an agency does of its duties is for the team, for auditors and for itself.
		if e.Body != "" && (e.ObjectKind != "obligation" || by.Has(policy.Auditor)) {
			list[i].Data = []byte(e.Body)
		}
	}
	return list, more, nil
}
