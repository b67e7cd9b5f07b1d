package httpapi

import (
	"maps"
	"slices"

	"github.com/ungcuu/ungcuu/internal/accesslog"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/exchange"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Lists are the closed lists that the enum tags of package api name. The OpenAPI document
// and the check of query parameters take them from here, and the domain is their source.
func Lists() map[string][]string {
	statuses := make([]string, len(incident.Statuses))
	for i, s := range incident.Statuses {
		statuses[i] = string(s.Status)
	}
	kinds := make([]string, len(incident.HandoverKinds))
	for i, k := range incident.HandoverKinds {
		kinds[i] = string(k.Kind)
	}
	moves := make([]string, len(incident.Moves))
	for i, m := range incident.Moves {
		moves[i] = string(m.Name)
	}
	return map[string][]string{
		"status":            statuses,
		"severity":          texts(incident.Severities),
		"category":          incident.Categories,
		"category_vn":       incident.CategoriesVN,
		"nature":            texts(incident.Natures),
		"fact":              slices.Sorted(maps.Keys(incident.FactNames)),
		"class":             {"ordinary", "serious"},
		"tlp":               texts(incident.TLPs),
		"precision":         texts(incident.Precisions),
		"channel":           texts(incident.Channels),
		"urgency":           texts(incident.Urgencies),
		"audience":          texts(incident.Audiences),
		"resolution":        incident.ResolutionReasons,
		"handled":           incident.HandledBy,
		"rejection":         incident.RejectReasons,
		"move":              moves,
		"link_kind":         append(texts(incident.LinkKinds), string(incident.LinkMerged)),
		"new_link_kind":     texts(incident.LinkKinds),
		"likeness":          texts(incident.Likenesses),
		"incident_order":    {"reported_at", "-reported_at", "updated_at", "-updated_at", "relevance"},
		"handover_kind":     kinds,
		"handover_step":     incident.RecordableSteps,
		"direction":         {"in", "out"},
		"obligation_order":  {"started_at", "due_at"},
		"obligation_status": texts([]incident.DutyStatus{incident.DutyPending, incident.DutyFulfilled, incident.DutyWaived, incident.DutyNotApplicable}),
		"handover_status": texts([]incident.HandoverStatus{
			incident.Requested, incident.Acknowledged, incident.Accepted, incident.PartlyAccepted,
			incident.Declined, incident.Completed, incident.Withdrawn, incident.Released,
		}),
		"national_report_kind": texts(incident.ReportKinds),
		"national_report_status": texts([]incident.ReportStatus{
			incident.ReportCreated, incident.ReportSent, incident.ReportAcknowledged, incident.ReportWithdrawn,
		}),
		"form_kind":       regulation.FormKinds(),
		"form_field_type": regulation.FieldTypes, "form_source": formSources(), "confidence": {"read", "secondary", "inferred"},

		"delivery_status":   store.DeliveryStatuses,
		"agency_role":       texts(incident.AgencyRoles),
		"contact_kind":      texts(incident.ContactKinds),
		"reset_kind":        {store.ResetPassword, store.ResetFactor, store.ResetBoth},
		"grant_confirmed":   {store.GrantNeedsNone, store.GrantByPerson, store.GrantAtConsole, store.GrantBySeed},
		"task_status":       texts(incident.TaskStatuses),
		"checklist_start":   {"start", "detected"},
		"taking":            incident.TakingKinds,
		"observable_type":   texts(incident.ObservableTypes),
		"message_direction": texts(incident.MessageDirections),
		"secrecy":           incident.Secrecies(),
		"redaction_status":  texts(incident.RedactionStatuses),
		"redaction_why":     texts(incident.RedactionWhys),
		"redaction_kind":    incident.RedactionKinds(),

		"access_kind": accesslog.ReadKinds,
		"denial_kind": accesslog.RefusalKinds,

		"role":             texts(policy.Roles),
		"verb":             texts(policy.Verbs),
		"account_kind":     {store.PersonKind, store.SystemKind},
		"oauth_grant":      {"client_credentials"},
		"oauth_error":      {invalidRequest, invalidClient, invalidScope, unsupportedGrantType},
		"import_format":    exchange.ImportFormats,
		"export_format":    exchange.ExportFormats,
		"import_status":    casework.ImportStatuses,
		"import_delimiter": exchange.Delimiters,
		"import_field":     exchange.Fields(),
		"token_type":       {"Bearer"},
		"health":           {"ok"},
		"readiness":        {"ok", "degraded", "unavailable"},
	}
}

func formSources() []string {
	out := make([]string, len(regulation.FormSources))
	for i, x := range regulation.FormSources {
		out[i] = x.Name
	}
	return out
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}
