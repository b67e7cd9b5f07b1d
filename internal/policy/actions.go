package policy

import (
	"strings"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// Action names what an actor wants to do.
type Action string

// The actions. Each move of the lifecycle is the action of the same name.
const (
	Report            Action = "report"
	Correct           Action = "correct"
	CorrectDetected   Action = "correct_detected_at"
	Assess            Action = "assess" // category, severity, facts, assignee
	Restrict          Action = "restrict"
	Note              Action = "note"
	NoteTeam          Action = "note_team"
	AskHandover       Action = "ask_handover"
	EnterPaperRequest Action = "enter_paper_request"
	AnswerHandover    Action = "answer_handover"
	EndOwnRequest     Action = "end_own_request" // withdraw, release
	Record            Action = "record"
	Contest           Action = "contest"
	SendReport        Action = "send_national_report"
	AckReport         Action = "acknowledge_national_report"
	FulfilDuty        Action = "fulfil_obligation"
	WaiveDuty         Action = "waive_obligation"

	Import Action = "import" // history, and the mappings it is read by
)

// Of is the action of a move.
func Of(m incident.MoveName) Action { return Action(m) }

// Object is what the action touches; what does not apply is nil.
type Object struct {
	Incident *incident.Incident
	Handover *incident.Handover
	Duty     *incident.Duty
	Report   *incident.NationalReport
	Ask      *incident.Ask
}

// condition narrows a cell of the table; nil means always.
type condition func(Actor, Object) bool

func always(Actor, Object) bool { return true }

func ownAgencyLeads(a Actor, o Object) bool {
	return o.Incident != nil && o.Incident.LeadAgencyID == a.AgencyID
}

func addressee(a Actor, o Object) bool {
	return o.Handover != nil && o.Handover.ToAgencyID == a.AgencyID && o.Handover.FromAgencyID != a.AgencyID
}

func addresseeOfDirection(a Actor, o Object) bool {
	return addressee(a, o) && o.Handover.Kind == incident.Direction
}

func asker(a Actor, o Object) bool {
	return o.Handover != nil && o.Handover.FromAgencyID == a.AgencyID
}

func ownReport(a Actor, o Object) bool {
	return o.Incident != nil && o.Incident.ReportingAgencyID == a.AgencyID && o.Incident.Status == incident.Reported
}

func debtor(a Actor, o Object) bool { return o.Duty != nil && o.Duty.OwedByID == a.AgencyID }

func asksTheLead(_ Actor, o Object) bool {
	return o.Ask != nil && o.Incident != nil && o.Ask.ToAgencyID == o.Incident.LeadAgencyID
}

func reportAddressee(a Actor, o Object) bool {
	return o.Report != nil && o.Report.ToAgencyID == a.AgencyID
}

type row map[Role]condition

var (
	deskWork = row{Officer: always, Lead: always, Liaison: ownAgencyLeads}
	leadOnly = row{Lead: always}
)

// table is who may do what; what is not listed is denied.
var table = map[Action]row{
	Report: {Officer: always, Lead: always, Liaison: always, Reporter: always},

	Of(incident.MoveTriage):   {Officer: always, Lead: always},
	Of(incident.MoveRespond):  deskWork,
	Of(incident.MoveEscalate): deskWork,
	// An officer of the lead agency resolves (domain: lifecycle).
	Of(incident.MoveResolve):        {Officer: ownAgencyLeads, Lead: ownAgencyLeads, Liaison: ownAgencyLeads},
	Of(incident.MoveNotifyNational): leadOnly,
	Of(incident.MoveStandDown):      leadOnly,
	Of(incident.MoveClose):          leadOnly,
	Of(incident.MoveReject):         leadOnly,
	Of(incident.MoveReopen):         leadOnly,

	// A reporter adds to its own report before triage.
	Correct:         {Officer: always, Lead: always, Liaison: either(ownAgencyLeads, ownReport), Reporter: ownReport},
	CorrectDetected: leadOnly,
	Assess:          deskWork,
	Restrict:        leadOnly,

	Note:     {Officer: always, Lead: always, Liaison: always, Reporter: always},
	NoteTeam: {Officer: always, Lead: always},

	// Any participant may ask the lead; whoever leads may ask anyone.
	AskHandover:       {Officer: always, Lead: always, Liaison: either(ownAgencyLeads, asksTheLead)},
	EnterPaperRequest: leadOnly,
	AnswerHandover:    {Officer: addressee, Lead: addressee, Liaison: addressee, Reporter: addressee, Leader: addresseeOfDirection},
	EndOwnRequest:     {Officer: asker, Lead: asker, Liaison: asker},
	Record:            leadOnly,
	Contest:           {Liaison: addressee, Reporter: addressee, Leader: addresseeOfDirection},

	SendReport: deskWork,
	AckReport:  {Lead: always, Officer: always, Liaison: reportAddressee},
	FulfilDuty: {Officer: debtor, Lead: debtor, Liaison: debtor},
	WaiveDuty:  leadOnly,

	Import: {Admin: always},
}

func either(x, y condition) condition {
	return func(a Actor, o Object) bool { return x(a, o) || y(a, o) }
}

// Allows reports whether the table lets the actor do it to this object.
func Allows(a Actor, act Action, o Object) bool {
	for role, when := range table[act] {
		if a.Has(role) && when(a, o) {
			return true
		}
	}
	return false
}

// Check is nil, or the fault.Forbidden that says so.
func Check(a Actor, act Action, o Object) error {
	if Allows(a, act, o) {
		return nil
	}
	return Denied(a, act, o)
}

// Denied is the refusal of an action, with what the actor would need.
func Denied(a Actor, act Action, o Object) *fault.Error {
	return fault.New(fault.Forbidden,
		"Tài khoản này không có quyền thực hiện thao tác này.",
		"This account may not do this.").Because(Reason(a, act, o))
}

// Reason is why the table denies the action.
func Reason(a Actor, act Action, _ Object) fault.Reason {
	var vi, en []string
	elsewhere := false
	for _, r := range Roles {
		if Grants(r, act) {
			vi, en = append(vi, RoleVI[r]), append(en, string(r))
			elsewhere = elsewhere || a.Has(r)
		}
	}
	if elsewhere {
		return fault.Reason{Code: "not_this_object", Text: fault.Text{
			VI: "Vai trò của tài khoản không áp dụng cho đối tượng này (không phải bên chủ trì, bên nhận hoặc bên gửi).",
			EN: "The account's role does not reach this object (its agency is not the lead, addressee or asker).",
		}}
	}
	return fault.Reason{Code: "role_missing", Text: fault.Text{
		VI: "Thao tác này dành cho: " + strings.Join(vi, ", ") + ".",
		EN: "One of these roles is needed: " + strings.Join(en, ", ") + ".",
	}}
}

// Roles lists every role, in the order of the table in the documentation.
var Roles = []Role{Officer, Lead, Liaison, Reporter, Leader, Auditor, AgencyAdmin, Admin}

// RoleVI is what officers read for a role.
var RoleVI = map[Role]string{
	Officer: "cán bộ trực của đội", Lead: "lãnh đạo đội", Liaison: "cán bộ đầu mối của cơ quan phối hợp",
	Reporter: "cán bộ của đơn vị báo cáo, vận hành", Leader: "lãnh đạo UBND", Auditor: "cán bộ kiểm tra, giám sát",
	AgencyAdmin: "quản trị của đơn vị", Admin: "quản trị hệ thống",
}

// Grants reports whether the table lists the role for the action at all, whatever the object.
func Grants(r Role, act Action) bool {
	_, ok := table[act][r]
	return ok
}
