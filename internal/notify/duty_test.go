package notify

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

const secretDuty = "Thông báo vi phạm có liên quan đến an ninh thông tin"

// owes stores a duty of the case that the police owe; edit may change it.
func (d *desk) owes(edit func(*incident.Duty)) incident.Duty {
	d.t.Helper()
	due := time.Date(2026, 12, 14, 17, 0, 0, 0, time.UTC)
	x := incident.Duty{
		ID: newID(), IncidentID: &d.inc.ID, Rule: "R-1", Basis: "Nghị định 331/2026/NĐ-CP Điều 31", Title: "Gửi báo cáo ban đầu",
		OwedByID: d.police.ID, ToAgencyID: &d.national.ID, Status: incident.DutyPending, Because: `{"level":3}`,
		StartedAt: clock(), DueAt: &due, CreatedAt: clock(), UpdatedAt: clock(),
	}
	edit(&x)
	d.write(func(tx *store.Tx) error { return tx.CreateDuty(&x) })
	return x
}

// reminded publishes what the watch said at a moment, and returns the event's id.
func (d *desk) reminded(what string, x incident.Duty, at time.Time) string {
	d.t.Helper()
	data := api.EventData{ObjectID: x.ID, Rule: x.Rule, To: "pending", AgencyID: d.team.ID}
	if x.IncidentID != nil {
		data.IncidentID = *x.IncidentID
	}
	id := newID()
	raw, err := json.Marshal(api.Event{SpecVersion: "1.0", ID: id, Type: "obligation." + what, Subject: x.OwedByID, Sequence: "1",
		Time: at.Format(time.RFC3339Nano), Data: data})
	require.NoError(d.t, err)
	d.put(bus.Message{Subject: "ungcuu.son-la.obligation." + what, ID: newID(), Data: raw})
	return id
}

// toldTo is what was mailed, by recipient.
func (d *desk) toldTo() map[string][]read {
	out := map[string][]read{}
	for _, m := range d.sink.mails() {
		out[m.to] = append(out[m.to], m)
	}
	return out
}

func TestADutyDueSoonIsToldToWhoOwesItAndToTheTeam(t *testing.T) {
	each(t, func(d *desk) {
		d.playTeam()
		x := d.owes(func(*incident.Duty) {})
		d.reminded("due_soon", x, x.DueAt.Add(-time.Hour))
		d.mustPass()
		told := d.toldTo()
		require.Len(d.t, told, 2)
		for who, m := range map[string]read{"debtor": told["congan@sonla.example"][0], "team": told["doi@sonla.example"][0]} {
			require.Equal(d.t, "[Ứng Cứu] Nghĩa vụ sắp đến hạn: hồ sơ "+d.inc.Code, m.subject, who)
			for _, says := range []string{x.Title, x.Basis, d.inc.Code, "Công an tỉnh Sơn La", "Trung tâm VNCERT/CC", "Thời hạn: hết ngày 14/12/2026 (giờ Việt Nam)"} {
				require.Contains(d.t, m.body, says, who)
			}
			require.NotContains(d.t, m.body, secretTitle)
			require.NotContains(d.t, m.body, secretMessage)
			require.Less(d.t, strings.Index(m.body, "Kính gửi"), strings.Index(m.body, "To: "), "Vietnamese first")
		}
		require.Contains(d.t, told["congan@sonla.example"][0].body, "Quý cơ quan có nghĩa vụ theo quy định sắp đến hạn")
		require.Contains(d.t, told["congan@sonla.example"][0].body, "trường hợp không tự ghi nhận được, đề nghị báo Đội ứng cứu sự cố", "most debtors have nobody who may record it")
		require.Contains(d.t, told["doi@sonla.example"][0].body, "đề nghị Đội theo dõi, đôn đốc")
	})
}

func TestAReminderThatComesAgainIsMailedOnce(t *testing.T) {
	each(t, func(d *desk) {
		d.playTeam()
		x := d.owes(func(*incident.Duty) {})
		for range 2 {
			d.reminded("overdue", x, x.DueAt.Add(time.Second))
			d.mustPass()
			d.start()
		}
		require.Len(d.t, d.toldTo()["congan@sonla.example"], 2, "two events")
		id := newID()
		data := api.EventData{IncidentID: d.inc.ID, ObjectID: x.ID, Rule: x.Rule, To: "pending", AgencyID: d.team.ID}
		for range 3 {
			d.publish("obligation.overdue", id, data)
			d.mustPass()
		}
		require.Len(d.t, d.toldTo()["congan@sonla.example"], 3, "one event that came three times")
	})
}

