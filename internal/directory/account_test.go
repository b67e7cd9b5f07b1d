package directory_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// desk is the office of a real desk: its people log in.
type desk struct {
	*office
	auth *authn.Service
	dir  string
	at   time.Time
}

func desks(t *testing.T, test func(d *desk)) {
	t.Helper()
	each(t, func(o *office) {
		d := &desk{office: o, dir: o.TempDir(), at: now}
		var err error
		d.auth, err = authn.New(o.store, d.dir)
		require.NoError(o, err)
		o.Service = o.WithAuth(d.auth)
		test(d)
	})
}

func (d *desk) login(name, password, otp string) (authn.Session, error) {
	d.Helper()
	tokens, err := d.auth.Login(d.Context(), authn.Credentials{Username: name, Password: password, OTP: otp, Address: "203.0.113.7"}, d.at)
	if err != nil {
		return authn.Session{}, err
	}
	return d.auth.Authenticate(d.Context(), tokens.Access, d.at)
}

func (d *desk) in(name string) authn.Session {
	d.Helper()
	sess, err := d.login(name, directory.DemoPassword, "")
	require.NoError(d, err)
	return sess
}

func (d *desk) own(s authn.Session) directory.Call {
	return directory.Call{By: s.Actor, At: d.at, Match: "*"}
}

// enrol gives a person a second factor and returns its secret and recovery codes.
func (d *desk) enrol(name string) (secret string, codes []string) {
	d.Helper()
	sess := d.in(name)
	draft, err := d.EnrolFactor(d.Context(), d.own(sess), directory.DemoPassword)
	require.NoError(d, err)
	codes, err = d.ConfirmFactor(d.Context(), d.own(sess), sess.ID, d.code(draft.Secret))
	require.NoError(d, err)
	d.at = d.at.Add(time.Minute)
	return draft.Secret, codes
}

func (d *desk) code(secret string) string {
	d.Helper()
	code, err := totp.GenerateCode(secret, d.at)
	require.NoError(d, err)
	return code
}

func (d *desk) facts(username string) []string {
	d.Helper()
	list, _, err := d.History(d.Context(), policy.Actor{Roles: []policy.Role{policy.Auditor}}, d.user(username).AgencyID, 0, 200)
	require.NoError(d, err)
	var out []string
	for _, e := range list {
		if e.ObjectID == d.user(username).ID {
			out = append(out, e.Type)
		}
	}
	return out
}

func TestWhoHasASecondFactorNeedsACodeAndEachCodeIsGoodOnce(t *testing.T) {
	desks(t, func(d *desk) {
		other := d.in("officer")
		secret, codes := d.enrol("officer")
		require.Len(d, codes, 10)
		sess, err := d.store.Read(d.Context()).Session(other.ID)
		require.NoError(d, err)
		require.NotNil(d, sess.EndedAt, "sessions of the password alone end")

		_, wrong := d.login("officer", "wrong", "")
		for name, otp := range map[string]string{"none": "", "another": "000000", "a word": "xin chào", "long": strings.Repeat("9", 1<<16)} {
			_, err := d.login("officer", directory.DemoPassword, otp)
			require.Equal(d, wrong, err, name)
		}
		code := d.code(secret)
		_, err = d.login("officer", directory.DemoPassword, code[:3]+" "+code[3:])
		require.NoError(d, err)
		_, err = d.login("officer", directory.DemoPassword, code)
		require.Equal(d, wrong, err, "the same code again")
		d.at = d.at.Add(-time.Minute)
		earlier := d.code(secret)
		d.at = d.at.Add(time.Minute)
		_, err = d.login("officer", directory.DemoPassword, earlier)
		require.Equal(d, wrong, err, "an earlier code")

		_, err = d.login("officer", directory.DemoPassword, strings.ToUpper(codes[3]))
		require.NoError(d, err)
		_, err = d.login("officer", directory.DemoPassword, codes[3])
		require.Equal(d, wrong, err, "a recovery code again")
		require.Equal(d, []string{"user.second_factor_enrolled"}, d.facts("officer"))
	})
}

