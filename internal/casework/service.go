// Package casework owns the use cases of a case: who asks, what rule is called, what is
// written with it. change is the only write path to a case.
package casework

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Service is the use cases of a case.
type Service struct {
	store    *store.Store
	province regulation.Province
	log      *slog.Logger
}

// New makes the use cases for a province.
func New(st *store.Store, province regulation.Province, log *slog.Logger) *Service {
	return &Service{store: st, province: province, log: log}
}

// Call is one write request: who asks, when it arrived, which version they saw, and the key
// that makes a retry safe.
type Call struct {
	By    policy.Actor
	At    time.Time             // UTC, microseconds
	Match string                // the raw If-Match header; "" when there was none
	Key   *store.IdempotencyKey // nil without an Idempotency-Key
}

// Replay is the answer that was given before to the same Idempotency-Key. A use case returns
// it as an error, after access has been checked again.
type Replay struct{ Answer store.Answer }

func (Replay) Error() string { return "answered before" }

// CaseView is a case as one reader sees it: Parts says which of its fields are theirs.
type CaseView struct {
	*incident.Incident
	Parts  policy.Parts
	People []string // named people of a restricted case
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func byOf(a policy.Actor) incident.By {
	return incident.By{UserID: a.UserID, AgencyID: a.AgencyID, Name: a.FullName}
}

// day is the civil date of t in Viet Nam.
func day(t time.Time) string { return t.In(regulation.Zone).Format(time.DateOnly) }

// target is what a write touches: how the case is found, and which action must be allowed.
type target struct {
	id     string
	action policy.Action
	// child: sight is asked of the child that object loads, not of the case.
	child bool
	// object adds to what policy looks at; nil when that is the case alone.
	object func(tx *store.Tx, o *policy.Object) error
	// also is what single fields of the input need beyond the action; nil when nothing.
	also func(o policy.Object) error
	// version is the version If-Match must name; nil: none is asked for.
	version func(o policy.Object) int64
}

func caseVersion(o policy.Object) int64 { return o.Incident.Version }

// change is the only write path to a case. In one transaction: lock the case, sight, policy,
// the key's stored answer, the version, the rule fn, save, record. fn returns the facts it
// made true; none means that nothing changed.
func (s *Service) change(ctx context.Context, c Call, t target,
	fn func(tx *store.Tx, cs *incident.Case, o policy.Object) ([]incident.Fact, error)) (*incident.Case, error) {
	var out *incident.Case
	err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		var inc *incident.Incident
		var err error
		if t.child {
			inc, err = tx.LockCase(t.id)
		} else {
			inc, err = tx.LockIncident(t.id, c.By.Sight())
		}
		if err != nil {
			return err
		}
		o := policy.Object{Incident: inc}
		if t.object != nil {
			if err := t.object(tx, &o); err != nil {
				return err
			}
		}
		if err := policy.Check(c.By, t.action, o); err != nil {
			return err
		}
		if t.also != nil {
			if err := t.also(o); err != nil {
				return err
			}
		}
		if err := claim(tx, c); err != nil {
			return err
		}
		if t.version != nil {
			if err := match(c.Match, t.version(o)); err != nil {
				return err
			}
		}
		cs, err := load(tx, inc)
		if err != nil {
			return err
		}
		out = cs
		before := snapshot(cs)
		facts, err := fn(tx, cs, o)
		if err != nil || len(facts) == 0 {
			return err
		}
		return s.save(tx, c, cs, before, facts)
	})
	return out, err
}

// claim takes the request's key, or returns the answer it was given before.
func claim(tx *store.Tx, c Call) error {
	if c.Key == nil {
		return nil
	}
	answer, err := tx.Claim(*c.Key, c.At)
	if err != nil {
		return err
	}
	if answer != nil {
		return Replay{*answer}
	}
	return nil
}

// match checks an If-Match header against the version in force.
func match(header string, version int64) error {
	if header == "" {
		return fault.New(fault.VersionRequired,
			"Cần gửi If-Match với phiên bản đã đọc (ETag), để không ghi đè thay đổi của người khác.",
			"Send If-Match with the version you read (its ETag).")
	}
	want := `"` + strconv.FormatInt(version, 10) + `"`
	for _, tag := range strings.Split(header, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || tag == want {
			return nil
		}
	}
	return fault.New(fault.Stale,
		"Dữ liệu đã được người khác thay đổi (phiên bản hiện tại "+want+"). Hãy đọc lại rồi thực hiện.",
		"It was changed meanwhile (now version "+want+"). Read it again.")
}

func load(tx *store.Tx, inc *incident.Incident) (*incident.Case, error) {
	cs := &incident.Case{Incident: inc}
	var err error
	if cs.Handovers, err = tx.HandoversOf(inc.ID); err != nil {
		return nil, err
	}
	if cs.Duties, err = tx.DutiesOf(inc.ID); err != nil {
		return nil, err
	}
	cs.Reports, err = tx.NationalReportsOf(inc.ID)
	return cs, err
}

