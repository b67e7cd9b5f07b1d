package store_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// filler sets every field of a struct to a value of its own, ids to what the tables refer to.
type filler struct {
	ids  map[string]string // by the name of the field
	next int
}

func (f *filler) fill(t *testing.T, v reflect.Value, name string) {
	f.next++
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = t0.Add(time.Duration(f.next)*time.Hour + time.Duration(f.next)*time.Microsecond)
		return
	case *incident.Facts:
		*x = incident.Facts{"may_spread": true, "control_lost": false}
		return
	case *[]incident.Nature:
		*x = []incident.Nature{incident.Cybercrime, incident.PersonalData}
		return
	case *[]string:
		*x = []string{"một", "hai, \"ba\""}
		return
	case *map[string]any:
		*x = map[string]any{"mô tả": "đ ' \" \\ ☂", "địa chỉ": []any{"một", "hai"}, "có": true, "số": 3.0}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name == "Secrecy" { // a độ mật is never kept
				continue
			}
			f.fill(t, v.Field(i), v.Type().Field(i).Name)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(t, v.Elem(), name)
	case reflect.String:
		if id, ok := f.ids[name]; ok {
			v.SetString(id)
			return
		}
		v.SetString(name + " đ ' \" \\ ☂")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(1_000_000 + f.next))
	default:
		t.Fatalf("the filler does not know %s %s", name, v.Type())
	}
}

func filled[T any](t *testing.T, ids map[string]string) *T {
	v := new(T)
	f := &filler{ids: ids}
	f.fill(t, reflect.ValueOf(v).Elem(), "")
	return v
}

func TestACaseComesBackAsItWasSaved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		other := d.create(t, nil)
		ids := map[string]string{
			"ID": newID(), "ReportingAgencyID": d.operator, "ReportedByID": d.officer, "OwnerAgencyID": d.operator,
			"OperatorAgencyID": d.ministry, "LeadAgencyID": d.police, "AssigneeID": d.lead, "MergedIntoID": other.ID,
		}
		full := filled[incident.Incident](t, ids)
		full.System.ID = to(newID())
		empty := &incident.Incident{
			ID: newID(), ReportingAgencyID: d.operator, ReportedByID: d.officer, LeadAgencyID: d.team,
			CreatedAt: t0, UpdatedAt: t0,
		}
		wantEmpty := *empty
		wantEmpty.Natures, wantEmpty.Facts = []incident.Nature{}, incident.Facts{}
		wantEmpty.System.PublicAddresses, wantEmpty.System.Domains = []string{}, []string{}

		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.CreateIncident(full))
			return tx.CreateIncident(empty)
		})
		got, err := read(st).Case(full.ID)
		require.NoError(t, err)
		require.Equal(t, full, got)
		got, err = read(st).Case(empty.ID)
		require.NoError(t, err)
		require.Equal(t, &wantEmpty, got)

		// The other way round: what was set is emptied by a save, and what was empty is set.
		fullID, emptyID := full.ID, empty.ID
		full.ID, empty.ID, wantEmpty.ID = emptyID, fullID, fullID
		empty.Code, wantEmpty.Code, full.Code = "emptied", "emptied", "set"
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.SaveIncident(empty, full.Version))
			return tx.SaveIncident(full, 0)
		})
		for _, want := range []*incident.Incident{full, &wantEmpty} {
			got, err := read(st).Case(want.ID)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		listed, err := read(st).Incidents(store.IncidentQuery{Sight: all, Sort: "reported_at"})
		require.NoError(t, err)
		require.Len(t, listed, 3)
		require.Equal(t, *full, listed[2])
	})
}

func TestAHandoverComesBackAsItWasSaved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, nil)
		full := filled[incident.Handover](t, map[string]string{
			"ID": newID(), "IncidentID": inc.ID, "FromAgencyID": d.team, "ToAgencyID": d.police,
			"RequestedByID": d.lead, "RecordedByID": d.lead,
		})
		empty := &incident.Handover{
			ID: newID(), IncidentID: inc.ID, FromAgencyID: d.police, ToAgencyID: d.team, RequestedByID: d.liaison,
			CreatedAt: t0, UpdatedAt: t0,
		}
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.CreateHandover(full))
			return tx.CreateHandover(empty)
		})
		sight := store.HandoverSight{Case: all, Whole: true}
		for _, want := range []*incident.Handover{full, empty} {
			got, err := read(st).Handover(inc.ID, want.ID, sight)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		full.ID, empty.ID = empty.ID, full.ID
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.SaveHandover(empty, full.Version))
			return tx.SaveHandover(full, 0)
		})
		of, err := read(st).HandoversOf(inc.ID)
		require.NoError(t, err)
		require.Equal(t, []incident.Handover{*empty, *full}, of)
	})
}

