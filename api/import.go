package api

// HistoricIncident is one line of a JSON Lines file of old records: a report, and what came
// of it. It is history: no duties, no notices, no moves. An export has the same lines.
type HistoricIncident struct {
	NewIncident
	ID              string      `json:"id,omitempty" format:"uuid"`         // of the desk that exported it
	Code            string      `json:"code,omitempty"`                     // likewise
	Source          string      `json:"source,omitempty"`                   // the list it comes from; with report.reference its key
	Status          string      `json:"status,omitempty" enum:"status"`     // closed when not given
	Category        *string     `json:"category,omitempty" enum:"category"` // RSIT, class.type
	CategoryVN      *string     `json:"category_vn,omitempty" enum:"category_vn"`
	Severity        *string     `json:"severity,omitempty" enum:"severity"`
	ReportingAgency string      `json:"reporting_agency,omitempty"`               // code or name; the importer's where the registry has none of that name
	OwnerAgency     string      `json:"owner_agency,omitempty"`                   // code or name
	OperatorAgency  string      `json:"operator_agency,omitempty"`                // code or name
	Restricted      bool        `json:"restricted,omitempty"`                     // true is refused: named people do not travel
	ReportedAt      *string     `json:"reported_at,omitempty" format:"date-time"` // the time of detection when not given
	TriagedAt       *string     `json:"triaged_at,omitempty" format:"date-time"`
	ResolvedAt      *string     `json:"resolved_at,omitempty" format:"date-time"`
	ClosedAt        *string     `json:"closed_at,omitempty" format:"date-time"`
	Resolution      *Resolution `json:"resolution,omitempty"`
	Lessons         string      `json:"lessons,omitempty"`
	Withheld        []string    `json:"withheld,omitempty"` // what the exporter could not see; such a line cannot be imported as new
}

// ImportQuery says what is sent with POST /imports.
type ImportQuery struct {
	Format  string `json:"format" enum:"import_format"`
	Mapping string `json:"mapping"` // of CSV and XLSX; ungcuu when not given, the layout of an export
	Name    string `json:"name"`    // of the file, as it is shown
	DryRun  bool   `json:"dry_run"` // check everything, write nothing

	SkipRefused bool `json:"skip_refused"` // write the accepted rows although others are refused; without it one refused row keeps the whole file out
}

// Import is one file of old records, and how far it has come.
//
// queued and running go on by themselves. done: what was accepted is written, all of it in
// one transaction. refused: some rows were refused and skip_refused was not asked for, nothing
// written; accepted says how many would have been. checked: a dry run, nothing written.
// broken: the file could not be read as a whole, nothing written whatever was asked. failed
// and interrupted: nothing written, send the file again.
type Import struct {
	ID           string        `json:"id" format:"uuid"`
	Status       string        `json:"status" enum:"import_status"`
	Format       string        `json:"format" enum:"import_format"`
	Mapping      string        `json:"mapping"`
	Name         string        `json:"name"`
	DryRun       bool          `json:"dry_run"`
	SkipRefused  bool          `json:"skip_refused"`
	Read         int           `json:"read"`          // rows of the file
	Accepted     int           `json:"accepted"`      // new and right
	Refused      int           `json:"refused"`       // see errors
	AlreadyThere int           `json:"already_there"` // with the same content
	Written      int           `json:"written"`       // of accepted; all or none when it has ended
	Errors       []ImportError `json:"errors"`
	ErrorsCapped bool          `json:"errors_capped"` // true: there were more errors than are listed
	Message      string        `json:"message"`       // what it ended with
	CreatedBy    string        `json:"created_by" format:"uuid"`
	CreatedAt    string        `json:"created_at" format:"date-time"`
	UpdatedAt    string        `json:"updated_at" format:"date-time"`
}

// ImportError says what was refused, and where it stands.
type ImportError struct {
	Sheet     string `json:"sheet,omitempty"`
	Line      int    `json:"line"`              // of the file, or row of the sheet, from 1
	Column    string `json:"column,omitempty"`  // its letter, of CSV too
	Header    string `json:"header,omitempty"`  // what the column is called
	Pointer   string `json:"pointer,omitempty"` // the field, as in HistoricIncident
	Code      string `json:"code"`
	Message   string `json:"message"`
	MessageVI string `json:"message_vi"`
	MessageEN string `json:"message_en"`
}

