package store

import (
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// NationalReportsOf returns every national report of a case, the oldest first.
func (t *Tx) NationalReportsOf(incidentID string) ([]incident.NationalReport, error) {
	id, ok := canonical(incidentID)
	if !ok {
		return []incident.NationalReport{}, nil
	}
	return many[incident.NationalReport](t.db.Where("incident_id = ?", id).Order("created_at, id"))
}

// NationalReport reads a national report that lies in the case, or lay there before a merge;
// fault.Absent when there is none.
func (t *Tx) NationalReport(incidentID, id string) (*incident.NationalReport, error) {
	id, ok := canonical(id)
	if !ok || incidentID == "" {
		return nil, fault.Absent()
	}
	return one[incident.NationalReport](lies(t.db.Where("national_reports.id = ?", id), "national_reports", incidentID))
}

// CreateNationalReport inserts a national report.
func (t *Tx) CreateNationalReport(r *incident.NationalReport) error {
	return t.db.Create(reportRow(r)).Error
}

// reportRow is the row of a report: the columns are NOT NULL.
func reportRow(r *incident.NationalReport) *incident.NationalReport {
	row := *r
	if row.Fields == nil {
		row.Fields = map[string]any{}
	}
	return &row
}

// SaveNationalReport writes every column of a report whose stored version is seen;
// fault.Stale when it is another.
func (t *Tx) SaveNationalReport(r *incident.NationalReport, seen int64) error {
	return guarded(t.db.Model(&incident.NationalReport{}).Where("id = ? AND version = ?", r.ID, seen).
		Select("*").Omit("id").Updates(reportRow(r)))
}
