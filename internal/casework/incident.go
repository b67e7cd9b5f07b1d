package casework

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// NewReport is a report of an incident as it comes in.
type NewReport struct {
	Title, Description              string
	DetectedAt                      time.Time
	DetectedPrecision               incident.Precision
	OccurredAt, ViolationFoundAt    *time.Time
	Natures                         []incident.Nature
	TLP                             incident.TLP
	Confidential, Exercise          bool
	ContainsStateSecret             bool
	Report                          incident.Report
	System                          incident.System
	OwnerAgencyID, OperatorAgencyID *string
}

// check is what the report alone can show to be wrong.
func (in NewReport) check(now time.Time) error {
	if in.ContainsStateSecret {
		return incident.HoldsSecret(fault.Field{Pointer: "/contains_state_secret", Code: incident.CodeStateSecret, Text: fault.Text{
			VI: "Báo cáo có bí mật nhà nước.", EN: "The report holds a state secret."}})
	}
	var c incident.Checker
	c.Text("/title", in.Title, true, incident.MaxTitle)
	c.Text("/description", in.Description, true, incident.MaxText)
	c.DetectedAt("/detected_at", in.DetectedAt, now)
	incident.OneOf(&c, "/detected_precision", in.DetectedPrecision, incident.Precisions)
	if in.OccurredAt != nil {
		c.DetectedAt("/occurred_at", *in.OccurredAt, now)
	}
	if in.ViolationFoundAt != nil {
		c.DetectedAt("/violation_found_at", *in.ViolationFoundAt, now)
	}
	c.Natures("/natures", in.Natures)
	incident.OneOf(&c, "/tlp", in.TLP, incident.TLPs)
	c.Report("/report", in.Report)
	c.System("/system", in.System)
	return c.Err()
}

// Report takes a report (SL 6.1.a; police and military report the same way, SL 6.2.b, 6.3.a).
// Its duties open here, not at triage.
func (s *Service) Report(ctx context.Context, c Call, in NewReport) (CaseView, error) {
	if err := in.check(c.At); err != nil {
		return CaseView{}, err
	}
	if err := policy.Check(c.By, policy.Report, policy.Object{}); err != nil {
		return CaseView{}, err
	}
	var cs *incident.Case
	err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		if err := c.Claim(tx); err != nil {
			return err
		}
		inc, err := s.newIncident(tx, c, in)
		if err != nil {
			return err
		}
		cs = &incident.Case{Incident: inc}
		return s.save(tx, c, cs, versions{}, []incident.Fact{inc.ReportedFact()})
	})
	if err != nil {
		return CaseView{}, err
	}
	return s.view(ctx, c.By, cs)
}

