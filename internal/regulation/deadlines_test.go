package regulation

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// moment reads a time as lawyers write it, in Viet Nam: 28/02/2025 23:59:59.
func moment(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("02/01/2006 15:04:05", s, Zone)
	require.NoError(t, err)
	return at.UTC()
}

// The facts of the tables, in words.
var situations = map[string]Facts{
	"sự cố thông thường":                    {},
	"báo cáo do đội tự nhập":                {ByTeam: true},
	"hệ thống quân sự":                      {Stated: map[string]bool{"military_system": true}},
	"nghiêm trọng":                          {Level: 4, Stated: map[string]bool{"control_lost": true, "owner_cannot_cope": true}},
	"nghiêm trọng, hệ thống quân sự":        {Level: 4, Stated: map[string]bool{"control_lost": true, "owner_cannot_cope": true, "military_system": true}},
	"có thể vượt khả năng":                  {Stated: map[string]bool{"exceeds_capacity": true}},
	"cấp độ 5, vượt khả năng":               {Level: 5, Stated: map[string]bool{"exceeds_capacity": true}},
	"quân sự cấp độ 5, vượt khả năng":       {Level: 5, Stated: map[string]bool{"exceeds_capacity": true, "military_system": true}},
	"dấu hiệu xâm phạm an ninh":             {Stated: map[string]bool{"security_order_signs": true}},
	"gián đoạn nghiêm trọng":                {Stated: map[string]bool{"serious_disruption": true}},
	"dấu hiệu trên hệ thống quân sự":        {Stated: map[string]bool{"security_order_signs": true, "military_system": true}},
	"vi phạm an ninh thông tin":             {Natures: []string{"security_violation"}},
	"vi phạm, hệ thống ưu tiên":             {Natures: []string{"security_violation"}, PriorityListed: true},
	"hệ thống ưu tiên":                      {PriorityListed: true},
	"khủng bố mạng":                         {Natures: []string{"cyber_terrorism"}},
	"xung đột thông tin":                    {Natures: []string{"information_conflict"}},
	"tình huống nguy hiểm":                  {Stated: map[string]bool{"danger_mass_attack": true}},
	"lộ bí mật nhà nước":                    {Natures: []string{"state_secret_exposure"}},
	"dữ liệu cá nhân":                       {Natures: []string{"personal_data"}, Stated: map[string]bool{"personal_data_may_harm": true}},
	"dữ liệu cá nhân, đơn vị khác vận hành": {Natures: []string{"personal_data"}, OperatorRoles: []string{"operator"}},
	"dữ liệu sinh trắc học":                 {Natures: []string{"personal_data"}, Stated: map[string]bool{"personal_data_biometric": true}},
	"dữ liệu tài chính":                     {Natures: []string{"personal_data"}, Stated: map[string]bool{"personal_data_financial": true}},
	"doanh nghiệp vận hành":                 {OperatorRoles: []string{"provider"}, ReporterRoles: []string{"operator"}},
	"doanh nghiệp báo, chưa rõ":             {ReporterRoles: []string{"provider"}},
	"công an báo vi phạm":                   {Natures: []string{"security_violation"}, ReporterRoles: []string{"police"}},
	"quân sự báo phương hại":                {Natures: []string{"national_security"}, ReporterRoles: []string{"military"}},
	"hệ thống của Bộ Quốc phòng":            {OwnerRoles: []string{"military"}},
	"hệ thống của Công an":                  {OwnerRoles: []string{"police"}},
	"doanh nghiệp báo, sở y tế vận hành":    {OperatorRoles: []string{"operator"}, ReporterRoles: []string{"provider"}},
}

// from are the facts of a situation whose start events, all of them but those of a decision, of a
// violation and of a resolution, happened at one moment.
func from(t *testing.T, situation string, at time.Time) Facts {
	t.Helper()
	f, ok := situations[situation]
	require.True(t, ok, situation)
	f.Detected, f.Reported, f.Learned = at, at, at
	return f
}

// told writes duties as the tables do: rule, who owes, who is told, by when. «ngay» is at once, with
// the internal target, «—» is no time.
func duties(list []Obligation) []string {
	out := []string{}
	for _, o := range list {
		out = append(out, fmt.Sprintf("%s: %s → %s: %s", o.Rule, o.OwedBy, o.ToRole, timeOf(o)))
	}
	slices.Sort(out)
	return out
}

func timeOf(o Obligation) string {
	switch {
	case o.Immediate:
		return fmt.Sprintf("ngay, mốc %s", o.TargetAt.In(Zone).Format("02/01/2006 15:04:05"))
	case o.DueAt == nil:
		return "—"
	}
	return o.DueAt.In(Zone).Format("02/01/2006 15:04:05")
}

