package httpapi

import (
	"context"
	"fmt"
	"strings"

	"github.com/throttled/throttled/v2"
	"github.com/throttled/throttled/v2/store/memstore"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// limiter bounds login attempts, by account and by address (GCRA). It remembers a bounded
// number of keys and is per process.
type limiter struct {
	byName, byAddress *throttled.GCRARateLimiterCtx
}

const rememberedKeys = 65536

func newLimiter() (*limiter, error) {
	st, err := memstore.NewCtx(rememberedKeys)
	if err != nil {
		return nil, fmt.Errorf("httpapi: limits: %w", err)
	}
	l := &limiter{}
	l.byName, err = throttled.NewGCRARateLimiterCtx(st, throttled.RateQuota{MaxRate: throttled.PerMin(10), MaxBurst: 9})
	if err != nil {
		return nil, fmt.Errorf("httpapi: limits: %w", err)
	}
	l.byAddress, err = throttled.NewGCRARateLimiterCtx(st, throttled.RateQuota{MaxRate: throttled.PerMin(60), MaxBurst: 59})
	if err != nil {
		return nil, fmt.Errorf("httpapi: limits: %w", err)
	}
	return l, nil
}

// attempt is nil while the account and the address may still try.
func (l *limiter) attempt(ctx context.Context, name, address string) error {
	if l == nil {
		return nil
	}
	for _, by := range []struct {
		limit *throttled.GCRARateLimiterCtx
		key   string
	}{{l.byAddress, "address " + address}, {l.byName, "name " + strings.ToLower(strings.TrimSpace(name))}} {
		over, r, err := by.limit.RateLimitCtx(ctx, by.key, 1)
		if err != nil {
			return fmt.Errorf("httpapi: limits: %w", err)
		}
		if over {
			f := fault.New(fault.TooMany, "Quá nhiều lần đăng nhập. Hãy thử lại sau.", "Too many attempts to log in. Try again later.")
			f.RetryAfter = r.RetryAfter
			return f
		}
	}
	return nil
}