func (s *Service) newIncident(tx *store.Tx, c Call, in NewReport) (*incident.Incident, error) {
	var wrong incident.Checker
	for _, f := range []struct {
		pointer string
		id      *string
	}{{"/owner_agency_id", in.OwnerAgencyID}, {"/operator_agency_id", in.OperatorAgencyID}} {
		if err := checkAgency(tx, &wrong, f.pointer, f.id, c.At); err != nil {
			return nil, err
		}
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	team, err := agencyOf(tx, incident.RoleTeam, c.At)
	if err != nil {
		return nil, err
	}
	year := strconv.Itoa(c.At.In(regulation.Zone).Year())
	n, err := tx.NextCode("incident-" + year)
	if err != nil {
		return nil, err
	}
	if in.Report.Channel == "" {
		in.Report.Channel = incident.ChannelAPI
	}
	number := strconv.FormatInt(n, 10)
	for len(number) < 6 {
		number = "0" + number
	}
	inc := &incident.Incident{
		ID: newID(), Code: s.province.Prefix + "-" + year + "-" + number, Version: 1, Status: incident.Reported,
		Title: in.Title, Description: in.Description, Natures: incident.SortNatures(in.Natures), TLP: in.TLP,
		Confidential: in.Confidential, Exercise: in.Exercise, Report: in.Report, System: in.System, Facts: incident.Facts{},
		ReportingAgencyID: c.By.AgencyID, ReportedByID: c.By.UserID,
		OwnerAgencyID: in.OwnerAgencyID, OperatorAgencyID: in.OperatorAgencyID, LeadAgencyID: team.ID,
		DetectedAt: in.DetectedAt, DetectedPrecision: in.DetectedPrecision, OccurredAt: in.OccurredAt,
		ViolationFoundAt: in.ViolationFoundAt, ReportedAt: c.At, CreatedAt: c.At, UpdatedAt: c.At, ChainHash: audit.Genesis,
	}
	inc.AssumeFound(c.At)
	return inc, nil
}

// checkAgency notes an agency that does not exist or does not work any more.
func checkAgency(tx *store.Tx, wrong *incident.Checker, pointer string, id *string, at time.Time) error {
	if id == nil {
		return nil
	}
	a, err := tx.Agency(*id)
	if fault.NotFound.In(err) || err == nil && !a.Valid.Holds(day(at)) {
		wrong.Add(pointer, "unknown_agency", "Không có cơ quan này, hoặc cơ quan đã ngừng hoạt động.", "There is no such agency, or it has ended.")
		return nil
	}
	return err
}

// Get reads one case.
func (s *Service) Get(ctx context.Context, by policy.Actor, id string) (CaseView, error) {
	tx := s.store.Read(ctx)
	inc, err := tx.Incident(id, by.Sight())
	if err != nil {
		return CaseView{}, err
	}
	reporter, partner, err := tx.Relation(id, by.AgencyID)
	if err != nil {
		return CaseView{}, err
	}
	return s.cut(tx, by, inc, reporter, partner)
}

// view is the case after a write, as the writer sees it.
func (s *Service) view(ctx context.Context, by policy.Actor, cs *incident.Case) (CaseView, error) {
	var mine incident.Sight
	for _, x := range cs.Sights() {
		if x.AgencyID == by.AgencyID {
			mine = x
		}
	}
	return s.cut(s.store.Read(ctx), by, cs.Incident, mine.AsReporter, mine.AsPartner)
}

func (s *Service) cut(tx *store.Tx, by policy.Actor, inc *incident.Incident, reporter, partner bool) (CaseView, error) {
	v := CaseView{Incident: inc, Parts: policy.PartsOf(by, inc, reporter, partner)}
	if inc.MergedIntoID != nil && !by.Sight().All {
		seen, err := tx.Visible([]string{*inc.MergedIntoID}, by.Sight())
		if err != nil {
			return v, err
		}
		v.HidesTarget = !seen[*inc.MergedIntoID]
	}
	if !inc.Restricted || !v.Parts.Has(policy.Material) {
		return v, nil
	}
	var err error
	v.People, err = tx.People(inc.ID)
	return v, err
}

// ListQuery is a question for cases. Zero values ask nothing.
type ListQuery struct {
	Status, Severity, Category, Nature          []string
	AgencyID, AssigneeID                        string
	ReportedAfter, ReportedBefore, UpdatedAfter *time.Time
	Overdue, Exercise                           *bool
	Q, Sort                                     string
	After                                       *store.Position
	Limit                                       int
	Count                                       bool
	Now                                         time.Time
}

// countCap is the largest total that a list counts to.
const countCap = 10000

// maxWords is how many different words a search may have.
const maxWords = 20

func (q ListQuery) check() error {
	wrong := func(name, code, vi, en string) error {
		f := fault.New(fault.Malformed, vi, en)
		f.Fields = []fault.Field{{Pointer: "?" + name, Code: code, Text: f.Text}}
		return f
	}
	switch {
	case store.Words(q.Q) > maxWords:
		return wrong("q", "too_many_words", "Chỉ tìm được nhiều nhất 20 từ khác nhau mỗi lần.", "A search has at most 20 different words.")
	case q.Sort == store.Relevance && q.Q == "":
		return wrong("sort", "needs_q", "Chỉ xếp theo mức phù hợp (relevance) khi có từ cần tìm (q).", "The order relevance is for searches: it needs q.")
	}
	return nil
}

// List reads the cases the caller sees. A filter touches only what the caller may read of a
// case, so that it can tell nothing about the rest.
func (s *Service) List(ctx context.Context, by policy.Actor, q ListQuery) (Page[CaseView], error) {
	var page Page[CaseView]
	if err := q.check(); err != nil {
		return page, err
	}
	whole := by.InTeam() || by.Has(policy.Auditor)
	if q.AssigneeID != "" && !whole {
		return page, fault.New(fault.Forbidden, "Chỉ đội ứng cứu được lọc theo người xử lý.", "Only the team may filter by assignee.")
	}
	sq := store.IncidentQuery{
		Sight: by.Sight(), Status: q.Status, Severity: q.Severity, Category: q.Category, Nature: q.Nature,
		AgencyID: q.AgencyID, AssigneeID: q.AssigneeID, ReportedAfter: q.ReportedAfter, ReportedBefore: q.ReportedBefore,
		UpdatedAfter: q.UpdatedAfter, Overdue: q.Overdue, Exercise: q.Exercise, Q: q.Q, Reads: by.Reads(), Sort: q.Sort, After: q.After,
		Limit: q.Limit, Now: q.Now,
	}
	if !whole && !by.Has(policy.Leader) {
		sq.PartyOnly, sq.PartnerOnly = len(q.Severity) > 0, len(q.Nature)+len(q.Category) > 0
		sq.OverdueOwedBy = by.AgencyID
	}
	tx := s.store.Read(ctx)
	list, next, err := tx.IncidentPage(sq)
	if err != nil {
		return page, err
	}
	page.Next = next
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	rel, err := tx.Relations(ids, by.AgencyID)
	if err != nil {
		return page, err
	}
	page.Items = make([]CaseView, len(list))
	for i := range list {
		r := rel[list[i].ID]
		if page.Items[i], err = s.cut(tx, by, &list[i], r.AsReporter, r.AsPartner); err != nil {
			return page, err
		}
	}
	if q.Count {
		n, capped, err := tx.CountIncidents(sq, countCap)
		if err != nil {
			return page, err
		}
		page.Total, page.TotalCapped = &n, capped
	}
	return page, nil
}

// Correct corrects the facts of a case. Its duties follow the corrected facts.
func (s *Service) Correct(ctx context.Context, c Call, id string, p api.IncidentPatch) (CaseView, error) {
	ch, err := readPatch(p, c.At)
	if err != nil {
		return CaseView{}, err
	}
	t := target{id: id, action: policy.Correct, version: caseVersion, also: func(o policy.Object) error { return mayCorrect(c.By, o, p) }}
	cs, err := s.change(ctx, c, t,
		func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
			if !cs.Status.Open() || cs.Imported {
				return nil, fault.New(fault.Conflict, "Hồ sơ không còn mở, không sửa được.", "The case is not open; it cannot be corrected.").Because(
					fault.Reason{Code: "not_open", Text: fault.Text{VI: "Trạng thái: " + cs.Status.VI() + ".", EN: "The case is " + string(cs.Status) + "."}})
			}
			before := cs.Fields()
			if err := ch.apply(tx, cs.Incident, c.At); err != nil {
				return nil, err
			}
			named, err := s.name(tx, c, cs, p)
			if err != nil {
				return nil, err
			}
			if f, changed := cs.CorrectedFact(before, p.Reason, c.At); changed {
				return append([]incident.Fact{f}, named...), nil
			}
			return named, nil
		})
	if err != nil {
		return CaseView{}, err
	}
	return s.view(ctx, c.By, cs)
}

