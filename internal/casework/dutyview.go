package casework

import (
	"context"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

// DutyWords are what readers of duties need beside them, and no duty holds: the names of the
// agencies, the codes of the cases, the forms of the reports.
type DutyWords struct {
	Agencies map[string]string // by id
	Codes    map[string]string // by the id of the case
	Forms    []regulation.Form // in force on the day
}

// FormsOf are the forms on which a report fulfils the duty, and the one that its rule names.
func (w DutyWords) FormsOf(d *incident.Duty) []regulation.Form {
	return slices.DeleteFunc(slices.Clone(w.Forms), func(f regulation.Form) bool { return !d.OnForm(f.ID, f.Kind) })
}

// DutyWords reads the words for duties that the caller has read, and so may know the code of
// their cases.
func (s *Service) DutyWords(ctx context.Context, at time.Time, list ...incident.Duty) (DutyWords, error) {
	out := DutyWords{Agencies: map[string]string{}, Codes: map[string]string{}, Forms: s.province.Rules.Book().Forms(day(at))}
	if len(list) == 0 {
		return out, nil
	}
	tx := s.store.Read(ctx)
	agencies, err := tx.Agencies()
	if err != nil {
		return out, err
	}
	for i := range agencies {
		out.Agencies[agencies[i].ID] = agencies[i].Name
	}
	var cases []string
	for i := range list {
		if id := list[i].IncidentID; id != nil && !slices.Contains(cases, *id) {
			cases = append(cases, *id)
		}
	}
	out.Codes, err = tx.CodesOf(cases)
	return out, err
}
