package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

var t0 = time.Date(2026, 5, 4, 1, 2, 3, 456789000, time.UTC)

// desk is a small province: who is there before the first case.
type desk struct {
	st                               *store.Store
	team, police, operator, ministry string // agencies
	officer, lead, liaison           string // users
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func newDesk(t *testing.T, st *store.Store) *desk {
	d := &desk{st: st}
	write(t, st, func(tx *store.Tx) error {
		for i, into := range []*string{&d.team, &d.police, &d.operator, &d.ministry} {
			*into = newID()
			a := incident.Agency{ID: *into, Code: fmt.Sprintf("A%d", i), Name: fmt.Sprintf("Agency %d", i), CreatedAt: t0}
			if err := tx.CreateAgency(&a); err != nil {
				return err
			}
		}
		for i, into := range []*string{&d.officer, &d.lead, &d.liaison} {
			*into = newID()
			u := store.User{ID: *into, Username: fmt.Sprintf("u%d", i), FullName: "U", AgencyID: d.team, CreatedAt: t0}
			if err := tx.CreateUser(&u); err != nil {
				return err
			}
		}
		return nil
	})
	return d
}

func write(t *testing.T, st *store.Store, fn func(tx *store.Tx) error) {
	t.Helper()
	require.NoError(t, st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error { return fn(tx) }))
}

func read(st *store.Store) *store.Tx { return st.Read(context.Background()) }

// incident makes a case with what a row needs, changed by edit.
func (d *desk) incident(edit func(*incident.Incident)) *incident.Incident {
	id := newID()
	inc := &incident.Incident{
		ID: id, Code: "SL-2026-" + id, Version: 1, Status: incident.Reported,
		Title: "Sự cố", Description: "…", TLP: incident.TLPAmber,
		ReportingAgencyID: d.operator, ReportedByID: d.officer, LeadAgencyID: d.team,
		DetectedAt: t0, DetectedPrecision: incident.PrecisionMinute, ReportedAt: t0,
		CreatedAt: t0, UpdatedAt: t0,
		Natures: []incident.Nature{}, Facts: incident.Facts{},
	}
	inc.System.PublicAddresses, inc.System.Domains = []string{}, []string{}
	if edit != nil {
		edit(inc)
	}
	return inc
}

// create stores a case.
func (d *desk) create(t *testing.T, edit func(*incident.Incident)) *incident.Incident {
	t.Helper()
	inc := d.incident(edit)
	write(t, d.st, func(tx *store.Tx) error {
		if err := tx.CreateIncident(inc); err != nil {
			return err
		}
		return tx.SetTexts(inc.ID, (&incident.Case{Incident: inc}).Texts())
	})
	return inc
}

func (d *desk) handover(inc *incident.Incident, edit func(*incident.Handover)) *incident.Handover {
	h := &incident.Handover{
		ID: newID(), IncidentID: inc.ID, Version: 1, Kind: incident.Coordination, Status: incident.Requested,
		FromAgencyID: d.team, ToAgencyID: d.police, RequestedAt: t0, RequestedByID: d.lead, CreatedAt: t0, UpdatedAt: t0,
	}
	if edit != nil {
		edit(h)
	}
	return h
}

func (d *desk) createHandover(t *testing.T, inc *incident.Incident, edit func(*incident.Handover)) *incident.Handover {
	t.Helper()
	h := d.handover(inc, edit)
	write(t, d.st, func(tx *store.Tx) error { return tx.CreateHandover(h) })
	return h
}

func (d *desk) duty(inc *incident.Incident, edit func(*incident.Duty)) *incident.Duty {
	duty := &incident.Duty{
		ID: newID(), IncidentID: &inc.ID, Rule: newID(), OwedByID: d.team, Status: incident.DutyPending,
		StartedAt: t0, CreatedAt: t0, UpdatedAt: t0,
	}
	if edit != nil {
		edit(duty)
	}
	return duty
}

func (d *desk) createDuty(t *testing.T, inc *incident.Incident, edit func(*incident.Duty)) *incident.Duty {
	t.Helper()
	duty := d.duty(inc, edit)
	write(t, d.st, func(tx *store.Tx) error { return tx.CreateDuty(duty) })
	return duty
}

// all sees every case.
var all = policy.Sight{All: true}

func at(minutes int) time.Time { return t0.Add(time.Duration(minutes) * time.Minute) }

func to[T any](v T) *T { return &v }
