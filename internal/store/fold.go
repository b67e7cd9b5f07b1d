package store

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const longestWord = 64 // runes; both databases limit the size of an index entry

// Fold returns the words of s as they are compared in a search: without case and diacritics,
// đ as d, split at what is neither a letter nor a digit.
func Fold(s string) []string {
	var words []string
	var word strings.Builder
	length := 0
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
			length = 0
		}
	}
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.M, r):
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
			continue
		case r == 'đ', r == 'Đ':
			r = 'd'
		default:
			r = unicode.ToLower(r)
		}
		if length < longestWord {
			word.WriteRune(r)
			length++
		}
	}
	end()
	return words
}
