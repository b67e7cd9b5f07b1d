package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// RuleBook is a book of rules that came into force at this desk.
type RuleBook struct {
	Version     string `gorm:"primaryKey"` // a hash over Sources
	Sources     string // JSON
	FirstUsedAt time.Time
	InForce     bool // it is the one that was put in force last
}

// TableName is the table of the books.
func (RuleBook) TableName() string { return "rule_books" }

// RuleBookInForce is the book that was put in force last; nil when none ever was.
func (t *Tx) RuleBookInForce() (*RuleBook, error) {
	b, err := one[RuleBook](t.db.Where("in_force"))
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return b, err
}

// PutRuleBook keeps a book, where it is not kept yet, and notes that it is in force. Of several
// books put at once the last stays; whoever compares with RuleBookInForce locks the registry.
func (t *Tx) PutRuleBook(b RuleBook) error {
	if err := t.db.Model(&RuleBook{}).Where("in_force").Update("in_force", false).Error; err != nil {
		return err
	}
	b.InForce = true
	return t.db.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "version"}}, DoUpdates: clause.AssignmentColumns([]string{"in_force"}),
	}).Create(&b).Error
}

// RuleBook reads a book; fault.Absent when there is none of that version.
func (t *Tx) RuleBook(version string) (*RuleBook, error) {
	return one[RuleBook](t.db.Where("version = ?", version))
}

// RuleBooks returns every book, the first used first, without what they were made of.
func (t *Tx) RuleBooks() ([]RuleBook, error) {
	return many[RuleBook](t.db.Select("version, first_used_at, in_force").Order("first_used_at, version"))
}

// RuleBooks calls fn with every book that is kept, the first used first. FirstUsedAt is zero
// where no time stands in its place.
func (v *Snapshot) RuleBooks(ctx context.Context, fn func(b RuleBook) error) error {
	return v.each(ctx, func(rows *sql.Rows) error {
		var b RuleBook
		var at any // SQLite keeps whatever was written there
		if err := rows.Scan(&b.Version, &b.Sources, &at, &b.InForce); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		b.FirstUsedAt, _ = at.(time.Time)
		return fn(b)
	}, "SELECT version, sources, first_used_at, CASE WHEN in_force THEN 1 ELSE 0 END = 1 FROM rule_books ORDER BY first_used_at, version")
}

// BookOfDuties is a book that duties name, how many of them, and one.
type BookOfDuties struct {
	Version string
	Duties  int64
	DutyID  string
}

// BooksOfDuties calls fn with every book that a duty names.
func (v *Snapshot) BooksOfDuties(ctx context.Context, fn func(b BookOfDuties) error) error {
	return v.each(ctx, func(rows *sql.Rows) error {
		var b BookOfDuties
		if err := rows.Scan(&b.Version, &b.Duties, &b.DutyID); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		return fn(b)
	}, "SELECT book, count(*), min(CAST(id AS text)) FROM duties WHERE book <> '' GROUP BY book ORDER BY book")
}
