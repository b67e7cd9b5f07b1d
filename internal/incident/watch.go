package incident

import (
	"slices"
	"time"
)

// EndedByRole is why a duty of the calendar ended: its agency no longer plays the role, and
// nobody took over.
const EndedByRole = "role"

// Remind says what the clock has made true of a pending duty at now: that it is due soon, that
// it is overdue, or both in this order. What was said once is never said again, also when the
// clock was set back or the duty was freed and came back.
func (d *Duty) Remind(now time.Time) []Fact {
	var out []Fact
	say := func(name string, at **time.Time) {
		*at, d.UpdatedAt = &now, now
		d.schedule()
		out = append(out, d.fact(name, "", nil))
	}
	if d.Status == DutyPending && d.WarnedAt == nil && d.WarnAt != nil && !d.WarnAt.After(now) {
		say("due_soon", &d.WarnedAt)
	}
	if d.OverdueAt == nil && d.Overdue(now) {
		say("overdue", &d.OverdueAt)
	}
	d.schedule()
	return out
}

// Heir is the agency that has taken over a role from one that no longer plays it: a successor
// that plays it on the civil date day, or one of theirs, else the only agency that may play it
// at a time; nil when nobody has.
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
