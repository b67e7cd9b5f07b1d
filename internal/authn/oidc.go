package authn

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// Provider is the identity provider whose access tokens are taken beside ours.
type Provider struct {
	Issuer   string   // URL, to the letter as in iss of its tokens
	Audience string   // what aud must name: the desk, as the provider calls it
	ACR      []string // what acr says of a login with a second factor; none: it never says so
	Client   *http.Client
}

const (
	providerStands = time.Hour       // how long what the provider publishes is believed
	providerPause  = 5 * time.Second // between two questions to it for the same thing
	providerToken  = time.Hour       // how long after it was issued a token passes at most
	proofTTL       = 5 * time.Minute // how long a verified token of it is remembered
	maxAnswer      = 1 << 20         // bytes of an answer of the provider
)

// algorithms are what a provider may sign with: never a shared secret, never nothing.
var algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
}

// Trust takes the tokens of a provider from now on. It asks the provider nothing before the
// first of them comes. Called before the first request.
func (s *Service) Trust(p Provider) {
	seldom := &seldom{last: map[string]asked{}}
	client := http.Client{Timeout: 10 * time.Second}
	if p.Client != nil {
		client = *p.Client
	}
	if seldom.next = client.Transport; seldom.next == nil {
		seldom.next = http.DefaultTransport
	}
	client.Transport = seldom
	p.Client = &client
	s.provider = &provider{Provider: p, seldom: seldom, asking: make(chan struct{}, 1)}
}

// Issuer is that of the trusted provider; "" without one.
func (s *Service) Issuer() string {
	if s.provider == nil {
		return ""
	}
	return s.provider.Issuer
}

type provider struct {
	Provider
	seldom *seldom
	asking chan struct{} // one asks, the others wait for the answer

	mu   sync.Mutex
	keys oidc.KeySet
	at   time.Time // when keys was made
}

// issued reports whether a token says that it is this provider's. Nothing is verified yet: it
// only says by whose rules the token is judged, and those check the same claim.
func (p *provider) issued(bearer string) bool {
	var c struct {
		Issuer string `json:"iss"`
	}
	part := strings.SplitN(bearer, ".", 3)
	raw, err := base64.RawURLEncoding.DecodeString(part[1])
	return err == nil && json.Unmarshal(raw, &c) == nil && c.Issuer == p.Issuer
}

// foreign are the claims that matter beside those that go-oidc checks.
type foreign struct {
	ACR       string          `json:"acr"`
	Type      string          `json:"typ"`     // Keycloak: Bearer, ID, Refresh, Logout
	AtHash    string          `json:"at_hash"` // of ID tokens
	CodeHash  string          `json:"c_hash"`
	Events    json.RawMessage `json:"events"` // of logout tokens and security events
	NotBefore int64           `json:"nbf"`
}

var (
	errNotAccess = errors.New("authn: no access token")
	errTimes     = errors.New("authn: issued too long ago, or in the future")
	errAway      = errors.New("authn: the identity provider does not answer")
	errTooSoon   = errors.New("authn: the identity provider was asked a moment ago")
)

// prove verifies an access token of the provider.
func (p *provider) prove(ctx context.Context, bearer string, now time.Time) (proof, error) {
	head, err := base64.RawURLEncoding.DecodeString(bearer[:strings.IndexByte(bearer, '.')])
	var h struct {
		KID      string   `json:"kid"`
		Type     string   `json:"typ"`
		Critical []string `json:"crit"`
	}
	if err != nil || json.Unmarshal(head, &h) != nil || h.KID == "" || h.Critical != nil {
		return proof{}, refused(errHeader)
	}
	switch strings.TrimPrefix(strings.ToLower(h.Type), "application/") {
	case "", "jwt", tokenType:
	default:
		return proof{}, refused(errNotAccess)
	}
	set, err := p.keySet(ctx, now)
	if err != nil {
		return proof{}, err
	}
	keys := &tellingKeys{KeySet: set}
	p.seldom.clock(now)
	token, err := oidc.NewVerifier(p.Issuer, keys, &oidc.Config{
		ClientID: p.Audience, SupportedSigningAlgs: algorithms, Now: func() time.Time { return now },
	}).Verify(ctx, bearer)
	if errors.Is(keys.err, errAway) || ctx.Err() != nil {
		return proof{}, away(keys.err)
	}
	if err != nil {
		return proof{}, refused(err)
	}
	var c foreign
	if err := token.Claims(&c); err != nil {
		return proof{}, refused(err)
	}
	if c.AtHash != "" || c.CodeHash != "" || c.Events != nil || c.Type != "" && !strings.EqualFold(c.Type, "Bearer") || token.Subject == "" {
		return proof{}, refused(errNotAccess)
	}
	from := token.IssuedAt
	if nbf := time.Unix(c.NotBefore, 0); nbf.After(from) {
		from = nbf
	}
	from = from.Add(-skew)
	until := earlier(token.Expiry, token.IssuedAt.Add(providerToken))
	if now.Before(from) || !now.Before(until) {
		return proof{}, refused(errTimes)
	}
	return proof{
		subject: token.Subject, strong: slices.Contains(p.ACR, c.ACR), from: from, until: earlier(until, now.Add(proofTTL)),
	}, nil
}

