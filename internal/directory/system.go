package directory

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// NewSystem is a machine account to add.
type NewSystem struct {
	Username, FullName, Purpose, AgencyID string
	Verbs                                 []policy.Action
	Addresses                             []string
}

// SystemFilter narrows the list of systems.
type SystemFilter struct {
	AgencyID string
	Disabled *bool
	Awaiting *bool // with a grant that awaits its second person
}

// Systems lists the systems that the caller may read, by username.
func (s *Service) Systems(ctx context.Context, by policy.Actor, f SystemFilter, now time.Time) ([]store.System, error) {
	if err := policy.Check(by, policy.ReadSystems, policy.Object{AgencyID: by.AgencyID}); err != nil {
		return nil, err
	}
	list, err := s.store.Read(ctx).Systems()
	return slices.DeleteFunc(list, func(x store.System) bool {
		awaits := slices.ContainsFunc(x.User.Grants, func(g store.Grant) bool { return g.Confirmed == store.GrantOpen && !ended(g, day(now)) })
		return !policy.Allows(by, policy.ReadSystems, policy.Object{AgencyID: x.User.AgencyID}) ||
			f.AgencyID != "" && x.User.AgencyID != f.AgencyID ||
			f.Disabled != nil && *f.Disabled != (x.User.DisabledAt != nil) || f.Awaiting != nil && *f.Awaiting != awaits
	}), err
}

// System reads one system.
func (s *Service) System(ctx context.Context, by policy.Actor, id string) (*store.System, error) {
	x, err := s.store.Read(ctx).System(id)
	if err != nil {
		return nil, err
	}
	if !policy.Allows(by, policy.ReadSystems, policy.Object{AgencyID: x.User.AgencyID}) {
		return nil, fault.Absent()
	}
	return x, nil
}

const maxAddresses = 50

// checkSystem checks what the registry says of a system, and puts verbs and addresses in order.
func checkSystem(c *incident.Checker, x *store.System) {
	c.Text("/full_name", x.User.FullName, true, maxName)
	c.Text("/purpose", x.Purpose, true, incident.MaxShort)
	if len(x.Verbs) == 0 {
		c.Add("/verbs", "required", "Bắt buộc nhập.", "Required.")
	}
	for i, v := range x.Verbs {
		incident.OneOf(c, "/verbs/"+strconv.Itoa(i), v, policy.Verbs)
	}
	if !policy.Usable(x.Verbs) {
		c.Add("/verbs", "needs_read", "Ngoài report, mọi thao tác đều cần kèm read.", "Every verb but report needs read as well.")
	}
	slices.Sort(x.Verbs)
	x.Verbs = slices.Compact(x.Verbs)
	if len(x.Addresses) > maxAddresses {
		c.Add("/addresses", "too_many", "Tối đa 50 dải địa chỉ.", "At most 50 ranges of addresses.")
		return
	}
	for i, text := range x.Addresses {
		p, err := netip.ParsePrefix(text)
		if one, bad := netip.ParseAddr(text); err != nil && bad == nil && one.Zone() == "" {
			p, err = one.Prefix(one.BitLen())
		}
		switch {
		case err != nil || p.Addr().Is4In6():
			c.Add("/addresses/"+strconv.Itoa(i), "not_a_range", "Không phải địa chỉ hoặc dải CIDR, ví dụ 203.0.113.0/24 hoặc 2001:db8::/48.",
				"Neither an address nor a CIDR range, e.g. 203.0.113.0/24 or 2001:db8::/48.")
		case p != p.Masked():
			c.Add("/addresses/"+strconv.Itoa(i), "host_bits", "Dải có bit ngoài tiền tố; ý là "+p.Masked().String()+"?", "The range has bits beyond its prefix; is "+p.Masked().String()+" meant?")
		default:
			x.Addresses[i] = p.String()
		}
	}
}

// systemFact is a fact about a system or one of its keys.
func systemFact(typ, kind, id string, full map[string]any) incident.Fact {
	return incident.Fact{Type: typ, ObjectKind: kind, ObjectID: id, Full: full}
}

