package incident

import (
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Case is the incident with all that its rules look at. Rules change it in memory; whoever
// loaded it, saves it.
type Case struct {
	*Incident
	Handovers []Handover
	Duties    []Duty
	Reports   []NationalReport

	Participants []Participant // who was invited, the ended too
}

// By is the person who acts, as far as rules care.
type By struct {
	UserID   string
	AgencyID string
	Name     string
}

// Triage is what a triage carries.
type Triage struct {
	Category   string
	CategoryVN *string
	Severity   Severity
	Natures    []Nature // nil: leave as reported
	Facts      Facts
	AssigneeID *string
	Note       string
	// ViolationFoundAt is when the violation of personal data was found; nil: leave as it is.
	ViolationFoundAt *time.Time
}

// Resolve is what a resolution carries (TT 20/2017/TT-BTTTT Mẫu 04, 05).
type Resolve struct {
	Reason          string // fixed, mitigated, false_positive, not_reproducible, accepted_risk, other
	Summary         string
	Prevention      string
	Handled         string // self, with_others, with_foreign
	EstimatedDamage *int64 // VND, whole, not negative
}

// Refusals says why the move cannot be made now, by this person; empty when it can.
// The move itself and the list of possible moves both ask here, so they never disagree.
func (c *Case) Refusals(name MoveName, by By) []fault.Reason {
	if r := c.refusal(MoveNamed(name)); len(r) > 0 {
		if name == MoveClose && c.Status.Open() && !c.Imported {
			r = append(r, c.Gate(by)...) // told from the first day on, not when the work is done
		}
		return r
	}
	switch name {
	case MoveReject:
		return c.rejectRefusals()
	case MoveWithdraw:
		return c.withdrawRefusals()
	case MoveClose:
		return c.Gate(by)
	}
	return nil
}

func (c *Case) begin(name MoveName, by By) (Move, error) {
	m := MoveNamed(name)
	if reasons := c.Refusals(name, by); len(reasons) > 0 {
		return m, fault.New(fault.Conflict,
			"Chưa thực hiện được thao tác «"+m.VI+"».", "The move "+string(name)+" is not possible now.").Because(reasons...)
	}
	return m, nil
}

func (c *Case) finish(m Move, to Status, at time.Time, full map[string]any) Fact {
	from := c.Status
	c.Status = to
	c.UpdatedAt = at
	if full == nil {
		full = map[string]any{}
	}
	full["from"], full["to"] = string(from), string(to)
	return Fact{
		Type: m.Fact, ObjectKind: "incident", ObjectID: c.ID, Bumps: true, Full: full,
		Thin: map[string]any{"from": string(from), "to": string(to)},
	}
}

// Triage classifies the case and confirms who owns and operates the system.
func (c *Case) Triage(in Triage, by By, at time.Time) ([]Fact, error) {
	m, err := c.begin(MoveTriage, by)
	if err != nil {
		return nil, err
	}
	c.Category, c.Severity, c.TriagedAt = &in.Category, &in.Severity, &at
	if in.CategoryVN != nil {
		c.CategoryVN = in.CategoryVN
	}
	if in.Natures != nil {
		c.Natures = SortNatures(in.Natures)
	}
	if in.AssigneeID != nil {
		c.AssigneeID = in.AssigneeID
	}
	c.mergeFacts(in.Facts)
	if in.ViolationFoundAt != nil {
		c.ViolationFoundAt = in.ViolationFoundAt
	}
	c.AssumeFound(at)
	full := c.fields("category", "category_vn", "severity", "natures", "facts", "assignee_id", "violation_found_at")
	full["note"] = in.Note
	return []Fact{c.finish(m, Triaged, at, full)}, nil
}

func (c *Case) mergeFacts(facts Facts) {
	merged := Facts{}
	for k, v := range c.Facts {
		merged[k] = v
	}
	for k, v := range facts {
		merged[k] = v
	}
	c.Facts = merged
}

// Respond starts the work.
func (c *Case) Respond(note string, by By, at time.Time) ([]Fact, error) {
	m, err := c.begin(MoveRespond, by)
	if err != nil {
		return nil, err
	}
	return []Fact{c.finish(m, Responding, at, map[string]any{"note": note})}, nil
}

// Escalate asks the police or the military. asks are the handovers made with it; at least
// one must be a request to an agency that plays either role (SL 6.1.b, c).
func (c *Case) Escalate(reason string, asks []Ask, by By, at time.Time, newID func() string) ([]Fact, error) {
	m, err := c.begin(MoveEscalate, by)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(asks, func(a Ask) bool { return a.Kind.isRequest() && a.ToForce }) {
		return nil, fault.Input(fault.Field{Pointer: "/handovers", Code: "no_request_to_police_or_military", Text: fault.Text{
			VI: "Cần ít nhất một đề nghị gửi Công an tỉnh hoặc Bộ Chỉ huy Quân sự tỉnh (thông báo không phải là đề nghị).",
			EN: "At least one request to the police or the military is needed (a notice is not a request).",
		}})
	}
	facts := []Fact{c.finish(m, Escalated, at, map[string]any{"reason": reason})}
	for i, a := range asks {
		_, more, err := c.Ask(a, by, at, newID())
		if err != nil {
			return nil, under(err, i)
		}
		facts = append(facts, more...)
	}
	return facts, nil
}

// NotifyNational decides that the case cannot be handled and makes the request for help to
// the addressee (SL 6.1.d: VNCERT or another competent agency).
func (c *Case) NotifyNational(reason string, to Agency, by By, at time.Time, id string) ([]Fact, error) {
	m, err := c.begin(MoveNotifyNational, by)
	if err != nil {
		return nil, err
	}
	r := NationalReport{
		ID: id, IncidentID: c.ID, Version: 1, Kind: HelpRequest, Status: ReportCreated,
		ToAgencyID: to.ID, Reason: reason, CreatedByID: by.UserID, CreatedAt: at, UpdatedAt: at,
	}
	c.Reports = append(c.Reports, r)
	return []Fact{
		c.finish(m, National, at, map[string]any{"reason": reason, "to_agency_id": to.ID}), r.Made(),
	}, nil
}

// StandDown lowers the alert. From national it goes back to escalated while a request to the
// police or the military is open, else to responding. Open handovers stay open; a request
// for help that was never sent is withdrawn with it.
func (c *Case) StandDown(reason string, isForce func(agencyID string) bool, by By, at time.Time) ([]Fact, error) {
	m, err := c.begin(MoveStandDown, by)
	if err != nil {
		return nil, err
	}
	to := Responding
	if c.Status == National && slices.ContainsFunc(c.Handovers, func(h Handover) bool {
		return h.Kind.isRequest() && h.Running() && isForce(h.ToAgencyID)
	}) {
		to = Escalated
	}
	var withdrawn []Fact
	if c.Status == National {
		for i := range c.Reports {
			if r := &c.Reports[i]; r.Kind == HelpRequest && r.Status == ReportCreated {
				facts, err := r.Withdraw(reason, at)
				if err != nil {
					return nil, err
				}
				withdrawn = append(withdrawn, facts...)
			}
		}
	}
	return append([]Fact{c.finish(m, to, at, map[string]any{"reason": reason})}, withdrawn...), nil
}

// Resolve ends the technical work.
func (c *Case) Resolve(in Resolve, by By, at time.Time) ([]Fact, error) {
	m, err := c.begin(MoveResolve, by)
	if err != nil {
		return nil, err
	}
	c.Resolution, c.ResolvedAt = Resolution(in), &at
	return []Fact{c.finish(m, Resolved, at, c.fields("resolution"))}, nil
}

// Close ends the case; only while the gate is open.
func (c *Case) Close(lessons string, by By, at time.Time) ([]Fact, error) {
	m, err := c.begin(MoveClose, by)
	if err != nil {
		return nil, err
	}
	c.Lessons, c.ClosedAt = lessons, &at
	return []Fact{c.finish(m, Closed, at, map[string]any{"lessons": lessons})}, nil
}

func (c *Case) rejectRefusals() []fault.Reason {
	var reasons []fault.Reason
	if slices.ContainsFunc(c.Handovers, func(h Handover) bool { return h.Kind.isRequest() }) {
		reasons = append(reasons, fault.Reason{Code: "requests_exist", Text: fault.Text{
			VI: "Đã có đề nghị gửi cơ quan khác; hãy xử lý rồi kết luận là báo động giả (resolve, false_positive).",
			EN: "A request to another agency exists; resolve the case as false_positive instead.",
		}})
	}
	if slices.ContainsFunc(c.Reports, func(r NationalReport) bool { return r.Status != ReportWithdrawn }) {
		reasons = append(reasons, fault.Reason{Code: "national_reports_exist", Text: fault.Text{
			VI: "Đã có báo cáo hoặc đề nghị gửi cơ quan điều phối quốc gia; hãy kết luận là báo động giả (resolve, false_positive).",
			EN: "A national report exists; resolve the case as false_positive instead.",
		}})
	}
	return reasons
}

// Reject refuses the case. Pending duties end as not applicable, each with the reason.
func (c *Case) Reject(reason, note string, by By, at time.Time) ([]Fact, error) {
	m, err := c.begin(MoveReject, by)
	if err != nil {
		return nil, err
	}
	facts := []Fact{c.finish(m, Rejected, at, map[string]any{"reason": reason, "note": note})}
	return append(facts, c.endDuties("Hồ sơ không được thụ lý ("+reason+"): "+note, by, at)...), nil
}

// Reopen takes the case up again: from rejected or merged it must be triaged anew, otherwise
// work goes on. Duties that a rejection ended are pending again with their old due time; what
// a merge has moved stays where it went.
func (c *Case) Reopen(reason string, by By, at time.Time) ([]Fact, error) {
	m, err := c.begin(MoveReopen, by)
	if err != nil {
		return nil, err
	}
	to := Responding
	if c.Status == Rejected || c.Status == Merged {
		to, c.TriagedAt = Reported, nil
	}
	if c.Status == Merged { // its duties open anew
		c.FactsAt = &at
	}
	c.MergedIntoID = nil
	c.ResolvedAt, c.ClosedAt, c.Resolution, c.Lessons = nil, nil, Resolution{}, ""
	facts := []Fact{c.finish(m, to, at, map[string]any{"reason": reason})}
	for i := range c.Duties {
		if d := &c.Duties[i]; d.Status == DutyNotApplicable && d.EndedBy == endedByReject {
			facts = append(facts, d.Resume(at))
		}
	}
	return facts, nil
}

// under moves a failure of the i-th handover of an escalation to its place in the body.
func under(err error, i int) error {
	f, ok := fault.As(err)
	if !ok || len(f.Fields) == 0 {
		return err
	}
	c := *f
	c.Fields = slices.Clone(f.Fields)
	for j := range c.Fields {
		c.Fields[j].Pointer = "/handovers/" + itoa(i) + c.Fields[j].Pointer
	}
	return &c
}
