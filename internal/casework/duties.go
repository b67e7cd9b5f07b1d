package casework

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
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
	asked    bool                             // this write has changed what the rules look at, or who has a part in the case
	parties  bool                             // who has a part in the case has changed
	was      *regulation.Facts                // before this write; nil: nothing was known, or none of it has changed
	made     []incident.Fact                  // what this write has made true
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
	w.facts = w.factsOf(cs, cs.DecidedAt())
	return w, nil
}

// reconcile makes the class and the duties of the case those that its facts call for: opened,
// assigned, superseded, lapsed, resumed, fulfilled. made are the facts that the write made true.
// Applying the same facts twice changes nothing. The rules are asked in a write that changes a
// fact, and in no other: nothing opens or ends because a file of rules or the registry changed.
// A closed case keeps what it was closed with; what is done for it still counts.
func (s *Service) reconcile(tx *store.Tx, c Call, cs *incident.Case, before versions, made []incident.Fact) ([]incident.Fact, error) {
	if cs.Imported || cs.Status == incident.Rejected || cs.Status == incident.Merged {
		return nil, nil
	}
	if before.incident == 0 || cs.Known() != before.was.Known() {
		cs.Learn(c.At)
	}
	w, err := lawOf(tx, s.province, cs, byOf(c.By), c.At)
	if err != nil {
		return nil, err
	}
	w.made, w.asked = made, true
	if before.incident > 0 {
		w.after(before)
	}
	var out []incident.Fact
	switch {
	case cs.Status == incident.Closed:
	case w.asked:
		if out, err = w.apply(); err != nil {
			return nil, err
		}
	default:
		for i := range cs.Duties {
			out = append(out, w.assign(&cs.Duties[i])...)
		}
	}
	return append(out, w.fulfil()...), nil
}

// after notes what the write has changed of the case as it was loaded.
func (w *law) after(before versions) {
	was := before.was
	same := func(a, b *string) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }
	w.parties = !same(was.OwnerAgencyID, w.cs.OwnerAgencyID) || !same(was.OperatorAgencyID, w.cs.OperatorAgencyID) ||
		(was.TriagedAt == nil) != (w.cs.TriagedAt == nil)
	facts, now := w.factsOf(&incident.Case{Incident: &was}, before.decided), w.facts
	now.Learned = facts.Learned
	// What was closed, rejected or merged was not asked meanwhile.
	if !was.Status.Open() || !reflect.DeepEqual(facts, now) {
		w.was = &facts
	}
	w.asked = w.parties || w.was != nil
}

func (w *law) factsOf(cs *incident.Case, decided *time.Time) regulation.Facts {
	natures := make([]string, len(cs.Natures))
	for i, n := range cs.Natures {
		natures[i] = string(n)
	}
	f := regulation.Facts{
		Natures: natures, Stated: cs.Facts, PriorityListed: cs.System.PriorityListed,
		Category: orEmpty(cs.Category), CategoryVN: orEmpty(cs.CategoryVN), Channel: string(cs.Report.Channel),
		ReporterRoles: w.roles(&cs.ReportingAgencyID), OwnerRoles: w.roles(cs.OwnerAgencyID), OperatorRoles: w.roles(cs.OperatorAgencyID),
		Detected: cs.DetectedAt, Reported: cs.ReportedAt, Learned: cs.LearnedAt(),
		Found: orZero(cs.ViolationFoundAt), Decided: orZero(decided), Resolved: orZero(cs.ResolvedAt),
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
		got = w.ask(w.book, f)
		w.due[learned] = got
	}
	return got
}

// ask is what a book makes of the facts, told apart by how often the case was resolved.
func (w *law) ask(book *regulation.Book, f regulation.Facts) regulation.Outcome {
	out := book.Due(w.province, f)
	for i := range out.Duties {
		if ob := &out.Duties[i]; ob.Start == regulation.StartResolved {
			ob.Occurrence = w.round(ob)
		}
	}
	return out
}

// round tells the duty of a resolution from those of earlier ones: "" for the first, then 2, 3. What
// was done for one that was taken back reported no end; what was still owed for it goes on as the
// duty of the next.
func (w *law) round(ob *regulation.Obligation) string {
	var last *incident.Duty
	number := 0
	for i := range w.cs.Duties {
		d := &w.cs.Duties[i]
		if d.Superseded() || d.Rule != ob.Rule || d.ToRole != ob.ToRole {
			continue
		}
		if d.StartEvent == regulation.StartResolved && d.StartedAt.Equal(utc(ob.StartedAt)) {
			return d.Occurrence
		}
		n := 1
		if d.Occurrence != "" {
			n, _ = strconv.Atoi(d.Occurrence) // we have written it
		}
		if n > number {
			last, number = d, n
		}
	}
	switch {
	case last == nil:
		return ""
	case last.StartEvent == regulation.StartResolved && (last.Status == incident.DutyFulfilled || last.Status == incident.DutyWaived):
		return strconv.Itoa(number + 1)
	}
	return last.Occurrence
}

