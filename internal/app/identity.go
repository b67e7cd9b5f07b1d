package app

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/outbound"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

func (c Config) checkProvider(add func(string, ...any)) {
	if c.OIDCIssuer == "" {
		if c.OIDCAudience != "" || len(c.OIDCACR) > 0 || c.OIDCCA != "" {
			add("UNGCUU_OIDC_ISSUER: is needed with the other settings of the identity provider")
		}
		return
	}
	u, err := url.Parse(c.OIDCIssuer)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		add("UNGCUU_OIDC_ISSUER: is not a URL of the form https://host…")
	}
	if c.OIDCAudience == "" {
		add("UNGCUU_OIDC_AUDIENCE: is needed, so that tokens for other programs are not taken")
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// trustProvider tells authn of the provider, if one is set. Nothing is asked of it here: a provider
// that is away keeps nobody from starting the desk.
func (c Config) trustProvider(auth *authn.Service) error {
	if c.OIDCIssuer == "" {
		return nil
	}
	client, err := c.providerClient()
	if err != nil {
		return err
	}
	auth.Trust(authn.Provider{Issuer: c.OIDCIssuer, Audience: c.OIDCAudience, ACR: c.OIDCACR, Client: client})
	return nil
}

// providerClient reaches the provider, by the one way out of the desk.
func (c Config) providerClient() (*http.Client, error) {
	allow, err := outbound.ParseAllow(c.OutboundAllow)
	if err != nil {
		return nil, err
	}
	var roots *x509.CertPool
	if c.OIDCCA != "" {
		pem, err := os.ReadFile(c.OIDCCA)
		if err != nil {
			return nil, fmt.Errorf("UNGCUU_OIDC_CA: %w", err)
		}
		roots = x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("UNGCUU_OIDC_CA: %s holds no certificate", c.OIDCCA)
		}
	}
	return outbound.New(allow, roots), nil
}

// keepKeys rotates the signing key on a desk where nobody logs in, and forgets old sessions.
func keepKeys(ctx context.Context, auth *authn.Service, log *slog.Logger) {
	for ctx.Err() == nil {
		telemetry.Pause(ctx, 10*time.Minute, nil)
		bounded, cancel := context.WithTimeout(ctx, time.Minute)
		err := auth.Rotate(bounded, now())
		if err == nil {
			err = auth.DropSessions(bounded, now())
		}
		cancel()
		if err != nil && ctx.Err() == nil {
			log.Warn("signing keys and old sessions were not seen to", "error", err)
		}
	}
}
