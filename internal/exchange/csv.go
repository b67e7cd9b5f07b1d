package exchange

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ungcuu/ungcuu/internal/fault"
)

type csvReader struct {
	table
	in    *csv.Reader
	plain *plainText
	rows  int
	line  int
	begun bool
}

func newCSV(f io.Reader, m *Mapping) (Reader, error) {
	p, err := newPlainText(f)
	if err != nil {
		return nil, err
	}
	in := csv.NewReader(p)
	in.FieldsPerRecord, in.ReuseRecord = -1, true
	if in.Comma = m.delimiter; in.Comma == 0 {
		in.Comma = delimiterOf(p.peek())
	}
	return &csvReader{table: table{m: m}, in: in, plain: p}, nil
}

func (r *csvReader) Close() error { return nil }

func (r *csvReader) Next() (*Row, error) {
	for !r.begun {
		cells, line, err := r.read()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil, &Problem{Line: r.rows + 1, Code: "no_headers", Text: fault.Text{VI: "Tệp không có dòng tiêu đề " + strconv.Itoa(r.m.headerRow) + ".", EN: "The file has no row " + strconv.Itoa(r.m.headerRow) + " of headers."}}
			}
			return nil, err
		}
		if r.rows < r.m.headerRow {
			continue
		}
		r.begun = true
		headers := make([]string, len(cells))
		for i, c := range cells {
			headers[i] = strings.TrimSpace(c)
		}
		if p := r.begin("", line, headers); p != nil {
			return nil, p
		}
		if r.m.probe {
			return nil, io.EOF
		}
	}
	for {
		cells, line, err := r.read()
		if err != nil {
			return nil, err
		}
		if blank(cells) {
			continue
		}
		if len(cells) != r.wide {
			return nil, &Problem{Line: line, Column: letter(min(len(cells), r.wide)), Code: "ragged_row", Text: fault.Text{
				VI: "Dòng có " + strconv.Itoa(len(cells)) + " ô, dòng tiêu đề có " + strconv.Itoa(r.wide) + ". Kiểm tra dấu phân cách và dấu nháy.",
				EN: "The row has " + strconv.Itoa(len(cells)) + " cells, the headers " + strconv.Itoa(r.wide) + ". Look at delimiters and quotes.",
			}}
		}
		if r.rows > maxRows+r.m.headerRow {
			return nil, tooManyRows("", line)
		}
		list := make([]cell, len(cells))
		for i, s := range cells {
			list[i].text = unguarded(s)
			cellLimits(&list[i])
		}
		row := r.row("", line, list)
		return row, nil
	}
}

func tooManyRows(sheet string, line int) *Problem {
	return &Problem{Sheet: sheet, Line: line, Code: "too_many_rows", Text: fault.Text{VI: "Tệp có hơn 1.000.000 dòng; hãy chia nhỏ.", EN: "The file has more than 1,000,000 rows; split it."}}
}

func cellLimits(c *cell) {
	switch {
	case utf8.RuneCountInString(c.text) > maxCell:
		c.code, c.wrong = "too_long", &fault.Text{VI: "Ô quá dài (tối đa 32.767 ký tự).", EN: "The cell is too long (at most 32,767 characters)."}
	case badRune(c.text):
		c.code, c.wrong = "control_character", &fault.Text{VI: "Ô có ký tự điều khiển không được phép.", EN: "The cell holds a control character."}
	}
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// read reads one record; line is where it begins.
func (r *csvReader) read() ([]string, int, error) {
	r.plain.fresh()
	cells, err := r.in.Read()
	var parse *csv.ParseError
	var p *Problem
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		return nil, 0, io.EOF
	case errors.As(err, &p):
		if p.Line == 0 {
			p.Line = r.line + 1
		}
		return nil, 0, p
	case errors.As(err, &parse):
		code, text := "bare_quote", fault.Text{
			VI: "Dấu nháy kép không đúng chỗ (byte thứ " + strconv.Itoa(parse.Column) + " của dòng): ô có dấu nháy phải nằm trong dấu nháy, và nhân đôi nó.",
			EN: "A quote out of place (byte " + strconv.Itoa(parse.Column) + " of the line): a cell with quotes stands in quotes, each doubled.",
		}
		if errors.Is(parse.Err, csv.ErrQuote) {
			code = "open_quote"
		}
		return nil, 0, &Problem{Line: parse.Line, Code: code, Text: text}
	default:
		return nil, 0, err
	}
	r.rows++
	line, _ := r.in.FieldPos(0)
	last, _ := r.in.FieldPos(len(cells) - 1)
	r.line = last
	if len(cells) > maxWidth {
		return nil, 0, &Problem{Line: line, Code: "too_many_columns", Text: fault.Text{VI: "Quá 512 cột.", EN: "More than 512 columns."}}
	}
	return cells, line, nil
}