func TestAnEnrolmentNeedsThePasswordAndItsOwnCodeInAQuarterOfAnHour(t *testing.T) {
	desks(t, func(d *desk) {
		sess := d.in("officer")
		_, err := d.EnrolFactor(d.Context(), d.own(sess), "wrong")
		require.ErrorContains(d, err, "/password wrong")
		first, err := d.EnrolFactor(d.Context(), d.own(sess), directory.DemoPassword)
		require.NoError(d, err)
		draft, err := d.EnrolFactor(d.Context(), d.own(sess), directory.DemoPassword)
		require.NoError(d, err)
		require.Contains(d, draft.URI, "otpauth://totp/Ung%20Cuu:officer?")
		require.Contains(d, draft.URI, "secret="+draft.Secret)
		_, err = d.ConfirmFactor(d.Context(), d.own(sess), sess.ID, d.code(first.Secret))
		require.ErrorContains(d, err, "/code wrong", "of the secret before")
		require.Nil(d, d.user("officer").SecondFactorAt)
		d.in("officer")
		d.at = d.at.Add(16 * time.Minute)
		_, err = d.ConfirmFactor(d.Context(), d.own(sess), sess.ID, d.code(draft.Secret))
		require.ErrorContains(d, err, "nothing_to_confirm")
	})
}

func TestOfTwoLoginsWithOneCodeAtOnceOneGetsIn(t *testing.T) {
	desks(t, func(d *desk) {
		secret, codes := d.enrol("officer")
		for _, otp := range []string{d.code(secret), codes[0]} {
			errs := make([]error, 2)
			var both sync.WaitGroup
			for i := range errs {
				both.Go(func() {
					_, errs[i] = d.auth.Login(context.WithoutCancel(t.Context()), authn.Credentials{Username: "officer", Password: directory.DemoPassword, OTP: otp}, d.at)
				})
			}
			both.Wait()
			if errs[0] != nil {
				errs[0], errs[1] = errs[1], errs[0]
			}
			require.NoError(d, errs[0])
			require.ErrorIs(d, errs[1], fault.Unauthenticated)
		}
	})
}

func TestWhoKnowsThePasswordTriesABoundedNumberOfCodes(t *testing.T) {
	desks(t, func(d *desk) {
		secret, _ := d.enrol("officer")
		for range 10 {
			_, err := d.login("officer", directory.DemoPassword, "000000")
			require.ErrorIs(d, err, fault.Unauthenticated)
		}
		_, err := d.login("officer", directory.DemoPassword, d.code(secret))
		require.ErrorIs(d, err, fault.Unauthenticated, "not even the right one")
	})
}

func TestASecretIsNotReadableInTheDatabaseAndNeedsTheKeyOfTheFolder(t *testing.T) {
	desks(t, func(d *desk) {
		secret, codes := d.enrol("officer")
		f, err := d.store.Read(d.Context()).Factor(d.user("officer").ID)
		require.NoError(d, err)
		require.NotContains(d, f.Secret, secret)
		stored, err := d.store.Read(d.Context()).RecoveryCodes(d.user("officer").ID)
		require.NoError(d, err)
		require.NotContains(d, codes, stored[0].Hash)

		twin, err := authn.New(d.store, d.dir)
		require.NoError(d, err)
		_, err = twin.Login(d.Context(), authn.Credentials{Username: "officer", Password: directory.DemoPassword, OTP: d.code(secret)}, d.at)
		require.NoError(d, err, "an instance with the same key")
		d.at = d.at.Add(time.Minute)
		stranger, err := authn.New(d.store, d.TempDir())
		require.NoError(d, err)
		_, err = stranger.Login(d.Context(), authn.Credentials{Username: "officer", Password: directory.DemoPassword, OTP: d.code(secret)}, d.at)
		require.ErrorIs(d, err, fault.Unauthenticated)
		require.ErrorContains(d, err, "second-factor.key", "for the log")
		_, err = stranger.Login(d.Context(), authn.Credentials{Username: "officer", Password: directory.DemoPassword, OTP: codes[0]}, d.at)
		require.NoError(d, err, "a recovery code needs no key")
	})
}

