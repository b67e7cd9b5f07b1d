package incident

import (
	"encoding/json"
	"slices"
	"time"
)

// Known is all that legal rules look at, in one line: two cases of which the same is known have
// the same. Start events other than the detection are no facts that are learned.
func (inc *Incident) Known() string {
	var severity string
	if inc.Severity != nil {
		severity = string(*inc.Severity)
	}
	known, err := json.Marshal([]any{
		inc.Natures, inc.Facts, inc.System.Level, inc.System.PriorityListed, orEmpty(inc.Category), orEmpty(inc.CategoryVN), severity,
		inc.Report.Channel, inc.ReportingAgencyID, orEmpty(inc.OwnerAgencyID), orEmpty(inc.OperatorAgencyID), stamp(&inc.DetectedAt),
	})
	if err != nil { // texts, numbers and booleans: cannot happen
		panic(err)
	}
	return string(known)
}

// Learn notes when the desk learned what it knows now.
func (c *Case) Learn(at time.Time) { c.FactsAt = &at }

// AssumeFound takes what the desk knows at the moment for the time at which the violation of
// personal data was found, where the case has that nature and no other time is given.
func (inc *Incident) AssumeFound(at time.Time) {
	if inc.ViolationFoundAt == nil && slices.Contains(inc.Natures, PersonalData) {
		inc.ViolationFoundAt = &at
	}
}

// LearnedAt is when the desk last learned a fact that legal rules look at.
func (c *Case) LearnedAt() time.Time {
	if c.FactsAt != nil {
		return *c.FactsAt
	}
	return c.ReportedAt
}

// DecidedAt is when the team decided that the case cannot be handled, and asked for help (QĐ
// 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm d); nil when it has not, or took that back.
func (c *Case) DecidedAt() *time.Time {
	var first *time.Time
	for i := range c.Reports {
		if r := &c.Reports[i]; r.Kind == HelpRequest && r.Status != ReportWithdrawn {
			first = earlier(first, &r.CreatedAt)
		}
	}
	return first
}

// Classify keeps what the pack in force makes of the facts; ok is false when that is what it
// was. on are the facts the class rests on. That a newer book says the same is no change.
func (c *Case) Classify(to Class, on map[string]bool, at time.Time) (Fact, bool) {
	from := c.Class
	same := to
	same.Book = from.Book
	if same == from {
		return Fact{}, false
	}
	c.Class, c.UpdatedAt = to, at
	return Fact{
		Type: "incident.classified", ObjectKind: "incident", ObjectID: c.ID, Bumps: true,
		Full: map[string]any{
			"changed_from": map[string]any{"classification": from.payload()},
			"changed_to":   map[string]any{"classification": to.payload()},
			"facts":        on,
		},
		Thin: map[string]any{},
	}, true
}

func (c Class) payload() map[string]any {
	return map[string]any{
		"class": c.Class, "pack": c.Pack, "book": c.Book, "basis": c.Basis, "dangerous": c.Dangerous, "danger_basis": c.DangerBasis,
	}
}
