package directory

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// maxSubject is the length of a subject and of an issuer (OpenID Connect Core 1.0, 2: sub must
// not exceed 255 ASCII characters).
const maxSubject = 255

// Identities lists who a person is at identity providers, ended bindings too.
func (s *Service) Identities(ctx context.Context, by policy.Actor, userID string) ([]store.Identity, error) {
	if _, err := s.Person(ctx, by, userID); err != nil {
		return nil, err
	}
	return s.store.Read(ctx).IdentitiesOf(userID)
}

// BindIdentity says that the issuer's subject is this person. Whoever holds that identity acts
// as the person, also with what is granted to them later: it opens nothing until a second
// person confirms it, whatever the person may do today; at the console it is confirmed at once.
func (s *Service) BindIdentity(ctx context.Context, c Call, userID, issuer, subject, basis string) (*store.Identity, error) {
	var check incident.Checker
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" || len(issuer) > maxSubject {
		check.Add("/issuer", "not_an_issuer", "Cần URL của nhà cung cấp danh tính, đúng như iss trong mã của họ.", "The provider's URL, to the letter as in iss of its tokens.")
	}
	if subject == "" || len(subject) > maxSubject || strings.IndexFunc(subject, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
		check.Add("/subject", "not_a_subject", "Cần sub của người này tại nhà cung cấp: 1–255 ký tự ASCII, không có khoảng trắng.", "The person's sub at the provider: 1 to 255 ASCII characters without spaces.")
	}
	check.Text("/basis", basis, true, incident.MaxShort)
	if err := check.Err(); err != nil {
		return nil, err
	}
	i := &store.Identity{
		ID: newID(), UserID: userID, Issuer: issuer, Subject: subject, Basis: basis, BoundByID: c.By.UserID, BoundAt: c.At,
	}
	_, err = s.onPerson(ctx, c, policy.ManagePeople, userID, func(r *registry, u *store.User) (facts, error) {
		i.UserID = u.ID
		if u.ID == c.By.UserID && !s.console {
			return nil, refused(fault.Forbidden, "own_identity", "Không ai tự gắn định danh cho mình.", "Nobody binds an identity to their own account.")
		}
		if _, err := r.tx.Bound(issuer, subject); err == nil {
			return nil, refused(fault.Conflict, "already_bound", "Định danh này đang gắn với một tài khoản.", "This identity is bound to an account.")
		} else if !fault.NotFound.In(err) {
			return nil, err
		}
		if s.console {
			i.Confirmed, i.ConfirmedAt = store.GrantAtConsole, &c.At
		}
		f := facts{}
		f.add(u.AgencyID, identityFact("identity.bound", i, map[string]any{
			"issuer": issuer, "subject": subject, "basis": basis, "confirmed": i.Confirmed,
		}))
		return f, r.tx.CreateIdentity(i)
	})
	if err != nil {
		return nil, err
	}
	return i, nil
}

// identityFact is a fact about a binding. Its thin part says whose.
func identityFact(typ string, i *store.Identity, full map[string]any) incident.Fact {
	full["user_id"] = i.UserID
	return incident.Fact{Type: typ, ObjectKind: "identity", ObjectID: i.ID, Full: full, Thin: map[string]any{"user_id": i.UserID}}
}

// ConfirmIdentity is the second person's yes: neither who bound the identity nor whose it is.
// Who may be the second person of a grant may be it here.
func (s *Service) ConfirmIdentity(ctx context.Context, c Call, userID, id string) (*store.Identity, error) {
	return s.onIdentity(ctx, c, policy.ConfirmGrant, userID, id, func(u *store.User, i *store.Identity) (incident.Fact, error) {
		switch {
		case c.By.UserID == u.ID || c.By.UserID == i.BoundByID:
			return incident.Fact{}, refused(fault.Forbidden, "second_person", "Cần người thứ hai: không phải người gắn, không phải chủ tài khoản.",
				"A second person is needed: neither who bound it nor whose account it is.")
		case i.EndedAt != nil:
			return incident.Fact{}, refused(fault.Conflict, "already_ended", "Định danh này đã được gỡ.", "This identity was unbound.")
		case i.Confirmed != store.GrantOpen:
			return incident.Fact{}, refused(fault.Conflict, "already_confirmed", "Định danh này không còn chờ xác nhận.", "This identity awaits no one.")
		}
		i.Confirmed, i.ConfirmedByID, i.ConfirmedAt = store.GrantByPerson, &c.By.UserID, &c.At
		return identityFact("identity.confirmed", i, map[string]any{"confirmed": i.Confirmed}), nil
	})
}

// EndIdentity unbinds an identity, at once.
func (s *Service) EndIdentity(ctx context.Context, c Call, userID, id, reason string) (*store.Identity, error) {
	var check incident.Checker
	check.Text("/reason", reason, true, incident.MaxShort)
	if err := check.Err(); err != nil {
		return nil, err
	}
	return s.onIdentity(ctx, c, policy.ManagePeople, userID, id, func(_ *store.User, i *store.Identity) (incident.Fact, error) {
		if i.EndedAt != nil {
			return incident.Fact{}, refused(fault.Conflict, "already_ended", "Định danh này đã được gỡ.", "This identity was unbound.")
		}
		i.EndedAt, i.EndReason = &c.At, reason
		return identityFact("identity.ended", i, map[string]any{"reason": reason}), nil
	})
}

func (s *Service) onIdentity(ctx context.Context, c Call, action policy.Action, userID, id string,
	rule func(u *store.User, i *store.Identity) (incident.Fact, error)) (*store.Identity, error) {
	find := func(list []store.Identity) *store.Identity {
		at := slices.IndexFunc(list, func(i store.Identity) bool { return i.ID == id })
		if at < 0 {
			return nil
		}
		return &list[at]
	}
	// What is not this person's is not found, before anything is said of rights.
	if list, err := s.Identities(ctx, c.By, userID); err == nil && find(list) == nil {
		return nil, fault.Absent()
	}
	var out *store.Identity
	_, err := s.onPerson(ctx, c, action, userID, func(r *registry, u *store.User) (facts, error) {
		list, err := r.tx.IdentitiesOf(u.ID)
		if err != nil {
			return nil, err
		}
		if out = find(list); out == nil {
			return nil, fault.Absent()
		}
		fact, err := rule(u, out)
		if err != nil {
			return nil, err
		}
		f := facts{}
		f.add(u.AgencyID, fact)
		return f, r.tx.SaveIdentity(out)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
