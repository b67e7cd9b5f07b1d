package authn

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/store"
)

// Every instance signs with keys of its own, which never leave its data folder, and publishes
// their public halves in the database. A stolen key is worth nothing a day later.
const (
	keySigns  = 24 * time.Hour  // how long a key signs
	keyAhead  = time.Hour       // how long before its first token it is published
	keysStand = time.Minute     // how long the published keys are remembered
	keysPause = time.Second     // how long after reading them nobody reads them for an unknown kid
	skew      = 5 * time.Second // between the clocks of two instances
	keyFile   = "token-%s.pem"  // in DataDir/keys
	keyFiles  = "token*.pem"    // … all of them
)

// signer is a private key of this instance, and when it signs.
type signer struct {
	kid         string
	key         ed25519.PrivateKey
	from, until time.Time
}

// published is the public half of a key of any instance. Its last token has ended at until.
type published struct {
	key         ed25519.PublicKey
	from, until time.Time
}

// Rotate makes the keys that this instance needs at now, and forgets the others. Logging in
// does the same; whoever calls it now and then keeps the schedule on a desk where nobody logs
// in.
func (s *Service) Rotate(ctx context.Context, now time.Time) error {
	_, err := s.signer(ctx, now)
	return err
}

// signer returns the key that signs at now, and publishes the next one ahead of its use.
// It writes, and must not be called inside a transaction.
func (s *Service) signer(ctx context.Context, now time.Time) (signer, error) {
	s.own.Lock()
	defer s.own.Unlock()
	if s.signers == nil {
		found, err := s.findKeys(ctx, now)
		if err != nil {
			return signer{}, err
		}
		s.signers = found
	}
	// A key whose row was taken out of the database is not honoured by anyone, and not used.
	honoured, err := s.published(ctx, now, keysStand)
	if err != nil {
		return signer{}, err
	}
	s.signers = slices.DeleteFunc(s.signers, func(k signer) bool { _, ok := honoured[k.kid]; return !ok && now.Before(k.until) })
	signs := func(k signer) bool { return !now.Before(k.from) && now.Before(k.until) }
	if !slices.ContainsFunc(s.signers, signs) {
		if err := s.makeKey(ctx, now, now); err != nil {
			return signer{}, err
		}
	}
	k := s.signers[slices.IndexFunc(s.signers, signs)]
	if last := s.signers[len(s.signers)-1]; last.until.Sub(now) <= keyAhead {
		if err := s.makeKey(ctx, last.until, now); err != nil {
			return signer{}, err
		}
	}
	return k, nil
}

// findKeys reads those keys of the data folder that still sign, and removes the files of all
// others. The row of a key is written before its file: a file without a row is of no use.
func (s *Service) findKeys(ctx context.Context, now time.Time) ([]signer, error) {
	files, err := filepath.Glob(filepath.Join(s.dir, keyFiles))
	if err != nil {
		return nil, fmt.Errorf("authn: keys: %w", err)
	}
	rows, err := s.store.Read(ctx).TokenKeys(now)
	if err != nil {
		return nil, err
	}
	found := []signer{}
	for _, path := range files {
		i := slices.IndexFunc(rows, func(r store.TokenKey) bool { return filepath.Base(path) == fmt.Sprintf(keyFile, r.KID) })
		if i < 0 || !now.Before(rows[i].ValidFrom.Add(keySigns)) {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("authn: old key: %w", err)
			}
			continue
		}
		key, err := readKey(path)
		if err != nil {
			return nil, err
		}
		if thumbprint(key.Public().(ed25519.PublicKey)) != rows[i].KID {
			return nil, fmt.Errorf("authn: %s holds another key than its name says; remove it", path)
		}
		found = append(found, signer{rows[i].KID, key, rows[i].ValidFrom, rows[i].ValidFrom.Add(keySigns)})
	}
	slices.SortFunc(found, func(a, b signer) int { return a.from.Compare(b.from) })
	return found, nil
}

// makeKey makes a key that signs from a time on: first its row, then its file. Keys that no
// longer sign go.
func (s *Service) makeKey(ctx context.Context, from, now time.Time) error {
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return fmt.Errorf("authn: make key: %w", err)
	}
	kid := thumbprint(pub)
	k := signer{kid, key, from, from.Add(keySigns)}
	row := store.TokenKey{
		KID: kid, PublicKey: base64.RawURLEncoding.EncodeToString(pub), ValidFrom: from, ValidUntil: k.until.Add(accessTTL + skew),
	}
	if err := s.publish(ctx, row, now); err != nil {
		return err
	}
	if err := writeKey(s.dir, kid, key); err != nil {
		return err
	}
	kept := make([]signer, 0, 2)
	for _, old := range s.signers {
		if now.Before(old.until) {
			kept = append(kept, old)
			continue
		}
		if err := os.Remove(filepath.Join(s.dir, fmt.Sprintf(keyFile, old.kid))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("authn: old key: %w", err)
		}
	}
	kept = append(kept, k)
	s.signers = kept
	return nil
}

