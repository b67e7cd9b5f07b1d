package store

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// answerAge is how long an answer is kept for a repeat.
const answerAge = 24 * time.Hour

// IdempotencyKey names one request of one principal.
type IdempotencyKey struct {
	Principal string
	Method    string
	Path      string
	Key       string
	BodyHash  string
}

// Answer is a response that is given again to a repeat.
type Answer struct {
	Status int
	Header map[string]string
	Body   []byte
}

type answerRow struct {
	Principal string
	Method    string
	Path      string
	Key       string
	BodyHash  string
	Status    int // 0 until the answer is known
	Header    jsonOf[map[string]string]
	Body      string
	CreatedAt time.Time
}

// TableName is the table of the answers.
func (answerRow) TableName() string { return "idempotency" }

func ofKey(k IdempotencyKey) (string, []any) {
	return "principal = ? AND method = ? AND path = ? AND key = ?", []any{k.Principal, k.Method, k.Path, k.Key}
}

// Claim takes the key for this transaction and returns nil, or returns the answer that was
// kept for it; fault.KeyReused when it came with another body. While another transaction
// holds the same key, Claim waits for its end; after its rollback the key is free again.
func (t *Tx) Claim(k IdempotencyKey, now time.Time) (*Answer, error) {
	where, vars := ofKey(k)
	for range 3 {
		fresh := answerRow{
			Principal: k.Principal, Method: k.Method, Path: k.Path, Key: k.Key, BodyHash: k.BodyHash, CreatedAt: now,
		}
		db := t.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh)
		if db.Error != nil {
			return nil, db.Error
		}
		if db.RowsAffected == 1 {
			return nil, nil
		}
		row, err := one[answerRow](t.db.Where(where, vars...))
		switch {
		case errors.Is(err, fault.NotFound):
			continue // dropped between the two statements
		case err != nil:
			return nil, err
		case !row.CreatedAt.After(now.Add(-answerAge)):
			// Too old to be an answer, and not yet dropped.
			if err := t.db.Where(where, vars...).Where("created_at = ?", row.CreatedAt).Delete(&answerRow{}).Error; err != nil {
				return nil, err
			}
			continue
		case row.BodyHash != k.BodyHash:
			return nil, fault.New(fault.KeyReused,
				"Idempotency-Key này đã được dùng cho một nội dung khác.",
				"This Idempotency-Key was already used with another body.")
		case row.Status == 0:
			return nil, fmt.Errorf("store: a request was committed without its answer")
		}
		return &Answer{Status: row.Status, Header: row.Header.V, Body: []byte(row.Body)}, nil
	}
	return nil, busy(errors.New("store: the key changes hands too fast"))
}

// KeepAnswer stores the answer of a key that this transaction has claimed.
func (t *Tx) KeepAnswer(k IdempotencyKey, a Answer) error {
	where, vars := ofKey(k)
	header := a.Header
	if header == nil {
		header = map[string]string{}
	}
	return changed(t.db.Model(&answerRow{}).Where(where, vars...).Updates(map[string]any{
		"status": a.Status, "header": jsonOf[map[string]string]{header}, "body": string(a.Body),
	}))
}

// DropAnswers forgets the answers that are older than before.
func (t *Tx) DropAnswers(before time.Time) error {
	return t.db.Where("created_at < ?", before).Delete(&answerRow{}).Error
}
