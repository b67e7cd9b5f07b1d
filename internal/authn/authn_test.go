package authn_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

var now = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)

type door struct {
	*testing.T
	*authn.Service
	store *store.Store
	dir   string
}

func each(t *testing.T, test func(d *door)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		directorytest.Demo(t, st, now)
		dir := t.TempDir()
		s, err := authn.New(st, dir)
		require.NoError(t, err)
		test(&door{t, s, st, dir})
	})
}

func (d *door) login(user string) authn.Tokens {
	d.Helper()
	tokens, err := d.Login(d.Context(), authn.Credentials{Username: user, Password: directory.DemoPassword}, now)
	require.NoError(d, err)
	return tokens
}

func TestALoginSaysWhoActsForWhomWithTheRolesInForce(t *testing.T) {
	each(t, func(d *door) {
		sess, err := d.Authenticate(d.Context(), d.login("  Lead ").Access, now)
		require.NoError(d, err)
		require.Equal(d, "lead", sess.Actor.Username)
		require.Equal(d, "doi-ucsc", sess.Actor.AgencyCode)
		require.Equal(d, []policy.Role{policy.Lead}, sess.Actor.Roles)
	})
}

func TestAnUnknownUserAndAWrongPasswordGetTheSameAnswer(t *testing.T) {
	each(t, func(d *door) {
		_, unknown := d.Login(d.Context(), authn.Credentials{Username: "nobody", Password: directory.DemoPassword}, now)
		_, wrong := d.Login(d.Context(), authn.Credentials{Username: "lead", Password: "wrong"}, now)
		require.ErrorIs(d, unknown, fault.Unauthenticated)
		require.Equal(d, unknown, wrong)
	})
}

func TestATokenEndsAfterAQuarterOfAnHour(t *testing.T) {
	each(t, func(d *door) {
		tokens := d.login("officer")
		require.Equal(d, 900, tokens.ExpiresIn)
		_, err := d.Authenticate(d.Context(), tokens.Access, now.Add(14*time.Minute))
		require.NoError(d, err)
		_, err = d.Authenticate(d.Context(), tokens.Access, now.Add(16*time.Minute))
		require.ErrorIs(d, err, fault.Unauthenticated)
	})
}

func TestARefreshDoesNotStretchASessionPastItsShift(t *testing.T) {
	each(t, func(d *door) {
		_, err := d.Refresh(d.Context(), d.login("officer").Refresh, now.Add(12*time.Hour))
		require.ErrorIs(d, err, fault.Unauthenticated)
	})
}

func TestALogoutEndsItsSessionAlone(t *testing.T) {
	each(t, func(d *door) {
		one, other := d.login("officer"), d.login("officer")
		sess, err := d.Authenticate(d.Context(), one.Access, now)
		require.NoError(d, err)
		require.NoError(d, d.Logout(d.Context(), sess.ID, now))
		_, err = d.Authenticate(d.Context(), one.Access, now)
		require.ErrorIs(d, err, fault.Unauthenticated)
		_, err = d.Authenticate(d.Context(), other.Access, now)
		require.NoError(d, err)
	})
}

func TestANewPasswordEndsEveryOtherSession(t *testing.T) {
	each(t, func(d *door) {
		mine, other := d.login("officer"), d.login("officer")
		sess, err := d.Authenticate(d.Context(), mine.Access, now)
		require.NoError(d, err)
		require.ErrorIs(d, d.ChangePassword(d.Context(), sess, "wrong", "mot-mat-khau-moi-dai", now), fault.Invalid)
		require.ErrorIs(d, d.ChangePassword(d.Context(), sess, directory.DemoPassword, "ngan", now), fault.Invalid)
		require.NoError(d, d.ChangePassword(d.Context(), sess, directory.DemoPassword, "mot-mat-khau-moi-dai", now))
		_, err = d.Authenticate(d.Context(), mine.Access, now)
		require.NoError(d, err)
		_, err = d.Authenticate(d.Context(), other.Access, now)
		require.ErrorIs(d, err, fault.Unauthenticated)
		_, err = d.Login(d.Context(), authn.Credentials{Username: "officer", Password: directory.DemoPassword}, now)
		require.ErrorIs(d, err, fault.Unauthenticated)
	})
}

func TestARoleHoldsFromItsDayToItsDay(t *testing.T) {
	each(t, func(d *door) {
		tx := d.store.Read(d.Context())
		u, err := tx.UserByName("officer")
		require.NoError(d, err)
		a, err := tx.Agency(u.AgencyID)
		require.NoError(d, err)
		u.Grants[0].Valid.To = "2026-11-23"
		require.Equal(d, []policy.Role{policy.Officer}, authn.ActorOf(u, a, time.Date(2026, 11, 22, 16, 59, 0, 0, time.UTC)).Roles)
		require.Empty(d, authn.ActorOf(u, a, time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC)).Roles, "23/11 has begun in Viet Nam")
	})
}
