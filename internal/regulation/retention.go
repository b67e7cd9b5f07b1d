package regulation

import "time"

// Retention is how long a clause wants logs to be kept at least.
type Retention struct {
	Basis  string
	Months int
	Days   int
}

// LogRetentions are the clauses on logs. Which levels the systems of a province have is not
// known here, so that the longest holds.
var LogRetentions = []Retention{
	{Basis: "Quyết định 1293/2017/QĐ-UBND (Thanh Hóa) Điều 6.1", Days: 30},
	{Basis: "Nghị định 330/2026/NĐ-CP Điều 34.1.c", Days: 90},
	{Basis: "TCVN 14423:2026, cấp độ 5", Months: 12},
	{Basis: "Nghị định 333/2026/NĐ-CP Điều 16.6.c", Months: 12},
}

// KeepLogsFrom is the moment from which logs must still be there at now, and the clause that
// reaches back farthest; a day more, because a year before 29 February begins on the 28th.
func KeepLogsFrom(now time.Time) (time.Time, Retention) {
	var from time.Time
	var longest Retention
	for _, r := range LogRetentions {
		if at := now.In(Zone).AddDate(0, -r.Months, -r.Days-1); from.IsZero() || at.Before(from) {
			from, longest = at, r
		}
	}
	return from.UTC(), longest
}
