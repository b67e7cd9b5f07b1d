package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// MigrateTo applies what is missing up to that number.
func (s *Store) MigrateTo(ctx context.Context, newest int64) error { return s.migrateTo(ctx, newest) }

// Plan returns the database's plan for a page of cases, line by line.
func (t *Tx) Plan(q IncidentQuery) ([]string, error) { return t.explain(t.incidentPage(q)) }

// PressingQueries are the statements of Pressing, by their table.
var PressingQueries = map[string]string{"deliveries": openDeliveries, "duties": pendingDuties, "handovers": lateHandovers}

// PlanOf returns the database's plan for a statement; values that it has no place for are
// left out.
func (t *Tx) PlanOf(statement string, values ...any) ([]string, error) {
	values = values[:strings.Count(statement, "?")]
	return t.planOf(t.db.Session(&gorm.Session{DryRun: true}).Raw(statement, values...).Find(&[]map[string]any{}).Statement)
}

// PlanDuties returns the database's plan for a page of duties by their due time.
func (t *Tx) PlanDuties(q DutyQuery) ([]string, error) {
	return t.planOf(t.dutiesDue(q).Session(&gorm.Session{DryRun: true}).Find(&[]incident.Duty{}).Statement)
}

// PlanDuplicates returns the database's plan for the search for duplicates, line by line.
func (t *Tx) PlanDuplicates(q DuplicateQuery) ([]string, error) {
	return t.planOf(t.sharedMarks(q).Session(&gorm.Session{DryRun: true}).Find(&[]sharedRow{}).Statement)
}

// CreateMarks inserts the marks of cases, many at once.
func (t *Tx) CreateMarks(cases []incident.Incident) error {
	var rows []markRow
	for i := range cases {
		rows = append(rows, marksOf(&cases[i])...)
	}
	return createAll(t.db, rows)
}

// SearchPlans returns the plans of all ways to a page of a search, and to its count.
func (t *Tx) SearchPlans(q IncidentQuery) (plans [][]string, err error) {
	words := asked(q.Q)
	for _, ask := range []question{t.reading(q, words), t.inHead(words)} {
		for _, way := range []*gorm.DB{
			t.walkQuery(q, ask, walks[0]), t.walkQuery(q, ask, walks[1]), t.lookUp(q, ask, q.Limit+1),
			t.indexed(q, ask).Select("1").Limit(10001),
		} {
			lines, err := t.explain(way)
			if err != nil {
				return nil, err
			}
			plans = append(plans, lines)
		}
	}
	return plans, nil
}

func (t *Tx) explain(db *gorm.DB) ([]string, error) {
	return t.planOf(db.Session(&gorm.Session{DryRun: true}).Find(&[]caseRow{}).Statement)
}

func (t *Tx) planOf(st *gorm.Statement) ([]string, error) {
	explain := "EXPLAIN "
	if t.store.dialect == SQLite {
		explain = "EXPLAIN QUERY PLAN "
	}
	rows, err := t.db.Statement.ConnPool.QueryContext(t.db.Statement.Context, explain+st.SQL.String(), st.Vars...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var plan []string
	for rows.Next() {
		var line string
		into := make([]any, len(columns))
		for i := range into {
			into[i] = new(any)
		}
		into[len(into)-1] = &line
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		plan = append(plan, line)
	}
	return plan, rows.Err()
}

// CreateMany inserts cases with their natures, texts and sights, many at once.
func (t *Tx) CreateMany(cases []incident.Incident, sights map[string][]incident.Sight) error {
	var rows []*caseRow
	var natures []natureRow
	var seen []sightRow
	for i := range cases {
		inc := &cases[i]
		rows = append(rows, rowOf(inc))
		for _, n := range inc.Natures {
			natures = append(natures, natureRow{inc.ID, string(n)})
		}
		for _, s := range sights[inc.ID] {
			seen = append(seen, sightRow{s.AgencyID, inc.ID, s.AsReporter, s.AsPartner, s.Narrowed})
		}
	}
	if err := createAll(t.db, rows); err != nil {
		return err
	}
	if err := createAll(t.db, natures); err != nil {
		return err
	}
	for i := range cases {
		if err := t.SetTexts(cases[i].ID, (&incident.Case{Incident: &cases[i]}).Texts()); err != nil {
			return err
		}
	}
	return createAll(t.db, seen)
}

// CreateDuties inserts duties, many at once.
func (t *Tx) CreateDuties(duties []incident.Duty) error { return createAll(t.db, duties) }

// Analyze gathers the statistics that PostgreSQL gathers by itself after a while.
func (t *Tx) Analyze() error {
	if t.store.dialect == SQLite {
		return nil
	}
	return t.db.Exec("ANALYZE").Error
}

// Exec runs a statement of a test.
func (t *Tx) Exec(statement string, args ...any) error { return t.db.Exec(statement, args...).Error }

// SetWalks changes how many cases are looked at before the index of words is asked.
func SetWalks(n []int) (undo func()) {
	before := walks
	walks = n
	return func() { walks = before }
}

// FillSome fills in the words of the next n cases.
func (t *Tx) FillSome(n int) (done bool, err error) { return t.fillSome(n) }

// One reads one value.
func (t *Tx) One(query string, into any) error { return scan(t.db.Raw(query), into) }

// WatchPlans are the plans of what the watch asks, by what it asks.
func (t *Tx) WatchPlans(now time.Time, agencyID string) (map[string][]string, error) {
	out := map[string][]string{}
	for what, db := range map[string]*gorm.DB{
		"what is due":         t.toWatch(now, nil, 100),
		"the rest":            t.toWatch(now, &Watched{ID: agencyID, WatchAt: now}, 100),
		"an occurrence":       t.occurrence("R1", "", "2026"),
		"what an agency owes": t.pendingOf(agencyID, incident.RoleOwner),
		"what a role ended":   t.endedWithRole(agencyID, incident.RoleOwner),
	} {
		lines, err := t.planOf(db.Session(&gorm.Session{DryRun: true}).Find(&[]map[string]any{}).Statement)
		if err != nil {
			return nil, err
		}
		out[what] = lines
	}
	return out, nil
}