func away(why error) error {
	return fault.New(fault.Unavailable, "Nhà cung cấp danh tính không trả lời, nên chưa kiểm tra được mã truy cập. Hãy thử lại sau.",
		"The identity provider does not answer, so the token cannot be checked. Try again later.").Wrap(why)
}

// keySet is the provider's keys. What it says of itself is read anew after an hour, so that a
// key that it has withdrawn ends here too; whoever does not answer then is believed no longer.
func (p *provider) keySet(ctx context.Context, now time.Time) (oidc.KeySet, error) {
	kept := func() oidc.KeySet {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.keys != nil && near(p.at, now, providerStands) {
			return p.keys
		}
		return nil
	}
	if keys := kept(); keys != nil {
		return keys, nil
	}
	select {
	case p.asking <- struct{}{}:
		defer func() { <-p.asking }()
	case <-ctx.Done():
		return nil, away(ctx.Err())
	}
	if keys := kept(); keys != nil {
		return keys, nil
	}
	p.seldom.clock(now)
	ctx = oidc.ClientContext(ctx, p.Client)
	found, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		return nil, away(err)
	}
	var doc struct {
		Keys string `json:"jwks_uri"`
	}
	if err := found.Claims(&doc); err != nil || doc.Keys == "" {
		return nil, away(errors.Join(errAway, err))
	}
	keys := oidc.NewRemoteKeySet(ctx, doc.Keys)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys, p.at = keys, now
	return keys, nil
}

// tellingKeys keeps why a signature was not verified, which go-oidc turns into text.
type tellingKeys struct {
	oidc.KeySet
	err error
}

// VerifySignature implements oidc.KeySet.
func (k *tellingKeys) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := k.KeySet.VerifySignature(ctx, token)
	k.err = err
	return payload, err //nolint:wrapcheck // handed through
}

// seldom asks for one address no more than once in providerPause, whatever kids are thrown at
// us, and reads no endless answer.
type seldom struct {
	next http.RoundTripper

	mu   sync.Mutex
	now  time.Time
	last map[string]asked
}

type asked struct {
	at time.Time
	ok bool
}

func (s *seldom) clock(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.After(s.now) {
		s.now = now
	}
}

// RoundTrip implements http.RoundTripper.
func (s *seldom) RoundTrip(r *http.Request) (*http.Response, error) {
	url := r.URL.String()
	s.mu.Lock()
	last, before := s.last[url]
	now := s.now
	if before && near(last.at, now, providerPause) {
		s.mu.Unlock()
		if last.ok {
			return nil, errTooSoon
		}
		return nil, errAway
	}
	if len(s.last) > 100 { // a provider that redirects elsewhere every time
		clear(s.last)
	}
	s.last[url] = asked{now, false}
	s.mu.Unlock()
	resp, err := s.next.RoundTrip(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errAway, err)
	}
	if resp.StatusCode >= http.StatusInternalServerError {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("%w: %s", errAway, resp.Status)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last[url] = asked{now, true}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	return resp, nil
}

// strongEnough refuses an actor whose roles need a second factor that the provider has not
// seen. Our own logins see to theirs.
func (s *Service) strongEnough(p proof, a policy.Actor) error {
	if p.kid != "" || p.strong || !a.Has(factorRoles...) {
		return nil
	}
	vi := "Vai trò của tài khoản này cần đăng nhập có yếu tố thứ hai tại nhà cung cấp danh tính."
	en := "The roles of this account need a login with a second factor at the identity provider."
	return fault.New(fault.Forbidden, vi, en).Because(fault.Reason{Code: "second_factor_needed", Text: fault.Text{VI: vi, EN: en}})
}
