package outbound

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"
)

// site is a real server of the test. It counts connections, so that one which was opened and
// not used is noticed, too.
type site struct {
	*httptest.Server
	port     uint16
	accepted atomic.Int32
}

type counting struct {
	net.Listener
	n *atomic.Int32
}

func (c counting) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.n.Add(1)
	}
	return conn, err
}

// newSite serves on the address, e.g. 127.0.0.1:0; it is nil where the machine has no such
// address.
func newSite(t *testing.T, address string, encrypted bool, serve http.HandlerFunc) *site {
	t.Helper()
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return nil
	}
	s := &site{port: uint16(ln.Addr().(*net.TCPAddr).Port)}
	s.Server = &httptest.Server{Listener: counting{ln, &s.accepted}, Config: &http.Server{Handler: serve}}
	if encrypted {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

func hello(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }

// names is a name server that answers as the table says, name by name and answer by answer:
// the last one stays.
func names(t *testing.T, table map[string][]string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	turn := map[string]int{}
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
			answers, known := table[name]
			m.Header = dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true, Authoritative: true}
			m.Additionals = nil
			if !known {
				m.RCode = dnsmessage.RCodeNameError
			} else {
				a := netip.MustParseAddr(answers[min(turn[name], len(answers)-1)])
				h := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 0}
				switch {
				case q.Type == dnsmessage.TypeA && a.Is4():
					m.Answers = []dnsmessage.Resource{{Header: h, Body: &dnsmessage.AResource{A: a.As4()}}}
				case q.Type == dnsmessage.TypeAAAA && a.Is6():
					m.Answers = []dnsmessage.Resource{{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}}}
				}
				if len(m.Answers) > 0 {
					turn[name]++
				}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func allowing(t *testing.T, entries ...string) Allow {
	t.Helper()
	a, err := ParseAllow(entries)
	require.NoError(t, err)
	return a
}

// trusting is a client that believes the certificates of the sites.
func trusting(g *guard, sites ...*site) *http.Client {
	g.roots = x509.NewCertPool()
	for _, s := range sites {
		if s.Certificate() != nil {
			g.roots.AddCert(s.Certificate())
		}
	}
	c := g.client()
	g.secure.TLSClientConfig.ServerName = "example.com" // of httptest's certificate
	return c
}

