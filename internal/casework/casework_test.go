package casework_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

func TestTheDutyToTellThePoliceOpensAtReportAndEndsWithTheirAcknowledgement(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report(incident.Cybercrime)
		duty := d.duty(v.ID)
		require.Equal(d, "SL-6.1.e", duty.Rule)
		require.Equal(d, incident.DutyPending, duty.Status)
		require.Equal(d, v.ReportedAt, duty.StartedAt)
		m := d.ask(v.ID, d.agency(incident.RoleMilitary), incident.Notice)
		_, err := d.Acknowledge(d.ctx(), d.call("military", "*"), v.ID, m.ID, "")
		require.NoError(d, err)
		require.Equal(d, incident.DutyPending, d.duty(v.ID).Status, "the military is not the police")
		h := d.ask(v.ID, d.agency(incident.RolePolice), incident.Notice)
		require.Equal(d, incident.DutyPending, d.duty(v.ID).Status, "asking is not yet telling")
		_, err = d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		duty = d.duty(v.ID)
		require.Equal(d, incident.DutyFulfilled, duty.Status)
		require.Equal(d, h.ID, *duty.HandoverID)
	})
}

func TestDutiesFollowCorrectedNatures(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report()
		natures := func(list ...string) {
			_, err := d.Correct(d.ctx(), d.call("officer", "*"), v.ID, api.IncidentPatch{Natures: api.Set(list)})
			require.NoError(d, err)
		}
		natures("cybercrime")
		opened := d.duty(v.ID)
		require.Equal(d, incident.DutyPending, opened.Status)
		natures("cybercrime", "personal_data")
		require.Equal(d, opened, d.duty(v.ID), "the same facts twice change nothing")
		natures("personal_data")
		require.Equal(d, incident.DutyNotApplicable, d.duty(v.ID).Status)
		natures("cyber_espionage")
		again := d.duty(v.ID)
		require.Equal(d, incident.DutyPending, again.Status)
		require.Equal(d, opened.DueAt, again.DueAt, "with its old due time")
	})
}

func TestADutyThatChangesTwiceInOneMicrosecondKeepsBoth(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report(incident.Cybercrime)
		c := casework.Call{By: d.by("officer"), At: v.ReportedAt, Match: "*"}
		_, err := d.Correct(d.ctx(), c, v.ID, api.IncidentPatch{Natures: api.Set([]string{})})
		require.NoError(d, err)
		require.Equal(d, incident.DutyNotApplicable, d.duty(v.ID).Status)
	})
}

func TestWhoeverWaivesADutyDoesNotClose(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime)
		_, err := d.Respond(d.ctx(), d.call("officer", "*"), v.ID, "")
		require.NoError(d, err)
		_, err = d.Resolve(d.ctx(), d.call("officer", "*"), v.ID, incident.Resolve{Reason: "fixed", Summary: "s", Prevention: "p", Handled: "self"})
		require.NoError(d, err)
		_, err = d.WaiveObligation(d.ctx(), d.call("officer", ""), "", d.duty(v.ID).ID, "why")
		require.ErrorIs(d, err, fault.Forbidden)
		_, err = d.WaiveObligation(d.ctx(), d.call("lead", ""), "", d.duty(v.ID).ID, "đã báo trực tiếp")
		require.NoError(d, err)
		d.settle("lead", v.ID)
		_, err = d.Close(d.ctx(), d.call("lead", "*"), v.ID, "learned")
		require.ErrorIs(d, err, fault.Conflict)
		require.ErrorContains(d, err, "waived_by_closer")
		closed, err := d.Close(d.ctx(), d.call("lead2", "*"), v.ID, "learned")
		require.NoError(d, err)
		require.Equal(d, incident.Closed, closed.Status)
	})
}