func TestADutyComesBackAsItWasSaved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, nil)
		h := d.createHandover(t, inc, nil)
		report := &incident.NationalReport{
			ID: newID(), IncidentID: inc.ID, ToAgencyID: d.ministry, CreatedByID: d.lead, CreatedAt: t0, UpdatedAt: t0,
		}
		write(t, st, func(tx *store.Tx) error { return tx.CreateNationalReport(report) })
		full := filled[incident.Duty](t, map[string]string{
			"ID": newID(), "IncidentID": inc.ID, "OwedByID": d.team, "ToAgencyID": d.police, "HandoverID": h.ID, "DecidedByID": d.lead, "CarriedFromID": inc.ID,
			"ReportID": report.ID, "SupersededByID": newID(),
		})
		empty := &incident.Duty{ID: newID(), IncidentID: &inc.ID, OwedByID: d.operator, CreatedAt: t0, UpdatedAt: t0}
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.CreateDuty(full))
			return tx.CreateDuty(empty)
		})
		for _, want := range []*incident.Duty{full, empty} {
			got, err := read(st).Duty(inc.ID, want.ID, store.DutySight{Case: all, Whole: true})
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		rule := full.Rule
		full.ID, empty.ID = empty.ID, full.ID
		empty.Rule, full.Rule = "emptied", rule
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.SaveDuty(empty))
			return tx.SaveDuty(full)
		})
		of, err := read(st).DutiesOf(inc.ID)
		require.NoError(t, err)
		require.Equal(t, []incident.Duty{*empty, *full}, of)
		err = read(st).SaveDuty(&incident.Duty{ID: newID()})
		require.Error(t, err)
	})
}

func TestANationalReportComesBackAsItWasSaved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, nil)
		full := filled[incident.NationalReport](t, map[string]string{
			"ID": newID(), "IncidentID": inc.ID, "ToAgencyID": d.ministry, "CreatedByID": d.lead, "SentByID": d.officer, "InitialReportID": newID(),
		})
		empty := &incident.NationalReport{
			ID: newID(), IncidentID: inc.ID, ToAgencyID: d.ministry, CreatedByID: d.lead, Fields: map[string]any{}, CreatedAt: t0, UpdatedAt: t0,
		}
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.CreateNationalReport(full))
			return tx.CreateNationalReport(empty)
		})
		for _, want := range []*incident.NationalReport{full, empty} {
			got, err := read(st).NationalReport(inc.ID, want.ID)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		_, err := read(st).NationalReport(newID(), full.ID)
		require.ErrorIs(t, err, fault.NotFound)
		write(t, st, func(tx *store.Tx) error {
			require.ErrorIs(t, tx.SaveNationalReport(full, full.Version+1), fault.Stale)
			full.ID, empty.ID = empty.ID, full.ID
			require.NoError(t, tx.SaveNationalReport(empty, full.Version))
			return tx.SaveNationalReport(full, 0)
		})
		of, err := read(st).NationalReportsOf(inc.ID)
		require.NoError(t, err)
		require.Equal(t, []incident.NationalReport{*empty, *full}, of)
	})
}

