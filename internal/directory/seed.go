package directory

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// DemoPassword is the password of every user of the demo.
const DemoPassword = "ungcuu-demo-2026"

// The marks: the registry was filled, it was filled by the demo, and for which province.
const (
	filledMark   = "filled"
	demoMark     = "demo"
	provinceMark = "province:"
	// unmarked is the province of a desk that was filled before provinces were marked: there
	// was one profile.
	unmarked = "son-la"
)

// Seed fills an empty registry from a province's profile: its agencies, and either the demo's
// users or one administrator, whose random password it returns to be printed once. On a filled
// registry it changes nothing; of several processes that start at once, one fills it. A
// registry made by the demo and a real one are never mixed, and the data of one province is
// refused under another (see SameProvince).
func Seed(ctx context.Context, st *store.Store, p regulation.Profile, demo bool, now time.Time) (adminPassword string, err error) {
	err = st.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		fresh, err := tx.SetMark(filledMark)
		if err != nil {
			return err
		}
		if !fresh {
			return errors.Join(sameProvince(tx, p.Slug), sameKind(tx, demo))
		}
		if _, err := tx.SetMark(provinceMark + p.Slug); err != nil {
			return err
		}
		s := seed{tx: tx, profile: p, demo: demo, now: now, ids: map[string]string{}}
		if err := s.agencies(); err != nil {
			return err
		}
		if demo {
			if _, err := tx.SetMark(demoMark); err != nil {
				return err
			}
			return s.demoPeople()
		}
		adminPassword, err = s.administrator()
		return err
	})
	if err != nil {
		return "", err
	}
	return adminPassword, nil
}

// SameProvince refuses a database that was filled for another province than slug: its agencies,
// the codes of its cases and its duties are those of its own. An empty one is no province's yet.
func SameProvince(ctx context.Context, st *store.Store, slug string) error {
	tx := st.Read(ctx)
	if filled, err := tx.Mark(filledMark); err != nil || !filled {
		return err
	}
	return sameProvince(tx, slug)
}

func sameProvince(tx *store.Tx, slug string) error {
	made, err := tx.MarkedAs(provinceMark)
	if err != nil {
		return err
	}
	if made == "" {
		made = unmarked
	}
	if made != slug {
		return fmt.Errorf("UNGCUU_PROVINCE: this data belongs to the desk of %q and cannot be run as %q; use another data folder or database", made, slug)
	}
	return nil
}

func sameKind(tx *store.Tx, demo bool) error {
	made, err := tx.Mark(demoMark)
	if err != nil || made == demo {
		return err
	}
	if demo {
		return fmt.Errorf("this data belongs to a real desk; --demo needs a data folder of its own")
	}
	return fmt.Errorf("this data was made by --demo, whose passwords are public; use another data folder")
}

// seed is one filling of the registry.
type seed struct {
	tx      *store.Tx
	profile regulation.Profile
	demo    bool
	now     time.Time
	ids     map[string]string // code → id of what was created
}

// agencies creates the nodes of the profile, each after those it names, in whatever order the
// profile lists them.
func (s *seed) agencies() error {
	nodes, begun := map[string]*regulation.Node{}, map[string]bool{}
	for i := range s.profile.Agencies {
		if n := &s.profile.Agencies[i]; s.demo || !n.Demo {
			nodes[n.Code] = n
		}
	}
	var create func(n *regulation.Node) error
	create = func(n *regulation.Node) error {
		if begun[n.Code] {
			return nil
		}
		begun[n.Code] = true
		for _, code := range named(n) {
			next := nodes[code]
			if next == nil {
				return fmt.Errorf("profile %s: agency %s names %q, which is none of its agencies", s.profile.Slug, n.Code, code)
			}
			if err := create(next); err != nil {
				return err
			}
		}
		return s.agency(n)
	}
	for i := range s.profile.Agencies {
		if n := nodes[s.profile.Agencies[i].Code]; n != nil {
			if err := create(n); err != nil {
				return err
			}
		}
	}
	return nil
}

// named are the codes that must exist before the node.
func named(n *regulation.Node) []string {
	var codes []string
	if n.Parent != "" {
		codes = append(codes, n.Parent)
	}
	for _, x := range n.Seats {
		codes = append(codes, x.Code)
	}
	for _, x := range n.Successors {
		codes = append(codes, x.Code)
	}
	return codes
}

