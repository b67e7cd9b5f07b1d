package casework_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

func (d *desk) accepted(caseID, who string, role incident.AgencyRole) {
	d.Helper()
	h := d.ask(caseID, d.agency(role), incident.Coordination)
	_, err := d.Acknowledge(d.ctx(), d.call(who, "*"), caseID, h.ID, "")
	require.NoError(d, err)
	_, err = d.Accept(d.ctx(), d.call(who, "*"), caseID, h.ID, incident.Answer{})
	require.NoError(d, err)
}

func (d *desk) consent(agency string) incident.Consent {
	return incident.Consent{AgencyID: agency, ByName: "Thượng tá Lò Văn Pâng", At: d.at, Channel: incident.ChannelPhone}
}

func (d *desk) invite(who, caseID, agency string, members ...string) (incident.Participant, error) {
	in := casework.NewInvitation{AgencyID: agency, Reason: "Có chuyên gia về hệ thống y tế"}
	for _, m := range members {
		in.Consents = append(in.Consents, d.consent(m))
	}
	return d.Invite(d.ctx(), d.call(who, ""), caseID, in)
}

func TestAnAgencyIsInvitedOnlyWithTheAgreementOfEveryMember(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		police, military, syt := d.agency(incident.RolePolice), d.agency(incident.RoleMilitary), d.by("other").AgencyID
		d.accepted(v.ID, "police", incident.RolePolice)
		h := d.ask(v.ID, military, incident.Coordination)

		_, err := d.invite("lead", v.ID, syt)
		f, ok := fault.As(err)
		require.True(d, ok)
		require.Equal(d, fault.Conflict, f.Kind)
		require.Len(d, f.Reasons, 1, "who has not answered is no member")
		require.Equal(d, "consent_missing", f.Reasons[0].Code)
		require.Equal(d, incident.BasisInvite, f.Reasons[0].Basis)
		require.Contains(d, f.Reasons[0].Text.VI, "Công an tỉnh")

		_, err = d.Acknowledge(d.ctx(), d.call("military", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		_, err = d.Accept(d.ctx(), d.call("military", "*"), v.ID, h.ID, incident.Answer{Partly: true, Reason: "chỉ 01 cán bộ"})
		require.NoError(d, err)
		_, err = d.invite("lead", v.ID, syt, police)
		f, _ = fault.As(err)
		require.Len(d, f.Reasons, 1)
		require.Contains(d, f.Reasons[0].Text.VI, military)
		for _, x := range []struct {
			members []string
			code    string
		}{{[]string{police, military, syt}, "not_a_member"}, {[]string{police, military, police}, "repeated"}} {
			_, err = d.invite("lead", v.ID, syt, x.members...)
			f, ok = fault.As(err)
			require.True(d, ok)
			require.Equal(d, "/consents/2/agency_id", f.Fields[0].Pointer)
			require.Equal(d, x.code, f.Fields[0].Code)
		}
		_, err = d.invite("officer", v.ID, syt, police, military)
		require.ErrorIs(d, err, fault.Forbidden)
		_, err = d.invite("police", v.ID, syt, police, military)
		require.ErrorIs(d, err, fault.Forbidden)
		_, err = d.Get(d.ctx(), d.by("other"), v.ID)
		require.ErrorIs(d, err, fault.NotFound)

		p, err := d.invite("lead", v.ID, syt, police, military)
		require.NoError(d, err)
		got, err := d.Get(d.ctx(), d.by("other"), v.ID)
		require.NoError(d, err)
		require.NotNil(d, got.Category)
		_, err = d.invite("lead", v.ID, syt, police, military)
		require.ErrorIs(d, err, fault.Conflict, "it takes part already")
		_, err = d.invite("lead", v.ID, police, military)
		require.ErrorIs(d, err, fault.Conflict, "so do the police")
		vnpt := d.code("vnpt")
		_, err = d.invite("lead", v.ID, vnpt, police, military)
		f, _ = fault.As(err)
		require.Contains(d, f.Reasons[0].Text.VI, syt, "who was invited is a member now")

		entries, _, err := d.Timeline(d.ctx(), d.by("other"), v.ID, 0, 100)
		require.NoError(d, err)
		last := entries[len(entries)-1]
		require.Equal(d, "participant.invited", last.Type)
		require.NotContains(d, last.Data, "consents", "which agencies agreed tells which take part")
		require.Contains(d, last.Data, "reason")
		require.Empty(d, d.typesOf("police", v.ID, "participant"))
		require.Equal(d, []string{"participant.invited"}, d.typesOf("auditor", v.ID, "participant"))

		_, err = d.EndInvitation(d.ctx(), d.call("police", ""), v.ID, p.ID, "thôi")
		require.ErrorIs(d, err, fault.NotFound)
		_, err = d.EndInvitation(d.ctx(), d.call("other", ""), v.ID, p.ID, "thôi")
		require.ErrorIs(d, err, fault.Forbidden)
		_, err = d.EndInvitation(d.ctx(), d.call("lead", ""), v.ID, p.ID, "Đã xong phần việc")
		require.NoError(d, err)
		_, err = d.Get(d.ctx(), d.by("other"), v.ID)
		require.ErrorIs(d, err, fault.NotFound, "sight ends")
		_, err = d.EndInvitation(d.ctx(), d.call("lead", ""), v.ID, p.ID, "lần nữa")
		require.ErrorIs(d, err, fault.Conflict)
		require.Equal(d, []string{"participant.invited", "participant.ended"}, d.typesOf("officer", v.ID, "participant"))
		_, err = d.invite("lead", v.ID, syt, police, military)
		require.NoError(d, err, "and it may be invited again")
	})
}