func ask(t *testing.T, c *http.Client, address string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	resp, err := c.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// hostile are hosts that must never be reached, in every form they may be written in.
var hostile = []string{
	// this machine
	"127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "0.1.2.3", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "localhost", "LOCALHOST", "localhost.",
	// IPv4 written as IPv6
	"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]", "[::ffff:0:127.0.0.1]", "[::127.0.0.1]",
	// by way of a translator: NAT64, 6to4, Teredo
	"[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::10.0.0.1]", "[2002:7f00:1::1]", "[2002:a00:1::]", "[2001:0:7f00:1::]",
	// inner networks
	"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.1.1", "100.64.0.1", "100.127.255.254", "[fc00::1]", "[fd12:3456:789a::1]", "[fec0::1]",
	// the link, and who tells machines their credentials
	"169.254.169.254", "169.254.0.1", "169.254.170.2", "[fe80::1]", "[fe80::1%25lo]", "100.100.100.200", "168.63.129.16", "192.0.0.192", "[fd00:ec2::254]",
	// to many, to nobody, kept for other use
	"224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "[ff02::1]", "[ff0e::1]", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "[2001:db8::1]", "[100::1]",
	// what some resolvers take for an address: octal, hexadecimal, one number, parts left out
	"0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "127.1", "127.0.1", "0", "3232235777", "2852039166", "127.0.0.1.", "①②⑦.⓪.⓪.①",
	// a name, its root dot and its case
	"inner.example", "INNER.example.", "metadata.example", "six.example", "mapped.example", "wild.127.0.0.1.example",
}

// resolved is what a resolver that means no good, or takes odd numbers, makes of the names.
var resolved = map[string][]string{
	"0177.0.0.1": {"127.0.0.1"}, "0x7f.0.0.1": {"127.0.0.1"}, "0x7f000001": {"127.0.0.1"}, "2130706433": {"127.0.0.1"}, "017700000001": {"127.0.0.1"},
	"127.1": {"127.0.0.1"}, "127.0.1": {"127.0.0.1"}, "0": {"0.0.0.0"}, "3232235777": {"192.168.1.1"}, "2852039166": {"169.254.169.254"}, "127.0.0.1": {"127.0.0.1"},
	"①②⑦.⓪.⓪.①": {"127.0.0.1"}, "inner.example": {"127.0.0.1"}, "metadata.example": {"169.254.169.254"},
	"six.example": {"::1"}, "mapped.example": {"::ffff:127.0.0.1"}, "wild.127.0.0.1.example": {"10.0.0.1"},
}

func TestNoFormOfAnInnerAddressIsReached(t *testing.T) {
	require.Greater(t, len(hostile), 60)
	bait := newSite(t, "127.0.0.1:0", true, hello)
	port := strconv.Itoa(int(bait.port))
	baits := []*site{bait, newSite(t, "[::1]:"+port, true, hello), newSite(t, "127.0.0.2:"+port, true, hello), newSite(t, "127.255.255.254:"+port, true, hello)}
	outlet := newSite(t, "127.0.0.3:0", true, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://"+r.URL.Query().Get("to"), http.StatusFound)
	})
	open := newSite(t, "127.0.0.1:0", false, hello)

	// The port of the bait is open to public addresses here: otherwise the rule of ports would
	// refuse before the address is looked at.
	g := &guard{allow: allowing(t, outlet.Listener.Addr().String()), public: []uint16{bait.port, open.port}, resolver: names(t, resolved)}
	c := trusting(g, bait, outlet)
	for _, host := range hostile {
		for way, address := range map[string]string{
			"directly":       "https://" + host + ":" + port + "/",
			"with a name":    "https://user:pass@" + host + ":" + port + "/",
			"by a redirect":  outlet.URL + "/?to=" + host + ":" + port,
			"without TLS":    "http://" + host + ":" + strconv.Itoa(int(open.port)) + "/",
			"inside a name":  "https://example.com@" + host + ":" + port + "/",
			"after a hash":   "https://" + host + ":" + port + "#@example.com/",
			"with a newline": "https://" + host + ":" + port + "/%0d%0aHost:%20example.com",
		} {
			_, err := ask(t, c, address)
			require.Error(t, err, "%s %s", host, way)
			var dns *net.DNSError // of a name that this machine's resolver knows to be none
			require.True(t, errors.Is(err, ErrRefused) || errors.As(err, &dns) || strings.Contains(err.Error(), "parse "), "%s %s: %v", host, way, err)
		}
	}
	for _, b := range append(baits, open) {
		if b != nil {
			require.Zero(t, b.accepted.Load(), "somebody came to %s", b.URL)
		}
	}
	body, err := ask(t, trusting(&guard{allow: allowing(t, bait.Listener.Addr().String())}, bait), bait.URL)
	require.NoError(t, err, "the bait is alive")
	require.Equal(t, "hello", body)
}

func TestPublicAddressesAreReachedAtPort443Alone(t *testing.T) {
	c := New(nil, nil)
	g, ok := c.Transport.(*guard)
	require.True(t, ok)
	for _, a := range []string{"1.1.1.1", "8.8.8.8", "203.162.4.191", "100.63.255.255", "172.32.0.1", "[2606:4700::1111]", "[2405:4800::1]"} {
		network := "tcp4"
		if a[0] == '[' {
			network = "tcp6"
		}
		require.NoError(t, g.safe(network, a+":443", false, false), a)
		for _, port := range []string{"22", "25", "80", "4222", "5432", "8443", "0"} {
			require.ErrorIs(t, g.safe(network, a+":"+port, false, false), ErrRefused, a+":"+port)
		}
		require.ErrorIs(t, g.safe(network, a+":443", false, true), ErrRefused, "plain")
	}
	require.ErrorIs(t, g.safe("udp4", "1.1.1.1:443", false, false), ErrRefused)
	require.ErrorIs(t, g.safe("tcp4", "nowhere", false, false), ErrRefused)
}

func TestANameThatChangesItsMindIsFollowedNowhere(t *testing.T) {
	good := newSite(t, "127.0.0.2:0", true, hello)
	bait := newSite(t, "127.0.0.1:"+strconv.Itoa(int(good.port)), true, hello)
	g := &guard{
		allow: allowing(t, good.Listener.Addr().String()), public: []uint16{good.port},
		resolver: names(t, map[string][]string{"turning.example": {"127.0.0.2", "127.0.0.1"}}),
	}
	c := trusting(g, good)
	address := fmt.Sprintf("https://turning.example:%d/", good.port)
	body, err := ask(t, c, address)
	require.NoError(t, err)
	require.Equal(t, "hello", body)
	g.secure.CloseIdleConnections()
	_, err = ask(t, c, address)
	require.ErrorIs(t, err, ErrRefused)
	require.Zero(t, bait.accepted.Load())
}

