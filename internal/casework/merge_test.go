package casework_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

func (d *desk) merge(id, into string) casework.CaseView {
	d.Helper()
	v, err := d.Merge(d.ctx(), d.call("lead", "*"), id, into, "Cùng một vụ tấn công")
	require.NoError(d, err)
	return v
}

func (d *desk) get(username, id string) casework.CaseView {
	d.Helper()
	v, err := d.Get(d.ctx(), d.by(username), id)
	require.NoError(d, err)
	return v
}

func (d *desk) timeline(username, id string) map[string]casework.Entry {
	d.Helper()
	list, _, err := d.Timeline(d.ctx(), d.by(username), id, 0, 200)
	require.NoError(d, err)
	out := map[string]casework.Entry{}
	for _, e := range list {
		out[e.Type] = e
	}
	return out
}

func (d *desk) reportBy(username string, natures ...incident.Nature) casework.CaseView {
	d.Helper()
	v, err := d.Report(d.ctx(), d.call(username, ""), casework.NewReport{
		Title: "Thư điện tử lừa đảo", Description: "Nhiều cán bộ nhận thư giả mạo", DetectedAt: d.at.Add(-time.Hour),
		DetectedPrecision: incident.PrecisionMinute, Natures: natures, TLP: incident.TLPAmber, System: incident.System{Name: "Thư công vụ"},
	})
	require.NoError(d, err)
	return v
}

func TestAMergeMovesWhatIsOpenAndLeavesWhatHasEnded(t *testing.T) {
	eachDesk(t, func(d *desk) {
		police, military := d.agency(incident.RolePolice), d.agency(incident.RoleMilitary)
		a, b := d.triaged(), d.reportBy("other")
		open := d.ask(a.ID, police, incident.Coordination)
		_, err := d.Acknowledge(d.ctx(), d.call("police", "*"), a.ID, open.ID, "đã nhận")
		require.NoError(d, err)
		ended := d.ask(a.ID, military, incident.Coordination)
		_, err = d.Withdraw(d.ctx(), d.call("officer", "*"), a.ID, ended.ID, "không cần nữa")
		require.NoError(d, err)
		_, err = d.NotifyNational(d.ctx(), d.call("lead", "*"), a.ID, "vượt khả năng", nil)
		require.NoError(d, err)

		a = d.merge(a.ID, b.ID)
		require.Equal(d, incident.Merged, a.Status)
		require.Equal(d, b.ID, *a.MergedIntoID)
		require.Equal(d, b.Version+1, d.get("lead", b.ID).Version, "the target changes too")

		there, err := d.CaseHandovers(d.ctx(), d.by("officer"), casework.HandoverFilter{IncidentID: b.ID, Limit: 10})
		require.NoError(d, err)
		require.Len(d, there.Items, 1)
		require.Equal(d, open.ID, there.Items[0].ID)
		here, err := d.CaseHandovers(d.ctx(), d.by("officer"), casework.HandoverFilter{IncidentID: a.ID, Limit: 10})
		require.NoError(d, err)
		require.Len(d, here.Items, 1)
		require.Equal(d, ended.ID, here.Items[0].ID, "history stays")
		reports, err := d.NationalReports(d.ctx(), d.by("lead"), b.ID)
		require.NoError(d, err)
		require.Len(d, reports, 1)

		// The police answer under the address they were given; they follow the handover, and
		// its history is in the case that they see.
		old, err := d.Handover(d.ctx(), d.by("police"), a.ID, open.ID)
		require.NoError(d, err)
		require.Equal(d, b.ID, old.IncidentID)
		_, err = d.Accept(d.ctx(), d.call("police", `"2"`), a.ID, open.ID, incident.Answer{})
		require.ErrorIs(d, err, fault.Stale, "what was read before the merge is stale")
		_, err = d.Accept(d.ctx(), d.call("police", `"3"`), a.ID, open.ID, incident.Answer{})
		require.NoError(d, err)
		_, err = d.Get(d.ctx(), d.by("police"), a.ID)
		require.ErrorIs(d, err, fault.NotFound)
		line := d.timeline("police", b.ID)
		require.Contains(d, line, "handover.moved")
		require.Contains(d, line, "handover.accepted")
		require.Equal(d, "acknowledged", line["handover.moved"].Data["to"])
		require.Equal(d, "Đề nghị phối hợp", line["handover.moved"].Data["message"])
		require.NotEmpty(d, line["handover.moved"].Data["acknowledged_at"])
		require.NotContains(d, line["handover.moved"].Data, "other_incident_id", "the case it came from is not theirs to see")
		require.NotContains(d, line, "incident.absorbed")

		links, err := d.Links(d.ctx(), d.by("officer"), b.ID, nil, 10)
		require.NoError(d, err)
		require.Len(d, links.Items, 1)
		require.Equal(d, incident.LinkMerged, links.Items[0].Kind)
		_, err = d.RemoveLink(d.ctx(), d.call("lead", ""), b.ID, links.Items[0].ID, "nhầm")
		require.ErrorIs(d, err, fault.Conflict, "it says where the work went, and stays")
		require.Equal(d, "in", links.Items[0].Direction)
	})
}

