package incident

import (
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

const (
	endedByReject = "rejected"
	endedByFacts  = "facts"
	endedByMerge  = "merged"
)

// Overdue reports whether a pending duty is past its time at the instant now. An immediate
// duty is measured by its internal target, because "ngay" has no figure.
func (d *Duty) Overdue(now time.Time) bool {
	limit := d.DueAt
	if d.TargetAt != nil {
		limit = d.TargetAt
	}
	return d.Status == DutyPending && limit != nil && limit.Before(now)
}

// Opened is the fact of a new duty.
func (d *Duty) Opened() Fact {
	return d.fact("opened", "", map[string]any{
		"title": d.Title, "started_at": stamp(&d.StartedAt), "due_at": stamp(d.DueAt),
		"target_at": stamp(d.TargetAt), "blocks_closure": d.BlocksClosure,
	})
}

// FulfilBy fulfils the duty by a handover that the addressee acknowledged.
func (d *Duty) FulfilBy(h *Handover, at time.Time) Fact {
	when := at
	if h.AcknowledgedAt != nil {
		when = *h.AcknowledgedAt
	}
	d.Status, d.FulfilledAt, d.UpdatedAt = DutyFulfilled, &when, at
	d.HandoverID, d.Channel, d.Document = &h.ID, h.Channel, h.Document
	return d.fact("fulfilled", DutyPending, map[string]any{"handover_id": h.ID, "fulfilled_at": stamp(&when)})
}

// Fulfil is the fulfilment of a duty by hand, for what has neither handover nor report.
type Fulfil struct {
	At       time.Time
	Channel  Channel
	Document Document
	Note     string
}

// Fulfil fulfils the duty by hand.
func (d *Duty) Fulfil(in Fulfil, by By, at time.Time) ([]Fact, error) {
	if err := d.mustBePending(); err != nil {
		return nil, err
	}
	if in.At.After(at) || in.At.Before(d.StartedAt.Add(-24*time.Hour)) {
		return nil, fault.Input(fault.Field{Pointer: "/at", Code: "out_of_range", Text: fault.Text{
			VI: "Thời điểm thực hiện không được ở tương lai, cũng không trước khi nghĩa vụ phát sinh.",
			EN: "The time must not lie ahead, nor before the duty began.",
		}})
	}
	d.Status, d.FulfilledAt, d.UpdatedAt, d.DecidedByID = DutyFulfilled, &in.At, at, &by.UserID
	d.Channel, d.Document, d.Reason = in.Channel, in.Document, in.Note
	return []Fact{d.fact("fulfilled", DutyPending, map[string]any{
		"fulfilled_at": stamp(&in.At), "channel": in.Channel, "document": in.Document.payload(), "note": in.Note,
	})}, nil
}

// Waive frees from the duty, with a reason.
func (d *Duty) Waive(reason string, by By, at time.Time) ([]Fact, error) {
	if err := d.mustBePending(); err != nil {
		return nil, err
	}
	d.Status, d.Reason, d.DecidedByID, d.UpdatedAt = DutyWaived, reason, &by.UserID, at
	return []Fact{d.fact("waived", DutyPending, map[string]any{"reason": reason})}, nil
}

func (d *Duty) mustBePending() error {
	if d.Status == DutyPending {
		return nil
	}
	return fault.New(fault.Conflict, "Nghĩa vụ này không còn ở trạng thái chưa thực hiện.",
		"The obligation is "+string(d.Status)+".").Because(fault.Reason{Code: "not_pending", Basis: d.Basis,
		Text: fault.Text{VI: "Chỉ nghĩa vụ chưa thực hiện mới đổi được.", EN: "Only a pending obligation can change."}})
}

// End makes a pending duty not applicable.
func (d *Duty) End(why, reason string, by By, at time.Time) Fact {
	d.Status, d.Reason, d.EndedBy, d.UpdatedAt = DutyNotApplicable, reason, why, at
	d.DecidedByID = &by.UserID
	return d.fact("not_applicable", DutyPending, map[string]any{"reason": reason, "why": why})
}

// Lapse ends a pending duty whose facts no longer hold.
func (d *Duty) Lapse(by By, at time.Time) Fact {
	return d.End(endedByFacts, "Dữ kiện làm phát sinh nghĩa vụ không còn.", by, at)
}

// Lapsed reports whether the duty ended because its facts no longer held.
func (d *Duty) Lapsed() bool { return d.Status == DutyNotApplicable && d.EndedBy == endedByFacts }

// Resume makes a duty pending again, with its old due time.
func (d *Duty) Resume(at time.Time) Fact {
	d.Status, d.Reason, d.EndedBy, d.DecidedByID, d.UpdatedAt = DutyPending, "", "", nil, at
	return d.fact("resumed", DutyNotApplicable, map[string]any{"due_at": stamp(d.DueAt)})
}

// Joined reports whether the duty ended because its case was merged into one that has the same.
func (d *Duty) Joined() bool { return d.Status == DutyNotApplicable && d.EndedBy == endedByMerge }

// Anew opens a duty again that a merge ended, with a clock of its own.
func (d *Duty) Anew(due, target *time.Time, at time.Time) Fact {
	d.Status, d.Reason, d.EndedBy, d.DecidedByID, d.UpdatedAt = DutyPending, "", "", nil, at
	d.StartedAt, d.DueAt, d.TargetAt = at, due, target
	return d.Opened()
}

func (d *Duty) fact(name string, from DutyStatus, full map[string]any) Fact {
	thin := map[string]any{"rule": d.Rule, "to": string(d.Status)}
	if from != "" {
		thin["from"] = string(from)
	}
	full["basis"] = d.Basis
	for k, v := range thin {
		full[k] = v
	}
	return Fact{Type: "obligation." + name, ObjectKind: "obligation", ObjectID: d.ID, Full: full, Thin: thin}
}
