package store

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/fts5"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// Relevance is the order of a search in which the cases that hold all words in title or code
// come first, then the others, each the newest first.
const Relevance = "relevance"

// walks is how many cases are looked at in the list's order, in two steps, before the index of
// words is asked for all; a question that the index calls rare is not walked for. Of a common
// word the first step most often fills a page: finding all its cases to keep the newest fifty
// would read far more. Whoever has no more cases than this in the list is answered without the
// index.
var walks = []int{128, 1024}

// asked are the words of a question, each once but the last, which is a prefix and may stand
// before as a whole word.
func asked(q string) []string {
	words := Fold(q)
	if len(words) == 0 {
		return nil
	}
	last := words[len(words)-1]
	set := &wordSet{}
	set.add(words[:len(words)-1]...)
	return append(set.words, last)
}

// holdsAll reports whether all of words are among the text's, the last of them as a prefix.
func holdsAll(text, words []string) bool {
	for i, w := range words {
		if !slices.ContainsFunc(text, func(x string) bool {
			return x == w || i == len(words)-1 && strings.HasPrefix(x, w)
		}) {
			return false
		}
	}
	return len(words) > 0
}

// Words counts the different words of a search; a question without any finds nothing.
func Words(q string) int { return len(asked(q)) }

// search returns the ids of a page of what is found, in the order of the list, and one more
// when there is more.
func (t *Tx) search(q IncidentQuery) ([]string, error) {
	words := asked(q.Q)
	if len(words) == 0 || len(q.Reads.Always) == 0 {
		return nil, nil
	}
	want := -1
	if q.Limit > 0 {
		want = q.Limit + 1
	}
	if q.Sort != Relevance {
		return t.find(q, t.reading(q, words), want)
	}
	var found []string
	first, rest := t.inHead(words), t.reading(q, words)
	if q.After == nil || !q.After.Rest {
		var err error
		found, err = t.find(q, first, want)
		if err != nil || want >= 0 && len(found) >= want {
			return found, err
		}
		q.After, want = nil, max(want-len(found), -1)
		if q.Limit == 0 {
			want = -1
		}
	}
	rest.exact = clause.Expr{
		SQL:  rest.exact.SQL + " AND NOT " + first.exact.SQL,
		Vars: append(append([]any{}, rest.exact.Vars...), first.exact.Vars...),
	}
	others, err := t.find(q, rest, want)
	return append(found, others...), err
}

// question is what is asked of the words of a case: exact is a predicate over incidents, index
// a question to the index of words that finds all for which exact holds, and perhaps more.
type question struct {
	exact clause.Expr
	index string
}

// inHead asks for the words in title and code.
func (t *Tx) inHead(words []string) question {
	head := []incident.Scope{incident.ScopeHead}
	return question{exact: t.probe(head, words), index: t.match(head, words)}
}

// reading asks for the words in what the reader reads of each case.
func (t *Tx) reading(q IncidentQuery, words []string) question {
	r := q.Reads
	out := question{exact: t.probe(r.Always, words), index: t.match(r.AsPartner, words)}
	agency, ok := canonical(q.Sight.AgencyID)
	if r.Same() || !ok {
		return out
	}
	probes := map[string]clause.Expr{}
	for column, scopes := range map[string][]incident.Scope{"s.as_reporter": r.AsReporter, "s.as_partner": r.AsPartner} {
		whole, narrowed := t.probe(scopes, words), t.probe(r.Narrowed(scopes), words)
		probes[column] = clause.Expr{
			SQL:  column + " AND CASE WHEN s.narrowed THEN " + narrowed.SQL + " ELSE " + whole.SQL + " END",
			Vars: slices.Concat(narrowed.Vars, whole.Vars),
		}
	}
	reporter, partner := probes["s.as_reporter"], probes["s.as_partner"]
	out.exact.SQL = "(" + out.exact.SQL + " OR EXISTS (SELECT 1 FROM case_sights s WHERE s.incident_id = incidents.id AND s.agency_id = ?" +
		" AND (" + reporter.SQL + " OR " + partner.SQL + ")))"
	out.exact.Vars = slices.Concat(out.exact.Vars, []any{agency}, reporter.Vars, partner.Vars)
	return out
}

