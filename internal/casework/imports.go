package casework

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/exchange"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// The states of an import.
const (
	ImportQueued      = "queued"
	ImportRunning     = "running"
	ImportDone        = "done"
	ImportChecked     = "checked" // of a dry run
	ImportRefused     = "refused" // some rows were, and they were not to be skipped
	ImportBroken      = "broken"
	ImportFailed      = "failed"
	ImportInterrupted = "interrupted"
)

// ImportStatuses lists the states of an import.
var ImportStatuses = []string{ImportQueued, ImportRunning, ImportDone, ImportChecked, ImportRefused, ImportBroken, ImportFailed, ImportInterrupted}

// waiting is how many files may wait for their turn.
const waiting = 8

// Imports runs the imports that come over HTTP, one after the other. Its folder belongs to
// this process alone.
type Imports struct {
	cases *Service
	store *store.Store
	dir   string
	place string
	now   func() time.Time
	log   *slog.Logger
	queue chan importJob

	mu   sync.Mutex
	live map[string]store.Import // what runs here, further than its row says
}

type importJob struct {
	row  store.Import
	by   policy.Actor
	file *os.File
	m    *exchange.Mapping
}

// NewImports makes the runner of imports; files are held below dataDir.
func NewImports(cases *Service, dataDir string, now func() time.Time, log *slog.Logger) (*Imports, error) {
	dir, err := filepath.Abs(filepath.Join(dataDir, "exchange"))
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	return &Imports{
		cases: cases, store: cases.store, dir: dir, place: host + ":" + dir, now: now, log: log,
		queue: make(chan importJob, waiting), live: map[string]store.Import{},
	}, nil
}

// Dir is where temporary files of imports and exports stand.
func (i *Imports) Dir() string { return i.dir }

// Run says of the imports that a stop of this process has cut off that they were, then works
// off the queue until ctx ends. ready is asked until the database is.
func (i *Imports) Run(ctx context.Context, ready func(context.Context) error) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for ready(ctx) != nil || i.settle(ctx) != nil {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case job := <-i.queue:
			i.work(ctx, job)
		}
	}
}

func (i *Imports) settle(ctx context.Context) error {
	return i.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		left, err := tx.ImportsLeft(i.place)
		if err != nil {
			return err
		}
		for _, row := range left {
			i.mu.Lock()
			_, mine := i.live[row.ID]
			i.mu.Unlock()
			if mine {
				continue
			}
			row.Status, row.Written, row.UpdatedAt = ImportInterrupted, 0, i.now()
			row.Message = "Bị ngắt khi hệ thống dừng; chưa ghi gì. Hãy gửi lại tệp. · Cut off when the system stopped; nothing was written. Send the file again."
			if err := tx.SaveImport(&row); err != nil {
				return err
			}
		}
		return nil
	})
}

// NewImport is a file as it was sent.
type NewImport struct {
	Format, Mapping, Name string
	DryRun, SkipRefused   bool
}

// MayImport is nil for who may bring history in.
func (i *Imports) MayImport(by policy.Actor) error {
	return policy.Check(by, policy.Import, policy.Object{})
}

// Start takes a file to its end and queues it. The body is never held in memory.
func (i *Imports) Start(ctx context.Context, c Call, in NewImport, body io.Reader) (store.Import, error) {
	var none store.Import
	if err := i.MayImport(c.By); err != nil {
		return none, err
	}
	m, err := i.cases.mappingFor(ctx, in.Format, in.Mapping)
	if err != nil {
		return none, err
	}
	if len(i.queue) == waiting {
		return none, importsBusy()
	}
	f, err := os.CreateTemp(i.dir, "import-")
	if err != nil {
		return none, err
	}
	// Without a name it is gone with the process.
	err = os.Remove(f.Name())
	if err == nil {
		_, err = io.Copy(f, body)
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return none, errors.Join(err, f.Close())
	}
	row := store.Import{
		ID: newID(), Status: ImportQueued, Format: in.Format, Mapping: in.Mapping, Name: in.Name, DryRun: in.DryRun, SkipRefused: in.SkipRefused, Place: i.place,
		Errors: "[]", CreatedByID: c.By.UserID, CreatedAt: c.At, UpdatedAt: c.At,
	}
	i.keep(row)
	// The whole transfer is behind it: the patience of the request may be over.
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := i.store.Write(late, func(_ context.Context, tx *store.Tx) error { return tx.CreateImport(&row) }); err != nil {
		i.forget(row.ID)
		return none, errors.Join(err, f.Close())
	}
	select {
	case i.queue <- importJob{row, c.By, f, m}:
		return row, nil
	default:
		i.end(late, &row, ImportFailed, "Quá nhiều tệp đang chờ. · Too many files are waiting.")
		return none, errors.Join(importsBusy(), f.Close())
	}
}

