package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// contacts lists contacts.
//
// @Summary   Đầu mối liên lạc · Contacts
// @Description Đầu mối trực là bộ phận: mọi tài khoản đọc được; cá nhân: chỉ cơ quan của họ, đội, quản trị, kiểm tra. · Desks on duty are for every account; people for their own agency, the team, administrators and auditors.
// @Tags      contacts
// @Param     filter  query     api.ContactFilter  false  "Bộ lọc · Filter"
// @Success   200     {object}  api.ContactList
// @Router    /api/v1/contacts [get]
func (s *Server) contacts(ctx context.Context, x in[api.ContactFilter, none]) (out[api.ContactList], error) {
	q := x.query
	list, err := s.directory.Contacts(ctx, x.By, directory.ContactFilter{AgencyID: q.AgencyID, Duty: q.Duty, Stale: q.Stale, On: q.On}, x.At)
	list, end := cut(x.page, list, func(c directory.ContactView) string { return c.ID })
	return reply(api.ContactList{Items: each(list, contactView(x.lang)), Paged: end}, err)
}

// staleContacts lists the contacts that cannot be relied on.
//
// @Summary   Đầu mối cần cập nhật · Contacts that cannot be relied on
// @Description Gồm cả cơ quan đang tham gia hồ sơ mở mà không có đầu mối trực. · With the agencies that take part in open cases and have no duty contact.
// @Tags      contacts
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.StaleContactList
// @Router    /api/v1/contacts/stale [get]
func (s *Server) staleContacts(ctx context.Context, x in[api.Paging, none]) (out[api.StaleContactList], error) {
	list, err := s.directory.Stale(ctx, x.By, x.At)
	list, end := cut(x.page, list, func(v directory.StaleView) string {
		if v.Contact != nil {
			return v.Contact.ID
		}
		return v.Agency.ID
	})
	return reply(api.StaleContactList{Paged: end, Items: each(list, func(v directory.StaleView) api.StaleContact {
		o := api.StaleContact{
			Agency: api.AgencyRef{ID: v.Agency.ID, Code: v.Agency.Code, Name: v.Agency.Name}, Reasons: reasonsOf(v.Reasons, x.lang),
		}
		if v.Contact != nil {
			c := contactView(x.lang)(directory.ContactView{Contact: *v.Contact, Reasons: v.Reasons})
			o.Contact = &c
		}
		return o
	})}, err)
}

// contact reads one contact.
//
// @Summary   Đọc một đầu mối · Read a contact
// @Tags      contacts
// @Success   200  {object}  api.Contact
// @Router    /api/v1/contacts/{id} [get]
func (s *Server) contact(ctx context.Context, x in[none, none]) (out[api.Contact], error) {
	c, err := s.directory.Contact(ctx, x.By, x.id, x.At)
	return contactAnswer(c, x.lang, err)
}

// createContact adds a contact.
//
// @Summary   Thêm đầu mối · Add a contact
// @Tags      contacts
// @Param     body  body      api.NewContact  true  "Đầu mối · The contact"
// @Success   201   {object}  api.Contact
// @Router    /api/v1/contacts [post]
func (s *Server) createContact(ctx context.Context, x in[none, api.NewContact]) (out[api.Contact], error) {
	b := x.body
	c, err := s.directory.CreateContact(ctx, x.Call, incident.Contact{
		AgencyID: b.AgencyID, Kind: incident.ContactKind(b.Kind), Name: b.Name, Position: b.Position, Phone: b.Phone, Email: b.Email,
		Duty: b.Duty, Valid: incident.Span{From: b.ValidFrom, To: b.ValidTo},
	})
	o, err := contactAnswer(c, x.lang, err)
	o.location = contacts + "/" + c.ID
	return o, err
}

// changeContact changes a contact.
//
// @Summary   Sửa đầu mối · Change a contact
// @Tags      contacts
// @Param     body  body      api.ContactPatch  true  "JSON Merge Patch"
// @Success   200   {object}  api.Contact
// @Router    /api/v1/contacts/{id} [patch]
func (s *Server) changeContact(ctx context.Context, x in[none, api.ContactPatch]) (out[api.Contact], error) {
	c, err := s.directory.ChangeContact(ctx, x.Call, x.id, x.body)
	return contactAnswer(c, x.lang, err)
}

// confirmContact records that a contact was tried today.
//
// @Summary   Xác nhận đầu mối còn đúng · Confirm a contact
// @Tags      contacts
// @Success   200  {object}  api.Contact
// @Router    /api/v1/contacts/{id}/confirm [post]
func (s *Server) confirmContact(ctx context.Context, x in[none, none]) (out[api.Contact], error) {
	c, err := s.directory.ConfirmContact(ctx, x.Call, x.id)
	return contactAnswer(c, x.lang, err)
}

// endContact ends a contact.
//
// @Summary   Kết thúc đầu mối · End a contact
// @Tags      contacts
// @Param     body  body      api.EndContact  true  "Ngày và lý do · Day and reason"
// @Success   200   {object}  api.Contact
// @Router    /api/v1/contacts/{id}/end [post]
func (s *Server) endContact(ctx context.Context, x in[none, api.EndContact]) (out[api.Contact], error) {
	c, err := s.directory.EndContact(ctx, x.Call, x.id, x.body.On, x.body.Reason)
	return contactAnswer(c, x.lang, err)
}

