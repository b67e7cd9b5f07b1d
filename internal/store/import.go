package store

import (
	"time"

	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// Import is a file of old records, and how far it has come.
type Import struct {
	ID           string
	Status       string
	Format       string
	Mapping      string
	Name         string
	DryRun       bool
	SkipRefused  bool
	Place        string
	RowsRead     int
	Accepted     int
	Refused      int
	AlreadyThere int
	Written      int
	Errors       string // JSON
	ErrorsCapped bool
	Message      string
	CreatedByID  string
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// TableName is the table of the imports.
func (Import) TableName() string { return "imports" }

// ImportRow is a row of a list that became a case: its key, and the hash of its content.
type ImportRow struct {
	Key        string `gorm:"primaryKey"`
	IncidentID string
	Content    string
	ImportID   string
}

// TableName is the table of the rows.
func (ImportRow) TableName() string { return "import_rows" }

// ImportMapping is a saved mapping, as JSON.
type ImportMapping struct {
	Name        string `gorm:"primaryKey"`
	Body        string
	UpdatedByID string
	UpdatedAt   time.Time
}

// TableName is the table of the mappings.
func (ImportMapping) TableName() string { return "import_mappings" }

// CreateImport inserts an import.
func (t *Tx) CreateImport(i *Import) error { return t.db.Create(i).Error }

// SaveImport writes how far an import has come.
func (t *Tx) SaveImport(i *Import) error {
	return changed(t.db.Model(&Import{}).Where("id = ?", i.ID).Select("*").Omit("id").Updates(i))
}

// Import reads an import; fault.Absent when there is none.
func (t *Tx) Import(id string) (*Import, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	return one[Import](t.db.Where("id = ?", id))
}

// Imports is a page of imports, the newest first; one more is returned when there is more.
func (t *Tx) Imports(after *Position, limit int) ([]Import, error) {
	return many[Import](page(t.db.Model(&Import{}), "imports", "created_at", true, after, limit))
}

// ImportsLeft are the imports that the place had begun and not ended.
func (t *Tx) ImportsLeft(place string) ([]Import, error) {
	return many[Import](t.filter(t.db.Where("place = ?", place), "status", []string{"queued", "running"}))
}

// ImportRows returns the rows of these keys that are there, by key.
func (t *Tx) ImportRows(keys []string) (map[string]ImportRow, error) {
	out := map[string]ImportRow{}
	if len(keys) == 0 {
		return out, nil
	}
	rows, err := many[ImportRow](t.filter(t.db, "key", keys))
	for _, r := range rows {
		out[r.Key] = r
	}
	return out, err
}

// CasesNamed returns the cases with these ids or codes, without sight.
func (t *Tx) CasesNamed(given, codes []string) ([]incident.Incident, error) {
	var out []incident.Incident
	for column, values := range map[string][]string{"incidents.id": ids(given), "incidents.code": codes} {
		if len(values) == 0 {
			continue
		}
		rows, err := many[caseRow](t.filter(t.db.Model(&caseRow{}).Select(caseColumns), column, values))
		if err != nil {
			return nil, err
		}
		for i := range rows {
			out = append(out, rows[i].value())
		}
	}
	return out, nil
}

// ReserveCodes takes n numbers of the counter and returns the first. Numbers that are not
// used are never given again.
func (t *Tx) ReserveCodes(name string, n int) (int64, error) {
	var last int64
	err := scan(t.db.Raw("INSERT INTO counters (name, value) VALUES (?, ?)"+
		" ON CONFLICT (name) DO UPDATE SET value = counters.value + ? RETURNING value", name, n, n), &last)
	return last - int64(n) + 1, err
}

// bulk is how many rows one statement of an import inserts: the widest has some 60 columns,
// and SQLite takes 32,766 values.
const bulk = 400

func createBulk[T any](db *gorm.DB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return db.CreateInBatches(&rows, bulk).Error
}

// NewCases are cases that are new, with the rows they come from, made ready to be inserted:
// all that needs no database, so that no lock is held for it.
type NewCases struct {
	rows    []*caseRow
	natures []natureRow
	marks   []markRow
	words   []caseWords
	sights  []sightRow
	from    []ImportRow
}

// Add adds a case and the row it comes from.
func (n *NewCases) Add(c *incident.Case, from ImportRow) {
	n.rows, n.from = append(n.rows, rowOf(c.Incident)), append(n.from, from)
	for _, x := range c.Natures {
		n.natures = append(n.natures, natureRow{IncidentID: c.ID, Nature: string(x)})
	}
	n.marks = append(n.marks, marksOf(c.Incident)...)
	n.words = append(n.words, newCaseWords(c))
	for _, x := range c.Sights() {
		n.sights = append(n.sights, sightRow{AgencyID: x.AgencyID, IncidentID: c.ID, AsReporter: x.AsReporter, AsPartner: x.AsPartner, Narrowed: x.Narrowed})
	}
}

// Len is how many cases there are.
func (n *NewCases) Len() int { return len(n.rows) }

// CreateIncidents inserts cases that are new, with their natures, what they are found by, who
// takes part, and the rows they come from: many in each statement.
func (t *Tx) CreateIncidents(n *NewCases) error {
	for _, insert := range []func() error{
		func() error { return createBulk(t.db, n.rows) },
		func() error { return createBulk(t.db, n.natures) },
		func() error { return createBulk(t.db, n.marks) },
		func() error { return t.createWords(n.words) },
		func() error { return createBulk(t.db, n.sights) },
		func() error { return createBulk(t.db, n.from) },
	} {
		if err := insert(); err != nil {
			return taken(err, "Một bản ghi vừa được nhập bởi lần nhập khác; hãy gửi lại tệp.", "Another import has just brought in one of the records; send the file again.")
		}
	}
	return nil
}

// ImportMapping reads a saved mapping; fault.Absent when there is none.
func (t *Tx) ImportMapping(name string) (*ImportMapping, error) {
	return one[ImportMapping](t.db.Where("name = ?", name))
}

// ImportMappings returns every saved mapping, by name. The table is small.
func (t *Tx) ImportMappings() ([]ImportMapping, error) {
	return many[ImportMapping](t.db.Order("name"))
}

// PutImportMapping saves a mapping under its name.
func (t *Tx) PutImportMapping(m *ImportMapping) error { return t.db.Save(m).Error }

// DropImportMapping removes a mapping; fault.Absent when there is none.
func (t *Tx) DropImportMapping(name string) error {
	return changed(t.db.Where("name = ?", name).Delete(&ImportMapping{}))
}
