package casework_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Whatever case, roles, label, participation, restriction and confidentiality there are: what
// the database shows is what the rule says, told here anew from the words of the domain, case
// by case and part by part; no filter, order or search shows more, and no count is larger than
// what is shown.
func TestTheDatabaseShowsWhatTheRuleOfNeedToKnowSays(t *testing.T) {
	eachDesk(t, func(d *desk) {
		n := newNeed(d)
		most, made, failed := lives(30, 100, 2000), 0, false
		rapid.Check(t, func(rt *rapid.T) {
			if made++; made > most && !failed {
				return
			}
			defer func() { failed = failed || rt.Failed() }()
			w := n.draw(rt)
			for range 4 {
				n.compare(rt, w, n.actor(rt, w))
			}
		})
		t.Logf("%d cases; %d readers, %d of them with the case in sight, %d comparisons", min(made, most), n.readers, n.sighted, n.compared)
	})
}

// lives is how many cases are drawn: few before each commit, more in every test, many in a trial.
func lives(short, usual, trial int) int {
	switch {
	case os.Getenv("UNGCUU_TRIAL") == "full":
		return trial
	case testing.Short():
		return short
	}
	return usual
}

// need is a desk whose cases are drawn.
type need struct {
	*desk
	agencies []string
	people   []string
	words    int

	readers, sighted, compared int
}

func newNeed(d *desk) *need {
	n := &need{desk: d}
	for _, who := range []string{"officer", "police", "military", "reporter", "other", "leader", "auditor"} {
		n.agencies = append(n.agencies, d.by(who).AgencyID)
		n.people = append(n.people, d.by(who).UserID)
	}
	return n
}

// drawn is a case, and the word that each of its texts holds and no other.
type drawn struct {
	*incident.Case
	named    []string
	pieces   []drawnPiece
	messages []string
	head, body, contact, lessons,
	handovers, reports string // the word of the i-th handover is handovers + letter
}

type drawnPiece struct {
	kind, id, word, agency string
	audience               incident.Audience
	tlp                    incident.TLP
	confidential           bool
}

func (n *need) word() string {
	n.words++
	return fmt.Sprintf("nd%d", 100000+n.words)
}

func nth(word string, i int) string { return word + string(rune('a'+i)) }

func (n *need) draw(rt *rapid.T) *drawn {
	agency := rapid.SampledFrom(n.agencies)
	maybe := func(label string) *string {
		if !rapid.Bool().Draw(rt, label+"?") {
			return nil
		}
		v := agency.Draw(rt, label)
		return &v
	}
	n.at = n.at.Add(time.Second)
	w := &drawn{head: n.word(), body: n.word(), contact: n.word(), lessons: n.word(), handovers: n.word(), reports: n.word()}
	sev := rapid.SampledFrom(incident.Severities).Draw(rt, "severity")
	category, assignee := "availability.ddos", n.by("officer").UserID
	inc := &incident.Incident{
		ID: uuid.Must(uuid.NewV7()).String(), Version: 1, Status: incident.Statuses[rapid.IntRange(0, len(incident.Statuses)-1).Draw(rt, "status")].Status,
		Title: w.head, Description: w.body, Lessons: w.lessons, Report: incident.Report{ReporterName: w.contact},
		TLP: rapid.SampledFrom(incident.TLPs).Draw(rt, "tlp"), Confidential: rapid.Bool().Draw(rt, "confidential"),
		Restricted: rapid.IntRange(0, 3).Draw(rt, "restricted") == 0, Severity: &sev, Category: &category,
		Natures: []incident.Nature{incident.Cybercrime}, AssigneeID: &assignee, ReportingAgencyID: agency.Draw(rt, "reporting"),
		ReportedByID: n.by("reporter").UserID, OwnerAgencyID: maybe("owner"), OperatorAgencyID: maybe("operator"),
		LeadAgencyID: n.agencies[0], DetectedAt: n.at, DetectedPrecision: incident.PrecisionMinute, ReportedAt: n.at,
		CreatedAt: n.at, UpdatedAt: n.at, ChainHash: audit.Genesis,
	}
	inc.Code = "SL-2026-" + w.head
	if rapid.IntRange(0, 2).Draw(rt, "led by another") == 0 {
		inc.LeadAgencyID = agency.Draw(rt, "lead")
	}
	if rapid.Bool().Draw(rt, "triaged") {
		inc.TriagedAt = &n.at
	}
	w.Case = &incident.Case{Incident: inc}
	if inc.Restricted {
		w.named = rapid.SliceOfNDistinct(rapid.SampledFrom(n.people), 0, 3, rapid.ID[string]).Draw(rt, "named")
	}
	n.drawChildren(rt, w, agency)
	require.NoError(rt, n.store.Write(n.ctx(), func(_ context.Context, tx *store.Tx) error { return n.keep(tx, w) }))
	return w
}

