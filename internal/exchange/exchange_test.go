package exchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
)

func file(tb testing.TB, body []byte) *os.File {
	tb.Helper()
	f, err := os.Create(filepath.Join(tb.TempDir(), "f"))
	require.NoError(tb, err)
	_, err = f.Write(body)
	require.NoError(tb, err)
	_, err = f.Seek(0, io.SeekStart)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = f.Close() })
	return f
}

// readAll reads a file to its end; broken is what made it stop, if anything did.
func readAll(tb testing.TB, format string, body []byte, m *Mapping) (rows []*Row, broken *Problem) {
	tb.Helper()
	r, err := Open(format, file(tb, body), m, tb.TempDir())
	if err == nil {
		defer func() { require.NoError(tb, r.Close()) }()
		for {
			var row *Row
			if row, err = r.Next(); err != nil {
				break
			}
			rows = append(rows, row)
		}
	}
	if errors.Is(err, io.EOF) {
		return rows, nil
	}
	require.ErrorAs(tb, err, &broken)
	return rows, broken
}

func ptr[T any](v T) *T { return &v }

// full is a record with something in every field, and what spreadsheets like to spoil.
func full(i int) api.HistoricIncident {
	return api.HistoricIncident{
		NewIncident: api.NewIncident{
			Title: "=HYPERLINK(\"http://x\";\"Bấm\")", Description: "+84 dòng một\ndòng «hai», \"ba\"; bốn\t'năm", DetectedAt: "2026-03-02T01:15:07.123456Z",
			DetectedPrecision: "hour", OccurredAt: ptr("1999-12-31T23:59:59.999999Z"), Natures: []string{"cybercrime", "personal_data"}, TLP: "amber+strict",
			Confidential: true, Exercise: true, Report: &api.Report{Channel: "phone", ReporterName: "@Đinh Thị Lan", ReporterPhone: "0212 000 001", ReporterEmail: "lan@example.vn", Reference: "00123"},
			System: api.System{Name: "'=Cổng", Level: ptr(3), PriorityListed: true, PublicAddresses: []string{"203.0.113.7", "203.0.113.8"}, Domains: []string{"a.example.vn"}},
		},
		ID: fmt.Sprintf("0199aaaa-0000-7000-8000-%012d", i), Code: fmt.Sprintf("SL-2026-%06d", i), Source: "-sổ cũ", Status: "closed",
		Category: ptr("availability.ddos"), CategoryVN: ptr("DOS"), Severity: ptr("high"), ReportingAgency: "tthdl", OwnerAgency: "stttt", OperatorAgency: "tthdl",
		ReportedAt: ptr("2026-03-02T01:20:11.482913Z"), TriagedAt: ptr("2026-03-02T01:31:40.000001Z"), ResolvedAt: ptr("2026-03-03T00:00:00.000000Z"), ClosedAt: ptr("2026-03-04T17:00:00.000000Z"),
		Resolution: &api.Resolution{Reason: "fixed", Summary: "''=x", Prevention: "_x000D_ và _x", Handled: "self", EstimatedDamage: ptr(int64(150000000))},
		Lessons:    "'nguyên văn",
	}
}

func TestWhatIsExportedIsReadAsItWas(t *testing.T) {
	for _, format := range ExportFormats {
		t.Run(format, func(t *testing.T) {
			var b bytes.Buffer
			w, err := NewWriter(format, &b, t.TempDir())
			require.NoError(t, err)
			for i := range 3 {
				require.NoError(t, w.Write(ptr(full(i))))
			}
			require.NoError(t, w.Close())
			rows, broken := readAll(t, format, b.Bytes(), ForExport())
			require.Nil(t, broken)
			require.Len(t, rows, 3)
			for i, row := range rows {
				require.Empty(t, row.Wrong)
				want := full(i)
				require.Empty(t, Differences(&want, &row.Record), "%#v", row.Record)
				require.Equal(t, want.ID, row.Record.ID)
				require.Equal(t, want.Title, row.Record.Title)
			}
		})
	}
}

func TestAnExportGoesOnInMoreSheets(t *testing.T) {
	var b bytes.Buffer
	w, err := newXLSXWriter(&b, t.TempDir(), 4)
	require.NoError(t, err)
	for i := range 7 {
		require.NoError(t, w.Write(ptr(full(i))))
	}
	require.NoError(t, w.Close())
	rows, broken := readAll(t, XLSX, b.Bytes(), ForExport())
	require.Nil(t, broken)
	require.Len(t, rows, 7)
	require.Equal(t, "Sự cố 4", rows[6].Sheet)
	require.Equal(t, 3, rows[6].Line)
}

