package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/throttled/throttled/v2"
	"github.com/throttled/throttled/v2/store/memstore"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// identifyKey reads which system asks with X-API-Key. given is every value of the header.
func (s *Server) identifyKey(ctx context.Context, given []string, address string, now time.Time) (authn.Session, error) {
	if len(given) != 1 {
		return authn.Session{}, fault.New(fault.Unauthenticated, "X-API-Key chỉ được gửi một lần.", "X-API-Key is given once.")
	}
	secret := strings.TrimSpace(given[0])
	if err := s.keyTries.room(ctx, address, func() bool { return s.auth.Recognises(secret) }); err != nil {
		return authn.Session{}, err
	}
	sess, err := s.auth.AuthenticateKey(ctx, secret, address, now)
	if fault.Unauthenticated.In(err) {
		s.keyTries.failed(ctx, address)
	}
	return sess, err
}

// keyTries bounds the wrong keys of one address (GCRA). Nobody finds 256 bits by trying; this
// spares the database. It is per process and remembers a bounded number of addresses.
type keyTries struct{ failures *throttled.GCRARateLimiterCtx }

func newKeyTries() (*keyTries, error) {
	st, err := memstore.NewCtx(rememberedKeys)
	if err != nil {
		return nil, fmt.Errorf("httpapi: limits: %w", err)
	}
	l, err := throttled.NewGCRARateLimiterCtx(st, throttled.RateQuota{MaxRate: throttled.PerMin(30), MaxBurst: 29})
	if err != nil {
		return nil, fmt.Errorf("httpapi: limits: %w", err)
	}
	return &keyTries{l}, nil
}

// room is nil while the address may still try, and for a key that is known: whoever shares the
// address with an attacker goes on.
func (k *keyTries) room(ctx context.Context, address string, known func() bool) error {
	if k == nil {
		return nil
	}
	_, r, err := k.failures.RateLimitCtx(ctx, address, 0) // asks, and counts nothing
	if err != nil {
		return fmt.Errorf("httpapi: limits: %w", err)
	}
	if r.RetryAfter <= 0 || known() {
		return nil
	}
	f := fault.New(fault.TooMany, "Quá nhiều khóa sai từ địa chỉ này. Hãy thử lại sau.", "Too many wrong keys from this address. Try again later.")
	f.RetryAfter = r.RetryAfter
	return f
}

func (k *keyTries) failed(ctx context.Context, address string) {
	if k != nil {
		_, _, _ = k.failures.RateLimitCtx(ctx, address, 1) // the refusal stands, counted or not
	}
}

// PeopleOnly reports whether no system may use the route, whatever its roles and verbs:
// accounts, passwords and sessions, systems and keys are people's, and so are the two who
// redact.
func (r Route) PeopleOnly() bool {
	return strings.HasPrefix(r.Path, oneCase+"/redactions") || slices.ContainsFunc([]string{base + "/auth/", base + "/me/", users, systems, apiKeys}, func(prefix string) bool {
		return strings.HasPrefix(r.Path, prefix)
	})
}

// mayUse refuses a system what the route alone shows it may not have. An answer that is a file
// goes out while it is read, so that it asks for the verb first; of others mayRead asks.
func mayUse(r Route, by policy.Actor) error {
	switch {
	case by.MustChange && !r.First:
		return mustChange()
	case by.MustEnrol && !r.First:
		return mustEnrol()
	case by.System && r.PeopleOnly():
		return policy.PersonAlone()
	case r.gives != nil:
		return mayRead(r, by)
	}
	return nil
}

// mayRead refuses what was read to a system without the verb: after what is absent was found
// absent, so that a system gets the answers of a person who may not.
func mayRead(r Route, by policy.Actor) error {
	if r.Method != http.MethodGet || r.First {
		return nil
	}
	return policy.CheckRead(by)
}

// Verbs are the verbs of which a system needs one, by what it sends, beside read for what it
// reads; none where no verb opens the route.
func (r Route) Verbs() []policy.Action {
	if r.PeopleOnly() || r.First {
		return nil
	}
	if v, listed := routeVerbs[r.Name]; listed || r.Method != http.MethodGet {
		return v
	}
	return []policy.Action{policy.Read}
}

// Scopes are what a token of client credentials needs for the route at least; systems is false
// where none opens it. A route that takes one of several verbs, by what it sends, names the first.
func (r Route) Scopes() (scopes []policy.Action, systems bool) {
	switch verbs := r.Verbs(); {
	case !r.Auth || r.PeopleOnly():
		return nil, false
	case r.First:
		return nil, true
	case len(verbs) == 0 || !slices.Contains(policy.Verbs, verbs[0]):
		return nil, false
	case verbs[0] == policy.Read || verbs[0] == policy.Report:
		return verbs[:1], true
	default:
		return []policy.Action{policy.Read, verbs[0]}, true
	}
}

