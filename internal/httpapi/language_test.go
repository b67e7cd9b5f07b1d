package httpapi

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheLanguageIsTheOneTheCallerPrefersAndVietnameseOtherwise(t *testing.T) {
	for header, want := range map[string]string{
		"":                        "vi",
		"en":                      "en",
		"EN-us":                   "en",
		"vi-VN, en;q=0.8":         "vi",
		"en, vi":                  "en",
		"vi, en":                  "vi",
		"vi;q=0.4, en;q=0.9":      "en",
		"fr, en;q=0.1":            "en",
		"fr":                      "vi",
		"*":                       "vi",
		"en;q=0.2, *;q=0.5":       "vi",
		"vi;q=0, *":               "en",
		"en;q=0":                  "vi",
		"en;q=abc":                "vi",
		"en;q=2, vi;q=0.1":        "vi",
		" en ; q = 0.7 , vi;q=.5": "en",
	} {
		assert.Equal(t, want, language(header), header)
	}
}