func TestNoTextIsAFormulaInASpreadsheet(t *testing.T) {
	var c, x bytes.Buffer
	for format, b := range map[string]*bytes.Buffer{CSV: &c, XLSX: &x} {
		w, err := NewWriter(format, b, t.TempDir())
		require.NoError(t, err)
		require.NoError(t, w.Write(ptr(full(1))))
		require.NoError(t, w.Close())
	}
	for _, danger := range []string{"'=HYPERLINK", "'+84", "'@Đinh", "''=Cổng", "'-sổ"} {
		require.Contains(t, c.String(), danger)
	}
	book, err := excelize.OpenReader(&x)
	require.NoError(t, err)
	for _, at := range []string{"D3", "E3"} {
		formula, err := book.GetCellFormula("Sự cố 1", at)
		require.NoError(t, err)
		require.Empty(t, formula)
	}
	kind, err := book.GetCellType("Sự cố 1", "D3")
	require.NoError(t, err)
	require.NotEqual(t, excelize.CellTypeFormula, kind)
}

func FuzzGuard(f *testing.F) {
	for _, s := range []string{"", "=1", "'=1", "''=1", "'", "x", "\t", "'x", "-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g := guarded(s)
		require.Equal(t, s, unguarded(g))
		if g != "" {
			require.NotContains(t, "=+-@\t\r", g[:1])
		}
	})
}

// registry is a mapping as an officer would save it for the book of a department.
func registry(tb testing.TB, edit ...func(*api.ImportMapping)) *Mapping {
	tb.Helper()
	m := Propose([]string{"Ngày phát hiện", "Đơn vị", "Tiêu đề", "Mô tả", "Mức độ", "Loại sự cố", "Hệ thống"}).Mapping
	for _, e := range edit {
		e(&m)
	}
	out, err := NewMapping(m)
	require.NoError(tb, err)
	return out
}

func TestAMappingIsProposedFromVietnameseHeaders(t *testing.T) {
	p := Propose([]string{"STT", "NGÀY PHÁT HIỆN", "Đơn vị", "tieu de", "Mô tả", "Mức độ", "Loại sự cố", "Mô tả", "Kết quả xử lý"})
	require.Equal(t, []string{"STT", "Mô tả"}, p.Unknown)
	require.Equal(t, []string{"system_name"}, p.Missing)
	var got []string
	for _, c := range p.Mapping.Columns {
		got = append(got, c.Header+c.Letter+"="+c.Field)
	}
	require.Equal(t, []string{"NGÀY PHÁT HIỆN=detected_at", "Đơn vị=reporting_agency", "tieu de=title", "E=description", "Mức độ=severity", "Loại sự cố=category_vn", "Kết quả xử lý=resolution_summary"}, got)
}

const book = "Ngày phát hiện;Đơn vị;Tiêu đề;Mô tả;Mức độ;Loại sự cố;Hệ thống\n"

func TestATableIsReadByItsMapping(t *testing.T) {
	for name, body := range map[string]string{
		"semicolons": book + "02/03/2026 08:15;Sở Y tế;Mã độc;\"Máy, chủ\nhỏng\";Rất cao;tan cong tu choi dich vu;HIS\n",
		"a BOM":      "\ufeff" + book + "02/03/2026 08:15;Sở Y tế;Mã độc;\"Máy, chủ\nhỏng\";RẤT CAO;Tấn công từ chối dịch vụ;HIS\n",
		"tabs":       strings.ReplaceAll(book+"02/03/2026 08:15;Sở Y tế;Mã độc;\"Máy, chủ\nhỏng\";rất cao;Từ chối dịch vụ;HIS\r\n", ";", "\t"),
	} {
		rows, broken := readAll(t, CSV, []byte(body), registry(t))
		require.Nil(t, broken, name)
		require.Len(t, rows, 1, name)
		h := rows[0].Record
		require.Empty(t, rows[0].Wrong)
		require.Equal(t, "2026-03-02T01:15:00.000000Z", h.DetectedAt)
		require.Equal(t, "critical", *h.Severity)
		require.Equal(t, "DOS", *h.CategoryVN)
		require.Equal(t, "Sở Y tế", h.ReportingAgency)
		require.Equal(t, 2, rows[0].Line)
		require.Equal(t, "C", rows[0].At("/title", "x", fault.Text{}).Column)
	}
	rows, _ := readAll(t, CSV, []byte(book+"02/03/2026;;Mã độc;x;;;HIS\n"), registry(t))
	require.Equal(t, "day", rows[0].Record.DetectedPrecision, "a date without a time of the day is known to the day")
}

