package incident

import (
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Merge is what a merge carries. The people are those named in either case while it is
// restricted.
type Merge struct {
	Reason       string
	People       []string // named in the case that ends
	TargetPeople []string // named in the case that goes on
}

// Merging is what a merge has made true: the facts of either chain, what has moved, and who is
// named in the target from now on (nil: nobody, it is not restricted).
type Merging struct {
	Facts, TargetFacts []Fact
	Moved              []string // ids of handovers, duties and national reports
	Named              []string
}

// mergeable are the statuses from which, and into which, a case is merged: open, but not
// resolved.
var mergeable = []Status{Reported, Triaged, Responding, Escalated, National}

// MayMerge is nil when the case may be merged into another, whichever that is.
func (c *Case) MayMerge(by By) error {
	_, err := c.begin(MoveMerge, by)
	return err
}

// targetRefusals says why c cannot be merged into the case into; empty when it can.
func (c *Case) targetRefusals(into *Case) []fault.Reason {
	var reasons []fault.Reason
	add := func(code, vi, en string) {
		reasons = append(reasons, fault.Reason{Code: code, Text: fault.Text{VI: vi, EN: en}})
	}
	if into.Imported {
		add("target_imported", "Hồ sơ nhận gộp là dữ liệu cũ nhập vào, chỉ để tra cứu.", "The target is an imported record, which is history.")
	}
	if !slices.Contains(mergeable, into.Status) {
		add("target_status", "Hồ sơ nhận gộp đang ở trạng thái «"+into.Status.VI()+"»; chỉ gộp vào hồ sơ đang mở và chưa khắc phục xong.",
			"The target is "+string(into.Status)+"; a case is merged only into one that is open and not resolved.")
	}
	if c.Exercise != into.Exercise {
		add("exercise_mismatch", "Không gộp hồ sơ diễn tập với hồ sơ thật.", "An exercise is not merged with a real case.")
	}
	return reasons
}

// Merge ends the case in another, which goes on with what is open: handovers that run,
// national reports not yet acknowledged, duties. What has ended stays here as history. The
// same duty remains once. The stricter TLP, restriction and confidentiality win, and the
// natures are joined, because duties rest on them. Both cases change, or neither.
func (c *Case) Merge(into *Case, in Merge, by By, at time.Time) (Merging, error) {
	var out Merging
	m, err := c.begin(MoveMerge, by)
	if err != nil {
		return out, err
	}
	if c.ID == into.ID {
		return out, SameCase("/into_id")
	}
	if reasons := c.targetRefusals(into); len(reasons) > 0 {
		return out, fault.New(fault.Conflict, "Không gộp được vào hồ sơ này.", "The case cannot be merged into this one.").Because(reasons...)
	}
	before := into.Fields()
	into.TLP = stricter(into.TLP, c.TLP)
	into.Restricted = into.Restricted || c.Restricted
	into.Confidential = into.Confidential || c.Confidential
	into.Natures = SortNatures(append(slices.Clone(into.Natures), c.Natures...))
	into.ViolationFoundAt = earlier(into.ViolationFoundAt, c.ViolationFoundAt)

	facts := c.handBack(at)
	out.Moved, out.TargetFacts = c.moveWork(into, at)
	moved, joined, ended := c.moveDuties(into, by, at)
	out.Moved = append(out.Moved, moved...)
	out.TargetFacts = append(out.TargetFacts, joined...)

	c.MergedIntoID = &into.ID
	merged := c.finish(m, Merged, at, map[string]any{
		"reason": in.Reason, "other_incident_id": into.ID, "other_code": into.Code, "moved": slices.Clone(out.Moved),
	})
	if c.ForNamed() || !into.ForNamed() { // an open channel does not name a case that is for named people
		merged.Thin["other_incident_id"] = into.ID
	}
	out.Facts = slices.Concat([]Fact{merged}, facts, ended)

	absorbed := map[string]any{
		"merge_reason": in.Reason, "other_incident_id": c.ID, "other_code": c.Code, "moved": slices.Clone(out.Moved),
	}
	if f, changed := into.CorrectedFact(before, "", at); changed {
		absorbed["changed_from"], absorbed["changed_to"] = f.Full["changed_from"], f.Full["changed_to"]
	}
	if into.Restricted {
		out.Named = slices.Concat(in.People, in.TargetPeople)
		slices.Sort(out.Named)
		out.Named = slices.Compact(out.Named)
		absorbed["named_user_ids"], absorbed["named_before"] = out.Named, in.TargetPeople
	}
	into.UpdatedAt = at
	out.TargetFacts = append([]Fact{{
		Type: "incident.absorbed", ObjectKind: "incident", ObjectID: into.ID, Bumps: true,
		Full: absorbed, Thin: map[string]any{"other_incident_id": c.ID},
	}}, out.TargetFacts...)
	return out, nil
}

// SameCase is the refusal of a case that is set in relation to itself.
func SameCase(pointer string) error {
	return fault.Input(fault.Field{Pointer: pointer, Code: "same_incident", Text: fault.Text{
		VI: "Phải là một hồ sơ khác.", EN: "It must be another case."}})
}

// handBack returns the lead along the handovers that have moved it: the target keeps its own,
// and what is left here is led by who led before.
func (c *Case) handBack(at time.Time) []Fact {
	var facts []Fact
	for range c.Handovers { // the flags form a chain to the lead of now: each pass takes one step back or more
		for i := range c.Handovers {
			facts = append(facts, c.returnLead(&c.Handovers[i], at)...)
		}
	}
	return facts
}

// moveWork moves the handovers that run and the national reports that wait.
func (c *Case) moveWork(into *Case, at time.Time) (moved []string, facts []Fact) {
	var stay []Handover
	for _, h := range c.Handovers {
		if !h.Running() {
			stay = append(stay, h)
			continue
		}
		h.IncidentID, h.UpdatedAt = into.ID, at
		h.Version++
		into.Handovers = append(into.Handovers, h)
		moved, facts = append(moved, h.ID), append(facts, h.moved(c))
	}
	c.Handovers = stay
	var kept []NationalReport
	for _, r := range c.Reports {
		if r.Status != ReportCreated && r.Status != ReportSent {
			kept = append(kept, r)
			continue
		}
		r.IncidentID, r.UpdatedAt = into.ID, at
		r.Version++
		into.Reports = append(into.Reports, r)
		f := r.fact("moved", map[string]any{"other_incident_id": c.ID, "other_code": c.Code})
		f.Thin["other_incident_id"] = c.ID
		moved, facts = append(moved, r.ID), append(facts, f)
	}
	c.Reports = kept
	return moved, facts
}

// moved is the fact of a handover that goes on in another case: its whole state, because its
// parties need not see the case that it leaves.
func (h *Handover) moved(from *Case) Fact {
	full := map[string]any{
		"message": h.Message, "channel": h.Channel, "document": h.Document.payload(),
		"requested_resources": h.RequestedResources, "acknowledge_by": stamp(h.AcknowledgeBy), "due_at": stamp(h.DueAt),
		"transfers_lead": h.TransfersLead, "recorded": h.Recorded, "requested_at": stamp(&h.RequestedAt),
		"acknowledged_at": stamp(h.AcknowledgedAt), "acknowledged_by": h.AcknowledgedBy, "answered_at": stamp(h.AnsweredAt),
		"answer": map[string]any{
			"partly": h.Answer.Partly, "reason": h.Answer.Reason, "resources": h.Answer.Resources,
			"liaison_contact": h.Answer.LiaisonContact,
		},
		"contested_at": stamp(h.ContestedAt), "contest_reason": h.ContestReason,
		"version": h.Version, "other_incident_id": from.ID, "other_code": from.Code,
	}
	f := h.fact("moved", Given{Record: h.Record}.with(full), nil)
	f.Thin["other_incident_id"] = from.ID
	return f
}

// moveDuties moves the duties, or joins them with the same duty of the target.
func (c *Case) moveDuties(into *Case, by By, at time.Time) (moved []string, joined, ended []Fact) {
	var stay []Duty
	for _, d := range c.Duties {
		i := slices.IndexFunc(into.Duties, func(x Duty) bool { return x.Key() == d.Key() && !x.Superseded() })
		switch {
		case d.Superseded():
		case i < 0 && (d.Status != DutyNotApplicable || d.freedByFacts()):
			d.IncidentID, d.CarriedFromID, d.UpdatedAt = &into.ID, &c.ID, at
			into.Duties = append(into.Duties, d)
			moved, joined = append(moved, d.ID), append(joined, d.carried("moved", "", c))
			continue
		case i >= 0:
			if f, changed := into.Duties[i].join(&d, c, at); changed {
				joined = append(joined, f)
			}
			if d.Status == DutyPending {
				ended = append(ended, d.End(endedByMerge, "Hồ sơ được gộp; nghĩa vụ được thực hiện trong hồ sơ nhận gộp.", by, at))
			}
		}
		stay = append(stay, d)
	}
	c.Duties = stay
	return moved, joined, ended
}

// weight orders the statuses of a duty that two cases have: a fulfilment counts for both, and
// a waiver or a lapse in one does not free from what the other still owes.
var weight = map[DutyStatus]int{DutyNotApplicable: 0, DutyWaived: 1, DutyPending: 2, DutyFulfilled: 3}

// join makes of the same duty of two cases one. Of two clocks the earlier one counts, with the
// rule that it follows; a duty that was not pending has none that counts.
func (d *Duty) join(o *Duty, from *Case, at time.Time) (Fact, bool) {
	if o.Status != DutyPending && o.Status != DutyFulfilled || weight[d.Status] > weight[o.Status] || d.Status == DutyFulfilled {
		return Fact{}, false
	}
	was := *d
	if d.Status != DutyPending {
		d.OwedByID, d.OwedByPart, d.ToAgencyID = o.OwedByID, o.OwedByPart, o.ToAgencyID
		d.WarnedAt, d.OverdueAt = o.WarnedAt, o.OverdueAt
	}
	if mine, other := d.Limit(), o.Limit(); d.Status != DutyPending || other != nil && (mine == nil || other.Before(*mine)) {
		d.RuleFrom, d.Pack, d.Book, d.Basis, d.Confidence, d.Title = o.RuleFrom, o.Pack, o.Book, o.Basis, o.Confidence, o.Title
		d.Form, d.Ways, d.Channels, d.Because, d.Immediate = o.Form, o.Ways, o.Channels, o.Because, o.Immediate
		d.StartEvent, d.StartedAt, d.DueAt, d.TargetAt, d.WarnAt = o.StartEvent, o.StartedAt, o.DueAt, o.TargetAt, o.WarnAt
	}
	d.WarnedAt, d.OverdueAt = earlier(d.WarnedAt, o.WarnedAt), earlier(d.OverdueAt, o.OverdueAt)
	d.BlocksClosure = d.BlocksClosure || o.BlocksClosure
	d.Status, d.Reason, d.DecidedByID, d.EndedBy, d.UpdatedAt = o.Status, o.Reason, o.DecidedByID, "", at
	if o.Status == DutyFulfilled {
		d.FulfilledAt, d.Channel, d.Document, d.HandoverID, d.ReportID = o.FulfilledAt, o.Channel, o.Document, o.HandoverID, o.ReportID
		if o.OwedByID != d.OwedByID { // another debtor's words stay with its own duty, in the case that ends
			d.Document, d.Reason = Document{}, ""
		}
		limit := d.Limit()
		d.Late = o.Late || limit != nil && o.FulfilledAt.After(*limit)
	} else {
		d.CarriedFromID = &from.ID
	}
	d.schedule()
	return d.carried("joined", was.Status, from), true
}

// carried is the fact of a duty that came from another case, with its whole state.
func (d *Duty) carried(name string, from DutyStatus, source *Case) Fact {
	f := d.fact(name, from, map[string]any{"other_incident_id": source.ID, "other_code": source.Code})
	f.Thin["other_incident_id"] = source.ID
	return f
}

func earlier(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.Before(*a) {
		return b
	}
	return a
}

// stricter is the narrower of two labels; what is no label counts as the narrowest.
func stricter(a, b TLP) TLP {
	if a.WiderThan(b) {
		return b
	}
	return a
}

// withdrawRefusals: a report that is already being worked on with others is no longer its
// reporter's to take back. With whom, the reporter need not know.
func (c *Case) withdrawRefusals() []fault.Reason {
	if len(c.rejectRefusals()) == 0 {
		return nil
	}
	return []fault.Reason{{Code: "already_in_hand", Text: fault.Text{
		VI: "Đội ứng cứu đã phối hợp xử lý báo cáo này với cơ quan khác; hãy liên hệ đội để kết luận là báo động giả.",
		EN: "The team already works on this report with others; ask the team to resolve it as a false positive.",
	}}}
}

// Withdraw takes a report back before triage, by the agency that made it. The case ends as
// rejected; pending duties end as not applicable, each with the reason. The fact has a name of
// its own: a rejection is the team's judgement, a withdrawal is the reporter's word.
func (c *Case) Withdraw(reason string, by By, at time.Time) ([]Fact, error) {
	m, err := c.begin(MoveWithdraw, by)
	if err != nil {
		return nil, err
	}
	facts := []Fact{c.finish(m, Rejected, at, map[string]any{"reason": "withdrawn", "note": reason})}
	return append(facts, c.endDuties("Đơn vị báo cáo rút báo cáo (withdrawn): "+reason, by, at)...), nil
}

// endDuties ends what is pending in a case that is not taken up.
func (c *Case) endDuties(reason string, by By, at time.Time) []Fact {
	var facts []Fact
	for i := range c.Duties {
		if d := &c.Duties[i]; d.Status == DutyPending {
			facts = append(facts, d.End(endedByReject, reason, by, at))
		}
	}
	return facts
}