func TestAdministratorsAndLeadsNeedASecondFactorAndEveryoneBySetting(t *testing.T) {
	desks(t, func(d *desk) {
		for name, want := range map[string]bool{"admin": true, "lead": true, "officer": false, "police": false} {
			require.Equal(d, want, d.in(name).Actor.MustEnrol, name)
		}
		d.enrol("lead")
		require.False(d, d.office.call("lead").By.MustEnrol)
		d.auth.WithRules(authn.Rules{SecondFactor: authn.FactorForAll})
		require.True(d, d.in("police").Actor.MustEnrol)
		d.auth.WithRules(authn.Rules{SecondFactor: authn.FactorForAll, Demo: directory.DemoPassword})
		require.False(d, d.in("admin").Actor.MustEnrol, "nobody in a demo")
	})
}

func TestASecondFactorEndsWithPasswordAndCodeAndAShortPasswordWithIt(t *testing.T) {
	desks(t, func(d *desk) {
		secret, codes := d.enrol("officer")
		sess, err := d.login("officer", directory.DemoPassword, codes[0])
		require.NoError(d, err)
		require.NoError(d, d.auth.ChangePassword(d.Context(), sess, directory.DemoPassword, "ngan-9ky", d.at), "8 characters are enough with a second factor")

		require.ErrorContains(d, d.DisableFactor(d.Context(), d.own(sess), sess.ID, "wrong", d.code(secret)), "/password wrong")
		require.ErrorContains(d, d.DisableFactor(d.Context(), d.own(sess), sess.ID, "ngan-9ky", "000000"), "/code wrong")
		renewed, err := d.RenewRecoveryCodes(d.Context(), d.own(sess), sess.ID, "ngan-9ky", d.code(secret))
		require.NoError(d, err)
		require.ErrorContains(d, d.DisableFactor(d.Context(), d.own(sess), sess.ID, "ngan-9ky", codes[1]), "/code wrong", "the old codes are gone")
		_, err = d.EnrolFactor(d.Context(), d.own(sess), "ngan-9ky")
		require.ErrorContains(d, err, "already_enrolled")
		require.NoError(d, d.DisableFactor(d.Context(), d.own(sess), sess.ID, "ngan-9ky", renewed[0]))
		sess, err = d.login("officer", "ngan-9ky", "")
		require.NoError(d, err)
		require.True(d, sess.Actor.MustChange)
		require.ErrorContains(d, d.auth.ChangePassword(d.Context(), sess, "ngan-9ky", "ngan-8ky", d.at), "length")
	})
}

func TestAPasswordThatWasUsedDoesNotComeBack(t *testing.T) {
	desks(t, func(d *desk) {
		sess := d.in("officer")
		used := []string{directory.DemoPassword}
		for _, next := range []string{"mot-mat-khau-thu-nhat", "mot-mat-khau-thu-hai"} {
			require.NoError(d, d.auth.ChangePassword(d.Context(), sess, used[len(used)-1], next, d.at))
			used = append(used, next)
			d.at = d.at.Add(time.Second)
		}
		before, err := d.store.Read(d.Context()).PasswordHistory(sess.Actor.UserID)
		require.NoError(d, err)
		require.Len(d, before, 2)
		require.ErrorContains(d, d.auth.ChangePassword(d.Context(), sess, used[2], used[1], d.at), "reused")
		require.ErrorContains(d, d.auth.ChangePassword(d.Context(), sess, used[2], used[2], d.at), "same")
		for i := range 12 {
			require.NoError(d, d.store.Write(d.Context(), func(_ context.Context, tx *store.Tx) error {
				u, err := tx.User(sess.Actor.UserID)
				require.NoError(d, err)
				return authn.KeepPassword(tx, u, strings.Repeat("x", i+1), false, d.at.Add(time.Duration(i)*time.Second))
			}))
		}
		before, err = d.store.Read(d.Context()).PasswordHistory(sess.Actor.UserID)
		require.NoError(d, err)
		require.Len(d, before, 10, "the last ten are kept")
		require.Equal(d, strings.Repeat("x", 11), before[0])
	})
}

