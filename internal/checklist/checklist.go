// Package checklist owns the response checklists of the national types of incident: data,
// read and checked once when the program starts. It is pure.
package checklist

import (
	"bytes"
	_ "embed" // the data
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/incident"
)

//go:embed checklists.json
var file []byte

// Book is every checklist, in the order of incident.CategoriesVN.
type Book []List

// List is the steps for one national type, in the order in which they are taken.
type List struct {
	Type  string // one of incident.CategoriesVN
	Title Text
	Steps []Step
}

// Text is one text in both languages; officers read Vietnamese first.
type Text struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}

// Step is one thing to do.
type Step struct {
	// Key names the step within a case: the same step of two checklists is one task.
	Key   string `json:"key"`
	Text  Text   `json:"text"`
	Hours int    `json:"hours"` // due so many hours after From; 0: no due time
	From  string `json:"from"`  // "start" (the default): when the checklist is applied; "detected": when the incident was
	Basis string `json:"basis"` // the clause that names the step; empty: practice, not law
}

// Due is when the step is due, for a checklist applied at start in a case detected at
// detected; nil when the step has no due time.
func (s Step) Due(start, detected time.Time) *time.Time {
	if s.Hours == 0 {
		return nil
	}
	if s.From == "detected" {
		start = detected
	}
	due := start.Add(time.Duration(s.Hours) * time.Hour)
	return &due
}

// own is the program's own book. A program whose data is wrong does not start.
var own = func() Book {
	b, err := read(file)
	if err != nil {
		panic(err)
	}
	return b
}()

// All is every checklist.
func All() Book { return own }

// Find returns the checklist of a national type.
func Find(typ string) (List, bool) { return own.find(typ) }

func (b Book) find(typ string) (List, bool) {
	i := slices.IndexFunc(b, func(l List) bool { return l.Type == typ })
	if i < 0 {
		return List{}, false
	}
	return b[i], true
}

// document is the form of the data: steps every checklist begins and ends with, unless it is
// plain, and the steps of its own.
type document struct {
	Before     []Step `json:"before"`
	After      []Step `json:"after"`
	Checklists []struct {
		Type  string `json:"type"`
		Title Text   `json:"title"`
		Plain bool   `json:"plain"`
		Steps []Step `json:"steps"`
	} `json:"checklists"`
}

// read reads and checks a book: every national type once and no other, every text in both
// languages, every key once within a checklist and the same step wherever it stands.
func read(raw []byte) (Book, error) {
	var d document
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return nil, fmt.Errorf("checklist: %w", err)
	}
	var b Book
	steps := map[string]Step{}
	for _, c := range d.Checklists {
		l := List{Type: c.Type, Title: c.Title, Steps: c.Steps}
		if !c.Plain {
			l.Steps = slices.Concat(d.Before, c.Steps, d.After)
		}
		if _, twice := b.find(l.Type); twice {
			return nil, fmt.Errorf("checklist: %s stands twice", l.Type)
		}
		if err := l.check(steps); err != nil {
			return nil, fmt.Errorf("checklist: %s: %w", l.Type, err)
		}
		b = append(b, l)
	}
	for _, typ := range incident.CategoriesVN {
		if _, ok := b.find(typ); !ok {
			return nil, fmt.Errorf("checklist: %s has none", typ)
		}
	}
	slices.SortFunc(b, func(x, y List) int {
		return slices.Index(incident.CategoriesVN, x.Type) - slices.Index(incident.CategoriesVN, y.Type)
	})
	return b, nil
}

var keyForm = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)?$|^[a-z_]+$`)

// maxHours bounds a due time to a year: a larger one is a slip of the pen.
const maxHours = 366 * 24

func (l List) check(elsewhere map[string]Step) error {
	if !slices.Contains(incident.CategoriesVN, l.Type) {
		return fmt.Errorf("there is no such national type")
	}
	if l.Title.empty() {
		return fmt.Errorf("the title is empty in one language")
	}
	if len(l.Steps) == 0 {
		return fmt.Errorf("there are no steps")
	}
	here := map[string]bool{}
	for _, s := range l.Steps {
		switch was, known := elsewhere[s.Key]; {
		case !keyForm.MatchString(s.Key):
			return fmt.Errorf("%q is no key", s.Key)
		case here[s.Key]:
			return fmt.Errorf("the key %q stands twice", s.Key)
		case known && was != s:
			return fmt.Errorf("the key %q is another step elsewhere", s.Key)
		case s.Text.empty():
			return fmt.Errorf("the step %q is empty in one language", s.Key)
		case len([]rune(s.Text.VI)) > incident.MaxTitle || len([]rune(s.Text.EN)) > incident.MaxTitle:
			return fmt.Errorf("the step %q is longer than a title of a task", s.Key)
		case s.Hours < 0 || s.Hours > maxHours:
			return fmt.Errorf("the step %q is due after %d hours", s.Key, s.Hours)
		case s.From != "" && s.From != "start" && s.From != "detected":
			return fmt.Errorf("the step %q starts from %q", s.Key, s.From)
		}
		here[s.Key], elsewhere[s.Key] = true, s
	}
	return nil
}

func (t Text) empty() bool { return strings.TrimSpace(t.VI) == "" || strings.TrimSpace(t.EN) == "" }
