package httpapi

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// How many connections may be open, in all and from one address. A trusted proxy may open
// them all, because it brings everybody.
const (
	maxConnections = 4096
	maxFromOne     = 256
)

type bounds struct{ all, one int }

// doorkeeper closes connections that are too many, before anything is read from them.
type doorkeeper struct {
	bounds
	trusted []netip.Prefix
	log     *slog.Logger

	mu      sync.Mutex
	open    map[net.Conn]netip.Prefix
	from    map[netip.Prefix]int
	refused int
	told    time.Time
}

func newDoorkeeper(b bounds, trusted []netip.Prefix, log *slog.Logger) *doorkeeper {
	return &doorkeeper{bounds: b, trusted: trusted, log: log, open: map[net.Conn]netip.Prefix{}, from: map[netip.Prefix]int{}}
}

// watch implements http.Server.ConnState.
func (d *doorkeeper) watch(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		if !d.enter(conn) {
			_ = conn.Close()
		}
	case http.StateClosed, http.StateHijacked:
		d.leave(conn)
	case http.StateActive, http.StateIdle:
	}
}

func (d *doorkeeper) enter(conn net.Conn) bool {
	at, _ := netip.ParseAddrPort(conn.RemoteAddr().String()) // of TCP; others share one place
	address := at.Addr().Unmap().WithZone("")
	who := household(address)
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.open) >= d.all || d.from[who] >= d.one && !within(d.trusted, address) {
		d.refused++
		if now := time.Now(); now.Sub(d.told) >= time.Minute {
			d.log.Warn("connections refused: too many are open", "refused", d.refused, "open", len(d.open), "address", address.String(), "from_it", d.from[who])
			d.told, d.refused = now, 0
		}
		return false
	}
	d.open[conn] = who
	d.from[who]++
	return true
}

func (d *doorkeeper) leave(conn net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	who, ok := d.open[conn]
	if !ok {
		return
	}
	delete(d.open, conn)
	if d.from[who]--; d.from[who] == 0 {
		delete(d.from, who)
	}
}
