package directory

import (
	"context"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// ContactFilter narrows the list of contacts. Without On, those in force today.
type ContactFilter struct {
	AgencyID string
	Duty     *bool
	Stale    *bool
	On       string
}

// ContactView is a contact and why it cannot be relied on; nothing when it can, or when the
// reader is not told.
type ContactView struct {
	incident.Contact
	Reasons []fault.Reason
}

// published reports whether every account may read the contact. A duty desk is the address at
// which the agency takes incidents, which it must publish (TT 20/2017/TT-BTTTT Điều 6); a
// person's name and number are personal data.
func published(c incident.Contact) bool { return c.Duty && c.Kind == incident.ContactDesk }

func maySee(by policy.Actor, c incident.Contact) bool {
	return published(c) || policy.Allows(by, policy.ReadContacts, policy.Object{AgencyID: c.AgencyID})
}

// Contacts lists the contacts that the caller may read, by name.
func (s *Service) Contacts(ctx context.Context, by policy.Actor, f ContactFilter, now time.Time) ([]ContactView, error) {
	tx := s.store.Read(ctx)
	all, err := tx.AllContacts()
	if err != nil {
		return nil, err
	}
	agencies, err := tx.Agencies()
	if err != nil {
		return nil, err
	}
	on := f.On
	if on == "" {
		on = day(now)
	}
	out := []ContactView{}
	for _, c := range all {
		v := viewOf(by, agencies, c, now)
		switch {
		case !maySee(by, c), !c.Valid.Holds(on), f.AgencyID != "" && c.AgencyID != f.AgencyID,
			f.Duty != nil && *f.Duty != c.Duty, f.Stale != nil && *f.Stale != (len(v.Reasons) > 0):
		default:
			out = append(out, v)
		}
	}
	return out, nil
}

// viewOf is a contact with its reasons, for those who may read more than what is published.
func viewOf(by policy.Actor, agencies []incident.Agency, c incident.Contact, now time.Time) ContactView {
	v := ContactView{Contact: c, Reasons: []fault.Reason{}}
	if a := incident.AgencyOf(agencies, c.AgencyID); a != nil && policy.Allows(by, policy.ReadContacts, policy.Object{AgencyID: c.AgencyID}) {
		v.Reasons = c.Stale(*a, now, day(now))
	}
	return v
}

// Contact reads one contact.
func (s *Service) Contact(ctx context.Context, by policy.Actor, id string, now time.Time) (ContactView, error) {
	tx := s.store.Read(ctx)
	c, err := tx.Contact(id)
	if err != nil {
		return ContactView{}, err
	}
	if !maySee(by, *c) {
		return ContactView{}, fault.Absent()
	}
	agencies, err := tx.Agencies()
	return viewOf(by, agencies, *c, now), err
}

// StaleView is a contact that cannot be relied on, or an agency without one.
type StaleView struct {
	Agency  incident.Agency
	Contact *incident.Contact // nil: the agency has no duty contact
	Reasons []fault.Reason
}

// Stale lists the contacts in force that cannot be relied on, and the agencies that take part
// in open cases and have no duty contact.
func (s *Service) Stale(ctx context.Context, by policy.Actor, now time.Time) ([]StaleView, error) {
	if err := policy.Check(by, policy.ReadStale, policy.Object{}); err != nil {
		return nil, err
	}
	tx := s.store.Read(ctx)
	all, err := tx.AllContacts()
	if err != nil {
		return nil, err
	}
	agencies, err := tx.Agencies()
	if err != nil {
		return nil, err
	}
	working, err := tx.AgenciesAtWork()
	if err != nil {
		return nil, err
	}
	today, out := day(now), []StaleView{}
	for _, a := range agencies {
		own := slices.DeleteFunc(slices.Clone(all), func(c incident.Contact) bool { return c.AgencyID != a.ID || !c.Valid.Holds(today) })
		for _, c := range own {
			if why := c.Stale(a, now, today); len(why) > 0 {
				out = append(out, StaleView{a, &c, why})
			}
		}
		if slices.Contains(working, a.ID) {
			if why := incident.WithoutDuty(own, today); why != nil {
				out = append(out, StaleView{Agency: a, Reasons: why})
			}
		}
	}
	return out, nil
}

func checkContact(c *incident.Checker, x incident.Contact) {
	incident.OneOf(c, "/kind", x.Kind, incident.ContactKinds)
	c.Text("/name", x.Name, true, maxName)
	c.Text("/position", x.Position, false, maxName)
	c.Text("/phone", x.Phone, false, maxPhone)
	c.Email("/email", x.Email)
	c.Span("/valid_to", x.Valid)
	if x.Duty && x.Phone == "" && x.Email == "" {
		c.Add("/phone", "required", "Đầu mối trực cần số điện thoại hoặc thư điện tử.", "A duty contact needs a phone or an e-mail address.")
	}
}

// contactFact is a fact about a contact. Its payload holds personal data and can be redacted;
// nothing of it leaves on the broker.
func contactFact(typ string, c *incident.Contact, full map[string]any) incident.Fact {
	full["agency_id"] = c.AgencyID
	return incident.Fact{Type: typ, ObjectKind: "contact", ObjectID: c.ID, Full: full, Thin: map[string]any{"to_agency_id": c.AgencyID}}
}

// CreateContact adds a contact. It counts as checked on the day it is added.
func (s *Service) CreateContact(ctx context.Context, c Call, x incident.Contact) (ContactView, error) {
	var check incident.Checker
	checkContact(&check, x)
	if err := check.Err(); err != nil {
		return ContactView{}, err
	}
	x.ID, x.ConfirmedAt, x.ConfirmedByID = newID(), &c.At, &c.By.UserID
	find := func(*registry) (policy.Object, error) { return policy.Object{AgencyID: x.AgencyID}, nil }
	var view ContactView
	err := s.change(ctx, c, policy.ManageContacts, find, func(r *registry) (facts, error) {
		if a := incident.AgencyOf(r.agencies, x.AgencyID); a == nil || a.Valid.To != "" && a.Valid.To <= r.today {
			var check incident.Checker
			check.Add("/agency_id", "unknown_agency", "Không có cơ quan này, hoặc đã kết thúc.", "There is no such agency, or it has ended.")
			return nil, check.Err()
		}
		if err := r.tx.CreateContact(&x); err != nil {
			return nil, err
		}
		view = viewOf(c.By, r.agencies, x, c.At)
		f := facts{}
		f.add(x.AgencyID, contactFact("contact.created", &x, map[string]any{
			"kind": x.Kind, "name": x.Name, "position": x.Position, "phone": x.Phone, "email": x.Email, "duty": x.Duty,
			"from": x.Valid.From, "to": x.Valid.To,
		}))
		return f, nil
	})
	return view, err
}

// onContact changes one contact by a rule; none of its facts means that nothing changed.
func (s *Service) onContact(ctx context.Context, c Call, action policy.Action, id string,
	rule func(r *registry, x *incident.Contact) ([]incident.Fact, error)) (ContactView, error) {
	var x *incident.Contact
	var view ContactView
	find := func(r *registry) (o policy.Object, err error) {
		if x, err = r.tx.Contact(id); err != nil {
			return o, err
		}
		o.AgencyID = x.AgencyID
		if !maySee(c.By, *x) {
			return o, fault.Absent()
		}
		return o, nil
	}
	err := s.change(ctx, c, action, find, func(r *registry) (facts, error) {
		seen := x.Version
		list, err := rule(r, x)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			x.Version++
			if err := r.tx.SaveContact(x, seen); err != nil {
				return nil, err
			}
		}
		view = viewOf(c.By, r.agencies, *x, c.At)
		f := facts{}
		f.add(x.AgencyID, list...)
		return f, nil
	})
	return view, err
}