// publish gives a key to all instances. Rows go a week after their last token: a clock that
// runs ahead by less takes nobody's key away.
func (s *Service) publish(ctx context.Context, row store.TokenKey, now time.Time) error {
	done, err := s.turn(ctx)
	if err != nil {
		return err
	}
	defer done()
	err = s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		if err := tx.DropTokenKeys(now.Add(-7 * 24 * time.Hour)); err != nil {
			return err
		}
		return tx.AddTokenKey(&row)
	})
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.keys = nil // read anew
	}
	return err
}

// writeKey puts the file of a key into place whole, readable by its owner alone.
func writeKey(dir, kid string, key ed25519.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("authn: encode key: %w", err)
	}
	tmp, err := os.CreateTemp(dir, "new-*") // 0600
	if err != nil {
		return fmt.Errorf("authn: write key: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	err = errors.Join(pem.Encode(tmp, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(dir, fmt.Sprintf(keyFile, kid)))
	}
	if err != nil {
		return fmt.Errorf("authn: write key: %w", err)
	}
	return nil
}

func readKey(path string) (ed25519.PrivateKey, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("authn: read key: %w", err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("authn: %s is not a PEM file", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("authn: %s: %w", path, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("authn: %s is not an Ed25519 key", path)
	}
	return key, nil
}

// thumbprint is the kid of a key (RFC 7638, RFC 8037 2).
func thumbprint(pub ed25519.PublicKey) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + base64.RawURLEncoding.EncodeToString(pub) + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// JWK is one public key in a JSON Web Key Set (RFC 8037).
type JWK struct {
	KeyType   string `json:"kty"`
	Curve     string `json:"crv"`
	KeyID     string `json:"kid"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	X         string `json:"x"`
}

// Keys are the public keys of every instance that verify access tokens at now, with those
// that will, the oldest first.
func (s *Service) Keys(ctx context.Context, now time.Time) ([]JWK, error) {
	if _, err := s.signer(ctx, now); err != nil {
		return nil, err
	}
	keys, err := s.published(ctx, now, keysStand)
	if err != nil {
		return nil, err
	}
	kids := slices.SortedFunc(maps.Keys(keys), func(a, b string) int {
		return firstOf(keys[a].from.Compare(keys[b].from), strings.Compare(a, b))
	})
	out := []JWK{}
	for _, kid := range kids {
		if now.Before(keys[kid].until) {
			out = append(out, JWK{
				KeyType: "OKP", Curve: "Ed25519", KeyID: kid, Use: "sig", Algorithm: "EdDSA",
				X: base64.RawURLEncoding.EncodeToString(keys[kid].key),
			})
		}
	}
	return out, nil
}

func firstOf(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

// verifier is the key with that kid, of whatever instance; nil when none is honoured at now.
// However many unknown kids come, the keys are read once a second at most.
func (s *Service) verifier(ctx context.Context, kid string, now time.Time) (ed25519.PublicKey, error) {
	keys, err := s.published(ctx, now, keysStand)
	if err != nil {
		return nil, err
	}
	k, known := keys[kid]
	if !known {
		if keys, err = s.published(ctx, now, keysPause); err != nil {
			return nil, err
		}
		k = keys[kid]
	}
	if now.Before(k.from.Add(-skew)) || !now.Before(k.until) {
		return nil, nil
	}
	return k.key, nil
}

// published returns the keys by kid, read less than age before now. The map is not changed
// by anyone.
func (s *Service) published(ctx context.Context, now time.Time, age time.Duration) (map[string]published, error) {
	read := func() map[string]published {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.keys != nil && near(s.keysAt, now, age) {
			return s.keys
		}
		return nil
	}
	if keys := read(); keys != nil {
		return keys, nil
	}
	done, err := s.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if keys := read(); keys != nil {
		return keys, nil
	}
	rows, err := s.store.Read(ctx).TokenKeys(now)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]published, len(rows))
	for _, r := range rows {
		pub, err := base64.RawURLEncoding.DecodeString(r.PublicKey)
		if err != nil || len(pub) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("authn: the published key %s is no Ed25519 key", r.KID)
		}
		keys[r.KID] = published{pub, r.ValidFrom, r.ValidUntil}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys, s.keysAt = keys, now
	return keys, nil
}
