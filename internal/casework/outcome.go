package casework

import (
	"context"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// Outcome is what became of a case: Last is the case that goes on with its work.
type Outcome struct {
	Asked, Last *incident.Incident
	ShowsLast   bool // the reader sees Last as well
	ToldOfLast  bool // and otherwise may know how it stands, unless it is for named people
}

// Outcome follows a case through its merges. Who may read a report may know what became of
// it: the status and the times of the case that absorbed it, and nothing else of that case.
func (s *Service) Outcome(ctx context.Context, by policy.Actor, id string) (Outcome, error) {
	tx := s.store.Read(ctx)
	inc, err := tx.Incident(id, by.Sight())
	out := Outcome{Asked: inc, Last: inc, ShowsLast: true, ToldOfLast: true}
	if err != nil {
		return out, err
	}
	for out.Last.MergedIntoID != nil { // a target is open when it absorbs: there is no circle
		if out.Last, err = tx.Case(*out.Last.MergedIntoID); err != nil {
			return out, err
		}
	}
	seen, err := tx.Visible([]string{out.Last.ID}, by.Sight())
	out.ShowsLast = seen[out.Last.ID]
	out.ToldOfLast = out.ShowsLast || !out.Last.Restricted
	return out, err
}
