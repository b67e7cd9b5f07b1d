package authn_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/authn/authntest"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// house is a desk that trusts a real identity provider. Its clock is the provider's.
type house struct {
	*door
	idp *authntest.Provider
	dir *directory.Service
	now time.Time
}

func trusting(t *testing.T, test func(h *house)) {
	t.Helper()
	each(t, func(d *door) {
		h := &house{d, authntest.Run(d), directory.New(d.store, "son-la"), time.Now().UTC().Truncate(time.Microsecond)}
		h.Trust(h.provider())
		test(h)
	})
}

func (h *house) provider() authn.Provider {
	return authn.Provider{Issuer: h.idp.Issuer(), Audience: authntest.Audience, ACR: []string{"2fa"}, Client: http.DefaultClient}
}

func (h *house) id(user string) string {
	h.Helper()
	u, err := h.store.Read(h.Context()).UserByName(user)
	require.NoError(h, err)
	return u.ID
}

// as is a call of a person of the demo, in force now.
func (h *house) as(user string) directory.Call {
	h.Helper()
	tx := h.store.Read(h.Context())
	u, err := tx.UserByName(user)
	require.NoError(h, err)
	a, err := tx.Agency(u.AgencyID)
	require.NoError(h, err)
	return directory.Call{By: authn.ActorOf(u, a, h.now), At: h.now, Match: "*"}
}

// bind binds the provider's person to a user of the desk, by two people.
func (h *house) bind(user, name string) *store.Identity {
	h.Helper()
	i, err := h.dir.BindIdentity(h.Context(), h.as("admin"), h.id(user), h.idp.Issuer(), authntest.Subject(name), "QĐ 9")
	require.NoError(h, err)
	i, err = h.dir.ConfirmIdentity(h.Context(), h.as("lead2"), i.UserID, i.ID)
	require.NoError(h, err)
	return i
}

func (h *house) enter(token string, at time.Time) (authn.Session, error) {
	return h.Authenticate(h.Context(), token, at)
}

func TestAPersonEntersWithATokenOfTheProvidersOwnLogin(t *testing.T) {
	trusting(t, func(h *house) {
		h.bind("officer", "a")
		sess, err := h.enter(h.idp.Login("a", authntest.Audience).Access, h.now)
		require.NoError(h, err)
		require.Equal(h, "officer", sess.Actor.Username)
		require.Equal(h, []policy.Role{policy.Officer}, sess.Actor.Roles)
		require.Empty(h, sess.ID, "the provider keeps the session")
		require.ErrorIs(h, h.Logout(h.Context(), sess.ID, h.now), fault.Conflict)
		require.Equal(h, 1, h.idp.Asked(authntest.KeysPath))
	})
}

func TestNobodyEntersByTheEMailOrNameThatTheProviderTells(t *testing.T) {
	trusting(t, func(h *house) {
		_, err := h.enter(h.idp.Login("officer", authntest.Audience).Access, h.now)
		require.ErrorIs(h, err, fault.Unauthenticated, "the name is that of an account, the subject is bound to none")
		h.bind("officer", "a")
		claims := h.claims("b")
		claims["email"], claims["preferred_username"], claims["name"] = "officer@sonla.example", "officer", "officer"
		_, err = h.enter(h.idp.Sign(claims, nil), h.now)
		require.ErrorIs(h, err, fault.Unauthenticated)
	})
}

