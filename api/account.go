package api

// EnrolFactor asks for the secret of a second factor.
type EnrolFactor struct {
	Password string `json:"password" validate:"required" format:"password"`
}

// FactorSecret is for an authenticator (RFC 6238, SHA-1, six digits, 30 seconds), shown once. It
// is in force once a code of it was confirmed.
type FactorSecret struct {
	Secret string `json:"secret"` // base32, for whom types it
	URI    string `json:"uri"`    // otpauth://…, for a QR code
}

// ConfirmFactor shows a code of the new second factor.
type ConfirmFactor struct {
	Code string `json:"code" validate:"required"`
}

// ProveFactor asks for the password and a code once more.
type ProveFactor struct {
	Password string `json:"password" validate:"required" format:"password"`
	Code     string `json:"code" validate:"required"` // of the authenticator, or a recovery code
}

// RecoveryCodes stand in for the second factor, each once. They are shown this once.
type RecoveryCodes struct {
	Codes []string `json:"recovery_codes"`
}

// UserReview is what the half-yearly review looks at.
type UserReview struct {
	ID             string    `json:"id" format:"uuid"`
	Username       string    `json:"username"`
	FullName       string    `json:"full_name"`
	AgencyID       string    `json:"agency_id" format:"uuid"`
	Roles          []string  `json:"roles" enum:"role"` // in force today
	Grants         []Grant   `json:"grants"`
	CreatedAt      string    `json:"created_at" format:"date-time"`
	LastLoginAt    *string   `json:"last_login_at" format:"date-time"`
	LastUsedOn     *string   `json:"last_used_on" format:"date"`
	IdleDays       int       `json:"idle_days"`
	Idle           bool      `json:"idle"`          // locked, because nobody used it for 45 days
	SecondFactor   bool      `json:"second_factor"` // in force
	DisabledAt     *string   `json:"disabled_at" format:"date-time"`
	DisabledReason *string   `json:"disabled_reason"`
	DisabledNotice *Document `json:"disabled_notice"`
	ReviewedAt     *string   `json:"reviewed_at" format:"date-time"`
	ReviewedByID   *string   `json:"reviewed_by_id" format:"uuid"`
	DueOn          string    `json:"due_on" format:"date"`
	Due            bool      `json:"due"`
}

// UserReviewList is a page of the review.
type UserReviewList struct {
	Items []UserReview `json:"items"`
	Paged
}

// ReviewFilter narrows the review.
type ReviewFilter struct {
	AgencyID string `json:"agency_id" format:"uuid"`
	Due      *bool  `json:"due"`
	Paging
}

// RecordReview says that somebody has looked at what the person may do.
type RecordReview struct {
	Note string `json:"note,omitempty"`
}
