package api

// NewInvitation lets a further agency take part, with the agreement of every agency that
// coordinates in the case already (QĐ 3063/QĐ-UBND Sơn La Điều 3 khoản 7).
type NewInvitation struct {
	AgencyID string       `json:"agency_id" validate:"required" format:"uuid"`
	Reason   string       `json:"reason" validate:"required"`
	Consents []NewConsent `json:"consents,omitempty"` // one of each member; none are needed while nobody else coordinates
}

// NewConsent is how one member agreed.
type NewConsent struct {
	AgencyID   string    `json:"agency_id" validate:"required" format:"uuid"` // the member
	ByName     string    `json:"by_name" validate:"required"`                 // who agreed for it
	ByPosition string    `json:"by_position,omitempty"`
	At         string    `json:"at" validate:"required" format:"date-time"`
	Channel    string    `json:"channel" validate:"required" enum:"channel"`
	Document   *Document `json:"document,omitempty"`
}

// EndInvitation ends the part of an invited agency.
type EndInvitation struct {
	Reason string `json:"reason" validate:"required"`
}

// Invitation is an agency that was invited to take part.
type Invitation struct {
	ID         string    `json:"id" format:"uuid"`
	IncidentID string    `json:"incident_id" format:"uuid"`
	AgencyID   string    `json:"agency_id" format:"uuid"`
	Reason     string    `json:"reason"`
	Basis      string    `json:"basis"`
	Consents   []Consent `json:"consents"`
	InvitedBy  string    `json:"invited_by" format:"uuid"` // the user's id
	InvitedAt  string    `json:"invited_at" format:"date-time"`
	EndedAt    *string   `json:"ended_at" format:"date-time"`
	EndReason  *string   `json:"end_reason"`
}

// Consent is how one member agreed to an invitation.
type Consent struct {
	AgencyID   string    `json:"agency_id" format:"uuid"`
	ByName     string    `json:"by_name"`
	ByPosition *string   `json:"by_position"`
	At         string    `json:"at" format:"date-time"`
	Channel    string    `json:"channel" enum:"channel"`
	Document   *Document `json:"document"`
}

// Taking is one way in which an agency takes part in a case.
type Taking struct {
	How      string  `json:"how" enum:"taking"`
	Since    string  `json:"since" format:"date-time"`
	ObjectID *string `json:"object_id" format:"uuid"` // the handover or invitation
	Basis    *string `json:"basis"`                   // the clause, where one names it
}
