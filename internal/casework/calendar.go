package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/record"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Duties of the calendar belong to an agency and to no case; what happens to them stands in
// the agency's chain. Like the directory they are written by one at a time (LockRegistry).

// calendarBatch is how many duties one transaction opens.
const calendarBatch = 200

// lookBackYears is how long before its time a duty of the calendar opens at most.
const lookBackYears = 2

// calendarSeen is what the last look at the calendar rested on: until something of it changes,
// or next comes, another look would find nothing.
type calendarSeen struct {
	book     *regulation.Book
	registry int64
	at, next time.Time
}

// agencyFacts seals facts into the chains of agencies. The registry is locked by whoever calls.
type agencyFacts struct {
	s        *Service
	tx       *store.Tx
	agencies []incident.Agency
	made     map[string][]incident.Fact
}

func (s *Service) ofAgencies(tx *store.Tx) (*agencyFacts, error) {
	if err := tx.LockRegistry(); err != nil {
		return nil, err
	}
	list, err := tx.Agencies()
	return &agencyFacts{s, tx, list, map[string][]incident.Fact{}}, err
}

func (f *agencyFacts) add(agencyID string, facts ...incident.Fact) {
	f.made[agencyID] = append(f.made[agencyID], facts...)
}

func (f *agencyFacts) seal(by func(agencyID string) incident.By, at time.Time) error {
	for i := range f.agencies {
		a := &f.agencies[i]
		if len(f.made[a.ID]) == 0 {
			continue
		}
		events, err := f.s.recorder.Seal(record.OfAgency(a), by(a.ID), at, f.made[a.ID])
		if err != nil {
			return err
		}
		if err := f.tx.SaveChain(a); err != nil {
			return err
		}
		if err := f.tx.AppendEvents(events); err != nil {
			return err
		}
	}
	return nil
}

// sealByDesk is seal where nobody asked.
func (f *agencyFacts) sealByDesk(at time.Time) error {
	var failed error
	err := f.seal(func(agencyID string) incident.By {
		by, err := desk(f.tx, at, agencyID)
		if err != nil {
			failed = err
		}
		return by
	}, at)
	if failed != nil {
		return failed
	}
	return err
}

// remindAgencies looks at duties of the calendar.
func (s *Service) remindAgencies(ctx context.Context, ids []string, now time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		f, err := s.ofAgencies(tx)
		if err != nil {
			return err
		}
		list, err := tx.AgencyDuties(ids)
		if err != nil {
			return err
		}
		for i := range list {
			d := &list[i]
			if d.WatchAt == nil || d.WatchAt.After(now) {
				continue // another process was here first
			}
			f.add(d.OwedByID, d.Remind(now)...)
			if err := tx.SaveDuty(d); err != nil {
				return err
			}
		}
		return f.sealByDesk(now)
	})
}

// watchCalendar opens the duties of the calendar whose time has come, once for each agency
// that plays the debtor's role, and passes on those of agencies that no longer do. What was due
// before the desk first looked never opens; what fell due while the desk was off does.
func (s *Service) watchCalendar(ctx context.Context, now time.Time) error {
	book := s.province.Rules.Book()
	number, err := s.store.Read(ctx).RegistryNumber()
	if err != nil {
		return err
	}
	s.calendar.Lock()
	seen := s.calendarSeen
	s.calendar.Unlock()
	if seen.book == book && seen.registry == number && !now.Before(seen.at) && now.Before(seen.next) {
		return nil
	}
	looked, err := s.store.CalendarLooked(ctx, now)
	if err != nil {
		return err
	}
	if now.Before(looked) {
		looked = now // the clock was set back: what is still to come due opens all the same
	}
	list := slices.DeleteFunc(book.Calendar(s.province.Slug, looked.AddDate(-lookBackYears, 0, 0), now), func(o regulation.Occurrence) bool {
		return !o.DueAt.After(looked)
	})
	for more := true; more && err == nil; {
		more, err = s.passOn(ctx, now)
	}
	for more := true; more && err == nil; {
		more, err = s.openOccurrences(ctx, list, now)
	}
	if err != nil {
		return err
	}
	if err := s.store.LookedAtCalendar(ctx, now); err != nil {
		return err
	}
	// Roles begin and end with a civil day.
	y, m, d := now.In(regulation.Zone).Date()
	next := time.Date(y, m, d+1, 0, 0, 0, 0, regulation.Zone)
	for _, o := range book.Calendar(s.province.Slug, now, next) {
		if o.OpensAt.Before(next) {
			next = o.OpensAt
		}
	}
	s.calendar.Lock()
	s.calendarSeen = calendarSeen{book, number, now, next}
	s.calendar.Unlock()
	return nil
}

