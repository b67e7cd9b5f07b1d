package casework_test

import (
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func TestEverySourceOfFormsIsDocumentedAndFillsSomething(t *testing.T) {
	var names []string
	for _, x := range regulation.FormSources {
		names = append(names, x.Name)
		require.NotEmpty(t, x.VI)
		require.NotEmpty(t, x.EN)
		require.NotEmpty(t, x.Types, x.Name)
	}
	require.ElementsMatch(t, names, slices.Collect(maps.Keys(casework.Sources)))
}

func (d *desk) file(caseID string, in casework.NewNationalReport) incident.NationalReport {
	d.Helper()
	r, err := d.FileNationalReport(d.ctx(), d.call("officer", ""), caseID, in)
	require.NoError(d, err)
	return r
}

func TestADraftIsFilledFromTheCaseWithoutTheContactOfWhoAskedForConfidence(t *testing.T) {
	eachDesk(t, func(d *desk) {
		level := 3
		for _, confidential := range []bool{false, true} {
			v, err := d.Report(d.ctx(), d.call("reporter", ""), casework.NewReport{
				Title: "Mã độc tống tiền", Description: "Máy chủ tệp bị mã hóa", DetectedAt: d.at.Add(-time.Hour), DetectedPrecision: incident.PrecisionMinute,
				TLP: incident.TLPAmber, Confidential: confidential,
				System: incident.System{Name: "Máy chủ tệp", Level: &level, PublicAddresses: []string{"113.160.0.7", "203.0.113.7"}, Domains: []string{"tep.sonla.gov.vn"}},
				Report: incident.Report{ReporterName: "Đinh Thị Lan", ReporterPhone: "0212 000 001", ReporterEmail: "lan@sonla.gov.vn"},
			})
			require.NoError(d, err)
			r := d.file(v.ID, casework.NewNationalReport{Kind: incident.InitialReport, Fields: map[string]any{"description": "Nói gọn"}})
			require.Equal(d, confidential, r.KeepSecret)
			require.Equal(d, "Nói gọn", r.Fields["description"], "what is given wins")
			require.Equal(d, "3", r.Fields["system_level"])
			require.Equal(d, []any{"113.160.0.7"}, r.Fields["public_addresses"], "what is kept for examples does not leave the province")
			require.Equal(d, v.DetectedAt.Format("2006-01-02T15:04:05.000000Z"), r.Fields["detected_at"])
			require.Equal(d, "not_handled", r.Fields["state"])
			require.NotContains(d, r.Fields, "detection", "nothing of the case says how")
			if confidential {
				for _, name := range []string{"contact_name", "contact_phone", "contact_email"} {
					require.NotContains(d, r.Fields, name)
				}
				no := false
				_, err := d.FileNationalReport(d.ctx(), d.call("officer", ""), v.ID, casework.NewNationalReport{Kind: incident.NoticeReport, KeepSecret: &no})
				require.ErrorIs(d, err, fault.Invalid)
			} else {
				require.Equal(d, "Đinh Thị Lan", r.Fields["contact_name"])
			}
		}
	})
}

func TestAMilitarySystemIsReportedToTheMilitary(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report()
		v, err := d.Triage(d.ctx(), d.call("officer", "*"), v.ID, incident.Triage{
			Category: "availability.ddos", Severity: incident.High, Facts: incident.Facts{"military_system": true},
		})
		require.NoError(d, err)
		require.Equal(d, d.agency(incident.RoleMilitary), d.file(v.ID, casework.NewNationalReport{Kind: incident.NoticeReport}).ToAgencyID)
	})
}

const newForm = `
id: bieu-mau-moi
kind: overlay
title: {vi: "Biểu mẫu mới", en: "A new form"}
forms:
  - id: TT20-mau-03
    kind: initial
    instrument: "Thông tư mới"
    clause: "Mẫu số 01"
    confidence: read
    from: 2026-11-01
    title: {vi: "Báo cáo ban đầu", en: "Initial report"}
    fields:
      - name: summary
        title: {vi: "Tóm tắt", en: "Summary"}
        type: text
        mandatory: true
        from_case: title
`

