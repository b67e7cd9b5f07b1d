package incident

import (
	"slices"
	"strings"
)

// Scope names who reads a text of a case. What a reader sees of a case is a union of scopes
// (policy.Reads), so that a search touches nothing else.
type Scope string

// The scopes that are the same for every agency.
const (
	ScopeAll     Scope = ""  // every text of the case: the team and auditors
	ScopeHead    Scope = "h" // title, code
	ScopeBody    Scope = "b" // description, system, resolution
	ScopeContact Scope = "c" // how the report came in, unless the case is confidential
	ScopeShared  Scope = "s" // notes, tasks and observables that reach other agencies
)

// ScopeOwnContact is how the report of the agency came in.
func ScopeOwnContact(agencyID string) Scope { return agencyScope("r", agencyID) }

// ScopeOwnMessages is what the agency, which reported, and the desk wrote to each other.
func ScopeOwnMessages(agencyID string) Scope { return agencyScope("m", agencyID) }

// ScopeOwnHandovers is the handovers from or to the agency.
func ScopeOwnHandovers(agencyID string) Scope { return agencyScope("o", agencyID) }

// ScopeOwnNotes is the notes, tasks and observables that the agency wrote.
func ScopeOwnNotes(agencyID string) Scope { return agencyScope("n", agencyID) }

// ScopeLedReports is the national reports of a case that the agency leads.
func ScopeLedReports(agencyID string) Scope { return agencyScope("l", agencyID) }

// ScopeOwnReports is the national reports that were sent to the agency.
func ScopeOwnReports(agencyID string) Scope { return agencyScope("t", agencyID) }

// agencyScope keeps of the id its 32 digits.
func agencyScope(kind, agencyID string) Scope {
	hex := func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'f' {
			return r
		}
		return -1
	}
	return Scope(kind + strings.Map(hex, agencyID))
}

// Text is something written in a case, and who reads it beside those who read everything.
type Text struct {
	Scopes []Scope
	Text   string
}

// SharedTLP are the labels under which a note for participants reaches other agencies
// (TLP 2.0: amber+strict stays in the author's organisation, red with named recipients).
var SharedTLP = []TLP{TLPClear, TLPGreen, TLPAmber}

// Texts are what is written in the case, in its handovers and in its national reports.
// Working material is written elsewhere, see Note.Texts.
func (c *Case) Texts() []Text {
	r, s := c.Report, c.System
	contact := []Scope{ScopeOwnContact(c.ReportingAgencyID)}
	if !c.Confidential {
		contact = append(contact, ScopeContact)
	}
	texts := []Text{
		{[]Scope{ScopeHead}, joined(c.Title, c.Code)},
		{[]Scope{ScopeBody}, joined(c.Description, s.Name, joined(s.Domains...), joined(s.PublicAddresses...), c.Resolution.Summary, c.Resolution.Prevention)},
		{contact, joined(r.ReporterName, r.ReporterPhone, r.ReporterEmail, r.Reference)},
		{nil, c.Lessons},
	}
	for i := range c.Handovers {
		h := &c.Handovers[i]
		texts = append(texts, Text{[]Scope{ScopeOwnHandovers(h.FromAgencyID), ScopeOwnHandovers(h.ToAgencyID)}, h.text()})
	}
	for i := range c.Reports {
		r := &c.Reports[i]
		scopes := []Scope{ScopeLedReports(c.LeadAgencyID)}
		if r.WasSent() {
			scopes = append(scopes, ScopeOwnReports(r.ToAgencyID))
		}
		texts = append(texts, Text{scopes, r.text()})
	}
	return texts
}

func (h *Handover) text() string {
	parts := []string{
		h.Message, h.RequestedResources, h.Document.text(), h.Answer.Reason, h.Answer.Resources,
		h.Answer.LiaisonContact, h.Outcome, h.EndReason, h.ContestReason,
	}
	if h.Record != nil && h.Record.Document != nil {
		parts = append(parts, h.Record.Document.text())
	}
	return joined(parts...)
}

func (d Document) text() string { return joined(d.Number, d.Symbol, d.Subject) }

// Texts are what the note says.
func (n *Note) Texts() []Text { return material(n.Audience, n.TLP, n.Confidential, n.AgencyID, n.Text) }

// Texts are what the task says.
func (t *Task) Texts() []Text {
	return material(t.Audience, t.TLP, false, t.AgencyID, joined(t.Title, t.Description))
}

// Texts are what the observable says: its value in both writings, and the note.
func (o *Observable) Texts() []Text {
	return material(o.Audience, o.TLP, o.Confidential, o.AgencyID, joined(o.Value, o.Given, o.Note))
}

// Texts are what the message says.
func (m *Message) Texts(reportingAgencyID string) []Text {
	return []Text{{[]Scope{ScopeOwnMessages(reportingAgencyID)}, m.Text}}
}

// material is a text with an audience, a label and its giver's wish.
func material(a Audience, tlp TLP, confidential bool, agencyID, text string) []Text {
	scopes := []Scope{ScopeOwnNotes(agencyID)}
	if a == AudienceParticipants && !confidential && slices.Contains(SharedTLP, tlp) {
		scopes = append(scopes, ScopeShared)
	}
	return []Text{{scopes, text}}
}

// joined keeps the last word of one text and the first of the next apart.
func joined(texts ...string) string { return strings.Join(texts, "\n") }
