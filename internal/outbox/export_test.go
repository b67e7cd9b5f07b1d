package outbox

import "time"

// Within bounds a pass more tightly than in life.
func (r *Relay) Within(d time.Duration) *Relay {
	r.round = d
	return r
}
