package app_test

import (
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/directory"
)

// How fast the desk is there, and what it takes. It promises no figure; it prints them.
func TestTrialStart(t *testing.T) {
	lengthy(t)
	binary, err := os.Stat(built.program(t))
	require.NoError(t, err)
	p := serve(t, demo(t))
	p.start()
	first := p.awaitReady()
	p.stop()
	var again []time.Duration
	for range times(5, 15) {
		p.start()
		again = append(again, p.awaitReady())
		p.stop()
	}
	p.start()
	p.awaitReady()
	rest := p.memory()
	c := client.New(p.base, client.Options{})
	tokens, err := c.Login(t.Context(), api.Login{Username: "officer", Password: directory.DemoPassword})
	require.NoError(t, err)
	officer := c.As(tokens.AccessToken)
	for range 20 {
		_, err := officer.Report(t.Context(), client.Write{}, api.NewIncident{
			Title: "Sự cố", Description: "Không truy cập được.", DetectedAt: time.Now().UTC().Format(time.RFC3339), System: api.System{Name: "Cổng"},
		})
		require.NoError(t, err)
	}
	worked := p.memory()
	p.stop()
	p.quiet()
	slices.Sort(again)
	t.Logf("trial start: first start ready in %s, second in %s (median of %d, %s to %s); memory %d MiB when ready, %d MiB after 20 reports; binary %.1f MiB (%s/%s, stripped)",
		first.Round(time.Millisecond), again[len(again)/2].Round(time.Millisecond), len(again), again[0].Round(time.Millisecond), again[len(again)-1].Round(time.Millisecond),
		rest, worked, float64(binary.Size())/(1<<20), runtime.GOOS, runtime.GOARCH)
}

// memory is what the process holds in RAM, in MiB.
func (p *process) memory() int {
	p.Helper()
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/status")
	require.NoError(p, err)
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			require.NoError(p, err)
			return kib / 1024
		}
	}
	require.FailNow(p, "no VmRSS")
	return 0
}
