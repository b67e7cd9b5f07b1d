package casework

import (
	"context"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Explained is a rule of the province, and the duties of the case by this version of it.
type Explained struct {
	regulation.Verdict
	Duties []incident.Duty
}

// Explanation is why each duty of a case exists, or does not: every rule of the province, in the
// order of the book.
type Explanation struct {
	*incident.Incident
	Book  string // version of the rules
	Rules []Explained
	// Unruled are the duties whose rule, or the version of it that opened them, is no longer in
	// the book. They stand all the same.
	Unruled []incident.Duty
}

// Explain says of every rule of the province why it calls for a duty in the case, or does not. It
// is for the team and auditors: rules rest on facts that others may not read.
func (s *Service) Explain(ctx context.Context, by policy.Actor, incidentID string) (Explanation, error) {
	v, err := s.Get(ctx, by, incidentID)
	if err != nil {
		return Explanation{}, err
	}
	if !by.InTeam() && !by.Has(policy.Auditor) {
		return Explanation{}, fault.New(fault.Forbidden, "Chỉ đội ứng cứu và người kiểm tra được xem giải thích nghĩa vụ.",
			"Only the team and auditors see why duties exist.")
	}
	return ExplainCase(s.store.Read(ctx), s.province, v.Incident)
}

// ExplainCase is Explain for who has the database itself.
func ExplainCase(tx *store.Tx, province regulation.Province, inc *incident.Incident) (Explanation, error) {
	cs, err := load(tx, inc)
	if err != nil {
		return Explanation{}, err
	}
	w, err := lawOf(tx, province, cs, incident.By{}, inc.UpdatedAt)
	if err != nil {
		return Explanation{}, err
	}
	out := Explanation{Incident: inc, Book: w.book.Version(), Rules: []Explained{}, Unruled: []incident.Duty{}}
	used := map[string]bool{}
	for _, verdict := range w.book.Explain(w.province, w.facts) {
		e := Explained{Verdict: verdict, Duties: []incident.Duty{}}
		for _, d := range cs.Duties {
			if d.Rule == verdict.Rule && d.RuleFrom == verdict.RuleFrom {
				used[d.ID] = true
				e.Duties = append(e.Duties, d)
			}
		}
		out.Rules = append(out.Rules, e)
	}
	for _, d := range cs.Duties {
		if !used[d.ID] {
			out.Unruled = append(out.Unruled, d)
		}
	}
	return out, nil
}
