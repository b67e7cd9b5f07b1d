package notify

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

const (
	claim    = 2 * time.Minute // longer than the longest try to send
	attempts = 20
	saveTime = 5 * time.Second
)

// retryAfter is the wait after a number of failed tries.
func retryAfter(failed int) time.Duration {
	first := []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute}
	if failed >= 1 && failed <= len(first) {
		return first[failed-1]
	}
	return time.Hour
}

// send sends what is due and returns how many deliveries it dealt with. An error means that
// the database or the mail server is away; a recipient that is refused is none.
func (w *Worker) send(ctx context.Context) (int, error) {
	if err := w.recall(ctx); err != nil {
		return 0, err
	}
	if err := w.saveRest(ctx); err != nil {
		return 0, err
	}
	if w.mailer != nil && !w.released {
		if err := w.query(ctx, func(ctx context.Context) error { return w.store.ReleaseHeld(ctx, clock()) }); err != nil {
			return 0, err
		}
		w.released = true
	}
	var due []store.Delivery
	err := w.query(ctx, func(ctx context.Context) (err error) {
		due, err = w.store.DueDeliveries(ctx, clock(), batch)
		return err
	})
	if err != nil {
		return 0, err
	}
	for i, d := range due {
		if ctx.Err() != nil {
			return i, ctx.Err()
		}
		if w.mailer == nil { // there was a mail server once
			d.Status, d.NextAt = store.DeliveryHeld, nil
			if err := w.query(ctx, func(ctx context.Context) error { return w.store.SaveDelivery(ctx, &d) }); err != nil {
				return i, err
			}
			continue
		}
		now := clock()
		var mine bool
		err := w.query(ctx, func(ctx context.Context) (err error) {
			mine, err = w.store.ClaimDelivery(ctx, d.ID, now, now.Add(claim))
			return err
		})
		if err != nil {
			return i, err
		}
		if !mine {
			continue
		}
		sent := w.try(ctx, d)
		var away *serverError
		if errors.As(sent, &away) && ctx.Err() != nil { // it is this process that ends, not the server
			d.Status, d.NextAt = store.DeliveryPending, &now
			return i, w.keep(ctx, d)
		}
		after := outcome(d, sent, clock())
		w.watch.Add(telemetry.MailAttempts, 1, result(after, away))
		if err := w.keep(ctx, after); err != nil {
			return i, err
		}
		if after.Status == store.DeliveryFailed {
			w.log.Error("a mail could not be delivered and is given up", "delivery", d.ID, "agency", d.AgencyID, "tries", after.Attempts, "error", after.LastError)
		}
		if away != nil {
			return i, fault.New(fault.Unavailable, "Máy chủ thư không phục vụ được.", "The mail server is of no service.").Wrap(sent)
		}
		if after.Status == store.DeliveryPending {
			w.log.Warn("a mail was refused for now", "delivery", d.ID, "agency", d.AgencyID, "error", after.LastError)
		}
	}
	return len(due), nil
}

// query bounds one conversation with the database.
func (w *Worker) query(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, queryTime)
	defer cancel()
	return ask(ctx)
}

// try sends one mail, as the last step of the trace of the event it tells of.
func (w *Worker) try(ctx context.Context, d store.Delivery) error {
	parent := ""
	if d.Traceparent != nil {
		parent = *d.Traceparent
	}
	ctx, span := w.watch.Follow(ctx, parent, "mail send", telemetry.Client, "ungcuu.event_id", d.EventID, "ungcuu.delivery_id", d.ID)
	err := w.mailer.send(ctx, d)
	span.End(err)
	return err
}

// result is the outcome of a try as the metrics call it.
func result(d store.Delivery, away *serverError) string {
	switch {
	case d.Status == store.DeliverySent:
		return "sent"
	case away != nil:
		return "unavailable"
	case d.Status == store.DeliveryFailed:
		return "failed"
	}
	return "deferred"
}

// recall opens the journal at the first round, and marks what dead processes sent and could
// not save any more.
func (w *Worker) recall(ctx context.Context) error {
	if w.journal != nil {
		return nil
	}
	j, err := openJournal(w.dir)
	if err != nil {
		return err
	}
	err = j.leftBehind(func(id string) error {
		w.log.Info("a mail was sent just before a stop; it is not sent again", "delivery", id)
		return w.store.DeliveryAccepted(ctx, id, clock())
	})
	if err != nil {
		j.close()
		return err
	}
	w.journal = j
	if w.mailer != nil {
		w.mailer.note = func(id string) {
			if err := j.accepted(id); err != nil { // it costs the note's protection, not the mail
				w.log.Warn("a sent mail could not be noted", "delivery", id, "error", err)
			}
		}
	}
	return nil
}

// outcome is the delivery after a try. A server that is away, over a weekend or for a month,
// never makes a mail fail: only a refusal of this mail does.
func outcome(d store.Delivery, sent error, now time.Time) store.Delivery {
	d.Attempts++
	var refused *recipientError
	var away *serverError
	switch {
	case sent == nil:
		d.Status, d.NextAt, d.SentAt, d.LastError = store.DeliverySent, nil, &now, ""
		return d
	case errors.As(sent, &refused), d.Attempts >= attempts && !errors.As(sent, &away):
		d.Status, d.NextAt = store.DeliveryFailed, nil
	default:
		next := now.Add(retryAfter(d.Attempts))
		d.Status, d.NextAt = store.DeliveryPending, &next
	}
	d.LastError = storable(sent.Error())
	if d.Personal {
		quoted := strconv.Quote(d.Recipient) // as errors write it
		d.LastError = strings.NewReplacer(d.Recipient, "(người báo sự cố)", quoted[1:len(quoted)-1], "(người báo sự cố)").Replace(d.LastError)
	}
	return d
}

// keep saves the outcome even while the process ends. What the database does not take now is
// remembered, so that this process does not send it again.
func (w *Worker) keep(ctx context.Context, d store.Delivery) error {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTime)
	defer cancel()
	err := w.store.SaveDelivery(last, &d)
	if err != nil && !errors.Is(err, fault.NotFound) {
		w.unsaved[d.ID] = d
		return fmt.Errorf("notify: the outcome of delivery %s: %w", d.ID, err)
	}
	delete(w.unsaved, d.ID)
	if len(w.unsaved) == 0 {
		return w.journal.settled()
	}
	return nil
}

func (w *Worker) saveRest(ctx context.Context) error {
	for _, d := range w.unsaved {
		if err := w.keep(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// storable makes a server's words fit for a column of text.
func storable(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "?")
	for len(s) > 500 {
		_, size := utf8.DecodeLastRuneInString(s[:500])
		s = s[:500-size]
	}
	return s
}
