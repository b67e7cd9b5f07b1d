package casework_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

func (d *desk) label(who, id string, tlp incident.TLP) error {
	_, err := d.Correct(d.ctx(), d.call(who, "*"), id, api.IncidentPatch{TLP: api.Set(string(tlp))})
	return err
}

func (d *desk) note(who, id, text string, edit func(*casework.NewNote)) {
	d.Helper()
	n := casework.NewNote{Text: text, Audience: incident.AudienceParticipants, TLP: incident.TLPGreen}
	if edit != nil {
		edit(&n)
	}
	_, err := d.AddNote(d.ctx(), d.call(who, ""), id, n)
	require.NoError(d, err)
}

// told is everything that the reader is told of the case, by every way out, as one text.
func (d *desk) told(who, id string) string {
	d.Helper()
	by, ctx := d.by(who), d.ctx()
	var b strings.Builder
	say := func(v any, err error) {
		if err != nil {
			require.ErrorIs(d, err, fault.NotFound)
			return
		}
		raw, err := json.Marshal(v)
		require.NoError(d, err)
		b.Write(raw)
	}
	notes, err := d.Notes(ctx, by, id, nil, 100)
	say(notes, err)
	entries, _, err := d.Timeline(ctx, by, id, 0, 500)
	say(entries, err)
	tasks, err := d.CaseTasks(ctx, by, casework.TaskFilter{IncidentID: id, Limit: 100, Now: d.at})
	say(tasks, err)
	seen, err := d.CaseObservables(ctx, by, casework.ObservableFilter{IncidentID: id, Limit: 100})
	say(seen, err)
	asked, err := d.CaseHandovers(ctx, by, casework.HandoverFilter{IncidentID: id, Limit: 100})
	say(asked, err)
	said, err := d.Messages(ctx, by, id, nil, 100)
	say(said, err)
	require.NoError(d, d.Export(ctx, by, casework.ListQuery{}, func(h *api.HistoricIncident) error {
		if h.ID == id {
			say(h, nil)
		}
		return nil
	}))
	return b.String()
}

func (d *desk) found(who, id, word string) bool {
	d.Helper()
	page, err := d.List(d.ctx(), d.by(who), casework.ListQuery{Q: word, Limit: 10, Sort: "-reported_at", Count: true})
	require.NoError(d, err)
	require.Equal(d, len(page.Items), *page.Total)
	for _, v := range page.Items {
		if v.ID == id {
			return true
		}
	}
	return false
}

