package directory_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

var now = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)

func sonLa(t *testing.T) regulation.Profile {
	t.Helper()
	return directorytest.Profile(t, "son-la")
}

func TestOfSeveralProcessesThatStartAtOnceOneFillsTheRegistry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		var all sync.WaitGroup
		passwords := make([]string, 8)
		for i := range passwords {
			all.Go(func() {
				var err error
				passwords[i], err = directory.Seed(t.Context(), st, sonLa(t), false, now)
				if err != nil {
					t.Errorf("start %d: %v", i, err)
				}
			})
		}
		all.Wait()
		given := 0
		for _, p := range passwords {
			if p != "" {
				given++
			}
		}
		require.Equal(t, 1, given, "the password is given once")
	})
}

func TestADemoAndARealDeskAreNeverMixed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		_, err := directory.Seed(t.Context(), st, sonLa(t), true, now)
		require.NoError(t, err)
		_, err = directory.Seed(t.Context(), st, sonLa(t), true, now)
		require.NoError(t, err)
		_, err = directory.Seed(t.Context(), st, sonLa(t), false, now)
		require.ErrorContains(t, err, "passwords are public")
	})
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		_, err := directory.Seed(t.Context(), st, sonLa(t), false, now)
		require.NoError(t, err)
		_, err = directory.Seed(t.Context(), st, sonLa(t), true, now)
		require.ErrorContains(t, err, "data folder of its own")
	})
}

// The team sat at the department of information and communications until 28/02/2025, and
// sits at the police since 01/03/2025; history keeps the old name.
func TestTheSeatOfTheTeamFollowsTheTransferOfTheFirstOfMarch2025(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		_, err := directory.Seed(t.Context(), st, sonLa(t), false, now)
		require.NoError(t, err)
		list, err := directory.New(st, "son-la").Agencies(t.Context(), "")
		require.NoError(t, err)
		byCode := map[string]incident.Agency{}
		for _, a := range list {
			byCode[a.Code] = a
		}
		seat := func(day string) string {
			for _, s := range byCode["doi-ucsc"].Seats {
				if s.Valid.Holds(day) {
					for code, a := range byCode {
						if a.ID == s.SeatID {
							return code
						}
					}
				}
			}
			return ""
		}
		require.Equal(t, "stttt", seat("2025-02-28"))
		require.Equal(t, "cat", seat("2025-03-01"))
		require.True(t, byCode["stttt"].Valid.Holds("2025-02-28"))
		require.False(t, byCode["stttt"].Valid.Holds("2025-03-01"))
		require.Len(t, byCode["stttt"].Successors, 2)
		for role, code := range map[incident.AgencyRole]string{
			incident.RoleTeam: "doi-ucsc", incident.RolePolice: "cat-dau-moi", incident.RoleMilitary: "bchqs",
			incident.RoleNationalCoordinator: "vncert", incident.RoleLeadership: "ubnd",
		} {
			require.True(t, byCode[code].HasRole(role, "2026-11-22"), code)
		}
	})
}

// madeUp is a province whose nodes stand before those they name.
func madeUp() regulation.Profile {
	return regulation.Profile{
		Slug: "que-minh", Prefix: "QM", Name: "tỉnh Quê Mình",
		Agencies: []regulation.Node{
			{
				Code: "doi", Name: "Đội", Seats: []regulation.Seat{{Code: "so", To: "2025-03-01", Basis: "QĐ 1"}, {Code: "cat", From: "2025-03-01", Basis: "QĐ 2"}},
				Roles: []regulation.Role{{Role: "team", From: "2017-11-27", Basis: "QĐ 1"}}, Contact: "Trực Đội",
			},
			{Code: "so", Name: "Sở", Parent: "ubnd", To: "2025-03-01", Successors: []regulation.Heir{{Code: "cat", On: "2025-03-01", Matter: "an toàn", Basis: "QĐ 2"}}},
			{
				Code: "cat", Name: "Công an tỉnh", NameEN: "Police", Parent: "ubnd", From: "2000-01-01",
				Names: []regulation.OldName{{Name: "Ty Công an", To: "2010-01-01", Basis: "QĐ a"}, {Name: "Sở Công an", NameEN: "Old police", To: "2015-01-01", Basis: "QĐ b"}},
			},
			{Code: "ubnd", Name: "UBND"},
			{Code: "syt", Name: "Sở Y tế", Parent: "ubnd", Demo: true},
		},
		Demo: []regulation.Person{{Username: "lead", Name: "Chỉ huy", Agency: "doi", Home: "cat", Role: "lead"}, {Username: "other", Name: "Y tế", Agency: "syt", Role: "reporter"}},
	}
}

