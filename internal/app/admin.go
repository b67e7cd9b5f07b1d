package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Console administers the registry from the machine itself, on the database, also while the
// desk runs. The use cases are those of the API; the console is the second person of a grant,
// and every event says that it was made there.
type Console struct {
	store *store.Store
	dir   *directory.Service
	by    policy.Actor
	now   func() time.Time
	out   io.Writer
	json  bool
}

// OpenConsole opens the database of the settings as the account as. What is asked for goes to
// out, as tables or as JSON.
func OpenConsole(ctx context.Context, c Config, as string, asJSON bool, out io.Writer, log *slog.Logger) (*Console, error) {
	province, err := c.profile()
	if err != nil {
		return nil, err
	}
	st, err := c.open(ctx, log)
	if err != nil {
		return nil, err
	}
	k := &Console{store: st, dir: directory.New(st, province.Slug).AtConsole(), now: now, out: out, json: asJSON}
	if err := k.login(ctx, province.Slug, as); err != nil {
		return nil, errors.Join(bilingual(err), st.Close())
	}
	return k, nil
}

func (k *Console) login(ctx context.Context, province, as string) error {
	if err := k.store.Ready(ctx); err != nil {
		return fault.New(fault.Unavailable, "Cơ sở dữ liệu chưa sẵn sàng; hãy chạy ungcuu serve (lần đầu) hoặc ungcuu migrate trước.",
			"The database is not ready; run ungcuu serve (the first time) or ungcuu migrate before.").Wrap(err)
	}
	if err := directory.SameProvince(ctx, k.store, province); err != nil {
		return err
	}
	tx := k.store.Read(ctx)
	u, err := tx.UserByName(as)
	if err != nil {
		return noAccount(err, as)
	}
	a, err := tx.Agency(u.AgencyID)
	if err != nil {
		return err
	}
	k.by = authn.ActorOf(u, a, k.now())
	if len(k.by.Roles) == 0 {
		return fault.New(fault.Forbidden, "Tài khoản "+as+" bị khóa hoặc không có quyền nào hôm nay.",
			"The account "+as+" is disabled or holds no role today.")
	}
	return nil
}

// Close closes the database.
func (k *Console) Close() error { return k.store.Close() }

func noAccount(err error, name string) error {
	if !fault.NotFound.In(err) {
		return err
	}
	return fault.New(fault.NotFound, "Không có tài khoản "+name+".", "There is no account "+name+".")
}

// bilingual is an expected failure as whoever sits at the console reads it: Vietnamese, then
// English.
func bilingual(err error) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	lines := []string{f.Text.VI, f.Text.EN}
	for _, x := range f.Fields {
		lines = append(lines, "  "+x.Pointer+": "+x.Text.VI+" / "+x.Text.EN)
	}
	for _, x := range f.Reasons {
		if x.Text != f.Text {
			lines = append(lines, "  "+x.Text.VI+" / "+x.Text.EN)
		}
	}
	return errors.New(strings.Join(lines, "\n"))
}

func (k *Console) call() directory.Call {
	return directory.Call{By: k.by, At: k.now(), Match: "*"}
}

// table is what a command prints: rows under names, or the same as JSON objects.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (k *Console) print(t table) error {
	if k.json {
		list := make([]map[string]string, len(t.rows))
		for i, row := range t.rows {
			list[i] = map[string]string{}
			for j, name := range t.head {
				list[i][name] = row[j]
			}
		}
		enc := json.NewEncoder(k.out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(list)
	}
	w := tabwriter.NewWriter(k.out, 0, 4, 2, ' ', 0)
	for _, row := range append([][]string{upper(t.head)}, t.rows...) {
		if _, err := fmt.Fprintln(w, strings.Join(row, "\t")); err != nil {
			return err
		}
	}
	return w.Flush()
}

func upper(head []string) []string {
	out := make([]string, len(head))
	for i, h := range head {
		out[i] = strings.ToUpper(h)
	}
	return out
}

// agencyID finds an agency by its code.
func (k *Console) agencyID(ctx context.Context, code string) (string, error) {
	list, err := k.dir.Agencies(ctx, "")
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(list, func(a incident.Agency) bool { return a.Code == code })
	if i < 0 {
		return "", fault.New(fault.NotFound, "Không có cơ quan mang mã "+code+".", "There is no agency with the code "+code+".")
	}
	return list[i].ID, nil
}

func (k *Console) agencyIDs(ctx context.Context, codes ...string) ([]*string, error) {
	out := make([]*string, len(codes))
	for i, code := range codes {
		if code == "" {
			continue
		}
		id, err := k.agencyID(ctx, code)
		if err != nil {
			return nil, err
		}
		out[i] = &id
	}
	return out, nil
}

