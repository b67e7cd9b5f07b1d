// Package apptest makes certificates for tests of the whole program.
package apptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Authority signs the certificates of servers.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	last int64
}

// NewAuthority makes one.
func NewAuthority(t *testing.T) *Authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	a := &Authority{key: key, last: 1}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of the test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	a.cert, err = x509.ParseCertificate(raw)
	require.NoError(t, err)
	return a
}

// Pool trusts the authority.
func (a *Authority) Pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

// Write writes the certificate of the authority.
func (a *Authority) Write(t *testing.T, path string) string {
	t.Helper()
	write(t, path, "CERTIFICATE", a.cert.Raw)
	return path
}

// Issue writes a new certificate for 127.0.0.1 and its key into the folder, and returns the
// paths and the serial number.
func (a *Authority) Issue(t *testing.T, dir string) (cert, key string, serial int64) {
	t.Helper()
	a.last++
	pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(a.last), Subject: pkix.Name{CommonName: "desk"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"desk.example"},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, a.cert, pair.Public(), a.key)
	require.NoError(t, err)
	cert, key = filepath.Join(dir, "tls.pem"), filepath.Join(dir, "tls-key.pem")
	secret, err := x509.MarshalPKCS8PrivateKey(pair)
	require.NoError(t, err)
	write(t, cert, "CERTIFICATE", raw)
	write(t, key, "PRIVATE KEY", secret)
	return cert, key, a.last
}

// write replaces the file at once, as tools that renew certificates do.
func write(t *testing.T, path, kind string, raw []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path+".new", pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}), 0o600))
	require.NoError(t, os.Rename(path+".new", path))
}
