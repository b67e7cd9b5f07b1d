package app_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/authn/authntest"
)

type object = map[string]any

// forger knows all that an attacker may know, and the keys too, to change one thing at a time
// in a token that would pass without the change.
type forger struct {
	*door
	idp    *authntest.Provider
	key    ed25519.PrivateKey // of the desk
	header object
	claims object
}

func newForger(t *testing.T, cfg app.Config) *forger {
	t.Helper()
	f := &forger{idp: authntest.Run(t)}
	cfg.OIDCIssuer, cfg.OIDCAudience, cfg.OIDCACR = f.idp.Issuer(), authntest.Audience, []string{"2fa"}
	cfg.OutboundAllow = []string{strings.TrimPrefix(f.idp.Issuer(), "http://")}
	f.door = openDoor(t, cfg)
	parts := strings.Split(f.token["officer"], ".")
	require.NoError(t, json.Unmarshal(unbase64(t, parts[0]), &f.header))
	require.NoError(t, json.Unmarshal(unbase64(t, parts[1]), &f.claims))
	raw, err := os.ReadFile(filepath.Join(f.cfg.Data, "keys", "token-"+f.header["kid"].(string)+".pem"))
	require.NoError(t, err)
	block, _ := pem.Decode(raw)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	require.NoError(t, err)
	f.key = key.(ed25519.PrivateKey)

	ctx := t.Context()
	i, err := f.as("admin").BindIdentity(ctx, client.Write{}, f.words["user:officer"], api.NewIdentity{
		Issuer: f.idp.Issuer(), Subject: authntest.Subject("a"), Basis: "QĐ 9"})
	require.NoError(t, err)
	_, err = f.as("lead").ConfirmIdentity(ctx, client.Write{}, i.UserID, i.ID)
	require.NoError(t, err)
	return f
}

func unbase64(t *testing.T, s string) []byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(s)
	require.NoError(t, err)
	return raw
}

func base64JSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// with is a copy with some members replaced; nil takes one away.
func with(o object, edits ...object) object {
	out := maps.Clone(o)
	for _, e := range edits {
		maps.Copy(out, e)
	}
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil })
	return out
}

// sign signs with the desk's own key whatever the header says.
func (f *forger) sign(header, claims object) string { return f.signBy(f.key, header, claims) }

func (f *forger) signBy(key ed25519.PrivateKey, header, claims object) string {
	signed := base64JSON(header) + "." + base64JSON(claims)
	return signed + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte(signed)))
}

func hs256(secret []byte, header, claims object) string {
	signed := base64JSON(with(header, object{"alg": "HS256"})) + "." + base64JSON(claims)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (f *forger) pemOf(pub any) []byte {
	der, err := x509.MarshalPKIXPublicKey(pub)
	require.NoError(f, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// foreign are the claims of a good token of the provider.
func (f *forger) foreign() object {
	now := time.Now()
	return object{
		"iss": f.idp.Issuer(), "sub": authntest.Subject("a"), "aud": []string{authntest.Audience},
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "jti": "1",
	}
}

func (f *forger) jwe() string {
	enc, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.ECDH_ES, Key: mustECDH(f)}, (&jose.EncrypterOptions{}).WithType("JWT").WithContentType("JWT"))
	require.NoError(f, err)
	box, err := enc.Encrypt([]byte(f.token["officer"]))
	require.NoError(f, err)
	s, err := box.CompactSerialize()
	require.NoError(f, err)
	return s
}

func mustECDH(f *forger) *ecdsa.PublicKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(f, err)
	return &key.PublicKey
}

func rs256(f *forger, key *rsa.PrivateKey, header, claims object) string {
	signed := base64JSON(with(object{"alg": "RS256", "typ": "JWT"}, header)) + "." + base64JSON(claims)
	sum := sha256.Sum256([]byte(signed))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	require.NoError(f, err)
	return signed + "." + base64.RawURLEncoding.EncodeToString(sig)
}

// kidOf is the kid that the provider signs with.
func kidOf(f *forger, claims object) any {
	var h object
	require.NoError(f, json.Unmarshal(unbase64(f.T, strings.Split(f.idp.Sign(claims, nil), ".")[0]), &h))
	return h["kid"]
}

