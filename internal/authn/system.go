package authn

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

const (
	// KeyPrefix begins every secret of a key, so that scanners of code and logs know one:
	// ucs_[0-9a-f]{32}_[A-Za-z0-9_-]{43}, the key's id and 256 random bits.
	KeyPrefix = "ucs_"

	clientTTL = 10 * time.Minute
	knownKeys = 10000
)

// NewKeySecret makes the secret of the key with the id, and its hash. SHA-256 suffices: no list
// and no machine finds 256 random bits, and a slow hash would be paid by every request and by
// the desk for every wrong key.
func NewKeySecret(id string) (secret, hash string) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand aborts the program instead
	secret = KeyPrefix + strings.ReplaceAll(id, "-", "") + "_" + base64.RawURLEncoding.EncodeToString(b)
	return secret, hashSecret(secret)
}

// NoPassword is a hash that no password has, for accounts that never log in with one. A login
// spends as much time on it as on any other.
func NoPassword() string {
	b := make([]byte, 48)
	_, _ = rand.Read(b)
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", hashing.Memory, hashing.Iterations, hashing.Parallelism, enc(b[:16]), enc(b[16:]))
}

// keyID is the id inside a secret.
func keyID(secret string) (string, bool) {
	rest, ok := strings.CutPrefix(secret, KeyPrefix)
	if len(rest) != 32+1+43 || !ok || rest[32] != '_' {
		return "", false
	}
	raw, err := hex.DecodeString(rest[:32])
	if err != nil {
		return "", false
	}
	id, err := uuid.FromBytes(raw)
	return id.String(), err == nil
}

// wrongKey is the one answer to a key that is unknown, wrong, expired or revoked, whose system
// is disabled, or that comes from an address it is not for.
func wrongKey(cause string) error {
	return fault.New(fault.Unauthenticated, "Khóa hoặc mã truy cập của hệ thống không hợp lệ.",
		"The key or token of the system is not valid.").Wrap(errors.New("authn: " + cause))
}

// knownKey is what was read of a key, for at most actorTTL.
type knownKey struct {
	hash      string
	actor     policy.Actor
	expires   time.Time
	addresses []netip.Prefix
	until     time.Time
}

// from refuses an address that the system does not call from.
func (k knownKey) from(address string) error {
	if len(k.addresses) == 0 {
		return nil
	}
	at, err := netip.ParseAddr(address)
	if err == nil {
		at = at.Unmap().WithZone("")
		if slices.ContainsFunc(k.addresses, func(p netip.Prefix) bool { return p.Contains(at) }) {
			return nil
		}
	}
	return wrongKey("the key is not for this address")
}

// AuthenticateKey reads the key of a system that calls from the address. The rights are those
// in force now.
func (s *Service) AuthenticateKey(ctx context.Context, secret, address string, now time.Time) (Session, error) {
	id, ok := keyID(secret)
	if !ok {
		return Session{}, wrongKey("not a key")
	}
	k, err := s.keyOf(ctx, id, now)
	if err != nil {
		return Session{}, err
	}
	if subtle.ConstantTimeCompare([]byte(hashSecret(secret)), []byte(k.hash)) != 1 {
		return Session{}, wrongKey("wrong secret")
	}
	if err := k.from(address); err != nil {
		return Session{}, err
	}
	s.used(id, now)
	return Session{ID: id, Actor: k.actor}, nil
}

// Recognises reports whether the secret was good when it was last looked at. It reads no
// database: while an address is over its limit of wrong keys, those in use there go on.
func (s *Service) Recognises(secret string) bool {
	id, ok := keyID(secret)
	s.mu.Lock()
	defer s.mu.Unlock()
	k, known := s.apiKeys[id]
	return ok && known && subtle.ConstantTimeCompare([]byte(hashSecret(secret)), []byte(k.hash)) == 1
}

// keyOf is the key as it stands, or stood a moment ago; wrongKey unless it opens something.
func (s *Service) keyOf(ctx context.Context, id string, now time.Time) (knownKey, error) {
	s.mu.Lock()
	k, ok := s.apiKeys[id]
	age := s.age
	s.mu.Unlock()
	if !ok || !now.Before(k.until) {
		var err error
		if k, err = s.readAPIKey(ctx, id, now); err != nil {
			s.mu.Lock()
			delete(s.apiKeys, id)
			s.mu.Unlock()
			return knownKey{}, err
		}
		s.rememberKey(id, k, age)
	}
	if !now.Before(k.expires) {
		return knownKey{}, wrongKey("the key has expired")
	}
	return k, nil
}

func (s *Service) readAPIKey(ctx context.Context, id string, now time.Time) (knownKey, error) {
	tx := s.store.Read(ctx)
	row, err := tx.Key(id)
	if fault.NotFound.In(err) {
		return knownKey{}, wrongKey("no such key")
	}
	if err != nil {
		return knownKey{}, err
	}
	if !row.Live(now) {
		return knownKey{}, wrongKey("the key has ended")
	}
	sys, err := tx.System(row.UserID)
	if err != nil {
		return knownKey{}, err
	}
	if sys.User.DisabledAt != nil {
		return knownKey{}, wrongKey("the system is disabled")
	}
	a, err := tx.Agency(sys.User.AgencyID)
	if err != nil {
		return knownKey{}, err
	}
	k := knownKey{hash: row.Hash, actor: ActorOf(&sys.User, a, now), expires: row.ExpiresAt, until: now.Add(actorTTL)}
	k.actor.Verbs = sys.Verbs
	for _, text := range sys.Addresses {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return knownKey{}, fmt.Errorf("authn: addresses of system %s: %w", sys.User.ID, err)
		}
		k.addresses = append(k.addresses, p)
	}
	return k, nil
}

