package authn

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/throttled/throttled/v2"
	"github.com/throttled/throttled/v2/store/memstore"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Who needs a second factor.
const (
	FactorForRoles = "roles" // administrators, of agencies too, and team leads (TCVN 14423:2026)
	FactorForAll   = "all"
)

// factorRoles are those in which nobody acts after a login with one factor alone.
var factorRoles = []policy.Role{policy.Admin, policy.AgencyAdmin, policy.Lead}

// Rules is what a desk asks of its accounts. The zero value is a real desk that asks
// administrators and team leads for a second factor.
type Rules struct {
	SecondFactor string // FactorForRoles, FactorForAll
	// Demo is the public password of a demo, which may be taken again and again; there nobody
	// needs a second factor or is locked for being idle. Empty: a real desk.
	Demo string
}

// WithRules sets the rules, before the service is used.
func (s *Service) WithRules(r Rules) *Service {
	s.rules = r
	return s
}

// mustEnrol reports whether the person has to have a second factor and has none.
func (s *Service) mustEnrol(u *store.User, a policy.Actor) bool {
	return s.rules.Demo == "" && u.SecondFactorAt == nil && (s.rules.SecondFactor == FactorForAll || a.Has(factorRoles...))
}

// Shut reports whether nobody gets in with the account: it is disabled, was idle for too long,
// or what was reset awaits a second person.
func (s *Service) Shut(u *store.User, now time.Time) bool {
	idle := s.rules.Demo == "" && u.Idle(now.In(regulation.Zone).Format(time.DateOnly))
	return u.DisabledAt != nil || u.ResetAt != nil || idle
}

// Credentials is what somebody logs in with. OTP is a code of the authenticator, or a recovery
// code; Address is where they are, "" where nobody knows.
type Credentials struct{ Username, Password, OTP, Address string }

// Account is the form under which a username is looked up.
func Account(username string) string { return strings.ToLower(strings.TrimSpace(username)) }

// nobody is the id under which the second factor of an unknown user is looked for.
const nobody = "00000000-0000-0000-0000-000000000000"

// entrant is who has shown to be the holder of an account.
type entrant struct {
	*store.User
	proof   Proof
	address string
}

// recognise finds whose credentials they are. An unknown user, a wrong password, a wrong code
// and an account that is shut get the same answer after the same work.
func (s *Service) recognise(ctx context.Context, c Credentials, now time.Time) (*entrant, error) {
	tx := s.store.Read(ctx)
	u, err := tx.UserByName(Account(c.Username))
	if err != nil && !fault.NotFound.In(err) {
		return nil, err
	}
	id, hash := nobody, s.dummy
	if u != nil && u.Kind == store.PersonKind {
		id, hash = u.ID, u.PasswordHash
	}
	f, err := tx.Factor(id)
	if err != nil {
		return nil, err
	}
	codes, err := tx.RecoveryCodes(id)
	if err != nil {
		return nil, err
	}
	right, err := s.compare(ctx, c.Password, hash)
	if err != nil {
		return nil, err
	}
	right = right && id != nobody
	var tooMany error
	if right && u.SecondFactorAt != nil && c.OTP != "" {
		tooMany = s.mayGuess(ctx, id)
	}
	proof, proved, unread := s.proveFactor(id, f, codes, c.OTP, now)
	switch {
	case !right, s.Shut(u, now), tooMany != nil:
		return nil, wrongLogin()
	case u.SecondFactorAt == nil:
		proof = Proof{}
	case !proved:
		return nil, wrongLogin().Wrap(unread)
	}
	return &entrant{u, proof, c.Address}, nil
}

// admit lets the entrant in: inside the transaction that opens the session it looks at the
// account again, which may have been shut or got another password while the hashing ran, uses
// up the code, and notes the login.
func (s *Service) admit(tx *store.Tx, e *entrant, now time.Time) error {
	u, err := tx.LockUser(e.ID)
	if err != nil {
		return err
	}
	if s.Shut(u, now) || u.PasswordHash != e.PasswordHash || (u.SecondFactorAt == nil) != (e.SecondFactorAt == nil) {
		return wrongLogin()
	}
	if err := e.proof.Spend(tx, now); fault.NotFound.In(err) {
		return wrongLogin()
	} else if err != nil {
		return err
	}
	return tx.NoteLogin(u.ID, e.address, now.In(regulation.Zone).Format(time.DateOnly), now)
}

// Familiar reports whether the account has logged in from the address before.
func (s *Service) Familiar(ctx context.Context, username, address string) (bool, error) {
	return s.store.Read(ctx).LoggedInFrom(Account(username), address)
}

// guesses bounds how often codes of one account are tried by whom knows its password: ten at
// once, then twenty an hour. One code in 333,333 is right by chance.
type guesses struct{ limit *throttled.GCRARateLimiterCtx }

func newGuesses() (guesses, error) {
	st, err := memstore.NewCtx(16384)
	if err != nil {
		return guesses{}, fmt.Errorf("authn: limits: %w", err)
	}
	limit, err := throttled.NewGCRARateLimiterCtx(st, throttled.RateQuota{MaxRate: throttled.PerHour(20), MaxBurst: 9})
	if err != nil {
		return guesses{}, fmt.Errorf("authn: limits: %w", err)
	}
	return guesses{limit}, nil
}

// mayGuess is fault.TooMany once too many codes of the account were tried; never in a demo.
func (s *Service) mayGuess(ctx context.Context, userID string) error {
	if s.rules.Demo != "" {
		return nil
	}
	over, r, err := s.guesses.limit.RateLimitCtx(ctx, userID, 1)
	if err != nil {
		return fmt.Errorf("authn: limits: %w", err)
	}
	if !over {
		return nil
	}
	f := fault.New(fault.TooMany, "Quá nhiều lần nhập mã. Hãy thử lại sau.", "Too many codes were tried. Try again later.")
	f.RetryAfter = r.RetryAfter
	return f
}
