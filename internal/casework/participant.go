package casework

import (
	"cmp"
	"context"
	"slices"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// NewInvitation is an agency to invite, with the agreement of the members.
type NewInvitation struct {
	AgencyID string
	Reason   string
	Consents []incident.Consent
}

// maxConsents bounds how many consents one invitation carries.
const maxConsents = 50

// Invite lets a further agency take part (SL 3.7); refused while a member has not agreed.
func (s *Service) Invite(ctx context.Context, c Call, incidentID string, in NewInvitation) (incident.Participant, error) {
	p := incident.Participant{
		ID: newID(), IncidentID: incidentID, AgencyID: in.AgencyID, Reason: in.Reason, Consents: in.Consents,
		InvitedByID: c.By.UserID, InvitedAt: c.At,
	}
	var check incident.Checker
	check.Text("/reason", in.Reason, true, incident.MaxText)
	if len(in.Consents) > maxConsents {
		check.Add("/consents", "too_many", "Tối đa 50 ý kiến.", "At most 50 consents.")
	}
	for i, x := range in.Consents {
		at := pointer("/consents", i)
		check.Text(at+"/by_name", x.ByName, true, incident.MaxShort)
		check.Text(at+"/by_position", x.ByPosition, false, incident.MaxShort)
		check.DetectedAt(at+"/at", x.At, c.At)
		incident.OneOf(&check, at+"/channel", x.Channel, incident.Channels)
		if x.Channel == incident.ChannelAPI {
			check.Add(at+"/channel", "not_outside", "Ghi kênh mà thành viên đã dùng để đồng ý; API không có thao tác này.", "Name the channel the member used; the API has no such step.")
		}
		if x.Document != nil {
			check.Document(at+"/document", *x.Document)
		}
	}
	if err := check.Err(); err != nil {
		return p, err
	}
	_, err := s.change(ctx, c, target{id: incidentID, action: policy.InviteAgency}, func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		var wrong incident.Checker
		if err := checkAgency(tx, &wrong, "/agency_id", &p.AgencyID, c.At); err != nil {
			return nil, err
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		agencies, err := tx.Agencies()
		if err != nil {
			return nil, err
		}
		facts, err := cs.Invite(p, c.By.AgencyID, func(id string) fault.Text {
			i := slices.IndexFunc(agencies, func(a incident.Agency) bool { return a.ID == id })
			return fault.Text{VI: agencies[i].Name, EN: cmp.Or(agencies[i].NameEN, agencies[i].Name)}
		})
		if err != nil {
			return nil, err
		}
		return facts, tx.CreateParticipant(&p)
	})
	return p, err
}

// EndInvitation ends the part of an invited agency.
func (s *Service) EndInvitation(ctx context.Context, c Call, incidentID, id, reason string) (incident.Participant, error) {
	if err := texts(text{"/reason", reason, true}); err != nil {
		return incident.Participant{}, err
	}
	t := target{id: incidentID, action: policy.EndInvitation, object: func(tx *store.Tx, o *policy.Object) error {
		list, err := tx.ParticipantsOf(incidentID)
		mine := c.By.InTeam() || c.By.Has(policy.Auditor)
		if err == nil && !slices.ContainsFunc(list, func(p incident.Participant) bool { return p.ID == id && (mine || p.AgencyID == c.By.AgencyID) }) {
			err = fault.Absent()
		}
		return err
	}}
	var out incident.Participant
	_, err := s.change(ctx, c, t, func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		p, facts, err := cs.Uninvite(id, reason, byOf(c.By), c.At)
		if err != nil {
			return nil, err
		}
		out = *p
		return facts, tx.EndParticipant(p)
	})
	return out, err
}

// ParticipantView is an agency that takes part in a case.
type ParticipantView struct {
	Agency     incident.Agency
	Lead       bool
	AsReporter bool
	AsPartner  bool
	Takings    []incident.Taking
}

// Participants lists who takes part: everyone for the team, leaders and auditors; for others
// who leads, who reported, and themselves, because a handover is known to its two sides only.
func (s *Service) Participants(ctx context.Context, by policy.Actor, incidentID string) ([]ParticipantView, error) {
	v, err := s.Get(ctx, by, incidentID)
	if err != nil {
		return nil, err
	}
	tx := s.store.Read(ctx)
	cs, err := load(tx, v.Incident)
	if err != nil {
		return nil, err
	}
	agencies, err := tx.Agencies()
	if err != nil {
		return nil, err
	}
	whole := v.Parts.Handovers >= policy.WithoutText
	out := []ParticipantView{}
	for _, x := range cs.TakingPart() {
		if !whole && x.AgencyID != by.AgencyID && x.AgencyID != v.LeadAgencyID && x.AgencyID != v.ReportingAgencyID {
			continue
		}
		i := slices.IndexFunc(agencies, func(a incident.Agency) bool { return a.ID == x.AgencyID })
		own := whole || x.AgencyID == by.AgencyID
		out = append(out, ParticipantView{
			Agency: agencies[i], Lead: x.AgencyID == v.LeadAgencyID,
			// Of others, what the takings below tell and nothing of their handovers.
			AsReporter: x.AsReporter && (own || x.AgencyID == v.ReportingAgencyID), AsPartner: x.AsPartner && (own || x.AgencyID == v.LeadAgencyID),
			Takings: slices.DeleteFunc(cs.Takings(), func(t incident.Taking) bool {
				return t.AgencyID != x.AgencyID || !own && t.How != "lead" && t.How != "reporter"
			}),
		})
	}
	return out, nil
}
