package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
)

func fields(pairs ...any) api.Patch[map[string]api.Patch[any]] {
	out := map[string]api.Patch[any]{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == nil {
			out[pairs[i].(string)] = api.Clear[any]()
			continue
		}
		out[pairs[i].(string)] = api.Set(pairs[i+1])
	}
	return api.Set(out)
}

// problem is the refusal inside err.
func (w *world) problem(err error) *api.ProblemError {
	w.Helper()
	var p *api.ProblemError
	require.ErrorAs(w, err, &p)
	return p
}

var issued = "2026-11-20"

var signed = &api.Document{Number: "12", Symbol: "BC-ĐUCSC", IssuedOn: &issued, SignerName: "Trần Thị Mai", SignerPosition: "Đội trưởng"}

func TestAReportIsDraftedCompletedSentAndFollowedByAFinalOne(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		ctx, officer, inc := w.Context(), w.as("officer"), w.triaged()
		forms, err := w.as("reporter").ReportForms(ctx, api.ReportFormFilter{Kind: "initial", On: "2026-08-19"})
		require.NoError(w, err)
		require.Len(w, forms.Items, 1)
		form := forms.Items[0]
		require.Equal(w, "2026-08-19", form.From)

		r, err := officer.FileNationalReport(ctx, client.Write{}, inc.ID, api.NewNationalReport{Kind: "initial"})
		require.NoError(w, err)
		require.Equal(w, "created", r.Status)
		require.Equal(w, "TT20-mau-03", *r.Form)
		require.Equal(w, inc.System.Name, r.Fields["system_name"])

		// It lacks what the form asks for: each is named in the words of the form, with its clause.
		_, err = officer.SendNationalReport(ctx, client.Write{}, inc.ID, r.ID, api.SendReport{Channel: "document"})
		p := w.problem(err)
		require.Equal(w, http.StatusConflict, p.Status)
		want := map[string]string{}
		for _, f := range form.Fields {
			if f.Mandatory && r.Fields[f.Name] == nil {
				want["Chưa điền mục bắt buộc: «"+f.Title+"»."] = "field_missing"
			}
		}
		require.GreaterOrEqual(w, len(want), 3)
		signer := false
		for _, reason := range p.Reasons {
			require.NotEmpty(w, reason.Basis)
			if reason.Code == "signer_missing" {
				signer = true
				require.Equal(w, "Thông tư 20/2017/TT-BTTTT Điều 9 khoản 1", reason.Basis)
				continue
			}
			require.Equal(w, "field_missing", want[reason.Message], reason.Message)
			delete(want, reason.Message)
		}
		require.True(w, signer)
		require.Empty(w, want)

		// Only addresses of the Internet, each refused by its place.
		for _, address := range []string{"10.0.0.1", "192.168.1.1", "127.0.0.1", "169.254.1.1", "100.64.0.1", "203.0.113.7", "198.51.100.2", "::1", "fe80::1", "fd00::1", "2001:db8::1", "máy chủ"} {
			_, err := officer.ChangeNationalReport(ctx, client.Write{Version: r.Version}, inc.ID, r.ID, api.NationalReportPatch{Fields: fields("public_addresses", []string{"113.160.0.7", address})})
			p := w.problem(err)
			require.Equal(w, http.StatusUnprocessableEntity, p.Status, address)
			require.Equal(w, "/fields/public_addresses/1", p.Errors[0].Pointer, address)
		}
		_, err = officer.ChangeNationalReport(ctx, client.Write{Version: r.Version}, inc.ID, r.ID, api.NationalReportPatch{Fields: fields("cause", "Dòng đầu\nTỐI MẬT\ndòng cuối")})
		require.Equal(w, "/problems/state-secret", w.problem(err).Type)
		_, err = officer.ChangeNationalReport(ctx, client.Write{Version: r.Version + 7}, inc.ID, r.ID, api.NationalReportPatch{KeepSecret: api.Set(true)})
		w.fails(err, http.StatusPreconditionFailed, "")

		r, err = officer.ChangeNationalReport(ctx, client.Write{Version: r.Version}, inc.ID, r.ID, api.NationalReportPatch{Fields: fields(
			"reporter_name", "Đội ứng cứu sự cố", "reporter_address", "Phường Tô Hiệu, tỉnh Sơn La", "reporter_phone", "0212 3850 000", "reporter_email", "doi@sonla.gov.vn",
			"operator_name", "Trung tâm dữ liệu", "detection", []string{"logs"}, "told", []string{"coordinator"}, "public_addresses", []string{"113.160.0.7"}, "system_name", nil,
		)})
		require.NoError(w, err)
		require.NotContains(w, r.Fields, "system_name")
		again, err := officer.ChangeNationalReport(ctx, client.Write{Version: r.Version}, inc.ID, r.ID, api.NationalReportPatch{Fields: fields("told", []string{"coordinator"})})
		require.NoError(w, err)
		require.Equal(w, r.Version, again.Version, "what changes nothing is no change")

		// A final report needs an initial one that was sent.
		final, err := officer.FileNationalReport(ctx, client.Write{}, inc.ID, api.NewNationalReport{Kind: "final", Fields: map[string]any{
			"reporter_address": "Sơn La", "reporter_phone": "0212", "reporter_email": "doi@sonla.gov.vn", "operator_name": "Trung tâm dữ liệu",
			"cause": "Lộ mật khẩu", "scope": "Một máy chủ", "remedy": "Đổi mật khẩu", "result": "Đã khôi phục",
		}})
		require.NoError(w, err)
		require.Nil(w, final.InitialReportID)
		_, err = officer.SendNationalReport(ctx, client.Write{}, inc.ID, final.ID, api.SendReport{Channel: "document", Document: signed})
		p = w.problem(err)
		require.Len(w, p.Reasons, 1)
		require.Equal(w, "initial_report_missing", p.Reasons[0].Code)

		r, err = officer.SendNationalReport(ctx, client.Write{}, inc.ID, r.ID, api.SendReport{Channel: "document", Document: signed})
		require.NoError(w, err)
		require.Equal(w, "sent", r.Status)
		final, err = officer.SendNationalReport(ctx, client.Write{}, inc.ID, final.ID, api.SendReport{Channel: "document", Document: signed})
		require.NoError(w, err)
		require.Equal(w, r.ID, *final.InitialReportID)
		read, err := w.as("auditor").NationalReport(ctx, inc.ID, final.ID)
		require.NoError(w, err)
		require.Equal(w, final, read)
		for _, err := range []error{
			second(officer.ChangeNationalReport(ctx, client.Write{Version: r.Version}, inc.ID, r.ID, api.NationalReportPatch{KeepSecret: api.Set(true)})),
			second(officer.WithdrawNationalReport(ctx, client.Write{}, inc.ID, r.ID, api.WithdrawNationalReport{Reason: "Nhầm"})),
		} {
			w.fails(err, http.StatusConflict, "wrong_status")
		}
	})
}

