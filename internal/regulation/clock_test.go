package regulation

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func at(tb testing.TB, s string) time.Time {
	tb.Helper()
	out, err := time.ParseInLocation("2006-01-02 15:04:05", s, Zone)
	require.NoError(tb, err)
	return out.UTC()
}

func local(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.In(Zone).Format("2006-01-02 15:04:05")
}

func TestADutyIsDueToTheSecond(t *testing.T) {
	hours := func(n int) Clock { return Clock{Start: StartDetected, Unit: UnitHours, Value: n} }
	days := func(n int, rollover string) Clock {
		return Clock{Start: StartDetected, Unit: UnitDays, Value: n, Count: CountCivilDay, Rollover: rollover}
	}
	working := func(n int) Clock {
		return Clock{Start: StartDetected, Unit: UnitWorkingDays, Value: n, Count: CountCivilDay}
	}
	for _, c := range []struct {
		promise      string
		clock        Clock
		start, due   string
		target, warn string
	}{
		{"at once is at once, its target is not the law", Clock{Unit: UnitImmediate}, "2026-11-22 09:15:30", "2026-11-22 09:15:30", "2026-11-22 10:15:30", "2026-11-22 10:00:30"},
		{"at once, with a target of the file", Clock{Unit: UnitImmediate, Target: Span{4 * time.Hour}}, "2026-11-22 09:15:30", "2026-11-22 09:15:30", "2026-11-22 13:15:30", "2026-11-22 12:15:30"},
		{"24 hours over midnight", hours(24), "2026-08-19 23:59:59", "2026-08-20 23:59:59", "", "2026-08-20 17:59:59"},
		{"hours run over Tết", hours(72), "2026-02-14 08:00:00", "2026-02-17 08:00:00", "", "2026-02-16 14:00:00"},
		{"hours run over the midnight of UTC", hours(3), "2026-11-22 05:30:00", "2026-11-22 08:30:00", "", "2026-11-22 07:45:00"},
		{"hours run into the next year", hours(24), "2026-12-31 12:00:00", "2027-01-01 12:00:00", "", "2027-01-01 06:00:00"},
		{"days by the instant", Clock{Unit: UnitDays, Value: 5}, "2026-02-27 08:00:01", "2026-03-04 08:00:01", "", "2026-03-03 02:00:01"},
		{"the first day is not counted", days(5, ""), "2026-11-16 00:00:00", "2026-11-22 00:00:00", "", "2026-11-20 12:00:00"},
		{"nor is it at the end of the day", days(5, ""), "2026-11-16 23:59:59", "2026-11-22 00:00:00", "", "2026-11-20 17:59:59"},
		{"a term that ends on a Saturday stays there without rollover", days(5, ""), "2026-11-16 10:00:00", "2026-11-22 00:00:00", "", ""},
		{"a term that ends on a Saturday ends on Monday 24:00", days(5, RolloverWorking), "2026-11-16 10:00:00", "2026-11-24 00:00:00", "", ""},
		{"a term that ends on a Sunday ends on Monday 24:00", days(5, RolloverWorking), "2026-11-17 10:00:00", "2026-11-24 00:00:00", "", ""},
		{"a term that ends on a Friday ends there", days(5, RolloverWorking), "2026-11-15 10:00:00", "2026-11-21 00:00:00", "", ""},
		{"over Tết 2026: the first working day is 23/02", days(5, RolloverWorking), "2026-02-12 10:00:00", "2026-02-24 00:00:00", "", ""},
		{"over Tết 2025: the first working day is 03/02", days(5, RolloverWorking), "2025-01-24 10:00:00", "2025-02-04 00:00:00", "", ""},
		{"a term that ends on the day before a holiday ends there", days(5, RolloverWorking), "2026-04-24 10:00:00", "2026-04-30 00:00:00", "", ""},
		{"30/04 and 01/05 and a weekend", days(5, RolloverWorking), "2026-04-25 10:00:00", "2026-05-05 00:00:00", "", ""},
		{"Giỗ Tổ on a Sunday is made up for on Monday", days(1, RolloverWorking), "2026-04-25 10:00:00", "2026-04-29 00:00:00", "", ""},
		{"a Saturday that is worked in exchange", days(1, RolloverWorking), "2025-04-25 10:00:00", "2025-04-27 00:00:00", "", ""},
		{"a Friday that is off in exchange", days(1, RolloverWorking), "2025-05-01 10:00:00", "2025-05-06 00:00:00", "", ""},
		{"the local date counts, not that of UTC", days(1, ""), "2026-11-17 06:59:59", "2026-11-19 00:00:00", "", ""},
		{"a leap day", days(1, ""), "2028-02-28 10:00:00", "2028-03-01 00:00:00", "", ""},
		{"working days skip the weekend", working(3), "2026-11-19 10:00:00", "2026-11-25 00:00:00", "", ""},
		{"working days skip Tết", working(3), "2026-02-13 10:00:00", "2026-02-26 00:00:00", "", ""},
		{"working days that start on a Saturday", working(1), "2026-11-21 10:00:00", "2026-11-24 00:00:00", "", ""},
		{"without a limit there is no time", Clock{Unit: UnitNone}, "2026-11-21 10:00:00", "", "", ""},
		{"the warning of the file", Clock{Unit: UnitHours, Value: 72, Warn: Span{24 * time.Hour}}, "2026-11-01 00:00:00", "2026-11-04 00:00:00", "", "2026-11-03 00:00:00"},
		{"no warning before the start", Clock{Unit: UnitHours, Value: 1, Warn: Span{24 * time.Hour}}, "2026-11-01 00:00:00", "2026-11-01 01:00:00", "", "2026-11-01 00:00:00"},
		{"fourteen days of warning at most", days(365, ""), "2026-11-01 00:00:00", "2027-11-02 00:00:00", "", "2027-10-19 00:00:00"},
	} {
		t.Run(c.promise, func(t *testing.T) {
			o := Obligation{StartedAt: at(t, c.start)}
			c.clock.times(embedded().calendar, &o)
			require.Equal(t, c.due, local(o.DueAt))
			require.Equal(t, c.target, local(o.TargetAt))
			require.Equal(t, c.clock.Unit == UnitImmediate, o.Immediate)
			if c.warn != "" {
				require.Equal(t, c.warn, o.WarnAt.In(Zone).Format("2006-01-02 15:04:05.999"))
			}
		})
	}
}

func TestALaterStartIsNeverDueEarlier(t *testing.T) {
	cal := embedded().calendar
	rapid.Check(t, func(t *rapid.T) {
		c := Clock{
			Unit:     rapid.SampledFrom([]string{UnitImmediate, UnitHours, UnitDays, UnitWorkingDays}).Draw(t, "unit"),
			Value:    rapid.IntRange(1, 400).Draw(t, "value"),
			Count:    rapid.SampledFrom([]string{"", CountInstant, CountCivilDay}).Draw(t, "count"),
			Rollover: rapid.SampledFrom([]string{"", RolloverWorking}).Draw(t, "rollover"),
		}
		first := time.Unix(rapid.Int64Range(1_400_000_000, 2_700_000_000).Draw(t, "start"), 0)
		second := first.Add(time.Duration(rapid.Int64Range(0, 40*24*3600).Draw(t, "later")) * time.Second)
		a, b := c.due(cal, first), c.due(cal, second)
		if b.Before(*a) {
			t.Fatalf("%+v: from %s due %s, from %s due %s", c, first, a, second, b)
		}
		if a.Before(first) {
			t.Fatalf("%+v: due %s before its start %s", c, a, first)
		}
	})
}
