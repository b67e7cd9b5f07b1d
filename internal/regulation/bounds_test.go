package regulation

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func overlaid(t *testing.T, text string) *Book {
	t.Helper()
	b, err := Load(Source{Name: "tinh.yaml", Text: []byte("id: tinh\nkind: overlay\ntitle: {vi: a, en: b}\n" + text)})
	require.NoError(t, err)
	return b
}

func TestADutyOfTheCalendarThatIsSwitchedOffNoLongerComes(t *testing.T) {
	after, until := time.Date(2026, 1, 1, 0, 0, 0, 0, Zone), time.Date(2029, 1, 1, 0, 0, 0, 0, Zone)
	years := func(b *Book) (out []string) {
		for _, o := range b.Calendar("son-la", after, until) {
			if o.Rule == "SL-9.2" {
				out = append(out, o.Occurrence)
			}
		}
		return out
	}
	require.Equal(t, []string{"2026", "2027", "2028"}, years(embedded()))
	off := overlaid(t, "off: [{rule: SL-9.2, from: 2028-01-01, basis: thôi}]\n")
	require.Equal(t, []string{"2026", "2027"}, years(off), "what falls due before that day comes")
	here := func(day string) bool {
		return slices.ContainsFunc(off.Rules("son-la", day), func(r Rule) bool { return r.ID == "SL-9.2" })
	}
	require.True(t, here("2027-12-31"))
	require.False(t, here("2028-01-01"))
}

func TestAClassRestsOnTheRowsOfItsDayAlone(t *testing.T) {
	b := overlaid(t, `classification:
  - {id: SAU-NAY, kind: class, value: serious, instrument: a, clause: b, confidence: read, from: 2030-01-01, when: by_team}
`)
	f := Facts{Level: 4}
	f.Detected, f.Reported, f.Learned = exampleDays[2], exampleDays[2], exampleDays[2]
	require.Equal(t, embedded().Due("son-la", f).Facts, b.Due("son-la", f).Facts)
	read := false
	for i, v := range b.Explain("son-la", f) {
		require.Equal(t, embedded().Explain("son-la", f)[i].Because, v.Because, v.Rule)
		read = read || v.Because["owner_cannot_cope"] != nil
	}
	require.True(t, read, "some rule rests on the class")
}