// deadlines: each deadline that a case can trigger, under the pack of its time. The start event of
// the rule is at the moment that is given.
var deadlines = []struct {
	pack, rule, province, situation, start string // start: the event from which it counts
	at                                     string // when that was
	owes, told, due                        string
}{
	// Quyết định 05/2017/QĐ-TTg, Thông tư 20/2017/TT-BTTTT: 5 ngày, ngay.
	{"national-2017", "TT20-9.2", "son-la", "sự cố thông thường", "detected", "28/02/2025 23:59:59", "operator", "owner", "06/03/2025 00:00:00"},
	{"national-2017", "TT20-9.2", "thanh-hoa", "sự cố thông thường", "detected", "05/06/2020 08:15:30", "operator", "national_coordinator", "11/06/2020 00:00:00"},
	{"national-2025", "TT20-9.2", "son-la", "sự cố thông thường", "detected", "01/03/2025 00:00:00", "operator", "team", "07/03/2025 00:00:00"},
	{"national-2025", "TT20-9.2", "son-la", "sự cố thông thường", "detected", "30/06/2026 23:59:59", "operator", "national_coordinator", "06/07/2026 00:00:00"},
	// Tết 17/02/2026 and the weekend of 21–22/02/2026: calendar days go on.
	{"national-2025", "TT20-9.2", "son-la", "sự cố thông thường", "detected", "14/02/2026 16:30:00", "operator", "national_coordinator", "20/02/2026 00:00:00"},
	{"national-2025", "QD05-11.1.a", "son-la", "sự cố thông thường", "detected", "17/02/2026 00:00:00", "operator", "national_coordinator", "23/02/2026 00:00:00"},
	{"national-2017", "QD05-11.1.a", "ninh-thuan", "sự cố thông thường", "detected", "16/03/2017 10:00:00", "operator", "owner", "22/03/2017 00:00:00"},
	{"national-2017", "QD05-11.1.a-khan", "son-la", "có thể vượt khả năng", "learned", "28/02/2025 10:00:00", "operator", "national_coordinator", "ngay, mốc 28/02/2025 11:00:00"},
	{"national-2025", "QD05-11.1.a-khan", "son-la", "nghiêm trọng", "learned", "30/06/2026 23:30:00", "operator", "team", "ngay, mốc 01/07/2026 00:30:00"},
	{"national-2017", "QD05-11.2-dien-bien", "son-la", "nghiêm trọng", "learned", "01/08/2024 10:00:00", "operator", "national_coordinator", "—"},
	{"national-2025", "QD05-11.2-dien-bien", "son-la", "nghiêm trọng", "learned", "01/08/2025 10:00:00", "operator", "national_coordinator", "—"},
	{"national-2017", "TT20-9.2-ket-thuc", "son-la", "sự cố thông thường", "resolved", "28/02/2025 10:00:00", "operator", "national_coordinator", "—"},
	{"national-2025", "TT20-9.2-ket-thuc", "son-la", "sự cố thông thường", "resolved", "30/06/2026 10:00:00", "operator", "national_coordinator", "—"},
	{"national-2017", "QD05-11.2-ket-thuc", "son-la", "nghiêm trọng", "resolved", "28/02/2025 10:00:00", "operator", "national_coordinator", "—"},
	{"national-2025", "QD05-11.2-ket-thuc", "son-la", "nghiêm trọng", "resolved", "01/03/2025 10:00:00", "operator", "national_coordinator", "—"},
	{"national-2017", "QD05-12.1.c", "son-la", "sự cố thông thường", "reported", "28/02/2025 10:00:00", "team", "reporter", "ngay, mốc 28/02/2025 11:00:00"},
	{"national-2025", "QD05-12.1.c", "bac-giang", "sự cố thông thường", "reported", "30/06/2026 10:00:00", "team", "reporter", "ngay, mốc 30/06/2026 11:00:00"},
	{"national-2017", "QD05-12.1.b", "son-la", "sự cố thông thường", "reported", "28/02/2025 10:00:00", "team", "owner", "ngay, mốc 28/02/2025 11:00:00"},
	{"national-2025", "QD05-12.1.b", "son-la", "sự cố thông thường", "reported", "01/03/2025 10:00:00", "team", "national_coordinator", "ngay, mốc 01/03/2025 11:00:00"},
	{"national-2017", "QD05-12.1.b-chuc-nang", "thanh-hoa", "vi phạm an ninh thông tin", "learned", "10/10/2020 10:00:00", "team", "police", "ngay, mốc 10/10/2020 11:00:00"},
	{"national-2025", "QD05-12.1.b-chuc-nang", "ninh-thuan", "vi phạm an ninh thông tin", "learned", "10/10/2025 10:00:00", "team", "police", "ngay, mốc 10/10/2025 11:00:00"},
	{"national-2017", "QD05-12.1.e", "son-la", "sự cố thông thường", "decided", "28/02/2025 10:00:00", "team", "leadership", "—"},
	{"national-2025", "QD05-12.1.e", "son-la", "sự cố thông thường", "decided", "30/06/2026 10:00:00", "team", "leadership", "—"},
	{"national-2017", "QD05-12.1.d", "thanh-hoa", "sự cố thông thường", "decided", "28/02/2025 10:00:00", "team", "national_coordinator", "—"},
	{"national-2025", "QD05-12.1.d", "son-la", "sự cố thông thường", "decided", "30/06/2026 10:00:00", "team", "national_coordinator", "—"},
	{"national-2017", "L24-21.4", "son-la", "tình huống nguy hiểm", "learned", "01/01/2019 00:00:00", "reporter", "police", "ngay, mốc 01/01/2019 04:00:00"},
	{"national-2025", "L24-21.4", "son-la", "tình huống nguy hiểm", "learned", "30/06/2026 23:59:59", "reporter", "police", "ngay, mốc 01/07/2026 03:59:59"},
	{"national-2017", "L29-lo-bi-mat", "son-la", "lộ bí mật nhà nước", "learned", "28/02/2026 23:59:59", "owner", "police", "ngay, mốc 01/03/2026 00:59:59"},
	{"national-2017", "ND142-14", "thanh-hoa", "xung đột thông tin", "resolved", "30/06/2026 10:00:00", "owner", "police", "—"},

	// Luật 116/2025/QH15, Nghị định 331, 333/2026/NĐ-CP: ngay, 24 giờ, 72 giờ.
	{"national-2026", "L116-40.1.c", "son-la", "sự cố thông thường", "detected", "01/07/2026 00:00:00", "owner", "national_coordinator", "—"},
	{"national-2026", "L116-40.1.c", "son-la", "sự cố thông thường", "detected", "18/08/2026 23:59:59", "owner", "national_coordinator", "—"},
	{"national-2026", "L116-40.1.c-qp", "son-la", "hệ thống quân sự", "detected", "18/08/2026 23:59:59", "owner", "military", "—"},
	{"national-2026", "L116-40.1.c-ket-thuc", "son-la", "sự cố thông thường", "resolved", "18/08/2026 23:59:59", "owner", "national_coordinator", "—"},
	{"national-2026", "ND331-31.2.d-nguyen-nhan", "son-la", "sự cố thông thường", "detected", "19/08/2026 00:00:00", "owner", "national_coordinator", "22/08/2026 00:00:00"},
	// A Friday: hours go on over the weekend. And over Tết 06/02/2027.
	{"national-2026", "ND331-31.2.d-nguyen-nhan", "bac-giang", "sự cố thông thường", "detected", "20/11/2026 16:59:59", "owner", "national_coordinator", "23/11/2026 16:59:59"},
	{"national-2026", "ND331-31.2.d-nguyen-nhan", "ninh-thuan", "sự cố thông thường", "detected", "05/02/2027 17:30:00", "owner", "national_coordinator", "08/02/2027 17:30:00"},
	{"national-2026", "ND331-31.2.d-nguyen-nhan-qp", "son-la", "hệ thống quân sự", "detected", "19/08/2026 08:00:00", "owner", "military", "22/08/2026 08:00:00"},
	{"national-2026", "ND331-31.2.d-ban-dau", "son-la", "nghiêm trọng", "detected", "19/08/2026 00:00:01", "owner", "national_coordinator", "20/08/2026 00:00:01"},
	{"national-2026", "ND331-31.2.d-ban-dau", "thanh-hoa", "nghiêm trọng", "detected", "31/12/2026 22:00:00", "owner", "national_coordinator", "01/01/2027 22:00:00"},
	{"national-2026", "ND331-31.2.d-ban-dau-qp", "son-la", "nghiêm trọng, hệ thống quân sự", "detected", "19/08/2026 08:00:00", "owner", "military", "20/08/2026 08:00:00"},
	{"national-2026", "ND331-31.2.d-ngay", "son-la", "dấu hiệu xâm phạm an ninh", "learned", "19/08/2026 00:00:00", "owner", "national_coordinator", "ngay, mốc 19/08/2026 01:00:00"},
	{"national-2026", "ND331-31.2.d-ngay", "son-la", "gián đoạn nghiêm trọng", "learned", "22/11/2026 09:00:00", "owner", "national_coordinator", "ngay, mốc 22/11/2026 10:00:00"},
	{"national-2026", "ND331-31.2.d-ngay-qp", "son-la", "dấu hiệu trên hệ thống quân sự", "learned", "19/08/2026 08:00:00", "owner", "military", "ngay, mốc 19/08/2026 09:00:00"},
	{"national-2026", "ND331-31.2.d-cuoi", "son-la", "sự cố thông thường", "resolved", "19/08/2026 00:00:00", "owner", "national_coordinator", "—"},
	{"national-2026", "ND331-31.2.d-cuoi-qp", "son-la", "hệ thống quân sự", "resolved", "19/08/2026 00:00:00", "owner", "military", "—"},
	{"national-2026", "ND331-31.2.c", "son-la", "nghiêm trọng", "resolved", "22/11/2026 09:00:00", "owner", "", "—"},
	{"national-2026", "ND331-10.2.d", "son-la", "nghiêm trọng", "resolved", "22/11/2026 09:00:00", "owner", "", "—"},
	{"national-2026", "ND333-9.3.c", "son-la", "cấp độ 5, vượt khả năng", "learned", "19/08/2026 08:00:00", "owner", "national_coordinator", "ngay, mốc 19/08/2026 09:00:00"},
	{"national-2026", "ND333-9.3.c-qp", "son-la", "quân sự cấp độ 5, vượt khả năng", "learned", "19/08/2026 08:00:00", "owner", "military", "ngay, mốc 19/08/2026 09:00:00"},
	{"national-2026", "L116-41.3", "son-la", "doanh nghiệp vận hành", "detected", "01/07/2026 00:00:00", "provider", "national_coordinator", "ngay, mốc 01/07/2026 01:00:00"},
	{"national-2026", "L116-41.3", "son-la", "doanh nghiệp báo, chưa rõ", "detected", "22/11/2026 09:00:00", "provider", "national_coordinator", "ngay, mốc 22/11/2026 10:00:00"},
	{"national-2026", "L116-20.4", "son-la", "tình huống nguy hiểm", "learned", "01/07/2026 00:00:00", "reporter", "police", "ngay, mốc 01/07/2026 04:00:00"},
	{"national-2026", "L116-20.3", "son-la", "tình huống nguy hiểm", "learned", "01/07/2026 00:00:00", "owner", "", "ngay, mốc 01/07/2026 01:00:00"},
	{"national-2026", "L116-19.3", "son-la", "khủng bố mạng", "learned", "01/07/2026 00:00:00", "reporter", "police", "ngay, mốc 01/07/2026 04:00:00"},
	{"national-2026", "L116-12.3", "thanh-hoa", "vi phạm an ninh thông tin", "learned", "01/07/2026 00:00:00", "owner", "police", "ngay, mốc 01/07/2026 04:00:00"},
	{"national-2026", "L117-lo-bi-mat", "son-la", "lộ bí mật nhà nước", "learned", "01/03/2026 00:00:00", "owner", "police", "ngay, mốc 01/03/2026 01:00:00"},

	// Nghị định 13/2023/NĐ-CP, until the day before Luật 91/2025/QH15.
	{"national-2017", "ND13-23.1", "son-la", "dữ liệu cá nhân", "violation_found", "01/07/2023 00:00:00", "owner", "data_protection_authority", "04/07/2023 00:00:00"},
	{"national-2017", "ND13-23.1", "thanh-hoa", "dữ liệu cá nhân", "violation_found", "31/12/2025 23:59:59", "owner", "data_protection_authority", "03/01/2026 23:59:59"},
	{"national-2017", "ND13-23.5", "bac-giang", "dữ liệu cá nhân", "learned", "31/12/2025 23:59:59", "owner", "", "—"},

	// Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP: from when the violation was found, not the incident.
	{"national-2026", "L91-23.1", "son-la", "dữ liệu cá nhân", "violation_found", "01/01/2026 00:00:00", "owner", "data_protection_authority", "04/01/2026 00:00:00"},
	{"national-2026", "L91-23.1", "bac-giang", "dữ liệu cá nhân", "violation_found", "22/11/2026 23:15:45", "owner", "data_protection_authority", "25/11/2026 23:15:45"},
	{"national-2026", "L91-23.1-ben-xu-ly", "son-la", "dữ liệu cá nhân, đơn vị khác vận hành", "violation_found", "22/11/2026 09:00:00", "operator", "owner", "ngay, mốc 22/11/2026 13:00:00"},
	{"national-2026", "L91-23.2", "son-la", "dữ liệu cá nhân", "learned", "22/11/2026 09:00:00", "owner", "", "—"},
	{"national-2026", "ND356-29", "son-la", "dữ liệu sinh trắc học", "violation_found", "22/11/2026 09:00:00", "owner", "", "25/11/2026 09:00:00"},
	{"national-2026", "ND356-8.3", "son-la", "dữ liệu tài chính", "violation_found", "22/11/2026 09:00:00", "owner", "data_protection_authority", "25/11/2026 09:00:00"},
	{"national-2026", "ND356-8.3-chu-the", "son-la", "dữ liệu tài chính", "violation_found", "22/11/2026 09:00:00", "owner", "", "25/11/2026 09:00:00"},

	// The regulations of the provinces.
	{"son-la", "SL-6.1.e", "son-la", "vi phạm an ninh thông tin", "learned", "27/11/2017 00:00:00", "team", "police", "ngay, mốc 27/11/2017 01:00:00"},
	{"son-la", "SL-6.1.e", "son-la", "xung đột thông tin", "learned", "22/11/2026 09:00:00", "team", "police", "ngay, mốc 22/11/2026 10:00:00"},
	{"son-la", "SL-6.1.c", "son-la", "sự cố thông thường", "decided", "22/11/2026 09:00:00", "team", "military", "—"},
	{"son-la", "SL-6.1.d", "son-la", "sự cố thông thường", "decided", "22/11/2026 09:00:00", "team", "national_coordinator", "—"},
	{"son-la", "SL-6.2.b", "son-la", "công an báo vi phạm", "learned", "22/11/2026 09:00:00", "police", "military", "—"},
	{"son-la", "SL-6.3.a", "son-la", "quân sự báo phương hại", "learned", "22/11/2026 09:00:00", "military", "police", "ngay, mốc 22/11/2026 13:00:00"},
	{"bac-giang", "BG-7.1.e", "bac-giang", "vi phạm, hệ thống ưu tiên", "learned", "20/01/2025 00:00:00", "team", "police", "ngay, mốc 20/01/2025 01:00:00"},
	{"bac-giang", "BG-7.3.b", "bac-giang", "hệ thống ưu tiên", "detected", "20/01/2025 00:00:00", "operator", "team", "ngay, mốc 20/01/2025 04:00:00"},
	{"bac-giang", "BG-7.3.b", "bac-giang", "hệ thống ưu tiên", "detected", "22/11/2026 09:00:00", "operator", "police", "ngay, mốc 22/11/2026 13:00:00"},
	{"ninh-thuan", "NT-3", "ninh-thuan", "sự cố thông thường", "decided", "12/04/2024 08:00:00", "team", "leadership", "ngay, mốc 12/04/2024 12:00:00"},
}

