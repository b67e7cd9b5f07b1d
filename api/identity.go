package api

// Identity is who a person is at an identity provider (OpenID Connect). While confirmed is null
// it opens nothing.
type Identity struct {
	ID            string  `json:"id" format:"uuid"`
	UserID        string  `json:"user_id" format:"uuid"`
	Issuer        string  `json:"issuer"`  // iss of the provider's tokens
	Subject       string  `json:"subject"` // sub of them: never an e-mail or a name
	Basis         string  `json:"basis"`
	BoundByID     string  `json:"bound_by_id" format:"uuid"`
	BoundAt       string  `json:"bound_at" format:"date-time"`
	Confirmed     *string `json:"confirmed" enum:"grant_confirmed"` // how
	ConfirmedByID *string `json:"confirmed_by_id" format:"uuid"`
	ConfirmedAt   *string `json:"confirmed_at" format:"date-time"`
	EndedAt       *string `json:"ended_at" format:"date-time"`
	EndReason     *string `json:"end_reason"`
}

// IdentityList is a page of identities, in the order in which they were bound.
type IdentityList struct {
	Items []Identity `json:"items"`
	Paged
}

// IdentityFilter pages a list of identities.
type IdentityFilter struct {
	Paging
}

// NewIdentity binds the subject of a provider to a person.
type NewIdentity struct {
	Issuer  string `json:"issuer" validate:"required"`
	Subject string `json:"subject" validate:"required"`
	Basis   string `json:"basis" validate:"required"`
}

// EndIdentity unbinds it.
type EndIdentity struct {
	Reason string `json:"reason" validate:"required"`
}