// TLP 2.0 on the case itself: amber+strict leaves partners, owners and operators how the case
// stands, red nothing but their own handovers; both take hold of what is read from then on,
// and go again with the label.
func TestTheLabelOfACaseNarrowsWhatOtherAgenciesRead(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime)
		h := d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		d.note("officer", v.ID, "chungmotloi", nil)
		d.note("police", v.ID, "loicuacongan", nil)
		_, err := d.task("officer", v.ID, func(n *casework.NewTask) {
			n.Audience, n.TLP, n.Title = incident.AudienceParticipants, incident.TLPGreen, "viecchung"
		})
		require.NoError(d, err)
		_, err = d.AddObservable(d.ctx(), d.call("officer", ""), v.ID, observable("chung.vn", incident.AudienceParticipants, incident.TLPGreen))
		require.NoError(d, err)
		within := []string{"officer", "lead", "auditor", "reporter"}
		for _, x := range []struct {
			tlp                  incident.TLP
			sees, reads, leaders bool
		}{
			{incident.TLPAmber, true, true, true}, {incident.TLPAmberStrict, true, false, true}, {incident.TLPRed, false, false, false},
			{incident.TLPGreen, true, true, true}, {"red", false, false, false}, {incident.TLPClear, true, true, true},
		} {
			require.NoError(d, d.label("officer", v.ID, x.tlp))
			got, err := d.Get(d.ctx(), d.by("police"), v.ID)
			require.Equal(d, x.sees, err == nil, "%s", x.tlp)
			require.Equal(d, x.reads, got.Parts.Has(policy.Description), "%s", x.tlp)
			require.Equal(d, x.reads, d.found("police", v.ID, "khong truy cap"), "%s", x.tlp)
			require.Equal(d, x.reads, d.found("police", v.ID, "chungmotloi"), "%s", x.tlp)
			require.Equal(d, x.sees, d.found("police", v.ID, "loicuacongan"), "%s", x.tlp)
			require.Equal(d, x.sees, d.found("police", v.ID, v.Code), "%s", x.tlp)
			told := d.told("police", v.ID)
			require.Equal(d, x.reads, strings.Contains(told, "chungmotloi"), "%s: %s", x.tlp, told)
			for _, word := range []string{"không truy cập", "viecchung", "chung.vn"} {
				require.Equal(d, x.reads, strings.Contains(told, word), "%s: %s: %s", x.tlp, word, told)
			}
			require.Equal(d, x.sees, strings.Contains(told, "loicuacongan"), "%s: %s", x.tlp, told)
			require.Contains(d, told, "Đề nghị phối hợp", "the addressee sees its handover")
			_, err = d.Get(d.ctx(), d.by("leader"), v.ID)
			require.Equal(d, x.leaders, err == nil, "%s", x.tlp)
			for _, who := range within {
				require.Contains(d, d.told(who, v.ID), "chungmotloi", "%s, %s", who, x.tlp)
				require.True(d, d.found(who, v.ID, "khong truy cap"), "%s, %s", who, x.tlp)
			}
			list, err := d.Participants(d.ctx(), d.by("officer"), v.ID)
			require.NoError(d, err)
			require.Len(d, list, 3, "the desk sees who takes part, whatever the label")
		}
		// Red or not, an addressee answers; who comes to lead is a recipient.
		require.NoError(d, d.label("officer", v.ID, incident.TLPRed))
		_, err = d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		_, err = d.Accept(d.ctx(), d.call("police", "*"), v.ID, h.ID, incident.Answer{})
		require.NoError(d, err)
		_, err = d.Get(d.ctx(), d.by("police"), v.ID)
		require.ErrorIs(d, err, fault.NotFound)
		// Naming people makes them the recipients.
		_, err = d.Correct(d.ctx(), d.call("lead", "*"), v.ID, api.IncidentPatch{Restricted: api.Set(true), NamedUserIDs: api.Set([]string{d.by("police").UserID})})
		require.NoError(d, err)
		got, err := d.Get(d.ctx(), d.by("police"), v.ID)
		require.NoError(d, err)
		require.True(d, got.Parts.Has(policy.Description))
	})
}

func TestWhoLeadsARedCaseReadsItWhileItLeads(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		require.NoError(d, d.label("officer", v.ID, incident.TLPRed))
		h, err := d.AskHandover(d.ctx(), d.call("officer", ""), v.ID, casework.NewHandover{
			ToAgencyID: d.agency(incident.RolePolice), Kind: incident.Coordination, Message: "m", Channel: incident.ChannelAPI, Urgency: incident.Normal, TransfersLead: true,
		})
		require.NoError(d, err)
		_, err = d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		_, err = d.Accept(d.ctx(), d.call("police", "*"), v.ID, h.ID, incident.Answer{})
		require.NoError(d, err)
		got, err := d.Get(d.ctx(), d.by("police"), v.ID)
		require.NoError(d, err)
		require.True(d, got.Parts.Has(policy.Description|policy.Assessment))
		// It may make the label stricter, not wider, and does not choose who else sees the case.
		require.ErrorIs(d, d.label("police", v.ID, incident.TLPAmber), fault.Forbidden)
		_, err = d.Correct(d.ctx(), d.call("police", "*"), v.ID, api.IncidentPatch{OwnerAgencyID: api.Set(d.by("other").AgencyID)})
		require.ErrorIs(d, err, fault.Forbidden)
		_, err = d.Complete(d.ctx(), d.call("police", "*"), v.ID, h.ID, "xong")
		require.NoError(d, err)
		_, err = d.Get(d.ctx(), d.by("police"), v.ID)
		require.ErrorIs(d, err, fault.NotFound)
	})
}

// An owner or operator is a claim until triage confirms it; after that only the team names one.
func TestAClaimedOwnerSeesNothingUntilTriage(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report()
		other := d.by("other").AgencyID
		_, err := d.Correct(d.ctx(), d.call("reporter", "*"), v.ID, api.IncidentPatch{OwnerAgencyID: api.Set(other)})
		require.NoError(d, err)
		_, err = d.Get(d.ctx(), d.by("other"), v.ID)
		require.ErrorIs(d, err, fault.NotFound)
		require.False(d, d.found("other", v.ID, v.Code))
		_, err = d.Triage(d.ctx(), d.call("officer", "*"), v.ID, incident.Triage{Category: "availability.ddos", Severity: incident.High})
		require.NoError(d, err)
		require.True(d, d.found("other", v.ID, v.Code))
		_, err = d.Correct(d.ctx(), d.call("officer", "*"), v.ID, api.IncidentPatch{OwnerAgencyID: api.Clear[string]()})
		require.NoError(d, err)
		require.False(d, d.found("other", v.ID, v.Code))
	})
}

