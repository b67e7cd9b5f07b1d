package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// events makes the events of a chain from one sequence number to another.
func events(chain string, from, to int64) []store.Event {
	var out []store.Event
	for seq := from; seq <= to; seq++ {
		out = append(out, store.Event{
			ID: newID(), ChainID: chain, Seq: seq, Type: "incident.reported", ObjectKind: "incident", ObjectID: chain,
			ActorID: newID(), AgencyID: newID(), At: at(int(seq)), PayloadHash: "p", SealVersion: 1, PrevHash: "h0", Hash: "h1",
			Salt: "salt", Body: `{"ă":1}`, Subject: "ungcuu.son-la.incident.reported", Message: `{"id":1}`,
		})
	}
	return out
}

func appendEvents(t *testing.T, st *store.Store, list ...store.Event) {
	t.Helper()
	write(t, st, func(tx *store.Tx) error { return tx.AppendEvents(list) })
}

func TestEventsComeBackInOrderWithTheirPayload(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		chain := newID()
		list := events(chain, 1, 5)
		appendEvents(t, st, list[:2]...)
		appendEvents(t, st, events(newID(), 1, 3)...)
		appendEvents(t, st, list[2:]...)
		want := append([]store.Event{}, list...)
		for i := range want {
			want[i].Subject, want[i].Message = "", ""
		}
		got, err := read(st).Timeline(store.TimelineQuery{IncidentID: chain})
		require.NoError(t, err)
		require.Equal(t, want, got)
		got, err = read(st).Timeline(store.TimelineQuery{IncidentID: chain, AfterSeq: 1, Limit: 2})
		require.NoError(t, err)
		require.Equal(t, want[1:4], got, "one more than the limit tells that there is more")

		for i := range want {
			want[i].Salt, want[i].Body = "", ""
		}
		got, err = read(st).EventsOf(chain, 2, 4)
		require.NoError(t, err)
		require.Equal(t, want[1:4], got)

		// A redacted payload leaves the event.
		write(t, st, func(tx *store.Tx) error {
			return tx.Exec("DELETE FROM event_payloads WHERE event_id = ?", list[0].ID)
		})
		got, err = read(st).Timeline(store.TimelineQuery{IncidentID: chain})
		require.NoError(t, err)
		require.Equal(t, want[0], got[0])
	})
}

func TestASequenceNumberIsUsedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		chain := newID()
		appendEvents(t, st, events(chain, 1, 1)...)
		err := st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error { return tx.AppendEvents(events(chain, 1, 1)) })
		require.Error(t, err)
	})
}

func TestTheTimelineIsCutToWhatAReaderSees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, nil)
		seq := int64(0)
		about := func(kind, id, what string) store.Event {
			seq++
			e := events(inc.ID, seq, seq)[0]
			e.ObjectKind, e.ObjectID, e.Type, e.Body = kind, id, kind+".x", what
			return e
		}
		note := func(audience incident.Audience, tlp incident.TLP, agency string) string {
			n := &incident.Note{ID: newID(), IncidentID: inc.ID, Audience: audience, TLP: tlp, AuthorID: d.officer, AgencyID: agency, CreatedAt: t0}
			write(t, st, func(tx *store.Tx) error { return tx.CreateNote(n) })
			return n.ID
		}
		mine := d.createHandover(t, inc, nil)
		theirs := d.createHandover(t, inc, func(h *incident.Handover) { h.ToAgencyID = d.ministry })
		owed := d.createDuty(t, inc, func(x *incident.Duty) { x.OwedByID = d.police })
		notOwed := d.createDuty(t, inc, nil)
		appendEvents(t, st,
			about("incident", inc.ID, "moved"),
			about("handover", mine.ID, "mine"), about("handover", theirs.ID, "theirs"),
			about("obligation", owed.ID, "owed"), about("obligation", notOwed.ID, "not owed"),
			about("note", note(incident.AudienceTeam, incident.TLPGreen, d.team), "team"),
			about("note", note(incident.AudienceParticipants, incident.TLPGreen, d.team), "all"),
			about("note", note(incident.AudienceParticipants, incident.TLPRed, d.team), "red"),
			about("note", note(incident.AudienceTeam, incident.TLPRed, d.police), "own"),
		)
		for name, c := range map[string]struct {
			q    store.TimelineQuery
			want []string
		}{
			"everything": {store.TimelineQuery{}, []string{"moved", "mine", "theirs", "owed", "not owed", "team", "all", "red", "own"}},
			"types":      {store.TimelineQuery{Types: []string{"incident.x", "obligation.x"}}, []string{"moved", "owed", "not owed"}},
			"one type":   {store.TimelineQuery{Types: []string{"incident.x"}}, []string{"moved"}},
			"no type":    {store.TimelineQuery{Types: []string{}}, nil},
			"handovers":  {store.TimelineQuery{HandoversOf: d.police, Types: []string{"handover.x"}}, []string{"mine"}},
			"duties":     {store.TimelineQuery{DutiesOf: d.police, Types: []string{"obligation.x"}}, []string{"owed"}},
			"audience":   {store.TimelineQuery{NoteAudiences: []string{"participants"}, Types: []string{"note.x"}}, []string{"all", "red"}},
			"tlp":        {store.TimelineQuery{NoteTLP: []string{"clear", "green"}, Types: []string{"note.x"}}, []string{"team", "all"}},
			"no note":    {store.TimelineQuery{NoteTLP: []string{}, Types: []string{"note.x"}}, nil},
			"a partner": {store.TimelineQuery{
				HandoversOf: d.police, DutiesOf: d.police, NoteAudiences: []string{"participants"}, NoteTLP: []string{"green"}, NoteAgencyID: d.police,
			}, []string{"moved", "mine", "owed", "all", "own"}},
			"nobody's": {store.TimelineQuery{HandoversOf: "no id", DutiesOf: "no id"}, []string{"moved", "team", "all", "red", "own"}},
		} {
			c.q.IncidentID = inc.ID
			got, err := read(st).Timeline(c.q)
			require.NoError(t, err, name)
			var bodies []string
			for _, e := range got {
				bodies = append(bodies, e.Body)
			}
			require.Equal(t, c.want, bodies, name)
		}
	})
}

