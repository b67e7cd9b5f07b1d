package store

import (
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// IncidentQuery is a list of cases. An empty filter narrows nothing; *After is inclusive,
// *Before exclusive.
type IncidentQuery struct {
	Sight policy.Sight

	Status, Severity, Category, Nature []string

	AgencyID       string // it reported, owns, operates or leads
	AssigneeID     string
	ReportedAfter  *time.Time
	ReportedBefore *time.Time
	UpdatedAfter   *time.Time
	Overdue        *bool  // a pending duty is past its target, or else its due time, at Now
	OverdueOwedBy  string // only the duties of this agency count as overdue
	Exercise       *bool
	Q              string // all words of the title or the code, the last as a prefix
	PartnerOnly    bool   // only cases in which Sight.AgencyID is a partner: a filter must not tell what a reporter does not see

	Sort  string // reported_at, -reported_at (the default), updated_at, -updated_at
	After *Position
	Limit int // one more is returned when there is more; 0: all
	Now   time.Time
}

// Incidents returns a page of cases.
func (t *Tx) Incidents(q IncidentQuery) ([]incident.Incident, error) {
	rows, err := many[caseRow](t.incidentPage(q))
	if err != nil {
		return nil, err
	}
	out := make([]incident.Incident, len(rows))
	for i := range rows {
		out[i] = rows[i].value()
	}
	return out, nil
}

// CountIncidents counts the cases of all pages, up to limit; capped says that there are more.
func (t *Tx) CountIncidents(q IncidentQuery, limit int) (n int, capped bool, err error) {
	few := t.incidents(q).Select("1").Limit(limit + 1)
	if err := scan(t.db.Raw("SELECT count(*) FROM (?) AS few", few), &n); err != nil {
		return 0, false, err
	}
	if n > limit {
		return limit, true, nil
	}
	return n, false, nil
}

func (t *Tx) incidentPage(q IncidentQuery) *gorm.DB {
	column, descending := strings.CutPrefix(q.Sort, "-")
	if column != "updated_at" {
		descending = descending || q.Sort == ""
		column = "reported_at"
	}
	rows := page(t.incidents(q), "incidents", column, descending, q.After, q.Limit)
	if t.store.dialect == SQLite {
		// First which cases, then their columns: SQLite sorts whole rows, natures looked up,
		// before it cuts the page.
		few := rows.Select("incidents.id")
		rows = page(t.db.Model(&caseRow{}).Where("incidents.id IN (?)", few), "incidents", column, descending, nil, 0)
	}
	return rows.Select(caseColumns)
}

// incidents is the rows of a list, not yet ordered or cut. What lives in another table is
// looked up from there, so that its index is used.
func (t *Tx) incidents(q IncidentQuery) *gorm.DB {
	db := t.db.Model(&caseRow{}).Where(visible(q.Sight))
	db = t.filter(db, "incidents.status", q.Status)
	db = t.filter(db, "incidents.severity", q.Severity)
	db = t.filter(db, "incidents.category", q.Category)
	if len(q.Nature) > 0 {
		v := t.among("n.nature", q.Nature)
		db = db.Where("incidents.id IN (SELECT n.incident_id FROM incident_natures n WHERE "+v.SQL+")", v.Vars...)
	}
	if q.PartnerOnly {
		agency, ok := canonical(q.Sight.AgencyID)
		if !ok {
			return db.Where(nothing)
		}
		db = db.Where("incidents.id IN (SELECT s.incident_id FROM case_sights s WHERE s.agency_id = ? AND s.as_partner)", agency)
	}
	if q.AgencyID != "" {
		id, ok := canonical(q.AgencyID)
		if !ok {
			return db.Where(nothing)
		}
		db = db.Where("(incidents.reporting_agency_id = ? OR incidents.owner_agency_id = ?"+
			" OR incidents.operator_agency_id = ? OR incidents.lead_agency_id = ?)", id, id, id, id)
	}
	db = is(db, "incidents.assignee_id", q.AssigneeID)
	if q.ReportedAfter != nil {
		db = db.Where("incidents.reported_at >= ?", *q.ReportedAfter)
	}
	if q.ReportedBefore != nil {
		db = db.Where("incidents.reported_at < ?", *q.ReportedBefore)
	}
	if q.UpdatedAfter != nil {
		db = db.Where("incidents.updated_at >= ?", *q.UpdatedAfter)
	}
	if q.Exercise != nil {
		db = db.Where("incidents.exercise = ?", *q.Exercise)
	}
	if q.Overdue != nil {
		db = overdueCases(db, *q.Overdue, q.OverdueOwedBy, q.Now)
	}
	return found(db, q.Q)
}

// overdueCases narrows db to the cases with, or without, an overdue duty. The two branches
// are each a range of the index over pending duties.
func overdueCases(db *gorm.DB, overdue bool, owedBy string, now time.Time) *gorm.DB {
	if !overdue {
		late := "d.status = 'pending' AND coalesce(d.target_at, d.due_at) < ?"
		vars := []any{now}
		if owedBy != "" {
			id, ok := canonical(owedBy)
			if !ok {
				return db
			}
			late, vars = late+" AND d.owed_by_id = ?", append(vars, id)
		}
		return db.Where("NOT EXISTS (SELECT 1 FROM duties d WHERE d.incident_id = incidents.id AND "+late+")", vars...)
	}
	byTarget := "SELECT d.incident_id FROM duties d WHERE d.status = 'pending' AND d.target_at < ?"
	byDue := "SELECT d.incident_id FROM duties d WHERE d.status = 'pending' AND d.target_at IS NULL AND d.due_at < ?"
	vars := []any{now, now}
	if owedBy != "" {
		id, ok := canonical(owedBy)
		if !ok {
			return db.Where(nothing)
		}
		byTarget, byDue = byTarget+" AND d.owed_by_id = ?", byDue+" AND d.owed_by_id = ?"
		vars = []any{now, id, now, id}
	}
	return db.Where("incidents.id IN ("+byTarget+" UNION ALL "+byDue+")", vars...)
}

// found narrows db to the cases that hold every word of q, the last as a prefix. A text
// without any word finds nothing.
//
// The longest word, most often the rarest, is looked up first; of what it finds, the other
// whole words are only checked.
func found(db *gorm.DB, q string) *gorm.DB {
	if q == "" {
		return db
	}
	words := Fold(q)
	if len(words) == 0 {
		return db.Where(nothing)
	}
	last, longest := len(words)-1, 0
	for i, w := range words {
		if len(w) > len(words[longest]) {
			longest = i
		}
	}
	const lookUp = "incidents.id IN (SELECT w.incident_id FROM incident_words w WHERE "
	for i, w := range words {
		switch i {
		case last:
			db = db.Where(lookUp+"w.word >= ? AND w.word < ?)", w, w+afterAnyLetter)
		case longest:
			db = db.Where(lookUp+"w.word = ?)", w)
		default:
			db = db.Where("EXISTS (SELECT 1 FROM incident_words w WHERE w.word = ? AND w.incident_id = incidents.id)", w)
		}
	}
	return db
}
