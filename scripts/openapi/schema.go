package main

import (
	"cmp"
	"reflect"
	"strconv"
	"strings"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/httpapi"
)

type object = map[string]any

// schemas builds the schemas of package api from its types: what is required, may be null,
// has a format or a closed list is read from the types and their tags, the words from the
// comments, which come with the annotations.
type schemas struct {
	lists map[string][]string
	words object // the schemas of the annotations, by their names there
	made  object
	types map[string]bool // input types by name

	said map[string]comment // of the types by name
}

// use is the schema of a type in requests (input) or answers.
func (s *schemas) use(t reflect.Type, tag reflect.StructTag, input bool) object {
	if t.Kind() == reflect.Struct && strings.HasPrefix(t.Name(), "Patch[") {
		f, _ := t.FieldByName("Value")
		inner := s.use(f.Type, tag, input)
		if tag.Get("nullable") == "false" {
			return inner
		}
		return nullable(inner)
	}
	out := object{}
	switch t.Kind() {
	case reflect.Pointer:
		return nullable(s.use(t.Elem(), tag, input))
	case reflect.Struct:
		return object{"$ref": "#/components/schemas/" + s.define(t, input)}
	case reflect.Slice:
		out["type"], out["items"] = "array", s.use(t.Elem(), without(tag, "nullable"), input)
	case reflect.Interface: // a field of a form
		return object{"anyOf": []any{
			object{"type": "string"}, object{"type": "number"}, object{"type": "boolean"}, object{"type": "array", "items": object{"type": "string"}},
		}}
	case reflect.Map:
		out["type"] = "object"
		fields := false
		switch t.Elem() {
		case reflect.TypeFor[any](), reflect.TypeFor[api.Patch[any]]():
			fields = true
			out["additionalProperties"] = true
			if input {
				out["additionalProperties"] = s.use(t.Elem(), "", input)
			}
		default:
			out["additionalProperties"] = s.use(t.Elem(), "", input)
		}
		if input && !fields { // the other maps of requests are facts by name
			out["propertyNames"] = object{"$ref": "#/components/schemas/" + s.list("fact")}
		}
	case reflect.String:
		if list := tag.Get("enum"); list != "" {
			return object{"$ref": "#/components/schemas/" + s.list(list)}
		}
		out["type"] = "string"
		if f := tag.Get("format"); f != "" {
			out["format"] = f
		}
		if input && tag.Get("validate") == "required" && tag.Get("format") == "" {
			out["minLength"] = 1
		}
	case reflect.Bool:
		out["type"] = "boolean"
	case reflect.Int:
		out["type"] = "integer"
	case reflect.Int64:
		out["type"], out["format"] = "integer", "int64"
	default:
		panic("no schema for " + t.String())
	}
	for _, name := range []string{"minimum", "maximum", "default"} {
		if n, err := strconv.Atoi(tag.Get(name)); err == nil && out["type"] == "integer" {
			out[name] = n
		}
	}
	if tag.Get("nullable") == "true" {
		return nullable(out)
	}
	return out
}