func TestEveryDeadlineOfACaseIsDueToTheSecond(t *testing.T) {
	b := embedded()
	for _, row := range deadlines {
		at := moment(t, row.at)
		f := from(t, row.situation, at)
		switch row.start {
		case StartFound:
			// A violation is found later than the incident: its clock is its own.
			f.Detected, f.Reported, f.Learned, f.Found = at.Add(-48*time.Hour), at.Add(-47*time.Hour), at.Add(-47*time.Hour), at
		case StartDecided:
			f.Decided = at
		case StartResolved:
			f.Resolved = at
		}
		var got []string
		for _, o := range b.Due(row.province, f).Duties {
			if o.Rule == row.rule && o.ToRole == row.told {
				require.Equal(t, row.start, o.Start, row.rule)
				got = append(got, fmt.Sprintf("%s %s %s", o.Pack, o.OwedBy, timeOf(o)))
			}
		}
		require.Equal(t, []string{fmt.Sprintf("%s %s %s", row.pack, row.owes, row.due)}, got, "%s %s, %s, %s", row.rule, row.told, row.situation, row.at)
	}
}

// changes: what one incident of Sơn La calls for when it is detected, on each side of each change
// of law.
var changes = []struct {
	situation, detected string
	pack                string // the national pack in force
	duties              []string
}{
	{"sự cố thông thường", "22/11/2015 09:00:00", "", []string{}},
	{"vi phạm an ninh thông tin", "22/11/2015 09:00:00", "", []string{}},
	{"sự cố thông thường", "15/03/2017 23:59:59", "", []string{}},
	{"sự cố thông thường", "31/10/2017 09:00:00", "", []string{
		"QD05-11.1.a: operator → national_coordinator: 06/11/2017 00:00:00",
		"QD05-11.1.a: operator → owner: 06/11/2017 00:00:00",
		"QD05-11.1.a: operator → team: 06/11/2017 00:00:00",
		"QD05-12.1.b: team → national_coordinator: ngay, mốc 31/10/2017 10:00:00",
		"QD05-12.1.b: team → operator: ngay, mốc 31/10/2017 10:00:00",
		"QD05-12.1.b: team → owner: ngay, mốc 31/10/2017 10:00:00",
		"QD05-12.1.c: team → reporter: ngay, mốc 31/10/2017 10:00:00",
	}},
	{"sự cố thông thường", "28/02/2025 09:00:00", "national-2017", []string{
		"QD05-11.1.a: operator → national_coordinator: 06/03/2025 00:00:00",
		"QD05-11.1.a: operator → owner: 06/03/2025 00:00:00",
		"QD05-11.1.a: operator → team: 06/03/2025 00:00:00",
		"QD05-12.1.b: team → national_coordinator: ngay, mốc 28/02/2025 10:00:00",
		"QD05-12.1.b: team → operator: ngay, mốc 28/02/2025 10:00:00",
		"QD05-12.1.b: team → owner: ngay, mốc 28/02/2025 10:00:00",
		"QD05-12.1.c: team → reporter: ngay, mốc 28/02/2025 10:00:00",
		"TT20-9.2: operator → national_coordinator: 06/03/2025 00:00:00",
		"TT20-9.2: operator → owner: 06/03/2025 00:00:00",
		"TT20-9.2: operator → team: 06/03/2025 00:00:00",
	}},
	{"sự cố thông thường", "01/03/2025 09:00:00", "national-2025", []string{
		"QD05-11.1.a: operator → national_coordinator: 07/03/2025 00:00:00",
		"QD05-11.1.a: operator → owner: 07/03/2025 00:00:00",
		"QD05-11.1.a: operator → team: 07/03/2025 00:00:00",
		"QD05-12.1.b: team → national_coordinator: ngay, mốc 01/03/2025 10:00:00",
		"QD05-12.1.b: team → operator: ngay, mốc 01/03/2025 10:00:00",
		"QD05-12.1.b: team → owner: ngay, mốc 01/03/2025 10:00:00",
		"QD05-12.1.c: team → reporter: ngay, mốc 01/03/2025 10:00:00",
		"TT20-9.2: operator → national_coordinator: 07/03/2025 00:00:00",
		"TT20-9.2: operator → owner: 07/03/2025 00:00:00",
		"TT20-9.2: operator → team: 07/03/2025 00:00:00",
	}},
	{"sự cố thông thường", "30/06/2026 09:00:00", "national-2025", []string{
		"QD05-11.1.a: operator → national_coordinator: 06/07/2026 00:00:00",
		"QD05-11.1.a: operator → owner: 06/07/2026 00:00:00",
		"QD05-11.1.a: operator → team: 06/07/2026 00:00:00",
		"QD05-12.1.b: team → national_coordinator: ngay, mốc 30/06/2026 10:00:00",
		"QD05-12.1.b: team → operator: ngay, mốc 30/06/2026 10:00:00",
		"QD05-12.1.b: team → owner: ngay, mốc 30/06/2026 10:00:00",
		"QD05-12.1.c: team → reporter: ngay, mốc 30/06/2026 10:00:00",
		"TT20-9.2: operator → national_coordinator: 06/07/2026 00:00:00",
		"TT20-9.2: operator → owner: 06/07/2026 00:00:00",
		"TT20-9.2: operator → team: 06/07/2026 00:00:00",
	}},
	{"sự cố thông thường", "01/07/2026 09:00:00", "national-2026", []string{"L116-40.1.c: owner → national_coordinator: —"}},
	{"sự cố thông thường", "18/08/2026 09:00:00", "national-2026", []string{"L116-40.1.c: owner → national_coordinator: —"}},
	{"sự cố thông thường", "19/08/2026 09:00:00", "national-2026", []string{"ND331-31.2.d-nguyen-nhan: owner → national_coordinator: 22/08/2026 09:00:00"}},
	{"sự cố thông thường", "22/11/2026 09:00:00", "national-2026", []string{"ND331-31.2.d-nguyen-nhan: owner → national_coordinator: 25/11/2026 09:00:00"}},
	{"báo cáo do đội tự nhập", "22/11/2026 09:00:00", "national-2026", []string{"ND331-31.2.d-nguyen-nhan: owner → national_coordinator: 25/11/2026 09:00:00"}},
	{"doanh nghiệp báo, sở y tế vận hành", "22/11/2026 09:00:00", "national-2026", []string{"ND331-31.2.d-nguyen-nhan: owner → national_coordinator: 25/11/2026 09:00:00"}},
	{"có thể vượt khả năng", "22/11/2026 09:00:00", "national-2026", []string{"ND331-31.2.d-nguyen-nhan: owner → national_coordinator: 25/11/2026 09:00:00"}},
	{"hệ thống quân sự", "22/11/2026 09:00:00", "national-2026", []string{"ND331-31.2.d-nguyen-nhan-qp: owner → military: 25/11/2026 09:00:00"}},
	{"nghiêm trọng", "18/08/2026 09:00:00", "national-2026", []string{"L116-40.1.c: owner → national_coordinator: —"}},
	{"nghiêm trọng", "19/08/2026 09:00:00", "national-2026", []string{
		"ND331-31.2.d-ban-dau: owner → national_coordinator: 20/08/2026 09:00:00",
		"ND331-31.2.d-nguyen-nhan: owner → national_coordinator: 22/08/2026 09:00:00",
	}},
	{"vi phạm an ninh thông tin", "22/11/2026 09:00:00", "national-2026", []string{
		"L116-12.3: owner → police: ngay, mốc 22/11/2026 13:00:00",
		"ND331-31.2.d-nguyen-nhan: owner → national_coordinator: 25/11/2026 09:00:00",
		"SL-6.1.e: team → police: ngay, mốc 22/11/2026 10:00:00",
	}},
	// TT 20/2017 and QĐ 05/2017 leave out what the two ministries run.
	{"hệ thống của Công an", "28/02/2025 09:00:00", "national-2017", []string{"QD05-12.1.c: team → reporter: ngay, mốc 28/02/2025 10:00:00"}},
	{"hệ thống của Bộ Quốc phòng", "28/02/2025 09:00:00", "national-2017", []string{"QD05-12.1.c: team → reporter: ngay, mốc 28/02/2025 10:00:00"}},
}

