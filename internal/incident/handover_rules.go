package incident

import (
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// HandoverKinds and their names, as officers read them, in the order of domain. The basis is the
// clause of each province that has one; BasisIn leaves those of one province.
var HandoverKinds = []struct {
	Kind  HandoverKind
	VI    string
	Basis string
}{
	{Notice, "Thông báo", "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm e; QĐ 48/2024/QĐ-UBND Bắc Giang Điều 7 khoản 1 điểm e"},
	{Coordination, "Đề nghị phối hợp", "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm b; QĐ 48/2024/QĐ-UBND Bắc Giang Điều 7 khoản 1 điểm đ"},
	{Mobilisation, "Đề nghị huy động nguồn lực", "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm c; QĐ 48/2024/QĐ-UBND Bắc Giang Điều 7 khoản 2 điểm b; QĐ 1293/2017/QĐ-UBND Thanh Hóa Điều 7 khoản 2 điểm b"},
	{Investigation, "Chuyển điều tra, xác minh", "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 2 điểm c; QĐ 48/2024/QĐ-UBND Bắc Giang Điều 7 khoản 1 điểm e"},
	{EvidenceTransfer, "Bàn giao chứng cứ", "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm g; QĐ 48/2024/QĐ-UBND Bắc Giang Điều 7 khoản 2 điểm g"},
	{SanctionReferral, "Đề nghị xử lý vi phạm", "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm đ; QĐ 48/2024/QĐ-UBND Bắc Giang Điều 7 khoản 1 điểm e"},
	{Direction, "Xin ý kiến chỉ đạo", "Văn bản 1612/UBND-VXNV Ninh Thuận khoản 3"},
}

// VI is what officers read for the kind.
func (k HandoverKind) VI() string {
	for _, x := range HandoverKinds {
		if x.Kind == k {
			return x.VI
		}
	}
	return string(k)
}

func (k HandoverKind) basis() string {
	for _, x := range HandoverKinds {
		if x.Kind == k {
			return x.Basis
		}
	}
	return ""
}

// isRequest reports whether the kind is a request: any handover but notice and direction.
func (k HandoverKind) isRequest() bool { return k != Notice && k != Direction }

var handoverStatusVI = map[HandoverStatus]string{
	Requested: "Chờ tiếp nhận", Acknowledged: "Đã tiếp nhận", Accepted: "Đồng ý",
	PartlyAccepted: "Đồng ý một phần", Declined: "Từ chối", Completed: "Hoàn thành",
	Withdrawn: "Đã rút", Released: "Thôi yêu cầu",
}

// VI is what officers read for the status.
func (s HandoverStatus) VI() string { return handoverStatusVI[s] }

// UrgencyVI is what officers read for the urgency.
var UrgencyVI = map[Urgency]string{Normal: "Thường", Khan: "Khẩn", ThuongKhan: "Thượng khẩn", HoaToc: "Hỏa tốc"}

// acknowledgeWithin is the internal target for an acknowledgement, not a legal term: the
// regulations name none, NĐ 30/2020/NĐ-CP Điều 21 khoản 2 asks for receipt within the day.
var acknowledgeWithin = map[Urgency]time.Duration{
	Normal: 24 * time.Hour, Khan: 4 * time.Hour, ThuongKhan: time.Hour, HoaToc: 15 * time.Minute,
}

// Running reports whether the handover has not ended: it may still be answered, or what was
// accepted is not finished. An acknowledged notice has ended.
func (h *Handover) Running() bool {
	switch h.Status {
	case Requested, Accepted, PartlyAccepted:
		return true
	case Acknowledged:
		return h.Kind != Notice
	}
	return false
}

// Ask is what one agency asks of another. The To… flags are resolved by the caller from the
// registry on the day.
type Ask struct {
	FromAgencyID       string
	ToAgencyID         string
	ToForce            bool // the addressee is the police or the military
	ToLeadership       bool
	Kind               HandoverKind
	Message            string
	Channel            Channel
	Urgency            Urgency
	Document           Document
	RequestedResources string
	DueAt              *time.Time
	TransfersLead      bool
	OnPaper            bool // entered by a team lead for an asker who wrote on paper
}

// Ask makes a handover. Handovers work in every open status and move nothing by themselves.
func (c *Case) Ask(a Ask, by By, at time.Time, id string) (*Handover, []Fact, error) {
	if !c.Status.Open() {
		return nil, nil, closedForWork(c.Status)
	}
	var wrong []fault.Field
	add := func(pointer, code, vi, en string) {
		wrong = append(wrong, fault.Field{Pointer: pointer, Code: code, Text: fault.Text{VI: vi, EN: en}})
	}
	if a.FromAgencyID == a.ToAgencyID {
		add("/to_agency_id", "same_agency", "Bên nhận phải khác bên gửi.", "The addressee must be another agency.")
	}
	if a.Kind == Direction && !a.ToLeadership {
		add("/to_agency_id", "not_leadership", "Xin ý kiến chỉ đạo chỉ gửi cơ quan lãnh đạo (UBND).", "Direction is asked of the leadership only.")
	}
	if a.TransfersLead && !a.Kind.isRequest() {
		add("/transfers_lead", "not_a_request", "Thông báo hoặc xin ý kiến không chuyển quyền chủ trì.", "A notice or a direction does not move the lead.")
	}
	if a.TransfersLead && a.FromAgencyID != c.LeadAgencyID {
		add("/transfers_lead", "not_lead", "Chỉ cơ quan đang chủ trì mới chuyển quyền chủ trì.", "Only the agency that leads can pass the lead on.")
	}
	if a.DueAt != nil && !a.DueAt.After(at) {
		add("/due_at", "in_the_past", "Thời hạn phải sau thời điểm hiện tại.", "The due time must lie ahead.")
	}
	if err := fault.Input(wrong...); err != nil {
		return nil, nil, err
	}
	by1 := at.Add(acknowledgeWithin[a.Urgency])
	h := Handover{
		ID: id, IncidentID: c.ID, Version: 1, Kind: a.Kind, Status: Requested,
		FromAgencyID: a.FromAgencyID, ToAgencyID: a.ToAgencyID, Channel: a.Channel, Urgency: a.Urgency,
		TransfersLead: a.TransfersLead, Document: a.Document, Message: a.Message,
		RequestedResources: a.RequestedResources, AcknowledgeBy: &by1, DueAt: a.DueAt,
		RequestedAt: at, RequestedByID: by.UserID, Recorded: a.OnPaper, CreatedAt: at, UpdatedAt: at,
	}
	c.Handovers = append(c.Handovers, h)
	p := &c.Handovers[len(c.Handovers)-1]
	full := map[string]any{
		"message": a.Message, "channel": a.Channel, "urgency": a.Urgency, "document": a.Document.payload(),
		"requested_resources": a.RequestedResources, "due_at": stamp(a.DueAt),
		"transfers_lead": a.TransfersLead, "recorded": a.OnPaper,
	}
	return p, []Fact{p.fact("requested", full, nil)}, nil
}

func closedForWork(s Status) error {
	if s == Merged {
		return fault.New(fault.Conflict,
			"Hồ sơ đã gộp vào hồ sơ khác, việc xử lý tiếp tục ở hồ sơ đó. Cơ quan chưa mở được hồ sơ đó: liên hệ Đội ứng cứu sự cố để được mời tham gia.",
			"The case was merged into another, where the work goes on. An agency that cannot open that one asks the response team to be invited.").Because(fault.Reason{
			Code: "not_open", Text: fault.Text{VI: "Hồ sơ đã gộp.", EN: "The case was merged."}})
	}
	return fault.New(fault.Conflict,
		"Hồ sơ ở trạng thái «"+s.VI()+"», không bổ sung được nữa.",
		"The case is "+string(s)+"; nothing can be added to it.").Because(fault.Reason{
		Code: "not_open", Text: fault.Text{VI: "Hồ sơ không còn mở.", EN: "The case is not open."}})
}

// Given is how a step reached the system: through the API by the agency's own officer, or
// recorded by the team for a partner who answered by letter, phone, fax or in person.
type Given struct {
	By     By
	At     time.Time // when it was entered
	Record *Record   // nil: through the API
}

// officer names who acted on the partner's side.
func (g Given) officer() string {
	if g.Record == nil {
		return g.By.Name
	}
	if g.Record.OfficerPosition == "" {
		return g.Record.OfficerName
	}
	return g.Record.OfficerName + ", " + g.Record.OfficerPosition
}

// when is the time of the act itself.
func (g Given) when() time.Time {
	if g.Record != nil {
		return g.Record.At
	}
	return g.At
}

// handoverSteps is the life of a handover: from which statuses each step starts.
var handoverSteps = map[string][]HandoverStatus{
	"acknowledge": {Requested},
	"accept":      {Acknowledged},
	"decline":     {Acknowledged},
	"complete":    {Accepted, PartlyAccepted},
	"withdraw":    {Requested, Acknowledged},
	"release":     {Accepted, PartlyAccepted},
}

// RecordableSteps are the steps a team lead may enter for a partner.
var RecordableSteps = []string{"acknowledge", "accept", "decline", "complete", "withdraw", "release"}

var stepVI = map[string]string{
	"acknowledge": "Tiếp nhận", "accept": "Đồng ý", "decline": "Từ chối",
	"complete": "Hoàn thành", "withdraw": "Rút", "release": "Thôi yêu cầu",
}

// refusal is why the step cannot be taken from the handover's status; nil when it can.
func (h *Handover) refusal(step string) error {
	from := handoverSteps[step]
	ended := h.Kind == Notice && h.Status == Acknowledged
	if slices.Contains(from, h.Status) && !ended {
		return nil
	}
	return fault.New(fault.Conflict,
		"Không thực hiện được bước «"+stepVI[step]+"»: «"+h.Kind.VI()+"» đang ở trạng thái «"+h.Status.VI()+"».",
		"The step "+step+" is not possible: the handover is "+string(h.Status)+".").Because(fault.Reason{
		Code: "wrong_status", Basis: h.Kind.basis(), Text: fault.Text{
			VI: "Trạng thái hiện tại: " + h.Status.VI() + ".", EN: "The handover is " + string(h.Status) + "."}})
}

func (h *Handover) take(step string, g Given) error {
	if err := h.refusal(step); err != nil {
		return err
	}
	if g.Record != nil {
		if g.Record.At.Before(h.RequestedAt.Add(-24*time.Hour)) || g.Record.At.After(g.At) {
			return fault.Input(fault.Field{Pointer: "/at", Code: "out_of_range", Text: fault.Text{
				VI: "Thời điểm trả lời phải sau khi gửi và không ở tương lai.",
				EN: "The time of the answer must lie between the request and now.",
			}})
		}
		h.Recorded, h.Record = true, g.Record
	}
	h.Version++
	h.UpdatedAt = g.At
	return nil
}

// Acknowledge confirms receipt. A notice ends with it.
func (h *Handover) Acknowledge(note string, g Given) ([]Fact, error) {
	if err := h.take("acknowledge", g); err != nil {
		return nil, err
	}
	from, at := h.Status, g.when()
	h.Status, h.AcknowledgedAt, h.AcknowledgedBy = Acknowledged, &at, g.officer()
	if h.Kind == Notice {
		h.EndedAt = &at
	}
	return []Fact{h.fact("acknowledged", g.with(map[string]any{"note": note, "acknowledged_by": h.AcknowledgedBy}), &from)}, nil
}

// Accept agrees, wholly or partly, with resources and the liaison officer (SL 6.2.a, d).
// A handover that transfers the lead moves it, if its asker still leads.
func (c *Case) Accept(h *Handover, a Answer, g Given) ([]Fact, error) {
	if err := h.take("accept", g); err != nil {
		return nil, err
	}
	from, at := h.Status, g.when()
	h.Status, h.AnsweredAt, h.Answer = Accepted, &at, a
	name := "accepted"
	if a.Partly {
		h.Status, name = PartlyAccepted, "partly_accepted"
	}
	facts := []Fact{h.fact(name, g.with(map[string]any{
		"reason": a.Reason, "resources": a.Resources, "liaison_contact": a.LiaisonContact,
	}), &from)}
	if h.TransfersLead && c.LeadAgencyID == h.FromAgencyID {
		h.LeadMoved = true
		facts = append(facts, c.moveLead(h.ToAgencyID, g.At))
	}
	return facts, nil
}

// Decline refuses with a reason.
func (h *Handover) Decline(reason string, g Given) ([]Fact, error) {
	if err := h.take("decline", g); err != nil {
		return nil, err
	}
	from, at := h.Status, g.when()
	h.Status, h.AnsweredAt, h.EndedAt, h.Answer = Declined, &at, &at, Answer{Reason: reason}
	return []Fact{h.fact("declined", g.with(map[string]any{"reason": reason}), &from)}, nil
}

// Complete ends what was accepted, with its outcome; the lead returns to the asker.
func (c *Case) Complete(h *Handover, outcome string, g Given) ([]Fact, error) {
	if err := h.take("complete", g); err != nil {
		return nil, err
	}
	from, at := h.Status, g.when()
	h.Status, h.CompletedAt, h.EndedAt, h.Outcome = Completed, &at, &at, outcome
	facts := []Fact{h.fact("completed", g.with(map[string]any{"outcome": outcome}), &from)}
	return append(facts, c.returnLead(h, g.At)...), nil
}

// Withdraw takes an unanswered handover back.
func (h *Handover) Withdraw(reason string, g Given) ([]Fact, error) {
	if err := h.take("withdraw", g); err != nil {
		return nil, err
	}
	from, at := h.Status, g.when()
	h.Status, h.EndedAt, h.EndReason = Withdrawn, &at, reason
	return []Fact{h.fact("withdrawn", g.with(map[string]any{"reason": reason}), &from)}, nil
}

// Release (thôi yêu cầu) frees the addressee from what it accepted; the lead returns to the
// asker.
func (c *Case) Release(h *Handover, reason string, g Given) ([]Fact, error) {
	if err := h.take("release", g); err != nil {
		return nil, err
	}
	from, at := h.Status, g.when()
	h.Status, h.EndedAt, h.EndReason = Released, &at, reason
	facts := []Fact{h.fact("released", g.with(map[string]any{"reason": reason}), &from)}
	return append(facts, c.returnLead(h, g.At)...), nil
}

// Contest is the addressee's objection to a recorded answer: kept and shown, it undoes nothing.
func (h *Handover) Contest(reason string, at time.Time) ([]Fact, error) {
	if h.Record == nil {
		return nil, fault.New(fault.Conflict, "Chỉ phản đối được câu trả lời do đội ghi nhận thay.",
			"Only a recorded answer can be contested.").Because(fault.Reason{Code: "not_recorded",
			Text: fault.Text{VI: "Không có câu trả lời nào được ghi nhận thay.", EN: "No answer was recorded."}})
	}
	if h.ContestedAt != nil {
		return nil, fault.New(fault.Conflict, "Đã có phản đối trước đó.", "It was contested before.").Because(
			fault.Reason{Code: "already_contested", Text: fault.Text{VI: "Đã phản đối.", EN: "Already contested."}})
	}
	h.ContestedAt, h.ContestReason, h.UpdatedAt = &at, reason, at
	h.Version++
	return []Fact{h.fact("contested", map[string]any{"reason": reason, "step": h.Record.Step}, nil)}, nil
}

func (c *Case) moveLead(to string, at time.Time) Fact {
	from := c.LeadAgencyID
	c.LeadAgencyID, c.UpdatedAt = to, at
	return Fact{
		Type: "incident.lead_changed", ObjectKind: "incident", ObjectID: c.ID, Bumps: true,
		Full: map[string]any{"from_agency_id": from, "to_agency_id": to},
		Thin: map[string]any{"from_agency_id": from, "to_agency_id": to},
	}
}

func (c *Case) returnLead(h *Handover, at time.Time) []Fact {
	if !h.LeadMoved || c.LeadAgencyID != h.ToAgencyID {
		return nil
	}
	h.LeadMoved = false
	return []Fact{c.moveLead(h.FromAgencyID, at)}
}

// with adds to a step's payload how the step was given.
func (g Given) with(full map[string]any) map[string]any {
	if r := g.Record; r != nil {
		rec := map[string]any{
			"officer_name": r.OfficerName, "officer_position": r.OfficerPosition,
			"at": stamp(&r.At), "channel": r.Channel,
		}
		if r.Document != nil {
			rec["document"] = r.Document.payload()
		}
		full["record"] = rec
	}
	return full
}

func (h *Handover) fact(name string, full map[string]any, from *HandoverStatus) Fact {
	thin := map[string]any{
		"to": string(h.Status), "kind": string(h.Kind), "urgency": string(h.Urgency),
		"from_agency_id": h.FromAgencyID, "to_agency_id": h.ToAgencyID,
	}
	if from != nil {
		thin["from"] = string(*from)
	}
	for k, v := range thin {
		full[k] = v
	}
	return Fact{Type: "handover." + name, ObjectKind: "handover", ObjectID: h.ID, Full: full, Thin: thin}
}

func (d Document) payload() map[string]any {
	return map[string]any{
		"number": d.Number, "symbol": d.Symbol, "issued_on": d.IssuedOn, "subject": d.Subject,
		"signer_name": d.SignerName, "signer_position": d.SignerPosition,
	}
}