func TestNotesAreCutToWhatAReaderSees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc, other := d.create(t, nil), d.create(t, nil)
		var notes []incident.Note
		add := func(text string, audience incident.Audience, tlp incident.TLP, agency string) {
			n := incident.Note{
				ID: newID(), IncidentID: inc.ID, Audience: audience, TLP: tlp, Text: text,
				AuthorID: d.officer, AgencyID: agency, CreatedAt: at(len(notes) / 2),
			}
			write(t, st, func(tx *store.Tx) error { return tx.CreateNote(&n) })
			notes = append(notes, n)
		}
		add("team", incident.AudienceTeam, incident.TLPGreen, d.team)
		add("all", incident.AudienceParticipants, incident.TLPGreen, d.team)
		add("red", incident.AudienceParticipants, incident.TLPRed, d.team)
		add("own", incident.AudienceTeam, incident.TLPRed, d.police)

		got, err := read(st).Notes(store.NoteQuery{IncidentID: inc.ID})
		require.NoError(t, err)
		require.Equal(t, notes, got)
		got, err = read(st).Notes(store.NoteQuery{IncidentID: other.ID})
		require.NoError(t, err)
		require.Empty(t, got)
		got, err = read(st).Notes(store.NoteQuery{
			IncidentID: inc.ID, Audiences: []string{"participants"}, MaxTLP: []string{"clear", "green"}, OrAgencyID: d.police,
		})
		require.NoError(t, err)
		require.Equal(t, []incident.Note{notes[1], notes[3]}, got)
		got, err = read(st).Notes(store.NoteQuery{IncidentID: inc.ID, Limit: 1, After: &store.Position{At: notes[0].CreatedAt, ID: notes[0].ID}})
		require.NoError(t, err)
		require.Equal(t, notes[1:3], got)
	})
}

func TestTheOutboxKeepsTheOrderAndIsEmptied(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := t.Context()
		n, oldest, err := st.Backlog(ctx)
		require.NoError(t, err)
		require.Zero(t, n)
		require.Nil(t, oldest)

		a, b := events(newID(), 1, 3), events(newID(), 1, 1)
		appendEvents(t, st, a[:2]...)
		appendEvents(t, st, b...)
		appendEvents(t, st, a[2])
		waiting, err := st.Waiting(ctx, 10)
		require.NoError(t, err)
		require.Len(t, waiting, 4)
		for i, e := range []store.Event{a[0], a[1], b[0], a[2]} {
			require.Equal(t, store.OutboxRow{
				ID: waiting[i].ID, EventID: e.ID, ChainID: e.ChainID, Seq: e.Seq,
				Subject: e.Subject, Message: e.Message, CreatedAt: e.At,
			}, waiting[i])
			require.True(t, i == 0 || waiting[i-1].ID < waiting[i].ID)
		}
		n, oldest, err = st.Backlog(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 4, n)
		require.Equal(t, a[0].At, *oldest)

		require.NoError(t, st.MarkPublished(ctx, nil, at(9)))
		require.NoError(t, st.MarkPublished(ctx, []int64{waiting[0].ID, waiting[2].ID}, at(9)))
		require.NoError(t, st.MarkPublished(ctx, []int64{waiting[0].ID}, at(99)))
		left, err := st.Waiting(ctx, 1)
		require.NoError(t, err)
		require.Equal(t, waiting[1:2], left)
		gone, err := st.PrunePublished(ctx, at(9))
		require.NoError(t, err)
		require.Zero(t, gone)
		gone, err = st.PrunePublished(ctx, at(10))
		require.NoError(t, err)
		require.EqualValues(t, 2, gone, "the time of the first marking counts")
		n, _, err = st.Backlog(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 2, n, "what waits is never pruned")
	})
}
