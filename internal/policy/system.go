package policy

import (
	"slices"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Read is what opens reading to a system. A person reads by roles alone.
const Read Action = "read"

// Verbs are what a system may be given, if its roles allow it. Left to people: agencies, people,
// systems and keys; what two people do, so that no key is the second of them (the second yes to a
// grant, the waiver of a duty, its taking back, and the closing that must be somebody else's); and who is named in a
// restricted case.
var Verbs = []Action{
	Read, Report, "triage", "respond", "escalate", "notify_national", "stand_down", "resolve", "reject", "withdraw", "merge", "reopen", Link,
	Correct, CorrectDetected, ConfirmParties, Widen, Assess, Note, NoteTeam, AddTask, AddTaskTeam, WorkTask, AddObservable, AddObservTeam, RetractObserv,
	SendMessage, InviteAgency, EndInvitation, AskHandover, EnterPaperRequest, AnswerHandover, EndOwnRequest, Record, Contest,
	SendReport, AckReport, FulfilDuty, ReadContacts, ReadStale, ManageContacts, ConfirmContact, ManageRoster, ReadDeliveries, ReadHistory, ReadAccesses, ReadDenials, ReadRuleBooks, Import,
}

// Usable reports whether a system can work with the verbs: whoever acts on something is answered
// with it, so that everything but a report needs read as well.
func Usable(verbs []Action) bool {
	return slices.Contains(verbs, Read) || !slices.ContainsFunc(verbs, func(v Action) bool { return v != Report })
}

// May reports whether the actor's verbs hold the action: a person's hold every one.
func (a Actor) May(act Action) bool {
	return !a.System || slices.Contains(a.Verbs, act) && slices.Contains(Verbs, act)
}

// CheckRead is nil, or the fault.Forbidden of a system that may not read.
func CheckRead(a Actor) error {
	if a.May(Read) {
		return nil
	}
	return Denied(a, Read, Object{})
}

// PersonAlone is the refusal of what no system may do, whatever its roles.
func PersonAlone() *fault.Error {
	text := fault.Text{VI: "Thao tác này chỉ dành cho người, không dành cho hệ thống.", EN: "This is for people, not for systems."}
	return fault.New(fault.Forbidden, text.VI, text.EN).Because(fault.Reason{Code: "person_needed", Text: text})
}

func withoutVerb(act Action) fault.Reason {
	if !slices.Contains(Verbs, act) {
		return PersonAlone().Reasons[0]
	}
	return fault.Reason{Code: "verb_missing", Text: fault.Text{
		VI: "Hệ thống hoặc mã truy cập này không được giao thao tác «" + string(act) + "».",
		EN: "This system, or its token, was not given the verb " + string(act) + ".",
	}}
}
