// Package authn owns who the caller is: passwords, sessions and their tokens, turned into a
// policy.Actor. It decides nothing about rights.
package authn

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

const (
	issuer      = "ungcuu"
	accessTTL   = 15 * time.Minute
	sessionTTL  = 12 * time.Hour // a shift; a refresh does not stretch it
	minPassword = 14             // characters (TCVN 14423:2026, without a second factor)
	maxPassword = 256            // bytes
	actorTTL    = time.Second    // how long another instance's change may stay unseen here
)

// hashing is Argon2id with 19 MiB, two passes and one lane (OWASP's first choice).
var hashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// HashPassword returns the Argon2id hash of a password in its encoded form.
func HashPassword(password string) (string, error) {
	return argon2id.CreateHash(password, hashing)
}

// Service knows callers.
type Service struct {
	store *store.Store
	key   ed25519.PrivateKey
	kid   string
	dummy string        // the hash that an unknown user name is compared with
	hash  chan struct{} // bounds the hashing that runs at once, in memory and CPU

	mu     sync.Mutex
	actors map[string]known // by session
	age    int              // how often everything was forgotten
}

type known struct {
	actor policy.Actor
	until time.Time
}

// New reads the signing key of the data folder, or makes it at the first start.
func New(st *store.Store, dataDir string) (*Service, error) {
	key, err := loadKey(dataDir)
	if err != nil {
		return nil, err
	}
	dummy, err := HashPassword("no such user")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(key.Public().(ed25519.PublicKey))
	return &Service{
		store: st, key: key, kid: hex.EncodeToString(sum[:8]), dummy: dummy,
		hash: make(chan struct{}, 2), actors: map[string]known{},
	}, nil
}

// Tokens is what a login or a refresh gives. ExpiresIn is in seconds, of the access token.
type Tokens struct {
	Access             string
	ExpiresIn          int
	Refresh            string
	MustChangePassword bool
}

func wrongLogin() error {
	return fault.New(fault.Unauthenticated, "Tên đăng nhập hoặc mật khẩu không đúng.", "The user name or the password is wrong.")
}

func unknownCaller() *fault.Error {
	return fault.New(fault.Unauthenticated, "Chưa đăng nhập, hoặc phiên đã hết hạn. Hãy đăng nhập lại.", "Not logged in, or the session has ended.")
}

// Login opens a session. An unknown user and a wrong password get the same answer after the
// same work.
func (s *Service) Login(ctx context.Context, username, password string, now time.Time) (Tokens, error) {
	u, err := s.store.Read(ctx).UserByName(strings.ToLower(strings.TrimSpace(username)))
	if err != nil && !fault.NotFound.In(err) {
		return Tokens{}, err
	}
	hash := s.dummy
	if u != nil {
		hash = u.PasswordHash
	}
	ok, err := s.compare(ctx, password, hash)
	if err != nil {
		return Tokens{}, err
	}
	if !ok || u == nil || u.DisabledAt != nil {
		return Tokens{}, wrongLogin()
	}
	secret, refreshHash := newSecret()
	sess := store.Session{
		ID: uuid.Must(uuid.NewV7()).String(), UserID: u.ID, RefreshHash: refreshHash,
		CreatedAt: now, ExpiresAt: now.Add(sessionTTL),
	}
	if err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error { return tx.CreateSession(&sess) }); err != nil {
		return Tokens{}, err
	}
	return s.tokens(sess.ID, u, secret, now)
}

func (s *Service) compare(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > maxPassword {
		password = ""
	}
	select {
	case s.hash <- struct{}{}:
		defer func() { <-s.hash }()
	case <-ctx.Done():
		return false, fault.New(fault.Busy, "Hệ thống đang bận, hãy thử lại.", "Busy; try again.").Wrap(ctx.Err())
	}
	return argon2id.ComparePasswordAndHash(password, hash)
}

func newSecret() (secret, hash string) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand aborts the program instead
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, hashSecret(secret)
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

type claims struct {
	jwt.RegisteredClaims
	Session string `json:"sid"`
}

func (s *Service) tokens(session string, u *store.User, secret string, now time.Time) (Tokens, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Subject: u.ID, Audience: jwt.ClaimStrings{issuer}, IssuedAt: jwt.NewNumericDate(now),
			NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(accessTTL)),
			ID: uuid.NewString(),
		},
		Session: session,
	})
	t.Header["kid"] = s.kid
	access, err := t.SignedString(s.key)
	if err != nil {
		return Tokens{}, fmt.Errorf("authn: sign: %w", err)
	}
	return Tokens{
		Access: access, ExpiresIn: int(accessTTL / time.Second), Refresh: session + "." + secret,
		MustChangePassword: u.MustChangePassword,
	}, nil
}

// Refresh rotates the refresh token. An old one that comes again ends the whole session:
// either its owner or a thief holds the newer one, and nobody can tell which.
func (s *Service) Refresh(ctx context.Context, refresh string, now time.Time) (Tokens, error) {
	id, secret, ok := strings.Cut(refresh, ".")
	if !ok {
		return Tokens{}, unknownCaller()
	}
	var out Tokens
	reused, owner := false, ""
	err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		sess, err := tx.LockSession(id)
		if err != nil {
			return err
		}
		if sess.EndedAt != nil || !now.Before(sess.ExpiresAt) {
			return unknownCaller()
		}
		if subtle.ConstantTimeCompare([]byte(hashSecret(secret)), []byte(sess.RefreshHash)) != 1 {
			reused, owner = true, sess.UserID
			return tx.EndSession(id, now)
		}
		u, err := tx.User(sess.UserID)
		if err != nil {
			return err
		}
		if u.DisabledAt != nil {
			return unknownCaller()
		}
		next, hash := newSecret()
		if err := tx.RotateSession(id, hash); err != nil {
			return err
		}
		out, err = s.tokens(id, u, next, now)
		return err
	})
	if reused {
		s.forget(id)
	}
	if reused {
		return Tokens{}, unknownCaller().Wrap(Refused{Why: RefreshReused, UserID: owner, SessionID: id})
	}
	if fault.NotFound.In(err) {
		return Tokens{}, unknownCaller()
	}
	return out, err
}