func agencies(t *testing.T, st *store.Store) map[string]incident.Agency {
	t.Helper()
	list, err := directory.New(st, "x").Agencies(t.Context(), "")
	require.NoError(t, err)
	out := map[string]incident.Agency{}
	for _, a := range list {
		out[a.Code] = a
	}
	return out
}

func TestARegistryIsExactlyWhatTheProfileSaysInWhateverOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		password, err := directory.Seed(t.Context(), st, madeUp(), true, now)
		require.NoError(t, err)
		require.Empty(t, password, "nobody's password is secret in a demo")
		all := agencies(t, st)
		require.Len(t, all, 5)
		cat, team := all["cat"], all["doi"]
		require.Equal(t, all["ubnd"].ID, *cat.ParentID)
		require.Equal(t, incident.Span{From: "2000-01-01"}, cat.Valid)
		require.Equal(t, []incident.AgencyName{
			{AgencyID: cat.ID, Name: "Ty Công an", Valid: incident.Span{From: "2000-01-01", To: "2010-01-01"}, Basis: "QĐ a"},
			{AgencyID: cat.ID, Name: "Sở Công an", NameEN: "Old police", Valid: incident.Span{From: "2010-01-01", To: "2015-01-01"}, Basis: "QĐ b"},
		}, cat.Names)
		require.Equal(t, "Ty Công an", cat.On("2009-12-31").Name)
		require.Equal(t, "Công an tỉnh", cat.On("2015-01-01").Name)
		require.Equal(t, []incident.AgencySuccessor{{AgencyID: all["so"].ID, SuccessorID: cat.ID, On: "2025-03-01", Matter: "an toàn", Basis: "QĐ 2"}}, all["so"].Successors)
		require.Equal(t, []incident.AgencyRoleSpan{{AgencyID: team.ID, Role: incident.RoleTeam, Valid: incident.Span{From: "2017-11-27"}, Basis: "QĐ 1"}}, team.Roles)
		require.Equal(t, []incident.AgencySeat{
			{AgencyID: team.ID, SeatID: all["so"].ID, Valid: incident.Span{To: "2025-03-01"}, Basis: "QĐ 1"},
			{AgencyID: team.ID, SeatID: cat.ID, Valid: incident.Span{From: "2025-03-01"}, Basis: "QĐ 2"},
		}, team.Seats)
		lead, err := st.Read(t.Context()).UserByName("lead")
		require.NoError(t, err)
		require.Equal(t, team.ID, lead.AgencyID)
		require.Equal(t, cat.ID, *lead.HomeAgencyID)
		_, err = st.Read(t.Context()).UserByName("admin")
		require.ErrorIs(t, err, fault.NotFound, "the demo's people are those of the profile")
		contacts, err := st.Read(t.Context()).AllContacts()
		require.NoError(t, err)
		require.Len(t, contacts, 1)
		require.Equal(t, "truc.doi@queminh.example", contacts[0].Email)
	})
}

