package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/exchange"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

const (
	imports  = base + "/imports"
	mappings = base + "/import-mappings"
)

// importTypes are the media types of a file that is imported.
var importTypes = []string{
	"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/jsonl", "application/x-ndjson",
	"application/json", "application/octet-stream",
}

// formatOf is the format that a media type means by itself.
var formatOf = map[string]string{
	importTypes[0]: exchange.CSV, importTypes[1]: exchange.XLSX, importTypes[2]: exchange.JSONL, importTypes[3]: exchange.JSONL, importTypes[4]: exchange.Records,
}

// exportTypes are the media types of an export.
var exportTypes = []string{"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/jsonl"}

// silence is how long a client that sends or takes a file may be still.
const silence = 30 * time.Second

// startImport takes a file of old records.
//
// @Summary   Nhập dữ liệu cũ · Import old records
// @Description Tệp là toàn bộ nội dung yêu cầu, tối đa 256 MiB. Bản ghi là lịch sử: không phát sinh nghĩa vụ, không thông báo. Toàn bộ được kiểm tra trước, rồi ghi trong một giao dịch. Có dòng bị từ chối thì không ghi gì của tệp, trừ khi skip_refused=true: các dòng hợp lệ được ghi, các dòng khác được nêu ở errors. Gửi lại cùng tệp là an toàn. · The file is the body, at most 256 MiB. Records are history: no duties, no notices. All is checked first, then written in one transaction. Where any row is refused nothing of the file is written, unless skip_refused=true: then the accepted rows are written and errors lists the others. Sending a file again is safe.
// @Tags      exchange
// @Param     filter  query     api.ImportQuery  false  "Tệp · The file"
// @Success   202     {object}  api.Import
// @Router    /api/v1/imports [post]
func startImport(s *Server, c echo.Context, r Route) {
	row, x, err := s.takeImport(c, r)
	if err != nil {
		s.fail(c, err, false)
		return
	}
	v, err := importView(row, x.lang)
	if err != nil {
		s.fail(c, err, false)
		return
	}
	// The transfer may have taken longer than an answer usually waits.
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(s.silence))
	a, err := answer(c.Request(), r, out[api.Import]{body: v, location: imports + "/" + row.ID})
	if err != nil {
		s.fail(c, err, false)
		return
	}
	s.give(c, a)
}

func (s *Server) takeImport(c echo.Context, r Route) (store.Import, in[api.ImportQuery, none], error) {
	req := c.Request()
	x, err := read[api.ImportQuery, none](s, c, r)
	if err != nil {
		return store.Import{}, x, err
	}
	kind, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	charset := params["charset"]
	switch {
	case err != nil || !slices.Contains(importTypes, kind) || charset != "" && !strings.EqualFold(charset, "utf-8") || req.Header.Get("Content-Encoding") != "":
		return store.Import{}, x, fault.New(fault.Unsupported, "Gửi tệp nguyên vẹn với Content-Type là một trong: "+strings.Join(importTypes, ", ")+".",
			"Send the file itself, with one of these as Content-Type: "+strings.Join(importTypes, ", ")+".")
	case req.ContentLength > exchange.MaxFile:
		return store.Import{}, x, fileTooLarge()
	}
	if x.query.Format == "" {
		x.query.Format = formatOf[kind]
	}
	if x.query.Format == "" {
		f := malformed("Thiếu tham số format.", "The parameter format is missing.")
		f.Fields = []fault.Field{{Pointer: "?format", Code: "required", Text: f.Text}}
		return store.Import{}, x, f
	}
	if err := s.imports.MayImport(x.By); err != nil {
		return store.Import{}, x, err
	}
	body := &patient{in: http.MaxBytesReader(c.Response(), req.Body, exchange.MaxFile), rc: http.NewResponseController(c.Response()), silence: s.silence}
	row, err := s.imports.Start(req.Context(), x.Call, casework.NewImport{
		Format: x.query.Format, Mapping: x.query.Mapping, Name: x.query.Name, DryRun: x.query.DryRun, SkipRefused: x.query.SkipRefused,
	}, body)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		err = fileTooLarge()
	case body.failed:
		err = malformed("Không đọc hết được tệp.", "The file did not arrive whole.").Wrap(err)
	}
	return row, x, err
}

func fileTooLarge() error {
	return fault.New(fault.TooLarge, "Tệp tối đa 256 MiB.", "A file may have 256 MiB.")
}

// patient reads a body as long as it keeps coming.
type patient struct {
	in      io.Reader
	rc      *http.ResponseController
	silence time.Duration
	failed  bool
}

// Read implements io.Reader.
func (p *patient) Read(b []byte) (int, error) {
	_ = p.rc.SetReadDeadline(time.Now().Add(p.silence)) // not every connection of a test has one
	n, err := p.in.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		p.failed = true
	}
	return n, err
}

