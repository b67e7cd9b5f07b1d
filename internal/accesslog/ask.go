package accesslog

import (
	"context"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Filter is a question for lines. Zero values ask nothing.
type Filter struct {
	Kind                          []string
	ActorID, AgencyID, IncidentID string
	After, Before                 *time.Time // After inclusive, Before exclusive, of the first of a line
	Past                          *store.Position
	Limit                         int
}

// Entry is a line with the names that belong to it. Traces, the address and the session, are
// for auditors alone.
type Entry struct {
	store.Line
	ActorName  string
	Username   string
	AgencyName string
	Traces     bool
}

// Page is one page of lines, the newest first; Next is nil at its end.
type Page struct {
	Items []Entry
	Next  *store.Position
}

// Accesses reads who read what: auditors everything, team leads what was read of the cases in
// their sight.
func (l *Log) Accesses(ctx context.Context, by policy.Actor, f Filter) (Page, error) {
	if err := policy.Check(by, policy.ReadAccesses, policy.Object{}); err != nil {
		return Page{}, err
	}
	return l.page(ctx, store.AccessLog, by, f)
}

// CaseAccesses reads who read one case, for auditors and for the team leads who see it.
func (l *Log) CaseAccesses(ctx context.Context, by policy.Actor, incidentID string, f Filter) (Page, error) {
	inc, err := l.store.Read(ctx).Incident(incidentID, by.Sight())
	if err != nil {
		return Page{}, err
	}
	if err := policy.Check(by, policy.ReadAccesses, policy.Object{Incident: inc}); err != nil {
		return Page{}, err
	}
	f.IncidentID = inc.ID
	return l.page(ctx, store.AccessLog, by, f)
}

// Denials reads what was refused: auditors everything, team leads what was refused of the cases
// in their sight.
func (l *Log) Denials(ctx context.Context, by policy.Actor, f Filter) (Page, error) {
	if err := policy.Check(by, policy.ReadDenials, policy.Object{}); err != nil {
		return Page{}, err
	}
	return l.page(ctx, store.SecurityLog, by, f)
}

func (l *Log) page(ctx context.Context, j store.Journal, by policy.Actor, f Filter) (Page, error) {
	tx := l.store.Read(ctx)
	lines, err := tx.Lines(j, store.LineQuery{
		Sight: by.Sight(), Kind: f.Kind, ActorID: f.ActorID, AgencyID: f.AgencyID, IncidentID: f.IncidentID,
		After: f.After, Before: f.Before, Past: f.Past, Limit: f.Limit,
	})
	if err != nil {
		return Page{}, err
	}
	var out Page
	if len(lines) > f.Limit {
		lines = lines[:f.Limit]
		last := lines[len(lines)-1]
		out.Next = &store.Position{At: last.FirstAt, ID: last.ID}
	}
	out.Items, err = named(tx, by.Has(policy.Auditor), lines)
	return out, err
}

// named puts the names to the ids of lines.
func named(tx *store.Tx, traces bool, lines []store.Line) ([]Entry, error) {
	var people []string
	for _, l := range lines {
		if l.ActorID != nil && !slices.Contains(people, *l.ActorID) {
			people = append(people, *l.ActorID)
		}
	}
	users, err := tx.Users(people)
	if err != nil {
		return nil, err
	}
	agencies, err := tx.Agencies()
	if err != nil {
		return nil, err
	}
	name := map[string]string{}
	for _, a := range agencies {
		name[a.ID] = a.Name
	}
	out := make([]Entry, len(lines))
	for i, l := range lines {
		out[i] = Entry{Line: l, Traces: traces}
		if l.ActorID != nil {
			out[i].ActorName, out[i].Username = users[*l.ActorID].FullName, users[*l.ActorID].Username
		}
		if l.AgencyID != nil {
			out[i].AgencyName = name[*l.AgencyID]
		}
	}
	return out, nil
}