func TestEachSideOfAChangeOfLawHasItsOwnDuties(t *testing.T) {
	b := embedded()
	for _, row := range changes {
		out := b.Due("son-la", from(t, row.situation, moment(t, row.detected)))
		require.Equal(t, row.pack, out.Pack, row.detected)
		require.Equal(t, row.pack == "", out.Class == "", "no pack in force says so: %s", row.detected)
		require.Equal(t, row.duties, duties(out.Duties), "%s, %s", row.situation, row.detected)
	}
}

func TestARuleIsChosenByTheDayOfItsOwnStartEvent(t *testing.T) {
	f := from(t, "sự cố thông thường", moment(t, "28/06/2026 09:00:00"))
	f.Resolved = moment(t, "22/11/2026 09:00:00")
	var got []string
	for _, o := range embedded().Due("son-la", f).Duties {
		got = append(got, o.Rule)
	}
	require.Contains(t, got, "TT20-9.2", "detected under the old law")
	require.Contains(t, got, "ND331-31.2.d-cuoi", "resolved under the new")
	require.NotContains(t, got, "TT20-9.2-ket-thuc")
	require.NotContains(t, got, "ND331-31.2.d-nguyen-nhan")
}

// No incident ends without a final report, whichever law it was detected and resolved under.
func TestAFinalReportIsDueOnEachSideOfEachChangeOfLaw(t *testing.T) {
	for _, row := range []struct{ situation, detected, resolved, final string }{
		{"sự cố thông thường", "27/02/2025 09:00:00", "28/02/2025 09:00:00", "TT20-9.2-ket-thuc"},
		{"sự cố thông thường", "28/02/2025 09:00:00", "01/03/2025 09:00:00", "TT20-9.2-ket-thuc"},
		{"nghiêm trọng", "28/02/2025 09:00:00", "30/06/2026 09:00:00", "QD05-11.2-ket-thuc"},
		{"sự cố thông thường", "28/06/2026 09:00:00", "01/07/2026 00:00:00", "L116-40.1.c-ket-thuc"},
		{"nghiêm trọng", "28/02/2025 09:00:00", "10/07/2026 09:00:00", "L116-40.1.c-ket-thuc"},
		{"sự cố thông thường", "02/07/2026 09:00:00", "18/08/2026 23:59:59", "L116-40.1.c-ket-thuc"},
		{"sự cố thông thường", "28/02/2025 09:00:00", "19/08/2026 00:00:00", "ND331-31.2.d-cuoi"},
		{"nghiêm trọng", "02/07/2026 09:00:00", "22/11/2026 09:00:00", "ND331-31.2.d-cuoi"},
	} {
		for _, province := range pageProvinces {
			f := from(t, row.situation, moment(t, row.detected))
			f.Resolved = moment(t, row.resolved)
			var finals []string
			for _, o := range embedded().Due(province, f).Duties {
				if slices.Equal(o.Ways, []string{"report:final"}) && o.ToRole == "national_coordinator" {
					require.True(t, o.Blocks, o.Rule)
					finals = append(finals, o.Rule)
				}
			}
			require.Equal(t, []string{row.final}, finals, "%s: %s, detected %s, resolved %s", province, row.situation, row.detected, row.resolved)
		}
	}
}

