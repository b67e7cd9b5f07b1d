package app_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/httpapi"
)

// callers are the columns of the matrix. In the case of a row the police take part with a
// handover that runs, and the military not at all. "stranger" is the police in a case of the
// military; "ended" is the military in a case in which it was asked and declined.
var callers = strings.Fields("none admin lead officer police stranger military reporter other auditor leader ended expired garbage")

// The patterns that come again.
const (
	//           none adm lea off pol str mil rep oth aud ldr end exp gar
	open4all     = "200 200 200 200 200 200 200 200 200 200 200 200 200 200"
	everyone4    = "401 200 200 200 200 200 200 200 200 200 200 200 401 401"
	gone         = "401 204 204 204 204 204 204 204 204 204 204 204 401 401"
	missing      = "401 404 404 404 404 404 404 404 404 404 404 404 401 401"
	nowhere      = "404 404 404 404 404 404 404 404 404 404 404 404 404 404"
	sight        = "401 404 200 200 200 404 404 200 404 200 200 404 401 401"
	named        = "401 404 200 404 404 404 404 404 404 200 404 404 401 401" // reads a restricted case
	desk         = "401 404 200 200 403 404 404 403 404 403 403 404 401 401" // the team works
	chief        = "401 404 200 403 403 404 404 403 404 403 403 404 401 401" // a team lead alone
	namedWork    = "401 404 200 404 404 404 404 404 404 403 404 404 401 401" // works in a restricted case
	nobody       = "401 404 403 403 403 404 404 403 404 403 403 404 401 401"
	answers      = "401 404 403 403 200 404 404 404 404 403 403 409 401 401" // the addressee of a handover
	answersTo    = "401 404 403 404 200 404 404 404 404 403 404 409 401 401" // … of a restricted case
	takesBack    = "401 404 200 200 403 404 404 404 404 403 403 403 401 401" // its asker
	takesBackR   = "401 404 200 404 403 404 404 404 404 403 404 403 401 401"
	sends        = "401 404 200 200 404 404 404 404 404 403 403 404 401 401" // national reports
	adminMakes   = "401 201 403 403 403 403 403 403 403 403 403 403 401 401" // the registry
	adminDoes    = "401 200 403 403 403 403 403 403 403 403 403 403 401 401"
	adminChanges = "401 200 403 404 404 404 404 404 404 404 404 404 401 401" // a person

	leading    = "401 404 200 200 200 404 404 403 404 403 403 404 401 401" // while the police lead
	deskMakes  = "401 404 201 201 403 404 404 403 404 403 403 404 401 401" // the team makes something new
	namedMakes = "401 404 201 404 404 404 404 404 404 403 404 404 401 401" // … in a restricted case
	piece      = "401 404 200 200 200 404 404 200 404 200 404 404 401 401" // reads shared material
	pieceDesk  = "401 404 200 200 403 404 404 403 404 403 404 404 401 401" // the team works on it
)

// accessRow is what each caller gets of one route, for a case in a state and for the same
// case once it is restricted to the team lead.
type accessRow struct {
	route      string // the name of the route
	state      string // "" where the route is about no case
	body       string
	want       string
	restricted string // "" where there is no case
	about      string // what the row shows beside its route
}

const correction = `{"title":"Cổng dịch vụ công của tỉnh không truy cập được"}`