// malleable is the same signature in other letters: the last of 86 carries four bits that
// nobody reads.
func malleable(sig string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(letters, sig[len(sig)-1])
	return sig[:len(sig)-1] + string(letters[last^1])
}

// attack is one try to enter. A token goes into Authorization: Bearer; send replaces that.
type attack struct {
	name  string
	token string
	send  *httpCall
}

func (f *forger) attacks() []attack {
	h, c := f.header, f.claims
	now := time.Now()
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	_, foreignKey, err := ed25519.GenerateKey(nil)
	require.NoError(f, err)
	foreignRSA, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(f, err)
	pub := f.key.Public().(ed25519.PublicKey)
	parts := strings.Split(f.token["officer"], ".")
	good, theirs := f.token["officer"], f.foreign()
	login := f.idp.Login("a", authntest.Audience)
	tokens := f.login("officer")
	header := func(h http.Header) *httpCall { return &httpCall{header: h} }
	evil := object{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": h["kid"], "x": base64.RawURLEncoding.EncodeToString(foreignKey.Public().(ed25519.PublicKey))}

	list := []attack{
		{"alg none", base64JSON(with(h, object{"alg": "none"})) + "." + parts[1] + ".", nil},
		{"alg none with the old signature", base64JSON(with(h, object{"alg": "None"})) + "." + parts[1] + "." + parts[2], nil},
		{"alg missing", f.sign(with(h, object{"alg": nil}), c), nil},
		{"no signature", parts[0] + "." + parts[1] + ".", nil},
		{"key confusion: HS256 with the public key", hs256(pub, h, c), nil},
		{"key confusion: HS256 with the public key as PEM", hs256(f.pemOf(pub), h, c), nil},
		{"key confusion: HS256 with an empty secret", hs256(nil, h, c), nil},
		{"another algorithm in the header", f.sign(with(h, object{"alg": "ES256"}), c), nil},
		{"foreign key under our kid", f.signBy(foreignKey, h, c), nil},
		{"foreign kid", f.signBy(foreignKey, with(h, object{"kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}), c), nil},
		{"foreign kid over our signature", f.sign(with(h, object{"kid": "someone-else"}), c), nil},
		{"missing kid", f.sign(with(h, object{"kid": nil}), c), nil},
		{"kid of another type", f.sign(with(h, object{"kid": []any{h["kid"]}}), c), nil},
		{"kid with a path", f.sign(with(h, object{"kid": "../keys/token-" + h["kid"].(string)}), c), nil},
		{"kid with a null device", hs256(nil, with(h, object{"kid": "../../../../dev/null"}), c), nil},
		{"kid with SQL", f.sign(with(h, object{"kid": "' OR 1=1 --"}), c), nil},
		{"kid with a NUL", f.sign(with(h, object{"kid": h["kid"].(string) + "\x00"}), c), nil},
		{"jku header", f.signBy(foreignKey, with(h, object{"jku": f.idp.Issuer() + authntest.KeysPath}), c), nil},
		{"jku header over our signature", f.sign(with(h, object{"jku": f.idp.Issuer() + authntest.KeysPath}), c), nil},
		{"x5u header", f.signBy(foreignKey, with(h, object{"x5u": f.idp.Issuer() + authntest.KeysPath}), c), nil},
		{"jwk header", f.signBy(foreignKey, with(h, object{"jwk": evil}), c), nil},
		{"crit header", f.sign(with(h, object{"crit": []string{"b64"}, "b64": false}), c), nil},
		{"typ of another JWT", f.sign(with(h, object{"typ": "JWT"}), c), nil},
		{"changed claims: another subject", parts[0] + "." + base64JSON(with(c, object{"sub": f.words["user:admin"]})) + "." + parts[2], nil},
		{"changed claims: a later end", parts[0] + "." + base64JSON(with(c, object{"exp": at(time.Hour)})) + "." + parts[2], nil},
		{"changed claims: rights written in", parts[0] + "." + base64JSON(with(c, object{"roles": []string{"admin"}})) + "." + parts[2], nil},
		{"subject and session of two people", f.sign(h, with(c, object{"sub": f.words["user:admin"]})), nil},
		{"session that does not exist", f.sign(h, with(c, object{"sid": nobodyID})), nil},
		{"no session", f.sign(h, with(c, object{"sid": nil})), nil},
		{"session with SQL", f.sign(h, with(c, object{"sid": "' OR '1'='1"})), nil},
		{"wrong issuer", f.sign(h, with(c, object{"iss": "ungcuu.example"})), nil},
		{"no issuer", f.sign(h, with(c, object{"iss": nil})), nil},
		{"wrong audience", f.sign(h, with(c, object{"aud": "another"})), nil},
		{"no audience", f.sign(h, with(c, object{"aud": nil})), nil},
		{"expired", f.sign(h, with(c, object{"iat": at(-20 * time.Minute), "nbf": at(-20 * time.Minute), "exp": at(-time.Minute)})), nil},
		{"no end", f.sign(h, with(c, object{"exp": nil})), nil},
		{"not yet valid", f.sign(h, with(c, object{"nbf": at(time.Minute)})), nil},
		{"issued in the future", f.sign(h, with(c, object{"iat": at(time.Minute)})), nil},
		{"refresh token as access token", tokens.RefreshToken, nil},
		{"refresh secret alone", strings.SplitN(tokens.RefreshToken, ".", 2)[1], nil},
		{"very long token", f.sign(h, with(c, object{"pad": strings.Repeat("x", 20000)})), nil},
		{"four parts", good + ".x", nil},
		{"two parts", parts[0] + "." + parts[1], nil},
		{"JWE", f.jwe(), nil},
		{"nested token", f.sign(with(h, object{"cty": "JWT"}), object{"jwt": good}), nil},
		{"padding in the signature", good + "==", nil},
		{"a malleable signature", parts[0] + "." + parts[1] + "." + malleable(parts[2]), nil},

		{"two credentials at once: bearer and key", "", header(http.Header{"Authorization": {"Bearer " + good}, "X-Api-Key": {"uc_x"}})},
		{"two credentials at once: two Authorization headers", "", header(http.Header{"Authorization": {"Bearer " + good, "Bearer " + f.token["admin"]}})},
		{"two credentials at once: one token twice", "", header(http.Header{"Authorization": {"Bearer " + good, "Bearer " + good}})},
		{"two tokens in one header", "", header(http.Header{"Authorization": {"Bearer " + good + ", Bearer " + f.token["admin"]}})},
		{"token in the query string", "", &httpCall{path: "/api/v1/me?access_token=" + good}},
		{"token in a cookie", "", header(http.Header{"Cookie": {"access_token=" + good}})},
		{"token as Basic", "", header(http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("officer:"+good))}})},
		{"token without a scheme", "", header(http.Header{"Authorization": {good}})},

		{"provider's key, our issuer", f.idp.Sign(with(c), object{"typ": tokenTypeOfOurs}), nil},
		{"our key, the provider's issuer", f.sign(h, theirs), nil},
		{"our key, the provider's issuer and our session", f.sign(h, with(c, object{"iss": f.idp.Issuer()})), nil},
		{"provider: unknown subject", f.idp.Sign(with(theirs, object{"sub": authntest.Subject("b")}), nil), nil},
		{"provider: id of an account as subject", f.idp.Sign(with(theirs, object{"sub": f.words["user:officer"]}), nil), nil},
		{"provider: username as subject", f.idp.Sign(with(theirs, object{"sub": "officer"}), nil), nil},
		{"provider: no subject", f.idp.Sign(with(theirs, object{"sub": nil}), nil), nil},
		{"provider: wrong issuer", f.idp.Sign(with(theirs, object{"iss": f.idp.Issuer() + "/"}), nil), nil},
		{"provider: wrong audience", f.idp.Login("a", "other").Access, nil},
		{"provider: no audience", f.idp.Sign(with(theirs, object{"aud": nil}), nil), nil},
		{"provider: expired", f.idp.Sign(with(theirs, object{"exp": at(-time.Minute)}), nil), nil},
		{"provider: no end", f.idp.Sign(with(theirs, object{"exp": nil}), nil), nil},
		{"provider: not yet valid", f.idp.Sign(with(theirs, object{"nbf": at(time.Minute)}), nil), nil},
		{"provider: issued in the future", f.idp.Sign(with(theirs, object{"iat": at(time.Minute)}), nil), nil},
		{"provider: issued too long ago", f.idp.Sign(with(theirs, object{"iat": at(-2 * time.Hour), "nbf": nil, "exp": at(24 * time.Hour)}), nil), nil},
		{"provider: no time of issue", f.idp.Sign(with(theirs, object{"iat": nil}), nil), nil},
		{"provider: alg none", base64JSON(object{"alg": "none", "kid": "x"}) + "." + base64JSON(theirs) + ".", nil},
		{"provider: key confusion", hs256(f.pemOf(f.idp.PublicKey()), object{"typ": "JWT", "kid": "x"}, theirs), nil},
		{"provider: foreign key", rs256(f, foreignRSA, object{"kid": "x"}, theirs), nil},
		{"provider: foreign key under its kid", rs256(f, foreignRSA, object{"kid": kidOf(f, theirs)}, theirs), nil},
		{"provider: foreign key named by jku", rs256(f, foreignRSA, object{"kid": "x", "jku": "https://evil.example/keys"}, theirs), nil},
		{"provider: missing kid", f.idp.Sign(theirs, object{"kid": ""}), nil},
		{"provider: crit header", f.idp.Sign(theirs, object{"crit": []string{"exp"}}), nil},
		{"provider: ID token", login.ID, nil},
		{"provider: ID token by its claims", f.idp.Sign(with(theirs, object{"at_hash": "x"}), nil), nil},
		{"provider: logout token", f.idp.Sign(with(theirs, object{"events": object{"http://schemas.openid.net/event/backchannel-logout": object{}}}), nil), nil},
		{"provider: logout token by its type", f.idp.Sign(theirs, object{"typ": "logout+jwt"}), nil},
		{"provider: refresh token of Keycloak", f.idp.Sign(with(theirs, object{"typ": "Refresh"}), nil), nil},
	}
	return list
}

// tokenTypeOfOurs is the typ of our access tokens (RFC 9068).
const tokenTypeOfOurs = "at+jwt"

func TestNoAttackWithATokenPassesAndAllGetTheSameAnswer(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		f := newForger(t, cfg)
		me := func(c httpCall) httpReply {
			c.method = http.MethodGet
			if c.path == "" {
				c.path = "/api/v1/me"
			}
			c.outside = true
			return f.send(c)
		}
		for name, token := range map[string]string{
			"ours": f.sign(f.header, f.claims), "the provider's": f.idp.Sign(f.foreign(), nil), "a login at the provider": f.idp.Login("a", authntest.Audience).Access,
			"the provider's as RFC 9068": f.idp.Sign(f.foreign(), object{"typ": "at+jwt"}),
		} {
			got := me(httpCall{bearer: token})
			require.Equal(t, http.StatusOK, got.status, "%s passes unchanged: %s", name, got.body)
		}
		plain := func(r httpReply) string {
			var p api.Problem
			require.NoError(t, json.Unmarshal([]byte(r.body), &p), r.body)
			p.TraceID, p.Instance = "", ""
			raw, err := json.Marshal(p)
			require.NoError(t, err)
			return string(raw)
		}
		same := plain(me(httpCall{}))
		for _, a := range f.attacks() {
			t.Run(a.name, func(t *testing.T) {
				c := httpCall{bearer: a.token}
				if a.send != nil {
					c = *a.send
				}
				got := me(c)
				require.Equal(t, http.StatusUnauthorized, got.status, got.body)
				require.Equal(t, same, plain(got))
				require.NotEmpty(t, got.header.Get("WWW-Authenticate"))
			})
		}
		require.NotContains(t, f.log.String(), strings.Split(f.token["officer"], ".")[2], "no token stands in the log")
	})
}

