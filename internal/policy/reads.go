package policy

import (
	"slices"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// Reads is which texts of a case a reader reads, by how the reader's agency takes part in it.
// Each list holds all of the one before: taking part never takes a text away.
type Reads struct {
	Always     []incident.Scope // whoever has the case in sight
	AsReporter []incident.Scope
	AsPartner  []incident.Scope
	Written    incident.Scope // what the own agency wrote; of a narrowed case its label leaves this and Always
}

// Narrowed is what a case's label leaves of AsReporter or AsPartner.
func (r Reads) Narrowed(of []incident.Scope) []incident.Scope {
	if !slices.Contains(of, r.Written) {
		return r.Always
	}
	return append(slices.Clone(r.Always), r.Written)
}

// Same reports whether taking part makes no difference.
func (r Reads) Same() bool { return len(r.Always) == len(r.AsPartner) }

// Reads returns which texts the actor reads of the cases in sight. It is the table of parts
// once more, for texts: title and code are Core, what ScopeBody holds is Description, and so
// on; a test compares the two case by case.
func (a Actor) Reads() Reads {
	if a.InTeam() || a.Has(Auditor) {
		all := []incident.Scope{incident.ScopeAll}
		return Reads{Always: all, AsReporter: all, AsPartner: all}
	}
	always := []incident.Scope{incident.ScopeHead}
	if !a.Has(Liaison, Reporter, Leader) {
		return Reads{Always: always, AsReporter: always, AsPartner: always}
	}
	add := func(to []incident.Scope, more ...incident.Scope) []incident.Scope {
		return append(append([]incident.Scope{}, to...), more...)
	}
	always = add(always, incident.ScopeOwnHandovers(a.AgencyID), incident.ScopeLedReports(a.AgencyID))
	if !a.Has(Leader) { // who sees national reports without text, sees their own so too
		always = add(always, incident.ScopeOwnReports(a.AgencyID))
	}
	written := incident.ScopeOwnNotes(a.AgencyID)
	reporter := always
	if a.Has(Liaison, Reporter) {
		reporter = add(always, incident.ScopeBody, incident.ScopeShared, written, incident.ScopeOwnContact(a.AgencyID), incident.ScopeOwnMessages(a.AgencyID))
		return Reads{always, reporter, add(reporter, incident.ScopeContact), written}
	}
	return Reads{always, reporter, add(always, incident.ScopeBody, incident.ScopeShared, written, incident.ScopeContact), written}
}
