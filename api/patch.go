package api

import (
	"bytes"
	"encoding/json"
)

// Patch is one member of a JSON Merge Patch (RFC 7396): absent, null, or a value.
type Patch[T any] struct {
	Given bool // the member was there
	Null  bool // and was null
	Value T
}

// Set is a member that sets a value.
func Set[T any](v T) Patch[T] { return Patch[T]{Given: true, Value: v} }

// Clear is a member that removes a value.
func Clear[T any]() Patch[T] { return Patch[T]{Given: true, Null: true} }

// IsZero makes an absent member absent in JSON too (with the omitzero option).
func (p Patch[T]) IsZero() bool { return !p.Given }

// UnmarshalJSON notes that the member was there.
func (p *Patch[T]) UnmarshalJSON(b []byte) error {
	p.Given = true
	if bytes.Equal(bytes.TrimSpace(b), []byte("null")) {
		p.Null = true
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	return dec.Decode(&p.Value)
}

// MarshalJSON writes the value, or null.
func (p Patch[T]) MarshalJSON() ([]byte, error) {
	if p.Null || !p.Given {
		return []byte("null"), nil
	}
	return json.Marshal(p.Value)
}

// IncidentPatch corrects the facts of a case (not its status). Reason is required with
// detected_at.
type IncidentPatch struct {
	Title             Patch[string]                 `json:"title,omitzero" nullable:"false"`                    // what happened, in a line
	Description       Patch[string]                 `json:"description,omitzero" nullable:"false"`              // what happened, in full
	Category          Patch[string]                 `json:"category,omitzero" enum:"category" nullable:"false"` // RSIT, class.type
	CategoryVN        Patch[string]                 `json:"category_vn,omitzero" enum:"category_vn"`            // the national type
	Severity          Patch[string]                 `json:"severity,omitzero" enum:"severity" nullable:"false"`
	Natures           Patch[[]string]               `json:"natures,omitzero" enum:"nature"`
	Facts             Patch[map[string]Patch[bool]] `json:"facts,omitzero"`                            // null takes a fact back
	TLP               Patch[string]                 `json:"tlp,omitzero" enum:"tlp" nullable:"false"`  // TLP 2.0
	Confidential      Patch[bool]                   `json:"confidential,omitzero" nullable:"false"`    // the reporter's contact stays with the team
	Restricted        Patch[bool]                   `json:"restricted,omitzero" nullable:"false"`      // for named people only
	NamedUserIDs      Patch[[]string]               `json:"named_user_ids,omitzero" format:"uuid"`     // who may see a restricted case
	OwnerAgencyID     Patch[string]                 `json:"owner_agency_id,omitzero" format:"uuid"`    // cơ quan chủ quản; decides who owes duties
	OperatorAgencyID  Patch[string]                 `json:"operator_agency_id,omitzero" format:"uuid"` // đơn vị vận hành
	AssigneeID        Patch[string]                 `json:"assignee_id,omitzero" format:"uuid"`        // the officer who works on it
	System            Patch[SystemPatch]            `json:"system,omitzero" nullable:"false"`
	Report            Patch[ReportPatch]            `json:"report,omitzero"`
	DetectedAt        Patch[string]                 `json:"detected_at,omitzero" format:"date-time" nullable:"false"`      // needs reason; moves the clocks that start with it
	DetectedPrecision Patch[string]                 `json:"detected_precision,omitzero" enum:"precision" nullable:"false"` // how exactly detected_at is known
	OccurredAt        Patch[string]                 `json:"occurred_at,omitzero" format:"date-time"`                       // when it began
	ViolationFoundAt  Patch[string]                 `json:"violation_found_at,omitzero" format:"date-time"`                // needs reason
	Reason            string                        `json:"reason,omitempty"`                                              // why, with detected_at or violation_found_at
}

// SystemPatch corrects single members of the system.
type SystemPatch struct {
	ID              Patch[string]   `json:"id,omitzero" format:"uuid"`
	Name            Patch[string]   `json:"name,omitzero"`                          // tên hệ thống thông tin
	Level           Patch[int]      `json:"level,omitzero" minimum:"1" maximum:"5"` // cấp độ 1–5
	PriorityListed  Patch[bool]     `json:"priority_listed,omitzero"`               // thuộc danh mục hệ thống ưu tiên
	PublicAddresses Patch[[]string] `json:"public_addresses,omitzero"`              // used on the Internet, never internal ones
	Domains         Patch[[]string] `json:"domains,omitzero"`                       // tên miền
}

// ReportPatch corrects single members of how the report came in.
type ReportPatch struct {
	Channel       Patch[string] `json:"channel,omitzero" enum:"channel"`
	ReporterName  Patch[string] `json:"reporter_name,omitzero"`  // who reported
	ReporterPhone Patch[string] `json:"reporter_phone,omitzero"` // of who reported
	ReporterEmail Patch[string] `json:"reporter_email,omitzero"` // of who reported
	Reference     Patch[string] `json:"reference,omitzero"`      // the number under which the reporter keeps it
}

// System is the information system that was hit.
type System struct {
	ID              *string  `json:"id" format:"uuid"`
	Name            string   `json:"name"`                          // tên hệ thống thông tin
	Level           *int     `json:"level" minimum:"1" maximum:"5"` // cấp độ 1–5
	PriorityListed  bool     `json:"priority_listed"`               // thuộc danh mục hệ thống ưu tiên
	PublicAddresses []string `json:"public_addresses,omitzero"`     // used on the Internet, never internal ones
	Domains         []string `json:"domains,omitzero"`              // tên miền
}

// Report is how the report came in. An empty text was not given.
type Report struct {
	Channel       string `json:"channel" enum:"channel"`
	ReporterName  string `json:"reporter_name"`  // who reported
	ReporterPhone string `json:"reporter_phone"` // of who reported
	ReporterEmail string `json:"reporter_email"` // of who reported
	Reference     string `json:"reference"`      // the number under which the reporter keeps it
}
