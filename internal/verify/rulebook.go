package verify

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

const rulesReplaced = "rules.replaced"

// replaced is a change of the book of rules, as an event tells it.
type replaced struct {
	chain    string
	seq      int64
	at       time.Time
	from, to string
}

// replaced notes which book took the place of which.
func (c *check) replaced(e *store.Recorded) {
	var said struct{ From, To string }
	if json.Unmarshal([]byte(e.Body), &said) != nil {
		c.silent = true
		return
	}
	c.books = append(c.books, replaced{e.ChainID, e.Seq, e.At, said.From, said.To})
}

// inOrder is one line of the changes that several chains tell, each in its own order: what follows
// takes the place of the book before, or else came first by its time. A clock that was set back
// changes no order within a chain.
func inOrder(list []replaced) []replaced {
	rest, out := slices.Clone(list), make([]replaced, 0, len(list))
	for len(rest) > 0 {
		next, fits := 0, false
		for i, r := range rest {
			if i > 0 && r.chain == rest[i-1].chain {
				continue // an earlier one of its chain waits
			}
			follows := len(out) > 0 && r.from == out[len(out)-1].to
			if i == 0 || follows && !fits || follows == fits && r.at.Before(rest[next].at) {
				next, fits = i, follows
			}
		}
		out, rest = append(out, rest[next]), slices.Delete(rest, next, next+1)
	}
	return out
}

// law checks that every duty leads to the text of its book, that the texts are those that came
// into force, and that they came into force as the record tells. Duties from before books were
// kept name none.
func (c *check) law(ctx context.Context, v *store.Snapshot) error {
	kept := map[string]store.RuleBook{}
	var order []string
	err := v.RuleBooks(ctx, func(b store.RuleBook) error {
		list, err := regulation.ReadSources(b.Sources)
		if err != nil || regulation.VersionOf(list) != b.Version {
			c.find(Finding{Kind: AlteredBook}, say("văn bản của bộ quy định %s khác với lúc được dùng", "the texts of the book of rules %s are not those that came into force", b.Version))
		}
		b.Sources = ""
		kept[b.Version] = b
		order = append(order, b.Version)
		return nil
	})
	if err != nil {
		return err
	}
	c.inForce(kept, order)
	return v.BooksOfDuties(ctx, func(b store.BookOfDuties) error {
		if _, ok := kept[b.Version]; !ok {
			c.find(Finding{Kind: NoBook}, say("không còn văn bản của bộ quy định %s mà %d nghĩa vụ dựa vào (ví dụ %s)",
				"the book of rules %s, on which %d duties rest (e.g. %s), is not kept", b.Version, b.Duties, b.DutyID))
		}
		return nil
	})
}

// inForce holds the books that are kept, in the order of their first use, against the changes that
// the record tells. Of the first book, with which the desk began, no event tells.
func (c *check) inForce(kept map[string]store.RuleBook, order []string) {
	if c.silent {
		return // that event was found wanting
	}
	told := map[string]bool{}
	first, last := "", ""
	for i, r := range inOrder(c.books) {
		at := Finding{Chain: r.chain, Seq: r.seq}
		if i == 0 {
			first = r.from
			told[first] = true
		}
		for _, version := range []string{r.from, r.to} {
			if _, ok := kept[version]; !ok {
				at.Kind = NoBook
				c.find(at, say("không còn văn bản của bộ quy định %s mà sự kiện nêu", "the book of rules %s, which the event names, is not kept", version))
			}
		}
		if b, ok := kept[r.to]; ok && !told[r.to] && !b.FirstUsedAt.Equal(r.at) {
			at.Kind = UntoldBook
			c.find(at, say("thời điểm bắt đầu dùng bộ quy định %s khác với sự kiện ghi nhận", "the book of rules %s was first used at another time than the event says", r.to))
		}
		told[r.to] = true
		last = r.to
	}
	if len(c.books) == 0 && len(order) > 0 {
		first, last = order[0], order[0]
		told[first] = true
	}
	inForce := ""
	for _, version := range order {
		if kept[version].InForce {
			inForce = version
		}
		if !told[version] {
			c.find(Finding{Kind: UntoldBook}, say("không có sự kiện nào ghi việc đưa bộ quy định %s vào dùng (chỉ đúng khi lúc đó không cơ quan nào là đội ứng cứu)",
				"no event tells that the book of rules %s came into force (right only where no agency was the team then)", version))
		}
	}
	if inForce != last && (inForce == "" || told[inForce]) {
		c.find(Finding{Kind: UntoldBook}, say("bộ quy định đang dùng ghi là «%s», theo các sự kiện là %s", "the book of rules in force is said to be %q, by the events it is %s", inForce, last))
	}
}
