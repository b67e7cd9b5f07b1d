package authn_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

const loopback = "127.0.0.1"

// system makes a system of the agency of a user of the demo, without a role, and a key.
func (d *door) system(like string, verbs []policy.Action, addresses ...string) (x store.System, k store.Key, secret string) {
	d.Helper()
	u, err := d.store.Read(d.Context()).UserByName(like)
	require.NoError(d, err)
	x = store.System{
		User: store.User{
			ID: uuid.Must(uuid.NewV7()).String(), Username: "siem", FullName: "SIEM", AgencyID: u.AgencyID,
			PasswordHash: authn.NoPassword(), CreatedAt: now,
		},
		Purpose: "Giám sát", Verbs: verbs, Addresses: addresses,
	}
	k = store.Key{ID: uuid.Must(uuid.NewV7()).String(), UserID: x.User.ID, Name: "a", CreatedAt: now, CreatedByID: u.ID, ExpiresAt: now.Add(time.Hour)}
	secret, k.Hash = authn.NewKeySecret(k.ID)
	d.write(func(tx *store.Tx) error {
		if err := tx.CreateSystem(&x); err != nil {
			return err
		}
		return tx.CreateKey(&k)
	})
	return x, k, secret
}

func (d *door) write(fn func(tx *store.Tx) error) {
	d.Helper()
	require.NoError(d, d.store.Write(d.Context(), func(_ context.Context, tx *store.Tx) error { return fn(tx) }))
}

func TestAKeySaysWhichSystemCallsWithWhichVerbs(t *testing.T) {
	each(t, func(d *door) {
		x, k, secret := d.system("officer", []policy.Action{policy.Read, policy.Report})
		require.Regexp(d, `^ucs_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$`, secret)
		require.NotContains(d, k.Hash, secret[37:])
		sess, err := d.AuthenticateKey(d.Context(), secret, loopback, now)
		require.NoError(d, err)
		require.Equal(d, k.ID, sess.ID)
		require.True(d, sess.Actor.System)
		require.Equal(d, x.User.ID, sess.Actor.UserID)
		require.Equal(d, []policy.Action{policy.Read, policy.Report}, sess.Actor.Verbs)
		require.Equal(d, "doi-ucsc", sess.Actor.AgencyCode)
	})
}

func TestWhateverIsWrongWithAKeyIsAnsweredAlike(t *testing.T) {
	each(t, func(d *door) {
		x, k, secret := d.system("officer", []policy.Action{policy.Read}, "203.0.113.0/24", "2001:db8::/32")
		stranger, _ := authn.NewKeySecret(uuid.Must(uuid.NewV7()).String())
		other, _ := authn.NewKeySecret(k.ID)
		text := ""
		refused := func(about, secret, address string, at time.Time) {
			d.Helper()
			_, err := d.AuthenticateKey(d.Context(), secret, address, at)
			f, ok := fault.As(err)
			require.True(d, ok && f.Kind == fault.Unauthenticated, "%s: %v", about, err)
			if text == "" {
				text = f.Text.VI
			}
			require.Equal(d, text, f.Text.VI, about)
			require.NotContains(d, err.Error(), secret, about)
		}
		for _, address := range []string{"203.0.113.9", "::ffff:203.0.113.9", "2001:db8:1::9"} {
			_, err := d.AuthenticateKey(d.Context(), secret, address, now)
			require.NoError(d, err, address)
		}
		for _, address := range []string{loopback, "::1", "203.0.114.1", "2001:db9::1", "", "x"} {
			refused("from "+address, secret, address, now)
		}
		const at = "203.0.113.9"
		refused("no such key", stranger, at, now)
		refused("another secret", other, at, now)
		refused("no key at all", "ucs_x", at, now)
		refused("cut off", secret[:len(secret)-1], at, now)
		refused("expired", secret, at, now.Add(time.Hour))
		k.RevokedAt = &now
		d.write(func(tx *store.Tx) error { return tx.SaveKey(&k) })
		refused("revoked, a second later", secret, at, now.Add(time.Second))
		require.False(d, d.Recognises(secret))
		k.RevokedAt = nil
		x.User.DisabledAt = &now
		d.write(func(tx *store.Tx) error {
			if err := tx.SaveKey(&k); err != nil {
				return err
			}
			return tx.SaveUser(&x.User, 1)
		})
		refused("disabled", secret, at, now.Add(2*time.Second))
	})
}

func TestASystemNeverLogsInWithAPassword(t *testing.T) {
	each(t, func(d *door) {
		_, _, secret := d.system("officer", []policy.Action{policy.Read})
		for _, password := range []string{secret, "", "siem"} {
			_, err := d.Login(d.Context(), authn.Credentials{Username: "siem", Password: password}, now)
			_, wrong := d.Login(d.Context(), authn.Credentials{Username: "officer", Password: "wrong"}, now)
			require.Equal(d, wrong, err)
		}
	})
}

