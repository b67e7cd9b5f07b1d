package casework

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// MaxObservables bounds how many observables one request adds.
const MaxObservables = 500

// NewObservable is a technical trace to add, as it was written.
type NewObservable struct {
	Type                incident.ObservableType
	Value, Note         string
	IsIOC               bool
	Audience            incident.Audience
	TLP                 incident.TLP
	Confidential        bool // for the team and the own agency (SL 3.4)
	FirstSeen, LastSeen *time.Time
}

// ObservableView is an observable with the names its readers know, and in how many other cases
// the reader sees the same value.
type ObservableView struct {
	store.SeenObservable
	AuthorName, AgencyName string
}

// AddObservable adds one observable; see AddObservables.
func (s *Service) AddObservable(ctx context.Context, c Call, incidentID string, in NewObservable) (ObservableView, error) {
	list, err := s.addObservables(ctx, c, incidentID, []NewObservable{in}, func(int) string { return "" })
	if err != nil {
		return ObservableView{}, err
	}
	return list[0], nil
}

// AddObservables adds up to MaxObservables, all or none.
//
// A value stands in a case once, among what one reader sees: adding it again is a conflict
// that names it, because the note, label and times of the second would otherwise be lost
// without a word. What the caller does not see does not count, so that the refusal tells
// nothing; then the value stands there once for each agency that added it.
func (s *Service) AddObservables(ctx context.Context, c Call, incidentID string, in []NewObservable) ([]ObservableView, error) {
	if len(in) == 0 || len(in) > MaxObservables {
		return nil, fault.Input(fault.Field{Pointer: "/observables", Code: "out_of_range", Text: fault.Text{
			VI: "Cần từ 1 đến 500 dấu hiệu.", EN: "1 to 500 observables are needed."}})
	}
	return s.addObservables(ctx, c, incidentID, in, func(i int) string { return pointer("/observables", i) })
}

func (s *Service) addObservables(ctx context.Context, c Call, incidentID string, in []NewObservable, at func(int) string) ([]ObservableView, error) {
	list, action, err := newObservables(c, incidentID, in, at)
	if err != nil {
		return nil, err
	}
	_, err = s.change(ctx, c, target{id: incidentID, action: action}, func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		facts, err := cs.AddObservables(list)
		if err != nil {
			return nil, err
		}
		if err := unseen(tx, c, list, at); err != nil {
			return nil, err
		}
		return facts, tx.CreateObservables(list)
	})
	if err != nil {
		return nil, err
	}
	tx, sight := s.store.Read(ctx), materialSight(c.By)
	page, err := observables(tx, store.ObservableQuery{Sight: sight, IncidentID: incidentID, Values: valuesOf(list), Active: true})
	return slices.DeleteFunc(page.Items, func(v ObservableView) bool {
		return !slices.ContainsFunc(list, func(o incident.Observable) bool { return o.ID == v.ID })
	}), err
}

// newObservables checks the input. Each value is new in it.
func newObservables(c Call, incidentID string, in []NewObservable, at func(int) string) ([]incident.Observable, policy.Action, error) {
	var check incident.Checker
	action := policy.AddObservable
	list := make([]incident.Observable, len(in))
	type value struct {
		t incident.ObservableType
		v string
	}
	had := map[value]bool{}
	for i, n := range in {
		o := &list[i]
		*o = incident.Observable{
			ID: newID(), IncidentID: incidentID, Type: n.Type, Given: n.Value, Note: n.Note, IsIOC: n.IsIOC, Audience: n.Audience,
			TLP: n.TLP, Confidential: n.Confidential, FirstSeen: n.FirstSeen, LastSeen: n.LastSeen, AuthorID: c.By.UserID, AgencyID: c.By.AgencyID, CreatedAt: c.At,
		}
		check.Observed(at(i), o, c.At)
		if had[value{o.Type, o.Value}] && o.Value != "" {
			check.Add(at(i)+"/value", "repeated", "Giá trị này đã có ở trên trong cùng yêu cầu.", "The same value stands further up in this request.")
		}
		had[value{o.Type, o.Value}] = true
		if n.Audience == incident.AudienceTeam {
			action = policy.AddObservTeam
		}
	}
	return list, action, check.Err()
}

// unseen refuses what the caller already sees in the case.
func unseen(tx *store.Tx, c Call, list []incident.Observable, at func(int) string) error {
	have, err := tx.ActiveValues(list[0].IncidentID, materialSight(c.By), valuesOf(list))
	if err != nil {
		return err
	}
	var again []fault.Field
	for i, o := range list {
		j := slices.IndexFunc(have, func(x incident.Observable) bool { return x.Type == o.Type && x.Value == o.Value })
		if j >= 0 && len(again) < incident.MaxWrong {
			again = append(again, fault.Field{Pointer: at(i) + "/value", Code: "already_added", Text: fault.Text{
				VI: "Hồ sơ đã có dấu hiệu này: " + have[j].ID + ".", EN: "The case has it already: " + have[j].ID + "."}})
		}
	}
	if len(again) == 0 {
		return nil
	}
	f := fault.New(fault.Conflict, "Hồ sơ đã có dấu hiệu này; xem từng mục trong errors.", "The case has it already; see each item of errors.")
	f.Fields = again
	return f
}

