package store

import (
	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// TaskPlan returns the database's plan for a page of tasks, line by line.
func (t *Tx) TaskPlan(q TaskQuery) ([]string, error) {
	return t.planOf(t.taskPage(q), &[]incident.Task{})
}

// ObservablePlan is TaskPlan for observables.
func (t *Tx) ObservablePlan(q ObservableQuery) ([]string, error) {
	return t.planOf(t.observablePage(q), &[]SeenObservable{})
}

func (t *Tx) planOf(db *gorm.DB, into any) ([]string, error) {
	st := db.Session(&gorm.Session{DryRun: true}).Find(into).Statement
	explain := "EXPLAIN "
	if t.store.dialect == SQLite {
		explain = "EXPLAIN QUERY PLAN "
	}
	rows, err := t.db.Statement.ConnPool.QueryContext(t.db.Statement.Context, explain+st.SQL.String(), st.Vars...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var plan []string
	for rows.Next() {
		var line string
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		values[len(values)-1] = &line
		if err := rows.Scan(values...); err != nil {
			return nil, err
		}
		plan = append(plan, line)
	}
	return plan, rows.Err()
}