// routeVerbs are the actions that a route may ask for. A route that only reads and is not listed
// needs read.
var routeVerbs = map[string][]policy.Action{
	"reportIncident":  {policy.Report},
	"correctIncident": {policy.Correct, policy.CorrectDetected, policy.ConfirmParties, policy.Widen, policy.Assess, policy.Restrict},
	"triage":          {"triage"}, "respond": {"respond"}, "escalate": {"escalate"}, "notifyNational": {"notify_national"}, "standDown": {"stand_down"},
	"resolve": {"resolve"}, "close": {"close"}, "reject": {"reject"}, "reopen": {"reopen"}, "merge": {"merge"}, "withdraw": {"withdraw"},
	"addNote": {policy.Note, policy.NoteTeam}, "addLink": {policy.Link}, "removeLink": {policy.Link},

	"askHandover":         {policy.AskHandover, policy.EnterPaperRequest},
	"acknowledgeHandover": {policy.AnswerHandover}, "acceptHandover": {policy.AnswerHandover}, "declineHandover": {policy.AnswerHandover}, "completeHandover": {policy.AnswerHandover},
	"withdrawHandover": {policy.EndOwnRequest}, "releaseHandover": {policy.EndOwnRequest}, "recordHandover": {policy.Record}, "contestHandover": {policy.Contest},
	"fileNationalReport": {policy.SendReport}, "changeNationalReport": {policy.SendReport}, "withdrawNationalReport": {policy.SendReport},
	"sendNationalReport": {policy.SendReport}, "acknowledgeNationalReport": {policy.AckReport},
	"fulfilCaseObligation": {policy.FulfilDuty}, "fulfilObligation": {policy.FulfilDuty}, "waiveCaseObligation": {policy.WaiveDuty}, "waiveObligation": {policy.WaiveDuty},
	"reopenCaseObligation": {policy.ReopenDuty}, "reopenObligation": {policy.ReopenDuty},

	"addTask": {policy.AddTask, policy.AddTaskTeam}, "changeTask": {policy.AddTask, policy.WorkTask}, "applyChecklist": {policy.AddTaskTeam},
	"addObservable": {policy.AddObservable, policy.AddObservTeam}, "addObservables": {policy.AddObservable, policy.AddObservTeam}, "retractObservable": {policy.RetractObserv},
	"sendMessage": {policy.SendMessage}, "inviteParticipant": {policy.InviteAgency}, "endParticipant": {policy.EndInvitation},

	"createAgency": {policy.ManageAgencies}, "changeAgency": {policy.ManageAgencies}, "giveAgencyRole": {policy.ManageAgencies}, "endAgencyRole": {policy.ManageAgencies},
	"addSuccessor": {policy.ManageAgencies}, "giveSeat": {policy.ManageAgencies}, "endSeat": {policy.ManageAgencies}, "endAgency": {policy.ManageAgencies},
	"listAccesses": {policy.ReadAccesses}, "listCaseAccesses": {policy.ReadAccesses}, "listDenials": {policy.ReadDenials},
	"listRuleBooks": {policy.ReadRuleBooks}, "getRuleBook": {policy.ReadRuleBooks},
	"agencyHistory": {policy.ReadHistory}, "listDeliveries": {policy.ReadDeliveries}, "listStaleContacts": {policy.ReadStale},
	"createContact": {policy.ManageContacts}, "changeContact": {policy.ManageContacts}, "endContact": {policy.ManageContacts}, "confirmContact": {policy.ConfirmContact},
	"addShift": {policy.ManageRoster}, "cancelShift": {policy.ManageRoster},
	"startImport": {policy.Import}, "listImports": {policy.Import}, "getImport": {policy.Import}, "listImportMappings": {policy.Import},
	"proposeImportMapping": {policy.Import}, "getImportMapping": {policy.Import}, "putImportMapping": {policy.Import}, "dropImportMapping": {policy.Import},
}

func kindOf(a policy.Actor) string {
	if a.System {
		return store.SystemKind
	}
	return store.PersonKind
}

// verbsOf are the verbs of a system; nil for a person.
func verbsOf(a policy.Actor) []string {
	if !a.System {
		return nil
	}
	return texts(a.Verbs)
}

// viaKey reports whether the request brings a key, and no token beside it.
func viaKey(c echo.Context) ([]string, bool) {
	h := c.Request().Header
	given := h.Values("X-API-Key")
	return given, len(given) > 0 && len(h.Values("Authorization")) == 0
}
