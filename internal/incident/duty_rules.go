package incident

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

const (
	endedByReject    = "rejected"
	endedByFacts     = "facts"
	endedByMerge     = "merged"
	endedBySupersede = "superseded"
)

// DutyKey is what a case has one duty of, beside those that were superseded.
type DutyKey struct{ Rule, ToRole, Occurrence string }

// Key is the duty's.
func (d *Duty) Key() DutyKey { return DutyKey{d.Rule, d.ToRole, d.Occurrence} }

// startLearned is the start event that has no time of its own but when the desk learned it.
const startLearned = "learned"

// RestsOn reports whether the duty is the one that the rules call for now: of the same version
// of its rule, and started by the same moment. Facts that were learned stay learned.
func (d *Duty) RestsOn(now *Duty) bool {
	return d.RuleFrom == now.RuleFrom && d.StartEvent == now.StartEvent &&
		(d.StartEvent == startLearned || d.StartedAt.Equal(now.StartedAt))
}

// Anew makes a duty pending again that a merge ended, or brought along as one that had lapsed, as
// the rules call for it now, with a clock of its own. What was said of the same time is not said
// again.
func (d *Duty) Anew(now Duty, at time.Time) Fact {
	now.ID, now.WarnedAt, now.OverdueAt = d.ID, nil, nil
	if was, is := d.Limit(), now.Limit(); was != nil && is != nil && was.Equal(*is) {
		now.WarnedAt, now.OverdueAt = d.WarnedAt, d.OverdueAt
	}
	created := d.CreatedAt
	*d = now
	f := d.Open(at)
	d.CreatedAt = created
	f.Full["created_at"] = stamp(&created)
	return f
}

// Superseded reports whether another duty has taken its place.
func (d *Duty) Superseded() bool { return d.EndedBy == endedBySupersede }

// Limit is the moment after which the duty is late: the internal target of an immediate duty,
// because "ngay" has no figure, else the time that the law gives; nil where it gives none.
func (d *Duty) Limit() *time.Time {
	if d.TargetAt != nil {
		return d.TargetAt
	}
	return d.DueAt
}

// Overdue reports whether a pending duty is past its time at the instant now.
func (d *Duty) Overdue(now time.Time) bool {
	limit := d.Limit()
	return d.Status == DutyPending && limit != nil && limit.Before(now)
}

// schedule sets the next moment at which the watch must look: when the duty is due soon, then
// when its time is over; never again when both were said, or when it is not pending.
func (d *Duty) schedule() {
	d.WatchAt = nil
	if d.Status != DutyPending {
		return
	}
	switch {
	case d.WarnAt != nil && d.WarnedAt == nil:
		d.WatchAt = d.WarnAt
	case d.OverdueAt == nil:
		d.WatchAt = d.Limit()
	}
}

// DoneBy reports whether the way is one of those in which the duty is fulfilled.
func (d *Duty) DoneBy(way string) bool { return slices.Contains(strings.Fields(d.Ways), way) }

// OnForm reports whether the duty is done on the form: its rule names it, or a report of its kind
// is a way.
func (d *Duty) OnForm(id, kind string) bool { return d.Form == id || d.DoneBy("report:"+kind) }

// Allows reports whether the clause lets the duty be done by that channel.
func (d *Duty) Allows(ch Channel) bool {
	return d.Channels == "" || slices.Contains(strings.Fields(d.Channels), string(ch))
}

// Open makes the duty pending, and returns its first fact.
func (d *Duty) Open(at time.Time) Fact {
	d.Status, d.CreatedAt, d.UpdatedAt = DutyPending, at, at
	d.schedule()
	return d.fact("opened", "", nil)
}

// Done is what fulfils a duty: a handover or a national report, or neither.
type Done struct {
	At         time.Time
	HandoverID *string
	ReportID   *string
	Channel    Channel
	Document   Document
}

// FulfilBy fulfils the duty by what was done. It stays late for ever when that was after its time.
func (d *Duty) FulfilBy(done Done, at time.Time) Fact {
	d.HandoverID, d.ReportID = done.HandoverID, done.ReportID
	d.done(done.At, done.Channel, done.Document, at)
	return d.fact("fulfilled", DutyPending, nil)
}

func (d *Duty) done(when time.Time, ch Channel, doc Document, at time.Time) {
	limit := d.Limit()
	d.Status, d.FulfilledAt, d.UpdatedAt, d.Channel, d.Document = DutyFulfilled, &when, at, ch, doc
	d.Late = limit != nil && when.After(*limit)
	d.schedule()
}

