package directory

import (
	"context"
	"slices"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// needsSecond are the roles that open cases, or give them: their grants await a second person.
var needsSecond = []policy.Role{policy.Officer, policy.Lead, policy.Liaison, policy.Leader, policy.Auditor, policy.Admin}

// reporting are the agencies whose people report and answer for their own systems. Any other
// agency takes part in the cases of others: there, whoever reports reads those too.
var reporting = []incident.AgencyRole{incident.RoleOwner, incident.RoleOperator, incident.RoleProvider, incident.RoleSecurityOwner}

// opens reports whether a role that is given in the agency opens cases, from the day on.
func opens(role policy.Role, a *incident.Agency, on string) bool {
	return slices.Contains(needsSecond, role) || role == policy.Reporter && slices.ContainsFunc(a.Roles, func(r incident.AgencyRoleSpan) bool {
		return !slices.Contains(reporting, r.Role) && (r.Valid.To == "" || on < r.Valid.To)
	})
}

// fits says why a role does not fit the agency on a day; nil when it does.
func fits(role policy.Role, a *incident.Agency, on string) *fault.Field {
	no := func(vi, en string) *fault.Field {
		return &fault.Field{Pointer: "/role", Code: "wrong_agency", Text: fault.Text{VI: vi, EN: en}}
	}
	switch {
	case policy.Fits(role, a, on):
		return nil
	case role == policy.Leader:
		return no("Vai trò này chỉ dành cho cơ quan lãnh đạo (UBND).", "This role is for the leadership's agency alone.")
	case role == policy.Liaison || role == policy.Reporter:
		return no("Vai trò này không dành cho người của Đội ứng cứu sự cố.", "This role is not for people of the team.")
	}
	return no("Vai trò này chỉ dành cho người của Đội ứng cứu sự cố.", "This role is for people of the team alone.")
}

// Grant gives a person a role from a day to a day, in the agency they act for. A role that
// opens cases gives nothing until a second person confirms it; at the console it is confirmed
// at once.
func (s *Service) Grant(ctx context.Context, c Call, userID string, role policy.Role, valid incident.Span, basis string) (*store.User, *store.Grant, error) {
	return s.grant(ctx, c, people, userID, role, valid, basis)
}

func (s *Service) grant(ctx context.Context, c Call, of accounts, userID string, role policy.Role, valid incident.Span, basis string) (*store.User, *store.Grant, error) {
	var check incident.Checker
	incident.OneOf(&check, "/role", role, policy.Roles)
	check.Text("/basis", basis, true, incident.MaxShort)
	check.Span("/to", valid)
	if err := check.Err(); err != nil {
		return nil, nil, err
	}
	if valid.From == "" {
		valid.From = day(c.At)
	}
	g := &store.Grant{
		ID: newID(), UserID: userID, Role: role, Valid: valid, Basis: basis, GrantedByID: &c.By.UserID, GrantedAt: c.At,
	}
	u, err := s.onAccount(ctx, c, of, of.manage, userID, func(r *registry, u *store.User) (facts, error) {
		if u.ID == c.By.UserID {
			return nil, refused(fault.Forbidden, "own_grant", "Không ai tự cấp quyền cho mình.", "Nobody grants to themselves.")
		}
		if !c.By.Has(policy.Admin) && !slices.Contains(agencyRoles, role) {
			return nil, refused(fault.Forbidden, "above_own_level", "Quản trị đơn vị chỉ cấp vai trò báo cáo và đầu mối.", "An agency's administrator gives the roles reporter and liaison alone.")
		}
		g.AgencyID = u.AgencyID
		a, err := r.agency(u.AgencyID)
		if err != nil {
			return nil, err
		}
		if wrong := fits(role, a, max(valid.From, r.today)); wrong != nil {
			return nil, fault.Input(*wrong)
		}
		if ended(*g, r.today) {
			return nil, fault.Input(fault.Field{Pointer: "/to", Code: "in_past", Text: fault.Text{
				VI: "Thời hạn đã qua.", EN: "This time is over."}})
		}
		if slices.ContainsFunc(u.Grants, func(o store.Grant) bool {
			return o.Role == role && o.AgencyID == g.AgencyID && o.Valid.Overlaps(valid)
		}) {
			return nil, fault.Input(fault.Field{Pointer: "/from", Code: "overlap", Text: fault.Text{
				VI: "Người này đã được cấp vai trò này trong thời gian đó.", EN: "The person already has this role in that time."}})
		}
		switch {
		case s.console:
			g.Confirmed, g.ConfirmedAt = store.GrantAtConsole, &c.At
		case !opens(role, a, max(valid.From, r.today)):
			g.Confirmed, g.ConfirmedAt = store.GrantNeedsNone, &c.At
		}
		u.Grants = append(u.Grants, *g)
		f := facts{}
		f.add(u.AgencyID, grantFact("grant.made", g, map[string]any{
			"from": valid.From, "to": valid.To, "basis": basis, "confirmed": g.Confirmed,
		}))
		return f, r.tx.CreateGrant(g)
	})
	return u, g, err
}

// grantFact is a fact about a grant. Its thin part says whose and which.
func grantFact(typ string, g *store.Grant, full map[string]any) incident.Fact {
	full["user_id"], full["role"], full["agency_id"] = g.UserID, g.Role, g.AgencyID
	return incident.Fact{Type: typ, ObjectKind: "grant", ObjectID: g.ID, Full: full, Thin: map[string]any{
		"user_id": g.UserID, "role": string(g.Role), "to_agency_id": g.AgencyID,
	}}
}

func grantOf(u *store.User, id string) (*store.Grant, error) {
	i := slices.IndexFunc(u.Grants, func(g store.Grant) bool { return g.ID == id })
	if i < 0 {
		return nil, fault.Absent()
	}
	return &u.Grants[i], nil
}

// ConfirmGrant is the second person's yes: neither who gave the grant nor who gets it.
func (s *Service) ConfirmGrant(ctx context.Context, c Call, userID, grantID string) (*store.User, error) {
	return s.onGrant(ctx, c, people, policy.ConfirmGrant, userID, grantID, confirmGrant(c))
}

func confirmGrant(c Call) func(*registry, *store.User, *store.Grant) (facts, error) {
	return func(r *registry, u *store.User, g *store.Grant) (facts, error) {
		switch {
		case c.By.UserID == u.ID || g.GrantedByID != nil && *g.GrantedByID == c.By.UserID:
			return nil, refused(fault.Forbidden, "second_person", "Cần người thứ hai: không phải người cấp, không phải người được cấp.",
				"A second person is needed: neither who granted nor who is granted.")
		case g.Confirmed != store.GrantOpen:
			return nil, refused(fault.Conflict, "already_confirmed", "Quyền này không còn chờ xác nhận.", "This grant awaits no one.")
		case ended(*g, r.today):
			return nil, refused(fault.Conflict, "already_ended", "Quyền này đã kết thúc.", "This grant has ended.")
		}
		a, err := r.agency(g.AgencyID)
		if err != nil {
			return nil, err
		}
		if wrong := fits(g.Role, a, max(g.Valid.From, r.today)); wrong != nil {
			return nil, refused(fault.Conflict, wrong.Code, wrong.Text.VI, wrong.Text.EN)
		}
		g.Confirmed, g.ConfirmedByID, g.ConfirmedAt = store.GrantByPerson, &c.By.UserID, &c.At
		f := facts{}
		f.add(g.AgencyID, grantFact("grant.confirmed", g, map[string]any{"confirmed": g.Confirmed}))
		return f, r.tx.SaveGrant(g)
	}
}

// EndGrant ends a grant on a day, today when on is empty; the day is the first without it.
func (s *Service) EndGrant(ctx context.Context, c Call, userID, grantID, on, reason string) (*store.User, error) {
	return s.endGrant(ctx, c, people, userID, grantID, on, reason)
}

func (s *Service) endGrant(ctx context.Context, c Call, of accounts, userID, grantID, on, reason string) (*store.User, error) {
	var check incident.Checker
	check.Text("/reason", reason, true, incident.MaxShort)
	if err := check.Err(); err != nil {
		return nil, err
	}
	return s.onGrant(ctx, c, of, of.manage, userID, grantID, func(r *registry, _ *store.User, g *store.Grant) (facts, error) {
		if on == "" {
			on = r.today
		}
		switch {
		case ended(*g, r.today) || g.Valid.To != "" && on >= g.Valid.To:
			return nil, refused(fault.Conflict, "already_ended", "Quyền này kết thúc ngày "+g.Valid.To+".", "This grant ends on "+g.Valid.To+".")
		case on < r.today:
			return nil, fault.Input(fault.Field{Pointer: "/on", Code: "in_past", Text: fault.Text{
				VI: "Quyền đã dùng không thu hồi lùi ngày được.", EN: "A grant that was used does not end in the past."}})
		}
		fact, err := r.endGrant(g, on, reason)
		if err != nil {
			return nil, err
		}
		f := facts{}
		f.add(g.AgencyID, fact)
		return f, r.someoneAdministers(on)
	})
}

func (r *registry) endGrant(g *store.Grant, on, reason string) (incident.Fact, error) {
	g.Valid.To = max(on, g.Valid.From)
	return grantFact("grant.ended", g, map[string]any{"on": on, "reason": reason}), r.tx.SaveGrant(g)
}

func (s *Service) onGrant(ctx context.Context, c Call, of accounts, action policy.Action, userID, grantID string,
	rule func(r *registry, u *store.User, g *store.Grant) (facts, error)) (*store.User, error) {
	// A grant that is not this account's is not found, before anything is said of rights.
	if u, err := s.store.Read(ctx).User(userID); err == nil && u.Kind == of.kind && policy.Allows(c.By, of.read, policy.Object{AgencyID: u.AgencyID}) {
		if _, err := grantOf(u, grantID); err != nil {
			return nil, err
		}
	}
	return s.onAccount(ctx, c, of, action, userID, func(r *registry, u *store.User) (facts, error) {
		g, err := grantOf(u, grantID)
		if err != nil {
			return nil, err
		}
		return rule(r, u, g)
	})
}
