package casework

import (
	"context"
	"strings"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Merge ends a case in another, which goes on with its open work. A target that does not exist
// and one the caller may not see are refused alike.
func (s *Service) Merge(ctx context.Context, c Call, id, intoID, reason string) (CaseView, error) {
	intoID = strings.ToLower(intoID)
	var check incident.Checker
	check.Text("/into_id", intoID, true, incident.MaxShort)
	check.Text("/reason", reason, true, incident.MaxText)
	if err := check.Err(); err != nil {
		return CaseView{}, err
	}
	if intoID == id {
		return CaseView{}, incident.SameCase("/into_id")
	}
	t := target{id: id, other: intoID, action: policy.Of(incident.MoveMerge), version: caseVersion}
	cs, err := s.changeBoth(ctx, c, t, func(tx *store.Tx, cs, into *incident.Case, _ policy.Object) (both, error) {
		if into == nil {
			return both{}, noTarget(cs, byOf(c.By))
		}
		in := incident.Merge{Reason: reason}
		var err error
		if in.People, err = tx.People(cs.ID); err != nil {
			return both{}, err
		}
		if in.TargetPeople, err = tx.People(into.ID); err != nil {
			return both{}, err
		}
		m, err := cs.Merge(into, in, byOf(c.By), c.At)
		if err != nil {
			return both{}, err
		}
		if err := tx.KeepAddress(cs.ID, m.Moved); err != nil {
			return both{}, err
		}
		if m.Named != nil {
			if err := tx.SetPeople(into.ID, m.Named); err != nil {
				return both{}, err
			}
		}
		made := both{m.Facts, m.TargetFacts}
		err = s.linkMerged(tx, c, cs, into, &made)
		return made, err
	})
	if err != nil {
		return CaseView{}, err
	}
	return s.view(ctx, c.By, cs)
}

// noTarget refuses a merge without a target: first for what the case itself shows.
func noTarget(cs *incident.Case, by incident.By) error {
	if err := cs.MayMerge(by); err != nil {
		return err
	}
	return unknownCase("/into_id")
}

// unknownCase is the answer for a case of the body that is absent or not the caller's to see.
func unknownCase(pointer string) error {
	return fault.Input(fault.Field{Pointer: pointer, Code: "unknown_incident", Text: fault.Text{
		VI: "Không có hồ sơ này, hoặc tài khoản này không được xem.", EN: "There is no such case, or it is not yours to see."}})
}

// linkMerged ties the case to the one it was merged into. The link outlives a reopening: what
// has moved stays in the target.
func (s *Service) linkMerged(tx *store.Tx, c Call, cs, into *incident.Case, made *both) error {
	there, err := tx.HasLink(cs.ID, into.ID, incident.LinkMerged, false)
	if err != nil || there {
		return err
	}
	l := incident.Link{
		ID: newID(), IncidentID: cs.ID, ToID: into.ID, Kind: incident.LinkMerged,
		CreatedByID: c.By.UserID, AgencyID: c.By.AgencyID, CreatedAt: c.At,
	}
	made.facts = append(made.facts, l.Added(cs.Incident, into.Incident))
	made.others = append(made.others, l.Added(into.Incident, cs.Incident))
	return tx.CreateLink(&l)
}

// WithdrawReport takes a report back before triage, by the agency that made it.
func (s *Service) WithdrawReport(ctx context.Context, c Call, id, reason string) (CaseView, error) {
	if err := texts(text{"/reason", reason, true}); err != nil {
		return CaseView{}, err
	}
	return s.move(ctx, c, id, incident.MoveWithdraw, func(_ *store.Tx, cs *incident.Case) ([]incident.Fact, error) {
		return cs.Withdraw(reason, byOf(c.By), c.At)
	})
}
