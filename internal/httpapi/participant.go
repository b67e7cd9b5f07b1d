package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// invite lets a further agency take part.
//
// @Summary   Mời thêm cơ quan tham gia · Invite a participant
// @Description Cần sự thống nhất của mọi cơ quan đang phối hợp trong hồ sơ; thiếu cơ quan nào, câu trả lời nêu rõ (SL Điều 3 khoản 7). · Every agency that coordinates in the case must have agreed; each one missing is named.
// @Tags      incidents
// @Param     body  body      api.NewInvitation  true  "Lời mời và ý kiến thống nhất · The invitation and the consents"
// @Success   201   {object}  api.Invitation
// @Router    /api/v1/incidents/{id}/participants [post]
func (s *Server) invite(ctx context.Context, x in[none, api.NewInvitation]) (out[api.Invitation], error) {
	p, err := s.cases.Invite(ctx, x.Call, x.id, casework.NewInvitation{
		AgencyID: x.body.AgencyID, Reason: x.body.Reason,
		Consents: each(x.body.Consents, func(c api.NewConsent) incident.Consent {
			n := incident.Consent{AgencyID: c.AgencyID, ByName: c.ByName, ByPosition: c.ByPosition, At: moment(c.At), Channel: incident.Channel(c.Channel)}
			if c.Document != nil {
				d := documentOf(c.Document)
				n.Document = &d
			}
			return n
		}),
	})
	return out[api.Invitation]{body: invitationView(p), location: incidents + "/" + x.id + "/participants"}, err
}

// endInvitation ends the part of an invited agency.
//
// @Summary   Kết thúc việc tham gia · End a participation
// @Description Cơ quan được mời thôi xem hồ sơ; lịch sử được giữ. · The agency no longer sees the incident; its history stays.
// @Tags      incidents
// @Param     body  body      api.EndInvitation  true  "Lý do · The reason"
// @Success   200   {object}  api.Invitation
// @Router    /api/v1/incidents/{id}/participants/{pid}/end [post]
func (s *Server) endInvitation(ctx context.Context, x in[none, api.EndInvitation]) (out[api.Invitation], error) {
	p, err := s.cases.EndInvitation(ctx, x.Call, x.id, x.sub, x.body.Reason)
	return reply(invitationView(p), err)
}

func invitationView(p incident.Participant) api.Invitation {
	return api.Invitation{
		ID: p.ID, IncidentID: p.IncidentID, AgencyID: p.AgencyID, Reason: p.Reason, Basis: incident.BasisInvite,
		InvitedBy: p.InvitedByID, InvitedAt: stamp(p.InvitedAt), EndedAt: stampOf(p.EndedAt), EndReason: orNull(p.EndReason),
		Consents: each(p.Consents, func(c incident.Consent) api.Consent {
			v := api.Consent{AgencyID: c.AgencyID, ByName: c.ByName, ByPosition: orNull(c.ByPosition), At: stamp(c.At), Channel: string(c.Channel)}
			if c.Document != nil {
				v.Document = documentView(*c.Document)
			}
			return v
		}),
	}
}

func takingView(t incident.Taking) api.Taking {
	return api.Taking{How: t.How, Since: stamp(t.Since), ObjectID: orNull(t.ObjectID), Basis: orNull(t.Basis)}
}
