package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Entry is one line of a timeline. Seq is its place in the case's chain; a reader who may
// not see every event finds gaps.
type Entry struct {
	Seq        int64
	Type       string
	At         time.Time
	ActorName  string
	AgencyName string
	Data       map[string]any
}

// The event types by who reads them.
var (
	moveTypes = func() []string {
		list := []string{"incident.reported"}
		for _, m := range incident.Moves {
			list = append(list, m.Fact)
		}
		return list
	}()
	sharedTypes = append([]string{
		"incident.corrected", "incident.lead_changed", "note.added",
		"handover.requested", "handover.acknowledged", "handover.accepted", "handover.partly_accepted",
		"handover.declined", "handover.completed", "handover.withdrawn", "handover.released", "handover.contested",
		"handover.moved", "obligation.moved", "obligation.joined",
		"task.added", "task.changed", "task.started", "task.put_back", "task.done", "task.cancelled", "task.reopened",
		"observable.added", "observable.retracted", "participant.invited", "participant.ended",
		"obligation.opened", "obligation.fulfilled", "obligation.waived", "obligation.not_applicable", "obligation.resumed", "obligation.reopened",
		"obligation.assigned", "obligation.superseded",
		"obligation.due_soon", "obligation.overdue",
	}, moveTypes...)
)

// Timeline reads the record of a case, cut to the reader's parts: the query leaves out
// events about what is not theirs, CutEvent the fields.
func (s *Service) Timeline(ctx context.Context, by policy.Actor, incidentID string, afterSeq int64, limit int) ([]Entry, bool, error) {
	v, err := s.Get(ctx, by, incidentID)
	if err != nil {
		return nil, false, err
	}
	sight := by.Sight()
	q := store.TimelineQuery{IncidentID: incidentID, AfterSeq: afterSeq, Limit: limit, LinkSight: &sight}
	switch {
	case v.Parts.Has(policy.Material):
	case v.Parts.Has(policy.Written):
		q.Types, q.HandoversOf, q.DutiesOf = sharedTypes, by.AgencyID, by.AgencyID
		q.NoteAudiences, q.NoteTLP, q.NoteAgencyID = sharedAudiences(v), strs(incident.SharedTLP), by.AgencyID
		q.TakingPartOf = by.AgencyID
		if readsMessages(by, v) {
			q.Types = append(slices.Clone(q.Types), "message.sent")
		}
	case v.Parts.Has(policy.Moves):
		q.Types = moveTypes
	default:
		return []Entry{}, false, nil
	}
	tx := s.store.Read(ctx)
	events, err := tx.Timeline(q)
	if err != nil {
		return nil, false, err
	}
	more := len(events) > limit
	if more {
		events = events[:limit]
	}
	names := namesOf(tx)
	out, kinds := make([]Entry, len(events)), make([]string, len(events))
	for i, e := range events {
		data := map[string]any{}
		if e.Body != "" { // empty: redacted
			if err := json.Unmarshal([]byte(e.Body), &data); err != nil {
				return nil, false, fmt.Errorf("casework: payload of event %s: %w", e.ID, err)
			}
		}
		kinds[i] = e.ObjectKind
		out[i] = Entry{
			Seq: e.Seq, Type: e.Type, At: e.At, AgencyName: names.agency[e.AgencyID],
			Data: policy.CutEvent(v.Parts, e.ObjectKind, e.Type, data),
		}
		if !v.unnamed(e.AgencyID) {
			out[i].ActorName = names.person(e.ActorID)
		}
	}
	if names.err != nil {
		return nil, false, names.err
	}
	if !v.Parts.Has(policy.Material) {
		if err := cutWays(tx, by.AgencyID, out, kinds); err != nil {
			return nil, false, err
		}
	}
	return out, more, nameOthers(tx, by, out)
}

// otherNames are the members of a payload that name another case.
var otherNames = []string{"other_incident_id", "other_code"}

// nameOthers takes the names of other cases away from a reader who does not see them.
func nameOthers(tx *store.Tx, by policy.Actor, list []Entry) error {
	var ids []string
	for _, e := range list {
		if id, ok := e.Data[otherNames[0]].(string); ok {
			ids = append(ids, id)
		}
	}
	seen, err := tx.Visible(ids, by.Sight())
	if err != nil {
		return err
	}
	for _, e := range list {
		if id, _ := e.Data[otherNames[0]].(string); !seen[id] {
			for _, name := range otherNames {
				delete(e.Data, name)
			}
		}
	}
	return nil
}
