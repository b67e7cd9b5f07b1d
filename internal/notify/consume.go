package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

const batch = 64

// mails says which event is told by which mail, and to which side of the handover.
var mails = map[string]struct {
	template string
	toAsker  bool
}{
	"handover.requested":       {template: "requested"},
	"handover.acknowledged":    {template: "acknowledged", toAsker: true},
	"handover.accepted":        {template: "accepted", toAsker: true},
	"handover.partly_accepted": {template: "accepted", toAsker: true},
	"handover.declined":        {template: "declined", toAsker: true},
	"handover.completed":       {template: "completed", toAsker: true},
	"handover.withdrawn":       {template: "withdrawn"},
	"handover.released":        {template: "released"},
	"handover.moved":           {template: "moved"},
	"national_report.sent":     {template: "national_report"},
	"message.sent":             {template: "message"},
	"obligation.due_soon":      {template: "obligation_due_soon"},
	"obligation.overdue":       {template: "obligation_overdue"},
	"incident.reported":        {template: "receipt"},
}

// consume writes the deliveries of the events that wait and acknowledges them. It returns
// how many events it took.
func (w *Worker) consume(ctx context.Context) (int, error) {
	list, err := w.consumer.Fetch(ctx, batch, w.wait)
	if err != nil {
		return 0, err
	}
	for i, m := range list {
		within, span := w.watch.Follow(ctx, m.Traceparent, "notify consume", telemetry.Consumer,
			"messaging.system", "nats", "messaging.destination.name", m.Subject, "messaging.message.id", m.ID)
		err := w.tell(within, m)
		span.End(err)
		switch {
		case err == nil:
			_ = m.Ack() // lost on the way: it comes again, and its deliveries are there
		case ctx.Err() != nil || errors.Is(err, fault.Unavailable) || errors.Is(err, fault.Busy):
			for _, rest := range list[i:] {
				_ = rest.Nak(time.Second)
			}
			return i, err
		default: // a bug must not stop the others
			w.log.Error("notify cannot tell an event; it is tried again", "event", m.ID, "subject", m.Subject, "try", m.Deliveries, "error", err)
			_ = m.Nak(retryAfter(int(min(m.Deliveries, attempts))))
		}
	}
	return len(list), nil
}

// tell writes the deliveries of one event.
func (w *Worker) tell(ctx context.Context, m bus.Msg) error {
	var ev api.Event
	if err := json.Unmarshal(m.Data, &ev); err != nil || ev.ID == "" {
		w.log.Error("notify got a message that is no event", "subject", m.Subject, "id", m.ID)
		return nil //nolint:nilerr // sent again it would be no better
	}
	mail, ok := mails[ev.Type]
	if !ok {
		return nil
	}
	if _, err := uuid.Parse(ev.ID); err != nil {
		w.log.Error("notify got an event without an id", "subject", m.Subject, "id", m.ID)
		return nil //nolint:nilerr // sent again it would be no better
	}
	if strings.HasPrefix(ev.Type, "obligation.") {
		return w.remind(ctx, ev, mail.template)
	}
	l := &letter{template: mail.template, eventID: ev.ID}
	err := w.compose(ctx, ev, l, mail.toAsker)
	if errors.Is(err, fault.NotFound) {
		w.log.Error("notify: what an event speaks of is not in the database", "event", ev.ID, "type", ev.Type, "case", ev.Data.IncidentID)
		return nil
	}
	if err != nil || l.agency == "" {
		return err
	}
	return w.deliver(ctx, l)
}

// compose fills the letter from the database; its agency stays empty when nobody is told.
func (w *Worker) compose(ctx context.Context, ev api.Event, l *letter, toAsker bool) error {
	tx := w.store.Read(ctx)
	inc, err := tx.Case(ev.Data.IncidentID)
	if err != nil {
		return err
	}
	if inc.Exercise || inc.Imported {
		w.log.Info("nobody is told of an exercise or an imported case", "case", inc.Code, "event", ev.ID, "type", ev.Type)
		return nil
	}
	l.Code, l.incident = inc.Code, inc.ID
	from, to := "", ""
	switch l.template {
	case "message":
		if from, to, err = w.messageSides(ctx, inc, ev); err != nil || to == "" {
			return err
		}
	case "receipt":
		if from, to, err = w.receipt(ctx, l, inc); err != nil || to == "" {
			return err
		}
	case "national_report":
		r, err := tx.NationalReport(inc.ID, ev.Data.ObjectID)
		if err != nil {
			return err
		}
		if r.Channel != incident.ChannelEmail {
			return nil
		}
		l.ofReport(r)
		w.ofForm(l, inc, r)
		from, to = ev.Data.AgencyID, r.ToAgencyID
	default:
		everything := store.HandoverSight{Case: policy.Sight{All: true}, Whole: true}
		h, err := tx.Handover(inc.ID, ev.Data.ObjectID, everything)
		if err != nil {
			return err
		}
		l.ofHandover(h, incident.HandoverStatus(ev.Data.To))
		if ev.Data.OtherIncidentID != "" {
			former, err := tx.Case(ev.Data.OtherIncidentID)
			if err != nil {
				return err
			}
			l.FormerCode = former.Code
		}
		l.Clause = w.clauses[h.Kind]
		from, to = h.FromAgencyID, h.ToAgencyID
	}
	asker, err := tx.Agency(from)
	if err != nil {
		return err
	}
	addressee, err := tx.Agency(to)
	if err != nil {
		return err
	}
	l.parties(asker, addressee)
	l.agency = to
	if toAsker {
		l.agency = from
	}
	return nil
}

