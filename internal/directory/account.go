package directory

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Disabling is why an account is locked. Notice is the written notice of a person's leaving, with
// number and date (TH 4.3.b); Document is any other basis, as free text.
type Disabling struct {
	Reason, Document string
	Notice           incident.Document
}

// noteWhoShut notes who disables an account; of a person or of a system.
func (s *Service) noteWhoShut(c Call, u *store.User) {
	u.DisabledByID, u.DisabledByAdmin = &c.By.UserID, c.By.Has(policy.Admin) || s.console
}

// mayOpen refuses an agency's administrator what the administrator shut.
func (s *Service) mayOpen(c Call, u *store.User) error {
	if u.DisabledAt == nil || !u.DisabledByAdmin || c.By.Has(policy.Admin) || s.console {
		return nil
	}
	return refused(fault.Forbidden, "disabled_above", "Tài khoản do quản trị hệ thống khóa; chỉ quản trị hệ thống mở lại.",
		"The administrator disabled this account, and alone opens it again.")
}

// Disable locks an account at once: its sessions end, and its grants give nothing.
func (s *Service) Disable(ctx context.Context, c Call, id string, d Disabling) (*store.User, error) {
	var check incident.Checker
	check.Text("/reason", d.Reason, true, incident.MaxShort)
	check.Text("/document", d.Document, false, incident.MaxShort)
	if d.Notice != (incident.Document{}) {
		check.Text("/notice/number", d.Notice.Number, true, incident.MaxShort)
		check.Text("/notice/issued_on", d.Notice.IssuedOn, true, incident.MaxShort)
		check.Document("/notice", d.Notice)
		if d.Notice.IssuedOn > day(c.At) {
			check.Add("/notice/issued_on", "in_future", "Ngày văn bản ở tương lai.", "The document is of a day to come.")
		}
	}
	if err := check.Err(); err != nil {
		return nil, err
	}
	return s.onPerson(ctx, c, policy.ManagePeople, id, func(r *registry, u *store.User) (facts, error) {
		if u.DisabledAt != nil {
			return nil, refused(fault.Conflict, "already_disabled", "Tài khoản đã bị khóa.", "The account is disabled.")
		}
		seen := u.Version
		u.DisabledAt, u.DisabledReason, u.DisabledDocument, u.Notice, u.Version = &c.At, d.Reason, d.Document, d.Notice, seen+1
		s.noteWhoShut(c, u)
		if err := r.tx.SaveUser(u, seen); err != nil {
			return nil, err
		}
		if err := r.tx.EndSessionsOf(u.ID, "", c.At); err != nil {
			return nil, err
		}
		f := facts{}
		f.add(u.AgencyID, personFact("user.disabled", u.ID, map[string]any{
			"reason": d.Reason, "document": d.Document, "notice_number": d.Notice.Number, "notice_symbol": d.Notice.Symbol,
			"notice_issued_on": d.Notice.IssuedOn,
		}))
		return f, r.someoneAdministers(r.today)
	})
}

// Enable opens an account again that was disabled, or locked because nobody used it, with the
// grants that still hold. What an administrator disabled, an agency's does not open.
func (s *Service) Enable(ctx context.Context, c Call, id, reason string) (*store.User, error) {
	var check incident.Checker
	check.Text("/reason", reason, true, incident.MaxShort)
	if err := check.Err(); err != nil {
		return nil, err
	}
	return s.onPerson(ctx, c, policy.ManagePeople, id, func(r *registry, u *store.User) (facts, error) {
		idle := u.Idle(r.today)
		if u.DisabledAt == nil && !idle {
			return nil, refused(fault.Conflict, "not_disabled", "Tài khoản không bị khóa.", "The account is not disabled.")
		}
		if err := s.mayOpen(c, u); err != nil {
			return nil, err
		}
		seen := u.Version
		u.DisabledAt, u.DisabledReason, u.DisabledDocument, u.Notice, u.Version = nil, "", "", incident.Document{}, seen+1
		u.DisabledByID, u.DisabledByAdmin, u.UnlockedOn = nil, false, r.today
		f := facts{}
		f.add(u.AgencyID, personFact("user.enabled", u.ID, map[string]any{"reason": reason, "idle": idle}))
		return f, r.tx.SaveUser(u, seen)
	})
}

// opensCases reports whether the person holds, or will hold, a grant that opens cases, confirmed
// or not.
func (r *registry) opensCases(u *store.User) bool {
	a := incident.AgencyOf(r.agencies, u.AgencyID)
	return a != nil && slices.ContainsFunc(u.Grants, func(g store.Grant) bool {
		return g.AgencyID == u.AgencyID && !ended(g, r.today) && opens(g.Role, a, max(g.Valid.From, r.today))
	})
}