// A real desk begins without the demo's agencies, people and addresses.
func TestTheFirstAdministratorOfARealDeskBelongsToTheTeamOfTheDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		p := madeUp()
		p.Agencies[0].Roles[0].To = "2026-07-01"
		p.Agencies = append(p.Agencies, regulation.Node{Code: "doi-moi", Name: "Đội mới", Roles: []regulation.Role{{Role: "team", From: "2026-07-01"}}})
		_, err := directory.Seed(t.Context(), st, p, false, now)
		require.NoError(t, err)
		all := agencies(t, st)
		require.Len(t, all, 5, "without the one of the demo")
		require.NotContains(t, all, "syt")
		admin, err := st.Read(t.Context()).UserByName("admin")
		require.NoError(t, err)
		require.Equal(t, all["doi-moi"].ID, admin.AgencyID)
		require.True(t, admin.MustChangePassword)
		contacts, err := st.Read(t.Context()).AllContacts()
		require.NoError(t, err)
		require.Empty(t, contacts)
	})
}

func TestAProfileThatCannotBeBuiltLeavesNothingBehind(t *testing.T) {
	for name, broken := range map[string]struct {
		damage func(p *regulation.Profile)
		demo   bool
		want   string
	}{
		"an unknown parent":            {func(p *regulation.Profile) { p.Agencies[2].Parent = "x" }, true, `que-minh: agency cat names "x"`},
		"an unknown seat":              {func(p *regulation.Profile) { p.Agencies[0].Seats[0].Code = "x" }, true, `agency doi names "x"`},
		"an unknown successor":         {func(p *regulation.Profile) { p.Agencies[1].Successors[0].Code = "x" }, true, `agency so names "x"`},
		"somebody of no agency":        {func(p *regulation.Profile) { p.Demo[0].Agency = "x" }, true, `lead belongs to "x"`},
		"a real agency below a demo's": {func(p *regulation.Profile) { p.Agencies[3].Demo = true }, false, `names "ubnd"`},
		"no team today":                {func(p *regulation.Profile) { p.Agencies[0].Roles[0].To = "2026-07-01" }, false, "no agency is the team on 2026-11-22"},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) {
				p := madeUp()
				broken.damage(&p)
				_, err := directory.Seed(t.Context(), st, p, broken.demo, now)
				require.ErrorContains(t, err, broken.want)
				require.Empty(t, agencies(t, st))
				require.NoError(t, directory.SameProvince(t.Context(), st, "son-la"), "it is no province's yet")
				_, err = directory.Seed(t.Context(), st, madeUp(), true, now)
				require.NoError(t, err, "the next start fills it")
			})
		})
	}
}

func TestTheDataOfOneProvinceIsRefusedUnderAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		require.NoError(t, directory.SameProvince(t.Context(), st, "son-la"))
		_, err := directory.Seed(t.Context(), st, madeUp(), true, now)
		require.NoError(t, err)
		require.NoError(t, directory.SameProvince(t.Context(), st, "que-minh"))
		before := len(agencies(t, st))
		const refusal = `UNGCUU_PROVINCE: this data belongs to the desk of "que-minh" and cannot be run as "son-la"`
		for _, demo := range []bool{true, false} {
			_, err = directory.Seed(t.Context(), st, sonLa(t), demo, now)
			require.ErrorContains(t, err, refusal)
		}
		require.ErrorContains(t, directory.SameProvince(t.Context(), st, "son-la"), refusal)
		require.Len(t, agencies(t, st), before)
		_, err = directory.Seed(t.Context(), st, madeUp(), true, now)
		require.NoError(t, err, "and is its own again")
	})
}

// Before provinces were marked there was one profile.
func TestADeskWithoutAMarkIsThatOfSonLa(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		require.NoError(t, st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
			_, err := tx.SetMark("filled")
			return err
		}))
		_, err := directory.Seed(t.Context(), st, sonLa(t), false, now)
		require.NoError(t, err)
		_, err = directory.Seed(t.Context(), st, madeUp(), false, now)
		require.ErrorContains(t, err, `belongs to the desk of "son-la"`)
	})
}
