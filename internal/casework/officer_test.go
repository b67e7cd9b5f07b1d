package casework_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

func (d *desk) reasonsOf(user, id string, name incident.MoveName) []string {
	d.Helper()
	moves, err := d.Moves(d.ctx(), d.by(user), id)
	require.NoError(d, err)
	var codes []string
	for _, m := range moves {
		if m.Move == name {
			for _, r := range m.Reasons {
				codes = append(codes, r.Code)
			}
		}
	}
	return codes
}

func TestWhatTheClosingStillLacksIsToldFromTheFirstDayOnToTheTeamAlone(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime)
		lead := d.reasonsOf("lead", v.ID, incident.MoveClose)
		require.Equal(d, "wrong_status", lead[0])
		require.Contains(d, lead, "obligation_pending")
		require.Contains(d, lead, "resolution_missing")
		officer := d.reasonsOf("officer", v.ID, incident.MoveClose)
		require.Equal(d, "role_missing", officer[0])
		require.Contains(d, officer, "obligation_pending")
		for _, other := range []string{"reporter", "auditor", "leader"} {
			require.Len(d, d.reasonsOf(other, v.ID, incident.MoveClose), 1, other)
		}
	})
}

var (
	wholeInitial = map[string]any{
		"reporter_address": "Sơn La", "reporter_phone": "0212", "reporter_email": "t@sonla.gov.vn", "operator_name": "Trung tâm",
		"detection": []any{"logs"}, "told": []any{"coordinator"},
	}
	wholeProgress = map[string]any{"developments": "Đang xử lý", "cause": "Lỗ hổng", "scope": "Một máy chủ", "remedy": "Đã vá"}
	signedLetter  = incident.Document{Number: "12", Symbol: "BC-ĐUCSC", IssuedOn: "2026-11-21", SignerName: "Trần Thị Mai"}
)

func (d *desk) sendReport(id, report string, in incident.Send) (incident.NationalReport, error) {
	return d.SendNationalReport(d.ctx(), d.call("officer", ""), id, report, in)
}

func TestAReportThatNeedNotNameCauseScopeAndRemedyIsNotTheOneOf72Hours(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		letter := incident.Send{Channel: incident.ChannelDocument, Document: signedLetter}
		initial := d.file(v.ID, casework.NewNationalReport{Kind: incident.InitialReport, Fields: wholeInitial})
		_, err := d.sendReport(v.ID, initial.ID, letter)
		require.NoError(d, err)
		require.Equal(d, incident.DutyPending, d.dutyOf(v.ID, "ND331-31.2.d-nguyen-nhan").Status)
		progress := d.file(v.ID, casework.NewNationalReport{Kind: incident.ProgressReport, Fields: wholeProgress})
		_, err = d.sendReport(v.ID, progress.ID, letter)
		require.NoError(d, err)
		require.Equal(d, incident.DutyFulfilled, d.dutyOf(v.ID, "ND331-31.2.d-nguyen-nhan").Status)
	})
}

func TestADraftTellsAtOnceWhatItLacks(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		initial := d.file(v.ID, casework.NewNationalReport{Kind: incident.InitialReport})
		final := d.file(v.ID, casework.NewNationalReport{Kind: incident.FinalReport})
		missing, err := d.Missing(d.ctx(), initial, final)
		require.NoError(d, err)
		pointers := func(id string) []string {
			var out []string
			for _, f := range missing[id] {
				out = append(out, f.Pointer)
			}
			return out
		}
		require.Contains(d, pointers(initial.ID), "/fields/detection")
		require.Contains(d, pointers(initial.ID), "/document/signer_name")
		require.NotContains(d, pointers(initial.ID), "/fields/description", "the case fills it in")
		require.Contains(d, pointers(final.ID), "/initial_report_id")

		_, err = d.sendReport(v.ID, initial.ID, incident.Send{Channel: incident.ChannelDocument})
		f, ok := fault.As(err)
		require.True(d, ok)
		require.Equal(d, missing[initial.ID], f.Fields, "the refusal names the same")

		whole := d.file(v.ID, casework.NewNationalReport{Kind: incident.InitialReport, Fields: wholeInitial})
		sent, err := d.sendReport(v.ID, whole.ID, incident.Send{Channel: incident.ChannelDocument, Document: signedLetter})
		require.NoError(d, err)
		missing, err = d.Missing(d.ctx(), sent, final)
		require.NoError(d, err)
		require.Empty(d, missing[sent.ID])
		require.NotContains(d, pointers(final.ID), "/initial_report_id")
	})
}