// Quyết định 05/2017/QĐ-TTg Điều 1 leaves out what the two ministries run, in every duty but that of
// the receipt, which who reported is given for whatever system.
func TestDecision05AsksNothingOfTheSystemsOfTheTwoMinistries(t *testing.T) {
	for _, situation := range []string{"hệ thống của Bộ Quốc phòng", "hệ thống của Công an", "hệ thống quân sự"} {
		for _, day := range []string{"28/02/2025 09:00:00", "30/06/2026 09:00:00"} {
			f := from(t, situation, moment(t, day))
			f.Natures, f.Level = []string{"security_violation"}, 4
			f.Stated = map[string]bool{"control_lost": true, "owner_cannot_cope": true, "military_system": f.Stated["military_system"]}
			f.Decided, f.Resolved = f.Detected, f.Detected
			for _, province := range pageProvinces {
				for _, o := range embedded().Due(province, f).Duties {
					if strings.HasPrefix(o.Rule, "QD05") || strings.HasPrefix(o.Rule, "TT20") {
						require.Equal(t, "QD05-12.1.c", o.Rule, "%s, %s, %s", province, situation, day)
					}
				}
			}
		}
	}
}

func TestAnIncidentThatTurnsOutSeriousUnderALaterLawIsStillReported(t *testing.T) {
	f := from(t, "nghiêm trọng", moment(t, "30/06/2026 09:00:00"))
	f.Learned = moment(t, "22/11/2026 09:00:00")
	require.Equal(t, []string{
		"QD05-11.1.a: operator → national_coordinator: 06/07/2026 00:00:00",
		"QD05-11.1.a: operator → owner: 06/07/2026 00:00:00",
		"QD05-11.1.a: operator → team: 06/07/2026 00:00:00",
	}, slices.DeleteFunc(duties(embedded().Due("son-la", f).Duties), func(line string) bool { return !strings.HasPrefix(line, "QD05-11") }))
}