func (d *desk) code(code string) string {
	d.Helper()
	all, err := d.store.Read(d.ctx()).Agencies()
	require.NoError(d, err)
	i := slices.IndexFunc(all, func(a incident.Agency) bool { return a.Code == code })
	require.GreaterOrEqual(d, i, 0)
	return all[i].ID
}

func TestWhileThePoliceLeadTheirAgreementIsNeeded(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		h, err := d.AskHandover(d.ctx(), d.call("officer", ""), v.ID, casework.NewHandover{
			ToAgencyID: d.agency(incident.RolePolice), Kind: incident.Coordination, Message: "m", Channel: incident.ChannelAPI, Urgency: incident.Normal, TransfersLead: true,
		})
		require.NoError(d, err)
		_, err = d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		_, err = d.Accept(d.ctx(), d.call("police", "*"), v.ID, h.ID, incident.Answer{})
		require.NoError(d, err)
		_, err = d.invite("lead", v.ID, d.by("other").AgencyID)
		require.ErrorIs(d, err, fault.Conflict)
		_, err = d.invite("lead", v.ID, d.by("other").AgencyID, d.agency(incident.RolePolice))
		require.NoError(d, err)
	})
}

func TestAnInvitationToARestrictedCaseOpensItToNobodyWhoIsNotNamed(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		_, err := d.Correct(d.ctx(), d.call("lead", "*"), v.ID, api.IncidentPatch{Restricted: api.Set(true)})
		require.NoError(d, err)
		_, err = d.invite("lead", v.ID, d.by("other").AgencyID)
		require.NoError(d, err)
		_, err = d.Get(d.ctx(), d.by("other"), v.ID)
		require.ErrorIs(d, err, fault.NotFound)
		_, err = d.Correct(d.ctx(), d.call("lead", "*"), v.ID, api.IncidentPatch{NamedUserIDs: api.Set([]string{d.by("other").UserID, d.by("lead").UserID})})
		require.NoError(d, err)
		_, err = d.Get(d.ctx(), d.by("other"), v.ID)
		require.NoError(d, err)
	})
}

func TestTheListSaysHowSinceWhenAndOnWhichBasisEachTakesPart(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		h := d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		p, err := d.invite("lead", v.ID, d.by("other").AgencyID)
		require.NoError(d, err)
		how := func(who string) map[string][]string {
			list, err := d.Participants(d.ctx(), d.by(who), v.ID)
			require.NoError(d, err)
			out := map[string][]string{}
			for _, x := range list {
				for _, k := range x.Takings {
					out[x.Agency.Code] = append(out[x.Agency.Code], k.How+" "+k.ObjectID)
					require.False(d, k.Since.IsZero())
				}
			}
			return out
		}
		all := map[string][]string{
			"tthdl": {"reporter "}, "doi-ucsc": {"lead "}, "cat-dau-moi": {"handover " + h.ID}, "syt": {"invitation " + p.ID},
		}
		require.Equal(d, all, how("officer"))
		require.Equal(d, all, how("auditor"))
		delete(all, "cat-dau-moi")
		require.Equal(d, all, how("other"), "an invited agency sees who leads, who reported and itself")
		delete(all, "syt")
		require.Equal(d, all, how("reporter"))
	})
}