// opening is a duty of the calendar that an agency should have and has not, or has as one that
// ended when it lost the role.
type opening struct {
	debtor *incident.Agency
	occ    regulation.Occurrence
	ended  *incident.Duty
}

// openings returns at most limit of what is missing.
func openings(tx *store.Tx, agencies []incident.Agency, list []regulation.Occurrence, now time.Time, limit int) ([]opening, error) {
	var out []opening
	for _, o := range list {
		have, err := tx.Occurrence(o.Rule, o.ToRole, o.Occurrence)
		if err != nil {
			return nil, err
		}
		for _, a := range debtors(agencies, o, now) {
			if len(out) == limit {
				return out, nil
			}
			i := slices.IndexFunc(have, func(d incident.Duty) bool { return d.OwedByID == a.ID })
			switch {
			case i < 0:
				out = append(out, opening{a, o, nil})
			case have[i].Status == incident.DutyNotApplicable && have[i].EndedBy == incident.EndedByRole:
				out = append(out, opening{a, o, &have[i]})
			}
		}
	}
	lost, err := givenBack(tx, agencies, now)
	if err != nil {
		return nil, err
	}
	for i := range lost {
		d := &lost[i]
		if len(out) == limit {
			break
		}
		if !slices.ContainsFunc(out, func(o opening) bool { return o.ended != nil && o.ended.ID == d.ID }) {
			out = append(out, opening{debtor: incident.AgencyOf(agencies, d.OwedByID), ended: d})
		}
	}
	return out, nil
}

// givenBack are the duties past their time that ended with a role which the agency plays again,
// and by now is known to have played on the last day too: the role had been ended by mistake.
func givenBack(tx *store.Tx, agencies []incident.Agency, now time.Time) ([]incident.Duty, error) {
	today := day(now)
	out := []incident.Duty{}
	for i := range agencies {
		a := &agencies[i]
		for _, role := range again(a, today) {
			list, err := tx.EndedWithRole(a.ID, role)
			if err != nil {
				return nil, err
			}
			for _, d := range list {
				if d.DueAt != nil && !d.DueAt.After(now) && a.HasRole(role, lastDay(*d.DueAt)) &&
					(d.ToRole == "" || !a.HasRole(incident.AgencyRole(d.ToRole), today)) {
					out = append(out, d)
				}
			}
		}
	}
	return out, nil
}

// again are the roles that an agency plays after it had lost them.
func again(a *incident.Agency, today string) []incident.AgencyRole {
	var out []incident.AgencyRole
	for _, r := range a.Roles {
		if r.Valid.To != "" && r.Valid.To <= today && a.HasRole(r.Role, today) && !slices.Contains(out, r.Role) {
			out = append(out, r.Role)
		}
	}
	return out
}

// lastDay is the last civil day of a term that ends at due.
func lastDay(due time.Time) string { return day(due.Add(-time.Microsecond)) }