// access is who may do what and who sees what, as HTTP shows it. That an absent case, an
// absent child and the child of another case are not found, is tried of every route.
var access = []accessRow{
	{"login", "", `{"username":"auditor","password":"$(password)"}`, open4all, "", ""},
	{"refresh", "", `{"refresh_token":"$(refresh)"}`, open4all, "", ""},
	{"logout", "", ``, gone, "", ""},
	{"changePassword", "", `{"old_password":"$(password)","new_password":"mot-mat-khau-khac-2026"}`, gone, "", ""},
	{"me", "", ``, everyone4, "", ""},

	//                            none adm lea off pol str mil rep oth aud ldr end exp gar
	{"reportIncident", "", newReport,
		"401 403 201 201 201 201 201 201 201 403 403 201 401 401", "", ""},
	{"listIncidents", "", ``, everyone4, "", ""},
	{"getIncident", "reported", ``, sight, named, ""},
	{"correctIncident", "reported", correction,
		"401 404 200 200 403 404 404 200 404 403 403 404 401 401", namedWork, "a reporter adds to its report before triage"},
	{"correctIncident", "triaged", correction, desk, namedWork, "and not after"},
	{"correctIncident", "led", correction, leading, namedWork, ""},
	{"correctIncident", "led", `{"owner_agency_id":"$(syt)"}`, desk, namedWork, "who owns the system is triage's to confirm, and the owner sees the case"},
	{"correctIncident", "led", `{"tlp":"red"}`, leading, namedWork, "a stricter label"},
	{"correctIncident", "led", `{"tlp":"clear"}`, desk, namedWork, "a wider one is the team's, or the reporter's before triage"},
	{"correctIncident", "reported", `{"severity":"low"}`, desk, namedWork, "what triage says is the team's"},
	{"correctIncident", "reported", `{"detected_at":"$(past)","reason":"Theo nhật ký"}`, chief, namedWork, ""},
	{"correctIncident", "led", `{"detected_at":"$(past)","reason":"Theo nhật ký"}`, chief, namedWork, ""},
	{"correctIncident", "reported", `{"restricted":true,"named_user_ids":["$(user:lead2)"]}`, chief, namedWork, ""},
	{"listMoves", "reported", ``, sight, named, ""},
	{"timeline", "reported", ``, sight, named, ""},
	{"listNotes", "reported", ``, sight, named, ""},
	{"listParticipants", "reported", ``, sight, named, ""},

	{"triage", "reported", triageBody, desk, namedWork, ""},
	{"triage", "led reported", triageBody, desk, namedWork, "triage stays with the team"},
	{"respond", "triaged", `{}`, desk, namedWork, ""},
	{"respond", "led", `{}`, leading, namedWork, ""},
	{"escalate", "triaged", escalateBody, desk, namedWork, ""},
	{"notifyNational", "triaged", reasonBody, chief, namedWork, ""},
	{"notifyNational", "led", reasonBody, chief, namedWork, ""},
	{"standDown", "escalated", reasonBody, chief, namedWork, ""},
	{"resolve", "responding", resolveBody, desk, namedWork, ""},
	{"resolve", "led at work", resolveBody,
		"401 404 403 403 200 404 404 403 404 403 403 404 401 401", nobody4restricted, "an officer of the lead agency resolves"},
	{"close", "resolved", `{"lessons":"Diễn tập thường xuyên"}`, chief, namedWork, ""},
	{"reject", "noticed", `{"reason":"false_positive","note":"Bảo trì có báo trước"}`, chief, namedWork, ""},
	{"reopen", "resolved", reasonBody, chief, namedWork, ""},

	{"merge", "reported", mergeBody, chief, namedWork, ""},
	{"merge", "led", mergeBody, chief, namedWork, "who leads does not merge"},
	{"withdraw", "noticed", reasonBody,
		"401 404 403 403 403 404 404 200 404 403 403 404 401 401", nobody4restricted, "the team rejects what others report"},
	{"addLink", "reported", linkBody,
		"401 404 201 201 403 404 404 403 404 403 403 404 401 401",
		"401 404 201 404 404 404 404 404 404 403 404 404 401 401", ""},
	{"addLink", "led", linkBody,
		"401 404 201 201 422 404 404 403 404 403 403 404 401 401",
		"401 404 201 404 404 404 404 404 404 403 404 404 401 401", "a case that is not theirs to see is absent"},
	{"listLinks", "linked", ``, sight, named, ""},
	{"removeLink", "linked", reasonBody,
		"401 404 200 200 404 404 404 403 404 403 403 404 401 401", namedWork, "a partner sees one of the two cases, and so no link"},
	{"getOutcome", "reported", ``, sight, named, ""},
	{"listDuplicates", "reported", ``, sight, named, ""},

	{"addNote", "reported", `{"text":"Đã chặn dải địa chỉ","audience":"participants"}`,
		"401 404 201 201 201 404 404 201 404 403 403 404 401 401",
		"401 404 201 404 404 404 404 404 404 403 404 404 401 401", ""},
	{"addNote", "reported", `{"text":"Nghi có nội gián","audience":"team"}`,
		"401 404 201 201 403 404 404 403 404 403 403 404 401 401",
		"401 404 201 404 404 404 404 404 404 403 404 404 401 401", "a note for the team is the team's"},

	{"askHandover", "reported", `{"to_agency_id":"$(syt)","kind":"coordination","message":"Đề nghị phối hợp"}`,
		"401 404 201 201 403 404 404 403 404 403 403 404 401 401",
		"401 404 201 404 404 404 404 404 404 403 404 404 401 401", ""},
	{"askHandover", "led", `{"to_agency_id":"$(syt)","kind":"coordination","message":"Đề nghị phối hợp"}`,
		"401 404 201 201 201 404 404 403 404 403 403 404 401 401",
		"401 404 201 404 404 404 404 404 404 403 404 404 401 401", "who leads asks anyone"},
	{"askHandover", "reported", `{"to_agency_id":"$(doi-ucsc)","kind":"coordination","message":"Đề nghị cung cấp chứng cứ"}`,
		"401 404 422 422 201 404 404 403 404 403 403 404 401 401",
		"401 404 422 404 404 404 404 404 404 403 404 404 401 401", "a participant asks the lead, nobody asks itself"},
	{"askHandover", "reported", `{"from_agency_id":"$(vncert)","to_agency_id":"$(doi-ucsc)","kind":"coordination","message":"Lệnh điều phối số 12"}`,
		"401 404 201 403 403 404 404 403 404 403 403 404 401 401",
		"401 404 201 404 404 404 404 404 404 403 404 404 401 401", "a request on paper is the team lead's to enter"},
	{"listCaseHandovers", "reported", ``,
		"401 404 200 200 200 404 404 200 404 200 200 200 401 401",
		"401 404 200 404 200 404 404 404 404 200 404 200 401 401", "a partner keeps its handover"},
	{"getHandover", "reported", ``,
		"401 404 200 200 200 404 404 404 404 200 200 200 401 401",
		"401 404 200 404 200 404 404 404 404 200 404 200 401 401", ""},
	{"acknowledgeHandover", "reported", `{"note":"Đã nhận"}`, answers, answersTo, ""},
	{"acknowledgeHandover", "directed", `{}`,
		"401 404 403 403 404 404 404 404 404 403 200 409 401 401",
		"401 404 403 404 404 404 404 404 404 403 200 409 401 401", "the leadership answers what asks its direction"},
	{"acknowledgeHandover", "asked above", `{}`,
		"401 404 403 403 404 404 404 404 404 403 403 409 401 401",
		"401 404 403 404 404 404 404 404 404 403 403 409 401 401", "… and nothing else"},
	{"acknowledgeHandover", "asked below", `{}`,
		"401 404 403 403 404 404 404 200 404 403 403 409 401 401",
		"401 404 403 404 404 404 404 200 404 403 404 409 401 401", "an operator answers what it is asked"},
	{"acceptHandover", "acknowledged", `{"resources":"02 cán bộ"}`, answers, answersTo, ""},
	{"declineHandover", "acknowledged", reasonBody, answers, answersTo, ""},
	{"completeHandover", "accepted", `{"outcome":"Đã truy vết"}`, answers, answersTo, ""},
	{"withdrawHandover", "reported", reasonBody, takesBack, takesBackR, ""},
	{"releaseHandover", "accepted", reasonBody, takesBack, takesBackR, ""},
	{"recordHandover", "reported", recordBody,
		"401 404 200 403 403 404 404 404 404 403 403 403 401 401",
		"401 404 200 404 403 404 404 404 404 403 404 403 401 401", ""},
	{"contestHandover", "recorded", reasonBody, answers, answersTo, "the team does not contest what it recorded"},
	{"listHandovers", "", ``, everyone4, "", ""},

	{"listNationalReports", "national", ``, sight, named, ""},
	{"fileNationalReport", "triaged", fileBody, deskMakes, namedMakes, ""},
	{"fileNationalReport", "led", fileBody,
		"401 404 201 201 201 404 404 403 404 403 403 404 401 401", namedMakes, ""},
	{"getNationalReport", "filed", ``,
		"401 404 200 200 404 404 404 404 404 200 200 404 401 401", named, "a draft is of who files it"},
	{"getNationalReport", "sent to them", ``,
		"401 404 200 200 200 404 404 404 404 200 200 404 401 401",
		"401 404 200 404 200 404 404 404 404 200 404 404 401 401", "an addressee reads what was sent to it"},
	{"changeNationalReport", "filed", `{"keep_secret":true}`, sends, namedWork, ""},
	{"changeNationalReport", "led filed", `{"keep_secret":true}`,
		"401 404 200 200 200 404 404 404 404 403 403 404 401 401", namedWork, ""},
	{"withdrawNationalReport", "filed", reasonBody, sends, namedWork, ""},
	{"withdrawNationalReport", "national", reasonBody,
		"401 404 200 403 404 404 404 404 404 403 403 404 401 401", namedWork, "the decision to ask for help is taken back by who may take it"},
	{"listReportForms", "", ``, everyone4, "", ""},
	{"sendNationalReport", "national", `{"channel":"email"}`, sends, namedWork, ""},
	{"sendNationalReport", "led upwards", `{"channel":"email"}`,
		"401 404 200 200 200 404 404 404 404 403 403 404 401 401", namedWork, ""},
	{"acknowledgeNationalReport", "sent", `{"officer_name":"Trực ban VNCERT/CC"}`, sends, namedWork, ""},
	{"acknowledgeNationalReport", "sent to them", `{"officer_name":"Trực ban"}`,
		"401 404 200 200 200 404 404 404 404 403 403 404 401 401",
		"401 404 200 404 200 404 404 404 404 403 404 404 401 401", "an addressee confirms for itself"},

	{"listCaseObligations", "reported", ``, sight, named, ""},
	{"explainCaseObligations", "reported", ``,
		"401 404 200 200 403 404 404 403 404 200 403 404 401 401", named, "rules rest on facts that others may not read"},
	{"correctIncident", "reported", `{"violation_found_at":"$(past)","reason":"Theo nhật ký"}`, desk, namedWork, "a clock of the law is the team's"},
	{"fulfilCaseObligation", "reported", fulfilBody,
		"401 404 200 200 404 404 404 404 404 403 404 404 401 401", namedWork, ""},
	{"waiveCaseObligation", "reported", reasonBody,
		"401 404 200 403 404 404 404 404 404 403 404 404 401 401", namedWork, ""},
	{"listObligations", "", ``, everyone4, "", ""},
	{"countObligations", "", ``, everyone4, "", "figures of what each may count"},
	{"fulfilObligation", "reported", fulfilBody,
		"401 404 200 200 404 404 404 404 404 403 404 404 401 401", namedWork, ""},
	{"waiveObligation", "reported", reasonBody,
		"401 404 200 403 404 404 404 404 404 403 404 404 401 401", namedWork, ""},
	{"reopenCaseObligation", "entered", reasonBody,
		"401 404 200 403 404 404 404 404 404 403 404 404 401 401", namedWork, "who entered it says so, and a lead takes it back"},
	{"reopenObligation", "entered", reasonBody,
		"401 404 200 403 404 404 404 404 404 403 404 404 401 401", namedWork, ""},

	{"listDeliveries", "", ``, "401 200 200 200 403 403 403 403 403 200 403 403 401 401", "", "of which cases, another test shows"},
	//                            none adm lea off pol str mil rep oth aud ldr end exp gar
	{"addTask", "reported", taskBody, deskMakes, namedMakes, ""},
	{"addTask", "led", taskBody,
		"401 404 201 201 201 404 404 403 404 403 403 404 401 401", namedMakes, "who leads gives work"},
	{"addTask", "led", `{"title":"Rà soát nội bộ","audience":"team"}`, deskMakes, namedMakes, "… but not to the team alone"},
	{"listCaseTasks", "reported", ``, sight, named, ""},
	{"getTask", "worked", ``, piece, named, "a leader reads no material"},
	{"changeTask", "worked", `{"status":"in_progress"}`,
		"401 404 200 200 200 404 404 403 404 403 404 404 401 401", namedWork, "whose agency it was given to works on it"},
	{"changeTask", "worked", `{"title":"Truy vết"}`, pieceDesk, namedWork, "… and does not rewrite it"},
	{"listTasks", "", ``, everyone4, "", ""},
	{"applyChecklist", "reported", `{"type":"DOS"}`, deskMakes, namedMakes, ""},
	{"applyChecklist", "led", `{"type":"DOS"}`, deskMakes, namedMakes, "checklists are the team's"},
	{"listChecklists", "", ``, everyone4, "", ""},
	{"getChecklist", "a type", ``, everyone4, "", ""},
	{"getChecklist", "no type", ``, missing, "", ""},
	{"listRules", "", ``, everyone4, "", "the law is public"},
	{"listRuleFacts", "", ``, everyone4, "", ""},
	{"listRuleBooks", "", ``, "401 200 200 403 403 403 403 403 403 200 403 403 401 401", "", "what an operator wrote is for who answers for it"},
	{"getRuleBook", "the rule book", ``, "401 200 200 403 403 403 403 403 403 200 403 403 401 401", "", ""},
	{"addObservable", "reported", observableBody, deskMakes, namedMakes, ""},
	{"addObservable", "led", observableBody,
		"401 404 201 201 201 404 404 403 404 403 403 404 401 401", namedMakes, ""},
	{"addObservable", "led", `{"type":"domain","value":"evil.vn","audience":"team"}`, deskMakes, namedMakes, ""},
	{"addObservables", "reported", `{"observables":[` + observableBody + `]}`, deskMakes, namedMakes, ""},
	{"listCaseObservables", "reported", ``, sight, named, ""},
	{"retractObservable", "worked", reasonBody, pieceDesk, namedWork, ""},
	{"seenObservable", "worked", ``, piece, named, ""},
	{"listObservables", "", ``, everyone4, "", ""},
	{"sendMessage", "reported", messageBody,
		"401 404 201 201 403 404 404 201 404 403 403 404 401 401", namedMakes, "the reporting agency and the team talk"},
	{"listMessages", "reported", ``, sight, named, ""},
	{"inviteParticipant", "reported", inviteBody,
		"401 404 201 403 403 404 404 403 404 403 403 404 401 401", namedMakes, ""},
	{"inviteParticipant", "led", `{"agency_id":"$(vnpt)","reason":"Quản lý đường truyền","consents":[{"agency_id":"$(partner)","by_name":"Lò Văn Pâng","at":"$(past)","channel":"phone"}]}`,
		"401 404 201 403 403 404 404 403 404 403 403 404 401 401", namedMakes, "a team lead invites, with the agreement of who leads"},
	{"endParticipant", "worked", reasonBody,
		"401 404 200 403 404 404 404 404 404 403 404 404 401 401", namedWork, ""},

	{"askRedaction", "reported", redactBody,
		"401 404 201 403 403 404 404 403 404 403 403 404 401 401", namedMakes, "a team lead asks"},
	{"listRedactions", "asked to redact", ``,
		"401 404 200 200 403 404 404 403 404 200 403 404 401 401", named, ""},
	{"getRedaction", "asked to redact", ``,
		"401 404 200 200 404 404 404 404 404 200 404 404 401 401", named, ""},
	{"confirmRedaction", "asked to redact", decideBody,
		"401 404 200 403 404 404 404 404 404 403 404 404 401 401", namedWork, "another one decides"},
	{"refuseRedaction", "asked to redact", decideBody,
		"401 404 200 403 404 404 404 404 404 403 404 404 401 401", namedWork, ""},

	{"listAgencies", "", ``, everyone4, "", ""},
	{"getAgency", "an agency", ``, everyone4, "", ""},

	//                            none adm lea off pol str mil rep oth aud ldr end exp gar
	{"createAgency", "", `{"code":"$(new code)","name":"Sở Nội vụ"}`, adminMakes, "", ""},
	{"changeAgency", "a spare agency", `{"name_en":"Spare"}`, adminDoes, "", ""},
	{"giveAgencyRole", "a spare agency", `{"role":"owner","from":"2026-01-01","basis":"QĐ 1"}`, adminMakes, "", ""},
	{"endAgencyRole", "a spare agency", `{"role":"owner","on":"2026-02-01","basis":"QĐ 2"}`, adminDoes, "", ""},
	{"addSuccessor", "a spare agency", `{"successor_id":"$(cat)","on":"2026-12-01","basis":"QĐ 3"}`, adminMakes, "", ""},
	{"endSeat", "the team", `{"on":"2027-01-01","basis":"QĐ 4"}`, adminDoes, "", ""},
	{"giveSeat", "the team", `{"seat_id":"$(bchqs)","from":"2027-01-01","basis":"QĐ 5"}`, adminMakes, "", ""},
	{"endAgency", "another spare agency", `{"on":"2027-01-01","basis":"QĐ 6"}`, adminDoes, "", ""},
	{"agencyHistory", "a spare agency", ``, "401 200 403 403 403 403 403 403 403 200 403 403 401 401", "", ""},
	{"agencyDuty", "a spare agency", ``, everyone4, "", ""},

	{"listContacts", "", ``, everyone4, "", ""},
	{"listStaleContacts", "", ``, "401 200 200 200 403 403 403 403 403 200 403 403 401 401", "", ""},
	{"getContact", "a desk of the police", ``, everyone4, "", "a duty desk is published"},
	{"getContact", "a person of the police", ``, "401 200 200 200 200 200 404 404 404 200 404 404 401 401", "", "a person is not"},
	{"createContact", "", `{"agency_id":"$(cat-dau-moi)","kind":"desk","name":"Trực ban","phone":"1"}`,
		"401 201 403 403 201 201 403 403 403 403 403 403 401 401", "", "an agency sees to its own"},
	{"changeContact", "a person of the police", `{"position":"Phó trưởng phòng"}`,
		"401 200 403 403 200 200 404 404 404 403 404 404 401 401", "", ""},
	{"confirmContact", "a person of the police", ``,
		"401 200 200 200 200 200 404 404 404 403 404 404 401 401", "", "the desk notes that it tried a number"},
	{"endContact", "a person of the police", `{"reason":"Chuyển công tác","on":"2027-01-01"}`,
		"401 200 403 403 409 409 404 404 404 403 404 404 401 401", "", "once"},
	{"listShifts", "", ``, everyone4, "", ""},
	{"addShift", "", `{"agency_id":"$(cat-dau-moi)","user_id":"$(user:police)","from":"$(ahead)","to":"$(further ahead)"}`,
		"401 201 403 403 422 422 403 403 403 403 403 403 401 401", "", "once"},
	{"cancelShift", "a shift of the police", ``, "401 200 403 403 409 409 404 404 404 403 404 404 401 401", "", "once"},

	{"listUsers", "", ``, "401 200 200 200 403 403 403 403 403 403 403 403 401 401", "", ""},
	{"getUser", "a spare person", ``, "401 200 200 404 404 404 404 404 404 404 404 404 401 401", "", "a lead, to be the second person"},
	{"createUser", "", `{"username":"$(new code)","full_name":"Lường Thị Mai","agency_id":"$(syt)"}`, adminMakes, "", ""},
	{"changeUser", "a spare person", `{"phone":"0212 111 222"}`, adminChanges, "", ""},
	{"confirmGrant", "a spare person", ``, "401 403 200 404 404 404 404 404 404 404 404 404 401 401", "", "never who granted"},
	{"endGrant", "a spare person", `{"reason":"Hết nhiệm vụ"}`, adminChanges, "", ""},
	{"grantRole", "a spare person", `{"role":"reporter","basis":"QĐ 7"}`,
		"401 201 403 404 404 404 404 404 404 404 404 404 401 401", "", ""},
	{"disableUser", "a spare person", `{"reason":"Nghỉ hưu","document":"12/QĐ-SYT"}`, adminChanges, "", ""},
	{"enableUser", "a spare person", `{"reason":"Trở lại làm việc"}`, adminChanges, "", ""},
	{"resetPassword", "a spare person", ``, adminChanges, "", ""},
	{"enrolSecondFactor", "", `{"password":"$(password)"}`, everyone4, "", "each for themselves"},
	{"confirmSecondFactor", "", `{"code":"x"}`, wrongForAll, "", "a code of nobody"},
	{"disableSecondFactor", "", `{"password":"$(password)","code":"x"}`, noneForAll, "", ""},
	{"renewRecoveryCodes", "", `{"password":"$(password)","code":"x"}`, noneForAll, "", ""},
	{"resetSecondFactor", "a spare person", ``, "401 409 403 404 404 404 404 404 404 404 404 404 401 401", "", ""},
	{"confirmReset", "a spare person", ``, "401 409 409 404 404 404 404 404 404 404 404 404 401 401", "", ""},
	{"listUserReviews", "", ``, "401 200 200 403 403 403 403 403 403 200 403 403 401 401", "", ""},
	{"recordUserReview", "a spare person", `{"note":"Đúng phân công"}`, "401 200 200 404 404 404 404 404 404 404 404 404 401 401", "", ""},
	{"listIdentities", "a spare person", ``, "401 200 200 404 404 404 404 404 404 404 404 404 401 401", "", "a lead, to be the second person"},
	{"bindIdentity", "a spare person", `{"issuer":"https://dang-nhap.sonla.example","subject":"hanh-02","basis":"QĐ 9"}`,
		"401 201 403 404 404 404 404 404 404 404 404 404 401 401", "", ""},
	{"confirmIdentity", "a spare person", ``, "401 403 200 404 404 404 404 404 404 404 404 404 401 401", "", "never who bound it"},
	{"endIdentity", "a spare person", `{"reason":"Đổi nhà cung cấp"}`, adminChanges, "", ""},

	//                            none adm lea off pol str mil rep oth aud ldr end exp gar
	{"listSystems", "", ``, "401 200 200 403 403 403 403 403 403 200 403 403 401 401", "", ""},
	{"getSystem", "a spare system", ``, readsSystem, "", "a lead, to be the second person"},
	{"createSystem", "", `{"username":"$(new code)-system","full_name":"SIEM","purpose":"Giám sát","agency_id":"$(syt)","verbs":["report"]}`, adminMakes, "", ""},
	{"changeSystem", "a spare system", `{"purpose":"Giám sát mạng"}`, changesSystem("200"), "", ""},
	{"confirmSystemGrant", "a spare system", ``, "401 403 200 404 404 404 404 404 404 403 404 404 401 401", "", "never who granted"},
	{"endSystemGrant", "a spare system", `{"reason":"Hết nhiệm vụ"}`, changesSystem("200"), "", ""},
	{"grantSystemRole", "a spare system", `{"role":"reporter","basis":"QĐ 9"}`, changesSystem("201"), "", ""},
	{"makeKey", "a spare system", `{"name":"Máy chủ thứ hai"}`, changesSystem("201"), "", ""},
	{"listSystemKeys", "a spare system", ``, readsSystem, "", ""},
	{"rotateKey", "a spare system", `{}`, changesSystem("201"), "", ""},
	{"revokeKey", "a spare system", `{"reason":"Lộ khóa"}`, changesSystem("200"), "", ""},
	{"disableSystem", "a spare system", `{"reason":"Ngừng dùng","document":"14/QĐ-SYT"}`, changesSystem("200"), "", ""},
	{"enableSystem", "a spare system", `{"reason":"Dùng lại"}`, changesSystem("200"), "", ""},
	{"listAPIKeys", "", ``, adminDoes, "", ""},
	{"clientToken", "", ``, noForm, "", "who asks is in the form"},
	{"clientTokenAtRoot", "", ``, noForm, "", ""},

	//                         none adm lea off pol str mil rep oth aud ldr end exp gar
	{"startImport", "", `[]`, admins("202"), "", "history is the administrator's to bring in"},
	{"listImports", "", ``, admins("200"), "", ""},
	{"getImport", "no import", ``, missing, "", ""},
	{"listImportMappings", "", ``, admins("200"), "", ""},
	{"proposeImportMapping", "", `{"headers":["Tiêu đề"]}`, admins("200"), "", ""},
	{"getImportMapping", "a mapping", ``, "401 200 404 404 404 404 404 404 404 404 404 404 401 401", "", ""},
	{"putImportMapping", "a new mapping", `{"columns":[{"header":"Tiêu đề","field":"title"}]}`, admins("200"), "", ""},
	{"dropImportMapping", "a mapping", ``, admins("409"), "", "what is built in stays"},
	{"exportIncidents", "", ``, everyone4, "", "each gets what they may see"},

	//                            none adm lea off pol str mil rep oth aud ldr end exp gar
	{"listAccesses", "", ``, "401 403 200 403 403 403 403 403 403 200 403 403 401 401", "", "of which cases, another test shows"},
	{"listDenials", "", ``, "401 403 200 403 403 403 403 403 403 200 403 403 401 401", "", ""},
	{"listCaseAccesses", "reported", ``,
		"401 404 200 403 403 404 404 403 404 200 403 404 401 401", named, ""},

	{"health", "", ``, open4all, "", ""},
	{"readiness", "", ``, open4all, "", ""},
	{"openapi", "", ``, open4all, "", ""},
	{"asyncapi", "", ``, open4all, "", ""},
	{"docs", "", ``, open4all, "", ""},
	{"docsFile", "a page", ``, open4all, "", ""},
	{"docsFile", "no page", ``, nowhere, "", ""},
	{"problem", "a page", ``, open4all, "", ""},
	{"problem", "no page", ``, nowhere, "", ""},
	{"keys", "", ``, open4all, "", ""},
}