func importsBusy() error {
	f := fault.New(fault.Busy, "Quá nhiều tệp đang chờ nhập; hãy thử lại sau.", "Too many files are waiting; try again later.")
	f.RetryAfter = time.Minute
	return f
}

func (i *Imports) keep(row store.Import) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.live[row.ID] = row
}

func (i *Imports) forget(id string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.live, id)
}

func (i *Imports) work(ctx context.Context, job importJob) {
	defer func() { _ = job.file.Close() }()
	row := job.row
	row.Status = ImportRunning
	i.keep(row)
	status, message, err := i.cases.RunImport(ctx, &row, job.by, job.file, job.m, i.dir, func() { i.keep(row) }, i.now)
	if err != nil {
		i.log.Error("import failed", "import", row.ID, "error", err)
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if status != ImportDone { // done was written with the records
		i.end(late, &row, status, message)
		return
	}
	i.forget(row.ID)
}

func (i *Imports) end(ctx context.Context, row *store.Import, status, message string) {
	row.Status, row.Message, row.UpdatedAt = status, message, i.now()
	if err := i.store.Write(ctx, func(_ context.Context, tx *store.Tx) error { return tx.SaveImport(row) }); err != nil {
		i.log.Error("how an import ended was not written", "import", row.ID, "error", err)
	}
	i.forget(row.ID)
}

// RunImport runs one import and says how it ended; row follows it. The row of an import that
// is done is written with the records.
func (s *Service) RunImport(ctx context.Context, row *store.Import, by policy.Actor, file *os.File, m *exchange.Mapping, dir string,
	tell func(), now func() time.Time) (status, message string, err error) {
	take := func(n ImportCounts) {
		row.RowsRead, row.Accepted, row.Refused, row.AlreadyThere, row.Written = n.Read, n.Accepted, n.Refused, n.AlreadyThere, n.Written
		row.ErrorsCapped = n.Capped
		row.Errors = importErrors(n.Errors)
		if tell != nil {
			tell()
		}
	}
	reader, err := exchange.Open(row.Format, file, m, dir)
	var p *exchange.Problem
	if errors.As(err, &p) {
		take(ImportCounts{Errors: []exchange.Problem{*p}, Broken: true})
		return ImportBroken, brokenText, nil
	}
	if err != nil {
		return ImportFailed, failedText, err
	}
	defer func() { _ = reader.Close() }()
	n, err := s.Import(ctx, ImportFile{
		ID: row.ID, By: by, At: now(), Format: row.Format, Name: row.Name, Reader: reader, DryRun: row.DryRun, SkipRefused: row.SkipRefused, Dir: dir, Tell: take,
		Written: func(tx *store.Tx, n ImportCounts) error {
			take(n)
			done := *row
			done.Status, done.Message, done.UpdatedAt = ImportDone, doneTextOf(n), now()
			err := tx.SaveImport(&done)
			if fault.NotFound.In(err) { // of the command line: there is no row yet
				err = tx.CreateImport(&done)
			}
			return err
		},
	})
	take(n)
	switch {
	case ctx.Err() != nil:
		return ImportInterrupted, "Bị ngắt; chưa ghi gì. Hãy gửi lại tệp. · Cut off; nothing was written. Send the file again.", nil
	case err != nil:
		if f, ok := fault.As(err); ok {
			return ImportFailed, f.Text.VI + " · " + f.Text.EN, err
		}
		return ImportFailed, failedText, err
	case n.Broken:
		return ImportBroken, brokenText, nil
	case row.DryRun && n.Refused > 0 && !row.SkipRefused:
		return ImportChecked, "Đã kiểm tra, không ghi gì. Nhập thật sẽ bị từ chối toàn bộ vì có dòng bị từ chối. · Checked, nothing written. The import itself would be refused whole, because rows are refused.", nil
	case row.DryRun:
		return ImportChecked, "Đã kiểm tra, không ghi gì. · Checked, nothing written.", nil
	case n.Refused > 0 && !row.SkipRefused:
		return ImportRefused, refusedText, nil
	}
	return ImportDone, doneTextOf(n), nil
}

func doneTextOf(n ImportCounts) string {
	if n.Refused > 0 {
		return skippedText
	}
	return doneText
}

const (
	brokenText = "Tệp có lỗi ở hình thức; chưa ghi gì. Sửa các chỗ nêu ở errors rồi gửi lại. · The file itself is broken; nothing was written. Mend what errors names and send it again."
	failedText = "Lỗi của hệ thống; chưa ghi gì. Hãy gửi lại tệp. · A fault of the system; nothing was written. Send the file again."

	refusedText = "Có dòng bị từ chối nên cả tệp chưa được ghi. Sửa các dòng nêu ở errors rồi gửi lại, hoặc gửi lại với skip_refused để bỏ qua các dòng đó. · Rows were refused, so nothing of the file was written. Mend the rows that errors names and send it again, or send it with skip_refused to leave them out."
	doneText    = "Đã ghi toàn bộ tệp trong một giao dịch. · The whole file was written, in one transaction."
	skippedText = "Đã ghi các dòng hợp lệ trong một giao dịch; các dòng nêu ở errors bị bỏ qua theo yêu cầu. · The accepted rows were written in one transaction; those that errors names were left out, as asked."
)

func importErrors(list []exchange.Problem) string {
	out := make([]api.ImportError, len(list))
	for i, p := range list {
		out[i] = api.ImportError{
			Sheet: p.Sheet, Line: p.Line, Column: p.Column, Header: p.Header, Pointer: p.Pointer, Code: p.Code, MessageVI: p.Text.VI, MessageEN: p.Text.EN,
		}
	}
	b, _ := json.Marshal(out) // plain values always encode
	return string(b)
}

// stuck is after how long without a sign an import of another process counts as cut off.
const stuck = 6 * time.Hour

// Get reads an import.
func (i *Imports) Get(ctx context.Context, by policy.Actor, id string) (store.Import, error) {
	if i.MayImport(by) != nil {
		return store.Import{}, fault.Absent()
	}
	row, err := i.store.Read(ctx).Import(id)
	if err != nil {
		return store.Import{}, err
	}
	return i.latest(*row), nil
}

func (i *Imports) latest(row store.Import) store.Import {
	i.mu.Lock()
	defer i.mu.Unlock()
	if live, ok := i.live[row.ID]; ok && (row.Status == ImportQueued || row.Status == ImportRunning) {
		return live
	}
	if (row.Status == ImportQueued || row.Status == ImportRunning) && i.now().Sub(row.UpdatedAt) > stuck {
		row.Status = ImportInterrupted
	}
	return row
}

// List is a page of imports, the newest first.
func (i *Imports) List(ctx context.Context, by policy.Actor, after *store.Position, limit int) (Page[store.Import], error) {
	if err := i.MayImport(by); err != nil {
		return Page[store.Import]{}, err
	}
	list, err := i.store.Read(ctx).Imports(after, limit)
	return pageOf(list, limit, func(row store.Import) store.Position { return store.Position{At: row.CreatedAt, ID: row.ID} }, i.latest), err
}

// mappingFor is the checked mapping of that name; none is needed but for tables.
func (s *Service) mappingFor(ctx context.Context, format, name string) (*exchange.Mapping, error) {
	if format != exchange.CSV && format != exchange.XLSX {
		if name != "" {
			return nil, fault.Input(fault.Field{Pointer: "?mapping", Code: "not_a_table", Text: fault.Text{VI: "Chỉ CSV và XLSX có ánh xạ cột.", EN: "Only CSV and XLSX have a mapping."}})
		}
		return nil, nil
	}
	if name == "" || name == exchange.BuiltIn {
		return exchange.ForExport(), nil
	}
	m, err := s.store.Read(ctx).ImportMapping(name)
	if fault.NotFound.In(err) {
		return nil, fault.Input(fault.Field{Pointer: "?mapping", Code: "unknown_mapping", Text: fault.Text{VI: "Không có ánh xạ cột tên này.", EN: "There is no mapping of this name."}})
	}
	if err != nil {
		return nil, err
	}
	var body api.ImportMapping
	if err := json.Unmarshal([]byte(m.Body), &body); err != nil {
		return nil, err
	}
	return exchange.NewMapping(body)
}

// MappingFor is the mapping of that name, for the command line.
func (s *Service) MappingFor(ctx context.Context, format, name string) (*exchange.Mapping, error) {
	return s.mappingFor(ctx, format, name)
}

// MappingView is a saved mapping.
type MappingView struct {
	Name      string
	Mapping   api.ImportMapping
	BuiltIn   bool
	UpdatedAt *time.Time
}

// Mappings lists every mapping, the built-in one first.
func (s *Service) Mappings(ctx context.Context, by policy.Actor) ([]MappingView, error) {
	if err := policy.Check(by, policy.Import, policy.Object{}); err != nil {
		return nil, err
	}
	rows, err := s.store.Read(ctx).ImportMappings()
	if err != nil {
		return nil, err
	}
	out := []MappingView{{Name: exchange.BuiltIn, Mapping: exchange.Export(), BuiltIn: true}}
	for _, r := range rows {
		v := MappingView{Name: r.Name, UpdatedAt: &r.UpdatedAt}
		if err := json.Unmarshal([]byte(r.Body), &v.Mapping); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// Mapping reads one mapping.
func (s *Service) Mapping(ctx context.Context, by policy.Actor, name string) (MappingView, error) {
	all, err := s.Mappings(ctx, by)
	if fault.Forbidden.In(err) {
		err = fault.Absent()
	}
	if err != nil {
		return MappingView{}, err
	}
	for _, m := range all {
		if m.Name == name {
			return m, nil
		}
	}
	return MappingView{}, fault.Absent()
}

// PutMapping saves a mapping under its name, after it was checked.
func (s *Service) PutMapping(ctx context.Context, c Call, name string, in api.ImportMapping) (MappingView, error) {
	if _, err := exchange.NewMapping(in); err != nil {
		return MappingView{}, err
	}
	if err := policy.Check(c.By, policy.Import, policy.Object{}); err != nil {
		return MappingView{}, err
	}
	if name == exchange.BuiltIn {
		return MappingView{}, builtInStays()
	}
	body, err := json.Marshal(in)
	if err != nil {
		return MappingView{}, err
	}
	err = s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		return tx.PutImportMapping(&store.ImportMapping{Name: name, Body: string(body), UpdatedByID: c.By.UserID, UpdatedAt: c.At})
	})
	return MappingView{Name: name, Mapping: in, UpdatedAt: &c.At}, err
}

// DropMapping removes a mapping.
func (s *Service) DropMapping(ctx context.Context, c Call, name string) error {
	if err := policy.Check(c.By, policy.Import, policy.Object{}); err != nil {
		return err
	}
	if name == exchange.BuiltIn {
		return builtInStays()
	}
	return s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error { return tx.DropImportMapping(name) })
}

func builtInStays() error {
	text := fault.Text{VI: "Ánh xạ «ungcuu» có sẵn, không sửa hay xóa được.", EN: "The mapping ungcuu is built in; it cannot be changed or removed."}
	return fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "built_in", Text: text})
}