// Whoever sets another's password could act as them, and so be both persons of a grant.
func TestAnAdministratorAloneDoesNotBecomeATeamLead(t *testing.T) {
	desks(t, func(d *desk) {
		admin, lead2 := d.office.call("admin"), d.office.call("lead2")
		mine := d.in("lead")
		password, err := d.ResetPassword(d.Context(), admin, d.user("lead").ID)
		require.NoError(d, err)
		require.Equal(d, store.ResetPassword, d.user("lead").ResetKind)
		sess, err := d.store.Read(d.Context()).Session(mine.ID)
		require.NoError(d, err)
		require.NotNil(d, sess.EndedAt)
		_, wrong := d.login("nobody", "x", "")
		for _, p := range []string{password, directory.DemoPassword} {
			_, err = d.login("lead", p, "")
			require.Equal(d, wrong, err, "neither the new password nor the old one")
		}
		_, err = d.ConfirmReset(d.Context(), admin, d.user("lead").ID)
		require.ErrorContains(d, err, "second_person", "not who reset")
		_, err = d.ConfirmReset(d.Context(), d.office.call("lead"), d.user("lead").ID)
		require.ErrorContains(d, err, "second_person", "not whose account it is")
		_, err = d.ConfirmReset(d.Context(), d.office.call("officer"), d.user("lead").ID)
		require.ErrorIs(d, err, fault.Forbidden)

		_, _, err = d.CreateUser(d.Context(), admin, directory.NewUser{Username: "admin2", FullName: "Quản trị 2", AgencyID: admin.By.AgencyID})
		require.NoError(d, err)
		_, _, err = d.AtConsole().Grant(d.Context(), admin, d.user("admin2").ID, policy.Admin, incident.Span{}, "QĐ")
		require.NoError(d, err)
		_, err = d.ResetPassword(d.Context(), d.office.call("admin2"), d.user("lead").ID)
		require.ErrorContains(d, err, "reset_awaiting", "so that nobody hides the reset of another behind their own")
		again, err := d.ResetPassword(d.Context(), admin, d.user("lead").ID)
		require.NoError(d, err)

		_, err = d.ConfirmReset(d.Context(), lead2, d.user("lead").ID)
		require.NoError(d, err)
		_, err = d.login("lead", password, "")
		require.ErrorIs(d, err, fault.Unauthenticated)
		entered, err := d.login("lead", again, "")
		require.NoError(d, err)
		require.True(d, entered.Actor.MustChange)
		_, err = d.ConfirmReset(d.Context(), lead2, d.user("lead").ID)
		require.ErrorContains(d, err, "no_reset")
		require.Equal(d, []string{"user.password_reset", "user.password_reset", "user.reset_confirmed"}, d.facts("lead"))
	})
}

func TestAResetWaitsForWhoeverWillOpenCasesAndForNobodyElseNorAtTheConsole(t *testing.T) {
	desks(t, func(d *desk) {
		admin := d.office.call("admin")
		_, err := d.ResetPassword(d.Context(), admin, d.user("reporter").ID)
		require.NoError(d, err)
		require.Nil(d, d.user("reporter").ResetAt, "a reporter opens no case of others")

		u, _, err := d.CreateUser(d.Context(), admin, directory.NewUser{Username: "moi-den", FullName: "Mới", AgencyID: d.user("officer").AgencyID})
		require.NoError(d, err)
		_, _, err = d.Grant(d.Context(), admin, u.ID, policy.Officer, incident.Span{From: "2027-01-01"}, "QĐ")
		require.NoError(d, err)
		_, err = d.ResetPassword(d.Context(), admin, u.ID)
		require.NoError(d, err)
		require.NotNil(d, d.user("moi-den").ResetAt, "a grant of the next year that nobody has confirmed")

		password, err := d.AtConsole().ResetPassword(d.Context(), admin, u.ID)
		require.NoError(d, err)
		require.Nil(d, d.user("moi-den").ResetAt)
		_, err = d.login("moi-den", password, "")
		require.NoError(d, err)
	})
}

