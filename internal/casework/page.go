package casework

import (
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Page is one page of a list; Next is nil at its end.
type Page[T any] struct {
	Items       []T
	Next        *store.Position
	Total       *int
	TotalCapped bool
}

// cut takes a page off a list that was read one item further than limit, and says where the
// next one begins.
func cut[T any](list []T, limit int, at func(T) store.Position) ([]T, *store.Position) {
	if len(list) <= limit {
		return list, nil
	}
	next := at(list[limit-1])
	return list[:limit], &next
}

// pageOf is the page of such a list, as its reader sees the items.
func pageOf[T, V any](list []T, limit int, at func(T) store.Position, view func(T) V) Page[V] {
	list, next := cut(list, limit, at)
	page := Page[V]{Items: make([]V, len(list)), Next: next}
	for i, x := range list {
		page.Items[i] = view(x)
	}
	return page
}

// names looks people and agencies up by id, each once. What went wrong stands in err.
type names struct {
	tx     *store.Tx
	agency map[string]string
	people map[string]string
	err    error
}

func namesOf(tx *store.Tx) *names {
	n := &names{tx: tx, agency: map[string]string{}, people: map[string]string{incident.DeskID: incident.DeskName}}
	list, err := tx.Agencies()
	for _, a := range list {
		n.agency[a.ID] = a.Name
	}
	n.err = err
	return n
}

func (n *names) person(id string) string {
	if _, known := n.people[id]; !known && n.err == nil {
		found, err := n.tx.Users([]string{id})
		n.people[id], n.err = found[id].FullName, err
	}
	return n.people[id]
}