// ChangeContact applies a merge patch.
func (s *Service) ChangeContact(ctx context.Context, c Call, id string, p api.ContactPatch) (ContactView, error) {
	return s.onContact(ctx, c, policy.ManageContacts, id, func(_ *registry, x *incident.Contact) ([]incident.Fact, error) {
		if err := c.Saw(x.Version); err != nil {
			return nil, err
		}
		from, to := map[string]any{}, map[string]any{}
		text := func(name string, field *string, p api.Patch[string]) {
			if p.Given && p.Value != *field {
				from[name], to[name] = *field, p.Value
				*field = p.Value
			}
		}
		kind := string(x.Kind)
		text("kind", &kind, p.Kind)
		x.Kind = incident.ContactKind(kind)
		text("name", &x.Name, p.Name)
		text("position", &x.Position, p.Position)
		text("phone", &x.Phone, p.Phone)
		text("email", &x.Email, p.Email)
		text("valid_from", &x.Valid.From, p.ValidFrom)
		text("valid_to", &x.Valid.To, p.ValidTo)
		if p.Duty.Given && p.Duty.Value != x.Duty {
			from["duty"], to["duty"] = x.Duty, p.Duty.Value
			x.Duty = p.Duty.Value
		}
		var check incident.Checker
		checkContact(&check, *x)
		if err := check.Err(); err != nil || len(to) == 0 {
			return nil, err
		}
		return []incident.Fact{contactFact("contact.changed", x, map[string]any{"changed_from": from, "changed_to": to})}, nil
	})
}