func TestAReminderGivesAwayNeitherTheNatureNorACaseForNamedPeople(t *testing.T) {
	each(t, func(d *desk) {
		d.playTeam()
		ofNature := d.owes(func(x *incident.Duty) { x.Title, x.Because = secretDuty, `{"security":true}` })
		d.reminded("overdue", ofNature, ofNature.DueAt.Add(time.Hour))
		unknown := d.owes(func(x *incident.Duty) { x.Rule, x.Title, x.Because = "R-2", secretDuty, "" })
		d.reminded("overdue", unknown, unknown.DueAt.Add(time.Hour))
		d.mustPass()
		require.Len(d.t, d.toldTo()["congan@sonla.example"], 2)
		for _, m := range d.sink.mails() {
			require.NotContains(d.t, m.body, secretDuty)
			require.NotContains(d.t, m.body, ofNature.Basis)
			require.NotContains(d.t, m.body, "VNCERT")
			require.Contains(d.t, m.body, d.inc.Code)
			require.Contains(d.t, m.body, "hết ngày 14/12/2026")
		}
		before := len(d.sink.mails())
		d.inc = d.newCase(func(i *incident.Incident) { i.Restricted = true })
		restricted := d.owes(func(*incident.Duty) {})
		d.reminded("overdue", restricted, restricted.DueAt.Add(time.Hour))
		d.mustPass()
		mails := d.sink.mails()[before:]
		require.Len(d.t, mails, 1)
		require.Equal(d.t, "doi@sonla.example", mails[0].to)
		require.Contains(d.t, mails[0].body, d.inc.Code)
		for _, never := range []string{restricted.Title, restricted.Basis, "Công an tỉnh", "VNCERT", "14/12/2026"} {
			require.NotContains(d.t, mails[0].body, never)
		}
	})
}

func TestNobodyIsRemindedOfAnExerciseOrOfWhatIsDoneOrLateAlready(t *testing.T) {
	each(t, func(d *desk) {
		d.playTeam()
		late := d.owes(func(*incident.Duty) {})
		d.reminded("due_soon", late, late.DueAt.Add(time.Minute))
		done := d.owes(func(x *incident.Duty) { x.Rule, x.Status = "R-2", incident.DutyFulfilled })
		d.reminded("overdue", done, done.DueAt.Add(time.Minute))
		d.inc = d.newCase(func(i *incident.Incident) { i.Exercise = true })
		drill := d.owes(func(*incident.Duty) {})
		d.reminded("overdue", drill, drill.DueAt.Add(time.Minute))
		d.mustPass()
		require.Empty(d.t, d.sink.mails())
		d.settles(0)
	})
}

func TestAnImmediateDutyIsSaidToHaveNoTimeOfTheLaw(t *testing.T) {
	each(t, func(d *desk) {
		d.playTeam()
		target := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
		x := d.owes(func(x *incident.Duty) { x.Immediate, x.TargetAt, x.DueAt = true, &target, &x.StartedAt })
		d.reminded("overdue", x, target.Add(time.Minute))
		d.mustPass()
		require.Contains(d.t, d.toldTo()["congan@sonla.example"][0].body, "Làm ngay; mốc nội bộ, không phải thời hạn luật định: 22/11/2026 11:00 (giờ Việt Nam)")
	})
}

func TestADutyOfTheCalendarIsToldWithoutACase(t *testing.T) {
	each(t, func(d *desk) {
		d.playTeam()
		x := d.owes(func(x *incident.Duty) { x.IncidentID, x.Occurrence, x.Because = nil, "2026", "" })
		id := d.reminded("due_soon", x, x.DueAt.Add(-time.Hour))
		d.mustPass()
		m := d.toldTo()["congan@sonla.example"][0]
		require.Equal(d.t, "[Ứng Cứu] Nghĩa vụ sắp đến hạn: hết ngày 14/12/2026", m.subject)
		require.Contains(d.t, m.body, x.Title)
		require.NotContains(d.t, m.body, "hồ sơ SL-")
		for _, row := range d.deliveries(id) {
			require.Nil(d.t, row.IncidentID)
		}
		require.Len(d.t, d.deliveries(id), 2)
	})
}

func TestADebtorIsRemindedUnderTheCodeThatItKnows(t *testing.T) {
	each(t, func(d *desk) {
		d.playTeam()
		target := d.newCase(func(*incident.Incident) {})
		x := d.owes(func(x *incident.Duty) { x.IncidentID, x.CarriedFromID = &target.ID, &d.inc.ID })
		d.write(func(tx *store.Tx) error { return tx.KeepAddress(d.inc.ID, []string{x.ID}) })
		d.reminded("overdue", x, x.DueAt.Add(time.Hour))
		d.mustPass()
		told := d.toldTo()
		require.Contains(d.t, told["doi@sonla.example"][0].subject, target.Code)
		require.Contains(d.t, told["congan@sonla.example"][0].subject, d.inc.Code)
		require.NotContains(d.t, told["congan@sonla.example"][0].body, target.Code, "the debtor does not see that case")

		d.write(func(tx *store.Tx) error {
			return tx.SetSights(target.ID, []incident.Sight{{AgencyID: d.police.ID, AsPartner: true}})
		})
		d.reminded("overdue", x, x.DueAt.Add(2*time.Hour))
		d.mustPass()
		require.Contains(d.t, d.toldTo()["congan@sonla.example"][1].subject, target.Code, "now it does")
	})
}