// versions remembers what was loaded, to save only what a rule changed.
type versions struct {
	incident  int64
	handovers map[string]int64
	duties    map[string]incident.Duty // whole: a duty has no version
	reports   map[string]int64
	sights    []incident.Sight
}

func snapshot(cs *incident.Case) versions {
	v := versions{
		incident: cs.Version, handovers: map[string]int64{}, duties: map[string]incident.Duty{},
		reports: map[string]int64{}, sights: cs.Sights(),
	}
	for _, h := range cs.Handovers {
		v.handovers[h.ID] = h.Version
	}
	for _, d := range cs.Duties {
		v.duties[d.ID] = d
	}
	for _, r := range cs.Reports {
		v.reports[r.ID] = r.Version
	}
	return v
}

// save writes what the rule changed, the duties that follow, and the record of it all.
func (s *Service) save(tx *store.Tx, c Call, cs *incident.Case, before versions, facts []incident.Fact) error {
	more, err := s.reconcile(tx, cs, byOf(c.By), c.At)
	if err != nil {
		return err
	}
	facts = append(facts, more...)
	if slices.ContainsFunc(facts, func(f incident.Fact) bool { return f.Bumps }) {
		cs.Version++
	}
	events, err := s.seal(cs.Incident, c.By, c.At, facts)
	if err != nil {
		return err
	}
	if before.incident == 0 {
		err = tx.CreateIncident(cs.Incident)
	} else {
		err = tx.SaveIncident(cs.Incident, before.incident)
	}
	if err != nil {
		return err
	}
	if err := saveChildren(tx, cs, before); err != nil {
		return err
	}
	if err := tx.SetTexts(cs.ID, cs.Texts()); err != nil {
		return err
	}
	if sights := cs.Sights(); !slices.Equal(sights, before.sights) {
		if err := tx.SetSights(cs.ID, sights); err != nil {
			return err
		}
	}
	return tx.AppendEvents(events)
}

func saveChildren(tx *store.Tx, cs *incident.Case, before versions) error {
	for i := range cs.Handovers {
		h := &cs.Handovers[i]
		seen, had := before.handovers[h.ID]
		var err error
		if !had {
			err = tx.CreateHandover(h)
		} else if seen != h.Version {
			err = tx.SaveHandover(h, seen)
		}
		if err != nil {
			return err
		}
	}
	for i := range cs.Duties {
		d := &cs.Duties[i]
		seen, had := before.duties[d.ID]
		var err error
		if !had {
			err = tx.CreateDuty(d)
		} else if seen != *d {
			err = tx.SaveDuty(d)
		}
		if err != nil {
			return err
		}
	}
	for i := range cs.Reports {
		r := &cs.Reports[i]
		seen, had := before.reports[r.ID]
		var err error
		if !had {
			err = tx.CreateNationalReport(r)
		} else if seen != r.Version {
			err = tx.SaveNationalReport(r, seen)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// reconcile opens, resumes, lapses and fulfils the duties that the case's facts call for.
// Applying the same facts twice changes nothing.
func (s *Service) reconcile(tx *store.Tx, cs *incident.Case, by incident.By, at time.Time) ([]incident.Fact, error) {
	if cs.Imported || cs.Status == incident.Rejected || cs.Status == incident.Merged {
		return nil, nil
	}
	natures := make([]string, len(cs.Natures))
	for i, n := range cs.Natures {
		natures[i] = string(n)
	}
	due := s.province.Due(regulation.Facts{Natures: natures, PriorityListed: cs.System.PriorityListed}, at)
	var out []incident.Fact
	for _, ob := range due {
		i := slices.IndexFunc(cs.Duties, func(d incident.Duty) bool { return d.Rule == ob.Rule })
		if i >= 0 {
			if d := &cs.Duties[i]; d.Lapsed() {
				out = append(out, d.Resume(at))
			}
			continue
		}
		d, err := s.openDuty(tx, cs, ob, at)
		if err != nil {
			return nil, err
		}
		cs.Duties = append(cs.Duties, d)
		out = append(out, cs.Duties[len(cs.Duties)-1].Opened())
	}
	for i := range cs.Duties {
		d := &cs.Duties[i]
		if d.Status != incident.DutyPending {
			continue
		}
		if !slices.ContainsFunc(due, func(ob regulation.Obligation) bool { return ob.Rule == d.Rule }) {
			out = append(out, d.Lapse(by, at))
			continue
		}
		h, err := s.fulfilling(tx, cs, d, at)
		if err != nil {
			return nil, err
		}
		if h != nil {
			out = append(out, d.FulfilBy(h, at))
		}
	}
	return out, nil
}

func (s *Service) openDuty(tx *store.Tx, cs *incident.Case, ob regulation.Obligation, at time.Time) (incident.Duty, error) {
	owed, err := agencyOf(tx, incident.AgencyRole(ob.OwedByRole), at)
	if err != nil {
		return incident.Duty{}, err
	}
	d := incident.Duty{
		ID: newID(), IncidentID: cs.ID, Rule: ob.Rule, Basis: ob.Basis, Title: ob.Title,
		OwedByID: owed.ID, ToRole: ob.ToRole, Status: incident.DutyPending, Immediate: ob.Immediate,
		StartedAt: at, DueAt: ob.DueAt, TargetAt: ob.TargetAt, BlocksClosure: ob.BlocksClosure,
		CreatedAt: at, UpdatedAt: at,
	}
	if to, err := agencyOf(tx, incident.AgencyRole(ob.ToRole), at); err == nil {
		d.ToAgencyID = &to.ID
	} else if !fault.Conflict.In(err) {
		return incident.Duty{}, err
	}
	return d, nil
}

// fulfilling returns the handover that tells the one who must be told: any kind, to an
// agency of the rule's role, acknowledged by it or recorded, while the duty runs.
func (s *Service) fulfilling(tx *store.Tx, cs *incident.Case, d *incident.Duty, at time.Time) (*incident.Handover, error) {
	for i := range cs.Handovers {
		h := &cs.Handovers[i]
		if h.AcknowledgedAt == nil || h.FromAgencyID != d.OwedByID {
			continue
		}
		to, err := tx.Agency(h.ToAgencyID)
		if err != nil {
			return nil, err
		}
		if to.HasRole(incident.AgencyRole(d.ToRole), day(at)) {
			return h, nil
		}
	}
	return nil, nil
}

// agencyOf is the agency that plays the role on the day of t; fault.Conflict when none does.
func agencyOf(tx *store.Tx, role incident.AgencyRole, t time.Time) (*incident.Agency, error) {
	list, err := tx.AgencyByRole(role, day(t))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		text := fault.Text{
			VI: "Danh bạ chưa có cơ quan nào giữ vai trò " + string(role) + " vào ngày này; hãy báo quản trị hệ thống.",
			EN: "No agency of the registry plays the role " + string(role) + " on this day; tell the administrator.",
		}
		return nil, fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "no_agency_in_role", Text: text})
	}
	return &list[0], nil
}

