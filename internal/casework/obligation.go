package casework

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

func dutySight(by policy.Actor) store.DutySight {
	s := store.DutySight{Case: by.Sight(), Whole: by.InTeam() || by.Has(policy.Auditor)}
	s.AgencyID = s.Case.AgencyID
	return s
}

// Obligations reads the duties of a case; counts alone for a leader.
func (s *Service) Obligations(ctx context.Context, by policy.Actor, incidentID string) ([]incident.Duty, map[incident.DutyStatus]int, error) {
	v, err := s.Get(ctx, by, incidentID)
	if err != nil {
		return nil, nil, err
	}
	tx := s.store.Read(ctx)
	switch v.Parts.Obligations {
	case policy.All:
		list, err := tx.DutiesOf(incidentID)
		slices.SortStableFunc(list, nearestFirst)
		return list, nil, err
	case policy.Counts:
		list, err := tx.DutiesOf(incidentID)
		counts := map[incident.DutyStatus]int{}
		for _, d := range list {
			counts[d.Status]++
		}
		return []incident.Duty{}, counts, err
	default: // its own, also what a merge took elsewhere: it is still owed
		list, err := tx.DutiesUnder(incidentID, dutySight(by))
		if err != nil {
			return nil, nil, err
		}
		slices.SortStableFunc(list, nearestFirst)
		return list, nil, asDebtor(tx, by, list)
	}
}

// nearestFirst puts first what is pending and due soonest; what has no time, and what has ended,
// comes after it.
func nearestFirst(a, b incident.Duty) int {
	rank := func(d incident.Duty) int {
		switch {
		case d.Status != incident.DutyPending:
			return 2
		case d.Limit() == nil:
			return 1
		}
		return 0
	}
	if c := cmp.Compare(rank(a), rank(b)); c != 0 || rank(a) != 0 {
		return c
	}
	return a.Limit().Compare(*b.Limit())
}

// DutyFilter is a question for duties across cases.
type DutyFilter struct {
	Status         []string
	Overdue        *bool
	DueBefore      *time.Time
	Rule, OwedByID string

	Late, OfCase, Exercise *bool
	DueAfter               *time.Time
	AgencyID, ToID, Basis  string
	ByDue                  bool // in the order of the due times, those without one last

	After *store.Position
	Limit int
	Now   time.Time
}

// ListObligations reads the duties of every case in sight.
func (s *Service) ListObligations(ctx context.Context, by policy.Actor, f DutyFilter) (Page[incident.Duty], error) {
	var page Page[incident.Duty]
	tx := s.store.Read(ctx)
	list, err := tx.Duties(store.DutyQuery{
		Sight: dutySight(by), Status: f.Status, Overdue: f.Overdue, DueBefore: f.DueBefore, Rule: f.Rule,
		OwedByID: f.OwedByID, After: f.After, Limit: f.Limit, Now: f.Now,
		Late: f.Late, OfCase: f.OfCase, Exercise: f.Exercise, DueAfter: f.DueAfter, AgencyID: f.AgencyID, ToID: f.ToID,
		Basis: f.Basis, ByDue: f.ByDue,
	})
	if err != nil {
		return page, err
	}
	page.Items, page.Next = cut(list, f.Limit, func(d incident.Duty) store.Position {
		switch {
		case !f.ByDue:
			return store.Position{At: d.StartedAt, ID: d.ID}
		case d.DueAt == nil:
			return store.Position{ID: d.ID, Rest: true}
		}
		return store.Position{At: *d.DueAt, ID: d.ID}
	})
	return page, asDebtor(tx, by, page.Items)
}

// FulfilObligation fulfils by hand a duty that has neither handover nor report: when,
// channel, document.
func (s *Service) FulfilObligation(ctx context.Context, c Call, incidentID, id string, in incident.Fulfil) (incident.Duty, error) {
	var check incident.Checker
	incident.OneOf(&check, "/channel", in.Channel, incident.Channels)
	check.Document("/document", in.Document)
	check.Text("/note", in.Note, false, incident.MaxText)
	if err := check.Err(); err != nil {
		return incident.Duty{}, err
	}
	return s.onDuty(ctx, c, incidentID, id, policy.FulfilDuty, func(cs *incident.Case, d *incident.Duty) ([]incident.Fact, error) {
		if cs != nil {
			in.Detected = &cs.DetectedAt
		}
		return d.Fulfil(in, byOf(c.By), c.At)
	})
}

// WaiveObligation frees from a duty, with a reason; whoever waives cannot close the case.
func (s *Service) WaiveObligation(ctx context.Context, c Call, incidentID, id, reason string) (incident.Duty, error) {
	if err := texts(text{"/reason", reason, true}); err != nil {
		return incident.Duty{}, err
	}
	return s.onDuty(ctx, c, incidentID, id, policy.WaiveDuty, func(_ *incident.Case, d *incident.Duty) ([]incident.Fact, error) {
		return d.Waive(reason, byOf(c.By), c.At)
	})
}

// ReopenObligation takes back what was entered by hand of a duty, or its waiver: it is pending
// again, with its old clock, unless what is there fulfils it.
func (s *Service) ReopenObligation(ctx context.Context, c Call, incidentID, id, reason string) (incident.Duty, error) {
	if err := texts(text{"/reason", reason, true}); err != nil {
		return incident.Duty{}, err
	}
	return s.onDuty(ctx, c, incidentID, id, policy.ReopenDuty, func(cs *incident.Case, d *incident.Duty) ([]incident.Fact, error) {
		return d.Reopen(reason, cs, c.At)
	})
}

// onDuty changes a duty by a rule, which is given its case; nil for a duty without one.
func (s *Service) onDuty(ctx context.Context, c Call, incidentID, id string, act policy.Action,
	rule func(*incident.Case, *incident.Duty) ([]incident.Fact, error)) (incident.Duty, error) {
	if incidentID == "" {
		d, err := s.store.Read(ctx).Duty("", id, dutySight(c.By))
		if err != nil {
			return incident.Duty{}, err
		}
		if d.IncidentID == nil {
			return s.onAgencyDuty(ctx, c, id, act, rule)
		}
		incidentID = *d.IncidentID
	}
	t := target{id: incidentID, action: act, child: id, object: func(tx *store.Tx, o *policy.Object) (err error) {
		o.Duty, err = tx.Duty(incidentID, id, dutySight(c.By))
		return err
	}}
	find := func(cs *incident.Case) *incident.Duty {
		return &cs.Duties[slices.IndexFunc(cs.Duties, func(d incident.Duty) bool { return d.ID == id })]
	}
	cs, err := s.change(ctx, c, t, func(_ *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		return rule(cs, find(cs))
	})
	if err != nil {
		return incident.Duty{}, err
	}
	shown := []incident.Duty{*find(cs)} // with what followed in the same write
	err = asDebtor(s.store.Read(ctx), c.By, shown)
	return shown[0], err
}
