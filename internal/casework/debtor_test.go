package casework_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

// owed are the duties of the case that the user's agency sees, by rule.
func (d *desk) owed(username, caseID string) map[string]incident.Duty {
	d.Helper()
	list, _, err := d.Obligations(d.ctx(), d.by(username), caseID)
	require.NoError(d, err)
	out := map[string]incident.Duty{}
	for _, x := range list {
		out[x.Rule] = x
	}
	return out
}

// everywhere are the duties that the user sees over all cases, by id.
func (d *desk) everywhere(username string) map[string]incident.Duty {
	d.Helper()
	page, err := d.ListObligations(d.ctx(), d.by(username), casework.DutyFilter{Limit: 200, Now: d.at})
	require.NoError(d, err)
	out := map[string]incident.Duty{}
	for _, x := range page.Items {
		out[x.ID] = x
	}
	return out
}

const ownerTellsPolice = "L116-12.3"

func TestADebtorIsNotToldTheLetterThatFulfilledItsDutyForIt(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged(incident.Cybercrime)
		letter := incident.Document{Number: "77", Symbol: "CV-ĐƯCSC", IssuedOn: "2026-11-22", Subject: "Xác minh nội gián tại đơn vị vận hành", SignerName: "Lò Văn A"}
		h, err := d.AskHandover(d.ctx(), d.call("officer", ""), v.ID, casework.NewHandover{
			ToAgencyID: d.agency(incident.RolePolice), Kind: incident.Investigation, Message: "Nghi quản trị của đơn vị",
			Channel: incident.ChannelDocument, Urgency: incident.Khan, Document: letter,
		})
		require.NoError(d, err)
		_, err = d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "")
		require.NoError(d, err)

		whole := d.owed("officer", v.ID)[ownerTellsPolice]
		require.Equal(d, incident.DutyFulfilled, whole.Status)
		require.Equal(d, h.ID, *whole.HandoverID)
		require.Equal(d, letter, whole.Document)
		for name, x := range map[string]incident.Duty{"of the case": d.owed("reporter", v.ID)[ownerTellsPolice], "of all": d.everywhere("reporter")[whole.ID]} {
			require.Equal(d, incident.DutyFulfilled, x.Status, name)
			require.Equal(d, whole.FulfilledAt, x.FulfilledAt, name)
			require.Equal(d, incident.ChannelDocument, x.Channel, name)
			require.Nil(d, x.HandoverID, name)
			require.Zero(d, x.Document, name)
		}
		told := d.timeline("reporter", v.ID)["obligation.fulfilled"]
		text, err := json.Marshal(told)
		require.NoError(d, err)
		require.Equal(d, "fulfilled", told.Data["to"])
		require.Empty(d, told.ActorName, "who took it up at the police is not the suspect's to know")
		for _, hidden := range []string{h.ID, letter.Subject, letter.SignerName, letter.Symbol} {
			require.NotContains(d, string(text), hidden)
		}
		require.NotEmpty(d, d.timeline("officer", v.ID)["obligation.fulfilled"].Data["handover_id"])
	})
}

func TestADebtorIsNotToldTheNumberOfAReportItMayNotRead(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		_, err := d.Correct(d.ctx(), d.call("lead", "*"), v.ID, api.IncidentPatch{
			System: api.Set(api.SystemPatch{Level: api.Set(4)}), Reason: "đính chính",
			Facts: api.Set(map[string]api.Patch[bool]{"control_lost": api.Set(true), "owner_cannot_cope": api.Set(true)}),
		})
		require.NoError(d, err)
		r := d.sendInitial(v.ID, incident.Document{Number: "9", Symbol: "BC-ĐƯCSC", Subject: "Sơ hở của đơn vị", SignerName: "Lò Văn A"})
		done := func(who string) incident.Duty {
			list := d.everywhere(who)
			for _, x := range list {
				if x.IncidentID != nil && *x.IncidentID == v.ID && x.Status == incident.DutyFulfilled && x.OwedByID == d.by("reporter").AgencyID {
					return x
				}
			}
			require.Fail(d, "nothing was fulfilled", list)
			return incident.Duty{}
		}
		require.Equal(d, r.ID, *done("officer").ReportID)
		x := done("reporter")
		require.Nil(d, x.ReportID)
		require.Zero(d, x.Document)
	})
}