// Fulfil is the fulfilment of a duty by hand, for what has neither handover nor report.
type Fulfil struct {
	At       time.Time
	Channel  Channel
	Document Document
	Note     string
	Detected *time.Time // of the duty's case; nil: it has none
}

// Fulfil fulfils the duty by hand. It may have been done before the desk learned of it and the
// duty opened, but not before there was an incident.
func (d *Duty) Fulfil(in Fulfil, by By, at time.Time) ([]Fact, error) {
	if err := d.mustBePending(); err != nil {
		return nil, err
	}
	earliest := d.StartedAt
	if in.Detected != nil && in.Detected.Before(earliest) {
		earliest = *in.Detected
	}
	earliest = earliest.Add(-24 * time.Hour)
	if d.IncidentID == nil { // a plan of the year may be made long before it stands in the list
		earliest = d.StartedAt.AddDate(-1, 0, 0)
	}
	if in.At.After(at) || in.At.Before(earliest) {
		return nil, fault.Input(fault.Field{Pointer: "/at", Code: "out_of_range", Text: fault.Text{
			VI: "Thời điểm thực hiện không được ở tương lai, cũng không trước khi phát hiện sự cố hoặc nghĩa vụ phát sinh.",
			EN: "The time must not lie ahead, nor before the incident was detected or the duty began.",
		}})
	}
	if !d.Allows(in.Channel) {
		allowed := strings.Fields(d.Channels)
		words := make([]string, len(allowed))
		for i, ch := range allowed {
			words[i] = Channel(ch).VI()
		}
		return nil, fault.Input(fault.Field{Pointer: "/channel", Code: "channel_not_allowed", Text: fault.Text{
			VI: d.Basis + " không cho thực hiện qua kênh này; các kênh được phép: " + strings.Join(words, ", ") + ".",
			EN: d.Basis + " does not allow this channel; it allows: " + strings.Join(allowed, ", ") + ".",
		}})
	}
	d.DecidedByID, d.Reason = &by.UserID, in.Note
	d.done(in.At, in.Channel, in.Document, at)
	return []Fact{d.fact("fulfilled", DutyPending, map[string]any{"note": in.Note})}, nil
}

// Waive frees from the duty, with a reason.
func (d *Duty) Waive(reason string, by By, at time.Time) ([]Fact, error) {
	if err := d.mustBePending(); err != nil {
		return nil, err
	}
	d.Status, d.Reason, d.DecidedByID, d.UpdatedAt = DutyWaived, reason, &by.UserID, at
	d.schedule()
	return []Fact{d.fact("waived", DutyPending, nil)}, nil
}

// Reopen makes a duty pending again that was fulfilled by hand, or waived, with its old clock: the
// entry was a mistake. The entry stays in the record. of is the duty's case; nil: it has none.
// What a handover, a report or the incident's own report has fulfilled is as it is.
func (d *Duty) Reopen(reason string, of *Case, at time.Time) ([]Fact, error) {
	if of != nil && !of.Status.Open() {
		return nil, fault.New(fault.Conflict,
			"Hồ sơ ở trạng thái «"+of.Status.VI()+"»; cần mở lại hồ sơ trước khi mở lại nghĩa vụ.",
			"The case is "+string(of.Status)+"; reopen it before its obligations.").Because(fault.Reason{
			Code: "not_open", Text: fault.Text{VI: "Hồ sơ không còn mở.", EN: "The case is not open."}})
	}
	if why := d.stands(of); why != nil {
		return nil, fault.New(fault.Conflict, "Không mở lại được nghĩa vụ này.", "The obligation cannot be reopened.").Because(*why)
	}
	from := d.Status
	d.Status, d.Reason, d.DecidedByID, d.UpdatedAt = DutyPending, "", nil, at
	d.FulfilledAt, d.Channel, d.Document, d.Late = nil, "", Document{}, false
	d.schedule()
	return []Fact{d.fact("reopened", from, map[string]any{"note": reason})}, nil
}