// called is what the book calls for in place of the duty; nil when it does not.
func (w *law) called(d *incident.Duty) *regulation.Obligation {
	ob := findDuty(w.outcome(w.facts.Learned), d)
	if d.StartEvent == regulation.StartLearned && (ob == nil || ob.RuleFrom != d.RuleFrom) {
		return findDuty(w.outcome(d.StartedAt), d) // by the law of the day on which it was learned
	}
	return ob
}

// findDuty is the obligation of the same key, of the same version of its rule where there is one.
func findDuty(of regulation.Outcome, d *incident.Duty) *regulation.Obligation {
	var found *regulation.Obligation
	for i := range of.Duties {
		if ob := &of.Duties[i]; dutyKey(ob) == d.Key() && (found == nil || ob.RuleFrom == d.RuleFrom) {
			found = ob
		}
	}
	return found
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
		return w.carry(i)
	}
	ob := w.called(d)
	if ob == nil || w.toItself(ob) {
		if d.Status == incident.DutyPending && (ob != nil && w.parties || ob == nil && (w.ended(d) || w.outlived(d))) {
			return []incident.Fact{d.Lapse(w.by, w.at)}, nil
		}
		return nil, nil
	}
	now, err := w.duty(ob)
	if err != nil {
		return nil, err
	}
	if d.Joined() || d.Lapsed() && d.CarriedFromID != nil {
		return []incident.Fact{d.Anew(now, w.at)}, nil
	}
	if !d.RestsOn(&now) && w.was == nil && d.Status == incident.DutyPending {
		return w.assign(d), nil // the file of the rules has changed, and no fact
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
	return append(out, w.assign(d)...), nil
}

// carry follows a duty that rests on the facts of the case it came from: those of this case end
// it never, but may call for the same earlier. Of two clocks the earlier one counts.
func (w *law) carry(i int) ([]incident.Fact, error) {
	d := &w.cs.Duties[i]
	ob := w.called(d)
	if w.was == nil || ob == nil || w.toItself(ob) {
		return w.assign(d), nil
	}
	now, err := w.duty(ob)
	if err != nil {
		return nil, err
	}
	if is, was := now.Limit(), d.Limit(); is == nil || was != nil && !is.Before(*was) {
		return w.assign(d), nil
	}
	now.CarriedFromID, now.OwedByID, now.ToAgencyID = d.CarriedFromID, d.OwedByID, d.ToAgencyID
	ended := d.Supersede(&now, w.by, w.at)
	w.cs.Duties = append(w.cs.Duties, now)
	next := &w.cs.Duties[len(w.cs.Duties)-1]
	return append([]incident.Fact{ended, next.Open(w.at)}, w.assign(next)...), nil
}

// assign gives a pending duty to who owes it by now, and to who must be told.
func (w *law) assign(d *incident.Duty) []incident.Fact {
	if d.Status != incident.DutyPending || d.OwedByPart == "" {
		return nil
	}
	owed, to := w.owes(d.OwedByPart, &d.OwedByID), w.told(d.ToRole, d.ToAgencyID)
	if d.CarriedFromID != nil {
		// Of the parts in this case the owner and the operator are those of the other one too, once
		// they are known.
		if slices.Contains(inCase, d.OwedByPart) && (w.part(d.OwedByPart, w.at) == nil || !shared(d.OwedByPart)) {
			owed = d.OwedByID
		}
		if slices.Contains(inCase, d.ToRole) && !shared(d.ToRole) {
			to = d.ToAgencyID
		}
		if to != nil && *to == owed {
			return nil
		}
	}
	if owed == d.OwedByID && (to == nil || d.ToAgencyID != nil && *to == *d.ToAgencyID) {
		return nil
	}
	return []incident.Fact{d.Assign(owed, to, w.at)}
}

func shared(part string) bool { return part == partOwner || part == partOperator }

// ended reports whether this write has taken away the facts that called for a pending duty: the
// book calls for it by those of before, and not by those of now. Where it calls for it by
// neither, a file or the registry is the cause, and the duty stays.
func (w *law) ended(d *incident.Duty) bool {
	if w.was == nil {
		return false
	}
	was := *w.was
	if d.StartEvent == regulation.StartLearned {
		was.Learned = d.StartedAt
	}
	return findDuty(w.ask(w.book, was), d) != nil
}

