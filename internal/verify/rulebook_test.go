package verify_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/rulebook"
	"github.com/ungcuu/ungcuu/internal/verify"
)

// takeUp puts another book of rules in force, with the words that tell it from others.
func (d *desk) takeUp(words string) string {
	d.Helper()
	d.at = d.at.Add(time.Minute)
	book, err := regulation.Load(regulation.Source{Name: "x.yaml", Text: []byte("id: x\nkind: overlay\ntitle: {vi: " + words + ", en: x}\n")})
	require.NoError(d, err)
	province, _ := regulation.Find("son-la")
	province.Rules = regulation.NewShelf(book)
	require.NoError(d, rulebook.New(rulebook.Config{Store: d.st, Province: province, Now: func() time.Time { return d.at }}, nil).Adopt(d.Context()))
	return book.Version()
}

// ofBooks are the findings about books of rules.
func (d *desk) ofBooks() (kinds []verify.Kind) {
	d.Helper()
	_, found := d.verify()
	for _, f := range found {
		if f.Kind == verify.AlteredBook || f.Kind == verify.NoBook || f.Kind == verify.UntoldBook {
			kinds = append(kinds, f.Kind)
		}
	}
	return kinds
}

func TestWhichBookOfRulesWasInForceIsHeldAgainstTheRecord(t *testing.T) {
	each(t, func(d *desk) {
		for _, table := range []string{"sources", "version", "first_used_at", "in_force"} {
			require.Contains(d, d.columns("rule_books"), table)
		}
		require.Len(d, d.columns("rule_books"), 4, "a column that no line below tampers with")
		require.Empty(d, d.ofBooks())
		d.exec("UPDATE rule_books SET in_force = NOT in_force")
		require.Equal(d, []verify.Kind{verify.UntoldBook}, d.ofBooks(), "none is in force")
		d.exec("UPDATE rule_books SET in_force = NOT in_force")
		began := province(d.T).Rules.Book().Version()
		two := d.takeUp("hai")
		three := d.takeUp("ba")
		require.Empty(d, d.ofBooks())

		flip := func(version string) {
			d.exec("UPDATE rule_books SET in_force = NOT in_force WHERE in_force")
			d.exec("UPDATE rule_books SET in_force = NOT in_force WHERE version = ?", version)
		}
		for _, version := range []string{began, two} {
			flip(version)
			require.Equal(d, []verify.Kind{verify.UntoldBook}, d.ofBooks(), "another than the last")
		}
		flip(three)
		for _, version := range []string{two, three} {
			d.exec("UPDATE rule_books SET first_used_at = ? WHERE version = ?", ago(200*time.Hour), version)
			require.Contains(d, d.ofBooks(), verify.UntoldBook, "another time")
			d.exec("UPDATE rule_books SET first_used_at = (SELECT at FROM events WHERE type = 'rules.replaced' AND id IN (SELECT event_id FROM event_payloads WHERE body LIKE ?)) WHERE version = ?",
				`%"to":"`+version+`"%`, version)
			require.Empty(d, d.ofBooks())
		}
		d.exec("UPDATE rule_books SET sources = 'x' WHERE version = ?", two)
		require.Equal(d, []verify.Kind{verify.AlteredBook}, d.ofBooks())
		d.exec("DELETE FROM rule_books WHERE version = ?", two)
		require.Equal(d, []verify.Kind{verify.NoBook, verify.NoBook}, d.ofBooks(), "two events name it")
	})
}

func TestABookOfRulesThatNobodyPutInForceIsFound(t *testing.T) {
	each(t, func(d *desk) {
		d.exec("INSERT INTO rule_books (version, sources, first_used_at, in_force) SELECT 'abc', sources, '" +
			d.at.Add(time.Hour).Format(audit.TimeLayout) + "', NOT in_force FROM rule_books")
		require.ElementsMatch(d, []verify.Kind{verify.AlteredBook, verify.UntoldBook}, d.ofBooks())
		d.exec("UPDATE rule_books SET in_force = NOT in_force WHERE in_force")
		d.exec("UPDATE rule_books SET in_force = NOT in_force WHERE version = 'abc'")
		require.ElementsMatch(d, []verify.Kind{verify.AlteredBook, verify.UntoldBook}, d.ofBooks(), "said once")
	})
}

// A book that comes back keeps the time of its first use, and a clock that was set back no order.
func TestABookOfRulesThatComesBackIsNoFinding(t *testing.T) {
	each(t, func(d *desk) {
		d.takeUp("hai")
		d.takeUp("ba")
		d.takeUp("hai")
		d.at = d.at.Add(time.Minute)
		require.NoError(d, rulebook.New(rulebook.Config{Store: d.st, Province: province(d.T), Now: func() time.Time { return d.at }}, nil).Adopt(d.Context()))
		require.Empty(d, d.ofBooks())
		d.at = d.at.Add(-time.Hour)
		d.takeUp("bốn")
		require.Empty(d, d.ofBooks())
	})
}
