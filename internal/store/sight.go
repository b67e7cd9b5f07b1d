package store

import (
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/policy"
)

// This file is the one place where sight becomes SQL. Every predicate here is written so that
// it can stand beside others with AND, and so that a value that is not an id matches nothing.

// nothing and everything are predicates.
var (
	nothing    = clause.Expr{SQL: "1 = 0"}
	everything = clause.Expr{SQL: "1 = 1"}
)

// named and taking hold for a row of incidents that names the person, and in which the agency
// takes part.
const (
	named  = "EXISTS (SELECT 1 FROM incident_people p WHERE p.incident_id = incidents.id AND p.user_id = ?)"
	taking = "EXISTS (SELECT 1 FROM case_sights s WHERE s.incident_id = incidents.id AND s.agency_id = ?)"
)

// visible is s as a predicate over incidents that is checked case by case.
func visible(s policy.Sight) clause.Expr {
	user, isUser := canonical(s.UserID)
	agency, isAgency := canonical(s.AgencyID)
	switch {
	case s.All:
		return everything
	case s.NotRed:
		return visibleToLeaders(user, agency)
	case s.Unrestricted && isUser:
		return clause.Expr{SQL: "(NOT incidents.restricted OR " + named + ")", Vars: []any{user}}
	case s.Unrestricted:
		return clause.Expr{SQL: "NOT incidents.restricted"}
	case isAgency && isUser:
		return clause.Expr{SQL: "CASE WHEN incidents.restricted THEN " + named + " ELSE " + taking + " END", Vars: []any{user, agency}}
	case isAgency:
		return clause.Expr{SQL: "(NOT incidents.restricted AND " + taking + ")", Vars: []any{agency}}
	case isUser:
		return clause.Expr{SQL: "(incidents.restricted AND " + named + ")", Vars: []any{user}}
	}
	return nothing
}

// manyCases is how many cases an agency takes part in before a list walks through the cases in
// its own order and checks each: the first page is then near.
const manyCases = 2000

// inList is visible for a list. Where the agency takes part in few cases, they are looked up
// from the agency's side first, so that it does not walk through all cases of the province.
func (t *Tx) inList(s policy.Sight) clause.Expr {
	v := visible(s)
	user, isUser := canonical(s.UserID)
	agency, isAgency := canonical(s.AgencyID)
	if s.All || s.Unrestricted || !isAgency && !isUser {
		return v
	}
	var from []string
	var vars []any
	if isAgency {
		var n int
		few := t.db.Table("case_sights").Select("1").Where("agency_id = ?", agency).Limit(manyCases)
		// A database that is away is told by the list itself.
		if scan(t.db.Raw("SELECT count(*) FROM (?) AS few", few), &n) == nil && n == manyCases {
			return v
		}
		from, vars = append(from, "SELECT s.incident_id FROM case_sights s WHERE s.agency_id = ?"), append(vars, agency)
	}
	if isUser {
		from, vars = append(from, "SELECT p.incident_id FROM incident_people p WHERE p.user_id = ?"), append(vars, user)
	}
	return allOf(clause.Expr{SQL: "incidents.id IN (" + strings.Join(from, " UNION ALL ") + ")", Vars: vars}, v)
}

// wholeCase is the predicate over table (handovers, duties) that its case is visible by role
// or by name. Taking part in a case opens only the agency's own rows, so that AgencyID does
// not count here.
func wholeCase(s policy.Sight, table string) clause.Expr {
	if !s.NotRed { // leaders see every handover of the cases they see
		s.AgencyID = ""
	}
	if s.All {
		return everything
	}
	v := visible(s)
	return clause.Expr{
		SQL:  "EXISTS (SELECT 1 FROM incidents WHERE incidents.id = " + table + ".incident_id AND " + v.SQL + ")",
		Vars: v.Vars,
	}
}

// withoutCase is wholeCase, and the rows of table that belong to no case but to an agency, for
// those who see whole cases by role.
func withoutCase(s policy.Sight, table string) clause.Expr {
	v := wholeCase(s, table)
	if s.All || s.NotRed || !s.Unrestricted {
		return v
	}
	return anyOf(clause.Expr{SQL: table + ".incident_id IS NULL"}, v)
}

// visibleToLeaders: of what is not restricted, a red case only where the agency takes part in it
// (no other agency has a row then); of the rest, what names the person. An empty id matches
// nothing.
func visibleToLeaders(user, agency string) clause.Expr {
	v := clause.Expr{SQL: "(NOT incidents.restricted AND (incidents.tlp <> 'red'"}
	if agency != "" {
		v.SQL, v.Vars = v.SQL+" OR "+taking, append(v.Vars, agency)
	}
	v.SQL += ")"
	if user != "" {
		v.SQL, v.Vars = v.SQL+" OR "+named, append(v.Vars, user)
	}
	v.SQL += ")"
	return v
}

// HandoverSight is which handovers a caller sees.
type HandoverSight struct {
	Case     policy.Sight // for Whole: the cases whose handovers are seen
	Whole    bool         // every handover of those cases; otherwise only those from or to AgencyID
	AgencyID string
}

// visibleHandover is s as a predicate over handovers. An addressee always sees its handover,
// even in a restricted case; of those who see whole cases, nobody sees what their own agency
// asked in a restricted case without being named in it.
func visibleHandover(s HandoverSight) clause.Expr {
	agency, isAgency := canonical(s.AgencyID)
	switch {
	case s.Whole && isAgency:
		return anyOf(wholeCase(s.Case, "handovers"), clause.Expr{SQL: "handovers.to_agency_id = ?", Vars: []any{agency}})
	case s.Whole:
		return wholeCase(s.Case, "handovers")
	case isAgency:
		return clause.Expr{SQL: "(handovers.from_agency_id = ? OR handovers.to_agency_id = ?)", Vars: []any{agency, agency}}
	}
	return nothing
}

