package casework

import (
	"context"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// NationalReports reads the national reports of a case: all for the team, the agency that
// leads and auditors, without their text for leaders, for others those addressed to their own
// agency.
func (s *Service) NationalReports(ctx context.Context, by policy.Actor, incidentID string) ([]incident.NationalReport, error) {
	v, err := s.Get(ctx, by, incidentID)
	if err != nil {
		return nil, err
	}
	list, err := s.store.Read(ctx).NationalReportsOf(incidentID)
	if err != nil {
		return nil, err
	}
	switch {
	case v.Parts.Handovers == policy.All, v.LeadAgencyID == by.AgencyID:
	case v.Parts.Handovers == policy.WithoutText:
		for i := range list {
			list[i].Reason, list[i].Document = "", incident.Document{}
		}
	default:
		list = slices.DeleteFunc(list, func(r incident.NationalReport) bool { return r.ToAgencyID != by.AgencyID })
	}
	return list, nil
}

// SendNationalReport marks a report as sent, by which channel and document.
func (s *Service) SendNationalReport(ctx context.Context, c Call, incidentID, id string, in incident.Send) (incident.NationalReport, error) {
	var check incident.Checker
	incident.OneOf(&check, "/channel", in.Channel, incident.Channels)
	check.Document("/document", in.Document)
	check.Text("/note", in.Note, false, incident.MaxText)
	if err := check.Err(); err != nil {
		return incident.NationalReport{}, err
	}
	return s.onReport(ctx, c, incidentID, id, policy.SendReport, func(r *incident.NationalReport) ([]incident.Fact, error) {
		return r.Send(in, byOf(c.By), c.At)
	})
}

// AckReport is the addressee's confirmation of receipt, as the team learned it or as the
// addressee's own officer gives it.
type AckReport struct {
	OfficerName string
	Reference   string
	At          *time.Time
	Channel     incident.Channel
	Document    *incident.Document
}

// AcknowledgeNationalReport keeps the confirmation.
func (s *Service) AcknowledgeNationalReport(ctx context.Context, c Call, incidentID, id string, in AckReport) (incident.NationalReport, error) {
	var check incident.Checker
	check.Text("/officer_name", in.OfficerName, false, incident.MaxShort)
	check.Text("/reference", in.Reference, false, incident.MaxShort)
	if in.Channel != "" {
		incident.OneOf(&check, "/channel", in.Channel, incident.Channels)
	}
	if in.Document != nil {
		check.Document("/document", *in.Document)
	}
	if err := check.Err(); err != nil {
		return incident.NationalReport{}, err
	}
	return s.onReport(ctx, c, incidentID, id, policy.AckReport, func(r *incident.NationalReport) ([]incident.Fact, error) {
		when, officer, recorded := c.At, c.By.FullName, r.ToAgencyID != c.By.AgencyID
		if in.At != nil {
			when = *in.At
		}
		if recorded {
			if officer = in.OfficerName; officer == "" {
				return nil, fault.Input(fault.Field{Pointer: "/officer_name", Code: "required", Text: fault.Text{
					VI: "Ghi tên người xác nhận của cơ quan tiếp nhận.", EN: "Name who confirmed on the addressee's side."}})
			}
		}
		return r.Acknowledge(officer, in.Reference, when, recorded, c.At)
	})
}

func (s *Service) onReport(ctx context.Context, c Call, incidentID, id string, act policy.Action,
	rule func(*incident.NationalReport) ([]incident.Fact, error)) (incident.NationalReport, error) {
	t := target{id: incidentID, action: act, child: id, object: func(tx *store.Tx, o *policy.Object) error {
		r, err := tx.NationalReport(incidentID, id)
		if err != nil {
			return err
		}
		o.Report = r
		if r.ToAgencyID == c.By.AgencyID {
			return nil
		}
		_, err = tx.Incident(o.Incident.ID, c.By.Sight())
		if err == nil && !c.By.InTeam() && !c.By.Has(policy.Auditor, policy.Leader) && o.Incident.LeadAgencyID != c.By.AgencyID {
			return fault.Absent()
		}
		return err
	}}
	var out incident.NationalReport
	_, err := s.change(ctx, c, t, func(_ *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		i := slices.IndexFunc(cs.Reports, func(r incident.NationalReport) bool { return r.ID == id })
		facts, err := rule(&cs.Reports[i])
		out = cs.Reports[i]
		return facts, err
	})
	return out, err
}