// listImports lists the imports.
//
// @Summary   Các lần nhập dữ liệu · Imports
// @Tags      exchange
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.ImportList
// @Router    /api/v1/imports [get]
func (s *Server) listImports(ctx context.Context, x in[api.Paging, none]) (out[api.ImportList], error) {
	items, end, err := keyset(x.page, func(after *store.Position, limit int) (casework.Page[store.Import], error) {
		return s.imports.List(ctx, x.By, after, limit)
	})
	list := api.ImportList{Items: []api.Import{}, Paged: end}
	for _, row := range items {
		v, bad := importView(row, x.lang)
		err = errors.Join(err, bad)
		list.Items = append(list.Items, v)
	}
	return reply(list, err)
}

// getImport reads an import.
//
// @Summary   Tiến độ nhập dữ liệu · How far an import has come
// @Tags      exchange
// @Success   200  {object}  api.Import
// @Router    /api/v1/imports/{id} [get]
func (s *Server) getImport(ctx context.Context, x in[none, none]) (out[api.Import], error) {
	row, err := s.imports.Get(ctx, x.By, x.id)
	if err != nil {
		return out[api.Import]{}, err
	}
	return reply(importView(row, x.lang))
}

func importView(i store.Import, lang string) (api.Import, error) {
	v := api.Import{
		ID: i.ID, Status: i.Status, Format: i.Format, Mapping: i.Mapping, Name: i.Name, DryRun: i.DryRun, SkipRefused: i.SkipRefused, Read: i.RowsRead,
		Accepted: i.Accepted, Refused: i.Refused, AlreadyThere: i.AlreadyThere, Written: i.Written, ErrorsCapped: i.ErrorsCapped,
		Message: i.Message, CreatedBy: i.CreatedByID, CreatedAt: stamp(i.CreatedAt), UpdatedAt: stamp(i.UpdatedAt), Errors: []api.ImportError{},
	}
	if err := json.Unmarshal([]byte(i.Errors), &v.Errors); err != nil {
		return v, fmt.Errorf("errors of import %s: %w", i.ID, err)
	}
	for j := range v.Errors {
		e := &v.Errors[j]
		if e.Message = e.MessageVI; lang == "en" {
			e.Message = e.MessageEN
		}
	}
	return v, nil
}

// listMappings lists the mappings of columns.
//
// @Summary   Ánh xạ cột · Mappings of columns
// @Tags      exchange
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.ImportMappingList
// @Router    /api/v1/import-mappings [get]
func (s *Server) listMappings(ctx context.Context, x in[api.Paging, none]) (out[api.ImportMappingList], error) {
	list, err := s.cases.Mappings(ctx, x.By)
	list, end := cut(x.page, list, func(m casework.MappingView) string { return m.Name })
	return reply(api.ImportMappingList{Items: each(list, mappingView), Paged: end}, err)
}

// getMapping reads a mapping.
//
// @Summary   Đọc một ánh xạ cột · Read a mapping
// @Tags      exchange
// @Success   200  {object}  api.NamedImportMapping
// @Router    /api/v1/import-mappings/{name} [get]
func (s *Server) getMapping(ctx context.Context, x in[none, none]) (out[api.NamedImportMapping], error) {
	m, err := s.cases.Mapping(ctx, x.By, x.sub)
	return reply(mappingView(m), err)
}

// putMapping saves a mapping under its name.
//
// @Summary   Lưu một ánh xạ cột · Save a mapping
// @Tags      exchange
// @Param     body  body      api.ImportMapping  true  "Ánh xạ · The mapping"
// @Success   200   {object}  api.NamedImportMapping
// @Router    /api/v1/import-mappings/{name} [put]
func (s *Server) putMapping(ctx context.Context, x in[none, api.ImportMapping]) (out[api.NamedImportMapping], error) {
	m, err := s.cases.PutMapping(ctx, x.Call, x.sub, x.body)
	return reply(mappingView(m), err)
}

// dropMapping removes a mapping.
//
// @Summary   Xóa một ánh xạ cột · Remove a mapping
// @Tags      exchange
// @Success   204
// @Router    /api/v1/import-mappings/{name} [delete]
func (s *Server) dropMapping(ctx context.Context, x in[none, none]) (out[none], error) {
	return out[none]{}, s.cases.DropMapping(ctx, x.Call, x.sub)
}

// proposeMapping proposes a mapping by the headers of a file.
//
// @Summary   Đề xuất ánh xạ từ tiêu đề cột · Propose a mapping from headers
// @Description Chỉ là đề xuất để xem lại rồi lưu; không nhập gì. · A proposal to look over and save; nothing is imported.
// @Tags      exchange
// @Param     body  body      api.ProposeMapping  true  "Tiêu đề · The headers"
// @Success   200   {object}  api.MappingProposal
// @Router    /api/v1/import-mappings/propose [post]
func (s *Server) proposeMapping(_ context.Context, x in[none, api.ProposeMapping]) (out[api.MappingProposal], error) {
	if len(x.body.Headers) > 512 {
		return out[api.MappingProposal]{}, fault.Input(fault.Field{Pointer: "/headers", Code: "too_many", Text: fault.Text{VI: "Tối đa 512 cột.", EN: "At most 512 columns."}})
	}
	if err := s.imports.MayImport(x.By); err != nil {
		return out[api.MappingProposal]{}, err
	}
	return reply(exchange.Propose(x.body.Headers), nil)
}

