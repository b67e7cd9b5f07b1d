package casework_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

func observable(value string, audience incident.Audience, tlp incident.TLP) casework.NewObservable {
	return casework.NewObservable{Type: incident.ObservableDomain, Value: value, Audience: audience, TLP: tlp, IsIOC: true}
}

func (d *desk) observe(who, caseID string, in casework.NewObservable) casework.ObservableView {
	d.Helper()
	o, err := d.AddObservable(d.ctx(), d.call(who, ""), caseID, in)
	require.NoError(d, err)
	return o
}

func (d *desk) observablesOf(who, caseID string) map[string]casework.ObservableView {
	d.Helper()
	page, err := d.CaseObservables(d.ctx(), d.by(who), casework.ObservableFilter{IncidentID: caseID, Limit: 200})
	require.NoError(d, err)
	out := map[string]casework.ObservableView{}
	for _, o := range page.Items {
		out[o.ID] = o
	}
	return out
}

func TestAnObservableStandsInACaseOnceAndCanBeRetracted(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		o := d.observe("officer", v.ID, observable("evil[.]VN", incident.AudienceParticipants, incident.TLPGreen))
		require.Equal(d, "evil.vn", o.Value)
		require.Equal(d, "evil[.]VN", o.Given)
		_, err := d.AddObservable(d.ctx(), d.call("officer", ""), v.ID, observable("EVIL.vn", incident.AudienceTeam, incident.TLPRed))
		f, ok := fault.As(err)
		require.True(d, ok)
		require.Equal(d, fault.Conflict, f.Kind)
		require.Equal(d, "already_added", f.Fields[0].Code)
		require.Contains(d, f.Fields[0].Text.EN, o.ID)

		_, err = d.RetractObservable(d.ctx(), d.call("reporter", ""), v.ID, o.ID, "nhầm")
		require.ErrorIs(d, err, fault.Forbidden)
		_, err = d.RetractObservable(d.ctx(), d.call("other", ""), v.ID, o.ID, "nhầm")
		require.ErrorIs(d, err, fault.NotFound)
		gone, err := d.RetractObservable(d.ctx(), d.call("officer", ""), v.ID, o.ID, "nhầm")
		require.NoError(d, err)
		require.Equal(d, "nhầm", gone.RetractReason)
		_, err = d.RetractObservable(d.ctx(), d.call("officer", ""), v.ID, o.ID, "nhầm")
		require.ErrorIs(d, err, fault.Conflict)
		require.NotNil(d, d.observablesOf("reporter", v.ID)[o.ID].RetractedAt, "it is kept, and shown as retracted")
		found, err := d.Observables(d.ctx(), d.by("officer"), casework.ObservableFilter{Value: "evil.vn", Limit: 10})
		require.NoError(d, err)
		require.Empty(d, found.Items)
		d.observe("officer", v.ID, observable("evil.vn", incident.AudienceTeam, incident.TLPRed))
		require.Equal(d, []string{"observable.added", "observable.retracted", "observable.added"}, d.typesOf("officer", v.ID, "observable"))
		require.Equal(d, []string{"observable.added", "observable.retracted"}, d.typesOf("reporter", v.ID, "observable"))
	})
}

func TestManyObservablesAreAddedAllOrNone(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		team := func(values ...string) (list []casework.NewObservable) {
			for _, x := range values {
				list = append(list, observable(x, incident.AudienceTeam, incident.TLPAmber))
			}
			return list
		}
		added, err := d.AddObservables(d.ctx(), d.call("officer", ""), v.ID, team("a.vn", "b.vn", "c.vn"))
		require.NoError(d, err)
		require.Len(d, added, 3)
		for _, x := range []struct {
			list          []casework.NewObservable
			pointer, code string
		}{
			{team("d.vn", "không phải", "e.vn"), "/observables/1/value", "not_of_type"},
			{team("d.vn", "e.vn", "D[.]vn"), "/observables/2/value", "repeated"},
			{team("d.vn", "B.vn"), "/observables/1/value", "already_added"},
			{nil, "/observables", "out_of_range"},
			{make([]casework.NewObservable, casework.MaxObservables+1), "/observables", "out_of_range"},
		} {
			_, err := d.AddObservables(d.ctx(), d.call("officer", ""), v.ID, x.list)
			f, ok := fault.As(err)
			require.True(d, ok)
			require.Equal(d, x.pointer, f.Fields[0].Pointer)
			require.Equal(d, x.code, f.Fields[0].Code)
		}
		require.Len(d, d.observablesOf("officer", v.ID), 3)
		_, err = d.AddObservables(d.ctx(), d.call("officer", ""), v.ID, team("ok.vn"))
		require.NoError(d, err)
	})
}

