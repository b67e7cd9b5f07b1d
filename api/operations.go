package api

// Health says that the process answers.
type Health struct {
	Status  string `json:"status" enum:"health"`
	Version string `json:"version"`
}

// Readiness says whether the service can do its work. degraded: requests are served, what
// leaves the desk waits.
type Readiness struct {
	Status string  `json:"status" enum:"readiness"`
	Checks []Check `json:"checks"`
}

// Check is one part that the service needs.
type Check struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
}

// KeySet is the public keys that sign access tokens (RFC 7517).
type KeySet struct {
	Keys []map[string]any `json:"keys"`
}