func TestBacGiangRulesHoldForPrioritySystemsAlone(t *testing.T) {
	at := moment(t, "22/11/2026 09:00:00")
	for _, o := range embedded().Due("bac-giang", from(t, "vi phạm an ninh thông tin", at)).Duties {
		require.NotEqual(t, "bac-giang", o.Pack, o.Rule)
	}
	require.Contains(t, duties(embedded().Due("bac-giang", from(t, "vi phạm, hệ thống ưu tiên", at)).Duties), "BG-7.1.e: team → police: ngay, mốc 22/11/2026 10:00:00")
}

// classes: Quyết định 05/2017/QĐ-TTg Điều 9 asks for both conditions at once.
var classes = []struct {
	detected         string
	level            int
	list             bool
	fact             string // of khoản 1 điểm a–đ
	cannotCope       bool
	class, dangerous string // dangerous: the clause of the situation
}{
	{"28/02/2025 09:00:00", 4, false, "service_disrupted", true, "serious", ""},
	{"28/02/2025 09:00:00", 5, false, "state_secret_may_leak", true, "serious", ""},
	{"01/03/2025 09:00:00", 4, false, "important_data_unrecoverable", true, "serious", ""},
	{"30/06/2026 09:00:00", 4, false, "control_lost", true, "serious", ""},
	{"01/07/2026 09:00:00", 4, false, "may_spread", true, "serious", ""},
	{"19/08/2026 09:00:00", 3, true, "control_lost", true, "serious", ""}, // the national list stands for level 4
	{"28/02/2025 09:00:00", 4, false, "control_lost", false, "ordinary", ""},
	{"28/02/2025 09:00:00", 4, false, "", true, "ordinary", ""},
	{"28/02/2025 09:00:00", 3, false, "control_lost", true, "ordinary", ""}, // level 3 never under A
	{"01/03/2025 09:00:00", 3, false, "may_spread", true, "ordinary", ""},   // nor B
	{"30/06/2026 09:00:00", 3, false, "service_disrupted", true, "ordinary", ""},
	{"22/11/2026 09:00:00", 3, false, "control_lost", true, "ordinary", ""},
	{"22/11/2026 09:00:00", 0, false, "control_lost", true, "ordinary", ""}, // level not known
	{"22/11/2015 09:00:00", 5, true, "control_lost", true, "", ""},          // no pack in force
	{"31/12/2018 09:00:00", 0, false, "danger_mass_attack", false, "ordinary", ""},
	{"01/01/2019 09:00:00", 0, false, "danger_mass_attack", false, "ordinary", "Luật An ninh mạng 24/2018/QH14 Điều 21 khoản 1 điểm c"},
	{"30/06/2026 09:00:00", 0, false, "danger_incitement", false, "ordinary", "Luật An ninh mạng 24/2018/QH14 Điều 21 khoản 1 điểm a"},
	{"01/07/2026 09:00:00", 0, false, "danger_security_system", false, "ordinary", "Luật An ninh mạng 116/2025/QH15 Điều 20 khoản 1 điểm b"},
	{"22/11/2026 09:00:00", 0, false, "danger_key_works", false, "ordinary", "Luật An ninh mạng 116/2025/QH15 Điều 20 khoản 1 điểm d"},
	{"22/11/2026 09:00:00", 0, false, "danger_sovereignty", false, "ordinary", "Luật An ninh mạng 116/2025/QH15 Điều 20 khoản 1 điểm đ"},
}