// nobody4restricted: the one named is of the team, and the police lead.
const nobody4restricted = "401 404 403 404 404 404 404 404 404 403 404 404 401 401"

const (
	wrongForAll = "401 422 422 422 422 422 422 422 422 422 422 422 401 401"
	noneForAll  = "401 409 409 409 409 409 409 409 409 409 409 409 401 401"
)

// admins is a row of what the administrator alone may do, with what it answers them.
func admins(code string) string {
	return "401 " + code + " 403 403 403 403 403 403 403 403 403 403 401 401"
}

// pages are the words of the paths that name no case.
var pages = map[string]caseFile{
	"an agency": {"id": "$(cat-dau-moi)"},

	"a spare agency":         {"id": "$(spare agency)"},
	"another spare agency":   {"id": "$(another spare agency)"},
	"the team":               {"id": "$(doi-ucsc)"},
	"a desk of the police":   {"id": "$(police desk)"},
	"a person of the police": {"id": "$(police person)"},
	"a shift of the police":  {"id": "$(police shift)"},
	"a spare person":         {"id": "$(spare user)", "gid": "$(spare grant)", "iid": "$(spare identity)"},
	"a spare system":         {"id": "$(spare system)", "gid": "$(spare system grant)", "kid": "$(spare key)"},

	"no import": {"id": nobodyID}, "a mapping": {"name": "ungcuu"}, "a new mapping": {"name": "so-theo-doi"},

	"a type": {"type": "DOS"}, "no type": {"type": "dos"},
	"the rule book": {"version": carried()},

	"a page":  {"file": "start.js", "kind": "not-found"},
	"no page": {"file": "server.go", "kind": "no-such-kind"},
}

