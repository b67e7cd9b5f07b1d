package incident

import (
	"slices"
	"strconv"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// BasisInvite is the clause on which further units are invited.
const BasisInvite = "QĐ 3063/QĐ-UBND Sơn La Điều 3 khoản 7"

// Participant is an agency that was invited to take part, with the agreement of those who
// coordinate already. Times are UTC.
type Participant struct {
	ID          string
	IncidentID  string
	AgencyID    string
	Reason      string
	Consents    []Consent `gorm:"-"`
	InvitedByID string
	InvitedAt   time.Time
	EndedAt     *time.Time
	EndedByID   *string
	EndReason   string
}

// TableName is the table of the invited participants.
func (Participant) TableName() string { return "participants" }

// Consent is how one member agreed to an invitation. It is stored as JSON.
type Consent struct {
	AgencyID   string
	ByName     string
	ByPosition string
	At         time.Time
	Channel    Channel
	Document   *Document
}

// givesSight: an invitation is to help with the case, so it ends with the case, as an
// acknowledged notice does, and holds again when the case is reopened.
func (p *Participant) givesSight(s Status) bool {
	return p.EndedAt == nil && s != Closed && s != Rejected && s != Merged
}

// members are the agencies whose agreement an invitation by the agency inviter needs: SL 3.7
// has the lead agree with "các cơ quan (thành viên phối hợp)". Those are the agencies that
// coordinate in this case: whoever leads it, both sides of each request that was accepted and
// runs on, and who was invited before. Who was only told, or has not answered yet, does not
// coordinate, and cannot hold an invitation up.
func (c *Case) members(inviter string) []string {
	var list []string
	add := func(id string) {
		if id != inviter && !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	add(c.LeadAgencyID)
	for i := range c.Handovers {
		if h := &c.Handovers[i]; h.Kind.isRequest() && (h.Status == Accepted || h.Status == PartlyAccepted) {
			add(h.FromAgencyID)
			add(h.ToAgencyID)
		}
	}
	for i := range c.Participants {
		if p := &c.Participants[i]; p.givesSight(c.Status) {
			add(p.AgencyID)
		}
	}
	return list
}

// Invite lets an agency take part. name says what officers call an agency.
func (c *Case) Invite(p Participant, inviter string, name func(agencyID string) fault.Text) ([]Fact, error) {
	if !c.Status.Open() {
		return nil, closedForWork(c.Status)
	}
	for _, s := range c.TakingPart() {
		if s.AgencyID == p.AgencyID && s.AsPartner {
			text := fault.Text{VI: "Cơ quan này đang tham gia phối hợp.", EN: "This agency takes part already."}
			return nil, fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "already_takes_part", Text: text})
		}
	}
	if c.Reach(p.AgencyID) == ReachNothing {
		text := fault.Text{
			VI: "Hồ sơ mang nhãn TLP:RED, cơ quan được mời sẽ không đọc được. Hãy đổi nhãn, hoặc hạn chế hồ sơ và nêu tên người được xem.",
			EN: "The case is TLP:RED: the invited agency could not read it. Change the label, or restrict the case and name who may see it.",
		}
		return nil, fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "label_keeps_out", Basis: "FIRST TLP 2.0", Text: text})
	}
	members := c.members(inviter)
	var wrong []fault.Field
	for i, x := range p.Consents {
		add := func(code, vi, en string) {
			wrong = append(wrong, fault.Field{Pointer: "/consents/" + strconv.Itoa(i) + "/agency_id", Code: code, Text: fault.Text{VI: vi, EN: en}})
		}
		same := func(y Consent) bool { return y.AgencyID == x.AgencyID }
		switch {
		case !slices.Contains(members, x.AgencyID):
			add("not_a_member", "Cơ quan này không phải thành viên đang phối hợp trong hồ sơ.", "This agency is no member that coordinates in this case.")
		case slices.IndexFunc(p.Consents, same) < i:
			add("repeated", "Đã ghi ý kiến của cơ quan này.", "The consent of this agency is given above.")
		}
	}
	if err := fault.Input(wrong...); err != nil {
		return nil, err
	}
	var missing []fault.Reason
	for _, m := range members {
		if !slices.ContainsFunc(p.Consents, func(x Consent) bool { return x.AgencyID == m }) {
			missing = append(missing, fault.Reason{Code: "consent_missing", Basis: BasisInvite, Text: fault.Text{
				VI: "Chưa có ý kiến thống nhất của " + name(m).VI + " (" + m + ").", EN: "The agreement of " + name(m).EN + " (" + m + ") is missing."}})
		}
	}
	if len(missing) > 0 {
		return nil, fault.New(fault.Conflict, "Chưa mời được: cần sự thống nhất của mọi cơ quan đang phối hợp.",
			"The invitation needs the agreement of every agency that coordinates.").Because(missing...)
	}
	c.Participants = append(c.Participants, p)
	consents := make([]any, len(p.Consents))
	for i, x := range p.Consents {
		said := map[string]any{
			"agency_id": x.AgencyID, "by_name": x.ByName, "by_position": x.ByPosition, "at": stamp(&x.At), "channel": x.Channel,
		}
		if x.Document != nil {
			said["document"] = x.Document.payload()
		}
		consents[i] = said
	}
	return []Fact{p.fact("participant.invited", map[string]any{"to_agency_id": p.AgencyID, "reason": p.Reason, "basis": BasisInvite, "consents": consents})}, nil
}

