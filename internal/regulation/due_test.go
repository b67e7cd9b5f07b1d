package regulation

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func sources(tb testing.TB, names ...string) []Source {
	tb.Helper()
	var out []Source
	for _, n := range names {
		text, err := os.ReadFile("testdata/" + n)
		require.NoError(tb, err)
		out = append(out, Source{n, text})
	}
	return out
}

// small is a book of one national pack and one province, which no change of law moves.
func small(tb testing.TB, overlays ...string) *Book {
	tb.Helper()
	base := sources(tb, "national.yaml", "province.yaml")
	holidays, err := packs.ReadFile("packs/holidays.yaml")
	require.NoError(tb, err)
	b, err := load(append(base, Source{"holidays.yaml", holidays}), sources(tb, overlays...))
	require.NoError(tb, err)
	return b
}

func detected(tb testing.TB, s string, f Facts) Facts {
	tb.Helper()
	f.Detected = at(tb, s)
	return f
}

func TestTheClassIsThatOfThePackOfTheDayOfDetection(t *testing.T) {
	b := small(t)
	serious := Facts{Level: 4, Stated: map[string]bool{"may_spread": true, "owner_cannot_cope": true}}
	for _, c := range []struct {
		detected, class, pack string
		facts                 Facts
	}{
		{"2017-10-31 23:59:59", "", "", serious},
		{"2017-11-01 00:00:00", "serious", "qg-1", serious},
		{"2026-06-30 23:59:59", "serious", "qg-1", serious},
		{"2026-07-01 00:00:00", "", "", serious},
		{"2020-01-01 00:00:00", "ordinary", "qg-1", Facts{Level: 4, Stated: map[string]bool{"may_spread": true}}},
		{"2020-01-01 00:00:00", "ordinary", "qg-1", Facts{Level: 3, Stated: map[string]bool{"may_spread": true, "owner_cannot_cope": true}}},
	} {
		out := b.Due("tinh", detected(t, c.detected, c.facts))
		require.Equal(t, c.class, out.Class, c.detected)
		require.Equal(t, c.pack, out.Pack)
		require.Equal(t, c.pack, b.PackOn(c.detected[:10]))
		if c.class != "" {
			require.Contains(t, out.Facts, "owner_cannot_cope")
			require.Contains(t, out.Facts, "may_spread")
			require.NotContains(t, out.Facts, "level")
			require.NotEmpty(t, out.Classification.Basis)
		}
	}
	danger := Facts{Stated: map[string]bool{"danger_mass_attack": true}}
	out := b.Due("tinh", detected(t, "2025-01-01 00:00:00", danger))
	require.True(t, out.Dangerous)
	require.Equal(t, "Luật 1 Điều 20", out.DangerBasis)
	require.Equal(t, "ordinary", out.Class)
	require.False(t, b.Due("tinh", detected(t, "2024-12-31 23:59:59", danger)).Dangerous)
	require.Equal(t, Outcome{Classification: Classification{Book: b.Version()}}, b.Due("tinh", Facts{}))
	require.Empty(t, b.Due("nowhere", detected(t, "2020-01-01 00:00:00", serious)).Duties)
	require.Empty(t, (&Book{}).Due("tinh", detected(t, "2020-01-01 00:00:00", serious)).Duties)
}

