package httpapi

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/ungcuu/ungcuu/api"
)

// Route is one row of the table of routes.
type Route struct {
	Method string
	Path   string // with {id} for parameters
	Name   string // the operationId of the OpenAPI document
	Status int    // of success
	Auth   bool   // a caller is needed
	Match  bool   // If-Match is needed
	First  bool   // open to an account that must change its password or enrol a second factor first
	Hidden bool   // no part of the contract: files of the documentation page
	Secret bool   // the answer is shown once, and not kept for a repeated Idempotency-Key
	Rights bool   // changes who may do what, at once
	Plain  bool   // shows nothing of a case or a person but the caller: reading it leaves no line in the access log
	endpoint
}

// Query is the type of package api that the query is read into; nil for none.
func (r Route) Query() reflect.Type { return r.query }

// Body is the type of the body; nil for none.
func (r Route) Body() reflect.Type { return r.body }

// Answer is the type of the answer; nil for none, or for what is not of package api.
func (r Route) Answer() reflect.Type { return r.answer }

// Form is the type of package api that a body of form fields is read as; nil for none.
func (r Route) Form() reflect.Type { return r.form }

// Takes are the media types of a body that is a file; none where the body is JSON.
func (r Route) Takes() []string { return r.takes }

// Gives are the media types of an answer that is a file; none where it is JSON.
func (r Route) Gives() []string { return r.gives }

// Keyed reports whether the route takes an Idempotency-Key.
func (r Route) Keyed() bool {
	return r.Method == http.MethodPost && r.Auth && !r.Secret && r.takes == nil && !strings.HasPrefix(r.Path, "/api/v1/auth/")
}

const (
	get, post, patch = http.MethodGet, http.MethodPost, http.MethodPatch

	base      = "/api/v1"
	incidents = base + "/incidents"
	oneCase   = incidents + "/{id}"
	handovers = oneCase + "/handovers"
	handover  = handovers + "/{hid}"
	report    = oneCase + "/national-reports/{rid}"

	redactions = oneCase + "/redactions"

	agencies  = base + "/agencies"
	oneAgency = agencies + "/{id}"
	contacts  = base + "/contacts"
	users     = base + "/users"
	oneUser   = users + "/{id}"
	oneGrant  = oneUser + "/grants/{gid}"
	factor    = base + "/auth/second-factor"
)

