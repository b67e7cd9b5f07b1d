package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// tracing is what ties an answer, the log and the caller's own log together.
type tracing struct {
	trace   string // 32 hex digits, of the caller's traceparent where it sent one
	request string // the caller's X-Request-Id, or the trace
	user    string // who asked, once known
	agency  string // of the caller
	session authn.Session
}

const tracingKey = "tracing"

func traceOf(c echo.Context) *tracing {
	if t, ok := c.Get(tracingKey).(*tracing); ok {
		return t
	}
	t := &tracing{}
	c.Set(tracingKey, t)
	return t
}

var (
	traceParent = regexp.MustCompile(`^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}`)
	requestID   = regexp.MustCompile(`^[A-Za-z0-9._:/+=-]{1,128}$`)
	noTrace     = strings.Repeat("0", 32)
)

func newTracing(h http.Header) *tracing {
	t := &tracing{request: h.Get("X-Request-Id")}
	if m := traceParent.FindStringSubmatch(h.Get("Traceparent")); m != nil && m[1] != noTrace {
		t.trace = m[1]
	} else {
		b := make([]byte, 16)
		_, _ = rand.Read(b) // never fails: crypto/rand aborts the program instead
		t.trace = hex.EncodeToString(b)
	}
	if !requestID.MatchString(t.request) {
		t.request = t.trace
	}
	return t
}

// named is the route and the method as metrics and traces call them: words of ours, whatever
// the caller sent.
func (s *Server) named(c echo.Context) (name, method string) {
	method = c.Request().Method
	if name = s.names[method+c.Path()]; name != "" {
		return name, method
	}
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return "none", method
	}
	return "none", "other"
}

// connectionKey is where the context of the connection stands, which ends with the client and
// not with patience.
const connectionKey = "connection"

// panicked is a panic as the log may tell it: what was thrown may hold anything, so that only
// the runtime's own words are repeated, and of all else its type.
func panicked(thrown any) error {
	what := fmt.Sprintf("%T", thrown)
	if own, ok := thrown.(runtime.Error); ok {
		what = own.Error()
	}
	return fmt.Errorf("panic: %s\n%s", what, debug.Stack())
}

// around gives every request its ids and every answer its headers, turns a panic into a
// problem, and writes one line of log.
func (s *Server) around(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := s.now()
		t := newTracing(c.Request().Header)
		c.Set(tracingKey, t)
		c.Set(connectionKey, c.Request().Context())
		ctx, cancel := context.WithTimeout(c.Request().Context(), patience)
		defer cancel()
		name, method := s.named(c)
		ctx, span := s.watch.Begin(ctx, c.Request().Header, method+" "+name, "http.request.method", method, "http.route", c.Path())
		defer span.End(nil)
		if id := telemetry.TraceID(ctx); id != "" {
			if t.request == t.trace {
				t.request = id
			}
			t.trace = id
		}
		s.watch.Add(telemetry.HTTPInFlight, 1)
		defer s.watch.Add(telemetry.HTTPInFlight, -1)
		c.SetRequest(c.Request().WithContext(ctx))
		h := c.Response().Header()
		for name, value := range map[string]string{
			"X-Request-Id": t.request, "X-Trace-Id": t.trace,
			"Cache-Control": "private, no-store", "Vary": "Authorization, X-API-Key, Accept-Language",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options":  "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin",
		} {
			h.Set(name, value)
		}
		if c.Request().TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		func() {
			defer func() {
				if p := recover(); p != nil {
					s.fail(c, panicked(p), false)
				}
			}()
			if err := next(c); err != nil {
				s.fail(c, err, false)
			}
		}()
		status, took := c.Response().Status, s.now().Sub(start)
		s.watch.Took(telemetry.HTTPDuration, took, name, method, strconv.Itoa(status/100)+"xx")
		s.watch.Add(telemetry.HTTPBytes, float64(c.Response().Size), name)
		span.Status(status)
		level := slog.LevelInfo
		if status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		s.log.LogAttrs(c.Request().Context(), level, "request",
			slog.String("method", c.Request().Method), slog.String("route", c.Path()),
			slog.Int("status", status), slog.Int64("bytes", c.Response().Size),
			slog.Float64("took_ms", float64(took.Microseconds())/1000), slog.String("trace_id", t.trace), slog.String("request_id", t.request),
			slog.String("user_id", t.user), slog.String("agency_id", t.agency), slog.String("address", c.RealIP()))
		if c.Get(cutOffKey) != nil {
			panic(http.ErrAbortHandler) // net/http ends the connection without a word
		}
		return nil
	}
}
