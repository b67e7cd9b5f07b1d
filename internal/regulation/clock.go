package regulation

import (
	"fmt"
	"time"
)

const (
	defaultTarget = time.Hour
	longestWarn   = 14 * 24 * time.Hour
	defaultOpens  = 60 * 24 * time.Hour
)

// midnight is when a day begins in Viet Nam.
func midnight(day int) time.Time {
	y, m, d := gregorian(day)
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, Zone).UTC()
}

// due is when a duty that started is due; nil for one without a time, and for one of the calendar.
func (c *Clock) due(cal *calendar, start time.Time) *time.Time {
	var at time.Time
	switch c.Unit {
	case UnitImmediate:
		at = start
	case UnitHours:
		at = start.Add(time.Duration(c.Value) * time.Hour)
	case UnitDays:
		if c.Count != CountCivilDay {
			at = start.Add(time.Duration(c.Value) * 24 * time.Hour)
			break
		}
		// The first day is not counted, the term ends at 24:00 of the last, and of the next
		// working day where the last is none (Bộ luật Dân sự 2015 Điều 147, Điều 148).
		last := dayNumber(start.In(Zone)) + c.Value
		if c.Rollover == RolloverWorking {
			last = cal.next(last)
		}
		at = midnight(last + 1)
	case UnitWorkingDays:
		last := dayNumber(start.In(Zone))
		for range c.Value {
			last = cal.next(last + 1)
		}
		at = midnight(last + 1)
	default:
		return nil
	}
	return &at
}

// end is when the duty of a year, or of a month, is due: "before 15/10" at 00:00 of 15/10,
// without a day at the end of the year or month.
func (c *Clock) end(year, month int) time.Time {
	if c.Unit == UnitMonth {
		return time.Date(year, time.Month(month)+1, 1, 0, 0, 0, 0, Zone).UTC()
	}
	if c.Before == "" {
		return time.Date(year+1, 1, 1, 0, 0, 0, 0, Zone).UTC()
	}
	m, d := monthDay(c.Before)
	return time.Date(year, time.Month(m), d, 0, 0, 0, 0, Zone).UTC()
}

// times sets when a duty is due, its target and when it is due soon.
func (c *Clock) times(cal *calendar, o *Obligation) {
	o.DueAt = c.due(cal, o.StartedAt)
	end := o.DueAt
	if c.Unit == UnitImmediate {
		o.Immediate = true
		target := o.StartedAt.Add(orElse(c.Target.Duration, defaultTarget))
		o.TargetAt, end = &target, &target
	}
	o.WarnAt = c.warnAt(o.StartedAt, end)
}

func (c *Clock) warnAt(start time.Time, end *time.Time) *time.Time {
	if end == nil {
		return nil
	}
	span := end.Sub(start)
	warn := end.Add(-min(orElse(c.Warn.Duration, min(span/4, longestWarn)), span)).Truncate(time.Second)
	return &warn
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}

// Words tell a clock to officers: "24 giờ kể từ khi phát hiện".
func (c Clock) Words() Text {
	start := startWords[c.Start]
	days, count := Text{"ngày", "days"}, Text{}
	if c.Unit == UnitWorkingDays {
		days = Text{"ngày làm việc", "working days"}
	}
	if c.Rollover == RolloverWorking {
		count = Text{", sang ngày làm việc kế tiếp nếu trùng ngày nghỉ", ", moved to the next working day"}
	}
	switch c.Unit {
	case UnitImmediate:
		return Text{"ngay " + start.VI, "at once " + start.EN}
	case UnitHours:
		return Text{fmt.Sprintf("%d giờ kể từ %s", c.Value, start.VI), fmt.Sprintf("%d hours %s", c.Value, start.EN)}
	case UnitDays, UnitWorkingDays:
		return Text{fmt.Sprintf("%d %s kể từ %s%s", c.Value, days.VI, start.VI, count.VI),
			fmt.Sprintf("%d %s %s%s", c.Value, days.EN, start.EN, count.EN)}
	case UnitDayOfYear:
		if c.Before == "" {
			return Text{"trong năm", "by the end of the year"}
		}
		m, d := monthDay(c.Before)
		return Text{fmt.Sprintf("trước ngày %02d/%02d", d, m), fmt.Sprintf("before %02d/%02d", d, m)}
	case UnitMonth:
		return Text{"hằng tháng", "by the end of the month"}
	}
	return Text{"không có thời hạn, kể từ " + start.VI, "without a time limit, " + start.EN}
}

var startWords = map[string]Text{
	StartDetected: {"khi phát hiện", "from detection"},
	StartReported: {"khi nhận báo cáo", "from the report"},
	StartLearned:  {"khi biết dữ kiện", "from when the facts are known"},
	StartFound:    {"khi phát hiện hành vi vi phạm", "from when the violation is found"},
	StartDecided:  {"khi quyết định là không thể tự xử lý", "from the decision that it cannot be handled"},
	StartResolved: {"khi khắc phục xong", "from the resolution"},
	StartCalendar: {"theo lịch", "by the calendar"},
}