func TestATokenOfAClientIsBoundToItsKeyItsAddressesAndItsScope(t *testing.T) {
	each(t, func(d *door) {
		x, k, secret := d.system("officer", []policy.Action{policy.Note, policy.Read, policy.Report}, "127.0.0.0/8")
		_, err := d.ClientToken(d.Context(), x.User.ID, secret, []string{"read", "triage"}, loopback, now)
		require.ErrorIs(d, err, authn.ErrScope, "no wider than the system")
		_, err = d.ClientToken(d.Context(), x.User.ID, secret, nil, "192.0.2.1", now)
		require.ErrorIs(d, err, fault.Unauthenticated)
		all, err := d.ClientToken(d.Context(), x.User.ID, secret, nil, loopback, now)
		require.NoError(d, err)
		require.Equal(d, 600, all.ExpiresIn)
		some, err := d.ClientToken(d.Context(), "siem", secret, []string{"read", "read"}, loopback, now)
		require.NoError(d, err)
		sess, err := d.Authenticate(d.Context(), some.Access, now)
		require.NoError(d, err)
		require.Equal(d, []policy.Action{policy.Read}, sess.Actor.Verbs)
		require.NoError(d, sess.From(loopback))
		require.ErrorIs(d, sess.From("192.0.2.1"), fault.Unauthenticated)
		_, err = d.Authenticate(d.Context(), some.Access, now.Add(11*time.Minute))
		require.ErrorIs(d, err, fault.Unauthenticated, "minutes")

		x.Verbs = []policy.Action{policy.Report}
		d.write(func(tx *store.Tx) error { return tx.SaveSystem(&x, x.User.Version) })
		sess, err = d.Authenticate(d.Context(), all.Access, now.Add(time.Second))
		require.NoError(d, err)
		require.Equal(d, []policy.Action{policy.Report}, sess.Actor.Verbs, "what the system lost, its tokens lost")

		late, err := d.ClientToken(d.Context(), "siem", secret, nil, loopback, now.Add(55*time.Minute))
		require.NoError(d, err)
		require.Equal(d, 300, late.ExpiresIn, "not beyond its key")
		k.RevokedAt = &now
		d.write(func(tx *store.Tx) error { return tx.SaveKey(&k) })
		_, err = d.Authenticate(d.Context(), late.Access, now.Add(55*time.Minute+time.Second))
		require.ErrorIs(d, err, fault.Unauthenticated)
	})
}

func TestAChangeOfASystemIsSeenAtOnceHereAndWithinASecondElsewhere(t *testing.T) {
	each(t, func(d *door) {
		_, k, secret := d.system("officer", []policy.Action{policy.Read})
		twin, err := authn.New(d.store, d.dir)
		require.NoError(d, err)
		for _, s := range []*authn.Service{d.Service, twin} {
			_, err = s.AuthenticateKey(d.Context(), secret, loopback, now)
			require.NoError(d, err)
		}
		k.RevokedAt = &now
		d.write(func(tx *store.Tx) error { return tx.SaveKey(&k) })
		d.Forget()
		_, err = d.AuthenticateKey(d.Context(), secret, loopback, now)
		require.ErrorIs(d, err, fault.Unauthenticated)
		_, err = twin.AuthenticateKey(d.Context(), secret, loopback, now.Add(time.Second))
		require.ErrorIs(d, err, fault.Unauthenticated)
	})
}

func TestTheLastUseOfAKeyIsWrittenOncePerMinuteAndBesideTheRequest(t *testing.T) {
	each(t, func(d *door) {
		_, k, secret := d.system("officer", []policy.Action{policy.Read})
		last := func() *time.Time {
			row, err := d.store.Read(d.Context()).Key(k.ID)
			require.NoError(d, err)
			return row.LastUsedAt
		}
		use := func(at time.Time) {
			_, err := d.AuthenticateKey(d.Context(), secret, loopback, at)
			require.NoError(d, err)
		}
		use(now.Add(10 * time.Second))
		require.Nil(d, last(), "not within the request")
		require.NoError(d, d.PassUses(d.Context()))
		require.Equal(d, now, *last(), "to the minute")
		use(now.Add(50 * time.Second))
		require.Zero(d, d.OpenUses(), "nothing to write in the same minute")
		use(now.Add(70 * time.Second))
		require.NoError(d, d.PassUses(d.Context()))
		require.Equal(d, now.Add(time.Minute), *last())
	})
}