func TestTheReporterOfAMergedCaseFollowsItsOwnAndNotTheTarget(t *testing.T) {
	eachDesk(t, func(d *desk) {
		a, b := d.triaged(), d.reportBy("other")
		d.merge(a.ID, b.ID)
		v := d.get("reporter", a.ID)
		require.Equal(d, incident.Merged, v.Status)
		require.True(d, v.HidesTarget)
		line := d.timeline("reporter", a.ID)
		require.Equal(d, "Cùng một vụ tấn công", line["incident.merged"].Data["reason"])
		require.NotContains(d, line["incident.merged"].Data, "other_incident_id")
		o, err := d.Outcome(d.ctx(), d.by("reporter"), a.ID)
		require.NoError(d, err)
		require.Equal(d, incident.Reported, o.Last.Status, "it is told how the case stands that absorbed its own")
		require.True(d, o.ToldOfLast)
		require.False(d, o.ShowsLast)
		_, err = d.Get(d.ctx(), d.by("reporter"), b.ID)
		require.ErrorIs(d, err, fault.NotFound)
		links, err := d.Links(d.ctx(), d.by("reporter"), a.ID, nil, 10)
		require.NoError(d, err)
		require.Empty(d, links.Items)
		require.NotContains(d, d.timeline("other", b.ID), "incident.absorbed", "nor does the target's reporter learn of the source")
		require.False(d, d.get("lead", a.ID).HidesTarget)
		require.Contains(d, d.timeline("lead", b.ID)["incident.absorbed"].Data, "other_code")
		_, err = d.Correct(d.ctx(), d.call("lead", "*"), b.ID, patchRestricted(d.by("lead2").UserID))
		require.NoError(d, err)
		o, err = d.Outcome(d.ctx(), d.by("reporter"), a.ID)
		require.NoError(d, err)
		require.False(d, o.ToldOfLast, "unless that is for named people")
	})
}

func TestTheSameDutyRemainsOnceAndIsNotLost(t *testing.T) {
	eachDesk(t, func(d *desk) {
		police := d.agency(incident.RolePolice)
		early := d.triaged(incident.Cybercrime)
		late := d.triaged(incident.Cybercrime)
		first := d.duties(early.ID)[0]
		d.merge(early.ID, late.ID)
		joined := d.duties(late.ID)
		require.Len(d, joined, 1)
		require.Equal(d, incident.DutyPending, joined[0].Status)
		require.Equal(d, *first.TargetAt, *joined[0].TargetAt, "the earlier due time")
		require.Equal(d, incident.DutyNotApplicable, d.duties(early.ID)[0].Status)

		told := d.triaged(incident.Cybercrime)
		h := d.ask(told.ID, police, incident.Notice)
		_, err := d.Acknowledge(d.ctx(), d.call("police", "*"), told.ID, h.ID, "")
		require.NoError(d, err)
		d.merge(told.ID, late.ID)
		joined = d.duties(late.ID)
		require.Len(d, joined, 1)
		require.Equal(d, incident.DutyFulfilled, joined[0].Status, "fulfilled in one is fulfilled")
		require.Equal(d, h.ID, *joined[0].HandoverID)

		// A duty follows its case even where the target's own facts do not call for it.
		owing, plain := d.triaged(incident.Cybercrime), d.triaged()
		d.merge(owing.ID, plain.ID)
		require.Empty(d, d.duties(owing.ID))
		require.Len(d, d.duties(plain.ID), 1)
		require.Equal(d, []incident.Nature{incident.Cybercrime}, d.get("lead", plain.ID).Natures)
		_, err = d.Correct(d.ctx(), d.call("lead", "*"), plain.ID, patchNatures())
		require.NoError(d, err)
		require.Equal(d, incident.DutyPending, d.duties(plain.ID)[0].Status, "nor does a correction there end it")
	})
}

func TestTheStricterProtectionWins(t *testing.T) {
	eachDesk(t, func(d *desk) {
		a, b := d.triaged(), d.triaged()
		_, err := d.Correct(d.ctx(), d.call("lead", "*"), a.ID, patchRestricted(d.by("lead2").UserID))
		require.NoError(d, err)
		d.merge(a.ID, b.ID)
		v := d.get("lead", b.ID)
		require.True(d, v.Restricted)
		require.Equal(d, incident.TLPRed, v.TLP)
		require.ElementsMatch(d, []string{d.by("lead").UserID, d.by("lead2").UserID}, v.People)
		_, err = d.Get(d.ctx(), d.by("officer"), b.ID)
		require.ErrorIs(d, err, fault.NotFound, "who is not named does not see the target any more")
	})
}

