package incident

import (
	"slices"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// RedactionStatus is where a redaction stands.
type RedactionStatus string

// The statuses.
const (
	RedactionOpen      RedactionStatus = "open"      // the content is hidden from everyone, and kept for the decision
	RedactionConfirmed RedactionStatus = "confirmed" // the content is gone
	RedactionRefused   RedactionStatus = "refused"   // the content stands again where it stood
)

// RedactionStatuses lists every status.
var RedactionStatuses = []RedactionStatus{RedactionOpen, RedactionConfirmed, RedactionRefused}

// RedactionWhy is why a content must go.
type RedactionWhy string

// The reasons.
const (
	WhyStateSecret  RedactionWhy = "state_secret"
	WhyPersonalData RedactionWhy = "personal_data"
	WhyOther        RedactionWhy = "other"
)

// RedactionWhys lists every reason.
var RedactionWhys = []RedactionWhy{WhyStateSecret, WhyPersonalData, WhyOther}

// RedactedEvent is the kind of a redaction whose object is an event: its payload is taken away.
const RedactedEvent = "event"

// redactable is what can be redacted of each kind of object, by its name in the API.
var redactable = []struct {
	kind   string
	fields []string
}{
	{"incident", []string{
		"title", "description", "system.name", "system.domains", "system.public_addresses", "report.reporter_name", "report.reporter_phone",
		"report.reporter_email", "report.reference", "resolution.summary", "resolution.prevention", "lessons",
	}},
	{"note", []string{"text"}},
	{"task", []string{"title", "description", "reason"}},
	{"observable", []string{"value", "note", "retract_reason"}},
	{"message", []string{"text"}},
	{"handover", []string{
		"message", "requested_resources", "document", "acknowledged_by", "answer.reason", "answer.resources", "answer.liaison_contact",
		"record", "contest_reason", "end_reason", "outcome",
	}},
	{"national_report", []string{"reason", "fields", "document", "acknowledged_by", "reference"}},
	{"obligation", []string{"document", "reason"}},
	{"participant", []string{"reason", "consents", "end_reason"}},
	{"link", []string{"note", "removal_reason"}},
	{RedactedEvent, []string{"payload"}},
}

// RedactionKinds lists the kinds of objects of which something can be redacted.
func RedactionKinds() []string {
	out := make([]string, len(redactable))
	for i, r := range redactable {
		out[i] = r.kind
	}
	return out
}

// RedactableFields lists what can be redacted of an object of the kind.
func RedactableFields(kind string) []string {
	for _, r := range redactable {
		if r.kind == kind {
			return slices.Clone(r.fields)
		}
	}
	return nil
}

// RedactionPending stands in place of a content while its redaction is open.
const RedactionPending = "[nội dung tạm ẩn, chờ quyết định xóa]"

// redactedPrefix begins the text that stands in place of a content for good.
const redactedPrefix = "[đã xóa theo quyết định "

// Redaction (xóa nội dung) takes a content away that should never have come in, such as a
// state secret or a personal datum that was pasted by mistake: one person asks, another
// decides. The record keeps who did it and on which document; the content is nowhere.
type Redaction struct {
	ID         string
	IncidentID string
	Status     RedactionStatus
	ObjectKind string
	ObjectID   string
	Fields     []string `gorm:"serializer:json"`
	Why        RedactionWhy
	Reason     string   // must not repeat the content
	Document   Document `gorm:"embedded;embeddedPrefix:document_"`
	InRows     int      // in how many rows the content stood
	InEvents   int      // in the payloads of how many events
	InAnswers  int      // in how many answers that were kept for a repeat
	AskedByID  string
	AskedAt    time.Time

	DecidedByID *string
	DecidedAt   *time.Time
	Decision    string // the note of who decided; must not repeat the content
}

// TableName is the table of the redactions.
func (Redaction) TableName() string { return "redactions" }

// CheckRedaction checks what a request for a redaction says, beside its object.
func CheckRedaction(c *Checker, kind string, fields []string, why RedactionWhy, reason string, d Document) {
	OneOf(c, "/object_kind", kind, RedactionKinds())
	known := RedactableFields(kind)
	if len(fields) == 0 {
		c.Add("/fields", "required", "Nêu ít nhất một trường cần xóa.", "Name at least one field.")
	}
	for i, f := range fields {
		at := "/fields/" + itoa(i)
		if len(known) > 0 && !slices.Contains(known, f) {
			c.Add(at, "not_in_list", "Trường này không có hoặc không xóa được; chọn một trong: "+strings.Join(known, ", ")+".",
				"There is no such field to redact; one of: "+strings.Join(known, ", ")+".")
		} else if slices.Contains(fields[:i], f) {
			c.Add(at, "repeated", "Đã nêu trường này.", "The field is named above.")
		}
	}
	OneOf(c, "/why", why, RedactionWhys)
	c.Text("/reason", reason, true, MaxText)
	c.Document("/document", d)
	for pointer, s := range map[string]string{"/document/number": d.Number, "/document/symbol": d.Symbol} {
		if strings.TrimSpace(s) == "" {
			c.Add(pointer, "required", "Bắt buộc nhập: văn bản làm căn cứ.", "Required: the document that it rests on.")
		}
	}
}

// Mark is what stands in place of the content once the redaction is confirmed.
func (r *Redaction) Mark() string {
	return redactedPrefix + r.Document.Number + "/" + r.Document.Symbol + "]"
}

// Redacted reports whether the text is what a redaction has left.
func Redacted(s string) bool {
	return strings.Contains(s, RedactionPending) || strings.Contains(s, redactedPrefix)
}

// decide guards a decision: a second person, once.
func (r *Redaction) decide(status RedactionStatus, note string, by By, at time.Time) error {
	if r.Status != RedactionOpen {
		text := fault.Text{VI: "Yêu cầu này đã được quyết định.", EN: "This request was decided before."}
		return fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "already_decided", Text: text})
	}
	if r.AskedByID == by.UserID {
		text := fault.Text{VI: "Cần người thứ hai: người yêu cầu không tự quyết định.", EN: "A second person is needed: who asked does not decide."}
		return fault.New(fault.Forbidden, text.VI, text.EN).Because(fault.Reason{Code: "second_person", Text: text})
	}
	r.Status, r.Decision, r.DecidedByID, r.DecidedAt = status, note, &by.UserID, &at
	return nil
}