func valuesOf(list []incident.Observable) []string {
	out := make([]string, len(list))
	for i, o := range list {
		out[i] = o.Value
	}
	return out
}

// ObservableFilter is a question for observables. Zero values ask nothing.
type ObservableFilter struct {
	IncidentID string
	Type       []string
	Value      string // exact, in any writing
	Prefix     string // of the normalised value
	IOC        *bool
	After      *store.Position
	Limit      int
}

// CaseObservables reads the observables of the one case f names, the retracted too.
func (s *Service) CaseObservables(ctx context.Context, by policy.Actor, f ObservableFilter) (Page[ObservableView], error) {
	if _, err := s.Get(ctx, by, f.IncidentID); err != nil {
		return Page[ObservableView]{}, err
	}
	return observables(s.store.Read(ctx), f.query(by))
}

// Observables searches what was not retracted, over every case in sight, for what the caller
// may read.
func (s *Service) Observables(ctx context.Context, by policy.Actor, f ObservableFilter) (Page[ObservableView], error) {
	q := f.query(by)
	q.Active = true
	return observables(s.store.Read(ctx), q)
}

func (f ObservableFilter) query(by policy.Actor) store.ObservableQuery {
	q := store.ObservableQuery{
		Sight: materialSight(by), IncidentID: f.IncidentID, Type: f.Type, Prefix: incident.Refang(f.Prefix), IOC: f.IOC, After: f.After, Limit: f.Limit,
	}
	if f.Value == "" {
		return q
	}
	q.Values = []string{}
	for _, t := range incident.ObservableTypes {
		v, ok := incident.NormalObservable(t, f.Value)
		if ok && (len(f.Type) == 0 || slices.Contains(f.Type, string(t))) && !slices.Contains(q.Values, v) {
			q.Values = append(q.Values, v)
		}
	}
	return q
}

func observables(tx *store.Tx, q store.ObservableQuery) (Page[ObservableView], error) {
	list, err := tx.Observables(q)
	if err != nil {
		return Page[ObservableView]{}, err
	}
	names := namesOf(tx)
	page := pageOf(list, cmp.Or(q.Limit, len(list)), func(o store.SeenObservable) store.Position { return store.Position{At: o.CreatedAt, ID: o.ID} }, func(o store.SeenObservable) ObservableView {
		return ObservableView{SeenObservable: o, AuthorName: names.person(o.AuthorID), AgencyName: names.agency[o.AgencyID]}
	})
	return page, names.err
}

// RetractObservable takes an observable back.
func (s *Service) RetractObservable(ctx context.Context, c Call, incidentID, id, reason string) (ObservableView, error) {
	if err := texts(text{"/reason", reason, true}); err != nil {
		return ObservableView{}, err
	}
	t := target{id: incidentID, action: policy.RetractObserv, object: func(tx *store.Tx, o *policy.Object) (err error) {
		o.Observable, err = tx.Observable(incidentID, id, materialSight(c.By))
		return err
	}}
	_, err := s.change(ctx, c, t, func(tx *store.Tx, cs *incident.Case, o policy.Object) ([]incident.Fact, error) {
		facts, err := cs.Retract(o.Observable, reason, byOf(c.By), c.At)
		if err != nil {
			return nil, err
		}
		return facts, tx.RetractObservable(o.Observable)
	})
	if err != nil {
		return ObservableView{}, err
	}
	return s.observable(ctx, c.By, incidentID, id)
}

// observable reads one observable.
func (s *Service) observable(ctx context.Context, by policy.Actor, incidentID, id string) (ObservableView, error) {
	tx := s.store.Read(ctx)
	o, err := tx.Observable(incidentID, id, materialSight(by))
	if err != nil {
		return ObservableView{}, err
	}
	page, err := observables(tx, store.ObservableQuery{Sight: materialSight(by), IncidentID: incidentID, Values: []string{o.Value}})
	if err != nil {
		return ObservableView{}, err
	}
	i := slices.IndexFunc(page.Items, func(v ObservableView) bool { return v.ID == o.ID })
	if i < 0 { // retracted or unseen between the two statements
		return ObservableView{}, fault.Absent()
	}
	return page.Items[i], nil
}

// Seen reads the other cases in which the caller sees the same value, the newest first.
func (s *Service) Seen(ctx context.Context, by policy.Actor, incidentID, id string, after *store.Position, limit int) (Page[store.Sighting], error) {
	page := Page[store.Sighting]{}
	tx := s.store.Read(ctx)
	o, err := tx.Observable(incidentID, id, materialSight(by))
	if err != nil {
		return page, err
	}
	list, err := tx.SightingsOf(o, materialSight(by), after, limit)
	page.Items, page.Next = cut(list, limit, func(s store.Sighting) store.Position { return store.Position{At: s.CreatedAt, ID: s.ID} })
	return page, err
}
