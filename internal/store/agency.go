package store

import (
	"errors"
	"slices"

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

// agencySnapshot is all agencies as of one number of the registry. It is never changed.
type agencySnapshot struct {
	number int64
	list   []incident.Agency
	byID   map[string]*incident.Agency
}

// registryNumber is the counter that every change of the registry counts up, and locks.
const registryNumber = "registry"

// registry returns all agencies. They are asked for by almost every request and change a few
// times a week, so they are kept as long as the registry's number stands. The number is read
// before the rows: they are never older than it.
func (t *Tx) registry() (*agencySnapshot, error) {
	var number int64
	if err := scan(t.db.Raw("SELECT coalesce(max(value), 0) FROM counters WHERE name = ?", registryNumber), &number); err != nil {
		return nil, err
	}
	if kept := t.store.agencies.Load(); kept != nil && kept.number == number && !t.changing {
		return kept, nil
	}
	list, err := t.agencies(t.db)
	if err != nil {
		return nil, err
	}
	now := &agencySnapshot{number: number, list: list, byID: make(map[string]*incident.Agency, len(list))}
	for i := range list {
		now.byID[list[i].ID] = &list[i]
	}
	if !t.changing { // what this transaction has written may be rolled back
		t.store.agencies.Store(now)
	}
	return now, nil
}

// Agencies returns every agency by code, with names, roles, successors and seats. The table is
// small. What hangs on an agency is shared with other readers, unless the registry is locked.
func (t *Tx) Agencies() ([]incident.Agency, error) {
	all, err := t.registry()
	if err != nil {
		return nil, err
	}
	return slices.Clone(all.list), nil
}

// Agency reads an agency; fault.Absent when there is none.
func (t *Tx) Agency(id string) (*incident.Agency, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	all, err := t.registry()
	if err != nil {
		return nil, err
	}
	found := all.byID[id]
	if found == nil {
		return nil, fault.Absent()
	}
	a := *found
	return &a, nil
}

// AgencyByRole returns the agencies that play the role on the civil date day, by code.
func (t *Tx) AgencyByRole(role incident.AgencyRole, day string) ([]incident.Agency, error) {
	all, err := t.registry()
	if err != nil {
		return nil, err
	}
	out := []incident.Agency{}
	for _, a := range all.list {
		if a.HasRole(role, day) {
			out = append(out, a)
		}
	}
	return out, nil
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
	t.changing = true
	return t.db.Exec("INSERT INTO counters (name, value) VALUES (?, 1) "+
		"ON CONFLICT (name) DO UPDATE SET value = counters.value + 1", registryNumber).Error
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
	if err := t.LockRegistry(); err != nil {
		return err
	}
	row := *a
	if err := t.db.Omit(clause.Associations).Create(&row).Error; err != nil {
		return taken(err, "Mã cơ quan này đã được dùng.", "This agency code is already in use.")
	}
	return t.createDated(a)
}

// SaveAgency writes an agency and what hangs on it; seen is the version that was read.
func (t *Tx) SaveAgency(a *incident.Agency, seen int64) error {
	if err := t.LockRegistry(); err != nil {
		return err
	}
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