func TestATokenEndsWithWhatItStoodFor(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		refresh := func(token string) int {
			return d.send(httpCall{method: http.MethodPost, path: "/api/v1/auth/refresh", body: `{"refresh_token":"` + token + `"}`}).status
		}
		for _, x := range []struct {
			name, user string
			do         func(tokens api.Tokens, id string)
			want       int
		}{
			{"ended session", "other", func(tokens api.Tokens, _ string) {
				require.Equal(t, http.StatusNoContent, d.send(httpCall{bearer: tokens.AccessToken, method: http.MethodPost, path: "/api/v1/auth/logout"}).status)
			}, http.StatusUnauthorized},
			{"disabled user", "military", func(_ api.Tokens, id string) {
				must(d.world, d.as("admin").DisableUser, whichever, id, api.DisableUser{Reason: "Nghỉ việc"})
			}, http.StatusUnauthorized},
			{"password changed elsewhere", "police", func(api.Tokens, string) {
				got := d.send(httpCall{as: "police", method: http.MethodPost, path: "/api/v1/auth/password", body: `{"old_password":"$(password)","new_password":"mot-mat-khau-khac-2026"}`})
				require.Equal(t, http.StatusNoContent, got.status, got.body)
			}, http.StatusUnauthorized},
			{"password reset", "reporter", func(_ api.Tokens, id string) {
				_, err := d.as("admin").ResetPassword(t.Context(), id)
				require.NoError(t, err)
			}, http.StatusUnauthorized},
			{"reused refresh", "leader", func(tokens api.Tokens, _ string) {
				require.Equal(t, http.StatusOK, refresh(tokens.RefreshToken))
				require.Equal(t, http.StatusUnauthorized, refresh(tokens.RefreshToken))
			}, http.StatusUnauthorized},
			{"access token as refresh token", "lead2", func(tokens api.Tokens, _ string) {
				require.Equal(t, http.StatusUnauthorized, refresh(tokens.AccessToken))
			}, http.StatusOK},
		} {
			t.Run(x.name, func(t *testing.T) {
				tokens := d.login(x.user)
				me := func() int {
					return d.send(httpCall{bearer: tokens.AccessToken, method: http.MethodGet, path: "/api/v1/me"}).status
				}
				require.Equal(t, http.StatusOK, me())
				x.do(tokens, d.words["user:"+x.user])
				require.Equal(t, x.want, me(), "at once")
			})
		}
	})
}

