package casework_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// desk is the demo's desk with its people, on one database.
type desk struct {
	*testing.T
	*casework.Service
	store *store.Store
	at    time.Time
}

// eachDesk runs the test on every database.
func eachDesk(t *testing.T, test func(d *desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		at := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
		directorytest.Demo(t, st, at)
		province, _ := regulation.Find("son-la")
		test(&desk{t, casework.New(st, province, slog.New(slog.DiscardHandler)), st, at})
	})
}

// by is the demo's user of that name.
func (d *desk) by(username string) policy.Actor {
	d.Helper()
	tx := d.store.Read(d.Context())
	u, err := tx.UserByName(username)
	require.NoError(d, err)
	a, err := tx.Agency(u.AgencyID)
	require.NoError(d, err)
	return authn.ActorOf(u, a, d.at)
}

// call is a request of that user, a second after the one before.
func (d *desk) call(username, match string) casework.Call {
	d.at = d.at.Add(time.Second)
	return casework.Call{By: d.by(username), At: d.at, Match: match}
}

func (d *desk) agency(role incident.AgencyRole) string {
	d.Helper()
	list, err := d.store.Read(d.Context()).AgencyByRole(role, "2026-11-22")
	require.NoError(d, err)
	require.Len(d, list, 1)
	return list[0].ID
}

func (d *desk) report(natures ...incident.Nature) casework.CaseView {
	d.Helper()
	v, err := d.Report(d.Context(), d.call("reporter", ""), casework.NewReport{
		Title: "Tấn công từ chối dịch vụ Cổng thông tin", Description: "Cổng không truy cập được", DetectedAt: d.at.Add(-time.Hour),
		DetectedPrecision: incident.PrecisionMinute, Natures: natures, TLP: incident.TLPAmber,
		System: incident.System{Name: "Cổng thông tin điện tử tỉnh"},
	})
	require.NoError(d, err)
	return v
}

func (d *desk) triaged(natures ...incident.Nature) casework.CaseView {
	d.Helper()
	v := d.report(natures...)
	v, err := d.Triage(d.Context(), d.call("officer", "*"), v.ID, incident.Triage{Category: "availability.ddos", Severity: incident.High})
	require.NoError(d, err)
	return v
}

func (d *desk) ask(caseID, to string, kind incident.HandoverKind) casework.HandoverView {
	d.Helper()
	h, err := d.AskHandover(d.Context(), d.call("officer", ""), caseID, casework.NewHandover{
		ToAgencyID: to, Kind: kind, Message: "Đề nghị phối hợp", Channel: incident.ChannelAPI, Urgency: incident.Khan,
	})
	require.NoError(d, err)
	return h
}

// tellPolice is the rule of Sơn La whose duty these tests follow: a security nature calls for
// it, a handover to the police fulfils it. Every case has duties of the national law beside it.
const tellPolice = "SL-6.1.e"

// all are the duties of the case, the oldest first, superseded ones too.
func (d *desk) all(caseID string) []incident.Duty {
	d.Helper()
	list, err := d.store.Read(d.Context()).DutiesOf(caseID)
	require.NoError(d, err)
	return list
}

// of are those by one rule.
func (d *desk) of(caseID, rule string) []incident.Duty {
	d.Helper()
	return slices.DeleteFunc(d.all(caseID), func(x incident.Duty) bool { return x.Rule != rule })
}

// duties are what the case owes by the rule of Sơn La.
func (d *desk) duties(caseID string) []incident.Duty {
	d.Helper()
	return d.of(caseID, tellPolice)
}

// duty is the only one of them.
func (d *desk) duty(caseID string) incident.Duty {
	d.Helper()
	list := d.duties(caseID)
	require.Len(d, list, 1)
	return list[0]
}

// settle frees the case from whatever else keeps it open, by the word of a lead, who then may
// not close it.
func (d *desk) settle(lead, caseID string) {
	d.Helper()
	for _, x := range d.all(caseID) {
		if x.Rule != tellPolice && x.Status == incident.DutyPending && x.BlocksClosure {
			_, err := d.WaiveObligation(d.Context(), d.call(lead, ""), caseID, x.ID, "đơn vị đã gửi văn bản trực tiếp")
			require.NoError(d, err, x.Rule)
		}
	}
}

func (d *desk) ctx() context.Context { return d.Context() }
