package authn

import (
	"context"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// How much hashing there may be at once: 19 MiB and a core for each that runs, and a line that
// is served within patience.
const (
	hashesRunning = 2
	hashesWaiting = 64
	hashPatience  = 5 * time.Second
)

// gate bounds the hashing that runs and the line before it. Who does not fit into the line, or
// waits too long in it, is told to come again.
type gate struct{ running, present chan struct{} }

func newGate(running, waiting int) gate {
	return gate{make(chan struct{}, running), make(chan struct{}, running+waiting)}
}

// pass waits for a place; leave gives it back.
func (g gate) pass(ctx context.Context) (leave func(), err error) {
	select {
	case g.present <- struct{}{}:
	default:
		return nil, crowded(nil)
	}
	ctx, cancel := context.WithTimeout(ctx, hashPatience)
	defer cancel()
	select {
	case g.running <- struct{}{}:
		return func() { <-g.running; <-g.present }, nil
	case <-ctx.Done():
		<-g.present
		return nil, crowded(ctx.Err())
	}
}

func crowded(cause error) error {
	f := fault.New(fault.Busy, "Hệ thống đang bận xử lý đăng nhập, hãy thử lại.", "Busy with logins; try again.")
	f.RetryAfter = 2 * time.Second
	return f.Wrap(cause)
}

// Hash returns the Argon2id hash of a password in its encoded form. It waits its turn;
// fault.Busy when there are too many before it.
func (s *Service) Hash(ctx context.Context, password string) (string, error) {
	leave, err := s.gate.pass(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return HashPassword(password)
}

// compare reports whether the hash is that of the password. It waits its turn like Hash.
func (s *Service) compare(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > maxPassword {
		password = ""
	}
	leave, err := s.gate.pass(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	return argon2id.ComparePasswordAndHash(password, hash)
}