// The cases in which the police are strangers, and in which the military has declined: of
// those they see nothing, so that one state stands for all. It has every kind of child.
var (
	strangers = caseKind{state: "sent", partner: "military"}
	ended     = caseKind{state: "sent", ended: true}
)

// accessParts are the rows in parts, each for a desk of its own, side by side: those about no
// case, of which some build on the one before, and those about cases, each state in one part.
func accessParts() [][]accessRow {
	out := make([][]accessRow, 4)
	of := map[string]int{}
	for _, row := range access {
		part := 0
		if _, plain := pages[row.state]; row.state != "" && !plain {
			known := false
			if part, known = of[row.state]; !known {
				part = 1
				for i := range out[1:] {
					if len(out[i+1]) < len(out[part]) {
						part = i + 1
					}
				}
				of[row.state] = part
			}
		}
		out[part] = append(out[part], row)
	}
	return out
}

// accessRows runs the test on every part, on every kind of database.
func accessRows(t *testing.T, test func(d *door, rows []accessRow)) {
	t.Helper()
	t.Parallel()
	for i, rows := range accessParts() {
		t.Run("part "+strconv.Itoa(i), func(t *testing.T) {
			databases(t, func(t *testing.T, cfg app.Config) {
				d := openDoor(t, cfg)
				d.targets()
				d.spare()
				test(d, rows)
			})
		})
	}
}

