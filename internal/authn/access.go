package authn

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

const (
	maxToken   = 8 << 10          // bytes; a provider's token with many groups has four
	callerTTL  = 10 * time.Second // how long a caller is remembered while nothing changes
	remembered = 10000            // tokens, and callers
)

// Session is the caller's session and who they are. ID is empty where the identity provider
// keeps the session.
type Session struct {
	ID    string // of a system: its key's
	Actor policy.Actor
	from  func(address string) error // nil: from everywhere
}

// proof is what a verified token says, and when that stands.
type proof struct {
	kid         string // of our key; "" for a token of the identity provider
	claims      claims // of our token
	subject     string // the person, or the provider's name for them
	strong      bool   // the provider has seen a second factor
	from, until time.Time
}

// caller is under which name the proof's actor is remembered.
func (p proof) caller() string {
	if p.kid == "" {
		return "subject " + p.subject
	}
	return p.claims.Session
}

type known struct {
	actor policy.Actor
	until time.Time
}

// Unknown is the one answer to whoever does not show one good credential.
func Unknown() error {
	return fault.New(fault.Unauthenticated,
		"Cần đúng một mã truy cập còn hiệu lực (Authorization: Bearer). Hãy đăng nhập lại.",
		"Exactly one access token that is good is needed (Authorization: Bearer). Log in again.")
}

func refused(why error) error {
	f, _ := fault.As(Unknown())
	return f.Wrap(why)
}

var (
	errMalformed = errors.New("authn: not a JWT of at most 8 KiB")
	errHeader    = errors.New("authn: a header that our tokens do not have")
	errKey       = errors.New("authn: no honoured key has this kid")
	errGone      = errors.New("authn: the session, the account or the binding is not in force")
)

// Authenticate reads an access token, ours or the identity provider's. The rights are those in
// force now, not those at login: a change on this instance holds at once, on others within a
// second. That costs one question to the database in a second, whoever asks; where it gets no
// answer, nobody passes.
func (s *Service) Authenticate(ctx context.Context, bearer string, now time.Time) (Session, error) {
	p, err := s.verified(ctx, bearer, now)
	if err != nil {
		return Session{}, err
	}
	if err := s.current(ctx, now); err != nil {
		return Session{}, err
	}
	if p.claims.Key != "" {
		return s.client(ctx, p.claims, now)
	}
	s.mu.Lock()
	k, ok := s.actors[p.caller()]
	age := s.age
	s.mu.Unlock()
	if !ok || !now.Before(k.until) || p.kid != "" && k.actor.UserID != p.subject {
		if k, err = s.actor(ctx, p, now); err != nil {
			return Session{}, err
		}
		s.remember(p.caller(), k, age)
	}
	if err := s.strongEnough(p, k.actor); err != nil {
		return Session{}, err
	}
	return Session{ID: p.claims.Session, Actor: k.actor}, nil
}

// near reports whether at lies less than d from now; a clock that was set back makes it false.
func near(at, now time.Time, d time.Duration) bool {
	since := now.Sub(at)
	return since < d && since > -d
}

// turn waits until nobody else asks the database for what all callers need.
func (s *Service) turn(ctx context.Context) (done func(), err error) {
	select {
	case s.asking <- struct{}{}:
		return func() { <-s.asking }, nil
	case <-ctx.Done():
		return nil, fault.New(fault.Busy, "Hệ thống đang bận, hãy thử lại.", "Busy; try again.").Wrap(ctx.Err())
	}
}

// current makes sure that what is remembered was in force less than a second before now.
func (s *Service) current(ctx context.Context, now time.Time) error {
	fresh := func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return near(s.numberAt, now, actorTTL)
	}
	if fresh() {
		return nil
	}
	done, err := s.turn(ctx)
	if err != nil {
		return err
	}
	defer done()
	if fresh() {
		return nil
	}
	number, err := s.store.Read(ctx).RightsNumber()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if number != s.number {
		clear(s.actors)
		s.forgetKeys()
		s.age++
	}
	s.number, s.numberAt = number, now
	return nil
}