func TestAnEndedPartnerKeepsItsHandoverAndLosesTheCase(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		_, err := d.Get(d.ctx(), d.by("police"), v.ID)
		require.ErrorIs(d, err, fault.NotFound)
		h := d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		_, err = d.Get(d.ctx(), d.by("police"), v.ID)
		require.NoError(d, err)
		_, err = d.Acknowledge(d.ctx(), d.call("police", `"1"`), v.ID, h.ID, "")
		require.NoError(d, err)
		_, err = d.Decline(d.ctx(), d.call("police", `"2"`), v.ID, h.ID, "không thuộc thẩm quyền")
		require.NoError(d, err)
		_, err = d.Get(d.ctx(), d.by("police"), v.ID)
		require.ErrorIs(d, err, fault.NotFound)
		own, err := d.Handover(d.ctx(), d.by("police"), v.ID, h.ID)
		require.NoError(d, err)
		require.Equal(d, incident.Declined, own.Status)
		_, err = d.Handover(d.ctx(), d.by("military"), v.ID, h.ID)
		require.ErrorIs(d, err, fault.NotFound)
	})
}

func TestARestrictedCaseIsForItsNamedPeople(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		h := d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		_, err := d.Correct(d.ctx(), d.call("officer", "*"), v.ID, api.IncidentPatch{Restricted: api.Set(true)})
		require.ErrorIs(d, err, fault.Forbidden)
		got, err := d.Correct(d.ctx(), d.call("lead", "*"), v.ID, api.IncidentPatch{Restricted: api.Set(true)})
		require.NoError(d, err)
		require.Equal(d, []string{d.by("lead").UserID}, got.People)
		for _, who := range []string{"officer", "lead2", "police", "reporter", "leader"} {
			_, err := d.Get(d.ctx(), d.by(who), v.ID)
			require.ErrorIs(d, err, fault.NotFound, who)
			page, err := d.List(d.ctx(), d.by(who), casework.ListQuery{Limit: 10, Now: d.at, Count: true, Sort: "-reported_at"})
			require.NoError(d, err)
			require.Empty(d, page.Items, who)
			require.Zero(d, *page.Total, who)
		}
		_, err = d.Get(d.ctx(), d.by("auditor"), v.ID)
		require.NoError(d, err)
		_, err = d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "")
		require.NoError(d, err, "an addressee always sees and may answer its handover")
		_, err = d.Correct(d.ctx(), d.call("lead", "*"), v.ID, api.IncidentPatch{NamedUserIDs: api.Set([]string{d.by("officer").UserID})})
		require.NoError(d, err)
		_, err = d.Get(d.ctx(), d.by("officer"), v.ID)
		require.NoError(d, err)
	})
}

func TestALiaisonThatLeadsWorksOnTheCaseAndGivesTheLeadBack(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime)
		_, err := d.Respond(d.ctx(), d.call("police", "*"), v.ID, "")
		require.ErrorIs(d, err, fault.NotFound)
		h, err := d.AskHandover(d.ctx(), d.call("officer", ""), v.ID, casework.NewHandover{
			ToAgencyID: d.agency(incident.RolePolice), Kind: incident.Investigation, Message: "Chuyển điều tra",
			Channel: incident.ChannelDocument, Urgency: incident.HoaToc, TransfersLead: true,
		})
		require.NoError(d, err)
		_, err = d.Respond(d.ctx(), d.call("police", "*"), v.ID, "")
		require.ErrorIs(d, err, fault.Forbidden, "not before it leads")
		_, err = d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		_, err = d.Accept(d.ctx(), d.call("police", "*"), v.ID, h.ID, incident.Answer{})
		require.NoError(d, err)
		got, err := d.Respond(d.ctx(), d.call("police", "*"), v.ID, "bắt đầu")
		require.NoError(d, err)
		require.Equal(d, d.agency(incident.RolePolice), got.LeadAgencyID)
		_, err = d.Resolve(d.ctx(), d.call("officer", "*"), v.ID, incident.Resolve{Reason: "fixed", Summary: "s", Prevention: "p", Handled: "self"})
		require.ErrorIs(d, err, fault.Forbidden, "an officer of the lead agency resolves")
		_, err = d.Complete(d.ctx(), d.call("police", "*"), v.ID, h.ID, "xong")
		require.NoError(d, err)
		back, err := d.Get(d.ctx(), d.by("officer"), v.ID)
		require.NoError(d, err)
		require.Equal(d, d.agency(incident.RoleTeam), back.LeadAgencyID)
	})
}

