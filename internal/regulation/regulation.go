// Package regulation owns the legal rules as dated data: which duties the facts of a case
// call for, owed by whom, told to whom, by when, on which clause. It is pure.
package regulation

import (
	"slices"
	"sync/atomic"
	"time"
)

// Zone is the time zone of every civil date in the rules.
var Zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Province is a profile: its codes and the rules in force there.
type Province struct {
	Slug   string // son-la, as in subjects
	Prefix string // SL, as in codes of cases
	Name   string
	Rules  *Shelf
}

// Shelf holds the book in force, which may be replaced while others read it.
type Shelf struct{ book atomic.Pointer[Book] }

// NewShelf puts a book on a shelf.
func NewShelf(b *Book) *Shelf {
	s := &Shelf{}
	s.Put(b)
	return s
}

// Book is the book in force.
func (s *Shelf) Book() *Book { return s.book.Load() }

// Put replaces the book.
func (s *Shelf) Put(b *Book) { s.book.Store(b) }

// Provinces are the profiles that the program carries, with its rules.
func Provinces() []Province {
	b := embedded()
	out := make([]Province, len(b.provinces))
	for i, p := range b.provinces {
		out[i] = Province{Slug: p.Slug, Prefix: p.Prefix, Name: p.Name, Rules: NewShelf(b)}
	}
	return out
}

// Find returns the profile with the slug, with the rules that the program carries.
func Find(slug string) (Province, bool) {
	all := Provinces()
	if i := slices.IndexFunc(all, func(p Province) bool { return p.Slug == slug }); i >= 0 {
		return all[i], true
	}
	return Province{}, false
}