// probe is the predicate over incidents that each of the words, the last as a prefix, stands
// in one of the scopes.
func (t *Tx) probe(scopes []incident.Scope, words []string) clause.Expr {
	if t.store.dialect == Postgres {
		return clause.Expr{
			SQL:  "coalesce((SELECT x.words @@ ?::tsquery FROM incident_texts x WHERE x.incident_id = incidents.id), false)",
			Vars: []any{t.match(scopes, words)},
		}
	}
	return clause.Expr{
		SQL:  "EXISTS (SELECT 1 FROM incident_texts x WHERE x.incident_id = incidents.id AND " + allWords + "(x.words, ?))",
		Vars: []any{needles(scopes, words)},
	}
}

// allWords is the name of SQLite's function for probe. SQLite's own instr looks at each byte
// by itself, and took most of a search's time.
const allWords = "all_words"

// needles is a question for allWords: the words apart by &, the scopes of one word by |.
func needles(scopes []incident.Scope, words []string) string {
	all := make([]string, len(words))
	for i, w := range words {
		one := make([]string, len(scopes))
		for j, s := range scopes {
			one[j] = " " + scoped(s, w)
			if i < len(words)-1 {
				one[j] += " "
			}
		}
		all[i] = strings.Join(one, "|")
	}
	return strings.Join(all, "&")
}

// extend gives a connection of SQLite what searches need: the index of words, and allWords.
func extend(c *sqlite3.Conn) error {
	if err := fts5.Register(c); err != nil {
		return err
	}
	return c.CreateFunction(allWords, 2, sqlite3.DETERMINISTIC|sqlite3.DIRECTONLY, func(ctx sqlite3.Context, arg ...sqlite3.Value) {
		ctx.ResultBool(holdsNeedles(arg[0].RawText(), arg[1].RawText()))
	})
}

func holdsNeedles(words, needles []byte) bool {
	for more := true; more; {
		var one []byte
		one, needles, more = bytes.Cut(needles, []byte("&"))
		found := false
		for other := true; other && !found; {
			var needle []byte
			needle, one, other = bytes.Cut(one, []byte("|"))
			found = bytes.Contains(words, needle)
		}
		if !found {
			return false
		}
	}
	return true
}

// match is the same as probe in the language of the index, without any text parser.
// FTS5 merges the lists of every word behind a prefix: a short one beside other words is left
// to the probe.
func (t *Tx) match(scopes []incident.Scope, words []string) string {
	const shortPrefix = 2
	and, or, prefix, quote := " & ", " | ", ":*", "'"
	if t.store.dialect == SQLite {
		and, or, prefix, quote = " AND ", " OR ", "*", `"`
	}
	var all []string
	for i, w := range words {
		last := i == len(words)-1
		if last && i > 0 && len(w) <= shortPrefix && t.store.dialect == SQLite {
			break
		}
		var one []string
		for _, s := range scopes {
			word := quote + scoped(s, w) + quote
			if last {
				word += prefix
			}
			one = append(one, word)
		}
		if len(one) > 1 && t.store.dialect == Postgres {
			// What stands in a scope stands in the case: it says nothing new, but the planner, who
			// takes each of many alternatives for a further chance, then still takes it for rare.
			plain := quote + w + quote
			if last {
				plain += prefix
			}
			all = append(all, plain)
		}
		all = append(all, "("+strings.Join(one, or)+")")
	}
	return strings.Join(all, and)
}

// scoped is the word as the scope's copy of it is stored. Neither holds a sign that means
// something in a question: words are letters and digits, scopes are those of package incident.
func scoped(s incident.Scope, word string) string {
	if s == incident.ScopeAll {
		return word
	}
	return string(s) + inScope + word
}

// find returns the ids of the first cases of a list for which the question holds, at most
// want of them; a negative want: all.
func (t *Tx) find(q IncidentQuery, ask question, want int) ([]string, error) {
	found := []string{}
	if want >= 0 {
		for i, n := range walks {
			if i == t.asksIndexAfter() {
				rare, err := t.rare(ask)
				if err != nil {
					return nil, err
				}
				if rare {
					break
				}
			}
			rows, err := t.walk(q, ask, n)
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				if r.Hit {
					found = append(found, r.ID)
				}
			}
			switch {
			case len(found) >= want:
				return found[:want], nil
			case len(rows) < n:
				return found, nil
			}
			last := rows[len(rows)-1]
			q.After = &Position{At: last.At, ID: last.ID}
		}
	}
	var more []string
	if err := scan(t.lookUp(q, ask, max(want-len(found), 0)), &more); err != nil {
		return nil, err
	}
	return append(found, more...), nil
}