// reset notes what was reset, ends the sessions, and makes the account wait for a second person
// where it opens cases: who can set another's password could act as them, and so be both persons
// of a grant. At the console nothing waits.
func (s *Service) reset(r *registry, c Call, u *store.User, kind, typ string) (facts, error) {
	if u.ResetAt != nil && !s.console {
		if *u.ResetByID != c.By.UserID {
			return nil, refused(fault.Conflict, "reset_awaiting", "Lần cấp lại trước còn chờ người thứ hai xác nhận.",
				"The reset before still awaits its second person.")
		}
		if u.ResetKind != kind {
			kind = store.ResetBoth
		}
	}
	seen := u.Version
	u.Version = seen + 1
	u.ResetKind, u.ResetByID, u.ResetAt = "", nil, nil
	waits := !s.console && r.opensCases(u)
	if waits {
		u.ResetKind, u.ResetByID, u.ResetAt = kind, &c.By.UserID, &c.At
	}
	if err := r.tx.SaveUser(u, seen); err != nil {
		return nil, err
	}
	if err := r.tx.ForgetAddresses(u.ID); err != nil {
		return nil, err
	}
	if err := r.tx.EndSessionsOf(u.ID, "", c.At); err != nil {
		return nil, err
	}
	f := facts{}
	f.add(u.AgencyID, personFact(typ, u.ID, map[string]any{"awaits_second_person": waits}))
	return f, nil
}

// ResetPassword gives an account a new random password, which is shown once and must be
// changed, and ends its sessions. Where the account opens cases, nobody logs in with it before
// a second person has confirmed the reset.
func (s *Service) ResetPassword(ctx context.Context, c Call, id string) (password string, err error) {
	if err := policy.Check(c.By, policy.ManagePeople, policy.Object{AgencyID: c.By.AgencyID}); err != nil {
		if _, hidden := s.Person(ctx, c.By, id); hidden != nil {
			return "", hidden
		}
		return "", err // before the hashing, which is slow
	}
	password = newPassword()
	hash, err := s.hash(ctx, password)
	if err != nil {
		return "", err
	}
	_, err = s.onPerson(ctx, c, policy.ManagePeople, id, func(r *registry, u *store.User) (facts, error) {
		if err := notOneself(c, u); err != nil && !s.console {
			return nil, err
		}
		f, err := s.reset(r, c, u, store.ResetPassword, "user.password_reset")
		if err != nil {
			return nil, err
		}
		return f, authn.KeepPassword(r.tx, u, hash, true, c.At)
	})
	return password, err
}

// ResetFactor takes an account's second factor away, for whom has lost it. The password must be
// changed, because without a second factor it may be too short.
func (s *Service) ResetFactor(ctx context.Context, c Call, id string) (*store.User, error) {
	return s.onPerson(ctx, c, policy.ManagePeople, id, func(r *registry, u *store.User) (facts, error) {
		if err := notOneself(c, u); err != nil && !s.console {
			return nil, err
		}
		if u.SecondFactorAt == nil {
			return nil, noFactor()
		}
		u.SecondFactorAt, u.MustChangePassword = nil, true
		f, err := s.reset(r, c, u, store.ResetFactor, "user.second_factor_reset")
		if err != nil {
			return nil, err
		}
		if err := r.tx.MustChange(u.ID); err != nil {
			return nil, err
		}
		return f, r.tx.DropFactor(u.ID)
	})
}

// ConfirmReset is the second person's yes: neither who reset nor whose account it is.
func (s *Service) ConfirmReset(ctx context.Context, c Call, id string) (*store.User, error) {
	return s.onPerson(ctx, c, policy.ConfirmReset, id, func(r *registry, u *store.User) (facts, error) {
		switch {
		case u.ResetAt == nil:
			return nil, refused(fault.Conflict, "no_reset", "Không có lần cấp lại nào chờ xác nhận.", "No reset awaits anyone.")
		case c.By.UserID == u.ID || c.By.UserID == *u.ResetByID:
			return nil, refused(fault.Forbidden, "second_person", "Cần người thứ hai: không phải người cấp lại, không phải chủ tài khoản.",
				"A second person is needed: neither who reset nor whose account it is.")
		}
		f := facts{}
		f.add(u.AgencyID, personFact("user.reset_confirmed", u.ID, map[string]any{"kind": u.ResetKind, "reset_by": *u.ResetByID}))
		seen := u.Version
		u.ResetKind, u.ResetByID, u.ResetAt, u.Version = "", nil, nil, seen+1
		return f, r.tx.SaveUser(u, seen)
	})
}

func noFactor() error {
	return refused(fault.Conflict, "no_second_factor", "Tài khoản chưa có yếu tố xác thực thứ hai.", "The account has no second factor.")
}