func TestEveryCallerGetsOfEveryRouteWhatTheTablesSay(t *testing.T) {
	routes := map[string]httpapi.Route{}
	for _, r := range httpapi.Routes() {
		routes[r.Name] = r
		require.True(t, slices.ContainsFunc(access, func(row accessRow) bool { return row.route == r.Name }), "the route %s has no row", r.Name)
	}
	accessRows(t, func(d *door, rows []accessRow) {
		m := &matrix{door: d, kept: map[caseKind]caseFile{}, special: map[string]string{
			"expired": d.forge(time.Now().Add(-time.Minute)), "garbage": "khong.phai.token",
		}}
		require.Equal(d, http.StatusOK, d.send(httpCall{bearer: d.forge(time.Now().Add(time.Minute)), method: http.MethodGet, path: "/api/v1/me"}).status,
			"the expired token is refused for its end alone")
		for _, row := range rows {
			r, ok := routes[row.route]
			require.True(d, ok, "there is no route %q", row.route)
			m.row(r, row)
		}
		d.Logf("%d of %d rows of the table, %d callers, %d cells: %d allowed, %d refused without a trace; %d cases made",
			len(rows), len(access), len(callers), m.cells, m.cells-m.refused, m.refused, m.made)
	})
}

// matrix tries the cells. Files are kept until a write has succeeded in them: a refusal
// leaves them as they were.
type matrix struct {
	*door
	kept                 map[caseKind]caseFile
	special              map[string]string
	before               string
	cells, refused, made int

	systems *systemCallers // tried in place of people, where there are some
}

