package casework

import (
	"context"
	"strings"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// NewLink is a link to make.
type NewLink struct {
	ToID string
	Kind incident.LinkKind
	Note string
}

// LinkView is a link as one of its cases shows it to a reader; the note is the desk's.
type LinkView struct {
	store.Linked
	Direction string // out from the case that was asked, or in
	ShowsNote bool
}

func linkView(by policy.Actor, incidentID string, l store.Linked) LinkView {
	return LinkView{
		Linked: l, Direction: l.Direction(incidentID),
		ShowsNote: by.InTeam() || by.Has(policy.Auditor) || l.AgencyID == by.AgencyID,
	}
}

// AddLink ties the case to another. Both are in the caller's sight, or the other counts as
// absent; neither is changed.
func (s *Service) AddLink(ctx context.Context, c Call, incidentID string, in NewLink) (LinkView, error) {
	in.ToID = strings.ToLower(in.ToID)
	var check incident.Checker
	check.Text("/to_id", in.ToID, true, incident.MaxShort)
	incident.OneOf(&check, "/kind", in.Kind, incident.LinkKinds)
	check.Text("/note", in.Note, false, incident.MaxText)
	if err := check.Err(); err != nil {
		return LinkView{}, err
	}
	if in.ToID == incidentID {
		return LinkView{}, incident.SameCase("/to_id")
	}
	var out store.Linked
	t := target{id: incidentID, other: in.ToID, action: policy.Link}
	_, err := s.changeBoth(ctx, c, t, func(tx *store.Tx, cs, other *incident.Case, _ policy.Object) (both, error) {
		if other == nil {
			return both{}, unknownCase("/to_id")
		}
		there, err := tx.HasLink(cs.ID, other.ID, in.Kind, in.Kind == incident.LinkRelated)
		if err != nil {
			return both{}, err
		}
		if there {
			return both{}, fault.New(fault.Conflict, "Hai hồ sơ đã có liên kết này.", "The cases are linked like this already.").Because(
				fault.Reason{Code: "already_linked", Text: fault.Text{VI: "Đã có liên kết.", EN: "There is a link."}})
		}
		l := incident.Link{
			ID: newID(), IncidentID: cs.ID, ToID: other.ID, Kind: in.Kind, Note: in.Note,
			CreatedByID: c.By.UserID, AgencyID: c.By.AgencyID, CreatedAt: c.At,
		}
		out = linkedTo(l, other)
		return both{[]incident.Fact{l.Added(cs.Incident, other.Incident)}, []incident.Fact{l.Added(other.Incident, cs.Incident)}}, tx.CreateLink(&l)
	})
	return linkView(c.By, incidentID, out), err
}

func linkedTo(l incident.Link, other *incident.Case) store.Linked {
	return store.Linked{Link: l, OtherID: other.ID, OtherCode: other.Code, OtherTitle: other.Title, OtherStatus: other.Status}
}

// Links reads the links of a case whose other case the reader sees as well.
func (s *Service) Links(ctx context.Context, by policy.Actor, incidentID string, after *store.Position, limit int) (Page[LinkView], error) {
	tx := s.store.Read(ctx)
	if _, err := tx.Incident(incidentID, by.Sight()); err != nil {
		return Page[LinkView]{}, err
	}
	list, err := tx.Links(incidentID, by.Sight(), after, limit)
	return pageOf(list, limit,
		func(l store.Linked) store.Position { return store.Position{At: l.CreatedAt, ID: l.ID} },
		func(l store.Linked) LinkView { return linkView(by, incidentID, l) }), err
}

// RemoveLink takes a link away, with the reason; it is kept in the record.
func (s *Service) RemoveLink(ctx context.Context, c Call, incidentID, id, reason string) (LinkView, error) {
	if err := texts(text{"/reason", reason, true}); err != nil {
		return LinkView{}, err
	}
	// Which cases it ties never changes: it tells which to lock.
	tx := s.store.Read(ctx)
	if _, err := tx.Incident(incidentID, c.By.Sight()); err != nil {
		return LinkView{}, err
	}
	found, err := tx.Link(incidentID, id, c.By.Sight())
	if err != nil {
		return LinkView{}, err
	}
	out := *found
	t := target{id: incidentID, other: found.OtherID, action: policy.Link}
	_, err = s.changeBoth(ctx, c, t, func(tx *store.Tx, cs, other *incident.Case, _ policy.Object) (both, error) {
		found, err := tx.Link(incidentID, id, c.By.Sight())
		if err != nil {
			return both{}, err
		}
		if other == nil { // it came into sight after the locks were taken
			return both{}, fault.Absent()
		}
		l := found.Link
		if err := l.Remove(reason, byOf(c.By), c.At); err != nil {
			return both{}, err
		}
		out = linkedTo(l, other)
		return both{[]incident.Fact{l.Removed(cs.Incident, other.Incident)}, []incident.Fact{l.Removed(other.Incident, cs.Incident)}}, tx.SaveLink(&l)
	})
	return linkView(c.By, incidentID, out), err
}
