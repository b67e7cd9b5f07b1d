package httpapi

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/openapi"
)

// Outside clients are tried against these names: none goes, none is called otherwise, and no body
// needs more than it did. More may come.
func TestTheNamesThatOutsideClientsRelyOnStand(t *testing.T) {
	type schema struct {
		Ref        string            `json:"$ref"`
		Properties map[string]schema `json:"properties"`
		Required   []string          `json:"required"`
		Enum       []string          `json:"enum"`
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name string }
			Responses  map[string]any
		}
		Components struct{ Schemas map[string]schema }
	}
	require.NoError(t, json.Unmarshal(openapi.Document, &doc))
	schemas := doc.Components.Schemas

	for _, line := range []string{
		"post /auth/login 200 401 429", "post /auth/refresh 200", "post /auth/logout 204", "post /auth/password 204", "post /oauth/token 200", "get /me 200",
		"post /incidents 201", "get /incidents 200", "get /incidents/{id} 200", "patch /incidents/{id} 200", "get /incidents/{id}/moves 200", "get /incidents/{id}/timeline 200",
		"post /incidents/{id}/triage 200", "post /incidents/{id}/respond 200", "post /incidents/{id}/escalate 200", "post /incidents/{id}/notify-national 200",
		"post /incidents/{id}/stand-down 200", "post /incidents/{id}/resolve 200", "post /incidents/{id}/close 200", "post /incidents/{id}/reject 200",
		"post /incidents/{id}/merge 200", "post /incidents/{id}/reopen 200",
		"post /incidents/{id}/notes 201", "get /incidents/{id}/notes 200", "post /incidents/{id}/tasks 201", "get /incidents/{id}/tasks 200",
		"post /incidents/{id}/observables 201", "get /incidents/{id}/observables 200", "post /incidents/{id}/participants 201", "get /incidents/{id}/participants 200",
		"post /incidents/{id}/handovers 201", "get /incidents/{id}/handovers 200", "get /incidents/{id}/handovers/{hid} 200",
		"post /incidents/{id}/handovers/{hid}/acknowledge 200", "post /incidents/{id}/handovers/{hid}/accept 200", "post /incidents/{id}/handovers/{hid}/decline 200",
		"post /incidents/{id}/handovers/{hid}/complete 200", "post /incidents/{id}/handovers/{hid}/withdraw 200", "post /incidents/{id}/handovers/{hid}/release 200",
		"post /incidents/{id}/handovers/{hid}/record 200", "post /incidents/{id}/handovers/{hid}/contest 200", "get /handovers 200",
		"post /incidents/{id}/national-reports 201", "get /incidents/{id}/national-reports 200",
		"post /incidents/{id}/national-reports/{rid}/send 200", "post /incidents/{id}/national-reports/{rid}/acknowledge 200",
		"get /incidents/{id}/obligations 200", "get /obligations 200", "post /obligations/{oid}/fulfil 200", "post /obligations/{oid}/waive 200",
		"post /incidents/{id}/obligations/{oid}/fulfil 200", "post /incidents/{id}/obligations/{oid}/waive 200",
	} {
		words := strings.Fields(line)
		op, there := doc.Paths[base+words[1]][words[0]]
		assert.True(t, there, line)
		for _, code := range words[2:] {
			assert.Contains(t, op.Responses, code, line)
		}
		for code := range op.Responses {
			assert.True(t, code[0] != '2' || code == words[2], "%s succeeds with %s", line, code)
		}
	}
	for path, query := range map[string]string{
		"/incidents":   "status severity category nature agency_id assignee_id reported_after reported_before updated_after overdue exercise q sort limit cursor count",
		"/handovers":   "status kind direction due_before incident_id limit cursor count",
		"/obligations": "sort limit cursor count",
	} {
		var names []string
		for _, p := range doc.Paths[base+path]["get"].Parameters {
			names = append(names, p.Name)
		}
		assert.Subset(t, names, strings.Fields(query), path)
	}
	for name, fields := range map[string]string{ // of answers: each is always there
		"Incident": "id code version status title description category category_vn severity natures classification tlp confidential restricted exercise imported report" +
			" reporting_agency_id owner_agency_id operator_agency_id lead_agency_id system assignee_id detected_at detected_precision occurred_at reported_at triaged_at" +
			" resolved_at closed_at merged_into_id resolution created_at updated_at",
		"Classification": "class pack facts", "Report": "channel reporter_name reporter_phone reporter_email reference", "System": "id name level priority_listed",
		"Handover": "id incident_id version kind status from_agency_id to_agency_id channel urgency transfers_lead document message requested_resources acknowledge_by due_at" +
			" requested_at requested_by acknowledged_at acknowledged_by answered_at answer recorded completed_at outcome",
		"HandoverAnswer": "partly reason resources liaison_contact", "Document": "number symbol issued_on subject signer_name signer_position",
		"Obligation": "id rule basis owed_by to started_at due_at status overdue fulfilled_at blocks_closure", "Move": "move href allowed reasons",
		"Tokens": "access_token token_type expires_in refresh_token must_change_password", "ObligationList": "items next_cursor",
		"Problem": "type title status detail instance trace_id", "FieldError": "pointer code message", "Reason": "code basis message",
	} {
		assert.Subset(t, schemas[name].Required, strings.Fields(fields), name)
	}
	for name, fields := range map[string]string{ // of bodies: * is required
		"Login":       "*username *password otp",
		"NewIncident": "*title *description *detected_at *system detected_precision occurred_at natures tlp confidential report owner_agency_id operator_agency_id exercise contains_state_secret",
		"Triage":      "*category *severity category_vn natures facts assignee_id note", "Respond": "note", "Escalate": "*reason *handovers", "NotifyNational": "*reason to_agency_id",
		"StandDown": "*reason", "Resolve": "*reason *summary *prevention *handled estimated_damage", "Close": "*lessons", "Reject": "*reason *note", "Merge": "*into_id *reason",
		"Reopen": "*reason", "NewHandover": "*to_agency_id *kind *message channel urgency document requested_resources due_at transfers_lead from_agency_id",
		"Acknowledge": "note", "Accept": "partly reason resources liaison_contact", "Decline": "*reason", "Complete": "*outcome", "Withdraw": "*reason", "Release": "*reason",
		"Record": "*step *officer_name officer_position *at *channel document reason resources outcome", "Contest": "*reason", "Fulfil": "*at *channel document note", "Waive": "*reason",
	} {
		var required []string
		for _, f := range strings.Fields(fields) {
			plainName := strings.TrimPrefix(f, "*")
			assert.Contains(t, schemas[name].Properties, plainName, name)
			if f != plainName {
				required = append(required, plainName)
			}
		}
		assert.ElementsMatch(t, required, schemas[name].Required, name)
	}
	for name, values := range map[string]string{
		"IncidentStatus": "reported triaged responding escalated national resolved closed rejected merged", "Severity": "low medium high critical",
		"NationalCategory": "DOS PHISH MALWARE ACCESS DEFACE RANSOM DESTROY SPY APT SCAN VULN SPAM FAULT OTHER TEST",
		"Precision":        "minute hour day month year unknown", "HandledBy": "self with_others with_foreign",
		"ResolutionReason": "fixed mitigated false_positive not_reproducible accepted_risk other", "RejectionReason": "false_positive duplicate out_of_scope withdrawn other",
		"HandoverKind":   "notice coordination mobilisation investigation evidence_transfer sanction_referral direction",
		"HandoverStatus": "requested acknowledged accepted partly_accepted declined completed withdrawn released", "HandoverDirection": "in out",
		"Channel": "document meeting phone fax email in_person api", "Urgency": "normal khan thuong_khan hoa_toc", "Audience": "team participants",
		"ObligationStatus": "pending fulfilled waived not_applicable", "TLP": "clear green amber amber+strict red",
		"Nature": "security_violation national_security cybercrime cyber_espionage cyber_terrorism information_conflict state_secret_exposure personal_data",
	} {
		assert.ElementsMatch(t, strings.Fields(values), schemas[name].Enum, name)
	}
}