func TestAPartnerAsksOnlyTheLead(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		ask := func(to string) error {
			_, err := d.AskHandover(d.ctx(), d.call("police", ""), v.ID, casework.NewHandover{
				ToAgencyID: to, Kind: incident.EvidenceTransfer, Message: "Đề nghị cung cấp chứng cứ", Channel: incident.ChannelAPI, Urgency: incident.Normal,
			})
			return err
		}
		require.ErrorIs(d, ask(d.agency(incident.RoleMilitary)), fault.Forbidden)
		require.NoError(d, ask(d.agency(incident.RoleTeam)))
	})
}

func TestARequestOnPaperIsEnteredByATeamLead(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		police := d.agency(incident.RolePolice)
		in := casework.NewHandover{
			ToAgencyID: d.agency(incident.RoleTeam), FromAgencyID: &police, Kind: incident.EvidenceTransfer,
			Message: "Công văn đề nghị cung cấp nhật ký", Channel: incident.ChannelDocument, Urgency: incident.Khan,
		}
		_, err := d.AskHandover(d.ctx(), d.call("officer", ""), v.ID, in)
		require.ErrorIs(d, err, fault.Forbidden)
		h, err := d.AskHandover(d.ctx(), d.call("lead", ""), v.ID, in)
		require.NoError(d, err)
		require.True(d, h.Recorded)
		require.Equal(d, police, h.FromAgencyID)
	})
}

func TestTheChainIsWholeAndEveryEventHasItsMessage(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime)
		h := d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		_, err := d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "đã nhận")
		require.NoError(d, err)
		events, err := d.store.Read(d.ctx()).EventsOf(v.ID, 1, 1000)
		require.NoError(d, err)
		require.GreaterOrEqual(d, len(events), 5)
		prev, seq := audit.Genesis, int64(0)
		for _, e := range events {
			require.NoError(d, audit.Link(audit.Entry{
				SealVersion: e.SealVersion, ID: e.ID, ChainID: e.ChainID, Seq: e.Seq, Type: e.Type, ObjectKind: e.ObjectKind,
				ObjectID: e.ObjectID, ActorID: e.ActorID, AgencyID: e.AgencyID, At: e.At, PayloadHash: e.PayloadHash, PrevHash: e.PrevHash,
			}, e.Hash, seq, prev))
			prev, seq = e.Hash, e.Seq
		}
		rows, err := d.store.Waiting(d.ctx(), 100)
		require.NoError(d, err)
		require.Len(d, rows, len(events))
		for i, r := range rows {
			require.Equal(d, events[i].ID, r.EventID)
			require.NotContains(d, r.Message, "cybercrime")
			require.NotContains(d, r.Message, "đã nhận")
			require.NotContains(d, r.Message, "Cổng")
		}
	})
}

func TestARefusedWriteLeavesNothingBehind(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		before, err := d.store.Read(d.ctx()).EventsOf(v.ID, 1, 1000)
		require.NoError(d, err)
		_, err = d.Escalate(d.ctx(), d.call("officer", "*"), v.ID, "why", []casework.NewHandover{
			{ToAgencyID: d.agency(incident.RolePolice), Kind: incident.Coordination, Message: "m", Channel: incident.ChannelAPI, Urgency: incident.Normal},
			{ToAgencyID: "01990000-0000-7000-8000-000000000001", Kind: incident.Coordination, Message: "m", Channel: incident.ChannelAPI, Urgency: incident.Normal},
		})
		f, ok := fault.As(err)
		require.True(d, ok)
		require.Equal(d, "/handovers/1/to_agency_id", f.Fields[0].Pointer)
		after, err := d.store.Read(d.ctx()).EventsOf(v.ID, 1, 1000)
		require.NoError(d, err)
		require.Equal(d, before, after)
		got, err := d.Get(d.ctx(), d.by("officer"), v.ID)
		require.NoError(d, err)
		require.Equal(d, v.Version, got.Version)
	})
}

