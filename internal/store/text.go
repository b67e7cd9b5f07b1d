package store

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// edition is the number of the way words are made. Who changes Fold, the scopes or what a
// text holds, raises it: the next start then fills the words of all cases anew.
const edition = 2

const (
	// inScope stands between a scope and a word; it is neither a letter nor a digit, so that no
	// word holds it, and not ASCII, so that SQLite's tokenizer takes it for part of a word.
	inScope = "·"
	// mostBytes is how long the words of one case may be together, the scopes' copies counted:
	// PostgreSQL's limit for a tsvector, 1 MiB, less what it needs itself. What is over is not
	// found; a case of ordinary size has some 3,000 bytes.
	mostBytes = 900_000
)

// SetTexts makes the case found by the texts, which are all it has beside those that addTexts
// was given, and writes only when something has changed.
func (t *Tx) SetTexts(incidentID string, texts []incident.Text) error {
	mark := fingerprint(texts)
	var stored []struct{ Texts, Added string }
	if err := scan(t.db.Raw("SELECT texts, added FROM incident_texts WHERE incident_id = ?", incidentID), &stored); err != nil {
		return err
	}
	var added *wordSet
	switch {
	case len(stored) == 0:
		all, err := t.growingTexts(incidentID)
		if err != nil {
			return err
		}
		added = wordsOf(all)
	case stored[0].Texts == mark:
		return nil
	default:
		added = &wordSet{}
		added.add(strings.Fields(stored[0].Added)...)
	}
	return t.putWords(incidentID, mark, added, wordsOf(texts))
}

// addTexts adds texts that the case keeps for good: notes and the like. The case is found by
// them after the next SetTexts, which every change of a case ends with.
func (t *Tx) addTexts(incidentID string, texts []incident.Text) error {
	var stored []string
	if err := scan(t.db.Raw("SELECT added FROM incident_texts WHERE incident_id = ?", incidentID), &stored); err != nil {
		return err
	}
	if len(stored) == 0 {
		return nil // SetTexts will look for all of them
	}
	added := &wordSet{}
	added.add(strings.Fields(stored[0])...)
	before := len(added.words)
	added.add(wordsOf(texts).words...)
	if len(added.words) == before {
		return nil
	}
	return explain(t.db.Exec("UPDATE incident_texts SET added = ?, texts = '' WHERE incident_id = ?",
		strings.Join(added.words, " "), incidentID).Error)
}

// growingTexts are all texts of the case that addTexts was given one by one.
func (t *Tx) growingTexts(incidentID string) ([]incident.Text, error) {
	notes, err := many[incident.Note](t.db.Where("incident_id = ?", incidentID).Order("created_at, id"))
	if err != nil {
		return nil, err
	}
	var texts []incident.Text
	for i := range notes {
		texts = append(texts, notes[i].Texts()...)
	}
	tasks, err := many[incident.Task](t.db.Where("incident_id = ?", incidentID).Order("created_at, id"))
	if err != nil {
		return nil, err
	}
	for i := range tasks {
		texts = append(texts, tasks[i].Texts()...)
	}
	seen, err := many[incident.Observable](t.db.Where("incident_id = ?", incidentID).Order("created_at, id"))
	if err != nil {
		return nil, err
	}
	for i := range seen {
		texts = append(texts, seen[i].Texts()...)
	}
	said, err := many[incident.Message](t.db.Where("incident_id = ?", incidentID).Order("created_at, id"))
	if err != nil || len(said) == 0 {
		return texts, err
	}
	var reporting string
	if err := scan(t.db.Raw("SELECT reporting_agency_id FROM incidents WHERE id = ?", incidentID), &reporting); err != nil {
		return nil, err
	}
	for i := range said {
		texts = append(texts, said[i].Texts(reporting)...)
	}
	return texts, nil
}

