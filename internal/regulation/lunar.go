package regulation

import "math"

// The Vietnamese lunar calendar after Hồ Ngọc Đức, https://www.informatik.uni-leipzig.de/~duc/amlich/,
// with the mean motions of Jean Meeus, Astronomical Algorithms (1998). Days are Julian day numbers,
// civil in time zone 7.

const lunarZone = 7.0

// newMoon is the day on which the k-th new moon after 1900-01-01 falls.
func newMoon(k int) int {
	const rad = math.Pi / 180
	kk := float64(k)
	t := kk / 1236.85
	t2, t3 := t*t, t*t*t
	jd := 2415020.75933 + 29.53058868*kk + 0.0001178*t2 - 0.000000155*t3 +
		0.00033*math.Sin((166.56+132.87*t-0.009173*t2)*rad)
	m := (359.2242 + 29.10535608*kk - 0.0000333*t2 - 0.00000347*t3) * rad
	mp := (306.0253 + 385.81691806*kk + 0.0107306*t2 + 0.00001236*t3) * rad
	f := (21.2964 + 390.67050646*kk - 0.0016528*t2 - 0.00000239*t3) * rad
	c := (0.1734-0.000393*t)*math.Sin(m) + 0.0021*math.Sin(2*m) -
		0.4068*math.Sin(mp) + 0.0161*math.Sin(2*mp) - 0.0004*math.Sin(3*mp) +
		0.0104*math.Sin(2*f) - 0.0051*math.Sin(m+mp) - 0.0074*math.Sin(m-mp) +
		0.0004*math.Sin(2*f+m) - 0.0004*math.Sin(2*f-m) - 0.0006*math.Sin(2*f+mp) +
		0.0010*math.Sin(2*f-mp) + 0.0005*math.Sin(2*mp+m)
	delta := -0.000278 + 0.000265*t + 0.000262*t2
	if t < -11 {
		delta = 0.001 + 0.000839*t + 0.0002261*t2 - 0.00000845*t3 - 0.000000081*t*t3
	}
	return int(math.Floor(jd + c - delta + 0.5 + lunarZone/24))
}

// sunArc is which twelfth of its way the sun has reached at the beginning of a day: 0 from the
// spring equinox on, 9 from the winter solstice on.
func sunArc(day int) int {
	const rad = math.Pi / 180
	t := (float64(day) - 2451545.5 - lunarZone/24) / 36525
	t2 := t * t
	m := (357.52910 + 35999.05030*t - 0.0001559*t2 - 0.00000048*t*t2) * rad
	l := 280.46645 + 36000.76983*t + 0.0003032*t2 +
		(1.914600-0.004817*t-0.000014*t2)*math.Sin(m) + (0.019993-0.000101*t)*math.Sin(2*m) + 0.000290*math.Sin(3*m)
	l *= rad
	l -= 2 * math.Pi * math.Floor(l/(2*math.Pi))
	return int(math.Floor(l / math.Pi * 6))
}

// month11 is the first day of the eleventh lunar month of a year: the one with the winter solstice.
func month11(year int) int {
	k := int(math.Floor(float64(julian(year, 12, 31)-2415021) / 29.530588853))
	if day := newMoon(k); sunArc(day) < 9 {
		return day
	}
	return newMoon(k - 1)
}

// lunarDay is the day on which a day of a lunar month falls, the month not being a leap month.
// The months 11 and 12 are those at the end of the lunar year.
func lunarDay(year, month, day int) int {
	a, b := month11(year-1), month11(year)
	if month >= 11 {
		a, b = month11(year), month11(year+1)
	}
	k := int(math.Floor(0.5 + (float64(a)-2415021.076998695)/29.530588853))
	off := month - 11
	if off < 0 {
		off += 12
	}
	if b-a > 365 { // thirteen months: one of them has no principal term and is the leap month
		leap := 0
		for i := 1; i <= 13; i++ {
			if sunArc(newMoon(k+i)) == sunArc(newMoon(k+i+1)) {
				leap = i
				break
			}
		}
		if leap > 0 && off >= leap {
			off++
		}
	}
	return newMoon(k+off) + day - 1
}

// julian is the Julian day number of a Gregorian date.
func julian(year, month, day int) int {
	a := (14 - month) / 12
	y, m := year+4800-a, month+12*a-3
	return day + (153*m+2)/5 + 365*y + floorDiv(y, 4) - floorDiv(y, 100) + floorDiv(y, 400) - 32045
}

func floorDiv(a, b int) int { return int(math.Floor(float64(a) / float64(b))) }
