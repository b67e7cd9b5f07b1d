package casework

import (
	"context"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// MoveView says whether a move can be made now by the reader, and if not, why.
type MoveView struct {
	Move    incident.MoveName
	Allowed bool
	Reasons []fault.Reason
}

// Moves lists every move of the lifecycle for the reader. Whoever may not make a move is told
// only that: the state of other agencies' handovers and duties is not theirs to learn here. The
// team's officers read all of them, and prepare the closing: they are told what it still lacks.
func (s *Service) Moves(ctx context.Context, by policy.Actor, id string) ([]MoveView, error) {
	tx := s.store.Read(ctx)
	inc, err := tx.Incident(id, by.Sight())
	if err != nil {
		return nil, err
	}
	cs, err := load(tx, inc)
	if err != nil {
		return nil, err
	}
	out := make([]MoveView, len(incident.Moves))
	for i, m := range incident.Moves {
		v := MoveView{Move: m.Name}
		o := policy.Object{Incident: inc}
		if policy.Allows(by, policy.Of(m.Name), o) {
			v.Reasons = cs.Refusals(m.Name, byOf(by))
		} else {
			v.Reasons = []fault.Reason{policy.Reason(by, policy.Of(m.Name), o)}
			if m.Name == incident.MoveClose && by.InTeam() {
				v.Reasons = append(v.Reasons, cs.Refusals(m.Name, byOf(by))...)
			}
		}
		v.Allowed = len(v.Reasons) == 0
		out[i] = v
	}
	return out, nil
}

// move makes one move of the lifecycle by its rule.
func (s *Service) move(ctx context.Context, c Call, id string, name incident.MoveName,
	rule func(tx *store.Tx, cs *incident.Case) ([]incident.Fact, error)) (CaseView, error) {
	cs, err := s.change(ctx, c, target{id: id, action: policy.Of(name), version: caseVersion},
		func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) { return rule(tx, cs) })
	if err != nil {
		return CaseView{}, err
	}
	return s.view(ctx, c.By, cs)
}

