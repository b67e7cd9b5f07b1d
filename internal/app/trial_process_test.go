package app_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// The trials run the program against what breaks around it: a process that is killed, a
// broker or a database that goes away, many people at once. Each has a short form, and a full
// one with UNGCUU_TRIAL=full, and logs a line of figures.

func full() bool { return os.Getenv("UNGCUU_TRIAL") == "full" }

// times is how often a trial does its worst.
func times(short, long int) int {
	if full() {
		return long
	}
	return short
}

// lengthy marks a trial. Most of it is waiting, so in the short form trials run side by side; in
// the full form one at a time, for the figures.
func lengthy(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a trial takes up to a minute")
	}
	if !full() {
		t.Parallel()
	}
}

// trial runs a trial on each kind of database.
func trial(t *testing.T, run func(t *testing.T, cfg app.Config)) {
	t.Helper()
	lengthy(t)
	for _, db := range []string{store.SQLite, store.Postgres} {
		t.Run(db, func(t *testing.T) {
			if !full() {
				t.Parallel()
			}
			cfg := demo(t)
			if db == store.Postgres {
				cfg.DatabaseURL = storetest.OpenPostgres(t)
			}
			run(t, cfg)
		})
	}
}

func database(cfg app.Config) store.Config {
	return store.Config{DataDir: cfg.Data, DatabaseURL: cfg.DatabaseURL}
}

// await waits for a condition, and is the only way in which a trial waits. It asks more seldom
// the longer it waits: asking takes from what is waited for.
func await(t *testing.T, limit time.Duration, what string, met func() bool) time.Duration {
	t.Helper()
	start := time.Now()
	for !met() {
		waited := time.Since(start)
		if waited > limit {
			require.FailNow(t, "not within "+limit.String()+": "+what)
		}
		<-time.After(min(max(2*time.Millisecond, waited/20), 100*time.Millisecond))
	}
	return time.Since(start)
}

// release is the program built as for a release, once for all trials that need processes.
type release struct {
	once   sync.Once
	dir    string
	path   string
	failed error
}

var built release

func (r *release) program(t *testing.T) string {
	t.Helper()
	r.once.Do(r.build)
	require.NoError(t, r.failed)
	return r.path
}

func (r *release) build() {
	if r.dir, r.failed = os.MkdirTemp("", "ungcuu-trial-"); r.failed != nil {
		return
	}
	r.path = filepath.Join(r.dir, "ungcuu")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", r.path, "../../cmd/ungcuu")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		r.failed = fmt.Errorf("%w\n%s", err, out)
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(built.dir)
	os.Exit(code)
}

// process is a process of the program. It never outlives the test.
type process struct {
	*testing.T
	args []string
	base string // of its API; empty without one
	log  lockedBuffer

	cmd    *exec.Cmd
	done   chan struct{} // closed when it has ended
	ended  error
	killed int
}

// serve prepares a process with these settings, always on the same port; start starts it.
func serve(t *testing.T, cfg app.Config, only ...string) *process {
	t.Helper()
	p := &process{T: t, args: []string{"serve", "--demo", "--data", cfg.Data}}
	if len(only) == 0 || only[0] == "api" {
		addr := fmt.Sprintf("127.0.0.1:%d", bustest.HoldPort(t))
		p.base = "http://" + addr
		p.args = append(p.args, "--addr", addr)
	}
	for name, value := range map[string]string{
		"database-url": cfg.DatabaseURL.Reveal(), "nats-url": cfg.NATSURL.Reveal(), "smtp-url": cfg.SMTPURL.Reveal(),
		"smtp-from": cfg.SMTPFrom, "only": strings.Join(only, ","),
	} {
		if value != "" {
			p.args = append(p.args, "--"+name, value)
		}
	}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s\n%s", strings.Join(p.args, " "), p.tail())
		}
	})
	return p
}

func (p *process) start() {
	p.Helper()
	p.cmd = exec.Command(built.program(p.T), p.args...)
	p.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.done = make(chan struct{})
	started := make(chan error)
	go func(cmd *exec.Cmd, done chan struct{}) {
		// The death signal is bound to the thread that started the process.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.ended = cmd.Wait()
		}
		close(done)
	}(p.cmd, p.done)
	require.NoError(p, <-started)
}

// await is await while the process lives.
func (p *process) await(limit time.Duration, what string, met func() bool) time.Duration {
	p.Helper()
	return await(p.T, limit, what, func() bool {
		select {
		case <-p.done:
			require.FailNow(p, "the process ended by itself", "%v", p.ended)
		default:
		}
		return met()
	})
}

var probe = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// get asks a process how it is; 0 when it does not answer.
func get(base, path string) (int, http.Header, map[string]any) {
	resp, err := probe.Get(base + path)
	if err != nil {
		return 0, nil, nil
	}
	defer func() { _ = resp.Body.Close() }()
	var body map[string]any
	_ = json.NewDecoder(resp.Body).Decode(&body)
	return resp.StatusCode, resp.Header, body
}

func (p *process) awaitReady() time.Duration {
	p.Helper()
	return p.await(60*time.Second, "ready", func() bool {
		status, _, _ := get(p.base, "/readyz")
		return status == http.StatusOK
	})
}

// awaitPort waits until the port is open: the process is up, but may still be preparing.
func (p *process) awaitPort() {
	p.Helper()
	p.await(60*time.Second, "listening", func() bool {
		conn, err := net.DialTimeout("tcp", strings.TrimPrefix(p.base, "http://"), time.Second)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

// kill ends the process as a crash would, and does nothing when there is none.
func (p *process) kill() {
	if p.cmd == nil || p.cmd.Process == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.done
	p.cmd = nil
	p.killed++
}

// stop ends the process in order.
func (p *process) stop() {
	p.Helper()
	require.NoError(p, p.cmd.Process.Signal(syscall.SIGTERM))
	await(p.T, 60*time.Second, "the process stops", func() bool {
		select {
		case <-p.done:
			return true
		default:
			return false
		}
	})
	require.NoError(p, p.ended)
	p.cmd = nil
}

// complaints are the lines of the log that nobody should have to read: errors, except that
// the database is away, and whatever the program did not mean to say.
func complaints(log string) []string {
	var out []string
	for line := range strings.Lines(log) {
		var l struct {
			Level, Msg string
			Status     int
		}
		switch {
		case strings.TrimSpace(line) == "", strings.HasPrefix(line, "Ứng Cứu: http://"):
		case json.Unmarshal([]byte(line), &l) != nil:
			out = append(out, line)
		case l.Level == "ERROR" && (l.Msg != "request" || l.Status != http.StatusServiceUnavailable):
			out = append(out, line)
		}
	}
	return out
}

func (p *process) quiet() {
	p.Helper()
	require.Empty(p, complaints(p.log.String()))
}

// tail is what of the log helps to understand a failure.
func (p *process) tail() string {
	var out []string
	for line := range strings.Lines(p.log.String()) {
		if !strings.Contains(line, `"msg":"request","`) || strings.Contains(line, `"ERROR"`) {
			out = append(out, line)
		}
	}
	return strings.Join(out[max(0, len(out)-100):], "")
}

// counter is a number that many goroutines raise.
type counter struct{ atomic.Int64 }

func (c *counter) up() { c.Add(1) }
