package casework_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/exchange"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// given are records as a file would give them.
type given []api.HistoricIncident

func (g *given) Next() (*exchange.Row, error) {
	if len(*g) == 0 {
		return nil, io.EOF
	}
	row := &exchange.Row{Line: 1, Record: (*g)[0]}
	*g = (*g)[1:]
	return row, nil
}

func (*given) Close() error { return nil }

func (d *desk) bring(by policy.Actor, dry bool, rows ...api.HistoricIncident) casework.ImportCounts {
	d.Helper()
	g := given(rows)
	n, err := d.Import(d.ctx(), casework.ImportFile{
		ID: "0199aaaa-0000-7000-8000-000000000001", By: by, At: d.at, Format: exchange.JSONL, Name: "f", Reader: &g, DryRun: dry, Dir: d.TempDir(),
	})
	require.NoError(d, err)
	return n
}

func record(title string) api.HistoricIncident {
	return api.HistoricIncident{NewIncident: api.NewIncident{
		Title: title, Description: "mô tả", DetectedAt: "2025-01-01T00:00:00Z", System: api.System{Name: "Cổng"},
	}}
}

// Whoever may import sees no case by that: what a file says of a case is not compared aloud
// with what stands in it.
func TestAnImportTellsNothingOfACaseThatItsCallerDoesNotSee(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		_, err := d.Correct(d.ctx(), d.call("lead", "*"), v.ID, api.IncidentPatch{Restricted: api.Set(true)})
		require.NoError(d, err)
		guess := record("Tấn công mã hóa dữ liệu")
		guess.Code = v.Code
		n := d.bring(d.by("admin"), true, guess)
		require.Equal(d, 1, n.Refused)
		require.Equal(d, "differs", n.Errors[0].Code)
		require.NotContains(d, n.Errors[0].Text.EN, "title")
		require.NotContains(d, n.Errors[0].Text.VI, "title")

		both := d.by("admin")
		both.UserID, both.Roles = d.by("lead").UserID, append(both.Roles, policy.Lead)
		n = d.bring(both, true, guess)
		require.Contains(d, n.Errors[0].Text.EN, "title", "who sees the case is told in what it differs")
	})
}

// A record whose agency the registry does not know is nobody's report: it opens no sight.
func TestARecordOfAnUnknownAgencyIsSeenByNoAgencyForIt(t *testing.T) {
	eachDesk(t, func(d *desk) {
		admin := d.by("admin")
		admin.AgencyID = d.by("other").AgencyID // an administrator of the department of health
		h := record("Sự cố cũ của đơn vị đã giải thể")
		h.ReportingAgency = "Trung tâm CNTT cũ"
		require.Equal(d, 1, d.bring(admin, false, h).Written)
		for who, want := range map[string]int{"officer": 1, "auditor": 1, "other": 0, "reporter": 0} {
			page, err := d.List(d.ctx(), d.by(who), casework.ListQuery{Limit: 10, Sort: "-reported_at"})
			require.NoError(d, err)
			require.Len(d, page.Items, want, who)
		}
	})
}

func TestParticipantsDoNotTellThatTheReporterWasAskedSomethingToo(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		d.accepted(v.ID, "police", "police")
		h := d.ask(v.ID, d.by("reporter").AgencyID, "coordination")
		require.NotEmpty(d, h.ID)
		list, err := d.Participants(d.ctx(), d.by("police"), v.ID)
		require.NoError(d, err)
		for _, p := range list {
			if p.Agency.ID == d.by("reporter").AgencyID {
				require.True(d, p.AsReporter)
				require.False(d, p.AsPartner, "a handover is known to its two sides only")
			}
		}
		mine, err := d.Participants(d.ctx(), d.by("reporter"), v.ID)
		require.NoError(d, err)
		for _, p := range mine {
			if p.Agency.ID == d.by("reporter").AgencyID {
				require.True(d, p.AsReporter && p.AsPartner)
			}
		}
	})
}