func TestOfThirtyTwoWhoMoveTheSameCaseExactlyOneWins(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		c := d.call("officer", `"2"`)
		var mu sync.Mutex
		won, stale := 0, 0
		var all sync.WaitGroup
		for range 32 {
			all.Go(func() {
				_, err := d.Respond(d.ctx(), c, v.ID, "")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won++
				case fault.Stale.In(err):
					stale++
				default:
					d.Errorf("unexpected: %v", err)
				}
			})
		}
		all.Wait()
		require.Equal(d, 1, won)
		require.Equal(d, 31, stale)
	})
}

func TestAStateSecretIsRefusedAndNothingIsKept(t *testing.T) {
	eachDesk(t, func(d *desk) {
		_, err := d.Report(d.ctx(), d.call("reporter", ""), casework.NewReport{Title: "mật", ContainsStateSecret: true})
		require.ErrorIs(d, err, fault.StateSecret)
		page, err := d.List(d.ctx(), d.by("auditor"), casework.ListQuery{Limit: 10, Now: d.at, Sort: "-reported_at"})
		require.NoError(d, err)
		require.Empty(d, page.Items)
	})
}

func TestMovesNeverTellAStrangerToTheGateWhatItLacks(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime)
		moves, err := d.Moves(d.ctx(), d.by("reporter"), v.ID)
		require.NoError(d, err)
		for _, m := range moves {
			require.False(d, m.Allowed)
			require.Len(d, m.Reasons, 1)
			want := "role_missing"
			if m.Move == incident.MoveWithdraw { // its own report, of which it knows the status
				want = "wrong_status"
			}
			require.Equal(d, want, m.Reasons[0].Code)
		}
		moves, err = d.Moves(d.ctx(), d.by("lead"), v.ID)
		require.NoError(d, err)
		allowed := map[incident.MoveName]bool{}
		for _, m := range moves {
			allowed[m.Move] = m.Allowed
		}
		require.True(d, allowed[incident.MoveRespond])
		require.False(d, allowed[incident.MoveClose])
	})
}

func TestATimelineIsCutToItsReader(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime)
		d.ask(v.ID, d.agency(incident.RoleMilitary), incident.Coordination)
		d.ask(v.ID, d.agency(incident.RolePolice), incident.Notice)
		for _, n := range []incident.Audience{incident.AudienceTeam, incident.AudienceParticipants} {
			_, err := d.AddNote(d.ctx(), d.call("officer", ""), v.ID, casework.NewNote{Text: "ghi chú " + string(n), Audience: n, TLP: incident.TLPGreen})
			require.NoError(d, err)
		}
		types := func(who string) (list []string) {
			entries, more, err := d.Timeline(d.ctx(), d.by(who), v.ID, 0, 100)
			require.NoError(d, err)
			require.False(d, more)
			for i, e := range entries {
				require.True(d, i == 0 || e.Seq > entries[i-1].Seq)
				if rule, of := e.Data["rule"]; of && rule != tellPolice {
					continue
				}
				list = append(list, e.Type)
			}
			return list
		}
		require.Equal(d, []string{"incident.reported", "incident.classified", "obligation.opened", "incident.triaged", "handover.requested", "handover.requested", "note.added", "note.added"}, types("officer"))
		require.Equal(d, types("officer"), types("auditor"))
		require.Equal(d, []string{"incident.reported", "incident.triaged", "note.added"}, types("reporter"))
		require.Equal(d, []string{"incident.reported", "incident.triaged", "handover.requested", "note.added"}, types("police"))
		require.Equal(d, []string{"incident.reported", "incident.triaged"}, types("leader"))
		entries, _, err := d.Timeline(d.ctx(), d.by("leader"), v.ID, 0, 100)
		require.NoError(d, err)
		require.NotContains(d, entries[0].Data, "description")
	})
}