// outlived reports whether a pending duty has outlived its facts, which were taken away while
// another book held: the book that opened it is in force again and calls for it no more. One book
// says the same of the same facts, so that they are no longer the same; the roles of agencies, which
// the registry may have corrected, must be.
func (w *law) outlived(d *incident.Duty) bool {
	if w.was == nil || d.Book != w.book.Version() {
		return false
	}
	var on struct {
		Reporter *[]string `json:"reporter_roles"`
		Owner    *[]string `json:"owner_roles"`
		Operator *[]string `json:"operator_roles"`
		ByTeam   *bool     `json:"by_team"`
	}
	if json.Unmarshal([]byte(d.Because), &on) != nil {
		return false
	}
	same := func(then *[]string, now []string) bool { return then == nil || slices.Equal(*then, now) }
	return same(on.Reporter, w.facts.ReporterRoles) && same(on.Owner, w.facts.OwnerRoles) &&
		same(on.Operator, w.facts.OperatorRoles) && (on.ByTeam == nil || *on.ByTeam == w.facts.ByTeam)
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
// known who has it. An agency that has ended is its successor's. An owner or operator named by the
// reporter is a claim until triage, and must not learn of the case.
func (w *law) part(role string, on time.Time) *string {
	confirmed := func(id *string) *string {
		if w.cs.TriagedAt == nil {
			return nil
		}
		return w.acting(id, on)
	}
	switch role {
	case partOwner:
		return confirmed(w.cs.OwnerAgencyID)
	case partOperator:
		return confirmed(w.cs.OperatorAgencyID)
	case partReporter:
		return w.acting(&w.cs.ReportingAgencyID, on)
	case partProvider:
		for _, id := range []*string{confirmed(w.cs.OperatorAgencyID), w.acting(&w.cs.ReportingAgencyID, on)} {
			if a := w.agency(id); a != nil && a.HasRole(incident.RoleProvider, day(on)) {
				return id
			}
		}
	}
	return nil
}

// acting is the agency itself while it stands, else the first that acts for it; itself where
// nobody does.
func (w *law) acting(id *string, on time.Time) *string {
	if a := w.agency(id); a == nil || a.Valid.Holds(day(on)) {
		return id
	}
	if heirs := incident.Acting(w.registry, *id, day(on)); len(heirs) > 0 {
		return &heirs[0].AgencyID
	}
	return id
}

// plays is the agency that plays the role on the day: the one that has it already, if it still does,
// else the first by code, else who acts for one that ended with the role; nil for nobody.
func (w *law) plays(role string, has *string, at time.Time) *string {
	on := day(at)
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
		if id := w.part(role, w.at); id != nil {
			return *id
		}
		if role != partProvider {
			return *w.acting(&w.cs.ReportingAgencyID, w.at)
		}
	} else if id := w.plays(role, has, w.at); id != nil {
		return *id
	}
	if id := w.plays(string(incident.RoleTeam), nil, w.at); id != nil {
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
		return w.part(role, w.at)
	}
	return w.plays(role, has, w.at)
}

// toItself: nobody reports to himself.
func (w *law) toItself(ob *regulation.Obligation) bool {
	to := w.told(ob.ToRole, nil)
	return to != nil && *to == w.owes(ob.OwedBy, nil)
}

// fulfil fulfils the pending duties for which something was done that counts.
func (w *law) fulfil() []incident.Fact {
	var out []incident.Fact
	for i := range w.cs.Duties {
		d := &w.cs.Duties[i]
		if d.Status != incident.DutyPending {
			continue
		}
		if done := w.done(d); done != nil {
			out = append(out, d.FulfilBy(*done, w.at))
		}
	}
	return out
}

