package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// caseRow is a case with its natures, which have a table of their own, in one statement: a
// reader outside a transaction never sees the natures of another version.
type caseRow struct {
	incident.Incident `gorm:"embedded"`
	NatureList        *string `gorm:"->;column:nature_list"`
}

var caseColumns = columns("incidents", incident.Incident{}) + ", (SELECT string_agg(n.nature, ',') FROM incident_natures n" +
	" WHERE n.incident_id = incidents.id) AS nature_list"

func (r *caseRow) value() incident.Incident {
	inc := r.Incident
	inc.Natures = []incident.Nature{}
	if r.NatureList != nil {
		for _, n := range strings.Split(*r.NatureList, ",") {
			inc.Natures = append(inc.Natures, incident.Nature(n))
		}
	}
	// The order of the list of natures; the table has none.
	slices.SortFunc(inc.Natures, func(a, b incident.Nature) int {
		if i, j := slices.Index(incident.Natures, a), slices.Index(incident.Natures, b); i != j {
			return i - j
		}
		return strings.Compare(string(a), string(b))
	})
	return inc
}

func rowOf(inc *incident.Incident) *caseRow {
	row := &caseRow{Incident: *inc}
	// The columns are NOT NULL: nothing is an empty object or list.
	if row.Facts == nil {
		row.Facts = incident.Facts{}
	}
	if row.System.PublicAddresses == nil {
		row.System.PublicAddresses = []string{}
	}
	if row.System.Domains == nil {
		row.System.Domains = []string{}
	}
	return row
}

func (t *Tx) caseWhere(id string, sight clause.Expr) (*incident.Incident, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	row, err := one[caseRow](t.db.Select(caseColumns).Where("incidents.id = ?", id).Where(sight))
	if err != nil {
		return nil, err
	}
	inc := row.value()
	return &inc, nil
}

// lockWhere locks the case and then reads it: what the first statement waited for may have
// changed the case, its natures and who sees it. SQLite's transaction holds the file already.
func (t *Tx) lockWhere(id string, sight clause.Expr) (*incident.Incident, error) {
	if t.store.dialect == Postgres {
		given, ok := canonical(id)
		if !ok {
			return nil, fault.Absent()
		}
		var locked string
		err := t.db.Table("incidents").Select("incidents.id").Where("incidents.id = ?", given).Where(sight).
			Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Take(&locked).Error
		if err != nil {
			return nil, absent(err)
		}
	}
	return t.caseWhere(id, sight)
}

// LockIncident reads a case for a change: no one else can change it until this transaction
// ends. It is fault.Absent when there is none, or none in sight.
func (t *Tx) LockIncident(id string, sight policy.Sight) (*incident.Incident, error) {
	return t.lockWhere(id, visible(sight))
}

// LockCase is LockIncident without sight, for who was already found to see a handover or a
// duty of the case.
func (t *Tx) LockCase(id string) (*incident.Incident, error) {
	return t.lockWhere(id, everything)
}

// Incident reads a case; fault.Absent when there is none, or none in sight.
func (t *Tx) Incident(id string, sight policy.Sight) (*incident.Incident, error) {
	return t.caseWhere(id, visible(sight))
}

// Case reads a case without sight.
func (t *Tx) Case(id string) (*incident.Incident, error) {
	return t.caseWhere(id, everything)
}

// CaseCalled reads a case without sight by its id or by its code, whatever the case of its
// letters; fault.Absent when there is none.
func (t *Tx) CaseCalled(name string) (*incident.Incident, error) {
	if id, ok := canonical(name); ok {
		return t.Case(id)
	}
	row, err := one[caseRow](t.db.Select(caseColumns).Where("incidents.code = ?", strings.ToUpper(strings.TrimSpace(name))))
	if err != nil {
		return nil, err
	}
	inc := row.value()
	return &inc, nil
}

// CreateIncident inserts a case with its natures. SetTexts makes it found by its words.
func (t *Tx) CreateIncident(inc *incident.Incident) error {
	if err := t.db.Create(rowOf(inc)).Error; err != nil {
		return err
	}
	if err := t.setMarks(inc); err != nil {
		return err
	}
	return t.setNatures(inc)
}

// SaveIncident writes every column of a case whose stored version is seen, and what its
// natures have changed; fault.Stale when the version is another.
func (t *Tx) SaveIncident(inc *incident.Incident, seen int64) error {
	db := t.db.Model(&caseRow{}).Where("id = ? AND version = ?", inc.ID, seen).Select("*").Omit("id").Updates(rowOf(inc))
	if err := guarded(db); err != nil {
		return err
	}
	if err := t.setMarks(inc); err != nil {
		return err
	}
	return t.setNatures(inc)
}

type natureRow struct{ IncidentID, Nature string }

// TableName is the table of the natures.
func (natureRow) TableName() string { return "incident_natures" }

// setNatures makes the stored natures of a case those it has now, and writes only the
// difference, which most often is none.
func (t *Tx) setNatures(inc *incident.Incident) error {
	var have, want []string
	if err := scan(t.db.Raw("SELECT nature FROM incident_natures WHERE incident_id = ?", inc.ID), &have); err != nil {
		return err
	}
	for _, n := range inc.Natures {
		want = append(want, string(n))
	}
	gone, come := difference(have, want)
	if len(gone) > 0 {
		if err := t.filter(t.db.Where("incident_id = ?", inc.ID), "nature", gone).Delete(&natureRow{}).Error; err != nil {
			return err
		}
	}
	if len(come) == 0 {
		return nil
	}
	rows := make([]natureRow, len(come))
	for i, n := range come {
		rows[i] = natureRow{IncidentID: inc.ID, Nature: n}
	}
	return t.db.Create(&rows).Error
}