func TestAPartnersFilterTellsNothingOfWhatItDoesNotSee(t *testing.T) {
	eachDesk(t, func(d *desk) {
		d.triaged(incident.Cybercrime)
		count := func(who string, q casework.ListQuery) int {
			q.Limit, q.Now, q.Sort = 10, d.at, "-reported_at"
			page, err := d.List(d.ctx(), d.by(who), q)
			require.NoError(d, err)
			return len(page.Items)
		}
		require.Equal(d, 1, count("reporter", casework.ListQuery{}))
		require.Equal(d, 0, count("reporter", casework.ListQuery{Nature: []string{"cybercrime"}}))
		require.Equal(d, 0, count("reporter", casework.ListQuery{Category: []string{"availability.ddos"}}))
		require.Equal(d, 1, count("officer", casework.ListQuery{Nature: []string{"cybercrime"}}))
		require.Equal(d, 0, count("other", casework.ListQuery{}))
		require.Equal(d, 0, count("admin", casework.ListQuery{}))
		_, err := d.List(d.ctx(), d.by("reporter"), casework.ListQuery{AssigneeID: d.by("officer").UserID, Limit: 10, Now: d.at})
		require.ErrorIs(d, err, fault.Forbidden)
	})
}

func TestTheRequestForHelpIsMadeSentAndAcknowledged(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		_, err := d.NotifyNational(d.ctx(), d.call("officer", "*"), v.ID, "vượt khả năng", nil)
		require.ErrorIs(d, err, fault.Forbidden)
		got, err := d.NotifyNational(d.ctx(), d.call("lead", "*"), v.ID, "vượt khả năng", nil)
		require.NoError(d, err)
		require.Equal(d, incident.National, got.Status)
		list, err := d.NationalReports(d.ctx(), d.by("officer"), v.ID)
		require.NoError(d, err)
		require.Len(d, list, 1)
		require.Equal(d, d.agency(incident.RoleNationalCoordinator), list[0].ToAgencyID)
		_, err = d.AcknowledgeNationalReport(d.ctx(), d.call("lead", ""), v.ID, list[0].ID, casework.AckReport{OfficerName: "Trực ban"})
		require.ErrorIs(d, err, fault.Conflict, "not sent yet")
		_, err = d.SendNationalReport(d.ctx(), d.call("officer", ""), v.ID, list[0].ID, incident.Send{Channel: incident.ChannelEmail})
		require.NoError(d, err)
		r, err := d.AcknowledgeNationalReport(d.ctx(), d.call("lead", ""), v.ID, list[0].ID, casework.AckReport{OfficerName: "Trực ban", Reference: "VNCERT-12"})
		require.NoError(d, err)
		require.Equal(d, incident.ReportAcknowledged, r.Status)
		_, err = d.NationalReports(d.ctx(), d.by("other"), v.ID)
		require.ErrorIs(d, err, fault.NotFound)
		mine, err := d.NationalReports(d.ctx(), d.by("reporter"), v.ID)
		require.NoError(d, err)
		require.Empty(d, mine)
	})
}

