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
	ReopenDuty        Action = "reopen_obligation" // take back a fulfilment by hand, or a waiver
	Link              Action = "link"

	ManageAgencies Action = "manage_agencies"
	ReadHistory    Action = "read_history"
	ReadContacts   Action = "read_contacts" // all of them, and all that stands there
	ReadStale      Action = "read_stale_contacts"
	ManageContacts Action = "manage_contacts"
	ConfirmContact Action = "confirm_contact"
	ManageRoster   Action = "manage_roster"
	ReadPeople     Action = "read_people"
	ManagePeople   Action = "manage_people"
	ConfirmGrant   Action = "confirm_grant"
	ReadDeliveries Action = "read_deliveries"
	ConfirmReset   Action = "confirm_reset"
	ReadReviews    Action = "read_access_reviews"
	RecordReview   Action = "record_access_review"

	AddTask       Action = "add_task"
	AddTaskTeam   Action = "add_task_team" // for the team alone, checklists too
	WorkTask      Action = "work_task"     // move its status
	AddObservable Action = "add_observable"
	AddObservTeam Action = "add_observable_team"
	RetractObserv Action = "retract_observable"
	SendMessage   Action = "send_message" // between the reporting agency and the team
	InviteAgency  Action = "invite_agency"
	EndInvitation Action = "end_invitation"

	AskRedaction    Action = "ask_redaction"    // take away what should never have come in
	DecideRedaction Action = "decide_redaction" // as the second person
	ReadRedactions  Action = "read_redactions"

	ReadRuleBooks Action = "read_rule_books" // the texts of every book of rules that was in force

	Import Action = "import" // history, and the mappings it is read by

	ReadSystems    Action = "read_systems"
	ManageSystems  Action = "manage_systems"  // and their keys
	ReadAccesses   Action = "read_accesses"   // who read what
	ReadDenials    Action = "read_denials"    // what was refused
	ConfirmParties Action = "confirm_parties" // who owns and operates the system, once triage has confirmed it
	Widen          Action = "widen"           // let more readers in than the originator asked for: a wider label, no longer confidential
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
	AgencyID string // of the registry: the agency whose contact, roster or person it is

	Task       *incident.Task
	Observable *incident.Observable
}

// condition narrows a cell of the table, and says so to people; always narrows nothing.
type condition struct {
	holds  func(Actor, Object) bool
	vi, en string
}

var always = condition{holds: func(Actor, Object) bool { return true }}

var ownAgencyLeads = condition{func(a Actor, o Object) bool {
	return o.Incident != nil && o.Incident.LeadAgencyID == a.AgencyID
}, "khi cơ quan mình chủ trì", "while the own agency leads"}

var addressee = condition{func(a Actor, o Object) bool {
	return o.Handover != nil && o.Handover.ToAgencyID == a.AgencyID && o.Handover.FromAgencyID != a.AgencyID
}, "bên nhận", "the addressee"}

var addresseeOfDirection = condition{func(a Actor, o Object) bool {
	return addressee.holds(a, o) && o.Handover.Kind == incident.Direction
}, "bên nhận của xin ý kiến chỉ đạo", "the addressee of a request for direction"}

var asker = condition{func(a Actor, o Object) bool {
	return o.Handover != nil && o.Handover.FromAgencyID == a.AgencyID
}, "bên gửi", "the asker"}

var ownReport = condition{func(a Actor, o Object) bool {
	return o.Incident != nil && o.Incident.ReportingAgencyID == a.AgencyID && o.Incident.Status == incident.Reported
}, "báo cáo của cơ quan mình, trước phân loại", "the own agency's report, before triage"}

var reportedByOwnAgency = condition{func(a Actor, o Object) bool {
	return o.Incident != nil && o.Incident.ReportingAgencyID == a.AgencyID
}, "báo cáo của cơ quan mình", "the own agency's report"}

var reportedIt = reportedByOwnAgency

var debtor = condition{func(a Actor, o Object) bool {
	return o.Duty != nil && o.Duty.OwedByID == a.AgencyID
}, "nghĩa vụ của cơ quan mình", "the own agency owes it"}

// debtorByCalendar: what an agency owes without a case is done by its own people; an agency that
// operates a system has reporters, and no liaisons.
var debtorByCalendar = condition{func(a Actor, o Object) bool {
	return debtor.holds(a, o) && o.Duty.IncidentID == nil
}, "nghĩa vụ định kỳ của cơ quan mình", "the own agency owes it by the calendar"}

var asksTheLead = condition{func(_ Actor, o Object) bool {
	return o.Ask != nil && o.Incident != nil && o.Ask.ToAgencyID == o.Incident.LeadAgencyID
}, "gửi cơ quan chủ trì", "to the lead agency"}

var reportAddressee = condition{func(a Actor, o Object) bool {
	return o.Report != nil && o.Report.ToAgencyID == a.AgencyID
}, "bên nhận báo cáo", "the report's addressee"}

var ofOwnAgency = condition{func(a Actor, o Object) bool {
	return o.AgencyID == a.AgencyID
}, "của cơ quan mình", "of the own agency"}

// taskOfOwnAgency: a colleague on the next shift finishes what was begun.
var taskOfOwnAgency = condition{func(a Actor, o Object) bool {
	return o.Task != nil && o.Task.AssigneeAgencyID != nil && *o.Task.AssigneeAgencyID == a.AgencyID
}, "việc giao cho cơ quan mình", "given to the own agency"}

