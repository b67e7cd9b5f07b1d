package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/prototext"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/secret"
)

// canary stands in every secret of these tests. Where it, or a secret that the desk itself has
// made, is found in a log, an answer, a metric or a trace, it has got out.
const canary = "c4n4ry"

// findings keep what is searched, by where it was found.
type findings map[string]string

// search looks for the secrets, as they are and in the forms that they travel in.
func (f findings) search(t *testing.T, secrets ...string) {
	t.Helper()
	for _, s := range append(secrets, canary) {
		require.NotEmpty(t, s)
		for form, text := range map[string]string{
			"as it is": s, "escaped": url.QueryEscape(s), "in hexadecimal": fmt.Sprintf("%x", s), "in Base64": base64.StdEncoding.EncodeToString([]byte(s)),
		} {
			for where, what := range f {
				if at := strings.Index(strings.ToLower(what), strings.ToLower(text)); at >= 0 {
					require.Fail(t, "a secret got out", "%s, %s: %s", where, form, what[max(0, at-200):min(len(what), at+200)])
				}
			}
		}
	}
}

func TestNoSecretOfAWholeLifeIsFoundInLogsAnswersMetricsOrTraces(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		got := newReceiver(t)
		cfg = measured(t, cfg)
		cfg.LogLevel = "debug"
		cfg.OTLPURL = secret.Text(strings.Replace(got.URL, "http://", "http://desk:"+canary+"@", 1))
		if cfg.DatabaseURL != "" { // the server of the tests believes every password
			u, err := cfg.DatabaseURL.URL()
			require.NoError(t, err)
			u.User = url.UserPassword(u.User.Username(), canary)
			cfg.DatabaseURL = secret.Text(u.String())
		}
		var broker *bustest.Server
		if os.Getenv(bustest.Variable) != "" {
			broker = bustest.NewServer(t)
			broker.With("authorization { user: desk, password: " + canary + " }")
			broker.Start()
			cfg.NATSURL = secret.Text(strings.Replace(broker.Config().URL.Reveal(), "nats://", "nats://desk:"+canary+"@", 1))
		}
		secrets := []string{}
		answers := &bytes.Buffer{}
		d := openDoor(t, cfg)
		keep := func(r httpReply) {
			if r.status >= 400 {
				fmt.Fprintf(answers, "%d %v %s\n", r.status, r.header, r.body)
			}
		}
		for _, token := range d.token {
			secrets = append(secrets, token, token[strings.LastIndex(token, ".")+1:])
		}

		// A life: a case from the report to the mail, with tokens, keys and words in every place
		// that a client may put them.
		inc := d.escalated(d.as("officer"))
		d.sealed(inc)
		require.Eventually(t, func() bool { return len(d.mail.all()) > 0 }, 60*time.Second, 10*time.Millisecond)
		tokens := d.login("reporter")
		secrets = append(secrets, tokens.AccessToken, tokens.RefreshToken)
		refreshed := d.send(httpCall{method: http.MethodPost, path: "/api/v1/auth/refresh", body: `{"refresh_token":"` + tokens.RefreshToken + `"}`})
		require.Equal(t, http.StatusOK, refreshed.status)
		var more api.Tokens
		d.decode(refreshed, &more)
		secrets = append(secrets, more.AccessToken, more.RefreshToken)
		keep(d.send(httpCall{method: http.MethodPost, path: "/api/v1/auth/refresh", body: `{"refresh_token":"` + tokens.RefreshToken + `"}`})) // a second time
		made := d.send(httpCall{as: "admin", method: http.MethodPost, path: "/api/v1/users", body: `{"username":"moi","full_name":"Người mới","agency_id":"$(doi-ucsc)"}`})
		require.Equal(t, http.StatusCreated, made.status, made.body)
		var user map[string]any
		require.NoError(t, json.Unmarshal([]byte(made.body), &user))
		secrets = append(secrets, passwordIn(t, user))

		login := func(body string) httpCall {
			return httpCall{method: http.MethodPost, path: "/api/v1/auth/login", body: body, outside: true}
		}
		bearer := func(value string) http.Header { return http.Header{"Authorization": {value}} }
		me := func(h http.Header) httpCall {
			return httpCall{method: http.MethodGet, path: "/api/v1/me", header: h, outside: true}
		}
		basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("desk:"+canary))
		forged := tokens.AccessToken[:len(tokens.AccessToken)-8] + canary
		secrets = append(secrets, forged)
		for _, c := range []httpCall{
			login(`{"username":"officer","password":"` + canary + `"}`),
			login(`{"username":"` + canary + `","password":"officer"}`), // one field too early
			login(`{"username":"officer","password":{"x":"` + canary + `"}}`),
			login(`{"username":"officer","password":["` + canary + `"]}`),
			login(`{"username":"officer","password":"` + canary), // cut off
			login(`{"username":"officer","password":"` + canary + "\x01" + `"}`),
			login(`{"username":"officer","password":"` + canary + `","password":"` + canary + `"}`),
			login(`{"username":"officer","password":"` + strings.Repeat(canary, 1000) + `"}`),
			login(`username=officer&password=` + canary),
			login(`{"username":"officer","password":"x","otp":"` + canary + `"}`),
			login(`{"username":"officer","password":"x","otp":{"x":"` + canary + `"}}`),
			{method: http.MethodPost, path: "/api/v1/auth/refresh", body: `{"refresh_token":"` + canary + `"}`},
			{method: http.MethodPost, path: "/api/v1/auth/refresh", body: `{"refresh_token":` + `["` + canary + `"]}`, outside: true},
			{as: "officer", method: http.MethodPost, path: "/api/v1/auth/password", body: `{"old_password":"` + canary + `","new_password":"` + canary + canary + canary + `"}`},
			{as: "officer", method: http.MethodPost, path: "/api/v1/auth/password", body: `{"old_password":"$(password)","new_password":"` + canary + `"}`},
			me(bearer("Bearer " + canary)), me(bearer("Bearer " + forged)), me(bearer(basic)), me(bearer(canary)), me(bearer("bearer  " + canary + " " + canary)),
			me(http.Header{"X-Api-Key": {canary}}), me(http.Header{"Authorization": {"Bearer " + tokens.AccessToken}, "X-Api-Key": {canary}}),
			me(http.Header{"Cookie": {"session=" + canary}}), me(http.Header{"Proxy-Authorization": {basic}}),
			me(http.Header{"Authorization": {"Bearer " + canary, "Bearer " + canary}}),
			me(http.Header{"Traceparent": {"00-" + canary}, "Tracestate": {"x=" + canary}, "Baggage": {"password=" + canary}, "User-Agent": {canary}, "Referer": {"https://x/?token=" + canary}}),
			me(http.Header{"X-Forwarded-For": {canary}, "Forwarded": {"for=" + canary}, "X-Real-Ip": {canary}, "Accept-Language": {canary}}),
			{as: "officer", method: http.MethodGet, path: "/api/v1/incidents?access_token=" + canary, outside: true},
			{as: "officer", method: http.MethodGet, path: "/api/v1/incidents?cursor=" + canary, outside: true},
			{as: "officer", method: http.MethodGet, path: "/api/v1/incidents?limit=" + canary, outside: true},
			{as: "officer", method: http.MethodGet, path: "/api/v1/incidents?q=" + canary, outside: true},
			{as: "officer", method: http.MethodGet, path: "/healthz?api_key=" + canary, outside: true},
			{method: http.MethodGet, path: "/nowhere?token=" + canary, outside: true},
			{method: "LOGIN", path: "/api/v1/me?token=" + canary, outside: true},
			{as: "officer", method: http.MethodPost, path: "/api/v1/incidents", header: http.Header{"Idempotency-Key": {canary + "é"}}, body: report(), outside: true},
			{as: "officer", method: http.MethodPost, path: "/api/v1/incidents/$(id)/triage", header: http.Header{"If-Match": {canary}}, body: triageBody, file: caseFile{"id": inc.ID}, outside: true},
			{as: "officer", method: http.MethodPatch, path: "/api/v1/incidents/$(id)", header: http.Header{"If-Match": {"*"}, "Content-Type": {canary}}, body: `{}`, file: caseFile{"id": inc.ID}, outside: true},
		} {
			keep(d.send(c))
		}
		// In the path it is told to who sent it, and to nobody else.
		d.send(httpCall{as: "officer", method: http.MethodGet, path: "/api/v1/" + canary, outside: true})
		d.send(httpCall{as: "officer", method: http.MethodGet, path: "/api/v1/incidents/" + canary, outside: true})
		d.send(httpCall{as: "officer", method: http.MethodGet, path: "/problems/" + canary, outside: true})

		// What is away is named, and what would open it is not.
		if broker != nil {
			broker.Stop()
			d.ready("degraded")
			broker.Start()
			d.ready("ok")
		}
		resp, err := http.Get("http://" + cfg.MetricsAddr + "/metrics")
		require.NoError(t, err)
		metrics, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		d.stop()

		found := findings{"log": d.log.String(), "answers": answers.String(), "metrics": string(metrics), "words to the operator": d.out.String()}
		got.mu.Lock()
		for _, s := range got.list {
			found["traces"] += prototext.Format(s) + "\n"
		}
		got.mu.Unlock()
		for where, what := range map[string]string{
			"log": `"msg":"request"`, "answers": "/problems/unauthenticated", "metrics": "ungcuu_http_request_duration", "traces": "login",
		} {
			require.Contains(t, found[where], what, "%s is looked at", where)
		}
		found.search(t, append(secrets, directory.DemoPassword)...)
	})
}

