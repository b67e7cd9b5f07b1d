package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/record"
	"github.com/ungcuu/ungcuu/internal/store"
)

const (
	watchBatch = 100 // rows read at once
	watchPages = 10  // read in one pass
)

// Watch says of every duty whose moment has come by now that it is due soon, or overdue: each
// once, whatever the clock and however many processes watch. Then it opens the duties of the
// calendar. A duty that fails holds up no other. more says that there is more to do at once.
func (s *Service) Watch(ctx context.Context, now time.Time) (more bool, err error) {
	var failed []error
	var after *store.Watched
	for range watchPages {
		due, err := s.store.Read(ctx).DutiesToWatch(now, after, watchBatch)
		if err != nil {
			return false, errors.Join(append(failed, err)...)
		}
		more = len(due) == watchBatch
		if len(due) == 0 {
			break
		}
		after = &due[len(due)-1]
		ofCases, ofAgencies := split(due)
		for _, id := range ofCases {
			if err := s.remindCase(ctx, id, now); err != nil {
				failed = append(failed, fmt.Errorf("casework: duties of case %s: %w", id, err))
				if passing(ctx, err) {
					return false, errors.Join(failed...)
				}
			}
		}
		if err := s.remindEach(ctx, ofAgencies, now); err != nil {
			failed = append(failed, err)
			if passing(ctx, err) {
				return false, errors.Join(failed...)
			}
		}
		if !more {
			break
		}
	}
	if err := s.watchCalendar(ctx, now); err != nil {
		failed = append(failed, fmt.Errorf("casework: calendar: %w", err))
	}
	return more && len(failed) == 0, errors.Join(failed...)
}

// passing reports whether the failure is of the moment, and of no single duty. A case that
// somebody holds is one of many.
func passing(ctx context.Context, err error) bool {
	return ctx.Err() != nil || fault.Unavailable.In(err)
}

// remindEach looks at duties of the calendar, and where that fails at each alone.
func (s *Service) remindEach(ctx context.Context, ids []string, now time.Time) error {
	err := s.remindAgencies(ctx, ids, now)
	if err == nil || passing(ctx, err) || fault.Busy.In(err) || len(ids) == 1 {
		return wrapped("duties of agencies", err)
	}
	var failed []error
	for _, id := range ids {
		failed = append(failed, wrapped("duty of an agency "+id, s.remindAgencies(ctx, []string{id}, now)))
	}
	return errors.Join(failed...)
}

func wrapped(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("casework: %s: %w", what, err)
}

// split is the cases of the duties, each once, and the duties that belong to no case.
func split(due []store.Watched) (cases, duties []string) {
	for _, d := range due {
		switch {
		case d.IncidentID == nil:
			duties = append(duties, d.ID)
		case !slices.Contains(cases, *d.IncidentID):
			cases = append(cases, *d.IncidentID)
		}
	}
	return cases, duties
}

// remindCase looks at the duties of one case. It is the desk's own way to write: nobody asks,
// so that there is neither sight nor policy, and facts of the case do not change, so that
// nothing is reconciled and the version stays.
func (s *Service) remindCase(ctx context.Context, id string, now time.Time) error {
	return s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		inc, err := tx.LockCase(id)
		if err != nil {
			return err
		}
		cs := &incident.Case{Incident: inc}
		if cs.Duties, err = tx.DutiesOf(id); err != nil {
			return err
		}
		before := snapshot(cs)
		var facts []incident.Fact
		for i := range cs.Duties {
			if d := &cs.Duties[i]; d.WatchAt != nil && !d.WatchAt.After(now) {
				facts = append(facts, d.Remind(now)...)
			}
		}
		if err := saveChildren(tx, cs, before); err != nil || len(facts) == 0 {
			return err
		}
		by, err := desk(tx, now, inc.LeadAgencyID)
		if err != nil {
			return err
		}
		events, err := s.recorder.Seal(record.OfCase(inc), by, now, facts)
		if err != nil {
			return err
		}
		if err := tx.SaveIncident(inc, before.incident); err != nil {
			return err
		}
		return tx.AppendEvents(events)
	})
}

// desk is the desk itself as the one who acts, for the team; where the registry knows no team,
// for the agency that is concerned.
func desk(tx *store.Tx, now time.Time, concerned string) (incident.By, error) {
	team, err := tx.AgencyByRole(incident.RoleTeam, day(now))
	if err != nil {
		return incident.By{}, err
	}
	if len(team) > 0 {
		concerned = team[0].ID
	}
	return incident.Desk(concerned), nil
}
