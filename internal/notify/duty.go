package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// duty is what a reminder says of a legal duty.
type duty struct {
	Told      bool // what must be done, to whom and by which clause may travel in the open
	Title     string
	Basis     string
	Due       string // until when, in Vietnamese time; of an immediate duty the internal target
	DueEN     string
	Immediate bool   // then Due is no time of the law
	Forms     string // the forms of the reports that fulfil it; "" where none does
	FormsEN   string
	Debtor    string
	DebtorEN  string
	To        string // who must be told; "" when nobody is, or it is not known who
	ToEN      string
	ToTeam    bool // the reader is the team, and owes nothing
}

// telling are the facts that a mail must not give away, as the rules name them: a clause or a
// title that rests on them would. They are the natures, and what is true only of one of them.
var telling = []string{
	"natures", "security", "dangerous", "category", "category_vn", "security_order_signs", "state_secret_may_leak",
	"danger_incitement", "danger_security_system", "danger_mass_attack", "danger_key_works", "danger_sovereignty",
	"personal_data_may_harm", "personal_data_biometric", "personal_data_financial", "military_system",
}

// tells reports whether the fact, as it stands, gives something away. What is not so does not:
// whoever asks whether a case is serious has also asked whether a state secret may leak.
func tells(name string, value any) bool { return slices.Contains(telling, name) && value != false }

// mayTravel reports whether what the duty says may stand in a mail: it belongs to no case, or it
// rests on facts that say nothing of the nature of the case. What is not known to be so is kept.
func mayTravel(d *incident.Duty) bool {
	if d.IncidentID == nil {
		return true
	}
	var because map[string]any
	if err := json.Unmarshal([]byte(d.Because), &because); err != nil {
		return false
	}
	for name, value := range because {
		if tells(name, value) {
			return false
		}
	}
	return true
}

// remind writes the deliveries of a reminder: to the debtor, and to the team where that is
// another. Of a case for named people the team alone is told, and nothing but its code.
func (w *Worker) remind(ctx context.Context, ev api.Event, template string) error {
	letters, err := w.reminders(ctx, ev, template)
	if errors.Is(err, fault.NotFound) {
		w.log.Error("notify: what an event speaks of is not in the database", "event", ev.ID, "type", ev.Type, "case", ev.Data.IncidentID)
		return nil
	}
	if err != nil {
		return err
	}
	for _, l := range letters {
		if err := w.deliver(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// reminders are the letters of a reminder, none where nobody is told: the duty is no longer
// pending, or it was due soon only when it was overdue already.
func (w *Worker) reminders(ctx context.Context, ev api.Event, template string) ([]*letter, error) {
	tx := w.store.Read(ctx)
	d, err := tx.Duty("", ev.Data.ObjectID, store.Everything)
	if err != nil || d.Status != incident.DutyPending {
		return nil, err
	}
	at, err := time.Parse(time.RFC3339Nano, ev.Time)
	if limit := d.Limit(); template == "obligation_due_soon" && err == nil && limit != nil && limit.Before(at) {
		return nil, nil
	}
	says, err := w.dutyIn(tx, d)
	if err != nil {
		return nil, err
	}
	base := letter{template: template, eventID: ev.ID}
	agencies := []string{d.OwedByID}
	if d.IncidentID != nil {
		inc, err := tx.Case(*d.IncidentID)
		if err != nil {
			return nil, err
		}
		if inc.Exercise || inc.Imported {
			w.log.Info("nobody is told of an exercise or an imported case", "case", inc.Code, "event", ev.ID, "type", ev.Type)
			return nil, nil
		}
		base.Code, base.incident = inc.Code, inc.ID
		if inc.ForNamed() {
			agencies, says = nil, duty{}
		}
	}
	team, err := tx.AgencyByRole(incident.RoleTeam, civil(clock()))
	if err != nil {
		return nil, err
	}
	if len(team) > 0 && !slices.Contains(agencies, team[0].ID) {
		agencies = append(agencies, team[0].ID)
	}
	var out []*letter
	for _, id := range agencies {
		to, err := tx.Agency(id)
		if err != nil {
			return nil, err
		}
		l := base
		if len(team) == 0 || id != team[0].ID {
			if l.Code, err = knownCode(tx, d, base.Code); err != nil {
				return nil, err
			}
		}
		l.Duty, l.agency = says, id
		l.Duty.ToTeam = id != d.OwedByID
		l.parties(to, to)
		out = append(out, &l)
	}
	return out, nil
}

// dutyIn is what a reminder says of the duty to whom all of it may be told.
func (w *Worker) dutyIn(tx *store.Tx, d *incident.Duty) (duty, error) {
	debtor, err := tx.Agency(d.OwedByID)
	if err != nil {
		return duty{}, err
	}
	says := duty{
		Told: mayTravel(d), Title: oneLine(d.Title), Basis: oneLine(d.Basis), Immediate: d.Immediate,
		Debtor: debtor.Name, DebtorEN: cmp.Or(debtor.NameEN, debtor.Name),
	}
	says.Due, says.DueEN = until(d)
	says.Forms, says.FormsEN = w.formsOf(d)
	if d.ToAgencyID != nil {
		to, err := tx.Agency(*d.ToAgencyID)
		if err != nil {
			return duty{}, err
		}
		says.To, says.ToEN = to.Name, cmp.Or(to.NameEN, to.Name)
	}
	return says, nil
}

// knownCode is the code by which the debtor knows the case of its duty: where a merge took the
// duty into a case that the debtor does not see, that of the case in which it lay.
func knownCode(tx *store.Tx, d *incident.Duty, code string) (string, error) {
	if d.IncidentID == nil || d.CarriedFromID == nil {
		return code, nil
	}
	known, err := tx.Addresses(map[string]string{d.ID: *d.IncidentID}, policy.Sight{AgencyID: d.OwedByID})
	if err != nil || known[d.ID] == "" {
		return code, err
	}
	inc, err := tx.Case(known[d.ID])
	if err != nil {
		return "", err
	}
	return inc.Code, nil
}

// until says until when the duty is to be done. A term that ends with a day names that day, as the
// law does, and not the first minute of the next.
func until(d *incident.Duty) (vi, en string) {
	limit := d.Limit()
	if limit == nil || d.Immediate {
		return local(limit), local(limit)
	}
	if at := limit.In(zone); at.Equal(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, zone)) {
		last := at.AddDate(0, 0, -1).Format("02/01/2006")
		return "hết ngày " + last, "by the end of " + last
	}
	return "trước " + local(limit), "before " + local(limit)
}

// formsOf are the titles of the forms on which a report made today fulfils the duty, and of the
// one that its rule names.
func (w *Worker) formsOf(d *incident.Duty) (vi, en string) {
	if w.rules == nil {
		return "", ""
	}
	var titles, english []string
	for _, f := range w.rules.Book().Forms(civil(clock())) {
		if d.OnForm(f.ID, f.Kind) {
			titles, english = append(titles, "«"+f.Title.VI+"»"), append(english, "“"+f.Title.EN+"”")
		}
	}
	return strings.Join(titles, " hoặc "), strings.Join(english, " or ")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
