package record_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/record"
)

var (
	at = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	by = incident.By{UserID: "01990000-0000-7000-8000-00000000000b", AgencyID: "01990000-0000-7000-8000-00000000000c"}
)

const owner = "01990000-0000-7000-8000-00000000000a"

func TestFactsBecomeTheNextLinksOfTheChainAndMoveItsHead(t *testing.T) {
	a := &incident.Agency{ID: owner, ChainSeq: 4, ChainHash: audit.Genesis}
	facts := []incident.Fact{
		{Type: "user.created", ObjectKind: "user", ObjectID: by.UserID, Full: map[string]any{"full_name": "Lò Văn Hùng"}},
		{Type: "grant.made", ObjectKind: "grant", ObjectID: by.UserID, Thin: map[string]any{"role": "officer", "user_id": by.UserID}},
	}
	events, err := record.New("son-la").Seal(record.OfAgency(a), by, at, facts)
	require.NoError(t, err)
	seq, prev := int64(4), audit.Genesis
	for _, e := range events {
		require.NoError(t, audit.Link(audit.Entry{
			SealVersion: e.SealVersion, ID: e.ID, ChainID: e.ChainID, Seq: e.Seq, Type: e.Type, ObjectKind: e.ObjectKind,
			ObjectID: e.ObjectID, ActorID: e.ActorID, AgencyID: e.AgencyID, At: e.At, PayloadHash: e.PayloadHash, PrevHash: e.PrevHash,
		}, e.Hash, seq, prev))
		require.Equal(t, audit.PayloadHash(e.Salt, []byte(e.Body)), e.PayloadHash)
		seq, prev = e.Seq, e.Hash
	}
	require.Equal(t, seq, a.ChainSeq)
	require.Equal(t, prev, a.ChainHash)
	require.Contains(t, events[0].Body, "Lò Văn Hùng")
}

// The message of a case names it, that of an agency has nothing of a case, and neither has
// what only the payload says.
func TestAMessageSaysWhatIsThinAndWhoseChainItIs(t *testing.T) {
	fact := []incident.Fact{{
		Type: "x.happened", ObjectKind: "x", ObjectID: by.UserID,
		Full: map[string]any{"name": "bí mật"}, Thin: map[string]any{"to": "y", "text": "bí mật"},
	}}
	said := func(c record.Chain) (api.Event, string, string) {
		events, err := record.New("son-la").Seal(c, by, at, fact)
		require.NoError(t, err)
		var ev api.Event
		require.NoError(t, json.Unmarshal([]byte(events[0].Message), &ev))
		require.Equal(t, owner, ev.Subject)
		require.Equal(t, "y", ev.Data.To)
		require.NotContains(t, events[0].Message, "bí mật")
		return ev, events[0].Message, events[0].Subject
	}
	inc := &incident.Incident{ID: owner, Code: "SL-2026-000001", ChainHash: audit.Genesis}
	ev, text, subject := said(record.OfCase(inc))
	require.Equal(t, "SL-2026-000001", ev.Data.Code)
	require.Contains(t, text, `"exercise":false`)
	require.Equal(t, "ungcuu.son-la.x.happened", subject)
	inc.Restricted = true
	_, _, subject = said(record.OfCase(inc))
	require.Equal(t, "ungcuu.son-la.restricted.x.happened", subject)

	_, text, subject = said(record.OfAgency(&incident.Agency{ID: owner, ChainHash: audit.Genesis}))
	for _, ofCase := range []string{"incident_id", "code", "exercise"} {
		require.NotContains(t, text, ofCase)
	}
	require.Equal(t, "ungcuu.son-la.x.happened", subject)
}
