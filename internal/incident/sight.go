package incident

import "slices"

// Sight is one agency's view of one case: which columns of the table of parts it has.
type Sight struct {
	AgencyID   string
	AsReporter bool // it reported the case, or owns or operates the system (confirmed at triage)
	AsPartner  bool // it takes part: it leads, or has a handover that runs
	Narrowed   bool // the case's label leaves of these columns only how the case stands
}

// Reach is how far a case goes to an agency that takes part in it.
type Reach int

// The reaches, rising.
const (
	ReachNothing  Reach = iota // its own handovers and duties, and no more
	ReachStanding              // that there is a case, and how it stands
	ReachWhole                 // what the table of parts gives
)

// reaches is what a case's label (FIRST, TLP 2.0, August 2022) leaves to the agencies that take
// part in it, and in the case of red to leaders: amber+strict stays in the organisations that
// handle the case, red with named recipients. What is no label counts as the narrowest; a report
// that names none is amber.
var reaches = map[TLP]Reach{
	TLPClear: ReachWhole, TLPGreen: ReachWhole, TLPAmber: ReachWhole, "": ReachWhole,
	TLPAmberStrict: ReachStanding,
	TLPRed:         ReachNothing,
}

// WiderThan reports whether the label lets more readers in than the other.
func (t TLP) WiderThan(o TLP) bool {
	rank := func(t TLP) int {
		if i := slices.Index(TLPs, t); i >= 0 {
			return i
		}
		return len(TLPs)
	}
	return rank(t) < rank(o)
}

// Reach is how far the case goes to the agency, should it take part. No label keeps a report
// from the agency that made it, nor the case from the one that leads it. A restricted case is
// for the people its team lead has named: they are the recipients, whatever the label.
func (inc *Incident) Reach(agencyID string) Reach {
	if inc.Restricted || agencyID == inc.ReportingAgencyID || agencyID == inc.LeadAgencyID {
		return ReachWhole
	}
	return reaches[inc.TLP]
}

// ForNamed reports whether the case is for named people alone, by restriction or by its label:
// no open channel names it.
func (inc *Incident) ForNamed() bool { return inc.Restricted || inc.TLP == TLPRed }

// Sights says which agencies see the case because they take part in it, and how far its label
// lets them. The team, leaders and auditors see it by their role, not by this list.
func (c *Case) Sights() []Sight {
	all := c.TakingPart()
	list := make([]Sight, 0, len(all))
	for _, s := range all {
		if reach := c.Reach(s.AgencyID); reach > ReachNothing {
			s.Narrowed = reach < ReachWhole
			list = append(list, s)
		}
	}
	return list
}

// TakingPart says which agencies take part in the case, whatever its label.
//
// An owner or operator named by the reporter is a claim until triage confirms it. When its
// handover has ended, a partner keeps that handover, no longer the case; an acknowledged
// notice keeps the case in sight until it is closed, rejected or merged.
func (c *Case) TakingPart() []Sight {
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
