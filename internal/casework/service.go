// Package casework owns the use cases of a case: who asks, what rule is called, what is
// written with it. change is the only write path to a case.
package casework

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/record"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Service is the use cases of a case.
type Service struct {
	store    *store.Store
	province regulation.Province
	recorder record.Recorder
	log      *slog.Logger

	calendar     sync.Mutex
	calendarSeen calendarSeen
}

// New makes the use cases for a province.
func New(st *store.Store, province regulation.Province, log *slog.Logger) *Service {
	return &Service{store: st, province: province, recorder: record.New(province.Slug), log: log}
}

// Call is one write request.
type Call = record.Call

// CaseView is a case as one reader sees it: Parts says which of its fields are theirs.
type CaseView struct {
	*incident.Incident
	Parts  policy.Parts
	People []string // named people of a restricted case
	// HidesTarget: the case was merged into one that the reader does not see.
	HidesTarget bool
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func byOf(a policy.Actor) incident.By {
	return incident.By{UserID: a.UserID, AgencyID: a.AgencyID, Name: a.FullName}
}

// day is the civil date of t in Viet Nam.
func day(t time.Time) string { return t.In(regulation.Zone).Format(time.DateOnly) }

// target is what a write touches: how the case is found, and which action must be allowed.
type target struct {
	id     string
	action policy.Action
	// other is a second case that changes with the first; "" when there is none.
	other string
	// child is the handover, duty or national report of which sight is asked, and not of the
	// case; object loads it. A merge may have moved it: then the case in which it lies is changed.
	child string
	// object adds to what policy looks at; nil when that is the case alone.
	object func(tx *store.Tx, o *policy.Object) error
	// also is what single fields of the input need beyond the action; nil when nothing.
	also func(o policy.Object) error
	// version is the version If-Match must name; nil: none is asked for.
	version func(o policy.Object) int64
}

func caseVersion(o policy.Object) int64 { return o.Incident.Version }

// change is the only write path to a case. In one transaction: lock the case, sight, policy,
// the key's stored answer, the version, the rule fn, save, record. fn returns the facts it
// made true; none means that nothing changed.
func (s *Service) change(ctx context.Context, c Call, t target,
	fn func(tx *store.Tx, cs *incident.Case, o policy.Object) ([]incident.Fact, error)) (*incident.Case, error) {
	return s.changeBoth(ctx, c, t, func(tx *store.Tx, cs, _ *incident.Case, o policy.Object) (both, error) {
		facts, err := fn(tx, cs, o)
		return both{facts: facts}, err
	})
}

// both is what became true in the case, and in the other one that changed with it.
type both struct{ facts, others []incident.Fact }

// changeBoth is change for a case and t.other, each locked in the order of their ids. The
// other is nil for fn when it is absent, or not the caller's to see.
func (s *Service) changeBoth(ctx context.Context, c Call, t target,
	fn func(tx *store.Tx, cs, other *incident.Case, o policy.Object) (both, error)) (*incident.Case, error) {
	var out *incident.Case
	err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		inc, second, err := lock(tx, c.By, t)
		if err != nil {
			return err
		}
		o := policy.Object{Incident: inc}
		if t.object != nil {
			if err := t.object(tx, &o); err != nil {
				return err
			}
		}
		if err := policy.Check(c.By, t.action, o); err != nil {
			return err
		}
		if t.also != nil {
			if err := t.also(o); err != nil {
				return err
			}
		}
		if err := c.Claim(tx); err != nil {
			return err
		}
		if t.child != "" && childCase(o) != inc.ID { // merged on while this request waited
			return movedOn(t.version != nil)
		}
		if t.version != nil {
			if err := c.Saw(t.version(o)); err != nil {
				return err
			}
		}
		cs, err := load(tx, inc)
		if err != nil {
			return err
		}
		out = cs
		var other *incident.Case
		before, beforeOther := snapshot(cs), versions{}
		if second != nil {
			if other, err = load(tx, second); err != nil {
				return err
			}
			beforeOther = snapshot(other)
			before.share(&beforeOther)
		}
		made, err := fn(tx, cs, other, o)
		if err != nil {
			return err
		}
		if len(made.facts) > 0 {
			if err := s.save(tx, c, cs, before, made.facts); err != nil {
				return err
			}
		}
		if len(made.others) > 0 {
			return s.save(tx, c, other, beforeOther, made.others)
		}
		return nil
	})
	return out, err
}

// lock locks the case, and the other one of the target, in the order of their ids: whoever
// locks two cases waits for the second only behind someone who has both.
func lock(tx *store.Tx, by policy.Actor, t target) (inc, other *incident.Incident, err error) {
	if t.child != "" {
		at, err := tx.CaseOf(t.id, t.child)
		if err != nil {
			return nil, nil, err
		}
		inc, err = tx.LockCase(at)
		return inc, nil, err
	}
	second := func() error {
		var err error
		if other, err = tx.LockIncident(t.other, by.Sight()); fault.NotFound.In(err) {
			return nil
		}
		return err
	}
	if t.other != "" && t.other < t.id {
		if err := second(); err != nil {
			return nil, nil, err
		}
	}
	if inc, err = tx.LockIncident(t.id, by.Sight()); err != nil {
		return nil, nil, err
	}
	if t.other > t.id {
		err = second()
	}
	return inc, other, err
}