// DutySight is which duties a caller sees.
type DutySight struct {
	Case     policy.Sight // for Whole: the cases whose duties are seen
	Whole    bool         // every duty of those cases; otherwise only what AgencyID owes
	Calendar bool         // for Whole: also what any agency owes without a case
	AgencyID string
}

// visibleDuty is s as a predicate over duties. What an agency owes in a restricted case its
// named people see: the duty alone would tell the others what kind of case there is.
func visibleDuty(s DutySight) clause.Expr {
	if s.Whole && s.Calendar {
		return anyOf(clause.Expr{SQL: "duties.incident_id IS NULL"}, wholeCase(s.Case, "duties"))
	}
	if s.Whole {
		return withoutCase(s.Case, "duties")
	}
	if _, ok := canonical(s.AgencyID); !ok {
		return nothing
	}
	open := clause.Expr{SQL: "NOT incidents.restricted"}
	if user, ok := canonical(s.Case.UserID); ok {
		open = anyOf(open, clause.Expr{SQL: named, Vars: []any{user}})
	}
	return allOf(owedBy(s.AgencyID), clause.Expr{
		SQL:  "(duties.incident_id IS NULL OR EXISTS (SELECT 1 FROM incidents WHERE incidents.id = duties.incident_id AND " + open.SQL + "))",
		Vars: open.Vars,
	})
}

// owedBy are the duties of the agency.
func owedBy(agencyID string) clause.Expr {
	if agency, ok := canonical(agencyID); ok {
		return clause.Expr{SQL: "duties.owed_by_id = ?", Vars: []any{agency}}
	}
	return nothing
}

// visibleNote is a reader's audience and TLP labels (nil: all) as a predicate over a table of
// notes, tasks or observables; what the agency wrote itself it always reads.
func (t *Tx) visibleNote(table string, audiences, labels []string, agencyID string) clause.Expr {
	if audiences == nil && labels == nil {
		return everything
	}
	cut := t.sharedNote(table, audiences, labels)
	if agency, ok := canonical(agencyID); ok {
		return anyOf(cut, writtenBy(table, agency))
	}
	return cut
}

func writtenBy(table, agency string) clause.Expr {
	return clause.Expr{SQL: table + ".agency_id = ?", Vars: []any{agency}}
}

// sharedNote is visibleNote without what the agency wrote. What its giver asked to keep
// confidential (SL 3.4) is shared with nobody; tasks are not given, they are set.
func (t *Tx) sharedNote(table string, audiences, labels []string) clause.Expr {
	cut := everything
	if table != "tasks" {
		cut.SQL = "NOT " + table + ".confidential"
	}
	if audiences != nil {
		cut = allOf(cut, t.among(table+".audience", audiences))
	}
	if labels != nil {
		cut = allOf(cut, t.among(table+".tlp", labels))
	}
	return cut
}

// MaterialSight is which working material (tasks, observables) a caller sees, over all cases.
type MaterialSight struct {
	Case       policy.Sight
	Whole      bool // every piece of those cases; otherwise
	AsReporter bool // of the cases in which AgencyID takes part in this way
	AsPartner  bool // or in this,
	Audiences  []string
	Labels     []string // what these two allow, and what AgencyID wrote itself
	AgencyID   string
}

// visibleMaterial is s as a predicate over a table of working material: what the parts of each
// case and the labels of each piece allow together.
func (t *Tx) visibleMaterial(table string, s MaterialSight) clause.Expr {
	v := visible(s.Case)
	inCase := clause.Expr{
		SQL:  "EXISTS (SELECT 1 FROM incidents WHERE incidents.id = " + table + ".incident_id AND " + v.SQL + ")",
		Vars: v.Vars,
	}
	if s.Case.All {
		inCase = everything
	}
	if s.Whole {
		return inCase
	}
	agency, ok := canonical(s.AgencyID)
	if !ok || !s.AsReporter && !s.AsPartner {
		return nothing
	}
	how := map[[2]bool]string{{true, false}: "s.as_reporter", {false, true}: "s.as_partner", {true, true}: "(s.as_reporter OR s.as_partner)"}
	taking := clause.Expr{
		SQL: table + ".incident_id IN (SELECT s.incident_id FROM case_sights s WHERE s.agency_id = ? AND " +
			how[[2]bool{s.AsReporter, s.AsPartner}] + ")",
		Vars: []any{agency},
	}
	// Of a narrowed case the agency reads what it wrote, and nothing that is shared.
	whole := clause.Expr{
		SQL:  "NOT EXISTS (SELECT 1 FROM case_sights n WHERE n.agency_id = ? AND n.incident_id = " + table + ".incident_id AND n.narrowed)",
		Vars: []any{agency},
	}
	return allOf(taking, allOf(inCase, anyOf(writtenBy(table, agency), allOf(whole, t.sharedNote(table, s.Audiences, s.Labels)))))
}

func allOf(a, b clause.Expr) clause.Expr {
	return clause.Expr{SQL: "(" + a.SQL + " AND " + b.SQL + ")", Vars: append(append([]any{}, a.Vars...), b.Vars...)}
}

func anyOf(a, b clause.Expr) clause.Expr {
	return clause.Expr{SQL: "(" + a.SQL + " OR " + b.SQL + ")", Vars: append(append([]any{}, a.Vars...), b.Vars...)}
}

// is narrows db to the rows whose column is the id; an empty id narrows nothing, and one that
// is no id leaves nothing.
func is(db *gorm.DB, column, id string) *gorm.DB {
	if id == "" {
		return db
	}
	id, ok := canonical(id)
	if !ok {
		return db.Where(nothing)
	}
	return db.Where(column+" = ?", id)
}
