package store

import (
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// CreateContact inserts a contact, as version 1 and a desk where it does not say.
func (t *Tx) CreateContact(c *incident.Contact) error {
	if c.Version == 0 {
		c.Version = 1
	}
	if c.Kind == "" {
		c.Kind = incident.ContactDesk
	}
	return t.db.Create(c).Error
}

// SaveContact writes a contact; seen is the version that was read.
func (t *Tx) SaveContact(c *incident.Contact, seen int64) error {
	row := *c
	return guarded(t.db.Model(&incident.Contact{}).Where("id = ? AND version = ?", c.ID, seen).
		Select("*").Omit("id", "agency_id").Updates(&row))
}

// Contact reads a contact; fault.Absent when there is none.
func (t *Tx) Contact(id string) (*incident.Contact, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	return one[incident.Contact](t.db.Where("id = ?", id))
}

// AllContacts returns every contact, by name. The table is small.
func (t *Tx) AllContacts() ([]incident.Contact, error) {
	return many[incident.Contact](t.db.Order("name, id"))
}

// OnDuty returns whom to reach at an agency at the moment at, on the civil date day: the
// contacts of the shifts that run, and the standing duty contacts.
func (t *Tx) OnDuty(agencyID string, at time.Time, day string) ([]incident.Contact, error) {
	id, ok := canonical(agencyID)
	if !ok {
		return []incident.Contact{}, nil
	}
	return many[incident.Contact](t.db.Where("agency_id = ?", id).Where(holds("contacts", day)).
		Where("(duty OR EXISTS (SELECT 1 FROM duty_shifts s WHERE s.contact_id = contacts.id AND "+
			"s.cancelled_at IS NULL AND s.starts_at <= ? AND s.ends_at > ?))", at, at).Order("name, id"))
}

// AgenciesAtWork returns the ids of the agencies that take part in open cases, exercises and
// imported records aside.
func (t *Tx) AgenciesAtWork() ([]string, error) {
	open := []string{}
	for _, s := range incident.Statuses {
		if s.Status.Open() {
			open = append(open, string(s.Status))
		}
	}
	out := []string{}
	err := scan(t.db.Table("case_sights s").Distinct("s.agency_id").
		Joins("JOIN incidents i ON i.id = s.incident_id").
		Where("NOT i.exercise AND NOT i.imported").Where(t.among("i.status", open)).Order("s.agency_id"), &out)
	return out, err
}

// CreateShift inserts a shift.
func (t *Tx) CreateShift(s *incident.Shift) error { return t.db.Create(s).Error }

// Shift reads a shift; fault.Absent when there is none.
func (t *Tx) Shift(id string) (*incident.Shift, error) {
	id, ok := canonical(id)
	if !ok {
		return nil, fault.Absent()
	}
	return one[incident.Shift](t.db.Where("id = ?", id))
}

// CancelShift takes a shift off the roster.
func (t *Tx) CancelShift(id string, at time.Time) error {
	return changed(t.db.Model(&incident.Shift{}).Where("id = ?", id).Update("cancelled_at", at))
}

// Shifts returns the shifts of an agency ("" for every one) that touch the time from from
// (inclusive) to to (exclusive) and were not cancelled, in order.
func (t *Tx) Shifts(agencyID string, from, to time.Time) ([]incident.Shift, error) {
	db := t.db.Where("cancelled_at IS NULL AND starts_at < ? AND ends_at > ?", to, from)
	if agencyID != "" {
		id, ok := canonical(agencyID)
		if !ok {
			return []incident.Shift{}, nil
		}
		db = db.Where("agency_id = ?", id)
	}
	return many[incident.Shift](db.Order("starts_at, id"))
}