func TestWhatOneDoesNotSeeRefusesNothingAndCountsNowhere(t *testing.T) {
	eachDesk(t, func(d *desk) {
		// The police lead the case, and do not see what the team noted for itself.
		v := d.triaged()
		in := casework.NewHandover{
			ToAgencyID: d.agency(incident.RolePolice), Kind: incident.Coordination, Message: "m", Channel: incident.ChannelAPI, Urgency: incident.Normal, TransfersLead: true,
		}
		h, err := d.AskHandover(d.ctx(), d.call("officer", ""), v.ID, in)
		require.NoError(d, err)
		_, err = d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "")
		require.NoError(d, err)
		_, err = d.Accept(d.ctx(), d.call("police", "*"), v.ID, h.ID, incident.Answer{})
		require.NoError(d, err)
		d.observe("officer", v.ID, observable("an.vn", incident.AudienceTeam, incident.TLPAmber))
		mine := d.observe("police", v.ID, observable("an.vn", incident.AudienceParticipants, incident.TLPRed))
		require.EqualValues(d, 0, mine.SeenIn)
		require.Len(d, d.observablesOf("police", v.ID), 1)
		require.Len(d, d.observablesOf("officer", v.ID), 2)
		require.Empty(d, d.observablesOf("reporter", v.ID))

		// Another case, which the police do not see at all.
		w := d.triaged()
		seen := d.observe("officer", w.ID, observable("an.vn", incident.AudienceParticipants, incident.TLPClear))
		require.EqualValues(d, 1, seen.SeenIn, "two observables of one case are one case")
		require.EqualValues(d, 0, d.observablesOf("police", v.ID)[mine.ID].SeenIn)
		sightings, err := d.Seen(d.ctx(), d.by("police"), v.ID, mine.ID, nil, 10)
		require.NoError(d, err)
		require.Empty(d, sightings.Items)
		sightings, err = d.Seen(d.ctx(), d.by("officer"), w.ID, seen.ID, nil, 10)
		require.NoError(d, err)
		require.Len(d, sightings.Items, 1)
		require.Equal(d, v.Code, sightings.Items[0].Code)
		_, err = d.Seen(d.ctx(), d.by("police"), w.ID, seen.ID, nil, 10)
		require.ErrorIs(d, err, fault.NotFound)
		_, err = d.Correct(d.ctx(), d.call("lead", "*"), v.ID, api.IncidentPatch{Restricted: api.Set(true)})
		require.NoError(d, err)
		require.EqualValues(d, 0, d.observablesOf("officer", w.ID)[seen.ID].SeenIn, "a restricted case counts only for who is named")
		require.EqualValues(d, 1, d.observablesOf("lead", w.ID)[seen.ID].SeenIn)
	})
}

func TestObservablesAreFoundInAnyWriting(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		for _, x := range []string{"evil.vn", "evil.example", "other.vn"} {
			d.observe("officer", v.ID, observable(x, incident.AudienceTeam, incident.TLPAmber))
		}
		d.observe("officer", v.ID, casework.NewObservable{Type: incident.ObservableFilename, Value: "evil.vn", Audience: incident.AudienceTeam, TLP: incident.TLPAmber})
		count := func(who string, f casework.ObservableFilter) int {
			f.Limit = 10
			page, err := d.Observables(d.ctx(), d.by(who), f)
			require.NoError(d, err)
			return len(page.Items)
		}
		require.Equal(d, 2, count("officer", casework.ObservableFilter{Value: "EVIL[.]vn"}), "a domain and a file of that name")
		require.Equal(d, 1, count("officer", casework.ObservableFilter{Value: "EVIL[.]vn", Type: []string{"domain"}}))
		require.Equal(d, 1, count("officer", casework.ObservableFilter{Value: "evil.vn", Type: []string{"filename"}}))
		require.Equal(d, 3, count("officer", casework.ObservableFilter{Prefix: "evil[.]"}))
		require.Equal(d, 0, count("officer", casework.ObservableFilter{Prefix: "vil"}))
		require.Equal(d, 0, count("officer", casework.ObservableFilter{Value: "evil.vn", Type: []string{"ip"}}))
		require.Equal(d, 4, count("auditor", casework.ObservableFilter{}))
		require.Equal(d, 0, count("reporter", casework.ObservableFilter{}))
		require.Equal(d, 0, count("other", casework.ObservableFilter{Value: "evil.vn"}))
	})
}
