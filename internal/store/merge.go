package store

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/policy"
)

type movedRow struct{ ChildID, IncidentID string }

// TableName is the table of what has moved.
func (movedRow) TableName() string { return "moved_children" }

// KeepAddress notes that the handovers, duties or national reports lay in the case until now,
// so that they are still found under its address.
func (t *Tx) KeepAddress(incidentID string, childIDs []string) error {
	rows := make([]movedRow, len(childIDs))
	for i, id := range childIDs {
		rows[i] = movedRow{ChildID: id, IncidentID: incidentID}
	}
	if len(rows) == 0 {
		return nil
	}
	return t.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

// lies narrows db to the children that lie in the case, or once did.
func lies(db *gorm.DB, table, incidentID string) *gorm.DB {
	if incidentID == "" {
		return db
	}
	id, ok := canonical(incidentID)
	if !ok {
		return db.Where(nothing)
	}
	return db.Where("("+table+".incident_id = ? OR EXISTS (SELECT 1 FROM moved_children m WHERE m.child_id = "+table+
		".id AND m.incident_id = ?))", id, id)
}

// CaseOf returns the case in which the handover, duty or national report lies now, if it lies
// in the case incidentID or once did; incidentID itself otherwise.
func (t *Tx) CaseOf(incidentID, childID string) (string, error) {
	given, ok := canonical(incidentID)
	child, ok2 := canonical(childID)
	if !ok || !ok2 {
		return incidentID, nil
	}
	var now string
	err := scan(t.db.Raw("SELECT c.incident_id FROM (SELECT id, incident_id FROM handovers WHERE id = ?"+
		" UNION ALL SELECT id, incident_id FROM duties WHERE id = ?"+
		" UNION ALL SELECT id, incident_id FROM national_reports WHERE id = ?) c"+
		" WHERE EXISTS (SELECT 1 FROM moved_children m WHERE m.child_id = c.id AND m.incident_id = ?)",
		child, child, child, given), &now)
	if err != nil || now == "" {
		return incidentID, err
	}
	return now, nil
}

// Visible says which of the cases are in sight.
func (t *Tx) Visible(incidentIDs []string, sight policy.Sight) (map[string]bool, error) {
	out := map[string]bool{}
	wanted := ids(incidentIDs)
	if len(wanted) == 0 {
		return out, nil
	}
	var found []string
	err := t.db.Table("incidents").Select("incidents.id").Where(t.among("incidents.id", wanted)).Where(visible(sight)).Find(&found).Error
	for _, id := range found {
		out[id] = true
	}
	return out, err
}