func TestATargetOutOfSightIsLikeAnAbsentOne(t *testing.T) {
	eachDesk(t, func(d *desk) {
		a, b := d.triaged(), d.triaged()
		_, err := d.Correct(d.ctx(), d.call("lead", "*"), b.ID, patchRestricted(d.by("lead2").UserID))
		require.NoError(d, err)
		var errs []string
		for _, into := range []string{b.ID, uuid.NewString()} {
			c := d.call("lead", "*")
			c.By = d.by("lead")
			c.By.UserID = d.by("officer").UserID // a lead who is not named
			_, err := d.Merge(d.ctx(), c, a.ID, into, "trùng")
			require.ErrorIs(d, err, fault.Invalid)
			errs = append(errs, err.Error())
		}
		require.Equal(d, errs[0], errs[1])
		require.Contains(d, errs[0], "/into_id unknown_incident")
		_, err = d.Merge(d.ctx(), d.call("lead", "*"), a.ID, a.ID, "trùng")
		require.ErrorIs(d, err, fault.Invalid)

		for name, x := range map[string]func(c *casework.CaseView){
			"target_status": func(c *casework.CaseView) {
				_, err := d.Reject(d.ctx(), d.call("lead", "*"), c.ID, "other", "x")
				require.NoError(d, err)
			},
			"exercise_mismatch": func(c *casework.CaseView) {
				v, err := d.Report(d.ctx(), d.call("reporter", ""), casework.NewReport{
					Title: "Diễn tập", Description: "x", DetectedAt: d.at, DetectedPrecision: incident.PrecisionMinute,
					TLP: incident.TLPAmber, Exercise: true, System: incident.System{Name: "x"},
				})
				require.NoError(d, err)
				*c = v
			},
		} {
			target := d.triaged()
			x(&target)
			before := d.get("lead", a.ID).Version
			_, err := d.Merge(d.ctx(), d.call("lead", "*"), a.ID, target.ID, "trùng")
			require.ErrorIs(d, err, fault.Conflict, name)
			require.ErrorContains(d, err, name)
			require.Equal(d, before, d.get("lead", a.ID).Version)
		}
	})
}

func TestAReopenedCaseOpensItsDutiesAnewAndLeavesWhatMoved(t *testing.T) {
	eachDesk(t, func(d *desk) {
		police := d.agency(incident.RolePolice)
		a, b, c := d.triaged(incident.Cybercrime), d.triaged(), d.triaged(incident.Cybercrime)
		h := d.ask(a.ID, police, incident.Coordination)
		d.merge(a.ID, b.ID)
		d.merge(b.ID, c.ID)
		v, err := d.Reopen(d.ctx(), d.call("lead", "*"), a.ID, "không cùng vụ")
		require.NoError(d, err)
		require.Equal(d, incident.Reported, v.Status)
		require.Nil(d, v.MergedIntoID)
		require.Nil(d, v.TriagedAt)
		duties := d.duties(a.ID)
		require.Len(d, duties, 1)
		require.Equal(d, incident.DutyPending, duties[0].Status)
		require.Equal(d, d.at, duties[0].StartedAt, "with a clock of its own")
		require.Len(d, d.duties(c.ID), 1)
		for _, address := range []string{a.ID, b.ID, c.ID} {
			moved, err := d.Handover(d.ctx(), d.by("police"), address, h.ID)
			require.NoError(d, err, "it is found under every address it had")
			require.Equal(d, c.ID, moved.IncidentID)
		}
		_, err = d.Handover(d.ctx(), d.by("police"), d.triaged().ID, h.ID)
		require.ErrorIs(d, err, fault.NotFound)

		// b had its duty joined with that of c: it starts again as well.
		v, err = d.Reopen(d.ctx(), d.call("lead", "*"), b.ID, "không cùng vụ")
		require.NoError(d, err)
		require.Equal(d, incident.DutyPending, d.duties(v.ID)[0].Status)
		require.Equal(d, d.at, d.duties(v.ID)[0].StartedAt)
		d.merge(a.ID, b.ID)
		links, err := d.Links(d.ctx(), d.by("officer"), a.ID, nil, 10)
		require.NoError(d, err)
		require.Len(d, links.Items, 1, "the same merge again makes no second link")
	})
}

