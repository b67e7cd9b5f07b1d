package incident

import (
	"regexp"
	"slices"
	"strings"
)

// AgencyRoles lists the roles of agencies.
var AgencyRoles = []AgencyRole{
	RoleTeam, RolePolice, RoleMilitary, RoleNationalCoordinator,
	RoleOwner, RoleOperator, RoleProvider, RoleLeadership, RoleDataProtection,
	RoleSecurityOwner,
}

// soleRoles are held by one agency at a time: the rules address it by the role alone.
var soleRoles = []AgencyRole{RoleTeam, RolePolice, RoleMilitary, RoleNationalCoordinator, RoleLeadership, RoleDataProtection}

// Overlaps reports whether the spans share a day.
func (s Span) Overlaps(o Span) bool {
	if s.empty() || o.empty() {
		return false
	}
	return (s.To == "" || o.From < s.To) && (o.To == "" || s.From < o.To)
}

func (s Span) empty() bool { return s.To != "" && s.To <= s.From }

// covers reports whether o lies within s.
func (s Span) covers(o Span) bool {
	return s.From <= o.From && (s.To == "" || o.To != "" && o.To <= s.To)
}

// Span checks the order of two dates.
func (c *Checker) Span(pointer string, s Span) {
	if s.To != "" && s.To <= s.From {
		c.Add(pointer, "not_after_start", "Ngày kết thúc phải sau ngày bắt đầu.", "The end must come after the start.")
	}
}

var agencyCode = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Check checks what an agency states of itself.
func (a *Agency) Check(c *Checker) {
	if len(a.Code) > 40 || !agencyCode.MatchString(a.Code) {
		c.Add("/code", "bad_code", "Mã gồm chữ thường không dấu, số và gạch nối (tối đa 40).", "A code is lower-case letters, digits and hyphens, at most 40.")
	}
	c.Text("/name", a.Name, true, MaxShort)
	c.Text("/name_en", a.NameEN, false, MaxShort)
	c.Span("/valid_to", a.Valid)
}

// AgencyOf finds an agency in the registry; nil when it is not there.
func AgencyOf(registry []Agency, id string) *Agency {
	i := slices.IndexFunc(registry, func(a Agency) bool { return a.ID == id })
	if i < 0 {
		return nil
	}
	return &registry[i]
}

// On is the agency under the name it had on the civil date day.
func (a Agency) On(day string) Agency {
	for _, n := range a.Names {
		if n.Valid.Holds(day) {
			a.Name, a.NameEN = n.Name, n.NameEN
		}
	}
	return a
}

// Acts is who acts for an agency, in a matter; an empty matter is every one.
type Acts struct{ AgencyID, Matter string }

// Acting says who acts for an agency on the civil date day: itself while it stands, else its
// successors of that day, and theirs, each with the matter it took over. Nobody: an empty list.
func Acting(registry []Agency, id, day string) []Acts {
	out, seen := []Acts{}, map[string]bool{}
	var follow func(id, matter string)
	follow = func(id, matter string) {
		a := AgencyOf(registry, id)
		if a == nil || seen[id+matter] {
			return
		}
		seen[id+matter] = true
		if a.Valid.Holds(day) {
			out = append(out, Acts{id, matter})
			return
		}
		for _, s := range a.Successors {
			if s.On <= day {
				follow(s.SuccessorID, strings.Join(slices.DeleteFunc([]string{matter, s.Matter}, func(m string) bool { return m == "" }), "; "))
			}
		}
	}
	follow(id, "")
	return out
}

func unknownAgency(c *Checker, pointer string) {
	c.Add(pointer, "unknown_agency", "Không có cơ quan này trong danh bạ vào ngày đó.", "No such agency in the registry on that day.")
}

// SetParent puts the agency below another one.
func (a *Agency) SetParent(registry []Agency, parent *string) error {
	var c Checker
	if parent != nil {
		if AgencyOf(registry, *parent) == nil {
			unknownAgency(&c, "/parent_id")
		}
		for id := parent; id != nil; {
			up := AgencyOf(registry, *id)
			if *id == a.ID {
				c.Add("/parent_id", "loop", "Cơ quan không thể là cấp trên của chính mình.", "An agency cannot stand above itself.")
			}
			if up == nil || *id == a.ID {
				break
			}
			id = up.ParentID
		}
	}
	if err := c.Err(); err != nil {
		return err
	}
	a.ParentID = parent
	return nil
}

