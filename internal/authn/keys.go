package authn

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// loadKey reads DataDir/keys/token.pem (Ed25519, PKCS #8), or makes it. Two processes that
// start at once agree: the file is linked into place whole, and the loser reads the winner's.
func loadKey(dataDir string) (ed25519.PrivateKey, error) {
	dir := filepath.Join(dataDir, "keys")
	path := filepath.Join(dir, "token.pem")
	if key, err := readKey(path); !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("authn: key folder: %w", err)
	}
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, fmt.Errorf("authn: make key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("authn: encode key: %w", err)
	}
	tmp, err := os.CreateTemp(dir, "token-*")
	if err != nil {
		return nil, fmt.Errorf("authn: write key: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	err = errors.Join(pem.Encode(tmp, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), tmp.Sync(), tmp.Close())
	if err != nil {
		return nil, fmt.Errorf("authn: write key: %w", err)
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("authn: write key: %w", err)
	}
	return readKey(path)
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

// JWK is one public key in a JSON Web Key Set (RFC 8037).
type JWK struct {
	KeyType   string `json:"kty"`
	Curve     string `json:"crv"`
	KeyID     string `json:"kid"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	X         string `json:"x"`
}

// Keys are the public keys that verify access tokens.
func (s *Service) Keys() []JWK {
	pub := s.key.Public().(ed25519.PublicKey)
	return []JWK{{
		KeyType: "OKP", Curve: "Ed25519", KeyID: s.kid, Use: "sig", Algorithm: "EdDSA",
		X: base64.RawURLEncoding.EncodeToString(pub),
	}}
}