func TestTheListOpensWhatItNamesAndNoMore(t *testing.T) {
	secure, plain := newSite(t, "127.0.0.1:0", true, hello), newSite(t, "127.0.0.1:0", false, hello)
	at := func(s *site) string { return s.Listener.Addr().String() }
	answers := func(allow Allow, address string) error {
		_, err := ask(t, trusting(&guard{allow: allow, public: []uint16{443}, resolver: names(t, map[string][]string{"idp.example": {"127.0.0.1"}})}, secure), address)
		return err
	}
	require.NoError(t, answers(allowing(t, at(secure)), secure.URL))
	require.NoError(t, answers(allowing(t, at(plain)), plain.URL), "http, because it is listed")
	require.NoError(t, answers(allowing(t, fmt.Sprintf("127.0.0.0/8:%d", secure.port)), secure.URL))
	require.NoError(t, answers(allowing(t, at(secure)), fmt.Sprintf("https://idp.example:%d", secure.port)), "a name that leads to a listed address")

	require.ErrorIs(t, answers(nil, secure.URL), ErrRefused)
	require.ErrorIs(t, answers(allowing(t, at(secure)), plain.URL), ErrRefused, "another port")
	require.ErrorIs(t, answers(allowing(t, fmt.Sprintf("127.0.0.2:%d", secure.port)), secure.URL), ErrRefused, "another address")
	require.ErrorIs(t, answers(allowing(t, fmt.Sprintf("idp.example:%d", secure.port)), fmt.Sprintf("https://idp.example:%d", secure.port)), ErrRefused,
		"a listed name does not lead to the machine itself")

	g := &guard{allow: allowing(t, "idp.example.vn:8443"), public: []uint16{443}}
	g.client()
	require.True(t, g.allow.names("IDP.Example.vn.:8443"))
	require.False(t, g.allow.names("idp.example.vn:443"))
	require.False(t, g.allow.names("x.idp.example.vn:8443"))
	for _, to := range []string{"10.1.2.3:8443", "192.168.0.9:8443", "100.64.1.1:8443", "[fd00::9]:8443", "1.1.1.1:8443"} {
		network := map[bool]string{true: "tcp6", false: "tcp4"}[to[0] == '[']
		require.NoError(t, g.safe(network, to, true, true), to)
		require.ErrorIs(t, g.safe(network, to, false, false), ErrRefused, to)
	}
	for _, to := range []string{"127.0.0.1:8443", "169.254.169.254:8443", "[fe80::1]:8443", "100.100.100.200:8443", "[fd00:ec2::254]:8443", "168.63.129.16:8443", "0.0.0.0:8443"} {
		require.ErrorIs(t, g.safe(map[bool]string{true: "tcp6", false: "tcp4"}[to[0] == '['], to, true, false), ErrRefused, to)
	}
}

func TestEveryMistakeInTheListIsTold(t *testing.T) {
	wrong := []string{
		"", "idp.example.vn", "idp.example.vn:", "idp.example.vn:0", "idp.example.vn:65536", "idp.example.vn:https", "0.0.0.0/0:443", "[::/0]:443",
		"10.0.0.1/8:443", "[::ffff:10.0.0.0/104]:443", "fd00::1:443", "localhost:443", "2130706433:443", "127.1:443", "*.example.vn:443",
		"https://idp.example.vn:443", "user@idp.example.vn:443", "-x.example.vn:443", "10.0.0.0/33:443", "[fe80::1%lo]/64:443",
	}
	_, err := ParseAllow(append(wrong, "10.0.0.0/8:443", "[fd00::/8]:443", "10.1.2.3:8080", "[fd00::1]:443", "IdP.example.vn.:8443"))
	for _, e := range wrong {
		require.ErrorContains(t, err, fmt.Sprintf("%q: ", e))
	}
	require.Len(t, strings.Split(err.Error(), "\n"), len(wrong))
}