// delimiterOf is what stands between the cells of the first line, outside quotes.
func delimiterOf(head []byte) rune {
	count := map[rune]int{}
	quoted := false
	for _, c := range string(head) {
		if c == '"' {
			quoted = !quoted
		}
		if quoted {
			continue
		}
		if c == '\n' && len(count) > 0 {
			break
		}
		if c == ',' || c == ';' || c == '\t' {
			count[c]++
		}
	}
	best := ','
	for _, c := range []rune{';', '\t'} {
		if count[c] > count[best] {
			best = c
		}
	}
	return best
}

// plainText passes UTF-8 on, without its byte order mark, and refuses what is not UTF-8 and a
// line that does not end.
type plainText struct {
	in   *bufio.Reader
	left int    // of the record that is being read
	line int    // lines passed on
	at   int    // bytes passed on in this line
	cut  []byte // the beginning of a character whose end is not here yet
	err  error
}

func newPlainText(f io.Reader) (*plainText, error) {
	p := &plainText{in: bufio.NewReaderSize(f, 64<<10), left: maxLine, line: 1}
	head, err := p.in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		_, err = p.in.Discard(3)
		return p, err
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}),
		len(head) == 4 && (head[1] == 0 && head[3] == 0 || head[0] == 0 && head[2] == 0):
		return nil, encoding(1, 1, "UTF-16")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return nil, &Problem{Line: 1, Code: "wrong_format", Text: fault.Text{VI: "Đây là tệp nén hoặc tệp Excel, không phải văn bản.", EN: "This is a zip or Excel file, not text."}}
	}
	return p, nil
}

func encoding(line, at int, guess string) *Problem {
	vi, en := "", ""
	if guess != "" {
		vi, en = "; có vẻ là "+guess, "; it looks like "+guess
	}
	return &Problem{Line: line, Code: "not_utf8", Text: fault.Text{
		VI: "Tệp không phải UTF-8 (byte thứ " + strconv.Itoa(at) + " của dòng)" + vi + ". Lưu lại dạng UTF-8 (Excel: «CSV UTF-8») rồi gửi lại.",
		EN: "The file is not UTF-8 (byte " + strconv.Itoa(at) + " of the line)" + en + ". Save it as UTF-8 and send it again.",
	}}
}

func (p *plainText) peek() []byte {
	head, _ := p.in.Peek(64 << 10)
	return head
}

// fresh says that a record begins.
func (p *plainText) fresh() { p.left = maxLine + 64<<10 }

// Read implements io.Reader.
func (p *plainText) Read(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	if p.left <= 0 {
		p.err = &Problem{Code: "line_too_long", Text: fault.Text{VI: "Một dòng quá 1 MiB, hoặc dấu nháy không được đóng.", EN: "A line has more than 1 MiB, or a quote is not closed."}}
		return 0, p.err
	}
	n, err := p.in.Read(b[:min(len(b), p.left)])
	p.left -= n
	ended := errors.Is(err, io.EOF)
	look := slices.Concat(p.cut, b[:n])
	for len(look) > 0 {
		c, size := utf8.DecodeRune(look)
		if c == utf8.RuneError && size == 1 {
			if !utf8.FullRune(look) && !ended {
				break // the rest of it comes with the next piece
			}
			more, _ := p.in.Peek(4096)
			p.err = encoding(p.line, p.at+1, encodingOf(append(look, more...)))
			return 0, p.err
		}
		look = look[size:]
		p.at += size
		if c == '\n' {
			p.line, p.at = p.line+1, 0
		}
	}
	p.cut = append([]byte(nil), look...)
	return n, err
}

// encodingOf guesses what a text that is not UTF-8 is, for the sentence that refuses it.
func encodingOf(b []byte) string {
	tcvn, windows := 0, 0
	for _, c := range b {
		switch {
		case c >= 0xa8 && c <= 0xae, c >= 0xb5 && c <= 0xbe, c == 0xd6, c == 0xd7, c == 0xd8, c >= 0xe1 && c <= 0xe5:
			tcvn++
		}
		switch c {
		case 0xcc, 0xd2, 0xde, 0xec, 0xf2, 0xf0, 0xfd, 0xf5, 0xe3, 0xe2, 0xea, 0xf4, 0xe0:
			windows++
		}
	}
	switch {
	case tcvn == 0 && windows == 0:
		return ""
	case tcvn > windows:
		return "TCVN3 (ABC)"
	}
	return "Windows-1258"
}

// A text that a spreadsheet would run as a formula stands behind an apostrophe in CSV. The
// rule can be turned back exactly: one apostrophe more in front of any that stand before a
// dangerous sign.
func dangerous(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0]))
}

func guarded(s string) string {
	if dangerous(s) {
		return "'" + s
	}
	return s
}

func unguarded(s string) string {
	if strings.HasPrefix(s, "'") && dangerous(s) {
		return s[1:]
	}
	return s
}
