// Package authn owns who the caller is: passwords, sessions and their tokens, turned into a
// policy.Actor. It decides nothing about rights.
package authn

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
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
	store    *store.Store
	dir      string        // of the keys
	provider *provider     // nil: our tokens alone
	dummy    string        // the hash that an unknown user name is compared with
	hash     chan struct{} // bounds the hashing that runs at once, in memory and CPU
	asking   chan struct{} // one asks the database for what all callers need, the others wait

	own     sync.Mutex
	signers []signer // nil: not read yet; in the order of their use

	mu       sync.Mutex
	keys     map[string]published // by kid; nil: not read yet
	keysAt   time.Time
	proofs   map[[sha256.Size]byte]proof // by token
	actors   map[string]known            // by proof.caller
	age      int                         // how often somebody was forgotten
	number   int64                       // of the rights, at which the actors were read
	numberAt time.Time                   // when it was the number
}

// New makes what knows callers, with its keys in a folder of the data folder.
func New(st *store.Store, dataDir string) (*Service, error) {
	dir := filepath.Join(dataDir, "keys")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("authn: key folder: %w", err)
	}
	dummy, err := HashPassword("no such user")
	if err != nil {
		return nil, err
	}
	return &Service{
		store: st, dir: dir, dummy: dummy, hash: make(chan struct{}, 2), asking: make(chan struct{}, 1),
		proofs: map[[sha256.Size]byte]proof{}, actors: map[string]known{},
	}, nil
}

func wrongLogin() error {
	return fault.New(fault.Unauthenticated, "Tên đăng nhập hoặc mật khẩu không đúng.", "The user name or the password is wrong.")
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
	k, err := s.signer(ctx, now)
	if err != nil {
		return Tokens{}, err
	}
	secret, refreshHash := newSecret()
	sess := store.Session{
		ID: uuid.Must(uuid.NewV7()).String(), UserID: u.ID, RefreshHash: refreshHash,
		CreatedAt: now, ExpiresAt: now.Add(sessionTTL),
	}
	if err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error { return tx.CreateSession(&sess) }); err != nil {
		return Tokens{}, err
	}
	return k.tokens(sess.ID, u, secret, now)
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