// passwordIn finds the password that is shown once.
func passwordIn(t *testing.T, v map[string]any) string {
	t.Helper()
	for name, value := range v {
		if s, ok := value.(string); ok && strings.Contains(name, "password") {
			return s
		}
		if m, ok := value.(map[string]any); ok {
			for name, value := range m {
				if s, ok := value.(string); ok && strings.Contains(name, "password") {
					return s
				}
			}
		}
	}
	require.FailNow(t, "no password was shown")
	return ""
}

// broken are settings that cannot work, with a secret inside.
var broken = map[string][]secret.Text{
	"database": {
		"postgres://u:" + canary + "@127.0.0.1:1/x", "postgres://u:" + canary + "@h:port/x", "postgres://u:" + canary + "%zz@h/x", "postgres://u:" + canary + " @h/x",
		"host=h password=" + canary, "mysql://u:" + canary + "@h/x", "postgres://u:" + canary + "@h/x?sslmode=nope", "postgres://u:" + canary + "@h/x?sslrootcert=/nowhere",
		"postgres://h/x?password=" + canary + "&sslmode=nope", "postgres://u:" + canary + "@h/x?pool_max_conns=no", "postgres://u:p" + canary + ":x@y@h:99999/x", "postgres:u:" + canary + "@h",
		"://" + canary, "postgres://u:" + canary + "@[::1/x",
	},
	"nats":   {"nats://" + canary + "@127.0.0.1:1", "nats://u:" + canary + "@h:port", "nats://u:" + canary + "%zz@h", "http://u:" + canary + "@h"},
	"smtp":   {"smtp://u:" + canary + "@h:port", "smtp://u:" + canary + "%zz@h", "http://u:" + canary + "@h", "smtp://u:" + canary + "@"},
	"traces": {"http://u:" + canary + "@h:port", "nowhere://u:" + canary + "@h"},
}