func (n *need) drawChildren(rt *rapid.T, w *drawn, agency *rapid.Generator[string]) {
	inc := w.Incident
	statuses := []incident.HandoverStatus{
		incident.Requested, incident.Acknowledged, incident.Accepted, incident.PartlyAccepted, incident.Declined,
		incident.Completed, incident.Withdrawn, incident.Released,
	}
	for i := range rapid.IntRange(0, 3).Draw(rt, "handovers") {
		from, to := agency.Draw(rt, "from"), agency.Draw(rt, "to")
		if from == to {
			continue
		}
		w.Handovers = append(w.Handovers, incident.Handover{
			ID: uuid.Must(uuid.NewV7()).String(), IncidentID: inc.ID, Version: 1, FromAgencyID: from, ToAgencyID: to, Message: nth(w.handovers, i),
			Kind:    incident.HandoverKinds[rapid.IntRange(0, len(incident.HandoverKinds)-1).Draw(rt, "kind")].Kind,
			Status:  rapid.SampledFrom(statuses).Draw(rt, "handover status"),
			Channel: incident.ChannelAPI, Urgency: incident.Normal, RequestedAt: n.at, RequestedByID: n.people[0], CreatedAt: n.at, UpdatedAt: n.at,
		})
	}
	for _, invited := range rapid.SliceOfNDistinct(agency, 0, 2, rapid.ID[string]).Draw(rt, "invited") {
		p := incident.Participant{
			ID: uuid.Must(uuid.NewV7()).String(), IncidentID: inc.ID, AgencyID: invited, Reason: "r", InvitedByID: n.people[0], InvitedAt: n.at,
		}
		if rapid.Bool().Draw(rt, "ended") {
			p.EndedAt, p.EndedByID = &n.at, &n.people[0]
		}
		w.Participants = append(w.Participants, p)
	}
	if rapid.Bool().Draw(rt, "report?") {
		r := incident.NationalReport{
			ID: uuid.Must(uuid.NewV7()).String(), IncidentID: inc.ID, Version: 1, Kind: incident.ProgressReport, Status: incident.ReportCreated,
			ToAgencyID: agency.Draw(rt, "report to"), Fields: map[string]any{"developments": w.reports}, KeepSecret: rapid.Bool().Draw(rt, "kept secret"),
			CreatedByID: n.people[0], CreatedAt: n.at, UpdatedAt: n.at,
		}
		if rapid.Bool().Draw(rt, "sent") {
			r.Status, r.SentAt, r.SentByID = incident.ReportSent, &n.at, n.people[0]
		}
		w.Reports = append(w.Reports, r)
	}
	if rapid.Bool().Draw(rt, "duty?") {
		due := n.at.Add(-time.Hour)
		w.Duties = append(w.Duties, incident.Duty{
			ID: uuid.Must(uuid.NewV7()).String(), IncidentID: &inc.ID, Rule: w.head, Title: "d", OwedByID: agency.Draw(rt, "owes"),
			Status: incident.DutyPending, StartedAt: n.at, DueAt: &due, CreatedAt: n.at, UpdatedAt: n.at,
		})
	}
	for i := range rapid.IntRange(3, 8).Draw(rt, "pieces") {
		w.pieces = append(w.pieces, drawnPiece{
			kind: []string{"note", "task", "observable"}[i%3], id: uuid.Must(uuid.NewV7()).String(), word: n.word(), agency: agency.Draw(rt, "written by"),
			audience: incident.AudienceParticipants, tlp: rapid.SampledFrom(incident.TLPs).Draw(rt, "piece's tlp"),
			confidential: i%3 != 1 && rapid.IntRange(0, 2).Draw(rt, "in confidence") == 0,
		})
	}
	for i := range w.pieces {
		if rapid.IntRange(0, 3).Draw(rt, "for the team") == 0 {
			w.pieces[i].audience = incident.AudienceTeam
		}
	}
	if rapid.Bool().Draw(rt, "message?") {
		w.messages = append(w.messages, n.word())
	}
}