// ConfirmContact records that the contact was tried today and is right.
func (s *Service) ConfirmContact(ctx context.Context, c Call, id string) (ContactView, error) {
	return s.onContact(ctx, c, policy.ConfirmContact, id, func(r *registry, x *incident.Contact) ([]incident.Fact, error) {
		if !x.Valid.Holds(r.today) {
			return nil, refused(fault.Conflict, "not_in_force", "Đầu mối này không còn (hoặc chưa) có hiệu lực.", "This contact is not in force today.")
		}
		x.ConfirmedAt, x.ConfirmedByID = &c.At, &c.By.UserID
		return []incident.Fact{contactFact("contact.confirmed", x, map[string]any{})}, nil
	})
}

// EndContact ends a contact on a day, today when on is empty; the day is the first without it.
func (s *Service) EndContact(ctx context.Context, c Call, id, on, reason string) (ContactView, error) {
	var check incident.Checker
	check.Text("/reason", reason, true, incident.MaxShort)
	if err := check.Err(); err != nil {
		return ContactView{}, err
	}
	return s.onContact(ctx, c, policy.ManageContacts, id, func(r *registry, x *incident.Contact) ([]incident.Fact, error) {
		if on == "" {
			on = r.today
		}
		if x.Valid.To != "" && x.Valid.To <= on {
			return nil, refused(fault.Conflict, "already_ended", "Đầu mối này kết thúc ngày "+x.Valid.To+".", "This contact ends on "+x.Valid.To+".")
		}
		if on < x.Valid.From {
			return nil, fault.Input(fault.Field{Pointer: "/on", Code: "out_of_order", Text: fault.Text{
				VI: "Ngày kết thúc phải sau ngày bắt đầu.", EN: "The end must come after the start."}})
		}
		x.Valid.To = on
		return []incident.Fact{contactFact("contact.ended", x, map[string]any{"on": on, "reason": reason})}, nil
	})
}

// Shifts lists the roster from a moment to a moment, of one agency or of all that the caller
// may read.
func (s *Service) Shifts(ctx context.Context, by policy.Actor, agencyID string, from, to time.Time) ([]incident.Shift, error) {
	list, err := s.store.Read(ctx).Shifts(agencyID, from, to)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(x incident.Shift) bool {
		return !policy.Allows(by, policy.ReadContacts, policy.Object{AgencyID: x.AgencyID})
	}), nil
}

// OnDuty says who is on duty for an agency at a moment: the shifts that run, and the standing
// duty contacts.
type OnDuty struct {
	Shifts   []incident.Shift
	People   map[string]store.User // of the shifts
	Contacts []incident.Contact    // of the shifts, and standing
}

// OnDuty reads who is on duty for an agency; readers of other agencies are told the duty desks
// alone.
func (s *Service) OnDuty(ctx context.Context, by policy.Actor, agencyID string, at time.Time) (OnDuty, error) {
	var out OnDuty
	tx := s.store.Read(ctx)
	a, err := tx.Agency(agencyID)
	if err != nil {
		return out, err
	}
	if out.Contacts, err = tx.OnDuty(a.ID, at, day(at)); err != nil {
		return out, err
	}
	out.Contacts = slices.DeleteFunc(out.Contacts, func(c incident.Contact) bool { return !maySee(by, c) })
	out.Shifts, out.People = []incident.Shift{}, map[string]store.User{}
	if !policy.Allows(by, policy.ReadContacts, policy.Object{AgencyID: a.ID}) {
		return out, nil
	}
	if out.Shifts, err = tx.Shifts(a.ID, at, at.Add(time.Microsecond)); err != nil {
		return out, err
	}
	var ids []string
	for _, x := range out.Shifts {
		if x.UserID != nil {
			ids = append(ids, *x.UserID)
		}
	}
	out.People, err = tx.Users(ids)
	return out, err
}

// maxShift is the longest turn one entry of the roster may have.
const maxShift = 31 * 24 * time.Hour

