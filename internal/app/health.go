package app

import (
	"context"
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
	addr, path := c.Addr, "/readyz"
	if !c.runs("api") {
		if addr, path = c.MetricsAddr, "/metrics"; addr == "" {
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
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+path, nil)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
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
