package secret_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/secret"
)

func TestASecretIsPrintedByNobody(t *testing.T) {
	const value = "postgres://desk:canary@db/ungcuu"
	type settings struct {
		URL  secret.Text
		Many []secret.Text
		To   *secret.Text
		By   map[string]secret.Text
	}
	s := secret.Text(value)
	all := settings{s, []secret.Text{s}, &s, map[string]secret.Text{"a": s}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T%v", "%20s", "%t"} {
		for _, v := range []any{s, &s, all, &all, []any{s}, fmt.Errorf("with %v", s), errors.Join(fmt.Errorf("%w: %s", errors.ErrUnsupported, s))} {
			out := fmt.Sprintf(verb, v)
			require.NotContains(t, out, "canary", verb)
			require.NotContains(t, out, fmt.Sprintf("%x", "canary"), verb)
		}
	}
	var b bytes.Buffer
	for _, h := range []slog.Handler{slog.NewJSONHandler(&b, nil), slog.NewTextHandler(&b, nil)} {
		log := slog.New(h)
		log.Info("settings", "url", s, "to", &s, "all", all, "pointer", &all, slog.Group("g", "url", s))
		log.With("url", s).WithGroup("g").Info(s.String(), slog.Any("list", []any{s, all}))
	}
	raw, err := json.Marshal(all)
	require.NoError(t, err)
	require.NotContains(t, b.String()+string(raw), "canary")
	require.Contains(t, string(raw), `"URL":"[redacted]"`)
	require.Equal(t, value, s.Reveal())
	require.Empty(t, secret.Text("").String(), "what is not set is seen")
}

func TestWordsOfOthersLoseTheSecret(t *testing.T) {
	for value, words := range map[secret.Text]string{
		"postgres://desk:canary@db/ungcuu":          "failed to connect to postgres://desk:canary@db/ungcuu: password canary",
		"nats://canary@broker:4222":                 "no responders at nats://canary@broker:4222",
		"smtp://desk:can%40ary@mail":                "535 can@ary, can%40ary refused",
		"postgres://db/ungcuu?password=canary&x=y":  "bad password=canary",
		"host=db password=canary":                   "cannot parse password=canary",
		"postgres://desk:canary%zz@db":              "invalid URL escape in canary%zz",
		"postgres://desk:canary@db:port/x?sslmode=": "invalid port :port after host, canary",
	} {
		require.NotContains(t, value.Hide(words), "canary", value.Reveal())
		require.NotContains(t, value.Hide(words), "ary", value.Reveal())
	}
	require.Equal(t, "no such host", secret.Text("postgres://desk:canary@db/x").Hide("no such host"))
	require.Equal(t, "as it is", secret.Text("").Hide("as it is"))
	_, err := secret.Text("postgres://desk:canary@db:port/").URL()
	require.Error(t, err)
	require.NotContains(t, err.Error(), "canary")
}