func TestALetterEnteredLaterWasSentWhenItWasSent(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		progress := d.file(v.ID, casework.NewNationalReport{Kind: incident.ProgressReport, Fields: wholeProgress})
		due := *d.dutyOf(v.ID, "ND331-31.2.d-nguyen-nhan").DueAt
		inTime, ahead, long := due.Add(-time.Hour), due.Add(3*time.Hour), v.DetectedAt.Add(-48*time.Hour)
		d.at = due.Add(2 * time.Hour)
		for _, x := range []struct {
			at      *time.Time
			channel incident.Channel
			code    string
		}{{&ahead, incident.ChannelDocument, "out_of_range"}, {&long, incident.ChannelDocument, "out_of_range"}, {&inTime, incident.ChannelEmail, "not_here"}, {&inTime, incident.ChannelAPI, "not_here"}} {
			_, err := d.sendReport(v.ID, progress.ID, incident.Send{Channel: x.channel, Document: signedLetter, At: x.at})
			f, ok := fault.As(err)
			require.True(d, ok, "%v", err)
			require.Len(d, f.Fields, 1)
			require.Equal(d, "/at", f.Fields[0].Pointer)
			require.Equal(d, x.code, f.Fields[0].Code)
		}
		sent, err := d.sendReport(v.ID, progress.ID, incident.Send{Channel: incident.ChannelDocument, Document: signedLetter, At: &inTime})
		require.NoError(d, err)
		require.Equal(d, inTime, *sent.SentAt)
		done := d.dutyOf(v.ID, "ND331-31.2.d-nguyen-nhan")
		require.Equal(d, incident.DutyFulfilled, done.Status)
		require.False(d, done.Late, "it was sent in time")
	})
}

func TestWhatTheOwnerDidBeforeTheDeskLearnedOfItIsEnteredAsItWas(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime)
		detected := d.at.Add(-5 * 24 * time.Hour)
		v, err := d.Correct(d.ctx(), d.call("lead", "*"), v.ID, api.IncidentPatch{DetectedAt: api.Set(detected.Format(time.RFC3339)), Reason: "nhầm"})
		require.NoError(d, err)
		owed := d.dutyOf(v.ID, "L116-12.3")
		require.True(d, owed.StartedAt.After(detected.Add(48*time.Hour)))
		fulfil := func(at time.Time) error {
			_, err := d.FulfilObligation(d.ctx(), d.call("officer", ""), v.ID, owed.ID, incident.Fulfil{At: at, Channel: incident.ChannelPhone})
			return err
		}
		require.ErrorIs(d, fulfil(detected.Add(-25*time.Hour)), fault.Invalid)
		require.NoError(d, fulfil(detected.Add(time.Hour)))
		require.Equal(d, detected.Add(time.Hour), *d.dutyOf(v.ID, "L116-12.3").FulfilledAt)
	})
}

func TestADutyIsReadWithTheNamesAndFormsThatGoWithIt(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.PersonalData)
		x := d.dutyOf(v.ID, "ND331-31.2.d-nguyen-nhan")
		words, err := d.DutyWords(d.ctx(), d.at, x)
		require.NoError(d, err)
		require.NotEmpty(d, words.Agencies[x.OwedByID])
		require.NotEmpty(d, words.Agencies[*x.ToAgencyID])
		require.Equal(d, v.Code, words.Codes[v.ID])
		for rule, want := range map[string][]string{"ND331-31.2.d-nguyen-nhan": {"progress", "final"}, "L91-23.1": {"personal_data"}, "L91-23.2": {}} {
			kinds, x := []string{}, d.dutyOf(v.ID, rule)
			for _, f := range words.FormsOf(&x) {
				kinds = append(kinds, f.Kind)
			}
			require.ElementsMatch(d, want, kinds, rule)
		}
	})
}

