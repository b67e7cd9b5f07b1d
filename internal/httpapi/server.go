// Package httpapi owns the HTTP contract: routes, what a request may look like, and how
// answers and failures are written. Echo is known here and nowhere else.
package httpapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ungcuu/ungcuu/internal/accesslog"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/rulebook"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// Config is what the server works with.
type Config struct {
	Cases       *casework.Service
	Imports     *casework.Imports
	Directory   *directory.Service
	Auth        *authn.Service
	Journal     *accesslog.Log // nil: nobody notes who read what
	Store       *store.Store
	Log         *slog.Logger
	Observer    *telemetry.Observer         // nil: nobody counts
	Now         func() time.Time            // time.Now when nil
	Ready       func(context.Context) error // whether the database is reachable, migrated and filled
	BrokerReady func() error                // nil: no broker is asked for
	Started     func() bool                 // whether callers may come in; nil: yes
	Rules       *rulebook.Keeper            // the book of rules in force
	Demo        bool                        // no limits of rate
	Version     string

	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	TLS            *tls.Config    // nil: plain HTTP
}

// Server is the HTTP side of the desk. It is an http.Handler.
type Server struct {
	cases     *casework.Service
	imports   *casework.Imports
	directory *directory.Service
	auth      *authn.Service
	journal   *accesslog.Log
	store     *store.Store
	log       *slog.Logger
	watch     *telemetry.Observer
	names     map[string]string // of the routes, by method and Echo's path
	now       func() time.Time
	ready     func(context.Context) error
	broker    func() error
	started   func() bool
	rules     *rulebook.Keeper
	version   string
	attempts  *attempts     // nil: no limits
	keyTries  *keyTries     // the same
	silence   time.Duration // how long a client that sends or takes a file may be still
	stopping  chan struct{} // closed when the server is told to stop: downloads end
	echo      *echo.Echo

	rates   *rates // nil: no limits
	trusted []netip.Prefix
	tls     *tls.Config
	times   times
	bounds  bounds
}

// times are how long a connection may take.
type times struct {
	header time.Duration // to say what it wants, and to agree on TLS
	read   time.Duration // to send all of a request
	write  time.Duration // to take all of an answer
	idle   time.Duration // to say the next thing
}

// New makes the server.
func New(c Config) (*Server, error) {
	s := &Server{
		cases: c.Cases, imports: c.Imports, directory: c.Directory, auth: c.Auth, journal: c.Journal, store: c.Store, log: c.Log,
		watch: c.Observer, names: map[string]string{},
		now: c.Now, ready: c.Ready, broker: c.BrokerReady, started: c.Started, rules: c.Rules, version: c.Version, echo: echo.New(), silence: silence, stopping: make(chan struct{}),
		trusted: c.TrustedProxies, tls: c.TLS,
		times:  times{header: 10 * time.Second, read: 30 * time.Second, write: 60 * time.Second, idle: 2 * time.Minute},
		bounds: bounds{all: maxConnections, one: maxFromOne},
	}
	if s.now == nil {
		s.now = time.Now
	}
	if !c.Demo {
		var err error
		if s.attempts, err = newAttempts(c.Auth); err != nil {
			return nil, err
		}
		if s.keyTries, err = newKeyTries(); err != nil {
			return nil, err
		}
		if s.rates, err = newRates(callerQuota, addressQuota); err != nil {
			return nil, err
		}
	}
	s.mount(Routes())
	return s, nil
}

func (s *Server) mount(routes []Route) {
	s.echo.IPExtractor = clientAddress(s.trusted)
	s.echo.HTTPErrorHandler = func(err error, c echo.Context) { s.fail(c, err, false) }
	s.echo.Use(s.around)
	for _, r := range routes {
		serve := func(c echo.Context) error {
			if !r.Auth { // the others are counted once it is known who asks
				if err := s.rates.take(c, r, ""); err != nil {
					s.fail(c, err, false)
					return nil
				}
			}
			r.serve(s, c, r)
			return nil
		}
		s.echo.Add(r.Method, echoPath(r.Path), serve)
		s.names[r.Method+echoPath(r.Path)] = r.Name
		if r.Method == get {
			s.names[http.MethodHead+echoPath(r.Path)] = r.Name
			s.echo.Add(http.MethodHead, echoPath(r.Path), serve)
		}
	}
}

var parameter = regexp.MustCompile(`\{(\w+)\}`)

func echoPath(path string) string { return parameter.ReplaceAllString(path, ":$1") }

// ServeHTTP serves one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// patience is how long one request may work.
const patience = 30 * time.Second

// drain is how long requests may still run after the server was told to stop.
const drain = 10 * time.Second

// Serve answers on the listener until ctx ends, then lets running requests finish.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.times.header,
		ReadTimeout:       s.times.read,
		WriteTimeout:      s.times.write,
		IdleTimeout:       s.times.idle,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	if s.rates != nil {
		srv.ConnState = newDoorkeeper(s.bounds, s.trusted, s.log).watch
	}
	if s.tls != nil {
		ln = tls.NewListener(ln, s.tls)
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	select {
	case err := <-ended:
		return fmt.Errorf("httpapi: %w", err)
	case <-ctx.Done():
		close(s.stopping)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := srv.Shutdown(last)
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	if err != nil {
		return fmt.Errorf("httpapi: stop: %w", err)
	}
	return nil
}
