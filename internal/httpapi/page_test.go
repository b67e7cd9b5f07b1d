package httpapi

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

func paging(t *testing.T, by policy.Actor, target string) (page, error) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
	var f api.IncidentFilter
	require.NoError(t, decodeQuery(r.URL.RawQuery, &f))
	return pageOf(reflect.ValueOf(f), by, r)
}

func TestACursorGoesOnWhereThePageEnded(t *testing.T) {
	by := policy.Actor{UserID: "u", AgencyID: "a"}
	at := time.Date(2026, 3, 1, 1, 2, 3, 456789000, time.UTC)
	p, err := paging(t, by, "/api/v1/incidents?status=reported&sort=updated_at&limit=7")
	require.NoError(t, err)
	assert.Nil(t, p.after())
	assert.Equal(t, 7, p.limit)
	next := *p.end(&store.Position{At: at, ID: someID}).NextCursor

	q, err := paging(t, by, "/api/v1/incidents?sort=updated_at&status=reported&limit=200&count=true&cursor="+next)
	require.NoError(t, err)
	assert.Equal(t, &store.Position{At: at, ID: someID}, q.after())
	assert.Nil(t, p.end(nil).NextCursor)
}

func TestACursorBelongsToItsListFilterOrderAndCaller(t *testing.T) {
	by := policy.Actor{UserID: "u", AgencyID: "a"}
	p, err := paging(t, by, "/api/v1/incidents?status=reported&sort=updated_at")
	require.NoError(t, err)
	next := *p.end(&store.Position{At: time.Unix(1, 0), ID: someID}).NextCursor
	for name, c := range map[string]struct {
		by     policy.Actor
		target string
	}{
		"another filter": {by, "/api/v1/incidents?status=triaged&sort=updated_at&cursor=" + next},
		"more filter":    {by, "/api/v1/incidents?status=reported&sort=updated_at&q=a&cursor=" + next},
		"another order":  {by, "/api/v1/incidents?status=reported&cursor=" + next},
		"another list":   {by, "/api/v1/obligations?status=reported&sort=updated_at&cursor=" + next},
		"another caller": {policy.Actor{UserID: "v", AgencyID: "a"}, "/api/v1/incidents?status=reported&sort=updated_at&cursor=" + next},
		"another agency": {policy.Actor{UserID: "u", AgencyID: "b"}, "/api/v1/incidents?status=reported&sort=updated_at&cursor=" + next},
		"broken":         {by, "/api/v1/incidents?status=reported&sort=updated_at&cursor=" + next[2:]},
		"nonsense":       {by, "/api/v1/incidents?status=reported&sort=updated_at&cursor=x"},
		"no id in it":    {by, "/api/v1/incidents?status=reported&sort=updated_at&cursor=" + cursor{Time: time.Unix(1, 0), ID: "'", Bound: p.bound}.String()},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := paging(t, c.by, c.target)
			require.ErrorIs(t, err, fault.Malformed)
			assert.Equal(t, map[string]string{"?cursor": "wrong_cursor"}, codes(t, err))
		})
	}
}

func TestAShortListIsCutIntoPagesWithoutGapOrRepeat(t *testing.T) {
	all := []string{"a", "b", "c", "d", "e"}
	same := func(s string) string { return s }
	p := page{limit: 2, bound: "x", count: true}
	var got []string
	for {
		items, end := cut(p, all, same)
		got = append(got, items...)
		assert.Equal(t, 5, *end.Total)
		assert.False(t, *end.TotalCapped)
		if end.NextCursor == nil {
			break
		}
		p.at = cursor{ID: items[len(items)-1]}
	}
	assert.Equal(t, all, got)
	items, end := cut(page{limit: 2}, nil, same)
	assert.Empty(t, items)
	assert.Nil(t, end.Total)
}

func TestALongListIsCountedToItsCap(t *testing.T) {
	for name, c := range map[string]struct {
		size, total int
		capped      bool
	}{"short": {3, 3, false}, "pages": {450, 450, false}, "just the cap": {1000, 1000, false}, "long": {5000, 1000, true}} {
		t.Run(name, func(t *testing.T) {
			calls, start := 0, 0
			items, end, err := keyset(page{limit: 1, count: true}, func(after *store.Position, limit int) (casework.Page[int], error) {
				if calls++; after == nil {
					start = 0
				}
				n := min(limit, c.size-start)
				p := casework.Page[int]{Items: make([]int, n)}
				if start += n; start < c.size {
					p.Next = &store.Position{ID: someID}
				}
				return p, nil
			})
			require.NoError(t, err)
			assert.Len(t, items, 1)
			assert.Equal(t, c.total, *end.Total)
			assert.Equal(t, c.capped, *end.TotalCapped)
			assert.LessOrEqual(t, calls, 6)
		})
	}
}

func TestTheNextPageIsLinkedWithTheSameQuestion(t *testing.T) {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/incidents?q=a%20b&limit=2&cursor=old", http.NoBody)
	assert.Equal(t, `</api/v1/incidents?cursor=new&limit=2&q=a+b>; rel="next"`, nextLink(r.URL, "new"))
}