// Routes is every route there is. Tests compare it with the OpenAPI document and the table
// of who may do what.
func Routes() []Route {
	return []Route{
		{Method: post, Path: base + "/auth/login", Name: "login", Status: 200, endpoint: handle((*Server).login)},
		{Method: post, Path: base + "/auth/refresh", Name: "refresh", Status: 200, endpoint: handle((*Server).refresh)},
		{Method: post, Path: base + "/auth/logout", Name: "logout", Status: 204, Auth: true, First: true, endpoint: handle((*Server).logout)},
		{Method: post, Path: base + "/auth/password", Name: "changePassword", Status: 204, Auth: true, First: true, endpoint: handle((*Server).changePassword)},
		{Method: get, Path: base + "/me", Name: "me", Status: 200, Auth: true, First: true, Plain: true, endpoint: handle((*Server).me)},

		{Method: post, Path: incidents, Name: "reportIncident", Status: 201, Auth: true, endpoint: handle((*Server).report)},
		{Method: get, Path: incidents, Name: "listIncidents", Status: 200, Auth: true, endpoint: handle((*Server).listIncidents)},
		{Method: get, Path: oneCase, Name: "getIncident", Status: 200, Auth: true, endpoint: handle((*Server).incident)},
		{Method: patch, Path: oneCase, Name: "correctIncident", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).correct)},
		{Method: get, Path: oneCase + "/moves", Name: "listMoves", Status: 200, Auth: true, endpoint: handle((*Server).moves)},
		{Method: post, Path: oneCase + "/triage", Name: "triage", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).triage)},
		{Method: post, Path: oneCase + "/respond", Name: "respond", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).respond)},
		{Method: post, Path: oneCase + "/escalate", Name: "escalate", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).escalate)},
		{Method: post, Path: oneCase + "/notify-national", Name: "notifyNational", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).notifyNational)},
		{Method: post, Path: oneCase + "/stand-down", Name: "standDown", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).standDown)},
		{Method: post, Path: oneCase + "/resolve", Name: "resolve", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).resolve)},
		{Method: post, Path: oneCase + "/close", Name: "close", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).closeCase)},
		{Method: post, Path: oneCase + "/reject", Name: "reject", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).reject)},
		{Method: post, Path: oneCase + "/reopen", Name: "reopen", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).reopen)},
		{Method: get, Path: oneCase + "/timeline", Name: "timeline", Status: 200, Auth: true, endpoint: handle((*Server).timeline)},
		{Method: post, Path: oneCase + "/notes", Name: "addNote", Status: 201, Auth: true, endpoint: handle((*Server).addNote)},
		{Method: get, Path: oneCase + "/notes", Name: "listNotes", Status: 200, Auth: true, endpoint: handle((*Server).notes)},
		{Method: get, Path: oneCase + "/participants", Name: "listParticipants", Status: 200, Auth: true, endpoint: handle((*Server).participants)},

		{Method: post, Path: oneCase + "/merge", Name: "merge", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).merge)},
		{Method: post, Path: oneCase + "/withdraw", Name: "withdraw", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).withdrawReport)},
		{Method: post, Path: oneCase + "/links", Name: "addLink", Status: 201, Auth: true, endpoint: handle((*Server).addLink)},
		{Method: get, Path: oneCase + "/links", Name: "listLinks", Status: 200, Auth: true, endpoint: handle((*Server).links)},
		{Method: get, Path: oneCase + "/outcome", Name: "getOutcome", Status: 200, Auth: true, endpoint: handle((*Server).outcome)},
		{Method: get, Path: oneCase + "/duplicates", Name: "listDuplicates", Status: 200, Auth: true, endpoint: handle((*Server).duplicates)},
		{Method: post, Path: oneCase + "/links/{lid}/remove", Name: "removeLink", Status: 200, Auth: true, endpoint: handle((*Server).removeLink)},

		{Method: post, Path: handovers, Name: "askHandover", Status: 201, Auth: true, endpoint: handle((*Server).askHandover)},
		{Method: get, Path: handovers, Name: "listCaseHandovers", Status: 200, Auth: true, endpoint: handle((*Server).caseHandovers)},
		{Method: get, Path: handover, Name: "getHandover", Status: 200, Auth: true, endpoint: handle((*Server).handover)},
		{Method: post, Path: handover + "/acknowledge", Name: "acknowledgeHandover", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).acknowledge)},
		{Method: post, Path: handover + "/accept", Name: "acceptHandover", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).accept)},
		{Method: post, Path: handover + "/decline", Name: "declineHandover", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).decline)},
		{Method: post, Path: handover + "/complete", Name: "completeHandover", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).complete)},
		{Method: post, Path: handover + "/withdraw", Name: "withdrawHandover", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).withdraw)},
		{Method: post, Path: handover + "/release", Name: "releaseHandover", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).release)},
		{Method: post, Path: handover + "/record", Name: "recordHandover", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).record)},
		{Method: post, Path: handover + "/contest", Name: "contestHandover", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).contest)},
		{Method: get, Path: base + "/handovers", Name: "listHandovers", Status: 200, Auth: true, endpoint: handle((*Server).handovers)},

		{Method: get, Path: oneCase + "/national-reports", Name: "listNationalReports", Status: 200, Auth: true, endpoint: handle((*Server).nationalReports)},
		{Method: post, Path: oneCase + "/national-reports", Name: "fileNationalReport", Status: 201, Auth: true, endpoint: handle((*Server).fileNationalReport)},
		{Method: get, Path: report, Name: "getNationalReport", Status: 200, Auth: true, endpoint: handle((*Server).nationalReport)},
		{Method: patch, Path: report, Name: "changeNationalReport", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).changeNationalReport)},
		{Method: post, Path: report + "/withdraw", Name: "withdrawNationalReport", Status: 200, Auth: true, endpoint: handle((*Server).withdrawNationalReport)},
		{Method: get, Path: base + "/report-forms", Name: "listReportForms", Status: 200, Auth: true, Plain: true, endpoint: handle((*Server).reportForms)},
		{Method: post, Path: report + "/send", Name: "sendNationalReport", Status: 200, Auth: true, endpoint: handle((*Server).sendNationalReport)},
		{Method: post, Path: report + "/acknowledge", Name: "acknowledgeNationalReport", Status: 200, Auth: true, endpoint: handle((*Server).acknowledgeNationalReport)},

		{Method: get, Path: oneCase + "/obligations", Name: "listCaseObligations", Status: 200, Auth: true, endpoint: handle((*Server).caseObligations)},
		{Method: get, Path: oneCase + "/obligations/explain", Name: "explainCaseObligations", Status: 200, Auth: true, endpoint: handle((*Server).explainObligations)},
		{Method: post, Path: oneCase + "/obligations/{oid}/fulfil", Name: "fulfilCaseObligation", Status: 200, Auth: true, endpoint: handle((*Server).fulfil)},
		{Method: post, Path: oneCase + "/obligations/{oid}/waive", Name: "waiveCaseObligation", Status: 200, Auth: true, endpoint: handle((*Server).waive)},
		{Method: post, Path: oneCase + "/obligations/{oid}/reopen", Name: "reopenCaseObligation", Status: 200, Auth: true, endpoint: handle((*Server).reopenObligation)},
		{Method: get, Path: base + "/obligations", Name: "listObligations", Status: 200, Auth: true, endpoint: handle((*Server).obligations)},
		{Method: get, Path: base + "/obligations/counts", Name: "countObligations", Status: 200, Auth: true, endpoint: handle((*Server).countObligations)},
		{Method: post, Path: base + "/obligations/{oid}/fulfil", Name: "fulfilObligation", Status: 200, Auth: true, endpoint: handle((*Server).fulfil)},
		{Method: post, Path: base + "/obligations/{oid}/waive", Name: "waiveObligation", Status: 200, Auth: true, endpoint: handle((*Server).waive)},
		{Method: post, Path: base + "/obligations/{oid}/reopen", Name: "reopenObligation", Status: 200, Auth: true, endpoint: handle((*Server).reopenObligation)},

		{Method: post, Path: oneCase + "/tasks", Name: "addTask", Status: 201, Auth: true, endpoint: handle((*Server).addTask)},
		{Method: get, Path: oneCase + "/tasks", Name: "listCaseTasks", Status: 200, Auth: true, endpoint: handle((*Server).caseTasks)},
		{Method: get, Path: oneCase + "/tasks/{tid}", Name: "getTask", Status: 200, Auth: true, endpoint: handle((*Server).task)},
		{Method: patch, Path: oneCase + "/tasks/{tid}", Name: "changeTask", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).changeTask)},
		{Method: get, Path: base + "/tasks", Name: "listTasks", Status: 200, Auth: true, endpoint: handle((*Server).tasks)},
		{Method: post, Path: oneCase + "/checklists", Name: "applyChecklist", Status: 201, Auth: true, endpoint: handle((*Server).applyChecklist)},
		{Method: get, Path: base + "/checklists", Name: "listChecklists", Status: 200, Auth: true, Plain: true, endpoint: handle((*Server).checklists)},
		{Method: get, Path: base + "/checklists/{type}", Name: "getChecklist", Status: 200, Auth: true, Plain: true, endpoint: handle((*Server).checklist)},
		{Method: post, Path: oneCase + "/observables", Name: "addObservable", Status: 201, Auth: true, endpoint: handle((*Server).addObservable)},
		{Method: post, Path: oneCase + "/observables/bulk", Name: "addObservables", Status: 201, Auth: true, endpoint: handle((*Server).addObservables)},
		{Method: get, Path: oneCase + "/observables", Name: "listCaseObservables", Status: 200, Auth: true, endpoint: handle((*Server).caseObservables)},
		{Method: post, Path: oneCase + "/observables/{obid}/retract", Name: "retractObservable", Status: 200, Auth: true, endpoint: handle((*Server).retractObservable)},
		{Method: get, Path: oneCase + "/observables/{obid}/seen", Name: "seenObservable", Status: 200, Auth: true, endpoint: handle((*Server).seen)},
		{Method: get, Path: base + "/observables", Name: "listObservables", Status: 200, Auth: true, endpoint: handle((*Server).observables)},
		{Method: post, Path: oneCase + "/messages", Name: "sendMessage", Status: 201, Auth: true, endpoint: handle((*Server).sendMessage)},
		{Method: get, Path: oneCase + "/messages", Name: "listMessages", Status: 200, Auth: true, endpoint: handle((*Server).messages)},
		{Method: post, Path: oneCase + "/participants", Name: "inviteParticipant", Status: 201, Auth: true, endpoint: handle((*Server).invite)},
		{Method: post, Path: oneCase + "/participants/{pid}/end", Name: "endParticipant", Status: 200, Auth: true, endpoint: handle((*Server).endInvitation)},
		{Method: post, Path: redactions, Name: "askRedaction", Status: 201, Auth: true, endpoint: handle((*Server).askRedaction)},
		{Method: get, Path: redactions, Name: "listRedactions", Status: 200, Auth: true, endpoint: handle((*Server).redactions)},
		{Method: get, Path: redactions + "/{xid}", Name: "getRedaction", Status: 200, Auth: true, endpoint: handle((*Server).redaction)},
		{Method: post, Path: redactions + "/{xid}/confirm", Name: "confirmRedaction", Status: 200, Auth: true, endpoint: handle((*Server).confirmRedaction)},
		{Method: post, Path: redactions + "/{xid}/refuse", Name: "refuseRedaction", Status: 200, Auth: true, endpoint: handle((*Server).refuseRedaction)},

		{Method: get, Path: agencies, Name: "listAgencies", Status: 200, Auth: true, Plain: true, endpoint: handle((*Server).agencies)},
		{Method: get, Path: oneAgency, Name: "getAgency", Status: 200, Auth: true, Plain: true, endpoint: handle((*Server).agency)},

		{Method: post, Path: agencies, Name: "createAgency", Status: 201, Auth: true, Rights: true, endpoint: handle((*Server).createAgency)},
		{Method: patch, Path: oneAgency, Name: "changeAgency", Status: 200, Auth: true, Match: true, Rights: true, endpoint: handle((*Server).changeAgency)},
		{Method: post, Path: oneAgency + "/roles", Name: "giveAgencyRole", Status: 201, Auth: true, Rights: true, endpoint: handle((*Server).giveRole)},
		{Method: post, Path: oneAgency + "/roles/end", Name: "endAgencyRole", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).endRole)},
		{Method: post, Path: oneAgency + "/successors", Name: "addSuccessor", Status: 201, Auth: true, Rights: true, endpoint: handle((*Server).addSuccessor)},
		{Method: post, Path: oneAgency + "/seats", Name: "giveSeat", Status: 201, Auth: true, Rights: true, endpoint: handle((*Server).giveSeat)},
		{Method: post, Path: oneAgency + "/seats/end", Name: "endSeat", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).endSeat)},
		{Method: post, Path: oneAgency + "/end", Name: "endAgency", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).endAgency)},
		{Method: get, Path: oneAgency + "/history", Name: "agencyHistory", Status: 200, Auth: true, endpoint: handle((*Server).history)},
		{Method: get, Path: oneAgency + "/duty", Name: "agencyDuty", Status: 200, Auth: true, endpoint: handle((*Server).duty)},

		{Method: get, Path: contacts, Name: "listContacts", Status: 200, Auth: true, endpoint: handle((*Server).contacts)},
		{Method: post, Path: contacts, Name: "createContact", Status: 201, Auth: true, endpoint: handle((*Server).createContact)},
		{Method: get, Path: contacts + "/stale", Name: "listStaleContacts", Status: 200, Auth: true, endpoint: handle((*Server).staleContacts)},
		{Method: get, Path: contacts + "/{id}", Name: "getContact", Status: 200, Auth: true, endpoint: handle((*Server).contact)},
		{Method: patch, Path: contacts + "/{id}", Name: "changeContact", Status: 200, Auth: true, Match: true, endpoint: handle((*Server).changeContact)},
		{Method: post, Path: contacts + "/{id}/confirm", Name: "confirmContact", Status: 200, Auth: true, endpoint: handle((*Server).confirmContact)},
		{Method: post, Path: contacts + "/{id}/end", Name: "endContact", Status: 200, Auth: true, endpoint: handle((*Server).endContact)},
		{Method: get, Path: base + "/duty-shifts", Name: "listShifts", Status: 200, Auth: true, endpoint: handle((*Server).shifts)},
		{Method: post, Path: base + "/duty-shifts", Name: "addShift", Status: 201, Auth: true, endpoint: handle((*Server).addShift)},
		{Method: post, Path: base + "/duty-shifts/{id}/cancel", Name: "cancelShift", Status: 200, Auth: true, endpoint: handle((*Server).cancelShift)},

		{Method: get, Path: users, Name: "listUsers", Status: 200, Auth: true, endpoint: handle((*Server).users)},
		{Method: post, Path: users, Name: "createUser", Status: 201, Auth: true, Secret: true, endpoint: handle((*Server).createUser)},
		{Method: get, Path: oneUser, Name: "getUser", Status: 200, Auth: true, endpoint: handle((*Server).user)},
		{Method: patch, Path: oneUser, Name: "changeUser", Status: 200, Auth: true, Match: true, Rights: true, endpoint: handle((*Server).changeUser)},
		{Method: post, Path: oneUser + "/disable", Name: "disableUser", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).disableUser)},
		{Method: post, Path: oneUser + "/enable", Name: "enableUser", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).enableUser)},
		{Method: post, Path: oneUser + "/password", Name: "resetPassword", Status: 200, Auth: true, Secret: true, Rights: true, endpoint: handle((*Server).resetPassword)},
		{Method: post, Path: oneUser + "/grants", Name: "grantRole", Status: 201, Auth: true, Rights: true, endpoint: handle((*Server).grant)},
		{Method: post, Path: oneGrant + "/confirm", Name: "confirmGrant", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).confirmGrant)},
		{Method: post, Path: oneGrant + "/end", Name: "endGrant", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).endGrant)},
		{Method: get, Path: oneUser + "/identities", Name: "listIdentities", Status: 200, Auth: true, endpoint: handle((*Server).identities)},
		{Method: post, Path: oneUser + "/identities", Name: "bindIdentity", Status: 201, Auth: true, Rights: true, endpoint: handle((*Server).bindIdentity)},
		{Method: post, Path: oneUser + "/identities/{iid}/confirm", Name: "confirmIdentity", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).confirmIdentity)},
		{Method: post, Path: oneUser + "/identities/{iid}/end", Name: "endIdentity", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).endIdentity)},

		{Method: post, Path: factor, Name: "enrolSecondFactor", Status: 200, Auth: true, First: true, Secret: true, endpoint: handle((*Server).enrolFactor)},
		{Method: post, Path: factor + "/confirm", Name: "confirmSecondFactor", Status: 200, Auth: true, First: true, Secret: true, Rights: true, endpoint: handle((*Server).confirmFactor)},
		{Method: post, Path: factor + "/disable", Name: "disableSecondFactor", Status: 204, Auth: true, First: true, Rights: true, endpoint: handle((*Server).disableFactor)},
		{Method: post, Path: factor + "/recovery-codes", Name: "renewRecoveryCodes", Status: 200, Auth: true, First: true, Secret: true, endpoint: handle((*Server).renewRecoveryCodes)},
		{Method: post, Path: oneUser + "/second-factor/reset", Name: "resetSecondFactor", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).resetFactor)},
		{Method: post, Path: oneUser + "/reset/confirm", Name: "confirmReset", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).confirmReset)},
		{Method: get, Path: users + "/review", Name: "listUserReviews", Status: 200, Auth: true, endpoint: handle((*Server).userReviews)},
		{Method: post, Path: oneUser + "/review", Name: "recordUserReview", Status: 200, Auth: true, endpoint: handle((*Server).recordReview)},

		{Method: get, Path: systems, Name: "listSystems", Status: 200, Auth: true, endpoint: handle((*Server).systems)},
		{Method: post, Path: systems, Name: "createSystem", Status: 201, Auth: true, endpoint: handle((*Server).createSystem)},
		{Method: get, Path: oneSystem, Name: "getSystem", Status: 200, Auth: true, endpoint: handle((*Server).system)},
		{Method: patch, Path: oneSystem, Name: "changeSystem", Status: 200, Auth: true, Match: true, Rights: true, endpoint: handle((*Server).changeSystem)},
		{Method: post, Path: oneSystem + "/disable", Name: "disableSystem", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).disableSystem)},
		{Method: post, Path: oneSystem + "/enable", Name: "enableSystem", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).enableSystem)},
		{Method: post, Path: oneSystem + "/grants", Name: "grantSystemRole", Status: 201, Auth: true, Rights: true, endpoint: handle((*Server).grantSystem)},
		{Method: post, Path: oneSystemGrant + "/confirm", Name: "confirmSystemGrant", Status: 200, Auth: true, Match: true, Rights: true, endpoint: handle((*Server).confirmSystemGrant)},
		{Method: post, Path: oneSystemGrant + "/end", Name: "endSystemGrant", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).endSystemGrant)},
		{Method: get, Path: oneSystem + "/keys", Name: "listSystemKeys", Status: 200, Auth: true, endpoint: handle((*Server).systemKeys)},
		{Method: post, Path: oneSystem + "/keys", Name: "makeKey", Status: 201, Auth: true, Secret: true, endpoint: handle((*Server).makeKey)},
		{Method: post, Path: oneKey + "/rotate", Name: "rotateKey", Status: 201, Auth: true, Secret: true, Rights: true, endpoint: handle((*Server).rotateKey)},
		{Method: post, Path: oneKey + "/revoke", Name: "revokeKey", Status: 200, Auth: true, Rights: true, endpoint: handle((*Server).revokeKey)},
		{Method: get, Path: apiKeys, Name: "listAPIKeys", Status: 200, Auth: true, endpoint: handle((*Server).apiKeys)},
		{Method: post, Path: base + "/oauth/token", Name: "clientToken", Status: 200, endpoint: endpoint{serve: oauthToken, form: reflect.TypeFor[api.OAuthRequest](), answer: reflect.TypeFor[api.OAuthToken]()}},
		{Method: post, Path: "/oauth/token", Name: "clientTokenAtRoot", Status: 200, Hidden: true, endpoint: endpoint{serve: oauthToken}},

		{Method: get, Path: base + "/deliveries", Name: "listDeliveries", Status: 200, Auth: true, endpoint: handle((*Server).deliveries)},

		{Method: post, Path: imports, Name: "startImport", Status: 202, Auth: true, endpoint: importEndpoint()},
		{Method: get, Path: imports, Name: "listImports", Status: 200, Auth: true, endpoint: handle((*Server).listImports)},
		{Method: get, Path: imports + "/{id}", Name: "getImport", Status: 200, Auth: true, endpoint: handle((*Server).getImport)},
		{Method: get, Path: mappings, Name: "listImportMappings", Status: 200, Auth: true, Plain: true, endpoint: handle((*Server).listMappings)},
		{Method: post, Path: mappings + "/propose", Name: "proposeImportMapping", Status: 200, Auth: true, endpoint: handle((*Server).proposeMapping)},
		{Method: get, Path: mappings + "/{name}", Name: "getImportMapping", Status: 200, Auth: true, Plain: true, endpoint: handle((*Server).getMapping)},
		{Method: http.MethodPut, Path: mappings + "/{name}", Name: "putImportMapping", Status: 200, Auth: true, endpoint: handle((*Server).putMapping)},
		{Method: http.MethodDelete, Path: mappings + "/{name}", Name: "dropImportMapping", Status: 204, Auth: true, endpoint: handle((*Server).dropMapping)},
		{Method: get, Path: incidents + "/export", Name: "exportIncidents", Status: 200, Auth: true, endpoint: exportEndpoint()},

		{Method: get, Path: oneCase + "/accesses", Name: "listCaseAccesses", Status: 200, Auth: true, endpoint: handle((*Server).caseAccesses)},
		{Method: get, Path: base + "/audit/accesses", Name: "listAccesses", Status: 200, Auth: true, endpoint: handle((*Server).accesses)},
		{Method: get, Path: base + "/audit/denials", Name: "listDenials", Status: 200, Auth: true, endpoint: handle((*Server).denials)},

		{Method: get, Path: rules, Name: "listRules", Status: 200, Auth: true, Plain: true, endpoint: handle((*Server).listRules)},
		{Method: get, Path: rules + "/facts", Name: "listRuleFacts", Status: 200, Auth: true, Plain: true, endpoint: handle((*Server).ruleFacts)},
		{Method: get, Path: rules + "/books", Name: "listRuleBooks", Status: 200, Auth: true, Plain: true, endpoint: handle((*Server).ruleBooks)},
		{Method: get, Path: rules + "/books/{version}", Name: "getRuleBook", Status: 200, Auth: true, Plain: true, endpoint: handle((*Server).ruleBook)},

		{Method: get, Path: "/healthz", Name: "health", Status: 200, endpoint: endpoint{serve: health, answer: reflect.TypeFor[api.Health]()}},
		{Method: get, Path: "/readyz", Name: "readiness", Status: 200, endpoint: endpoint{serve: readiness, answer: reflect.TypeFor[api.Readiness]()}},
		{Method: get, Path: "/openapi.json", Name: "openapi", Status: 200, endpoint: endpoint{serve: document}},
		{Method: get, Path: "/asyncapi.json", Name: "asyncapi", Status: 200, endpoint: endpoint{serve: eventsDocument}},
		{Method: get, Path: "/docs", Name: "docs", Status: 200, endpoint: endpoint{serve: docs}},
		{Method: get, Path: "/docs/{file}", Name: "docsFile", Status: 200, Hidden: true, endpoint: endpoint{serve: docsFile}},
		{Method: get, Path: "/problems/{kind}", Name: "problem", Status: 200, endpoint: endpoint{serve: problemPage}},
		{Method: get, Path: "/.well-known/jwks.json", Name: "keys", Status: 200, endpoint: endpoint{serve: keySet, answer: reflect.TypeFor[api.KeySet]()}},
	}
}
