package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/rulebook"
)

// examples are the files of the guide, by name.
func examples(t *testing.T) (dir, guide string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "openapi", "RULEPACKS.md"))
	require.NoError(t, err)
	dir, guide = t.TempDir(), string(raw)
	blocks := regexp.MustCompile("(?s)```yaml\n# (\\S+)\n(.*?)```").FindAllStringSubmatch(guide, -1)
	require.Len(t, blocks, 5)
	for _, b := range blocks {
		require.NoError(t, os.WriteFile(filepath.Join(dir, b[1]), []byte(b[2]), 0o600))
	}
	return dir, guide
}

func TestTheExamplesOfTheGuideDoWhatItSays(t *testing.T) {
	dir, _ := examples(t)
	book, _, err := rulebook.Open(dir)
	require.NoError(t, err)
	at := func(day string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", day, regulation.Zone)
		require.NoError(t, err)
		return x
	}
	due := func(day, rule string, level int) *time.Time {
		f := regulation.Facts{
			Natures: []string{"cybercrime"}, Level: level, Stated: map[string]bool{"service_disrupted": true, "owner_cannot_cope": true},
			Detected: at(day), Reported: at(day), Learned: at(day),
		}
		for _, o := range book.Due("son-la", f).Duties {
			if o.Rule == rule {
				return o.DueAt
			}
		}
		return nil
	}
	require.Equal(t, at("2026-12-01 23:59").UTC(), due("2026-11-30 23:59", "ND331-31.2.d-ban-dau", 4).UTC(), "still 24 hours")
	require.Equal(t, at("2026-12-01 12:00").UTC(), due("2026-12-01 00:00", "ND331-31.2.d-ban-dau", 4).UTC(), "within 12 hours")
	require.NotNil(t, due("2026-12-31 23:59", "SL-6.1.e", 0))
	require.Nil(t, due("2027-01-01 00:00", "SL-6.1.e", 0), "switched off")

	require.Nil(t, due("2026-12-04 09:00", "SL-CV15-UBND", 2))
	require.Nil(t, due("2026-11-30 09:00", "SL-CV15-UBND", 3))
	require.Equal(t, at("2026-12-08 00:00").UTC(), due("2026-12-04 09:00", "SL-CV15-UBND", 3).UTC(), "reported on a Friday: until the end of Monday")

	require.Equal(t, at("2027-09-07 00:00").UTC(), due("2027-09-01 09:00", "SL-CV15-UBND", 3).UTC(), "2 and 3 September are off, then a weekend")
	require.Equal(t, at("2027-09-12 00:00").UTC(), due("2027-09-10 09:00", "SL-CV15-UBND", 3).UTC(), "the Saturday after it is worked")
	require.Equal(t, at("2027-02-12 00:00").UTC(), due("2027-02-03 09:00", "SL-CV15-UBND", 3).UTC(), "over Tết, which the file begins a day earlier")
	require.Nil(t, due("2026-12-31 09:00", "ND331-31.2.d-ban-dau", 3), "level 3 is never serious by the old definition")
	require.Nil(t, due("2027-01-01 09:00", "ND331-31.2.d-ban-dau", 4), "nor is a disrupted service by the new one")
}

func TestTheExamplesOfTheGuidePassTheCheckOneByOne(t *testing.T) {
	dir, _ := examples(t)
	for name, want := range map[string]string{
		"20-bao-cao-12-gio.yaml": "2026-12-01\tND331-31.2.d-ban-dau", "30-bao-ubnd.yaml": "2026-12-01\tSL-CV15-UBND", "40-ngung-ap-dung.yaml": "2027-01-01\tSL-6.1.e",
		"50-ngay-nghi-2027.yaml": "2027-09-03", "60-nghiem-trong.yaml": "national-2026: QD05-9 2027-01-01",
	} {
		var out bytes.Buffer
		require.NoError(t, app.CheckRules("son-la", []string{filepath.Join(dir, name)}, &out), out.String())
		require.Contains(t, out.String(), want)
	}
}

// A condition of the guide's table is one that the program takes, and each word of its lists is
// one it knows.
func TestTheGuideSpeaksOfWhatTheProgramTakes(t *testing.T) {
	dir, guide := examples(t)
	raw, err := os.ReadFile(filepath.Join(dir, "30-bao-ubnd.yaml"))
	require.NoError(t, err)
	_, table, ok := strings.Cut(guide, "| viết · write |")
	require.True(t, ok)
	table, _, _ = strings.Cut(table, "\n\n")
	conditions := regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(table, -1)
	require.Len(t, conditions, 7)
	with := func(old, now string) {
		text := strings.Replace(string(raw), old, now, 1)
		require.Contains(t, string(raw), old)
		_, err := regulation.Load(regulation.Source{Name: "x.yaml", Text: []byte(text)})
		require.NoError(t, err, now)
	}
	const when = `when: level >= 3`
	for _, c := range conditions {
		with(when, "when: '"+c[1]+"'")
	}
	for _, role := range append(append([]string{}, regulation.Roles...), regulation.Parts...) {
		require.Contains(t, guide, "`"+role+"`")
		if role == "security_system_owner" {
			continue // of the calendar alone
		}
		told := "police"
		if role == told {
			told = "team"
		}
		with("owed_by: team\n    told: [leadership]", "owed_by: "+role+"\n    told: ["+told+"]")
	}
	const clock = "clock: {start: reported, unit: working_days, value: 1, count: civil_day, basis: mục 2}"
	for _, start := range []string{"detected", "reported", "learned", "violation_found", "decided", "resolved"} {
		require.Contains(t, guide, "| `"+start+"` |")
		with(clock, "clock: {start: "+start+", unit: hours, value: 1, basis: mục 2, warn: 4h}")
	}
	for _, way := range []string{"handover", "reported", "receipt", "report:notice", "report:initial", "report:progress", "report:plan", "report:help_request", "report:final"} {
		require.Contains(t, guide, "`"+way+"`")
	}
	with(clock, "clock: {start: reported, unit: immediate, target: 1h}")
	with(clock, "clock: {start: reported, unit: none}")
}
