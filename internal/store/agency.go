package store

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// agencies reads agencies with what hangs on them, in a fixed order.
func (t *Tx) agencies(db *gorm.DB) ([]incident.Agency, error) {
	by := func(order string) func(*gorm.DB) *gorm.DB {
		return func(db *gorm.DB) *gorm.DB { return db.Order(order) }
	}
	return many[incident.Agency](db.Order("agencies.code").
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

// CreateAgency inserts an agency with its roles, successors and seats; fault.Conflict when
// the code is taken.
func (t *Tx) CreateAgency(a *incident.Agency) error {
	row := *a
	if err := t.db.Omit(clause.Associations).Create(&row).Error; err != nil {
		return taken(err, "Mã cơ quan này đã được dùng.", "This agency code is already in use.")
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
	if err := createAll(t.db, roles); err != nil {
		return err
	}
	if err := createAll(t.db, successors); err != nil {
		return err
	}
	return createAll(t.db, seats)
}

// createAll inserts the rows, of which there may be none.
func createAll[T any](db *gorm.DB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return db.CreateInBatches(&rows, 500).Error
}

// CreateContact inserts a contact.
func (t *Tx) CreateContact(c *incident.Contact) error {
	return t.db.Create(c).Error
}

// DutyContacts returns who takes the agency's calls on the civil date day, by name.
func (t *Tx) DutyContacts(agencyID, day string) ([]incident.Contact, error) {
	id, ok := canonical(agencyID)
	if !ok {
		return []incident.Contact{}, nil
	}
	return many[incident.Contact](t.db.Where("agency_id = ? AND duty", id).Where(holds("contacts", day)).Order("name, id"))
}

// Contacts returns every contact of the agency, by name.
func (t *Tx) Contacts(agencyID string) ([]incident.Contact, error) {
	id, ok := canonical(agencyID)
	if !ok {
		return []incident.Contact{}, nil
	}
	return many[incident.Contact](t.db.Where("agency_id = ?", id).Order("name, id"))
}