// debtors are the agencies that owe the occurrence: those that play the role today, and of what
// fell due meanwhile those that played it on its last day, or who took over from them. Nobody
// reports to himself.
func debtors(agencies []incident.Agency, o regulation.Occurrence, now time.Time) []*incident.Agency {
	role, today := incident.AgencyRole(o.DebtorRole), day(now)
	last := today
	if o.DueAt != nil && !o.DueAt.After(now) {
		last = lastDay(*o.DueAt)
	}
	var out []*incident.Agency
	for i := range agencies {
		a := &agencies[i]
		if !a.HasRole(role, last) {
			continue
		}
		if !a.HasRole(role, today) {
			if a = incident.Heir(agencies, a.ID, role, today); a == nil {
				continue
			}
		}
		if (o.ToRole == "" || !a.HasRole(incident.AgencyRole(o.ToRole), today)) && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// openOccurrences opens a batch of what is missing.
func (s *Service) openOccurrences(ctx context.Context, list []regulation.Occurrence, now time.Time) (more bool, err error) {
	tx := s.store.Read(ctx)
	agencies, err := tx.Agencies()
	if err != nil {
		return false, err
	}
	if missing, err := openings(tx, agencies, list, now, 1); err != nil || len(missing) == 0 {
		return false, err
	}
	err = s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		f, err := s.ofAgencies(tx)
		if err != nil {
			return err
		}
		// Anew under the lock: another process may have opened them.
		missing, err := openings(tx, f.agencies, list, now, calendarBatch)
		if err != nil {
			return err
		}
		more = len(missing) == calendarBatch
		for _, m := range missing {
			if m.ended != nil {
				f.add(m.debtor.ID, m.ended.Resume(now))
				if err := tx.SaveDuty(m.ended); err != nil {
					return err
				}
				continue
			}
			d := calendarDuty(f.agencies, m, now)
			f.add(m.debtor.ID, d.Open(now))
			if err := tx.CreateDuty(&d); err != nil {
				return err
			}
		}
		return f.sealByDesk(now)
	})
	return more, err
}

func calendarDuty(agencies []incident.Agency, m opening, now time.Time) incident.Duty {
	o := m.occ
	d := incident.Duty{
		ID: newID(), Rule: o.Rule, RuleFrom: o.RuleFrom, Pack: o.Pack, Book: o.Book, Basis: o.Basis, Confidence: o.Confidence,
		Title: o.Title, OwedByID: m.debtor.ID, OwedByPart: o.DebtorRole, ToRole: o.ToRole, Occurrence: o.Occurrence, Form: o.Form,
		Ways: strings.Join(o.Ways, " "), Channels: strings.Join(o.Channels, " "),
		Immediate: o.Immediate, StartEvent: o.Start, StartedAt: o.StartedAt, DueAt: o.DueAt, TargetAt: o.TargetAt, WarnAt: o.WarnAt,
	}
	if to := told(agencies, m.debtor, incident.AgencyRole(o.ToRole), day(now)); to != nil {
		d.ToAgencyID = &to.ID
	}
	return d
}

// told is who plays the role for the agency: its parent, or the only one in the province; nil
// when that is not known.
func told(agencies []incident.Agency, debtor *incident.Agency, role incident.AgencyRole, today string) *incident.Agency {
	var found []*incident.Agency
	for i := range agencies {
		if !agencies[i].HasRole(role, today) {
			continue
		}
		if debtor.ParentID != nil && agencies[i].ID == *debtor.ParentID {
			return &agencies[i]
		}
		found = append(found, &agencies[i])
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// orphans are the roles that an agency played and plays no longer: what it owes in them goes to
// who took over.
func orphans(a *incident.Agency, today string) []incident.AgencyRole {
	var out []incident.AgencyRole
	for _, r := range a.Roles {
		if r.Valid.From <= today && !a.HasRole(r.Role, today) && !slices.Contains(out, r.Role) {
			out = append(out, r.Role)
		}
	}
	return out
}

// passOn gives the pending duties of agencies that lost the role to who took over.
func (s *Service) passOn(ctx context.Context, now time.Time) (more bool, err error) {
	tx := s.store.Read(ctx)
	agencies, err := tx.Agencies()
	if err != nil {
		return false, err
	}
	if left, err := left(tx, agencies, now, 1); err != nil || len(left) == 0 {
		return false, err
	}
	err = s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		f, err := s.ofAgencies(tx)
		if err != nil {
			return err
		}
		list, err := left(tx, f.agencies, now, calendarBatch)
		if err != nil {
			return err
		}
		more = len(list) == calendarBatch
		for i := range list {
			if err := f.passOn(&list[i], now); err != nil {
				return err
			}
		}
		return f.sealByDesk(now)
	})
	return more, err
}

