package exchange

import (
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// listed is a publicly documented incident, as lists of the press have them: as messy as they
// are, with what nobody could verify named, and the labels of whoever collected it.
type listed struct {
	Ref               string   `json:"ref"`
	Title             string   `json:"title"`
	Description       string   `json:"description"`
	OccurredOn        *string  `json:"occurred_on"`
	OccurredPrecision *string  `json:"occurred_precision"`
	DetectedAt        *string  `json:"detected_at"`
	DetectedPrecision *string  `json:"detected_precision"`
	Victim            string   `json:"victim_name"`
	System            string   `json:"system"`
	RSIT              string   `json:"rsit"`
	Natures           []string `json:"natures"`
	Impact            string   `json:"impact"`
	Secret            bool     `json:"contains_state_secret"`
	Sources           []struct {
		Title string  `json:"title"`
		Site  string  `json:"site"`
		Date  *string `json:"date"`
		URL   string  `json:"url"`
	} `json:"source"`
	Unverified []string `json:"unverified"`
	Labels     []string `json:"collector_labels"` // the collector's opinion: none of it becomes a fact
}

// recordsSource is what a reference of such a list is a reference into.
const recordsSource = "records"

type recordsReader struct {
	in    *jsontext.Decoder
	count *lineCounter
	rows  int
	begun bool
}

func newRecords(f io.Reader) (Reader, error) {
	p, err := newPlainText(f)
	if err != nil {
		return nil, err
	}
	c := &lineCounter{in: p}
	return &recordsReader{in: jsontext.NewDecoder(c, jsontext.AllowDuplicateNames(false)), count: c}, nil
}

// lineCounter remembers where lines begin behind what was looked up last.
type lineCounter struct {
	in     *plainText
	at     int64
	breaks []int64
	line   int
}

// Read implements io.Reader.
func (c *lineCounter) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	for i, x := range b[:n] {
		if x == '\n' {
			c.breaks = append(c.breaks, c.at+int64(i))
		}
	}
	c.at += int64(n)
	return n, err
}

// lineOf is the line of an offset that is not before the last one asked for.
func (c *lineCounter) lineOf(offset int64) int {
	n := 0
	for n < len(c.breaks) && c.breaks[n] < offset {
		n++
	}
	c.breaks = c.breaks[n:]
	c.line += n
	return c.line + 1
}

func (r *recordsReader) Close() error { return nil }

func (r *recordsReader) Next() (*Row, error) {
	if !r.begun {
		tok, err := r.in.ReadToken()
		if err != nil || tok.Kind() != '[' {
			return nil, r.broken(err)
		}
		r.begun = true
	}
	r.count.in.left = 4 * maxLine
	if r.in.PeekKind() == ']' {
		if _, err := r.in.ReadToken(); err != nil {
			return nil, r.broken(err)
		}
		if _, err := r.in.ReadToken(); !errors.Is(err, io.EOF) {
			return nil, r.broken(err)
		}
		return nil, io.EOF
	}
	raw, err := r.in.ReadValue()
	if err != nil {
		return nil, r.broken(err)
	}
	row := &Row{Line: r.count.lineOf(r.in.InputOffset() - int64(len(raw)))}
	if r.rows++; r.rows > maxRows {
		return nil, tooManyRows("", row.Line)
	}
	if len(raw) > maxLine {
		return nil, &Problem{Line: row.Line, Code: "line_too_long", Text: fault.Text{VI: "Một bản ghi quá 1 MiB.", EN: "A record has more than 1 MiB."}}
	}
	var l listed
	if err := json.Unmarshal(raw, &l); err != nil {
		row.Wrong = append(row.Wrong, jsonProblem(row, err))
		return row, nil
	}
	l.fill(row)
	return row, nil
}

func (r *recordsReader) broken(err error) error {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	return &Problem{Line: r.count.lineOf(r.in.InputOffset()), Code: "not_json", Text: fault.Text{
		VI: "Tệp không phải một mảng JSON hợp lệ và trọn vẹn.", EN: "The file is not one valid and whole JSON array."}}
}

// fill makes the record. What the labels cover is left out, what has no field of its own is
// told at the end of the description.
func (l listed) fill(row *Row) {
	h := &row.Record
	h.ContainsStateSecret = l.Secret
	h.Title, h.Description, h.System.Name = l.Title, l.Description, l.System
	h.Source = recordsSource
	reportOf(h).Reference = l.Ref
	label := func(name string) bool { return slices.Contains(l.Labels, name) }
	if l.RSIT != "" && !label("rsit") {
		c := strings.Replace(l.RSIT, "/", ".", 1)
		h.Category = &c
	}
	if !label("natures") {
		h.Natures = l.Natures
	}
	for _, x := range []struct {
		from, precision *string
		pointer         string
		set             func(at, precision string)
	}{
		{l.DetectedAt, l.DetectedPrecision, "/detected_at", func(at, p string) { h.DetectedAt, h.DetectedPrecision = at, p }},
		{l.OccurredOn, l.OccurredPrecision, "/occurred_at", func(at, p string) {
			// The field has no precision: a day that stands for a month would be a false one.
			if p == string(incident.PrecisionMinute) || p == string(incident.PrecisionHour) || p == string(incident.PrecisionDay) {
				h.OccurredAt = &at
			}
		}},
	} {
		if x.from == nil {
			continue
		}
		at, err := time.ParseInLocation(time.DateOnly, *x.from, home)
		if err != nil {
			if at, err = time.Parse(time.RFC3339, *x.from); err != nil {
				row.Wrong = append(row.Wrong, row.At(x.pointer, "not_a_date", fault.Text{VI: "Không phải ngày YYYY-MM-DD hay thời điểm RFC 3339.", EN: "Neither a date YYYY-MM-DD nor an RFC 3339 time."}))
				continue
			}
		}
		precision := string(incident.PrecisionUnknown)
		if x.precision != nil {
			precision = *x.precision
		}
		if precision == "range" { // a span of days or months, of which the list gives the beginning
			precision = string(incident.PrecisionMonth)
		}
		x.set(at.UTC().Format(timeLayout), precision)
	}
	var more []string
	add := func(what, s string) {
		if s != "" {
			more = append(more, what+": "+s)
		}
	}
	add("Đơn vị bị ảnh hưởng", l.Victim)
	add("Ảnh hưởng", l.Impact)
	add("Chưa kiểm chứng", strings.Join(l.Unverified, ", "))
	for _, s := range l.Sources {
		date := ""
		if s.Date != nil {
			date = ", " + *s.Date
		}
		add("Nguồn", s.Title+" ("+s.Site+date+") "+s.URL)
	}
	if len(more) > 0 {
		h.Description = strings.TrimSpace(h.Description + "\n\n" + strings.Join(more, "\n"))
	}
}