func TestADutyKeepsTheFactsThatItsTriggerReads(t *testing.T) {
	b := small(t)
	f := detected(t, "2026-02-12 10:00:00", Facts{Level: 2, Severity: "high", OperatorRoles: []string{"operator"}, Channel: "api"})
	out := b.Due("tinh", f)
	require.Len(t, out.Duties, 3)
	var to []string
	for _, o := range out.Duties {
		require.Equal(t, "T-5d", o.Rule)
		require.Equal(t, "2017-11-01", o.RuleFrom)
		require.Equal(t, "qg-1", o.Pack)
		require.Equal(t, b.Version(), o.Book)
		require.Equal(t, "Thông tư 1 Điều 9", o.Basis)
		require.Equal(t, "2026-02-24 00:00:00", local(o.DueAt), "over Tết")
		to = append(to, o.ToRole)
		said, err := json.Marshal(o.Because)
		require.NoError(t, err)
		require.JSONEq(t, `{"serious":false,"level":2,"in_national_list":false,"control_lost":false,"may_spread":false,"owner_cannot_cope":false,
			"operator_roles":["operator"],"severity":"high"}`, string(said), "with those from which the class was made")
	}
	require.Equal(t, []string{"owner", "national_coordinator", "team"}, to)

	f.OperatorRoles = nil
	v := verdict(t, b, f, "T-5d")
	require.Equal(t, "facts", v.Why)
	said, err := json.Marshal(v.Because)
	require.NoError(t, err)
	require.JSONEq(t, `{"level":2,"in_national_list":false,"control_lost":false,"may_spread":false,"owner_cannot_cope":false,
		"operator_roles":[],"severity":"high"}`, string(said), "without the class, which another book may make otherwise")
}

func verdict(t *testing.T, b *Book, f Facts, id string) Verdict {
	t.Helper()
	all := b.Explain("tinh", f)
	i := slices.IndexFunc(all, func(v Verdict) bool { return v.Rule == id })
	require.GreaterOrEqual(t, i, 0)
	require.NotEmpty(t, all[i].Detail.VI)
	require.NotEmpty(t, all[i].Detail.EN)
	return all[i]
}

func TestARuleCountsOnTheDayOfItsOwnStart(t *testing.T) {
	b := small(t)
	serious := Facts{Level: 5, Stated: map[string]bool{"control_lost": true, "owner_cannot_cope": true}, Detected: at(t, "2026-05-20 08:00:00")}
	for _, c := range []struct{ decided, why, says string }{
		{"", "no_start", "chưa xảy ra"},
		{"2026-05-31 23:59:59", "holds", "không có thời hạn"},
		{"2026-06-01 00:00:00", "off", "Quyết định 9/QĐ-UBND Điều 3"},
		{"2026-08-31 23:59:59", "off", "Quyết định 9/QĐ-UBND Điều 3"},
		{"2026-09-01 00:00:00", "holds", "Phát sinh nghĩa vụ"},
	} {
		f := serious
		if c.decided != "" {
			f.Decided = at(t, c.decided)
		}
		v := verdict(t, b, f, "T-off")
		require.Equal(t, c.why, v.Why, c.decided)
		require.Contains(t, v.Detail.VI, c.says)
		require.Equal(t, c.why == "holds", v.Holds)
		duties := b.Due("tinh", f).Duties
		require.Equal(t, c.why == "holds", slices.ContainsFunc(duties, func(o Obligation) bool { return o.Rule == "T-off" }), c.decided)
		for _, o := range duties {
			if o.Rule != "T-off" {
				continue
			}
			require.Nil(t, o.DueAt)
			require.Nil(t, o.WarnAt)
			require.Empty(t, o.ToRole)
			require.True(t, o.Blocks)
			require.Equal(t, f.Decided, o.StartedAt)
		}
	}
	require.Equal(t, "not_in_force", verdict(t, b, detected(t, "2026-07-01 00:00:00", Facts{}), "T-5d").Why)
	require.Contains(t, verdict(t, b, detected(t, "2026-07-01 00:00:00", Facts{}), "T-5d").Detail.VI, "từ ngày 01/11/2017 đến trước ngày 01/07/2026")
	require.Equal(t, "calendar", verdict(t, b, serious, "T-year").Why)
	require.Equal(t, "Chưa đủ điều kiện phát sinh nghĩa vụ (Mức độ ảnh hưởng: cao; Vai trò của đơn vị vận hành: Công an, Quân sự; Sự cố nghiêm trọng: không).",
		verdict(t, b, detected(t, "2026-01-01 00:00:00", Facts{Severity: "high", OperatorRoles: []string{"police", "military"}}), "T-5d").Detail.VI)
	require.Contains(t, verdict(t, b, detected(t, "2026-01-01 00:00:00", Facts{}), "T-5d").Detail.VI, "Vai trò của đơn vị vận hành: chưa có")
}

