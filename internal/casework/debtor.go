package casework

import (
	"cmp"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// A duty is the debtor's to read; what fulfilled it need not be. The team tells the police on
// behalf of the owner (speaksFor), and its letter may be about the owner's own people.

// asDebtor is the duties as the reader may see them. Who sees whole cases sees them whole. Others
// see that a duty was done, when and by which channel; the handover or report that did it, and its
// document, only where they read that. A duty that a merge took into a case out of their sight
// stands under the case that they know.
func asDebtor(tx *store.Tx, by policy.Actor, list []incident.Duty) error {
	sight := dutySight(by)
	if sight.Whole || len(list) == 0 {
		return nil
	}
	var ways []string
	cases := map[string]string{}
	for i := range list {
		d := &list[i]
		if way := wayOf(d.HandoverID, d.ReportID); way != "" {
			ways = append(ways, way)
		}
		if d.IncidentID != nil && d.CarriedFromID != nil {
			cases[d.ID] = *d.IncidentID
		}
	}
	read, err := tx.WaysRead(ways, sight.AgencyID)
	if err != nil {
		return err
	}
	known, err := tx.Addresses(cases, sight.Case)
	if err != nil {
		return err
	}
	for i := range list {
		d := &list[i]
		if way := wayOf(d.HandoverID, d.ReportID); way != "" && !read[way] {
			d.HandoverID, d.ReportID, d.Document = nil, nil, incident.Document{}
		}
		if id := known[d.ID]; id != "" {
			d.IncidentID = &id
		}
	}
	return nil
}

// wayOf is the handover or the report that fulfilled a duty; "" where neither did.
func wayOf(handoverID, reportID *string) string {
	return cmp.Or(orEmpty(handoverID), orEmpty(reportID))
}

// cutWays is asDebtor for the events of duties in a timeline: they hold the same, and who did what
// fulfilled the duty is not named either.
func cutWays(tx *store.Tx, agencyID string, list []Entry, kinds []string) error {
	way := func(i int) string {
		if kinds[i] != "obligation" {
			return ""
		}
		for _, name := range []string{"handover_id", "report_id"} {
			if id, ok := list[i].Data[name].(string); ok && id != "" {
				return id
			}
		}
		return ""
	}
	var ways []string
	for i := range list {
		if id := way(i); id != "" {
			ways = append(ways, id)
		}
	}
	read, err := tx.WaysRead(ways, agencyID)
	if err != nil {
		return err
	}
	for i := range list {
		if id := way(i); id != "" && !read[id] {
			for _, name := range []string{"handover_id", "report_id", "document"} {
				delete(list[i].Data, name)
			}
			list[i].ActorName = ""
		}
	}
	return nil
}