func TestAReporterCorrectsItsOwnReportOnlyBeforeTriageAndNotItsAssessment(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report()
		_, err := d.Correct(d.ctx(), d.call("reporter", `"1"`), v.ID, api.IncidentPatch{Description: api.Set("Bổ sung")})
		require.NoError(d, err)
		_, err = d.Correct(d.ctx(), d.call("reporter", `"2"`), v.ID, api.IncidentPatch{Severity: api.Set("critical")})
		require.ErrorIs(d, err, fault.Forbidden)
		_, err = d.Correct(d.ctx(), d.call("other", `"2"`), v.ID, api.IncidentPatch{Description: api.Set("của người khác")})
		require.ErrorIs(d, err, fault.NotFound)
		_, err = d.Triage(d.ctx(), d.call("officer", "*"), v.ID, incident.Triage{Category: "other.other", Severity: incident.Low})
		require.NoError(d, err)
		_, err = d.Correct(d.ctx(), d.call("reporter", "*"), v.ID, api.IncidentPatch{Description: api.Set("muộn")})
		require.ErrorIs(d, err, fault.Forbidden)
		_, err = d.Correct(d.ctx(), d.call("officer", "*"), v.ID, api.IncidentPatch{DetectedAt: api.Set("2026-11-21T00:00:00Z"), Reason: "nhầm"})
		require.ErrorIs(d, err, fault.Forbidden)
		got, err := d.Correct(d.ctx(), d.call("lead", "*"), v.ID, api.IncidentPatch{DetectedAt: api.Set("2026-11-21T00:00:00Z"), Reason: "nhầm"})
		require.NoError(d, err)
		require.Equal(d, "2026-11-21T00:00:00Z", got.DetectedAt.Format("2006-01-02T15:04:05Z07:00"))
	})
}

func TestVersionsAreAskedAndGuarded(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report()
		in := incident.Triage{Category: "other.other", Severity: incident.Low}
		_, err := d.Triage(d.ctx(), d.call("officer", ""), v.ID, in)
		require.ErrorIs(d, err, fault.VersionRequired)
		_, err = d.Triage(d.ctx(), d.call("officer", `"7"`), v.ID, in)
		require.ErrorIs(d, err, fault.Stale)
		_, err = d.Triage(d.ctx(), d.call("officer", `"1"`), v.ID, in)
		require.NoError(d, err)
		_, err = d.Triage(d.ctx(), d.call("other", ""), v.ID, in)
		require.ErrorIs(d, err, fault.NotFound, "sight comes before the version")
		_, err = d.Triage(d.ctx(), d.call("reporter", ""), v.ID, in)
		require.ErrorIs(d, err, fault.Forbidden, "rights come before the version")
	})
}

func TestACorrectionMergesSingleMembers(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.report()
		name := v.System.Name
		got, err := d.Correct(d.ctx(), d.call("officer", "*"), v.ID, api.IncidentPatch{
			System: api.Set(api.SystemPatch{Level: api.Set(4)}), Facts: api.Set(map[string]api.Patch[bool]{"control_lost": api.Set(true)}),
			Report: api.Set(api.ReportPatch{ReporterName: api.Set("Đinh Thị Lan")}),
		})
		require.NoError(d, err)
		require.Equal(d, name, got.System.Name, "what the patch does not name stays")
		require.Equal(d, 4, *got.System.Level)
		require.Equal(d, "Đinh Thị Lan", got.Incident.Report.ReporterName)
		require.Equal(d, incident.ChannelAPI, got.Incident.Report.Channel)
		got, err = d.Correct(d.ctx(), d.call("officer", "*"), v.ID, api.IncidentPatch{
			System: api.Set(api.SystemPatch{Level: api.Clear[int]()}), Facts: api.Set(map[string]api.Patch[bool]{"control_lost": api.Clear[bool](), "may_spread": api.Set(false)}),
		})
		require.NoError(d, err)
		require.Nil(d, got.System.Level)
		require.Equal(d, incident.Facts{"may_spread": false}, got.Facts)
		_, err = d.Correct(d.ctx(), d.call("officer", "*"), v.ID, api.IncidentPatch{System: api.Set(api.SystemPatch{PublicAddresses: api.Set([]string{"10.0.0.1"})})})
		require.ErrorIs(d, err, fault.Invalid)
		same, err := d.Correct(d.ctx(), d.call("officer", "*"), v.ID, api.IncidentPatch{})
		require.NoError(d, err)
		require.Equal(d, got.Version, same.Version, "an empty patch changes nothing")
	})
}