func TestAnOverlayTurns24HoursInto12FromADayOn(t *testing.T) {
	before, after := small(t), small(t, "overlay-12h.yaml")
	due := func(b *Book, s string) string {
		out := b.Due("tinh", detected(t, s, Facts{})).Duties
		require.Len(t, out, 1)
		return out[0].RuleFrom + " " + local(out[0].DueAt)
	}
	require.Equal(t, "2026-07-01 2026-12-01 23:59:59", due(after, "2026-11-30 23:59:59"), "an older case keeps its time")
	require.Equal(t, due(before, "2026-11-30 23:59:59"), due(after, "2026-11-30 23:59:59"))
	require.Equal(t, "2026-12-01 2026-12-01 12:00:00", due(after, "2026-12-01 00:00:00"))
	require.Equal(t, "2026-07-01 2026-12-02 00:00:00", due(before, "2026-12-01 00:00:00"))
	require.NotEqual(t, before.Version(), after.Version())

	var why []string
	for _, v := range after.Explain("tinh", detected(t, "2026-12-01 00:00:00", Facts{})) {
		if v.Rule == "T-24h" {
			why = append(why, v.RuleFrom+" "+v.Pack+" "+v.Why)
		}
	}
	require.Equal(t, []string{"2026-07-01 qg-1 replaced", "2026-12-01 sua-doi-12h holds"}, why)
	require.Equal(t, []Change{{
		Province: "tinh", Rule: "T-24h", Title: Text{"Báo cáo ban đầu", "Initial report"}, From: "2026-12-01",
		Old: Text{"24 giờ kể từ khi phát hiện", "24 hours from detection"}, New: Text{"12 giờ kể từ khi phát hiện", "12 hours from detection"},
		Keys: []string{"clock"},
	}}, after.Changes(before))
	require.Empty(t, after.Changes(after))
}

func TestOverlaysAreLaidInTheirOrder(t *testing.T) {
	base := sources(t, "national.yaml", "province.yaml")
	file := func(id, from, to, value string, more string) Source {
		text := strings.NewReplacer("id: X-1", "id: "+id, "2026-12-01", from+to, "value: 24", "value: "+value).Replace(ruleHead + ruleRest)
		return Source{id + from + ".yaml", []byte(text + more)}
	}
	versions := func(overlays ...Source) (out []string) {
		b, err := load(base, overlays)
		if err != nil {
			return []string{err.Error()}
		}
		for _, r := range b.province("tinh").rules {
			if r.ID == "T-24h" || r.ID == "X-1" {
				out = append(out, r.ID+" "+r.From+" "+r.To+" "+r.Clock.Words().EN)
			}
		}
		return out
	}
	require.Equal(t, []string{"T-24h 2026-07-01 2026-12-01 24 hours from detection", "T-24h 2026-12-01 2027-06-01 6 hours from when the facts are known", "T-24h 2027-06-01  3 hours from when the facts are known"},
		versions(file("T-24h", "2026-12-01", "", "6", ""), file("T-24h", "2027-06-01", "", "3", "")))
	require.Equal(t, []string{"T-24h 2026-07-01  6 hours from when the facts are known"}, versions(file("T-24h", "2026-07-01", "", "6", "")), "the same id and day: in its place")
	require.Equal(t, []string{"T-24h 2026-07-01  24 hours from detection", "X-1 2026-12-01  24 hours from when the facts are known"}, versions(file("X-1", "2026-12-01", "", "24", "")))
	require.Contains(t, versions(file("T-24h", "2020-01-01", "", "6", ""))[0], "T-24h2020-01-01.yaml:9:11: quy định T-24h còn một phiên bản khác")
	require.Contains(t, versions(file("T-24h", "2020-01-01", "", "6", ""))[0], "rule T-24h has another version for the same days (qg-1, from 2026-07-01)")
	require.Equal(t, []string{"T-24h 2020-01-01 2026-07-01 6 hours from when the facts are known", "T-24h 2026-07-01  24 hours from detection"},
		versions(file("T-24h", "2020-01-01", "\n    to: 2026-07-01", "6", "")))
	two := file("T-24h", "2027-06-01", "", "3", strings.NewReplacer("id: X-1", "id: T-24h", "value: 24", "value: 6").Replace(ruleOf(ruleHead+ruleRest)))
	require.Equal(t, []string{"T-24h 2026-07-01 2026-12-01 24 hours from detection", "T-24h 2026-12-01 2027-06-01 6 hours from when the facts are known", "T-24h 2027-06-01  3 hours from when the facts are known"},
		versions(two), "the order within a file does not matter")
}

