package store

import (
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// agencies reads agencies with what hangs on them, in a fixed order.
func (t *Tx) agencies(db *gorm.DB) ([]incident.Agency, error) {
	by := func(order string) func(*gorm.DB) *gorm.DB {
		return func(db *gorm.DB) *gorm.DB { return db.Order(order) }
	}
	return many[incident.Agency](db.Order("agencies.code").
		Preload("Names", by("valid_to")).
		Preload("Roles", by("valid_from, role")).
		Preload("Successors", by("on_date, successor_id")).
		Preload("Seats", by("valid_from, seat_id")))
}

// Agencies returns every agency by code, with roles, successors and seats. The table is small.
func (t *Tx) Agencies() ([]incident.Agency, error) { return t.agencies(t.db) }

// Agency reads an agency; fault.Absent when there is none.
func (t *Tx) Agency(id string) (*incident.Agency, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	found, err := t.agencies(t.db.Where("id = ?", id))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.Absent()
	}
	return &found[0], nil
}

// AgencyByRole returns the agencies that play the role on the civil date day, by code.
func (t *Tx) AgencyByRole(role incident.AgencyRole, day string) ([]incident.Agency, error) {
	v := holds("r", day)
	return t.agencies(t.db.Where("agencies.id IN (SELECT r.agency_id FROM agency_roles r WHERE r.role = ? AND "+v.SQL+")",
		append([]any{role}, v.Vars...)...))
}

// holds is incident.Span.Holds as a predicate.
func holds(table, day string) clause.Expr {
	return clause.Expr{
		SQL:  "(" + table + ".valid_from <= ? AND (" + table + ".valid_to = '' OR " + table + ".valid_to > ?))",
		Vars: []any{day, day},
	}
}

// LockRegistry makes this transaction the only one that changes agencies, contacts or people,
// until it ends. The registry changes rarely, and its rules look across rows.
func (t *Tx) LockRegistry() error {
	return t.db.Exec("INSERT INTO counters (name, value) VALUES ('lock-registry', 0) " +
		"ON CONFLICT (name) DO UPDATE SET value = counters.value").Error
}

// CreateAgency inserts an agency with what hangs on it, as version 1 with an empty chain where
// it has none; fault.Conflict when the code is taken.
func (t *Tx) CreateAgency(a *incident.Agency) error {
	if a.Version == 0 {
		a.Version = 1
	}
	if a.ChainHash == "" {
		a.ChainHash = audit.Genesis
	}
	row := *a
	if err := t.db.Omit(clause.Associations).Create(&row).Error; err != nil {
		return taken(err, "Mã cơ quan này đã được dùng.", "This agency code is already in use.")
	}
	return t.createDated(a)
}

// SaveAgency writes an agency and what hangs on it; seen is the version that was read.
func (t *Tx) SaveAgency(a *incident.Agency, seen int64) error {
	row := *a
	if err := guarded(t.db.Model(&incident.Agency{}).Where("id = ? AND version = ?", a.ID, seen).
		Select("*").Omit("id", "created_at", clause.Associations).Updates(&row)); err != nil {
		return err
	}
	for _, of := range []any{&incident.AgencyName{}, &incident.AgencyRoleSpan{}, &incident.AgencySuccessor{}, &incident.AgencySeat{}} {
		if err := t.db.Where("agency_id = ?", a.ID).Delete(of).Error; err != nil {
			return err
		}
	}
	return t.createDated(a)
}

// SaveChain writes the head of an agency's chain alone. The registry is locked by whoever
// calls.
func (t *Tx) SaveChain(a *incident.Agency) error {
	return changed(t.db.Model(&incident.Agency{}).Where("id = ?", a.ID).
		Updates(map[string]any{"chain_seq": a.ChainSeq, "chain_hash": a.ChainHash}))
}

// createDated inserts the dated rows of an agency.
func (t *Tx) createDated(a *incident.Agency) error {
	names := append([]incident.AgencyName{}, a.Names...)
	for i := range names {
		names[i].AgencyID = a.ID
	}
	roles := append([]incident.AgencyRoleSpan{}, a.Roles...)
	for i := range roles {
		roles[i].AgencyID = a.ID
	}
	successors := append([]incident.AgencySuccessor{}, a.Successors...)
	for i := range successors {
		successors[i].AgencyID = a.ID
	}
	seats := append([]incident.AgencySeat{}, a.Seats...)
	for i := range seats {
		seats[i].AgencyID = a.ID
	}
	return errors.Join(createAll(t.db, names), createAll(t.db, roles), createAll(t.db, successors), createAll(t.db, seats))
}

// createAll inserts the rows, of which there may be none.
func createAll[T any](db *gorm.DB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return db.CreateInBatches(&rows, 500).Error
}
