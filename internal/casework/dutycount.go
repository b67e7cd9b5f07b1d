package casework

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// DutyCounts is where the duties of a time stand, by the agency that owes them.
type DutyCounts struct {
	From, To string // civil days; To is exclusive
	Agencies []AgencyDuties
	Total    store.DutyCount
}

// AgencyDuties is where the duties of one agency stand.
type AgencyDuties struct {
	Name string
	store.DutyCount
}

// CountObligations counts the duties that are due between two civil days, this month when from is
// "". The team and auditors count what they see; leaders too, of the cases they see and of all
// that agencies owe by the calendar, though they read none of it; others what their agency owes.
func (s *Service) CountObligations(ctx context.Context, by policy.Actor, from, to string, ofCase *bool, now time.Time) (DutyCounts, error) {
	if from == "" {
		from = day(now)[:len("2006-01")] + "-01"
	}
	first, err := time.ParseInLocation(time.DateOnly, from, regulation.Zone)
	if err != nil {
		return DutyCounts{}, err
	}
	end := first.AddDate(0, 1, 0)
	if to != "" {
		if end, err = time.ParseInLocation(time.DateOnly, to, regulation.Zone); err != nil {
			return DutyCounts{}, err
		}
	}
	if !end.After(first) {
		f := fault.New(fault.Malformed, "Tham số truy vấn chưa đúng; xem từng mục trong errors.", "A query parameter is wrong; see errors.")
		f.Fields = []fault.Field{{Pointer: "?to", Code: "not_after_from", Text: fault.Text{
			VI: "Ngày kết thúc (to, không tính ngày này) phải sau ngày bắt đầu (from).", EN: "to, which is exclusive, must lie after from."}}}
		return DutyCounts{}, f
	}
	sight := dutySight(by)
	if by.Has(policy.Leader) {
		sight.Whole, sight.Calendar = true, true
	}
	tx := s.store.Read(ctx)
	list, err := tx.CountDuties(store.DutyQuery{Sight: sight, DueAfter: &first, DueBefore: &end, OfCase: ofCase, Now: now})
	if err != nil {
		return DutyCounts{}, err
	}
	n := namesOf(tx)
	if n.err != nil {
		return DutyCounts{}, n.err
	}
	out := DutyCounts{From: from, To: end.Format(time.DateOnly), Agencies: make([]AgencyDuties, len(list))}
	for i, c := range list {
		out.Agencies[i] = AgencyDuties{Name: n.agency[c.OwedByID], DutyCount: c}
		out.Total.Add(c)
	}
	slices.SortStableFunc(out.Agencies, func(a, b AgencyDuties) int {
		return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(b.Pending, a.Pending), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}