func TestAReporterTakesItsReportBackBeforeTriage(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report(incident.Cybercrime)
		for _, who := range []string{"lead", "officer"} {
			_, err := d.WithdrawReport(d.ctx(), d.call(who, "*"), v.ID, "nhầm")
			require.ErrorIs(d, err, fault.Forbidden, "the team rejects what others report")
		}
		_, err := d.WithdrawReport(d.ctx(), d.call("other", "*"), v.ID, "nhầm")
		require.ErrorIs(d, err, fault.NotFound)
		v, err = d.WithdrawReport(d.ctx(), d.call("reporter", "*"), v.ID, "Bảo trì có kế hoạch")
		require.NoError(d, err)
		require.Equal(d, incident.Rejected, v.Status)
		duty := d.duties(v.ID)[0]
		require.Equal(d, incident.DutyNotApplicable, duty.Status)
		require.Contains(d, duty.Reason, "Bảo trì có kế hoạch")
		line := d.timeline("reporter", v.ID)
		require.NotContains(d, line, "incident.rejected")
		require.Equal(d, "withdrawn", line["incident.withdrawn"].Data["reason"])
		require.Equal(d, "Bảo trì có kế hoạch", line["incident.withdrawn"].Data["note"])

		asked := d.report()
		d.ask(asked.ID, d.agency(incident.RolePolice), incident.Coordination)
		_, err = d.WithdrawReport(d.ctx(), d.call("reporter", "*"), asked.ID, "nhầm")
		require.ErrorIs(d, err, fault.Conflict)
		require.NotContains(d, err.Error(), "request", "whom the team asked is not the reporter's to learn")
		triaged := d.triaged()
		_, err = d.WithdrawReport(d.ctx(), d.call("reporter", "*"), triaged.ID, "nhầm")
		require.ErrorIs(d, err, fault.Conflict)
	})
}

func TestALinkIsShownOnlyToWhoSeesBothCases(t *testing.T) {
	eachDesk(t, func(d *desk) {
		a, b := d.triaged(), d.reportBy("other")
		l, err := d.AddLink(d.ctx(), d.call("officer", ""), a.ID, casework.NewLink{ToID: b.ID, Kind: incident.LinkCausedBy, Note: "thư lừa đảo mở đường"})
		require.NoError(d, err)
		require.Equal(d, a.Version, d.get("lead", a.ID).Version, "a link changes no version")
		_, err = d.AddLink(d.ctx(), d.call("officer", ""), a.ID, casework.NewLink{ToID: b.ID, Kind: incident.LinkCausedBy})
		require.ErrorIs(d, err, fault.Conflict)
		count := func(who, id string) int {
			page, err := d.Links(d.ctx(), d.by(who), id, nil, 10)
			require.NoError(d, err)
			return len(page.Items)
		}
		require.Equal(d, []int{1, 1, 0, 0}, []int{count("officer", a.ID), count("auditor", b.ID), count("reporter", a.ID), count("other", b.ID)})
		require.Contains(d, d.timeline("officer", b.ID), "link.added")

		_, err = d.Correct(d.ctx(), d.call("lead", "*"), b.ID, patchRestricted(d.by("lead2").UserID))
		require.NoError(d, err)
		require.Zero(d, count("officer", a.ID))
		require.NotContains(d, d.timeline("officer", a.ID), "link.added")
		_, err = d.RemoveLink(d.ctx(), d.call("officer", ""), a.ID, l.ID, "nhầm")
		require.ErrorIs(d, err, fault.NotFound)
		_, err = d.AddLink(d.ctx(), d.call("officer", ""), a.ID, casework.NewLink{ToID: b.ID, Kind: incident.LinkRelated})
		require.ErrorIs(d, err, fault.Invalid)

		gone, err := d.RemoveLink(d.ctx(), d.call("lead", ""), b.ID, l.ID, "nhầm")
		require.NoError(d, err)
		require.NotNil(d, gone.RemovedAt)
		require.Zero(d, count("lead", a.ID))
		require.Contains(d, d.timeline("lead", a.ID), "link.removed", "kept in the record of both")
		_, err = d.RemoveLink(d.ctx(), d.call("lead", ""), a.ID, l.ID, "lần nữa")
		require.ErrorIs(d, err, fault.Conflict)
		_, err = d.AddLink(d.ctx(), d.call("lead", ""), a.ID, casework.NewLink{ToID: b.ID, Kind: incident.LinkCausedBy})
		require.NoError(d, err)
	})
}

func patchNatures() api.IncidentPatch {
	return api.IncidentPatch{Natures: api.Set([]string{})}
}

func patchRestricted(userIDs ...string) api.IncidentPatch {
	return api.IncidentPatch{Restricted: api.Set(true), TLP: api.Set("red"), NamedUserIDs: api.Set(userIDs)}
}
