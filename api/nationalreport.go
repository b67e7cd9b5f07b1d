package api

// NationalReport goes to the national coordinator or another competent agency.
type NationalReport struct {
	ID              string         `json:"id" format:"uuid"`
	IncidentID      string         `json:"incident_id" format:"uuid"` // the case that it reports
	Version         int64          `json:"version"`
	Kind            string         `json:"kind" enum:"national_report_kind"`
	Status          string         `json:"status" enum:"national_report_status"`
	ToAgencyID      string         `json:"to_agency_id" format:"uuid"`      // the addressee
	Reason          string         `json:"reason"`                          // of a help request: the decision why the case cannot be handled
	Form            *string        `json:"form"`                            // the form it was made with; null: a request from before there were forms
	FormFrom        *string        `json:"form_from" format:"date"`         // the day from which that version of the form holds
	Fields          map[string]any `json:"fields"`                          // by the names of the fields of the form: a string (a text, a time in UTC, a day, one choice), a whole number, a boolean, or a list of strings
	InitialReportID *string        `json:"initial_report_id" format:"uuid"` // the initial report it refers to
	KeepSecret      bool           `json:"keep_secret"`                     // giữ bí mật: for the team, who leads, the addressee and auditors alone
	CreatedBy       string         `json:"created_by" format:"uuid"`        // the person who made the draft
	CreatedAt       string         `json:"created_at" format:"date-time"`
	SentAt          *string        `json:"sent_at" format:"date-time"` // when it went out; null: a draft
	SentBy          *string        `json:"sent_by" format:"uuid"`      // the person who sent it, or entered that it was sent
	Channel         *string        `json:"channel" enum:"channel"`
	Document        *Document      `json:"document"`
	AcknowledgedAt  *string        `json:"acknowledged_at" format:"date-time"` // when the addressee confirmed receipt; null: not yet
	AcknowledgedBy  *string        `json:"acknowledged_by"`                    // the addressee's officer, by name
	Reference       *string        `json:"reference"`                          // the number under which the addressee keeps it
	Recorded        bool           `json:"recorded"`                           // acknowledged on paper and entered by the team
	UpdatedAt       string         `json:"updated_at" format:"date-time"`
	// Of a draft: what must still be said before it can be sent. /fields/… and /initial_report_id
	// are given by PATCH, /document/signer_name with the sending itself.
	Missing []FieldError `json:"missing"`
}

// NationalReportList is the national reports of a case.
type NationalReportList struct {
	Items []NationalReport `json:"items"`
	Paged
}

// NewNationalReport makes the draft of a report, on the form of the day, filled in from the case.
// Refused: 409 not_open, imported, no_form, and not_national for a help_request; 422 by the names
// of the fields, /keep_secret case_confidential, /to_agency_id same_agency.
type NewNationalReport struct {
	Kind            string         `json:"kind" validate:"required" enum:"national_report_kind"`
	ToAgencyID      *string        `json:"to_agency_id,omitempty" format:"uuid"`      // the national coordinator of the day when not given; the military where the system is theirs
	Fields          map[string]any `json:"fields,omitempty"`                          // by the names of the form, over what the case fills in
	InitialReportID *string        `json:"initial_report_id,omitempty" format:"uuid"` // the last initial report that was sent when not given
	KeepSecret      *bool          `json:"keep_secret,omitempty"`                     // as the case's confidential when not given; true where that is
}

// NationalReportPatch changes a draft. Refused: 409 wrong_status, form_gone; 422 as when it is made.
type NationalReportPatch struct {
	ToAgencyID      Patch[string]                `json:"to_agency_id,omitzero" format:"uuid" nullable:"false"` // the addressee
	Fields          Patch[map[string]Patch[any]] `json:"fields,omitzero"`                                      // null empties a field, or all of them
	InitialReportID Patch[string]                `json:"initial_report_id,omitzero" format:"uuid"`             // the initial report it refers to
	KeepSecret      Patch[bool]                  `json:"keep_secret,omitzero" nullable:"false"`                // giữ bí mật
}

// WithdrawNationalReport takes a draft back. Refused: 409 wrong_status.
type WithdrawNationalReport struct {
	Reason string `json:"reason" validate:"required"` // kept with the report
}

// ReportForm is what a report must say, as the law of its days has it.
type ReportForm struct {
	ID         string            `json:"id"`
	Kind       string            `json:"kind" enum:"form_kind"`        // of reports that are made on it
	From       string            `json:"from" format:"date"`           // of the day on which the report is made
	To         *string           `json:"to" format:"date"`             // exclusive
	Title      string            `json:"title"`                        // Vietnamese
	TitleEN    string            `json:"title_en"`                     // English
	Instrument string            `json:"instrument"`                   // that prescribes the form
	Clause     string            `json:"clause"`                       // of the instrument
	Confidence string            `json:"confidence" enum:"confidence"` // read in the text, from a secondary source, or inferred
	Note       *string           `json:"note"`                         // what must be known of the form, in Vietnamese
	Signer     bool              `json:"signer"`                       // document.signer_name is needed to send it
	Initial    bool              `json:"initial"`                      // it must name an initial report that was sent
	Fields     []ReportFormField `json:"fields"`
}

// ReportFormField is one field of a form.
type ReportFormField struct {
	Name      string             `json:"name"`                         // key of fields of a report
	Title     string             `json:"title"`                        // Vietnamese
	TitleEN   string             `json:"title_en"`                     // English
	Type      string             `json:"type" enum:"form_field_type"`  // of the value
	Mandatory bool               `json:"mandatory"`                    // without it a report cannot be sent
	FromCase  *string            `json:"from_case" enum:"form_source"` // what fills it when the draft is made
	Choices   []ReportFormChoice `json:"choices"`
	Note      *string            `json:"note"` // what must be known of the field, in Vietnamese
}

// ReportFormChoice is one value of a choice.
type ReportFormChoice struct {
	Value   string `json:"value"`    // as it stands in fields
	Title   string `json:"title"`    // Vietnamese
	TitleEN string `json:"title_en"` // English
}

// ReportFormList is the forms in force on a day.
type ReportFormList struct {
	Items []ReportForm `json:"items"`
	Paged
}

// ReportFormFilter narrows the forms.
type ReportFormFilter struct {
	Kind string `json:"kind" enum:"form_kind"`
	On   string `json:"on" format:"date"` // today when not given
	Paging
}

// SendReport says how a national report went out. Refused: 409 with field_missing, signer_missing or
// initial_report_missing for each thing that its form asks for, wrong_status, form_gone; 422 /at out_of_range.
type SendReport struct {
	Channel  string    `json:"channel" validate:"required" enum:"channel"`
	Document *Document `json:"document,omitempty"`
	Note     string    `json:"note,omitempty"`                  // kept in the timeline
	At       *string   `json:"at,omitempty" format:"date-time"` // when it went out, of what was sent outside the desk (not api, not email); now when not given
}

// AcknowledgeReport says who confirmed receipt. Refused: 409 wrong_status; 422 /at out_of_range, /officer_name required.
type AcknowledgeReport struct {
	OfficerName string    `json:"officer_name,omitempty"`          // the caller when not given
	Reference   string    `json:"reference,omitempty"`             // the number under which the addressee keeps it
	At          *string   `json:"at,omitempty" format:"date-time"` // now when not given
	Channel     string    `json:"channel,omitempty" enum:"channel"`
	Document    *Document `json:"document,omitempty"`
}
