package incident

import (
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// LinkKind says how one case stands to another.
type LinkKind string

// The kinds, read from the case that holds the link to the other.
const (
	LinkRelated     LinkKind = "related"
	LinkDuplicateOf LinkKind = "duplicate_of"
	LinkCausedBy    LinkKind = "caused_by"
	LinkFollowUp    LinkKind = "follow_up" // goes on from what the other, mostly ended, has left
	LinkMerged      LinkKind = "merged"    // made by a merge, never by hand
)

// LinkKinds are the kinds that people choose.
var LinkKinds = []LinkKind{LinkRelated, LinkDuplicateOf, LinkCausedBy, LinkFollowUp}

// Link ties a case to another. A removed one is kept.
type Link struct {
	ID            string
	IncidentID    string // the case that holds it
	ToID          string
	Kind          LinkKind
	Note          string
	CreatedByID   string
	AgencyID      string
	CreatedAt     time.Time
	RemovedAt     *time.Time
	RemovedByID   *string
	RemovalReason string
}

// TableName is the table of the links.
func (Link) TableName() string { return "case_links" }

// Added is the fact of the link in the chain of here, one of its two cases. Links are made
// between cases in any status, imported records included, and change neither.
func (l *Link) Added(here, there *Incident) Fact {
	return l.fact("added", here, there, map[string]any{"note": l.Note})
}

// Remove takes the link away. That of a merge stays: it says where the work went.
func (l *Link) Remove(reason string, by By, at time.Time) error {
	refuse := func(code, vi, en string) error {
		return fault.New(fault.Conflict, "Không bỏ được liên kết này.", "This link cannot be removed.").Because(
			fault.Reason{Code: code, Text: fault.Text{VI: vi, EN: en}})
	}
	switch {
	case l.RemovedAt != nil:
		return refuse("already_removed", "Liên kết đã được bỏ trước đó.", "It was removed before.")
	case l.Kind == LinkMerged:
		return refuse("merge_link", "Liên kết của việc gộp hồ sơ được giữ lại.", "The link of a merge is kept.")
	}
	l.RemovedAt, l.RemovedByID, l.RemovalReason = &at, &by.UserID, reason
	return nil
}

// Removed is the fact of the removal in the chain of here.
func (l *Link) Removed(here, there *Incident) Fact {
	return l.fact("removed", here, there, map[string]any{"reason": l.RemovalReason})
}

func (l *Link) fact(name string, here, there *Incident, full map[string]any) Fact {
	full["kind"], full["other_incident_id"], full["other_code"] = string(l.Kind), there.ID, there.Code
	full["direction"] = l.Direction(here.ID)
	thin := map[string]any{"kind": string(l.Kind)}
	if here.ForNamed() || !there.ForNamed() { // an open channel does not name a case that is for named people
		thin["other_incident_id"] = there.ID
	}
	return Fact{Type: "link." + name, ObjectKind: "link", ObjectID: l.ID, Full: full, Thin: thin}
}

// Direction is out in the case that holds the link, in in the other.
func (l *Link) Direction(incidentID string) string {
	if l.IncidentID == incidentID {
		return "out"
	}
	return "in"
}
