package regulation

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
)

var versionForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// IsVersion reports whether s has the form of a version of a book.
func IsVersion(s string) bool { return versionForm.MatchString(s) }

// VersionOf is the version of the book that these texts make, in this order: a SHA-256 over them,
// in hexadecimal. Nobody's file names enter into it, nor how lines end.
func VersionOf(list []Source) string {
	hash := sha256.New()
	for _, s := range list {
		text := bytes.ReplaceAll(s.Text, []byte("\r\n"), []byte("\n"))
		_, _ = fmt.Fprintf(hash, "%d\n%s\n", len(text), text)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// kept is a source as WriteSources writes it.
type kept struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// WriteSources is what a book was made of as one text: a JSON array of {name, text}.
func WriteSources(list []Source) (string, error) {
	files := make([]kept, len(list))
	for i, s := range list {
		files[i] = kept{s.Name, string(s.Text)}
	}
	text, err := json.Marshal(files)
	if err != nil {
		return "", fmt.Errorf("regulation: sources: %w", err)
	}
	return string(text), nil
}

// ReadSources reads what WriteSources wrote.
func ReadSources(text string) ([]Source, error) {
	var files []kept
	if err := json.Unmarshal([]byte(text), &files); err != nil {
		return nil, fmt.Errorf("regulation: sources: %w", err)
	}
	list := make([]Source, len(files))
	for i, f := range files {
		list[i] = Source{Name: f.Name, Text: []byte(f.Text)}
	}
	return list, nil
}

// Changes says what differs between two books, by what they were made of: the ids of the rules
// that came, went or are not what they were, or are switched off otherwise; and the names of the
// files whose text differs. What cannot be read counts with its file alone.
func Changes(from, to []Source) (rules, files []string) {
	before, after := contents(from), contents(to)
	rules, files = differ(before.rules, after.rules), differ(before.files, after.files)
	return rules, files
}

type content struct{ rules, files map[string][]any }

// contents is all that a book says, by the id of the rule and by the name of the file.
func contents(list []Source) content {
	c := content{map[string][]any{}, map[string][]any{}}
	for _, s := range list {
		c.files[s.Name] = append(c.files[s.Name], string(s.Text))
		pack, _ := read(s)
		for _, r := range pack.Rules {
			c.rules[r.ID] = append(c.rules[r.ID], r)
		}
		for _, o := range pack.Off {
			c.rules[o.Rule] = append(c.rules[o.Rule], o)
		}
	}
	return c
}

func differ(before, after map[string][]any) []string {
	out := []string{}
	for name, was := range before {
		if !reflect.DeepEqual(was, after[name]) {
			out = append(out, name)
		}
	}
	for name := range after {
		if _, there := before[name]; !there {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