// keep stores the case as a change of it would.
func (n *need) keep(tx *store.Tx, w *drawn) error {
	err := tx.CreateIncident(w.Incident)
	for i := range w.Handovers {
		err = first(err, func() error { return tx.CreateHandover(&w.Handovers[i]) })
	}
	for i := range w.Participants {
		err = first(err, func() error { return tx.CreateParticipant(&w.Participants[i]) })
	}
	for i := range w.Reports {
		err = first(err, func() error { return tx.CreateNationalReport(&w.Reports[i]) })
	}
	for i := range w.Duties {
		err = first(err, func() error { return tx.CreateDuty(&w.Duties[i]) })
	}
	for _, p := range w.pieces {
		err = first(err, func() error { return n.keepPiece(tx, w.ID, p) })
	}
	for _, m := range w.messages {
		err = first(err, func() error {
			return tx.CreateMessage(&incident.Message{
				ID: uuid.Must(uuid.NewV7()).String(), IncidentID: w.ID, Direction: incident.FromAgency, Text: m, AuthorID: n.people[0],
				AgencyID: w.ReportingAgencyID, CreatedAt: n.at,
			}, w.ReportingAgencyID)
		})
	}
	err = first(err, func() error { return tx.SetPeople(w.ID, w.named) })
	err = first(err, func() error { return tx.SetTexts(w.ID, w.Texts()) })
	return first(err, func() error { return tx.SetSights(w.ID, w.Sights()) })
}