// Session is the caller's session and who they are.
type Session struct {
	ID    string
	Actor policy.Actor
}

// Authenticate reads an access token. The rights are those in force now, not those at login.
func (s *Service) Authenticate(ctx context.Context, bearer string, now time.Time) (Session, error) {
	var c claims
	_, err := jwt.ParseWithClaims(bearer, &c, func(t *jwt.Token) (any, error) {
		if t.Header["kid"] != s.kid {
			return nil, fmt.Errorf("authn: unknown key %v", t.Header["kid"])
		}
		return s.key.Public(), nil
	}, jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithIssuer(issuer), jwt.WithAudience(issuer),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithTimeFunc(func() time.Time { return now }))
	if err != nil {
		return Session{}, fault.New(fault.Unauthenticated, "Mã truy cập không hợp lệ hoặc đã hết hạn.", "The access token is not valid or has expired.").Wrap(err)
	}
	s.mu.Lock()
	k, ok := s.actors[c.Session]
	age := s.age
	s.mu.Unlock()
	if ok && now.Before(k.until) {
		return Session{c.Session, k.actor}, nil
	}
	actor, err := s.actor(ctx, c, now)
	if err != nil {
		return Session{}, err
	}
	s.remember(c.Session, actor, now, age)
	return Session{c.Session, actor}, nil
}

// actor reads the session, the person and the agency as they stand.
func (s *Service) actor(ctx context.Context, c claims, now time.Time) (policy.Actor, error) {
	tx := s.store.Read(ctx)
	sess, err := tx.Session(c.Session)
	if fault.NotFound.In(err) || err == nil && (sess.EndedAt != nil || sess.UserID != c.Subject || !now.Before(sess.ExpiresAt)) {
		return policy.Actor{}, unknownCaller()
	}
	if err != nil {
		return policy.Actor{}, err
	}
	u, err := tx.User(c.Subject)
	if err != nil {
		return policy.Actor{}, err
	}
	if u.DisabledAt != nil {
		return policy.Actor{}, unknownCaller()
	}
	a, err := tx.Agency(u.AgencyID)
	if err != nil {
		return policy.Actor{}, err
	}
	return ActorOf(u, a, now), nil
}

// ActorOf is the person acting for the agency, with the roles in force at now; none once the
// agency has ended, and none that it no longer carries.
func ActorOf(u *store.User, a *incident.Agency, now time.Time) policy.Actor {
	today := now.In(regulation.Zone).Format(time.DateOnly)
	out := policy.Actor{
		UserID: u.ID, Username: u.Username, FullName: u.FullName, AgencyID: a.ID, AgencyCode: a.Code, AgencyName: a.Name,
		MustChange: u.MustChangePassword,
	}
	out.Roles = u.RolesIn(a, today)
	for _, r := range a.Roles {
		if r.Valid.Holds(today) {
			out.AgencyRoles = append(out.AgencyRoles, r.Role)
		}
	}
	return out
}

// remember keeps what was read, unless everything was forgotten since the reading began.
func (s *Service) remember(session string, a policy.Actor, now time.Time, age int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if age != s.age {
		return
	}
	if len(s.actors) > 10000 {
		clear(s.actors)
	}
	s.actors[session] = known{a, now.Add(actorTTL)}
}

func (s *Service) forget(session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.actors, session)
}

// Forget makes every caller be read anew: a change of people, grants or agencies is in force
// on this instance from its return on.
func (s *Service) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.actors)
	s.age++
}

// Logout ends the session.
func (s *Service) Logout(ctx context.Context, session string, now time.Time) error {
	err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error { return tx.EndSession(session, now) })
	s.forget(session)
	return err
}

// ChangePassword sets a new password and ends every other session of the person.
func (s *Service) ChangePassword(ctx context.Context, by Session, old, next string, now time.Time) error {
	var c incident.Checker
	if utf8.RuneCountInString(next) < minPassword || len(next) > maxPassword {
		c.Add("/new_password", "length", "Mật khẩu mới cần ít nhất 14 ký tự (tối đa 256 byte).", "At least 14 characters, at most 256 bytes.")
	}
	if old == next {
		c.Add("/new_password", "same", "Mật khẩu mới phải khác mật khẩu cũ.", "It must differ from the old one.")
	}
	if err := c.Err(); err != nil {
		return err
	}
	u, err := s.store.Read(ctx).User(by.Actor.UserID)
	if err != nil {
		return err
	}
	ok, err := s.compare(ctx, old, u.PasswordHash)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Input(fault.Field{Pointer: "/old_password", Code: "wrong", Text: fault.Text{
			VI: "Mật khẩu hiện tại không đúng.", EN: "The present password is wrong."}})
	}
	hash, err := HashPassword(next)
	if err != nil {
		return err
	}
	err = s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		if err := tx.SetPassword(u.ID, hash, false); err != nil {
			return err
		}
		return tx.EndSessionsOf(u.ID, by.ID, now)
	})
	s.Forget()
	return err
}