var observableOfOwnAgency = condition{func(a Actor, o Object) bool {
	return o.Observable != nil && o.Observable.AgencyID == a.AgencyID
}, "do cơ quan mình thêm", "added by the own agency"}

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

	Of(incident.MoveMerge): leadOnly,
	// The agency that reported takes its report back; the team rejects what others report.
	Of(incident.MoveWithdraw): {Officer: reportedIt, Lead: reportedIt, Liaison: reportedIt, Reporter: reportedIt},
	Link:                      deskWork,

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
	// The desk enters what a debtor has done on paper; a debtor says it for itself.
	FulfilDuty: {Officer: always, Lead: always, Liaison: debtor, Reporter: debtorByCalendar},
	WaiveDuty:  leadOnly,
	ReopenDuty: leadOnly,

	ManageAgencies: {Admin: always},
	ReadHistory:    {Admin: always, Auditor: always},
	// An agency sees to its own contacts; the desk notes that it has tried them.
	ReadContacts: {
		Officer: always, Lead: always, Auditor: always, Admin: always,
		Liaison: ofOwnAgency, Reporter: ofOwnAgency, Leader: ofOwnAgency, AgencyAdmin: ofOwnAgency,
	},
	ReadStale:      {Officer: always, Lead: always, Auditor: always, Admin: always},
	ManageContacts: {Admin: always, AgencyAdmin: ofOwnAgency, Liaison: ofOwnAgency, Lead: ofOwnAgency},
	ConfirmContact: {Admin: always, AgencyAdmin: ofOwnAgency, Liaison: ofOwnAgency, Lead: always, Officer: always},
	ManageRoster:   {Admin: always, AgencyAdmin: ofOwnAgency, Liaison: ofOwnAgency, Lead: ofOwnAgency},
	// A team lead reads people to be the second person of a grant.
	// An officer reads the colleagues whom work is given to.
	ReadPeople:   {Admin: always, Lead: always, AgencyAdmin: ofOwnAgency, Officer: ofOwnAgency},
	ManagePeople: {Admin: always, AgencyAdmin: ofOwnAgency},
	ConfirmGrant: {Admin: always, Lead: always},
	// The second person of a reset; who looks every half year at what people may do.
	ConfirmReset: {Admin: always, Lead: always},
	ReadReviews:  {Admin: always, Lead: always, Auditor: always, AgencyAdmin: ofOwnAgency},
	RecordReview: {Admin: always, Lead: always, AgencyAdmin: ofOwnAgency},
	// What was sent to whom; of which cases, sight says.
	ReadDeliveries: {Officer: always, Lead: always, Auditor: always, Admin: always},
	AddTask:        deskWork,
	AddTaskTeam:    {Officer: always, Lead: always},
	WorkTask:       {Officer: always, Lead: always, Liaison: either(ownAgencyLeads, taskOfOwnAgency), Reporter: taskOfOwnAgency},
	AddObservable:  deskWork,
	AddObservTeam:  {Officer: always, Lead: always},
	RetractObserv:  {Officer: always, Lead: always, Liaison: either(ownAgencyLeads, observableOfOwnAgency)},
	SendMessage:    {Officer: always, Lead: always, Liaison: reportedByOwnAgency, Reporter: reportedByOwnAgency},
	InviteAgency:   leadOnly,
	EndInvitation:  leadOnly,
	Import:         {Admin: always},

	// A team lead reads systems to be the second person of a grant.
	ReadSystems:   {Admin: always, Lead: always, Auditor: always, AgencyAdmin: ofOwnAgency},
	ManageSystems: {Admin: always, AgencyAdmin: ofOwnAgency},
	// A team lead of the cases in sight; an auditor of everything.
	ReadAccesses: {Lead: always, Auditor: always},
	ReadDenials:  {Lead: always, Auditor: always},
	// What opens the case to another agency is triage's to confirm, and what was given under a
	// label or in confidence is its giver's to open (SL 3.4), or the team's.
	ConfirmParties: {Officer: always, Lead: always},
	Widen:          {Officer: always, Lead: always, Liaison: reportedIt, Reporter: reportedIt},
	// An administrator decides where they see the case, as one who is named in it.
	AskRedaction:    leadOnly,
	DecideRedaction: {Lead: always, Admin: always},
	ReadRedactions:  {Officer: always, Lead: always, Auditor: always, Admin: always},
	// The rules in force are for everyone; the files that an operator wrote are for who answers for them.
	ReadRuleBooks: {Lead: always, Auditor: always, Admin: always},
}

func either(x, y condition) condition {
	return condition{
		func(a Actor, o Object) bool { return x.holds(a, o) || y.holds(a, o) },
		x.vi + "; hoặc " + y.vi, x.en + "; or " + y.en,
	}
}

// Allows reports whether the table lets the actor do it to this object.
func Allows(a Actor, act Action, o Object) bool {
	if !a.May(act) {
		return false
	}
	for role, when := range table[act] {
		if a.Has(role) && when.holds(a, o) {
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
	if !a.May(act) {
		return withoutVerb(act)
	}
	var vi, en []string
	elsewhere := false
	for _, r := range Roles {
		if grants(r, act) {
			vi, en = append(vi, RoleVI[r]), append(en, string(r))
			elsewhere = elsewhere || a.Has(r)
		}
	}
	if elsewhere {
		return fault.Reason{Code: "not_this_object", Text: fault.Text{
			VI: "Vai trò của tài khoản không áp dụng cho đối tượng này: việc này thuộc cơ quan khác, hoặc thuộc vai trò khác của cơ quan.",
			EN: "The account's role does not reach this object: this is for another agency, or for another role of the agency.",
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

// grants reports whether the table lists the role for the action at all, whatever the object.
func grants(r Role, act Action) bool {
	_, ok := table[act][r]
	return ok
}
