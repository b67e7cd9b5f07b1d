// Package authntest runs a real OpenID provider for tests: people log in there with a form and
// get signed tokens, by the packages of zitadel/oidc.
package authntest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Audience is the client of the desk at the provider.
const Audience = "ungcuu"

const (
	password = "mat-khau-cua-nha-cung-cap"
	secret   = "bi-mat-cua-ung-dung"
	back     = "http://localhost:9999/auth/callback"
)

// Provider is a running identity provider with the people a, b and c. Their subjects are
// Subject(name).
type Provider struct {
	tb     testing.TB
	server *httptest.Server
	desk   *desk
	asked  sync.Map // path → *atomic.Int64
	away   atomic.Bool
}

// Subject is the provider's own name for a person.
func Subject(name string) string { return "f81d4fae-7dec-11d0-a765-" + name }

// Run starts a provider, which ends with the test.
func Run(tb testing.TB) *Provider {
	tb.Helper()
	p := &Provider{tb: tb}
	var handler http.Handler
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := p.asked.LoadOrStore(r.URL.Path, &atomic.Int64{})
		n.(*atomic.Int64).Add(1)
		if p.away.Load() {
			http.Error(w, "away", http.StatusBadGateway)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	tb.Cleanup(p.server.Close)
	clients := map[string]*storage.Client{
		Audience: storage.WebClient(Audience, secret, back), "other": storage.WebClient("other", secret, back),
	}
	p.desk = &desk{Storage: storage.NewStorageWithClients(people{}, clients)}
	p.RotateKey()
	handler = exampleop.SetupServer(p.Issuer(), p.desk, slog.New(slog.DiscardHandler), false)
	return p
}

// Issuer is the provider's name.
func (p *Provider) Issuer() string { return p.server.URL }

// Away makes the provider answer 502, or answer again.
func (p *Provider) Away(away bool) { p.away.Store(away) }

// Asked says how often a path was asked for.
func (p *Provider) Asked(path string) int {
	if n, ok := p.asked.Load(path); ok {
		return int(n.(*atomic.Int64).Load())
	}
	return 0
}

// KeysPath is where the provider publishes its keys.
const KeysPath = "/keys"

// RotateKey makes a new key; the old one is withdrawn.
func (p *Provider) RotateKey() {
	p.tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(p.tb, err)
	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	p.desk.key = &keyPair{uuid.NewString(), key}
}

// SaysACR makes every access token from now on say that.
func (p *Provider) SaysACR(acr string) {
	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	p.desk.acr = acr
}

// Tokens are what a login at the provider gives.
type Tokens struct {
	Access string `json:"access_token"`
	ID     string `json:"id_token"`
}

// Login lets a person log in with the form of the provider, for a client.
func (p *Provider) Login(name, client string) Tokens {
	p.tb.Helper()
	begun := p.follow(http.MethodGet, p.Issuer()+"/auth?"+url.Values{
		"client_id": {client}, "redirect_uri": {back}, "response_type": {"code"}, "scope": {"openid"}, "state": {"s"},
	}.Encode(), nil)
	done := p.follow(http.MethodPost, p.Issuer()+"/login/username", url.Values{
		"username": {name}, "password": {password}, "id": {begun.Query().Get("authRequestID")},
	})
	code := p.follow(http.MethodGet, p.at(done), nil).Query().Get("code")
	require.NotEmpty(p.tb, code)
	req := p.request(http.MethodPost, p.Issuer()+"/oauth/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {back},
	})
	req.SetBasicAuth(client, secret)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(p.tb, err)
	defer func() { _ = resp.Body.Close() }()
	require.Equal(p.tb, http.StatusOK, resp.StatusCode)
	var t Tokens
	require.NoError(p.tb, json.NewDecoder(resp.Body).Decode(&t))
	return t
}

func (p *Provider) at(u *url.URL) string {
	if u.IsAbs() {
		return u.String()
	}
	return p.Issuer() + u.String()
}

func (p *Provider) request(method, target string, form url.Values) *http.Request {
	p.tb.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, target, strings.NewReader(form.Encode()))
	require.NoError(p.tb, err)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return req
}

// follow sends one request and returns where the answer redirects to.
func (p *Provider) follow(method, target string, form url.Values) *url.URL {
	p.tb.Helper()
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := c.Do(p.request(method, target, form))
	require.NoError(p.tb, err)
	defer func() { _ = resp.Body.Close() }()
	require.Equal(p.tb, http.StatusFound, resp.StatusCode, target)
	to, err := resp.Location()
	require.NoError(p.tb, err)
	return to
}

// Sign signs any claims with the provider's own key; header adds to or replaces what it would
// write.
func (p *Provider) Sign(claims, header map[string]any) string {
	p.tb.Helper()
	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	t := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(claims))
	t.Header["kid"] = p.desk.key.id
	maps.Copy(t.Header, header)
	signed, err := t.SignedString(p.desk.key.key)
	require.NoError(p.tb, err)
	return signed
}

// PublicKey is the key that verifies the provider's tokens.
func (p *Provider) PublicKey() *rsa.PublicKey {
	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	return &p.desk.key.key.PublicKey
}

// desk is the provider's storage: that of zitadel's example, with JWTs as access tokens and
// keys that rotate.
type desk struct {
	*storage.Storage
	mu  sync.Mutex
	key *keyPair
	acr string
}

// GetClientByClientID implements op.Storage.
func (d *desk) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := d.Storage.GetClientByClientID(ctx, id)
	return jwtClient{c}, err //nolint:wrapcheck // handed through
}

type jwtClient struct{ op.Client }

// AccessTokenType implements op.Client.
func (jwtClient) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }

// GetPrivateClaimsFromScopes implements op.Storage.
func (d *desk) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.acr == "" {
		return nil, nil
	}
	return map[string]any{"acr": d.acr}, nil
}

// SigningKey implements op.Storage.
func (d *desk) SigningKey(context.Context) (op.SigningKey, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.key, nil
}

// KeySet implements op.Storage.
func (d *desk) KeySet(context.Context) ([]op.Key, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return []op.Key{publicKey{d.key}}, nil
}

type keyPair struct {
	id  string
	key *rsa.PrivateKey
}

// SignatureAlgorithm implements op.SigningKey.
func (k *keyPair) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }

// Key implements op.SigningKey.
func (k *keyPair) Key() any { return k.key }

// ID implements op.SigningKey.
func (k *keyPair) ID() string { return k.id }

type publicKey struct{ pair *keyPair }

// ID implements op.Key.
func (k publicKey) ID() string { return k.pair.id }

// Algorithm implements op.Key.
func (k publicKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }

// Use implements op.Key.
func (k publicKey) Use() string { return "sig" }

// Key implements op.Key.
func (k publicKey) Key() any { return &k.pair.key.PublicKey }

// people is anybody, with one password.
type people struct{}

// GetUserByID implements storage.UserStore.
func (people) GetUserByID(id string) *storage.User {
	return &storage.User{ID: id, Username: id, Email: "officer@sonla.example", EmailVerified: true}
}

// GetUserByUsername implements storage.UserStore.
func (people) GetUserByUsername(name string) *storage.User {
	return &storage.User{ID: Subject(name), Username: name, Password: password, Email: "officer@sonla.example", EmailVerified: true}
}

// ExampleClientID implements storage.UserStore.
func (people) ExampleClientID() string { return "service" }
