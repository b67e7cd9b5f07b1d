package directory

import (
	"context"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// reviewEvery is after how many days the access of a person is looked at again: every six
// months (TCVN 14423:2026).
const reviewEvery = 182

// Review is a person as the review of access sees them. IdleDays and Idle are of today; DueOn is
// the civil date from which the next review is due.
type Review struct {
	store.User
	IdleDays int
	Idle     bool
	DueOn    string
	Due      bool
}

func reviewOf(u store.User, today string) Review {
	last := u.CreatedAt
	if u.ReviewedAt != nil {
		last = *u.ReviewedAt
	}
	on := last.In(regulation.Zone).AddDate(0, 0, reviewEvery).Format(time.DateOnly)
	return Review{User: u, IdleDays: u.IdleDays(today), Idle: u.Idle(today), DueOn: on, Due: on <= today}
}

// ReviewFilter narrows the list of the review.
type ReviewFilter struct {
	AgencyID string
	Due      *bool
}

// Reviews lists the people whose access the caller may look at, by username.
func (s *Service) Reviews(ctx context.Context, by policy.Actor, f ReviewFilter, now time.Time) ([]Review, error) {
	if err := policy.Check(by, policy.ReadReviews, policy.Object{AgencyID: by.AgencyID}); err != nil {
		return nil, err
	}
	people, err := s.store.Read(ctx).AllUsers()
	if err != nil {
		return nil, err
	}
	out := []Review{}
	for _, u := range people {
		r := reviewOf(u, day(now))
		switch {
		case u.Kind != store.PersonKind, !policy.Allows(by, policy.ReadReviews, policy.Object{AgencyID: u.AgencyID}),
			f.AgencyID != "" && u.AgencyID != f.AgencyID,
			f.Due != nil && *f.Due != r.Due:
		default:
			out = append(out, r)
		}
	}
	return out, nil
}

// RecordReview records that the caller looked at what a person may do, as it stands now. Nobody
// reviews themselves, and an agency's administrator none above the own level.
func (s *Service) RecordReview(ctx context.Context, c Call, id, note string) (*Review, error) {
	var check incident.Checker
	check.Text("/note", note, false, incident.MaxShort)
	if err := check.Err(); err != nil {
		return nil, err
	}
	u, err := s.onPerson(ctx, c, policy.RecordReview, id, func(r *registry, u *store.User) (facts, error) {
		if c.By.UserID == u.ID {
			return nil, refused(fault.Forbidden, "own_account", "Không tự rà soát tài khoản của mình.", "Nobody reviews their own account.")
		}
		if !c.By.Has(policy.Admin, policy.Lead) && aboveAgency(u, r.today) {
			return nil, aboveOwnLevel()
		}
		seen := u.Version
		u.ReviewedAt, u.ReviewedByID, u.Version = &c.At, &c.By.UserID, seen+1
		grants := []map[string]any{}
		for _, g := range u.Grants {
			if !ended(g, r.today) {
				grants = append(grants, map[string]any{"grant_id": g.ID, "role": g.Role, "agency_id": g.AgencyID, "confirmed": g.Confirmed})
			}
		}
		f := facts{}
		f.add(u.AgencyID, personFact("user.reviewed", u.ID, map[string]any{
			"note": note, "grants": grants, "disabled": u.DisabledAt != nil, "idle_days": u.IdleDays(r.today), "second_factor": u.SecondFactorAt != nil,
		}))
		return f, r.tx.SaveUser(u, seen)
	})
	if err != nil {
		return nil, err
	}
	out := reviewOf(*u, day(c.At))
	return &out, nil
}