func mappingView(m casework.MappingView) api.NamedImportMapping {
	b := m.Mapping
	return api.NamedImportMapping{
		Name: m.Name, Sheet: b.Sheet, HeaderRow: max(1, b.HeaderRow), Delimiter: b.Delimiter, TimeZone: orElse(b.TimeZone, regulation.Zone.String()),
		DateFormats: filled(b.DateFormats), Source: b.Source, Columns: append([]api.ImportColumn{}, b.Columns...),
		Defaults: append([]api.ImportDefault{}, b.Defaults...), BuiltIn: m.BuiltIn, UpdatedAt: stampOf(m.UpdatedAt),
	}
}

// exportIncidents streams the cases in sight as a file.
//
// @Summary   Xuất danh sách sự cố · Export incidents
// @Description Chỉ gồm hồ sơ và phần được xem; phần không được xem để trống và nêu ở cột withheld. Tệp đọc lại được bằng POST /imports. · Only cases and parts in sight; what is withheld is empty and named. POST /imports reads the file again.
// @Tags      exchange
// @Param     filter  query     api.ExportQuery  false  "Bộ lọc · Filter"
// @Success   200     {string}  string
// @Router    /api/v1/incidents/export [get]
func exportIncidents(s *Server, c echo.Context, r Route) {
	x, err := read[api.ExportQuery, none](s, c, r)
	if err != nil {
		s.fail(c, err, false)
		return
	}
	x.query.Format = orElse(x.query.Format, exchange.CSV)
	f := x.query
	to := &download{c: c, rc: http.NewResponseController(c.Response()), silence: s.silence, start: func() {
		h := c.Response().Header()
		h.Set("Content-Type", exchange.MediaType(f.Format))
		h.Set("Content-Disposition", `attachment; filename="ungcuu-su-co-`+x.At.In(regulation.Zone).Format("20060102-1504")+"."+f.Format+`"`)
		h.Set("Content-Language", x.lang)
		c.Response().WriteHeader(http.StatusOK)
	}}
	// A download takes as long as it takes; it ends with the client, and with one that stops
	// reading. Between two pages nothing of the database is held.
	connection, ok := c.Get(connectionKey).(context.Context)
	if !ok {
		connection = c.Request().Context()
	}
	ctx, cancel := context.WithCancel(connection)
	defer cancel()
	go func() {
		select {
		case <-s.stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	written, err := s.export(ctx, x, to)
	if err == nil || to.begun {
		s.accessed(c, r, access{at: x.At, filters: exportShape.look(reflect.ValueOf(x.query), reflect.Value{}).filters, shown: written})
	}
	switch {
	case err == nil:
		to.begin() // of nothing, too
	case !to.begun:
		s.fail(c, err, false)
	default:
		s.log.WarnContext(ctx, "export broken off", "trace_id", traceOf(c).trace, "error", err)
		c.Set(cutOffKey, true)
	}
}

// cutOffKey marks an answer that broke off: around ends its connection, so that nobody takes
// it for whole.
const cutOffKey = "cut-off"

// export returns how many cases it has written.
func (s *Server) export(ctx context.Context, x in[api.ExportQuery, none], to io.Writer) (n int, err error) {
	f := x.query
	w, err := exchange.NewWriter(f.Format, to, s.imports.Dir())
	if err != nil {
		return 0, err
	}
	err = s.cases.Export(ctx, x.By, casework.ListQuery{
		Status: f.Status, Severity: f.Severity, Category: f.Category, Nature: f.Nature, AgencyID: f.AgencyID, AssigneeID: f.AssigneeID,
		ReportedAfter: momentOf(&f.ReportedAfter), ReportedBefore: momentOf(&f.ReportedBefore), UpdatedAfter: momentOf(&f.UpdatedAfter),
		Overdue: f.Overdue, Exercise: f.Exercise, Q: f.Q, Now: x.At,
	}, func(h *api.HistoricIncident) error {
		n++
		return w.Write(h)
	})
	if err != nil {
		w.Discard()
		return n, err
	}
	return n, w.Close()
}

var exportShape = shapeOf(reflect.TypeFor[api.ExportQuery](), reflect.TypeFor[none]())

// download is an answer that is written as it comes.
type download struct {
	c       echo.Context
	rc      *http.ResponseController
	silence time.Duration
	start   func()
	begun   bool
}

func (d *download) begin() {
	if !d.begun {
		d.begun = true
		d.start()
	}
}

// Write implements io.Writer.
func (d *download) Write(b []byte) (int, error) {
	d.begin()
	_ = d.rc.SetWriteDeadline(time.Now().Add(d.silence)) // not every connection of a test has one
	return d.c.Response().Write(b)
}

// exportEndpoint and importEndpoint take and give files beside JSON.
func importEndpoint() endpoint {
	return endpoint{serve: startImport, query: reflect.TypeFor[api.ImportQuery](), answer: reflect.TypeFor[api.Import](), takes: importTypes}
}

func exportEndpoint() endpoint {
	return endpoint{serve: exportIncidents, query: reflect.TypeFor[api.ExportQuery](), gives: exportTypes}
}
