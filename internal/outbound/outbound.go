// Package outbound owns the requests that leave the desk for an address that somebody has
// entered or another server has named: identity providers, webhooks. Such a request must
// never reach what stands open to the desk alone (OWASP API7:2023, CWE-918).
package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// The bounds of one request.
const (
	patience     = 15 * time.Second // for all of it: redirects, and reading the answer
	connectTime  = 5 * time.Second
	maxRedirects = 3
	maxHeader    = 64 << 10
	maxAnswer    = 1 << 20
)

// ErrRefused says that an address must not be asked. Its words are for the log: told to who
// entered the address, they would say what the desk's network looks like.
var ErrRefused = errors.New("outbound: this address must not be asked")

// ErrTooLarge says that the answer has more than 1 MiB.
var ErrTooLarge = errors.New("outbound: the answer is too large")

// New makes the client; roots are the authorities it believes, nil those of the system. It asks public addresses by https at port 443, and what stands in
// allow. Every address is checked when it is dialled, after its name was resolved, so that no
// way of writing it, no redirect and no name that changes its mind leads elsewhere.
//
// It follows three redirects of a GET or HEAD, none of a request with a body, and takes what
// may be a credential along to the same origin only. It keeps no cookies, knows no proxy, and
// gives a request 15 seconds and an answer 1 MiB.
func New(allow Allow, roots *x509.CertPool) *http.Client {
	return (&guard{allow: allow, roots: roots, public: []uint16{443}}).client()
}

// guard checks every request, and every address that one leads to.
type guard struct {
	allow    Allow
	public   []uint16       // ports of public addresses
	resolver *net.Resolver  // nil: that of the system
	roots    *x509.CertPool // nil: those of the system

	secure, plain *http.Transport
	open, inner   *ssrf.Guardian
}

func (g *guard) client() *http.Client {
	networks := ssrf.WithNetworks("tcp4", "tcp6")
	g.open = ssrf.New(networks, ssrf.WithPorts(g.public...))
	g.inner = ssrf.New(networks, ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(private4...), ssrf.WithAllowedV6Prefixes(private6...))
	g.secure, g.plain = g.transport(false), g.transport(true)
	return &http.Client{Transport: g, CheckRedirect: follow, Timeout: patience}
}

// transport speaks HTTP/1.1 alone.
func (g *guard) transport(plain bool) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			named := g.allow.names(address)
			d := net.Dialer{Timeout: connectTime, Resolver: g.resolver, Control: func(network, to string, _ syscall.RawConn) error {
				return g.safe(network, to, named, plain)
			}}
			return d.DialContext(ctx, network, address)
		},
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: g.roots},
		TLSHandshakeTimeout: connectTime, MaxResponseHeaderBytes: maxHeader, DisableCompression: true,
		MaxIdleConns: 16, MaxIdleConnsPerHost: 2, MaxConnsPerHost: 16, IdleConnTimeout: 30 * time.Second,
	}
}

var (
	// What a listed name may lead to beside public addresses: the networks of an organisation,
	// not the machine itself, its link or its provider.
	private4 = []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"), // RFC 1918
		netip.MustParsePrefix("100.64.0.0/10"), // RFC 6598
	}
	private6 = []netip.Prefix{netip.MustParsePrefix("fc00::/7")} // RFC 4193

	// Where machines of a cloud are told their credentials, as far as it is not a link-local
	// address.
	metadata = []netip.Addr{
		netip.MustParseAddr("100.100.100.200"), netip.MustParseAddr("168.63.129.16"), netip.MustParseAddr("192.0.0.192"),
		netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("fd20:ce::254"),
	}
)

// safe is nil when to, an address and no name any more, may be dialled. named says that the
// name it was resolved from stands in the list, plain that the request is not encrypted.
func (g *guard) safe(network, to string, named, plain bool) error {
	at, err := netip.ParseAddrPort(to)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	address := at.Addr().Unmap()
	switch {
	case g.allow.ranges(address, at.Port()):
		return nil
	case slices.Contains(metadata, address.WithZone("")):
		return fmt.Errorf("%w: %s tells a machine its credentials", ErrRefused, address)
	case named:
		err = g.inner.Safe(network, to, nil)
	case plain:
		err = errors.New("http is for addresses of the list alone")
	default:
		err = g.open.Safe(network, to, nil)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return nil
}

// RoundTrip implements http.RoundTripper. Redirects come by here, too.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	next := map[string]*http.Transport{"https": g.secure, "http": g.plain}[r.URL.Scheme]
	var err error
	switch {
	case next == nil:
		err = fmt.Errorf("%w: neither https nor http", ErrRefused)
	case r.URL.User != nil:
		err = fmt.Errorf("%w: it holds a user or a password", ErrRefused)
	case r.URL.Hostname() == "":
		err = fmt.Errorf("%w: it names no host", ErrRefused)
	}
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, err
	}
	resp, err := next.RoundTrip(r)
	if err != nil {
		return nil, err //nolint:wrapcheck // the client wraps it
	}
	resp.Body = &bounded{ReadCloser: resp.Body, left: maxAnswer}
	return resp, nil
}

// follow decides about one redirect.
func follow(r *http.Request, via []*http.Request) error {
	first, last := via[0], via[len(via)-1]
	if first.Method != http.MethodGet && first.Method != http.MethodHead {
		return http.ErrUseLastResponse
	}
	if len(via) > maxRedirects {
		return fmt.Errorf("%w: more than %d redirects", ErrRefused, maxRedirects)
	}
	if last.URL.Scheme == "https" && r.URL.Scheme != "https" {
		return fmt.Errorf("%w: a redirect away from https", ErrRefused)
	}
	r.Header.Del("Referer") // the address may hold what is meant for its host alone
	if origin(r.URL) != origin(first.URL) {
		for name := range r.Header {
			if !slices.Contains(carried, name) {
				r.Header.Del(name)
			}
		}
	}
	return nil
}

// carried are the headers that go along to another origin: no other can be known to be no
// credential.
var carried = []string{"Accept", "Accept-Language", "User-Agent"}

func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(plainName(u.Hostname()), port)
}

func plainName(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// bounded is an answer's body that ends with ErrTooLarge where it is longer than left.
type bounded struct {
	io.ReadCloser
	left int
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left+1)])
	if b.left -= n; b.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err //nolint:wrapcheck // io.EOF is no error
}
