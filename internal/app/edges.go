package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/outbound"
	"github.com/ungcuu/ungcuu/internal/secret"
)

// checkEdges reports the mistakes in what the desk lets in, and where it goes itself.
func (c Config) checkEdges(add func(string, ...any)) {
	scheme(add, "UNGCUU_NATS_URL", c.NATSURL, "nats", "tls")
	scheme(add, "UNGCUU_NATS_RELAY_URL", c.NATSRelayURL, "nats", "tls")
	scheme(add, "UNGCUU_NATS_NOTIFY_URL", c.NATSNotifyURL, "nats", "tls")
	scheme(add, "UNGCUU_NATS_LEDGER_URL", c.NATSLedgerURL, "nats", "tls")
	var without []string
	for _, part := range brokerParts {
		if c.runs(part) && c.natsURL(part) == "" {
			without = append(without, part)
		}
	}
	switch {
	case len(without) == 0 || len(without) == len(brokerParts):
	case len(without) == len(slices.DeleteFunc(slices.Clone(brokerParts), func(p string) bool { return !c.runs(p) })):
		add("UNGCUU_NATS_URL: without it the broker lives inside one process, which then must run relay, notify and ledger together")
	default:
		add("UNGCUU_NATS_URL: no broker is named for %s", strings.Join(without, ", "))
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		add("UNGCUU_TLS_CERT, UNGCUU_TLS_KEY: both or none")
	} else if c.TLSCert != "" {
		if _, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey); err != nil {
			add("UNGCUU_TLS_CERT, UNGCUU_TLS_KEY: %w", err)
		}
	}
	if _, err := ranges(c.TrustedProxies); err != nil {
		add("UNGCUU_TRUSTED_PROXIES: %w", err)
	}
	if _, err := outbound.ParseAllow(c.OutboundAllow); err != nil {
		add("UNGCUU_OUTBOUND_ALLOW: %w", err)
	}
}

// ranges reads addresses and ranges of addresses.
func ranges(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	var wrong []error
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if a, bad := netip.ParseAddr(s); bad == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil || p.Bits() == 0 || p != p.Masked() || p.Addr().Is4In6() || p.Addr().Zone() != "" {
			wrong = append(wrong, fmt.Errorf("%q is no address and no range such as 10.1.0.0/24", s))
			continue
		}
		out = append(out, p)
	}
	return out, errors.Join(wrong...)
}

func (c Config) scheme() string {
	if c.TLSCert != "" {
		return "https"
	}
	return "http"
}

// encryption is how the API speaks TLS; nil when it does not.
func (c Config) encryption(log *slog.Logger) (*tls.Config, error) {
	if c.TLSCert == "" {
		return nil, nil
	}
	cert, err := openCertificate(c.TLSCert, c.TLSKey, log)
	if err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: cert.get}, nil
}

// brokerParts are the parts that speak to the broker; the first makes the stream.
var brokerParts = []string{"relay", "notify", "ledger"}

// brokers are the connections to the broker by part. A part with an address or credentials
// of its own has a connection of its own, so that the broker can tell the parts apart and
// give each the rights that it needs; the others share one.
type brokers map[string]*bus.Bus

func (c Config) natsURL(part string) secret.Text {
	own := map[string]secret.Text{"relay": c.NATSRelayURL, "notify": c.NATSNotifyURL, "ledger": c.NATSLedgerURL}[part]
	if own != "" {
		return own
	}
	return c.NATSURL
}

func (c Config) busConfig(part string) bus.Config {
	cfg := bus.Config{URL: c.natsURL(part), CredsFile: c.NATSCreds, CAFile: c.NATSCA, DataDir: c.Data, Province: c.Province}
	if info, err := os.Stat(c.NATSCreds); err == nil && info.IsDir() {
		cfg.CredsFile = filepath.Join(c.NATSCreds, part+".creds")
	}
	cfg.Guest = part != "relay" && (cfg.URL != c.NATSURL || cfg.CredsFile != c.NATSCreds)
	return cfg
}

// openBrokers connects the parts that this process runs; there may be none.
func openBrokers(ctx context.Context, c Config, log *slog.Logger) (brokers, error) {
	open := map[bus.Config]*bus.Bus{}
	out := brokers{}
	for _, part := range brokerParts {
		if !c.runs(part) {
			continue
		}
		cfg := c.busConfig(part)
		if open[cfg] == nil {
			b, err := bus.Open(ctx, cfg, log)
			if err != nil {
				out.Close()
				return nil, fmt.Errorf("%s: %w", part, err)
			}
			open[cfg] = b
		}
		out[part] = open[cfg]
	}
	return out, nil
}

// Ready is nil while every part can use the broker.
func (b brokers) Ready() error {
	var errs []error
	for _, part := range brokerParts {
		if b[part] != nil {
			errs = append(errs, b[part].Ready())
		}
	}
	return errors.Join(errs...)
}

// any is the connection that may look at everything; nil without one.
func (b brokers) any() *bus.Bus {
	for _, part := range brokerParts {
		if b[part] != nil {
			return b[part]
		}
	}
	return nil
}

// Close ends every connection.
func (b brokers) Close() {
	for _, one := range b {
		one.Close()
	}
}
