package regulation

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheLunarNewYearFallsWhereItDoesInVietNam(t *testing.T) {
	for _, day := range []string{
		"1985-01-21", // a month before the Chinese one
		"2007-02-17", // a day before the Chinese one
		"2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22",
		"2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13",
		"2030-02-02", // where the Chinese calendars have the 3rd
	} {
		at, err := time.Parse(time.DateOnly, day)
		require.NoError(t, err)
		require.Equal(t, day, civil(lunarDay(at.Year(), 1, 1)))
	}
	for year, day := range map[int]string{2023: "2023-04-29", 2024: "2024-04-18", 2025: "2025-04-07", 2026: "2026-04-26"} {
		require.Equal(t, day, civil(lunarDay(year, 3, 10)), "Giỗ Tổ %d", year)
	}
}

func TestDatesAndDayNumbersAgree(t *testing.T) {
	for at := time.Date(1899, 12, 25, 0, 0, 0, 0, time.UTC); at.Year() < 2110; at = at.AddDate(0, 0, 1) {
		day := dayNumber(at)
		require.Equal(t, at.Format(time.DateOnly), civil(day))
		require.Equal(t, at.Weekday() == time.Saturday || at.Weekday() == time.Sunday, weekend(day), at)
	}
}

// daysOff are the days from Monday to Friday on which nobody works, and the weekend days on which
// people do, marked with a +.
func daysOff(b *Book, year int) (out []string) {
	for day := julian(year, 1, 1); day < julian(year+1, 1, 1); day++ {
		switch works := b.calendar.working(day); {
		case works && weekend(day):
			out = append(out, "+"+civil(day)[5:])
		case !works && !weekend(day):
			out = append(out, civil(day)[5:])
		}
	}
	return out
}

// As announced for offices: 2024 and 2025 by Bộ Lao động - Thương binh và Xã hội, 2026 by Bộ Nội vụ.
func TestTheDaysOffAreThoseThatWereAnnounced(t *testing.T) {
	b := embedded()
	require.Equal(t, []string{
		"01-01", "02-08", "02-09", "02-12", "02-13", "02-14", "04-18", "04-29", "04-30", "05-01", "+05-04", "09-02", "09-03",
	}, daysOff(b, 2024))
	require.Equal(t, []string{
		"01-01", "01-27", "01-28", "01-29", "01-30", "01-31", "04-07", "+04-26", "04-30", "05-01", "05-02", "09-01", "09-02",
	}, daysOff(b, 2025))
	require.Equal(t, []string{
		"01-01", "01-02", "+01-10", "02-16", "02-17", "02-18", "02-19", "02-20", "04-27", "04-30", "05-01", "+08-22", "08-31", "09-01", "09-02",
	}, daysOff(b, 2026))
}

// What the Prime Minister chose is known for the years that were announced, and inferred for others.
func TestTheDaysOffOfAnAnnouncedYearAreNotInferred(t *testing.T) {
	c := embedded().calendar
	for year, want := range map[int]string{2024: "secondary", 2025: "secondary", 2026: "secondary", 2027: "inferred"} {
		for _, id := range []string{"tet-am-lich", "quoc-khanh"} {
			var got []string
			for i := range c.holidays {
				h := &c.holidays[i]
				if date := civil(h.in(year)); h.ID == id && holds(h.From, h.To, date) && !c.newer(h, date) {
					got = append(got, h.Confidence)
				}
			}
			require.Equal(t, []string{want}, got, "%s %d", id, year)
		}
	}
	require.Equal(t, []string{
		"01-01", "02-05", "02-08", "02-09", "02-10", "02-11", "04-16", "04-30", "05-03", "09-01", "09-02",
	}, daysOff(embedded(), 2027))
}

// A year nobody has announced yet follows the law: 01/01/2028 is a Saturday, 30/04/2028 a Sunday.
func TestAHolidayOnAWeekendIsMadeUpForOnTheNextWorkingDay(t *testing.T) {
	b := embedded()
	require.Contains(t, daysOff(b, 2028), "01-03")
	require.Contains(t, daysOff(b, 2028), "05-02", "30/04 is a Sunday, 01/05 a Monday: Tuesday is off")
	require.NotContains(t, daysOff(b, 2028), "05-03")
	for year := 2018; year <= 2060; year++ {
		for _, day := range daysOff(b, year) {
			require.NotEmpty(t, day)
		}
		require.GreaterOrEqual(t, len(daysOff(b, year)), 10, year)
	}
	require.Contains(t, daysOff(b, 2060), "02-02", "Tết 2060, beyond the years that are kept")
}