func TestABindingOpensNothingBeforeASecondPersonAndAfterItsEnd(t *testing.T) {
	trusting(t, func(h *house) {
		ctx, token, id := h.Context(), h.idp.Login("a", authntest.Audience).Access, h.id("officer")
		pass := func(want bool, about string) {
			h.Helper()
			h.Forget() // as every route that changes rights does
			_, err := h.enter(token, h.now)
			if want {
				require.NoError(h, err, about)
				return
			}
			require.ErrorIs(h, err, fault.Unauthenticated, about)
		}
		i, err := h.dir.BindIdentity(ctx, h.as("admin"), id, h.idp.Issuer(), authntest.Subject("a"), "QĐ 9")
		require.NoError(h, err)
		pass(false, "bound, and waiting")
		_, err = h.dir.ConfirmIdentity(ctx, h.as("admin"), id, i.ID)
		require.ErrorIs(h, err, fault.Forbidden, "who bound it is not the second person")
		_, err = h.dir.BindIdentity(ctx, h.as("admin"), h.id("other"), h.idp.Issuer(), authntest.Subject("a"), "QĐ 9")
		require.ErrorIs(h, err, fault.Conflict, "one subject is one person")
		pass(false, "still waiting")
		_, err = h.dir.ConfirmIdentity(ctx, h.as("lead2"), id, i.ID)
		require.NoError(h, err)
		pass(true, "confirmed")
		_, err = h.dir.ConfirmIdentity(ctx, h.as("lead2"), id, i.ID)
		require.ErrorIs(h, err, fault.Conflict)
		_, err = h.dir.EndIdentity(ctx, h.as("admin"), id, i.ID, "Đổi nhà cung cấp")
		require.NoError(h, err)
		pass(false, "unbound")
		_, err = h.dir.ConfirmIdentity(ctx, h.as("lead2"), id, i.ID)
		require.ErrorIs(h, err, fault.Conflict)
		h.bind("other", "a")
		list, err := h.dir.Identities(ctx, h.as("admin").By, id)
		require.NoError(h, err)
		require.Len(h, list, 1, "an ended binding is remembered")
	})
}

func TestNobodyBindsAnIdentityToTheirOwnAccountOrConfirmsIt(t *testing.T) {
	trusting(t, func(h *house) {
		_, err := h.dir.BindIdentity(h.Context(), h.as("admin"), h.id("admin"), h.idp.Issuer(), authntest.Subject("a"), "QĐ 9")
		require.ErrorIs(h, err, fault.Forbidden)
		i, err := h.dir.BindIdentity(h.Context(), h.as("admin"), h.id("lead"), h.idp.Issuer(), authntest.Subject("a"), "QĐ 9")
		require.NoError(h, err)
		_, err = h.dir.ConfirmIdentity(h.Context(), h.as("lead"), i.UserID, i.ID)
		require.ErrorIs(h, err, fault.Forbidden)
	})
}

func TestAChangeOfRightsHoldsForTheProvidersTokensToo(t *testing.T) {
	for name, change := range map[string]func(h *house, u *store.User, i *store.Identity) error{
		"the account is disabled": func(h *house, u *store.User, _ *store.Identity) error {
			_, err := h.dir.Disable(h.Context(), h.as("admin"), u.ID, directory.Disabling{Reason: "Nghỉ việc", Document: "12/QĐ"})
			return err
		},
		"the identity is unbound": func(h *house, u *store.User, i *store.Identity) error {
			_, err := h.dir.EndIdentity(h.Context(), h.as("admin"), u.ID, i.ID, "Nghỉ việc")
			return err
		},
		"the role is ended": func(h *house, u *store.User, _ *store.Identity) error {
			_, err := h.dir.EndGrant(h.Context(), h.as("admin"), u.ID, u.Grants[0].ID, "", "Thôi nhiệm vụ")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			trusting(t, func(h *house) {
				i := h.bind("officer", "a")
				twin := h.another()
				twin.Trust(h.provider())
				token := h.idp.Login("a", authntest.Audience).Access
				_, err := h.enter(token, h.now)
				require.NoError(h, err)
				_, err = twin.Authenticate(h.Context(), token, h.now)
				require.NoError(h, err)
				u, err := h.dir.Person(h.Context(), h.as("admin").By, i.UserID)
				require.NoError(h, err)
				require.NoError(h, change(h, u, i))
				h.Forget()
				for s, at := range map[*authn.Service]time.Time{h.Service: h.now, twin: h.now.Add(time.Second)} {
					roles, err := h.rights(s, token, at)
					if name == "the role is ended" {
						require.NoError(h, err)
					} else {
						require.ErrorIs(h, err, fault.Unauthenticated)
					}
					require.Empty(h, roles)
				}
			})
		})
	}
}

