package bus

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// embedded is the broker inside the process.
type embedded struct {
	server  *server.Server
	dataDir string
	lock    *os.File
	once    sync.Once
}

// The embedded broker's bounds: nothing is kept in memory, and the stream's own limit (1 GiB)
// is reached before the store's.
const (
	maxMemory = 32 << 20
	maxStore  = 4 << 30
)

func startEmbedded(dataDir string, log *slog.Logger) (*embedded, error) {
	dir := filepath.Join(dataDir, "jetstream")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("bus: store of the broker: %w", err)
	}
	lock, err := lockStore(filepath.Join(dataDir, "jetstream.lock"))
	if err != nil {
		return nil, err
	}
	e := &embedded{dataDir: dataDir, lock: lock}
	out := &brokerLog{log: log}
	e.server, err = server.NewServer(&server.Options{
		ServerName:             "ungcuu",
		DontListen:             true,
		NoSigs:                 true,
		JetStream:              true,
		StoreDir:               dataDir, // the server appends "jetstream"
		SyncAlways:             true,
		JetStreamMaxMemory:     maxMemory,
		JetStreamMaxStore:      maxStore,
		DisableJetStreamBanner: true,
	})
	if err != nil {
		e.stop()
		return nil, fmt.Errorf("bus: embedded broker: %w", err)
	}
	e.server.SetLoggerV2(out, false, false, false)
	e.server.Start()
	if !e.server.ReadyForConnections(10*time.Second) || !e.server.JetStreamEnabled() {
		e.stop()
		return nil, fmt.Errorf("bus: embedded broker did not start: %s", out.last())
	}
	return e, nil
}

// lockStore keeps a second process from opening the same store, which would destroy it.
func lockStore(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("bus: store of the broker: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fault.New(fault.Conflict,
				"Thư mục dữ liệu đang được một tiến trình khác dùng; chạy nhiều tiến trình thì phải khai báo một máy chủ NATS chung.",
				"Another process runs the embedded broker on "+path+"; several processes need a NATS server of their own.")
		}
		return nil, fmt.Errorf("bus: lock the store of the broker: %w", err)
	}
	return f, nil
}

// revive starts the store again after the server has shut it down, as it does when the disk
// is full.
func (e *embedded) revive() error {
	if e.server.JetStreamEnabled() {
		return nil
	}
	return e.server.EnableJetStream(&server.JetStreamConfig{
		StoreDir: e.dataDir, SyncAlways: true, MaxMemory: maxMemory, MaxStore: maxStore,
		Strict: true, CompressOK: true,
	})
}

func (e *embedded) stop() {
	e.once.Do(func() {
		if e.server != nil {
			e.server.Shutdown()
			e.server.WaitForShutdown()
		}
		_ = e.lock.Close() // and so unlocked
	})
}

// brokerLog passes the server's words to the log: notices are details, the rest is not.
type brokerLog struct {
	log *slog.Logger
	mu  sync.Mutex
	bad string
}

func (l *brokerLog) Noticef(f string, v ...any) { l.log.Debug("broker: " + fmt.Sprintf(f, v...)) }
func (l *brokerLog) Debugf(f string, v ...any)  { l.log.Debug("broker: " + fmt.Sprintf(f, v...)) }
func (l *brokerLog) Tracef(f string, v ...any)  { l.log.Debug("broker: " + fmt.Sprintf(f, v...)) }
func (l *brokerLog) Warnf(f string, v ...any)   { l.log.Warn("broker: " + fmt.Sprintf(f, v...)) }

func (l *brokerLog) Errorf(f string, v ...any) { l.keep(fmt.Sprintf(f, v...)) }
func (l *brokerLog) Fatalf(f string, v ...any) { l.keep(fmt.Sprintf(f, v...)) }

func (l *brokerLog) keep(s string) {
	l.mu.Lock()
	l.bad = s
	l.mu.Unlock()
	l.log.Error("broker: " + s)
}

func (l *brokerLog) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.TrimSpace(l.bad)
}
