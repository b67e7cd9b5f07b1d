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
// leads and auditors, without their text for leaders, for others those that were sent to their
// own agency. One that is kept secret, leaders do not see.
func (s *Service) NationalReports(ctx context.Context, by policy.Actor, incidentID string) ([]incident.NationalReport, error) {
	v, err := s.Get(ctx, by, incidentID)
	if err != nil {
		return nil, err
	}
	list, err := s.store.Read(ctx).NationalReportsOf(incidentID)
	if err != nil {
		return nil, err
	}
	return readable(v, by, list), nil
}

// NationalReport reads one report; its addressee reads it, once it was sent, whether or not it
// sees the case.
func (s *Service) NationalReport(ctx context.Context, by policy.Actor, incidentID, id string) (incident.NationalReport, error) {
	r, err := s.store.Read(ctx).NationalReport(incidentID, id)
	if err != nil {
		return incident.NationalReport{}, err
	}
	v, err := s.Get(ctx, by, r.IncidentID)
	switch {
	case err == nil:
		if list := readable(v, by, []incident.NationalReport{*r}); len(list) == 1 {
			return list[0], nil
		}
	case fault.NotFound.In(err) && sentTo(r, by.AgencyID) && by.Has(policy.Officer, policy.Lead, policy.Liaison):
		return *r, nil
	case !fault.NotFound.In(err):
		return incident.NationalReport{}, err
	}
	return incident.NationalReport{}, fault.Absent()
}

func sentTo(r *incident.NationalReport, agencyID string) bool {
	return r.ToAgencyID == agencyID && r.WasSent()
}

func readable(v CaseView, by policy.Actor, list []incident.NationalReport) []incident.NationalReport {
	switch {
	case v.Parts.Handovers == policy.All, v.LeadAgencyID == by.AgencyID:
		return list
	case v.Parts.Handovers == policy.WithoutText:
		list = slices.DeleteFunc(list, func(r incident.NationalReport) bool {
			return (r.KeepSecret || v.Confidential) && !sentTo(&r, by.AgencyID)
		})
		for i := range list {
			list[i].Reason, list[i].Document, list[i].Fields = "", incident.Document{}, nil
		}
		return list
	}
	return slices.DeleteFunc(list, func(r incident.NationalReport) bool { return !sentTo(&r, by.AgencyID) })
}

// SendNationalReport marks a report as sent, by which channel and document.
func (s *Service) SendNationalReport(ctx context.Context, c Call, incidentID, id string, in incident.Send) (incident.NationalReport, error) {
	var check incident.Checker
	in.Check(&check)
	if err := check.Err(); err != nil {
		return incident.NationalReport{}, err
	}
	return s.onReport(ctx, c, incidentID, id, policy.SendReport, func(tx *store.Tx, cs *incident.Case, r *incident.NationalReport) ([]incident.Fact, error) {
		if r.Status == incident.ReportCreated {
			if err := s.complete(tx, cs, r, in.Document); err != nil {
				return nil, err
			}
		}
		return r.Send(cs, in, byOf(c.By), c.At)
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
	return s.onReport(ctx, c, incidentID, id, policy.AckReport, func(_ *store.Tx, _ *incident.Case, r *incident.NationalReport) ([]incident.Fact, error) {
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
	rule func(*store.Tx, *incident.Case, *incident.NationalReport) ([]incident.Fact, error)) (incident.NationalReport, error) {
	return s.changeReport(ctx, c, reportTarget(c, incidentID, id, act), rule)
}

// reportTarget is a report as who files it, leads the case, or is its addressee finds it.
func reportTarget(c Call, incidentID, id string, act policy.Action) target {
	return target{id: incidentID, action: act, child: id, object: func(tx *store.Tx, o *policy.Object) error {
		r, err := tx.NationalReport(incidentID, id)
		if err != nil {
			return err
		}
		o.Report = r
		if sentTo(r, c.By.AgencyID) {
			return nil
		}
		_, err = tx.Incident(o.Incident.ID, c.By.Sight())
		if err == nil && !c.By.InTeam() && !c.By.Has(policy.Auditor, policy.Leader) && o.Incident.LeadAgencyID != c.By.AgencyID {
			return fault.Absent()
		}
		return err
	}}
}

func (s *Service) changeReport(ctx context.Context, c Call, t target,
	rule func(*store.Tx, *incident.Case, *incident.NationalReport) ([]incident.Fact, error)) (incident.NationalReport, error) {
	var out incident.NationalReport
	_, err := s.change(ctx, c, t, func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		i := slices.IndexFunc(cs.Reports, func(r incident.NationalReport) bool { return r.ID == t.child })
		facts, err := rule(tx, cs, &cs.Reports[i])
		out = cs.Reports[i]
		return facts, err
	})
	return out, err
}