func (s *seed) agency(n *regulation.Node) error {
	a := incident.Agency{
		ID: newID(), Code: n.Code, Name: n.Name, NameEN: n.NameEN,
		Valid: incident.Span{From: n.From, To: n.To}, CreatedAt: s.now,
	}
	s.ids[n.Code] = a.ID
	if n.Parent != "" {
		p := s.ids[n.Parent]
		a.ParentID = &p
	}
	for _, x := range n.Roles {
		a.Roles = append(a.Roles, incident.AgencyRoleSpan{Role: incident.AgencyRole(x.Role), Valid: incident.Span{From: x.From, To: x.To}, Basis: x.Basis})
	}
	for _, x := range n.Seats {
		a.Seats = append(a.Seats, incident.AgencySeat{SeatID: s.ids[x.Code], Valid: incident.Span{From: x.From, To: x.To}, Basis: x.Basis})
	}
	for _, x := range n.Successors {
		a.Successors = append(a.Successors, incident.AgencySuccessor{SuccessorID: s.ids[x.Code], On: x.On, Matter: x.Matter, Basis: x.Basis})
	}
	from := n.From
	for _, x := range n.Names {
		a.Names = append(a.Names, incident.AgencyName{Name: x.Name, NameEN: x.NameEN, Valid: incident.Span{From: from, To: x.To}, Basis: x.Basis})
		from = x.To
	}
	if err := s.tx.CreateAgency(&a); err != nil {
		return fmt.Errorf("profile %s: agency %s: %w", s.profile.Slug, n.Code, err)
	}
	if !s.demo || n.Contact == "" {
		return nil
	}
	return s.tx.CreateContact(&incident.Contact{
		ID: newID(), AgencyID: a.ID, Name: n.Contact, Position: "Đầu mối 24/7", Phone: "0000 000 000",
		Email: "truc." + n.Code + "@" + strings.ReplaceAll(s.profile.Slug, "-", "") + ".example", Duty: true, ConfirmedAt: &s.now,
	})
}

func (s *seed) demoPeople() error {
	hash, err := authn.HashPassword(DemoPassword) // once: it is public, and hashing is slow
	if err != nil {
		return err
	}
	for _, p := range s.profile.Demo {
		if err := s.person(p, hash, false); err != nil {
			return err
		}
	}
	return nil
}

// administrator makes the first one, in the team of the day.
func (s *seed) administrator() (password string, err error) {
	today := s.now.In(regulation.Zone).Format(time.DateOnly)
	i := slices.IndexFunc(s.profile.Agencies, func(n regulation.Node) bool {
		return slices.ContainsFunc(n.Roles, func(r regulation.Role) bool {
			return incident.AgencyRole(r.Role) == incident.RoleTeam && incident.Span{From: r.From, To: r.To}.Holds(today)
		})
	})
	if i < 0 {
		return "", fmt.Errorf("profile %s: no agency is the team on %s", s.profile.Slug, today)
	}
	password = newPassword()
	hash, err := authn.HashPassword(password)
	if err != nil {
		return "", err
	}
	return password, s.person(regulation.Person{
		Username: "admin", Name: "Quản trị hệ thống", Agency: s.profile.Agencies[i].Code, Role: string(policy.Admin),
	}, hash, true)
}

func (s *seed) person(p regulation.Person, hash string, mustChange bool) error {
	u := store.User{
		ID: newID(), Username: p.Username, FullName: p.Name, AgencyID: s.ids[p.Agency],
		PasswordHash: hash, MustChangePassword: mustChange, CreatedAt: s.now,
	}
	if u.AgencyID == "" {
		return fmt.Errorf("profile %s: %s belongs to %q, which is none of its agencies", s.profile.Slug, p.Username, p.Agency)
	}
	if p.Home != "" {
		home := s.ids[p.Home]
		u.HomeAgencyID = &home
	}
	u.Grants = []store.Grant{{
		ID: newID(), UserID: u.ID, AgencyID: u.AgencyID, Role: policy.Role(p.Role), Basis: "Khởi tạo hệ thống",
		GrantedAt: s.now, Confirmed: store.GrantBySeed, ConfirmedAt: &s.now,
	}}
	return s.tx.CreateUser(&u)
}

// newPassword is 120 random bits in letters that are told apart on paper.
func newPassword() string {
	b := make([]byte, 15)
	_, _ = rand.Read(b) // never fails: crypto/rand aborts the program instead
	s := strings.ToLower(base32.StdEncoding.EncodeToString(b))
	return s[:6] + "-" + s[6:12] + "-" + s[12:18] + "-" + s[18:24]
}
