package store

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// fillBatch is how many cases are filled in one transaction. Their locks keep changes of them
// waiting for that long.
const fillBatch = 200

// fillState says which edition of the words is complete, and how far the next one is.
type fillState struct {
	Edition, Target int64
	DoneTo          string
}

// Refill makes the next Migrate fill in the words of all cases anew.
func (s *Store) Refill(ctx context.Context) error {
	return s.Write(ctx, func(_ context.Context, tx *Tx) error {
		return explain(tx.db.Exec("UPDATE search_fill SET edition = 0, target = 0, done_to = ''").Error)
	})
}

// fillWords brings the words of all cases to this program's edition, batch by batch. Each
// batch notes how far it came, so that whoever comes after a kill goes on there, and several
// processes share the work.
func (s *Store) fillWords(ctx context.Context) error {
	for {
		var done bool
		err := s.Write(ctx, func(_ context.Context, tx *Tx) (err error) {
			done, err = tx.fillSome(fillBatch)
			return err
		})
		if err != nil {
			return err
		}
		if done {
			return nil
		}
	}
}

// fillSome fills the next n cases; done says that there is nothing left to do.
func (t *Tx) fillSome(n int) (done bool, err error) {
	q := t.db.Table("search_fill")
	if t.store.dialect == Postgres {
		q = q.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	}
	var at fillState
	if err := q.Take(&at).Error; err != nil {
		return false, fmt.Errorf("store: how far the words are filled in: %w", err)
	}
	if at.Edition >= edition {
		return true, nil
	}
	if at.Target != edition {
		at.Target, at.DoneTo = edition, ""
	}
	next := t.db.Model(&caseRow{}).Select("incidents.id").Order("incidents.id").Limit(n)
	if at.DoneTo != "" {
		next = next.Where("incidents.id > ?", at.DoneTo)
	}
	if t.store.dialect == Postgres {
		next = next.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	}
	var ids []string
	if err := scan(next, &ids); err != nil {
		return false, err
	}
	for _, id := range ids {
		if err := t.refill(id); err != nil {
			return false, err
		}
		at.DoneTo = id
	}
	if len(ids) < n {
		at.Edition, at.DoneTo = edition, ""
	}
	err = t.db.Exec("UPDATE search_fill SET edition = ?, target = ?, done_to = ?", at.Edition, at.Target, at.DoneTo).Error
	return len(ids) < n, explain(err)
}

// refill makes the words of one case from all that is stored of it.
func (t *Tx) refill(id string) error {
	inc, err := t.Case(id)
	if err != nil {
		return err
	}
	cs := incident.Case{Incident: inc}
	if cs.Handovers, err = t.HandoversOf(id); err != nil {
		return err
	}
	if cs.Reports, err = t.NationalReportsOf(id); err != nil {
		return err
	}
	growing, err := t.growingTexts(id)
	if err != nil {
		return err
	}
	texts := cs.Texts()
	return t.putWords(id, fingerprint(texts), wordsOf(growing), wordsOf(texts))
}