func TestAnIncidentIsSeriousOnBothConditionsAtOnce(t *testing.T) {
	for _, row := range classes {
		f := Facts{
			Level: row.level, Stated: map[string]bool{"in_national_list": row.list, "owner_cannot_cope": row.cannotCope},
			Detected: moment(t, row.detected),
		}
		if row.fact != "" {
			f.Stated[row.fact] = true
		}
		for _, province := range pageProvinces {
			out := embedded().Due(province, f)
			require.Equal(t, row.class, out.Class, "%+v", row)
			require.Equal(t, row.dangerous, out.DangerBasis, "%+v", row)
			require.Equal(t, row.dangerous != "", out.Dangerous, "%+v", row)
		}
	}
}

// years: what agencies owe by the calendar, and the moment at which it is due ("before 15/10" is
// due when 15/10 begins).
var years = []struct {
	province, year string
	duties         []string
}{
	{"son-la", "2024", []string{
		"SL-8.1.a 2024: team → police: 01/01/2025 00:00:00",
		"SL-9.2 2024: team → leadership: 01/01/2025 00:00:00",
		"TT12-13.4-chu-quan 2024: owner → national_coordinator: 25/12/2024 00:00:00",
		"TT12-13.4-chuyen-trach 2024: team → leadership: 20/12/2024 00:00:00",
		"TT12-13.4-van-hanh 2024: operator → owner: 20/12/2024 00:00:00",
		"TT20-5.3 2024: team → national_coordinator: 01/01/2025 00:00:00",
		"TT20-6-nam 2024: team → national_coordinator: 15/12/2024 00:00:00",
		"TT20-6-nua-nam 2024: team → national_coordinator: 20/06/2024 00:00:00",
	}},
	{"thanh-hoa", "2025", []string{
		"TH-8.8 2025: operator → team: 15/10/2025 00:00:00",
		"TH-8.8-tong-hop 2025: team → leadership: 01/01/2026 00:00:00",
		"TH-9.2.c 2025: team → : 01/01/2026 00:00:00",
		"TH-9.2.dd 2025: team → : 01/01/2026 00:00:00",
		"TH-9.2.e 2025: team → leadership: 01/01/2026 00:00:00",
		"TH-9.2.e 2025: team → national_coordinator: 01/01/2026 00:00:00",
		"TT12-13.4-chu-quan 2025: owner → national_coordinator: 25/12/2025 00:00:00",
		"TT12-13.4-chuyen-trach 2025: team → leadership: 20/12/2025 00:00:00",
		"TT12-13.4-van-hanh 2025: operator → owner: 20/12/2025 00:00:00",
		"TT20-5.3 2025: team → national_coordinator: 01/01/2026 00:00:00",
		"TT20-6-nam 2025: team → national_coordinator: 15/12/2025 00:00:00",
		"TT20-6-nua-nam 2025: team → national_coordinator: 20/06/2025 00:00:00",
	}},
	// The half-yearly report of 2026 is the last of TT 20/2017; the yearly ones are those of NĐ 331/2026.
	{"ninh-thuan", "2026", []string{
		"ND331-35.4-chu-quan 2026: owner → national_coordinator: 25/12/2026 00:00:00",
		"ND331-35.4-chuyen-trach 2026: team → leadership: 20/12/2026 00:00:00",
		"ND331-35.4-van-hanh 2026: operator → owner: 20/12/2026 00:00:00",
		"ND333-8.5.b 2026: security_system_owner → national_coordinator: 01/10/2026 00:00:00",
		"TT20-6-nua-nam 2026: team → national_coordinator: 20/06/2026 00:00:00",
	}},
}

// ofTheYear are the duties of the calendar whose occurrence is, or begins with, the year.
func ofTheYear(t *testing.T, province, year string, keep func(Occurrence) bool) []string {
	t.Helper()
	begin := moment(t, "01/01/"+year+" 00:00:00")
	var out []string
	for _, o := range embedded().Calendar(province, begin.AddDate(-1, 0, 0), begin.AddDate(1, 2, 0)) {
		if strings.HasPrefix(o.Occurrence, year) && keep(o) {
			require.True(t, o.OpensAt.Before(*o.DueAt))
			out = append(out, fmt.Sprintf("%s %s: %s → %s: %s", o.Rule, o.Occurrence, o.DebtorRole, o.ToRole, o.DueAt.In(Zone).Format("02/01/2006 15:04:05")))
		}
	}
	slices.Sort(out)
	return out
}

func TestTheCalendarOfAYear(t *testing.T) {
	for _, row := range years {
		require.Equal(t, row.duties, ofTheYear(t, row.province, row.year, func(Occurrence) bool { return true }), "%s %s", row.province, row.year)
	}
}

func TestBacGiangReviewsVulnerabilitiesEveryMonth(t *testing.T) {
	own := ofTheYear(t, "bac-giang", "2026", func(o Occurrence) bool { return o.Pack == "bac-giang" })
	require.Len(t, own, 12*2+3)
	for _, line := range []string{
		"BG-7.2.c 2026-02: police → operator: 01/03/2026 00:00:00", "BG-7.2.c 2026-02: police → team: 01/03/2026 00:00:00",
		"BG-7.2.c 2026-12: police → team: 01/01/2027 00:00:00", "BG-5.1.a 2026: team → leadership: 01/01/2027 00:00:00",
		"BG-8.1 2026: team → police: 01/01/2027 00:00:00", "BG-11.2 2026: police → leadership: 01/01/2027 00:00:00",
	} {
		require.Contains(t, own, line)
	}
	require.NotContains(t, ofTheYear(t, "bac-giang", "2024", func(o Occurrence) bool { return true }), "BG-5.1.a 2024: team → leadership: 01/01/2025 00:00:00",
		"the decision is in force from 20/01/2025")
}