// seal turns facts into the next events of the case's chain and moves its head.
func (s *Service) seal(inc *incident.Incident, by policy.Actor, at time.Time, facts []incident.Fact) ([]store.Event, error) {
	events := make([]store.Event, 0, len(facts))
	for _, f := range facts {
		body, err := audit.Canonical(f.Full)
		if err != nil {
			return nil, err
		}
		salt := newSalt()
		e := audit.Entry{
			SealVersion: audit.Version, ID: newID(), ChainID: inc.ID, Seq: inc.ChainSeq + 1, Type: f.Type,
			ObjectKind: f.ObjectKind, ObjectID: f.ObjectID, ActorID: by.UserID, AgencyID: by.AgencyID,
			At: at, PayloadHash: audit.PayloadHash(salt, body), PrevHash: inc.ChainHash,
		}
		hash, err := audit.Seal(e)
		if err != nil {
			return nil, err
		}
		message, err := s.message(inc, e, hash, f)
		if err != nil {
			return nil, err
		}
		events = append(events, store.Event{
			ID: e.ID, ChainID: e.ChainID, Seq: e.Seq, Type: e.Type, ObjectKind: e.ObjectKind, ObjectID: e.ObjectID,
			ActorID: e.ActorID, AgencyID: e.AgencyID, At: e.At, PayloadHash: e.PayloadHash, SealVersion: e.SealVersion,
			PrevHash: e.PrevHash, Hash: hash, Salt: salt, Body: string(body),
			Subject: s.subject(inc, f.Type), Message: message,
		})
		inc.ChainSeq, inc.ChainHash = e.Seq, hash
	}
	return events, nil
}

func newSalt() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: crypto/rand aborts the program instead
	return hex.EncodeToString(b)
}

// subject is where the event goes on NATS; restricted cases have a branch of their own, so
// that a consumer can be kept away from them.
func (s *Service) subject(inc *incident.Incident, typ string) string {
	prefix := "ungcuu." + s.province.Slug + "."
	if inc.Restricted {
		prefix += "restricted."
	}
	return prefix + typ
}

// message is the thin CloudEvent: what Thin names, and nothing else of the fact.
func (s *Service) message(inc *incident.Incident, e audit.Entry, hash string, f incident.Fact) (string, error) {
	data := maps.Clone(f.Thin)
	if data == nil {
		data = map[string]any{}
	}
	data["incident_id"], data["code"], data["exercise"] = inc.ID, inc.Code, inc.Exercise
	data["object_id"], data["agency_id"] = f.ObjectID, e.AgencyID
	raw, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("casework: event data: %w", err)
	}
	ev := api.Event{
		SpecVersion: "1.0", ID: e.ID, Source: "/ungcuu/" + s.province.Slug, Type: e.Type, Subject: inc.ID,
		Time: e.At.Format(audit.TimeLayout), DataContentType: "application/json",
		Sequence: strconv.FormatInt(e.Seq, 10), SequenceType: "Integer",
		SealVersion: e.SealVersion, Seal: hash, PrevSeal: e.PrevHash,
	}
	if err := json.Unmarshal(raw, &ev.Data); err != nil {
		return "", fmt.Errorf("casework: event data: %w", err)
	}
	out, err := json.Marshal(ev)
	return string(out), err
}
