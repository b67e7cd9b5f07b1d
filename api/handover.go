package api

// Document is a paper or electronic document (NĐ 30/2020/NĐ-CP).
type Document struct {
	Number         string  `json:"number"`                           // số
	Symbol         string  `json:"symbol"`                           // ký hiệu, e.g. BC-ĐƯCSC
	IssuedOn       *string `json:"issued_on" format:"date"`          // ngày ban hành
	Subject        string  `json:"subject"`                          // trích yếu
	SignerName     string  `json:"signer_name"`                      // người ký
	SignerPosition string  `json:"signer_position"`                  // chức vụ người ký
	Secrecy        string  `json:"secrecy,omitempty" enum:"secrecy"` // độ mật: a document that has one is refused, and none of it kept
}

// NewHandover asks, or tells, another agency.
type NewHandover struct {
	ToAgencyID         string    `json:"to_agency_id" validate:"required" format:"uuid"`
	Kind               string    `json:"kind" validate:"required" enum:"handover_kind"`
	Message            string    `json:"message" validate:"required"`
	Channel            string    `json:"channel,omitempty" enum:"channel"` // api when not given
	Urgency            string    `json:"urgency,omitempty" enum:"urgency"` // normal when not given
	Document           *Document `json:"document,omitempty"`
	RequestedResources string    `json:"requested_resources,omitempty"`
	DueAt              *string   `json:"due_at,omitempty" format:"date-time"`
	TransfersLead      bool      `json:"transfers_lead,omitempty"`               // acceptance moves the lead of the case
	FromAgencyID       *string   `json:"from_agency_id,omitempty" format:"uuid"` // for a request received on paper
}

// Handover is a request or notice from one agency to another. message, requested_resources,
// answer and outcome, and the document's subject, are null for who sees handovers without
// their text.
type Handover struct {
	ID                 string          `json:"id" format:"uuid"`
	IncidentID         string          `json:"incident_id" format:"uuid"`
	Version            int64           `json:"version"`
	Kind               string          `json:"kind" enum:"handover_kind"`
	Status             string          `json:"status" enum:"handover_status"`
	FromAgencyID       string          `json:"from_agency_id" format:"uuid"`
	ToAgencyID         string          `json:"to_agency_id" format:"uuid"`
	Channel            string          `json:"channel" enum:"channel"`
	Urgency            string          `json:"urgency" enum:"urgency"`
	TransfersLead      bool            `json:"transfers_lead"`
	Document           *DocumentView   `json:"document"`
	Message            *string         `json:"message"`
	RequestedResources *string         `json:"requested_resources"`
	AcknowledgeBy      *string         `json:"acknowledge_by" format:"date-time"` // an internal target, not a legal term
	DueAt              *string         `json:"due_at" format:"date-time"`
	RequestedAt        string          `json:"requested_at" format:"date-time"`
	RequestedBy        string          `json:"requested_by" format:"uuid"` // the user's id
	AcknowledgedAt     *string         `json:"acknowledged_at" format:"date-time"`
	AcknowledgedBy     *string         `json:"acknowledged_by"` // the officer's name and position
	AnsweredAt         *string         `json:"answered_at" format:"date-time"`
	Answer             *HandoverAnswer `json:"answer"`
	Recorded           bool            `json:"recorded"` // a step was entered by the team for a partner
	Record             *HandoverRecord `json:"record"`   // the last recorded step
	ContestedAt        *string         `json:"contested_at" format:"date-time"`
	ContestReason      *string         `json:"contest_reason"`
	EndReason          *string         `json:"end_reason"` // why it was withdrawn or released
	CompletedAt        *string         `json:"completed_at" format:"date-time"`
	EndedAt            *string         `json:"ended_at" format:"date-time"`
	Outcome            *string         `json:"outcome"`
	WithoutText        bool            `json:"without_text"` // what was written is withheld from this reader
	CreatedAt          string          `json:"created_at" format:"date-time"`
	UpdatedAt          string          `json:"updated_at" format:"date-time"`
}