// AddShift puts a contact, or a person with an account, on the roster of their agency.
func (s *Service) AddShift(ctx context.Context, c Call, x incident.Shift) (*incident.Shift, error) {
	var check incident.Checker
	if (x.ContactID == nil) == (x.UserID == nil) {
		check.Add("/contact_id", "one_of", "Ghi đúng một trong contact_id và user_id.", "Give exactly one of contact_id and user_id.")
	}
	if !x.EndsAt.After(x.StartsAt) || x.EndsAt.Sub(x.StartsAt) > maxShift {
		check.Add("/to", "out_of_range", "Ca trực kết thúc sau khi bắt đầu và dài không quá 31 ngày.", "A shift ends after it starts, within 31 days.")
	}
	if err := check.Err(); err != nil {
		return nil, err
	}
	x.ID, x.CreatedAt, x.CreatedByID = newID(), c.At, c.By.UserID
	find := func(*registry) (policy.Object, error) { return policy.Object{AgencyID: x.AgencyID}, nil }
	err := s.change(ctx, c, policy.ManageRoster, find, func(r *registry) (facts, error) {
		var check incident.Checker
		if a := incident.AgencyOf(r.agencies, x.AgencyID); a == nil || !a.Valid.Holds(day(x.StartsAt)) {
			check.Add("/agency_id", "unknown_agency", "Không có cơ quan này vào ngày đó.", "There is no such agency on that day.")
			return nil, check.Err()
		}
		if err := r.checkShift(&check, x); err != nil {
			return nil, err
		}
		if err := check.Err(); err != nil {
			return nil, err
		}
		f := facts{}
		f.add(x.AgencyID, shiftFact("shift.added", &x))
		return f, r.tx.CreateShift(&x)
	})
	return &x, err
}

// checkShift checks that whoever takes the shift is of the agency and not on duty twice.
func (r *registry) checkShift(c *incident.Checker, x incident.Shift) error {
	if x.ContactID != nil {
		who, err := r.tx.Contact(*x.ContactID)
		if err != nil && !fault.NotFound.In(err) {
			return err
		}
		if err != nil || who.AgencyID != x.AgencyID || !who.Valid.Holds(day(x.StartsAt)) {
			c.Add("/contact_id", "unknown_contact", "Không có đầu mối này của cơ quan vào ngày đó.", "The agency has no such contact on that day.")
		}
	}
	if x.UserID != nil {
		who, err := r.tx.User(*x.UserID)
		if err != nil && !fault.NotFound.In(err) {
			return err
		}
		if err != nil || who.AgencyID != x.AgencyID || who.DisabledAt != nil || who.Kind != store.PersonKind {
			c.Add("/user_id", "unknown_user", "Không có người này ở cơ quan, hoặc tài khoản bị khóa.", "Nobody of the agency, or the account is disabled.")
		}
	}
	running, err := r.tx.Shifts(x.AgencyID, x.StartsAt, x.EndsAt)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(running, func(o incident.Shift) bool {
		return x.ContactID != nil && value(o.ContactID) == *x.ContactID || x.UserID != nil && value(o.UserID) == *x.UserID
	}) {
		c.Add("/from", "overlap", "Người này đã có ca trực trong thời gian đó.", "They are on duty in that time already.")
	}
	return nil
}

func shiftFact(typ string, x *incident.Shift) incident.Fact {
	return incident.Fact{Type: typ, ObjectKind: "shift", ObjectID: x.ID, Full: map[string]any{
		"agency_id": x.AgencyID, "contact_id": x.ContactID, "user_id": x.UserID,
		"from": x.StartsAt.Format(time.RFC3339Nano), "to": x.EndsAt.Format(time.RFC3339Nano),
	}, Thin: map[string]any{"to_agency_id": x.AgencyID}}
}

// CancelShift takes a shift off the roster.
func (s *Service) CancelShift(ctx context.Context, c Call, id string) (*incident.Shift, error) {
	var x *incident.Shift
	find := func(r *registry) (o policy.Object, err error) {
		if x, err = r.tx.Shift(id); err != nil {
			return o, err
		}
		o.AgencyID = x.AgencyID
		if !policy.Allows(c.By, policy.ReadContacts, o) {
			return o, fault.Absent()
		}
		return o, nil
	}
	err := s.change(ctx, c, policy.ManageRoster, find, func(r *registry) (facts, error) {
		if x.CancelledAt != nil {
			return nil, refused(fault.Conflict, "already_cancelled", "Ca trực đã bị hủy.", "The shift was cancelled.")
		}
		x.CancelledAt = &c.At
		f := facts{}
		f.add(x.AgencyID, shiftFact("shift.cancelled", x))
		return f, r.tx.CancelShift(x.ID, c.At)
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}
