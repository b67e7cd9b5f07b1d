package exchange

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/ungcuu/ungcuu/api"
)

// Writer writes cases. Close writes what is still held back; without it the output is not
// whole. A Writer that is given up is closed by Discard.
type Writer interface {
	Write(h *api.HistoricIncident) error
	Close() error
	Discard()
}

// MediaType is what the format is called on the wire.
func MediaType(format string) string {
	return map[string]string{
		CSV: "text/csv; charset=utf-8", JSONL: "application/jsonl",
		XLSX:    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		Records: "application/json",
	}[format]
}

// NewWriter writes the format to w. XLSX is held in dir and reaches w at Close; the others
// are written as they come.
func NewWriter(format string, w io.Writer, dir string) (Writer, error) {
	switch format {
	case JSONL:
		b := bufio.NewWriterSize(w, 64<<10)
		enc := json.NewEncoder(b)
		enc.SetEscapeHTML(false)
		return &jsonlWriter{b, enc}, nil
	case CSV:
		return newCSVWriter(w)
	case XLSX:
		return newXLSXWriter(w, dir, maxSheetRow)
	}
	return nil, fmt.Errorf("exchange: no format %q", format)
}

type jsonlWriter struct {
	buffer *bufio.Writer
	enc    *json.Encoder
}

func (w *jsonlWriter) Write(h *api.HistoricIncident) error { return w.enc.Encode(h) }
func (w *jsonlWriter) Close() error                        { return w.buffer.Flush() }
func (w *jsonlWriter) Discard()                            {}

type csvWriter struct {
	buffer *bufio.Writer // what fails before it is full is told before anything was sent
	out    *csv.Writer
	row    []string
}

func newCSVWriter(w io.Writer) (*csvWriter, error) {
	b := bufio.NewWriterSize(w, 64<<10)
	// The byte order mark is what makes Excel read the file as UTF-8.
	if _, err := b.WriteString("\ufeff"); err != nil {
		return nil, err
	}
	c := &csvWriter{buffer: b, out: csv.NewWriter(b), row: make([]string, len(fields))}
	for _, head := range []func(field) string{func(f field) string { return f.vi }, func(f field) string { return f.key }} {
		for i, f := range fields {
			c.row[i] = head(f)
		}
		if err := c.out.Write(c.row); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (w *csvWriter) Write(h *api.HistoricIncident) error {
	for i, f := range fields {
		v := f.get(h)
		if f.kind == moment {
			v = local(v)
		}
		w.row[i] = guarded(v)
	}
	return w.out.Write(w.row)
}

func (w *csvWriter) Close() error {
	w.out.Flush()
	return errors.Join(w.out.Error(), w.buffer.Flush())
}

func (w *csvWriter) Discard() {}

// local is a time as it is read in the province; the offset keeps it exact.
func local(v string) string {
	t, err := time.Parse(time.RFC3339Nano, v)
	if err != nil {
		return v
	}
	return t.In(home).Format(time.RFC3339Nano)
}

// xlsxWriter writes sheets of at most perSheet rows, headers included. Texts are typed as
// texts, so that none is run as a formula; times are dates of the province's clock.
type xlsxWriter struct {
	to       io.Writer
	dir      string
	perSheet int
	file     *excelize.File
	sheet    *excelize.StreamWriter
	sheets   int
	row      int
	head     int
	date     int
}

func newXLSXWriter(w io.Writer, dir string, perSheet int) (*xlsxWriter, error) {
	x := &xlsxWriter{to: w, dir: dir, perSheet: perSheet, file: excelize.NewFile(excelize.Options{TmpDir: dir})}
	var errs [2]error
	x.head, errs[0] = x.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	form := "dd/mm/yyyy hh:mm:ss"
	x.date, errs[1] = x.file.NewStyle(&excelize.Style{CustomNumFmt: &form})
	if err := errors.Join(errs[0], errs[1], x.next()); err != nil {
		x.Discard()
		return nil, err
	}
	return x, nil
}

// next begins a sheet.
func (w *xlsxWriter) next() error {
	if w.sheet != nil {
		if err := w.sheet.Flush(); err != nil {
			return err
		}
	}
	w.sheets++
	name := "Sự cố " + strconv.Itoa(w.sheets)
	if w.sheets == 1 {
		if err := w.file.SetSheetName("Sheet1", name); err != nil {
			return err
		}
	} else if _, err := w.file.NewSheet(name); err != nil {
		return err
	}
	var err error
	if w.sheet, err = w.file.NewStreamWriter(name); err != nil {
		return err
	}
	if err := w.sheet.SetColWidth(1, len(fields), 18); err != nil {
		return err
	}
	if err := w.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	titles, keys := make([]any, len(fields)), make([]any, len(fields))
	for i, f := range fields {
		titles[i], keys[i] = excelize.Cell{StyleID: w.head, Value: f.vi}, f.key
	}
	w.row = 2
	return errors.Join(w.sheet.SetRow("A1", titles), w.sheet.SetRow("A2", keys))
}

func (w *xlsxWriter) Write(h *api.HistoricIncident) error {
	if w.row == w.perSheet {
		if err := w.next(); err != nil {
			return err
		}
	}
	w.row++
	cells := make([]any, len(fields))
	for i, f := range fields {
		v := f.get(h)
		switch {
		case v == "":
		case f.kind == moment:
			cells[i] = w.moment(v)
		case f.kind == number:
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				return fmt.Errorf("exchange: %s: %w", f.key, err)
			}
			cells[i] = n
		default:
			cells[i] = v
		}
	}
	return w.sheet.SetRow("A"+strconv.Itoa(w.row), cells)
}

// moment is a time as a spreadsheet counts it: days of the province's clock. To a microsecond
// it is exact until the year 2079.
func (w *xlsxWriter) moment(v string) any {
	t, err := time.Parse(time.RFC3339Nano, v)
	if err != nil {
		return v
	}
	t = t.In(home)
	civil := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	since := civil.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC))
	const perDay = 24 * time.Hour
	return excelize.Cell{StyleID: w.date, Value: float64(since/perDay) + float64(since%perDay)/float64(perDay)}
}

func (w *xlsxWriter) Close() error {
	if err := w.sheet.Flush(); err != nil {
		return err
	}
	f, err := os.CreateTemp(w.dir, "export-")
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	// Without a name it is gone with the process, however that ends.
	if err := os.Remove(f.Name()); err != nil {
		return err
	}
	// The library would hold the whole file in memory.
	w.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(f) })
	if _, err := w.file.WriteToBuffer(); err != nil {
		return err
	}
	w.Discard()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(w.to, f)
	return err
}

// Discard removes the temporary files.
func (w *xlsxWriter) Discard() { _ = w.file.Close() }