func TestTheFiguresOfAnAgencyAreThoseOfItsDuties(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime, incident.PersonalData)
		done, waived := d.dutyOf(v.ID, "L91-23.1"), d.dutyOf(v.ID, "L91-23.2")
		d.at = d.at.Add(80 * time.Hour) // past the report of 72 hours
		_, err := d.FulfilObligation(d.ctx(), d.call("officer", ""), v.ID, done.ID, incident.Fulfil{At: d.at, Channel: incident.ChannelPhone})
		require.NoError(d, err)
		_, err = d.WaiveObligation(d.ctx(), d.call("lead", ""), v.ID, waived.ID, "không lộ dữ liệu")
		require.NoError(d, err)

		count := func(user, from, to string, ofCase *bool) casework.DutyCounts {
			n, err := d.CountObligations(d.ctx(), d.by(user), from, to, ofCase, d.at)
			require.NoError(d, err)
			return n
		}
		yes, no := true, false
		all := count("lead", "2026-01-01", "2028-01-01", &yes)
		list, _, err := d.Obligations(d.ctx(), d.by("lead"), v.ID)
		require.NoError(d, err)
		var want store.DutyCount
		for _, x := range list {
			want.Add(map[incident.DutyStatus]store.DutyCount{
				incident.DutyPending: {Pending: 1}, incident.DutyFulfilled: {Fulfilled: 1}, incident.DutyWaived: {Waived: 1},
				incident.DutyNotApplicable: {NotApplicable: 1},
			}[x.Status])
			if x.Overdue(d.at) {
				want.Overdue++
			}
			if x.Late {
				want.Late++
			}
		}
		require.Equal(d, want, all.Total)
		require.Positive(d, want.Overdue)
		require.Positive(d, want.Late)
		require.Equal(d, 1, want.Waived)
		require.Equal(d, all, count("leader", "2026-01-01", "2028-01-01", &yes), "leaders have the figures of every agency")
		require.Equal(d, count("lead", "2026-01-01", "2028-01-01", &no), count("leader", "2026-01-01", "2028-01-01", &no))
		own := count("reporter", "2026-01-01", "2028-01-01", nil)
		require.LessOrEqual(d, len(own.Agencies), 1, "others have their own")
		for _, a := range own.Agencies {
			require.Equal(d, d.by("reporter").AgencyID, a.OwedByID)
		}

		due := *d.dutyOf(v.ID, "ND331-31.2.d-nguyen-nhan").DueAt
		from := due.In(regulation.Zone).Format(time.DateOnly)
		require.Zero(d, count("lead", due.AddDate(0, 0, 40).Format(time.DateOnly), "", &yes).Total, "another month")
		require.Positive(d, count("lead", from, due.In(regulation.Zone).AddDate(0, 0, 1).Format(time.DateOnly), &yes).Total.Overdue, "its day")
		_, err = d.CountObligations(d.ctx(), d.by("lead"), from, from, nil, d.at)
		require.ErrorIs(d, err, fault.Malformed)
	})
}

func TestForcesAreAskedForByARequestAfterTheDecision(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime)
		_, err := d.Respond(d.ctx(), d.call("officer", "*"), v.ID, "")
		require.NoError(d, err)
		toPolice := func(list []incident.Duty) incident.Duty {
			i := slices.IndexFunc(list, func(x incident.Duty) bool { return x.Rule == "SL-6.1.c" && x.ToRole == "police" })
			require.GreaterOrEqual(d, i, 0)
			return list[i]
		}
		acknowledged := func(kind incident.HandoverKind) {
			h := d.ask(v.ID, d.by("police").AgencyID, kind)
			_, err := d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "")
			require.NoError(d, err)
		}
		acknowledged(incident.Notice)
		d.at = d.at.Add(time.Hour)
		_, err = d.NotifyNational(d.ctx(), d.call("lead", "*"), v.ID, "vượt khả năng", nil)
		require.NoError(d, err)
		list, _, err := d.Obligations(d.ctx(), d.by("lead"), v.ID)
		require.NoError(d, err)
		require.Equal(d, incident.DutyPending, toPolice(list).Status, "a notice of an hour before asked for nothing")
		d.at = d.at.Add(time.Hour)
		acknowledged(incident.Notice)
		list, _, err = d.Obligations(d.ctx(), d.by("lead"), v.ID)
		require.NoError(d, err)
		require.Equal(d, incident.DutyPending, toPolice(list).Status, "nor does one that comes after")
		acknowledged(incident.Mobilisation)
		list, _, err = d.Obligations(d.ctx(), d.by("lead"), v.ID)
		require.NoError(d, err)
		require.Equal(d, incident.DutyFulfilled, toPolice(list).Status)
	})
}
