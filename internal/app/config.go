// Package app owns the wiring: it reads the settings, opens every part and runs them until
// the process is told to stop. It is the only place that knows every part.
package app

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"slices"
	"strings"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/secret"
)

// Config is every setting. A flag of the same name wins over the environment.
type Config struct {
	Addr        string      `name:"addr" env:"UNGCUU_ADDR" default:"127.0.0.1:8080" help:"Address to listen on."`
	Data        string      `name:"data" env:"UNGCUU_DATA" default:"./data" help:"Data folder: database, broker store, keys, ledger."`
	DatabaseURL secret.Text `name:"database-url" env:"UNGCUU_DATABASE_URL" help:"postgres://… ; empty: SQLite in the data folder."`
	NATSURL     secret.Text `name:"nats-url" env:"UNGCUU_NATS_URL" help:"nats://… or tls://… ; empty: a broker inside the process, with no open port."`
	NATSCreds   string      `name:"nats-creds" env:"UNGCUU_NATS_CREDS" help:"Credentials file for the broker, or a folder with relay.creds, notify.creds and ledger.creds."`
	NATSCA      string      `name:"nats-ca" env:"UNGCUU_NATS_CA" help:"PEM file of the authority that signed the broker's certificate."`
	SMTPURL     secret.Text `name:"smtp-url" env:"UNGCUU_SMTP_URL" help:"smtp://user:password@host:port or smtps://… ; empty: mails are held until a server is set."`
	SMTPFrom    string      `name:"smtp-from" env:"UNGCUU_SMTP_FROM" default:"ungcuu@localhost" help:"Sender of the mails."`
	Province    string      `name:"province" env:"UNGCUU_PROVINCE" default:"son-la" help:"Profile of the province."`
	Only        []string    `name:"only" env:"UNGCUU_ONLY" help:"Run some parts only: api,relay,notify,ledger."`
	MetricsAddr string      `name:"metrics-addr" env:"UNGCUU_METRICS_ADDR" help:"Address that serves /metrics, to whoever reaches it; better a loopback or an inner one. Empty: none."`
	OTLPURL     secret.Text `name:"otlp-url" env:"UNGCUU_OTLP_URL" help:"http://host:4318 of a collector of traces (OTLP); empty: no traces."`
	Demo        bool        `name:"demo" env:"UNGCUU_DEMO" help:"The province's agencies and one user per part, with a public password. Loopback only."`
	Rules       string      `name:"rules" env:"UNGCUU_RULES" help:"File, or folder of *.yaml files, with rules laid over the packs of the program; taken up without a restart. Empty: none."`
	LogLevel    string      `name:"log-level" env:"UNGCUU_LOG_LEVEL" default:"info" enum:"debug,info,warn,error" help:"debug, info, warn or error."`

	NATSRelayURL   secret.Text `name:"nats-relay-url" env:"UNGCUU_NATS_RELAY_URL" help:"As --nats-url, for the relay alone: each part may have a user of its own on the broker."`
	NATSNotifyURL  secret.Text `name:"nats-notify-url" env:"UNGCUU_NATS_NOTIFY_URL" help:"As --nats-url, for notify alone."`
	NATSLedgerURL  secret.Text `name:"nats-ledger-url" env:"UNGCUU_NATS_LEDGER_URL" help:"As --nats-url, for the ledger alone."`
	TLSCert        string      `name:"tls-cert" env:"UNGCUU_TLS_CERT" help:"PEM file of the certificate and its chain: the API speaks TLS. A new file is taken up without a restart."`
	TLSKey         string      `name:"tls-key" env:"UNGCUU_TLS_KEY" help:"PEM file of the certificate's private key."`
	TrustedProxies []string    `name:"trusted-proxies" env:"UNGCUU_TRUSTED_PROXIES" help:"Addresses or ranges of the proxies whose X-Forwarded-For is believed, e.g. 10.0.0.5,10.1.0.0/24. Empty: a client is the address of its connection."`
	OutboundAllow  []string    `name:"outbound-allow" env:"UNGCUU_OUTBOUND_ALLOW" help:"Targets in inner networks that the desk may ask, e.g. idp.example.gov.vn:8443,10.1.2.0/24:443. Empty: public addresses alone, by https."`

	SecondFactor string   `name:"second-factor" env:"UNGCUU_SECOND_FACTOR" default:"roles" enum:"roles,all" help:"Who must have a second factor: roles (administrators and team leads) or all. Nobody in a demo."`
	OIDCIssuer   string   `name:"oidc-issuer" env:"UNGCUU_OIDC_ISSUER" help:"https://… of the province's identity provider, to the letter as in iss of its tokens; empty: none."`
	OIDCAudience string   `name:"oidc-audience" env:"UNGCUU_OIDC_AUDIENCE" help:"What aud of its access tokens must name: the desk, as the provider calls it."`
	OIDCACR      []string `name:"oidc-acr" env:"UNGCUU_OIDC_ACR" help:"Values of acr that stand for a login with a second factor; administrators and team leads need one of them."`
	OIDCCA       string   `name:"oidc-ca" env:"UNGCUU_OIDC_CA" help:"PEM file of the authority that signed the provider's certificate; empty: the system's."`
}

