package app

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificate is the certificate of the API, taken up anew when its files change. Files that
// are of no use, because they are half written or do not belong together, leave the one that
// is in use where it is, and are told once.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger
	every             time.Duration // between two looks at the files

	mu        sync.Mutex
	looked    time.Time
	cert, key []byte // the files as they were tried last
	told      string
	current   *tls.Certificate
}

func openCertificate(certFile, keyFile string, log *slog.Logger) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, log: log, every: time.Second}
	if err := c.look(); err != nil {
		return nil, fmt.Errorf("UNGCUU_TLS_CERT, UNGCUU_TLS_KEY: %w", err)
	}
	return c, nil
}

// get implements tls.Config.GetCertificate.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) >= c.every {
		c.looked = now
		if err := c.look(); err != nil && err.Error() != c.told {
			c.told = err.Error()
			c.log.Error("the new certificate is of no use; the old one stays", "error", err)
		}
	}
	return c.current, nil
}

func (c *certificate) look() error {
	cert, errCert := os.ReadFile(c.certFile)
	key, errKey := os.ReadFile(c.keyFile)
	if err := errors.Join(errCert, errKey); err != nil {
		return err
	}
	if bytes.Equal(cert, c.cert) && bytes.Equal(key, c.key) {
		return nil
	}
	c.cert, c.key = cert, key
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return err
	}
	c.told, c.current = "", &pair
	c.log.Info("certificate in use", "names", pair.Leaf.DNSNames, "until", pair.Leaf.NotAfter.UTC())
	return nil
}