func TestAnOverlaySwitchesARuleOffBetweenTwoDays(t *testing.T) {
	off := Source{"off.yaml", []byte(header + "off: [{rule: T-24h, from: 2026-12-01, to: 2027-01-01, basis: Công văn 1}]\n")}
	b, err := load(sources(t, "national.yaml", "province.yaml"), []Source{off})
	require.NoError(t, err)
	for day, n := range map[string]int{"2026-11-30 23:59:59": 1, "2026-12-01 00:00:00": 0, "2026-12-31 23:59:59": 0, "2027-01-01 00:00:00": 1} {
		require.Len(t, b.Due("tinh", detected(t, day, Facts{})).Duties, n, day)
	}
	require.Len(t, b.Rules("tinh", "2026-11-30"), 4)
	require.Len(t, b.Rules("tinh", "2026-12-01"), 3)
}

func TestAnOverlayAddsARowToTheClassification(t *testing.T) {
	rows := Source{"rows.yaml", []byte(classHead + "    kind: class\n    value: serious\n    from: 2026-01-01\n    when: level == 5\n")}
	b, err := load(sources(t, "national.yaml", "province.yaml"), []Source{rows})
	require.NoError(t, err)
	require.Equal(t, "serious", b.Due("tinh", detected(t, "2026-01-01 00:00:00", Facts{Level: 5})).Class)
	require.Equal(t, "Quyết định 1/QĐ-UBND Điều 1", b.Due("tinh", detected(t, "2026-01-01 00:00:00", Facts{Level: 5})).Basis)
	require.Equal(t, "ordinary", b.Due("tinh", detected(t, "2025-12-31 23:59:59", Facts{Level: 5})).Class)
	require.Equal(t, "ordinary", b.Due("tinh", detected(t, "2026-01-01 00:00:00", Facts{Level: 4})).Class)
}

func TestTheCalendarHasEachDutyOnce(t *testing.T) {
	b := small(t)
	line := func(o Occurrence) string {
		return o.Rule + " " + o.Occurrence + " " + o.DebtorRole + ">" + o.ToRole + " " + local(&o.OpensAt)[:16] + " " + local(o.DueAt)[:16] + " " + local(o.WarnAt)[:16]
	}
	var lines []string
	for _, o := range b.Calendar("tinh", at(t, "2026-01-01 00:00:00"), at(t, "2027-01-01 00:00:00")) {
		lines = append(lines, line(o))
		require.Equal(t, o.OpensAt, o.StartedAt)
		require.Equal(t, StartCalendar, o.Start)
	}
	require.Equal(t, []string{
		"T-month 2026-07 police> 2026-07-01 00:00 2026-08-01 00:00 2026-07-24 06:00",
		"T-month 2026-08 police> 2026-08-01 00:00 2026-09-01 00:00 2026-08-24 06:00",
		"T-year 2026 operator>team 2026-08-16 00:00 2026-10-15 00:00 2026-10-01 00:00",
		"T-year 2026 operator>police 2026-08-16 00:00 2026-10-15 00:00 2026-10-01 00:00",
		"T-month 2026-09 police> 2026-09-01 00:00 2026-10-01 00:00 2026-09-23 12:00",
		"T-plan 2026 team> 2026-10-03 00:00 2027-01-01 00:00 2026-12-02 00:00",
	}, lines)

	// However the time is cut, each duty comes once.
	var cut []string
	for day := at(t, "2026-01-01 00:00:00"); day.Before(at(t, "2027-01-01 00:00:00")); day = day.Add(24 * time.Hour) {
		for _, o := range b.Calendar("tinh", day, day.Add(24*time.Hour)) {
			cut = append(cut, line(o))
		}
	}
	require.Equal(t, lines, cut)
	require.NotEmpty(t, b.Calendar("tinh", time.Time{}, at(t, "2026-11-22 00:00:00")))
	require.Less(t, len(b.Calendar("tinh", time.Time{}, at(t, "9999-01-01 00:00:00"))), 1000)
	require.Empty(t, b.Calendar("nowhere", time.Time{}, at(t, "2026-11-22 00:00:00")))
}