// messageSides says who spoke to whom; to is empty when nobody is told: of a restricted case,
// an agency of which nobody is named does not hear.
func (w *Worker) messageSides(ctx context.Context, inc *incident.Incident, ev api.Event) (from, to string, err error) {
	tx := w.store.Read(ctx)
	m, err := tx.Message(inc.ID, ev.Data.ObjectID)
	if err != nil {
		return "", "", err
	}
	from, to = m.AgencyID, inc.ReportingAgencyID
	if m.Direction == incident.FromAgency {
		team, err := tx.AgencyByRole(incident.RoleTeam, civil(m.CreatedAt))
		if err != nil {
			return "", "", err
		}
		if len(team) == 0 {
			w.log.Warn("a message cannot be told: no agency is the team", "case", inc.Code, "event", ev.ID)
			return from, "", nil
		}
		to = team[0].ID
	}
	if !inc.Restricted {
		return from, to, nil
	}
	named, err := w.named(ctx, inc, to)
	if err != nil || !named {
		return from, "", err
	}
	return from, to, nil
}

// named reports whether somebody of the agency is named in a restricted case.
func (w *Worker) named(ctx context.Context, inc *incident.Incident, agencyID string) (bool, error) {
	tx := w.store.Read(ctx)
	ids, err := tx.People(inc.ID)
	if err != nil {
		return false, err
	}
	people, err := tx.Users(ids)
	if err != nil {
		return false, err
	}
	for _, p := range people {
		if p.AgencyID == agencyID && p.DisabledAt == nil {
			return true, nil
		}
	}
	return false, nil
}

const noContact = "Cơ quan chưa có đầu mối trực nào có địa chỉ thư điện tử. / The agency has no duty contact with an e-mail address."

// deliver writes one delivery for each contact of the agency who is on duty at this moment,
// all of them or none. An event that has deliveries was told: it came again, perhaps after a
// restore, and whoever is on duty since then is not told of the past.
func (w *Worker) deliver(ctx context.Context, l *letter) error {
	subject, body, err := w.letters.write(l)
	if err != nil {
		return err
	}
	err = w.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if told, err := tx.Told(l.eventID, l.agency); err != nil || told {
			return err
		}
		return w.address(ctx, l, subject, body)
	})
	if err != nil {
		return err
	}
	select {
	case w.added <- struct{}{}:
	default:
	}
	return nil
}

// address writes the deliveries of a letter.
func (w *Worker) address(ctx context.Context, l *letter, subject, body string) error {
	now := clock()
	contacts, err := w.store.Read(ctx).OnDuty(l.agency, now, civil(now))
	if err != nil {
		return err
	}
	event, err := uuid.Parse(l.eventID)
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	add := func(d store.Delivery) error {
		// The same event to the same recipient has the same id, and so the same Message-ID, also
		// when the delivery is written anew after a restore.
		d.ID = uuid.NewSHA1(event, []byte(l.agency+"\n"+d.Recipient)).String()
		d.EventID, d.AgencyID = l.eventID, l.agency
		if l.incident != "" {
			d.IncidentID = &l.incident
		}
		d.Subject, d.Body, d.CreatedAt = subject, body, now
		_, err = w.store.AddDelivery(ctx, &d)
		return err
	}
	told := map[string]bool{}
	recipients := make([]string, 0, len(contacts)+1)
	for _, c := range contacts {
		recipients = append(recipients, c.Email)
	}
	for i, recipient := range append(recipients, l.also) {
		recipient = strings.TrimSpace(recipient)
		if recipient == "" || told[strings.ToLower(recipient)] {
			continue
		}
		told[strings.ToLower(recipient)] = true
		d := store.Delivery{Recipient: recipient, Personal: i == len(contacts), Status: store.DeliveryPending, NextAt: &now}
		if w.mailer == nil {
			d.Status, d.NextAt = store.DeliveryHeld, nil
		}
		if err := add(d); err != nil {
			return err
		}
	}
	if len(told) == 0 && !l.quiet {
		w.log.Warn("an agency cannot be told: it has no duty contact with an e-mail address", "case", l.Code, "agency", l.agency, "event", l.eventID)
		return add(store.Delivery{Status: store.DeliveryFailed, LastError: noContact})
	}
	return nil
}
