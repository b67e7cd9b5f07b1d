package notify

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// message stores a message of the case and publishes its event.
func (d *desk) message(direction incident.MessageDirection) {
	d.t.Helper()
	from := d.police.ID
	if direction == incident.ToAgency {
		from = d.team.ID
	}
	m := incident.Message{ID: newID(), IncidentID: d.inc.ID, Direction: direction, Text: secretMessage, AuthorID: d.user, AgencyID: from, CreatedAt: clock()}
	d.write(func(tx *store.Tx) error { return tx.CreateMessage(&m, d.inc.ReportingAgencyID) })
	d.publish("message.sent", newID(), api.EventData{IncidentID: d.inc.ID, ObjectID: m.ID, AgencyID: from, Direction: string(direction)})
}

// playTeam lets another agency play the team, with a duty contact of its own.
func (d *desk) playTeam() {
	d.t.Helper()
	a := incident.Agency{ID: newID(), Code: "doi", Name: "Đội ứng cứu", NameEN: "The Team", CreatedAt: clock(),
		Roles: []incident.AgencyRoleSpan{{Role: incident.RoleTeam}}}
	d.write(func(tx *store.Tx) error { return tx.CreateAgency(&a) })
	d.contact(a, "doi@sonla.example", true, incident.Span{})
}

func TestAMessageIsToldToTheOtherSideWithoutItsText(t *testing.T) {
	each(t, func(d *desk) {
		d.playTeam()
		d.inc = d.newCase(func(i *incident.Incident) { i.ReportingAgencyID = d.police.ID })
		d.message(incident.ToAgency)
		d.message(incident.FromAgency)
		d.mustPass()
		told := map[string]string{}
		for _, m := range d.sink.mails() {
			require.Equal(d.t, "[Ứng Cứu] Trao đổi mới trong hồ sơ "+d.inc.Code, m.subject)
			require.NotContains(d.t, m.body, secretMessage)
			require.NotContains(d.t, m.body, secretTitle)
			told[m.to] = m.body
		}
		require.Len(d.t, told, 2)
		require.Contains(d.t, told["congan@sonla.example"], "Kính gửi: Công an tỉnh Sơn La")
		require.Contains(d.t, told["doi@sonla.example"], "To: The Team")
	})
}

func TestAMessageOfARestrictedCaseOrAnExerciseIsToldToNobodyOutside(t *testing.T) {
	each(t, func(d *desk) {
		d.playTeam()
		d.inc = d.newCase(func(i *incident.Incident) { i.ReportingAgencyID, i.Exercise = d.police.ID, true })
		d.message(incident.ToAgency)
		d.inc = d.newCase(func(i *incident.Incident) { i.ReportingAgencyID, i.Restricted = d.police.ID, true })
		d.message(incident.ToAgency)
		d.mustPass()
		require.Empty(d.t, d.sink.mails())
		named := newID()
		require.NoError(d.t, d.st.Write(d.t.Context(), func(_ context.Context, tx *store.Tx) error {
			return errors.Join(
				tx.CreateUser(&store.User{ID: named, Username: "lan", FullName: "Đinh Thị Lan", AgencyID: d.police.ID, PasswordHash: "x", CreatedAt: clock()}),
				tx.SetPeople(d.inc.ID, []string{named}),
			)
		}))
		d.message(incident.ToAgency)
		d.mustPass()
		require.Len(d.t, d.sink.mails(), 1, "an agency of which somebody is named is told")
		out := clock()
		d.write(func(tx *store.Tx) error {
			u, err := tx.User(named)
			if err != nil {
				return err
			}
			u.DisabledAt, u.Version = &out, u.Version+1
			return tx.SaveUser(u, u.Version-1)
		})
		d.message(incident.ToAgency)
		d.mustPass()
		require.Len(d.t, d.sink.mails(), 1, "an agency whose only named person is locked out is not")
		d.settles(0)
	})
}
