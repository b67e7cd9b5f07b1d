package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// readsAll is what the team reads.
var readsAll = policy.Actor{Roles: []policy.Role{policy.Officer}}.Reads()

// titles lists the cases of a query, the oldest first unless it says otherwise.
func titles(t *testing.T, st *store.Store, q store.IncidentQuery) []string {
	t.Helper()
	if q.Sort == "" {
		q.Sort = "reported_at"
	}
	if q.Sight == (policy.Sight{}) {
		q.Sight = all
	}
	q.Reads = readsAll
	listed, err := read(st).Incidents(q)
	require.NoError(t, err)
	out := []string{}
	for _, inc := range listed {
		out = append(out, inc.Title)
	}
	n, capped, err := read(st).CountIncidents(q, 1000)
	require.NoError(t, err)
	require.False(t, capped)
	if q.After == nil && q.Limit == 0 {
		require.Equal(t, len(out), n, "the count agrees with the list")
	}
	return out
}

func TestEachFilterNarrowsAList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		add := func(title string, minute int, edit func(*incident.Incident)) *incident.Incident {
			return d.create(t, func(inc *incident.Incident) {
				inc.Title, inc.ReportedAt, inc.UpdatedAt = title, at(minute), at(100-minute)
				if edit != nil {
					edit(inc)
				}
			})
		}
		a := add("a", 0, func(inc *incident.Incident) {
			inc.Status, inc.Severity, inc.Category = incident.Triaged, to(incident.High), to("availability.ddos")
			inc.Natures = []incident.Nature{incident.Cybercrime, incident.PersonalData}
			inc.AssigneeID = &d.lead
		})
		b := add("b", 1, func(inc *incident.Incident) {
			inc.Status, inc.Severity, inc.Category = incident.Closed, to(incident.Low), to("fraud.phishing")
			inc.Natures = []incident.Nature{incident.Cybercrime}
			inc.OwnerAgencyID, inc.AssigneeID = &d.ministry, &d.officer
		})
		c := add("c", 2, func(inc *incident.Incident) {
			inc.Exercise, inc.OperatorAgencyID = true, &d.ministry
			inc.LeadAgencyID = d.police
		})
		e := add("e", 3, func(inc *incident.Incident) { inc.ReportingAgencyID = d.ministry })
		now := at(50)
		d.createDuty(t, a, func(x *incident.Duty) { x.TargetAt, x.DueAt = to(at(49)), to(at(99)) })
		d.createDuty(t, a, func(x *incident.Duty) { x.TargetAt = to(at(60)) })
		d.createDuty(t, b, func(x *incident.Duty) { x.DueAt, x.OwedByID = to(at(40)), d.police })
		d.createDuty(t, c, func(x *incident.Duty) { x.DueAt, x.Status = to(at(40)), incident.DutyFulfilled })
		d.createDuty(t, c, nil) // without any time it is never overdue
		d.createDuty(t, e, func(x *incident.Duty) { x.TargetAt = to(at(50)) })
		d.createDuty(t, e, func(x *incident.Duty) { x.TargetAt, x.DueAt = to(at(60)), to(at(40)) })

		for name, f := range map[string]struct {
			q    store.IncidentQuery
			want string
		}{
			"none":             {store.IncidentQuery{}, "a b c e"},
			"status":           {store.IncidentQuery{Status: []string{"triaged"}}, "a"},
			"statuses":         {store.IncidentQuery{Status: []string{"triaged", "closed"}}, "a b"},
			"unknown status":   {store.IncidentQuery{Status: []string{"x"}}, ""},
			"severity":         {store.IncidentQuery{Severity: []string{"low", "high"}}, "a b"},
			"category":         {store.IncidentQuery{Category: []string{"fraud.phishing"}}, "b"},
			"nature":           {store.IncidentQuery{Nature: []string{"cybercrime"}}, "a b"},
			"natures":          {store.IncidentQuery{Nature: []string{"personal_data", "state_secret_exposure"}}, "a"},
			"quotes":           {store.IncidentQuery{Status: []string{`"`, `\`, "triaged", "{,}", "NULL"}}, "a"},
			"agency":           {store.IncidentQuery{AgencyID: d.ministry}, "b c e"},
			"leading agency":   {store.IncidentQuery{AgencyID: d.police}, "c"},
			"reporting agency": {store.IncidentQuery{AgencyID: d.operator}, "a b c"},
			"agency, no id":    {store.IncidentQuery{AgencyID: "x"}, ""},
			"assignee":         {store.IncidentQuery{AssigneeID: d.lead}, "a"},
			"assignee, upper":  {store.IncidentQuery{AssigneeID: strings.ToUpper(d.lead)}, "a"},
			"assignee, no id":  {store.IncidentQuery{AssigneeID: "x"}, ""},
			"reported after":   {store.IncidentQuery{ReportedAfter: to(at(1))}, "b c e"},
			"reported before":  {store.IncidentQuery{ReportedBefore: to(at(1))}, "a"},
			"updated after":    {store.IncidentQuery{UpdatedAfter: to(at(98))}, "a b c"},
			"exercise":         {store.IncidentQuery{Exercise: to(true)}, "c"},
			"real":             {store.IncidentQuery{Exercise: to(false)}, "a b e"},
			"overdue":          {store.IncidentQuery{Overdue: to(true), Now: now}, "a b"},
			"not overdue":      {store.IncidentQuery{Overdue: to(false), Now: now}, "c e"},
			"overdue, a moment later": {
				store.IncidentQuery{Overdue: to(true), Now: now.Add(1000)}, "a b e"},
			"overdue of police":     {store.IncidentQuery{Overdue: to(true), OverdueOwedBy: d.police, Now: now}, "b"},
			"not overdue of police": {store.IncidentQuery{Overdue: to(false), OverdueOwedBy: d.police, Now: now}, "a c e"},
			"overdue of nobody":     {store.IncidentQuery{Overdue: to(true), OverdueOwedBy: "x", Now: now}, ""},
			"not overdue of nobody": {store.IncidentQuery{Overdue: to(false), OverdueOwedBy: "x", Now: now}, "a b c e"},
			"all together": {store.IncidentQuery{
				Status: []string{"triaged", "closed"}, Nature: []string{"cybercrime"}, Severity: []string{"low"}, Q: "b", Overdue: to(true), Now: now,
			}, "b"},
		} {
			require.Equal(t, strings.Fields(f.want), titles(t, st, f.q), name)
		}
	})
}

func TestAPartnersFilterTellsNothingOfItsReporterCases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		for i, s := range []incident.Sight{{AsReporter: true}, {AsPartner: true}, {AsReporter: true, AsPartner: true}} {
			inc := d.create(t, func(inc *incident.Incident) {
				inc.Title, inc.ReportedAt, inc.Natures = fmt.Sprint(i), at(i), []incident.Nature{incident.Cybercrime}
			})
			s.AgencyID = d.police
			write(t, st, func(tx *store.Tx) error { return tx.SetSights(inc.ID, []incident.Sight{s}) })
		}
		q := store.IncidentQuery{Sight: policy.Sight{AgencyID: d.police}, Nature: []string{"cybercrime"}}
		require.Equal(t, []string{"0", "1", "2"}, titles(t, st, q))
		q.PartnerOnly = true
		require.Equal(t, []string{"1", "2"}, titles(t, st, q))
		q.Sight = policy.Sight{All: true}
		require.Empty(t, titles(t, st, q), "without an agency there is no partner")
	})
}

func TestPagesMeetWithoutGapOrRepeat(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		var ids []string
		for i := range 10 {
			inc := d.create(t, func(inc *incident.Incident) {
				inc.ReportedAt, inc.UpdatedAt = at(i/4), at(-i/4) // several at the same time
			})
			ids = append(ids, inc.ID)
		}
		for _, sort := range []string{"", "reported_at", "-reported_at", "updated_at", "-updated_at"} {
			var whole []string
			everything, err := read(st).Incidents(store.IncidentQuery{Sight: all, Sort: sort})
			require.NoError(t, err)
			for _, inc := range everything {
				whole = append(whole, inc.ID)
			}
			require.ElementsMatch(t, ids, whole)
			q := store.IncidentQuery{Sight: all, Sort: sort, Limit: 3}
			var paged []string
			for {
				page, err := read(st).Incidents(q)
				require.NoError(t, err)
				more := len(page) > q.Limit
				if more {
					require.Len(t, page, q.Limit+1)
					page = page[:q.Limit]
				}
				for _, inc := range page {
					paged = append(paged, inc.ID)
				}
				if !more {
					break
				}
				last := page[len(page)-1]
				q.After = &store.Position{At: last.ReportedAt, ID: last.ID}
				if strings.HasSuffix(sort, "updated_at") {
					q.After.At = last.UpdatedAt
				}
			}
			require.Equal(t, whole, paged, sort)
		}
		newest, err := read(st).Incidents(store.IncidentQuery{Sight: all})
		require.NoError(t, err)
		require.Equal(t, ids[9], newest[0].ID, "the newest comes first")
		none, err := read(st).Incidents(store.IncidentQuery{Sight: all, After: &store.Position{At: t0, ID: "x"}})
		require.NoError(t, err)
		require.Empty(t, none)

		n, capped, err := read(st).CountIncidents(store.IncidentQuery{Sight: all, Limit: 2, After: &store.Position{At: t0, ID: ids[3]}}, 9)
		require.NoError(t, err)
		require.Equal(t, 9, n)
		require.True(t, capped)
		n, capped, err = read(st).CountIncidents(store.IncidentQuery{Sight: all}, 10)
		require.NoError(t, err)
		require.Equal(t, 10, n)
		require.False(t, capped)
	})
}

func TestSearchIgnoresCaseAndDiacritics(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		add := func(title, code string) {
			d.create(t, func(inc *incident.Incident) { inc.Title, inc.Code = title, code })
		}
		const ddos, leak, long = "Tấn công từ chối dịch vụ", "Lộ dữ liệu ĐĂNG NHẬP (đợt 2)", "long"
		add(ddos, "SL-2026-000001")
		add(norm.NFD.String(leak), "SL-2026-000002")
		word := strings.Repeat("ă", 5000)
		add(long+" "+word, "SL-2026-000012")
		for q, want := range map[string]string{
			"tan cong tu choi":         ddos,
			"Tấn CÔNG":                 ddos,
			norm.NFD.String("tấn"):     ddos,
			"từ chối tấn":              ddos, // in any order
			"choi dich v":              ddos, // the last as a prefix
			"tan con tu":               "",   // the others whole
			"dang nhap":                leak,
			"đăng nhập":                leak,
			"Đợ":                       leak,
			"đợt-2":                    leak,
			"du lieu, (dot)":           leak,
			"SL-2026-000001":           ddos,
			"000002":                   leak,
			"long":                     long,
			word:                       long,
			strings.Repeat("a", 4_000): long,
			"tan cong khong co":        "",
			"%":                        "",
			"a_":                       long,
			" - ":                      "",
			"'; drop table incidents":  "",
		} {
			got := titles(t, st, store.IncidentQuery{Q: q})
			if want == "" {
				require.Empty(t, got, q)
				continue
			}
			require.Len(t, got, 1, q)
			require.True(t, strings.HasPrefix(norm.NFC.String(got[0]), want), q)
		}
		require.Len(t, titles(t, st, store.IncidentQuery{Q: "sl-2026-0"}), 3)
		require.Len(t, titles(t, st, store.IncidentQuery{Q: ""}), 3)
	})
}

func TestANewTitleIsFoundAndTheOldOneIsNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, func(inc *incident.Incident) {
			inc.Title, inc.Code, inc.Natures = "Tấn công tấn công", "X-1", []incident.Nature{incident.Cybercrime}
		})
		other := d.create(t, func(inc *incident.Incident) { inc.Title = "Tấn công" })
		inc.Title = "Lừa đảo"
		inc.Natures = []incident.Nature{incident.PersonalData, incident.SecurityViolation, incident.PersonalData}
		inc.Version = 2
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.SetTexts(inc.ID, (&incident.Case{Incident: inc}).Texts()))
			return tx.SaveIncident(inc, 1)
		})
		require.Equal(t, []string{other.Title}, titles(t, st, store.IncidentQuery{Q: "tan"}))
		require.Equal(t, []string{inc.Title}, titles(t, st, store.IncidentQuery{Q: "lua dao x"}))
		require.Empty(t, titles(t, st, store.IncidentQuery{Nature: []string{"cybercrime"}}))
		got, err := read(st).Case(inc.ID)
		require.NoError(t, err)
		require.Equal(t, []incident.Nature{incident.SecurityViolation, incident.PersonalData}, got.Natures, "each once, in the usual order")
	})
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"Tấn công từ chối dịch vụ": "tan cong tu choi dich vu",
		"ĐỨC đức Đđ":               "duc duc dd",
		norm.NFD.String("Ưu ơi"):   "uu oi",
		"SL-2026-000123":           "sl 2026 000123",
		"a.b_c/d":                  "a b c d",
		"  x  ":                    "x",
		"1.234,5":                  "1 234 5",
		"İstanbul":                 "istanbul",
		"日本 語":                     "日本 語",
		strings.Repeat("ô", 70):    strings.Repeat("o", 64),
	} {
		require.Equal(t, want, strings.Join(store.Fold(in), " "), in)
	}
}
