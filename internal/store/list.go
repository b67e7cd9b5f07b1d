package store

import (
	"slices"
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
	Q              string       // all words of what Reads reads, the last as a prefix
	Reads          policy.Reads // the zero value reads nothing
	PartyOnly      bool         // only cases in which Sight.AgencyID takes part: a person named in a case of others sees its head alone
	PartnerOnly    bool         // only cases in which Sight.AgencyID is a partner: a filter must not tell what a reporter does not see

	Sort  string // reported_at, -reported_at (the default), updated_at, -updated_at; with Q also relevance
	After *Position
	Limit int // one more is returned when there is more; 0: all
	Now   time.Time
}

// Incidents returns a page of cases.
func (t *Tx) Incidents(q IncidentQuery) ([]incident.Incident, error) {
	if q.Q == "" {
		return cases(many[caseRow](t.incidentPage(q)))
	}
	found, err := t.search(q)
	if err != nil {
		return nil, err
	}
	out := make([]incident.Incident, 0, len(found))
	for chunk := range slices.Chunk(found, 1000) {
		few, err := t.casesByID(chunk)
		if err != nil {
			return nil, err
		}
		out = append(out, few...)
	}
	return out, nil
}

// IncidentPage is Incidents without what is over the limit, and where the next page starts,
// nil when there is none.
func (t *Tx) IncidentPage(q IncidentQuery) ([]incident.Incident, *Position, error) {
	list, err := t.Incidents(q)
	if err != nil || len(list) <= q.Limit {
		return list, nil, err
	}
	list = list[:q.Limit]
	last := list[len(list)-1]
	next := &Position{At: last.ReportedAt, ID: last.ID}
	switch q.Sort {
	case "updated_at", "-updated_at":
		next.At = last.UpdatedAt
	case Relevance:
		next.Rest = !holdsAll(Fold(last.Title+"\n"+last.Code), asked(q.Q))
	}
	return list, next, nil
}

func cases(rows []caseRow, err error) ([]incident.Incident, error) {
	if err != nil {
		return nil, err
	}
	out := make([]incident.Incident, len(rows))
	for i := range rows {
		out[i] = rows[i].value()
	}
	return out, nil
}

// casesByID reads cases in the order of the ids.
func (t *Tx) casesByID(ids []string) ([]incident.Incident, error) {
	list, err := cases(many[caseRow](t.db.Model(&caseRow{}).Select(caseColumns).Where(t.among("incidents.id", ids))))
	if err != nil {
		return nil, err
	}
	place := make(map[string]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(list, func(a, b incident.Incident) int { return place[a.ID] - place[b.ID] })
	return list, nil
}

// CountIncidents counts the cases of all pages, up to limit; capped says that there are more.
func (t *Tx) CountIncidents(q IncidentQuery, limit int) (n int, capped bool, err error) {
	if q.Q != "" {
		n, err = t.countFound(q, limit+1)
	} else {
		few := t.incidents(q).Select("1").Limit(limit + 1)
		err = scan(t.db.Raw("SELECT count(*) FROM (?) AS few", few), &n)
	}
	if err != nil {
		return 0, false, err
	}
	if n > limit {
		return limit, true, nil
	}
	return n, false, nil
}

// order is the column of a list's order.
func (q IncidentQuery) order() (column string, descending bool) {
	switch q.Sort {
	case "updated_at", "-updated_at":
		return "updated_at", q.Sort[0] == '-'
	case "reported_at":
		return "reported_at", false
	}
	return "reported_at", true
}

func (t *Tx) incidentPage(q IncidentQuery) *gorm.DB {
	column, descending := q.order()
	rows := page(t.incidents(q), "incidents", column, descending, q.After, q.Limit)
	if t.store.dialect == SQLite {
		// First which cases, then their columns: SQLite sorts whole rows, natures looked up,
		// before it cuts the page.
		few := rows.Select("incidents.id")
		rows = page(t.db.Model(&caseRow{}).Where("incidents.id IN (?)", few), "incidents", column, descending, nil, 0)
	}
	return rows.Select(caseColumns)
}

// incidents is the rows of a list, whatever Q asks, not yet ordered or cut. What lives in another table is
// looked up from there, so that its index is used.
func (t *Tx) incidents(q IncidentQuery) *gorm.DB {
	db := t.db.Model(&caseRow{}).Where(t.inList(q.Sight))
	db = t.filter(db, "incidents.status", q.Status)
	db = t.filter(db, "incidents.severity", q.Severity)
	db = t.filter(db, "incidents.category", q.Category)
	if len(q.Nature) > 0 {
		v := t.among("n.nature", q.Nature)
		db = db.Where("incidents.id IN (SELECT n.incident_id FROM incident_natures n WHERE "+v.SQL+")", v.Vars...)
	}
	if q.PartyOnly {
		agency, ok := canonical(q.Sight.AgencyID)
		if !ok {
			return db.Where(nothing)
		}
		db = db.Where("incidents.id IN (SELECT s.incident_id FROM case_sights s WHERE s.agency_id = ?)", agency)
	}
	if q.PartnerOnly {
		agency, ok := canonical(q.Sight.AgencyID)
		if !ok {
			return db.Where(nothing)
		}
		db = db.Where("incidents.id IN (SELECT s.incident_id FROM case_sights s WHERE s.agency_id = ? AND s.as_partner AND NOT s.narrowed)", agency)
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
	return db
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
