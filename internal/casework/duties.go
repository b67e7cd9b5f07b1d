package casework

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// law is what one write asks of the rules: one book, one registry, the facts of one case.
type law struct {
	book     *regulation.Book
	province string
	registry []incident.Agency
	cs       *incident.Case
	by       incident.By
	at       time.Time
	facts    regulation.Facts
	due      map[time.Time]regulation.Outcome // by when the facts were learned
}

// lawOf reads what the rules look at.
func lawOf(tx *store.Tx, province regulation.Province, cs *incident.Case, by incident.By, at time.Time) (*law, error) {
	registry, err := tx.Agencies()
	if err != nil {
		return nil, err
	}
	w := &law{
		book: province.Rules.Book(), province: province.Slug, registry: registry,
		cs: cs, by: by, at: at, due: map[time.Time]regulation.Outcome{},
	}
	w.facts = w.factsOf()
	return w, nil
}

// reconcile makes the class and the duties of the case those that its facts call for: opened,
// assigned, superseded, lapsed, resumed, fulfilled. made are the facts that the write made true.
// Applying the same facts twice changes nothing, and nothing ends because a file of rules
// changed. A closed case keeps what it was closed with; what is done for it still counts.
func (s *Service) reconcile(tx *store.Tx, c Call, cs *incident.Case, before versions, made []incident.Fact) ([]incident.Fact, error) {
	if cs.Imported || cs.Status == incident.Rejected || cs.Status == incident.Merged {
		return nil, nil
	}
	if before.incident == 0 || cs.Known() != before.known {
		cs.Learn(c.At)
	}
	w, err := lawOf(tx, s.province, cs, byOf(c.By), c.At)
	if err != nil {
		return nil, err
	}
	var out []incident.Fact
	if cs.Status != incident.Closed {
		if out, err = w.apply(); err != nil {
			return nil, err
		}
	}
	return append(out, w.fulfil(made)...), nil
}

func (w *law) factsOf() regulation.Facts {
	cs := w.cs
	natures := make([]string, len(cs.Natures))
	for i, n := range cs.Natures {
		natures[i] = string(n)
	}
	f := regulation.Facts{
		Natures: natures, Stated: cs.Facts, PriorityListed: cs.System.PriorityListed,
		Category: orEmpty(cs.Category), CategoryVN: orEmpty(cs.CategoryVN), Channel: string(cs.Report.Channel),
		ReporterRoles: w.roles(&cs.ReportingAgencyID), OwnerRoles: w.roles(cs.OwnerAgencyID), OperatorRoles: w.roles(cs.OperatorAgencyID),
		Detected: cs.DetectedAt, Reported: cs.ReportedAt, Learned: cs.LearnedAt(),
		Found: orZero(cs.ViolationFoundAt), Decided: orZero(cs.DecidedAt()), Resolved: orZero(cs.ResolvedAt),
	}
	if cs.Severity != nil {
		f.Severity = string(*cs.Severity)
	}
	if cs.System.Level != nil {
		f.Level = *cs.System.Level
	}
	f.ByTeam = slices.Contains(f.ReporterRoles, string(incident.RoleTeam))
	return f
}

// roles are the roles of the agency on the day of the report.
func (w *law) roles(id *string) []string {
	out := []string{}
	if a := w.agency(id); a != nil {
		on := day(w.cs.ReportedAt)
		for _, r := range a.Roles {
			if r.Valid.Holds(on) && !slices.Contains(out, string(r.Role)) {
				out = append(out, string(r.Role))
			}
		}
	}
	return out
}

