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
	issuer     = "ungcuu"
	accessTTL  = 15 * time.Minute
	sessionTTL = 12 * time.Hour // a shift; a refresh does not stretch it
	actorTTL   = time.Second    // how long another instance's change may stay unseen here
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
	dummy string // the hash that an unknown user name is compared with
	gate  gate
	vault *vault
	rules Rules

	guesses guesses

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
	vault, err := openVault(dataDir)
	if err != nil {
		return nil, err
	}
	guesses, err := newGuesses()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(key.Public().(ed25519.PublicKey))
	return &Service{
		store: st, key: key, kid: hex.EncodeToString(sum[:8]), dummy: dummy,
		gate: newGate(hashesRunning, hashesWaiting), vault: vault, guesses: guesses, actors: map[string]known{},
	}, nil
}

// Tokens is what a login or a refresh gives. ExpiresIn is in seconds, of the access token.
type Tokens struct {
	Access             string
	ExpiresIn          int
	Refresh            string
	MustChangePassword bool
}

func wrongLogin() *fault.Error {
	return fault.New(fault.Unauthenticated, "Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng.", "The user name, the password or the code is wrong.")
}

func unknownCaller() error {
	return fault.New(fault.Unauthenticated, "Chưa đăng nhập, hoặc phiên đã hết hạn. Hãy đăng nhập lại.", "Not logged in, or the session has ended.")
}

// Login opens a session for who is recognised by the credentials.
func (s *Service) Login(ctx context.Context, c Credentials, now time.Time) (Tokens, error) {
	e, err := s.recognise(ctx, c, now)
	if err != nil {
		return Tokens{}, err
	}
	u := e.User
	secret, refreshHash := newSecret()
	sess := store.Session{
		ID: uuid.Must(uuid.NewV7()).String(), UserID: u.ID, RefreshHash: refreshHash,
		CreatedAt: now, ExpiresAt: now.Add(sessionTTL),
	}
	if err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		if err := s.admit(tx, e, now); err != nil {
			return err
		}
		return tx.CreateSession(&sess)
	}); err != nil {
		return Tokens{}, err
	}
	return s.tokens(sess.ID, u, secret, now)
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
	reused := false
	err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		sess, err := tx.LockSession(id)
		if err != nil {
			return err
		}
		if sess.EndedAt != nil || !now.Before(sess.ExpiresAt) {
			return unknownCaller()
		}
		if subtle.ConstantTimeCompare([]byte(hashSecret(secret)), []byte(sess.RefreshHash)) != 1 {
			reused = true
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
	if reused || fault.NotFound.In(err) {
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
	out := ActorOf(u, a, now)
	out.MustEnrol = s.mustEnrol(u, out)
	return out, nil
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
