package store

// DutyCount is where the duties of one agency stand.
type DutyCount struct {
	OwedByID      string
	Pending       int
	Overdue       int // of those pending, past the target, or else the due time
	Fulfilled     int
	Late          int // of those fulfilled, after their time
	Waived        int
	NotApplicable int
}

// Add adds the figures of another count.
func (c *DutyCount) Add(o DutyCount) {
	c.Pending += o.Pending
	c.Overdue += o.Overdue
	c.Fulfilled += o.Fulfilled
	c.Late += o.Late
	c.Waived += o.Waived
	c.NotApplicable += o.NotApplicable
}

// CountDuties counts by the agency that owes them the duties due after q.DueAfter and at
// q.DueBefore or before it (a term of days ends with the first moment of the next day), or
// started then where they have no due time. Exercises, and duties whose place another one has
// taken, are not counted.
func (t *Tx) CountDuties(q DutyQuery) ([]DutyCount, error) {
	after, before := q.DueAfter, q.DueBefore
	none := false
	q.DueAfter, q.DueBefore, q.Exercise = nil, nil, &none
	db := t.duties(q).Table("duties").
		Where("(duties.due_at > ? AND duties.due_at <= ? OR duties.due_at IS NULL AND duties.started_at > ? AND duties.started_at <= ?)",
			*after, *before, *after, *before).
		Where("duties.ended_by NOT IN ?", []string{"superseded", "merged"})
	var out []DutyCount
	err := scan(db.Select(`duties.owed_by_id,
		SUM(CASE WHEN duties.status = 'pending' THEN 1 ELSE 0 END) AS pending,
		SUM(CASE WHEN duties.status = 'pending' AND (duties.target_at < ? OR duties.target_at IS NULL AND duties.due_at < ?) THEN 1 ELSE 0 END) AS overdue,
		SUM(CASE WHEN duties.status = 'fulfilled' THEN 1 ELSE 0 END) AS fulfilled,
		SUM(CASE WHEN duties.status = 'fulfilled' AND duties.late THEN 1 ELSE 0 END) AS late,
		SUM(CASE WHEN duties.status = 'waived' THEN 1 ELSE 0 END) AS waived,
		SUM(CASE WHEN duties.status = 'not_applicable' THEN 1 ELSE 0 END) AS not_applicable`, q.Now, q.Now).
		Group("duties.owed_by_id").Order("duties.owed_by_id"), &out)
	return out, err
}