func (m *matrix) row(r httpapi.Route, row accessRow) {
	m.Helper()
	_, plain := pages[row.state]
	if row.state == "" || plain {
		m.line(r, row, row.want, "", func(caseKind) caseFile { return pages[row.state] })
		if strings.Contains(r.Path, "{id}") {
			m.line(r, row, missing, "absent", func(caseKind) caseFile {
				return caseFile{"id": uuid.NewString(), "gid": uuid.NewString(), "iid": uuid.NewString(), "kid": uuid.NewString()}
			})
		}
		return
	}
	m.line(r, row, row.want, "visible", m.file)
	m.line(r, row, row.restricted, "restricted", func(k caseKind) caseFile {
		k.restricted = true
		return m.file(k)
	})
	absent := uuid.Must(uuid.NewV7()).String()
	m.line(r, row, missing, "absent", func(k caseKind) caseFile {
		f := caseFile{"partner": m.words["agency:police"], "id": absent, "ended hid": absent}
		for _, name := range children {
			f[name] = absent
		}
		return f
	})
	for _, name := range children {
		if !strings.Contains(r.Path, "{"+name+"}") {
			continue
		}
		m.line(r, row, missing, "absent child", func(k caseKind) caseFile { return m.file(k).but(name, absent) })
		if strings.Contains(r.Path, "{id}") {
			m.line(r, row, missing, "child of another case", func(k caseKind) caseFile {
				other := strangers
				if k == strangers || k == ended {
					other = caseKind{state: row.state}
				}
				return m.file(k).but(name, m.file(other)[name])
			})
		}
	}
}

