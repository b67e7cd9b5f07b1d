// Command bench measures the desk over HTTP with real tokens, beside floors measured in the
// same run, and prints a Markdown table with ratios: trust the ratios, not the figures.
//
// The floors are what the same machine does with nothing of ours in the way: a constant
// answer through Echo and the same middleware (GET /healthz), a bare server that sends the
// bytes of the product's own answer, and plain SQL that reads or writes the same rows.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/store"
)

// settings are the flags.
type settings struct {
	sizes    []int
	clients  int
	measure  time.Duration
	postgres string // URL of a server on which databases may be made; empty: SQLite alone
	only     string // part of the name of an operation
	profile  string // folder for CPU profiles of the product, one for each operation
}

func main() {
	switch { // the servers are this program again, each a process of its own
	case len(os.Args) == 3 && os.Args[1] == "-static":
		fail(serveStatic(os.Args[2]))
	case len(os.Args) == 4 && os.Args[1] == "-desk":
		fail(serveDesk(os.Args[2], os.Args[3]))
	}
	var s settings
	sizes := flag.String("sizes", "1000,10000,100000", "how many cases there are, one table of each")
	flag.IntVar(&s.clients, "clients", 8, "requests under way at once")
	flag.DurationVar(&s.measure, "time", 3*time.Second, "how long each operation is measured")
	flag.StringVar(&s.only, "only", "", "only operations whose name holds this")
	flag.StringVar(&s.profile, "profile", "", "folder for CPU profiles")
	flag.Parse()
	s.postgres = os.Getenv("UNGCUU_TEST_POSTGRES")
	for _, text := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 100 {
			fail(fmt.Errorf("-sizes: %q is no number of at least 100", text))
		}
		s.sizes = append(s.sizes, n)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, s); err != nil {
		fail(err)
	}
}

// fail ends the program; without an error, well.
func fail(err error) {
	if err == nil {
		os.Exit(0)
	}
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

func run(ctx context.Context, s settings) error {
	work, err := os.MkdirTemp("", "ungcuu-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	dialects := []string{store.SQLite}
	if s.postgres != "" {
		dialects = append(dialects, store.Postgres)
	} else {
		fmt.Fprintln(os.Stderr, "PostgreSQL is not measured: UNGCUU_TEST_POSTGRES names no server.")
	}
	var all []result
	for _, dialect := range dialects {
		for _, n := range s.sizes {
			list, err := measure(ctx, s, work, dialect, n)
			if err != nil {
				return fmt.Errorf("%s, %d cases: %w", dialect, n, err)
			}
			all = append(all, list...)
		}
	}
	table(os.Stdout, s, all)
	return nil
}

// measure fills one desk and measures every operation on it.
func measure(ctx context.Context, s settings, work, dialect string, n int) (out []result, err error) {
	d, err := openDesk(ctx, s, work, dialect, n)
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := d.close(); err == nil {
			err = e
		}
	}()
	hello, err := d.load(ctx, func(_, _ int) call { return call{method: "GET", path: "/healthz"} })
	if err != nil {
		return nil, err
	}
	for _, o := range operations {
		if !strings.Contains(o.name, s.only) {
			continue
		}
		r := result{dialect: dialect, cases: n, name: o.name, hello: hello.perSecond}
		if err := d.one(ctx, o, &r); err != nil {
			return nil, fmt.Errorf("%s: %w", o.name, err)
		}
		fmt.Fprintf(os.Stderr, "%-9s %7d  %-24s %8.0f/s  p50 %6.2f ms  p99 %7.2f ms  floor %8.0f/s  ratio %.2f\n",
			dialect, n, o.name, r.perSecond, r.p50, r.p99, r.floor(), r.ratio())
		out = append(out, r)
	}
	return out, nil
}
