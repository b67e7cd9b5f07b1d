package directory_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// office is the demo's registry on one database.
type office struct {
	*testing.T
	*directory.Service
	store *store.Store
}

func each(t *testing.T, test func(o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		directorytest.Demo(t, st, now)
		test(&office{t, directory.New(st, "son-la"), st})
	})
}

func (o *office) user(name string) *store.User {
	o.Helper()
	u, err := o.store.Read(o.Context()).UserByName(name)
	require.NoError(o, err)
	return u
}

func (o *office) call(name string) directory.Call {
	o.Helper()
	u := o.user(name)
	a, err := o.Agency(o.Context(), u.AgencyID)
	require.NoError(o, err)
	return directory.Call{By: authn.ActorOf(u, a, now), At: now, Match: "*"}
}

func TestOfTwoAdministratorsWhoLockEachOtherOneRemains(t *testing.T) {
	each(t, func(o *office) {
		second, _, err := o.CreateUser(o.Context(), o.call("admin"), directory.NewUser{Username: "admin2", FullName: "Quản trị 2", AgencyID: o.user("admin").AgencyID})
		require.NoError(o, err)
		_, g, err := o.Grant(o.Context(), o.call("admin"), second.ID, policy.Admin, incident.Span{}, "QĐ")
		require.NoError(o, err)
		_, err = o.ConfirmGrant(o.Context(), o.call("lead"), second.ID, g.ID)
		require.NoError(o, err)
		one, two := o.call("admin"), o.call("admin2")
		errs := make([]error, 2)
		var both sync.WaitGroup
		both.Go(func() { _, errs[0] = o.Disable(t.Context(), one, two.By.UserID, directory.Disabling{Reason: "r"}) })
		both.Go(func() { _, errs[1] = o.Disable(t.Context(), two, one.By.UserID, directory.Disabling{Reason: "r"}) })
		both.Wait()
		if errs[0] == nil {
			errs[0], errs[1] = errs[1], errs[0]
		}
		require.ErrorIs(o, errs[0], fault.Conflict)
		require.ErrorContains(o, errs[0], "last_admin")
		require.NoError(o, errs[1])
	})
}

func TestAGrantThatAwaitsItsSecondPersonMakesNoAdministrator(t *testing.T) {
	each(t, func(o *office) {
		_, _, err := o.Grant(o.Context(), o.call("admin"), o.user("officer").ID, policy.Admin, incident.Span{}, "QĐ")
		require.NoError(o, err)
		require.False(o, o.call("officer").By.Has(policy.Admin))
		admin := o.user("admin")
		_, err = o.EndGrant(o.Context(), o.call("admin"), admin.ID, admin.Grants[0].ID, "", "r")
		require.ErrorContains(o, err, "last_admin")
		_, err = o.EndGrant(o.Context(), o.call("admin"), admin.ID, admin.Grants[0].ID, "2030-01-01", "r")
		require.ErrorContains(o, err, "last_admin", "nor from a later day on")
	})
}

func TestAtTheConsoleAGrantIsConfirmedAtOnceAndNobodyGrantsToThemselves(t *testing.T) {
	each(t, func(o *office) {
		console := o.AtConsole()
		u, g, err := console.Grant(o.Context(), o.call("admin"), o.user("officer").ID, policy.Lead, incident.Span{}, "QĐ")
		require.NoError(o, err)
		require.Equal(o, store.GrantAtConsole, g.Confirmed)
		require.Contains(o, u.RolesOn("2026-11-22"), policy.Lead)
		_, _, err = console.Grant(o.Context(), o.call("admin"), o.user("admin").ID, policy.Auditor, incident.Span{}, "QĐ")
		require.ErrorContains(o, err, "own_grant")
	})
}

func TestPeopleOfAnEndedAgencyHaveNoRights(t *testing.T) {
	each(t, func(o *office) {
		require.True(o, o.call("other").By.Has(policy.Reporter))
		_, err := o.EndAgency(o.Context(), o.call("admin"), o.user("other").AgencyID, "2026-11-22", "QĐ")
		require.NoError(o, err)
		require.Empty(o, o.call("other").By.Roles)
	})
}

func TestSeveralWritersOfTheRegistryKeepEachChainWhole(t *testing.T) {
	each(t, func(o *office) {
		c := o.call("admin")
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				_, err := o.CreateContact(t.Context(), c, incident.Contact{AgencyID: c.By.AgencyID, Kind: incident.ContactDesk, Name: "Bàn " + string(rune('A'+i))})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		list, more, err := o.History(o.Context(), c.By, c.By.AgencyID, 0, 100)
		require.NoError(o, err)
		require.False(o, more)
		require.Len(o, list, 8)
		for i, e := range list {
			require.EqualValues(o, i+1, e.Seq)
			if i > 0 {
				require.Equal(o, list[i-1].Hash, e.PrevHash)
			}
		}
	})
}

// What a person may do hangs on what their agency is: who was the team reads no case once the
// team is another agency, whatever was granted before.
func TestARoleIsOverWithTheRoleOfItsAgency(t *testing.T) {
	each(t, func(o *office) {
		admin := o.call("admin")
		for name, role := range map[string]incident.AgencyRole{"officer": incident.RoleTeam, "leader": incident.RoleLeadership} {
			require.NotEmpty(o, o.call(name).By.Roles)
			_, err := o.EndRole(o.Context(), admin, o.user(name).AgencyID, role, "2026-11-22", "QĐ 2")
			require.NoError(o, err)
			require.Empty(o, o.call(name).By.Roles, name)
			require.Equal(o, policy.Sight{}, o.call(name).By.Sight())
		}
		require.Equal(o, []policy.Role{policy.Admin}, o.call("admin").By.Roles, "who administers the desk goes on")
	})
}

// One person alone lets nobody read cases: not as a reporter of the team, whose agency leads
// nearly all of them, nor as one of a partner, who is asked in those of others.
func TestAReporterIsGrantedAloneOnlyWhereNoCaseOfOthersIsRead(t *testing.T) {
	each(t, func(o *office) {
		for username, want := range map[string]string{"officer": "refused", "police": "awaits", "military": "awaits", "other": "at once", "reporter": "at once"} {
			u, _, err := o.CreateUser(o.Context(), o.call("admin"), directory.NewUser{Username: "ban-" + username, FullName: "Bạn", AgencyID: o.user(username).AgencyID})
			require.NoError(o, err)
			_, g, err := o.Grant(o.Context(), o.call("admin"), u.ID, policy.Reporter, incident.Span{}, "QĐ")
			if want == "refused" {
				require.ErrorIs(o, err, fault.Invalid, username)
				continue
			}
			require.NoError(o, err)
			require.Equal(o, want == "at once", g.Confirmed != store.GrantOpen, username)
			require.Equal(o, want == "at once", len(o.call("ban-"+username).By.Roles) == 1, username)
		}
	})
}