func (p *Participant) fact(typ string, full map[string]any) Fact {
	return Fact{
		Type: typ, ObjectKind: "participant", ObjectID: p.ID, Full: full,
		Thin: map[string]any{"to_agency_id": p.AgencyID},
	}
}

// Uninvite ends the part of an invited agency: its sight ends, its history stays. It works in
// a closed case too.
func (c *Case) Uninvite(id, reason string, by By, at time.Time) (*Participant, []Fact, error) {
	i := slices.IndexFunc(c.Participants, func(p Participant) bool { return p.ID == id })
	if i < 0 {
		return nil, nil, fault.Absent()
	}
	p := &c.Participants[i]
	if p.EndedAt != nil {
		text := fault.Text{VI: "Việc tham gia của cơ quan này đã kết thúc.", EN: "This agency's part has ended before."}
		return nil, nil, fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "already_ended", Text: text})
	}
	p.EndedAt, p.EndedByID, p.EndReason = &at, &by.UserID, reason
	return p, []Fact{p.fact("participant.ended", map[string]any{"to_agency_id": p.AgencyID, "reason": reason})}, nil
}

// Taking is one way in which an agency takes part in a case.
type Taking struct {
	AgencyID string
	How      string // reporter, owner, operator, lead, handover, invitation
	Since    time.Time
	ObjectID string // the handover or invitation; empty otherwise
	Basis    string // the clause; may be empty
}

// TakingKinds lists the ways.
var TakingKinds = []string{"reporter", "owner", "operator", "lead", "handover", "invitation"}

// Takings says of each sight of the case where it comes from.
func (c *Case) Takings() []Taking {
	out := []Taking{{AgencyID: c.ReportingAgencyID, How: "reporter", Since: c.ReportedAt}}
	if c.TriagedAt != nil {
		if c.OwnerAgencyID != nil {
			out = append(out, Taking{AgencyID: *c.OwnerAgencyID, How: "owner", Since: *c.TriagedAt})
		}
		if c.OperatorAgencyID != nil {
			out = append(out, Taking{AgencyID: *c.OperatorAgencyID, How: "operator", Since: *c.TriagedAt})
		}
	}
	lead := Taking{AgencyID: c.LeadAgencyID, How: "lead", Since: c.ReportedAt, Basis: c.basis("QĐ 3063/QĐ-UBND Sơn La Điều 3 khoản 1")}
	for i := range c.Handovers {
		h := &c.Handovers[i]
		switch {
		case h.AnsweredAt != nil && h.LeadMoved && h.Running() && h.ToAgencyID == c.LeadAgencyID:
			lead.Since = *h.AnsweredAt
		case h.AnsweredAt != nil && h.LeadMoved && h.EndedAt != nil && h.FromAgencyID == c.LeadAgencyID && h.EndedAt.After(lead.Since):
			lead.Since = *h.EndedAt
		}
		if h.givesSight(c.Status) {
			out = append(out, Taking{AgencyID: h.ToAgencyID, How: "handover", Since: h.RequestedAt, ObjectID: h.ID, Basis: c.basis(h.Kind.basis())})
		}
	}
	out = append(out, lead)
	for i := range c.Participants {
		if p := &c.Participants[i]; p.givesSight(c.Status) {
			out = append(out, Taking{AgencyID: p.AgencyID, How: "invitation", Since: p.InvitedAt, ObjectID: p.ID, Basis: BasisInvite})
		}
	}
	return out
}
