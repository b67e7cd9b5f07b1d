package authn_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/record"
)

// rights is what an instance lets a token do: the roles, or the refusal.
func (d *door) rights(s *authn.Service, token string, at time.Time) ([]policy.Role, error) {
	sess, err := s.Authenticate(d.Context(), token, at)
	return sess.Actor.Roles, err
}

func (d *door) call(user string, at time.Time) directory.Call {
	d.Helper()
	sess, err := d.Authenticate(d.Context(), d.login(user).Access, at)
	require.NoError(d, err)
	return record.Call{By: sess.Actor, At: at, Match: "*"}
}

func TestAChangeOfRightsHoldsAtOnceHereAndWithinASecondElsewhere(t *testing.T) {
	type change struct {
		name string
		make func(d *door, dir *directory.Service, admin directory.Call, id string, sess authn.Session) error
		ends bool // nothing passes afterwards; otherwise the roles are gone
	}
	for _, x := range []change{
		{"the account is disabled", func(d *door, dir *directory.Service, admin directory.Call, id string, _ authn.Session) error {
			_, err := dir.Disable(d.Context(), admin, id, directory.Disabling{Reason: "Nghỉ việc", Document: "12/QĐ"})
			return err
		}, true},
		{"the password is reset", func(d *door, dir *directory.Service, admin directory.Call, id string, _ authn.Session) error {
			_, err := dir.ResetPassword(d.Context(), admin, id)
			return err
		}, true},
		{"the password is changed in another session", func(d *door, _ *directory.Service, _ directory.Call, _ string, _ authn.Session) error {
			other, err := d.Authenticate(d.Context(), d.login("officer").Access, now)
			require.NoError(d, err)
			return d.ChangePassword(d.Context(), other, directory.DemoPassword, "mot-mat-khau-moi-dai", now)
		}, true},
		{"the session is ended", func(d *door, _ *directory.Service, _ directory.Call, _ string, sess authn.Session) error {
			return d.Logout(d.Context(), sess.ID, now)
		}, true},
		{"the role is ended", func(d *door, dir *directory.Service, admin directory.Call, id string, _ authn.Session) error {
			u, err := dir.Person(d.Context(), admin.By, id)
			require.NoError(d, err)
			_, err = dir.EndGrant(d.Context(), admin, id, u.Grants[0].ID, "", "Thôi nhiệm vụ")
			return err
		}, false},
		{"the person moves to another agency", func(d *door, dir *directory.Service, admin directory.Call, id string, _ authn.Session) error {
			agencies, err := d.store.Read(d.Context()).Agencies()
			require.NoError(d, err)
			_, err = dir.ChangeUser(d.Context(), admin, id, api.UserPatch{AgencyID: api.Set(incident.AgencyOf(agencies, agencyID(d, agencies, "syt")).ID)})
			return err
		}, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			each(t, func(d *door) {
				twin := d.another()
				dir := directory.New(d.store, "son-la")
				admin := d.call("admin", now)
				token := d.login("officer").Access
				for _, s := range []*authn.Service{d.Service, twin} {
					roles, err := d.rights(s, token, now)
					require.NoError(d, err)
					require.Equal(d, []policy.Role{policy.Officer}, roles)
				}
				sess, err := d.Authenticate(d.Context(), token, now)
				require.NoError(d, err)
				require.NoError(d, x.make(d, dir, admin, sess.Actor.UserID, sess))
				d.Forget() // as every route that changes rights does

				for s, at := range map[*authn.Service]time.Time{d.Service: now, twin: now.Add(time.Second)} {
					roles, err := d.rights(s, token, at)
					if x.ends {
						require.ErrorIs(d, err, fault.Unauthenticated)
						continue
					}
					require.NoError(d, err)
					require.Empty(d, roles)
				}
			})
		})
	}
}

func agencyID(d *door, agencies []incident.Agency, code string) string {
	d.Helper()
	for _, a := range agencies {
		if a.Code == code {
			return a.ID
		}
	}
	require.Fail(d, "no agency "+code)
	return ""
}

func TestAnInstanceThatCannotKnowLetsNobodyIn(t *testing.T) {
	each(t, func(d *door) {
		var tokens []string
		for _, user := range []string{"officer", "lead", "police", "reporter"} {
			token := d.login(user).Access
			_, err := d.Authenticate(d.Context(), token, now)
			require.NoError(d, err)
			tokens = append(tokens, token)
		}
		require.NoError(d, d.store.Close())
		for _, token := range tokens {
			_, err := d.Authenticate(d.Context(), token, now.Add(999*time.Millisecond))
			require.NoError(d, err, "what was known less than a second ago is not asked again, whoever comes")
		}
		for _, token := range tokens {
			_, err := d.Authenticate(d.Context(), token, now.Add(time.Second))
			require.Error(d, err)
			require.NotErrorIs(d, err, fault.Unauthenticated, "the token may be good: logging in anew would not help")
		}
		_, err := d.Authenticate(d.Context(), tokens[0], now.Add(-time.Second))
		require.Error(d, err, "nor does a clock that was set back help")
	})
}

func TestARoleEndsAtMidnightInVietNamThoughItsHolderIsRemembered(t *testing.T) {
	each(t, func(d *door) {
		before := time.Date(2026, 11, 22, 16, 59, 59, 700_000_000, time.UTC)
		dir := directory.New(d.store, "son-la")
		admin := d.call("admin", now)
		token, err := d.Login(d.Context(), authn.Credentials{Username: "officer", Password: directory.DemoPassword}, before)
		require.NoError(d, err)
		sess, err := d.Authenticate(d.Context(), token.Access, before)
		require.NoError(d, err)
		u, err := dir.Person(d.Context(), admin.By, sess.Actor.UserID)
		require.NoError(d, err)
		_, err = dir.EndGrant(d.Context(), admin, u.ID, u.Grants[0].ID, "2026-11-23", "Hết nhiệm vụ")
		require.NoError(d, err)
		d.Forget()
		roles, err := d.rights(d.Service, token.Access, before)
		require.NoError(d, err)
		require.Equal(d, []policy.Role{policy.Officer}, roles)
		roles, err = d.rights(d.Service, token.Access, before.Add(400*time.Millisecond))
		require.NoError(d, err)
		require.Empty(d, roles)
	})
}

func TestCallersComeAndGoAtOnceWhileKeysRotateAndRightsChange(t *testing.T) {
	each(t, func(d *door) {
		var all sync.WaitGroup
		var failed atomic.Value
		for _, user := range []string{"officer", "lead", "police", "reporter"} {
			tokens := d.login(user)
			all.Go(func() {
				for i := range 200 {
					sess, err := d.Authenticate(d.Context(), tokens.Access, now.Add(time.Duration(i)*100*time.Millisecond))
					if err != nil || sess.Actor.Username != user {
						failed.Store(fmt.Sprint(user, " became ", sess.Actor.Username, ": ", err))
					}
				}
			})
		}
		all.Go(func() {
			for i := range 50 {
				d.Forget()
				if err := d.Rotate(d.Context(), now.Add(23*time.Hour+time.Duration(i)*time.Minute)); err != nil {
					failed.Store(err.Error())
				}
			}
		})
		all.Wait()
		require.Nil(d, failed.Load())
	})
}
