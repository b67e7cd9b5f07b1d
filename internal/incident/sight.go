package incident

// Sight is one agency's view of one case: which columns of the table of parts it has.
type Sight struct {
	AgencyID   string
	AsReporter bool // it reported the case, or owns or operates the system (confirmed at triage)
	AsPartner  bool // it takes part: it leads, or has a handover that runs
}

// Sights says which agencies see the case because they take part in it. The team, leaders
// and auditors see it by their role, not by this list.
//
// An owner or operator named by the reporter is a claim until triage confirms it. When its
// handover has ended, a partner keeps that handover, no longer the case; an acknowledged
// notice keeps the case in sight until it is closed, rejected or merged.
func (c *Case) Sights() []Sight {
	seen := map[string]*Sight{}
	var order []string
	at := func(id string) *Sight {
		if seen[id] == nil {
			seen[id] = &Sight{AgencyID: id}
			order = append(order, id)
		}
		return seen[id]
	}
	at(c.ReportingAgencyID).AsReporter = true
	if c.TriagedAt != nil {
		for _, id := range []*string{c.OwnerAgencyID, c.OperatorAgencyID} {
			if id != nil {
				at(*id).AsReporter = true
			}
		}
	}
	at(c.LeadAgencyID).AsPartner = true
	for i := range c.Handovers {
		if c.Handovers[i].givesSight(c.Status) {
			at(c.Handovers[i].ToAgencyID).AsPartner = true
		}
	}
	for i := range c.Participants {
		if c.Participants[i].givesSight(c.Status) {
			at(c.Participants[i].AgencyID).AsPartner = true
		}
	}
	list := make([]Sight, 0, len(order))
	for _, id := range order {
		list = append(list, *seen[id])
	}
	return list
}

func (h *Handover) givesSight(s Status) bool {
	if h.Kind == Notice && h.Status == Acknowledged {
		return s != Closed && s != Rejected && s != Merged
	}
	return h.Running()
}