func first(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

func (n *need) keepPiece(tx *store.Tx, caseID string, p drawnPiece) error {
	author := n.people[0]
	switch p.kind {
	case "note":
		return tx.CreateNote(&incident.Note{
			ID: p.id, IncidentID: caseID, Audience: p.audience, TLP: p.tlp, Confidential: p.confidential, Text: p.word, AuthorID: author, AgencyID: p.agency, CreatedAt: n.at,
		})
	case "task":
		return tx.CreateTasks([]incident.Task{{
			ID: p.id, IncidentID: caseID, Version: 1, Title: p.word, Status: incident.TaskOpen, Audience: p.audience, TLP: p.tlp,
			AuthorID: author, AgencyID: p.agency, CreatedAt: n.at, UpdatedAt: n.at,
		}})
	}
	return tx.CreateObservables([]incident.Observable{{
		ID: p.id, IncidentID: caseID, Type: incident.ObservableOther, Value: p.word, Given: p.word, Audience: p.audience, TLP: p.tlp,
		Confidential: p.confidential, AuthorID: author, AgencyID: p.agency, CreatedAt: n.at,
	}})
}

// actor draws anybody, but mostly people of the agencies that take part.
func (n *need) actor(rt *rapid.T, w *drawn) policy.Actor {
	agencies := n.agencies
	if rapid.IntRange(0, 3).Draw(rt, "of a party") > 0 {
		agencies = nil
		for _, s := range w.TakingPart() {
			agencies = append(agencies, s.AgencyID)
		}
	}
	a := policy.Actor{
		UserID: rapid.SampledFrom(n.people).Draw(rt, "actor"), AgencyID: rapid.SampledFrom(agencies).Draw(rt, "acts for"),
		Roles: []policy.Role{rapid.SampledFrom([]policy.Role{policy.Liaison, policy.Reporter, policy.Leader}).Draw(rt, "role")},
	}
	if rapid.Bool().Draw(rt, "of any role") {
		a.Roles = rapid.SliceOfNDistinct(rapid.SampledFrom(policy.Roles), 0, 2, rapid.ID[policy.Role]).Draw(rt, "roles")
	}
	return a
}

// ---- The rule, told from the words of the domain and of TLP 2.0.

type rule struct {
	a policy.Actor
	w *drawn
}

func (r rule) team() bool    { return r.a.Has(policy.Officer, policy.Lead) }
func (r rule) auditor() bool { return r.a.Has(policy.Auditor) }

// party: how the agency takes part: it reported (or owns or operates, once confirmed), or it
// leads, was asked or invited.
func (r rule) party() (reporter, partner bool) {
	w, mine := r.w, r.a.AgencyID
	is := func(id *string) bool { return id != nil && *id == mine }
	reporter = w.ReportingAgencyID == mine || w.TriagedAt != nil && (is(w.OwnerAgencyID) || is(w.OperatorAgencyID))
	partner = w.LeadAgencyID == mine
	ended := slices.Contains([]incident.Status{incident.Closed, incident.Rejected, incident.Merged}, w.Status)
	for _, h := range w.Handovers {
		runs := map[incident.HandoverStatus]bool{
			incident.Requested: true, incident.Accepted: true, incident.PartlyAccepted: true,
			incident.Acknowledged: h.Kind != incident.Notice || !ended,
		}
		partner = partner || h.ToAgencyID == mine && runs[h.Status]
	}
	for _, p := range w.Participants {
		partner = partner || p.AgencyID == mine && p.EndedAt == nil && !ended
	}
	return reporter, partner
}

// recipient: the label keeps nothing from the agency.
func (r rule) recipient() bool {
	open := r.w.TLP == incident.TLPClear || r.w.TLP == incident.TLPGreen || r.w.TLP == incident.TLPAmber
	return open || r.w.Restricted || r.a.AgencyID == r.w.ReportingAgencyID || r.a.AgencyID == r.w.LeadAgencyID
}

// byRole: the case is in sight whoever takes part.
func (r rule) byRole() bool {
	named := r.w.Restricted && slices.Contains(r.w.named, r.a.UserID)
	switch {
	case r.auditor():
		return true
	case r.team():
		return !r.w.Restricted || named
	case r.a.Has(policy.Leader):
		return named || !r.w.Restricted && (r.w.TLP != incident.TLPRed || r.recipient())
	}
	return named && r.a.Has(policy.Liaison, policy.Reporter)
}

func (r rule) sees() bool {
	if r.byRole() {
		return true
	}
	reporter, partner := r.party()
	return !r.w.Restricted && r.a.Has(policy.Liaison, policy.Reporter) && (reporter || partner) && (r.w.TLP != incident.TLPRed || r.recipient())
}

// parts of a case in sight.
func (r rule) parts() map[string]bool {
	out := map[string]bool{"core": true}
	add := func(list string) {
		for _, p := range strings.Fields(list) {
			out[p] = true
		}
	}
	if r.team() || r.auditor() {
		add("description contact severity assessment material shared written moves")
	}
	if r.a.Has(policy.Leader) && (r.w.TLP != incident.TLPRed || r.recipient()) {
		add("severity assessment moves")
	}
	reporter, partner := r.party()
	reporter = reporter && r.a.Has(policy.Liaison, policy.Reporter)
	partner = partner && r.a.Has(policy.Liaison, policy.Reporter, policy.Leader)
	switch {
	case !r.recipient() && r.w.TLP == incident.TLPRed:
	case !r.recipient() && (reporter || partner):
		add("severity written moves")
	default:
		if reporter {
			add("description severity shared written moves")
			if r.w.ReportingAgencyID == r.a.AgencyID {
				add("contact")
			}
		}
		if partner {
			add("description severity assessment shared written moves")
			if !r.w.Confidential {
				add("contact")
			}
		}
	}
	return out
}

func (r rule) readsPiece(p drawnPiece) bool {
	parts := r.parts()
	if parts["material"] {
		return true
	}
	shared := p.audience == incident.AudienceParticipants && !p.confidential && p.tlp != incident.TLPAmberStrict && p.tlp != incident.TLPRed
	return parts["shared"] && shared || parts["written"] && p.agency == r.a.AgencyID
}

func (r rule) seesHandover(h incident.Handover) bool {
	if !r.a.Has(policy.Officer, policy.Lead, policy.Liaison, policy.Reporter, policy.Leader) {
		return r.auditor()
	}
	if r.team() || r.auditor() || r.a.Has(policy.Leader) {
		return r.byRole() || h.ToAgencyID == r.a.AgencyID
	}
	return h.FromAgencyID == r.a.AgencyID || h.ToAgencyID == r.a.AgencyID
}

func (r rule) seesDuty(x incident.Duty) bool {
	if r.team() || r.auditor() {
		return r.byRole()
	}
	open := !r.w.Restricted || slices.Contains(r.w.named, r.a.UserID)
	return open && x.OwedByID == r.a.AgencyID && r.a.Has(policy.Liaison, policy.Reporter, policy.Leader)
}

// readsMessages: the reporting agency and the desk.
func (r rule) readsMessages() bool {
	return r.parts()["material"] || r.a.Has(policy.Liaison, policy.Reporter) && r.w.ReportingAgencyID == r.a.AgencyID
}

// ---- What the database shows.

func (n *need) compare(rt *rapid.T, w *drawn, by policy.Actor) {
	n.readers++
	r := rule{by, w}
	v, err := n.Get(n.ctx(), by, w.ID)
	if !r.sees() {
		require.ErrorIs(rt, err, fault.NotFound, "%v", by)
		n.unseen(rt, r)
		return
	}
	require.NoError(rt, err, "%v", by)
	n.sighted++
	parts := r.parts()
	for name, p := range map[string]policy.Part{
		"description": policy.Description, "contact": policy.Contact, "severity": policy.Severity, "assessment": policy.Assessment,
		"material": policy.Material, "shared": policy.Shared, "written": policy.Written, "moves": policy.Moves,
	} {
		require.Equal(rt, parts[name], v.Parts.Has(p), "%s of %v", name, by)
		n.compared++
	}
	n.children(rt, r)
	n.search(rt, r)
	n.filters(rt, r)
}

// unseen: of a case that is not in sight there is nothing, but the agency's own handovers and
// duties.
func (n *need) unseen(rt *rapid.T, r rule) {
	for _, word := range []string{r.w.head, r.w.body, r.w.contact, r.w.lessons, r.w.handovers, r.w.reports, "SL-2026-" + r.w.head} {
		n.finds(rt, r, word, false)
	}
	for _, p := range r.w.pieces {
		n.finds(rt, r, p.word, false)
	}
	for _, read := range []func() error{
		func() error { _, err := n.Notes(n.ctx(), r.a, r.w.ID, nil, 10); return err },
		func() error { _, _, err := n.Timeline(n.ctx(), r.a, r.w.ID, 0, 10); return err },
		func() error { _, err := n.Messages(n.ctx(), r.a, r.w.ID, nil, 10); return err },
		func() error { _, err := n.Participants(n.ctx(), r.a, r.w.ID); return err },
		func() error { _, err := n.Links(n.ctx(), r.a, r.w.ID, nil, 10); return err },
		func() error { _, err := n.Outcome(n.ctx(), r.a, r.w.ID); return err },
		func() error { _, err := n.Duplicates(n.ctx(), r.a, r.w.ID); return err },
		func() error { _, err := n.Moves(n.ctx(), r.a, r.w.ID); return err },
		func() error { _, err := n.NationalReports(n.ctx(), r.a, r.w.ID); return err },
	} {
		require.ErrorIs(rt, read(), fault.NotFound, "%v", r.a)
		n.compared++
	}
	n.over(rt, r, func(drawnPiece) bool { return false })
}

func (n *need) children(rt *rapid.T, r rule) {
	var want, got []string
	for _, p := range r.w.pieces {
		if r.readsPiece(p) && p.kind == "note" {
			want = append(want, p.id)
		}
	}
	notes, err := n.Notes(n.ctx(), r.a, r.w.ID, nil, 50)
	require.NoError(rt, err)
	for _, x := range notes.Items {
		got = append(got, x.ID)
	}
	require.ElementsMatch(rt, want, got, "notes of %v", r.a)
	messages, err := n.Messages(n.ctx(), r.a, r.w.ID, nil, 50)
	require.NoError(rt, err)
	require.Equal(rt, r.readsMessages() && len(r.w.messages) > 0, len(messages.Items) > 0, "messages of %v", r.a)
	n.over(rt, r, r.readsPiece)
}

// over compares what is listed over all cases.
func (n *need) over(rt *rapid.T, r rule, reads func(drawnPiece) bool) {
	for _, p := range r.w.pieces {
		switch p.kind {
		case "task":
			_, err := n.Task(n.ctx(), r.a, r.w.ID, p.id)
			require.Equal(rt, reads(p), err == nil, "a task of %v", r.a)
		case "observable":
			page, err := n.Observables(n.ctx(), r.a, casework.ObservableFilter{Value: p.word, Limit: 5})
			require.NoError(rt, err)
			require.Equal(rt, reads(p), len(page.Items) == 1, "an observable of %v", r.a)
		}
		n.compared++
	}
	n.nationalReports(rt, r)
	for _, h := range r.w.Handovers {
		_, err := n.Handover(n.ctx(), r.a, r.w.ID, h.ID)
		require.Equal(rt, r.seesHandover(h), err == nil, "a handover of %v", r.a)
		n.compared++
	}
	for _, x := range r.w.Duties {
		page, err := n.ListObligations(n.ctx(), r.a, casework.DutyFilter{Rule: x.Rule, Limit: 5, Now: n.at})
		require.NoError(rt, err)
		require.Equal(rt, r.seesDuty(x), len(page.Items) == 1, "a duty of %v", r.a)
		n.compared++
	}
}

// nationalReports: drafts are of the team, who leads and auditors; one that was sent is its
// addressee's as well, who answers it with or without the case, as a handover; leaders see that there is one, unless it is kept secret.
func (n *need) nationalReports(rt *rapid.T, r rule) {
	list, err := n.NationalReports(n.ctx(), r.a, r.w.ID)
	seesCase := err == nil
	for _, x := range r.w.Reports {
		to := x.SentAt != nil && x.ToAgencyID == r.a.AgencyID
		whole := seesCase && (r.team() || r.auditor() || r.w.LeadAgencyID == r.a.AgencyID)
		bare := seesCase && !whole && r.a.Has(policy.Leader) && (!x.KeepSecret && !r.w.Confidential || to)
		addressee := to && !whole && !bare && (seesCase || r.a.Has(policy.Officer, policy.Lead, policy.Liaison))
		got, err := n.NationalReport(n.ctx(), r.a, r.w.ID, x.ID)
		require.Equal(rt, whole || bare || addressee, err == nil, "a report of %v", r.a)
		require.Equal(rt, (whole || addressee) && err == nil, got.Fields["developments"] == r.w.reports, "the text of a report of %v", r.a)
		require.Equal(rt, seesCase && err == nil, slices.ContainsFunc(list, func(y incident.NationalReport) bool { return y.ID == x.ID }), "%v", r.a)
		n.compared++
	}
}

func (n *need) search(rt *rapid.T, r rule) {
	parts := r.parts()
	n.finds(rt, r, r.w.head, true)
	n.finds(rt, r, r.w.body, parts["description"])
	n.finds(rt, r, r.w.contact, parts["contact"])
	n.finds(rt, r, r.w.lessons, parts["material"])
	for _, p := range r.w.pieces {
		n.finds(rt, r, p.word, r.readsPiece(p))
	}
	for _, m := range r.w.messages {
		n.finds(rt, r, m, r.readsMessages())
	}
	own := r.a.Has(policy.Liaison, policy.Reporter, policy.Leader)
	for _, h := range r.w.Handovers {
		n.finds(rt, r, h.Message, parts["material"] || own && (h.FromAgencyID == r.a.AgencyID || h.ToAgencyID == r.a.AgencyID))
	}
	for _, x := range r.w.Reports { // leaders read national reports without text, but for what their agency leads
		addressee := x.SentAt != nil && x.ToAgencyID == r.a.AgencyID && !r.a.Has(policy.Leader)
		n.finds(rt, r, r.w.reports, parts["material"] || own && (r.w.LeadAgencyID == r.a.AgencyID || addressee))
	}
}

// finds looks for a word that stands in one text of one case.
func (n *need) finds(rt *rapid.T, r rule, word string, reads bool) {
	page, err := n.List(n.ctx(), r.a, casework.ListQuery{Q: word, Limit: 5, Sort: "-reported_at", Count: true})
	require.NoError(rt, err)
	require.Equal(rt, reads, len(page.Items) > 0, "%v looks for %s of %+v", r.a, word, r.w.Incident)
	require.Equal(rt, len(page.Items), *page.Total, "%v counts %s", r.a, word)
	n.compared++
}

// filters: none shows more than the list without it, nor anything of a part that the reader
// does not see, and each counts what it shows.
func (n *need) filters(rt *rapid.T, r rule) {
	parts := r.parts()
	yes, no := true, false
	late := slices.ContainsFunc(r.w.Duties, func(x incident.Duty) bool {
		return r.team() || r.auditor() || r.a.Has(policy.Leader) || x.OwedByID == r.a.AgencyID
	})
	for name, x := range map[string]struct {
		q    casework.ListQuery
		want bool
	}{
		"nothing": {casework.ListQuery{}, true}, "status": {casework.ListQuery{Status: []string{string(r.w.Status)}}, true},
		"severity": {casework.ListQuery{Severity: []string{string(*r.w.Severity)}}, parts["severity"]},
		"category": {casework.ListQuery{Category: []string{*r.w.Category}}, parts["assessment"]},
		"nature":   {casework.ListQuery{Nature: []string{string(incident.Cybercrime)}}, parts["assessment"]},
		"lead":     {casework.ListQuery{AgencyID: r.w.LeadAgencyID}, true},
		"overdue":  {casework.ListQuery{Overdue: &yes}, late}, "not overdue": {casework.ListQuery{Overdue: &no}, !late},
	} {
		for _, order := range []string{"reported_at", "-updated_at"} {
			q := x.q
			q.ReportedAfter, q.ReportedBefore = &r.w.ReportedAt, new(time.Time)
			*q.ReportedBefore = r.w.ReportedAt.Add(time.Microsecond)
			q.Limit, q.Sort, q.Count, q.Now = 5, order, true, n.at
			page, err := n.List(n.ctx(), r.a, q)
			require.NoError(rt, err)
			found := slices.ContainsFunc(page.Items, func(v casework.CaseView) bool { return v.ID == r.w.ID })
			require.Equal(rt, x.want, found, "%s of %v, %+v", name, r.a, r.w.Incident)
			require.Equal(rt, len(page.Items), *page.Total, "%v counts by %s", r.a, name)
			n.compared++
		}
	}
	page, err := n.List(n.ctx(), r.a, casework.ListQuery{AssigneeID: *r.w.AssigneeID, Q: r.w.head, Limit: 5, Sort: "-reported_at"})
	if parts["material"] {
		require.NoError(rt, err)
		require.Len(rt, page.Items, 1)
	} else {
		require.ErrorIs(rt, err, fault.Forbidden)
	}
}