func TestAHostileTriggerIsStoppedAndCountsAsTrue(t *testing.T) {
	base := sources(t, "national.yaml", "province.yaml")
	hostile := strings.Replace(ruleHead+ruleRest, "when: security", "when: natures.all(a, natures.exists(b, a == b))", 1)
	b, err := load(base, []Source{{"hostile.yaml", []byte(hostile)}})
	require.NoError(t, err, "for what a case may hold it is cheap enough")
	f := Facts{Learned: at(t, "2026-12-02 00:00:00")}
	for range 5000 { // more than any case has
		f.Natures = append(f.Natures, strings.Repeat("x", 50))
	}
	f.Natures = append(f.Natures, "y")
	duties := b.Due("tinh", f).Duties
	require.Len(t, duties, 1)
	require.Equal(t, "X-1", duties[0].Rule)
}

func TestTheBookSaysWhatItWasMadeOf(t *testing.T) {
	a, err := Load()
	require.NoError(t, err)
	base, err := carried()
	require.NoError(t, err)
	require.Equal(t, base, a.Sources())
	require.Len(t, a.Version(), 64)
	overlay := []byte(header)
	b, err := Load(Source{"/etc/ungcuu/rules.yaml", overlay})
	require.NoError(t, err)
	c, err := Load(Source{"elsewhere.yaml", []byte(strings.ReplaceAll(header, "\n", "\r\n"))})
	require.NoError(t, err)
	require.Equal(t, b.Version(), c.Version(), "neither a path nor the ends of lines make another book")
	require.NotEqual(t, a.Version(), b.Version())
	overlay[0] = 'x'
	require.Equal(t, header, string(b.Sources()[len(base)].Text), "a book never changes")
	again, err := load(b.Sources()[:len(base)], b.Sources()[len(base):])
	require.NoError(t, err)
	require.Equal(t, b.Version(), again.Version(), "a kept book can be read again")
	for _, p := range Provinces() {
		profile, ok := a.Profile(p.Slug)
		require.True(t, ok)
		require.Equal(t, p.Prefix, profile.Prefix)
	}
}

func TestABookIsReadByManyAtOnce(t *testing.T) {
	b := small(t)
	f := Facts{Severity: "high", OperatorRoles: []string{"operator"}, Detected: at(t, "2026-02-12 10:00:00")}
	want := b.Due("tinh", f)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if got := b.Due("tinh", f); !reflect.DeepEqual(want, got) {
					t.Errorf("%+v", got)
				}
				b.Explain("tinh", f)
				b.Calendar("tinh", f.Detected, f.Detected.AddDate(2, 0, 0))
			}
		})
	}
	all.Wait()
}