func (k *Console) user(ctx context.Context, name string) (*store.User, error) {
	u, err := k.store.Read(ctx).UserByName(name)
	if err != nil {
		return nil, noAccount(err, name)
	}
	return u, nil
}

// Agencies prints the registry as it stood on a day; today's when on is empty.
func (k *Console) Agencies(ctx context.Context, on string) error {
	if err := dates(on); err != nil {
		return err
	}
	list, err := k.dir.Agencies(ctx, on)
	if err != nil {
		return bilingual(err)
	}
	if on == "" {
		on = k.today()
	}
	t := table{head: []string{"code", "name", "from", "to", "roles", "id"}}
	for _, a := range list {
		var roles []string
		for _, r := range a.Roles {
			if r.Valid.Holds(on) {
				roles = append(roles, string(r.Role))
			}
		}
		t.add(a.Code, a.Name, a.Valid.From, a.Valid.To, strings.Join(roles, " "), a.ID)
	}
	return k.print(t)
}

func (k *Console) today() string { return k.now().In(regulation.Zone).Format(time.DateOnly) }

// dates checks dates as they are typed; empty is fine.
func dates(list ...string) error {
	for _, d := range list {
		if _, err := time.Parse(time.DateOnly, d); d != "" && err != nil {
			return bilingual(fault.New(fault.Invalid, "Ngày theo dạng YYYY-MM-DD: "+d+".", "A date is YYYY-MM-DD: "+d+"."))
		}
	}
	return nil
}

// AddAgency adds an agency; parent is a code, or empty.
func (k *Console) AddAgency(ctx context.Context, code, name, nameEN, parent, from string) error {
	if err := dates(from); err != nil {
		return err
	}
	above, err := k.agencyIDs(ctx, parent)
	if err != nil {
		return bilingual(err)
	}
	_, err = k.dir.CreateAgency(ctx, k.call(), incident.Agency{Code: code, Name: name, NameEN: nameEN, ParentID: above[0], Valid: incident.Span{From: from}})
	return k.agencyDone(ctx, code, err)
}

// GiveAgencyRole gives an agency a role.
func (k *Console) GiveAgencyRole(ctx context.Context, code, role, from, to, basis string) error {
	if err := dates(from, to); err != nil {
		return err
	}
	id, err := k.agencyID(ctx, code)
	if err == nil {
		_, err = k.dir.GiveRole(ctx, k.call(), id, incident.AgencyRoleSpan{
			Role: incident.AgencyRole(role), Valid: incident.Span{From: from, To: to}, Basis: basis,
		})
	}
	return k.agencyDone(ctx, code, err)
}

// EndAgency ends an agency on a day, or one of its roles where role names it.
func (k *Console) EndAgency(ctx context.Context, code, role, on, basis string) error {
	if err := dates(on); err != nil {
		return err
	}
	id, err := k.agencyID(ctx, code)
	switch {
	case err != nil:
	case role != "":
		_, err = k.dir.EndRole(ctx, k.call(), id, incident.AgencyRole(role), on, basis)
	default:
		_, err = k.dir.EndAgency(ctx, k.call(), id, on, basis)
	}
	return k.agencyDone(ctx, code, err)
}

// AddSuccessor says who takes over from an agency.
func (k *Console) AddSuccessor(ctx context.Context, code, successor, on, matter, basis string) error {
	if err := dates(on); err != nil {
		return err
	}
	ids, err := k.agencyIDs(ctx, code, successor)
	if err == nil {
		_, err = k.dir.AddSuccessor(ctx, k.call(), *ids[0], incident.AgencySuccessor{SuccessorID: *ids[1], On: on, Matter: matter, Basis: basis})
	}
	return k.agencyDone(ctx, code, err)
}

func (k *Console) agencyDone(ctx context.Context, code string, err error) error {
	if err != nil {
		return bilingual(err)
	}
	id, err := k.agencyID(ctx, code)
	if err != nil {
		return bilingual(err)
	}
	a, err := k.dir.Agency(ctx, id)
	if err != nil {
		return bilingual(err)
	}
	t := table{head: []string{"code", "name", "from", "to", "id"}}
	t.add(a.Code, a.Name, a.Valid.From, a.Valid.To, a.ID)
	return k.print(t)
}