func contactAnswer(c directory.ContactView, lang string, err error) (out[api.Contact], error) {
	if err != nil {
		return out[api.Contact]{}, err
	}
	return out[api.Contact]{body: contactView(lang)(c), version: c.Version}, nil
}

func contactView(lang string) func(directory.ContactView) api.Contact {
	return func(c directory.ContactView) api.Contact {
		return api.Contact{
			ID: c.ID, Version: c.Version, AgencyID: c.AgencyID, Kind: string(c.Kind), Name: c.Name, Position: orNull(c.Position),
			Phone: orNull(c.Phone), Email: orNull(c.Email), Duty: c.Duty, ValidFrom: orNull(c.Valid.From), ValidTo: orNull(c.Valid.To),
			ConfirmedAt: stampOf(c.ConfirmedAt), Stale: reasonsOf(c.Reasons, lang),
		}
	}
}

// shifts lists a duty roster.
//
// @Summary   Lịch trực · Duty roster
// @Tags      contacts
// @Param     filter  query     api.ShiftFilter  false  "Cơ quan, khoảng thời gian · Agency, time"
// @Success   200     {object}  api.ShiftList
// @Router    /api/v1/duty-shifts [get]
func (s *Server) shifts(ctx context.Context, x in[api.ShiftFilter, none]) (out[api.ShiftList], error) {
	from := x.At
	if t := momentOf(&x.query.From); t != nil {
		from = *t
	}
	to := from.AddDate(0, 0, 31)
	if t := momentOf(&x.query.To); t != nil {
		to = *t
	}
	list, err := s.directory.Shifts(ctx, x.By, x.query.AgencyID, from, to)
	list, end := cut(x.page, list, func(v incident.Shift) string { return v.ID })
	return reply(api.ShiftList{Items: each(list, shiftView), Paged: end}, err)
}

// addShift puts somebody on the roster.
//
// @Summary   Thêm ca trực · Add a shift
// @Tags      contacts
// @Param     body  body      api.NewShift  true  "Ca trực · The shift"
// @Success   201   {object}  api.Shift
// @Router    /api/v1/duty-shifts [post]
func (s *Server) addShift(ctx context.Context, x in[none, api.NewShift]) (out[api.Shift], error) {
	b := x.body
	v, err := s.directory.AddShift(ctx, x.Call, incident.Shift{
		AgencyID: b.AgencyID, ContactID: orNull(b.ContactID), UserID: orNull(b.UserID), StartsAt: moment(b.From), EndsAt: moment(b.To),
	})
	if err != nil {
		return out[api.Shift]{}, err
	}
	return out[api.Shift]{body: shiftView(*v), location: base + "/duty-shifts"}, nil
}

// cancelShift takes a shift off the roster.
//
// @Summary   Hủy ca trực · Cancel a shift
// @Tags      contacts
// @Success   200  {object}  api.Shift
// @Router    /api/v1/duty-shifts/{id}/cancel [post]
func (s *Server) cancelShift(ctx context.Context, x in[none, none]) (out[api.Shift], error) {
	v, err := s.directory.CancelShift(ctx, x.Call, x.id)
	if err != nil {
		return out[api.Shift]{}, err
	}
	return reply(shiftView(*v), nil)
}

// duty says who is on duty for an agency.
//
// @Summary   Ai đang trực · Who is on duty
// @Tags      contacts
// @Param     filter  query     api.AtMoment  false  "Thời điểm · Moment"
// @Success   200  {object}  api.Duty
// @Router    /api/v1/agencies/{id}/duty [get]
func (s *Server) duty(ctx context.Context, x in[api.AtMoment, none]) (out[api.Duty], error) {
	at := x.At
	if t := momentOf(&x.query.At); t != nil {
		at = *t
	}
	d, err := s.directory.OnDuty(ctx, x.By, x.id, at)
	if err != nil {
		return out[api.Duty]{}, err
	}
	v := api.Duty{At: stamp(at), Shifts: each(d.Shifts, shiftView), People: []api.DutyPerson{}, Contacts: each(d.Contacts, func(c incident.Contact) api.Contact {
		return contactView(x.lang)(directory.ContactView{Contact: c})
	})}
	for _, sh := range d.Shifts {
		if sh.UserID != nil {
			u := d.People[*sh.UserID]
			v.People = append(v.People, api.DutyPerson{UserID: u.ID, FullName: u.FullName, Phone: orNull(u.Phone)})
		}
	}
	return reply(v, nil)
}

func shiftView(x incident.Shift) api.Shift {
	return api.Shift{
		ID: x.ID, AgencyID: x.AgencyID, ContactID: x.ContactID, UserID: x.UserID, From: stamp(x.StartsAt), To: stamp(x.EndsAt),
		CancelledAt: stampOf(x.CancelledAt),
	}
}