// rememberKey keeps what was read, unless everything was forgotten since the reading began.
func (s *Service) rememberKey(id string, k knownKey, age int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if age != s.age {
		return
	}
	if s.apiKeys == nil || len(s.apiKeys) >= knownKeys {
		s.apiKeys = map[string]knownKey{}
	}
	s.apiKeys[id] = k
}

// forgetKeys makes every key be read anew; the caller holds s.mu. Their hashes stay, for
// Recognises.
func (s *Service) forgetKeys() {
	for id, k := range s.apiKeys {
		k.until = time.Time{}
		s.apiKeys[id] = k
	}
}

// ErrScope is the refusal of a scope that names no verb of the system, or leaves it no use.
var ErrScope = errors.New("authn: the scope does not fit the system's verbs")

// ClientTokens is what client credentials give. ExpiresIn is in seconds.
type ClientTokens struct {
	Access    string
	ExpiresIn int
	Scope     []policy.Action
}

// ClientToken trades a key for an access token of minutes (RFC 6749 4.4). client is the
// system's id or its name. The token is bound to the key: it ends with it, works from the same
// addresses, and holds no rights but the verbs of the scope, as far as the system still has
// them; an empty scope is all of them.
func (s *Service) ClientToken(ctx context.Context, client, secret string, scope []string, address string, now time.Time) (ClientTokens, error) {
	sess, err := s.AuthenticateKey(ctx, secret, address, now)
	if err != nil {
		return ClientTokens{}, err
	}
	if client != sess.Actor.UserID && client != sess.Actor.Username {
		return ClientTokens{}, wrongKey("another client's key")
	}
	verbs := sess.Actor.Verbs
	if len(scope) > 0 {
		verbs = nil
		for _, name := range scope {
			v := policy.Action(name)
			if !sess.Actor.May(v) {
				return ClientTokens{}, ErrScope
			}
			if !slices.Contains(verbs, v) {
				verbs = append(verbs, v)
			}
		}
		if !policy.Usable(verbs) {
			return ClientTokens{}, ErrScope
		}
	}
	k, err := s.keyOf(ctx, sess.ID, now)
	if err != nil {
		return ClientTokens{}, err
	}
	ttl := min(clientTTL, k.expires.Sub(now))
	words := make([]string, len(verbs))
	for i, v := range verbs {
		words[i] = string(v)
	}
	by, err := s.signer(ctx, now)
	if err != nil {
		return ClientTokens{}, err
	}
	access, err := by.sign(claims{
		RegisteredClaims: registered(sess.Actor.UserID, ttl, now), Key: sess.ID, Scope: strings.Join(words, " "),
	})
	if err != nil {
		return ClientTokens{}, err
	}
	return ClientTokens{Access: access, ExpiresIn: int(ttl / time.Second), Scope: verbs}, nil
}

// client is who a token of client credentials acts for.
func (s *Service) client(ctx context.Context, c claims, now time.Time) (Session, error) {
	k, err := s.keyOf(ctx, c.Key, now)
	if err != nil {
		return Session{}, err
	}
	if c.Session != "" || c.Subject != k.actor.UserID {
		return Session{}, wrongKey("a token of two kinds")
	}
	actor, scope := k.actor, strings.Fields(c.Scope)
	actor.Verbs = slices.DeleteFunc(slices.Clone(k.actor.Verbs), func(v policy.Action) bool { return !slices.Contains(scope, string(v)) })
	s.used(c.Key, now)
	return Session{ID: c.Key, Actor: actor, from: k.from}, nil
}

// From refuses a token that is used from an address it is not for.
func (s Session) From(address string) error {
	if s.from == nil {
		return nil
	}
	return s.from(address)
}

// keyUse is when a key was last used, to the minute, and whether the database knows.
type keyUse struct {
	at   time.Time
	kept bool
}

func (s *Service) used(id string, now time.Time) {
	minute := now.Truncate(time.Minute)
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, ok := s.apiKeyUses[id]; ok && !u.at.Before(minute) {
		return
	}
	if s.apiKeyUses == nil {
		s.apiKeyUses = map[string]keyUse{}
	}
	s.apiKeyUses[id] = keyUse{at: minute}
}

// KeepUses writes when keys were last used, until ctx ends and once more then: at most once a
// minute for each key, and never within a request. What was not written when the process is
// killed is lost, at most some seconds of it.
func (s *Service) KeepUses(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(3 * time.Second)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-tick.C:
			if err := s.keepUses(ctx); err != nil && ctx.Err() == nil {
				log.Warn("the last use of keys was not written", "error", err)
			}
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := s.keepUses(last); err != nil {
		log.Warn("the last use of keys was not written", "error", err)
	}
}

func (s *Service) keepUses(ctx context.Context) error {
	open := map[string]time.Time{}
	s.mu.Lock()
	for id, u := range s.apiKeyUses {
		if !u.kept {
			open[id] = u.at
		}
	}
	s.mu.Unlock()
	if len(open) == 0 {
		return nil
	}
	err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		for id, at := range open {
			if err := tx.KeepUse(id, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, at := range open {
		if s.apiKeyUses[id].at.Equal(at) {
			s.apiKeyUses[id] = keyUse{at, true}
		}
	}
	return nil
}
