package outbox

import (
	"iter"

	"github.com/ungcuu/ungcuu/internal/store"
)

// wave is what may be on its way at the same time: at most one row of each chain.
type wave struct {
	rows    []store.OutboxRow
	stopped map[string]bool
}

// stop keeps the rest of the chain of row i out of the waves to come.
func (w wave) stop(i int) { w.stopped[w.rows[i].ChainID] = true }

// waves cuts rows, which are in order of id, into waves that keep the order of each chain.
func waves(rows []store.OutboxRow) iter.Seq[wave] {
	return func(yield func(wave) bool) {
		stopped := map[string]bool{}
		for len(rows) > 0 {
			w := wave{stopped: stopped}
			taken := map[string]bool{}
			var rest []store.OutboxRow
			for _, row := range rows {
				switch {
				case stopped[row.ChainID]:
				case taken[row.ChainID]:
					rest = append(rest, row)
				default:
					taken[row.ChainID] = true
					w.rows = append(w.rows, row)
				}
			}
			if len(w.rows) > 0 && !yield(w) {
				return
			}
			rows = rest
		}
	}
}
