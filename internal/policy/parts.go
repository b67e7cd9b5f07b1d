package policy

import "github.com/ungcuu/ungcuu/internal/incident"

// Part is a part of a case that a reader sees or not.
type Part uint16

// The parts, as in the table of who sees what.
const (
	Core        Part = 1 << iota // code, title, status, times
	Description                  // description, system
	Contact                      // the reporter's contact
	Severity
	Assessment // category, natures, classification
	Material   // notes of every audience, assignee, internal remarks
	Shared     // notes for participants
	Moves      // the timeline of moves
	Written    // notes, tasks and observables that the own agency wrote
)

// Width says how much of a kind of child (handovers, obligations) a reader sees.
type Width int

// The widths, rising.
const (
	None        Width = iota
	Counts            // how many, and where they stand
	Own               // those of the own agency
	WithoutText       // all, without what was written
	All
)

// Parts is what one reader sees of one case.
type Parts struct {
	Fields      Part
	Handovers   Width
	Obligations Width
}

// Has reports whether the part is seen.
func (p Parts) Has(x Part) bool { return p.Fields&x == x }

// parts is who sees what of a case they see at all.
var parts = struct{ reporter, partner, team, leader, auditor Parts }{
	reporter: Parts{Core | Description | Severity | Shared | Written | Moves, Own, Own},
	partner:  Parts{Core | Description | Contact | Severity | Assessment | Shared | Written | Moves, Own, Own},
	team:     Parts{Core | Description | Contact | Severity | Assessment | Material | Shared | Written | Moves, All, All},
	leader:   Parts{Core | Severity | Assessment | Moves, WithoutText, Counts},
	auditor:  Parts{Core | Description | Contact | Severity | Assessment | Material | Shared | Written | Moves, All, All},
}

// reached is what the case's label leaves of the columns that an agency has by taking part
// (FIRST, TLP 2.0): how the case stands, and what is the agency's own. Of a red case nothing is
// left, as of a restricted one: its handovers and duties the agency sees without the case.
// The team, auditors, the agency that reported and the one that leads lose nothing; leaders,
// whose column holds no text, keep it unless the label is red.
var reached = map[incident.Reach]Parts{
	incident.ReachWhole:    {^Part(0), All, All},
	incident.ReachStanding: {Core | Severity | Written | Moves, Own, Own},
	incident.ReachNothing:  {},
}

// PartsOf joins the columns of the table that hold for the actor: by role, and by how the
// actor's agency takes part in the case, as far as its label lets them.
func PartsOf(a Actor, inc *incident.Incident, asReporter, asPartner bool) Parts {
	var p Parts
	reach := inc.Reach(a.AgencyID)
	join := func(q Parts) {
		p.Fields |= q.Fields
		p.Handovers = max(p.Handovers, q.Handovers)
		p.Obligations = max(p.Obligations, q.Obligations)
	}
	if a.Has(Auditor) {
		join(parts.auditor)
	}
	if a.InTeam() {
		join(parts.team)
	}
	if a.Has(Leader) && reach > incident.ReachNothing {
		join(parts.leader)
	}
	narrowed := func(q Parts) Parts {
		most := reached[reach]
		return Parts{q.Fields & most.Fields, min(q.Handovers, most.Handovers), min(q.Obligations, most.Obligations)}
	}
	if asReporter && a.Has(Liaison, Reporter) {
		join(narrowed(parts.reporter))
		if inc.ReportingAgencyID == a.AgencyID {
			p.Fields |= Contact
		}
	}
	if asPartner && a.Has(Liaison, Reporter, Leader) {
		q := parts.partner
		if inc.Confidential {
			q.Fields &^= Contact
		}
		join(narrowed(q))
	}
	return p
}

// FieldParts says to which part each field of a case belongs, by its name in the API. A
// field that is not listed belongs to the team and auditors.
var FieldParts = map[string]Part{
	"title": Core, "code": Core, "exercise": Core, "tlp": Core, "confidential": Core, "restricted": Core,
	"detected_at": Core, "detected_precision": Core, "occurred_at": Core,
	"owner_agency_id": Core, "operator_agency_id": Core, "lead_agency_id": Core, "reporting_agency_id": Core,
	"from_agency_id": Core, "to_agency_id": Core, "from": Core, "to": Core,
	"description": Description, "system": Description, "resolution": Description,
	"report":            Contact,
	"other_incident_id": Core, "other_code": Core, // where the reader sees that case as well
	"severity": Severity,
	"category": Assessment, "category_vn": Assessment, "natures": Assessment, "facts": Assessment,
	"classification": Assessment, "violation_found_at": Assessment,
	"assignee_id": Material, "note": Material, "lessons": Material,
}

// reasonFields: the words with which a case was rejected, reopened or lowered are for everyone
// who may read its description.
var reasonFields = []string{"reason", "note"}

// CutEvent keeps of an event's payload what the reader's parts allow. The payload is that of
// an event the reader may see at all; children (handovers, notes, obligations) are cut where
// they are queried, leaders excepted, who see them without text. What is left there, a reader
// with Written reads whole.
func CutEvent(p Parts, kind, typ string, data map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range data {
		switch name {
		case "changed_from", "changed_to":
			inner, _ := v.(map[string]any)
			if kind != "incident" { // a task: who sees it at all, sees the whole of it
				if p.Has(Written) {
					out[name] = inner
				}
				continue
			}
			if cut := cutFields(p, inner); len(cut) > 0 {
				out[name] = cut
			}
		default:
			if p.mayRead(kind, typ, name) {
				out[name] = v
			}
		}
	}
	return out
}

func cutFields(p Parts, fields map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range fields {
		part, ok := FieldParts[name]
		if ok && p.Has(part) || !ok && p.Has(Material) {
			out[name] = v
		}
	}
	return out
}

var thinFields = map[string]bool{
	"from": true, "to": true, "kind": true, "urgency": true, "rule": true, "basis": true,
	"from_agency_id": true, "to_agency_id": true, "recorded": true, "at": true,
	"due_at": true, "target_at": true, "started_at": true, "fulfilled_at": true, "transfers_lead": true,
}

// inDuty are the members of a duty's events that tell more of the case than the duty: the facts
// that called for it, who decided, what else fulfilled it.
var inDuty = map[string]bool{"because": true, "decided_by_id": true, "book": true, "carried_from_id": true, "incident_id": true}

func (p Parts) mayRead(kind, typ, name string) bool {
	if kind == "participant" && name == "consents" {
		// Which agencies agreed tells which take part: a handover is known to its two sides only.
		return p.Has(Material)
	}
	if kind == "obligation" && inDuty[name] {
		return p.Has(Material)
	}
	if kind != "incident" {
		return thinFields[name] || p.Has(Written)
	}
	if typ == incident.MoveNamed(incident.MoveNotifyNational).Fact && name == "reason" {
		// It is the text of the national report, which its two sides read where it stands.
		return p.Has(Material)
	}
	for _, r := range reasonFields {
		if name == r && (typ == "incident.rejected" || typ == "incident.withdrawn" || r == "reason") {
			return p.Has(Description)
		}
	}
	part, ok := FieldParts[name]
	if !ok {
		return p.Has(Material)
	}
	return p.Has(part)
}
