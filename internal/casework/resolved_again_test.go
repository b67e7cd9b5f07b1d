package casework_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// finalRules ask for a report of the end, of every case and of a serious one by another clause.
const finalRules = `
id: final
kind: overlay
title: {vi: Thử, en: Test}
rules:
  - id: T-final
    instrument: Luật thử
    clause: Điều 31
    confidence: read
    title: {vi: Báo cáo kết thúc, en: Final report}
    when: "true"
    owed_by: team
    told: [national_coordinator]
    clock: {start: resolved, unit: days, value: 5}
    fulfilled_by: ["report:final"]
    blocks_closure: true
  - id: T-final-lost
    instrument: Luật thử
    clause: Điều 32
    confidence: read
    title: {vi: Báo cáo kết thúc khi mất kiểm soát, en: Final report where control was lost}
    when: control_lost
    owed_by: team
    told: [national_coordinator]
    clock: {start: resolved, unit: none}
    fulfilled_by: ["report:final"]
    blocks_closure: true
`

func eachFinalDesk(t *testing.T, test func(d *lawDesk)) {
	t.Helper()
	book := bookOf(t, finalRules)
	eachLawDesk(t, func(d *lawDesk) { d.shelf.Put(book); test(d) })
}

var signed = incident.Send{
	Channel:  incident.ChannelDocument,
	Document: incident.Document{Number: "12", Symbol: "BC-ĐUCSC", IssuedOn: "2026-11-21", SignerName: "Trần Thị Mai"},
}

// finalReports are a report of the beginning and one of the end, with all that their forms ask for.
func finalReports() (initial, final casework.NewNationalReport) {
	fields := map[string]any{"reporter_address": "Sơn La", "reporter_phone": "0212", "reporter_email": "t@sonla.gov.vn", "operator_name": "Trung tâm"}
	initial = casework.NewNationalReport{Kind: incident.InitialReport, Fields: maps.Clone(fields)}
	initial.Fields["detection"], initial.Fields["told"] = []any{"logs"}, []any{"coordinator"}
	final = casework.NewNationalReport{Kind: incident.FinalReport, Fields: maps.Clone(fields)}
	final.Fields["cause"], final.Fields["scope"] = "Lỗ hổng", "Một máy chủ"
	return initial, final
}

// sendFinal sends a report of the end of the case.
func (d *lawDesk) sendFinal(id string) {
	d.Helper()
	initial, final := finalReports()
	for _, in := range []casework.NewNationalReport{initial, final} {
		_, err := d.SendNationalReport(d.ctx(), d.call("officer", ""), id, d.file(id, in).ID, signed)
		require.NoError(d, err)
	}
}

func (d *lawDesk) reopened(id string) {
	d.Helper()
	_, err := d.Reopen(d.ctx(), d.call("lead", "*"), id, "phát hiện thêm")
	require.NoError(d, err)
}

// pendingAtTheGate are the clauses of the tests for which the case is not closed; it is closed
// where there are none.
func (d *lawDesk) pendingAtTheGate(id string) []string {
	d.Helper()
	_, err := d.Close(d.ctx(), d.call("lead", "*"), id, "l")
	out := []string{}
	if err == nil {
		return out
	}
	f, ok := fault.As(err)
	require.True(d, ok, "%v", err)
	for _, r := range f.Reasons {
		if r.Code == "obligation_pending" && strings.HasPrefix(r.Basis, "Luật thử") {
			out = append(out, r.Basis)
		}
	}
	return out
}