// Contacts prints the contacts in force; of one agency where code names it.
func (k *Console) Contacts(ctx context.Context, code string) error {
	var f directory.ContactFilter
	if code != "" {
		id, err := k.agencyID(ctx, code)
		if err != nil {
			return bilingual(err)
		}
		f.AgencyID = id
	}
	list, err := k.dir.Contacts(ctx, k.by, f, k.now())
	if err != nil {
		return bilingual(err)
	}
	return k.printContacts(ctx, list...)
}

func (k *Console) printContacts(ctx context.Context, list ...directory.ContactView) error {
	agencies, err := k.dir.Agencies(ctx, "")
	if err != nil {
		return bilingual(err)
	}
	t := table{head: []string{"agency", "kind", "name", "phone", "email", "duty", "confirmed", "id"}}
	for _, c := range list {
		t.add(incident.AgencyOf(agencies, c.AgencyID).Code, string(c.Kind), c.Name, c.Phone, c.Email, yes(c.Duty), dayOf(c.ConfirmedAt), c.ID)
	}
	return k.print(t)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func dayOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.In(regulation.Zone).Format(time.DateOnly)
}

// AddContact adds a contact to an agency.
func (k *Console) AddContact(ctx context.Context, code, kind, name, position, phone, email string, duty bool) error {
	id, err := k.agencyID(ctx, code)
	if err != nil {
		return bilingual(err)
	}
	c, err := k.dir.CreateContact(ctx, k.call(), incident.Contact{
		AgencyID: id, Kind: incident.ContactKind(kind), Name: name, Position: position, Phone: phone, Email: email, Duty: duty,
	})
	if err != nil {
		return bilingual(err)
	}
	return k.printContacts(ctx, c)
}

// ConfirmContact records that a contact was tried today.
func (k *Console) ConfirmContact(ctx context.Context, id string) error {
	c, err := k.dir.ConfirmContact(ctx, k.call(), id)
	if err != nil {
		return bilingual(err)
	}
	return k.printContacts(ctx, c)
}

// StaleContacts prints the contacts that cannot be relied on.
func (k *Console) StaleContacts(ctx context.Context) error {
	list, err := k.dir.Stale(ctx, k.by, k.now())
	if err != nil {
		return bilingual(err)
	}
	t := table{head: []string{"agency", "name", "reason", "id"}}
	for _, v := range list {
		name, id := "", ""
		if v.Contact != nil {
			name, id = v.Contact.Name, v.Contact.ID
		}
		for _, r := range v.Reasons {
			t.add(v.Agency.Code, name, r.Code, id)
		}
	}
	return k.print(t)
}

// Users prints the people.
func (k *Console) Users(ctx context.Context) error {
	list, err := k.dir.People(ctx, k.by, directory.PeopleFilter{}, k.now())
	if err != nil {
		return bilingual(err)
	}
	return k.printUsers(ctx, "", list...)
}

// printUsers prints people; password, where there is one, is printed this once.
func (k *Console) printUsers(ctx context.Context, password string, list ...store.User) error {
	agencies, err := k.dir.Agencies(ctx, "")
	if err != nil {
		return bilingual(err)
	}
	t := table{head: []string{"username", "name", "agency", "roles", "awaiting", "disabled", "id"}}
	if password != "" {
		t.head = append(t.head, "password")
	}
	for _, u := range list {
		roles, waiting := []string{}, []string{}
		for _, r := range u.RolesOn(k.today()) {
			roles = append(roles, string(r))
		}
		for _, g := range u.Grants {
			if g.Confirmed == store.GrantOpen && (g.Valid.To == "" || g.Valid.To > k.today()) {
				waiting = append(waiting, string(g.Role))
			}
		}
		row := []string{
			u.Username, u.FullName, incident.AgencyOf(agencies, u.AgencyID).Code, strings.Join(roles, " "), strings.Join(waiting, " "),
			dayOf(u.DisabledAt), u.ID,
		}
		if password != "" {
			row = append(row, password)
		}
		t.add(row...)
	}
	return k.print(t)
}

// AddUser adds a person, with a role where one is named, and prints the password once.
func (k *Console) AddUser(ctx context.Context, username, fullName, agency, home, role, basis string) error {
	ids, err := k.agencyIDs(ctx, agency, home)
	if err != nil {
		return bilingual(err)
	}
	var u *store.User
	var password string
	err = k.store.Write(ctx, func(ctx context.Context, _ *store.Tx) error {
		c := k.call()
		if u, password, err = k.dir.CreateUser(ctx, c, directory.NewUser{Username: username, FullName: fullName, AgencyID: *ids[0], HomeAgencyID: ids[1]}); err != nil || role == "" {
			return err
		}
		u, _, err = k.dir.Grant(ctx, c, u.ID, policy.Role(role), incident.Span{}, basis)
		return err
	})
	if err != nil {
		return bilingual(err)
	}
	return k.printUsers(ctx, password, *u)
}

