// Package accesslog owns two journals beside the record: who read what, and what was refused.
// Lines are gathered in memory and written in batches, so that no request waits for them; a
// crash loses at most a second.
package accesslog

import (
	"log/slog"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// What of the kinds of lines is about the journal itself.
const (
	Several = "several" // reads of one case by one person, of more than one kind: the database was away for long
	Lost    = "lost"    // lines that could not be kept at all
	Purged  = "purged"  // lines that were dropped because no clause keeps them any longer
)

// ReadKinds is what a line may say was read. What it names "session" is no case: somebody
// logged in or out, or changed a password.
var ReadKinds = []string{
	"incident", "moves", "timeline", "outcome", "duplicates", "links", "participants",
	"notes", "tasks", "checklists", "observables", "messages", "handovers", "national_reports", "obligations", "accesses", "redactions",
	"incidents", "export", "deliveries", "imports", "denials",
	"agencies", "contacts", "duty_shifts", "users", "systems", "api_keys", "session",
	Several, Lost, Purged,
}

// The kinds of refusals.
const (
	NoCredentials  = "no_credentials"
	BadToken       = "bad_token"
	BadKey         = "bad_key"
	LoginFailed    = "login_failed"
	RefreshRefused = "refresh_refused"
	Forbidden      = "forbidden"
	OutOfSight     = "out_of_sight" // a case that exists; the answer was that it does not
	NotFound       = "not_found"    // too many of one person to tell which of them exist
	TooMany        = "too_many"
	StateSecret    = "state_secret"
)

// RefusalKinds lists what a line of the security log may say.
var RefusalKinds = []string{
	NoCredentials, BadToken, BadKey, LoginFailed, RefreshRefused, Forbidden, OutOfSight, NotFound, TooMany, StateSecret,
	Several, Lost, Purged,
}

// mostLines bounds the memory of each journal, to some 10 MB.
const mostLines = 20_000

// Log is the two journals of one process. A nil Log takes everything and keeps nothing.
type Log struct {
	store   *store.Store
	watch   *telemetry.Observer
	log     *slog.Logger
	reads   *book
	denials *denials
}

// New makes the journals; Run writes them.
func New(st *store.Store, watch *telemetry.Observer, log *slog.Logger) *Log {
	return &Log{store: st, watch: watch, log: log, reads: newBook(mostLines), denials: newDenials()}
}

// Access is one answer that showed somebody something.
type Access struct {
	At         time.Time
	By         policy.Actor
	SessionID  string
	Address    string
	Kind       string // of ReadKinds
	IncidentID string
	ObjectID   string
	Route      string
	Detail     string // of a list: its filters, by name
	Shown      int
}

// Read notes an answer.
func (l *Log) Read(a Access) {
	if l == nil {
		return
	}
	l.watch.Add(telemetry.AccessesNoted, 1)
	l.reads.note(about{
		kind: a.Kind, actor: a.By.UserID, agency: a.By.AgencyID, session: a.SessionID, address: a.Address,
		incident: a.IncidentID, object: a.ObjectID, route: a.Route, detail: a.Detail,
	}, func() string { return rolesOf(a.By) }, figures{times: 1, shown: int64(a.Shown), first: a.At, last: a.At})
}

func rolesOf(a policy.Actor) string {
	roles := make([]string, len(a.Roles))
	for i, r := range a.Roles {
		roles[i] = string(r)
	}
	return strings.Join(roles, " ")
}

// Denial is one request that was refused.
type Denial struct {
	At         time.Time
	Kind       string       // of RefusalKinds
	By         policy.Actor // who asked; empty where nobody is proven
	SessionID  string
	Address    string
	IncidentID string
	ObjectID   string
	Route      string
	Detail     string // a code of ours; never what the caller sent

	// AccountID is the account in question where nobody is proven; Typed the user name as it was
	// typed, which is kept only as the id of the account that has it: it may be a password.
	AccountID string
	Typed     string
}

// Refused notes a refusal. Of a case that may be absent or only out of sight (OutOfSight), and
// of a name that was typed, the worker finds out later, so that no answer takes longer for it.
func (l *Log) Refused(d Denial) {
	if l == nil {
		return
	}
	l.watch.Add(telemetry.DenialsNoted, 1, d.Kind)
	if over := l.denials.note(d); over {
		l.watch.Add(telemetry.DenialsOverflow, 1)
	}
}
