package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/throttled/throttled/v2"
	"github.com/throttled/throttled/v2/store/memstore"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/fault"
)

// attempts bounds how often passwords are tried (GCRA), and how many tries of one address run at
// once. No limit is of an account alone: whoever has logged in from an address before is not
// shut out there by what others try elsewhere. It remembers a bounded number of keys of a fixed
// size, and is per process.
type attempts struct {
	byAddress  *throttled.GCRARateLimiterCtx
	byBoth     *throttled.GCRARateLimiterCtx // an account from one address
	byStranger *throttled.GCRARateLimiterCtx // an account from wherever it has not logged in before
	familiar   func(ctx context.Context, username, address string) (bool, error)

	mu      sync.Mutex
	running map[string]int // by address; no longer than the requests that run
}

const (
	rememberedKeys = 32768
	triesAtOnce    = 8 // of one address
)

func newAttempts(auth *authn.Service) (*attempts, error) {
	a := &attempts{familiar: auth.Familiar, running: map[string]int{}}
	for _, x := range []struct {
		into  **throttled.GCRARateLimiterCtx
		quota throttled.RateQuota
	}{
		{&a.byAddress, throttled.RateQuota{MaxRate: throttled.PerMin(60), MaxBurst: 59}},
		{&a.byBoth, throttled.RateQuota{MaxRate: throttled.PerMin(10), MaxBurst: 9}},
		{&a.byStranger, throttled.RateQuota{MaxRate: throttled.PerHour(60), MaxBurst: 29}},
	} {
		st, err := memstore.NewCtx(rememberedKeys)
		if err != nil {
			return nil, fmt.Errorf("httpapi: limits: %w", err)
		}
		if *x.into, err = throttled.NewGCRARateLimiterCtx(st, x.quota); err != nil {
			return nil, fmt.Errorf("httpapi: limits: %w", err)
		}
	}
	return a, nil
}

// begin is nil while the account and the address may still try; end says that the try is over.
// address is a network as networkOf gives it.
func (a *attempts) begin(ctx context.Context, username, address string) (end func(), err error) {
	if a == nil {
		return func() {}, nil
	}
	name := fixed(authn.Account(username))
	for _, x := range []struct {
		limit *throttled.GCRARateLimiterCtx
		key   string
	}{{a.byAddress, address}, {a.byBoth, name + " " + address}, {a.byStranger, name}} {
		over, r, err := x.limit.RateLimitCtx(ctx, x.key, 1)
		if err != nil {
			return nil, fmt.Errorf("httpapi: limits: %w", err)
		}
		if over && x.limit == a.byStranger {
			known, err := a.familiar(ctx, username, address)
			if err != nil {
				return nil, err
			}
			over = !known
		}
		if over {
			return nil, tooManyTries(r.RetryAfter)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.running[address] >= triesAtOnce {
		return nil, tooManyTries(time.Second)
	}
	a.running[address]++
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.running[address]--; a.running[address] == 0 {
			delete(a.running, address)
		}
	}, nil
}

func tooManyTries(wait time.Duration) error {
	f := fault.New(fault.TooMany, "Quá nhiều lần đăng nhập. Hãy thử lại sau.", "Too many attempts to log in. Try again later.")
	f.RetryAfter = wait
	return f
}

// fixed is a text of any length as a key.
func fixed(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// networkOf is what counts as one address: an address of IPv4, or the /64 of one of IPv6, all of
// which one subscriber holds.
func networkOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return fixed(address)
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}