// left returns at most limit pending duties of agencies that play the role no longer.
func left(tx *store.Tx, agencies []incident.Agency, now time.Time, limit int) ([]incident.Duty, error) {
	out := []incident.Duty{}
	for i := range agencies {
		for _, role := range orphans(&agencies[i], day(now)) {
			list, err := tx.PendingOf(agencies[i].ID, role)
			if err != nil {
				return nil, err
			}
			if out = append(out, list...); len(out) >= limit {
				return out[:limit], nil
			}
		}
	}
	return out, nil
}

// passOn gives the duty to the heir; it ends where there is none, or where the heir has the
// same duty already.
func (f *agencyFacts) passOn(d *incident.Duty, now time.Time) error {
	from := d.OwedByID
	heir := incident.Heir(f.agencies, from, incident.AgencyRole(d.OwedByPart), day(now))
	reason := ""
	if heir == nil {
		reason = "Cơ quan không còn giữ vai trò này và chưa ghi nhận cơ quan kế thừa."
	} else {
		have, err := f.tx.Occurrence(d.Rule, d.ToRole, d.Occurrence)
		if err != nil {
			return err
		}
		toItself := d.ToRole != "" && heir.HasRole(incident.AgencyRole(d.ToRole), day(now))
		if i := slices.IndexFunc(have, func(o incident.Duty) bool { return o.OwedByID == heir.ID }); i >= 0 {
			if its := &have[i]; its.EndedBy == incident.EndedByRole && !toItself { // it plays the role again
				f.add(heir.ID, its.Resume(now))
				if err := f.tx.SaveDuty(its); err != nil {
					return err
				}
			}
			reason = "Cơ quan kế thừa " + heir.Code + " đã có cùng nghĩa vụ này."
		}
		if toItself {
			reason = "Cơ quan kế thừa " + heir.Code + " chính là nơi nhận."
		}
	}
	if reason != "" {
		f.add(from, d.End(incident.EndedByRole, reason, incident.By{}, now))
		return f.tx.SaveDuty(d)
	}
	fact := d.Assign(heir.ID, d.ToAgencyID, now)
	f.add(from, fact)
	f.add(heir.ID, fact)
	return f.tx.SaveDuty(d)
}

// onAgencyDuty changes by a rule a duty that an agency owes without a case.
func (s *Service) onAgencyDuty(ctx context.Context, c Call, id string, act policy.Action,
	rule func(*incident.Case, *incident.Duty) ([]incident.Fact, error)) (incident.Duty, error) {
	var out incident.Duty
	err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		f, err := s.ofAgencies(tx)
		if err != nil {
			return err
		}
		d, err := tx.Duty("", id, dutySight(c.By))
		if err != nil {
			return err
		}
		if err := policy.Check(c.By, act, policy.Object{Duty: d}); err != nil {
			return err
		}
		if err := c.Claim(tx); err != nil {
			return err
		}
		facts, err := rule(nil, d)
		if err != nil {
			return err
		}
		out = *d
		if len(facts) == 0 {
			return nil
		}
		f.add(d.OwedByID, facts...)
		if err := tx.SaveDuty(d); err != nil {
			return err
		}
		return f.seal(func(string) incident.By { return byOf(c.By) }, c.At)
	})
	return out, err
}
