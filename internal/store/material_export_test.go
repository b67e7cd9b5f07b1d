package store

import (
	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// TaskPlan returns the database's plan for a page of tasks, line by line.
func (t *Tx) TaskPlan(q TaskQuery) ([]string, error) {
	return t.planOf(t.taskPage(q).Session(&gorm.Session{DryRun: true}).Find(&[]incident.Task{}).Statement)
}

// ObservablePlan is TaskPlan for observables.
func (t *Tx) ObservablePlan(q ObservableQuery) ([]string, error) {
	return t.planOf(t.observablePage(q).Session(&gorm.Session{DryRun: true}).Find(&[]SeenObservable{}).Statement)
}
