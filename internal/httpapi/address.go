package httpapi

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// clientAddress says who sent a request: the address of the connection, and where that is a
// trusted proxy, the last address in X-Forwarded-For that is none. Who is no proxy of ours
// can write into that header whatever they like, and is not believed. Echo's extractor does
// the same, but gives up at an address with a port, which some proxies send.
func clientAddress(trusted []netip.Prefix) echo.IPExtractor {
	return func(r *http.Request) string {
		at, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			return ""
		}
		client := at.Addr().Unmap().WithZone("")
		chain := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
		for chain != "" && within(trusted, client) {
			cut := strings.LastIndexByte(chain, ',')
			before, ok := forwarded(chain[cut+1:])
			if !ok {
				break // the proxy that wrote this is the last one that is known
			}
			client, chain = before, chain[:max(cut, 0)]
		}
		return client.String()
	}
}

// forwarded reads one entry of X-Forwarded-For: an address, in brackets or not, with a port or
// without.
func forwarded(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		var at netip.AddrPort
		at, err = netip.ParseAddrPort(s)
		a = at.Addr()
	}
	return a.Unmap().WithZone(""), err == nil
}

func within(list []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
}

// household is what one client may hold: an address of IPv4, or a /64 of IPv6, of which any
// host may use every address.
func household(a netip.Addr) netip.Prefix {
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // never fails with these numbers of bits
	return p
}
