package notify

import (
	"context"
	"slices"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// receipt fills the letter that confirms a report at once to who made it (QĐ 05/2017/QĐ-TTg
// Điều 12 khoản 1 điểm c): the duty contacts of the reporting agency, and the address that the
// report names. Nobody is told of what the team entered itself, for a caller it has on the
// telephone; of a restricted case, only an agency of which somebody is named.
func (w *Worker) receipt(ctx context.Context, l *letter, inc *incident.Incident) (from, to string, err error) {
	tx := w.store.Read(ctx)
	agency, err := tx.Agency(inc.ReportingAgencyID)
	if err != nil || agency.HasRole(incident.RoleTeam, civil(inc.ReportedAt)) {
		return "", "", err
	}
	if inc.Restricted {
		named, err := w.named(ctx, inc, agency.ID)
		if err != nil || !named {
			return "", "", err
		}
	} else {
		l.also = inc.Report.ReporterEmail
	}
	l.ReceivedAt, l.quiet = local(&inc.ReportedAt), true
	now := clock()
	desks, err := tx.OnDuty(inc.LeadAgencyID, now, civil(now))
	if err != nil {
		return "", "", err
	}
	if i := slices.IndexFunc(desks, func(c incident.Contact) bool { return c.Kind == incident.ContactDesk && c.Phone != "" }); i >= 0 {
		l.Phone = desks[i].Phone
	}
	return inc.LeadAgencyID, agency.ID, nil
}
