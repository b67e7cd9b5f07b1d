package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Health asks a process with these settings, on this machine, how it is: /readyz of one that
// runs the API, and /metrics of one that does not. It is nil when the process can work.
func Health(ctx context.Context, c Config) error {
	scheme, addr, path := c.scheme(), c.Addr, "/readyz"
	if !c.runs("api") {
		if scheme, addr, path = "http", c.MetricsAddr, "/metrics"; addr == "" {
			return errors.New("health: a process without the API can be asked only with UNGCUU_METRICS_ADDR")
		}
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+net.JoinHostPort(host, port)+path, nil)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	// The certificate is not looked at: it names the host that clients know, and the question is
	// whether the process works.
	here := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}} //nolint:gosec // this very machine, and nothing is sent
	resp, err := here.Do(req)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, 1024))
		return fmt.Errorf("health: %s answers %s %s", path, resp.Status, body)
	}
	return nil
}