func TestAChangedRoleIsInForceWithTheNextRequestOfTheSameToken(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		f := newForger(t, cfg)
		list := func() int {
			return f.send(httpCall{as: "auditor", method: http.MethodGet, path: "/api/v1/deliveries"}).status
		}
		require.Equal(t, http.StatusOK, list())
		u, err := f.as("admin").User(t.Context(), f.words["user:auditor"])
		require.NoError(t, err)
		_, err = f.as("admin").EndGrant(t.Context(), client.Write{}, u.ID, u.Grants[0].ID, api.EndGrant{Reason: "Thôi nhiệm vụ"})
		require.NoError(t, err)
		require.Equal(t, http.StatusForbidden, list())
	})
}

func TestTheDeskStartsWhileItsIdentityProviderIsAway(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		idp := authntest.Run(t)
		token := idp.Login("a", authntest.Audience).Access
		idp.Away(true)
		cfg.OIDCIssuer, cfg.OIDCAudience = idp.Issuer(), authntest.Audience
		cfg.OutboundAllow = []string{strings.TrimPrefix(idp.Issuer(), "http://")}
		d := openDoor(t, cfg)
		got := d.send(httpCall{bearer: token, method: http.MethodGet, path: "/api/v1/me", outside: true})
		require.Equal(t, http.StatusServiceUnavailable, got.status, got.body)
		require.Equal(t, http.StatusOK, d.send(httpCall{as: "officer", method: http.MethodGet, path: "/api/v1/me"}).status)
	})
}

func TestWrongSettingsOfTheIdentityProviderStopTheStart(t *testing.T) {
	good := demo(t)
	good.OIDCIssuer, good.OIDCAudience = "https://dang-nhap.sonla.example/realms/tinh", "ungcuu"
	require.NoError(t, good.Check())
	for name, change := range map[string]func(c *app.Config){
		"without TLS":        func(c *app.Config) { c.OIDCIssuer = "http://dang-nhap.sonla.example" },
		"no URL":             func(c *app.Config) { c.OIDCIssuer = "keycloak" },
		"a query":            func(c *app.Config) { c.OIDCIssuer += "?x=y" },
		"no audience":        func(c *app.Config) { c.OIDCAudience = "" },
		"settings of nobody": func(c *app.Config) { c.OIDCIssuer = "" },
	} {
		c := good
		change(&c)
		require.ErrorContains(t, c.Check(), "UNGCUU_OIDC_", name)
	}
}
