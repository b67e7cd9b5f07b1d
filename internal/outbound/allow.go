package outbound

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
)

// Allow are the targets inside the province's own networks that may be asked, and the only
// ones that may be asked by plain http.
type Allow []target

// target is a name or a range of addresses, with a port.
type target struct {
	name  string // as plainName makes it; "" for a range
	among netip.Prefix
	port  uint16
}

// ParseAllow reads the list, entries of the forms idp.example.gov.vn:8443, 10.1.2.3:443,
// 10.1.0.0/16:443 and [fd00:1::/64]:443. A name may lead to public and to private addresses
// (RFC 1918, 6598, 4193); what else there is must be listed by its address. The error names
// every wrong entry.
func ParseAllow(entries []string) (Allow, error) {
	var allow Allow
	var wrong []error
	for _, e := range entries {
		t, err := parseTarget(e)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%q: %w", e, err))
			continue
		}
		allow = append(allow, t)
	}
	return allow, errors.Join(wrong...)
}

// hostName is a DNS name of at least two labels, the last of which is no number.
var hostName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

func parseTarget(s string) (target, error) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return target{}, errors.New("want host:port, address:port or range:port")
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return target{}, errors.New("the port is no number from 1 to 65535")
	}
	t := target{port: uint16(n)}
	if a, err := netip.ParseAddr(host); err == nil {
		host = netip.PrefixFrom(a, a.BitLen()).String()
	}
	if t.among, err = netip.ParsePrefix(host); err == nil {
		if t.among.Bits() == 0 || t.among.Addr().Is4In6() || t.among != t.among.Masked() {
			return target{}, errors.New("the range is all there is, IPv4 inside IPv6, or has bits behind its end")
		}
		return t, nil
	}
	if t.name = plainName(host); !hostName.MatchString(t.name) || len(t.name) > 253 {
		return target{}, errors.New("neither an address nor the full name of a host")
	}
	return t, nil
}

// names reports whether the host and the port of address stand in the list by name.
func (a Allow) names(address string) bool {
	host, port, err := net.SplitHostPort(address)
	return err == nil && slices.ContainsFunc(a, func(t target) bool {
		return t.name != "" && t.name == plainName(host) && strconv.Itoa(int(t.port)) == port
	})
}

// ranges reports whether the address and the port stand in the list by address.
func (a Allow) ranges(address netip.Addr, port uint16) bool {
	return slices.ContainsFunc(a, func(t target) bool {
		return t.name == "" && t.port == port && t.among.Contains(address)
	})
}
