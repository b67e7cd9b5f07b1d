package audit

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func example() Entry {
	return Entry{
		SealVersion: 1, ID: "01990000-0000-7000-8000-000000000001", ChainID: "01990000-0000-7000-8000-00000000000a",
		Seq: 1, Type: "incident.reported", ObjectKind: "incident", ObjectID: "01990000-0000-7000-8000-00000000000a",
		ActorID: "01990000-0000-7000-8000-00000000000b", AgencyID: "01990000-0000-7000-8000-00000000000c",
		At:          time.Date(2026, 11, 22, 1, 2, 3, 4000, time.UTC),
		PayloadHash: PayloadHash("salt", []byte(`{"title":"Tấn công"}`)), PrevHash: Genesis,
	}
}

// The seal cannot be changed once a chain exists: these bytes are its promise.
func TestSealOfVersionOneIsFrozen(t *testing.T) {
	require.Equal(t, "acb3ac8e665edbe4bb4cd05e7383ad4ce280f355d3a247bbf150ddd4b8818289", PayloadHash("salt", []byte(`{"title":"Tấn công"}`)))
	hash, err := Seal(example())
	require.NoError(t, err)
	require.Equal(t, "d92345d661bcfe9499f1c65e10b4a7a7c092a7e40e279340abe24489f48e3e20", hash)
}

func TestSealCoversEveryFieldOfTheMetadata(t *testing.T) {
	whole, err := Seal(example())
	require.NoError(t, err)
	changes := map[string]func(*Entry){
		"id": func(e *Entry) { e.ID += "x" }, "chain": func(e *Entry) { e.ChainID += "x" }, "seq": func(e *Entry) { e.Seq++ },
		"type": func(e *Entry) { e.Type += "x" }, "object kind": func(e *Entry) { e.ObjectKind += "x" },
		"object id": func(e *Entry) { e.ObjectID += "x" }, "actor": func(e *Entry) { e.ActorID += "x" },
		"agency": func(e *Entry) { e.AgencyID += "x" }, "time": func(e *Entry) { e.At = e.At.Add(time.Microsecond) },
		"payload": func(e *Entry) { e.PayloadHash = Genesis }, "link": func(e *Entry) { e.PrevHash = "1" + Genesis[1:] },
	}
	for name, change := range changes {
		e := example()
		change(&e)
		got, err := Seal(e)
		require.NoError(t, err)
		require.NotEqual(t, whole, got, "the seal does not cover the %s", name)
	}
}

func TestSealDoesNotDependOnTheZoneOfTheTime(t *testing.T) {
	e := example()
	want, err := Seal(e)
	require.NoError(t, err)
	e.At = e.At.In(time.FixedZone("ICT", 7*3600))
	got, err := Seal(e)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestAnUnknownSealVersionIsRefused(t *testing.T) {
	e := example()
	e.SealVersion = 2
	_, err := Seal(e)
	require.Error(t, err)
}

func TestCanonicalFormIsThatOfRFC8785(t *testing.T) {
	b, err := Canonical(map[string]any{"b": 1.0, "a": "é\u2028", "c": []any{true, nil, 1e21}})
	require.NoError(t, err)
	require.Equal(t, "{\"a\":\"é\u2028\",\"b\":1,\"c\":[true,null,1e+21]}", string(b))
}

func TestLinkFindsAlteredDroppedAndReorderedEvents(t *testing.T) {
	first := example()
	h1, err := Seal(first)
	require.NoError(t, err)
	second := example()
	second.Seq, second.PrevHash = 2, h1
	h2, err := Seal(second)
	require.NoError(t, err)

	require.NoError(t, Link(first, h1, 0, Genesis))
	require.NoError(t, Link(second, h2, 1, h1))
	altered := second
	altered.Type = "incident.closed"
	require.ErrorContains(t, Link(altered, h2, 1, h1), "altered")
	require.ErrorContains(t, Link(second, h2, 0, Genesis), "follows")
	require.ErrorContains(t, Link(second, h2, 1, Genesis), "link")
}