func sheet(tb testing.TB, fill func(f *excelize.File)) []byte {
	tb.Helper()
	f := excelize.NewFile()
	require.NoError(tb, f.SetSheetRow("Sheet1", "A1", &[]any{"Ngày phát hiện", "Đơn vị", "Tiêu đề", "Mô tả", "Mức độ", "Loại sự cố", "Hệ thống"}))
	require.NoError(tb, f.SetSheetRow("Sheet1", "A2", &[]any{"02/03/2026 08:15", "Sở Y tế", "Mã độc", "Máy chủ hỏng", "Cao", "Mã độc", "HIS"}))
	if fill != nil {
		fill(f)
	}
	b, err := f.WriteToBuffer()
	require.NoError(tb, err)
	return b.Bytes()
}

func TestDatesOfASheetAreNumbersOrText(t *testing.T) {
	date := "dd/mm/yyyy hh:mm"
	body := sheet(t, func(f *excelize.File) {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &date})
		require.NoError(t, err)
		require.NoError(t, f.SetSheetRow("Sheet1", "A3", &[]any{46083.34375, "", "t", "d", "", "", "s"}))
		require.NoError(t, f.SetCellStyle("Sheet1", "A3", "A3", style))
		require.NoError(t, f.SetSheetRow("Sheet1", "A4", &[]any{46083, "", "t", "d", "", "", "s"}))
		require.NoError(t, f.SetSheetRow("Sheet1", "A5", &[]any{20260302, "", "t", "d", "", "", "s"}))
		require.NoError(t, f.SetSheetRow("Sheet1", "A6", &[]any{"02/03/2026", "", 46083.5, "d", "", "", "s"}))
		require.NoError(t, f.SetCellStyle("Sheet1", "C6", "C6", style))
		require.NoError(t, f.SetSheetRow("Sheet1", "A7", &[]any{"hôm qua", "", "t", "d", "", "", "s"}))
	})
	rows, broken := readAll(t, XLSX, body, registry(t))
	require.Nil(t, broken)
	require.Len(t, rows, 6)
	require.Equal(t, "2026-03-02T01:15:00.000000Z", rows[0].Record.DetectedAt)
	require.Equal(t, "2026-03-02T01:15:00.000000Z", rows[1].Record.DetectedAt)
	require.Equal(t, "2026-03-01T17:00:00.000000Z", rows[2].Record.DetectedAt)
	require.Equal(t, "day", rows[2].Record.DetectedPrecision)
	for i, want := range map[int]string{3: "5 A not_a_date", 4: "6 C date_in_text", 5: "7 A not_in_date_formats"} {
		require.Len(t, rows[i].Wrong, 1)
		p := rows[i].Wrong[0]
		require.Equal(t, want, fmt.Sprint(p.Line, " ", p.Column, " ", p.Code))
	}
}

func repacked(tb testing.TB, body []byte, part string, edit func(string) string) []byte {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	require.NoError(tb, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(tb, err)
		raw, err := io.ReadAll(r)
		require.NoError(tb, err)
		if f.Name == part {
			raw = []byte(edit(string(raw)))
		}
		p, err := w.Create(f.Name)
		require.NoError(tb, err)
		_, err = p.Write(raw)
		require.NoError(tb, err)
	}
	require.NoError(tb, w.Close())
	return out.Bytes()
}