func TestASecondFactorThatIsTakenAwayWaitsForASecondPersonToo(t *testing.T) {
	desks(t, func(d *desk) {
		_, codes := d.enrol("lead")
		admin := d.office.call("admin")
		_, err := d.ResetFactor(d.Context(), admin, d.user("admin").ID)
		require.ErrorContains(d, err, "own_account")
		_, err = d.ResetFactor(d.Context(), admin, d.user("lead").ID)
		require.NoError(d, err)
		_, err = d.ResetPassword(d.Context(), admin, d.user("lead").ID)
		require.NoError(d, err)
		require.Equal(d, store.ResetBoth, d.user("lead").ResetKind)
		_, err = d.login("lead", directory.DemoPassword, codes[0])
		require.ErrorIs(d, err, fault.Unauthenticated)
		_, err = d.ConfirmReset(d.Context(), d.office.call("lead2"), d.user("lead").ID)
		require.NoError(d, err)
		require.Nil(d, d.user("lead").SecondFactorAt)
		require.True(d, d.user("lead").MustChangePassword)
	})
}

func TestALoginThatHashesWhileTheAccountIsShutDoesNotGetIn(t *testing.T) {
	desks(t, func(d *desk) {
		// Many logins at once with a disabling among them: whoever got a session before has it ended.
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				_, _ = d.auth.Login(context.WithoutCancel(t.Context()), authn.Credentials{Username: "reporter", Password: directory.DemoPassword}, d.at)
			})
		}
		_, err := d.Disable(d.Context(), d.office.call("admin"), d.user("reporter").ID, directory.Disabling{Reason: "r"})
		require.NoError(d, err)
		all.Wait()
		_, err = d.login("reporter", directory.DemoPassword, "")
		require.ErrorIs(d, err, fault.Unauthenticated)
	})
}

func TestWhatAnAdministratorDisabledAnAgencysDoesNotOpen(t *testing.T) {
	desks(t, func(d *desk) {
		admin := d.office.call("admin")
		u, _, err := d.CreateUser(d.Context(), admin, directory.NewUser{Username: "quan-tri-syt", FullName: "Quản trị", AgencyID: d.user("other").AgencyID})
		require.NoError(d, err)
		_, _, err = d.Grant(d.Context(), admin, u.ID, policy.AgencyAdmin, incident.Span{}, "QĐ")
		require.NoError(d, err)
		local := d.office.call("quan-tri-syt")
		_, err = d.Disable(d.Context(), admin, d.user("other").ID, directory.Disabling{Reason: "Nghi lộ mật khẩu"})
		require.NoError(d, err)
		_, err = d.Enable(d.Context(), local, d.user("other").ID, "r")
		require.ErrorContains(d, err, "disabled_above")
		require.NotNil(d, d.user("other").DisabledAt)
		_, err = d.Enable(d.Context(), admin, d.user("other").ID, "r")
		require.NoError(d, err)
		_, err = d.Disable(d.Context(), local, d.user("other").ID, directory.Disabling{Reason: "Nghỉ phép"})
		require.NoError(d, err)
		_, err = d.Enable(d.Context(), local, d.user("other").ID, "r")
		require.NoError(d, err, "what it disabled itself")

		x, err := d.CreateSystem(d.Context(), admin, directory.NewSystem{
			Username: "siem", FullName: "SIEM", Purpose: "Giám sát", AgencyID: d.user("other").AgencyID, Verbs: []policy.Action{policy.Report},
		})
		require.NoError(d, err)
		_, err = d.DisableSystem(d.Context(), admin, x.User.ID, "Nghi lộ khóa", "")
		require.NoError(d, err)
		_, err = d.EnableSystem(d.Context(), local, x.User.ID, "r")
		require.ErrorContains(d, err, "disabled_above", "and so of a system")
		_, err = d.EnableSystem(d.Context(), admin, x.User.ID, "r")
		require.NoError(d, err)
	})
}