// listNames are the schemas of the closed lists.
var listNames = map[string]string{
	"status": "IncidentStatus", "severity": "Severity", "category": "Category", "category_vn": "NationalCategory",
	"nature": "Nature", "fact": "FactName", "class": "IncidentClass", "tlp": "TLP", "precision": "Precision",
	"channel": "Channel", "urgency": "Urgency", "audience": "Audience", "resolution": "ResolutionReason",
	"handled": "HandledBy", "rejection": "RejectionReason", "move": "MoveName", "incident_order": "IncidentOrder",
	"handover_kind": "HandoverKind", "handover_status": "HandoverStatus", "handover_step": "HandoverStep",
	"direction": "HandoverDirection", "obligation_status": "ObligationStatus", "obligation_order": "ObligationOrder", "national_report_kind": "NationalReportKind", "form_kind": "FormKind",
	"national_report_status": "NationalReportStatus", "agency_role": "AgencyRoleName", "role": "Role",
	"link_kind": "LinkKind", "new_link_kind": "NewLinkKind", "likeness": "Likeness",
	"contact_kind": "ContactKind", "grant_confirmed": "GrantConfirmation", "reset_kind": "ResetKind",
	"delivery_status": "DeliveryStatus", "form_field_type": "FormFieldType", "form_source": "FormSource", "confidence": "Confidence",
	"access_kind": "AccessKind", "denial_kind": "DenialKind",
	"task_status": "TaskStatus", "checklist_start": "ChecklistStart", "observable_type": "ObservableType", "message_direction": "MessageDirection", "taking": "TakingKind",
	"secrecy": "Secrecy", "redaction_status": "RedactionStatus", "redaction_why": "RedactionWhy", "redaction_kind": "RedactionKind",
	"import_format": "ImportFormat", "export_format": "ExportFormat", "import_status": "ImportStatus", "import_delimiter": "ImportDelimiter", "import_field": "ImportField",
	"verb": "Verb", "account_kind": "AccountKind", "oauth_grant": "OAuthGrantType", "oauth_error": "OAuthErrorCode",
	"token_type": "TokenType", "health": "HealthStatus", "readiness": "ReadinessStatus",
}

// list makes the schema of a closed list once and returns its name.
func (s *schemas) list(key string) string {
	name, values := listNames[key], s.lists[key]
	if name == "" || values == nil {
		panic("no closed list " + key)
	}
	made := object{"type": "string", "enum": anys(values)}
	if meanings := httpapi.Meanings()[key]; meanings != nil {
		lines := make([]string, len(values))
		for i, v := range values {
			lines[i] = "- `" + v + "`: " + meanings[v]
		}
		made["description"] = strings.Join(lines, "\n")
	}
	s.made[name] = made
	return name
}

// without is the tag as its elements see it.
func without(tag reflect.StructTag, key string) reflect.StructTag {
	return reflect.StructTag(strings.ReplaceAll(string(tag), key+`:"`, `-:"`))
}

// define makes the schema of a struct once and returns its name. A type that both requests
// and answers use has two schemas.
func (s *schemas) define(t reflect.Type, input bool) string {
	name := t.Name()
	if input && !s.inputOnly(t) {
		name += "Input"
	}
	if s.made[name] != nil {
		return name
	}
	out := object{"type": "object"}
	s.made[name] = out
	words, _ := s.words["api."+t.Name()].(object)
	if d := s.said[t.Name()].text; d != "" {
		out["description"] = d
	}
	properties, required := object{}, []any{}
	s.fields(t, input, words, properties, &required)
	out["properties"] = properties
	if len(required) > 0 {
		out["required"] = required
	}
	if input {
		out["additionalProperties"] = false
	}
	return name
}

func (s *schemas) fields(t reflect.Type, input bool, words, properties object, required *[]any) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			s.fields(f.Type, input, words, properties, required)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		p := s.use(f.Type, f.Tag, input)
		if d := cmp.Or(description(words, name), s.said[t.Name()].fields[f.Name]); d != "" {
			p["description"] = d
		}
		properties[name] = p
		if input && f.Tag.Get("validate") == "required" || !input && options != "omitempty" {
			*required = append(*required, name)
		}
	}
}

func description(schema object, field string) string {
	properties, _ := schema["properties"].(object)
	p, _ := properties[field].(object)
	d, _ := p["description"].(string)
	return d
}

// inputOnly reports whether no answer uses the type.
func (s *schemas) inputOnly(t reflect.Type) bool { return s.types[t.Name()] }

// nullable lets a schema be null too.
func nullable(p object) object {
	if kind, ok := p["type"].(string); ok {
		p["type"] = []any{kind, "null"}
		return p
	}
	return object{"anyOf": []any{p, object{"type": "null"}}}
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, x := range list {
		out[i] = x
	}
	return out
}

// reach adds the names of the structs that t is made of.
func reach(t reflect.Type, into map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		reach(t.Elem(), into)
	case reflect.Struct:
		if into[t.Name()] {
			return
		}
		into[t.Name()] = true
		for i := range t.NumField() {
			reach(t.Field(i).Type, into)
		}
	}
}