// done is what fulfils the duty, the first of all that counts; nil when nothing does.
func (w *law) done(d *incident.Duty) *incident.Done {
	var first *incident.Done
	offer := func(x incident.Done) {
		if first == nil || x.At.Before(first.At) {
			first = &x
		}
	}
	if d.ToRole != "" {
		for i := range w.cs.Handovers {
			if h := &w.cs.Handovers[i]; w.tells(h, d) && w.speaksFor(h.FromAgencyID, d) && w.isTold(h.ToAgencyID, d, *h.AcknowledgedAt) {
				offer(incident.Done{At: *h.AcknowledgedAt, HandoverID: &h.ID, Channel: h.Channel, Document: h.Document})
			}
		}
	}
	for i := range w.cs.Reports {
		r := &w.cs.Reports[i]
		if w.reports(r, d) && (d.ToRole == "" || w.isTold(r.ToAgencyID, d, *r.SentAt)) {
			offer(incident.Done{At: *r.SentAt, ReportID: &r.ID, Channel: r.Channel, Document: r.Document})
		}
	}
	if d.CarriedFromID != nil {
		return first // the report of this case is not that of the one it came from
	}
	if d.DoneBy(regulation.WayReported) && d.ToRole == string(incident.RoleTeam) && d.OwedByID == *w.acting(&w.cs.ReportingAgencyID, w.at) {
		offer(incident.Done{At: w.cs.ReportedAt, Channel: w.cs.Report.Channel})
	}
	if d.DoneBy(regulation.WayReceipt) {
		if w.cs.Report.Channel == incident.ChannelAPI {
			offer(incident.Done{At: w.cs.ReportedAt, Channel: incident.ChannelAPI})
		} else if slices.ContainsFunc(w.made, func(f incident.Fact) bool {
			return f.Type == "message.sent" && f.Thin["direction"] == string(incident.ToAgency)
		}) {
			offer(incident.Done{At: w.at, Channel: incident.ChannelAPI})
		}
	}
	return first
}

// tells reports whether the handover, whose receipt was confirmed, can have told what the duty
// asks. A fact, and the end of the case, are told after they are known: by what is confirmed now,
// or was confirmed or sent since. A decision is also followed by a request of before that still
// ran. A confirmation that its addressee contests fulfils nothing more.
func (w *law) tells(h *incident.Handover, d *incident.Duty) bool {
	contested := h.ContestedAt != nil && h.Record != nil && h.Record.Step == "acknowledge"
	asked := d.DoneBy(regulation.WayHandover) || d.DoneBy(regulation.WayRequest) && h.Kind != incident.Notice
	if !asked || h.AcknowledgedAt == nil || contested || !d.Allows(h.Channel) {
		return false
	}
	switch d.StartEvent {
	case regulation.StartDetected, regulation.StartReported:
		return true
	}
	if _, told := w.again(d, h.ID); told {
		return false
	}
	if !h.AcknowledgedAt.Before(d.StartedAt) || !h.RequestedAt.Before(d.StartedAt) || h.Record == nil && w.now("handover.acknowledged", h.ID) {
		return true
	}
	return d.StartEvent == regulation.StartDecided && (h.EndedAt == nil || h.EndedAt.After(d.StartedAt))
}

// reports is tells for a report that was sent. One that asks for help, or ends, says so itself; but
// of a case that was resolved again it must be the new end.
func (w *law) reports(r *incident.NationalReport, d *incident.Duty) bool {
	if r.SentAt == nil || r.Status == incident.ReportWithdrawn || !d.DoneBy("report:"+string(r.Kind)) || !d.Allows(r.Channel) {
		return false
	}
	learned := d.StartEvent == regulation.StartLearned || d.StartEvent == regulation.StartFound
	again, told := w.again(d, r.ID)
	if told {
		return false
	}
	if !again && (!learned || r.Kind == incident.FinalReport || r.Kind == incident.HelpRequest) {
		return true
	}
	return !r.SentAt.Before(d.StartedAt) || w.now("national_report.sent", r.ID)
}

// again reports whether the duty starts with one of several resolutions, and whether the act, a
// handover or a report, has told another: then it does not tell this one, whatever the clock says.
func (w *law) again(d *incident.Duty, act string) (again, told bool) {
	if d.StartEvent != regulation.StartResolved {
		return false, false
	}
	for i := range w.cs.Duties {
		if x := &w.cs.Duties[i]; x.StartEvent == regulation.StartResolved && !x.StartedAt.Equal(d.StartedAt) {
			again = true
			told = told || orEmpty(x.HandoverID) == act || orEmpty(x.ReportID) == act
		}
	}
	return again, told
}

// now reports whether this write has made the fact true: whatever the clock says, it comes after
// all that the case had before.
func (w *law) now(fact, id string) bool {
	return slices.ContainsFunc(w.made, func(f incident.Fact) bool { return f.Type == fact && f.ObjectID == id })
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
		to := w.part(d.ToRole, on)
		return to != nil && *to == agencyID
	}
	if a := w.agency(&agencyID); a != nil && a.HasRole(incident.AgencyRole(d.ToRole), day(on)) {
		return true
	}
	to := w.plays(d.ToRole, nil, on) // who acts for an agency that ended with the role
	return to != nil && *to == agencyID
}
