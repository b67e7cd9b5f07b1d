package authn_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
)

// another is a second instance of the same desk, with a data folder of its own.
func (d *door) another() *authn.Service {
	d.Helper()
	s, err := authn.New(d.store, d.TempDir())
	require.NoError(d, err)
	return s
}

func (d *door) kids(s *authn.Service, at time.Time) []string {
	d.Helper()
	keys, err := s.Keys(d.Context(), at)
	require.NoError(d, err)
	var out []string
	for _, k := range keys {
		out = append(out, k.KeyID)
	}
	return out
}

func (d *door) files() []string {
	d.Helper()
	entries, err := os.ReadDir(filepath.Join(d.dir, "keys"))
	require.NoError(d, err)
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// kid is the key that a token names.
func kid(t *testing.T, token string) string {
	t.Helper()
	head, _, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(head)
	require.NoError(t, err)
	var h struct{ Kid string }
	require.NoError(t, json.Unmarshal(raw, &h))
	return h.Kid
}

func (d *door) loginAt(s *authn.Service, at time.Time) authn.Tokens {
	d.Helper()
	tokens, err := s.Login(d.Context(), authn.Credentials{Username: "officer", Password: "ungcuu-demo-2026"}, at)
	require.NoError(d, err)
	return tokens
}

func TestATokenOfAnotherInstanceOfTheDeskPasses(t *testing.T) {
	each(t, func(d *door) {
		twin := d.another()
		mine := d.loginAt(d.Service, now)
		_, err := twin.Authenticate(d.Context(), mine.Access, now)
		require.NoError(d, err)
		theirs := d.loginAt(twin, now.Add(time.Second))
		require.NotEqual(d, kid(d.T, mine.Access), kid(d.T, theirs.Access))
		_, err = d.Authenticate(d.Context(), theirs.Access, now.Add(time.Second))
		require.NoError(d, err, "its key was not known a second ago")
		require.Equal(d, d.kids(d.Service, now.Add(2*time.Minute)), d.kids(twin, now.Add(2*time.Minute)), "and both publish both")
		require.Len(d, d.kids(twin, now.Add(2*time.Minute)), 2)
	})
}

func TestAKeySignsForADayAndIsHonouredUntilItsLastTokenHasEnded(t *testing.T) {
	each(t, func(d *door) {
		first := d.loginAt(d.Service, now)
		almost := now.Add(24*time.Hour - time.Minute)
		last := d.loginAt(d.Service, almost)
		require.Equal(d, kid(d.T, first.Access), kid(d.T, last.Access))
		after := now.Add(24 * time.Hour)
		next := d.loginAt(d.Service, after)
		require.NotEqual(d, kid(d.T, last.Access), kid(d.T, next.Access))
		for _, s := range []*authn.Service{d.Service, d.another()} {
			_, err := s.Authenticate(d.Context(), last.Access, after.Add(13*time.Minute))
			require.NoError(d, err)
			require.Contains(d, d.kids(s, after.Add(13*time.Minute)), kid(d.T, last.Access))
		}
		over := after.Add(16 * time.Minute)
		require.NotContains(d, d.kids(d.Service, over), kid(d.T, first.Access))
		require.NoError(d, d.Rotate(d.Context(), after.Add(23*time.Hour)))
		for _, name := range d.files() {
			require.NotContains(d, name, kid(d.T, first.Access), "the private half is gone from the folder")
		}
	})
}

func TestAStolenKeySignsNothingOnceItsOwnTokensHaveEnded(t *testing.T) {
	each(t, func(d *door) {
		tokens := d.loginAt(d.Service, now)
		raw, err := os.ReadFile(filepath.Join(d.dir, "keys", "token-"+kid(d.T, tokens.Access)+".pem"))
		require.NoError(d, err)
		key, err := jwt.ParseEdPrivateKeyFromPEM(raw)
		require.NoError(d, err)
		forged := func(at time.Time) string {
			var c jwt.MapClaims
			old, _, err := jwt.NewParser().ParseUnverified(d.loginAt(d.Service, at).Access, &c)
			require.NoError(d, err)
			old.Header["kid"] = kid(d.T, tokens.Access)
			signed, err := old.SignedString(key)
			require.NoError(d, err)
			return signed
		}
		end := now.Add(24*time.Hour + 15*time.Minute + 5*time.Second)
		_, err = d.Authenticate(d.Context(), forged(end.Add(-time.Second)), end.Add(-time.Second))
		require.NoError(d, err, "while the key is honoured, nobody can tell")
		_, err = d.Authenticate(d.Context(), forged(end), end)
		require.ErrorIs(d, err, fault.Unauthenticated)
	})
}

func TestTheNextKeyIsPublishedBeforeItSigns(t *testing.T) {
	each(t, func(d *door) {
		first := d.loginAt(d.Service, now)
		twin := d.another()
		require.Len(d, d.kids(d.Service, now.Add(22*time.Hour)), 1)
		require.NoError(d, d.Rotate(d.Context(), now.Add(23*time.Hour)))
		published := d.kids(d.Service, now.Add(23*time.Hour))
		require.Len(d, published, 2)
		still := d.loginAt(d.Service, now.Add(23*time.Hour))
		require.Equal(d, kid(d.T, first.Access), kid(d.T, still.Access))
		next := d.loginAt(d.Service, now.Add(24*time.Hour))
		require.Equal(d, published[1], kid(d.T, next.Access))
		_, err := twin.Authenticate(d.Context(), next.Access, now.Add(24*time.Hour))
		require.NoError(d, err)
	})
}

func TestAPrivateKeyIsReadableByItsOwnerAloneAndNeverPublished(t *testing.T) {
	each(t, func(d *door) {
		tokens := d.loginAt(d.Service, now)
		path := filepath.Join(d.dir, "keys", "token-"+kid(d.T, tokens.Access)+".pem")
		info, err := os.Stat(path)
		require.NoError(d, err)
		require.Equal(d, os.FileMode(0o600), info.Mode())
		dir, err := os.Stat(filepath.Dir(path))
		require.NoError(d, err)
		require.Equal(d, os.FileMode(0o700), dir.Mode().Perm())
		require.Equal(d, []string{"second-factor.key", filepath.Base(path)}, d.files(), "and nothing else lies beside it")
		keys, err := d.Keys(d.Context(), now)
		require.NoError(d, err)
		raw, err := json.Marshal(keys)
		require.NoError(d, err)
		require.NotContains(d, string(raw), `"d"`)
	})
}

func TestARestartGoesOnWithTheSameKeyAndClearsAwayWhatSignsNoLonger(t *testing.T) {
	each(t, func(d *door) {
		before := d.loginAt(d.Service, now)
		old := filepath.Join(d.dir, "keys", "token.pem")
		require.NoError(d, os.WriteFile(old, []byte("a key of an older version"), 0o600))
		again, err := authn.New(d.store, d.dir)
		require.NoError(d, err)
		after := d.loginAt(again, now.Add(time.Hour))
		require.Equal(d, kid(d.T, before.Access), kid(d.T, after.Access))
		require.NoFileExists(d, old)
		require.Equal(d, []string{"second-factor.key", "token-" + kid(d.T, after.Access) + ".pem"}, d.files())
	})
}

func TestAKeyWhoseRowIsTakenAwayIsNeitherHonouredNorUsedAMinuteLater(t *testing.T) {
	each(t, func(d *door) {
		stolen := d.loginAt(d.Service, now)
		require.NoError(d, d.store.Write(d.Context(), func(_ context.Context, tx *store.Tx) error {
			return tx.DropTokenKeys(now.Add(48 * time.Hour))
		}))
		later := now.Add(time.Minute)
		_, err := d.Authenticate(d.Context(), stolen.Access, later)
		require.ErrorIs(d, err, fault.Unauthenticated)
		next := d.loginAt(d.Service, later)
		require.NotEqual(d, kid(d.T, stolen.Access), kid(d.T, next.Access))
		_, err = d.Authenticate(d.Context(), next.Access, later)
		require.NoError(d, err)
	})
}

func TestUnknownKidsCostOneQuestionASecond(t *testing.T) {
	each(t, func(d *door) {
		tokens := d.loginAt(d.Service, now)
		_, rest, _ := strings.Cut(tokens.Access, ".")
		forged := func(kid string) string {
			return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"EdDSA","kid":"`+kid+`","typ":"at+jwt"}`)) + "." + rest
		}
		_, err := d.Authenticate(d.Context(), forged("one"), now)
		require.ErrorIs(d, err, fault.Unauthenticated)
		require.NoError(d, d.store.Close())
		for _, kid := range []string{"one", "two", "three"} {
			_, err = d.Authenticate(d.Context(), forged(kid), now.Add(900*time.Millisecond))
			require.ErrorIs(d, err, fault.Unauthenticated, "answered without the database, which is gone")
		}
		_, err = d.Authenticate(d.Context(), forged("four"), now.Add(time.Second))
		require.Error(d, err)
		require.NotErrorIs(d, err, fault.Unauthenticated, "now it would have to ask, and cannot know")
	})
}