// difference returns what have has too much and what it lacks to be want, each once.
func difference(have, want []string) (gone, come []string) {
	held := make(map[string]bool, len(have))
	for _, h := range have {
		held[h] = true
	}
	wanted := make(map[string]bool, len(want))
	for _, w := range want {
		if !wanted[w] && !held[w] {
			come = append(come, w)
		}
		wanted[w] = true
	}
	for _, h := range have {
		if !wanted[h] {
			gone = append(gone, h)
		}
	}
	return gone, come
}

// NextCode counts up the counter of that name, from 1, and never gives a number twice.
//
// On PostgreSQL it commits at once, on a connection kept for it: within the transaction, one
// report would wait for the other's end. A transaction that is rolled back leaves a gap.
func (t *Tx) NextCode(name string) (n int64, err error) {
	const count = "INSERT INTO counters (name, value) VALUES (%s, 1)" +
		" ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value"
	if t.store.dialect != Postgres {
		err = scan(t.db.Raw(fmt.Sprintf(count, "?"), name), &n)
		return n, err
	}
	ctx, cancel := context.WithTimeout(t.db.Statement.Context, patience)
	defer cancel()
	if err := t.store.codes.QueryRow(ctx, fmt.Sprintf(count, "$1"), name).Scan(&n); err != nil {
		return 0, t.store.told.failed(explain(err))
	}
	return n, nil
}

// Relation is how an agency takes part in a case.
type Relation struct{ AsReporter, AsPartner bool }

type sightRow struct {
	AgencyID   string
	IncidentID string
	AsReporter bool
	AsPartner  bool
	Narrowed   bool
}

// TableName is the table of who takes part.
func (sightRow) TableName() string { return "case_sights" }

// Relation says how the agency takes part in the case.
func (t *Tx) Relation(incidentID, agencyID string) (asReporter, asPartner bool, err error) {
	all, err := t.Relations([]string{incidentID}, agencyID)
	if err != nil {
		return false, false, err
	}
	id, _ := canonical(incidentID)
	return all[id].AsReporter, all[id].AsPartner, nil
}

// Relations says how the agency takes part in each of the cases; one it does not take part in
// is missing.
func (t *Tx) Relations(incidentIDs []string, agencyID string) (map[string]Relation, error) {
	out := map[string]Relation{}
	agency, ok := canonical(agencyID)
	wanted := ids(incidentIDs)
	if !ok || len(wanted) == 0 {
		return out, nil
	}
	rows, err := many[sightRow](t.filter(t.db.Where("agency_id = ?", agency), "incident_id", wanted))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		out[r.IncidentID] = Relation{AsReporter: r.AsReporter, AsPartner: r.AsPartner}
	}
	return out, nil
}

// SetSights makes want the list of agencies that take part in the case, and writes only the
// difference.
func (t *Tx) SetSights(incidentID string, want []incident.Sight) error {
	rows, err := many[sightRow](t.db.Where("incident_id = ?", incidentID))
	if err != nil {
		return err
	}
	have := map[string]sightRow{}
	for _, r := range rows {
		have[r.AgencyID] = r
	}
	var order []string
	merged := map[string]sightRow{}
	for _, w := range want {
		if !w.AsReporter && !w.AsPartner {
			continue
		}
		r, twice := merged[w.AgencyID]
		if !twice {
			order = append(order, w.AgencyID)
			r = sightRow{AgencyID: w.AgencyID, IncidentID: incidentID}
		}
		r.AsReporter = r.AsReporter || w.AsReporter
		r.AsPartner = r.AsPartner || w.AsPartner
		r.Narrowed = r.Narrowed || w.Narrowed
		merged[w.AgencyID] = r
	}
	var change []sightRow
	for _, id := range order {
		if have[id] != merged[id] {
			change = append(change, merged[id])
		}
	}
	var gone []string
	for _, r := range rows {
		if _, stays := merged[r.AgencyID]; !stays {
			gone = append(gone, r.AgencyID)
		}
	}
	if len(gone) > 0 {
		if err := t.filter(t.db.Where("incident_id = ?", incidentID), "agency_id", gone).Delete(&sightRow{}).Error; err != nil {
			return err
		}
	}
	if len(change) == 0 {
		return nil
	}
	return t.db.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "agency_id"}, {Name: "incident_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"as_reporter", "as_partner", "narrowed"}),
	}).Create(&change).Error
}

type personRow struct{ IncidentID, UserID string }

// TableName is the table of the named people.
func (personRow) TableName() string { return "incident_people" }

// People lists who is named in the case, by id.
func (t *Tx) People(incidentID string) ([]string, error) {
	id, ok := canonical(incidentID)
	if !ok {
		return []string{}, nil
	}
	rows, err := many[personRow](t.db.Where("incident_id = ?", id).Order("user_id"))
	if err != nil {
		return nil, err
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.UserID
	}
	return out, nil
}

// SetPeople makes userIDs the people named in the case.
func (t *Tx) SetPeople(incidentID string, userIDs []string) error {
	have, err := t.People(incidentID)
	if err != nil {
		return err
	}
	gone, come := difference(have, userIDs)
	if len(gone) > 0 {
		if err := t.filter(t.db.Where("incident_id = ?", incidentID), "user_id", gone).Delete(&personRow{}).Error; err != nil {
			return err
		}
	}
	if len(come) == 0 {
		return nil
	}
	rows := make([]personRow, len(come))
	for i, id := range come {
		rows[i] = personRow{IncidentID: incidentID, UserID: id}
	}
	return t.db.Create(&rows).Error
}
