package store

import (
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// markRow is one thing that tells which system a case is about.
type markRow struct {
	IncidentID string
	Kind       incident.MarkKind
	Value      string
	ReportedAt time.Time
}

// TableName is the table of the marks.
func (markRow) TableName() string { return "incident_marks" }

// marksOf are the marks of a case, each once.
func marksOf(inc *incident.Incident) []markRow {
	var rows []markRow
	seen := map[[2]string]bool{}
	add := func(kind incident.MarkKind, value string) {
		if k := [2]string{string(kind), value}; value != "" && !seen[k] {
			seen[k] = true
			rows = append(rows, markRow{inc.ID, kind, value, inc.ReportedAt})
		}
	}
	if inc.System.ID != nil {
		add(incident.MarkID, strings.ToLower(*inc.System.ID))
	}
	add(incident.MarkName, strings.Join(Fold(inc.System.Name), " "))
	for _, a := range inc.System.PublicAddresses {
		add(incident.MarkAddress, incident.Address(a))
	}
	for _, d := range inc.System.Domains {
		add(incident.MarkDomain, incident.Domain(d))
	}
	return rows
}

// setMarks makes the stored marks of a case those it has now, and writes only the difference.
func (t *Tx) setMarks(inc *incident.Incident) error {
	stored, err := many[markRow](t.db.Where("incident_id = ?", inc.ID))
	if err != nil {
		return err
	}
	key := func(r markRow) string { return string(r.Kind) + "\x00" + r.Value }
	have := map[string]bool{}
	for _, r := range stored {
		have[key(r)] = true
	}
	want := map[string]bool{}
	var come []markRow
	for _, r := range marksOf(inc) {
		want[key(r)] = true
		if !have[key(r)] {
			come = append(come, r)
		}
	}
	for _, r := range stored {
		if want[key(r)] {
			continue
		}
		if err := t.db.Where("incident_id = ? AND kind = ? AND value = ?", inc.ID, r.Kind, r.Value).Delete(&markRow{}).Error; err != nil {
			return err
		}
	}
	return createAll(t.db, come)
}

// SharedMarks is a case in sight, and which kinds of marks it shares with another.
type SharedMarks struct {
	Incident incident.Incident
	Marks    []incident.MarkKind
}

// DuplicateQuery asks for the cases that share a mark with Of.
type DuplicateQuery struct {
	Of     *incident.Incident
	Sight  policy.Sight
	Window time.Duration // how far the reports may lie apart, either way
	Limit  int           // how many common marks are looked at, the newest reports first
}

type sharedRow struct {
	IncidentID string
	Kind       incident.MarkKind
}

func (t *Tx) sharedMarks(q DuplicateQuery) *gorm.DB {
	return t.db.Table("incident_marks mine").
		Select("m.incident_id, m.kind").
		Joins("JOIN incident_marks m ON m.kind = mine.kind AND m.value = mine.value AND m.reported_at >= ? AND m.reported_at <= ? AND m.incident_id <> mine.incident_id",
			q.Of.ReportedAt.Add(-q.Window), q.Of.ReportedAt.Add(q.Window)).
		Joins("JOIN incidents ON incidents.id = m.incident_id").
		Where("mine.incident_id = ? AND incidents.exercise = ?", q.Of.ID, q.Of.Exercise).Where(visible(q.Sight)).
		Order("m.reported_at DESC, m.incident_id, m.kind").Limit(q.Limit)
}

// SharedMarks returns the cases in sight that share marks with another, an exercise only with
// an exercise, the newest report first.
func (t *Tx) SharedMarks(q DuplicateQuery) ([]SharedMarks, error) {
	var rows []sharedRow
	if err := t.sharedMarks(q).Find(&rows).Error; err != nil {
		return nil, err
	}
	marks := map[string][]incident.MarkKind{}
	var order []string
	for _, r := range rows {
		if marks[r.IncidentID] == nil {
			order = append(order, r.IncidentID)
		}
		marks[r.IncidentID] = append(marks[r.IncidentID], r.Kind)
	}
	if len(order) == 0 {
		return nil, nil
	}
	found, err := many[caseRow](t.db.Select(caseColumns).Where(t.among("incidents.id", order)))
	if err != nil {
		return nil, err
	}
	cases := map[string]incident.Incident{}
	for i := range found {
		cases[found[i].ID] = found[i].value()
	}
	var out []SharedMarks
	for _, id := range order {
		if inc, ok := cases[id]; ok {
			out = append(out, SharedMarks{inc, marks[id]})
		}
	}
	return out, nil
}