// sendInitial sends the initial report of the case with that document.
func (d *desk) sendInitial(caseID string, doc incident.Document) incident.NationalReport {
	d.Helper()
	empty := d.file(caseID, casework.NewNationalReport{Kind: incident.InitialReport})
	_, err := d.WithdrawNationalReport(d.ctx(), d.call("officer", "*"), caseID, empty.ID, "lập lại")
	require.NoError(d, err)
	in := casework.NewNationalReport{Kind: incident.InitialReport, Fields: map[string]any{}}
	for _, f := range d.Forms("initial", "2026-11-22")[0].Fields {
		if !f.Mandatory || empty.Fields[f.Name] != nil {
			continue
		}
		switch f.Type {
		case regulation.FieldText:
			in.Fields[f.Name] = "văn bản"
		case regulation.FieldChoice:
			in.Fields[f.Name] = f.Choices[0].Value
		case regulation.FieldChoices:
			in.Fields[f.Name] = []any{f.Choices[0].Value}
		}
	}
	r := d.file(caseID, in)
	r, err = d.SendNationalReport(d.ctx(), d.call("officer", "*"), caseID, r.ID, incident.Send{Channel: incident.ChannelDocument, Document: doc})
	require.NoError(d, err)
	return r
}

func TestADutyThatAMergeTookAwayIsFoundUnderTheCaseThatItsDebtorKnows(t *testing.T) {
	eachDesk(t, func(d *desk) {
		a, b := d.triaged(incident.PersonalData), d.reportBy("other")
		before := d.owed("reporter", a.ID)
		d.merge(a.ID, b.ID)
		_, err := d.Get(d.ctx(), d.by("reporter"), b.ID)
		require.ErrorIs(d, err, fault.NotFound)

		moved, err := d.store.Read(d.ctx()).DutiesOf(b.ID)
		require.NoError(d, err)
		moved = slices.DeleteFunc(moved, func(x incident.Duty) bool { return x.OwedByID != d.by("reporter").AgencyID })
		require.NotEmpty(d, moved)
		now, all := d.owed("reporter", a.ID), d.everywhere("reporter")
		require.Len(d, now, len(before), "what is still owed stands where the debtor looks")
		for _, x := range moved {
			require.Equal(d, a.ID, *now[x.Rule].IncidentID)
			require.Equal(d, a.ID, *all[x.ID].IncidentID)
			require.Equal(d, incident.DutyPending, all[x.ID].Status)
			require.Equal(d, b.ID, *d.everywhere("officer")[x.ID].IncidentID)
			require.NotContains(d, d.everywhere("other"), x.ID)
		}

		// The target becomes a case for named people: its debtors are no longer told of it.
		_, err = d.Correct(d.ctx(), d.call("lead", "*"), b.ID, patchRestricted(d.by("lead").UserID))
		require.NoError(d, err)
		for _, x := range moved {
			require.NotContains(d, d.everywhere("reporter"), x.ID)
			require.NotContains(d, d.owed("reporter", a.ID), x.Rule)
		}
	})
}

func TestWhatADebtorDidIsNotToldToTheDebtorOfTheCaseThatItsOwnWasMergedInto(t *testing.T) {
	eachDesk(t, func(d *desk) {
		a, b := d.triaged(incident.Cybercrime), d.reportBy("other", incident.Cybercrime)
		done := d.owed("reporter", a.ID)[ownerTellsPolice]
		_, err := d.FulfilObligation(d.ctx(), d.call("officer", ""), a.ID, done.ID, incident.Fulfil{
			At: d.at, Channel: incident.ChannelDocument, Document: incident.Document{Number: "12", Subject: "Tường trình của đơn vị"}, Note: "đã gọi trực ban",
		})
		require.NoError(d, err)
		d.merge(a.ID, b.ID)
		for _, who := range []string{"other", "officer"} {
			x := d.owed(who, b.ID)[ownerTellsPolice]
			require.Equal(d, incident.DutyFulfilled, x.Status, "one telling counts for both")
			require.Zero(d, x.Document)
			require.Empty(d, x.Reason)
		}
		kept := d.owed("officer", a.ID)[ownerTellsPolice]
		require.Equal(d, "12", kept.Document.Number, "in the case that has ended the team reads it all")
		require.Equal(d, "đã gọi trực ban", kept.Reason)
	})
}