func TestCredentialsStayWithTheOriginTheyWereMeantFor(t *testing.T) {
	got := make(chan http.Header, 8)
	keep := func(w http.ResponseWriter, r *http.Request) { got <- r.Header; hello(w, r) }
	other := newSite(t, "127.0.0.1:0", true, keep)
	var to string
	first := newSite(t, "127.0.0.1:0", true, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/here" {
			keep(w, r)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "canary"})
		http.Redirect(w, r, to, http.StatusFound)
	})
	g := &guard{allow: allowing(t, first.Listener.Addr().String(), other.Listener.Addr().String())}
	c := trusting(g, first, other)
	sent := map[string]string{"Authorization": "Bearer canary", "X-Api-Key": "canary", "Cookie": "a=canary", "Webhook-Signature": "canary", "Proxy-Authorization": "canary"}
	for target, mine := range map[string]bool{other.URL + "/there": false, first.URL + "/here": true} {
		to = target
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, first.URL+"/?code=canary", nil)
		require.NoError(t, err)
		req.Header.Set("Accept", "application/json")
		for name, value := range sent {
			req.Header.Set(name, value)
		}
		resp, err := c.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		h := <-got
		require.Equal(t, "application/json", h.Get("Accept"))
		require.Empty(t, h.Get("Referer"))
		if mine {
			require.Equal(t, "Bearer canary", h.Get("Authorization"))
			continue
		}
		for name, values := range h {
			require.NotContains(t, strings.Join(values, " "), "canary", name)
		}
	}
	_, err := ask(t, c, other.URL)
	require.NoError(t, err)
	require.Empty(t, (<-got).Get("Cookie"), "no cookie is kept")
}

func TestRedirectsAreFewAndNeverCarryABodyOrLeaveTLS(t *testing.T) {
	plain := newSite(t, "127.0.0.1:0", false, hello)
	var asked atomic.Int32
	var s *site
	s = newSite(t, "127.0.0.1:0", true, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		to := s.URL + "/again"
		if r.URL.Path == "/plain" {
			to = plain.URL
		}
		http.Redirect(w, r, to, http.StatusTemporaryRedirect)
	})
	c := trusting(&guard{allow: allowing(t, s.Listener.Addr().String(), plain.Listener.Addr().String())}, s)
	_, err := ask(t, c, s.URL)
	require.ErrorIs(t, err, ErrRefused)
	require.EqualValues(t, 1+maxRedirects, asked.Load())

	asked.Store(0)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, strings.NewReader("client_secret=canary"))
	require.NoError(t, err)
	resp, err := c.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusTemporaryRedirect, resp.StatusCode)
	require.EqualValues(t, 1, asked.Load())

	_, err = ask(t, c, s.URL+"/plain")
	require.ErrorIs(t, err, ErrRefused)
	require.Zero(t, plain.accepted.Load())
}

func TestAnAnswerIsBounded(t *testing.T) {
	size := maxAnswer
	s := newSite(t, "127.0.0.1:0", true, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/header":
			w.Header().Set("X-Long", strings.Repeat("x", 2*maxHeader))
		case "/never":
			<-r.Context().Done()
			return
		}
		_, _ = w.Write(make([]byte, size))
	})
	c := trusting(&guard{allow: allowing(t, s.Listener.Addr().String())}, s)
	require.Equal(t, patience, c.Timeout)
	body, err := ask(t, c, s.URL)
	require.NoError(t, err)
	require.Len(t, body, maxAnswer)
	size++
	body, err = ask(t, c, s.URL)
	require.ErrorIs(t, err, ErrTooLarge)
	require.Len(t, body, maxAnswer)
	_, err = ask(t, c, s.URL+"/header")
	require.Error(t, err)
	c.Timeout = 1
	_, err = ask(t, c, s.URL+"/never")
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestTheEnvironmentNamesNoProxy(t *testing.T) {
	proxy := newSite(t, "127.0.0.1:0", false, hello)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	t.Setenv("NO_PROXY", "")
	s := newSite(t, "127.0.0.2:0", true, hello)
	_, err := ask(t, trusting(&guard{allow: allowing(t, s.Listener.Addr().String())}, s), s.URL)
	require.NoError(t, err)
	require.Zero(t, proxy.accepted.Load())
}

func TestACertificateOfNobodyIsRefused(t *testing.T) {
	s := newSite(t, "127.0.0.1:0", true, hello)
	_, err := ask(t, New(allowing(t, s.Listener.Addr().String()), nil), s.URL)
	var unknown x509.UnknownAuthorityError
	require.ErrorAs(t, err, &unknown)
}
