package api

// LogActor is who asked. In the security log, for login_failed and refresh_refused, it is the
// account that was tried: nobody has proven to be its owner.
type LogActor struct {
	ID         *string `json:"id" format:"uuid"` // null: nobody known
	Username   *string `json:"username"`
	FullName   *string `json:"full_name"`
	AgencyID   *string `json:"agency_id" format:"uuid"`
	AgencyName *string `json:"agency_name"`
}

// Access sums up what one person read of one thing within one minute, or longer where the
// database was away meanwhile. Address and session are for auditors, null for others.
type Access struct {
	ID         string   `json:"id" format:"uuid"`
	Kind       string   `json:"kind" enum:"access_kind"`
	Actor      LogActor `json:"actor"`
	Roles      []string `json:"roles"` // with which they read
	IncidentID *string  `json:"incident_id" format:"uuid"`
	ObjectID   *string  `json:"object_id"` // what below the incident, or what else, was read
	Route      *string  `json:"route"`     // the operationId; null where a line stands for several
	Filters    []string `json:"filters"`   // of a list: the names of its filters, never what was searched for
	Times      int64    `json:"times"`     // how often; of lost and purged: how many lines
	Shown      int64    `json:"shown"`     // how many items all the answers held; of an export: incidents
	Address    *string  `json:"address"`
	SessionID  *string  `json:"session_id"`
	Detail     *string  `json:"detail"` // of session: what was done; of purged: the clause
	FirstAt    string   `json:"first_at" format:"date-time"`
	LastAt     string   `json:"last_at" format:"date-time"`
}

// AccessList is a page of accesses, the newest first.
type AccessList struct {
	Items []Access `json:"items"`
	Paged
}

// AccessFilter narrows a list of accesses.
type AccessFilter struct {
	Kind       []string `json:"kind" enum:"access_kind"`
	ActorID    string   `json:"actor_id" format:"uuid"`
	AgencyID   string   `json:"agency_id" format:"uuid"` // for which the actor read
	IncidentID string   `json:"incident_id" format:"uuid"`
	After      string   `json:"after" format:"date-time"`  // inclusive, of first_at
	Before     string   `json:"before" format:"date-time"` // exclusive, of first_at
	Paging
}

// CaseAccessFilter narrows a list of who read one incident.
type CaseAccessFilter struct {
	Kind     []string `json:"kind" enum:"access_kind"`
	ActorID  string   `json:"actor_id" format:"uuid"`
	AgencyID string   `json:"agency_id" format:"uuid"`   // for which the actor read
	After    string   `json:"after" format:"date-time"`  // inclusive, of first_at
	Before   string   `json:"before" format:"date-time"` // exclusive, of first_at
	Paging
}

// Denial sums up what was refused to one person, or to one address, within one minute. It never
// holds what the caller sent. Address and session are for auditors, null for others.
type Denial struct {
	ID         string   `json:"id" format:"uuid"`
	Kind       string   `json:"kind" enum:"denial_kind"` // out_of_sight: the answer was 404, as for what does not exist
	Actor      LogActor `json:"actor"`
	Roles      []string `json:"roles"`
	IncidentID *string  `json:"incident_id" format:"uuid"`
	ObjectID   *string  `json:"object_id"`
	Route      *string  `json:"route"`  // the operationId; null where a line stands for several
	Detail     *string  `json:"detail"` // why; overflow: one line for what was too much to list
	Times      int64    `json:"times"`
	Address    *string  `json:"address"`
	SessionID  *string  `json:"session_id"`
	FirstAt    string   `json:"first_at" format:"date-time"`
	LastAt     string   `json:"last_at" format:"date-time"`
}

// DenialList is a page of refusals, the newest first.
type DenialList struct {
	Items []Denial `json:"items"`
	Paged
}

// DenialFilter narrows a list of refusals.
type DenialFilter struct {
	Kind       []string `json:"kind" enum:"denial_kind"`
	ActorID    string   `json:"actor_id" format:"uuid"`
	AgencyID   string   `json:"agency_id" format:"uuid"`
	IncidentID string   `json:"incident_id" format:"uuid"`
	After      string   `json:"after" format:"date-time"`  // inclusive, of first_at
	Before     string   `json:"before" format:"date-time"` // exclusive, of first_at
	Paging
}