// verified is what a token proves. One that was verified before is known by its hash.
func (s *Service) verified(ctx context.Context, bearer string, now time.Time) (proof, error) {
	if len(bearer) > maxToken || strings.Count(bearer, ".") != 2 {
		return proof{}, refused(errMalformed)
	}
	sum := sha256.Sum256([]byte(bearer))
	s.mu.Lock()
	p, ok := s.proofs[sum]
	s.mu.Unlock()
	if ok && !now.Before(p.from) && now.Before(p.until) && (p.kid == "" || s.honours(ctx, p.kid, now)) {
		return p, nil
	}
	var err error
	if s.provider != nil && s.provider.issued(bearer) {
		p, err = s.provider.prove(ctx, bearer, now)
	} else {
		p, err = s.proveOwn(ctx, bearer, now)
	}
	if err != nil {
		return proof{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.proofs) >= remembered {
		clear(s.proofs)
	}
	s.proofs[sum] = p
	return p, nil
}

func (s *Service) honours(ctx context.Context, kid string, now time.Time) bool {
	key, err := s.verifier(ctx, kid, now)
	return err == nil && key != nil
}

// proveOwn verifies a token of ours. Its header is exactly the one that we write: nothing in a
// token says where its key is found.
func (s *Service) proveOwn(ctx context.Context, bearer string, now time.Time) (proof, error) {
	var c claims
	var away error
	t, err := jwt.ParseWithClaims(bearer, &c, func(t *jwt.Token) (any, error) {
		kid, ok := t.Header["kid"].(string)
		if !ok || t.Header["typ"] != tokenType || len(t.Header) != 3 {
			return nil, errHeader
		}
		key, err := s.verifier(ctx, kid, now)
		if err != nil {
			away = err
			return nil, err
		}
		if key == nil {
			return nil, errKey
		}
		return key, nil
	}, jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(issuer), jwt.WithAudience(issuer),
		jwt.WithExpirationRequired(), jwt.WithNotBeforeRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(skew), jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(func() time.Time { return now }))
	if away != nil {
		return proof{}, away // nobody can know
	}
	if err != nil {
		return proof{}, refused(err)
	}
	return proof{
		kid: t.Header["kid"].(string), claims: c, subject: c.Subject, from: c.NotBefore.Add(-skew), until: c.ExpiresAt.Time,
	}, nil
}

// actor reads the session or the identity, the person and the agency as they stand.
func (s *Service) actor(ctx context.Context, p proof, now time.Time) (known, error) {
	tx := s.store.Read(ctx)
	until := now.Add(callerTTL)
	var u *store.User
	var err error
	if p.kid == "" {
		u, err = tx.Holder(s.provider.Issuer, p.subject)
	} else {
		var sess *store.Session
		sess, err = tx.Session(p.claims.Session)
		if err == nil && (sess.EndedAt != nil || sess.UserID != p.subject || !now.Before(sess.ExpiresAt)) {
			return known{}, refused(errGone)
		}
		if err == nil {
			until = earlier(until, sess.ExpiresAt)
			u, err = tx.User(p.subject)
		}
	}
	if fault.NotFound.In(err) || err == nil && s.Shut(u, now) {
		return known{}, refused(errGone)
	}
	if err != nil {
		return known{}, err
	}
	a, err := tx.Agency(u.AgencyID)
	if err != nil {
		return known{}, fmt.Errorf("authn: agency of %s: %w", u.ID, err)
	}
	actor := ActorOf(u, a, now)
	if p.kid != "" {
		actor.MustEnrol = s.mustEnrol(u, actor)
		return known{actor, earlier(until, midnight(now))}, nil
	}
	actor.MustChange = false                                                           // that is about a password, which was not used
	if today := now.In(regulation.Zone).Format(time.DateOnly); u.LastUsedOn != today { // no login of ours notes it
		if err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error { return tx.NoteUse(u.ID, today) }); err != nil {
			return known{}, err
		}
	}
	return known{actor, earlier(until, midnight(now))}, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// midnight is when the next civil day begins in Viet Nam, and with it other grants.
func midnight(now time.Time) time.Time {
	y, m, d := now.In(regulation.Zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, regulation.Zone)
}

// ActorOf is the person acting for the agency, with the roles in force at now; none once the
// agency has ended, and none that it no longer carries.
func ActorOf(u *store.User, a *incident.Agency, now time.Time) policy.Actor {
	today := now.In(regulation.Zone).Format(time.DateOnly)
	out := policy.Actor{
		UserID: u.ID, Username: u.Username, FullName: u.FullName, AgencyID: a.ID, AgencyCode: a.Code, AgencyName: a.Name,
		MustChange: u.MustChangePassword, System: u.Kind == store.SystemKind,
	}
	out.Roles = u.RolesIn(a, today)
	for _, r := range a.Roles {
		if r.Valid.Holds(today) {
			out.AgencyRoles = append(out.AgencyRoles, r.Role)
		}
	}
	return out
}

// remember keeps who was read, unless everything was forgotten since the reading began.
func (s *Service) remember(caller string, k known, age int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if age != s.age {
		return
	}
	if len(s.actors) >= remembered {
		clear(s.actors)
	}
	s.actors[caller] = k
}

// forget makes one caller be read anew.
func (s *Service) forget(session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.actors, session)
	s.age++
}

// Forget makes every caller be read anew: a change of people, grants or agencies is in force
// on this instance from its return on.
func (s *Service) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.actors)
	s.forgetKeys()
	s.age++
}
