package directory_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestEveryProvinceStartsWithExactlyTheAgenciesAndPeopleOfItsProfile(t *testing.T) {
	for _, p := range regulation.Provinces() {
		for _, demo := range []bool{true, false} {
			t.Run(p.Slug+map[bool]string{true: "/demo", false: "/real"}[demo], func(t *testing.T) {
				storetest.Each(t, func(t *testing.T, st *store.Store) {
					profile := directorytest.Profile(t, p.Slug)
					require.Equal(t, p.Prefix, profile.Prefix)
					_, err := directory.Seed(t.Context(), st, profile, demo, now)
					require.NoError(t, err)
					all := agencies(t, st)
					code := map[string]string{}
					for _, a := range all {
						code[a.ID] = a.Code
					}
					var want []regulation.Node
					for _, n := range profile.Agencies {
						if demo || !n.Demo {
							n.Demo, n.Contact = false, ""
							want = append(want, ordered(n))
						}
					}
					var got []regulation.Node
					for _, n := range want {
						require.Contains(t, all, n.Code)
						got = append(got, ordered(nodeOf(all[n.Code], code)))
					}
					require.Len(t, all, len(want))
					require.Equal(t, want, got)
					for _, x := range profile.Demo {
						u, err := st.Read(t.Context()).UserByName(x.Username)
						if !demo && x.Username != "admin" {
							require.Error(t, err)
							continue
						}
						require.NoError(t, err)
						require.Equal(t, x.Agency, code[u.AgencyID])
						require.Equal(t, []policy.Role{policy.Role(x.Role)}, u.RolesOn(now.Format(time.DateOnly)))
					}
				})
			})
		}
	}
}

// nodeOf is an agency as a profile writes it.
func nodeOf(a incident.Agency, code map[string]string) regulation.Node {
	n := regulation.Node{Code: a.Code, Name: a.Name, NameEN: a.NameEN, From: a.Valid.From, To: a.Valid.To}
	if a.ParentID != nil {
		n.Parent = code[*a.ParentID]
	}
	for _, x := range a.Roles {
		n.Roles = append(n.Roles, regulation.Role{Role: string(x.Role), From: x.Valid.From, To: x.Valid.To, Basis: x.Basis})
	}
	for _, x := range a.Seats {
		n.Seats = append(n.Seats, regulation.Seat{Code: code[x.SeatID], From: x.Valid.From, To: x.Valid.To, Basis: x.Basis})
	}
	for _, x := range a.Successors {
		n.Successors = append(n.Successors, regulation.Heir{Code: code[x.SuccessorID], On: x.On, Matter: x.Matter, Basis: x.Basis})
	}
	for _, x := range a.Names {
		n.Names = append(n.Names, regulation.OldName{Name: x.Name, NameEN: x.NameEN, To: x.Valid.To, Basis: x.Basis})
	}
	return n
}

// ordered is the node with its roles and successors in one order.
func ordered(n regulation.Node) regulation.Node {
	n.Roles, n.Successors = slices.Clone(n.Roles), slices.Clone(n.Successors)
	slices.SortFunc(n.Roles, func(a, b regulation.Role) int { return strings.Compare(a.Role+a.From, b.Role+b.From) })
	slices.SortFunc(n.Successors, func(a, b regulation.Heir) int { return strings.Compare(a.Code+a.On, b.Code+b.On) })
	return n
}

// unplayed are the days on which a rule names a role that nobody plays, and why.
var unplayed = []struct{ province, role, until, why string }{
	{"son-la", "team", "2017-11-27", "QĐ 3063/QĐ-UBND of 27/11/2017 made the team; national rules name it before"},
	{"son-la", "police", "2017-11-27", "and the liaison desk of the police"},
}

// entered are the roles that a real desk begins without: its administrator enters who operates
// and provides what.
var entered = []string{"operator", "provider"}

// A duty that names a role nobody plays would be owed by the team, or told to nobody.
func TestEveryRoleThatARuleNamesIsPlayedOnEveryDayAndASoleOneOnce(t *testing.T) {
	sole := []string{"team", "police", "military", "national_coordinator", "leadership", "data_protection_authority"}
	for _, p := range regulation.Provinces() {
		nodes, book := directorytest.Profile(t, p.Slug).Agencies, p.Rules.Book()
		used := map[string]bool{}
		for at := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2031; at = at.AddDate(0, 0, 1) {
			day := at.Format(time.DateOnly)
			held, kept := players(nodes, day)
			for _, role := range sole {
				require.LessOrEqual(t, held[role], 1, "%s %s: %s", p.Slug, day, role)
			}
			for _, r := range book.Rules(p.Slug, day) {
				for _, role := range append([]string{r.OwedBy}, r.Told...) {
					i := slices.IndexFunc(unplayed, func(u struct{ province, role, until, why string }) bool {
						return u.province == p.Slug && u.role == role && day < u.until
					})
					switch {
					case role == "reporter", role == string(incident.RoleSecurityOwner): // of the case, whoever it is; nobody until it is entered
					case i >= 0:
						require.Zero(t, held[role], "%s %s: %s is played; the gap is listed in vain", p.Slug, day, role)
						used[role] = true
					default:
						require.NotZero(t, held[role], "%s %s: %s names %s, which nobody plays", p.Slug, day, r.ID, role)
						require.True(t, kept[role] > 0 || slices.Contains(entered, role), "%s %s: %s names %s, which a real desk has not", p.Slug, day, r.ID, role)
					}
				}
			}
		}
		for _, u := range unplayed {
			require.True(t, u.province != p.Slug || used[u.role], "%s: no rule names %s before %s", p.Slug, u.role, u.until)
		}
	}
}

// players counts who plays each role on a day, in the demo and at a real desk.
func players(nodes []regulation.Node, day string) (demo, kept map[string]int) {
	demo, kept = map[string]int{}, map[string]int{}
	for _, n := range nodes {
		for _, r := range n.Roles {
			if (incident.Span{From: n.From, To: n.To}).Holds(day) && (incident.Span{From: r.From, To: r.To}).Holds(day) {
				demo[r.Role]++
				if !n.Demo {
					kept[r.Role]++
				}
			}
		}
	}
	return demo, kept
}
