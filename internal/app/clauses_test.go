package app_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/httpapi"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

// wantedClauses are the khoản and điểm of QĐ 3063/QĐ-UBND Sơn La Điều 3 and 6, QĐ 48/2024/QĐ-UBND
// Bắc Giang Điều 4 and 7 (khoản 2 has no điểm đ), QĐ 1293/2017/QĐ-UBND Thanh Hóa Điều 7, Điều 9
// khoản 2 and Điều 12, văn bản 1612/UBND-VXNV Ninh Thuận, in the order of the texts.
const wantedClauses = `
SL 3.1 3.2 3.3 3.4 3.5 3.6 3.7
SL 6.1.a 6.1.b 6.1.c 6.1.d 6.1.đ 6.1.e 6.1.g 6.2.a 6.2.b 6.2.c 6.2.d 6.3.a 6.3.b 6.3.c 6.3.d
BG 4.1 4.2 4.3 4.4
BG 7.1.a 7.1.b 7.1.c 7.1.d 7.1.đ 7.1.e 7.2.a 7.2.b 7.2.c 7.2.d 7.2.e 7.2.g 7.3.a 7.3.b 7.3.c
TH 7.1.a 7.1.b 7.2.a 7.2.b 7.2.c 7.3
TH 9.2.a 9.2.b 9.2.c 9.2.d 9.2.đ 9.2.e
TH 12.1.a 12.1.b 12.1.c 12.2.a 12.2.b
NT 1 2 3`

func TestEveryClauseNamesARuleOrARouteThatExists(t *testing.T) {
	var want []string
	for line := range strings.Lines(strings.TrimSpace(wantedClauses)) {
		words := strings.Fields(line)
		for _, c := range words[1:] {
			want = append(want, words[0]+" "+c)
		}
	}
	rules := map[string]bool{}
	for _, p := range regulation.Provinces() {
		for _, day := range lawDays {
			for _, r := range p.Rules.Book().Rules(p.Slug, day) {
				rules[r.ID] = true
			}
		}
	}
	routes := map[string]bool{}
	for _, r := range httpapi.Routes() {
		routes[r.Method+" "+r.Path] = true
	}
	clauses, deadlines := regulation.Clauses()
	named := map[string]bool{}
	check := func(what string, a regulation.Answer) {
		require.NotEmpty(t, a.What.VI, what)
		require.NotEmpty(t, a.What.EN, what)
		require.Equal(t, a.NotSoftware.VI == "", a.NotSoftware.EN == "", what)
		require.True(t, len(a.Rules)+len(a.Endpoints) > 0 || a.NotSoftware.VI != "", "nothing answers %s", what)
		for _, r := range a.Rules {
			require.True(t, rules[r], "%s names the rule %s, which is not in the book", what, r)
			named[r] = true
		}
		for _, e := range a.Endpoints {
			require.True(t, routes[e], "%s names %s, which is no route", what, e)
		}
	}
	var got []string
	for _, c := range clauses {
		id := c.Province + " " + c.Clause
		got = append(got, id)
		require.NotEmpty(t, c.Who.VI, id)
		require.NotEmpty(t, c.Who.EN, id)
		check(id, c.Answer)
	}
	require.Equal(t, want, got, "every clause once, in the order of the texts")
	named = map[string]bool{}
	for _, d := range deadlines {
		require.NotEmpty(t, d.Basis)
		require.NotEmpty(t, d.Limit.VI, d.Basis)
		require.NotEmpty(t, d.Limit.EN, d.Basis)
		check(d.What.VI, d.Answer)
	}
	for r := range rules {
		require.True(t, named[r], "no deadline names the rule %s", r)
	}
}

// lawDays are days between all changes of law, so that every rule is in force on one of them.
var lawDays = []string{"2017-04-01", "2018-01-01", "2019-06-01", "2021-01-01", "2023-01-01", "2025-02-01", "2025-06-01", "2026-02-01", "2026-04-01", "2026-07-15", "2026-11-22"}
