package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// call is one request.
type call struct {
	method, path, token, body, match string
}

// load runs clients side by side, each sending its next request when the last was answered,
// and returns what they reached after a short warm-up. next makes a worker's request of
// number i over all workers.
func (d *desk) load(ctx context.Context, next func(worker, i int) call) (speed, error) {
	return loop(ctx, d.settings, func(ctx context.Context, worker, i int) (int, error) {
		c := next(worker, i)
		raw, err := d.fetch(ctx, d.base, c)
		return len(raw), err
	})
}

func (d *desk) fetch(ctx context.Context, base string, c call) ([]byte, error) {
	var body io.Reader
	if c.body != "" {
		body = bytes.NewReader([]byte(c.body))
	}
	req, err := http.NewRequestWithContext(ctx, c.method, base+c.path, body)
	if err != nil {
		return nil, err
	}
	if c.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.match != "" {
		req.Header.Set("If-Match", c.match)
	}
	resp, err := d.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("%s %s answered %d: %s", c.method, c.path, resp.StatusCode, raw)
	}
	return raw, err
}

// loop measures work done by clients side by side, at least one piece by each. work says how
// many bytes came back.
func loop(ctx context.Context, s settings, work func(ctx context.Context, worker, i int) (int, error)) (speed, error) {
	var number atomic.Int64
	var first atomic.Pointer[error]
	var mu sync.Mutex
	var took []time.Duration
	var bytes int
	warm := time.Now().Add(s.measure / 5)
	end := warm.Add(s.measure)
	var all sync.WaitGroup
	for worker := range s.clients {
		all.Go(func() {
			var mine []time.Duration
			size := 0
			for {
				begun := time.Now()
				if begun.After(end) && len(mine) > 0 || first.Load() != nil || ctx.Err() != nil {
					break
				}
				n, err := work(ctx, worker, int(number.Add(1))-1)
				if err != nil {
					first.CompareAndSwap(nil, &err)
					break
				}
				if begun.After(warm) {
					mine, size = append(mine, time.Since(begun)), n
				}
			}
			mu.Lock()
			defer mu.Unlock()
			took, bytes = append(took, mine...), max(bytes, size)
		})
	}
	all.Wait()
	lasted := time.Since(warm)
	if err := first.Load(); err != nil {
		return speed{}, *err
	}
	if err := ctx.Err(); err != nil {
		return speed{}, err
	}
	slices.Sort(took)
	ms := func(part float64) float64 {
		return float64(took[int(part*float64(len(took)-1))].Microseconds()) / 1000
	}
	return speed{perSecond: float64(len(took)) / lasted.Seconds(), p50: ms(0.50), p99: ms(0.99), bytes: bytes}, nil
}