// fewHits is how many cases are so few that finding and ordering them all costs less than
// walking.
const fewHits = 128

// rare reports whether the index of words has few cases for the question.
func (t *Tx) rare(ask question) (bool, error) {
	table, match := "incident_words_index", "incident_words_index MATCH ?"
	if t.store.dialect == Postgres {
		table, match = "incident_texts", "words @@ ?::tsquery"
	}
	var n int
	err := scan(t.db.Raw("SELECT count(*) FROM (SELECT 1 FROM "+table+" WHERE "+match+" LIMIT ?) AS few", ask.index, fewHits+1), &n)
	return n <= fewHits, err
}

// asksIndexAfter is how many walks come before the index is asked whether a question is rare.
// FTS5 stops at the first few hits of a common word; PostgreSQL's GIN first gathers them all.
func (t *Tx) asksIndexAfter() int {
	if t.store.dialect == Postgres {
		return 1
	}
	return 0
}

// walked is a case that was looked at.
type walked struct {
	ID  string
	At  time.Time
	Hit bool
}

// walk looks at the next n cases of the list, in its order.
func (t *Tx) walk(q IncidentQuery, ask question, n int) ([]walked, error) {
	var rows []walked
	err := scan(t.walkQuery(q, ask, n), &rows)
	return rows, err
}

func (t *Tx) walkQuery(q IncidentQuery, ask question, n int) *gorm.DB {
	column, descending := q.order()
	next := page(t.incidents(q), "incidents", column, descending, q.After, n-1).
		Select("incidents.id, incidents." + column + " AS at")
	// The inner rows go by the name of their table, so that exact finds its column.
	rows := t.db.Table("(?) AS incidents", next).Select("incidents.id, incidents.at, "+ask.exact.SQL+" AS hit", ask.exact.Vars...)
	return page(rows, "incidents", "at", descending, nil, 0)
}

// lookUp is the ids of the list's first want cases that the index of words finds; 0: of all.
func (t *Tx) lookUp(q IncidentQuery, ask question, want int) *gorm.DB {
	column, descending := q.order()
	return page(t.indexed(q, ask), "incidents", column, descending, q.After, want-1).Select("incidents.id")
}

// indexed is the cases of a list that the index of words finds, not yet ordered or cut.
func (t *Tx) indexed(q IncidentQuery, ask question) *gorm.DB {
	db := t.incidents(q)
	if t.store.dialect == Postgres {
		db = db.Table("incident_texts y JOIN incidents ON incidents.id = y.incident_id").Where("y.words @@ ?::tsquery", ask.index)
	} else {
		// CROSS JOIN: from the words to the cases, and never the other way.
		db = db.Table("incident_words_index CROSS JOIN incident_texts y ON y.doc = incident_words_index.rowid"+
			" CROSS JOIN incidents ON incidents.id = y.incident_id").Where("incident_words_index MATCH ?", ask.index)
	}
	return db.Where(ask.exact)
}

// countFound counts what is found, up to most.
func (t *Tx) countFound(q IncidentQuery, most int) (n int, err error) {
	words := asked(q.Q)
	if len(words) == 0 || len(q.Reads.Always) == 0 {
		return 0, nil
	}
	q.After = nil
	ask, all := t.reading(q, words), 0
	if rare, err := t.rare(ask); err != nil || rare {
		if err == nil {
			err = scan(t.db.Raw("SELECT count(*) FROM (?) AS few", t.indexed(q, ask).Select("1").Limit(most)), &n)
		}
		return n, err
	}
	for _, size := range walks {
		all += size
	}
	rows, err := t.walk(q, ask, all)
	if err != nil {
		return 0, err
	}
	if len(rows) < all {
		for _, r := range rows {
			if r.Hit {
				n++
			}
		}
		return min(n, most), nil
	}
	few := t.indexed(q, ask).Select("1").Limit(most)
	err = scan(t.db.Raw("SELECT count(*) FROM (?) AS few", few), &n)
	return n, err
}