// Triage classifies a reported case.
func (s *Service) Triage(ctx context.Context, c Call, id string, in incident.Triage) (CaseView, error) {
	var check incident.Checker
	in.Check(&check)
	if in.ViolationFoundAt != nil {
		check.DetectedAt("/violation_found_at", *in.ViolationFoundAt, c.At)
	}
	if err := check.Err(); err != nil {
		return CaseView{}, err
	}
	return s.move(ctx, c, id, incident.MoveTriage, func(tx *store.Tx, cs *incident.Case) ([]incident.Fact, error) {
		var wrong incident.Checker
		if err := checkAssignee(tx, &wrong, in.AssigneeID, c.At); err != nil {
			return nil, err
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		return cs.Triage(in, byOf(c.By), c.At)
	})
}

// checkAssignee notes someone who does not work at the team's desk.
func checkAssignee(tx *store.Tx, wrong *incident.Checker, id *string, at time.Time) error {
	if id == nil {
		return nil
	}
	found, err := tx.Users([]string{*id})
	if err != nil {
		return err
	}
	u, ok := found[*id]
	var roles []policy.Role
	if ok {
		if roles, err = rolesOf(tx, u, at); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(roles, func(r policy.Role) bool { return r == policy.Officer || r == policy.Lead }) {
		wrong.Add("/assignee_id", "not_in_team", "Người này không thuộc đội ứng cứu.", "This person does not work at the team's desk.")
	}
	return nil
}

// rolesOf are the roles that the person has at the moment; none of a system, to which no work
// is given.
func rolesOf(tx *store.Tx, u store.User, at time.Time) ([]policy.Role, error) {
	if u.Kind != store.PersonKind {
		return nil, nil
	}
	a, err := tx.Agency(u.AgencyID)
	if err != nil {
		return nil, err
	}
	return u.RolesIn(a, day(at)), nil
}

// Respond starts the work on a triaged case.
func (s *Service) Respond(ctx context.Context, c Call, id, note string) (CaseView, error) {
	if err := texts(text{"/note", note, false}); err != nil {
		return CaseView{}, err
	}
	return s.move(ctx, c, id, incident.MoveRespond, func(_ *store.Tx, cs *incident.Case) ([]incident.Fact, error) {
		return cs.Respond(note, byOf(c.By), c.At)
	})
}

// Escalate asks the police or the military, with the handovers made in the same act.
func (s *Service) Escalate(ctx context.Context, c Call, id, reason string, asks []NewHandover) (CaseView, error) {
	var check incident.Checker
	check.Text("/reason", reason, true, incident.MaxText)
	if len(asks) == 0 || len(asks) > 20 {
		check.Add("/handovers", "required", "Cần từ 1 đến 20 đề nghị.", "1 to 20 handovers are needed.")
	}
	for i, a := range asks {
		a.check(&check, pointer("/handovers", i))
	}
	if err := check.Err(); err != nil {
		return CaseView{}, err
	}
	return s.move(ctx, c, id, incident.MoveEscalate, func(tx *store.Tx, cs *incident.Case) ([]incident.Fact, error) {
		var wrong incident.Checker
		list := make([]incident.Ask, len(asks))
		for i, in := range asks {
			if in.FromAgencyID != nil && *in.FromAgencyID != c.By.AgencyID {
				wrong.Add(pointer("/handovers", i)+"/from_agency_id", "not_here", "Đề nghị nhận bằng giấy phải nhập riêng.", "A request on paper is entered by itself.")
			}
			var err error
			if list[i], err = resolve(tx, &wrong, pointer("/handovers", i), in, c.By.AgencyID, c.At); err != nil {
				return nil, err
			}
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		return cs.Escalate(reason, list, byOf(c.By), c.At, newID)
	})
}

// NotifyNational decides that the case cannot be handled and makes the request for help; the
// default addressee is the national coordinator of the day.
func (s *Service) NotifyNational(ctx context.Context, c Call, id, reason string, toAgencyID *string) (CaseView, error) {
	if err := texts(text{"/reason", reason, true}); err != nil {
		return CaseView{}, err
	}
	return s.move(ctx, c, id, incident.MoveNotifyNational, func(tx *store.Tx, cs *incident.Case) ([]incident.Fact, error) {
		var to *incident.Agency
		var err error
		if toAgencyID == nil {
			to, err = agencyOf(tx, incident.RoleNationalCoordinator, c.At)
		} else {
			var wrong incident.Checker
			if err = checkAgency(tx, &wrong, "/to_agency_id", toAgencyID, c.At); err == nil {
				err = wrong.Err()
			}
			if err == nil {
				to, err = tx.Agency(*toAgencyID)
			}
		}
		if err != nil {
			return nil, err
		}
		facts, err := cs.NotifyNational(reason, *to, byOf(c.By), c.At, newID())
		if err != nil {
			return nil, err
		}
		return facts, s.fillHelp(tx, cs, c, facts)
	})
}

// StandDown lowers the alert.
func (s *Service) StandDown(ctx context.Context, c Call, id, reason string) (CaseView, error) {
	if err := texts(text{"/reason", reason, true}); err != nil {
		return CaseView{}, err
	}
	return s.move(ctx, c, id, incident.MoveStandDown, func(tx *store.Tx, cs *incident.Case) ([]incident.Fact, error) {
		agencies, err := tx.Agencies()
		if err != nil {
			return nil, err
		}
		isForce := func(id string) bool {
			i := slices.IndexFunc(agencies, func(a incident.Agency) bool { return a.ID == id })
			return i >= 0 && force(agencies[i], c.At)
		}
		return cs.StandDown(reason, isForce, byOf(c.By), c.At)
	})
}

// Resolve ends the technical work with its result.
func (s *Service) Resolve(ctx context.Context, c Call, id string, in incident.Resolve) (CaseView, error) {
	var check incident.Checker
	if in.Check(&check); check.Err() != nil {
		return CaseView{}, check.Err()
	}
	return s.move(ctx, c, id, incident.MoveResolve, func(_ *store.Tx, cs *incident.Case) ([]incident.Fact, error) {
		return cs.Resolve(in, byOf(c.By), c.At)
	})
}

// Close ends the case while the closure gate is open.
func (s *Service) Close(ctx context.Context, c Call, id, lessons string) (CaseView, error) {
	if err := texts(text{"/lessons", lessons, true}); err != nil {
		return CaseView{}, err
	}
	return s.move(ctx, c, id, incident.MoveClose, func(_ *store.Tx, cs *incident.Case) ([]incident.Fact, error) {
		return cs.Close(lessons, byOf(c.By), c.At)
	})
}

// Reject refuses a report that is not a case for the team.
func (s *Service) Reject(ctx context.Context, c Call, id, reason, note string) (CaseView, error) {
	var check incident.Checker
	incident.OneOf(&check, "/reason", reason, incident.RejectReasons)
	check.Text("/note", note, true, incident.MaxText)
	if err := check.Err(); err != nil {
		return CaseView{}, err
	}
	return s.move(ctx, c, id, incident.MoveReject, func(_ *store.Tx, cs *incident.Case) ([]incident.Fact, error) {
		return cs.Reject(reason, note, byOf(c.By), c.At)
	})
}

// Reopen takes an ended case up again.
func (s *Service) Reopen(ctx context.Context, c Call, id, reason string) (CaseView, error) {
	if err := texts(text{"/reason", reason, true}); err != nil {
		return CaseView{}, err
	}
	return s.move(ctx, c, id, incident.MoveReopen, func(_ *store.Tx, cs *incident.Case) ([]incident.Fact, error) {
		return cs.Reopen(reason, byOf(c.By), c.At)
	})
}

type text struct {
	pointer, value string
	required       bool
}

func texts(list ...text) error {
	var c incident.Checker
	for _, t := range list {
		c.Text(t.pointer, t.value, t.required, incident.MaxText)
	}
	return c.Err()
}

func force(a incident.Agency, at time.Time) bool {
	return a.HasRole(incident.RolePolice, day(at)) || a.HasRole(incident.RoleMilitary, day(at))
}
