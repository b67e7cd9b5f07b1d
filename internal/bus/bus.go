// Package bus owns the connection to NATS JetStream: the stream of events, its durable
// consumers, and the broker inside the process when no other is named.
// What it reports as published is on disk: the embedded broker syncs every message, and a
// broker of one's own must say `sync_interval: always` in its jetstream block, because an
// acknowledged outbox row is never sent again.
package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/secret"
)

// Config says which broker to use.
type Config struct {
	URL       secret.Text // nats://, tls://; empty: a broker inside the process, with no open port
	CredsFile string      // NATS credentials (JWT and seed)
	CAFile    string      // PEM of the authority that signed the broker's certificate
	// Guest says that somebody else makes the stream and its consumers: whoever may only read
	// waits for them.
	Guest    bool
	DataDir  string // the embedded broker keeps its store in DataDir/jetstream
	Province string // second token of every subject, e.g. son-la
}

// Bus is one connection to the broker.
type Bus struct {
	cfg      Config
	log      *slog.Logger
	embedded *embedded // nil with a broker of one's own
	nc       *nats.Conn
	js       jetstream.JetStream
	closed   chan struct{} // closed by the client when the connection has ended for good

	prepared atomic.Bool
	mu       sync.Mutex
	failed   error // of the last Prepare
}

var provinceToken = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// ackTimeout is how long a message may take to reach the broker's disk.
const ackTimeout = 10 * time.Second

// askTimeout is how long the broker may take to answer a question; one that may not be asked
// is never answered.
const askTimeout = 5 * time.Second

// Open connects. A broker that is away is no error: the connection is made when the broker
// comes, and Ready tells meanwhile. A setting that can never work is an error.
func Open(ctx context.Context, cfg Config, log *slog.Logger) (*Bus, error) {
	if !provinceToken.MatchString(cfg.Province) {
		return nil, fmt.Errorf("bus: province %q: want lower-case letters, digits and hyphens", cfg.Province)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b := &Bus{cfg: cfg, log: log, closed: make(chan struct{})}
	opts := []nats.Option{
		nats.Name("ungcuu " + cfg.Province),
		nats.ClosedHandler(func(*nats.Conn) { close(b.closed) }),
		// A message is either sent now or refused now: one that waited in a buffer over an
		// outage would arrive out of order.
		nats.ReconnectBufSize(-1),
	}
	if cfg.URL == "" {
		srv, err := startEmbedded(cfg.DataDir, log)
		if err != nil {
			return nil, err
		}
		b.embedded = srv
		opts = append(opts, nats.InProcessServer(srv.server))
	} else {
		more, err := b.remoteOptions()
		if err != nil {
			return nil, err
		}
		opts = append(opts, more...)
	}
	nc, err := nats.Connect(cfg.URL.Reveal(), opts...)
	if err != nil {
		if b.embedded != nil {
			b.embedded.stop()
		}
		return nil, fmt.Errorf("bus: connect to %s: %s", redacted(cfg.URL), cfg.URL.Hide(err.Error()))
	}
	b.nc = nc
	b.js, err = jetstream.New(nc, jetstream.WithPublishAsyncTimeout(ackTimeout), jetstream.WithPublishAsyncMaxPending(4096))
	if err != nil {
		b.Close()
		return nil, fmt.Errorf("bus: %w", err)
	}
	return b, nil
}

func (b *Bus) remoteOptions() ([]nats.Option, error) {
	at := redacted(b.cfg.URL)
	if _, err := b.cfg.URL.URL(); err != nil {
		return nil, fmt.Errorf("bus: %q is not the address of a broker (nats://host:port)", at)
	}
	var said string
	var told time.Time // when said was
	opts := []nats.Option{
		nats.MaxReconnects(-1),
		nats.RetryOnFailedConnect(true),
		nats.IgnoreAuthErrorAbort(), // an account that is repaired later must work without a restart
		nats.ReconnectWait(500 * time.Millisecond),
		nats.Timeout(2 * time.Second),
		nats.PingInterval(10 * time.Second),
		nats.MaxPingsOutstanding(2),
		nats.ConnectHandler(func(*nats.Conn) { b.log.Info("broker reached", "broker", at) }),
		nats.ReconnectHandler(func(*nats.Conn) { b.log.Info("broker reached again", "broker", at) }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				b.log.Warn("broker lost; events wait in the outbox", "broker", at, "error", b.cfg.URL.Hide(err.Error()))
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			// One line, and not one per try; the client calls this from one goroutine.
			if now := time.Now(); err.Error() != said || now.Sub(told) >= time.Minute {
				said, told = err.Error(), now
				b.log.Warn("broker refused", "broker", at, "error", b.cfg.URL.Hide(said))
			}
		}),
	}
	if b.cfg.CredsFile != "" {
		if _, err := os.Stat(b.cfg.CredsFile); err != nil {
			return nil, fmt.Errorf("bus: credentials: %w", err)
		}
		opts = append(opts, nats.UserCredentials(b.cfg.CredsFile))
	}
	if b.cfg.CAFile != "" {
		opts = append(opts, nats.RootCAs(b.cfg.CAFile))
	}
	return opts, nil
}