// but is the file with another word.
func (f caseFile) but(name, value string) caseFile {
	out := caseFile{}
	for k, v := range f {
		out[k] = v
	}
	out[name], out["ended hid"] = value, value
	return out
}

func (m *matrix) file(k caseKind) caseFile {
	m.Helper()
	if m.kept[k] == nil {
		m.kept[k] = m.make(k)
		m.made++
		m.before = m.contents()
	}
	return m.kept[k]
}

// line tries one row for one object: a cell for each caller.
func (m *matrix) line(r httpapi.Route, row accessRow, want, object string, file func(caseKind) caseFile) {
	m.Helper()
	codes := strings.Fields(want)
	require.Len(m, codes, len(callers), "%s %s", row.route, row.about)
	if m.systems != nil {
		m.systemLine(r, row, codes, object, file)
		return
	}
	for i, who := range callers {
		code, err := strconv.Atoi(codes[i])
		require.NoError(m, err)
		c, k := m.asked(r, row, who, file)
		c.outside = c.outside || want == missing // one 404 is like the other
		got := m.cell(r, c)
		if got.status != code {
			m.Errorf("%s %s (%s) by %s, %s: %d instead of %d: %s", r.Method, r.Path, row.state, who, object, got.status, code, got.body)
		}
		if got.status < 300 && r.Method != http.MethodGet && row.state != "" {
			k.restricted = object == "restricted"
			delete(m.kept, k)
		}
	}
}