// Parts are the parts of the program that can run alone.
var Parts = []string{"api", "relay", "notify", "ledger"}

func (c Config) runs(part string) bool {
	return len(c.Only) == 0 || slices.Contains(c.Only, part)
}

// Check reports every mistake in the settings at once.
func (c Config) Check() error {
	var wrong []error
	add := func(format string, v ...any) { wrong = append(wrong, fmt.Errorf(format, v...)) }
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		add("UNGCUU_ADDR: %q is not host:port", c.Addr)
	} else if ip := net.ParseIP(host); c.Demo && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		add("UNGCUU_ADDR: --demo has public passwords and listens on loopback only, not on %q", c.Addr)
	}
	if c.Data == "" {
		add("UNGCUU_DATA: must not be empty")
	}
	scheme(add, "UNGCUU_DATABASE_URL", c.DatabaseURL, "postgres", "postgresql")
	c.checkEdges(add)
	scheme(add, "UNGCUU_SMTP_URL", c.SMTPURL, "smtp", "smtps")
	if c.MetricsAddr != "" {
		if _, _, err := net.SplitHostPort(c.MetricsAddr); err != nil {
			add("UNGCUU_METRICS_ADDR: %q is not host:port", c.MetricsAddr)
		}
	}
	scheme(add, "UNGCUU_OTLP_URL", c.OTLPURL, "http", "https")
	c.checkProvider(add)
	if _, err := mail.ParseAddress(c.SMTPFrom); err != nil {
		add("UNGCUU_SMTP_FROM: %q is not an e-mail address", c.SMTPFrom)
	}
	if c.SecondFactor != "" && c.SecondFactor != authn.FactorForRoles && c.SecondFactor != authn.FactorForAll {
		add("UNGCUU_SECOND_FACTOR: %q is not one of roles, all", c.SecondFactor)
	}
	if _, err := c.profile(); err != nil {
		wrong = append(wrong, err)
	}
	for _, p := range c.Only {
		if !slices.Contains(Parts, p) {
			add("UNGCUU_ONLY: %q is not a part; parts: %s", p, strings.Join(Parts, ", "))
		}
	}
	return errors.Join(wrong...)
}

func scheme(add func(string, ...any), name string, value secret.Text, allowed ...string) {
	if value == "" {
		return
	}
	if u, err := value.URL(); err != nil || !slices.Contains(allowed, u.Scheme) {
		// The value may hold a password, so it is not repeated.
		add("%s: is not a URL of the form %s://host…", name, strings.Join(allowed, ":// or "))
	}
}

// profile is the profile of the province of the settings.
func (c Config) profile() (regulation.Province, error) {
	p, ok := regulation.Find(c.Province)
	if ok {
		return p, nil
	}
	var known []string
	for _, p := range regulation.Provinces() {
		known = append(known, p.Slug)
	}
	return p, fmt.Errorf("UNGCUU_PROVINCE: there is no profile %q; known: %s", c.Province, strings.Join(known, ", "))
}
