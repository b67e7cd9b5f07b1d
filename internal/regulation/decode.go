package regulation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// maxSource is how long one file may be, in bytes.
const maxSource = 1 << 20

// Problem is one mistake in a file of rules. Line and Column count from 1, columns in characters. The
// message is in both languages, Vietnamese first, with « / » between them.
type Problem struct {
	File    string
	Line    int
	Column  int
	Message string
}

func (p Problem) Error() string {
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column) + ": " + p.Message
}

// Problems are all mistakes of one load, in the order of the files and of their lines. It is the
// error that Load returns.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// reader turns one file into a Pack and keeps where each value stands. Values are found again by
// their address in the pack, which never moves.
type reader struct {
	file     string
	lines    [][]rune
	at       map[any]*yaml.Node
	problems Problems
}

func (r *reader) add(line, column int, format string, args ...any) {
	t := bilingual(format, args...)
	r.problems = append(r.problems, Problem{File: r.file, Line: max(line, 1), Column: max(column, 1), Message: t.VI + " / " + t.EN})
}

// bad reports a mistake at the first of the places that the file has.
func (r *reader) bad(format string, args []any, places ...any) {
	for _, p := range places {
		if n := r.at[p]; n != nil {
			r.add(n.Line, n.Column, format, args...)
			return
		}
	}
	r.add(1, 1, format, args...)
}

// read reads a file strictly: one document, known keys, each once, no anchors.
func read(src Source) (*Pack, *reader) {
	r := &reader{file: src.Name, at: map[any]*yaml.Node{}}
	pack := &Pack{}
	if len(src.Text) > maxSource {
		r.add(1, 1, "the file is longer than 1 MiB")
		return pack, r
	}
	if !utf8.Valid(src.Text) {
		line := 1 + bytes.Count(src.Text[:invalidAt(src.Text)], []byte("\n"))
		r.add(line, 1, "the file is not UTF-8")
		return pack, r
	}
	for line := range strings.Lines(string(src.Text)) {
		r.lines = append(r.lines, []rune(strings.TrimRight(line, "\r\n")))
	}
	root, err := parse(src.Text)
	if err != nil {
		r.syntax(src.Text, err)
		return pack, r
	}
	if root == nil {
		r.add(1, 1, "the file is empty")
		return pack, r
	}
	r.decode(root, reflect.ValueOf(pack).Elem())
	return pack, r
}

func invalidAt(text []byte) int {
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		if c == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(text)
}

var errSecond = errors.New("a file has one document; a second one begins with ---")

// parse returns the root of the only document, nil when there is none.
func parse(text []byte) (root *yaml.Node, err error) {
	defer func() { // a file of an operator must not stop the desk, whatever the library makes of it
		if x := recover(); x != nil {
			root, err = nil, errors.New("not YAML")
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, second yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := dec.Decode(&second); err == nil {
		return nil, fmt.Errorf("yaml: line %d: %w", second.Line, errSecond)
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(doc.Content) != 1 || doc.Content[0].ShortTag() == "!!null" {
		return nil, nil
	}
	return doc.Content[0], nil
}

// longestSearch bounds the search for the place of a mistake, in bytes of the file.
const longestSearch = 32 << 10

// syntax reports what the YAML library says. The line it names is often that of the beginning of
// what it could not finish, and it names no column; so the place is looked for: it is where the
// file, cut off there, can no longer be read.
func (r *reader) syntax(text []byte, err error) {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	named := 1
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		if number, said, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				named, message = n, said
			}
		}
	}
	if errors.Is(err, errSecond) || len(text) > longestSearch || len(r.lines) == 0 {
		r.add(min(named, max(len(r.lines), 1)), 1, "%s", ofYAML(message))
		return
	}
	upTo := func(line, column int) bool { // whether the file up to there can be read
		var cut strings.Builder
		for _, l := range r.lines[:line] {
			cut.WriteString(string(l) + "\n")
		}
		if line < len(r.lines) {
			cut.WriteString(string(r.lines[line][:column]))
		}
		_, err := parse([]byte(cut.String()))
		return err == nil
	}
	good, bad := 0, len(r.lines)
	for good+1 < bad {
		middle := (good + bad) / 2
		// What spans some lines cannot be read in their middle, but can be after them.
		ok := slices.ContainsFunc([]int{0, 1, 2, 3}, func(i int) bool { return middle+i < bad && upTo(middle+i, 0) })
		if ok {
			good = middle
		} else {
			bad = middle
		}
	}
	line := r.lines[good]
	column := len(line)
	for column > 0 && (column > 200 || !upTo(good, column)) {
		column--
	}
	for column+1 < len(line) && line[column] == ' ' {
		column++
	}
	r.add(good+1, column+1, "%s", ofYAML(message))
}

