package exchange

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// The bounds of an XLSX file, taken from its directory before anything of it is opened.
const (
	maxParts    = 2000
	maxUnzipped = 2 << 30 // bytes of all parts
	maxRatio    = 500     // of a part of more than a MiB; deflate itself ends at 1032
	maxStrings  = 8_000_000
	maxSheetRow = 1_048_576
)

// xlsxReader reads the sheets one after the other as streams of XML. It does so itself,
// because the row iterator of the library keeps the whole file in memory and says neither
// that a cell is a formula, nor how it is formatted, nor that the XML ends too soon.
type xlsxReader struct {
	table
	zip    *zip.Reader
	parts  map[string]*zip.File
	sheets []sheetPart
	texts  *sharedTexts
	dates  []bool // by style: formatted as a date
	epoch  time.Time

	sheet   int
	part    io.ReadCloser
	dec     *xml.Decoder
	rowAt   int // the number of the last row
	rows    int
	lastRow int // the last row with something in it
}

type sheetPart struct{ name, path string }

func badFile(code, vi, en string) *Problem {
	return &Problem{Line: 1, Code: code, Text: fault.Text{VI: vi, EN: en}}
}

func notXLSX() *Problem {
	return badFile("wrong_format", "Không phải tệp XLSX đọc được.", "Not a readable XLSX file.")
}

func bomb() *Problem {
	return badFile("zip_bomb", "Tệp nén bung ra quá lớn; bị từ chối trước khi mở.", "The file unpacks to far too much; it was refused before it was opened.")
}

func newXLSX(f *os.File, m *Mapping, dir string) (Reader, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	head := make([]byte, 8)
	if n, _ := f.ReadAt(head, 0); n == 8 && string(head) == "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" {
		return nil, badFile("wrong_format", "Tệp .xls cũ hoặc có mật khẩu; hãy lưu thành .xlsx không có mật khẩu.", "An old .xls file, or one with a password; save it as .xlsx without a password.")
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return nil, notXLSX()
	}
	r := &xlsxReader{table: table{m: m}, zip: z, parts: map[string]*zip.File{}, epoch: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)}
	if err := r.directory(); err != nil {
		return nil, err
	}
	if err := r.workbook(); err != nil {
		return nil, err
	}
	if err := r.styles(); err != nil {
		return nil, err
	}
	if r.texts, err = r.shared(dir); err != nil {
		return nil, err
	}
	return r, nil
}