// Rename gives the agency a new name from the day on; the old one is kept with its dates.
func (a *Agency) Rename(name, nameEN, on, basis, today string) ([]Fact, error) {
	var c Checker
	c.Text("/name", name, true, MaxShort)
	c.Text("/name_en", nameEN, false, MaxShort)
	c.Text("/basis", basis, true, MaxShort)
	old := AgencyName{AgencyID: a.ID, Name: a.Name, NameEN: a.NameEN, Valid: Span{From: a.Valid.From, To: on}, Basis: basis}
	if n := len(a.Names); n > 0 {
		old.Valid.From = a.Names[n-1].Valid.To
	}
	switch {
	case on == "":
		c.Add("/on", "required", "Bắt buộc nhập.", "Required.")
	case on <= old.Valid.From || a.Valid.To != "" && on >= a.Valid.To:
		c.Add("/on", "out_of_order", "Ngày đổi tên phải sau lần đổi tên trước và trong thời gian hoạt động.", "It must come after the last name, while the agency stands.")
	case on > today:
		c.Add("/on", "in_future", "Chỉ ghi tên mới khi đã có hiệu lực.", "A new name is entered once it is in force.")
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	a.Names = append(a.Names, old)
	a.Name, a.NameEN = name, nameEN
	return []Fact{a.fact("agency.renamed", map[string]any{
		"from_name": old.Name, "to_name": name, "name_en": nameEN, "on": on, "basis": basis,
	}, nil)}, nil
}

// GiveRole gives the agency a role for a time.
func (a *Agency) GiveRole(registry []Agency, r AgencyRoleSpan) ([]Fact, error) {
	var c Checker
	OneOf(&c, "/role", r.Role, AgencyRoles)
	c.Text("/basis", r.Basis, true, MaxShort)
	c.Span("/to", r.Valid)
	if !a.Valid.covers(r.Valid) {
		c.Add("/from", "agency_not_valid", "Cơ quan không hoạt động trong toàn bộ thời gian này.", "The agency does not stand for all of this time.")
	}
	for _, other := range registry {
		for _, held := range other.Roles {
			if held.Role != r.Role || !held.Valid.Overlaps(r.Valid) {
				continue
			}
			if other.ID == a.ID {
				c.Add("/from", "overlap", "Cơ quan đã giữ vai trò này trong thời gian đó.", "The agency already plays this role in that time.")
			} else if slices.Contains(soleRoles, r.Role) {
				c.Add("/role", "second_holder", "Vai trò này chỉ một cơ quan giữ; đang là "+other.Code+".", "One agency at a time plays this role; now it is "+other.Code+".")
			}
		}
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	r.AgencyID = a.ID
	a.Roles = append(a.Roles, r)
	return []Fact{a.fact("agency.role_given", spanned(r.Valid, map[string]any{"role": r.Role, "basis": r.Basis}), map[string]any{"role": string(r.Role)})}, nil
}

// EndRole ends a role on the day on, which is the first day without it.
func (a *Agency) EndRole(role AgencyRole, on, basis string) ([]Fact, error) {
	var c Checker
	OneOf(&c, "/role", role, AgencyRoles)
	c.Text("/basis", basis, true, MaxShort)
	i := slices.IndexFunc(a.Roles, func(r AgencyRoleSpan) bool {
		return r.Role == role && r.Valid.From < on && (r.Valid.To == "" || on < r.Valid.To)
	})
	if i < 0 {
		c.Add("/role", "not_held", "Cơ quan không giữ vai trò này trước ngày đó.", "The agency does not play this role up to that day.")
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	a.Roles[i].Valid.To = on
	return []Fact{a.fact("agency.role_ended", map[string]any{"role": role, "on": on, "basis": basis}, map[string]any{"role": string(role)})}, nil
}

// AddSuccessor says who takes over from the agency.
func (a *Agency) AddSuccessor(registry []Agency, s AgencySuccessor) ([]Fact, error) {
	var c Checker
	c.Text("/matter", s.Matter, false, MaxShort)
	c.Text("/basis", s.Basis, true, MaxShort)
	to := AgencyOf(registry, s.SuccessorID)
	switch {
	case s.SuccessorID == a.ID:
		c.Add("/successor_id", "loop", "Cơ quan không thể kế thừa chính mình.", "An agency cannot succeed itself.")
	case to == nil || !to.Valid.Holds(s.On):
		unknownAgency(&c, "/successor_id")
	case leadsTo(registry, s.SuccessorID, a.ID, map[string]bool{}):
		c.Add("/successor_id", "loop", "Chuỗi kế thừa bị vòng lặp.", "The succession would run in a circle.")
	}
	if s.On <= a.Valid.From {
		c.Add("/on", "out_of_order", "Ngày kế thừa phải sau ngày cơ quan bắt đầu hoạt động.", "It must come after the agency's start.")
	}
	if slices.ContainsFunc(a.Successors, func(o AgencySuccessor) bool { return o.SuccessorID == s.SuccessorID && o.On == s.On }) {
		c.Add("/successor_id", "overlap", "Đã ghi cơ quan kế thừa này vào ngày đó.", "This successor is entered for that day.")
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	s.AgencyID = a.ID
	a.Successors = append(a.Successors, s)
	return []Fact{a.fact("agency.successor_named", map[string]any{
		"successor_id": s.SuccessorID, "on": s.On, "matter": s.Matter, "basis": s.Basis,
	}, map[string]any{"from_agency_id": a.ID, "to_agency_id": s.SuccessorID})}, nil
}

func leadsTo(registry []Agency, from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	a := AgencyOf(registry, from)
	if a == nil || seen[from] {
		return false
	}
	seen[from] = true
	return slices.ContainsFunc(a.Successors, func(s AgencySuccessor) bool { return leadsTo(registry, s.SuccessorID, to, seen) })
}

// GiveSeat says which agency hosts the team for a time.
func (a *Agency) GiveSeat(registry []Agency, s AgencySeat) ([]Fact, error) {
	var c Checker
	c.Text("/basis", s.Basis, true, MaxShort)
	c.Span("/to", s.Valid)
	host := AgencyOf(registry, s.SeatID)
	switch {
	case s.SeatID == a.ID:
		c.Add("/seat_id", "loop", "Đội không thể đặt tại chính mình.", "The team cannot sit at itself.")
	case host == nil || !host.Valid.covers(s.Valid):
		unknownAgency(&c, "/seat_id")
	}
	if !slices.ContainsFunc(a.Roles, func(r AgencyRoleSpan) bool { return r.Role == RoleTeam }) {
		c.Add("/seat_id", "not_the_team", "Chỉ Đội ứng cứu sự cố có cơ quan thường trực.", "The team alone has a seat.")
	}
	if slices.ContainsFunc(a.Seats, func(o AgencySeat) bool { return o.Valid.Overlaps(s.Valid) }) {
		c.Add("/from", "overlap", "Trong thời gian đó Đội đã có cơ quan thường trực.", "The team has a seat in that time.")
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	s.AgencyID = a.ID
	a.Seats = append(a.Seats, s)
	return []Fact{a.fact("agency.seat_given", spanned(s.Valid, map[string]any{"seat_id": s.SeatID, "basis": s.Basis}), map[string]any{"to_agency_id": s.SeatID})}, nil
}

// EndSeat ends the seat of the team on the day on, which is the first day without it.
func (a *Agency) EndSeat(on, basis string) ([]Fact, error) {
	var c Checker
	c.Text("/basis", basis, true, MaxShort)
	i := slices.IndexFunc(a.Seats, func(s AgencySeat) bool { return s.Valid.From < on && (s.Valid.To == "" || on < s.Valid.To) })
	if i < 0 {
		c.Add("/on", "not_held", "Không có cơ quan thường trực nào trước ngày đó.", "There is no seat up to that day.")
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	a.Seats[i].Valid.To = on
	return []Fact{a.fact("agency.seat_ended", map[string]any{"seat_id": a.Seats[i].SeatID, "on": on, "basis": basis}, map[string]any{"from_agency_id": a.Seats[i].SeatID})}, nil
}

// End ends the agency on the day on, which is the first day without it; its roles and seats
// end with it.
func (a *Agency) End(on, basis string) ([]Fact, error) {
	var c Checker
	c.Text("/basis", basis, true, MaxShort)
	switch {
	case a.Valid.To != "":
		c.Add("/on", "already_ended", "Cơ quan đã có ngày kết thúc "+a.Valid.To+".", "The agency ends on "+a.Valid.To+".")
	case on <= a.Valid.From:
		c.Add("/on", "out_of_order", "Ngày kết thúc phải sau ngày bắt đầu.", "The end must come after the start.")
	}
	late := func(s Span) bool { return s.From >= on }
	if slices.ContainsFunc(a.Roles, func(r AgencyRoleSpan) bool { return late(r.Valid) }) ||
		slices.ContainsFunc(a.Seats, func(s AgencySeat) bool { return late(s.Valid) }) ||
		slices.ContainsFunc(a.Names, func(n AgencyName) bool { return n.Valid.To >= on }) {
		c.Add("/on", "out_of_order", "Sau ngày đó cơ quan còn vai trò, tên hoặc trụ sở đã ghi.", "A role, seat or name of the agency begins after that day.")
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	a.Valid.To = on
	for i := range a.Roles {
		if to := &a.Roles[i].Valid.To; *to == "" || *to > on {
			*to = on
		}
	}
	for i := range a.Seats {
		if to := &a.Seats[i].Valid.To; *to == "" || *to > on {
			*to = on
		}
	}
	return []Fact{a.fact("agency.ended", map[string]any{"on": on, "basis": basis}, nil)}, nil
}

// CreatedFact is the first fact of an agency.
func (a *Agency) CreatedFact() Fact {
	return a.fact("agency.created", spanned(a.Valid, map[string]any{
		"code": a.Code, "name": a.Name, "name_en": a.NameEN, "parent_id": a.ParentID,
	}), nil)
}

// ChangedFact says which fields were corrected.
func (a *Agency) ChangedFact(from, to map[string]any) Fact {
	return a.fact("agency.changed", map[string]any{"changed_from": from, "changed_to": to}, nil)
}

func (a *Agency) fact(typ string, full, thin map[string]any) Fact {
	return Fact{Type: typ, ObjectKind: "agency", ObjectID: a.ID, Full: full, Thin: thin}
}

func spanned(s Span, full map[string]any) map[string]any {
	full["from"], full["to"] = s.From, s.To
	return full
}
