package authn

// RefreshReused says that an old refresh token came again, so that its owner or a thief holds the newer.
const RefreshReused = "refresh_reused"

// Refused is the cause inside a fault.Unauthenticated about which the security log says more
// than the answer.
type Refused struct {
	Why       string // a code, such as RefreshReused
	UserID    string // whose session it was
	SessionID string
}

func (r Refused) Error() string { return "authn: " + r.Why }