// DisableUser locks an account; number and date are those of the notice of a person's leaving.
func (k *Console) DisableUser(ctx context.Context, username, reason, document, number, date string) error {
	if err := dates(date); err != nil {
		return err
	}
	return k.onUser(ctx, username, func(u *store.User) (*store.User, error) {
		return k.dir.Disable(ctx, k.call(), u.ID, directory.Disabling{
			Reason: reason, Document: document, Notice: incident.Document{Number: number, IssuedOn: date},
		})
	})
}

// ResetFactor takes an account's second factor away, at once.
func (k *Console) ResetFactor(ctx context.Context, username string) error {
	return k.onUser(ctx, username, func(u *store.User) (*store.User, error) { return k.dir.ResetFactor(ctx, k.call(), u.ID) })
}

// Reviews prints the review of access; of those who are due, where due is true.
func (k *Console) Reviews(ctx context.Context, due bool) error {
	var f directory.ReviewFilter
	if due {
		f.Due = &due
	}
	list, err := k.dir.Reviews(ctx, k.by, f, k.now())
	if err != nil {
		return bilingual(err)
	}
	agencies, err := k.dir.Agencies(ctx, "")
	if err != nil {
		return bilingual(err)
	}
	t := table{head: []string{"username", "name", "agency", "grants", "last used", "idle days", "second factor", "disabled", "due on"}}
	for _, r := range list {
		var grants []string
		for _, g := range r.Grants {
			if g.Valid.To == "" || g.Valid.To > k.today() {
				grants = append(grants, string(g.Role)+" ("+g.Basis+")")
			}
		}
		t.add(r.Username, r.FullName, incident.AgencyOf(agencies, r.AgencyID).Code, strings.Join(grants, ", "), r.LastUsedOn,
			strconv.Itoa(r.IdleDays), yes(r.SecondFactorAt != nil), dayOf(r.DisabledAt), r.DueOn)
	}
	return k.print(t)
}

// RecordReview records that what an account may do was looked at.
func (k *Console) RecordReview(ctx context.Context, username, note string) error {
	return k.onUser(ctx, username, func(u *store.User) (*store.User, error) {
		r, err := k.dir.RecordReview(ctx, k.call(), u.ID, note)
		if err != nil {
			return nil, err
		}
		return &r.User, nil
	})
}

// EnableUser opens an account again.
func (k *Console) EnableUser(ctx context.Context, username, reason string) error {
	return k.onUser(ctx, username, func(u *store.User) (*store.User, error) { return k.dir.Enable(ctx, k.call(), u.ID, reason) })
}

// ResetPassword gives an account a new password and prints it once.
func (k *Console) ResetPassword(ctx context.Context, username string) error {
	u, err := k.user(ctx, username)
	if err != nil {
		return bilingual(err)
	}
	password, err := k.dir.ResetPassword(ctx, k.call(), u.ID)
	if err != nil {
		return bilingual(err)
	}
	return k.printUsers(ctx, password, *u)
}

// Grant gives a person a role, confirmed at once.
func (k *Console) Grant(ctx context.Context, username, role, from, to, basis string) error {
	if err := dates(from, to); err != nil {
		return err
	}
	return k.onUser(ctx, username, func(u *store.User) (*store.User, error) {
		u, _, err := k.dir.Grant(ctx, k.call(), u.ID, policy.Role(role), incident.Span{From: from, To: to}, basis)
		return u, err
	})
}

// EndGrant ends what a person holds, or will hold, of a role.
func (k *Console) EndGrant(ctx context.Context, username, role, on, reason string) error {
	if err := dates(on); err != nil {
		return err
	}
	return k.onUser(ctx, username, func(u *store.User) (*store.User, error) {
		i := slices.IndexFunc(u.Grants, func(g store.Grant) bool {
			return g.Role == policy.Role(role) && (g.Valid.To == "" || g.Valid.To > k.today())
		})
		if i < 0 {
			return nil, fault.New(fault.NotFound, username+" không có quyền "+role+".", username+" does not hold "+role+".")
		}
		return k.dir.EndGrant(ctx, k.call(), u.ID, u.Grants[i].ID, on, reason)
	})
}

func (k *Console) onUser(ctx context.Context, username string, do func(*store.User) (*store.User, error)) error {
	u, err := k.user(ctx, username)
	if err == nil {
		u, err = do(u)
	}
	if err != nil {
		return bilingual(err)
	}
	return k.printUsers(ctx, "", *u)
}