// putWords stores the words of a case and puts them into the index.
func (t *Tx) putWords(incidentID, mark string, added, own *wordSet) error {
	all := &wordSet{}
	all.addBoth(own.words)
	all.addBoth(added.words)
	growing := strings.Join(added.words, " ")
	if t.store.dialect == Postgres {
		return explain(t.db.Exec("INSERT INTO incident_texts (incident_id, texts, added, words) VALUES (?, ?, ?, array_to_tsvector(?))"+
			" ON CONFLICT (incident_id) DO UPDATE SET texts = excluded.texts, added = excluded.added, words = excluded.words",
			incidentID, mark, growing, list(all.words)).Error)
	}
	words := strings.Join(all.words, " ")
	var doc int64
	err := scan(t.db.Raw("INSERT INTO incident_texts (incident_id, texts, added, words) VALUES (?, ?, ?, ?)"+
		" ON CONFLICT (incident_id) DO UPDATE SET texts = excluded.texts, added = excluded.added, words = excluded.words RETURNING doc",
		incidentID, mark, growing, " "+words+" "), &doc)
	if err != nil {
		return err
	}
	return explain(t.db.Exec("INSERT OR REPLACE INTO incident_words_index (rowid, words) VALUES (?, ?)", doc, words).Error)
}

// caseWords are the words of a case that is new.
type caseWords struct {
	caseID, mark string
	words        []string
}

func newCaseWords(c *incident.Case) caseWords {
	texts := c.Texts()
	all := &wordSet{}
	all.addBoth(wordsOf(texts).words)
	return caseWords{c.ID, fingerprint(texts), all.words}
}

// createWords stores the words of cases that are new, many in each statement.
func (t *Tx) createWords(cases []caseWords) error {
	var doc int64 // of SQLite; nobody else writes meanwhile
	if t.store.dialect == SQLite {
		if err := scan(t.db.Raw("SELECT coalesce(max(doc), 0) FROM incident_texts"), &doc); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(cases, bulk) {
		var rows, index []string
		var values, indexed []any
		for _, c := range some {
			if t.store.dialect == Postgres {
				rows = append(rows, "(?, ?, '', array_to_tsvector(?))")
				values = append(values, c.caseID, c.mark, list(c.words))
				continue
			}
			doc++
			words := strings.Join(c.words, " ")
			rows, index = append(rows, "(?, ?, ?, '', ?)"), append(index, "(?, ?)")
			values = append(values, doc, c.caseID, c.mark, " "+words+" ")
			indexed = append(indexed, doc, words)
		}
		columns := "(incident_id, texts, added, words)"
		if t.store.dialect == SQLite {
			columns = "(doc, incident_id, texts, added, words)"
			err := t.db.Exec("INSERT INTO incident_words_index (rowid, words) VALUES "+strings.Join(index, ", "), indexed...).Error
			if err != nil {
				return explain(err)
			}
		}
		if err := t.db.Exec("INSERT INTO incident_texts "+columns+" VALUES "+strings.Join(rows, ", "), values...).Error; err != nil {
			return explain(err)
		}
	}
	return nil
}

// fingerprint tells texts that have changed from those that have not.
func fingerprint(texts []incident.Text) string {
	h := sha256.New()
	part := func(s string) { h.Write([]byte(strconv.Itoa(len(s)) + " " + s)) }
	part(strconv.Itoa(edition))
	for _, t := range texts {
		part(strconv.Itoa(len(t.Scopes)))
		for _, s := range t.Scopes {
			part(string(s))
		}
		part(t.Text)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// wordSet is words in the order they came, each once, up to mostBytes.
type wordSet struct {
	words []string
	has   map[string]struct{}
	bytes int
}

func (s *wordSet) add(words ...string) {
	if s.has == nil {
		s.has = make(map[string]struct{}, len(words))
	}
	for _, w := range words {
		if _, twice := s.has[w]; twice || s.bytes+len(w) >= mostBytes {
			continue
		}
		s.has[w] = struct{}{}
		s.words = append(s.words, w)
		s.bytes += len(w) + 1
	}
}

// addBoth adds each word with its scope and, for who reads everything, without.
func (s *wordSet) addBoth(words []string) {
	for _, w := range words {
		if _, plain, scoped := strings.Cut(w, inScope); scoped {
			s.add(plain)
		}
		s.add(w)
	}
}

// wordsOf are the words of the texts, once for each of their scopes; a text without any is
// for those alone who read everything.
func wordsOf(texts []incident.Text) *wordSet {
	set := &wordSet{}
	for _, t := range texts {
		words := Fold(t.Text)
		slices.Sort(words)
		words = slices.Compact(words)
		if len(t.Scopes) == 0 {
			set.add(words...)
		}
		for _, scope := range t.Scopes {
			for _, w := range words {
				set.add(string(scope) + inScope + w)
			}
		}
	}
	return set
}
