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
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/internal/fault"
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
	store    *store.Store
	dir      string        // of the keys
	provider *provider     // nil: our tokens alone
	dummy    string        // the hash that an unknown user name is compared with
	asking   chan struct{} // one asks the database for what all callers need, the others wait
	gate     gate
	vault    *vault
	rules    Rules
	guesses  guesses

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

	apiKeys    map[string]knownKey // of systems, by the key's id
	apiKeyUses map[string]keyUse   // the same
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
	vault, err := openVault(dataDir)
	if err != nil {
		return nil, err
	}
	guesses, err := newGuesses()
	if err != nil {
		return nil, err
	}
	return &Service{
		store: st, dir: dir, dummy: dummy, asking: make(chan struct{}, 1), gate: newGate(hashesRunning, hashesWaiting),
		vault: vault, guesses: guesses, proofs: map[[sha256.Size]byte]proof{}, actors: map[string]known{},
	}, nil
}

func wrongLogin() *fault.Error {
	return fault.New(fault.Unauthenticated, "Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng.", "The user name, the password or the code is wrong.")
}

// Login opens a session for who is recognised by the credentials.
func (s *Service) Login(ctx context.Context, c Credentials, now time.Time) (Tokens, error) {
	e, err := s.recognise(ctx, c, now)
	if err != nil {
		return Tokens{}, err
	}
	u := e.User
	k, err := s.signer(ctx, now)
	if err != nil {
		return Tokens{}, err
	}
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
	return k.tokens(sess.ID, u, secret, now)
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