// DocumentView is the document of a handover, as its reader sees it.
type DocumentView struct {
	Number         string  `json:"number"`
	Symbol         string  `json:"symbol"`
	IssuedOn       *string `json:"issued_on" format:"date"`
	Subject        *string `json:"subject"`
	SignerName     string  `json:"signer_name"`
	SignerPosition string  `json:"signer_position"`
}

// HandoverAnswer is what the addressee said.
type HandoverAnswer struct {
	Partly         bool   `json:"partly"`
	Reason         string `json:"reason"`
	Resources      string `json:"resources"`
	LiaisonContact string `json:"liaison_contact"`
}

// HandoverRecord says how a partner's step reached the team.
type HandoverRecord struct {
	Step            string    `json:"step" enum:"handover_step"`
	OfficerName     string    `json:"officer_name"`
	OfficerPosition string    `json:"officer_position"`
	At              string    `json:"at" format:"date-time"`
	Channel         string    `json:"channel" enum:"channel"`
	Document        *Document `json:"document"`
	RecordedBy      string    `json:"recorded_by" format:"uuid"`
}

// HandoverList is a page of handovers: of a case the oldest first, of an agency the newest.
type HandoverList struct {
	Items []Handover `json:"items"`
	Paged
}

// CaseHandoverFilter narrows the handovers of a case.
type CaseHandoverFilter struct {
	Status    []string `json:"status" enum:"handover_status"`
	Kind      []string `json:"kind" enum:"handover_kind"`
	Direction string   `json:"direction" enum:"direction"`    // in: to my agency; out: from it
	DueBefore string   `json:"due_before" format:"date-time"` // exclusive
	Paging
}

// HandoverFilter narrows the inbox and outbox of an agency.
type HandoverFilter struct {
	Status     []string `json:"status" enum:"handover_status"`
	Kind       []string `json:"kind" enum:"handover_kind"`
	Direction  string   `json:"direction" enum:"direction"`    // in: to my agency; out: from it
	DueBefore  string   `json:"due_before" format:"date-time"` // exclusive
	IncidentID string   `json:"incident_id" format:"uuid"`
	Paging
}

// Acknowledge confirms receipt.
type Acknowledge struct {
	Note string `json:"note,omitempty"`
}

// Accept agrees, wholly or partly.
type Accept struct {
	Partly         bool   `json:"partly,omitempty"`
	Reason         string `json:"reason,omitempty"`
	Resources      string `json:"resources,omitempty"`
	LiaisonContact string `json:"liaison_contact,omitempty"`
}

// Decline refuses.
type Decline struct {
	Reason string `json:"reason" validate:"required"`
}

// Complete ends what was accepted.
type Complete struct {
	Outcome string `json:"outcome" validate:"required"`
}

// Withdraw takes an unanswered handover back.
type Withdraw struct {
	Reason string `json:"reason" validate:"required"`
}

// Release frees the addressee from what it accepted.
type Release struct {
	Reason string `json:"reason" validate:"required"`
}

// Record enters a step for a partner who answered by letter, phone, fax or in person.
type Record struct {
	Step            string    `json:"step" validate:"required" enum:"handover_step"`
	OfficerName     string    `json:"officer_name" validate:"required"`
	OfficerPosition string    `json:"officer_position,omitempty"`
	At              string    `json:"at" validate:"required" format:"date-time"` // when the partner acted
	Channel         string    `json:"channel" validate:"required" enum:"channel"`
	Document        *Document `json:"document,omitempty"`
	Partly          bool      `json:"partly,omitempty"` // with step accept
	Reason          string    `json:"reason,omitempty"`
	Resources       string    `json:"resources,omitempty"`
	LiaisonContact  string    `json:"liaison_contact,omitempty"`
	Outcome         string    `json:"outcome,omitempty"`
}

// Contest objects to a recorded answer; it is kept and shown, and undoes nothing.
type Contest struct {
	Reason string `json:"reason" validate:"required"`
}
