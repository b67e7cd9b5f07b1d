package api

// NewRedaction asks for a content to be taken away that should never have come in. It hides
// the content at once; a second person decides.
type NewRedaction struct {
	ObjectKind string    `json:"object_kind" validate:"required" enum:"redaction_kind"`
	ObjectID   string    `json:"object_id,omitempty" format:"uuid"` // not for the incident itself, nor for an event
	Seq        int64     `json:"seq,omitempty"`                     // of the event, as in the timeline
	Fields     []string  `json:"fields" validate:"required"`        // as the object's own answer names them: description, report.reporter_name; payload of an event
	Why        string    `json:"why" validate:"required" enum:"redaction_why"`
	Reason     string    `json:"reason" validate:"required"` // must not repeat the content
	Document   *Document `json:"document" validate:"required"`
}

// DecideRedaction confirms or refuses it.
type DecideRedaction struct {
	Note string `json:"note" validate:"required"` // must not repeat the content
}

// Redaction is a content that two people take away. content is what is hidden, for those who
// decide, and only while the redaction is open; empty otherwise, and always in lists and after a write.
type Redaction struct {
	ID         string    `json:"id" format:"uuid"`
	IncidentID string    `json:"incident_id" format:"uuid"`
	Status     string    `json:"status" enum:"redaction_status"`
	ObjectKind string    `json:"object_kind" enum:"redaction_kind"`
	ObjectID   string    `json:"object_id" format:"uuid"`
	Fields     []string  `json:"fields"`
	Why        string    `json:"why" enum:"redaction_why"`
	Reason     string    `json:"reason"`
	Document   *Document `json:"document"`
	InRows     int       `json:"in_rows"`    // in how many rows the content stood
	InEvents   int       `json:"in_events"`  // in how many events of the timeline
	InAnswers  int       `json:"in_answers"` // in how many answers that were kept for a repeat
	AskedByID  string    `json:"asked_by_id" format:"uuid"`
	AskedBy    *string   `json:"asked_by"`
	AskedAt    string    `json:"asked_at" format:"date-time"`

	DecidedByID *string  `json:"decided_by_id" format:"uuid"`
	DecidedBy   *string  `json:"decided_by"`
	DecidedAt   *string  `json:"decided_at" format:"date-time"`
	Decision    *string  `json:"decision"`
	Content     []string `json:"content"`
	Unreached   []Reason `json:"unreached"` // what the desk cannot reach: the operator's duty
}

// RedactionList is a page of redactions, the oldest first.
type RedactionList struct {
	Items []Redaction `json:"items"`
	Paged
}

// RedactionFilter narrows the redactions of a case.
type RedactionFilter struct {
	Status []string `json:"status" enum:"redaction_status"`
	Paging
}
