// Package bustest runs a test on every kind of broker: the embedded one, and a real server
// as a process of its own. The real one is named by UNGCUU_TEST_NATS, the path of a
// nats-server binary; without it those tests are skipped, or fail with UNGCUU_TEST_REQUIRE=1.
package bustest

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/secret"
)

// Variable names the environment variable with the path of a nats-server binary.
const Variable = "UNGCUU_TEST_NATS"

// Kind is one kind of broker; New makes a fresh one, or skips the test.
type Kind struct {
	Name string
	New  func(t *testing.T) bus.Config
}

// Kinds lists every kind of broker.
func Kinds() []Kind {
	return []Kind{
		{"embedded", func(t *testing.T) bus.Config {
			return bus.Config{DataDir: t.TempDir(), Province: "son-la"}
		}},
		{"server", func(t *testing.T) bus.Config {
			s := NewServer(t)
			s.Start()
			return s.Config()
		}},
	}
}

// Each runs f once on each kind of broker.
func Each(t *testing.T, f func(t *testing.T, cfg bus.Config)) {
	t.Helper()
	for _, kind := range Kinds() {
		t.Run(kind.Name, func(t *testing.T) { f(t, kind.New(t)) })
	}
}

// Server is a real broker. It is ended with the test, and by the system when the test's
// process dies first.
type Server struct {
	t    *testing.T
	dir  string
	port int
	more string
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
}

// NewServer prepares a server, not yet started. It skips the test when none is at hand.
func NewServer(t *testing.T) *Server {
	t.Helper()
	if os.Getenv(Variable) == "" {
		const why = Variable + " names no nats-server binary"
		if os.Getenv("UNGCUU_TEST_REQUIRE") == "1" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	s := &Server{t: t, dir: t.TempDir(), port: HoldPort(t)}
	t.Cleanup(s.Kill)
	return s
}

// Config is how a bus reaches the server, started or not.
func (s *Server) Config() bus.Config {
	return bus.Config{URL: secret.Text(fmt.Sprintf("nats://127.0.0.1:%d", s.port)), DataDir: s.t.TempDir(), Province: "son-la"}
}

// With adds to the server's settings, from its next start on.
func (s *Server) With(settings string) { s.more += settings + "\n" }

// Start starts the server, always on the same port and store, and returns when it answers.
func (s *Server) Start() {
	s.t.Helper()
	conf := filepath.Join(s.dir, "nats.conf")
	require.NoError(s.t, os.WriteFile(conf, fmt.Appendf(nil, `
listen: "127.0.0.1:%d"
jetstream { store_dir: %q, sync_interval: always, max_file_store: 4GB, max_memory_store: 32MB }
%s`, s.port, filepath.Join(s.dir, "store"), s.more), 0o600))

	log, err := os.OpenFile(filepath.Join(s.dir, "nats.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(s.t, err)
	defer log.Close()
	s.cmd = exec.Command(os.Getenv(Variable), "-c", conf)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	s.done = make(chan struct{})
	started := make(chan error)
	go func(cmd *exec.Cmd, done chan struct{}) {
		// The death signal is bound to the thread that started the process, so that thread
		// must live as long as the process does.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
		close(done)
	}(s.cmd, s.done)
	require.NoError(s.t, <-started)
	require.Eventually(s.t, s.answers, 60*time.Second, 5*time.Millisecond, "the server does not answer; see its log: %s", s.log())
}

// Stop ends the server in order, as for maintenance.
func (s *Server) Stop() { s.end(syscall.SIGTERM) }

// Kill ends the server at once, as a crash would. Without a running server it does nothing.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

func (s *Server) end(signal syscall.Signal) {
	if s.cmd == nil || s.cmd.Process == nil {
		return
	}
	_ = s.cmd.Process.Signal(signal)
	select {
	case <-s.done:
	case <-time.After(10 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.done
	}
	s.cmd = nil
}

func (s *Server) answers() bool {
	conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", s.port), time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	line, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && strings.HasPrefix(line, "INFO ") && strings.Contains(line, `"jetstream":true`)
}

func (s *Server) log() string {
	raw, _ := os.ReadFile(filepath.Join(s.dir, "nats.log"))
	return string(raw)
}