func TestRolesThatNeedASecondFactorNeedItAtTheProviderToo(t *testing.T) {
	trusting(t, func(h *house) {
		h.bind("lead", "a")
		h.bind("officer", "b")
		_, err := h.enter(h.idp.Login("a", authntest.Audience).Access, h.now)
		require.ErrorIs(h, err, fault.Forbidden)
		_, err = h.enter(h.idp.Login("b", authntest.Audience).Access, h.now)
		require.NoError(h, err)
		h.idp.SaysACR("password")
		_, err = h.enter(h.idp.Login("a", authntest.Audience).Access, h.now)
		require.ErrorIs(h, err, fault.Forbidden)
		h.idp.SaysACR("2fa")
		sess, err := h.enter(h.idp.Login("a", authntest.Audience).Access, h.now)
		require.NoError(h, err)
		require.Equal(h, []policy.Role{policy.Lead}, sess.Actor.Roles)
	})
}

func TestAProviderThatIsAwayStopsItsOwnTokensAlone(t *testing.T) {
	trusting(t, func(h *house) {
		h.bind("officer", "a")
		token := h.idp.Login("a", authntest.Audience).Access
		h.idp.Away(true)
		_, err := h.enter(token, h.now)
		require.ErrorIs(h, err, fault.Unavailable)
		_, err = h.enter(token, h.now.Add(time.Second))
		require.ErrorIs(h, err, fault.Unavailable)
		require.Equal(h, 1, h.idp.Asked("/.well-known/openid-configuration"), "asked once in five seconds")
		ours, err := h.Login(h.Context(), authn.Credentials{Username: "officer", Password: directory.DemoPassword}, h.now)
		require.NoError(h, err)
		_, err = h.enter(ours.Access, h.now)
		require.NoError(h, err)
		h.idp.Away(false)
		_, err = h.enter(token, h.now.Add(5*time.Second))
		require.NoError(h, err)
		h.idp.Away(true)
		_, err = h.enter(token, h.now.Add(4*time.Minute))
		require.NoError(h, err, "its keys are known")
	})
}

func TestAKeyThatTheProviderRotatedInIsTakenAndOneThatItWithdrewEndsWithinTheHour(t *testing.T) {
	trusting(t, func(h *house) {
		h.bind("officer", "a")
		withdrawn := h.idp.Sign(h.claims("a"), nil)
		claims := h.claims("a")
		claims["iat"], claims["exp"] = h.now.Add(55*time.Minute).Unix(), h.now.Add(2*time.Hour).Unix()
		stolen := h.idp.Sign(claims, nil)
		_, err := h.enter(withdrawn, h.now)
		require.NoError(h, err)
		h.idp.RotateKey()
		_, err = h.enter(stolen, h.now.Add(61*time.Minute))
		require.ErrorIs(h, err, fault.Unauthenticated, "signed with the key that was withdrawn")
		claims["jti"] = "new"
		_, err = h.enter(h.idp.Sign(claims, nil), h.now.Add(61*time.Minute))
		require.NoError(h, err)
	})
}

func TestUnknownKidsOfTheProviderCostItOneQuestionInFiveSeconds(t *testing.T) {
	trusting(t, func(h *house) {
		h.bind("officer", "a")
		good := h.idp.Sign(h.claims("a"), nil)
		_, err := h.enter(good, h.now)
		require.NoError(h, err)
		for i := range 20 {
			claims := h.claims("a")
			_, err := h.enter(h.idp.Sign(claims, map[string]any{"kid": fmt.Sprint("kid-", i)}), h.now.Add(time.Second))
			require.ErrorIs(h, err, fault.Unauthenticated)
		}
		require.Equal(h, 1, h.idp.Asked(authntest.KeysPath))
		claims := h.claims("a")
		claims["jti"] = "another"
		_, err = h.enter(h.idp.Sign(claims, nil), h.now.Add(time.Second))
		require.NoError(h, err, "and its own tokens pass meanwhile")
	})
}

// claims are those of a good access token of the provider.
func (h *house) claims(name string) map[string]any {
	return map[string]any{
		"iss": h.idp.Issuer(), "sub": authntest.Subject(name), "aud": []string{authntest.Audience}, "jti": "1",
		"iat": h.now.Unix(), "nbf": h.now.Unix(), "exp": h.now.Add(5 * time.Minute).Unix(),
	}
}