// stands is why the duty cannot be taken back to pending; nil when it can.
func (d *Duty) stands(of *Case) *fault.Reason {
	by := func(code, vi, en string) *fault.Reason {
		return &fault.Reason{Code: code, Basis: d.Basis, Text: fault.Text{VI: vi, EN: en}}
	}
	switch {
	case d.Status == DutyPending:
		return by("already_pending", "Nghĩa vụ vẫn chưa thực hiện.", "The obligation is pending.")
	case d.Status == DutyNotApplicable:
		return by("not_applicable", "Nghĩa vụ không còn áp dụng; chỉ mở lại nghĩa vụ ghi nhận bằng tay hoặc được miễn.",
			"The obligation does not apply; only what was fulfilled by hand or waived is reopened.")
	case d.Status == DutyWaived, d.DecidedByID != nil:
		return nil
	}
	code, vi, en := "fulfilled_by_incident", "chính báo cáo sự cố, hoặc trả lời đơn vị báo cáo", "the report of the incident, or the answer to who reported"
	switch {
	case d.HandoverID != nil:
		code, vi, en = "fulfilled_by_handover", "thông báo, đề nghị mà bên nhận đã tiếp nhận", "a handover whose receipt was confirmed"
		if of != nil {
			if i := slices.IndexFunc(of.Handovers, func(h Handover) bool { return h.ID == *d.HandoverID }); i >= 0 {
				h := &of.Handovers[i]
				vi, en = "«"+h.Kind.VI()+"» mà bên nhận đã tiếp nhận", en+" ("+string(h.Kind)+")"
			}
		}
	case d.ReportID != nil:
		code, vi, en = "fulfilled_by_report", "báo cáo đã gửi", "a report that was sent"
		if of != nil {
			if i := slices.IndexFunc(of.Reports, func(r NationalReport) bool { return r.ID == *d.ReportID }); i >= 0 {
				r := &of.Reports[i]
				vi, en = "«"+r.Kind.VI()+"» đã gửi", en+" ("+string(r.Kind)+")"
			}
		}
	}
	return by(code, "Nghĩa vụ được thực hiện bằng "+vi+", không phải do ghi nhận bằng tay.", "It was fulfilled by "+en+", not by hand.")
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
	if d.DecidedByID = nil; by.UserID != "" { // nobody, where a role has ended
		d.DecidedByID = &by.UserID
	}
	d.schedule()
	return d.fact("not_applicable", DutyPending, map[string]any{"why": why})
}

// Lapse ends a pending duty whose facts no longer hold.
func (d *Duty) Lapse(by By, at time.Time) Fact {
	return d.End(endedByFacts, "Dữ kiện làm phát sinh nghĩa vụ không còn.", by, at)
}

// Lapsed reports whether the duty ended because its facts no longer held.
func (d *Duty) Lapsed() bool { return d.Status == DutyNotApplicable && d.EndedBy == endedByFacts }

// freedByFacts reports whether somebody (DecidedByID) freed the case of a duty that keeps it open, by
// taking away the facts it rested on: like a waiver, that is never the word of who then closes.
func (d *Duty) freedByFacts() bool { return d.Lapsed() && d.BlocksClosure }

// Resume makes a duty pending again, with its old due time.
func (d *Duty) Resume(at time.Time) Fact {
	d.Status, d.Reason, d.EndedBy, d.DecidedByID, d.UpdatedAt = DutyPending, "", "", nil, at
	d.schedule()
	return d.fact("resumed", DutyNotApplicable, nil)
}

// Joined reports whether the duty ended because its case was merged into one that has the same.
func (d *Duty) Joined() bool { return d.Status == DutyNotApplicable && d.EndedBy == endedByMerge }

// Supersede ends a duty whose place next takes, because it starts at another time or rests on
// another version of its rule. It is kept: a duty is never changed in silence.
func (d *Duty) Supersede(next *Duty, by By, at time.Time) Fact {
	from := d.Status
	d.Status, d.EndedBy, d.SupersededByID, d.UpdatedAt = DutyNotApplicable, endedBySupersede, &next.ID, at
	d.Reason, d.DecidedByID = "Được thay bằng nghĩa vụ tính lại theo dữ kiện và quy định hiện có.", &by.UserID
	d.schedule()
	return d.fact("superseded", from, map[string]any{"why": endedBySupersede})
}

// Assign gives a pending duty to the agency that owes it, and to the one that must be told, by
// what is known now; the clock runs on.
func (d *Duty) Assign(owedByID string, toAgencyID *string, at time.Time) Fact {
	from := d.OwedByID
	d.OwedByID, d.ToAgencyID, d.UpdatedAt = owedByID, toAgencyID, at
	f := d.fact("assigned", DutyPending, map[string]any{"from_agency_id": from})
	f.Thin["from_agency_id"], f.Thin["to_agency_id"] = from, owedByID
	return f
}

// fact is a fact about the duty. Full is its whole state, so that the record alone says what
// it is (see DutyTold).
func (d *Duty) fact(name string, from DutyStatus, more map[string]any) Fact {
	thin := map[string]any{"rule": d.Rule, "to": string(d.Status)}
	if from != "" {
		thin["from"] = string(from)
	}
	full := d.state()
	maps.Copy(full, more)
	maps.Copy(full, thin)
	return Fact{Type: "obligation." + name, ObjectKind: "obligation", ObjectID: d.ID, Full: full, Thin: thin}
}