func TestADraftKeepsTheFormItWasMadeWith(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		at := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
		directorytest.Demo(t, st, at)
		province, _ := regulation.Find("son-la")
		d := &desk{t, casework.New(st, province, slog.New(slog.DiscardHandler)), st, at}
		v := d.triaged()
		old := d.file(v.ID, casework.NewNationalReport{Kind: incident.InitialReport})
		require.Equal(d, "2026-08-19", old.FormFrom)

		later, err := regulation.Load(regulation.Source{Name: "moi.yaml", Text: []byte(newForm)})
		require.NoError(d, err)
		province.Rules.Put(later)
		fresh := d.file(v.ID, casework.NewNationalReport{Kind: incident.InitialReport})
		require.Equal(d, "2026-11-01", fresh.FormFrom)
		require.Equal(d, map[string]any{"summary": v.Title}, fresh.Fields)
		_, err = d.SendNationalReport(d.ctx(), d.call("officer", ""), v.ID, fresh.ID, incident.Send{Channel: incident.ChannelEmail})
		require.NoError(d, err, "the new form asks for no signer")

		patch := func(name string) error {
			_, err := d.ChangeNationalReport(d.ctx(), d.call("officer", "*"), v.ID, old.ID, api.NationalReportPatch{
				Fields: api.Set(map[string]api.Patch[any]{name: api.Set[any]("Qua nhật ký tường lửa")}),
			})
			return err
		}
		require.NoError(d, patch("detection_detail"), "a field of the old form")
		require.ErrorIs(d, patch("summary"), fault.Invalid, "and none of the new one")
		_, err = d.SendNationalReport(d.ctx(), d.call("officer", ""), v.ID, old.ID, incident.Send{Channel: incident.ChannelEmail})
		f, ok := fault.As(err)
		require.True(d, ok)
		require.True(d, slices.ContainsFunc(f.Reasons, func(r fault.Reason) bool { return r.Code == "signer_missing" }), "%v", err)
	})
}

func TestAFinalReportNamesAnInitialOneOfItsCaseOrOfOneMergedIntoIt(t *testing.T) {
	eachDesk(t, func(d *desk) {
		signed := incident.Send{Channel: incident.ChannelDocument, Document: incident.Document{Number: "12", Symbol: "BC-ĐUCSC", IssuedOn: "2026-11-21", SignerName: "Trần Thị Mai"}}
		whole := map[string]any{
			"reporter_address": "Sơn La", "reporter_phone": "0212", "reporter_email": "t@sonla.gov.vn", "operator_name": "Trung tâm",
			"detection": []any{"logs"}, "told": []any{"coordinator"},
		}
		source, target, third := d.triaged(), d.triaged(), d.triaged()
		initial := d.file(source.ID, casework.NewNationalReport{Kind: incident.InitialReport, Fields: whole})
		refused := func(caseID, id string) {
			_, err := d.FileNationalReport(d.ctx(), d.call("officer", ""), caseID, casework.NewNationalReport{Kind: incident.FinalReport, InitialReportID: &id})
			require.ErrorIs(d, err, fault.Invalid)
		}
		refused(source.ID, initial.ID)
		_, err := d.SendNationalReport(d.ctx(), d.call("officer", ""), source.ID, initial.ID, signed)
		require.NoError(d, err)
		_, err = d.AcknowledgeNationalReport(d.ctx(), d.call("officer", ""), source.ID, initial.ID, casework.AckReport{OfficerName: "Trực ban"})
		require.NoError(d, err)
		refused(third.ID, initial.ID)
		_, err = d.Merge(d.ctx(), d.call("lead", "*"), source.ID, target.ID, "Cùng một vụ")
		require.NoError(d, err)

		final := d.file(target.ID, casework.NewNationalReport{Kind: incident.FinalReport})
		require.Equal(d, &initial.ID, final.InitialReportID)
		require.Equal(d, "12/BC-ĐUCSC", final.Fields["initial_number"])
		require.Equal(d, "2026-11-21", final.Fields["initial_day"])
		refused(third.ID, initial.ID)
	})
}