// Ready is nil while the broker can be used, or fault.Unavailable.
func (b *Bus) Ready() error {
	if err := b.reachable(); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed != nil {
		return away.Wrap(b.failed)
	}
	return nil
}

// there notes that a consumer was found: somebody with the right to make it has done so, and
// it no longer matters that we could not.
func (b *Bus) there() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed != nil && !errors.Is(b.failed, fault.Conflict) {
		b.failed = nil
	}
}

var away = fault.New(fault.Unavailable,
	"Hệ thống chuyển tin (NATS) tạm thời không hoạt động; các sự kiện được giữ lại và sẽ gửi sau.",
	"The broker (NATS) is away; events are kept and sent later.")

// explain makes the error of a broker that was lost meanwhile fault.Unavailable, because it
// is nobody's bug; others stay.
func explain(err error) error {
	if _, known := fault.As(err); known || err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	for _, lost := range []error{
		nats.ErrDisconnected, nats.ErrConnectionClosed, nats.ErrConnectionReconnecting, nats.ErrReconnectBufExceeded,
		nats.ErrTimeout, nats.ErrNoResponders, jetstream.ErrAsyncPublishTimeout, context.DeadlineExceeded,
	} {
		if errors.Is(err, lost) {
			return away.Wrap(err)
		}
	}
	return err
}

func (b *Bus) reachable() error {
	if s := b.nc.Status(); s != nats.CONNECTED {
		cause := fmt.Errorf("connection is %s", s)
		if last := b.nc.LastError(); last != nil {
			cause = fmt.Errorf("%w: %w", cause, last)
		}
		return away.Wrap(cause)
	}
	if b.embedded != nil && !b.embedded.server.JetStreamEnabled() {
		return away.Wrap(fmt.Errorf("the broker has stopped its store; is the disk full?"))
	}
	return nil
}

// Close sends what is still in the pipe, ends the connection and stops the embedded broker.
// It may be called more than once.
func (b *Bus) Close() {
	if b.nc.Status() == nats.CONNECTED && b.nc.Drain() == nil {
		select {
		case <-b.closed:
		case <-time.After(5 * time.Second):
		}
	}
	b.nc.Close()
	if b.embedded != nil {
		b.embedded.stop()
	}
}

// redacted is an address as a log may show it.
func redacted(address secret.Text) string {
	if address == "" {
		return "the broker inside the process"
	}
	u, err := address.URL()
	if err != nil {
		return "(unreadable address)"
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host}
	if _, ok := u.User.Password(); ok { // a user without a password is a token
		shown.User = url.User(u.User.Username())
	}
	return shown.String()
}