// asked is what one caller asks in a line, and of which kind of case.
func (m *matrix) asked(r httpapi.Route, row accessRow, who string, file func(caseKind) caseFile) (httpCall, caseKind) {
	m.Helper()
	k := caseKind{state: row.state}
	f := file(k)
	c := httpCall{as: who, method: r.Method, body: row.body}
	switch who {
	case "none":
		c.as = ""
	case "expired", "garbage":
		c.as, c.bearer = "", m.special[who]
	case "stranger":
		k = strangers
		c.as, f = "police", file(k)
	case "ended":
		k = ended
		c.as, f = "military", file(k)
		f = f.but("hid", f["ended hid"])
	}
	// The pages for people stand in the document by name alone.
	c.outside = !strings.HasPrefix(r.Path, "/api/")
	c.file, c.path = f, strings.NewReplacer("{", "$(", "}", ")").Replace(r.Path)
	if r.Match {
		c.header = anyVersion()
	}
	return c, k
}

// cell is one try. A refusal must leave nothing behind.
func (m *matrix) cell(r httpapi.Route, c httpCall) httpReply {
	m.Helper()
	m.cells++
	switch {
	case r.Name == "refresh":
		m.words["refresh"] = m.login("other").RefreshToken
	case r.Name == "logout" && c.as != "":
		c.as, c.bearer = "", m.login(c.as).AccessToken
	}
	if m.before == "" {
		m.before = m.contents()
	}
	got := m.send(c)
	after := m.contents()
	if got.status >= 300 {
		m.refused++
		if after != m.before {
			m.Errorf("%s %s was answered %d, and left behind:\n%s\n%s", r.Method, c.path, got.status, m.before, after)
		}
	}
	m.before = after
	if r.Name == "changePassword" && got.status < 300 {
		c.body = `{"old_password":"mot-mat-khau-khac-2026","new_password":"$(password)"}`
		require.Equal(m, http.StatusNoContent, m.send(c).status)
		m.before = m.contents()
	}
	return got
}

// forge signs a token of the officer anew, with the server's own key, for another end.
func (d *door) forge(end time.Time) string {
	d.Helper()
	head, rest, _ := strings.Cut(d.token["officer"], ".")
	var header struct{ Kid string }
	raw, err := base64.RawURLEncoding.DecodeString(head)
	require.NoError(d, err)
	require.NoError(d, json.Unmarshal(raw, &header))
	raw, err = os.ReadFile(filepath.Join(d.cfg.Data, "keys", "token-"+header.Kid+".pem"))
	require.NoError(d, err)
	block, _ := pem.Decode(raw)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	require.NoError(d, err)
	middle, _, _ := strings.Cut(rest, ".")
	payload, err := base64.RawURLEncoding.DecodeString(middle)
	require.NoError(d, err)
	var claims map[string]any
	require.NoError(d, json.Unmarshal(payload, &claims))
	claims["iat"], claims["nbf"], claims["exp"] = end.Unix()-900, end.Unix()-900, end.Unix()
	payload, err = json.Marshal(claims)
	require.NoError(d, err)
	signed := head + "." + base64.RawURLEncoding.EncodeToString(payload)
	return signed + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key.(ed25519.PrivateKey), []byte(signed)))
}

func TestWhoLeadsReadsTheNationalReportsItMaySend(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		f := d.make(caseKind{state: "led upwards"})
		for _, x := range []struct {
			who  string
			want int
		}{{"police", 1}, {"officer", 1}, {"auditor", 1}, {"reporter", 0}} {
			var list api.NationalReportList
			d.decode(d.send(httpCall{as: x.who, method: http.MethodGet, path: "/api/v1/incidents/$(id)/national-reports", file: f}), &list)
			require.Len(t, list.Items, x.want, x.who)
		}
	})
}
