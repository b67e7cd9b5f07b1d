package authn

import "context"

// PassUses is one round of KeepUses.
func (s *Service) PassUses(ctx context.Context) error { return s.keepUses(ctx) }

// OpenUses is how many uses the next round writes.
func (s *Service) OpenUses() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.apiKeyUses {
		if !u.kept {
			n++
		}
	}
	return n
}
