package store

import (
	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// Linked is a link as one of its two cases shows it, with what it says of the other.
type Linked struct {
	incident.Link `gorm:"embedded"`
	OtherID       string          `gorm:"->"`
	OtherCode     string          `gorm:"->"`
	OtherTitle    string          `gorm:"->"`
	OtherStatus   incident.Status `gorm:"->"`
}

// TableName is the table of the links.
func (Linked) TableName() string { return "case_links" }

// linked are the links of a case whose other case is in sight.
func (t *Tx) linked(incidentID string, sight policy.Sight) *gorm.DB {
	return t.db.Model(&Linked{}).
		Select(columns("case_links", incident.Link{})+", incidents.id AS other_id, incidents.code AS other_code, incidents.title AS other_title, incidents.status AS other_status").
		Joins("JOIN incidents ON incidents.id = CASE WHEN case_links.incident_id = ? THEN case_links.to_id ELSE case_links.incident_id END", incidentID).
		Where("(case_links.incident_id = ? OR case_links.to_id = ?)", incidentID, incidentID).Where(visible(sight))
}

// Links returns a page of the links of a case that were not removed, the oldest first. Only
// those are there whose other case is in sight; sight of the case itself is asked before.
func (t *Tx) Links(incidentID string, sight policy.Sight, after *Position, limit int) ([]Linked, error) {
	id, ok := canonical(incidentID)
	if !ok {
		return []Linked{}, nil
	}
	return many[Linked](page(t.linked(id, sight).Where("case_links.removed_at IS NULL"), "case_links", "created_at", false, after, limit))
}

// Link reads a link of the case whose other case is in sight, removed or not; fault.Absent
// otherwise.
func (t *Tx) Link(incidentID, id string, sight policy.Sight) (*Linked, error) {
	of, ok := canonical(incidentID)
	id, ok2 := canonical(id)
	if !ok || !ok2 {
		return nil, fault.Absent()
	}
	return one[Linked](t.linked(of, sight).Where("case_links.id = ?", id))
}

// HasLink reports whether a link of the kind stands between the cases, in the direction
// given, or in any when both is set.
func (t *Tx) HasLink(fromID, toID string, kind incident.LinkKind, both bool) (bool, error) {
	db := t.db.Table("case_links").Where("kind = ? AND removed_at IS NULL", kind)
	if both {
		db = db.Where("(incident_id = ? AND to_id = ? OR incident_id = ? AND to_id = ?)", fromID, toID, toID, fromID)
	} else {
		db = db.Where("incident_id = ? AND to_id = ?", fromID, toID)
	}
	var n int64
	err := db.Count(&n).Error
	return n > 0, err
}

// CreateLink inserts a link.
func (t *Tx) CreateLink(l *incident.Link) error {
	return taken(t.db.Create(l).Error, "Hai hồ sơ đã có liên kết này.", "The cases are linked like this already.")
}

// SaveLink writes every column of a link. Its cases are locked by whoever calls.
func (t *Tx) SaveLink(l *incident.Link) error {
	row := *l
	return changed(t.db.Model(&incident.Link{}).Where("id = ?", l.ID).Select("*").Omit("id").Updates(&row))
}
