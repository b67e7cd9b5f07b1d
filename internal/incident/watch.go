package incident

import (
	"slices"
	"time"
)

// DeskID is the desk itself as the one who acted, where the law's clock ran out and nobody
// asked. No account has it.
const DeskID = "00000000-0000-0000-0000-000000000000"

// DeskName is what officers read for DeskID.
const DeskName = "Hệ thống"

// Desk is the desk itself, which acts for the team.
func Desk(teamID string) By { return By{UserID: DeskID, AgencyID: teamID, Name: DeskName} }

// Limit is the moment after which the duty is overdue: the internal target of an immediate
// duty, else the time that the law gives; nil where it gives none.
func (d *Duty) Limit() *time.Time {
	if d.TargetAt != nil {
		return d.TargetAt
	}
	return d.DueAt
}

// Remind says what the clock has made true of a pending duty at now: that it is due soon, that
// it is overdue, or both in this order. What was said once is never said again, also when the
// clock was set back or the duty was freed and came back.
func (d *Duty) Remind(now time.Time) []Fact {
	var out []Fact
	if d.Status == DutyPending && d.WarnedAt == nil && d.WarnAt != nil && !d.WarnAt.After(now) {
		d.WarnedAt = &now
		out = append(out, d.reminder("due_soon", map[string]any{"warn_at": stamp(d.WarnAt)}))
	}
	if d.OverdueAt == nil && d.Overdue(now) {
		d.OverdueAt = &now
		out = append(out, d.reminder("overdue", map[string]any{"overdue_at": stamp(&now)}))
	}
	if len(out) > 0 {
		d.UpdatedAt = now
	}
	d.Schedule()
	return out
}

func (d *Duty) reminder(name string, full map[string]any) Fact {
	full["title"], full["owed_by_id"] = d.Title, d.OwedByID
	full["due_at"], full["target_at"], full["immediate"] = stamp(d.DueAt), stamp(d.TargetAt), d.Immediate
	return d.fact(name, "", full)
}

// Schedule sets the next moment at which the watch must look; nil: never again.
func (d *Duty) Schedule() {
	d.WatchAt = nil
	switch {
	case d.Status != DutyPending:
	case d.WarnAt != nil && d.WarnedAt == nil:
		d.WatchAt = d.WarnAt
	case d.OverdueAt == nil:
		d.WatchAt = d.Limit()
	}
}

// EndedByRole is why a duty of the calendar ended: its agency no longer plays the role, and
// nobody took over.
const EndedByRole = "role"

// PassTo makes another agency the debtor of a pending duty; its clock runs on.
func (d *Duty) PassTo(agencyID string, at time.Time) Fact {
	from := d.OwedByID
	d.OwedByID, d.UpdatedAt = agencyID, at
	return d.fact("assigned", "", map[string]any{"from_agency_id": from, "to_agency_id": agencyID})
}

// Heir is the agency that has taken over a role from one that no longer plays it: a successor
// that plays it on the civil date day, in turn, else the only agency that may play it then; nil
// when nobody has.
func Heir(registry []Agency, id string, role AgencyRole, day string) *Agency {
	seen := map[string]bool{id: true}
	for next := []string{id}; len(next) > 0; next = next[1:] {
		a := AgencyOf(registry, next[0])
		if a == nil {
			continue
		}
		for _, s := range a.Successors {
			if s.On > day || seen[s.SuccessorID] {
				continue
			}
			seen[s.SuccessorID] = true
			if heir := AgencyOf(registry, s.SuccessorID); heir != nil && heir.HasRole(role, day) {
				return heir
			}
			next = append(next, s.SuccessorID)
		}
	}
	if slices.Contains(soleRoles, role) {
		for i := range registry {
			if registry[i].HasRole(role, day) {
				return &registry[i]
			}
		}
	}
	return nil
}
