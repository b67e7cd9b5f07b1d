package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/secret"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

var deployed = filepath.Join("..", "..", "deploy")

func read(t *testing.T, name ...string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(append([]string{deployed}, name...)...))
	require.NoError(t, err)
	return string(raw)
}

// The catalogue itself is compared with what a running desk answers, in allThere.
func TestBoardRulesAndDocumentationSpeakOfMetricsThatExist(t *testing.T) {
	known := map[string]bool{"ungcuu_relay": true}
	for _, m := range telemetry.Catalogue() {
		known[m.Name] = true
		if m.Kind == telemetry.Histogram {
			for _, end := range []string{"_bucket", "_sum", "_count"} {
				known[m.Name+end] = true
			}
		}
	}
	names := regexp.MustCompile(`\bungcuu_[a-z0-9_]+\b`)
	for _, file := range []string{"prometheus/alerts.yml", "prometheus/alerts_test.yml", "prometheus/prometheus.yml", "grafana/ungcuu.json", "README.md"} {
		found := names.FindAllString(read(t, file), -1)
		for _, name := range found {
			require.True(t, known[name], "%s speaks of %s, which no process exports", file, name)
		}
		require.True(t, len(found) > 0 || strings.HasSuffix(file, "prometheus.yml"), "%s speaks of no metric", file)
	}
	board := read(t, "grafana/ungcuu.json")
	require.True(t, json.Valid([]byte(board)))
	for _, m := range telemetry.Catalogue() {
		require.Contains(t, board, m.Name, "the board shows it nowhere")
	}
}

func TestTheTableOfMetricsIsTheCatalogue(t *testing.T) {
	const begin, end = "<!-- metrics: begin -->\n", "<!-- metrics: end -->"
	text := read(t, "README.md")
	head, rest, ok := strings.Cut(text, begin)
	require.True(t, ok)
	_, tail, ok := strings.Cut(rest, end)
	require.True(t, ok)
	var b strings.Builder
	b.WriteString("| metric | kind | labels | from | several processes | meaning |\n|---|---|---|---|---|---|\n")
	for _, m := range telemetry.Catalogue() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", m.Name, m.Kind, strings.Join(m.Labels, ", "), m.From, m.Merge, m.Help)
	}
	want := head + begin + b.String() + end + tail
	if os.Getenv("UNGCUU_WRITE") == "1" {
		require.NoError(t, os.WriteFile(filepath.Join(deployed, "README.md"), []byte(want), 0o600))
		return
	}
	require.Equal(t, want, text, "write it anew: UNGCUU_WRITE=1 go test ./internal/app -run TestTheTableOfMetrics")
}

// parts starts parts of the program beside the world, and ends them with the test.
func (w *world) parts(cfg app.Config) {
	w.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	log := slog.New(slog.NewJSONHandler(w.log, nil))
	go func() { ended <- app.Run(ctx, cfg, log, io.Discard, nil) }()
	w.Cleanup(func() {
		cancel()
		require.NoError(w, <-ended)
	})
}

func TestTheRightsOfThePartsOnTheBrokerAreEnoughAndNoMore(t *testing.T) {
	t.Parallel()
	server := os.Getenv(bustest.Variable)
	if server == "" {
		bustest.NewServer(t) // skips, or fails where every server is required
	}
	port := bustest.HoldPort(t)
	cmd := exec.Command(server, "-c", filepath.Join(deployed, "nats", "nats.conf"), "-a", "127.0.0.1", "-p", fmt.Sprint(port), "-sd", t.TempDir())
	cmd.Env = []string{"NATS_RELAY_PASSWORD=r1", "NATS_NOTIFY_PASSWORD=n1", "NATS_LEDGER_PASSWORD=l1"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	as := func(user string) secret.Text {
		return secret.Text(fmt.Sprintf("nats://%s:%s1@127.0.0.1:%d", user, user[:1], port))
	}
	await(t, 60*time.Second, "the broker answers", func() bool {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})

	cfg := demo(t)
	cfg.Only = []string{"api"}
	w := start(t, cfg)
	for _, part := range []string{"ledger", "notify", "relay"} { // the relay last: the others must wait for it
		c := w.cfg
		c.Only, c.NATSURL = []string{part}, as(part)
		w.parts(c)
	}
	inc := w.escalated(w.as("officer"))
	w.sealed(inc)
	require.Eventually(w, func() bool { return len(w.mail.all()) > 0 }, 60*time.Second, 10*time.Millisecond)

	b, err := bus.Open(t.Context(), bus.Config{URL: as("relay"), Province: "son-la"}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer b.Close()
	require.Eventually(w, func() bool {
		lags, _, err := b.Lags(t.Context())
		if err != nil {
			return false
		}
		for _, l := range lags {
			if l.Pending > 0 || l.Unacknowledged > 0 || l.Floor == 0 || l.LastProgress == nil {
				return false
			}
		}
		return len(lags) == 2
	}, 60*time.Second, 10*time.Millisecond, "both consumers acknowledge everything")

	for _, user := range []string{"notify", "ledger"} {
		for _, subject := range []string{"ungcuu.son-la.incident.closed", "$JS.API.STREAM.DELETE.UNGCUU", "$JS.API.STREAM.PURGE.UNGCUU"} {
			bustest.Refuses(t, as(user).Reveal(), subject)
		}
	}
}
