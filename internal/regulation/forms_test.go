package regulation_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

// marks are the mandatory fields of the forms, by the day on which a report is made. Those of
// Mẫu số 03 and 04 are the form's own marks; what Nghị định 331/2026/NĐ-CP Điều 31 khoản 2 điểm d
// asks for is mandatory once the report is to say it.
var marks = []struct {
	day, kind, form, from string
	signer, initial       bool
	mandatory             string
}{
	{"2017-11-01", "notice", "TT20-thong-bao", "2017-11-01", false, false, ""},
	{"2017-11-01", "initial", "TT20-mau-03", "2017-11-01", true, false,
		"reporter_name reporter_address reporter_phone reporter_email operator_name description detected_at state detection told reported_at"},
	{"2017-11-01", "progress", "QD05-dien-bien", "2017-11-01", true, false, "reporter_name developments reported_at"},
	{"2017-11-01", "plan", "QD05-phuong-an", "2017-11-01", true, false, "reporter_name plan reported_at"},
	{"2017-11-01", "help_request", "QD05-de-nghi-ho-tro", "2017-11-01", false, false, "reporter_name reason"},
	{"2017-11-01", "final", "TT20-mau-04", "2017-11-01", true, true,
		"reporter_name reporter_address reporter_phone reporter_email operator_name detected_at result"},
	{"2026-06-30", "initial", "TT20-mau-03", "2017-11-01", true, false,
		"reporter_name reporter_address reporter_phone reporter_email operator_name description detected_at state detection told reported_at"},
	{"2026-07-01", "notice", "TT20-thong-bao", "2026-07-01", false, false, ""},
	{"2026-07-01", "final", "TT20-mau-04", "2026-07-01", true, true,
		"reporter_name reporter_address reporter_phone reporter_email operator_name detected_at result"},
	{"2026-08-18", "progress", "QD05-dien-bien", "2026-07-01", true, false, "reporter_name developments reported_at"},
	{"2026-08-19", "initial", "TT20-mau-03", "2026-08-19", true, false,
		"reporter_name reporter_address reporter_phone reporter_email operator_name description detected_at state detection told reported_at"},
	{"2026-08-19", "progress", "QD05-dien-bien", "2026-08-19", true, false, "reporter_name developments cause scope remedy reported_at"},
	{"2026-08-19", "final", "TT20-mau-04", "2026-08-19", true, true,
		"reporter_name reporter_address reporter_phone reporter_email operator_name detected_at cause scope remedy result"},
	{"2017-11-01", "summary", "TT20-mau-05", "2017-11-01", true, false, ""},
	{"2026-01-01", "personal_data", "ND356-mau-08", "2026-01-01", false, false,
		"violation_time violation_place violation parties data_types data_quantity contact consequences measures"},
	{"2026-08-19", "help_request", "QD05-de-nghi-ho-tro", "2026-07-01", false, false, "reporter_name reason"},
}

func TestEachFormHasTheMandatoryMarksOfItsDay(t *testing.T) {
	p, ok := regulation.Find("son-la")
	require.True(t, ok)
	b := p.Rules.Book()
	for _, want := range marks {
		f, ok := b.Form(want.kind, want.day)
		require.True(t, ok, "%s on %s", want.kind, want.day)
		require.Equal(t, want.form, f.ID, "%s on %s", want.kind, want.day)
		require.Equal(t, want.from, f.From, "%s on %s", want.kind, want.day)
		require.Equal(t, want.signer, f.Signer, f.ID)
		require.Equal(t, want.initial, f.Initial, f.ID)
		var got []string
		for _, x := range f.Fields {
			if x.Mandatory {
				got = append(got, x.Name)
			}
		}
		require.ElementsMatch(t, strings.Fields(want.mandatory), got, "%s from %s", f.ID, f.From)
		again, ok := b.FormVersion(f.ID, f.From)
		require.True(t, ok)
		require.Equal(t, f, again)
	}
	for _, f := range b.Forms("2026-07-01") {
		if f.Kind == "personal_data" {
			continue // of another law
		}
		require.Equal(t, "inferred", f.Confidence, "%s: the Ministry's own form is not issued", f.ID)
		require.Contains(t, f.Note, "Nghị định 331/2026/NĐ-CP Điều 28 khoản 6", f.ID)
	}
}

func TestEveryKindOfReportHasOneFormADayFromNovember2017(t *testing.T) {
	p, _ := regulation.Find("son-la")
	b := p.Rules.Book()
	for _, day := range []string{"2017-11-01", "2025-03-01", "2026-06-30", "2026-07-01", "2026-08-18", "2026-08-19", "2030-01-01"} {
		var kinds []string
		for _, f := range b.Forms(day) {
			kinds = append(kinds, f.Kind)
			require.NotEmpty(t, f.Title.VI)
			require.NotEmpty(t, f.Title.EN)
		}
		var want []string
		for _, k := range incident.ReportKinds {
			want = append(want, string(k))
		}
		if day < "2026-07-01" {
			want = append(want, "summary") // TT 20/2017 Điều 6
		}
		if day >= "2026-01-01" {
			want = append(want, "personal_data") // NĐ 356/2025 Điều 28
		}
		require.ElementsMatch(t, want, kinds, day)
	}
	require.Empty(t, b.Forms("2017-10-31"))
}

// A form that the desk does not write is one of no report; a report of a case has no other.
func TestARuleNamesAFormThatSaysWhatItsDutyAsks(t *testing.T) {
	p, _ := regulation.Find("son-la")
	b := p.Rules.Book()
	for _, day := range []string{"2024-06-01", "2025-06-01", "2026-11-22"} {
		for _, r := range b.Rules("son-la", day) {
			if r.Form == "" {
				continue
			}
			i := slices.IndexFunc(b.Forms(day), func(f regulation.Form) bool { return f.ID == r.Form })
			require.GreaterOrEqual(t, i, 0, "%s on %s names %s, which is not in force", r.ID, day, r.Form)
			kind := b.Forms(day)[i].Kind
			written := slices.Contains(incident.ReportKinds, incident.ReportKind(kind))
			require.Equal(t, written, slices.ContainsFunc(r.Ways, func(w string) bool { return strings.HasPrefix(w, "report:") }), "%s: %s", r.ID, kind)
		}
	}
	for rule, form := range map[string]string{"L91-23.1": "ND356-mau-08", "ND356-8.3": "ND356-mau-08"} {
		i := slices.IndexFunc(b.Rules("son-la", "2026-11-22"), func(r regulation.Rule) bool { return r.ID == rule })
		require.Equal(t, form, b.Rules("son-la", "2026-11-22")[i].Form)
	}
}
