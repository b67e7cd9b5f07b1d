package httpapi

import (
	"context"
	"fmt"
	"net/netip"
	"sync"

	"github.com/labstack/echo/v4"
	"github.com/throttled/throttled/v2"
	"github.com/throttled/throttled/v2/store/memstore"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// What may be asked: so much at once, and then so much a second (GCRA, per process). An
// address has room for the officers of a whole province behind one.
var (
	callerQuota  = throttled.RateQuota{MaxRate: throttled.PerSec(20), MaxBurst: 399}
	addressQuota = throttled.RateQuota{MaxRate: throttled.PerSec(200), MaxBurst: 1999}
)

// rates bounds how much one caller, and one address, may ask. Each side remembers a bounded
// number of keys, so that many addresses push no caller out.
type rates struct {
	mu                 sync.Mutex // throttled gives up when too many ask for one key at once
	callers, addresses *throttled.GCRARateLimiterCtx
}

func newRates(caller, address throttled.RateQuota) (*rates, error) {
	r := &rates{}
	for _, side := range []struct {
		into  **throttled.GCRARateLimiterCtx
		quota throttled.RateQuota
	}{{&r.callers, caller}, {&r.addresses, address}} {
		st, err := memstore.NewCtx(rememberedKeys)
		if err == nil {
			*side.into, err = throttled.NewGCRARateLimiterCtx(st, side.quota)
		}
		if err != nil {
			return nil, fmt.Errorf("httpapi: limits: %w", err)
		}
	}
	return r, nil
}

// take counts one request, and is nil while the caller and the address may go on. Requests of
// callers, of strangers and of who asks how the process is are counted apart: none of them
// uses up what the others need.
func (r *rates) take(c echo.Context, route Route, caller string) error {
	if r == nil {
		return nil
	}
	ctx, kind := c.Request().Context(), "stranger"
	switch {
	case caller != "":
		kind = "caller"
		if err := r.ask(ctx, r.callers, caller); err != nil {
			return err
		}
	case route.Name == "health" || route.Name == "readiness":
		kind = "probe"
	}
	address, _ := netip.ParseAddr(c.RealIP()) // without one, all share what is left
	return r.ask(ctx, r.addresses, kind+" "+household(address).String())
}

func (r *rates) ask(ctx context.Context, limit *throttled.GCRARateLimiterCtx, key string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	over, result, err := limit.RateLimitCtx(ctx, key, 1)
	if err != nil {
		return fmt.Errorf("httpapi: limits: %w", err)
	}
	if over {
		f := fault.New(fault.TooMany, "Quá nhiều yêu cầu trong thời gian ngắn. Hãy thử lại sau.", "Too many requests in a short time. Try again later.")
		f.RetryAfter = result.RetryAfter
		return f
	}
	return nil
}