func TestAgenciesAndPeopleComeBackAsTheyWereSaved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		full := &incident.Agency{
			ID: newID(), Code: "Z", Name: "Công an tỉnh", NameEN: "Police", ParentID: to(d.ministry),
			Valid: incident.Span{From: "2020-01-01", To: "2030-01-01"}, CreatedAt: t0,
		}
		full.Names = []incident.AgencyName{{AgencyID: full.ID, Name: "Công an tỉnh cũ", NameEN: "Old police", Valid: incident.Span{From: "2020-01-01", To: "2021-01-01"}, Basis: "b"}}
		full.Roles = []incident.AgencyRoleSpan{
			{AgencyID: full.ID, Role: incident.RolePolice, Valid: incident.Span{From: "2020-01-01", To: "2025-03-01"}, Basis: "QĐ 1"},
			{AgencyID: full.ID, Role: incident.RolePolice, Valid: incident.Span{From: "2025-03-01"}},
		}
		full.Successors = []incident.AgencySuccessor{{AgencyID: full.ID, SuccessorID: d.police, On: "2026-01-01", Matter: "m", Basis: "b"}}
		full.Seats = []incident.AgencySeat{{AgencyID: full.ID, SeatID: d.team, Valid: incident.Span{From: "2025-03-01", To: "2026-03-01"}, Basis: "b"}}
		contacts := []incident.Contact{
			{ID: newID(), AgencyID: full.ID, Name: "A", Position: "p", Phone: "1", Email: "e", Duty: true, Valid: incident.Span{From: "2026-01-01", To: "2026-06-01"}},
			{ID: newID(), AgencyID: full.ID, Name: "B", Duty: true},
			{ID: newID(), AgencyID: full.ID, Name: "C"},
		}
		user := &store.User{
			ID: newID(), Username: "ann", FullName: "Ann", AgencyID: full.ID, HomeAgencyID: to(d.police), PasswordHash: "h",
			MustChangePassword: true, DisabledAt: to(at(3)), CreatedAt: t0,
		}
		user.Grants = []store.Grant{
			{ID: newID(), UserID: user.ID, AgencyID: full.ID, Role: "liaison", Basis: "b", GrantedAt: t0, GrantedByID: to(d.lead)},
			{ID: newID(), UserID: user.ID, AgencyID: full.ID, Role: "auditor", Valid: incident.Span{From: "2026-01-01", To: "2027-01-01"},
				GrantedAt: t0, Confirmed: store.GrantByPerson, ConfirmedByID: to(d.lead), ConfirmedAt: to(at(1))},
		}
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.CreateAgency(full))
			for i := range contacts {
				require.NoError(t, tx.CreateContact(&contacts[i]))
			}
			return tx.CreateUser(user)
		})

		agency, err := read(st).Agency(full.ID)
		require.NoError(t, err)
		require.Equal(t, full, agency)
		everyone, err := read(st).Agencies()
		require.NoError(t, err)
		require.Len(t, everyone, 5)
		require.Equal(t, *full, everyone[4])
		require.NotNil(t, everyone[0].Roles)
		for day, n := range map[string]int{"2019-12-31": 0, "2020-01-01": 1, "2025-02-28": 1, "2025-03-01": 1, "2031-01-01": 1} {
			play, err := read(st).AgencyByRole(incident.RolePolice, day)
			require.NoError(t, err)
			require.Len(t, play, n, day)
		}
		_, err = read(st).Agency(newID())
		require.ErrorIs(t, err, fault.NotFound)

		stored, err := read(st).AllContacts()
		require.NoError(t, err)
		require.Equal(t, contacts, stored)
		for day, n := range map[string]int{"2025-12-31": 1, "2026-01-01": 2, "2026-05-31": 2, "2026-06-01": 1} {
			duty, err := read(st).OnDuty(full.ID, t0, day)
			require.NoError(t, err)
			require.Len(t, duty, n, day)
		}

		for _, by := range []func() (*store.User, error){
			func() (*store.User, error) { return read(st).User(user.ID) },
			func() (*store.User, error) { return read(st).UserByName("ann") },
		} {
			got, err := by()
			require.NoError(t, err)
			require.Equal(t, user, got)
		}
		_, err = read(st).UserByName("nobody")
		require.ErrorIs(t, err, fault.NotFound)
		people, err := read(st).Users([]string{user.ID, d.officer, newID(), "no id"})
		require.NoError(t, err)
		require.Len(t, people, 2)
		require.Equal(t, *user, people[user.ID])

		write(t, st, func(tx *store.Tx) error { return tx.ReplacePassword(user.ID, user.PasswordHash, "new", false, 10, t0) })
		got, err := read(st).User(user.ID)
		require.NoError(t, err)
		require.Equal(t, "new", got.PasswordHash)
		require.False(t, got.MustChangePassword)
	})
}

func TestATakenNameIsAConflict(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		err := st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
			return tx.CreateUser(&store.User{ID: newID(), Username: "u0", AgencyID: d.team, CreatedAt: t0})
		})
		require.ErrorIs(t, err, fault.Conflict)
		err = st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
			return tx.CreateAgency(&incident.Agency{ID: newID(), Code: "A0", CreatedAt: t0})
		})
		require.ErrorIs(t, err, fault.Conflict)
	})
}

func TestADeliveryComesBackAsItWasSaved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		full := filled[store.Delivery](t, map[string]string{"ID": newID(), "EventID": newID(), "IncidentID": newID(), "AgencyID": newID()})
		full.Status = store.DeliveryPending
		added, err := st.AddDelivery(t.Context(), full)
		require.NoError(t, err)
		require.True(t, added)
		due, err := st.DueDeliveries(t.Context(), *full.NextAt, 10)
		require.NoError(t, err)
		require.Equal(t, []store.Delivery{*full}, due)
	})
}