func (w *law) agency(id *string) *incident.Agency {
	if id == nil {
		return nil
	}
	return incident.AgencyOf(w.registry, *id)
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// outcome is what the book makes of the facts, had they been learned at that moment.
func (w *law) outcome(learned time.Time) regulation.Outcome {
	got, known := w.due[learned]
	if !known {
		f := w.facts
		f.Learned = learned
		got = w.book.Due(w.province, f)
		w.due[learned] = got
	}
	return got
}

// called is what the book calls for in place of the duty; nil when it does not.
func (w *law) called(d *incident.Duty) *regulation.Obligation {
	find := func(list []regulation.Obligation) *regulation.Obligation {
		var found *regulation.Obligation
		for i := range list {
			if ob := &list[i]; dutyKey(ob) == d.Key() && (found == nil || ob.RuleFrom == d.RuleFrom) {
				found = ob
			}
		}
		return found
	}
	ob := find(w.outcome(w.facts.Learned).Duties)
	if d.StartEvent == regulation.StartLearned && (ob == nil || ob.RuleFrom != d.RuleFrom) {
		return find(w.outcome(d.StartedAt).Duties) // by the law of the day on which it was learned
	}
	return ob
}

func dutyKey(ob *regulation.Obligation) incident.DutyKey {
	return incident.DutyKey{Rule: ob.Rule, ToRole: ob.ToRole, Occurrence: ob.Occurrence}
}

func (w *law) apply() ([]incident.Fact, error) {
	var out []incident.Fact
	due := w.outcome(w.facts.Learned)
	class := due.Classification
	if f, changed := w.cs.Classify(incident.Class{
		Class: class.Class, Pack: class.Pack, Book: class.Book, Basis: class.Basis, Dangerous: class.Dangerous, DangerBasis: class.DangerBasis,
	}, class.Facts, w.at); changed {
		out = append(out, f)
	}
	has := map[incident.DutyKey]bool{}
	for i := range len(w.cs.Duties) { // what is appended meanwhile is as it must be
		d := &w.cs.Duties[i]
		if d.Superseded() {
			continue
		}
		has[d.Key()] = true
		facts, err := w.follow(i)
		if err != nil {
			return nil, err
		}
		out = append(out, facts...)
	}
	for i := range due.Duties {
		ob := &due.Duties[i]
		if has[dutyKey(ob)] || w.toItself(ob) {
			continue
		}
		has[dutyKey(ob)] = true
		d, err := w.duty(ob)
		if err != nil {
			return nil, err
		}
		w.cs.Duties = append(w.cs.Duties, d)
		out = append(out, w.cs.Duties[len(w.cs.Duties)-1].Open(w.at))
	}
	return out, nil
}

// follow makes one duty of the case what its facts make of it.
func (w *law) follow(i int) ([]incident.Fact, error) {
	d := &w.cs.Duties[i]
	if d.Status != incident.DutyPending && !d.Lapsed() && !d.Joined() {
		return nil, nil // it was fulfilled or waived
	}
	if d.CarriedFromID != nil && d.Status == incident.DutyPending {
		return nil, nil // it rests on the facts of the case it came from
	}
	ob := w.called(d)
	if ob == nil || w.toItself(ob) {
		if d.Status == incident.DutyPending && (ob != nil || w.ended(d)) {
			return []incident.Fact{d.Lapse(w.by, w.at)}, nil
		}
		return nil, nil
	}
	now, err := w.duty(ob)
	if err != nil {
		return nil, err
	}
	if d.Joined() {
		return []incident.Fact{d.Anew(now, w.at)}, nil
	}
	if !d.RestsOn(&now) {
		ended := d.Supersede(&now, w.by, w.at)
		w.cs.Duties = append(w.cs.Duties, now) // d is no longer in the list after this
		return []incident.Fact{ended, w.cs.Duties[len(w.cs.Duties)-1].Open(w.at)}, nil
	}
	var out []incident.Fact
	if d.Lapsed() {
		out = append(out, d.Resume(w.at))
	}
	owed, to := w.owes(d.OwedByPart, &d.OwedByID), w.told(d.ToRole, d.ToAgencyID)
	if d.OwedByPart != "" && (owed != d.OwedByID || to != nil && (d.ToAgencyID == nil || *to != *d.ToAgencyID)) {
		out = append(out, d.Assign(owed, to, w.at))
	}
	return out, nil
}

// ended reports whether the facts no longer call for a pending duty that the book does not name.
// A rule that has left the book, or says something else of the same facts, ends nothing.
func (w *law) ended(d *incident.Duty) bool {
	f := w.facts
	if d.StartEvent == regulation.StartLearned {
		f.Learned = d.StartedAt
	}
	for _, v := range w.book.Explain(w.province, f) {
		if v.Rule != d.Rule || v.RuleFrom != d.RuleFrom {
			continue
		}
		switch v.Why {
		case "no_start":
			return true
		case "facts":
			return otherwise(d.Because, v.Because)
		default: // not in force, off, replaced: by another day of its start
			return !startOf(f, d.StartEvent).Equal(d.StartedAt)
		}
	}
	return false
}

// otherwise reports whether one of the facts is not as it was. What is not known of then counts
// as another.
func otherwise(then string, now map[string]any) bool {
	var was map[string]json.RawMessage
	if json.Unmarshal([]byte(then), &was) != nil || len(was) == 0 {
		return true
	}
	for name, v := range now {
		is, err := json.Marshal(v)
		if before, known := was[name]; err != nil || known && !bytes.Equal(before, is) {
			return true
		}
	}
	return false
}

func startOf(f regulation.Facts, event string) time.Time {
	switch event {
	case regulation.StartDetected:
		return f.Detected
	case regulation.StartReported:
		return f.Reported
	case regulation.StartFound:
		return f.Found
	case regulation.StartDecided:
		return f.Decided
	case regulation.StartResolved:
		return f.Resolved
	default:
		return f.Learned
	}
}

// duty is the obligation as a duty of the case, not open yet.
func (w *law) duty(ob *regulation.Obligation) (incident.Duty, error) {
	because := []byte("{}")
	if len(ob.Because) > 0 {
		var err error
		if because, err = json.Marshal(ob.Because); err != nil {
			return incident.Duty{}, fmt.Errorf("casework: facts of rule %s: %w", ob.Rule, err)
		}
	}
	return incident.Duty{
		ID: newID(), IncidentID: &w.cs.ID, Rule: ob.Rule, RuleFrom: ob.RuleFrom, Pack: ob.Pack, Book: ob.Book,
		Basis: ob.Basis, Confidence: ob.Confidence, Title: ob.Title,
		OwedByID: w.owes(ob.OwedBy, nil), OwedByPart: ob.OwedBy, ToRole: ob.ToRole, ToAgencyID: w.told(ob.ToRole, nil), Occurrence: ob.Occurrence,
		Form: ob.Form, Ways: strings.Join(ob.Ways, " "), Channels: strings.Join(ob.Channels, " "), Because: string(because),
		Status: incident.DutyPending, Immediate: ob.Immediate, StartEvent: ob.Start, StartedAt: utc(ob.StartedAt),
		DueAt: utcOf(ob.DueAt), TargetAt: utcOf(ob.TargetAt), WarnAt: utcOf(ob.WarnAt), BlocksClosure: ob.Blocks,
	}, nil
}

// utc is the moment as it is stored.
func utc(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func utcOf(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := utc(*t)
	return &u
}

// The parts of a case that a rule may name beside the roles of agencies.
const (
	partOwner    = "owner"
	partOperator = "operator"
	partReporter = "reporter"
	partProvider = "provider"
)

// inCase are the parts for which the team may do what they owe.
var inCase = []string{partOwner, partOperator, partReporter, partProvider}

// part is the agency that has the part in the case: nil where the role is no part, or it is not
// known who has it. An owner or operator named by the reporter is a claim until triage, and must
// not learn of the case.
func (w *law) part(role string) *string {
	confirmed := func(id *string) *string {
		if w.cs.TriagedAt == nil {
			return nil
		}
		return id
	}
	switch role {
	case partOwner:
		return confirmed(w.cs.OwnerAgencyID)
	case partOperator:
		return confirmed(w.cs.OperatorAgencyID)
	case partReporter:
		return &w.cs.ReportingAgencyID
	case partProvider:
		for _, id := range []*string{confirmed(w.cs.OperatorAgencyID), &w.cs.ReportingAgencyID} {
			if a := w.agency(id); a != nil && a.HasRole(incident.RoleProvider, day(w.at)) {
				return id
			}
		}
	}
	return nil
}

// plays is the agency that plays the role today: the one that has it already, if it still does,
// else the first by code, else who acts for one that ended with the role; nil for nobody.
func (w *law) plays(role string, has *string) *string {
	on := day(w.at)
	if a := w.agency(has); a != nil && a.HasRole(incident.AgencyRole(role), on) {
		return has
	}
	for i := range w.registry {
		if a := &w.registry[i]; a.HasRole(incident.AgencyRole(role), on) && a.Valid.Holds(on) {
			return &a.ID
		}
	}
	for i := range w.registry {
		a := &w.registry[i]
		if a.Valid.To == "" || a.Valid.To > on || !slices.ContainsFunc(a.Roles, func(r incident.AgencyRoleSpan) bool {
			return string(r.Role) == role && (r.Valid.To == "" || r.Valid.To >= a.Valid.To)
		}) {
			continue
		}
		if heirs := incident.Acting(w.registry, a.ID, on); len(heirs) > 0 {
			return &heirs[0].AgencyID
		}
	}
	return nil
}

// owes is the agency that owes what the part or role owes: for an owner or operator that is not
// known the agency that reported, for a role that nobody plays the team.
func (w *law) owes(role string, has *string) string {
	if slices.Contains(inCase, role) {
		if id := w.part(role); id != nil {
			return *id
		}
		if role != partProvider {
			return w.cs.ReportingAgencyID
		}
	} else if id := w.plays(role, has); id != nil {
		return *id
	}
	if id := w.plays(string(incident.RoleTeam), nil); id != nil {
		return *id
	}
	return w.cs.LeadAgencyID
}

// told is the agency that must be told, as far as it is known.
func (w *law) told(role string, has *string) *string {
	if role == "" {
		return nil
	}
	if slices.Contains(inCase, role) {
		return w.part(role)
	}
	return w.plays(role, has)
}

// toItself: nobody reports to himself.
func (w *law) toItself(ob *regulation.Obligation) bool {
	to := w.told(ob.ToRole, nil)
	return to != nil && *to == w.owes(ob.OwedBy, nil)
}

// fulfil fulfils the pending duties for which something was done that counts.
func (w *law) fulfil(made []incident.Fact) []incident.Fact {
	var out []incident.Fact
	for i := range w.cs.Duties {
		d := &w.cs.Duties[i]
		if d.Status != incident.DutyPending {
			continue
		}
		if done := w.done(d, made); done != nil {
			out = append(out, d.FulfilBy(*done, w.at))
		}
	}
	return out
}

// done is what fulfils the duty, the first of all that counts; nil when nothing does.
func (w *law) done(d *incident.Duty, made []incident.Fact) *incident.Done {
	var first *incident.Done
	offer := func(x incident.Done) {
		if first == nil || x.At.Before(first.At) {
			first = &x
		}
	}
	if d.ToRole != "" && d.DoneBy(regulation.WayHandover) {
		for i := range w.cs.Handovers {
			if h := &w.cs.Handovers[i]; h.AcknowledgedAt != nil && follows(d, h.RequestedAt) && w.speaksFor(h.FromAgencyID, d) && w.isTold(h.ToAgencyID, d, *h.AcknowledgedAt) {
				offer(incident.Done{At: *h.AcknowledgedAt, HandoverID: &h.ID, Channel: h.Channel, Document: h.Document})
			}
		}
	}
	for i := range w.cs.Reports {
		r := &w.cs.Reports[i]
		if r.SentAt != nil && r.Status != incident.ReportWithdrawn && d.DoneBy("report:"+string(r.Kind)) &&
			(d.ToRole == "" || w.isTold(r.ToAgencyID, d, *r.SentAt)) {
			offer(incident.Done{At: *r.SentAt, ReportID: &r.ID, Channel: r.Channel, Document: r.Document})
		}
	}
	if d.CarriedFromID != nil {
		return first // the report of this case is not that of the one it came from
	}
	if d.DoneBy(regulation.WayReported) && d.ToRole == string(incident.RoleTeam) && d.OwedByID == w.cs.ReportingAgencyID {
		offer(incident.Done{At: w.cs.ReportedAt, Channel: w.cs.Report.Channel})
	}
	if d.DoneBy(regulation.WayReceipt) {
		if w.cs.Report.Channel == incident.ChannelAPI {
			offer(incident.Done{At: w.cs.ReportedAt, Channel: incident.ChannelAPI})
		} else if slices.ContainsFunc(made, func(f incident.Fact) bool {
			return f.Type == "message.sent" && f.Thin["direction"] == string(incident.ToAgency)
		}) {
			offer(incident.Done{At: w.at, Channel: incident.ChannelAPI})
		}
	}
	return first
}

// follows reports whether what was done at that moment can be what the duty asks for: what answers
// a decision comes after it. What was told before the desk learned why it had to be told counts.
func follows(d *incident.Duty, at time.Time) bool {
	return d.StartEvent != regulation.StartDecided || !at.Before(d.StartedAt)
}

// speaksFor: the debtor itself, or the team on behalf of who has a part in the case.
func (w *law) speaksFor(agencyID string, d *incident.Duty) bool {
	if agencyID == d.OwedByID {
		return true
	}
	a := w.agency(&agencyID)
	return slices.Contains(inCase, d.OwedByPart) && a != nil && a.HasRole(incident.RoleTeam, day(w.at))
}

// isTold reports whether the agency is the one that the duty wants told, on that day.
func (w *law) isTold(agencyID string, d *incident.Duty, on time.Time) bool {
	if slices.Contains(inCase, d.ToRole) {
		to := w.part(d.ToRole)
		return to != nil && *to == agencyID
	}
	a := w.agency(&agencyID)
	return a != nil && a.HasRole(incident.AgencyRole(d.ToRole), day(on))
}