func TestNoSecretIsFoundInWhatStopsTheStart(t *testing.T) {
	t.Parallel()
	found := findings{}
	for kind, list := range broken {
		for i, value := range list {
			log := &lockedBuffer{}
			logger := slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			cfg := demo(t)
			try := map[string]func() error{}
			waits := i == 0 // a right one, of a server that is away
			switch kind {
			case "database":
				cfg.DatabaseURL = value
				if !waits {
					try["serve"] = func() error { return app.Run(t.Context(), cfg, logger, log, nil) }
				}
				try["migrate"] = func() error { return app.Migrate(t.Context(), cfg, logger) }
				try["console"] = func() error {
					_, err := app.OpenConsole(t.Context(), cfg, "admin", false, log, logger)
					return err
				}
				try["backup"] = func() error {
					return app.Backup(t.Context(), cfg, filepath.Join(t.TempDir(), "b"), nil, os.Stdout, log, logger)
				}
				try["verify"] = func() error { return app.Verify(t.Context(), cfg, false, log, log, logger) }
			case "nats":
				cfg.NATSURL = value
			case "smtp":
				cfg.SMTPURL = value
			case "traces":
				cfg.OTLPURL = value
			}
			if try["check"] = cfg.Check; waits {
				delete(try, "check")
			}
			for name, f := range try {
				err := f()
				if err == nil && name == "check" {
					continue // it shows later
				}
				where := fmt.Sprintf("%s %d %s", kind, i, name)
				require.Error(t, err, where)
				found[where] = fmt.Sprintf("%v %+v %#v", err, err, err)
			}
			found[fmt.Sprintf("log of %s %d", kind, i)] = log.String()
			found[fmt.Sprintf("settings of %s %d", kind, i)] = fmt.Sprintf("%v %+v %#v", cfg, cfg, cfg)
		}
	}
	found.search(t)
}

func TestTheProgramItselfTellsNoSecretWhenItCannotStart(t *testing.T) {
	lengthy(t)
	found := findings{}
	for kind, variable := range map[string]string{"database": "UNGCUU_DATABASE_URL", "nats": "UNGCUU_NATS_URL", "smtp": "UNGCUU_SMTP_URL", "traces": "UNGCUU_OTLP_URL"} {
		commands := [][]string{{"serve"}, {"serve", "--help"}}
		if kind == "database" {
			commands = append(commands, []string{"migrate"}, []string{"verify"}, []string{"backup", "b"}, []string{"admin", "contact", "stale"})
		}
		for i, value := range broken[kind] {
			if i == 0 {
				continue // a right one, of a server that is away: the desk waits for it
			}
			for _, command := range commands {
				cmd := exec.CommandContext(t.Context(), built.program(t), append(command, "--data", t.TempDir())...)
				cmd.Env, cmd.Dir = []string{variable + "=" + value.Reveal(), "UNGCUU_ADDR=127.0.0.1:1", "HOME=" + t.TempDir()}, t.TempDir()
				out, err := cmd.CombinedOutput()
				if len(command) == 1 {
					require.Error(t, err, "%v %s", command, out)
				}
				found[fmt.Sprintf("%v with %s %d", command, variable, i)] = string(out)
			}
		}
	}
	found.search(t)
	require.Contains(t, found["[serve] with UNGCUU_DATABASE_URL 1"], "UNGCUU_DATABASE_URL")
}