func TestABrokenFileSaysWhereAndWhy(t *testing.T) {
	const one = "xl/worksheets/sheet1.xml"
	row := func(cells string) string { return book + cells + "\n" }
	for name, x := range map[string]struct {
		format string
		body   []byte
		want   string // line, column, code
	}{
		"UTF-16":                {CSV, []byte("\xff\xfeN\x00g\x00"), "1  not_utf8"},
		"TCVN3":                 {CSV, append([]byte(book), "02/03/2026;;S\xf9 c\xe8;x;;;m\xb8y ch\xee \xae\n"...), "2  not_utf8"},
		"a quote in the middle": {CSV, []byte(row(`02/03/2026;;a"b;x;;;s`)), "2  bare_quote"},
		"an open quote":         {CSV, []byte(row(`02/03/2026;;"ab;x;;;s`)), "2  open_quote"},
		"an endless quote":      {CSV, []byte(book + `02/03/2026;;"` + strings.Repeat("x\n", 2<<20)), "2  line_too_long"},
		"too few cells":         {CSV, []byte(row(`02/03/2026;;a`)), "2 D ragged_row"},
		"too many cells":        {CSV, []byte(row(`02/03/2026;;a;x;;;s;t`)), "2 H ragged_row"},
		"a header twice":        {CSV, []byte(strings.Replace(book, "Đơn vị", "MÔ TẢ", 1)), "1 D duplicate_header"},
		"no such column":        {CSV, []byte(strings.Replace(book, "Mô tả", "Ghi chú", 1)), "1  missing_header"},
		"nothing":               {CSV, nil, "1  no_headers"},
		"a zip for text":        {CSV, sheet(t, nil), "1  wrong_format"},
		"text for a zip":        {XLSX, []byte(book), "1  wrong_format"},
		"an old workbook":       {XLSX, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxx"), "1  wrong_format"},
		"half a workbook":       {XLSX, sheet(t, nil)[:2000], "1  wrong_format"},
		"merged cells": {XLSX, sheet(t, func(f *excelize.File) {
			require.NoError(t, f.MergeCell("Sheet1", "B2", "B3"))
		}), "2 B merged_cells"},
		"a cell beside":     {XLSX, sheet(t, func(f *excelize.File) { require.NoError(t, f.SetCellStr("Sheet1", "J2", "x")) }), "2 J ragged_row"},
		"a gap":             {XLSX, sheet(t, func(f *excelize.File) { require.NoError(t, f.SetCellStr("Sheet1", "C20000", "x")) }), "20000  gap"},
		"cut off":           {XLSX, repacked(t, sheet(t, nil), one, func(s string) string { head, _, _ := strings.Cut(s, "</sheetData>"); return head }), "3  cut_off"},
		"rows out of order": {XLSX, repacked(t, sheet(t, nil), one, func(s string) string { return strings.Replace(s, `r="2"`, `r="1"`, 1) }), "2  cut_off"},
		"a bomb":            {XLSX, repacked(t, sheet(t, nil), one, func(s string) string { return s + strings.Repeat(" ", 8<<20) }), "1  zip_bomb"},
		"no JSON in a list": {Records, []byte("[\n{\"ref\":\"a\"},\n{]"), "2  not_json"},
		"a list cut off":    {Records, []byte("[\n{\"ref\":\"a\"},\n"), "2  not_json"},
		"no list":           {Records, []byte("{}"), "1  not_json"},
		"a long line":       {JSONL, []byte("{}\n" + strings.Repeat("x", 2<<20)), "2  line_too_long"},
	} {
		_, p := readAll(t, x.format, x.body, registry(t))
		if p == nil {
			t.Errorf("%s: not refused", name)
			continue
		}
		if got := fmt.Sprint(p.Line, " ", p.Column, " ", p.Code); got != x.want {
			t.Errorf("%s: %q instead of %q: %s", name, got, x.want, p.Text.EN)
		}
		require.NotEmpty(t, p.Text.VI)
	}
}

func TestABrokenCellIsNamedAndTheOthersAreReadOn(t *testing.T) {
	formula := sheet(t, func(f *excelize.File) { require.NoError(t, f.SetCellFormula("Sheet1", "C2", "A1&\"x\"")) })
	failed := repacked(t, sheet(t, nil), "xl/worksheets/sheet1.xml", func(s string) string {
		return strings.Replace(s, `<c r="D2" t="s">`, `<c r="D2" t="e">`, 1)
	})
	for name, x := range map[string]struct {
		format string
		body   []byte
		want   string
	}{
		"a formula":           {XLSX, formula, "2 C /title formula"},
		"an error":            {XLSX, failed, "2 D /description error_cell"},
		"a date":              {CSV, []byte(book + "2026.3.2;;a;x;;;s\n"), "2 A /detected_at not_in_date_formats"},
		"no date":             {CSV, []byte(book + "31/02/2026;;a;x;;;s\n"), "2 A /detected_at not_in_date_formats"},
		"a control character": {CSV, []byte(book + "02/03/2026;;a\x01;x;;;s\n"), "2 C /title control_character"},
		"a long cell":         {CSV, []byte(book + "02/03/2026;;a;" + strings.Repeat("ệ", 40000) + ";;;s\n"), "2 D /description too_long"},
		"no JSON":             {JSONL, []byte("\n{\"title\":}\n"), "2  /title not_json"},
		"a member twice":      {JSONL, []byte(`{"title":"a","title":"b"}`), "1  /title not_json"},
		"an unknown member":   {JSONL, []byte(`{"system":{"name":"x","ip":"1"}}`), "1  /system/ip unknown_field"},
		"a wrong type":        {JSONL, []byte(`{"system":{"name":"x","level":"3"}}`), "1  /system/level wrong_type"},
		"no offset":           {JSONL, []byte(`{"detected_at":"2026-01-01T00:00:00"}`), "1  /detected_at not_a_time"},
		"a wrong day":         {Records, []byte(`[{"ref":"a","detected_at":"hôm qua"}]`), "1  /detected_at not_a_date"},
	} {
		rows, broken := readAll(t, x.format, x.body, registry(t))
		require.Nil(t, broken, name)
		require.Len(t, rows, 1, name)
		require.NotEmpty(t, rows[0].Wrong, name)
		p := rows[0].Wrong[0]
		require.Equal(t, x.want, fmt.Sprint(p.Line, " ", p.Column, " ", p.Pointer, " ", p.Code), name)
	}
}

func TestAMillionEmptyRowsAreNothing(t *testing.T) {
	body := repacked(t, sheet(t, nil), "xl/worksheets/sheet1.xml", func(s string) string {
		list := strings.Builder{}
		for i := 3; i <= 1_048_576; i++ {
			fmt.Fprintf(&list, `<row r="%d"/>`, i)
		}
		return strings.Replace(s, "</sheetData>", list.String()+"</sheetData>", 1)
	})
	got, broken := readAll(t, XLSX, body, registry(t))
	require.Nil(t, broken)
	require.Len(t, got, 1)
}

func TestAMappingSaysWhatIsWrongWithIt(t *testing.T) {
	for want, m := range map[string]api.ImportMapping{
		"/columns required":                           {},
		"/columns/0/field not_in_list":                {Columns: []api.ImportColumn{{Header: "a", Field: "x"}}},
		"/columns/1/field repeated":                   {Columns: []api.ImportColumn{{Header: "a", Field: "title"}, {Header: "b", Field: "title"}}},
		"/columns/0 header_or_letter":                 {Columns: []api.ImportColumn{{Field: "title"}}},
		"/columns/0/letter not_a_column":              {Columns: []api.ImportColumn{{Letter: "1", Field: "title"}}},
		"/columns/0/date_formats/0 not_a_date_format": {Columns: []api.ImportColumn{{Letter: "A", Field: "title", DateFormats: []string{"MM-dd"}}}},
		"/date_formats/1 not_a_date_format":           {DateFormats: []string{"dd/MM/yyyy", "dd/MM/yy"}, Columns: []api.ImportColumn{{Letter: "A", Field: "title"}}},
		"/time_zone unknown_time_zone":                {TimeZone: "Sao Hỏa", Columns: []api.ImportColumn{{Letter: "A", Field: "title"}}},
		"/delimiter not_in_list":                      {Delimiter: "|", Columns: []api.ImportColumn{{Letter: "A", Field: "title"}}},
		"/header_row out_of_range":                    {HeaderRow: -1, Columns: []api.ImportColumn{{Letter: "A", Field: "title"}}},
		"/columns/0/values/1/from repeated":           {Columns: []api.ImportColumn{{Letter: "A", Field: "title", Values: []api.ImportValue{{From: "Cao"}, {From: "CAO"}}}}},
		"/defaults/0/field not_in_list":               {Columns: []api.ImportColumn{{Letter: "A", Field: "title"}}, Defaults: []api.ImportDefault{{Field: "x", Value: "y"}}},
	} {
		_, err := NewMapping(m)
		require.ErrorContains(t, err, want)
	}
}

func FuzzReaders(f *testing.F) {
	f.Add(uint8(0), []byte(book+"02/03/2026;;\"a\";x;;;s\n"))
	f.Add(uint8(1), sheet(f, nil))
	f.Add(uint8(2), []byte(`{"title":"a","detected_at":"2026-01-01T00:00:00Z"}`))
	f.Add(uint8(3), []byte(`[{"ref":"a","detected_at":"2026-01-01","source":[]}]`))
	m := registry(f)
	f.Fuzz(func(t *testing.T, which uint8, body []byte) {
		rows, broken := readAll(t, ImportFormats[int(which)%len(ImportFormats)], body, m)
		for _, r := range rows {
			require.Positive(t, r.Line)
		}
		if broken != nil {
			require.NotEmpty(t, broken.Code)
			require.Positive(t, broken.Line)
		}
	})
}
