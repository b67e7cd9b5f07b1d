package store

import "gorm.io/gorm"

// PlanLines returns the database's plan for a page of a journal, line by line.
func (t *Tx) PlanLines(j Journal, q LineQuery) ([]string, error) {
	return t.planOf(t.lines(j, q).Session(&gorm.Session{DryRun: true}).Find(&[]Line{}).Statement)
}