// anyFacts draws the facts of a case, also such as no case has.
func anyFacts(t *rapid.T) Facts {
	stated := map[string]bool{}
	for _, f := range FactTable {
		if f.Type == "bool" && rapid.Bool().Draw(t, f.Name) {
			stated[f.Name] = rapid.Bool().Draw(t, f.Name+" is")
		}
	}
	text := func(name string, values []string) string {
		return rapid.OneOf(rapid.SampledFrom(append([]string{""}, values...)), rapid.String()).Draw(t, name)
	}
	texts := func(name string, values []string) []string {
		return rapid.SliceOfN(rapid.SampledFrom(values), 0, 4).Draw(t, name)
	}
	when := func(name string) time.Time {
		if rapid.IntRange(0, 3).Draw(t, name+" happened") == 0 {
			return time.Time{}
		}
		return time.Unix(rapid.Int64Range(1_400_000_000, 1_900_000_000).Draw(t, name), rapid.Int64Range(0, 999_999_999).Draw(t, name+" ns")).UTC()
	}
	return Facts{
		Natures: texts("natures", natureValues), Stated: stated, Level: rapid.IntRange(-1, 6).Draw(t, "level"),
		PriorityListed: rapid.Bool().Draw(t, "listed"), Category: text("category", nil), CategoryVN: text("vn", categoryValues),
		Severity: text("severity", severityValues), Channel: text("channel", channelValues),
		ReporterRoles: texts("reporter", Roles), OwnerRoles: texts("owner", Roles), OperatorRoles: texts("operator", Roles),
		ByTeam: rapid.Bool().Draw(t, "by team"), Detected: when("detected"), Reported: when("reported"), Learned: when("learned"),
		Found: when("found"), Decided: when("decided"), Resolved: when("resolved"),
	}
}

func TestDueIsAFunctionOfTheFacts(t *testing.T) {
	b, err := Load()
	require.NoError(t, err)
	same, err := Load(Source{"empty.yaml", []byte(header)})
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts(t)
		stated := maps.Clone(f.Stated)
		for _, p := range b.provinces {
			first, second, third := b.Due(p.Slug, f), b.Due(p.Slug, f), same.Due(p.Slug, f)
			require.Equal(t, first, second)
			for i := range third.Duties {
				third.Duties[i].Book = b.version
			}
			third.Book = b.version
			require.Equal(t, first, third, "an overlay that says nothing changes nothing")
			seen := map[string]bool{}
			for _, o := range first.Duties {
				key := o.Rule + ">" + o.ToRole
				require.False(t, seen[key], key)
				seen[key] = true
				require.NotEmpty(t, o.Basis)
				if o.DueAt != nil {
					require.False(t, o.DueAt.Before(o.StartedAt))
					require.False(t, o.WarnAt.Before(o.StartedAt.Truncate(time.Second)))
				}
			}
			held := map[string]bool{}
			for _, v := range b.Explain(p.Slug, f) {
				if v.Holds {
					held[v.Rule] = true
				}
			}
			for _, o := range first.Duties {
				require.True(t, held[o.Rule], "explained as it is")
				delete(seen, o.Rule+">"+o.ToRole)
			}
			require.Empty(t, seen)
		}
		require.Equal(t, stated, f.Stated)
	})
}

func TestTheFormOfADay(t *testing.T) {
	form := func(id, from string) string {
		return strings.NewReplacer("id: F-1", "id: "+id, "2030-01-01", from).Replace(formHead) + "    kind: final\n    fields: [{name: a, title: {vi: a, en: a}, type: text}]\n"
	}
	b := embedded()
	old, ok := b.Form("final", "2026-11-22")
	require.True(t, ok)
	later, err := Load(Source{"form.yaml", []byte(form(old.ID, "2026-12-01"))})
	require.NoError(t, err)
	for day, fields := range map[string]int{"2026-11-30": len(old.Fields), "2026-12-01": 1} {
		got, ok := later.Form("final", day)
		require.True(t, ok)
		require.Len(t, got.Fields, fields, day)
	}
	_, ok = b.Form("letter", "2026-11-22")
	require.False(t, ok)
}

func BenchmarkDue(b *testing.B) {
	book, err := Load()
	require.NoError(b, err)
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	f := Facts{
		Natures: []string{"personal_data"}, Stated: map[string]bool{"service_disrupted": true}, Level: 3, Severity: "high",
		Channel: "phone", OwnerRoles: []string{"owner"}, OperatorRoles: []string{"operator"}, ReporterRoles: []string{"operator"},
		Detected: now.Add(-time.Hour), Reported: now, Learned: now,
	}
	b.ReportAllocs()
	for b.Loop() {
		book.Due("son-la", f)
	}
	b.ReportMetric(float64(len(book.province("son-la").rules)), "rules")
	b.ReportMetric(float64(len(book.Due("son-la", f).Duties)), "duties")
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, err := Load()
		require.NoError(b, err)
	}
}
