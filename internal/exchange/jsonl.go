package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
)

type jsonlReader struct {
	in    *bufio.Scanner
	plain *plainText
	line  int
	rows  int
}

func newJSONL(f io.Reader) (Reader, error) {
	p, err := newPlainText(f)
	if err != nil {
		return nil, err
	}
	in := bufio.NewScanner(p)
	in.Buffer(make([]byte, 64<<10), maxLine)
	return &jsonlReader{in: in, plain: p}, nil
}

func (r *jsonlReader) Close() error { return nil }

func (r *jsonlReader) Next() (*Row, error) {
	for {
		r.plain.fresh()
		if !r.in.Scan() {
			return nil, r.end()
		}
		r.line++
		raw := bytes.TrimSpace(r.in.Bytes())
		if len(raw) == 0 {
			continue
		}
		if r.rows++; r.rows > maxRows {
			return nil, tooManyRows("", r.line)
		}
		row := &Row{Line: r.line}
		decodeRecord(row, raw)
		return row, nil
	}
}

func (r *jsonlReader) end() error {
	err := r.in.Err()
	var p *Problem
	switch {
	case err == nil:
		return io.EOF
	case errors.As(err, &p):
		if p.Line == 0 {
			p.Line = r.line + 1
		}
		return p
	case errors.Is(err, bufio.ErrTooLong):
		return &Problem{Line: r.line + 1, Code: "line_too_long", Text: fault.Text{VI: "Một dòng quá 1 MiB.", EN: "A line has more than 1 MiB."}}
	}
	return err
}

// decodeRecord reads one record strictly: what is not JSON, an unknown or repeated member, a
// wrong type and a time without offset are wrong.
func decodeRecord(row *Row, raw []byte) {
	err := json.Unmarshal(raw, &row.Record, json.RejectUnknownMembers(true))
	if err != nil {
		row.Wrong = append(row.Wrong, jsonProblem(row, err))
		// Nothing of it is known, but whether it is secret decides what may be said of it.
		row.Record = api.HistoricIncident{}
		var only struct {
			Secret bool `json:"contains_state_secret"`
		}
		_ = json.Unmarshal(raw, &only)
		row.Record.ContainsStateSecret = only.Secret
		return
	}
	for _, f := range fields {
		if f.kind != moment {
			continue
		}
		v := f.get(&row.Record)
		if v == "" {
			continue
		}
		if _, err := time.Parse(time.RFC3339Nano, v); err != nil {
			row.Wrong = append(row.Wrong, row.At(f.pointer, "not_a_time", fault.Text{
				VI: "Không phải thời điểm RFC 3339 kèm múi giờ, ví dụ 2026-03-01T08:30:00+07:00.",
				EN: "Not an RFC 3339 time with its offset, e.g. 2026-03-01T08:30:00+07:00.",
			}))
		}
	}
}

func jsonProblem(row *Row, err error) Problem {
	var semantic *json.SemanticError
	var syntax *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntax):
		return row.At(string(syntax.JSONPointer), "not_json", fault.Text{
			VI: "Không phải JSON hợp lệ (byte thứ " + strconv.FormatInt(syntax.ByteOffset+1, 10) + "), hoặc trường lặp lại.",
			EN: "Not valid JSON (byte " + strconv.FormatInt(syntax.ByteOffset+1, 10) + "), or a member twice.",
		})
	case errors.As(err, &semantic):
		at := string(semantic.JSONPointer)
		if errors.Is(semantic.Err, json.ErrUnknownName) {
			return row.At(at, "unknown_field", fault.Text{VI: "Không có trường này.", EN: "There is no such field."})
		}
		return row.At(at, "wrong_type", fault.WrongType(semantic.GoType))
	}
	return row.At("", "not_json", fault.Text{VI: "Không đọc được dòng này.", EN: "The line cannot be read."})
}
