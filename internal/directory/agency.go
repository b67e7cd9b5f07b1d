package directory

import (
	"context"
	"slices"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Agencies lists the registry as it stood on the civil date on: who stood that day, under the
// name of that day; with on empty, every agency as it is now. Every account may read it.
func (s *Service) Agencies(ctx context.Context, on string) ([]incident.Agency, error) {
	list, err := s.store.Read(ctx).Agencies()
	if err != nil || on == "" {
		return list, err
	}
	out := []incident.Agency{}
	for _, a := range list {
		if a.Valid.Holds(on) {
			out = append(out, a.On(on))
		}
	}
	return out, nil
}

// Agency reads one agency.
func (s *Service) Agency(ctx context.Context, id string) (*incident.Agency, error) {
	return s.store.Read(ctx).Agency(id)
}

// CreateAgency adds an agency to the registry.
func (s *Service) CreateAgency(ctx context.Context, c Call, a incident.Agency) (*incident.Agency, error) {
	var check incident.Checker
	a.Check(&check)
	if err := check.Err(); err != nil {
		return nil, err
	}
	a.ID, a.CreatedAt = newID(), c.At
	err := s.change(ctx, c, policy.ManageAgencies, anywhere, func(r *registry) (facts, error) {
		if slices.ContainsFunc(r.agencies, func(o incident.Agency) bool { return o.Code == a.Code }) {
			return nil, fault.Input(fault.Field{Pointer: "/code", Code: "taken", Text: fault.Text{
				VI: "Mã này đã được dùng.", EN: "This code is in use."}})
		}
		if err := a.SetParent(r.agencies, a.ParentID); err != nil {
			return nil, err
		}
		if err := r.tx.CreateAgency(&a); err != nil {
			return nil, err
		}
		r.agencies = append(r.agencies, a)
		f := facts{}
		f.add(a.ID, a.CreatedFact())
		return f, nil
	})
	return &a, err
}

// edit changes one agency by a rule and saves it.
func (s *Service) edit(ctx context.Context, c Call, id string, rule func(r *registry, a *incident.Agency) ([]incident.Fact, error)) (*incident.Agency, error) {
	var a *incident.Agency
	find := func(r *registry) (o policy.Object, err error) {
		a, err = r.agency(id)
		return o, err
	}
	err := s.change(ctx, c, policy.ManageAgencies, find, func(r *registry) (facts, error) {
		seen := a.Version
		list, err := rule(r, a)
		if err != nil || len(list) == 0 {
			return nil, err
		}
		a.Version++
		if err := r.tx.SaveAgency(a, seen); err != nil {
			return nil, err
		}
		f := facts{}
		f.add(a.ID, list...)
		return f, nil
	})
	return a, err
}

// ChangeAgency applies a merge patch. A new name takes effect on a day, and the old one is
// kept with its dates.
func (s *Service) ChangeAgency(ctx context.Context, c Call, id string, p api.AgencyPatch) (*incident.Agency, error) {
	return s.edit(ctx, c, id, func(r *registry, a *incident.Agency) ([]incident.Fact, error) {
		if err := c.Saw(a.Version); err != nil {
			return nil, err
		}
		from, to := map[string]any{}, map[string]any{}
		var out []incident.Fact
		nameEN := a.NameEN
		if p.NameEN.Given {
			nameEN = p.NameEN.Value
		}
		renamed := p.Name.Given && p.Name.Value != a.Name
		if renamed {
			list, err := a.Rename(p.Name.Value, nameEN, p.On, p.Basis, r.today)
			if err != nil {
				return nil, err
			}
			out = list
		} else if p.NameEN.Given && nameEN != a.NameEN {
			var check incident.Checker
			check.Text("/name_en", nameEN, false, incident.MaxShort)
			if err := check.Err(); err != nil {
				return nil, err
			}
			from["name_en"], to["name_en"] = a.NameEN, nameEN
			a.NameEN = nameEN
		}
		if p.ParentID.Given && value(a.ParentID) != p.ParentID.Value {
			from["parent_id"] = a.ParentID
			if err := a.SetParent(r.agencies, orNil(p.ParentID.Value)); err != nil {
				return nil, err
			}
			to["parent_id"] = a.ParentID
		}
		if len(to) > 0 {
			out = append(out, a.ChangedFact(from, to))
		}
		return out, nil
	})
}

// GiveRole gives an agency a role for a time.
func (s *Service) GiveRole(ctx context.Context, c Call, id string, role incident.AgencyRoleSpan) (*incident.Agency, error) {
	return s.edit(ctx, c, id, func(r *registry, a *incident.Agency) ([]incident.Fact, error) { return a.GiveRole(r.agencies, role) })
}

// EndRole ends a role of an agency on a day.
func (s *Service) EndRole(ctx context.Context, c Call, id string, role incident.AgencyRole, on, basis string) (*incident.Agency, error) {
	return s.edit(ctx, c, id, func(_ *registry, a *incident.Agency) ([]incident.Fact, error) { return a.EndRole(role, on, basis) })
}

// AddSuccessor says who takes over from an agency.
func (s *Service) AddSuccessor(ctx context.Context, c Call, id string, x incident.AgencySuccessor) (*incident.Agency, error) {
	return s.edit(ctx, c, id, func(r *registry, a *incident.Agency) ([]incident.Fact, error) { return a.AddSuccessor(r.agencies, x) })
}

// GiveSeat says which agency hosts the team for a time.
func (s *Service) GiveSeat(ctx context.Context, c Call, id string, x incident.AgencySeat) (*incident.Agency, error) {
	return s.edit(ctx, c, id, func(r *registry, a *incident.Agency) ([]incident.Fact, error) { return a.GiveSeat(r.agencies, x) })
}

// EndSeat ends the seat of the team on a day.
func (s *Service) EndSeat(ctx context.Context, c Call, id, on, basis string) (*incident.Agency, error) {
	return s.edit(ctx, c, id, func(_ *registry, a *incident.Agency) ([]incident.Fact, error) { return a.EndSeat(on, basis) })
}

// EndAgency ends an agency on a day, with its roles and seats.
func (s *Service) EndAgency(ctx context.Context, c Call, id, on, basis string) (*incident.Agency, error) {
	return s.edit(ctx, c, id, func(r *registry, a *incident.Agency) ([]incident.Fact, error) {
		list, err := a.End(on, basis)
		if err != nil {
			return nil, err
		}
		return list, r.someoneAdministers(max(on, r.today))
	})
}

// someoneAdministers refuses a change after which nobody could administer the desk on the day.
func (r *registry) someoneAdministers(on string) error {
	people, err := r.tx.AllUsers()
	if err != nil {
		return err
	}
	return administered(people, r.agencies, on)
}

func administered(people []store.User, agencies []incident.Agency, on string) error {
	for _, u := range people {
		a := incident.AgencyOf(agencies, u.AgencyID)
		if a != nil && u.Kind == store.PersonKind && slices.Contains(u.RolesIn(a, on), policy.Admin) {
			return nil
		}
	}
	text := fault.Text{
		VI: "Hệ thống phải luôn còn ít nhất một quản trị đang hoạt động.",
		EN: "At least one active administrator must remain.",
	}
	return fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "last_admin", Text: text})
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
