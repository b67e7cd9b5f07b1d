package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
)

// speed is what a closed loop of clients reached.
type speed struct {
	perSecond float64
	p50, p99  float64 // milliseconds
	bytes     int     // of one answer
}

// result is one line of the table.
type result struct {
	dialect string
	cases   int
	name    string
	speed
	hello, http, sql float64 // floors, per second
}

// floor is what HTTP alone and SQL alone would reach one after the other.
func (r result) floor() float64 {
	switch {
	case r.sql == 0:
		return r.http
	case r.http == 0:
		return r.sql
	}
	return 1 / (1/r.http + 1/r.sql)
}

func (r result) ratio() float64 { return r.perSecond / r.floor() }

func table(w io.Writer, s settings, all []result) {
	_, _ = fmt.Fprintf(w, "%d clients, %s for each line, %d processors. Ratio: the product against its floor, "+
		"which is HTTP with the same bytes and plain SQL on the same rows, one after the other.\n\n", s.clients, s.measure, runtime.NumCPU())
	_, _ = fmt.Fprintln(w, "| database | cases | operation | requests/s | p50 ms | p99 ms | hello/s | same bytes/s | plain SQL/s | ratio |")
	_, _ = fmt.Fprintln(w, "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|")
	for _, r := range all {
		_, _ = fmt.Fprintf(w, "| %s | %d | %s | %.0f | %.2f | %.2f | %.0f | %.0f | %.0f | %.2f |\n",
			r.dialect, r.cases, r.name, r.perSecond, r.p50, r.p99, r.hello, r.http, r.sql, r.ratio())
	}
	worst := slices.Clone(all)
	slices.SortStableFunc(worst, func(a, b result) int {
		switch {
		case a.ratio() < b.ratio():
			return -1
		case a.ratio() > b.ratio():
			return 1
		}
		return 0
	})
	var names []string
	for _, r := range worst[:min(3, len(worst))] {
		names = append(names, fmt.Sprintf("%s on %s with %d cases (%.2f)", r.name, r.dialect, r.cases, r.ratio()))
	}
	_, _ = fmt.Fprintf(w, "\nThe worst ratios: %s.\n", strings.Join(names, "; "))
}