// mayCorrect asks for the rights that single fields need beyond Correct.
func mayCorrect(by policy.Actor, o policy.Object, p api.IncidentPatch) error {
	if p.DetectedAt.Given || p.DetectedPrecision.Given {
		if err := policy.Check(by, policy.CorrectDetected, o); err != nil {
			return err
		}
	}
	if p.Restricted.Given || p.NamedUserIDs.Given {
		if err := policy.Check(by, policy.Restrict, o); err != nil {
			return err
		}
	}
	if (p.OwnerAgencyID.Given || p.OperatorAgencyID.Given) && o.Incident.TriagedAt != nil {
		if err := policy.Check(by, policy.ConfirmParties, o); err != nil {
			return err
		}
	}
	if p.TLP.Given && incident.TLP(p.TLP.Value).WiderThan(o.Incident.TLP) || p.Confidential.Given && !p.Confidential.Value && o.Incident.Confidential {
		if err := policy.Check(by, policy.Widen, o); err != nil {
			return err
		}
	}
	assessed := p.ViolationFoundAt.Given || p.Category.Given || p.CategoryVN.Given || p.Severity.Given || p.Facts.Given || p.AssigneeID.Given
	if assessed {
		return policy.Check(by, policy.Assess, o)
	}
	return nil
}

// name sets who may see a restricted case: always the one who restricts it, and at least one
// team lead.
func (s *Service) name(tx *store.Tx, c Call, cs *incident.Case, p api.IncidentPatch) ([]incident.Fact, error) {
	if !p.NamedUserIDs.Given && !p.Restricted.Given {
		return nil, nil
	}
	was, err := tx.People(cs.ID)
	if err != nil {
		return nil, err
	}
	var want []string
	if cs.Restricted {
		want = was
		if p.NamedUserIDs.Given {
			want = p.NamedUserIDs.Value
		}
		want = append(slices.Clone(want), c.By.UserID)
		slices.Sort(want)
		want = slices.Compact(want)
		found, err := tx.Users(want)
		if err != nil {
			return nil, err
		}
		maps.DeleteFunc(found, func(_ string, u store.User) bool { return u.Kind != store.PersonKind })
		if len(found) != len(want) {
			return nil, fault.Input(fault.Field{Pointer: "/named_user_ids", Code: "unknown_user", Text: fault.Text{
				VI: "Có người không tồn tại trong danh sách.", EN: "The list names someone who does not exist."}})
		}
	} else if p.NamedUserIDs.Given && len(p.NamedUserIDs.Value) > 0 {
		return nil, fault.Input(fault.Field{Pointer: "/named_user_ids", Code: "not_restricted", Text: fault.Text{
			VI: "Chỉ hồ sơ hạn chế mới có danh sách người được xem.", EN: "Only a restricted case has named people."}})
	}
	slices.Sort(was)
	if slices.Equal(was, want) {
		return nil, nil
	}
	if err := tx.SetPeople(cs.ID, want); err != nil {
		return nil, err
	}
	cs.UpdatedAt = c.At
	return []incident.Fact{{
		Type: "incident.named", ObjectKind: "incident", ObjectID: cs.ID, Bumps: true,
		Full: map[string]any{"named_user_ids": want, "named_before": was}, Thin: map[string]any{},
	}}, nil
}
