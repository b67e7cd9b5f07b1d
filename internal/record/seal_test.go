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
		{Type: "grant.made", ObjectKind: "grant", ObjectID: by.UserID, Thin: map[string]any{"role": "officer", "user_id": by.UserID, "to_agency_id": owner}},
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
	said := func(c record.Chain, typ string, thin map[string]any) (api.Event, string, string) {
		events, err := record.New("son-la").Seal(c, by, at, []incident.Fact{{
			Type: typ, ObjectKind: "x", ObjectID: by.UserID, Full: map[string]any{"name": "bí mật"}, Thin: thin,
		}})
		require.NoError(t, err)
		var ev api.Event
		require.NoError(t, json.Unmarshal([]byte(events[0].Message), &ev))
		require.Equal(t, owner, ev.Subject)
		require.NotContains(t, events[0].Message, "bí mật")
		return ev, events[0].Message, events[0].Subject
	}
	inc := &incident.Incident{ID: owner, Code: "SL-2026-000001", ChainHash: audit.Genesis}
	ev, text, subject := said(record.OfCase(inc), "task.added", map[string]any{"to": "open"})
	require.Equal(t, "open", ev.Data.To)
	require.Equal(t, "SL-2026-000001", ev.Data.Code)
	require.Contains(t, text, `"exercise":false`)
	require.Equal(t, "ungcuu.son-la.task.added", subject)
	inc.Restricted = true
	_, _, subject = said(record.OfCase(inc), "note.added", nil)
	require.Equal(t, "ungcuu.son-la.restricted.note.added", subject)
	inc.Restricted, inc.TLP = false, incident.TLPRed
	_, text, subject = said(record.OfCase(inc), "note.added", nil)
	require.Equal(t, "ungcuu.son-la.restricted.note.added", subject, "red is for named recipients too")
	require.NotContains(t, text, "red")

	agency := &incident.Agency{ID: owner, ChainHash: audit.Genesis}
	ev, text, subject = said(record.OfAgency(agency), "agency.role_given", map[string]any{"role": "provider"})
	require.Equal(t, "provider", ev.Data.Role)
	for _, ofCase := range []string{"incident_id", "code", "exercise"} {
		require.NotContains(t, text, ofCase)
	}
	require.Equal(t, "ungcuu.son-la.agency.role_given", subject)
}

// A mistake in a fact stops the write rather than say too much on the broker.
func TestAFactThatIsNotAsTheCatalogueListsItIsNotSealed(t *testing.T) {
	inc := &incident.Incident{ID: owner, Code: "SL-2026-000001", ChainHash: audit.Genesis}
	agency := &incident.Agency{ID: owner, ChainHash: audit.Genesis}
	for name, x := range map[string]struct {
		chain record.Chain
		fact  incident.Fact
	}{
		"an unknown type":               {record.OfCase(inc), incident.Fact{Type: "case.burnt"}},
		"a field too many":              {record.OfCase(inc), incident.Fact{Type: "note.added", Thin: map[string]any{"to": "bí mật"}}},
		"a field too few":               {record.OfCase(inc), incident.Fact{Type: "message.sent"}},
		"of a case, for an agency":      {record.OfAgency(agency), incident.Fact{Type: "note.added"}},
		"of an agency, for a case":      {record.OfCase(inc), incident.Fact{Type: "agency.created"}},
		"of an account, among a case's": {record.OfCase(inc), incident.Fact{Type: "user.disabled"}},
	} {
		_, err := record.New("son-la").Seal(x.chain, by, at, []incident.Fact{x.fact})
		require.Error(t, err, name)
	}
}
