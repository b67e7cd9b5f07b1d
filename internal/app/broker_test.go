package app_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/app/apptest"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/secret"
)

// guarded is the broker of deploy/nats with TLS, and with the consumer of the guide beside
// the parts.
type guarded struct {
	*testing.T
	conf, store, cert, key string
	port                   int
	end                    func()
}

func newGuarded(t *testing.T, authority *apptest.Authority) *guarded {
	t.Helper()
	dir := t.TempDir()
	g := &guarded{T: t, conf: filepath.Join(dir, "nats.conf"), store: filepath.Join(dir, "store"), port: bustest.HoldPort(t), end: func() {}}
	g.cert, g.key, _ = authority.Issue(t, dir)
	_, portal, ok := strings.Cut(guide(t, "conf"), "password: $PORTAL_NATS_PASSWORD")
	require.True(t, ok)
	portal, _, ok = strings.Cut(portal, "\n    }\n  ]")
	require.True(t, ok)
	const users = "    users: [\n"
	conf := read(t, "nats", "nats.conf")
	require.Equal(t, 1, strings.Count(conf, users))
	conf = strings.Replace(conf, users, users+"      { user: portal, password: p1"+portal+" }\n", 1)
	require.NoError(t, os.WriteFile(g.conf, []byte(conf), 0o600))
	t.Cleanup(func() { g.end() })
	return g
}

// start starts the broker, with this password of the relay, and ends the one before.
func (g *guarded) start(relay string) {
	g.Helper()
	g.end()
	server := os.Getenv(bustest.Variable)
	if server == "" {
		bustest.NewServer(g.T) // skips, or fails where every server is required
	}
	cmd := exec.Command(server, "-c", g.conf, "-a", "127.0.0.1", "-p", fmt.Sprint(g.port), "-sd", g.store, "--tls", "--tlscert", g.cert, "--tlskey", g.key)
	cmd.Env = []string{"NATS_RELAY_PASSWORD=" + relay, "NATS_NOTIFY_PASSWORD=n1", "NATS_LEDGER_PASSWORD=l1"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(g, cmd.Start())
	g.end = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		g.end = func() {}
	}
	await(g.T, 60*time.Second, "the broker answers", func() bool {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", g.port))
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

func (g *guarded) as(user string) secret.Text {
	return secret.Text(fmt.Sprintf("tls://%s:%s1@127.0.0.1:%d", user, user[:1], g.port))
}

// readiness is what /readyz answers.
func (w *world) readiness() string {
	w.Helper()
	resp, err := http.Get(w.base + "/readyz")
	require.NoError(w, err)
	defer resp.Body.Close()
	require.Equal(w, http.StatusOK, resp.StatusCode)
	raw, err := io.ReadAll(resp.Body)
	require.NoError(w, err)
	return string(raw)
}

func (w *world) ready(status string) {
	w.Helper()
	require.Eventually(w, func() bool { return strings.Contains(w.readiness(), `"status":"`+status+`"`) }, 60*time.Second, 20*time.Millisecond)
}

func TestEachPartOfOneProcessSpeaksToAGuardedBrokerAsItselfAndGoesOnWhenItIsRepaired(t *testing.T) {
	t.Parallel()
	authority, stranger := apptest.NewAuthority(t), apptest.NewAuthority(t)
	g := newGuarded(t, authority)
	g.start("r1")
	trusted := authority.Write(t, filepath.Join(t.TempDir(), "ca.pem"))
	wrong := stranger.Write(t, filepath.Join(t.TempDir(), "ca.pem"))

	cfg := demo(t)
	cfg.NATSRelayURL, cfg.NATSNotifyURL, cfg.NATSLedgerURL = g.as("relay"), g.as("notify"), g.as("ledger")
	cfg.NATSCA = stranger.Write(t, filepath.Join(t.TempDir(), "ca.pem"))
	w := start(t, cfg)
	inc := w.escalated(w.as("officer"))
	w.ready("degraded")
	require.NoDirExists(t, filepath.Join(g.store, "jetstream", "UNGCUU", "streams"), "nothing goes to a broker that nobody vouches for")
	require.Empty(t, w.mail.all())
	authority.Write(t, cfg.NATSCA)
	w.sealed(inc)
	require.Eventually(w, func() bool { return len(w.mail.all()) > 0 }, 60*time.Second, 10*time.Millisecond)
	w.ready("ok")

	g.start("another")
	w.ready("degraded")
	second := w.escalated(w.as("officer"))
	require.Eventually(w, func() bool { return strings.Contains(w.log.String(), "authorization violation") }, 60*time.Second, 10*time.Millisecond)
	raw, err := os.ReadFile(filepath.Join(w.cfg.Data, "ledger", "seals.jsonl"))
	require.True(t, err == nil || errors.Is(err, os.ErrNotExist))
	require.NotContains(t, string(raw), second.ID)
	g.start("r1")
	w.sealed(second)
	w.ready("ok")

	for _, password := range []string{"relay:n1", "relay", "nobody:r1", "relay:"} {
		bustest.RefusesToSpeak(t, fmt.Sprintf("tls://%s@127.0.0.1:%d", password, g.port), trusted)
	}
	bustest.RefusesToSpeak(t, fmt.Sprintf("tls://127.0.0.1:%d", g.port), trusted)
	bustest.RefusesToSpeak(t, g.as("relay").Reveal(), wrong)
	other := map[string]string{"notify": "ledger", "ledger": "notify", "portal": "ledger"}
	for user, another := range other {
		for _, subject := range []string{
			"ungcuu.son-la.incident.closed", "ungcuu.son-la.restricted.incident.closed", "ungcuu.other.x", // events
			"$JS.API.CONSUMER.MSG.NEXT.UNGCUU." + another, "$JS.ACK.UNGCUU." + another + ".1.1.1.1.1", // another's consumer
			"$JS.API.CONSUMER.CREATE.UNGCUU.mine.ungcuu.son-la.restricted.>", "$JS.API.CONSUMER.CREATE.UNGCUU", "$JS.API.CONSUMER.DURABLE.CREATE.UNGCUU." + another,
			"$JS.API.CONSUMER.DELETE.UNGCUU." + another, "$JS.API.STREAM.MSG.GET.UNGCUU", "$JS.API.DIRECT.GET.UNGCUU", "$JS.API.STREAM.UPDATE.UNGCUU",
			"$JS.API.STREAM.DELETE.UNGCUU", "$JS.API.STREAM.PURGE.UNGCUU", "$JS.API.STREAM.CREATE.OTHER", "$SYS.REQ.USER.INFO.x",
		} {
			bustest.Refuses(t, g.as(user).Reveal(), subject, trusted)
		}
		for _, subject := range []string{"ungcuu.>", "ungcuu.son-la.restricted.>", "$JS.API.>", ">"} {
			bustest.RefusesToTell(t, g.as(user).Reveal(), subject, trusted)
		}
	}
	for _, subject := range []string{"$JS.API.STREAM.DELETE.UNGCUU", "$JS.API.STREAM.PURGE.UNGCUU", "$JS.API.STREAM.MSG.DELETE.UNGCUU", "$JS.API.CONSUMER.MSG.NEXT.UNGCUU.ledger"} {
		bustest.Refuses(t, g.as("relay").Reveal(), subject, trusted)
	}
	bustest.RefusesToTell(t, g.as("portal").Reveal(), "_INBOX.>", trusted)
	for _, canary := range []string{":r1@", ":n1@", ":l1@"} {
		require.NotContains(t, w.log.String(), canary)
	}
}
