package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// page is how much of a list the caller asks for, and where it goes on.
type page struct {
	limit int
	count bool
	at    cursor // where the page before ended; zero for the first
	bound string // what cursors of this list are bound to
}

// cursor is the end of a page. Bound ties it to the list, filter, sort and caller it came
// from; it opens nothing that the caller could not ask for anyway.
type cursor struct {
	Time  time.Time `json:"t,omitzero"`
	ID    string    `json:"i,omitempty"`
	Seq   int64     `json:"s,omitempty"`
	Rest  bool      `json:"r,omitempty"` // see store.Position
	Bound string    `json:"b"`
}

func (c cursor) String() string {
	b, _ := json.Marshal(c) // a struct of plain values always encodes
	return base64.RawURLEncoding.EncodeToString(b)
}

// bind is the fingerprint of a list: who asks, which path, which filter and order.
func bind(by policy.Actor, r *http.Request) string {
	q := r.URL.Query()
	for _, name := range []string{"cursor", "limit", "count"} {
		q.Del(name)
	}
	sum := sha256.Sum256([]byte(by.UserID + "\n" + by.AgencyID + "\n" + r.URL.Path + "\n" + q.Encode()))
	return hex.EncodeToString(sum[:12])
}

// pageOf reads the paging of a query that has one.
func pageOf(query reflect.Value, by policy.Actor, r *http.Request) (page, error) {
	p, whole := query.Interface().(api.Paging) // a list without a filter of its own
	if !whole {
		f := query.FieldByName("Paging")
		if !f.IsValid() {
			return page{}, nil
		}
		p = f.Interface().(api.Paging)
	}
	out := page{limit: p.Limit, count: p.Count, bound: bind(by, r)}
	if p.Cursor == "" {
		return out, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err == nil {
		err = json.Unmarshal(raw, &out.at)
	}
	if err != nil || out.at.Bound != out.bound || !out.at.Time.IsZero() && !uuidForm.MatchString(out.at.ID) {
		f := malformed("Dấu trang (cursor) không thuộc danh sách, bộ lọc hoặc tài khoản này.", "The cursor does not belong to this list, filter and account.")
		f.Fields = []fault.Field{{Pointer: "?cursor", Code: "wrong_cursor", Text: f.Text}}
		return out, f
	}
	return out, nil
}

// after is where a keyset list goes on.
func (p page) after() *store.Position {
	if p.at.ID == "" {
		return nil
	}
	return &store.Position{At: p.at.Time, ID: p.at.ID, Rest: p.at.Rest}
}

// end is how a page ends whose next one starts after next; nil at the end of the list.
func (p page) end(next *store.Position) api.Paged {
	if next == nil {
		return api.Paged{}
	}
	return p.endAt(cursor{Time: next.At, ID: next.ID, Rest: next.Rest})
}

func (p page) endAt(c cursor) api.Paged {
	c.Bound = p.bound
	text := c.String()
	return api.Paged{NextCursor: &text}
}

// counted adds the total to the end of a page, where it was asked for.
func (p page) counted(end api.Paged, total int, capped bool) api.Paged {
	if p.count {
		end.Total, end.TotalCapped = &total, &capped
	}
	return end
}

// countCap is how far a list is counted that has to be read to be counted.
const countCap = 1000

// countBy counts a list by reading it in pages, up to countCap.
func countBy[P any](read func(after *P) (int, *P, error)) (total int, capped bool, err error) {
	var after *P
	for {
		n, next, err := read(after)
		if total += n; err != nil || next == nil || total >= countCap {
			return total, next != nil, err
		}
		after = next
	}
}

// cut is the asked page of a list that is short enough to be read whole.
func cut[T any](p page, all []T, id func(T) string) ([]T, api.Paged) {
	start := 0
	if p.at.ID != "" {
		start = 1 + slices.IndexFunc(all, func(x T) bool { return id(x) == p.at.ID })
	}
	items := all[start:]
	var end api.Paged
	if len(items) > p.limit {
		items = items[:p.limit]
		end = p.endAt(cursor{ID: id(items[p.limit-1])})
	}
	return items, p.counted(end, len(all), false)
}

// each maps a list; the answer is never null.
func each[T, V any](list []T, view func(T) V) []V {
	out := make([]V, len(list))
	for i, x := range list {
		out[i] = view(x)
	}
	return out
}

// nextLink is the Link header of a page that has a next one (RFC 8288).
func nextLink(u *url.URL, next string) string {
	q := u.Query()
	q.Set("cursor", next)
	return "<" + u.EscapedPath() + "?" + q.Encode() + `>; rel="next"`
}

// keyset reads the asked page of a list of casework, and counts it where that was asked for.
func keyset[T any](p page, read func(after *store.Position, limit int) (casework.Page[T], error)) ([]T, api.Paged, error) {
	list, err := read(p.after(), p.limit)
	if err != nil {
		return nil, api.Paged{}, err
	}
	end := p.end(list.Next)
	if !p.count {
		return list.Items, end, nil
	}
	total, capped, err := countBy(func(after *store.Position) (int, *store.Position, error) {
		more, err := read(after, 200)
		return len(more.Items), more.Next, err
	})
	return list.Items, p.counted(end, total, capped), err
}