func TestACaseThatIsResolvedAgainOwesItsReportOfTheEndAgain(t *testing.T) {
	eachFinalDesk(t, func(d *lawDesk) {
		v := d.responding()
		d.resolved(v.ID)
		d.sendFinal(v.ID)
		first := d.one(v.ID, "T-final")
		require.Equal(d, incident.DutyFulfilled, first.Status)
		d.at = d.at.Add(time.Hour)
		d.reopened(v.ID)
		require.Equal(d, []incident.Duty{first}, d.of(v.ID, "T-final"), "what was done stays done")
		d.correct(v.ID, stated("control_lost"))
		d.at = d.at.Add(time.Hour)
		d.resolved(v.ID)

		list := d.of(v.ID, "T-final")
		require.Len(d, list, 2)
		require.Equal(d, first, list[0])
		second := list[1]
		require.Equal(d, incident.DutyPending, second.Status, "the report of the first end does not tell the second")
		require.Equal(d, "2", second.Occurrence)
		require.True(d, second.StartedAt.After(first.StartedAt))
		require.NotEqual(d, first.DueAt, second.DueAt, "it has a clock of its own")
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-final-lost").Status, "nor a clause that was not concerned then")
		require.ElementsMatch(d, []string{"Luật thử Điều 31", "Luật thử Điều 32"}, d.pendingAtTheGate(v.ID))

		d.sendFinal(v.ID)
		list = d.of(v.ID, "T-final")
		require.Equal(d, first, list[0])
		require.Equal(d, incident.DutyFulfilled, list[1].Status)
		require.NotEqual(d, first.ReportID, list[1].ReportID)
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-final-lost").Status)
		require.Empty(d, d.pendingAtTheGate(v.ID))
		d.replayed(v.ID)
	})
}

// Whether it was waived or was still owed: the end that counts is the last one, and is told once.
func TestOfEveryResolutionOneReportOfTheEndIsOwedAtMost(t *testing.T) {
	eachFinalDesk(t, func(d *lawDesk) {
		v := d.responding()
		d.resolved(v.ID)
		_, err := d.WaiveObligation(d.ctx(), d.call("lead", ""), v.ID, d.one(v.ID, "T-final").ID, "báo động giả")
		require.NoError(d, err)
		for round := range 3 { // resolved, and reopened before it was told
			d.at = d.at.Add(time.Hour)
			d.reopened(v.ID)
			d.resolved(v.ID)
			require.NotContains(d, d.reasonsOf("lead", v.ID, incident.MoveClose), "lapsed_by_closer", "who reopens frees the case of nothing")
			list := d.of(v.ID, "T-final")
			require.Len(d, list, 2+round)
			var open []incident.Duty
			for _, x := range list {
				if x.Status == incident.DutyPending {
					open = append(open, x)
				}
			}
			require.Len(d, open, 1)
			require.Equal(d, "2", open[0].Occurrence)
			require.Equal(d, incident.DutyWaived, list[0].Status)
		}
		d.sendFinal(v.ID)
		require.Empty(d, d.pendingAtTheGate(v.ID))
		d.at = d.at.Add(time.Hour)
		d.reopened(v.ID)
		d.resolved(v.ID)
		list := d.of(v.ID, "T-final")
		require.Equal(d, "3", list[len(list)-1].Occurrence)
		d.replayed(v.ID)
	})
}

// The report of a case that was merged in after its end is not that of the case that goes on.
func TestAReportOfTheEndThatCameWithAMergeIsNotThatOfTheTarget(t *testing.T) {
	eachFinalDesk(t, func(d *lawDesk) {
		from, into := d.responding(), d.responding()
		d.resolved(from.ID)
		d.sendFinal(from.ID)
		d.reopened(from.ID)
		d.at = d.at.Add(time.Hour)
		d.merge(from.ID, into.ID)
		require.Equal(d, incident.DutyFulfilled, d.one(into.ID, "T-final").Status)
		d.resolved(into.ID)
		list := d.of(into.ID, "T-final")
		require.Len(d, list, 2)
		require.Equal(d, incident.DutyPending, list[1].Status)
		require.Equal(d, []string{"Luật thử Điều 31"}, d.pendingAtTheGate(into.ID))
		d.replayed(into.ID)
	})
}

func TestAFileThatCountsFromTheResolutionAsksForNothingThatWasDone(t *testing.T) {
	eachFinalDesk(t, func(d *lawDesk) {
		d.shelf.Put(bookOf(t, strings.Replace(finalRules, "start: resolved, unit: days", "start: detected, unit: days", 1)))
		v := d.responding()
		d.resolved(v.ID)
		d.sendFinal(v.ID)
		d.shelf.Put(bookOf(t, finalRules))
		d.correct(v.ID, stated("control_lost"))
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-final").Status)
		require.Equal(d, incident.DutyFulfilled, d.one(v.ID, "T-final-lost").Status, "the report of this end has told it")
	})
}