// Every version of every rule of every pack has its row in the tables above.
func TestEveryRuleOfThePacksIsInATable(t *testing.T) {
	b := embedded()
	tried := map[string]bool{}
	for _, row := range deadlines {
		tried[row.pack+" "+row.rule] = true
	}
	begin := moment(t, "01/01/2020 00:00:00")
	for _, slug := range pageProvinces {
		for _, o := range b.Calendar(slug, begin, begin.AddDate(8, 0, 0)) {
			for _, row := range years {
				if slices.ContainsFunc(row.duties, func(line string) bool { return strings.HasPrefix(line, o.Rule+" "+o.Occurrence+":") }) {
					tried[o.Pack+" "+o.Rule] = true
				}
			}
			if strings.HasPrefix(o.Rule, "BG-") {
				tried[o.Pack+" "+o.Rule] = true
			}
		}
	}
	for _, slug := range pageProvinces {
		for _, r := range b.province(slug).rules {
			require.True(t, tried[r.Pack+" "+r.ID], "no row for %s of %s", r.ID, r.Pack)
		}
	}
}

// Thông tư 20/2017/TT-BTTTT Điều 9 khoản 1: a notice may be informal, a report is a signed document.
func TestANoticeOf2017MayGoWhereAReportMayNot(t *testing.T) {
	for _, day := range []string{"2024-06-01", "2025-06-01"} {
		got := map[string][]string{}
		for _, r := range embedded().Rules("son-la", day) {
			got[r.ID] = r.Channels
		}
		require.Equal(t, []string{"document", "fax", "email", "api"}, got["TT20-9.2"])
		for _, report := range []string{"QD05-11.1.a", "QD05-11.1.a-khan", "QD05-11.2-dien-bien", "TT20-9.2-ket-thuc", "QD05-11.2-ket-thuc"} {
			require.Equal(t, []string{"document", "email", "api"}, got[report], report)
		}
	}
}

// Nghị định 331/2026/NĐ-CP Điều 36: the document system, the ministry's software or e-mail; Nghị định
// 333/2026/NĐ-CP Điều 8 khoản 5 điểm b: in writing.
func TestTheYearlyReportsOf2026GoByTheChannelsOfTheirClause(t *testing.T) {
	got := map[string][]string{}
	for _, r := range embedded().Rules("son-la", "2026-11-22") {
		got[r.ID] = r.Channels
	}
	for _, id := range []string{"ND331-35.4-chuyen-trach", "ND331-35.4-van-hanh", "ND331-35.4-chu-quan"} {
		require.Equal(t, []string{"document", "email", "api"}, got[id], id)
	}
	require.Equal(t, []string{"document"}, got["ND333-8.5.b"])
}

// The owner of the examples runs its own system: nobody reports to himself.
func TestThePageShowsNoDutyOfOneAgencyToItself(t *testing.T) {
	_, page, ok := strings.Cut(Page(), "## Cùng dữ kiện, bốn tỉnh")
	require.True(t, ok)
	page, _, ok = strings.Cut(page, "## Mọi quy định")
	require.True(t, ok)
	for line := range strings.Lines(page) {
		require.NotContains(t, line, "| đơn vị vận hành · the operator | chủ quản · the owner | ngay", "the processor is the controller")
	}
	require.Equal(t, 2*2, strings.Count(page, "| đơn vị vận hành · the operator | chủ quản · the owner |"), "the five-day notice and report, where a provider runs the system")
}

// An operator corrects a figure by the id of its rule, which must stay true afterwards.
func TestTheIdOfARuleSaysTheDutyAndNotTheFigure(t *testing.T) {
	for _, slug := range pageProvinces {
		for _, r := range embedded().province(slug).rules {
			require.NotRegexp(t, `-[0-9]+-?(h|d|gio|ngay|thang)$`, r.ID, "%s from %s", r.ID, r.From)
		}
	}
}

func TestARuleSaysWhyItBlocks(t *testing.T) {
	for _, slug := range pageProvinces {
		for _, r := range embedded().province(slug).rules {
			if r.program == nil {
				continue
			}
			require.Contains(t, strings.ToLower(r.Note), "chặn kết thúc", "%s of %s", r.ID, r.Pack)
			if r.Clock.Unit == UnitImmediate {
				require.NotZero(t, r.Clock.Target, r.ID)
			}
		}
	}
}

func TestThePageOfRulesIsTheBook(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "openapi", "RULES.md"))
	require.NoError(t, err)
	if Page() != string(page) { // not compared by require, which would print both
		t.Fatal("openapi/RULES.md is not the book: make gen")
	}
}

// The profiles have the same codes and users everywhere, and somebody in every role today.
func TestEveryProvinceHasSomebodyInEveryRoleToday(t *testing.T) {
	const today = "2026-11-22"
	sonLa, ok := embedded().Profile("son-la")
	require.True(t, ok)
	for _, slug := range pageProvinces {
		p, ok := embedded().Profile(slug)
		require.True(t, ok, slug)
		codes := map[string]Node{}
		for _, n := range p.Agencies {
			codes[n.Code] = n
			if n.Parent != "" {
				require.Contains(t, codes, n.Parent, "%s: a parent stands before its children", slug)
			}
		}
		for _, n := range sonLa.Agencies {
			require.Contains(t, codes, n.Code, slug)
			require.Equal(t, n.Demo, codes[n.Code].Demo, n.Code)
		}
		require.Len(t, p.Demo, len(sonLa.Demo))
		for i, x := range p.Demo {
			like := sonLa.Demo[i]
			require.Equal(t, []string{like.Username, like.Agency, like.Home, like.Role}, []string{x.Username, x.Agency, x.Home, x.Role}, slug)
			require.True(t, holds(codes[x.Agency].From, codes[x.Agency].To, today), "%s %s", slug, x.Username)
		}
		holders := map[string][]string{}
		for _, n := range p.Agencies {
			for _, r := range n.Roles {
				if holds(r.From, r.To, today) && holds(n.From, n.To, today) {
					holders[r.Role] = append(holders[r.Role], n.Code)
				}
			}
		}
		for _, r := range Roles {
			if r == roleSecurityOwner {
				require.Empty(t, holders[r], "%s: nobody plays it until an administrator says so", slug)
				continue
			}
			require.NotEmpty(t, holders[r], "%s: %s", slug, r)
		}
		for _, sole := range []string{"team", "police", "military", "national_coordinator", "leadership", "data_protection_authority"} {
			require.Len(t, holders[sole], 1, "%s: %s", slug, sole)
		}
	}
}