func second[T any](_ T, err error) error { return err }

// A report kept secret is read by the team, who leads, the addressee and auditors alone; a draft
// by all of them but the addressee. Leaders are told that another one exists, without its text.
func TestAReportKeptSecretIsReadByFourKindsOfReaders(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		const whole, bare, absent = "whole", "bare", "absent"
		for _, x := range []struct {
			secret, sent bool
			want         map[string]string
		}{
			{false, false, map[string]string{"officer": whole, "lead": whole, "auditor": whole, "police": absent, "leader": bare, "military": absent, "reporter": absent, "other": absent, "admin": absent}},
			{false, true, map[string]string{"officer": whole, "lead": whole, "auditor": whole, "police": whole, "leader": bare, "military": absent, "reporter": absent, "other": absent, "admin": absent}},
			{true, false, map[string]string{"officer": whole, "lead": whole, "auditor": whole, "police": absent, "leader": absent, "military": absent, "reporter": absent, "other": absent, "admin": absent}},
			{true, true, map[string]string{"officer": whole, "lead": whole, "auditor": whole, "police": whole, "leader": absent, "military": absent, "reporter": absent, "other": absent, "admin": absent}},
		} {
			f := d.make(caseKind{state: "triaged"}) // the police take part and are the addressee
			body, err := json.Marshal(map[string]any{"kind": "notice", "to_agency_id": d.words["agency:police"], "keep_secret": x.secret, "fields": map[string]any{"proposals": plantedWord}})
			require.NoError(t, err)
			d.act(f, caseKind{}, caseAct{"officer", "national-reports", string(body), "rid"})
			if x.sent {
				d.act(f, caseKind{}, doSend)
			}
			for who, want := range x.want {
				one := d.send(httpCall{as: who, method: http.MethodGet, path: "/api/v1/incidents/$(id)/national-reports/$(rid)", file: f})
				list := d.send(httpCall{as: who, method: http.MethodGet, path: "/api/v1/incidents/$(id)/national-reports", file: f})
				about := []any{"%s, secret %v, sent %v: %s", who, x.secret, x.sent, one.body}
				require.Equal(t, want != absent, one.status == http.StatusOK, about...)
				require.Equal(t, want != absent, strings.Contains(list.body, f["rid"]), about...)
				for _, place := range []string{one.body, list.body} {
					require.Equal(t, want == whole, strings.Contains(place, plantedWord), about...)
				}
				if want != whole {
					for _, path := range []string{"/incidents/$(id)/timeline", "/incidents?q=" + plantedWord, "/incidents/export?format=jsonl", "/deliveries"} {
						require.NotContains(t, d.send(httpCall{as: who, method: http.MethodGet, path: "/api/v1" + path, file: f, outside: strings.Contains(path, "export")}).body, plantedWord, about...)
					}
				}
			}
		}
	})
}