func TestAReminderOfAReportNamesItsFormsAndTheHour(t *testing.T) {
	each(t, func(d *desk) {
		d.withRules()
		d.playTeam()
		due := time.Date(2026, 11, 25, 2, 30, 0, 0, time.UTC)
		x := d.owes(func(x *incident.Duty) { x.Ways, x.DueAt = "report:progress report:final", &due })
		d.reminded("overdue", x, due.Add(time.Minute))
		d.mustPass()
		body := d.toldTo()["congan@sonla.example"][0].body
		require.Contains(d.t, body, "Biểu mẫu: «Báo cáo diễn biến tình hình sự cố» hoặc «Báo cáo kết thúc ứng phó sự cố»")
		require.Contains(d.t, body, "Form: “Progress report of an incident” or “Final report of an incident”")
		require.Contains(d.t, body, "Thời hạn: trước 25/11/2026 09:30 (giờ Việt Nam)")
	})
}

func TestEveryFactOfTheRulesIsKeptFromMailsOrTellsNothing(t *testing.T) {
	quiet := []string{
		"in_national_list", "service_disrupted", "important_data_unrecoverable", "control_lost", "may_spread", "owner_cannot_cope",
		"serious_disruption", "exceeds_capacity", "level", "priority_listed", "by_team", "severity", "channel",
		"reporter_roles", "owner_roles", "operator_roles", "serious",
	}
	for _, f := range regulation.FactTable {
		require.NotEqual(t, slices.Contains(quiet, f.Name), tells(f.Name, true), "%s: does a title that rests on it tell the nature of a case?", f.Name)
	}
	travels := func(because string) bool {
		id := newID()
		return mayTravel(&incident.Duty{IncidentID: &id, Because: because})
	}
	for _, because := range []string{`{"personal_data_financial":true}`, `{"personal_data_biometric":true}`, `{"military_system":true,"serious":true}`, `{"natures":[]}`, `{`} {
		require.False(t, travels(because), because)
	}
	require.True(t, travels(`{"military_system":false,"level":3,"state_secret_may_leak":false}`), "what is not so tells nothing")
}

func TestTheReminderOfAFirstNoticeSaysWhatMustBeDone(t *testing.T) {
	book, err := regulation.Load()
	require.NoError(t, err)
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	seen := 0
	for _, ob := range book.Due("son-la", regulation.Facts{
		Stated: map[string]bool{"control_lost": true, "owner_cannot_cope": true}, Level: 4, Detected: now, Reported: now, Learned: now,
	}).Duties {
		raw, err := json.Marshal(ob.Because)
		require.NoError(t, err)
		id := newID()
		require.True(t, mayTravel(&incident.Duty{IncidentID: &id, Because: string(raw)}), "%s: %s", ob.Rule, raw)
		seen++
	}
	require.Equal(t, 2, seen, "the first notice, and the report of 72 hours")
}

func TestNoReminderOfTheLawsOwnRulesNamesANature(t *testing.T) {
	book, err := regulation.Load()
	require.NoError(t, err)
	told := regexp.MustCompile(`(?i)dữ liệu (cá nhân|nhạy cảm|sinh trắc)|an ninh quốc gia|an ninh thông tin|khủng bố|gián điệp|bí mật nhà nước|hệ thống thông tin quân sự|Bộ Quốc phòng|nguy hiểm`)
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	stated := map[string]bool{}
	for _, f := range regulation.FactTable {
		if f.Type == "bool" && f.Source != "classification" {
			stated[f.Name] = true
		}
	}
	for _, military := range []bool{true, false} {
		stated["military_system"] = military
		for _, province := range []string{"son-la", "bac-giang", "thanh-hoa", "ninh-thuan"} {
			due := book.Due(province, regulation.Facts{
				Natures: []string{"personal_data", "state_secret_exposure", "cyber_terrorism"}, Stated: stated, Level: 5, Severity: "critical", PriorityListed: true,
				Detected: now, Reported: now, Learned: now, Found: now, Decided: now, Resolved: now,
			})
			require.NotEmpty(t, due.Duties)
			for _, ob := range due.Duties {
				raw, err := json.Marshal(ob.Because)
				require.NoError(t, err)
				id := newID()
				// BG-7.3.b opens for every incident of a listed system, whatever its nature.
				if ob.Rule != "BG-7.3.b" && mayTravel(&incident.Duty{IncidentID: &id, Because: string(raw)}) {
					require.NotRegexp(t, told, ob.Title+" "+ob.Basis, ob.Rule)
				}
			}
		}
	}
}