// SL 3.4: what a partner gives in confidence is read by the team, auditors and its own agency.
func TestANoteInConfidenceStaysWithItsGiverAndTheTeam(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		d.ask(v.ID, d.agency(incident.RoleMilitary), incident.Coordination)
		d.note("police", v.ID, "nguontinkin", func(n *casework.NewNote) { n.Confidential = true })
		seen := observable("kin.vn", incident.AudienceParticipants, incident.TLPGreen)
		seen.Confidential = true
		_, err := d.AddObservable(d.ctx(), d.call("officer", ""), v.ID, seen)
		require.NoError(d, err)
		for who, want := range map[string]bool{"police": true, "officer": true, "auditor": true, "military": false, "reporter": false, "leader": false} {
			require.Equal(d, want, strings.Contains(d.told(who, v.ID), "nguontinkin"), who)
			require.Equal(d, want, d.found(who, v.ID, "nguontinkin"), who)
			team := want && who != "police"
			require.Equal(d, team, strings.Contains(d.told(who, v.ID), "kin.vn"), who)
			page, err := d.Observables(d.ctx(), d.by(who), casework.ObservableFilter{Value: "kin.vn", Limit: 5})
			require.NoError(d, err)
			require.Equal(d, team, len(page.Items) == 1, who)
		}
	})
}

// Mẫu 03 «Giữ bí mật»: who reported in confidence is not told of by any way out, the name of
// the account that reported included.
func TestWhoReportsInConfidenceIsNamedToNobodyWhoDoesNotReadTheContact(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		_, err := d.Correct(d.ctx(), d.call("officer", "*"), v.ID, api.IncidentPatch{Report: api.Set(api.ReportPatch{
			ReporterName: api.Set("Đinh Thị Lan"), ReporterPhone: api.Set("0212 000 001"),
		})})
		require.NoError(d, err)
		d.note("reporter", v.ID, "loinhan", nil)
		account := d.by("reporter").FullName
		require.Contains(d, d.told("police", v.ID), account)
		require.Contains(d, d.told("police", v.ID), "Đinh Thị Lan")
		_, err = d.Correct(d.ctx(), d.call("reporter", "*"), v.ID, api.IncidentPatch{Confidential: api.Set(true)})
		require.ErrorIs(d, err, fault.Forbidden, "after triage the team corrects")
		_, err = d.Correct(d.ctx(), d.call("officer", "*"), v.ID, api.IncidentPatch{Confidential: api.Set(true)})
		require.NoError(d, err)
		for _, who := range []string{"police", "leader"} {
			told := d.told(who, v.ID)
			for _, word := range []string{account, "Đinh Thị Lan", "0212 000 001"} {
				require.NotContains(d, told, word, who)
			}
			require.False(d, d.found(who, v.ID, "dinh thi lan"), who)
		}
		require.Contains(d, d.told("police", v.ID), "loinhan", "what was shared is still read, without its author's name")
		for _, who := range []string{"officer", "auditor", "reporter"} {
			require.Contains(d, d.told(who, v.ID), account, who)
		}
	})
}

// An ended partner keeps its handover and nothing of the case, whatever happens in it later.
func TestAnEndedPartnerIsToldNothingMoreOfTheCase(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		h := d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		d.note("police", v.ID, "loicuacongan", nil)
		_, err := d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		_, err = d.Decline(d.ctx(), d.call("police", "*"), v.ID, h.ID, "không thuộc thẩm quyền")
		require.NoError(d, err)
		before := d.told("police", v.ID)
		d.note("officer", v.ID, "saukhithoi", nil)
		require.NoError(d, d.label("officer", v.ID, incident.TLPClear))
		_, err = d.Respond(d.ctx(), d.call("officer", "*"), v.ID, "")
		require.NoError(d, err)
		require.Equal(d, before, d.told("police", v.ID))
		require.Contains(d, before, "Đề nghị phối hợp")
		require.NotContains(d, before, v.Title)
		for _, word := range []string{v.Code, "tan cong", "loicuacongan", "saukhithoi", "de nghi phoi hop"} {
			require.False(d, d.found("police", v.ID, word), word)
		}
	})
}
