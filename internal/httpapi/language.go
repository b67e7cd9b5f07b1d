package httpapi

import (
	"strconv"
	"strings"
)

// language picks "vi" or "en" from an Accept-Language header (RFC 9110 12.5.4): the higher
// weight wins, then the earlier mention; Vietnamese when the header prefers neither.
func language(header string) string {
	best, bestQ, rest := "vi", 0.0, 0.0
	named := map[string]bool{}
	for _, item := range strings.Split(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(item), ";")
		q, ok := weight(params)
		if !ok {
			continue
		}
		lang, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		switch lang {
		case "*":
			rest = max(rest, q)
		case "vi", "en":
			named[lang] = true
			if q > bestQ {
				best, bestQ = lang, q
			}
		}
	}
	for _, lang := range []string{"vi", "en"} {
		if !named[lang] && rest > bestQ {
			best, bestQ = lang, rest
		}
	}
	return best
}

func weight(params string) (float64, bool) {
	name, value, found := strings.Cut(strings.TrimSpace(params), "=")
	if !found {
		return 1, strings.TrimSpace(params) == ""
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return q, err == nil && strings.EqualFold(strings.TrimSpace(name), "q") && q >= 0 && q <= 1
}
