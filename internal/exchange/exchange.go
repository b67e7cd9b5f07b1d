// Package exchange owns the forms in which old records come in and cases go out: JSON Lines,
// CSV, XLSX and the list of records. It reads and writes streams and judges only what a form
// itself can show to be wrong; whether a record is right, the rules of a report say.
package exchange

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
)

// The formats.
const (
	CSV     = "csv"
	XLSX    = "xlsx"
	JSONL   = "jsonl"
	Records = "records" // a JSON list of publicly documented incidents
)

// ImportFormats and ExportFormats are what can be read and written.
var (
	ImportFormats = []string{CSV, XLSX, JSONL, Records}
	ExportFormats = []string{CSV, XLSX, JSONL}
)

// The bounds of a file. What is over one is refused, and says so.
const (
	MaxFile  = 256 << 20 // bytes of a file
	maxRows  = 1_000_000 // rows of a file
	maxLine  = 1 << 20   // bytes of one line, row or record
	maxCell  = 32767     // characters of a cell, as in Excel
	maxWidth = 512       // columns of a table
)

// Problem is one thing that is wrong with a file, and where.
type Problem struct {
	Sheet   string
	Line    int    // of the file, or row of the sheet, from 1
	Column  string // its letter
	Header  string
	Pointer string // the field
	Code    string
	Text    fault.Text
}

func (p *Problem) Error() string {
	s := "line " + strconv.Itoa(p.Line)
	if p.Sheet != "" {
		s = p.Sheet + " row " + strconv.Itoa(p.Line)
	}
	if p.Column != "" {
		s += " column " + p.Column
	}
	return s + ": " + p.Text.EN
}

// Row is one record of a file. Wrong is what the form shows to be wrong: a file with any of
// it is broken as a whole, because its reader may have misunderstood the rest as well.
type Row struct {
	Sheet  string
	Line   int
	Record api.HistoricIncident
	Wrong  []Problem

	places map[string]place // of fields, by pointer
}

type place struct{ column, header string }

// At is the problem at the field that pointer names.
func (r *Row) At(pointer, code string, text fault.Text) Problem {
	p := Problem{Sheet: r.Sheet, Line: r.Line, Pointer: pointer, Code: code, Text: text}
	for at := pointer; at != ""; at = at[:strings.LastIndexByte(at, '/')] {
		if x, ok := r.places[at]; ok {
			p.Column, p.Header = x.column, x.header
			break
		}
	}
	return p
}

// Reader reads a file record by record. Next ends with io.EOF; a *Problem means that the file
// is broken and reading cannot go on. Row and what it holds are the caller's.
type Reader interface {
	Next() (*Row, error)
	Close() error
}

// Open reads f as the format, CSV and XLSX by the mapping. Temporary files stand in dir.
func Open(format string, f *os.File, m *Mapping, dir string) (Reader, error) {
	var r Reader
	var err error
	switch format {
	case CSV:
		r, err = newCSV(f, m)
	case XLSX:
		r, err = newXLSX(f, m, dir)
	case JSONL:
		r, err = newJSONL(f)
	case Records:
		r, err = newRecords(f)
	default:
		err = fmt.Errorf("exchange: no format %q", format)
	}
	if err != nil {
		return nil, err
	}
	return &untilEnd{Reader: r}, nil
}

// untilEnd says how the reading ended again to who asks for more.
type untilEnd struct {
	Reader
	ended error
}

// Next implements Reader.
func (r *untilEnd) Next() (row *Row, err error) {
	if r.ended == nil {
		row, r.ended = r.Reader.Next()
	}
	return row, r.ended
}

// Headers are the header cells of a CSV or XLSX file, by their columns.
func Headers(format string, f *os.File, headerRow int, sheet, dir string) ([]string, error) {
	m := &Mapping{headerRow: max(1, headerRow), sheet: sheet, probe: true}
	var headers []string
	m.seen = func(list []string) { headers = list }
	r, err := Open(format, f, m, dir)
	if err != nil {
		return nil, err
	}
	_, err = r.Next()
	err = errors.Join(ignoreEOF(err), r.Close())
	return headers, err
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// letter is the name of a column, from 0: A … Z, AA …
func letter(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// column is the number of a column by its letter, from 0; -1 when it is none.
func column(s string) int {
	n := 0
	for _, c := range strings.ToUpper(s) {
		if c < 'A' || c > 'Z' || n > maxWidth*26 {
			return -1
		}
		n = n*26 + int(c-'A'+1)
	}
	return n - 1
}

// fold is a text as headers and values are compared: letters and digits alone, without case
// and diacritics, words with one space between.
func fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.M, r):
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			gap = b.Len() > 0
			continue
		case r == 'đ', r == 'Đ':
			r = 'd'
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// badRune finds a control character that no text may have.
func badRune(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	})
}