// ImportList is a page of imports, the newest first.
type ImportList struct {
	Items []Import `json:"items"`
	Paged
}

// ImportMapping says which column of a CSV or XLSX file is which field.
type ImportMapping struct {
	Sheet       string          `json:"sheet,omitempty"`                                 // every visible sheet when not given
	HeaderRow   int             `json:"header_row,omitempty" minimum:"1" maximum:"1000"` // 1 when not given
	Delimiter   string          `json:"delimiter,omitempty" enum:"import_delimiter"`     // found out when not given
	TimeZone    string          `json:"time_zone,omitempty"`                             // Asia/Ho_Chi_Minh when not given
	DateFormats []string        `json:"date_formats,omitempty"`                          // e.g. dd/MM/yyyy HH:mm; day first when not given
	Source      string          `json:"source,omitempty"`                                // the list the file comes from; with a reference a row's key
	Columns     []ImportColumn  `json:"columns" validate:"required"`
	Defaults    []ImportDefault `json:"defaults,omitempty"` // of fields without a column
}

// ImportColumn is the rule of one column: named by its header or its letter.
type ImportColumn struct {
	Header      string        `json:"header,omitempty"` // case and diacritics do not matter
	Letter      string        `json:"letter,omitempty"` // A, B … AA
	Field       string        `json:"field" validate:"required" enum:"import_field"`
	DateFormats []string      `json:"date_formats,omitempty"`
	Values      []ImportValue `json:"values,omitempty"`   // how what stands there is said here
	Default     string        `json:"default,omitempty"`  // where the cell is empty
	Optional    bool          `json:"optional,omitempty"` // the file may lack the column
}

// ImportValue translates one value of a column; case and diacritics do not matter.
type ImportValue struct {
	From string `json:"from" validate:"required"`
	To   string `json:"to"`
}

// ImportDefault is the value of a field that has no column.
type ImportDefault struct {
	Field string `json:"field" validate:"required" enum:"import_field"`
	Value string `json:"value" validate:"required"`
}

// NamedImportMapping is a saved mapping.
type NamedImportMapping struct {
	Name        string          `json:"name"`
	Sheet       string          `json:"sheet"`
	HeaderRow   int             `json:"header_row"`
	Delimiter   string          `json:"delimiter"`
	TimeZone    string          `json:"time_zone"`
	DateFormats []string        `json:"date_formats"`
	Source      string          `json:"source"`
	Columns     []ImportColumn  `json:"columns"`
	Defaults    []ImportDefault `json:"defaults"`
	BuiltIn     bool            `json:"built_in"`
	UpdatedAt   *string         `json:"updated_at" format:"date-time"`
}

// ImportMappingList is a page of the mappings, by name.
type ImportMappingList struct {
	Items []NamedImportMapping `json:"items"`
	Paged
}

// ProposeMapping asks for a mapping by the headers of a file.
type ProposeMapping struct {
	Headers []string `json:"headers" validate:"required"`
}

// MappingProposal is a mapping made from headers: a proposal to look over, and what it does
// not know.
type MappingProposal struct {
	Mapping ImportMapping `json:"mapping"`
	Unknown []string      `json:"unknown"`                     // headers that say nothing to the desk
	Missing []string      `json:"missing" enum:"import_field"` // fields a record needs and no header names
}

// ExportQuery says which cases are exported, and how: the filters of the list of cases. The
// order is fixed.
type ExportQuery struct {
	Format         string   `json:"format" enum:"export_format"`
	Status         []string `json:"status" enum:"status"`
	Severity       []string `json:"severity" enum:"severity"`
	Category       []string `json:"category" enum:"category"`
	Nature         []string `json:"nature" enum:"nature"`
	AgencyID       string   `json:"agency_id" format:"uuid"`
	AssigneeID     string   `json:"assignee_id" format:"uuid"`
	ReportedAfter  string   `json:"reported_after" format:"date-time"`  // inclusive
	ReportedBefore string   `json:"reported_before" format:"date-time"` // exclusive
	UpdatedAfter   string   `json:"updated_after" format:"date-time"`   // inclusive
	Overdue        *bool    `json:"overdue"`
	Exercise       *bool    `json:"exercise"`
	Q              string   `json:"q"`
}