// movedOn refuses a write to what a merge has just taken elsewhere: stale where a version was
// asked for, else a conflict.
func movedOn(versioned bool) error {
	text := fault.Text{
		VI: "Hồ sơ vừa được gộp vào hồ sơ khác. Hãy đọc lại rồi thực hiện.",
		EN: "The case has just been merged into another. Read it again.",
	}
	if versioned {
		return fault.New(fault.Stale, text.VI, text.EN)
	}
	return fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "just_merged", Text: text})
}

// childCase is the case in which the child of the object lies.
func childCase(o policy.Object) string {
	switch {
	case o.Handover != nil:
		return o.Handover.IncidentID
	case o.Duty != nil:
		if o.Duty.IncidentID != nil {
			return *o.Duty.IncidentID
		}
	case o.Report != nil:
		return o.Report.IncidentID
	}
	return ""
}

func load(tx *store.Tx, inc *incident.Incident) (*incident.Case, error) {
	cs := &incident.Case{Incident: inc}
	var err error
	if cs.Handovers, err = tx.HandoversOf(inc.ID); err != nil {
		return nil, err
	}
	if cs.Duties, err = tx.DutiesOf(inc.ID); err != nil {
		return nil, err
	}
	if cs.Reports, err = tx.NationalReportsOf(inc.ID); err != nil {
		return nil, err
	}
	cs.Participants, err = tx.ParticipantsOf(inc.ID)
	return cs, err
}

// versions remembers what was loaded, to save only what a rule changed.
type versions struct {
	incident  int64
	handovers map[string]int64
	duties    map[string]incident.Duty // whole: a duty has no version
	reports   map[string]int64
	was       incident.Incident // its fields are replaced by a change, and not changed within
	decided   *time.Time
	sights    []incident.Sight
}

func snapshot(cs *incident.Case) versions {
	v := versions{
		incident: cs.Version, handovers: map[string]int64{}, duties: map[string]incident.Duty{},
		reports: map[string]int64{}, was: *cs.Incident, decided: cs.DecidedAt(), sights: cs.Sights(),
	}
	for _, h := range cs.Handovers {
		v.handovers[h.ID] = h.Version
	}
	for _, d := range cs.Duties {
		v.duties[d.ID] = d
	}
	for _, r := range cs.Reports {
		v.reports[r.ID] = r.Version
	}
	return v
}

// share lets either case of two save children that were loaded with the other.
func (v versions) share(o *versions) {
	maps.Copy(v.handovers, o.handovers)
	maps.Copy(v.duties, o.duties)
	maps.Copy(v.reports, o.reports)
	o.handovers, o.duties, o.reports = v.handovers, v.duties, v.reports
}

// save writes what the rule changed, the duties that follow, and the record of it all.
func (s *Service) save(tx *store.Tx, c Call, cs *incident.Case, before versions, facts []incident.Fact) error {
	more, err := s.reconcile(tx, c, cs, before, facts)
	if err != nil {
		return err
	}
	facts = append(facts, more...)
	if before.incident > 0 && slices.ContainsFunc(facts, func(f incident.Fact) bool { return f.Bumps }) {
		cs.Version++
	}
	events, err := s.recorder.Seal(record.OfCase(cs.Incident), byOf(c.By), c.At, facts)
	if err != nil {
		return err
	}
	if before.incident == 0 {
		err = tx.CreateIncident(cs.Incident)
	} else {
		err = tx.SaveIncident(cs.Incident, before.incident)
	}
	if err != nil {
		return err
	}
	if err := saveChildren(tx, cs, before); err != nil {
		return err
	}
	if err := tx.SetTexts(cs.ID, cs.Texts()); err != nil {
		return err
	}
	if sights := cs.Sights(); !slices.Equal(sights, before.sights) {
		if err := tx.SetSights(cs.ID, sights); err != nil {
			return err
		}
	}
	return tx.AppendEvents(events)
}

func saveChildren(tx *store.Tx, cs *incident.Case, before versions) error {
	for i := range cs.Handovers {
		h := &cs.Handovers[i]
		seen, had := before.handovers[h.ID]
		var err error
		if !had {
			err = tx.CreateHandover(h)
		} else if seen != h.Version {
			err = tx.SaveHandover(h, seen)
		}
		if err != nil {
			return err
		}
	}
	for i := range cs.Duties {
		d := &cs.Duties[i]
		seen, had := before.duties[d.ID]
		var err error
		if !had {
			err = tx.CreateDuty(d)
		} else if seen != *d {
			err = tx.SaveDuty(d)
		}
		if err != nil {
			return err
		}
	}
	for i := range cs.Reports {
		r := &cs.Reports[i]
		seen, had := before.reports[r.ID]
		var err error
		if !had {
			err = tx.CreateNationalReport(r)
		} else if seen != r.Version {
			err = tx.SaveNationalReport(r, seen)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// agencyOf is the agency that plays the role on the day of t; fault.Conflict when none does.
func agencyOf(tx *store.Tx, role incident.AgencyRole, t time.Time) (*incident.Agency, error) {
	list, err := tx.AgencyByRole(role, day(t))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		text := fault.Text{
			VI: "Danh bạ chưa có cơ quan nào giữ vai trò " + string(role) + " vào ngày này; hãy báo quản trị hệ thống.",
			EN: "No agency of the registry plays the role " + string(role) + " on this day; tell the administrator.",
		}
		return nil, fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "no_agency_in_role", Text: text})
	}
	return &list[0], nil
}