// Asked is the fact of the request. events are the ids of the events whose payloads are away:
// the record itself says which were taken by a redaction, and verify accepts no others.
func (r *Redaction) Asked(events []string) Fact {
	return r.fact("redaction.requested", "redaction", r.ID, events, nil)
}

// Confirm takes the content away for good.
func (r *Redaction) Confirm(note string, by By, at time.Time) error {
	return r.decide(RedactionConfirmed, note, by, at)
}

// Confirmed is the fact of the confirmation.
func (r *Redaction) Confirmed(events []string) Fact {
	return r.fact("incident.redacted", "incident", r.IncidentID, events, map[string]any{"decision": r.Decision})
}

// Refuse puts the content back.
func (r *Redaction) Refuse(note string, by By, at time.Time) ([]Fact, error) {
	if err := r.decide(RedactionRefused, note, by, at); err != nil {
		return nil, err
	}
	return []Fact{r.fact("redaction.refused", "redaction", r.ID, nil, map[string]any{"decision": r.Decision})}, nil
}

func (r *Redaction) fact(typ, kind, id string, events []string, more map[string]any) Fact {
	full := map[string]any{
		"redaction_id": r.ID, "kind": r.ObjectKind, "redacted_object_id": r.ObjectID, "fields": slices.Clone(r.Fields), "why": r.Why, "reason": r.Reason,
		"document": r.Document.payload(), "asked_by_id": r.AskedByID, "asked_at": stamp(&r.AskedAt),
	}
	if events != nil {
		full[RedactedEvents] = slices.Clone(events)
	}
	for name, v := range more {
		full[name] = v
	}
	return Fact{Type: typ, ObjectKind: kind, ObjectID: id, Bumps: true, Full: full, Thin: map[string]any{"kind": r.ObjectKind}}
}

// RedactionFacts are the types of events that say which payloads a redaction has taken, and
// RedactedEvents the member of their payload that lists them. These payloads are themselves
// never taken.
var RedactionFacts = []string{"redaction.requested", "redaction.refused", "incident.redacted"}

// RedactedEvents is the member of the payload of a redaction that lists the events.
const RedactedEvents = "redacted_events"

// Repeats refuses words about a redaction that repeat what it takes away.
func Repeats(pointer string) error {
	return fault.Input(fault.Field{Pointer: pointer, Code: "repeats_content", Text: fault.Text{
		VI: "Không được nhắc lại nội dung cần xóa.", EN: "It must not repeat the content that is to go."}})
}