func TestALeaverIsOutAtOnceByAWrittenNotice(t *testing.T) {
	desks(t, func(d *desk) {
		sess := d.in("reporter")
		u, err := d.Disable(d.Context(), d.office.call("admin"), d.user("reporter").ID, directory.Disabling{
			Reason: "Chuyển công tác", Notice: incident.Document{Number: "12", Symbol: "TB-TTHDL", IssuedOn: "2026-11-20"},
		})
		require.NoError(d, err)
		require.Equal(d, "12", u.Notice.Number)
		d.auth.Forget()
		tx := d.store.Read(d.Context())
		ended, err := tx.Session(sess.ID)
		require.NoError(d, err)
		require.NotNil(d, ended.EndedAt)
		read, err := tx.User(u.ID)
		require.NoError(d, err)
		require.Equal(d, incident.Document{Number: "12", Symbol: "TB-TTHDL", IssuedOn: "2026-11-20"}, read.Notice)
	})
}

func TestAnAccountThatNobodyUsesFor45DaysIsLockedUntilItIsOpened(t *testing.T) {
	desks(t, func(d *desk) {
		days := func(n int) time.Time { return now.AddDate(0, 0, n) }
		d.at = days(44)
		d.in("officer")
		d.at = days(45)
		_, wrong := d.login("nobody", "x", "")
		_, err := d.login("reporter", directory.DemoPassword, "")
		require.Equal(d, wrong, err, "never used since it was made")
		d.in("officer")
		d.at = days(45 + 45)
		_, err = d.login("officer", directory.DemoPassword, "")
		require.ErrorIs(d, err, fault.Unauthenticated)
		require.Equal(d, day(days(45)), d.user("officer").LastUsedOn)

		// Everyone is idle by now, the last administrator too: the console opens the account.
		admin := d.office.call("admin")
		admin.At = d.at
		_, err = d.login("admin", directory.DemoPassword, "")
		require.ErrorIs(d, err, fault.Unauthenticated)
		_, err = d.AtConsole().Enable(d.Context(), admin, d.user("admin").ID, "Trực lại")
		require.NoError(d, err)
		d.in("admin")
		_, err = d.Enable(d.Context(), admin, d.user("officer").ID, "Đi làm lại")
		require.NoError(d, err)
		d.in("officer")
		_, err = d.Enable(d.Context(), admin, d.user("officer").ID, "r")
		require.ErrorContains(d, err, "not_disabled")
	})
}

func day(t time.Time) string { return t.Add(7 * time.Hour).Format(time.DateOnly) }

func TestTheReviewSaysWhoMayDoWhatAndWhoIsDue(t *testing.T) {
	desks(t, func(d *desk) {
		auditor, lead, admin := d.office.call("auditor"), d.office.call("lead"), d.office.call("admin")
		yes := true
		list, err := d.Reviews(d.Context(), auditor.By, directory.ReviewFilter{Due: &yes}, now.AddDate(0, 0, 181))
		require.NoError(d, err)
		require.Empty(d, list)
		list, err = d.Reviews(d.Context(), auditor.By, directory.ReviewFilter{Due: &yes}, now.AddDate(0, 0, 182))
		require.NoError(d, err)
		require.Len(d, list, 10)
		_, err = d.Reviews(d.Context(), d.office.call("officer").By, directory.ReviewFilter{}, now)
		require.ErrorIs(d, err, fault.Forbidden)

		for _, c := range []*directory.Call{&lead, &admin} {
			c.At = now.AddDate(0, 0, 182)
		}
		_, err = d.RecordReview(d.Context(), admin, d.user("admin").ID, "")
		require.ErrorContains(d, err, "own_account")
		r, err := d.RecordReview(d.Context(), lead, d.user("admin").ID, "Đúng phân công")
		require.NoError(d, err)
		require.False(d, r.Due)
		require.Equal(d, day(now.AddDate(0, 0, 364)), r.DueOn)
		require.Equal(d, lead.By.UserID, *r.ReviewedByID)
		require.Equal(d, []string{"user.reviewed"}, d.facts("admin"))
		list, err = d.Reviews(d.Context(), auditor.By, directory.ReviewFilter{Due: &yes}, now.AddDate(0, 0, 182))
		require.NoError(d, err)
		require.Len(d, list, 9)
		require.True(d, list[0].Idle)
		require.Equal(d, 182, list[0].IdleDays)
	})
}