// decode fills v from n, and reports what does not fit.
func (r *reader) decode(n *yaml.Node, v reflect.Value) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		r.add(n.Line, n.Column, "anchors and aliases are not supported; write it out")
		return
	}
	if v.CanAddr() {
		r.at[v.Addr().Interface()] = n
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return
	}
	if s, ok := v.Addr().Interface().(*Span); ok {
		r.span(n, s)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.decode(n, v.Elem())
	case reflect.Struct:
		r.object(n, v)
	case reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			r.add(n.Line, n.Column, "must be a list")
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
		for i, item := range n.Content {
			r.decode(item, v.Index(i))
		}
	case reflect.String:
		if tag := n.ShortTag(); n.Kind != yaml.ScalarNode || tag != "!!str" && tag != "!!timestamp" && tag != "!!bool" {
			r.add(n.Line, n.Column, "must be a text; put a number in quotes")
			return
		}
		v.SetString(n.Value) // also what is wrong: it is there, and not missing besides
		if c, there := unseen(n.Value); there {
			r.add(n.Line, n.Column, "the text holds the character %U, which nobody sees; remove it", c)
		}
		if count := utf8.RuneCountInString(n.Value); count > maxText {
			r.add(n.Line, n.Column, "the text has %d characters; at most %d", count, maxText)
		}
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || i < 0 || i > 1_000_000 {
			r.add(n.Line, n.Column, "must be a whole number, not below 0")
			return
		}
		v.SetInt(int64(i))
	case reflect.Bool:
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" || n.Value != "true" && n.Value != "false" {
			r.add(n.Line, n.Column, "must be true or false")
			return
		}
		v.SetBool(n.Value == "true")
	default:
		panic("regulation: no file has a " + v.Kind().String())
	}
}

// How long texts may be, in characters: any, and one that stands in lists, mails and refusals.
const (
	maxText  = 4000
	maxShort = 300
)

// unseen is a control character of the text other than a line break or a tab, or one that turns
// the direction of what is read. PostgreSQL keeps no NUL, so that a rule with one would have every
// report refused for which it opens a duty.
func unseen(s string) (rune, bool) {
	for _, c := range s {
		if unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t' || unicode.Is(unicode.Bidi_Control, c) {
			return c, true
		}
	}
	return 0, false
}

func (r *reader) object(n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		r.add(n.Line, n.Column, "must be a mapping of keys to values")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		field, ok := fieldOf(v.Type(), key.Value)
		switch {
		case key.Kind != yaml.ScalarNode || !ok:
			r.add(key.Line, key.Column, "unknown key %q%s; known here: %s", key.Value, nearest(key.Value, keysOf(v.Type())), strings.Join(keysOf(v.Type()), ", "))
		case seen[key.Value]:
			r.add(key.Line, key.Column, "the key %q stands here twice", key.Value)
		default:
			seen[key.Value] = true
			r.decode(value, v.Field(field))
		}
	}
}

func fieldOf(t reflect.Type, key string) (int, bool) {
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("yaml"); tag == key && tag != "" && tag != "-" {
			return i, true
		}
	}
	return 0, false
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("yaml"); tag != "" && tag != "-" {
			keys = append(keys, tag)
		}
	}
	return keys
}

const longestSpan = 3660 * 24 * time.Hour

func (r *reader) span(n *yaml.Node, s *Span) {
	if n.Kind == yaml.ScalarNode {
		if d, ok := parseSpan(n.Value); ok {
			s.Duration = d
			return
		}
	}
	r.add(n.Line, n.Column, "must be a length of time: 90m, 4h or 14d, more than nothing")
}

// parseSpan reads a length of time as rules write it: a whole number with m, h or d.
func parseSpan(s string) (time.Duration, bool) {
	units := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
	if len(s) < 2 {
		return 0, false
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	unit, ok := units[s[len(s)-1]]
	if err != nil || !ok || n < 1 || s[0] == '+' || time.Duration(n) > longestSpan/unit {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

// String writes the length as rules write it.
func (s Span) String() string {
	switch {
	case s.Duration%(24*time.Hour) == 0:
		return strconv.Itoa(int(s.Hours())/24) + "d"
	case s.Duration%time.Hour == 0:
		return strconv.Itoa(int(s.Hours())) + "h"
	}
	return strconv.Itoa(int(s.Minutes())) + "m"
}

// within finds the place in the file of a character of a text, whatever form the text has there:
// plain, quoted, over several lines, or a block. Blanks are skipped on both sides, because YAML
// folds them; everything else stands in the file in the same order.
func (r *reader) within(n *yaml.Node, offset int) (line, column int) {
	value := []rune(n.Value)
	line, i := n.Line-1, n.Column-1
	if line < 0 || line >= len(r.lines) {
		return n.Line, n.Column
	}
	block := n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
	quote := n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0
	if block {
		line, i = line+1, 0
	} else if quote {
		i++
	}
	next := func() (rune, bool) { // the next character of the file that is no blank
		for line < len(r.lines) {
			for ; i < len(r.lines[line]); i++ {
				if c := r.lines[line][i]; !unicode.IsSpace(c) {
					return c, true
				}
			}
			line, i = line+1, 0
		}
		return 0, false
	}
	for k, c := range value {
		if unicode.IsSpace(c) {
			continue
		}
		found, ok := next()
		if ok && quote && found != c && found == '\\' {
			i++
			found, ok = next()
		}
		if !ok || found != c {
			return n.Line, n.Column
		}
		if k >= offset {
			return line + 1, i + 1
		}
		i++
		if quote && c == '\'' && n.Style&yaml.SingleQuotedStyle != 0 {
			i++
		}
	}
	if line < len(r.lines) {
		return line + 1, i + 1
	}
	return n.Line, n.Column
}
