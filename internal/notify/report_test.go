package notify

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// sendReport stores an initial report that was sent by e-mail and publishes its event.
func (d *desk) sendReport(change func(*incident.NationalReport)) {
	d.t.Helper()
	r := incident.NationalReport{
		ID: newID(), IncidentID: d.inc.ID, Version: 1, Kind: incident.InitialReport, Status: incident.ReportSent, ToAgencyID: d.national.ID,
		Form: "TT20-mau-03", FormFrom: "2017-11-01", Channel: incident.ChannelEmail, CreatedByID: d.user, CreatedAt: clock(), UpdatedAt: clock(),
		Fields: map[string]any{
			"description": secretMessage, "detected_at": "2026-03-01T01:30:00.000000Z", "state": "not_handled",
			"told": []any{"isp", "coordinator"}, "public_addresses": []any{"113.160.0.7"},
		},
		Document: incident.Document{Number: "12", Symbol: "BC-ĐUCSC", IssuedOn: "2026-03-01", SignerName: "Nguyễn Văn Sơn"},
	}
	change(&r)
	d.write(func(tx *store.Tx) error { return tx.CreateNationalReport(&r) })
	d.publish("national_report.sent", newID(), api.EventData{IncidentID: d.inc.ID, ObjectID: r.ID, AgencyID: d.team.ID, ToAgencyID: d.national.ID})
}

func (d *desk) withRules() {
	p, ok := regulation.Find("son-la")
	require.True(d.t, ok)
	d.cfg.Rules = p.Rules
	d.start()
}

func TestAReportByEmailCarriesItsFormInTheWordsOfTheForm(t *testing.T) {
	each(t, func(d *desk) {
		d.withRules()
		d.sendReport(func(r *incident.NationalReport) { r.KeepSecret = true })
		d.mustPass()
		require.Len(d.t, d.sink.mails(), 1)
		m := d.sink.mails()[0]
		require.Equal(d.t, "[TBSC] Báo cáo ban đầu sự cố "+d.inc.Code, m.subject)
		require.Equal(d.t, "ir@vncert.example", m.to)
		for _, want := range []string{
			"BÁO CÁO BAN ĐẦU SỰ CỐ MẠNG", "- Căn cứ: Thông tư 20/2017/TT-BTTTT Mẫu số 03",
			"Ngày, giờ phát hiện sự cố:\n01/03/2026 08:30 (giờ Việt Nam)", "Hiện trạng sự cố:\nChưa được xử lý",
			"ISP đang trực tiếp cung cấp dịch vụ; Cơ quan điều phối", "113.160.0.7", secretMessage,
			"Số, ký hiệu văn bản:\n12/BC-ĐUCSC", "Người ký:\nNguyễn Văn Sơn", "Giữ bí mật: CÓ",
		} {
			require.Contains(d.t, m.body, want)
		}
		require.Equal(d.t, 1, strings.Count(m.body, secretMessage), "once, in Vietnamese")
		require.NotContains(d.t, m.body, "\n\n\n")
		require.NotContains(d.t, m.body, "không kèm nội dung")
	})
}

func TestAReportOfACaseForNamedPeopleStaysThin(t *testing.T) {
	each(t, func(d *desk) {
		d.withRules()
		for _, change := range []func(*incident.Incident){
			func(i *incident.Incident) { i.Restricted = true }, func(i *incident.Incident) { i.TLP = incident.TLPRed },
		} {
			d.inc = d.newCase(change)
			d.sendReport(func(*incident.NationalReport) {})
		}
		d.inc = d.newCase(func(*incident.Incident) {})
		d.sendReport(func(r *incident.NationalReport) { r.FormFrom = "1999-01-01" }) // its form is gone
		d.mustPass()
		require.Len(d.t, d.sink.mails(), 3)
		for _, m := range d.sink.mails() {
			require.NotContains(d.t, m.body, secretMessage)
			require.NotContains(d.t, m.body, "113.160.0.7")
			require.Contains(d.t, m.body, "không kèm nội dung chi tiết")
		}
	})
}

// reported publishes that a case was reported.
func (d *desk) reported(change func(*incident.Incident)) string {
	d.t.Helper()
	d.inc = d.newCase(func(i *incident.Incident) {
		i.ReportingAgencyID = d.police.ID
		i.Report = incident.Report{ReporterName: "Đinh Thị Lan", ReporterEmail: "lan@sonla.example"}
		change(i)
	})
	id := newID()
	d.publish("incident.reported", id, api.EventData{IncidentID: d.inc.ID, ObjectID: d.inc.ID, AgencyID: d.inc.ReportingAgencyID})
	return id
}

func TestWhoReportedIsToldAtOnceThatItArrived(t *testing.T) {
	each(t, func(d *desk) {
		id := d.reported(func(*incident.Incident) {})
		d.mustPass()
		d.publish("incident.reported", id, api.EventData{IncidentID: d.inc.ID, ObjectID: d.inc.ID, AgencyID: d.police.ID})
		d.mustPass()
		mails := d.sink.mails()
		require.Len(d.t, mails, 2, "once to each")
		require.ElementsMatch(d.t, []string{"congan@sonla.example", "lan@sonla.example"}, []string{mails[0].to, mails[1].to})
		for _, m := range mails {
			require.Equal(d.t, "[Ứng Cứu] Đã tiếp nhận báo cáo sự cố "+d.inc.Code, m.subject)
			require.Contains(d.t, m.body, "- Thời điểm tiếp nhận: "+local(&d.inc.ReportedAt))
			require.Contains(d.t, m.body, "- Đơn vị xử lý: Đội ứng cứu sự cố tỉnh Sơn La")
			for _, leak := range []string{secretTitle, secretMessage, "Đinh Thị Lan", "cybercrime"} {
				require.NotContains(d.t, m.subject+m.body, leak)
			}
		}
	})
}

func TestNobodyGetsAReceiptOfAnExerciseAnImportTheTeamsOwnEntryOrARestrictedCase(t *testing.T) {
	each(t, func(d *desk) {
		d.playTeam()
		quiet := d.quietAgency()
		list, err := d.st.Read(d.t.Context()).AgencyByRole(incident.RoleTeam, civil(clock()))
		require.NoError(d.t, err)
		team := list[0]
		ids := []string{
			d.reported(func(i *incident.Incident) { i.Exercise = true }),
			d.reported(func(i *incident.Incident) { i.Imported = true }),
			d.reported(func(i *incident.Incident) { i.ReportingAgencyID = team.ID }),
			d.reported(func(i *incident.Incident) { i.Restricted = true }),
			d.reported(func(i *incident.Incident) { i.ReportingAgencyID, i.Report.ReporterEmail = quiet, "" }),
		}
		d.mustPass()
		require.Empty(d.t, d.sink.mails())
		for _, id := range ids {
			require.Empty(d.t, d.deliveries(id), "nor is it a failure")
		}
	})
}

// quietAgency is one without a contact.
func (d *desk) quietAgency() string {
	a := incident.Agency{ID: newID(), Code: "xa", Name: "UBND xã", CreatedAt: clock()}
	d.write(func(tx *store.Tx) error { return tx.CreateAgency(&a) })
	return a.ID
}