// CreateSystem adds a system, without any role yet and without a key.
func (s *Service) CreateSystem(ctx context.Context, c Call, in NewSystem) (*store.System, error) {
	x := &store.System{
		User: store.User{
			ID: newID(), Username: foldUsername(in.Username), FullName: in.FullName, AgencyID: in.AgencyID,
			PasswordHash: authn.NoPassword(), CreatedAt: c.At, Grants: []store.Grant{},
		},
		Purpose: in.Purpose, Verbs: in.Verbs, Addresses: in.Addresses,
	}
	var check incident.Checker
	if !usernameForm.MatchString(x.User.Username) {
		check.Add("/username", "bad_username", "Tên đăng nhập gồm chữ không dấu, số, dấu chấm, gạch (tối đa 40 ký tự).", "Letters a to z, digits, dots, hyphens and underscores, at most 40.")
	}
	checkSystem(&check, x)
	if err := check.Err(); err != nil {
		return nil, err
	}
	find := func(*registry) (policy.Object, error) { return policy.Object{AgencyID: in.AgencyID}, nil }
	err := s.change(ctx, c, policy.ManageSystems, find, func(r *registry) (facts, error) {
		var check incident.Checker
		r.checkPlace(&check, &x.User)
		if _, err := r.tx.UserByName(x.User.Username); err == nil {
			check.Add("/username", "taken", "Tên đăng nhập này đã được dùng.", "This username is in use.")
		} else if !fault.NotFound.In(err) {
			return nil, err
		}
		if err := check.Err(); err != nil {
			return nil, err
		}
		f := facts{}
		f.add(in.AgencyID, systemFact("system.created", "system", x.User.ID, map[string]any{
			"username": x.User.Username, "full_name": x.User.FullName, "purpose": x.Purpose, "agency_id": in.AgencyID,
			"verbs": x.Verbs, "addresses": x.Addresses,
		}))
		return f, r.tx.CreateSystem(x)
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// onSystem changes one system.
func (s *Service) onSystem(ctx context.Context, c Call, id string, rule func(r *registry, x *store.System) (facts, error)) (*store.System, error) {
	var x *store.System
	_, err := s.onAccount(ctx, c, systems, policy.ManageSystems, id, func(r *registry, _ *store.User) (f facts, err error) {
		if x, err = r.tx.System(id); err != nil {
			return nil, err
		}
		return rule(r, x)
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// ChangeSystem applies a merge patch. A system that moves to another agency leaves every grant
// and every key behind: who knows a secret of the old agency must not act for the new one. More
// verbs put each grant that opens cases before a second person again, who had confirmed less.
func (s *Service) ChangeSystem(ctx context.Context, c Call, id string, p api.SystemAccountPatch) (*store.System, error) {
	return s.onSystem(ctx, c, id, func(r *registry, x *store.System) (facts, error) {
		seen := x.User.Version
		if err := c.Saw(seen); err != nil {
			return nil, err
		}
		from, to := map[string]any{}, map[string]any{}
		text := func(name string, field *string, p api.Patch[string]) {
			if p.Given && p.Value != *field {
				from[name], to[name] = *field, p.Value
				*field = p.Value
			}
		}
		text("full_name", &x.User.FullName, p.FullName)
		text("purpose", &x.Purpose, p.Purpose)
		old, had, called := x.User.AgencyID, x.Verbs, x.Addresses
		text("agency_id", &x.User.AgencyID, p.AgencyID)
		if x.User.AgencyID != old && !c.By.Has(policy.Admin) {
			return nil, policy.Denied(c.By, policy.ManageAgencies, policy.Object{})
		}
		if p.Verbs.Given {
			x.Verbs = make([]policy.Action, len(p.Verbs.Value))
			for i, v := range p.Verbs.Value {
				x.Verbs[i] = policy.Action(v)
			}
		}
		if p.Addresses.Given {
			x.Addresses = append([]string{}, p.Addresses.Value...)
		}
		var check incident.Checker
		checkSystem(&check, x)
		if x.User.AgencyID != old {
			r.checkPlace(&check, &x.User)
		}
		if err := check.Err(); err != nil {
			return nil, err
		}
		if !slices.Equal(had, x.Verbs) {
			from["verbs"], to["verbs"] = had, x.Verbs
		}
		if !slices.Equal(called, x.Addresses) {
			from["addresses"], to["addresses"] = called, x.Addresses
		}
		if len(to) == 0 {
			return nil, nil
		}
		f := facts{}
		changed := systemFact("system.changed", "system", id, map[string]any{"changed_from": from, "changed_to": to})
		f.add(old, changed)
		x.User.Version++
		if err := r.tx.SaveSystem(x, seen); err != nil {
			return nil, err
		}
		if x.User.AgencyID != old {
			f.add(x.User.AgencyID, changed)
			return f, r.leave(f, c, x, old)
		}
		if slices.ContainsFunc(x.Verbs, func(v policy.Action) bool { return !slices.Contains(had, v) }) {
			return f, s.askAgain(r, f, c, &x.User)
		}
		return f, nil
	})
}

// leave ends what a system held in its old agency: every grant and every key.
func (r *registry) leave(f facts, c Call, x *store.System, old string) error {
	for i := range x.User.Grants {
		if g := &x.User.Grants[i]; g.AgencyID == old && !ended(*g, r.today) {
			fact, err := r.endGrant(g, max(r.today, g.Valid.From), "Chuyển cơ quan")
			if err != nil {
				return err
			}
			f.add(old, fact)
		}
	}
	keys, err := r.tx.Keys(x.User.ID)
	if err != nil {
		return err
	}
	for i := range keys {
		if keys[i].Live(c.At) {
			fact, err := r.revoke(c, &keys[i], "Chuyển cơ quan")
			if err != nil {
				return err
			}
			f.add(old, fact)
		}
	}
	return nil
}

// askAgain ends the confirmed grants that open cases, and makes each of them anew, awaiting its
// second person.
func (s *Service) askAgain(r *registry, f facts, c Call, u *store.User) error {
	a, err := r.agency(u.AgencyID)
	if err != nil || s.console {
		return err
	}
	for i := range u.Grants {
		g := &u.Grants[i]
		if g.Confirmed == store.GrantOpen || ended(*g, r.today) || g.AgencyID != u.AgencyID || !opens(g.Role, a, max(g.Valid.From, r.today)) {
			continue
		}
		next := store.Grant{
			ID: newID(), UserID: u.ID, AgencyID: g.AgencyID, Role: g.Role, Valid: incident.Span{From: max(g.Valid.From, r.today), To: g.Valid.To},
			Basis: g.Basis, GrantedByID: &c.By.UserID, GrantedAt: c.At,
		}
		fact, err := r.endGrant(g, r.today, "Hệ thống được giao thêm thao tác")
		if err != nil {
			return err
		}
		f.add(u.AgencyID, fact, grantFact("grant.made", &next, map[string]any{
			"from": next.Valid.From, "to": next.Valid.To, "basis": next.Basis, "confirmed": next.Confirmed,
		}))
		if err := r.tx.CreateGrant(&next); err != nil {
			return err
		}
		u.Grants = append(u.Grants, next)
	}
	return nil
}

// DisableSystem locks a system at once: none of its keys and tokens opens anything.
func (s *Service) DisableSystem(ctx context.Context, c Call, id, reason, document string) (*store.System, error) {
	var check incident.Checker
	check.Text("/reason", reason, true, incident.MaxShort)
	check.Text("/document", document, false, incident.MaxShort)
	if err := check.Err(); err != nil {
		return nil, err
	}
	return s.onSystem(ctx, c, id, func(r *registry, x *store.System) (facts, error) {
		u := &x.User
		if u.DisabledAt != nil {
			return nil, refused(fault.Conflict, "already_disabled", "Hệ thống đã bị khóa.", "The system is disabled.")
		}
		seen := u.Version
		u.DisabledAt, u.DisabledReason, u.DisabledDocument, u.Version = &c.At, reason, document, seen+1
		s.noteWhoShut(c, u)
		f := facts{}
		f.add(u.AgencyID, systemFact("system.disabled", "system", id, map[string]any{"reason": reason, "document": document}))
		return f, r.tx.SaveUser(u, seen)
	})
}

// EnableSystem opens a disabled system again, with the grants and keys that still hold.
func (s *Service) EnableSystem(ctx context.Context, c Call, id, reason string) (*store.System, error) {
	var check incident.Checker
	check.Text("/reason", reason, true, incident.MaxShort)
	if err := check.Err(); err != nil {
		return nil, err
	}
	return s.onSystem(ctx, c, id, func(r *registry, x *store.System) (facts, error) {
		u := &x.User
		if u.DisabledAt == nil {
			return nil, refused(fault.Conflict, "not_disabled", "Hệ thống không bị khóa.", "The system is not disabled.")
		}
		if err := s.mayOpen(c, u); err != nil {
			return nil, err
		}
		seen := u.Version
		u.DisabledAt, u.DisabledReason, u.DisabledDocument, u.Version = nil, "", "", seen+1
		u.DisabledByID, u.DisabledByAdmin = nil, false
		f := facts{}
		f.add(u.AgencyID, systemFact("system.enabled", "system", id, map[string]any{"reason": reason}))
		return f, r.tx.SaveUser(u, seen)
	})
}

// GrantSystem gives a system a role, by the rules for people.
func (s *Service) GrantSystem(ctx context.Context, c Call, id string, role policy.Role, valid incident.Span, basis string) (*store.System, error) {
	_, _, err := s.grant(ctx, c, systems, id, role, valid, basis)
	return s.after(ctx, c, id, err)
}

// ConfirmSystemGrant is the second person's yes, to the system as they have read it: what it may
// do besides must not change under their eyes.
func (s *Service) ConfirmSystemGrant(ctx context.Context, c Call, id, grantID string) (*store.System, error) {
	_, err := s.onGrant(ctx, c, systems, policy.ConfirmGrant, id, grantID, func(r *registry, u *store.User, g *store.Grant) (facts, error) {
		if err := c.Saw(u.Version); err != nil {
			return nil, err
		}
		return confirmGrant(c)(r, u, g)
	})
	return s.after(ctx, c, id, err)
}

// EndSystemGrant ends a grant of a system.
func (s *Service) EndSystemGrant(ctx context.Context, c Call, id, grantID, on, reason string) (*store.System, error) {
	_, err := s.endGrant(ctx, c, systems, id, grantID, on, reason)
	return s.after(ctx, c, id, err)
}

// after reads a system as a change has left it; within the request's transaction, if there is one.
func (s *Service) after(ctx context.Context, c Call, id string, err error) (*store.System, error) {
	if err != nil {
		return nil, err
	}
	return s.System(ctx, c.By, id)
}

// How long keys live, and how long an old one may go on beside the one that follows it.
const (
	keyLife    = 365 * 24 * time.Hour
	maxKeyLife = 730 * 24 * time.Hour
	overlap    = 24 * time.Hour
	maxOverlap = 7 * 24 * time.Hour
	maxLive    = 10 // keys of one system
)

// KeyFilter narrows a list of keys.
type KeyFilter struct {
	SystemID string
	Live     *bool
}

// Keys lists the keys that the caller may manage, in the order they were made.
func (s *Service) Keys(ctx context.Context, by policy.Actor, f KeyFilter, now time.Time) ([]store.Key, error) {
	if err := policy.Check(by, policy.ManageSystems, policy.Object{AgencyID: by.AgencyID}); err != nil {
		return nil, err
	}
	tx := s.store.Read(ctx)
	list, err := tx.Keys("")
	if err != nil {
		return nil, err
	}
	all, err := tx.Systems()
	if err != nil {
		return nil, err
	}
	mine := map[string]bool{}
	for _, x := range all {
		mine[x.User.ID] = policy.Allows(by, policy.ManageSystems, policy.Object{AgencyID: x.User.AgencyID})
	}
	return slices.DeleteFunc(list, func(k store.Key) bool {
		return !mine[k.UserID] || f.SystemID != "" && k.UserID != f.SystemID || f.Live != nil && *f.Live != k.Live(now)
	}), nil
}

// KeysOf lists the keys of one system, for whoever may read it.
func (s *Service) KeysOf(ctx context.Context, by policy.Actor, id string) ([]store.Key, error) {
	x, err := s.System(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return s.store.Read(ctx).Keys(x.User.ID)
}

func expiry(c *incident.Checker, given *time.Time, at time.Time) time.Time {
	if given == nil {
		return at.Add(keyLife)
	}
	if !given.After(at) || given.Sub(at) > maxKeyLife {
		c.Add("/expires_at", "out_of_range", "Khóa hết hạn ở tương lai, trong vòng 730 ngày.", "A key expires in the future, within 730 days.")
	}
	return *given
}

// MakeKey makes a key of a system, and returns the secret, which is kept nowhere.
func (s *Service) MakeKey(ctx context.Context, c Call, id, name string, expires *time.Time) (k *store.Key, secret string, err error) {
	var check incident.Checker
	check.Text("/name", name, true, maxName)
	k = &store.Key{ID: newID(), UserID: id, Name: name, CreatedAt: c.At, CreatedByID: c.By.UserID, ExpiresAt: expiry(&check, expires, c.At)}
	if err := check.Err(); err != nil {
		return nil, "", err
	}
	secret, k.Hash = authn.NewKeySecret(k.ID)
	_, err = s.onSystem(ctx, c, id, func(r *registry, x *store.System) (facts, error) {
		if err := r.roomForKey(c, x, 0); err != nil {
			return nil, err
		}
		f := facts{}
		f.add(x.User.AgencyID, keyMade(k))
		return f, r.tx.CreateKey(k)
	})
	if err != nil {
		return nil, "", err
	}
	return k, secret, nil
}

// roomForKey refuses one more key of a system that has too many, beside leaving of them.
func (r *registry) roomForKey(c Call, x *store.System, leaving int) error {
	keys, err := r.tx.Keys(x.User.ID)
	if err != nil {
		return err
	}
	live := 0
	for _, k := range keys {
		if k.Live(c.At) {
			live++
		}
	}
	if live-leaving >= maxLive {
		return refused(fault.Conflict, "too_many_keys", "Hệ thống đã có 10 khóa còn hiệu lực; hãy thu hồi khóa không dùng.", "The system has 10 keys in force; revoke those that are not used.")
	}
	return nil
}

func keyMade(k *store.Key) incident.Fact {
	return keyFact("api_key.made", k, map[string]any{"name": k.Name, "expires_at": k.ExpiresAt.Format(time.RFC3339Nano), "replaces_id": k.ReplacesID})
}

func keyFact(typ string, k *store.Key, full map[string]any) incident.Fact {
	full["user_id"] = k.UserID
	f := systemFact(typ, "api_key", k.ID, full)
	f.Thin = map[string]any{"user_id": k.UserID}
	return f
}

// onKey changes one key of a system; a key of another system is not found, before anything is
// said of rights.
func (s *Service) onKey(ctx context.Context, c Call, id, keyID string, rule func(r *registry, x *store.System, k *store.Key) (facts, error)) error {
	if x, err := s.System(ctx, c.By, id); err == nil {
		if k, err := s.store.Read(ctx).Key(keyID); err != nil || k.UserID != x.User.ID {
			return fault.Absent()
		}
	}
	_, err := s.onSystem(ctx, c, id, func(r *registry, x *store.System) (facts, error) {
		k, err := r.tx.Key(keyID)
		if err != nil {
			return nil, err
		}
		if k.UserID != x.User.ID {
			return nil, fault.Absent()
		}
		if !k.Live(c.At) {
			return nil, refused(fault.Conflict, "key_ended", "Khóa đã hết hạn hoặc đã bị thu hồi.", "The key has expired or was revoked.")
		}
		return rule(r, x, k)
	})
	return err
}

// RotateKey makes the key that follows another one, under the same name. The old one goes on
// until a moment of at most 7 days from now, a day when none is given, and never longer than it
// would have.
func (s *Service) RotateKey(ctx context.Context, c Call, id, keyID string, until, expires *time.Time) (k *store.Key, secret string, err error) {
	var check incident.Checker
	end := c.At.Add(overlap)
	if until != nil {
		end = *until
		if end.Before(c.At) || end.Sub(c.At) > maxOverlap {
			check.Add("/old_until", "out_of_range", "Khóa cũ còn dùng được từ bây giờ đến tối đa 7 ngày nữa.", "The old key goes on for at most 7 days from now.")
		}
	}
	k = &store.Key{ID: newID(), UserID: id, CreatedAt: c.At, CreatedByID: c.By.UserID, ExpiresAt: expiry(&check, expires, c.At), ReplacesID: &keyID}
	if err := check.Err(); err != nil {
		return nil, "", err
	}
	secret, k.Hash = authn.NewKeySecret(k.ID)
	err = s.onKey(ctx, c, id, keyID, func(r *registry, x *store.System, old *store.Key) (facts, error) {
		if err := r.roomForKey(c, x, 1); err != nil {
			return nil, err
		}
		k.Name = old.Name
		if end.Before(old.ExpiresAt) {
			old.ExpiresAt = end
		}
		if err := r.tx.SaveKey(old); err != nil {
			return nil, err
		}
		f := facts{}
		f.add(x.User.AgencyID, keyFact("api_key.replaced", old, map[string]any{"expires_at": old.ExpiresAt.Format(time.RFC3339Nano)}), keyMade(k))
		return f, r.tx.CreateKey(k)
	})
	if err != nil {
		return nil, "", err
	}
	return k, secret, nil
}

// RevokeKey ends a key at once, and every token that was given for it.
func (s *Service) RevokeKey(ctx context.Context, c Call, id, keyID, reason string) (*store.Key, error) {
	var check incident.Checker
	check.Text("/reason", reason, true, incident.MaxShort)
	if err := check.Err(); err != nil {
		return nil, err
	}
	var out *store.Key
	err := s.onKey(ctx, c, id, keyID, func(r *registry, x *store.System, k *store.Key) (facts, error) {
		fact, err := r.revoke(c, k, strings.TrimSpace(reason))
		f := facts{}
		f.add(x.User.AgencyID, fact)
		out = k
		return f, err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (r *registry) revoke(c Call, k *store.Key, reason string) (incident.Fact, error) {
	k.RevokedAt, k.RevokedByID, k.RevokedReason = &c.At, &c.By.UserID, reason
	return keyFact("api_key.revoked", k, map[string]any{"reason": reason}), r.tx.SaveKey(k)
}
