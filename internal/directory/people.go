package directory

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// username: plain letters only, so that no two names look alike.
var usernameForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9._-]{0,38}[a-z0-9])?$`)

// foldUsername is the one form under which a username is stored and compared.
func foldUsername(s string) string { return strings.ToLower(strings.TrimSpace(norm.NFKC.String(s))) }

// NewUser is a person to add.
type NewUser struct {
	Username, FullName, Phone, AgencyID string
	HomeAgencyID                        *string
}

// PeopleFilter narrows the list of people.
type PeopleFilter struct {
	AgencyID string
	Role     policy.Role // held today
	Disabled *bool
	Awaiting *bool // with a grant that awaits its second person
}

// People lists the people that the caller may read, by username.
func (s *Service) People(ctx context.Context, by policy.Actor, f PeopleFilter, now time.Time) ([]store.User, error) {
	if err := policy.Check(by, policy.ReadPeople, policy.Object{AgencyID: by.AgencyID}); err != nil {
		return nil, err
	}
	list, err := s.store.Read(ctx).AllUsers()
	if err != nil {
		return nil, err
	}
	out := []store.User{}
	for _, u := range list {
		awaits := slices.ContainsFunc(u.Grants, func(g store.Grant) bool { return g.Confirmed == store.GrantOpen && !ended(g, day(now)) })
		switch {
		case u.Kind != store.PersonKind, !policy.Allows(by, policy.ReadPeople, policy.Object{AgencyID: u.AgencyID}),
			f.AgencyID != "" && u.AgencyID != f.AgencyID,
			f.Role != "" && !slices.Contains(u.RolesOn(day(now)), f.Role),
			f.Disabled != nil && *f.Disabled != (u.DisabledAt != nil),
			f.Awaiting != nil && *f.Awaiting != awaits:
		default:
			out = append(out, u)
		}
	}
	return out, nil
}

// Person reads one person.
func (s *Service) Person(ctx context.Context, by policy.Actor, id string) (*store.User, error) {
	u, err := s.store.Read(ctx).User(id)
	if err != nil {
		return nil, err
	}
	if u.Kind != store.PersonKind || !policy.Allows(by, policy.ReadPeople, policy.Object{AgencyID: u.AgencyID}) {
		return nil, fault.Absent()
	}
	return u, nil
}

// CreateUser adds a person, without any right yet, and returns the password that is shown once
// and must be changed at the first login.
func (s *Service) CreateUser(ctx context.Context, c Call, in NewUser) (u *store.User, password string, err error) {
	in.Username = foldUsername(in.Username)
	var check incident.Checker
	if !usernameForm.MatchString(in.Username) {
		check.Add("/username", "bad_username", "Tên đăng nhập gồm chữ không dấu, số, dấu chấm, gạch (tối đa 40 ký tự).", "Letters a to z, digits, dots, hyphens and underscores, at most 40.")
	}
	check.Text("/full_name", in.FullName, true, maxName)
	check.Text("/phone", in.Phone, false, maxPhone)
	if err := check.Err(); err != nil {
		return nil, "", err
	}
	if err := policy.Check(c.By, policy.ManagePeople, policy.Object{AgencyID: c.By.AgencyID}); err != nil {
		return nil, "", err // before the hashing, which is slow
	}
	password = newPassword()
	hash, err := s.hash(ctx, password)
	if err != nil {
		return nil, "", err
	}
	u = &store.User{
		ID: newID(), Username: in.Username, FullName: in.FullName, Phone: in.Phone, AgencyID: in.AgencyID,
		HomeAgencyID: in.HomeAgencyID, PasswordHash: hash, MustChangePassword: true, CreatedAt: c.At, Grants: []store.Grant{},
	}
	find := func(*registry) (policy.Object, error) { return policy.Object{AgencyID: in.AgencyID}, nil }
	err = s.change(ctx, c, policy.ManagePeople, find, func(r *registry) (facts, error) {
		var check incident.Checker
		r.checkPlace(&check, u)
		if _, err := r.tx.UserByName(u.Username); err == nil {
			check.Add("/username", "taken", "Tên đăng nhập này đã được dùng.", "This username is in use.")
		} else if !fault.NotFound.In(err) {
			return nil, err
		}
		if err := check.Err(); err != nil {
			return nil, err
		}
		f := facts{}
		f.add(u.AgencyID, personFact("user.created", u.ID, map[string]any{
			"username": u.Username, "full_name": u.FullName, "phone": u.Phone, "agency_id": u.AgencyID, "home_agency_id": u.HomeAgencyID,
		}))
		return f, r.tx.CreateUser(u)
	})
	return u, password, err
}

// Limits of texts about people, in characters.
const (
	maxName  = 100
	maxPhone = 50
)

// checkPlace checks where a person works: an agency that stands, and for members of the team
// the agency that employs them.
func (r *registry) checkPlace(c *incident.Checker, u *store.User) {
	a := incident.AgencyOf(r.agencies, u.AgencyID)
	if a == nil || !a.Valid.Holds(r.today) {
		c.Add("/agency_id", "unknown_agency", "Không có cơ quan này, hoặc đã kết thúc.", "There is no such agency, or it has ended.")
		return
	}
	if u.HomeAgencyID == nil {
		return
	}
	home := incident.AgencyOf(r.agencies, *u.HomeAgencyID)
	switch {
	case !a.HasRole(incident.RoleTeam, r.today):
		c.Add("/home_agency_id", "not_the_team", "Chỉ thành viên Đội ứng cứu sự cố có cơ quan công tác riêng.", "Members of the team alone have a home agency.")
	case home == nil || home.ID == a.ID || !home.Valid.Holds(r.today):
		c.Add("/home_agency_id", "unknown_agency", "Không có cơ quan này, hoặc đã kết thúc.", "There is no such agency, or it has ended.")
	}
}

func personFact(typ, id string, full map[string]any) incident.Fact {
	return incident.Fact{Type: typ, ObjectKind: "user", ObjectID: id, Full: full}
}

// accounts are one kind of them: who reads and who manages it.
type accounts struct {
	kind         string
	read, manage policy.Action
}

var (
	people  = accounts{store.PersonKind, policy.ReadPeople, policy.ManagePeople}
	systems = accounts{store.SystemKind, policy.ReadSystems, policy.ManageSystems}
)

// onPerson changes one person.
func (s *Service) onPerson(ctx context.Context, c Call, action policy.Action, id string,
	rule func(r *registry, u *store.User) (facts, error)) (*store.User, error) {
	return s.onAccount(ctx, c, people, action, id, rule)
}

// onAccount changes one account of the kind. find and policy are the same for every such
// change; rule says what changes and which facts follow, by chain.
func (s *Service) onAccount(ctx context.Context, c Call, of accounts, action policy.Action, id string,
	rule func(r *registry, u *store.User) (facts, error)) (*store.User, error) {
	var u *store.User
	find := func(r *registry) (o policy.Object, err error) {
		if u, err = r.tx.User(id); err != nil {
			return o, err
		}
		o.AgencyID = u.AgencyID
		if u.Kind != of.kind || !policy.Allows(c.By, of.read, o) {
			return o, fault.Absent()
		}
		return o, nil
	}
	err := s.change(ctx, c, action, find, func(r *registry) (facts, error) {
		if action == of.manage && !c.By.Has(policy.Admin) && aboveAgency(u, r.today) {
			return nil, aboveOwnLevel()
		}
		return rule(r, u)
	})
	if err != nil {
		return nil, err
	}
	return u, nil
}

func aboveOwnLevel() error {
	return refused(fault.Forbidden, "above_own_level",
		"Tài khoản này có quyền cao hơn mức quản trị của đơn vị; chỉ quản trị hệ thống được thay đổi.",
		"This account holds more than an agency's administrator may give; the administrator alone changes it.")
}

// agencyRoles are what an agency's own administrator may give.
var agencyRoles = []policy.Role{policy.Reporter, policy.Liaison}

// aboveAgency reports whether a person holds, or will hold, more than that.
func aboveAgency(u *store.User, today string) bool {
	return slices.ContainsFunc(u.Grants, func(g store.Grant) bool {
		return !ended(g, today) && g.AgencyID == u.AgencyID && !slices.Contains(agencyRoles, g.Role)
	})
}

// ended reports whether nothing of the grant lies on or after the day.
func ended(g store.Grant, on string) bool { return g.Valid.To != "" && g.Valid.To <= on }

func refused(kind fault.Kind, code, vi, en string) error {
	return fault.New(kind, vi, en).Because(fault.Reason{Code: code, Text: fault.Text{VI: vi, EN: en}})
}

func notOneself(c Call, u *store.User) error {
	if c.By.UserID != u.ID {
		return nil
	}
	return refused(fault.Conflict, "own_account", "Không tự làm việc này với tài khoản của mình.", "Nobody does this to their own account.")
}

// ChangeUser applies a merge patch. A person who moves to another agency leaves every grant
// behind.
func (s *Service) ChangeUser(ctx context.Context, c Call, id string, p api.UserPatch) (*store.User, error) {
	return s.onPerson(ctx, c, policy.ManagePeople, id, func(r *registry, u *store.User) (facts, error) {
		seen := u.Version
		if err := c.Saw(seen); err != nil {
			return nil, err
		}
		from, to := map[string]any{}, map[string]any{}
		note := func(name string, was, is any) { from[name], to[name] = was, is }
		if p.FullName.Given && p.FullName.Value != u.FullName {
			note("full_name", u.FullName, p.FullName.Value)
			u.FullName = p.FullName.Value
		}
		if p.Phone.Given && p.Phone.Value != u.Phone {
			note("phone", u.Phone, p.Phone.Value)
			u.Phone = p.Phone.Value
		}
		old := u.AgencyID
		if p.AgencyID.Given && p.AgencyID.Value != old {
			if !c.By.Has(policy.Admin) {
				return nil, policy.Denied(c.By, policy.ManageAgencies, policy.Object{})
			}
			note("agency_id", old, p.AgencyID.Value)
			u.AgencyID = p.AgencyID.Value
			if !p.HomeAgencyID.Given && u.HomeAgencyID != nil {
				note("home_agency_id", u.HomeAgencyID, nil)
				u.HomeAgencyID = nil
			}
		}
		if p.HomeAgencyID.Given && value(u.HomeAgencyID) != p.HomeAgencyID.Value {
			note("home_agency_id", u.HomeAgencyID, orNil(p.HomeAgencyID.Value))
			u.HomeAgencyID = orNil(p.HomeAgencyID.Value)
		}
		var check incident.Checker
		check.Text("/full_name", u.FullName, true, maxName)
		check.Text("/phone", u.Phone, false, maxPhone)
		if from["agency_id"] != nil || to["home_agency_id"] != nil {
			r.checkPlace(&check, u)
		}
		if err := check.Err(); err != nil || len(to) == 0 {
			return nil, err
		}
		f := facts{}
		changed := personFact("user.changed", u.ID, map[string]any{"changed_from": from, "changed_to": to})
		f.add(old, changed)
		if u.AgencyID != old {
			f.add(u.AgencyID, changed)
			for i := range u.Grants {
				if g := &u.Grants[i]; g.AgencyID == old && !ended(*g, r.today) {
					fact, err := r.endGrant(g, max(r.today, g.Valid.From), "Chuyển cơ quan")
					if err != nil {
						return nil, err
					}
					f.add(old, fact)
				}
			}
		}
		u.Version++
		if err := r.tx.SaveUser(u, seen); err != nil {
			return nil, err
		}
		return f, r.someoneAdministers(r.today)
	})
}