// directory judges the zip by its directory.
func (r *xlsxReader) directory() error {
	if len(r.zip.File) > maxParts {
		return bomb()
	}
	var total uint64
	for _, f := range r.zip.File {
		total += f.UncompressedSize64
		if f.UncompressedSize64 > maxUnzipped || total > maxUnzipped ||
			f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/max(1, f.CompressedSize64) > maxRatio {
			return bomb()
		}
		if f.Flags&1 != 0 {
			return badFile("wrong_format", "Tệp có mật khẩu.", "The file has a password.")
		}
		name := strings.ToLower(path.Clean("/" + strings.ReplaceAll(f.Name, `\`, "/")))
		if r.parts[name] != nil {
			return notXLSX()
		}
		r.parts[name] = f
	}
	return nil
}

// open opens a part of the zip; what it gives ends at the size the directory told.
func (r *xlsxReader) open(name string) (io.ReadCloser, error) {
	f := r.parts[strings.ToLower(name)]
	if f == nil {
		return nil, notXLSX()
	}
	part, err := f.Open()
	if err != nil {
		return nil, notXLSX()
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(part, int64(f.UncompressedSize64)), part}, nil //nolint:gosec // at most maxUnzipped
}

// each walks through the elements of a part.
func (r *xlsxReader) each(name string, fn func(dec *xml.Decoder, e xml.StartElement) error) error {
	part, err := r.open(name)
	if err != nil {
		return err
	}
	defer func() { _ = part.Close() }()
	dec := xml.NewDecoder(bufio.NewReaderSize(part, 64<<10))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return notXLSX()
		}
		if e, ok := tok.(xml.StartElement); ok {
			if err := fn(dec, e); err != nil {
				return err
			}
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (r *xlsxReader) workbook() error {
	targets := map[string]string{}
	book := "/xl/workbook.xml"
	if err := r.each("/xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" {
			to := attr(e, "Target")
			if !strings.HasPrefix(to, "/") {
				to = "/xl/" + to
			}
			targets[attr(e, "Id")] = path.Clean(to)
		}
		return nil
	}); err != nil {
		return err
	}
	hidden := map[string]bool{}
	if err := r.each(book, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			if v := attr(e, "date1904"); v == "1" || v == "true" {
				r.epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
			}
		case "sheet":
			id := ""
			for _, a := range e.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			name := attr(e, "name")
			hidden[name] = attr(e, "state") == "hidden" || attr(e, "state") == "veryHidden"
			r.sheets = append(r.sheets, sheetPart{name, targets[id]})
		}
		return nil
	}); err != nil {
		return err
	}
	var wanted []sheetPart
	for _, s := range r.sheets {
		if r.m.sheet == "" && !hidden[s.name] || s.name == r.m.sheet {
			wanted = append(wanted, s)
		}
	}
	r.sheets = wanted
	if len(wanted) == 0 {
		return badFile("missing_sheet", "Tệp không có trang tính «"+r.m.sheet+"».", "The file has no sheet “"+r.m.sheet+"”.")
	}
	return nil
}

// styles reads which formats are dates.
func (r *xlsxReader) styles() error {
	if r.parts["/xl/styles.xml"] == nil {
		return nil
	}
	custom := map[string]bool{}
	inCells := false
	return r.each("/xl/styles.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			custom[attr(e, "numFmtId")] = dateFormat(attr(e, "formatCode"))
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs", "cellStyleXfs":
			inCells = false
		case "xf":
			if inCells && len(r.dates) < 100_000 {
				id := attr(e, "numFmtId")
				n, _ := strconv.Atoi(id)
				r.dates = append(r.dates, custom[id] || n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58)
			}
		}
		return nil
	})
}

var formatNoise = regexp.MustCompile(`"[^"]*"|\\.|\[[^\]]*\]`)

func dateFormat(code string) bool {
	return strings.ContainsAny(strings.ToLower(formatNoise.ReplaceAllString(code, "")), "ydhs")
}

// sharedTexts are the strings that cells name by number, in a file of their own.
type sharedTexts struct {
	file *os.File
	ends []int64
}

func (s *sharedTexts) at(i int) (string, bool) {
	if s == nil || i < 0 || i >= len(s.ends) {
		return "", false
	}
	start := int64(0)
	if i > 0 {
		start = s.ends[i-1]
	}
	b := make([]byte, s.ends[i]-start)
	if _, err := s.file.ReadAt(b, start); err != nil && !errors.Is(err, io.EOF) {
		return "", false
	}
	return string(b), true
}

func (r *xlsxReader) shared(dir string) (texts *sharedTexts, err error) {
	const name = "/xl/sharedstrings.xml"
	if r.parts[name] == nil {
		return nil, nil
	}
	f, err := os.CreateTemp(dir, "strings-")
	if err != nil {
		return nil, err
	}
	// Without a name it is gone with the process.
	_ = os.Remove(f.Name())
	texts = &sharedTexts{file: f}
	w := bufio.NewWriterSize(f, 256<<10)
	var end int64
	err = r.each(name, func(dec *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		s, err := richText(dec, e.Name.Local)
		if err != nil {
			return err
		}
		if len(texts.ends) >= maxStrings {
			return bomb()
		}
		n, err := w.WriteString(s)
		end += int64(n)
		texts.ends = append(texts.ends, end)
		return err
	})
	if err = errors.Join(err, w.Flush()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return texts, nil
}

// maxRichText bounds what is kept of one text; what is longer is refused as too long.
const maxRichText = 4*maxCell + 4

// richText is the text up to the end of the element, without what is only for reading aloud.
func richText(dec *xml.Decoder, until string) (string, error) {
	var b strings.Builder
	inText, phonetic := 0, 0
	for {
		tok, err := dec.Token()
		if err != nil {
			return "", notXLSX()
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "t":
				inText++
			case "rPh":
				phonetic++
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				inText--
			case "rPh":
				phonetic--
			case until:
				return unescaped(b.String()), nil
			}
		case xml.CharData:
			if inText > 0 && phonetic == 0 && b.Len() < maxRichText {
				b.Write(t[:min(len(t), maxRichText)])
			}
		}
	}
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescaped reads the form in which the format writes control characters.
func unescaped(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped.ReplaceAllStringFunc(s, func(x string) string {
		n, _ := strconv.ParseUint(x[2:6], 16, 32)
		return string(rune(n)) //nolint:gosec // four hex digits
	})
}

func (r *xlsxReader) Close() error {
	var errs []error
	if r.part != nil {
		errs = append(errs, r.part.Close())
	}
	if r.texts != nil {
		errs = append(errs, r.texts.file.Close())
	}
	return errors.Join(errs...)
}

func (r *xlsxReader) Next() (*Row, error) {
	for {
		if r.dec == nil {
			if r.sheet == len(r.sheets) {
				return nil, io.EOF
			}
			part, err := r.open(r.sheets[r.sheet].path)
			if err != nil {
				return nil, err
			}
			r.part, r.dec = part, xml.NewDecoder(bufio.NewReaderSize(part, 64<<10))
			r.rowAt, r.headers, r.rules, r.lastRow = 0, nil, nil, 0
		}
		cells, err := r.nextRow()
		if errors.Is(err, io.EOF) {
			if r.headers == nil {
				return nil, r.problem(r.m.headerRow, "no_headers", "Trang tính không có dòng tiêu đề "+strconv.Itoa(r.m.headerRow)+".", "The sheet has no row "+strconv.Itoa(r.m.headerRow)+" of headers.")
			}
			_ = r.part.Close()
			r.part, r.dec = nil, nil
			r.sheet++
			continue
		}
		if err != nil {
			return nil, err
		}
		switch {
		case r.rowAt < r.m.headerRow:
			continue
		case r.headers == nil:
			if r.rowAt > r.m.headerRow {
				return nil, r.problem(r.m.headerRow, "no_headers", "Dòng tiêu đề "+strconv.Itoa(r.m.headerRow)+" trống.", "The row "+strconv.Itoa(r.m.headerRow)+" of the headers is empty.")
			}
			if err := r.head(cells); err != nil {
				return nil, err
			}
			if r.m.probe {
				return nil, io.EOF
			}
			continue
		case empty(cells):
			continue
		}
		if gap := r.rowAt - r.lastRow; gap > maxGap {
			return nil, r.problem(r.rowAt, "gap", "Có "+strconv.Itoa(gap-1)+" dòng trống liền trước dòng này; xóa chúng rồi gửi lại.", "There are "+strconv.Itoa(gap-1)+" empty rows before this one; delete them and send the file again.")
		}
		r.lastRow = r.rowAt
		if r.rows++; r.rows > maxRows {
			return nil, tooManyRows(r.sheets[r.sheet].name, r.rowAt)
		}
		if len(cells) > r.wide {
			for i := r.wide; i < len(cells); i++ {
				if cells[i].text != "" {
					p := r.problem(r.rowAt, "ragged_row", "Ô nằm ngoài các cột có tiêu đề.", "A cell beyond the columns with headers.")
					p.Column = letter(i)
					return nil, p
				}
			}
		}
		return r.row(r.sheets[r.sheet].name, r.rowAt, cells), nil
	}
}

// maxGap is how many empty rows in a row are taken for a slip of the hand.
const maxGap = 10_000

func empty(cells []cell) bool {
	for _, c := range cells {
		if strings.TrimSpace(c.text) != "" || c.wrong != nil {
			return false
		}
	}
	return true
}

func (r *xlsxReader) head(cells []cell) error {
	headers := make([]string, len(cells))
	for i, c := range cells {
		headers[i] = strings.TrimSpace(c.text)
		if c.wrong != nil {
			p := r.problem(r.rowAt, c.code, c.wrong.VI, c.wrong.EN)
			p.Column = letter(i)
			return p
		}
	}
	for len(headers) > 0 && headers[len(headers)-1] == "" {
		headers = headers[:len(headers)-1]
	}
	if p := r.begin(r.sheets[r.sheet].name, r.rowAt, headers); p != nil {
		return p
	}
	r.lastRow = r.rowAt
	return nil
}

func (r *xlsxReader) problem(line int, code, vi, en string) *Problem {
	return &Problem{Sheet: r.sheets[r.sheet].name, Line: line, Code: code, Text: fault.Text{VI: vi, EN: en}}
}

func (r *xlsxReader) cutOff() *Problem {
	return r.problem(r.rowAt+1, "cut_off", "Trang tính bị cắt cụt hoặc hỏng sau dòng "+strconv.Itoa(r.rowAt)+".", "The sheet is cut off or damaged behind row "+strconv.Itoa(r.rowAt)+".")
}

// nextRow reads up to the end of the next row; io.EOF at the end of the sheet.
func (r *xlsxReader) nextRow() ([]cell, error) {
	for {
		tok, err := r.dec.Token()
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		if err != nil {
			return nil, r.cutOff()
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "row":
			return r.cells(e)
		case "mergeCell":
			if p := r.merged(attr(e, "ref")); p != nil {
				return nil, p
			}
		}
	}
}

// merged refuses merged cells among the data: only the first of them holds a value, and what
// the others mean is a guess.
func (r *xlsxReader) merged(ref string) error {
	from, to, _ := strings.Cut(ref, ":")
	col, first := position(from)
	_, last := position(to)
	if max(first, last) < r.m.headerRow || first > r.lastRow {
		return nil
	}
	p := r.problem(first, "merged_cells", "Ô gộp "+ref+" trong vùng dữ liệu; hãy bỏ gộp và điền từng ô.", "Merged cells "+ref+" among the data; unmerge them and fill each cell.")
	if col >= 0 {
		p.Column = letter(col)
	}
	return p
}

// position reads a reference such as AB12.
func position(ref string) (col, row int) {
	i := strings.IndexAny(ref, "0123456789")
	if i <= 0 {
		return -1, 0
	}
	row, _ = strconv.Atoi(ref[i:])
	return column(ref[:i]), row
}

func (r *xlsxReader) cells(e xml.StartElement) ([]cell, error) {
	at := r.rowAt + 1
	if v := attr(e, "r"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < at || n > maxSheetRow {
			return nil, r.cutOff()
		}
		at = n
	}
	if at > maxSheetRow {
		return nil, r.cutOff()
	}
	r.rowAt = at
	var out []cell
	next := 0
	for {
		tok, err := r.dec.Token()
		if err != nil {
			return nil, r.cutOff()
		}
		switch t := tok.(type) {
		case xml.EndElement:
			if t.Name.Local == "row" {
				return out, nil
			}
		case xml.StartElement:
			if t.Name.Local != "c" {
				continue
			}
			i := next
			if ref := attr(t, "r"); ref != "" {
				col, row := position(ref)
				if col < next || row != at {
					return nil, r.cutOff()
				}
				i = col
			}
			next = i + 1
			c, err := r.cell(t)
			if err != nil {
				return nil, err
			}
			if c.text == "" && c.wrong == nil {
				continue
			}
			if i >= maxWidth {
				p := r.problem(at, "too_many_columns", "Quá 512 cột.", "More than 512 columns.")
				return nil, p
			}
			for len(out) < i {
				out = append(out, cell{})
			}
			out = append(out, c)
		}
	}
}

// cell reads one cell.
func (r *xlsxReader) cell(e xml.StartElement) (cell, error) {
	var c cell
	kind, style := attr(e, "t"), attr(e, "s")
	var value strings.Builder
	formula := false
	for done := false; !done; {
		tok, err := r.dec.Token()
		if err != nil {
			return c, r.cutOff()
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "f":
				formula = true
			case "is":
				s, err := richText(r.dec, "is")
				if err != nil {
					return c, r.cutOff()
				}
				value.WriteString(s)
			case "v":
				s, err := chars(r.dec)
				if err != nil {
					return c, r.cutOff()
				}
				value.WriteString(s)
			}
		case xml.EndElement:
			done = t.Name.Local == "c"
		}
	}
	c.text = value.String()
	switch {
	case formula:
		c.code, c.wrong = "formula", &fault.Text{VI: "Ô là công thức; không tính, hãy dán giá trị.", EN: "The cell is a formula, which is not calculated; paste its value."}
		return c, nil
	case c.text == "":
		return c, nil
	}
	switch kind {
	case "s":
		i, err := strconv.Atoi(c.text)
		s, ok := r.texts.at(i)
		if err != nil || !ok {
			return c, r.cutOff()
		}
		c.text = s
	case "str":
		c.text = unescaped(c.text)
	case "inlineStr", "d":
	case "b":
		c.text = map[string]string{"1": "true", "0": "false"}[c.text]
	case "e":
		c.code, c.wrong = "error_cell", &fault.Text{VI: "Ô báo lỗi của bảng tính (" + c.text + ").", EN: "The cell holds an error of the spreadsheet (" + c.text + ")."}
		return c, nil
	case "", "n":
		n, err := strconv.ParseFloat(c.text, 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
			return c, r.cutOff()
		}
		c.serial, c.epoch = &n, r.epoch
		if i, err := strconv.Atoi(style); err == nil && i >= 0 && i < len(r.dates) {
			c.dated = r.dates[i]
		}
		if n == math.Trunc(n) && math.Abs(n) < 1e15 {
			c.text = strconv.FormatInt(int64(n), 10)
		}
	default:
		return c, r.cutOff()
	}
	cellLimits(&c)
	return c, nil
}

func chars(dec *xml.Decoder) (string, error) {
	var b strings.Builder
	for {
		tok, err := dec.Token()
		if err != nil {
			return "", err
		}
		switch t := tok.(type) {
		case xml.CharData:
			if b.Len() < maxRichText {
				b.Write(t[:min(len(t), maxRichText)])
			}
		case xml.EndElement:
			return b.String(), nil
		}
	}
}
