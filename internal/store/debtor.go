package store

import (
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// WaysRead says which of the handovers and national reports the agency reads: handovers of which
// it is one of the two sides, reports that were sent to it or lie in a case that it leads.
func (t *Tx) WaysRead(list []string, agencyID string) (map[string]bool, error) {
	out := map[string]bool{}
	wanted := ids(list)
	agency, ok := canonical(agencyID)
	if len(wanted) == 0 || !ok {
		return out, nil
	}
	var handovers, reports []string
	sides := visibleHandover(HandoverSight{AgencyID: agency})
	if err := t.db.Table("handovers").Where(t.among("handovers.id", wanted)).Where(sides).Pluck("handovers.id", &handovers).Error; err != nil {
		return nil, err
	}
	err := t.db.Table("national_reports").Where(t.among("national_reports.id", wanted)).
		Where("(national_reports.to_agency_id = ? AND national_reports.sent_at IS NOT NULL OR EXISTS (SELECT 1 FROM incidents i"+
			" WHERE i.id = national_reports.incident_id AND i.lead_agency_id = ?))", agency, agency).
		Pluck("national_reports.id", &reports).Error
	for _, id := range append(handovers, reports...) {
		out[id] = true
	}
	return out, err
}

// Addresses says under which case a reader knows children that a merge has moved into a case
// which the reader does not see: one in which they lay and that is in sight, else the first. What
// lies where the reader sees it, or never moved, is not in the answer. cases is where each child
// lies now.
func (t *Tx) Addresses(cases map[string]string, sight policy.Sight) (map[string]string, error) {
	out := map[string]string{}
	children := make([]string, 0, len(cases))
	for child := range cases {
		children = append(children, child)
	}
	wanted := ids(children)
	if len(wanted) == 0 {
		return out, nil
	}
	rows, err := many[movedRow](t.db.Where(t.among("child_id", wanted)).Order("child_id, incident_id"))
	if err != nil || len(rows) == 0 {
		return out, err
	}
	asked := make([]string, 0, 2*len(rows))
	for _, r := range rows {
		asked = append(asked, r.IncidentID, cases[r.ChildID])
	}
	seen, err := t.Visible(asked, sight)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if seen[cases[r.ChildID]] {
			continue
		}
		if known := out[r.ChildID]; known == "" || !seen[known] && seen[r.IncidentID] {
			out[r.ChildID] = r.IncidentID
		}
	}
	return out, nil
}

// DutiesUnder returns the duties in sight that lie in the case, or lay there before a merge; the
// oldest first.
func (t *Tx) DutiesUnder(incidentID string, sight DutySight) ([]incident.Duty, error) {
	if incidentID == "" {
		return []incident.Duty{}, nil
	}
	return many[incident.Duty](lies(t.db, "duties", incidentID).Where(visibleDuty(sight)).Order("started_at, id"))
}
