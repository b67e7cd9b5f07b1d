package regulation

import (
	"strconv"
	"time"
)

// Holiday is a public holiday of every year (Bộ luật Lao động 2019 Điều 112): a day of the
// solar or of the lunar calendar, with its neighbours. Several may have the same id: in a year
// the one whose From is latest counts.
type Holiday struct {
	ID         string `yaml:"id"`
	Title      Text   `yaml:"title"`
	Instrument string `yaml:"instrument"`
	Clause     string `yaml:"clause"`
	Confidence string `yaml:"confidence"`
	From       string `yaml:"from"` // of the day itself
	To         string `yaml:"to"`
	Day        string `yaml:"day"`    // MM-DD
	Lunar      string `yaml:"lunar"`  // MM-DD of the Vietnamese lunar calendar, in place of Day
	Before     int    `yaml:"before"` // how many days before it are off as well
	After      int    `yaml:"after"`
}

// Swap is a working day that is off because a weekend day is worked instead, as the Prime
// Minister decides for a year (hoán đổi ngày làm việc).
type Swap struct {
	Off        string `yaml:"off"`
	Work       string `yaml:"work"`
	Instrument string `yaml:"instrument"`
	Clause     string `yaml:"clause"`
	Confidence string `yaml:"confidence"`
}

// calendar knows which days are worked. Days are Julian day numbers.
type calendar struct {
	holidays []Holiday
	off      map[int]bool // by swaps
	work     map[int]bool
	years    map[int]map[int]bool // the days off of the years that cases are about
}

const firstYear, lastYear = 2015, 2050

func newCalendar(holidays []Holiday, swaps []Swap) *calendar {
	c := &calendar{holidays: holidays, off: map[int]bool{}, work: map[int]bool{}, years: map[int]map[int]bool{}}
	for _, s := range swaps {
		off, _ := time.Parse(time.DateOnly, s.Off)
		work, _ := time.Parse(time.DateOnly, s.Work)
		c.off[dayNumber(off)], c.work[dayNumber(work)] = true, true
	}
	for y := firstYear; y <= lastYear; y++ {
		c.years[y] = c.holidaysOf(y)
	}
	return c
}

func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return julian(y, int(m), d)
}

// weekend says whether a day is a Saturday or a Sunday (Bộ luật Lao động 2019 Điều 111; Quyết
// định 188/1999/QĐ-TTg: offices work forty hours in five days).
func weekend(day int) bool { return (day%7+7)%7 >= 5 }

// holidaysOf are the days off of the holidays of a year. A holiday on a weekend is made up for
// on the next working day (Bộ luật Lao động 2019 Điều 111 khoản 3; 2012 Điều 115 khoản 3).
func (c *calendar) holidaysOf(year int) map[int]bool {
	days := map[int]bool{}
	var lost []int
	for i := range c.holidays {
		h := &c.holidays[i]
		at := h.in(year)
		if date := civil(at); !holds(h.From, h.To, date) || c.newer(h, date) {
			continue
		}
		for day := at - h.Before; day <= at+h.After; day++ {
			if !days[day] && weekend(day) {
				lost = append(lost, day)
			}
			days[day] = true
		}
	}
	for _, day := range lost {
		for days[day] || weekend(day) {
			day++
		}
		days[day] = true
	}
	return days
}

// newer says whether another version of a holiday takes precedence on a day.
func (c *calendar) newer(h *Holiday, date string) bool {
	for i := range c.holidays {
		if o := &c.holidays[i]; o.ID == h.ID && o.From > h.From && holds(o.From, o.To, date) {
			return true
		}
	}
	return false
}

// in is the day of a holiday in a year.
func (h *Holiday) in(year int) int {
	month, day := monthDay(h.Day + h.Lunar)
	if h.Lunar != "" {
		return lunarDay(year, month, day)
	}
	return julian(year, month, day)
}

// working says whether a day is worked.
func (c *calendar) working(day int) bool {
	if c == nil {
		return !weekend(day)
	}
	if c.work[day] {
		return true
	}
	if c.off[day] || weekend(day) {
		return false
	}
	year, _, _ := gregorian(day)
	return !c.year(year)[day] && !c.year(year - 1)[day]
}

func (c *calendar) year(y int) map[int]bool {
	if days, ok := c.years[y]; ok {
		return days
	}
	return c.holidaysOf(y)
}

// next is the first working day from a day on.
func (c *calendar) next(day int) int {
	for range 60 { // no country rests for two months; whatever an operator's file says, this ends
		if c.working(day) {
			return day
		}
		day++
	}
	return day
}

// monthDay reads MM-DD.
func monthDay(s string) (month, day int) {
	if len(s) != 5 || s[2] != '-' {
		return 0, 0
	}
	month, err := strconv.Atoi(s[:2])
	day, err2 := strconv.Atoi(s[3:])
	if err != nil || err2 != nil {
		return 0, 0
	}
	return month, day
}

// gregorian is the date of a Julian day number (Richards, 2013).
func gregorian(day int) (year, month, d int) {
	f := day + 1401 + floorDiv(floorDiv(4*day+274277, 146097)*3, 4) - 38
	e := 4*f + 3
	g := floorDiv(e-1461*floorDiv(e, 1461), 4)
	h := 5*g + 2
	d = (h%153)/5 + 1
	month = (h/153+2)%12 + 1
	return floorDiv(e, 1461) - 4716 + (12+2-month)/12, month, d
}

// civil writes the date of a day.
func civil(day int) string {
	y, m, d := gregorian(day)
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// holds says whether a civil date lies in a half-open span; empty is open.
func holds(from, to, date string) bool {
	return (from == "" || from <= date) && (to == "" || date < to)
}