// onOneself changes the caller's own account, whatever roles it has.
func (s *Service) onOneself(ctx context.Context, c Call, rule func(r *registry, u *store.User) (facts, error)) error {
	var u *store.User
	find := func(r *registry) (o policy.Object, err error) {
		u, err = r.tx.User(c.By.UserID)
		return o, err
	}
	anyone := func(policy.Object) error { return nil }
	return s.changeIf(ctx, c, find, anyone, func(r *registry) (facts, error) { return rule(r, u) })
}

// EnrolFactor gives the caller a secret for an authenticator. It is in force once a code of it
// has been shown; until then asking again makes another.
func (s *Service) EnrolFactor(ctx context.Context, c Call, password string) (d authn.Draft, err error) {
	if _, err := s.auth.Reauthenticate(ctx, c.By.UserID, password); err != nil {
		return d, err
	}
	err = s.onOneself(ctx, c, func(r *registry, u *store.User) (facts, error) {
		if u.SecondFactorAt != nil {
			return nil, refused(fault.Conflict, "already_enrolled", "Tài khoản đã có yếu tố xác thực thứ hai; hãy tắt trước khi đăng ký lại.",
				"The account has a second factor; end that one first.")
		}
		draft, f, err := s.auth.DraftFactor(u, c.At)
		d = draft
		if err != nil {
			return nil, err
		}
		return nil, r.tx.NewFactor(&f)
	})
	return d, err
}

// ConfirmFactor puts the caller's second factor into force with a code of it, ends every other
// session, and returns the recovery codes, which are shown once.
func (s *Service) ConfirmFactor(ctx context.Context, c Call, session, code string) (codes []string, err error) {
	err = s.onOneself(ctx, c, func(r *registry, u *store.User) (facts, error) {
		f, err := r.tx.Factor(u.ID)
		if err != nil {
			return nil, err
		}
		step, err := s.auth.FirstCode(ctx, f, code, c.At)
		if err != nil {
			return nil, err
		}
		if err := r.tx.ConfirmFactor(u.ID, step, c.At); err != nil {
			return nil, err
		}
		var hashes []string
		codes, hashes = authn.NewRecoveryCodes()
		if err := r.tx.SetRecoveryCodes(u.ID, hashes); err != nil {
			return nil, err
		}
		u.SecondFactorAt = &c.At
		return s.ownFactor(r, c, u, session, "user.second_factor_enrolled")
	})
	return codes, err
}

// ownFactor saves what the caller changed of their second factor.
func (s *Service) ownFactor(r *registry, c Call, u *store.User, session, typ string) (facts, error) {
	seen := u.Version
	u.Version = seen + 1
	if err := r.tx.SaveUser(u, seen); err != nil {
		return nil, err
	}
	f := facts{}
	f.add(u.AgencyID, personFact(typ, u.ID, map[string]any{}))
	return f, r.tx.EndSessionsOf(u.ID, session, c.At)
}

// verified is a change of the caller's second factor that asks for the password and a code.
func (s *Service) verified(ctx context.Context, c Call, session, password, code, typ string, rule func(r *registry, u *store.User) error) error {
	before, proof, err := s.auth.Verify(ctx, c.By.UserID, password, code, c.At)
	if err != nil {
		return err
	}
	return s.onOneself(ctx, c, func(r *registry, u *store.User) (facts, error) {
		if u.SecondFactorAt == nil || before.SecondFactorAt == nil {
			return nil, noFactor()
		}
		if err := proof.Spend(r.tx, c.At); err != nil {
			if fault.NotFound.In(err) {
				return nil, refused(fault.Conflict, "code_used", "Mã này vừa được dùng.", "This code was used.")
			}
			return nil, err
		}
		if err := rule(r, u); err != nil {
			return nil, err
		}
		return s.ownFactor(r, c, u, session, typ)
	})
}

// DisableFactor ends the caller's second factor. A password that is too short without one must
// be changed at once.
func (s *Service) DisableFactor(ctx context.Context, c Call, session, password, code string) error {
	return s.verified(ctx, c, session, password, code, "user.second_factor_ended", func(r *registry, u *store.User) error {
		u.SecondFactorAt = nil
		if utf8.RuneCountInString(password) < authn.MinPassword {
			if err := r.tx.MustChange(u.ID); err != nil {
				return err
			}
		}
		return r.tx.DropFactor(u.ID)
	})
}

// RenewRecoveryCodes replaces the caller's recovery codes, which are shown once.
func (s *Service) RenewRecoveryCodes(ctx context.Context, c Call, session, password, code string) (codes []string, err error) {
	err = s.verified(ctx, c, session, password, code, "user.recovery_codes_renewed", func(r *registry, u *store.User) error {
		var hashes []string
		codes, hashes = authn.NewRecoveryCodes()
		return r.tx.SetRecoveryCodes(u.ID, hashes)
	})
	return codes, err
}
